//! Trees as the tools of Kubernetes read them, and what in a template is not decided.

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::{Entry, Map, Node, Value};

/// A tree without tags of the writer's own, which mean nothing to these tools: `!x Pod` is `Pod`.
pub(super) fn untagged(node: &Node) -> Cow<'_, Node> {
    if has(node, &is_tagged) { Cow::Owned(mapped(node, &strip)) } else { Cow::Borrowed(node) }
}

/// A tree in which what a template is yet to fill in is unresolved: a value in double braces; in a folder of templates,
/// also a text with such braces.
pub(super) fn decided(node: &Node, in_templates: bool) -> Cow<'_, Node> {
    let is_open =
        |node: &Node| is_placeholder(node) || (in_templates && node.as_str().is_some_and(|text| text.contains("{{")));
    if !has(node, &is_open) {
        return Cow::Borrowed(node);
    }
    let open = |node: &Node| {
        let key = || node.entries().first().map_or("", |entry| &*entry.key.name);
        let written = node.as_str().map_or_else(|| format!("{{{}}}", key()), str::to_owned);
        is_open(node).then(|| Node::unresolved(&written, "a template fills it in", node.span))
    };
    Cow::Owned(mapped(node, &open))
}

fn is_tagged(node: &Node) -> bool {
    matches!(node.entries(), [only] if only.key.name.starts_with('!') && only.key.name.len() > 1)
}

fn strip(node: &Node) -> Option<Node> {
    let inner = node.entries().first().filter(|_| is_tagged(node))?;
    Some(mapped(&inner.value, &strip))
}

/// Whether a node is what YAML makes of `{{ name }}`: a map whose one key is a map.
fn is_placeholder(node: &Node) -> bool {
    let [only] = node.entries() else { return false };
    only.key.name.starts_with('{') && only.key.name.ends_with('}') && matches!(only.value.value, Value::Null)
}

/// Whether a condition holds of some node of a tree.
fn has(node: &Node, condition: &dyn Fn(&Node) -> bool) -> bool {
    condition(node)
        || node.items().iter().any(|item| has(item, condition))
        || node.entries().iter().any(|entry| has(&entry.value, condition))
}

/// A tree with other nodes in the place of those that a function has one for.
fn mapped(node: &Node, change: &dyn Fn(&Node) -> Option<Node>) -> Node {
    if let Some(changed) = change(node) {
        return changed;
    }
    let value = match &node.value {
        Value::List(items) => Value::List(Arc::new(items.iter().map(|item| mapped(item, change)).collect())),
        Value::Map(map) => {
            let entries =
                map.entries.iter().map(|entry| Entry { value: mapped(&entry.value, change), ..entry.clone() });
            Value::Map(Arc::new(Map { entries: entries.collect(), rest: map.rest.clone() }))
        }
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}
