//! When two values are equal: the meaning of a plain value in a rule, of `equals`, and of joins between resources.
//!
//! Three-valued: where an unresolved part is all that could make the difference, the answer is [`Truth::Unknown`].

use std::cmp::Ordering;

use super::argument::choices;
use super::number::Number;
use super::text::{folded, in_case};
use crate::dialect::Typing;
use crate::document::{MAX_DEPTH, Map, Node, PartialText, Unresolved, Value};
use crate::kernel::text as known;
use crate::rule::operator::{OnPartial, Operator, Partly, Setting, Test};
use crate::truth::Truth;

/// `equals`.
pub const EQUALS: Operator = Operator {
    name: "equals",
    expects: "",
    doc: "The value is equal to the argument; what a plain value in a rule means. Numbers are compared by value. A list \
          is compared as a whole, item by item, and a map key by key. Letters keep their case.",
    build: |argument| {
        let whole = matches!(argument.value, Value::List(_));
        let argument = argument.clone();
        let ask = Box::new(move |node: &Node, setting: &Setting| equal(node, &argument, *setting));
        Ok(if whole { Test::Whole(ask) } else { Test::One(ask) })
    },
    proof: None,
    partly: Partly::Answers(|argument| {
        let argument = argument.clone();
        Box::new(move |text, setting| equal_partly(text, &argument, *setting))
    }),
    examples: &[
        ("\"Enabled\"", "\"Enabled\"", Truth::True),
        ("\"Enabled\"", "\"enabled\"", Truth::False),
        ("true", "\"true\"", Truth::True),
        ("1", "1.0", Truth::True),
        ("[\"a\", \"b\"]", "[\"a\", \"b\"]", Truth::True),
        ("[\"a\", \"b\"]", "[\"b\", \"a\"]", Truth::False),
        ("[\"a\", \"b\"]", "[\"a\", \"${var.x}\"]", Truth::Unknown),
        ("{ a = 1, b = 2 }", "{\"b\": 2, \"a\": 1}", Truth::True),
        ("\"*\"", "\"arn:…/*\"", Truth::False),
        ("\"arn:x/*\"", "\"arn:…/*\"", Truth::Unknown),
    ],
};

/// `one-of`.
pub const ONE_OF: Operator = Operator {
    name: "one-of",
    expects: "one of",
    doc: "The value is equal to one of the items of the argument.",
    build: |argument| {
        let choices = choices(argument)?;
        Ok(Test::One(Box::new(move |node, setting| among(node, &choices, *setting))))
    },
    proof: None,
    partly: Partly::Answers(|argument| among_partly(argument, false)),
    examples: &[
        ("[\"private\", \"log-delivery-write\"]", "\"private\"", Truth::True),
        ("[\"private\", \"log-delivery-write\"]", "\"public-read\"", Truth::False),
        ("[0, \"0\", \"root\"]", "\"root\"", Truth::True),
        ("[1, 2]", "\"2\"", Truth::True),
        ("[\"private\"]", "null", Truth::False),
        ("[\"latest\", \"main\"]", "\"v…\"", Truth::False),
        ("[\"latest\", \"main\"]", "\"…t\"", Truth::Unknown),
    ],
};

/// `none-of`.
pub const NONE_OF: Operator = Operator {
    name: "none-of",
    expects: "none of",
    doc: "The value is equal to none of the items of the argument.",
    build: |argument| {
        let choices = choices(argument)?;
        Ok(Test::One(Box::new(move |node, setting| !among(node, &choices, *setting))))
    },
    proof: None,
    partly: Partly::Answers(|argument| among_partly(argument, true)),
    examples: &[
        ("[\"SSLv3\", \"TLSv1\"]", "\"TLSv1.2\"", Truth::True),
        ("[\"SSLv3\", \"TLSv1\"]", "\"TLSv1\"", Truth::False),
        ("[\"SSLv3\", \"TLSv1\"]", "\"tlsv1\"", Truth::True),
        ("[0]", "\"0\"", Truth::False),
        ("[{ a = 1 }]", "{\"a\": \"${var.x}\"}", Truth::Unknown),
        ("[\"SSLv3\", \"TLSv1\"]", "\"TLSv1.…\"", Truth::True),
    ],
};

