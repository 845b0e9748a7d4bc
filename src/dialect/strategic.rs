//! The strategic merge of Kubernetes: a patch laid over an object, with lists whose items are known by a key.
//! <https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/>

use std::sync::Arc;

use crate::document::{Entry, Map, Node, Value};

/// Lists whose items are known by a key of theirs.
const MERGE_KEYS: [(&str, &[&str]); 11] = [
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("env", &["name"]),
    ("volumes", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("ports", &["containerPort", "port"]),
    ("imagePullSecrets", &["name"]),
    ("hostAliases", &["ip"]),
    ("secrets", &["name"]),
];

/// Lays a strategic merge patch over a tree. What is left of a deleted object is nothing.
pub fn merge(base: &Node, patch: &Node) -> Option<Node> {
    if directive(patch) == Some("delete") {
        return None;
    }
    Some(merged(base, patch, ""))
}

fn directive(patch: &Node) -> Option<&str> {
    patch.get("$patch").and_then(Node::as_str)
}

/// As deep as the trees.
fn merged(base: &Node, patch: &Node, key: &str) -> Node {
    match (&base.value, &patch.value) {
        (Value::Map(lower), Value::Map(upper)) if directive(patch) != Some("replace") => {
            Node { value: Value::Map(Arc::new(maps(lower, upper))), span: base.span, trail: base.trail.clone() }
        }
        (Value::List(lower), Value::List(upper)) => match merge_key(key, lower, upper) {
            Some(name) => Node { value: Value::List(Arc::new(lists(lower, upper, name))), ..base.clone() },
            None => patch.clone(),
        },
        _ => without_directives(patch),
    }
}

fn maps(lower: &Map, upper: &Map) -> Map {
    let is_directive = |entry: &Entry| entry.key.name.starts_with("$patch") || entry.key.name.starts_with("$retain");
    let mut entries = Vec::with_capacity(lower.entries.len());
    for entry in &lower.entries {
        match upper.entry(&entry.key.name) {
            None => entries.push(entry.clone()),
            Some(over) if matches!(over.value.value, Value::Null) || directive(&over.value) == Some("delete") => {}
            Some(over) if equal(&entry.value, &over.value) => entries.push(entry.clone()),
            Some(over) => {
                // What is joined stays where it is; what is replaced is where the patch sets it.
                let joined = matches!(entry.value.value, Value::Map(_) | Value::List(_));
                let place = if joined { entry } else { over };
                entries.push(Entry { value: merged(&entry.value, &over.value, &entry.key.name), ..place.clone() });
            }
        }
    }
    let fresh = upper.entries.iter().filter(|entry| {
        lower.entry(&entry.key.name).is_none() && !matches!(entry.value.value, Value::Null) && !is_directive(entry)
    });
    entries.extend(fresh.map(|entry| Entry { value: without_directives(&entry.value), ..entry.clone() }));
    Map { entries, rest: lower.rest.clone().or_else(|| upper.rest.clone()) }
}

fn without_directives(node: &Node) -> Node {
    let mut node = node.clone();
    if node.get("$patch").is_some()
        && let Value::Map(map) = &mut node.value
    {
        Arc::make_mut(map).entries.retain(|entry| &*entry.key.name != "$patch");
    }
    node
}

/// The key by which the items of two lists are the same.
fn merge_key(key: &str, lower: &[Node], upper: &[Node]) -> Option<&'static str> {
    let (_, names) = MERGE_KEYS.iter().find(|(list, _)| *list == key)?;
    let all = |name: &str| lower.iter().chain(upper).all(|item| item.get(name).is_some() || directive(item).is_some());
    names.iter().copied().find(|name| all(name))
}

fn lists(lower: &[Node], upper: &[Node], name: &str) -> Vec<Node> {
    let same = |a: &Node, b: &Node| a.get(name).zip(b.get(name)).is_some_and(|(a, b)| equal(a, b));
    if upper.iter().any(|item| directive(item) == Some("replace") && item.get(name).is_none()) {
        return upper.iter().filter(|item| directive(item).is_none()).cloned().collect();
    }
    let is_deleted = |item: &Node| directive(item) == Some("delete");
    let joined = upper.iter().filter(|patch| !is_deleted(patch)).map(|patch| {
        lower
            .iter()
            .find(|item| same(item, patch))
            .map_or_else(|| without_directives(patch), |item| merged(item, patch, ""))
    });
    // As kustomize does, what the patch names comes first.
    let kept = lower.iter().filter(|item| !upper.iter().any(|patch| same(item, patch)));
    joined.chain(kept.cloned()).collect()
}

/// Whether two scalars are the same.
pub fn equal(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Str(a), Value::Str(b)) => a.as_str() == b.as_str(),
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        _ => false,
    }
}
