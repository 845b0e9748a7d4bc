//! The templates of its own repository that a pipeline names.

use std::collections::BTreeSet;

use super::expand::local;
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::dialect::{join, wording};
use crate::document::{Document, MAX_DEPTH, Node};

/// The ties of the dialect.
pub const TIES: Ties = Ties { names: super::is_yaml, named, elsewhere, follows: true, ..ties::NONE };

/// Templates of other repositories.
fn elsewhere(path: &str, text: &str) -> Vec<String> {
    let mut templates = ties::under_keys(path, text, &["template"]);
    templates.retain(|template| template.contains('@') && !template.ends_with("@self"));
    templates
}

fn named(path: &str, text: &str) -> Vec<Tie> {
    // The key is one of Kubernetes too; what it names here is a file, or what an expression makes of one.
    let may_name = wording::may_say_one(text, &[".yml", ".yaml", "${{"]) && wording::may_have_key(text, &["template"]);
    if !may_name {
        return Vec::new();
    }
    let Some(document) = ties::read("yaml", path, text) else { return Vec::new() };
    let mut found = Vec::new();
    document.roots.iter().for_each(|root| walk(root, directory(path), 0, &mut found));
    found
}

fn walk(node: &Node, directory: &str, depth: usize, found: &mut Vec<Tie>) {
    if depth > MAX_DEPTH {
        return;
    }
    found.extend(node.get("template").and_then(Node::as_str).and_then(|named| tie(directory, named)));
    node.items().iter().for_each(|item| walk(item, directory, depth + 1, found));
    node.entries().iter().for_each(|entry| walk(&entry.value, directory, depth + 1, found));
}

/// Where an expression decides a part of the path, any file below what stands before it may be meant.
fn tie(from: &str, named: &str) -> Option<Tie> {
    let Some((before, _)) = named.split_once("${{") else { return local(from, named).map(Tie::File) };
    let folder = directory(before);
    match before.strip_prefix('/') {
        Some(absolute) => join("", directory(absolute)),
        None => join(from, folder),
    }
    .map(Tie::Tree)
}

/// The paths of the files that some documents name.
pub(super) fn targets(documents: &[(&Document, &Node)]) -> BTreeSet<String> {
    let mut found = Vec::new();
    for (document, root) in documents {
        walk(root, document.directory(), 0, &mut found);
    }
    let file = |tie| match tie {
        Tie::File(path) => Some(path),
        Tie::Folder(_) | Tie::Tree(_) | Tie::Content(_) | Tie::Name(_) => None,
    };
    found.into_iter().filter_map(file).collect()
}
