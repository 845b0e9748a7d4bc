//! `ansible.cfg`: sections of settings.

use std::sync::Arc;

use super::words;
use crate::dialect::{Resource, Typing};
use crate::document::{Document, Map, Node, Value};
use crate::syntax::spelled;

/// The file, with booleans as such and without the comments that follow values.
pub(super) fn resource(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
    Some(Resource::of_file(document, "ansible/config", settings(root), header, Typing::Loose))
}

/// As deep as the syntax goes: sections, and settings in them.
fn settings(node: &Node) -> Node {
    match &node.value {
        Value::Map(map) => {
            let mut map = Map::clone(map);
            map.entries.iter_mut().for_each(|entry| entry.value = settings(&entry.value));
            Node { value: Value::Map(Arc::new(map)), ..node.clone() }
        }
        Value::Str(text) => {
            // A semicolon after a blank begins a comment.
            let length = text.as_str().find([' ', '\t']).and_then(|_| text.as_str().find(" ;"));
            let bare = spelled::trimmed(&spelled::part(text, 0, length.unwrap_or(text.as_str().len())));
            let boolean = words::boolean(bare.as_str()).filter(|_| bare.as_str().len() > 1);
            let mut value = spelled::node(bare, node.span);
            if let Some(boolean) = boolean {
                value.value = Value::Bool(boolean);
            }
            value
        }
        _ => node.clone(),
    }
}
