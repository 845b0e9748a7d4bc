//! Policies, records and runbooks: Markdown documents of the management system.
//!
//! Policies live where the settings say, by default in `policies`, `docs/policies`, `richtlinien`, `docs/richtlinien` and the `policies`
//! folder beside the governance files; records in folders called `records` and, beside the governance files, in folders named after what
//! they record (`incidents`, `audits`); runbooks in folders called `runbooks` or in files whose name begins with RUNBOOK.
//!
//! What a record is a record of (`kind`) is said by the front matter or, failing that, by the folder.
//!
//! The view `history` says what git knows of a document: `changed_on` and `commit` of its newest change,
//! `changed_after_approval` (its text is not what was approved on `approved_on`), and `dates_only` (the dates of its
//! front matter moved and its text did not).

mod past;
mod sections;

use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::{Corpus, Dialect, Extraction, Group, Inputs, Items, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Node, Problem, Value};
use crate::governance::front_matter;
use crate::lower::Faults;
use crate::source::{Span, Workspace};

/// The dialect of documents.
pub const DOCUMENT: Dialect = Dialect {
    name: "document",
    doc: "Markdown of the management system: `document/policy`, `document/record` (with `kind`: what it is a record of), \
          `document/runbook`",
    syntax: |path| has_extension(path, &[".md", ".markdown"]).then_some("markdown"),
    candidate: |_, _| true,
    // Which folders hold policies is a setting; a document that cannot be read is a problem only in such a folder.
    recognise: |document| document.problems.is_empty() || Places::default().kind(&document.path).is_some(),
    group: Group::Repository,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("front_matter.actions", &["id|action|title|what"]),
        Items::by("front_matter.nonconformities", &["id|title|clause|control"]),
        Items::by("links", &["target"]),
        Items::by("empty_headings", &["text"]),
    ],
    kinds: Kinds::Closed(&["policy", "record", "runbook"]),
    offers: crate::dialect::offers::document::OFFERS,
};

const POLICIES: &[&str] = &["policies/**", "docs/policies/**", "richtlinien/**", "docs/richtlinien/**"];

/// Folders beside the governance files, and what the records in them are records of.
const RECORDS: &[(&str, &str)] = &[
    ("incidents", "incident"),
    ("post-mortems", "incident"),
    ("postmortems", "incident"),
    ("audits", "audit"),
    ("penetration-tests", "penetration-test"),
    ("management-review", "management-review"),
    ("management-reviews", "management-review"),
    ("exercises", "exercise"),
    ("access-reviews", "access-review"),
    ("changes", "change"),
];

/// Where the documents of the management system live.
pub struct Places {
    policies: GlobSet,
    /// The folder of the governance files with a slash, or nothing where that is the root.
    governance: String,
}

impl Default for Places {
    fn default() -> Places {
        Places::of(&Inputs::default())
    }
}

impl Places {
    /// Where they live by the settings.
    pub fn of(inputs: &Inputs) -> Places {
        let folder = &inputs.compliance;
        let governance = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let beside = format!("{governance}policies/**");
        let defaults = || POLICIES.iter().copied().chain([beside.as_str()]);
        let policies = match inputs.policies.as_slice() {
            [] => globs(defaults()),
            set => globs(set.iter().map(String::as_str)),
        };
        Places { policies, governance }
    }

    /// The kind of document that a file is by its path; none for one that is no document of the management system.
    pub fn kind(&self, path: &str) -> Option<&'static str> {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let within = |folder: &str| directory.split('/').any(|part| part.eq_ignore_ascii_case(folder));
        if within("records") || (path.starts_with(&self.governance) && recorded(path).is_some()) {
            Some("document/record")
        } else if within("runbooks") || name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("runbook")) {
            Some("document/runbook")
        } else {
            self.policies.is_match(path).then_some("document/policy")
        }
    }
}

/// What the folders of a record say it is a record of; the innermost counts.
fn recorded(path: &str) -> Option<&'static str> {
    let (directory, _) = path.rsplit_once('/')?;
    directory
        .rsplit('/')
        .find_map(|part| RECORDS.iter().find(|(folder, _)| part.eq_ignore_ascii_case(folder)).map(|(_, kind)| *kind))
}

