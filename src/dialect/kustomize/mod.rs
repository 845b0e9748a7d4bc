//! Kustomizations, built as `kustomize build` would.
//!
//! What is judged is what an overlay makes of its bases; every value stands where it was set: in the base, the patch or
//! the kustomization. A kustomization that others build on is judged through them; an object that comes out the same
//! in several overlays is judged once. What comes from elsewhere (a URL, a Helm chart) is a notice.

mod build;
mod builtin;
mod controllers;
pub(in crate::dialect) mod edit;
mod generate;
mod patch;
#[cfg(test)]
mod tests;
mod ties;
mod transform;

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};

use crate::dialect::{
    Corpus, Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, deployed_with, file_name, join, kubernetes,
};
use crate::document::{Document, Node, Problem, Value};
use crate::kernel::budget::{Share, Spent};
use crate::source::{FileId, Span};

use build::Builder;
use controllers::Deployed;
pub(crate) use controllers::is_followed;

/// The dialect.
pub const KUSTOMIZE: Dialect = Dialect {
    name: "kustomize",
    doc: "kustomizations: the Kubernetes objects that overlays make of their bases",
    syntax: |path| is_kustomization(path).then_some("yaml-1.1"),
    candidate: |_, _| true,
    recognise,
    group: Group::Repository,
    with: &["kubernetes"],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Strict,
    items: &[
        crate::dialect::Items::by("bases", &["."]),
        crate::dialect::Items::by("components", &["."]),
        crate::dialect::Items::by("resources", &["."]),
    ],
    kinds: Kinds::Closed(&["kustomization"]),
    offers: crate::dialect::offers::kustomize::OFFERS,
};

/// The names of a kustomization's file, in the order in which they are looked for.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

fn is_kustomization(path: &str) -> bool {
    NAMES.contains(&file_name(path))
}

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::kustomize";

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    broken || document.roots.iter().any(|root| root.as_map().is_some())
}

/// The kustomizations of a run.
fn kustomizations<'a>(corpus: &'a Corpus<'_>) -> &'a [&'a Document] {
    corpus.documents.get("kustomize").map_or(&[], Vec::as_slice)
}

/// The files that kustomizations build on or patch with: they are judged as a part of what comes out.
pub(super) fn used_files(corpus: &Corpus<'_>) -> BTreeSet<FileId> {
    let mut used = BTreeSet::new();
    for document in kustomizations(corpus) {
        for root in &document.roots {
            let paths = references(root).into_iter().filter_map(|path| join(document.directory(), path.as_str()?));
            used.extend(paths.filter_map(|path| corpus.workspace.find(&path)));
        }
    }
    used
}

/// Every path that a kustomization names: of files and of directories.
fn references(root: &Node) -> Vec<&Node> {
    let mut paths = Vec::new();
    for key in ["resources", "bases", "components", "patchesStrategicMerge", "crds", "transformers", "generators"] {
        paths.extend(root.get(key).map_or(&[][..], Node::items));
    }
    for key in ["patches", "patchesJson6902", "replacements"] {
        paths.extend(root.get(key).map_or(&[][..], Node::items).iter().filter_map(|patch| patch.get("path")));
    }
    paths
}

/// The file of the kustomization in a directory.
fn in_directory(corpus: &Corpus<'_>, directory: &str) -> Option<FileId> {
    NAMES.iter().find_map(|name| corpus.workspace.find(&join(directory, name)?))
}

