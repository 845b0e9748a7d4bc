//! Views that are added all over a tree.

use std::sync::Arc;

use crate::document::{MAX_DEPTH, Node, Value};

/// Adds a view under a name to every map of a tree that has it, the innermost first; alternatives of unresolved values
/// are gone through too.
pub(super) fn everywhere(node: &mut Node, name: &str, view: &dyn Fn(&Node) -> Option<Node>) {
    below(node, name, view, 0);
}

fn below(node: &mut Node, name: &str, view: &dyn Fn(&Node) -> Option<Node>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &mut node.value {
        Value::Map(map) => {
            for entry in &mut Arc::make_mut(map).entries {
                below(&mut entry.value, name, view, depth + 1);
            }
        }
        Value::List(items) => {
            for item in Arc::make_mut(items) {
                below(item, name, view, depth + 1);
            }
            return;
        }
        Value::Unresolved(open) if !open.alternatives.is_empty() => {
            for alternative in &mut Arc::make_mut(open).alternatives {
                below(alternative, name, view, depth + 1);
            }
            return;
        }
        _ => return,
    }
    if let Some(view) = view(node) {
        node.derive(name, view);
    }
}
