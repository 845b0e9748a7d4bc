//! How Compose lays one file over another, and a service over the one it extends.

use std::sync::Arc;

use super::with_entries;
use crate::document::{Entry, Map, Node, Text, Unresolved, Value};

/// Lists that replace the ones below instead of adding to them.
const REPLACED: [&str; 3] = ["command", "entrypoint", "test"];

/// Maps that may also be written as lists of `NAME=value`.
const ASSIGNMENTS: [&str; 6] = ["environment", "labels", "args", "sysctls", "annotations", "extra_hosts"];

/// Maps that may also be written as lists of names.
const NAMED: [&str; 2] = ["depends_on", "networks"];

/// Lists whose items are known by where they appear in the container.
const TARGETED: [&str; 4] = ["volumes", "devices", "configs", "secrets"];

/// The tag of what takes the place of all below it.
const OVERRIDE: &str = "!override";

/// The tag of what is taken away.
const RESET: &str = "!reset";

/// `over` on top of `base`; `key` is the key under which both stand.
pub(super) fn lay(base: &Node, over: &Node, key: &str) -> Node {
    if let Some(inner) = over.get(OVERRIDE) {
        return inner.clone();
    }
    if base.get(RESET).is_some() {
        return over.clone();
    }
    let base = base.get(OVERRIDE).unwrap_or(base);
    let (base, over) = if ASSIGNMENTS.contains(&key) {
        (assignments(base), assignments(over))
    } else if NAMED.contains(&key) && (base.as_map().is_some() || over.as_map().is_some()) {
        (named(base), named(over))
    } else {
        (base.clone(), over.clone())
    };
    let value = match (&base.value, &over.value) {
        (Value::Map(lower), Value::Map(upper)) => Value::Map(Arc::new(maps(lower, upper))),
        (Value::List(lower), Value::List(upper)) if !REPLACED.contains(&key) => lists(lower, upper, key),
        _ => return over,
    };
    Node { value, span: base.span, trail: base.trail }
}

/// The tree without the tags that say how it is laid over others: a value that stands at one is that value, and what is
/// reset is not there. Shares what has none; as deep as the tree is.
pub(super) fn settled(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) if items.iter().any(is_tagged) => Value::List(Arc::new(items.iter().map(settled).collect())),
        Value::Map(map) if is_tagged(node) => {
            if let Some(inner) = node.get(OVERRIDE) {
                return settled(inner);
            }
            let kept = map.entries.iter().filter(|entry| entry.value.get(RESET).is_none());
            let settled = |entry: &Entry| Entry { value: settled(&entry.value), ..entry.clone() };
            with_entries(map, kept.map(settled).collect())
        }
        _ => return node.clone(),
    };
    Node { value, span: node.span, trail: node.trail.clone() }
}

/// Whether a tag stands somewhere in a tree.
fn is_tagged(node: &Node) -> bool {
    let tag = |name: &str| name == OVERRIDE || name == RESET;
    match &node.value {
        Value::List(items) => items.iter().any(is_tagged),
        Value::Map(map) => map.entries.iter().any(|entry| tag(&entry.key.name) || is_tagged(&entry.value)),
        _ => false,
    }
}

/// As deep as the trees are.
fn maps(lower: &Map, upper: &Map) -> Map {
    let mut entries: Vec<Entry> = Vec::with_capacity(lower.entries.len());
    for entry in &lower.entries {
        match upper.entry(&entry.key.name) {
            // The mark stays: what the service extends is taken away as well.
            Some(over) if over.value.get(RESET).is_some() => entries.push(over.clone()),
            Some(over) => {
                // What is joined stays where it is; what is replaced is where the upper file sets it.
                let value = lay(&entry.value, &over.value, &entry.key.name);
                let place = if value.span == entry.value.span { entry } else { over };
                entries.push(Entry { value, ..place.clone() });
            }
            None => entries.push(entry.clone()),
        }
    }
    let fresh = |entry: &&Entry| lower.entry(&entry.key.name).is_none();
    entries.extend(upper.entries.iter().filter(fresh).cloned());
    Map { entries, rest: upper.rest.clone().or_else(|| lower.rest.clone()) }
}