/// Whether a text of which parts are known is equal to a value. What is no string may be equal to what it spells.
pub fn equal_partly(text: &PartialText, node: &Node, setting: Setting) -> Truth {
    match &node.value {
        Value::Str(other) => known::equals(&in_case(text, setting), &folded(other.as_str(), setting)),
        Value::Null | Value::List(_) | Value::Map(_) => Truth::False,
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unresolved(_) => Truth::Unknown,
    }
}

/// Whether a text of which parts are known is equal to one of the items of an argument, or to none.
fn among_partly(argument: &Node, to_none: bool) -> OnPartial {
    let choices = argument.items().to_vec();
    Box::new(move |text, setting| {
        let found = Truth::any(choices.iter().map(|choice| equal_partly(text, choice, *setting)));
        if to_none { !found } else { found }
    })
}

/// Whether a value is equal to one of several.
pub fn among(node: &Node, choices: &[Node], setting: Setting) -> Truth {
    let mut best = Truth::False;
    for choice in choices {
        best = best.max(equal(node, choice, setting));
        if best == Truth::True {
            break;
        }
    }
    best
}

/// Whether two values are equal.
///
/// Numbers are equal by value (1 and 1.0). Under [`Typing::Loose`] a string also equals the boolean or number that it
/// spells. Lists are equal item by item, maps key by key whatever the order; a dialect's views do not count.
pub fn equal(left: &Node, right: &Node, setting: Setting) -> Truth {
    equal_at(left, right, setting, 0)
}

/// Whether two texts are equal, with or without case.
pub fn same_text(left: &str, right: &str, ignore_case: bool) -> bool {
    left == right || (ignore_case && fold(left).eq(fold(right)))
}

/// The characters of a text in lower case.
fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

fn equal_at(left: &Node, right: &Node, setting: Setting, depth: usize) -> Truth {
    if depth > MAX_DEPTH {
        return Truth::Unknown;
    }
    match (&left.value, &right.value) {
        (Value::Unresolved(open), _) => equal_open(open, right, setting),
        (_, Value::Unresolved(open)) => equal_open(open, left, setting),
        (Value::List(a), Value::List(b)) => equal_lists(a, b, setting, depth),
        (Value::Map(a), Value::Map(b)) => equal_maps(a, b, setting, depth),
        (a, b) => Truth::from(equal_scalars(a, b, setting)),
    }
}

/// Whether something that is not decided is equal to a value: what is known of its text may say that it is not.
fn equal_open(open: &Unresolved, other: &Node, setting: Setting) -> Truth {
    match &open.partial {
        Some(text) if !open.spread => equal_partly(text, other, setting),
        _ => Truth::Unknown,
    }
}

fn equal_scalars(left: &Value, right: &Value, setting: Setting) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => same_text(a.as_str(), b.as_str(), setting.ignore_case),
        (Value::Str(text), other) | (other, Value::Str(text)) if setting.typing == Typing::Loose => {
            spells(text.as_str(), other)
        }
        _ => Number::of(left).zip(Number::of(right)).is_some_and(|(a, b)| a.compare(b) == Some(Ordering::Equal)),
    }
}

/// Whether a string is how a boolean or a number is written.
fn spells(text: &str, value: &Value) -> bool {
    match value {
        Value::Bool(value) => text == if *value { "true" } else { "false" },
        Value::Int(_) | Value::Float(_) => {
            let number = Number::parse(text).zip(Number::of(value));
            number.is_some_and(|(a, b)| a.compare(b) == Some(Ordering::Equal))
        }
        Value::Null | Value::Str(_) | Value::List(_) | Value::Map(_) | Value::Unresolved(_) => false,
    }
}

