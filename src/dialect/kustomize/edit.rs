//! Changes to trees.

use std::sync::Arc;

use crate::document::{Entry, Map, Node, Value};
use crate::source::Span;

/// The entries of a map, to be changed.
pub(super) fn map_mut(node: &mut Node) -> Option<&mut Map> {
    match &mut node.value {
        Value::Map(map) => Some(Arc::make_mut(map)),
        _ => None,
    }
}

/// The items of a list, to be changed.
pub(in crate::dialect) fn items_mut(node: &mut Node) -> Option<&mut Vec<Node>> {
    match &mut node.value {
        Value::List(items) => Some(Arc::make_mut(items)),
        _ => None,
    }
}

/// The value of a key, to be changed.
pub(in crate::dialect) fn get_mut<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    let entries = &mut map_mut(node)?.entries;
    entries.iter_mut().rev().find(|entry| &*entry.key.name == key).map(|entry| &mut entry.value)
}

/// The value at a chain of keys, to be changed.
pub(super) fn at_mut<'a>(node: &'a mut Node, keys: &[&str]) -> Option<&'a mut Node> {
    keys.iter().try_fold(node, |node, key| get_mut(node, key))
}

/// Sets the value at a chain of keys; maps that are not there are made. `key` is where the value is said to be set.
pub(super) fn set(node: &mut Node, keys: &[&str], key: Span, value: Node) {
    let Some((first, rest)) = keys.split_first() else {
        *node = value;
        return;
    };
    if matches!(node.value, Value::Null) {
        node.value = Value::Map(Arc::default());
    }
    let span = node.span;
    let Some(map) = map_mut(node) else { return };
    if let Some(entry) = map.entries.iter_mut().rev().find(|entry| &*entry.key.name == *first) {
        if rest.is_empty() {
            entry.key.span = key;
        }
        set(&mut entry.value, rest, key, value);
    } else {
        let mut inner = Node::map(Vec::new(), if rest.is_empty() { key } else { span });
        set(&mut inner, rest, key, value);
        map.entries.push(Entry::new(*first, key, inner));
    }
}

/// Calls a function for whatever stands at a chain of keys, through lists by itself.
pub(in crate::dialect) fn each_at(node: &mut Node, keys: &[&str], change: &mut dyn FnMut(&mut Node)) {
    if let Some(items) = items_mut(node) {
        for item in items {
            each_at(item, keys, change);
        }
        return;
    }
    match keys.split_first() {
        None => change(node),
        Some((first, rest)) => {
            if let Some(inner) = get_mut(node, first) {
                each_at(inner, rest, change);
            }
        }
    }
}

/// Calls a function for every map of a tree. As deep as the tree.
pub(super) fn each_map(node: &mut Node, change: &mut dyn FnMut(&mut Node)) {
    match &mut node.value {
        Value::Map(_) => {
            change(node);
            for entry in map_mut(node).map_or(&mut [][..], |map| &mut map.entries) {
                each_map(&mut entry.value, change);
            }
        }
        Value::List(items) => {
            for item in Arc::make_mut(items) {
                each_map(item, change);
            }
        }
        _ => {}
    }
}
