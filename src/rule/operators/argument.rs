//! Reading the arguments of operators, and the words in which a wrong one is refused.

use std::borrow::Cow;

use crate::dialect::Typing;
use crate::document::{Node, Value};

/// The refusal of an argument: what was expected, and what stands there.
pub fn refused(expected: &str, argument: &Node) -> String {
    format!("expected {expected}, not {}", described(argument))
}

/// A value in words: "the string `a`", "a list", "an empty string".
pub fn described(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Int(value) => format!("the number {value}"),
        Value::Float(value) => format!("the number {value}"),
        Value::Str(text) if text.as_str().is_empty() => "an empty string".into(),
        Value::Str(text) => format!("the string `{}`", shortened(text.as_str())),
        Value::List(items) if items.is_empty() => "an empty list".into(),
        Value::List(_) => "a list".into(),
        Value::Map(_) => "a table".into(),
        Value::Unresolved(_) => "an unresolved value".into(),
    }
}

fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)).into(),
        None => text.into(),
    }
}

/// The word `true`: the argument of an operator that has nothing to be told.
pub fn only_true(argument: &Node) -> Result<(), String> {
    match argument.value {
        Value::Bool(true) => Ok(()),
        Value::Bool(false) => Err("expected `true`; for the contrary write `not = { … = true }` around it".into()),
        _ => Err(refused("`true`", argument)),
    }
}

/// A list of values that are no lists themselves; at least one.
pub fn choices(argument: &Node) -> Result<Vec<Node>, String> {
    let Value::List(items) = &argument.value else { return Err(refused("a list of values", argument)) };
    if items.is_empty() {
        return Err(refused("a list of values", argument));
    }
    match items.iter().find(|item| matches!(item.value, Value::List(_))) {
        Some(item) => Err(refused("a list of values that are no lists", item)),
        None => Ok(items.to_vec()),
    }
}

/// The argument's items, or the argument itself where it is no list; at least one. The words name what they must be.
pub fn one_or_more<'a>(argument: &'a Node, expected: &str) -> Result<&'a [Node], String> {
    match &argument.value {
        Value::List(items) if items.is_empty() => Err(refused(expected, argument)),
        Value::List(items) => Ok(items),
        _ => Ok(std::slice::from_ref(argument)),
    }
}

/// A string, or a list of strings of which none is empty.
pub fn texts(argument: &Node) -> Result<Vec<&str>, String> {
    const EXPECTED: &str = "a string or a list of strings";
    let items = one_or_more(argument, EXPECTED)?;
    items
        .iter()
        .map(|item| item.as_str().filter(|text| !text.is_empty()).ok_or_else(|| refused(EXPECTED, item)))
        .collect()
}

/// The text of a value: a string's own, and how a boolean or a number is written where the format converts them.
pub fn text_of(node: &Node, typing: Typing) -> Option<Cow<'_, str>> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().into()),
        Value::Bool(value) if typing == Typing::Loose => Some(if *value { "true" } else { "false" }.into()),
        Value::Int(value) if typing == Typing::Loose => Some(value.to_string().into()),
        Value::Float(value) if typing == Typing::Loose => Some(value.to_string().into()),
        _ => None,
    }
}
