//! `configMapGenerator` and `secretGenerator`.
//!
//! Literals are taken over; what is read from files when the kustomization is built is unknown. Names have no hash.

use std::sync::Arc;

use super::build::Object;
use super::edit::{map_mut, set};
use crate::document::{Entry, Map, Node, Unresolved, Value};

/// Adds the generated objects, or adds to those that are there already.
pub(super) fn add(root: &Node, objects: &mut Vec<Object>) {
    for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for item in root.get(key).map_or(&[][..], Node::items) {
            let Some(name) = item.get("name") else { continue };
            let data_key = if kind == "Secret" { "stringData" } else { "data" };
            let data = data(item);
            let existing = name
                .as_str()
                .and_then(|name| objects.iter_mut().find(|object| &*object.kind == kind && object.is_called(name)));
            match (item.get("behavior").and_then(Node::as_str), existing) {
                (Some("replace"), Some(object)) => set(&mut object.node, &[data_key], item.span, data),
                (Some("merge"), Some(object)) => {
                    for entry in data.entries() {
                        let keys = [data_key, &*entry.key.name];
                        set(&mut object.node, &keys, entry.key.span, entry.value.clone());
                    }
                    if let Some(map) = map_mut(&mut object.node) {
                        map.rest = map.rest.take().or_else(|| data.as_map().and_then(|data| data.rest.clone()));
                    }
                }
                _ => objects.push(generated(item, name, kind, (data_key, data))),
            }
        }
    }
}

fn generated(item: &Node, name: &Node, kind: &str, (data_key, data): (&str, Node)) -> Object {
    let entry = |key: &str, value: Node| Entry::new(key, value.span, value);
    let text = |text: &str| Node::text(text, name.span);
    let mut metadata = vec![entry("name", name.clone())];
    metadata.extend(item.get("namespace").map(|namespace| entry("namespace", namespace.clone())));
    let entries = vec![
        entry("apiVersion", text("v1")),
        entry("kind", text(kind)),
        entry("metadata", Node::map(metadata, name.span)),
        entry(data_key, data),
    ];
    Object::new(Node::map(entries, item.span))
}

/// The literals; what comes from files may be anything.
fn data(item: &Node) -> Node {
    let mut entries = Vec::new();
    for literal in item.get("literals").map_or(&[][..], Node::items) {
        if let Some((key, value)) = literal.as_str().and_then(|text| text.split_once('=')) {
            entries.push(Entry::new(key, literal.span, Node::text(value.trim_matches(['"', '\'']), literal.span)));
        }
    }
    let read = item.entry("files").or_else(|| item.entry("envs")).or_else(|| item.entry("env"));
    let rest = read.map(|entry| {
        Arc::new(Unresolved {
            expression: entry.key.name.as_ref().into(),
            because: "it is read from files when the kustomization is built".into(),
            ..Unresolved::default()
        })
    });
    Node::new(Value::Map(Arc::new(Map { entries, rest })), item.span)
}
