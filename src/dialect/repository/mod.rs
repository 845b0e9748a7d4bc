//! The repository as one resource: which files it has, which package ecosystems, and who owns what.
//!
//! Nothing of it stands in one file, so its span is that of no file; the items of its lists point at the files they
//! are about.

mod codeowners;
mod locks;
mod manifests;
mod pipeline;
#[cfg(test)]
mod tests;
mod updates;
mod watched;

use std::collections::BTreeSet;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit};
use crate::document::{Entry, Key, Node, Value};
use crate::source::{FileId, NO_FILE, Span, Workspace};

/// The dialect of the repository itself.
pub const REPOSITORY: Dialect = Dialect {
    name: "repository",
    doc: "the repository itself: kind `repository`, with its files, manifests and code owners",
    syntax: |_| None,
    candidate: |_, _| false,
    recognise: |_| false,
    group: Group::Repository,
    with: &["dependabot", "github-actions", "pre-commit"],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("files", &["."]),
        Items::by("manifests", &["path"]),
        Items::by("updates", &["name"]),
        Items::by("workflows", &["path"]),
        Items::one("builds"),
        Items::one("pipelines"),
        Items::one("pull_request_template"),
    ],
    kinds: Kinds::Closed(&[""]),
    offers: crate::dialect::offers::repository::OFFERS,
};

/// Where the template of pull and merge requests is looked for.
const TEMPLATES: &[&str] = &[
    ".github/pull_request_template.md",
    ".github/PULL_REQUEST_TEMPLATE.md",
    "pull_request_template.md",
    "PULL_REQUEST_TEMPLATE.md",
    "docs/pull_request_template.md",
    "docs/PULL_REQUEST_TEMPLATE.md",
    ".github/PULL_REQUEST_TEMPLATE/pull_request_template.md",
    ".gitlab/merge_request_templates/Default.md",
    ".gitlab/merge_request_templates/default.md",
];

const NOWHERE: Span = Span { file: NO_FILE, start: 0, end: 0 };

fn extract(unit: &Unit<'_>) -> Extraction {
    let workspace = unit.corpus.workspace;
    // Where only some files are asked for the repository is not judged, and nobody asks what is in it.
    if !workspace.is_whole() {
        return Extraction::default();
    }
    let files: Vec<FileId> = workspace.ids().filter(|file| workspace.is_judged(*file)).collect();
    let manifests = manifests::of(workspace, &files);
    let ecosystems: BTreeSet<&str> = manifests.iter().map(|manifest| manifest.ecosystem.name).collect();
    let mut entries = vec![
        entry("files", list(files.iter().map(|file| path_node(workspace, *file)))),
        entry("directories", list(directories(workspace, &files).into_iter().map(text))),
        entry("ecosystems", list(ecosystems.iter().map(|name| text(name)))),
        entry("manifests", list(manifests.iter().map(|manifest| manifest.node(workspace)))),
    ];
    entries.extend(updates::ecosystems(unit.corpus, &manifests).map(|updates| entry("updates", updates)));
    entries.extend(pipeline::read(unit.corpus, &files, &ecosystems));
    let first = |paths: &[&str]| paths.iter().find_map(|path| workspace.source(workspace.find(path)?).ok());
    entries.extend(first(codeowners::PATHS).map(|source| {
        let mut read = codeowners::read(source);
        let paths = files.iter().map(|file| workspace.path(*file));
        read.derive("unowned_pipelines", codeowners::unowned_pipelines(&read, paths, source));
        entry("codeowners", read)
    }));
    entries.extend(
        first(TEMPLATES).map(|source| entry("pull_request_template", Node::verbatim(source.text(), source.whole(), 0))),
    );
    entries.extend(first(&[".gitignore"]).map(|source| entry("gitignore", codeowners::patterns(source))));
    let resource = Resource {
        identity: crate::dialect::Identity::default(),
        kind: "repository".into(),
        address: ".".into(),
        scope: "repository".into(),
        deployment: "".into(),
        body: Node::map(entries, NOWHERE),
        span: NOWHERE,
        header: NOWHERE,
        typing: Typing::Strict,
        names: Vec::new(),
        condition: None,
        trail: None,
    };
    Extraction { resources: vec![resource], ..Extraction::default() }
}

/// The owners that CODEOWNERS names, in the order written; none where there is no such file.
pub(super) fn code_owners(workspace: &Workspace) -> Option<Vec<Node>> {
    let file = codeowners::PATHS.iter().find_map(|path| workspace.find(path))?;
    let rules = codeowners::read(workspace.source(file).ok()?);
    let rules = rules.get("rules").map_or(&[][..], Node::items);
    Some(rules.iter().filter_map(|rule| rule.get("owners")).flat_map(Node::items).cloned().collect())
}

/// Whether CODEOWNERS gives a file an owner; none where there is no such file.
pub(super) fn is_owned(workspace: &Workspace, path: &str) -> Option<bool> {
    let file = codeowners::PATHS.iter().find_map(|path| workspace.find(path))?;
    let rules = codeowners::read(workspace.source(file).ok()?);
    Some(codeowners::owns(rules.get("rules").map_or(&[][..], Node::items), path))
}

fn directories<'a>(workspace: &'a Workspace, files: &[FileId]) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for file in files {
        let mut path = workspace.path(*file);
        while let Some((directory, _)) = path.rsplit_once('/') {
            if !found.insert(directory) {
                break;
            }
            path = directory;
        }
    }
    found
}

fn entry(name: &str, value: Node) -> Entry {
    Entry { key: Key { name: name.into(), span: value.span }, value, derived: false }
}

fn list(items: impl Iterator<Item = Node>) -> Node {
    Node::list(items.collect(), NOWHERE)
}

fn text(text: &str) -> Node {
    Node::text(text, NOWHERE)
}

/// The path of a file, pointing at its first byte.
fn path_node(workspace: &Workspace, file: FileId) -> Node {
    Node::text(workspace.path(file), Span::new(file, 0, 0))
}

fn flag(value: bool, span: Span) -> Node {
    Node::new(Value::Bool(value), span)
}