/// An item that stands for any number of items, or may be none.
fn is_spread(node: &Node) -> bool {
    node.as_unresolved().is_some_and(|unresolved| unresolved.spread || unresolved.may_be_null())
}

fn equal_lists(left: &[Node], right: &[Node], setting: Setting, depth: usize) -> Truth {
    let pairs = |a: &[Node], b: &[Node]| {
        Truth::all(a.iter().zip(b).map(|(a, b)| equal_at(a, b, setting, depth + 1)).collect::<Vec<_>>())
    };
    let open = left.iter().chain(right).any(is_spread);
    if !open {
        return if left.len() == right.len() { pairs(left, right) } else { Truth::False };
    }
    let fixed = |list: &[Node]| list.iter().filter(|node| !is_spread(node)).count();
    let too_long = |list: &[Node], other: &[Node]| !other.iter().any(is_spread) && fixed(list) > other.len();
    if too_long(left, right) || too_long(right, left) {
        return Truth::False;
    }
    // What comes before the first spread item has a fixed place from the start, what comes after the last from the end.
    let head = |list: &[Node]| list.iter().take_while(|node| !is_spread(node)).count();
    let common = head(left).min(head(right));
    let start = left.iter().zip(right).take(common).map(|(a, b)| equal_at(a, b, setting, depth + 1));
    let tail = |list: &[Node]| list.iter().rev().take_while(|node| !is_spread(node)).count();
    let common = tail(left).min(tail(right));
    let end = left.iter().rev().zip(right.iter().rev()).take(common).map(|(a, b)| equal_at(a, b, setting, depth + 1));
    Truth::all(start.chain(end)).min(Truth::Unknown)
}

fn equal_maps(left: &Map, right: &Map, setting: Setting, depth: usize) -> Truth {
    let of_left = left.written().map(|entry| match written(right, &entry.key.name) {
        Some(other) => {
            written(left, &entry.key.name).map_or(Truth::True, |own| equal_at(own, other, setting, depth + 1))
        }
        None => missing(right, &entry.value),
    });
    let only_right = right.written().filter(|entry| written(left, &entry.key.name).is_none());
    let of_right = only_right.map(|entry| missing(left, &entry.value));
    let keys = Truth::all(of_left.chain(of_right));
    if left.rest.is_some() || right.rest.is_some() { keys.min(Truth::Unknown) } else { keys }
}

/// What the lack of a key in a map says about equality with a map that has a value under it, unless that turns out to be none.
fn missing(map: &Map, value: &Node) -> Truth {
    let may_be_none = value.as_unresolved().is_some_and(Unresolved::may_be_null);
    if map.rest.is_some() || may_be_none { Truth::Unknown } else { Truth::False }
}

