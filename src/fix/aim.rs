//! From keys to the place that they name.

use std::sync::Arc;

use crate::document::{Entry, Node, Value};
use crate::rule::Ways;
use crate::source::FileId;

/// Where a change is made.
pub(super) enum Aim<'n, 'w> {
    /// The entry stands in the file, in this map.
    There(&'n Node, &'n Entry),
    /// It does not; the map that holds the part of the way that does, and the keys that are left.
    Missing(&'n Node, &'w [Arc<str>]),
}

/// The place that keys lead to below a node, by the first way that leads to something; it has to be written in this file.
pub(super) fn at<'n, 'w>(unit: &'n Node, ways: &'w Ways, file: FileId) -> Result<Aim<'n, 'w>, String> {
    let mut first = None;
    for keys in ways {
        match by(unit, keys, file)? {
            Aim::There(map, entry) => return Ok(Aim::There(map, entry)),
            missing @ Aim::Missing(..) => first = first.or(Some(missing)),
        }
    }
    first.ok_or_else(|| "the rule names no place".to_owned())
}

fn by<'n, 'w>(unit: &'n Node, keys: &'w [Arc<str>], file: FileId) -> Result<Aim<'n, 'w>, String> {
    let mut node = only(unit, "it")?;
    let mut left = keys;
    while let [key, rest @ ..] = left {
        here(node, key, file)?;
        let Value::Map(map) = &node.value else {
            return Err(format!("`{key}` cannot stand in a {}", node.value.kind()));
        };
        let Some(entry) = map.entry(key) else {
            if map.rest.is_some() {
                return Err(format!("whether there is `{key}` is not decided"));
            }
            return Ok(Aim::Missing(node, left));
        };
        if !node.span.contains(entry.key.span) {
            return Err(format!("`{key}` is taken over from elsewhere"));
        }
        here(&entry.value, key, file)?;
        if rest.is_empty() {
            return Ok(Aim::There(node, entry));
        }
        node = only(&entry.value, key)?;
        left = rest;
    }
    Err("the rule names no place".to_owned())
}

/// The one item of a list; anything else is itself.
fn only<'n>(node: &'n Node, name: &str) -> Result<&'n Node, String> {
    match &node.value {
        Value::List(_) => match node.items() {
            [item] => Ok(item),
            [] => Err(format!("`{name}` is empty")),
            _ => Err(format!("there is more than one `{name}`")),
        },
        _ => Ok(node),
    }
}

/// Whether a node is written in the file itself, and not taken from elsewhere.
pub(super) fn here(node: &Node, key: &str, file: FileId) -> Result<(), String> {
    if let Some(step) = node.steps().first() {
        return Err(format!("`{key}` comes from elsewhere ({})", step.what));
    }
    match &node.value {
        _ if node.span.file != file => Err(format!("`{key}` comes from another file")),
        Value::Unresolved(open) => Err(format!("`{key}` is not decided: {}", open.because)),
        _ => Ok(()),
    }
}
