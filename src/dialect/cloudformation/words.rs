//! Words that YAML 1.1 takes for booleans and that are names here: a condition called `Yes`, a loop variable `N`.

use std::sync::Arc;

use crate::document::{Node, Value};
use crate::source::Source;

/// Puts the words back that are names, wherever a name stands, and the single letters everywhere: CloudFormation's own
/// reader does not take those for booleans.
pub fn restore(root: &mut Node, source: &Source) {
    if has_word(root) {
        restore_within(root, source);
    }
}

/// The longest word that only YAML 1.1 takes for a boolean: `yes`, `off`. (`true` is longer.)
const LONGEST: usize = 3;

fn is_word(node: &Node) -> bool {
    matches!(node.value, Value::Bool(_)) && (1..=LONGEST).contains(&node.span.len())
}

fn has_word(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(has_word),
        Value::Map(map) => map.entries.iter().any(|entry| has_word(&entry.value)),
        _ => is_word(node),
    }
}

fn restore_within(node: &mut Node, source: &Source) {
    match &mut node.value {
        Value::List(items) => {
            for item in Arc::make_mut(items) {
                restore_within(item, source);
            }
        }
        Value::Map(map) => {
            for entry in &mut Arc::make_mut(map).entries {
                restore_name(&entry.key.name, &mut entry.value, source);
                restore_within(&mut entry.value, source);
            }
        }
        Value::Bool(_) if node.span.len() == 1 => as_written(node, source),
        _ => {}
    }
}

fn restore_name(key: &str, value: &mut Node, source: &Source) {
    match key {
        "Ref" | "Condition" | "DependsOn" => as_written(value, source),
        key if key == "Fn::If" || key.starts_with("Fn::ForEach") => {
            if let Value::List(items) = &mut value.value
                && let Some(first) = Arc::make_mut(items).first_mut()
            {
                as_written(first, source);
            }
        }
        _ => {}
    }
}

fn as_written(node: &mut Node, source: &Source) {
    if is_word(node) {
        *node = Node { trail: node.trail.take(), ..Node::verbatim(source.slice(node.span), node.span, 0) };
    }
}
