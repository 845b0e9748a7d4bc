//! Kustomizations as Flux and Argo CD deploy them: with patches, components, images and names of the controller laid over what
//! a folder of the repository builds.
//!
//! A folder without a file of a kustomization, for which Flux makes one up, is left to its manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::in_directory;
use crate::dialect::ties::{self, Tie};
use crate::dialect::wording::{may_say, may_say_one};
use crate::dialect::{Corpus, helm, join, kubernetes};
use crate::document::{Entry, Node};
use crate::source::{FileId, Workspace};

/// A kustomization that a controller deploys with changes of its own.
pub(super) struct Deployed<'c> {
    /// The manifest that says so.
    pub(super) path: &'c str,
    /// What the object is called.
    pub(super) name: String,
    /// The folder of the kustomization.
    pub(super) folder: String,
    /// The file of the kustomization.
    pub(super) kustomization: FileId,
    /// The changes, as a kustomization on top would make them.
    pub(super) layer: Node,
}

/// What an object of a controller deploys: a folder, and what it changes of it.
struct Source {
    folder: String,
    layer: Node,
}

/// The kustomizations that controllers change, and those that none deploys as they are.
pub(super) fn all<'c>(corpus: &'c Corpus<'_>) -> (Vec<Deployed<'c>>, BTreeSet<FileId>) {
    let mut found = Vec::new();
    let mut unchanged: BTreeMap<FileId, bool> = BTreeMap::new();
    for document in corpus.documents.get("kubernetes").into_iter().flatten() {
        for (object, _) in document.roots.iter().flat_map(kubernetes::parts) {
            for (object, source) in deployed_by(object, Some(corpus.workspace)) {
                let Some(kustomization) = in_directory(corpus, &source.folder) else { continue };
                let is_unchanged = source.layer.entries().is_empty();
                *unchanged.entry(kustomization).or_default() |= is_unchanged;
                if !is_unchanged {
                    let Source { folder, layer } = source;
                    found.push(Deployed { path: &document.path, name: object, folder, kustomization, layer });
                }
            }
        }
    }
    let only_changed = unchanged.into_iter().filter(|(_, is_unchanged)| !is_unchanged).map(|(file, _)| file);
    (found, only_changed.collect())
}

/// Whether an object deploys a kustomization that is here.
pub(crate) fn is_followed(object: &Node, workspace: &Workspace) -> bool {
    let is_here = |source: &Source| super::NAMES.iter().any(|name| find(workspace, &source.folder, name).is_some());
    deployed_by(object, Some(workspace)).iter().any(|(_, source)| is_here(source))
}

fn find(workspace: &Workspace, folder: &str, name: &str) -> Option<FileId> {
    workspace.find(&join(folder, name)?)
}

/// What the applications deploy that an object is or makes, each with its name.
fn deployed_by(object: &Node, workspace: Option<&Workspace>) -> Vec<(String, Source)> {
    let of = |one: &Node| -> Vec<(String, Source)> {
        let name = one.at(&["metadata", "name"]).and_then(Node::as_str).unwrap_or("").to_owned();
        sources(one).into_iter().map(|source| (name.clone(), source)).collect()
    };
    helm::releasing(object, workspace).iter().flat_map(|one| of(one)).collect()
}

fn sources(object: &Node) -> Vec<Source> {
    let text = |keys: &[&str]| object.at(keys).and_then(Node::as_str);
    let group = text(&["apiVersion"]).and_then(|version| version.split('/').next()).unwrap_or("");
    match (group, text(&["kind"]).unwrap_or("")) {
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
            let spec = object.get("spec");
            let source = spec.and_then(|spec| Some(Source { folder: folder(spec)?, layer: of_flux(spec) }));
            source.into_iter().collect()
        }
        ("argoproj.io", "Application") => {
            let one = object.at(&["spec", "source"]).into_iter();
            let several = object.at(&["spec", "sources"]).map_or(&[][..], Node::items);
            let is_kustomized = |source: &&Node| source.get("chart").is_none() && source.get("helm").is_none();
            let source = |source: &Node| Some(Source { folder: folder(source)?, layer: of_argo(source) });
            one.chain(several).filter(is_kustomized).filter_map(source).collect()
        }
        _ => Vec::new(),
    }
}