/// The kustomization itself as a resource.
fn described(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    Some(Resource {
        identity: crate::dialect::Identity::default(),
        kind: "kustomize/kustomization".into(),
        address: document.path.clone(),
        scope: document.directory().into(),
        deployment: deployed_with(document.directory(), &[]),
        span: root.span,
        header: root.entries().first().map_or(root.span, |entry| entry.key.span),
        body: root.clone(),
        typing: Typing::Strict,
        names: Vec::new(),
        condition: None,
        trail: None,
    })
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut based_on: BTreeSet<FileId> = BTreeSet::new();
    for document in &unit.documents {
        for root in &document.roots {
            let directories =
                references(root).into_iter().filter_map(|path| join(document.directory(), path.as_str()?));
            based_on.extend(directories.filter_map(|directory| in_directory(unit.corpus, &directory)));
        }
    }
    let (deployed, only_changed) = controllers::all(unit.corpus);
    based_on.extend(only_changed);
    let mut found = Extraction::default();
    found.resources.extend(unit.documents.iter().filter_map(|document| described(document)));
    let mut told = BTreeSet::new();
    let mut reached = BTreeSet::new();
    let mut add = |built: Built, reached: &mut BTreeSet<FileId>| {
        found.resources.extend(built.resources);
        // A base that several overlays build on would say it several times.
        found.problems.extend(built.problems.into_iter().filter(|problem| told.insert(problem.clone())));
        reached.extend(built.reached);
    };
    let tops = unit.documents.iter().copied().filter(|document| !based_on.contains(&document.file)).map(Top::Itself);
    let tops: Vec<Top<'_>> = tops.chain(deployed.iter().map(Top::Deployed)).collect();
    let work = |at: usize, share| tops.get(at).map_or_else(Default::default, |top| built(unit, top, share));
    for built in unit.corpus.divided(tops.len(), Share::SCOPE, work) {
        add(built, &mut reached);
    }
    // Those that only a circle kept from being reached.
    let share = Share::of(Share::RUN, unit.documents.len(), Share::SCOPE);
    for document in &unit.documents {
        if !reached.contains(&document.file) {
            add(built(unit, &Top::Itself(document), share).0, &mut reached);
        }
    }
    found
}

/// What is built of a kustomization.
#[derive(Default)]
struct Built {
    resources: Vec<Resource>,
    problems: Vec<Problem>,
    /// The files of all kustomizations that are a part of it.
    reached: BTreeSet<FileId>,
}

/// What nothing else builds on.
enum Top<'c> {
    /// A kustomization as it is.
    Itself(&'c Document),
    /// One as a controller deploys it.
    Deployed(&'c Deployed<'c>),
}

fn built(unit: &Unit<'_>, top: &Top<'_>, share: Share) -> (Built, Spent) {
    let mut builder = Builder::new(unit.corpus, share);
    let (scope, deployment, objects) = match top {
        Top::Itself(document) => {
            let folder = document.directory();
            (folder.to_owned(), deployed_with(folder, &[]), builder.build(document.file))
        }
        Top::Deployed(by) => {
            let deployment = deployed_with(&by.folder, &[by.path.to_owned()]);
            (format!("{deployment} {}", by.name), deployment, builder.deployed(by))
        }
    };
    // A base that is reached in two ways gives an overlay its objects once.
    let mut seen: FxHashSet<[u8; 32]> = FxHashSet::default();
    let made = objects.iter().flat_map(|object| kubernetes::objects(&object.node, &scope, &deployment));
    let resources = made.filter(|resource| seen.insert(identity(resource))).collect();
    let spent = builder.spent();
    (Built { resources, problems: builder.problems, reached: builder.reached }, spent)
}

/// What tells an object from every other one: its address, what it holds, and where all of that was written.
fn identity(resource: &Resource) -> [u8; 32] {
    let mut hash = Sha256::new();
    text(&resource.address, &mut hash);
    feed(&resource.body, &mut hash);
    hash.finalize().into()
}

fn text(text: &str, hash: &mut Sha256) {
    hash.update(text.len().to_le_bytes());
    hash.update(text);
}

fn place(span: Span, hash: &mut Sha256) {
    for number in [span.file.0, span.start, span.end] {
        hash.update(number.to_le_bytes());
    }
}

fn feed(node: &Node, hash: &mut Sha256) {
    place(node.span, hash);
    hash.update(node.steps().len().to_le_bytes());
    for step in node.steps() {
        place(step.span, hash);
        text(&step.what, hash);
    }
    text(node.value.kind(), hash);
    match &node.value {
        Value::Null => {}
        Value::Bool(truth) => hash.update([u8::from(*truth)]),
        Value::Int(whole) => hash.update(whole.to_le_bytes()),
        Value::Float(float) => hash.update(float.to_bits().to_le_bytes()),
        Value::Str(written) => text(written.as_str(), hash),
        Value::Unresolved(open) => text(&format!("{open:?}"), hash),
        Value::List(items) => {
            hash.update(items.len().to_le_bytes());
            items.iter().for_each(|item| feed(item, hash));
        }
        Value::Map(map) => {
            hash.update(map.entries.len().to_le_bytes());
            for entry in &map.entries {
                text(&entry.key.name, hash);
                place(entry.key.span, hash);
                feed(&entry.value, hash);
            }
            text(&map.rest.as_ref().map_or_else(String::new, |rest| format!("{rest:?}")), hash);
        }
    }
}
