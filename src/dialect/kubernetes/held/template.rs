//! Templates of `OpenShift`: objects in which `${NAME}` stands for the value of a parameter, and `${{NAME}}` for one that is no text.
//! <https://docs.redhat.com/en/documentation/openshift_container_platform/latest/html/images/using-templates>

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::{scalar, too_large};
use crate::document::{Entry, MAX_DEPTH, Map, Node, Text, Unresolved, Value};
use crate::kernel::budget::{Budget, Share};
use crate::kernel::joined::Joined;

/// The objects, with the values that parameters have where nobody gives others.
pub(super) fn objects(template: &Node) -> Vec<Node> {
    let declared = template.get("parameters").map_or(&[][..], Node::items).iter().rev();
    let declared = declared.filter_map(|one| Some((one.get("name")?.as_str()?, one.get("value")))).collect();
    let budget = Budget::of(Share::LEAST.for_input(template.span.len()));
    let parameters = Parameters { declared, budget };
    let objects = template.get("objects").map_or(&[][..], Node::items);
    objects.iter().map(|object| parameters.decided(object, 0)).collect()
}

/// The parameters of a template.
struct Parameters<'n> {
    /// Their values, by their names: the first of a name counts.
    declared: FxHashMap<&'n str, Option<&'n Node>>,
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

    /// A text with the values of its parameters. A name that is no parameter is left as it is written.
    fn filled(&self, node: &Node, text: &Text) -> Node {
        let whole = text.as_str();
        let named = |name: &str| format!("parameter `{name}`");
        let open = |name: &str| {
            let because = format!("{} of the template has no value", named(name)).into();
            Arc::new(Unresolved { expression: whole.into(), because, ..Unresolved::default() })
        };
        // What is no text stands for the whole.
        let alone = whole.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
        if let Some((name, value)) = alone.and_then(|name| Some((name, self.declared.get(name)?))) {
            return match value {
                Some(value) if !self.budget.keep(value.span.len()) => too_large(node),
                Some(value) => read(value).used_at(node.span, named(name)),
                None => Node { value: Value::Unresolved(open(name)), ..node.clone() },
            };
        }
        let mut joined = Joined::default();
        let mut from = 0;
        for (start, end) in placeholders(whole) {
            let name = whole.get(start + 2..end - 1).unwrap_or("");
            let Some(value) = self.declared.get(name) else { continue };
            joined.part(text, from, start);
            match value.and_then(|value| Some((value, scalar(value)?))) {
                Some((_, filled)) if !self.budget.keep(filled.len()) => return too_large(node),
                Some((value, filled)) => {
                    joined.filled(text, start, end, &filled, &value.used_at(node.span, named(name)));
                }
                None => joined.hole(&open(name)),
            }
            from = end;
        }
        joined.part(text, from, whole.len());
        joined.node(node)
    }
}

/// The value of a parameter that stands for more than a text: the text of it read once more.
fn read(value: &Node) -> Node {
    let Value::Str(text) = &value.value else { return value.clone() };
    let read = match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        number => number.parse().map_or_else(|_| value.value.clone(), Value::Int),
    };
    Node { value: read, ..value.clone() }
}

/// Where the `${NAME}` of a text are.
fn placeholders(whole: &str) -> Vec<(usize, usize)> {
    let begins = whole.match_indices("${").map(|(start, _)| start);
    let of = |start: usize| {
        let rest = whole.get(start + 2..)?;
        let name = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        (rest.as_bytes().get(name) == Some(&b'}')).then_some((start, start + 2 + name + 1))
    };
    begins.filter_map(of).collect()
}