/// The folder of a source, from the root of its repository.
fn folder(source: &Node) -> Option<String> {
    join("", source.get("path")?.as_str()?.trim_start_matches('/'))
}

/// <https://fluxcd.io/flux/components/kustomize/kustomizations/>
fn of_flux(spec: &Node) -> Node {
    let mut entries = same(spec, &["components", "patches", "images", "namePrefix", "nameSuffix"]);
    entries.extend(renamed(spec.entry("targetNamespace"), "namespace"));
    // Versions before the first stable one had a list for each form of a patch.
    if let Some(merged) = spec.entry("patchesStrategicMerge") {
        let patch = |patch: &Node| Node::map(vec![Entry::new("patch", patch.span, patch.clone())], patch.span);
        let patches = Node::list(merged.value.items().iter().map(patch).collect(), merged.value.span);
        entries.push(Entry { value: patches, ..Entry::new("patches", merged.key.span, merged.value.clone()) });
    }
    entries.extend(same(spec, &["patchesJson6902"]));
    if let Some(labels) = spec.at(&["commonMetadata", "labels"]) {
        let pairs = Node::map(vec![Entry::new("pairs", labels.span, labels.clone())], labels.span);
        entries.push(Entry::new("labels", labels.span, Node::list(vec![pairs], labels.span)));
    }
    Node::map(entries, spec.span)
}

/// <https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/>
fn of_argo(source: &Node) -> Node {
    let Some(own) = source.get("kustomize") else { return Node::map(Vec::new(), source.span) };
    let taken = [
        "components",
        "patches",
        "namePrefix",
        "nameSuffix",
        "namespace",
        "replicas",
        "commonLabels",
        "commonAnnotations",
    ];
    let mut entries = same(own, &taken);
    if let Some(images) = own.entry("images") {
        let read = images.value.items().iter().filter_map(image).collect();
        entries.push(Entry::new("images", images.key.span, Node::list(read, images.value.span)));
    }
    Node::map(entries, own.span)
}

/// An image as `kustomize edit set image` takes it: `name=new:tag`, where the name may be left out.
fn image(node: &Node) -> Option<Node> {
    let written = node.as_str()?;
    let (name, new) = written.split_once('=').map_or((None, written), |(name, new)| (Some(name), new));
    let (new, digest) = new.split_once('@').map_or((new, None), |(new, digest)| (new, Some(digest)));
    let tag_at = new.rfind(':').filter(|at| new.get(*at..).is_some_and(|tag| !tag.contains('/')));
    let (new, tag) = tag_at.map_or((new, None), |at| (new.get(..at).unwrap_or(""), new.get(at + 1..)));
    let parts = [("name", name.or(Some(new))), ("newName", name.and(Some(new))), ("newTag", tag), ("digest", digest)];
    let entry =
        |(key, text): (&'static str, Option<&str>)| Some(Entry::new(key, node.span, Node::text(text?, node.span)));
    Some(Node::map(parts.into_iter().filter_map(entry).collect(), node.span))
}

/// The entries that a kustomization calls the same.
fn same(node: &Node, keys: &[&str]) -> Vec<Entry> {
    keys.iter().filter_map(|key| node.entry(key)).cloned().collect()
}

fn renamed(entry: Option<&Entry>, name: &'static str) -> Option<Entry> {
    entry.map(|entry| Entry::new(name, entry.key.span, entry.value.clone()))
}

/// What a manifest names that deploys kustomizations: their folders, and those of the components that it adds.
pub(super) fn named(path: &str, text: &str) -> Vec<Tie> {
    let may_deploy =
        may_say_one(text, &["Kustomization", "Application", "ApplicationSet"]) && may_say(text, "apiVersion");
    if !may_deploy {
        return Vec::new();
    }
    let Some(document) = ties::read("yaml-1.1", path, text) else { return Vec::new() };
    let objects = document.roots.iter().flat_map(kubernetes::parts).map(|(object, _)| object);
    let sources = objects.flat_map(|object| deployed_by(object, None)).map(|(_, source)| source);
    let folders = sources.flat_map(|Source { folder, layer }| {
        let components = layer.get("components").map_or(&[][..], Node::items).iter();
        let components = components.filter_map(|item| join(&folder, item.as_str()?)).collect::<Vec<_>>();
        std::iter::once(folder).chain(components)
    });
    folders.map(Tie::Folder).collect()
}
