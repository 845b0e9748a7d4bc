//! Manifests that a script hands to a cluster as it runs: what stands in it and goes to `kubectl apply -f -`.

use crate::dialect::kubernetes;
use crate::dialect::{Corpus, Resource};
use crate::document::{Document, Node};
use crate::syntax;
use crate::syntax::shell::HANDED_TO_CLUSTER;

use super::holders::Held;
use super::templates::roots;

/// Whether a file is what a cluster is handed.
pub(super) fn is_one(held: &Held<'_>) -> bool {
    held.path == HANDED_TO_CLUSTER
}

/// The objects of a manifest, with its document; what a variable fills in stands open in them. None where it cannot be read.
pub(super) fn of(owner: &Resource, held: &Held<'_>, corpus: &Corpus<'_>) -> Option<(Document, Vec<Resource>)> {
    let roots = roots(&held.text, |_| syntax::named("yaml-1.1"), "manifest.yaml")?;
    let path = corpus.workspace.path(owner.span.file).into();
    let document = Document { file: owner.span.file, path, syntax: "yaml-1.1", roots, problems: Vec::new() };
    let objects = |root: &Node| kubernetes::objects(root, &owner.scope, &document.path);
    let found = document.roots.iter().flat_map(objects).collect();
    Some((document, found))
}