fn written<'a>(map: &'a Map, key: &str) -> Option<&'a Node> {
    map.entry(key).filter(|entry| !entry.derived).map(|entry| &entry.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Entry;
    use crate::source::{FileId, Span};
    use Truth::{False, True, Unknown};
    use std::sync::Arc;

    const SPAN: Span = Span { file: FileId(0), start: 0, end: 0 };

    fn setting(typing: Typing) -> Setting {
        Setting { typing, ignore_case: false, today: jiff::civil::date(2026, 1, 15) }
    }

    fn int(value: i64) -> Node {
        Node::new(Value::Int(value), SPAN)
    }

    fn text(value: &str) -> Node {
        Node::text(value, SPAN)
    }

    fn list<const N: usize>(items: [Node; N]) -> Node {
        Node::list(items.into(), SPAN)
    }

    fn map<const N: usize>(entries: [(&str, Node); N]) -> Node {
        Node::map(entries.into_iter().map(|(key, value)| Entry::new(key, SPAN, value)).collect(), SPAN)
    }

    fn open() -> Node {
        Node::unresolved("var.x", "nobody says", SPAN)
    }

    fn spread() -> Node {
        let Value::Unresolved(unresolved) = open().value else { unreachable!() };
        let spread = Unresolved { spread: true, ..(*unresolved).clone() };
        Node::new(Value::Unresolved(Arc::new(spread)), SPAN)
    }

    #[test]
    fn scalars_are_equal_across_types_only_where_the_format_converts() {
        let (yes, float) = (Node::new(Value::Bool(true), SPAN), Node::new(Value::Float(1.0), SPAN));
        let null = Node::new(Value::Null, SPAN);
        for (left, right, strict, loose) in [
            (text("true"), yes.clone(), False, True),
            (text("True"), yes.clone(), False, False),
            (text("1"), int(1), False, True),
            (text("1.0"), int(1), False, True),
            (text("01"), int(1), False, True),
            (text("inf"), Node::new(Value::Float(f64::INFINITY), SPAN), False, False),
            (text(""), int(0), False, False),
            (int(1), float.clone(), True, True),
            (int(1), yes, False, False),
            (text("a"), text("A"), False, False),
            (null.clone(), null.clone(), True, True),
            (null.clone(), text(""), False, False),
            (null, text("null"), False, False),
            (int(i64::MAX), Node::new(Value::Float(9_223_372_036_854_775_808.0), SPAN), False, False),
        ] {
            for (typing, want) in [(Typing::Strict, strict), (Typing::Loose, loose)] {
                assert_eq!(equal(&left, &right, setting(typing)), want, "{left:?} = {right:?}, {typing:?}");
                assert_eq!(equal(&right, &left, setting(typing)), want, "{right:?} = {left:?}, {typing:?}");
            }
        }
    }

    #[test]
    fn unresolved_parts_leave_it_open_unless_the_rest_decides() {
        let with_rest = |node: Node| {
            let Value::Map(map) = &node.value else { unreachable!() };
            let Value::Unresolved(rest) = open().value else { unreachable!() };
            Node::new(Value::Map(Arc::new(Map { entries: map.entries.clone(), rest: Some(rest) })), SPAN)
        };
        let mut viewed = map([("a", int(1))]);
        viewed.derive("view", int(2));
        for (left, right, want) in [
            (open(), int(1), Unknown),
            (list([int(1), int(2)]), list([int(1), int(2)]), True),
            (list([int(1)]), list([int(1), int(2)]), False),
            (list([int(1), open()]), list([int(1), int(2)]), Unknown),
            (list([int(3), open()]), list([int(1), int(2)]), False),
            (list([spread()]), list([]), Unknown),
            (list([int(1), spread()]), list([int(1), int(2)]), Unknown),
            (list([int(3), spread()]), list([int(1), int(2)]), False),
            (list([spread(), int(3)]), list([int(1), int(2)]), False),
            (list([int(1), spread(), int(2)]), list([int(1)]), False),
            (list([spread(), int(1)]), list([int(2), spread()]), Unknown),
            (map([("a", int(1)), ("b", int(2))]), map([("b", int(2)), ("a", int(1))]), True),
            (map([("a", int(1))]), map([("a", int(1)), ("b", int(2))]), False),
            (map([("a", open())]), map([("a", int(1))]), Unknown),
            (map([("a", open()), ("b", int(1))]), map([("a", int(1)), ("b", int(2))]), False),
            (with_rest(map([("a", int(1))])), map([("a", int(1)), ("b", int(2))]), Unknown),
            (with_rest(map([("a", int(1))])), map([("a", int(1))]), Unknown),
            (with_rest(map([("a", int(2))])), map([("a", int(1))]), False),
            (viewed, map([("a", int(1))]), True),
            (list([]), map([]), False),
        ] {
            assert_eq!(equal(&left, &right, setting(Typing::Strict)), want, "{left:?} = {right:?}");
            assert_eq!(equal(&right, &left, setting(Typing::Strict)), want, "{right:?} = {left:?}");
        }
    }
}
