//! All of it together: which registers and documents there are, and who owns code.

use std::collections::BTreeSet;

use globset::{Glob, GlobSetBuilder};

use super::super::{Resource, policies, repository};
use super::books::Books;
use super::{control_ids, entry, flag, list, number, resource, statement, text, texts};
use crate::control::clause;
use crate::document::{Document, Entry, Node};
use crate::governance::schema::SCHEMAS;
use crate::source::{NO_FILE, Span};

/// The span of what stands in no file.
const NOWHERE: Span = Span { file: NO_FILE, start: 0, end: 0 };

/// Each file that could be read.
pub(super) fn registers(books: &Books<'_>) -> Vec<Resource> {
    let mut resources = Vec::new();
    for schema in SCHEMAS {
        let Some((document, root)) = books.document(schema.file).zip(books.root(schema.file)) else { continue };
        let top = super::top(document);
        let count = i64::try_from(books.records(schema.file).len()).unwrap_or(i64::MAX);
        let mut entries = vec![
            entry("file", Node::text(schema.file, top)),
            entry("path", Node::text(&*document.path, top)),
            entry("records", number(count, top)),
        ];
        if let Some(head) = schema.head {
            entries.push(entry("head", flag(root.get(head.key).is_some(), top)));
        }
        let kinds: BTreeSet<&str> = books.records(schema.file).iter().filter_map(|of| text(of, "kind")).collect();
        if !kinds.is_empty() {
            entries.push(entry("kinds", texts(kinds, top)));
        }
        let owned = repository::is_owned(books.workspace, &document.path);
        entries.extend(owned.map(|owned| entry("owned", flag(owned, top))));
        resources.push(resource("register", schema.file, Node::map(entries, root.span), top));
    }
    resources
}

