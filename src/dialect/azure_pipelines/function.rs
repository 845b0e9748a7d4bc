//! The functions of template expressions. What is not decided, and functions that only a run can answer, are unresolved.

use std::cmp::Ordering::{Equal, Greater, Less};
use std::sync::Arc;

use super::expression::{DEEPEST, truth};
use crate::document::{Node, Unresolved, Value};
use crate::source::Span;
use crate::truth::Truth;

/// Longest text that a function makes, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// The text of a plain value, as comparisons have it.
pub(super) fn plain(node: &Node) -> Option<String> {
    match &node.value {
        Value::Null => Some(String::new()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::List(_) | Value::Map(_) | Value::Unresolved(_) => None,
    }
}

/// What a function comes to.
pub(super) fn call(name: &str, arguments: &[Node], at: Span) -> Node {
    let name = name.to_ascii_lowercase();
    if let Some(truth) = logical(&name, arguments) {
        return answer(truth, arguments, &name, at);
    }
    if name == "iif" {
        return chosen(arguments, at);
    }
    let open = arguments.iter().find(|argument| argument.as_unresolved().is_some());
    let made = if open.is_some() { None } else { text(&name, arguments, at) };
    match (made, open) {
        (Some(node), _) => node,
        (None, Some(open)) => opened(open, &name, at),
        (None, None) => {
            Node::unresolved(&format!("{name}(…)"), "the function is answered only when the pipeline runs", at)
        }
    }
}

/// A condition over its arguments.
fn logical(name: &str, arguments: &[Node]) -> Option<Truth> {
    let truths = || arguments.iter().map(truth);
    let pair = || arguments.first().zip(arguments.get(1));
    let one_of = || {
        let (first, rest) = arguments.split_first()?;
        Some(rest.iter().map(|other| equal(first, other)).max().unwrap_or(Truth::False))
    };
    let ordered = |wanted: &[std::cmp::Ordering]| {
        let (left, right) = pair()?;
        Some(compared(left, right).map_or(Truth::Unknown, |order| of(wanted.contains(&order))))
    };
    match name {
        "and" => truths().min(),
        "or" => truths().max(),
        "not" => arguments.first().map(truth).map(negated),
        "xor" => pair().map(|(left, right)| match (truth(left), truth(right)) {
            (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
            (left, right) => of(left != right),
        }),
        "eq" => pair().map(|(left, right)| equal(left, right)),
        "ne" => pair().map(|(left, right)| negated(equal(left, right))),
        "in" => one_of(),
        "notin" => one_of().map(negated),
        "gt" => ordered(&[Greater]),
        "ge" => ordered(&[Greater, Equal]),
        "lt" => ordered(&[Less]),
        "le" => ordered(&[Less, Equal]),
        "contains" | "startswith" | "endswith" => pair().map(|(whole, part)| searched(name, whole, part)),
        "containsvalue" => pair().map(|(all, wanted)| among(all, wanted)),
        _ => None,
    }
}

fn of(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

fn negated(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        Truth::Unknown => Truth::Unknown,
    }
}

/// Whether two values are equal, the second taken for one of the kind of the first.
fn equal(left: &Node, right: &Node) -> Truth {
    if left.as_unresolved().is_some() || right.as_unresolved().is_some() {
        return Truth::Unknown;
    }
    if let Value::Bool(value) = left.value {
        return of(of(value) == truth(right));
    }
    match (number(left), plain(left), plain(right)) {
        (Some(number), _, Some(other)) => of(other.trim().parse::<f64>().ok() == Some(number)),
        (_, Some(one), Some(other)) => of(one.to_lowercase() == other.to_lowercase()),
        _ => Truth::Unknown,
    }
}

fn number(node: &Node) -> Option<f64> {
    match node.value {
        // Beyond this precision nobody counts.
        #[expect(clippy::cast_precision_loss, reason = "numbers of pipelines are small")]
        Value::Int(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

fn compared(left: &Node, right: &Node) -> Option<std::cmp::Ordering> {
    let (one, other) = (plain(left)?, plain(right)?);
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.partial_cmp(&other),
        _ => Some(one.to_lowercase().cmp(&other.to_lowercase())),
    }
}

fn searched(name: &str, whole: &Node, part: &Node) -> Truth {
    if matches!(whole.value, Value::List(_)) {
        return among(whole, part);
    }
    let Some((whole, part)) = plain(whole).zip(plain(part)) else { return Truth::Unknown };
    let (whole, part) = (whole.to_lowercase(), part.to_lowercase());
    of(match name {
        "contains" => whole.contains(&part),
        "startswith" => whole.starts_with(&part),
        _ => whole.ends_with(&part),
    })
}

fn among(all: &Node, wanted: &Node) -> Truth {
    match &all.value {
        Value::List(items) => items.iter().map(|item| equal(item, wanted)).max().unwrap_or(Truth::False),
        Value::Map(map) => map.written().map(|entry| equal(&entry.value, wanted)).max().unwrap_or(Truth::False),
        _ => Truth::Unknown,
    }
}

/// A truth as a value.
fn answer(truth: Truth, arguments: &[Node], name: &str, at: Span) -> Node {
    match truth {
        Truth::True => Node::new(Value::Bool(true), at),
        Truth::False => Node::new(Value::Bool(false), at),
        Truth::Unknown => match arguments.iter().find(|argument| argument.as_unresolved().is_some()) {
            Some(open) => opened(open, name, at),
            None => Node::unresolved(&format!("{name}(…)"), "these values cannot be compared", at),
        },
    }
}

/// What an open argument makes of a call.
fn opened(argument: &Node, name: &str, at: Span) -> Node {
    let open = argument.as_unresolved();
    let written = open.map_or("…", |open| &open.expression);
    let made = Unresolved {
        expression: format!("{name}({written})").into(),
        because: open.map(|open| open.because.clone()).unwrap_or_default(),
        question: open.filter(|open| open.alternatives.is_empty()).and_then(|open| open.question.clone()),
        ..Unresolved::default()
    };
    Node::new(Value::Unresolved(Arc::new(made)), at)
}

/// `iif(condition, one, other)`
fn chosen(arguments: &[Node], at: Span) -> Node {
    let [condition, one, other] = arguments else {
        return Node::unresolved("iif(…)", "it takes a condition and two values", at);
    };
    match truth(condition) {
        Truth::True => one.clone(),
        Truth::False => other.clone(),
        Truth::Unknown => {
            let because = condition.as_unresolved().map_or("", |open| &open.because);
            let alternatives = vec![one.clone(), other.clone()];
            let open = Unresolved {
                expression: "iif(…)".into(),
                because: because.into(),
                alternatives,
                ..Unresolved::default()
            };
            Node::new(Value::Unresolved(Arc::new(open)), at)
        }
    }
}

/// Functions that make texts and lists; none where that is not known, or too long.
fn text(name: &str, arguments: &[Node], at: Span) -> Option<Node> {
    let argument = |index: usize| arguments.get(index).and_then(plain);
    let made = match name {
        "lower" => argument(0)?.to_lowercase(),
        "upper" => argument(0)?.to_uppercase(),
        "trim" => argument(0)?.trim().to_owned(),
        "coalesce" => return arguments.iter().find(|node| plain(node).as_deref() != Some("")).cloned(),
        "replace" => {
            let (whole, old, new) = (argument(0)?, argument(1)?, argument(2)?);
            let count = if old.is_empty() { 0 } else { whole.matches(&old).count() };
            (whole.len() + count.saturating_mul(new.len()) <= MAX_TEXT).then(|| match count {
                0 => whole.clone(),
                _ => whole.replace(&old, &new),
            })?
        }
        "format" => formatted(&argument(0)?, arguments.get(1..)?)?,
        "join" => {
            let texts: Vec<String> = arguments.get(1)?.items().iter().map(plain).collect::<Option<_>>()?;
            texts.join(&argument(0)?)
        }
        "split" => {
            let (whole, marks) = (argument(0)?, argument(1)?);
            let parts = whole.split(|c| marks.contains(c)).map(|part| Node::text(part, at));
            return Some(Node::list(parts.take(DEEPEST * 8).collect(), at));
        }
        "length" => {
            let length = match &arguments.first()?.value {
                Value::List(items) => items.len(),
                Value::Map(map) => map.written().count(),
                _ => argument(0)?.chars().count(),
            };
            return Some(Node::new(Value::Int(i64::try_from(length).ok()?), at));
        }
        _ => return None,
    };
    (made.len() <= MAX_TEXT).then(|| Node::text(made, at))
}

/// `{0}` and so on are replaced; two braces are one.
fn formatted(pattern: &str, arguments: &[Node]) -> Option<String> {
    let mut made = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        made.push_str(rest.get(..at)?);
        let brace = rest.get(at..=at)?;
        let after = rest.get(at + 1..)?;
        if let Some(after) = after.strip_prefix(brace) {
            made.push_str(brace);
            rest = after;
        } else {
            let (number, after) = after.split_once('}').filter(|_| brace == "{")?;
            made.push_str(&plain(arguments.get(number.trim().parse::<usize>().ok()?)?)?);
            rest = after;
        }
        if made.len() > MAX_TEXT {
            return None;
        }
    }
    made.push_str(rest);
    Some(made)
}
