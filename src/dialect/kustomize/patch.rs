//! Patches: JSON 6902, and what they are for.

use std::sync::Arc;

use regex::Regex;

use super::build::{MAX_NODES, Object};
use super::edit::{at_mut, items_mut, map_mut};
use crate::document::{Entry, Node, Unresolved, Value};
use crate::kernel::budget::Budget;

/// Why the operations of a patch end early.
pub(super) enum Fault {
    /// What it is about is not there, or it is not written rightly.
    Missing(String),
    /// The object would come to hold too much.
    TooMuch,
}

/// Applies the operations of a JSON 6902 patch.
pub(super) fn operate(node: &mut Node, operations: &Node, budget: &Budget) -> Result<(), Fault> {
    for operation in operations.items() {
        let text = |key: &str| operation.get(key).and_then(Node::as_str);
        let path = text("path").unwrap_or("");
        let missing = || Fault::Missing(format!("there is nothing at `{path}` to patch"));
        let steps = pointer(path);
        match text("op").unwrap_or("") {
            "add" | "replace" | "test" if operation.get("value").is_none() => {
                return Err(Fault::Missing(format!("the patch of `{path}` has no value")));
            }
            "test" => {}
            // What is open stays open, whatever is changed in it.
            _ if is_open(node, &steps) => {}
            "remove" => {
                take(node, &steps).ok_or_else(missing)?;
            }
            op @ ("add" | "replace") => {
                let value = operation.get("value").cloned().unwrap_or_else(|| operation.clone());
                put(node, &steps, value, operation, op == "add").ok_or_else(missing)?;
            }
            op @ ("move" | "copy") => {
                let from = pointer(text("from").unwrap_or(""));
                if op == "copy" && !may_copy(node, budget) {
                    return Err(Fault::TooMuch);
                }
                let mut copy = node.clone();
                let value = take(if op == "move" { node } else { &mut copy }, &from).ok_or_else(missing)?;
                put(node, &steps, value, operation, true).ok_or_else(missing)?;
            }
            other => return Err(Fault::Missing(format!("there is no operation `{other}`"))),
        }
    }
    Ok(())
}

/// Why an object is open that patches or replacements make too much of.
pub(super) const TOO_MUCH: &str = "patches and replacements make more of the object than the limit here";

/// Whether a part of an object may be copied into it: that may double what it holds, though the copy itself shares all.
pub(super) fn may_copy(node: &Node, budget: &Budget) -> bool {
    let nodes = node.weight(MAX_NODES);
    budget.spend(u32::try_from(nodes).unwrap_or(u32::MAX));
    nodes < MAX_NODES / 2 && !budget.is_spent()
}

/// Makes all of an object open but what it is and what it is called.
pub(super) fn leave_open(node: &mut Node, because: &str) {
    let Some(map) = map_mut(node) else { return };
    for entry in &mut map.entries {
        if !matches!(&*entry.key.name, "apiVersion" | "kind" | "metadata") {
            entry.value = Node::unresolved("", because, entry.value.span);
        }
    }
    map.rest = Some(Arc::new(Unresolved { because: because.into(), ..Unresolved::default() }));
}

fn pointer(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// Whether a pointer leads into what is open.
fn is_open(node: &Node, steps: &[String]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return false };
    let next = match &node.value {
        Value::Unresolved(_) => return true,
        Value::List(items) => step.parse::<usize>().ok().and_then(|at| items.get(at)),
        _ => node.get(step),
    };
    next.is_some_and(|next| is_open(next, rest))
}

/// What a pointer leads to.
fn follow<'a>(node: &'a mut Node, steps: &[String]) -> Option<&'a mut Node> {
    let Some((step, rest)) = steps.split_first() else { return Some(node) };
    let next = match &node.value {
        Value::List(_) => items_mut(node)?.get_mut(step.parse::<usize>().ok()?)?,
        _ => at_mut(node, &[step.as_str()])?,
    };
    follow(next, rest)
}