/// The organisation: files, those of them that hold records, documents, and the controls it holds applicable. What it lacks
/// is asked only once it keeps a Statement of Applicability that decides something: until then there is the folder alone. Waivers by themselves are
/// exceptions and say nothing of an organisation.
pub(super) fn organisation(books: &Books<'_>) -> Vec<Resource> {
    if books.present().iter().all(|(file, _)| *file == "waivers") {
        return Vec::new();
    }
    let named = |(name, file): &(&'static str, _)| Node::text(*name, Span::new(*file, 0, 0));
    let files = books.present().iter().map(named);
    // One that cannot be read is told as a problem, and may hold records.
    let holds = |(name, _): &&(&'static str, _)| !books.records(name).is_empty() || books.root(name).is_none();
    let kept = books.present().iter().filter(holds).map(named);
    let (applicable, excluded) = statement::applicable(books);
    let ids = |ids: &std::collections::BTreeMap<String, Span>| {
        Node::list(ids.iter().map(|(id, span)| Node::text(id.as_str(), *span)).collect(), NOWHERE)
    };
    let mut entries = vec![
        entry("folder", Node::text(books.folder(), NOWHERE)),
        entry("files", Node::list(files.collect(), NOWHERE)),
        entry("kept", Node::list(kept.collect(), NOWHERE)),
        entry("applicable", ids(&applicable)),
        entry("excluded", ids(&excluded)),
    ];
    let writings = books.writings();
    for (name, kind) in
        [("policies", "document/policy"), ("records", "document/record"), ("runbooks", "document/runbook")]
    {
        // A policy that is no more than a title lays nothing down; a record may be all front matter.
        let counts = |document: &Document| kind != "document/policy" || has_prose(document);
        let of_kind = writings.iter().filter(|(document, other)| *other == kind && counts(document));
        let mut nodes: Vec<Node> = of_kind.map(|(document, _)| writing(document, books)).collect();
        if kind == "document/record" {
            nodes.extend(registered(books));
        }
        entries.push(entry(name, Node::list(nodes, NOWHERE)));
    }
    entries.push(entry("programme", flag(has_programme(books), NOWHERE)));
    let body = Node::map(entries, NOWHERE);
    let all = books.keeps_statement().then(|| resource("organisation", "organisation", body.clone(), NOWHERE));
    std::iter::once(resource("folder", books.folder(), body, NOWHERE)).chain(all).collect()
}

/// Registers whose records stand for records in documents: the file, what it is a record of, the key of its day and of who did
/// it.
const RECORDED: [(&str, &str, &str, &str); 2] =
    [("audits", "audit", "done_on", "auditor"), ("management-reviews", "management-review", "held_on", "chair")];

/// What registers record of the past, as documents do.
fn registered(books: &Books<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (file, kind, day, who) in RECORDED {
        let Some(document) = books.document(file) else { continue };
        let top = super::top(document);
        for record in books.records(file) {
            let Some(date) = record.get(day) else { continue };
            let title = text(record, "title").or_else(|| text(record, "id")).unwrap_or_default();
            let mut entries = vec![
                entry("path", Node::text(&*document.path, top)),
                entry("title", Node::text(title, top)),
                entry("about", Node::text(title.to_lowercase(), top)),
                entry("kind", Node::text(kind, date.span)),
                entry("date", date.clone()),
            ];
            entries.extend(record.get(who).map(|who| entry("reviewer", who.clone())));
            nodes.push(Node::map(entries, record.span));
        }
    }
    nodes
}

/// Whether there is a programme of audits: in the register, or in one of the documents that usually hold it.
fn has_programme(books: &Books<'_>) -> bool {
    let artefacts = clause::named("9.2.2").into_iter().flat_map(|clause| &clause.artefacts);
    let mut globs = GlobSetBuilder::new();
    for glob in artefacts.filter(|artefact| !artefact.contains(':')).filter_map(|artefact| Glob::new(artefact).ok()) {
        globs.add(glob);
    }
    let globs = globs.build().unwrap_or_default();
    let registered = books.root("audits").is_some_and(|root| root.get("programme").is_some());
    registered || books.workspace.ids().any(|file| globs.is_match(books.workspace.path(file)))
}

/// Whether a document says more than its headings do.
fn has_prose(document: &Document) -> bool {
    let Some(root) = document.roots.first() else { return false };
    let words = crate::governance::parts::words;
    let headings = root.get("headings").map_or(&[][..], Node::items).iter();
    let in_headings: usize = headings.filter_map(|heading| Some(words(heading.get("text")?.as_str()?))).sum();
    root.get("text").and_then(Node::as_str).is_some_and(|text| words(text) > in_headings)
}

/// A document in short: its path, what it is about, and who approved it.
fn writing(document: &Document, books: &Books<'_>) -> Node {
    let top = super::top(document);
    let root = document.roots.first();
    let front = root.and_then(|root| root.get("front_matter"));
    let heading = root.and_then(|root| root.get("headings")?.items().first()?.get("text")?.as_str());
    let title = front.and_then(|front| text(front, "title")).or(heading).unwrap_or("");
    let stem = document.file_name().rsplit_once('.').map_or(document.file_name(), |(stem, _)| stem);
    let about = format!("{} {}", stem.replace(['-', '_'], " "), title).to_lowercase();
    let mut entries = vec![
        entry("path", Node::text(&*document.path, top)),
        entry("title", Node::text(title, top)),
        entry("about", Node::text(about.trim(), top)),
    ];
    if let Some(front) = front {
        let controls = list(front, "controls").flat_map(control_ids);
        let controls: Vec<_> = controls.collect();
        entries.push(entry("controls", texts(controls.iter().map(|id| &**id), top)));
        entries.extend(approval(front, books));
        let days = ["date", "held_on", "reviewed_on", "closed", "detected"];
        entries.extend(days.iter().find_map(|key| front.get(key)).map(|node| entry("date", node.clone())));
        for key in ["owner", "reviewer", "attendees", "next_review"] {
            entries.extend(front.get(key).map(|node| entry(key, node.clone())));
        }
    }
    entries.extend(policies::record_kind(document).map(|kind| entry("kind", kind)));
    Node::map(entries, top)
}

/// Who approved a document, whether the register of roles has them, and whether the role is one of management.
fn approval(front: &Node, books: &Books<'_>) -> Vec<Entry> {
    let Some(approver) = front.get("approved_by") else { return Vec::new() };
    let mut entries = vec![entry("approved_by", approver.clone())];
    let (Some(name), true) = (approver.as_str(), books.has("raci")) else { return entries };
    let called = |role: &&Node| {
        ["id", "title", "held_by"].iter().any(|key| text(role, key).is_some_and(|text| text.eq_ignore_ascii_case(name)))
    };
    let role = books.records("raci").iter().find(called);
    entries.push(entry("approver_known", flag(role.is_some(), approver.span)));
    if let Some(role) = role {
        let manages = role.get("management").and_then(Node::as_bool) == Some(true);
        entries.push(entry("approver_manages", flag(manages, approver.span)));
    }
    entries
}

/// Everyone whom CODEOWNERS names, with whether the register of roles knows them; nobody where that register names no
/// account or team at all.
pub(super) fn code_owners(books: &Books<'_>) -> Vec<Resource> {
    let Some(owners) = repository::code_owners(books.workspace) else { return Vec::new() };
    let held: Vec<&str> = books.records("raci").iter().filter_map(|role| text(role, "held_by")).collect();
    if !held.iter().any(|name| name.starts_with('@')) {
        return Vec::new();
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut resources = Vec::new();
    for owner in owners.iter().filter(|owner| owner.as_str().is_some_and(|name| name.starts_with('@'))) {
        let Some(name) = owner.as_str().filter(|name| seen.insert((*name).to_owned())) else { continue };
        let known = held.iter().any(|held| held.eq_ignore_ascii_case(name));
        let entries = vec![entry("name", owner.clone()), entry("registered", flag(known, owner.span))];
        resources.push(resource("code-owner", name, Node::map(entries, owner.span), owner.span));
    }
    resources
}
