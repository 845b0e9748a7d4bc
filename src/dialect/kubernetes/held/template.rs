//! Templates of OpenShift: objects in which `${NAME}` stands for the value of a parameter, and `${{NAME}}` for one that is no text.
//! <https://docs.redhat.com/en/documentation/openshift_container_platform/latest/html/images/using-templates>

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::dialect::kubernetes::too_large;
use crate::document::{Entry, MAX_DEPTH, Map, Node, Text, Unresolved, Value};
use crate::kernel::budget::{Budget, Share};
use crate::kernel::joined::Joined;
use crate::syntax::spelled;

/// The objects, with the values that parameters have where nobody gives others.
pub(super) fn objects(template: &Node) -> Vec<Node> {
    let parameters = template.get("parameters").map_or(&[][..], Node::items);
    let named = parameters.iter().rev().filter_map(|one| Some((one.get("name")?.as_str()?, one.get("value")?)));
    let budget = Budget::of(Share::LEAST.for_input(template.span.len()));
    let parameters = Parameters { values: named.collect(), budget };
    let objects = template.get("objects").map_or(&[][..], Node::items);
    objects.iter().map(|object| parameters.decided(object, 0)).collect()
}

/// The values of the parameters of a template, of which the first of a name counts.
struct Parameters<'n> {
    values: FxHashMap<&'n str, &'n Node>,
    /// How much may be filled in.
    budget: Budget,
}

impl Parameters<'_> {
    fn decided(&self, node: &Node, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            return node.clone();
        }
        let value = match &node.value {
            Value::Str(text) if text.as_str().contains("${") => return self.filled(node, text),
            Value::List(items) => {
                Value::List(Arc::new(items.iter().map(|item| self.decided(item, depth + 1)).collect()))
            }
            Value::Map(map) => {
                let decided = |entry: &Entry| Entry { value: self.decided(&entry.value, depth + 1), ..entry.clone() };
                let entries = map.entries.iter().map(decided).collect();
                Value::Map(Arc::new(Map { entries, rest: map.rest.clone() }))
            }
            other => other.clone(),
        };
        Node { value, ..node.clone() }
    }

    /// A text with the values of its parameters.
    fn filled(&self, node: &Node, text: &Text) -> Node {
        let whole = text.as_str();
        // A value that is no text stands for the whole.
        if let Some(name) = whole.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
            return match self.values.get(name) {
                Some(value) if !self.budget.keep(value.span.len()) => too_large(node),
                Some(value) => typed(value).used_at(node.span, format!("parameter `{name}`")),
                None => Node { value: Value::Unresolved(open(whole, name)), ..node.clone() },
            };
        }
        let mut joined = Joined::default();
        let mut from = 0;
        while let Some((start, end)) = placeholder(whole, from) {
            joined.part(text, from, start);
            let name = whole.get(start + 2..end - 1).unwrap_or("");
            match self.values.get(name).and_then(|value| Some((value, value.as_str()?))) {
                Some((_, filled)) if !self.budget.keep(filled.len()) => return too_large(node),
                Some((value, filled)) => {
                    let value = value.used_at(node.span, format!("parameter `{name}`"));
                    joined.filled(text, start, end, filled, &value);
                }
                None => joined.hole(&open(whole, name)),
            }
            from = end;
        }
        joined.part(text, from, whole.len());
        joined.node(node)
    }
}

fn open(whole: &str, name: &str) -> Arc<Unresolved> {
    let because = format!("parameter `{name}` of the template has no value").into();
    Arc::new(Unresolved { expression: whole.into(), because, ..Unresolved::default() })
}

/// A value as what its text says.
fn typed(value: &Node) -> Node {
    let read = match &value.value {
        Value::Str(text) => spelled::node(spelled::part(text, 0, text.as_str().len()), value.span),
        _ => value.clone(),
    };
    let value = match read.as_str() {
        Some("true") => Value::Bool(true),
        Some("false") => Value::Bool(false),
        Some(number) => number.parse().map_or(read.value.clone(), Value::Int),
        None => read.value.clone(),
    };
    Node { value, ..read }
}

/// Where the next `${NAME}` of a text is, from a place on.
fn placeholder(whole: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let start = at + whole.get(at..)?.find("${")?;
        at = start + 2;
        let name = whole.get(at..)?.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if whole.as_bytes().get(at + name) == Some(&b'}') {
            return Some((start, at + name + 1));
        }
    }
}
