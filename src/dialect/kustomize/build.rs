//! Builds a kustomization: gathers its objects, and changes them as it says.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::controllers::Deployed;
use super::patch::{Fault, TOO_MUCH};
use super::{CODE, builtin, edit, generate, in_directory, patch, transform};
use crate::dialect::{Corpus, helm, join, kubernetes, strategic};
use crate::document::{Node, Problem, Value};
use crate::kernel::budget::{Budget, Share, Spent};
use crate::source::{FileId, Span};
use crate::syntax;

/// Kustomizations build on each other to this depth.
const MAX_NESTING: usize = 32;

/// What a kustomization counts for, in bytes, wherever it is built on.
const LAYER: usize = 256;

/// What an object counts for beside its nodes, in bytes.
const OBJECT: usize = 2048;

/// What a node of an object counts for, in bytes: most are shared with the file that they stand in.
const NODE: usize = 16;

/// Most nodes that an object may come to have by patches that copy.
pub(super) const MAX_NODES: usize = 100_000;

/// An object on its way through kustomizations.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) node: Node,
    pub(super) kind: Arc<str>,
    /// What it is and was called.
    pub(super) names: Vec<Arc<str>>,
}

impl Object {
    pub(super) fn new(node: Node) -> Object {
        let text = |keys: &[&str]| node.at(keys).and_then(Node::as_str).map(Arc::from);
        let kind = text(&["kind"]).unwrap_or_else(|| "".into());
        let names = text(&["metadata", "name"]).into_iter().collect();
        Object { node, kind, names }
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| **known == *name)
    }
}