fn globs<'a>(globs: impl IntoIterator<Item = &'a str>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        // The settings file refuses globs that cannot be read.
        if let Ok(glob) = Glob::new(glob) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

/// The documents of the management system with their kinds, in the order of their paths.
pub(super) fn writings<'a>(corpus: &Corpus<'a>) -> Vec<(&'a Document, &'static str)> {
    let places = Places::of(corpus.inputs);
    let documents = corpus.documents.get("document").map_or(&[][..], Vec::as_slice);
    documents.iter().filter_map(|document| Some((*document, places.kind(&document.path)?))).collect()
}

/// What a record is a record of, by its front matter or else its folder.
pub(super) fn record_kind(document: &Document) -> Option<Node> {
    let root = document.roots.first()?;
    let said = root.at(&["front_matter", "kind"]).filter(|kind| kind.as_str().is_some()).cloned();
    said.or_else(|| Some(Node::text(recorded(&document.path)?, Span::new(document.file, 0, 0))))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let places = Places::of(unit.corpus.inputs);
    let mut extraction = Extraction::default();
    for document in &unit.documents {
        if let Some(kind) = places.kind(&document.path) {
            extraction.resources.extend(resource(document, kind, unit.corpus));
            extraction.problems.extend(faults(document, unit.corpus.workspace));
        }
    }
    for file in unit.corpus.workspace.ids() {
        let path = unit.corpus.workspace.path(file);
        let wanted = has_extension(path, &[".md", ".markdown"]) && unit.corpus.workspace.is_judged(file);
        if wanted && places.kind(path).is_some() && unit.corpus.document("document", file).is_none() {
            let message = "the front matter of this document cannot be read";
            extraction.problems.push(Problem::error("dialect::document", path, None, message));
        }
    }
    extraction
}

/// What is wrong with the front matter of a document that is judged.
fn faults(document: &Document, workspace: &Workspace) -> Vec<Problem> {
    let mut faults = Faults::new("governance", Arc::clone(&document.path));
    let front = document.roots.first().and_then(|root| root.get("front_matter"));
    if let Some(front) = front.filter(|_| workspace.is_judged(document.file)) {
        front_matter::check(front, &mut faults);
    }
    faults.into_problems()
}

fn resource(document: &Document, kind: &str, corpus: &Corpus<'_>) -> Option<Resource> {
    let workspace = corpus.workspace;
    let mut body = document.roots.first()?.clone();
    let headings = body.get("headings").map_or(&[][..], Node::items);
    let header = body.entry("front_matter").map(|entry| entry.key.span).or(headings.first().map(|first| first.span));
    let header = header.unwrap_or(Span::new(document.file, 0, 0));
    let links = body.get("links").cloned()?;
    let checked: Vec<Node> = links.items().iter().map(|link| checked(link, document.directory(), workspace)).collect();
    if let Value::Map(map) = &mut body.value {
        let map = Arc::make_mut(map);
        if let Some(entry) = map.entries.iter_mut().find(|entry| &*entry.key.name == "links") {
            entry.value = Node::list(checked, links.span);
        }
    }
    if kind == "document/record" {
        derive_record(&mut body, document);
    }
    if workspace.is_judged(document.file) {
        let source = workspace.source(document.file).ok()?;
        let history = past::view(source, &body, corpus.inputs.history.as_deref());
        body.derive("history", history);
        if kind == "document/policy" {
            for (name, view) in sections::views(source, &body) {
                body.derive(name, view);
            }
        }
    }
    Some(Resource::of_file(document, kind, body, header, Typing::Strict))
}

/// What it is a record of, and whether the days of an incident follow each other.
fn derive_record(body: &mut Node, document: &Document) {
    if let Some(kind) = record_kind(document) {
        body.derive("kind", kind);
    }
    let steps = ["occurred", "detected", "contained", "closed"];
    let given: Vec<&Node> = steps.iter().filter_map(|step| body.at(&["front_matter", step])).collect();
    let days: Vec<Option<jiff::civil::Date>> = given.iter().map(|node| day(node)).collect();
    if let (Some(last), true) = (given.last(), given.len() > 1 && days.iter().all(Option::is_some)) {
        let in_order = Node::new(Value::Bool(days.is_sorted()), last.span);
        body.derive("in_order", in_order);
    }
}

