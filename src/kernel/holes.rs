//! Documents in texts of which parts are not known: they are read with a mark in each hole, and what the marks stand for takes
//! their places in the tree.

use std::sync::Arc;

use super::lift::merged;
use crate::document::{Entry, Map, Node, PartialText, TextPart, Unresolved, Value};

/// Stands around the number of a hole; a private character that no document holds.
const MARK: char = '\u{f8ff}';

/// The text that stands for the hole of a number.
pub fn mark(number: usize) -> String {
    format!("{MARK}{number}{MARK}")
}

/// The tree with the values of the holes in the places of their marks. As deep as trees are.
pub fn opened(node: &Node, fillings: &[Node]) -> Node {
    let value = match &node.value {
        Value::Str(text) if text.as_str().contains(MARK) => return filled(node, text.as_str(), fillings),
        Value::List(items) => Value::List(Arc::new(items.iter().map(|item| opened(item, fillings)).collect())),
        Value::Map(map) => {
            let entries =
                map.entries.iter().map(|entry| Entry { value: opened(&entry.value, fillings), ..entry.clone() });
            Value::Map(Arc::new(Map { entries: entries.collect(), rest: map.rest.clone() }))
        }
        other => other.clone(),
    };
    Node { value, span: node.span, trail: node.trail.clone() }
}

fn filled(node: &Node, text: &str, fillings: &[Node]) -> Node {
    let (mut parts, mut open) = (Vec::new(), Vec::new());
    // Text and numbers take turns.
    for (at, part) in text.split(MARK).enumerate() {
        if at % 2 == 0 {
            parts.push(TextPart::known(part));
            continue;
        }
        let unresolved = part.parse::<usize>().ok().and_then(|number| fillings.get(number)?.as_unresolved());
        parts.push(TextPart::partly(unresolved.and_then(|open| open.partial.as_deref())));
        open.extend(unresolved);
    }
    let partial = PartialText::joined(parts).map(Box::new);
    let shown = partial.as_ref().map_or_else(String::new, |partial| partial.filled("…"));
    let unresolved = Unresolved { partial, ..merged(shown.into(), &open) };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
}
