//! Every example of the table, through the real `build`, and what all operators have in common.

use std::sync::Arc;

use crate::dialect::Typing;
use crate::document::{Entry, Node, PartialText, TextPart, Unresolved, Value};
use crate::rule::operator::{Members, OPERATORS, Operator, Partly, Setting, Test, named};
use crate::source::{FileId, Span};
use crate::truth::Truth;

const SPAN: Span = Span { file: FileId(0), start: 0, end: 0 };

/// The setting of examples.
pub fn setting(typing: Typing) -> Setting {
    Setting { typing, ignore_case: false, today: jiff::civil::date(2026, 1, 15) }
}

/// A rule's argument.
pub fn argument(text: &str) -> Node {
    let table: toml::Table = toml::from_str(&format!("argument = {text}")).unwrap_or_else(|e| panic!("{text}: {e}"));
    from_toml(&table["argument"])
}

fn from_toml(value: &toml::Value) -> Node {
    match value {
        toml::Value::String(text) => Node::text(text.as_str(), SPAN),
        toml::Value::Integer(int) => Node::new(Value::Int(*int), SPAN),
        toml::Value::Float(float) => Node::new(Value::Float(*float), SPAN),
        toml::Value::Boolean(value) => Node::new(Value::Bool(*value), SPAN),
        toml::Value::Datetime(date) => Node::text(date.to_string(), SPAN),
        toml::Value::Array(items) => Node::list(items.iter().map(from_toml).collect(), SPAN),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| Entry::new(key.as_str(), SPAN, from_toml(value)));
            Node::map(entries.collect(), SPAN)
        }
    }
}

/// A value in a file.
pub fn value(json: &str) -> Node {
    from_json(&serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}")))
}

/// A text with holes where `…` stands.
fn in_part(written: &str) -> Node {
    let pieces = written.split('…').flat_map(|piece| [TextPart::Hole, TextPart::known(piece)]).skip(1);
    let partial = PartialText::joined(pieces).map(Box::new);
    let open = Unresolved { expression: written.into(), partial, ..Unresolved::default() };
    Node::new(Value::Unresolved(Arc::new(open)), SPAN)
}

fn from_json(value: &serde_json::Value) -> Node {
    use serde_json::Value as Json;
    match value {
        Json::Null => Node::new(Value::Null, SPAN),
        Json::Bool(value) => Node::new(Value::Bool(*value), SPAN),
        Json::Number(number) => {
            Node::new(number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap()), Value::Int), SPAN)
        }
        Json::String(text) if text.starts_with("${") => Node::unresolved(text, "nobody says", SPAN),
        Json::String(text) if text.contains('…') => in_part(text),
        Json::String(text) => Node::text(text.as_str(), SPAN),
        Json::Array(items) => Node::list(items.iter().map(from_json).collect(), SPAN),
        Json::Object(map) => {
            let entries = map.iter().map(|(key, value)| Entry::new(key.as_str(), SPAN, from_json(value)));
            Node::map(entries.collect(), SPAN)
        }
    }
}

/// Asks as the rule language does under `assert`: of every item of a list, and of the node otherwise.
pub fn ask(operator: &Operator, argument: &Node, node: &Node, setting: Setting) -> Truth {
    let test = operator.read(argument).unwrap_or_else(|e| panic!("{}: {e}", operator.name));
    match &test {
        Test::One(ask) => each(node, &|node| match parts_of(node) {
            Some(known) => partly(operator, argument, known, setting),
            None => ask(node, &setting),
        }),
        Test::Whole(ask) => {
            if let Some(text) = parts_of(node) {
                partly(operator, argument, text, setting)
            } else if node.as_unresolved().is_some() {
                Truth::Unknown
            } else {
                ask(node, &setting)
            }
        }
        Test::Set(ask) => {
            let members = if matches!(node.value, Value::List(_)) { node.items() } else { std::slice::from_ref(node) };
            let (open, known): (Vec<_>, Vec<_>) = members.iter().partition(|item| item.as_unresolved().is_some());
            let texts = open.iter().map(|item| item.as_unresolved().unwrap().partial.as_deref());
            let undecided = texts.clone().any(|text| text.is_none());
            ask(&Members { known, partly: texts.flatten().collect(), undecided }, &setting)
        }
        Test::View(view) => each(node, &|node| {
            let shown = match (parts_of(node), &operator.partly) {
                (Some(known), Partly::Shows(view)) => Some(view(known, node.as_unresolved().unwrap(), SPAN)),
                _ => view(node),
            };
            shown.map_or(Truth::False, |node| holds(argument, Some(&node), setting))
        }),
    }
}

