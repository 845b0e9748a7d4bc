//! What is known of a text although parts of it are not: `"arn:aws:iam::${var.account}:root"` begins with `arn:aws:iam::`
//! whatever the account is, so it is not `"*"`.

use crate::document::{Node, Unresolved, Value};
use crate::rule::Predicate;
use crate::truth::Truth;

/// How a template of CloudFormation is written, before its text.
const SUBSTITUTES: &[&str] = &["!Sub ", "{ \"Fn::Sub\": ", "{\"Fn::Sub\":"];

/// What an expression is sure to begin with, when it is a text with holes in it: at least one character.
pub(super) fn prefix(open: &Unresolved) -> Option<&str> {
    // That a dialect took it for one item or many does not matter: a text is no list.
    if !open.alternatives.is_empty() {
        return None;
    }
    let expression = open.expression.trim();
    let text = match SUBSTITUTES.iter().find_map(|start| expression.strip_prefix(start)) {
        Some(text) => text.trim_start().trim_start_matches(['"', '\'']),
        None => quoted(expression)?,
    };
    let length = text.find(['$', '%', '\\', '"', '\'', '\n'])?;
    let holes = text.get(length..).is_some_and(|rest| rest.starts_with("${"));
    // A list begins the other form of `!Sub`, with the text further on.
    text.get(..length).filter(|prefix| holes && !prefix.is_empty() && !prefix.starts_with(['[', '-', '{', '|', '>']))
}

/// The inside of an expression that is one quoted text and nothing else.
fn quoted(expression: &str) -> Option<&str> {
    let inside = expression.strip_prefix('"')?;
    let mut holes = 0_usize;
    // Quotes inside holes come in pairs; the text ends at the first one outside.
    let mut characters = inside.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '$' | '%' if characters.next_if(|(_, next)| *next == '{').is_some() => holes += 1,
            '{' if holes > 0 => holes += 1,
            '}' => holes = holes.saturating_sub(1),
            '"' if holes == 0 => return (at + 1 == inside.len()).then_some(inside),
            _ => {}
        }
    }
    None
}

/// What a predicate says of every text that begins like this.
pub(super) fn ask(predicate: &Predicate, prefix: &str) -> Truth {
    match predicate {
        Predicate::All(parts) => Truth::all(parts.iter().map(|part| ask(part, prefix))),
        Predicate::Not(part) => !ask(part, prefix),
        Predicate::Empty(wanted) => Truth::from(!*wanted),
        Predicate::Test { operator, argument, .. } => test(operator.name, argument, prefix),
        Predicate::View { .. } | Predicate::IgnoringCase(_) | Predicate::Nested(_) | Predicate::Length(_) => {
            Truth::Unknown
        }
    }
}

fn test(operator: &str, argument: &Node, prefix: &str) -> Truth {
    let arguments = if argument.items().is_empty() { std::slice::from_ref(argument) } else { argument.items() };
    let possible = || arguments.iter().any(|argument| text_of(argument).is_none_or(|text| text.starts_with(prefix)));
    let or_unknown = |possible: bool, otherwise: Truth| if possible { Truth::Unknown } else { otherwise };
    match operator {
        "equals" if matches!(argument.value, Value::List(_)) => Truth::Unknown,
        "equals" | "one-of" => or_unknown(possible(), Truth::False),
        "none-of" => or_unknown(possible(), Truth::True),
        "starts-with" => {
            let begins = |argument: &Node| argument.as_str().is_some_and(|text| prefix.starts_with(text));
            if arguments.iter().any(begins) { Truth::True } else { or_unknown(possible(), Truth::False) }
        }
        _ => Truth::Unknown,
    }
}

/// The text that a scalar is equal to, where it is a text at all.
fn text_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Null | Value::Float(_) | Value::List(_) | Value::Map(_) | Value::Unresolved(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_holes_begins_with_what_stands_before_the_first() {
        for (expression, want) in [
            (r#""arn:aws:iam::${var.account}:root""#, Some("arn:aws:iam::")),
            (r#""serviceAccount:${data.x["a"].email}""#, Some("serviceAccount:")),
            (r#""${var.prefix}-logs""#, None),
            (r#""a${var.x}" == var.y ? "*" : "b""#, None),
            (r#""plain""#, None),
            ("var.acl", None),
            ("!Sub arn:aws:iam::${AWS::AccountId}:root", Some("arn:aws:iam::")),
            (r#"{ "Fn::Sub": "arn:${AWS::Partition}:iam::aws" }"#, Some("arn:")),
            ("!Sub ${Name}-logs", None),
            ("!Sub [ 'arn:${Part}', { Part: aws } ]", None),
        ] {
            let open = Unresolved { expression: expression.into(), ..Unresolved::default() };
            assert_eq!(prefix(&open), want, "{expression}");
        }
    }
}
