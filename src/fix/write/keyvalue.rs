//! Files of keys and values: what stands there is replaced, and nothing is added, since the order may count.

use std::sync::Arc;

use super::super::Edit;
use super::{Writer, Written, lines};
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};

/// The writer.
pub(super) const KEY_VALUE: Writer =
    Writer { syntaxes: &["sshd-config", "ini", "dotenv"], literal, insert, remove, push };

fn literal(node: &Node) -> Option<String> {
    match &node.value {
        Value::Int(value) => Some(value.to_string()),
        Value::Str(text) if !text.as_str().contains(['\n', '#', ';', '"']) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

fn insert(_: &Source, _: &Node, _: &[Arc<str>], _: &Node) -> Written {
    Err("it is not there, and where to add it is for a person to say".to_owned())
}

fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    let range = lines::whole(source.text(), entry.span().range(), &["#"]).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), range.start, range.end), String::new()))
}

fn push(_: &Source, _: &Node, _: &[&Node]) -> Written {
    Err("it is no list".to_owned())
}