fn parts_of(node: &Node) -> Option<&PartialText> {
    node.as_unresolved().and_then(|open| open.partial.as_deref())
}

fn partly(operator: &Operator, argument: &Node, text: &PartialText, setting: Setting) -> Truth {
    match &operator.partly {
        Partly::Answers(build) => build(argument)(text, &setting),
        Partly::Nothing | Partly::Shows(_) => Truth::Unknown,
    }
}

fn each(node: &Node, ask: &dyn Fn(&Node) -> Truth) -> Truth {
    match &node.value {
        Value::List(items) if items.is_empty() => Truth::False,
        Value::List(items) => Truth::all(items.iter().map(|item| each(item, ask))),
        Value::Unresolved(open) if open.partial.is_none() => Truth::Unknown,
        _ => ask(node),
    }
}

/// A predicate that is an operator's argument: operators, a nested condition, or a plain value.
fn holds(predicate: &Node, node: Option<&Node>, setting: Setting) -> Truth {
    let Value::Map(map) = &predicate.value else {
        return node.map_or(Truth::False, |node| ask(named("equals").unwrap(), predicate, node, setting));
    };
    Truth::all(map.entries.iter().map(|entry| match &*entry.key.name {
        "present" => Truth::from(node.is_some() == entry.value.as_bool().unwrap()),
        name => match (named(name), node) {
            (Some(operator), Some(node)) => ask(operator, &entry.value, node, setting),
            (Some(_), None) => Truth::False,
            (None, node) => holds(&entry.value, node.and_then(|node| node.get(name)), setting),
        },
    }))
}

#[test]
fn every_example_of_the_table_holds() {
    for operator in OPERATORS {
        for (written, json, want) in operator.examples {
            let got = ask(operator, &argument(written), &value(json), setting(Typing::Loose));
            assert_eq!(got, *want, "{} = {written} on {json}", operator.name);
        }
    }
}

#[test]
fn every_operator_is_documented_and_shown() {
    for operator in OPERATORS {
        let name = operator.name;
        assert!(operator.doc.ends_with('.') && !operator.doc.contains("  "), "{name}: sentences");
        assert!(operator.examples.len() >= 4, "{name}: at least four examples");
        for truth in [Truth::True, Truth::False] {
            assert!(
                operator.examples.iter().any(|(_, _, want)| *want == truth),
                "{name}: an example that is {truth:?}"
            );
        }
        assert_eq!(OPERATORS.iter().filter(|other| other.name == name).count(), 1, "{name} is there once");
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}: lower case and hyphens");
    }
}

#[test]
fn no_operator_is_upset_by_any_value() {
    let long = format!("\"{}\"", "1.".repeat(5000));
    let values = [
        "null",
        "true",
        "-1",
        "9223372036854775807",
        "1e300",
        "\"\"",
        "\"é\"",
        "\"-\"",
        "\"a-b\"",
        "\",,\"",
        "\"/\"",
        "\":@\"",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"from\": \"${x}\"}",
        "[\"${x}\"]",
        &long,
    ];
    for operator in OPERATORS {
        for (written, ..) in operator.examples {
            for json in values {
                for typing in [Typing::Loose, Typing::Strict] {
                    for ignore_case in [false, true] {
                        let setting = Setting { ignore_case, ..setting(typing) };
                        ask(operator, &argument(written), &value(json), setting);
                    }
                }
            }
        }
    }
}

