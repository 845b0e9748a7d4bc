//! `configMapGenerator` and `secretGenerator`.
//!
//! Literals are taken over, and what a `ConfigMap` takes from files of the repository; what else is read when the
//! kustomization is built is unknown. Names have no hash: an object is the same one whatever it holds.

use std::sync::Arc;

use super::build::Object;
use super::edit::{map_mut, set};
use crate::dialect::file_name;
use crate::document::{Entry, Map, Node, Text, Unresolved, Value};
use crate::source::Source;
use crate::syntax::spelled;

/// Reads a file that a kustomization names; none where it is not in the repository.
type Read<'r> = &'r dyn Fn(&str) -> Option<&'r Source>;

/// Adds the generated objects, or adds to those that are there already.
pub(super) fn add(root: &Node, read: Read<'_>, objects: &mut Vec<Object>) {
    let shared = root.get("generatorOptions");
    for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for item in root.get(key).map_or(&[][..], Node::items) {
            let Some(name) = item.get("name") else { continue };
            let data_key = if kind == "Secret" { "stringData" } else { "data" };
            let data = data(item, if kind == "Secret" { &|_| None } else { read });
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
                _ => {
                    let mut made = generated(item, name, kind, (data_key, data));
                    for options in [shared, item.get("options")].into_iter().flatten() {
                        for key in ["labels", "annotations"] {
                            for entry in options.get(key).map_or(&[][..], Node::entries) {
                                let keys = ["metadata", key, &*entry.key.name];
                                set(&mut made.node, &keys, entry.key.span, entry.value.clone());
                            }
                        }
                    }
                    objects.push(made);
                }
            }
        }
    }
}

fn generated(item: &Node, name: &Node, kind: &str, (data_key, data): (&str, Node)) -> Object {
    let entry = |key: &str, value: Node| Entry::new(key, value.span, value);
    let text = |text: &str| Node::text(text, name.span);
    let mut metadata = vec![entry("name", name.clone())];
    metadata.extend(item.get("namespace").map(|namespace| entry("namespace", namespace.clone())));
    let mut entries = vec![
        entry("apiVersion", text("v1")),
        entry("kind", text(kind)),
        entry("metadata", Node::map(metadata, name.span)),
        entry(data_key, data),
    ];
    if kind == "Secret" {
        entries.push(entry("type", item.get("type").cloned().unwrap_or_else(|| text("Opaque"))));
    }
    Object::new(Node::map(entries, item.span))
}

/// The literals, and what files of the repository hold; what comes from others may be anything.
fn data(item: &Node, read: Read<'_>) -> Node {
    let mut entries = Vec::new();
    for literal in item.get("literals").map_or(&[][..], Node::items) {
        let Value::Str(text) = &literal.value else { continue };
        let Some((key, value)) = text.as_str().split_once('=') else { continue };
        let bare = value.trim_start_matches(['"', '\'']);
        let start = text.as_str().len() - bare.len();
        let end = start + bare.trim_end_matches(['"', '\'']).len();
        let value = spelled::node(spelled::part(text, start, end), literal.span);
        entries.push(Entry::new(key, value.span, value));
    }
    let mut open = None;
    for entry in ["files", "envs", "env"].iter().filter_map(|key| item.entry(key)) {
        let one = (&*entry.key.name == "env").then_some(&entry.value);
        for named in entry.value.items().iter().chain(one) {
            let found = if &*entry.key.name == "files" { file(named, read) } else { lines(named, read) };
            match found {
                Some(found) => entries.extend(found),
                None => open = Some(entry),
            }
        }
    }
    let rest = open.map(|entry| {
        Arc::new(Unresolved {
            expression: entry.key.name.as_ref().into(),
            because: "it is read from files when the kustomization is built".into(),
            ..Unresolved::default()
        })
    });
    Node::new(Value::Map(Arc::new(Map { entries, rest })), item.span)
}

/// The files that generators read.
pub(super) fn files(root: &Node) -> impl Iterator<Item = &str> {
    let items = ["configMapGenerator", "secretGenerator"].into_iter().filter_map(|key| root.get(key));
    let lists =
        items.flat_map(Node::items).flat_map(|item| ["files", "envs"].into_iter().filter_map(|key| item.get(key)));
    let named = lists.flat_map(Node::items).filter_map(Node::as_str);
    named.map(|written| written.split_once('=').map_or(written, |(_, path)| path))
}

/// A file under its name, or under the one that is given with it.
fn file(named: &Node, read: Read<'_>) -> Option<Vec<Entry>> {
    let written = named.as_str()?;
    let (name, path) = written.split_once('=').unwrap_or((file_name(written), written));
    let source = read(path)?;
    let held = Node::new(Value::Str(Text::verbatim(source.text(), 0)), source.whole());
    Some(vec![Entry::new(name, named.span, held.used_at(named.span, "file of the generator"))])
}

/// The lines `NAME=value` of a file; a name alone is taken from the environment.
fn lines(named: &Node, read: Read<'_>) -> Option<Vec<Entry>> {
    let source = read(named.as_str()?)?;
    let lines = source.text().lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let entry = |line: &str| {
        if let Some((name, value)) = line.split_once('=') {
            return Entry::new(name, named.span, Node::text(value, named.span));
        }
        let because = "it is taken from the environment in which the kustomization is built";
        Entry::new(line, named.span, Node::unresolved(line, because, named.span))
    };
    Some(lines.map(entry).collect())
}
