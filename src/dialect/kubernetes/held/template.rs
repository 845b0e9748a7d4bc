//! Templates of OpenShift: objects in which `${NAME}` stands for the value of a parameter, and `${{NAME}}` for one that is no text.
//! <https://docs.redhat.com/en/documentation/openshift_container_platform/latest/html/images/using-templates>

use std::sync::Arc;

use crate::document::{Entry, MAX_DEPTH, Map, Node, Unresolved, Value};
use crate::kernel::joined::Joined;
use crate::syntax::spelled;

/// The objects, with the values that parameters have where nobody gives others.
pub(super) fn objects(template: &Node) -> Vec<Node> {
    let parameters = template.get("parameters").map_or(&[][..], Node::items);
    let objects = template.get("objects").map_or(&[][..], Node::items);
    objects.iter().map(|object| decided(object, parameters, 0)).collect()
}

fn decided(node: &Node, parameters: &[Node], depth: usize) -> Node {
    if depth > MAX_DEPTH {
        return node.clone();
    }
    let value = match &node.value {
        Value::Str(text) if text.as_str().contains("${") => return filled(node, parameters),
        Value::List(items) => {
            Value::List(Arc::new(items.iter().map(|item| decided(item, parameters, depth + 1)).collect()))
        }
        Value::Map(map) => {
            let entries = map
                .entries
                .iter()
                .map(|entry| Entry { value: decided(&entry.value, parameters, depth + 1), ..entry.clone() });
            Value::Map(Arc::new(Map { entries: entries.collect(), rest: map.rest.clone() }))
        }
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}

/// A text with the values of its parameters.
fn filled(node: &Node, parameters: &[Node]) -> Node {
    let Value::Str(text) = &node.value else { return node.clone() };
    let whole = text.as_str();
    let value = |name: &str| {
        let named = parameters.iter().find(|one| one.get("name").and_then(Node::as_str) == Some(name))?;
        named.get("value")
    };
    let open = |name: &str| {
        let because = format!("parameter `{name}` of the template has no value").into();
        Arc::new(Unresolved { expression: whole.into(), because, ..Unresolved::default() })
    };
    // A value that is no text stands for the whole.
    if let Some(name) = whole.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
        return match value(name) {
            Some(value) => {
                let read = match &value.value {
                    Value::Str(text) => spelled::node(spelled::part(text, 0, text.as_str().len()), value.span),
                    _ => value.clone(),
                };
                let typed = match read.as_str() {
                    Some("true") => Value::Bool(true),
                    Some("false") => Value::Bool(false),
                    Some(number) => number.parse().map_or(read.value.clone(), Value::Int),
                    None => read.value.clone(),
                };
                Node { value: typed, ..read }.used_at(node.span, format!("parameter `{name}`"))
            }
            None => Node { value: Value::Unresolved(open(name)), ..node.clone() },
        };
    }
    let mut joined = Joined::default();
    let mut from = 0;
    while let Some((start, end)) = whole.get(from..).and_then(|rest| placeholder(rest, from)) {
        joined.part(text, from, start);
        let name = whole.get(start + 2..end - 1).unwrap_or("");
        match value(name).and_then(|value| Some((value, value.as_str()?))) {
            Some((value, filled)) => {
                joined.filled(text, start, end, filled, &value.used_at(node.span, format!("parameter `{name}`")))
            }
            None => joined.hole(&open(name)),
        }
        from = end;
    }
    joined.part(text, from, whole.len());
    joined.node(node)
}

/// Where the next `${NAME}` of a text is, which begins so far into the whole.
fn placeholder(rest: &str, offset: usize) -> Option<(usize, usize)> {
    let start = rest.find("${")?;
    let name = rest.get(start + 2..)?;
    let end = name.find('}')?;
    let is_name = name.get(..end)?.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        let next = start + 2;
        return placeholder(rest.get(next..)?, offset + next);
    }
    Some((offset + start, offset + start + 2 + end + 1))
}