#[test]
fn a_wrong_argument_is_refused_with_what_was_expected() {
    for (name, written, want) in REFUSED {
        let operator = named(name).unwrap_or_else(|| panic!("{name}"));
        let refused = operator.read(&argument(written)).err();
        assert_eq!(refused.as_deref(), Some(*want), "{name} = {written}");
    }
    for operator in OPERATORS {
        assert!(
            operator.name == "equals" || REFUSED.iter().any(|(name, ..)| *name == operator.name),
            "{}: an argument that is refused",
            operator.name
        );
    }
}

const REFUSED: &[(&str, &str, &str)] = &[
    ("one-of", "\"a\"", "expected a list of values, not the string `a`"),
    ("one-of", "[]", "expected a list of values, not an empty list"),
    ("none-of", "[[\"a\"]]", "expected a list of values that are no lists, not a list"),
    ("matches", "1", "expected a regular expression (a string), not the number 1"),
    ("matches", "\"\"", "expected a regular expression (a string), not an empty string"),
    ("matches", "\"a(\"", "expected a regular expression: unclosed group"),
    (
        "matches",
        "\"(?=a)\"",
        "expected a regular expression: look-around, including look-ahead and look-behind, is not supported",
    ),
    ("matches", "\"\\\\w{3000}\"", "expected a smaller regular expression: this one takes over 1 MiB"),
    ("matches-glob", "\"a[\"", "expected a glob, not `a[`: unclosed character class; missing ']'"),
    ("quantity", "\"1Gi\"", "expected a number, or operators on it such as `{ at-least = 1 }`, not the string `1Gi`"),
    (
        "interval",
        "\"daily\"",
        "expected a number of hours, or operators on it such as `{ at-most = 24 }`, not the string `daily`",
    ),
    ("matches-glob", "[\"\"]", "expected a string or a list of strings, not an empty string"),
    ("contains", "\"\"", "expected a value or a list of values, not an empty string, which is in every string"),
    ("contains", "[]", "expected a value or a list of values, not an empty list"),
    ("starts-with", "1", "expected a string or a list of strings, not the number 1"),
    ("ends-with", "{ a = 1 }", "expected a string or a list of strings, not a table"),
    ("at-least", "\"90\"", "expected a number, not the string `90`"),
    ("at-most", "nan", "expected a number, not the number NaN"),
    ("above", "true", "expected a number, not `true`"),
    ("below", "[1]", "expected a number, not a list"),
    ("unique", "false", "expected `true`; for the contrary write `not = { … = true }` around it"),
    ("unique", "\"yes\"", "expected `true`, not the string `yes`"),
    ("subset-of", "\"a\"", "expected a list of values, not the string `a`"),
    ("superset-of", "[]", "expected a list with items, not an empty list, of which every list is a superset"),
    ("disjoint-from", "[]", "expected a list with items, not an empty list, from which every list is disjoint"),
    ("version", "1.2", "expected a version requirement such as \">=1.2, <2\", not the number 1.2"),
    ("version", "\">=1.2 <2\"", "expected a version requirement such as \">=1.2, <2\", not the string `>=1.2 <2`"),
    ("version", "\"=>1\"", "expected a version requirement such as \">=1.2, <2\", not the string `=>1`"),
    (
        "within-cidr",
        "\"10.0.0.0/33\"",
        "expected a network such as `10.0.0.0/8`, or a list of networks, not the string `10.0.0.0/33`",
    ),
    ("within-cidr", "[\"10.0.0.1/8\"]", "expected a network, not an address in one: `10.0.0.0/8` has these bits"),
    ("overlaps-cidr", "[]", "expected a network such as `10.0.0.0/8`, or a list of networks, not an empty list"),
    ("covers-internet", "\"0.0.0.0/0\"", "expected `true`, not the string `0.0.0.0/0`"),
    (
        "includes",
        "65536",
        "expected a port such as 22, a range such as \"22-25\", or a list of those, not the number 65536",
    ),
    (
        "includes",
        "[\"ssh\"]",
        "expected a port such as 22, a range such as \"22-25\", or a list of those, not the string `ssh`",
    ),
    ("before-today", "\"2026-01-01\"", "expected `true`, not the string `2026-01-01`"),
    (
        "older-than",
        "365",
        "expected a period in days, weeks, months or years such as `365d`, `52w`, `12mo` or `1y`, not the number 365",
    ),
    (
        "older-than",
        "\"12m\"",
        "expected a period in days, weeks, months or years such as `365d`, `52w`, `12mo` or `1y`, not the string `12m`",
    ),
    ("within-days", "-1", "expected a whole number of days, 0 or more, not the number -1"),
    (
        "bits",
        "\"2048\"",
        "expected a number of bits, or operators on it such as `{ at-least = 2048 }`, not the string `2048`",
    ),
    (
        "entropy",
        "\"high\"",
        "expected a number of bits per character, or operators on it such as `{ at-least = 4.0 }`, not the string `high`",
    ),
    (
        "image",
        "\"nginx\"",
        "expected a condition on parts of the image such as `{ tag = \"latest\" }`, not the string `nginx`",
    ),
];