/// Builds kustomizations.
pub(super) struct Builder<'a> {
    corpus: &'a Corpus<'a>,
    pub(super) problems: Vec<Problem>,
    /// The kustomizations that were a part of what was built.
    pub(super) reached: BTreeSet<FileId>,
    open: Vec<FileId>,
    budget: Budget,
    /// Whether objects were left out.
    is_cut: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(corpus: &'a Corpus<'a>, share: Share) -> Builder<'a> {
        Builder {
            corpus,
            problems: Vec::new(),
            reached: BTreeSet::new(),
            open: Vec::new(),
            budget: Budget::of(share),
            is_cut: false,
        }
    }

    /// What was taken of the budget.
    pub(super) fn spent(&self) -> Spent {
        self.budget.spent()
    }

    /// The objects that come out of a kustomization.
    pub(super) fn build(&mut self, file: FileId) -> Vec<Object> {
        let objects = self.layer(file, Vec::new());
        self.bounded(file, objects)
    }

    /// The objects that come out of a kustomization as a controller deploys it.
    pub(super) fn deployed(&mut self, by: &Deployed<'_>) -> Vec<Object> {
        let objects = self.layer(by.kustomization, Vec::new());
        let objects = self.change(&by.layer, by.path, &by.folder, objects);
        self.bounded(by.kustomization, objects)
    }

    /// A value that goes to every item of a list is there often, however little memory it takes.
    fn bounded(&mut self, file: FileId, mut objects: Vec<Object>) -> Vec<Object> {
        for object in objects.iter_mut().filter(|object| object.node.weight(MAX_NODES) >= MAX_NODES) {
            patch::leave_open(&mut object.node, TOO_MUCH);
            let problem = Problem::error(CODE, self.corpus.workspace.path(file), None, TOO_MUCH);
            self.report(problem.help("let patches and replacements copy less"));
        }
        objects
    }

    /// A kustomization on top of objects that are there already (of a component: those of whom it is a part).
    fn layer(&mut self, file: FileId, mut objects: Vec<Object>) -> Vec<Object> {
        let corpus = self.corpus;
        let Some(root) = corpus.document("kustomize", file).and_then(|document| document.roots.first()) else {
            return objects;
        };
        let path = corpus.workspace.path(file);
        self.reached.insert(file);
        if self.open.contains(&file) || self.open.len() >= MAX_NESTING {
            let message = "this kustomization builds on itself";
            self.report(Problem::error(CODE, path, Some(root.span), message).help("break the circle"));
            return objects;
        }
        if !self.has_room(path, root, LAYER, objects.len()) {
            return objects;
        }
        self.open.push(file);
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let mut named = BTreeSet::new();
        for item in ["resources", "bases"].iter().flat_map(|key| root.get(key).map_or(&[][..], Node::items)) {
            // However it is written: the tool refuses what is there twice.
            if let Some(target) = item.as_str().and_then(|text| join(directory, text))
                && !named.insert(target)
            {
                let message = "this is named before, however it is written; its objects count once";
                self.report(Problem::notice(CODE, path, Some(item.span), message).help("name it once"));
                continue;
            }
            objects.extend(self.resource(path, directory, item));
        }
        let read = |named: &str| corpus.workspace.source(corpus.workspace.find(&join(directory, named)?)?).ok();
        generate::add(root, &read, &mut objects);
        objects = self.change(root, path, directory, objects);
        objects = self.transform(root, path, directory, objects);
        for key in ["helmCharts", "helmChartInflationGenerator", "generators"] {
            let is_rendered = key == "helmCharts" && helm::are_here(root, directory, self.corpus.workspace);
            if let Some(entry) = root.entry(key).filter(|_| !is_rendered) {
                self.not_followed(path, key, entry.key.span);
            }
        }
        self.open.pop();
        objects
    }

    /// What a kustomization, or what stands for one, changes of objects that are there.
    fn change(&mut self, root: &Node, path: &str, directory: &str, mut objects: Vec<Object>) -> Vec<Object> {
        let corpus = self.corpus;
        for item in root.get("components").map_or(&[][..], Node::items) {
            match item.as_str().and_then(|path| in_directory(corpus, &join(directory, path)?)) {
                Some(component) => objects = self.layer(component, objects),
                None => self.missing(path, item),
            }
        }
        let turns = turns(root, &objects);
        if turns > 0 && !self.has_room(path, root, 0, turns) {
            objects.clear();
        }
        for item in root.get("patchesStrategicMerge").map_or(&[][..], Node::items) {
            let patches =
                self.patch_of(path, directory, Some(item), item.as_str().is_some_and(|text| text.contains('\n')));
            for one in patches {
                merge(&mut objects, &one, None);
            }
        }
        for item in root.get("patches").map_or(&[][..], Node::items) {
            self.patch(&mut objects, path, directory, item);
        }
        let affixes = ["namePrefix", "nameSuffix"].into_iter().filter_map(|key| root.get(key)?.as_str());
        if !self.has_room(path, root, affixes.map(str::len).sum::<usize>().saturating_mul(objects.len()), 0) {
            objects.clear();
        }
        transform::before_patches(&mut objects, root);
        for item in root.get("patchesJson6902").map_or(&[][..], Node::items) {
            self.patch(&mut objects, path, directory, item);
        }
        for replacement in transform::after_patches(&mut objects, root, &self.budget) {
            let problem = Problem::error(CODE, path, Some(replacement.span), TOO_MUCH);
            self.report(problem.help("let replacements copy less"));
        }
        objects
    }

    /// What transformers in files, or written in place, change: those of kustomize itself.
    fn transform(&mut self, root: &Node, path: &str, directory: &str, mut objects: Vec<Object>) -> Vec<Object> {
        for item in root.get("transformers").map_or(&[][..], Node::items) {
            let is_folder = item.as_str().and_then(|text| in_directory(self.corpus, &join(directory, text)?)).is_some();
            let is_inline = item.as_str().is_some_and(|text| text.contains('\n'));
            let read = if is_folder { Vec::new() } else { self.patch_of(path, directory, Some(item), is_inline) };
            let layers: Option<Vec<Node>> = read.iter().map(builtin::as_kustomization).collect();
            match layers.filter(|_| !is_folder) {
                Some(layers) => {
                    for layer in layers {
                        objects = self.change(&layer, path, directory, objects);
                    }
                }
                None => self.not_followed(path, "transformers", item.span),
            }
        }
        objects
    }

    fn not_followed(&mut self, path: &str, key: &str, at: Span) {
        let message = format!("`{key}` is not followed: what it adds or changes is not judged");
        self.report(Problem::notice(CODE, path, Some(at), message));
    }

    /// A file of objects, or another kustomization.
    fn resource(&mut self, path: &str, directory: &str, item: &Node) -> Vec<Object> {
        let target = item.as_str().and_then(|text| join(directory, text));
        if let Some(file) = target.as_ref().and_then(|target| self.corpus.workspace.find(target)) {
            let mut objects = Vec::new();
            for (node, _) in self.documents(file).iter().flat_map(kubernetes::parts) {
                let nodes = node.weight(MAX_NODES);
                if !self.has_room(path, item, OBJECT + nodes * NODE, nodes / 8) {
                    break;
                }
                objects.push(Object::new(node.clone()));
            }
            return objects;
        }
        if let Some(file) = target.and_then(|target| in_directory(self.corpus, &target)) {
            return self.layer(file, Vec::new());
        }
        self.missing(path, item);
        Vec::new()
    }

    /// The trees of a file.
    fn documents(&mut self, file: FileId) -> Vec<Node> {
        if let Some(known) = self.corpus.document("kubernetes", file) {
            return known.roots.clone();
        }
        let Ok(source) = self.corpus.workspace.source(file) else { return Vec::new() };
        let Some(yaml) = syntax::named("yaml-1.1") else { return Vec::new() };
        let document = syntax::parse(yaml, source);
        for problem in document.problems {
            self.report(problem);
        }
        document.roots
    }

    /// An item of `patches` or `patchesJson6902`.
    fn patch(&mut self, objects: &mut Vec<Object>, path: &str, directory: &str, item: &Node) {
        let target = item.get("target").map(patch::Target::read);
        let inline = item.get("patch");
        for one in self.patch_of(path, directory, inline.or_else(|| item.get("path")), inline.is_some()) {
            if matches!(one.value, Value::List(_)) {
                let Some(target) = &target else { continue };
                for object in objects.iter_mut().filter(|object| target.fits(object)) {
                    let (message, help) = match patch::operate(&mut object.node, &one, &self.budget) {
                        Ok(()) => continue,
                        Err(Fault::Missing(message)) => (message, "correct the path"),
                        Err(Fault::TooMuch) => {
                            patch::leave_open(&mut object.node, TOO_MUCH);
                            (TOO_MUCH.to_owned(), "let patches copy less")
                        }
                    };
                    self.problems.push(Problem::error(CODE, path, Some(item.span), message).help(help));
                }
            } else {
                merge(objects, &one, target.as_ref());
            }
        }
    }

    /// The documents of a patch, which is written in place or in a file.
    fn patch_of(&mut self, path: &str, directory: &str, item: Option<&Node>, inline: bool) -> Vec<Node> {
        let Some(item) = item else { return Vec::new() };
        if inline {
            let Value::Str(text) = &item.value else { return vec![item.clone()] };
            if let Some(read) = syntax::yaml::parse_embedded(text, item.span) {
                return read;
            }
            let problem = Problem::error(CODE, path, Some(item.span), "the patch is not YAML");
            self.report(problem.help("correct the patch"));
            return Vec::new();
        }
        let file = item.as_str().and_then(|text| self.corpus.workspace.find(&join(directory, text)?));
        if let Some(file) = file {
            return self.documents(file);
        }
        self.missing(path, item);
        Vec::new()
    }

    /// Whether there is room for so many bytes and steps more; where there is none, that is told once.
    fn has_room(&mut self, path: &str, at: &Node, bytes: usize, steps: usize) -> bool {
        self.budget.spend(u32::try_from(steps + 1).unwrap_or(u32::MAX));
        let room = !self.budget.is_spent() && self.budget.keep(bytes);
        if !room && !std::mem::replace(&mut self.is_cut, true) {
            let message =
                "what is built from here on is more than a kustomization may have of the run: it is not judged";
            let problem = Problem::error("kustomize::limit", path, Some(at.span), message);
            self.report(problem.help("let overlays build on fewer bases"));
        }
        room
    }

    fn missing(&mut self, path: &str, item: &Node) {
        let message = match item.as_str() {
            Some(text) => format!("`{}` is not in this repository", text.lines().next().unwrap_or("")),
            None => "what this names is not known".to_owned(),
        };
        let notice = Problem::notice(CODE, path, Some(item.span), message);
        self.report(notice.help("what it would add or change is not judged"));
    }

    fn report(&mut self, problem: Problem) {
        // A base that several overlays build on would say it several times.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// So many looks at objects are free: more than the overlays take that people write.
const FREE_LOOKS: usize = 4_000_000;

/// The steps it takes to ask each object for each thing that a kustomization changes, beyond [`FREE_LOOKS`]: 64 looks are one.
fn turns(root: &Node, objects: &[Object]) -> usize {
    let named = |key: &str| root.get(key).map_or(0, |list| list.items().len());
    let lists = ["patchesStrategicMerge", "patches", "patchesJson6902", "labels", "replicas", "replacements"];
    let looks = lists.into_iter().map(named).sum::<usize>().saturating_mul(objects.len());
    // An image is looked for in all of an object.
    let images = match named("images") {
        0 => 0,
        images => objects.iter().map(|object| object.node.weight(MAX_NODES)).sum::<usize>().saturating_mul(images),
    };
    looks.saturating_add(images).saturating_sub(FREE_LOOKS) / 64
}

/// Lays a patch over the objects that it is for.
fn merge(objects: &mut Vec<Object>, patch: &Node, target: Option<&patch::Target>) {
    let own = patch::Target::of_patch(patch);
    let target = target.unwrap_or(&own);
    let mut kept = Vec::with_capacity(objects.len());
    for object in objects.drain(..) {
        if !target.fits(&object) {
            kept.push(object);
            continue;
        }
        if let Some(mut node) = strategic::merge(&object.node, patch) {
            // A patch finds its object by these; it does not change them.
            for keys in [&["metadata", "name"][..], &["kind"], &["apiVersion"]] {
                if let Some((old, place)) = object.node.at(keys).zip(edit::at_mut(&mut node, keys)) {
                    *place = old.clone();
                }
            }
            kept.push(Object { node, ..object });
        }
    }
    *objects = kept;
}