fn lists(lower: &[Node], upper: &[Node], key: &str) -> Value {
    let identity = |item: &Node| if TARGETED.contains(&key) { target(item) } else { item.as_str().map(str::to_owned) };
    let replaced: Vec<String> = upper.iter().filter_map(identity).collect();
    let kept = lower.iter().filter(|item| identity(item).is_none_or(|identity| !replaced.contains(&identity)));
    Value::List(Arc::new(kept.chain(upper).cloned().collect()))
}

/// Where a mount appears in the container.
fn target(item: &Node) -> Option<String> {
    if let Some(target) = item.get("target") {
        return target.as_str().map(str::to_owned);
    }
    let written = item.as_str()?;
    let parts: Vec<&str> = written.split(':').collect();
    let target = if parts.len() > 1 { parts.get(1)? } else { parts.first()? };
    Some((*target).to_owned())
}

/// A list of `NAME=value` as a map; a name without a value has an unresolved one. An item of which not even the name is known may
/// be any.
pub(super) fn assignments(node: &Node) -> Node {
    let Value::List(items) = &node.value else { return node.clone() };
    let (mut entries, mut rest) = (Vec::with_capacity(items.len()), None);
    for item in items.iter() {
        match (assignment(item), item.as_unresolved()) {
            (Some(entry), _) => entries.push(entry),
            (None, Some(open)) => rest = rest.or_else(|| Some(Arc::new(open.clone()))),
            (None, None) => {}
        }
    }
    Node { value: Value::Map(Arc::new(Map { entries, rest })), span: node.span, trail: node.trail.clone() }
}

/// An item `NAME=value` as the entry that it is.
fn assignment(item: &Node) -> Option<Entry> {
    let entry = |name: &str, value: Value| {
        Entry::new(name, item.span, Node { value, span: item.span, trail: item.trail.clone() })
    };
    match &item.value {
        Value::Str(text) => {
            let written = text.as_str();
            let Some(split) = written.find('=') else {
                return Some(Entry::new(written, item.span, Node::new(Value::Null, item.span)));
            };
            Some(entry(written.get(..split)?, Value::Str(part(text, split + 1))))
        }
        Value::Unresolved(open) if !open.spread => {
            let name = open.partial.as_ref()?.prefix().split_once('=')?.0;
            Some(entry(name, Value::Unresolved(Arc::new(assigned(open, name)?))))
        }
        _ => None,
    }
}

/// What an item with holes gives to its name.
fn assigned(open: &Unresolved, name: &str) -> Option<Unresolved> {
    let start = name.len() + 1;
    let alternatives = open.alternatives.iter().map(|one| match &one.value {
        Value::Str(text) => {
            let is_of_it = text.as_str().strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
            let value = Value::Str(is_of_it.then(|| part(text, start))?);
            Some(Node { value, span: one.span, trail: one.trail.clone() })
        }
        Value::Unresolved(inner) => Some(Node {
            value: Value::Unresolved(Arc::new(assigned(inner, name)?)),
            span: one.span,
            trail: one.trail.clone(),
        }),
        _ => None,
    });
    let alternatives: Option<Vec<Node>> = alternatives.collect();
    let guards = if alternatives.is_some() { open.guards.clone() } else { Vec::new() };
    Some(Unresolved {
        expression: open.expression.split_once('=').map_or(&*open.expression, |(_, rest)| rest).into(),
        because: open.because.clone(),
        references: open.references.clone(),
        partial: Some(Box::new(open.partial.as_ref()?.behind(start)?)),
        alternatives: alternatives.unwrap_or_default(),
        guards,
        ..Unresolved::default()
    })
}

/// A list of names as a map.
fn named(node: &Node) -> Node {
    let Value::List(items) = &node.value else { return node.clone() };
    let entries = items
        .iter()
        .filter_map(|item| Some(Entry::new(item.as_str()?, item.span, Node::new(Value::Null, item.span))))
        .collect();
    let value = with_entries(&Map::default(), entries);
    Node { value, span: node.span, trail: node.trail.clone() }
}

/// The text from a byte on.
fn part(text: &Text, start: usize) -> Text {
    let rest = text.as_str().get(start..).unwrap_or("");
    match text.trace(start, start) {
        Some((source, _)) if text.runs().is_some_and(|runs| runs.len() == 1) => Text::verbatim(rest, source),
        _ => Text::opaque(rest),
    }
}