#[test]
fn case_is_ignored_where_the_setting_says_so() {
    for (name, written, json) in [
        ("equals", "\"enabled\"", "\"ENABLED\""),
        ("equals", "\"straße\"", "\"STRAßE\""),
        ("one-of", "[\"enabled\"]", "\"Enabled\""),
        ("matches", "\"^arn\"", "\"ARN:aws\""),
        ("matches-glob", "\"*.md\"", "\"README.MD\""),
        ("contains", "\"admin\"", "\"Administrator\""),
        ("contains", "\"admin\"", "[\"ADMIN\"]"),
        ("starts-with", "\"https\"", "\"HTTPS://\""),
        ("ends-with", "\".ORG\"", "\"example.org\""),
        ("subset-of", "[\"net_admin\"]", "[\"NET_ADMIN\"]"),
    ] {
        let (argument, value) = (argument(written), value(json));
        let without = Setting { ignore_case: true, ..setting(Typing::Strict) };
        let operator = named(name).unwrap();
        assert_eq!(ask(operator, &argument, &value, without), Truth::True, "{name} = {written} on {json}, no case");
        let with = setting(Typing::Strict);
        assert_eq!(ask(operator, &argument, &value, with), Truth::False, "{name} = {written} on {json}, with case");
    }
    let without = Setting { ignore_case: true, ..setting(Typing::Strict) };
    let same = value("[\"a\", \"A\"]");
    assert_eq!(ask(named("unique").unwrap(), &argument("true"), &same, without), Truth::False);
}

#[test]
fn numbers_are_no_text_where_the_format_does_not_convert() {
    for (name, written, json) in [
        ("equals", "1", "\"1\""),
        ("at-least", "1", "\"1\""),
        ("matches", "\"1\"", "1"),
        ("contains", "\"1\"", "1"),
        ("one-of", "[true]", "\"true\""),
    ] {
        let (argument, value) = (argument(written), value(json));
        let operator = named(name).unwrap();
        assert_eq!(
            ask(operator, &argument, &value, setting(Typing::Strict)),
            Truth::False,
            "{name} = {written} on {json}"
        );
        assert_eq!(
            ask(operator, &argument, &value, setting(Typing::Loose)),
            Truth::True,
            "{name} = {written} on {json}"
        );
    }
    let mixed = value("[1, \"1\"]");
    assert_eq!(ask(named("unique").unwrap(), &argument("true"), &mixed, setting(Typing::Strict)), Truth::True);
}

#[test]
fn unique_takes_the_same_values_for_equal_as_equals() {
    let values = [
        "null",
        "true",
        "false",
        "\"true\"",
        "1",
        "1.0",
        "\"1\"",
        "\"1.0\"",
        "\"a\"",
        "0.5",
        "\"0.5\"",
        "[1]",
        "{\"a\": 1}",
    ];
    for typing in [Typing::Loose, Typing::Strict] {
        for left in values {
            for right in values {
                let (a, b) = (value(left), value(right));
                let equal = super::equality::equal(&a, &b, setting(typing));
                let pair = Node::new(Value::List(Arc::new(vec![a, b])), SPAN);
                let unique = ask(named("unique").unwrap(), &argument("true"), &pair, setting(typing));
                assert_eq!(unique, !equal, "{left} and {right}, {typing:?}");
            }
        }
    }
}
