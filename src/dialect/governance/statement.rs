//! The Statement of Applicability as resources: its head, and each control.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Resource;
use super::books::Books;
use super::{control_id, control_ids, day, evidence, flag, list, number, resource, text, texts, top};
use crate::control::{Control, ControlId, catalogue};
use crate::document::{Entry, Node};
use crate::source::Span;

/// The head of the Statement, and its controls in the order written.
pub(super) fn all(books: &Books<'_>) -> Vec<Resource> {
    let Some((document, root)) = books.document("soa").zip(books.root("soa")) else { return Vec::new() };
    let mut resources = vec![head(root, top(document))];
    let control = root.get("control").map_or(&[][..], Node::entries);
    let custom = root.get("custom").map_or(&[][..], Node::entries);
    resources.extend(control.iter().chain(custom).filter_map(|entry| applicability(entry, books)));
    resources
}

fn head(root: &Node, top: Span) -> Resource {
    let controls = root.get("control").map_or(&[][..], Node::entries);
    let listed: BTreeSet<ControlId> = controls.iter().filter_map(|entry| entry.key.name.parse().ok()).collect();
    let missing: Vec<String> = ControlId::all().filter(|id| !listed.contains(id)).map(|id| id.to_string()).collect();
    let written = root.entries().iter().filter(|entry| !matches!(&*entry.key.name, "control" | "custom"));
    let mut body = Node::map(written.cloned().collect(), root.span);
    let header = body.entries().first().map_or(top, Entry::span);
    body.derive("listed", number(i64::try_from(listed.len()).unwrap_or(0), header));
    body.derive("missing", texts(missing.iter().map(String::as_str), header));
    resource("statement", "soa", body, header)
}

/// One control of the Statement; none for what is no table.
fn applicability(entry: &Entry, books: &Books<'_>) -> Option<Resource> {
    entry.value.as_map()?;
    let name = control_id(&entry.key.name);
    let known = catalogue().iter().find(|control| *control.id.to_string() == *name);
    let mut body = entry.value.clone();
    let at = entry.key.span;
    body.derive("control", Node::text(&*name, at));
    if let Some(Control { theme, evidence, .. }) = known {
        body.derive("theme", Node::text(&**theme, at));
        body.derive("rating", Node::text(evidence.name(), at));
    }
    let reviewed = books.root("soa").and_then(|root| day(root, "approved_on"));
    if let Some(items) = evidence::items(&entry.value, reviewed, books) {
        body.derive("evidence_items", items);
    }
    if let Some(supplier) = text(&entry.value, "inherited_from") {
        let record = books.records("suppliers").iter().find(|record| text(record, "id") == Some(supplier));
        let at = entry.value.get("inherited_from").map_or(at, |node| node.span);
        if let Some(record) = record {
            let covers = list(record, "covers").any(|control| control_ids(control).contains(&name));
            body.derive("covered_by_supplier", flag(covers, at));
            body.derive("assured_by_supplier", flag(text(record, "certificate").is_some(), at));
            if let Some(expires) = text(record, "certificate_expires") {
                body.derive("certificate_expires", Node::text(expires, at));
            }
        }
    }
    Some(resource("applicability", &name, body, at))
}

/// The controls that the Statement holds applicable, and those it excludes.
pub(super) fn applicable(books: &Books<'_>) -> (BTreeMap<String, Span>, BTreeMap<String, Span>) {
    let mut applicable = BTreeMap::new();
    let mut excluded = BTreeMap::new();
    let controls = books.root("soa").and_then(|root| root.get("control")).map_or(&[][..], Node::entries);
    for entry in controls {
        let id = control_id(&entry.key.name).to_string();
        match entry.value.get("applicable").and_then(Node::as_bool) {
            Some(true) => drop(applicable.insert(id, entry.key.span)),
            Some(false) => drop(excluded.insert(id, entry.key.span)),
            None => {}
        }
    }
    (applicable, excluded)
}
