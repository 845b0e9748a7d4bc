//! The governance files as resources: what registers, risks, waivers and the Statement of Applicability say, and what
//! the repository uses without their saying so.
//!
//! What is wrong with a file in itself (a misspelt key, an id that leads nowhere) is told by [`crate::governance`]; here
//! stands what rules judge: dates, owners, gaps. Without a governance file there is no resource: an organisation that
//! keeps its registers elsewhere is not told that they are missing.

mod books;
mod cycle;
mod derive;
mod evidence;
mod organisation;
mod statement;
#[cfg(test)]
mod tests;
mod units;
pub mod usage;

use std::sync::Arc;

use super::ties::{self, Ties};
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name};
use crate::control;
use crate::document::{Document, Entry, Node, Value};
use crate::governance::STATEMENT;
use crate::governance::schema::SCHEMAS;
use crate::source::Span;
use books::Books;

/// The dialect of governance files.
pub const GOVERNANCE: Dialect = Dialect {
    name: "governance",
    doc: "the governance files (folder `compliance` unless the settings say otherwise): every record by the name it has \
          there (`governance/waiver`, `governance/supplier`), each control of the Statement of Applicability \
          (`governance/applicability`) and its head (`governance/statement`), each file that is there \
          (`governance/register`), all of it together with the documents (`governance/folder`, and once a Statement of \
          Applicability is kept `governance/organisation`), and what the repository has: outside services that code uses (`governance/usage`), things that are deployed \
          (`governance/unit`), owners of code (`governance/code-owner`)",
    syntax: |path| is_named(path).then_some("toml"),
    candidate: |_, _| true,
    // A file with a fault is told of when governance files are read; nothing is judged on half of it.
    recognise: |document| document.problems.is_empty(),
    group: Group::Repository,
    with: &[
        "cloudformation",
        "compose",
        "dockerfile",
        "document",
        "fact",
        "github-actions",
        "gitlab-ci",
        "helm",
        "kubernetes",
        "kustomize",
        "terraform",
    ],
    ties: Some(&TIES),
    extract,
    typing: Typing::Strict,
    items: &[Items::by("evidence_items", &["path"]), Items::one("owned"), Items::by("policies", &["path"])],
    kinds: Kinds::Closed(&[
        "acknowledgement",
        "action",
        "applicability",
        "asset",
        "attestation",
        "audit",
        "climate-change",
        "code-owner",
        "contact",
        "context",
        "course",
        "criteria",
        "evidence",
        "exercise",
        "obligation",
        "folder",
        "management-review",
        "nonconformity",
        "objective",
        "organisation",
        "programme",
        "register",
        "retention",
        "review",
        "risk",
        "role",
        "statement",
        "supplier",
        "unit",
        "usage",
        "waiver",
    ]),
    offers: crate::dialect::offers::governance::OFFERS,
};

/// The scope of all resources of this dialect: what one organisation says.
const SCOPE: &str = "governance";

/// Registers are held against everything that there is.
const TIES: Ties = Ties { everything: true, ..ties::NONE };

fn is_named(path: &str) -> bool {
    let stem = file_name(path).strip_suffix(".toml").unwrap_or("");
    stem == STATEMENT || SCHEMAS.iter().any(|schema| schema.file == stem)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let books = Books::of(unit.corpus);
    let mut resources = Vec::new();
    if books.is_empty() {
        return Extraction::default();
    }
    let used = usage::all(&books);
    for schema in SCHEMAS {
        for record in books.records(schema.file) {
            resources.extend(derive::record(schema, record, &books, &used));
        }
        resources.extend(schema.head.and_then(|head| cycle::head(schema.file, head, &books)));
    }
    resources.extend(statement::all(&books));
    resources.extend(organisation::registers(&books));
    // Without a register nothing is said to be missing from it.
    if books.has("suppliers") {
        resources.extend(used.iter().map(usage::Usage::resource));
    }
    if books.has("assets") {
        resources.extend(units::all(&books));
    }
    resources.extend(organisation::code_owners(&books));
    resources.extend(organisation::organisation(&books));
    Extraction { resources, ..Extraction::default() }
}

/// A resource of this dialect; `name` is what others refer to it by.
fn resource(kind: &str, name: &str, body: Node, header: Span) -> Resource {
    Resource {
        identity: crate::dialect::Identity::default(),
        kind: format!("governance/{kind}").into(),
        address: format!("{kind}/{name}").into(),
        scope: SCOPE.into(),
        deployment: "".into(),
        span: body.span,
        header,
        body,
        typing: Typing::Strict,
        names: vec![name.into()],
        condition: None,
        trail: None,
    }
}

/// The start of a file, where findings about all of it are shown.
fn top(document: &Document) -> Span {
    Span::new(document.file, 0, 0)
}

fn entry(name: &str, value: Node) -> Entry {
    Entry::new(name, value.span, value)
}

fn flag(value: bool, span: Span) -> Node {
    Node::new(Value::Bool(value), span)
}

fn number(value: i64, span: Span) -> Node {
    Node::new(Value::Int(value), span)
}

fn texts<'a>(items: impl IntoIterator<Item = &'a str>, span: Span) -> Node {
    Node::list(items.into_iter().map(|text| Node::text(text, span)).collect(), span)
}

/// The text of a key of a record.
fn text<'a>(record: &'a Node, key: &str) -> Option<&'a str> {
    record.get(key)?.as_str()
}

/// The texts of a key of a record.
fn list<'a>(record: &'a Node, key: &str) -> impl Iterator<Item = &'a str> {
    record.get(key).map_or(&[][..], Node::items).iter().filter_map(Node::as_str)
}

/// The day of a key of a record.
fn day(record: &Node, key: &str) -> Option<jiff::civil::Date> {
    text(record, key)?.parse().ok()
}

/// The canonical id of a control as it may be written (`A.8.2`, `2013:12.4.1`); itself where it stands for none, or for
/// several.
fn control_id(written: &str) -> Arc<str> {
    match control::named(written).as_slice() {
        [id] => id.to_string().into(),
        _ => written.into(),
    }
}

/// The canonical ids that a written one stands for; itself where it stands for none.
fn control_ids(written: &str) -> Vec<Arc<str>> {
    let ids = control::named(written);
    if ids.is_empty() { vec![written.into()] } else { ids.iter().map(|id| id.to_string().into()).collect() }
}