fn take(node: &mut Node, steps: &[String]) -> Option<Node> {
    let (last, before) = steps.split_last()?;
    let holder = follow(node, before)?;
    if let Value::List(items) = &holder.value {
        let index = last.parse::<usize>().ok().filter(|index| *index < items.len())?;
        return Some(items_mut(holder)?.remove(index));
    }
    let entries = &mut map_mut(holder)?.entries;
    let index = entries.iter().position(|entry| *entry.key.name == **last)?;
    Some(entries.remove(index).value)
}

fn put(node: &mut Node, steps: &[String], value: Node, operation: &Node, add: bool) -> Option<()> {
    let Some((last, before)) = steps.split_last() else {
        *node = value;
        return Some(());
    };
    let holder = follow(node, before)?;
    if let Some(items) = items_mut(holder) {
        let index = if last == "-" { items.len() } else { last.parse().ok()? };
        if add {
            if index > items.len() {
                return None;
            }
            items.insert(index, value);
        } else {
            *items.get_mut(index)? = value;
        }
        return Some(());
    }
    let key = operation.get("path").map_or(operation.span, |path| path.span);
    let map = map_mut(holder)?;
    match map.entries.iter_mut().find(|entry| *entry.key.name == **last) {
        Some(entry) => *entry = Entry::new(last.as_str(), key, value),
        None if add => map.entries.push(Entry::new(last.as_str(), key, value)),
        None => return None,
    }
    Some(())
}

/// Which objects a patch is for.
pub(super) struct Target {
    group: Option<String>,
    version: Option<String>,
    kind: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
    labels: Vec<(String, String)>,
}

impl Target {
    /// The `target` of a patch.
    pub(super) fn read(node: &Node) -> Target {
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let pattern = |key: &str| text(key).and_then(|written| Regex::new(&format!("^(?:{written})$")).ok());
        let selector = text("labelSelector").unwrap_or_default();
        let pairs = selector.split(',').filter_map(|pair| pair.split_once('='));
        Target {
            group: text("group"),
            version: text("version"),
            kind: pattern("kind"),
            name: pattern("name"),
            namespace: pattern("namespace"),
            labels: pairs
                .map(|(key, value)| (key.trim().to_owned(), value.trim_start_matches('=').trim().to_owned()))
                .collect(),
        }
    }

    /// What a strategic merge patch says itself.
    pub(super) fn of_patch(patch: &Node) -> Target {
        let (group, version) = group_version(patch);
        let exactly = |keys: &[&str]| {
            let written = patch.at(keys).and_then(Node::as_str)?;
            Regex::new(&format!("^{}$", regex::escape(written))).ok()
        };
        Target {
            group: Some(group.to_owned()),
            version: Some(version.to_owned()),
            kind: exactly(&["kind"]),
            // A patch that names nothing is for nothing.
            name: exactly(&["metadata", "name"]).or_else(|| Regex::new("^$").ok()),
            namespace: exactly(&["metadata", "namespace"]),
            labels: Vec::new(),
        }
    }

    /// Whether an object is meant; any name that it had counts.
    pub(super) fn fits(&self, object: &Object) -> bool {
        let (group, version) = group_version(&object.node);
        let text = |keys: &[&str]| object.node.at(keys).and_then(Node::as_str).unwrap_or("");
        let is = |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
        self.group.as_ref().is_none_or(|wanted| wanted == group)
            && self.version.as_ref().is_none_or(|wanted| wanted == version)
            && is(&self.kind, text(&["kind"]))
            && (self.name.is_none() || object.names.iter().any(|name| is(&self.name, name)))
            && is(&self.namespace, text(&["metadata", "namespace"]))
            && self.labels.iter().all(|(key, value)| text(&["metadata", "labels", key]) == value)
    }
}

fn group_version(node: &Node) -> (&str, &str) {
    let written = node.get("apiVersion").and_then(Node::as_str).unwrap_or("");
    written.split_once('/').unwrap_or(("", written))
}
