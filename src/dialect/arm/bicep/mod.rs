//! Bicep: which files are deployed, each with which values of its parameters.
//!
//! The tree of a file is that of a template (`syntax::bicep`), so all of what is known of templates holds of it. What is
//! Bicep's own is here: how its expressions are read, what its names stand for, modules, and parameter files.

pub mod compound;
pub mod expression;
pub mod module;
pub mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::parameter::{self, Values};
use super::scope::{Origin, Scope};
use super::template_of;
use crate::dialect::{Corpus, Document, Unit, deployed_with, has_extension, join};
use crate::document::{Node, Problem};
use crate::source::FileId;

/// Most parameter files that one is based on.
const MAX_BASES: usize = 8;

/// A template, as it is deployed.
pub struct Deployment<'a> {
    /// The file.
    pub document: &'a Document,
    /// The parameter file in Bicep that it is deployed with.
    pub parameters: Option<&'a Document>,
    /// What the deployment is called.
    pub name: Arc<str>,
}

/// Whether a path is that of a parameter file in Bicep.
pub fn is_parameters(path: &str) -> bool {
    has_extension(path, &[".bicepparam"])
}

/// The templates of a unit that are deployed: with each parameter file that is for one of them, else by themselves, unless
/// another template deploys them.
pub fn deployments<'a>(unit: &Unit<'a>) -> Vec<Deployment<'a>> {
    let corpus = unit.corpus;
    let templates = templates(unit);
    let calls: BTreeMap<FileId, Vec<FileId>> =
        templates.iter().map(|document| (document.file, calls(corpus, document))).collect();
    let called: BTreeSet<FileId> = calls.values().flatten().copied().collect();
    let mut given: BTreeMap<FileId, Vec<&'a Document>> = BTreeMap::new();
    for parameters in unit.documents.iter().filter(|document| is_parameters(&document.path)) {
        if let Some(file) = named(corpus, parameters, "using") {
            given.entry(file).or_default().push(parameters);
        }
    }
    let first =
        templates.iter().filter(|document| !called.contains(&document.file) || given.contains_key(&document.file));
    let mut reached: BTreeSet<FileId> = BTreeSet::new();
    let mut taken: BTreeSet<FileId> = BTreeSet::new();
    let mut deployments = Vec::new();
    // Files that deploy each other in a circle have no caller outside: the first of them is taken.
    for document in first.chain(&templates) {
        let files = given.get(&document.file).map_or(&[][..], Vec::as_slice);
        if !taken.insert(document.file) || (reached.contains(&document.file) && files.is_empty()) {
            continue;
        }
        let under = reach(document.file, &calls);
        let is_judged = under.iter().any(|file| corpus.workspace.is_judged(*file));
        reached.extend(under);
        if is_judged {
            deployments.extend(with_parameters(corpus, document, files));
        }
    }
    deployments.sort_by(|one, other| (&one.document.path, &one.name).cmp(&(&other.document.path, &other.name)));
    deployments
}

/// The templates that are judged and were not visited, each by itself.
pub fn others<'a>(unit: &Unit<'a>, visited: &BTreeSet<FileId>) -> Vec<Deployment<'a>> {
    let is_left =
        |document: &&Document| !visited.contains(&document.file) && unit.corpus.workspace.is_judged(document.file);
    let left = templates(unit).into_iter().filter(is_left);
    left.flat_map(|document| with_parameters(unit.corpus, document, &[])).collect()
}

fn templates<'a>(unit: &Unit<'a>) -> Vec<&'a Document> {
    let is_template = |document: &&&Document| !is_parameters(&document.path) && template_of(document).is_some();
    unit.documents.iter().filter(is_template).copied().collect()
}

/// The deployments of one template. That with the parameter file of its own name, as that without any, is called by the
/// template alone.
fn with_parameters<'a>(corpus: &Corpus<'_>, document: &'a Document, files: &[&'a Document]) -> Vec<Deployment<'a>> {
    let stem = |path: &str| path.rsplit_once('.').map_or_else(String::new, |(stem, _)| stem.to_owned());
    let is_own = |file: &Document| stem(&file.path) == stem(&document.path);
    let made = |parameters: Option<&'a Document>| {
        let further = parameters.filter(|file| !is_own(file)).map(|file| file.path.to_string());
        let name = further.map_or_else(|| Arc::clone(&document.path), |file| deployed_with(&document.path, &[file]));
        Deployment { document, parameters, name }
    };
    let mut deployments: Vec<Deployment<'a>> = files.iter().map(|file| made(Some(file))).collect();
    let has_own = files.iter().any(|file| is_own(file));
    if files.is_empty() || (!has_own && parameter::has_beside(corpus.workspace, &document.path)) {
        deployments.push(made(None));
    }
    deployments
}

fn reach(from: FileId, calls: &BTreeMap<FileId, Vec<FileId>>) -> BTreeSet<FileId> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        open.extend(calls.get(&file).into_iter().flatten().copied().filter(|called| reached.insert(*called)));
    }
    reached
}

fn calls(corpus: &Corpus<'_>, document: &Document) -> Vec<FileId> {
    let paths = module::called(document).filter_map(|path| join(document.directory(), path));
    paths.filter_map(|path| corpus.workspace.find(&path)).collect()
}

/// The file that a parameter file names: the template that it is for (`using`), or its base (`extends`).
fn named(corpus: &Corpus<'_>, parameters: &Document, word: &str) -> Option<FileId> {
    let path = parameters.roots.first()?.get(word)?.as_str()?;
    corpus.workspace.find(&join(parameters.directory(), path)?)
}

impl Deployment<'_> {
    /// The values that its parameters are given.
    pub fn given(&self, corpus: &Corpus<'_>, problems: &mut Vec<Problem>) -> Values {
        match self.parameters {
            Some(file) => of_file(corpus, file, 0),
            None => parameter::beside(corpus.workspace, &self.document.path, problems),
        }
    }
}

fn of_file(corpus: &Corpus<'_>, file: &Document, depth: usize) -> Values {
    let base = named(corpus, file, "extends").filter(|_| depth < MAX_BASES);
    let base = base.and_then(|base| corpus.document(super::NAME, base));
    let mut given = base.map_or_else(Values::new, |base| of_file(corpus, base, depth + 1));
    let Some(root) = file.roots.first() else { return given };
    let scope = Scope::new(Origin::of(file, corpus), root, Values::new(), Rc::default());
    let written = root.get("parameters").map_or(&[][..], Node::entries);
    given.extend(parameter::values(written.iter().filter_map(|entry| {
        let what = format!("value of parameter `{}` in {}", entry.key.name, file.path);
        Some((&*entry.key.name, scope.value(entry.value.get("defaultValue")?), what))
    })));
    given
}
