//! What the repository deploys: directories with a container image, a chart, a root module of Terraform, a kustomization
//! or a template. Compared with the paths of the assets' register.

use std::collections::{BTreeMap, BTreeSet};

use super::super::is_sample;
use super::super::{Resource, file_name, has_extension, join};
use super::books::Books;
use super::{entry, flag, list, resource};
use crate::document::{Document, Node};
use crate::governance::paths::Cover;
use crate::source::{FileId, Span};

/// Files that make their directory a unit.
const FILES: &[(&str, &str)] = &[("serverless.yml", "serverless"), ("serverless.yaml", "serverless")];

/// Every unit, by its directory, with whether an asset covers it.
pub(super) fn all(books: &Books<'_>) -> Vec<Resource> {
    let covers = covers(books);
    let mut resources = Vec::new();
    for (directory, (kind, file)) in found(books) {
        let at = Span::new(file, 0, 0);
        let shown = if directory.is_empty() { "." } else { directory.as_str() };
        let path = books.workspace.path(file);
        let registered = covers.iter().any(|cover| cover.covers(&directory, path));
        let entries = vec![
            entry("path", Node::text(shown, at)),
            entry("kind", Node::text(kind, at)),
            entry("registered", flag(registered, at)),
        ];
        resources.push(resource("unit", shown, Node::map(entries, at), at));
    }
    resources
}

type Units = BTreeMap<String, (&'static str, FileId)>;

fn found(books: &Books<'_>) -> Units {
    let mut units = Units::new();
    let mut add = |directory: &str, kind: &'static str, file: FileId| {
        units.entry(directory.to_owned()).or_insert((kind, file));
    };
    for (dialect, kind) in [("dockerfile", "image"), ("helm", "chart"), ("cloudformation", "template")] {
        for document in books.real(dialect) {
            add(document.directory(), kind, document.file);
        }
    }
    let built_on = directories_named(books, "kustomize", &["resources", "bases", "components"]);
    for document in books.real("kustomize").filter(|document| !built_on.contains(document.directory())) {
        add(document.directory(), "kustomization", document.file);
    }
    let called = modules_called(books);
    let configures = |document: &&Document| document.syntax == "hcl" && !has_extension(&document.path, &[".tfvars"]);
    for document in books.real("terraform").filter(configures) {
        let directory = document.directory();
        let is_module = directory.split('/').any(|part| part == "modules");
        if !is_module && !called.contains(directory) {
            add(directory, "terraform", document.file);
        }
    }
    for file in books.workspace.ids().filter(|file| books.workspace.is_judged(*file)) {
        let path = books.workspace.path(file);
        let kind = FILES.iter().find(|(name, _)| *name == file_name(path));
        if let (Some((_, kind)), false) = (kind, is_sample(path)) {
            add(path.rsplit_once('/').map_or("", |(directory, _)| directory), kind, file);
        }
    }
    units
}

/// The directories that documents of a dialect name under some keys.
fn directories_named(books: &Books<'_>, dialect: &str, keys: &[&str]) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for document in books.real(dialect) {
        for root in &document.roots {
            let items = keys.iter().filter_map(|key| root.get(key)).flat_map(Node::items);
            named.extend(items.filter_map(|item| join(document.directory(), item.as_str()?)));
        }
    }
    named
}

/// The directories of local modules that are called.
fn modules_called(books: &Books<'_>) -> BTreeSet<String> {
    let mut called = BTreeSet::new();
    for document in books.real("terraform") {
        let modules = document.roots.iter().filter_map(|root| root.get("module")).flat_map(Node::items);
        for module in modules.flat_map(Node::entries) {
            let source = module.value.get("source").and_then(Node::as_str).filter(|source| source.starts_with('.'));
            called.extend(source.and_then(|source| join(document.directory(), source)));
        }
    }
    called
}

fn covers(books: &Books<'_>) -> Vec<Cover> {
    books.records("assets").iter().flat_map(|asset| list(asset, "paths")).map(Cover::of).collect()
}