/// The day of a date, with or without a time after it.
pub(super) fn day(node: &Node) -> Option<jiff::civil::Date> {
    node.as_str()?.get(..10)?.parse().ok()
}

/// A link that says whether the file it leads to is missing, where it leads to a file.
fn checked(link: &Node, directory: &str, workspace: &Workspace) -> Node {
    let mut link = link.clone();
    let Some(target) = link.get("target").cloned() else { return link };
    if let Some(path) = target.as_str().and_then(|target| local_path(target, directory)) {
        let exists = workspace.find(&path).is_some() || workspace.under(&path).next().is_some();
        link.derive("broken", Node::new(Value::Bool(!exists), target.span));
    }
    link
}

/// The path, relative to the root, that a relative target leads to.
fn local_path(target: &str, directory: &str) -> Option<String> {
    let target = target.split(['#', '?']).next().unwrap_or("");
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| !scheme.contains(['/', '.']));
    // What is filled in when pages are made leads somewhere then.
    let is_made = ["${", "{{", "{%", "<%"].iter().any(|mark| target.contains(mark));
    if target.is_empty() || is_made || scheme || target.starts_with("//") || target.contains('@') {
        return None;
    }
    let decoded = percent_decoded(target);
    let base = if decoded.starts_with('/') { "" } else { directory };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            // What leads out of the repository cannot be looked up.
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { after.get(2..).unwrap_or(&[]) } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::testing;

    fn read(files: &[(&str, &str)], policies: &[&str]) -> Extraction {
        let workspace = Workspace::in_memory(files.iter().copied());
        let inputs = Inputs { policies: policies.iter().map(|&glob| glob.to_owned()).collect(), ..Inputs::default() };
        testing::extract(&[&DOCUMENT], &workspace, &inputs)
    }

    #[test]
    fn folders_tell_policies_records_and_runbooks_apart() {
        let files =
            ["README.md", "docs/policies/a.md", "compliance/records/b.md", "ops/RUNBOOK-db.md", "handbook/c.md"];
        let files = files.map(|path| (path, "# T\n"));
        let kinds = |policies: &[&str]| -> Vec<(String, String)> {
            let resources = read(&files, policies).resources;
            resources.iter().map(|r| (r.address.to_string(), r.kind.to_string())).collect()
        };
        let found = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(path, kind)| ((*path).into(), format!("document/{kind}"))).collect()
        };
        let others = [("compliance/records/b.md", "record"), ("ops/RUNBOOK-db.md", "runbook")];
        let [record, runbook] = others;
        assert_eq!(kinds(&[]), found(&[record, ("docs/policies/a.md", "policy"), runbook]));
        assert_eq!(kinds(&["handbook/**"]), found(&[record, ("handbook/c.md", "policy"), runbook]));
    }

    #[test]
    fn front_matter_and_links_are_read() {
        let text = "---\nowner: CISO\nnext_review: 2026-06-30\n---\n# Access\n[a](b.md#x) [c](../gone.md) [d](https://e.f) [g](/) [h](%62.md) [i](${DOCS}/j.md) [k]({{base}}/l.md)\n";
        let extraction = read(&[("policies/a.md", text), ("policies/b.md", "+++\nowner = 'x'\n+++\n")], &[]);
        assert_eq!(extraction.problems, []);
        let body = &extraction.resources[0].body;
        assert_eq!(body.at(&["front_matter", "owner"]).unwrap().as_str(), Some("CISO"));
        let broken: Vec<Option<bool>> =
            body.get("links").unwrap().items().iter().map(|link| link.get("broken").and_then(Node::as_bool)).collect();
        assert_eq!(broken, [Some(false), Some(true), None, Some(false), Some(false), None, None]);
        assert_eq!(extraction.resources[1].body.at(&["front_matter", "owner"]).unwrap().as_str(), Some("x"));
    }

    #[test]
    fn front_matter_that_cannot_be_read_is_a_problem_in_a_policy_folder_only() {
        let text = "---\na: [\n---\n";
        assert_eq!(read(&[("blog/a.md", text)], &[]).problems, []);
        assert_eq!(read(&[("blog/a.md", text)], &["blog/**"]).problems.len(), 1);
    }
}
