//! From documents to resources and facts: of all that a run holds together, or of files that stand alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{Parsed, Recognised, rights};
use crate::dialect::contained;
use crate::dialect::deployment::{self, DEPLOYMENT};
use crate::dialect::facts::{self, FACT};
use crate::dialect::{self, Corpus, DIALECTS, Dialect, Divided, Extraction, Group, Inputs, Resource, Unit};
use crate::document::{Document, Problem};
use crate::kernel::budget::Earlier;
use crate::source::{FileId, NO_FILE, Workspace};

/// What all dialects found.
#[derive(Default)]
pub struct Extracted {
    /// The resources of files that are judged, in the order of dialects and files.
    pub resources: Vec<Resource>,
    /// What could not be done.
    pub problems: Vec<Problem>,
}

/// What is known of files that stood alone, where others are extracted.
#[derive(Default)]
pub(super) struct Before {
    /// What they state, where a dialect looks at that.
    pub facts: Vec<Resource>,
    /// Those of [`dialect::READ_AGAIN`].
    pub files: Vec<FileId>,
    /// What they took of what their technologies may take, by dialect.
    pub spent: BTreeMap<&'static str, Earlier>,
}

impl Before {
    /// Adds what is known of further files.
    pub fn add(&mut self, other: Before) {
        self.facts.extend(other.facts);
        self.files.extend(other.files);
        for (dialect, spent) in other.spent {
            self.spent.entry(dialect).or_default().add(spent);
        }
    }
}

/// Whether something asks for a kind of resources that are made of others.
pub type Asked<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// Lists the resources of all documents, and all facts.
pub fn extract(workspace: &Workspace, parsed: &Parsed, inputs: &Inputs) -> Extracted {
    extract_asked(workspace, &parsed.documents, inputs, &|_| true, &Before::default())
}

/// Lists the resources of all documents. What only rules look at (some facts, deployments) is made where one asks for
/// its kind. What files that stood alone stated is seen by dialects that look at facts, and what they took of budgets counts.
pub(super) fn extract_asked(
    workspace: &Workspace,
    documents: &[Recognised],
    inputs: &Inputs,
    asked: Asked<'_>,
    before: &Before,
) -> Extracted {
    let by_dialect = by_dialect(documents);
    let spread = |count: usize, work: &(dyn Fn(usize) + Sync)| (0..count).into_par_iter().for_each(work);
    let corpus = Corpus { spread, apart: &before.files, ..Corpus::new(workspace, &by_dialect, inputs) };
    let mut units: Vec<(&'static Dialect, Vec<&Document>)> = Vec::new();
    for dialect in DIALECTS {
        let documents = by_dialect.get(dialect.name).map_or(&[][..], Vec::as_slice);
        units.extend(grouped(dialect.group, documents).into_iter().map(|group| (*dialect, group)));
    }
    let (after, first): (Vec<_>, Vec<_>) =
        units.into_iter().partition(|(dialect, _)| dialect.with.contains(&FACT.name));
    let mut extracted = Extracted::default();
    let units = |units: Vec<(&'static Dialect, _)>, corpus: &Corpus<'_>| {
        let of = |unit: (&'static Dialect, _)| {
            let divisions = AtomicUsize::new(0);
            let divided = Divided::Equally(before.spent.get(unit.0.name).map(|earlier| (earlier, &divisions)));
            one(unit, &Corpus { divided, ..*corpus })
        };
        units.into_par_iter().map(of).collect()
    };
    extracted.add(workspace, units(first, &corpus));
    extracted.add_contained(workspace, inputs);
    let whole = facts::Known::default();
    let (facts, problems) = facts(workspace, documents, &extracted.resources, (asked, Spread::Threads(LEAST), &whole));
    extracted.problems.extend(problems);
    if before.facts.is_empty() {
        extracted.add(workspace, units(after, &Corpus { facts: &facts, ..corpus }));
    } else {
        let all: Vec<Resource> = before.facts.iter().chain(&facts).cloned().collect();
        extracted.add(workspace, units(after, &Corpus { facts: &all, ..corpus }));
    }
    extracted.finish(facts, asked);
    extracted
}

/// Lists the resources and facts of files that stand alone, on this thread alone, with what they took of budgets. None where a
/// scope would need more than the least share of what its technology may take in a run.
pub(super) fn extract_alone(
    workspace: &Workspace,
    documents: &[Recognised],
    inputs: &Inputs,
    (asked, whole): (Asked<'_>, &facts::Known),
) -> Option<(Extracted, BTreeMap<&'static str, Earlier>)> {
    let by_dialect = by_dialect(documents);
    let corpus = Corpus::new(workspace, &by_dialect, inputs);
    let (mut extracted, mut spent) = (Extracted::default(), BTreeMap::new());
    for dialect in DIALECTS.iter().filter(|dialect| by_dialect.contains_key(dialect.name)) {
        let documents = by_dialect.get(dialect.name).map_or(&[][..], Vec::as_slice);
        for documents in grouped(dialect.group, documents) {
            let told = Mutex::default();
            let found = one((dialect, documents), &Corpus { divided: Divided::Least(&told), ..corpus });
            extracted.add(workspace, vec![found]);
            let told: Earlier = told.into_inner().unwrap_or_else(PoisonError::into_inner);
            if told.is_short() {
                return None;
            }
            if dialect.group == Group::Tied {
                spent.entry(dialect.name).or_insert_with(Earlier::default).add(told);
            }
        }
    }
    extracted.add_contained(workspace, inputs);
    let (facts, problems) = facts(workspace, documents, &extracted.resources, (asked, Spread::One, whole));
    extracted.problems.extend(problems);
    extracted.finish(facts, asked);
    Some((extracted, spent))
}

fn by_dialect(documents: &[Recognised]) -> BTreeMap<&'static str, Vec<&Document>> {
    let mut by_dialect: BTreeMap<&'static str, Vec<&Document>> = BTreeMap::new();
    for (document, dialects) in documents {
        for dialect in dialects {
            by_dialect.entry(dialect).or_default().push(document);
        }
    }
    by_dialect
}

/// Who does the parts of a work that do not depend on each other. What stands alone is one of many such works: were its parts
/// spread, a thread that waits for them would begin another of these, and hold both.
#[derive(Clone, Copy)]
pub(super) enum Spread {
    /// All threads, which take at least so many of them at a time.
    Threads(usize),
    /// This thread.
    One,
}

impl Spread {
    /// The results of a work for some items, in their order.
    pub fn map<T: Sync, R: Send>(self, items: &[T], work: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
        match self {
            Spread::Threads(least) => items.par_iter().with_min_len(least).map(work).collect(),
            Spread::One => items.iter().map(work).collect(),
        }
    }
}

/// So many resources are asked for facts by one thread at a time.
const LEAST: usize = 32;

/// The facts of all resources, and of documents that no resource is made of, with what tells of those that are too many.
fn facts(
    workspace: &Workspace,
    documents: &[Recognised],
    resources: &[Resource],
    (asked, spread, whole): (Asked<'_>, Spread, &facts::Known),
) -> (Vec<Resource>, Vec<Problem>) {
    let known: BTreeSet<FileId> = resources.iter().filter(|of| !is_of_text(of)).map(|of| of.span.file).collect();
    let judged =
        documents.iter().filter(|(document, _)| workspace.is_judged(document.file) && document.syntax != "text");
    let of = |(document, dialects): &Recognised| {
        let dialect = dialects.first().copied()?;
        if known.contains(&document.file) {
            facts::of_passages(document, dialect)
        } else {
            facts::of_document(document, dialect)
        }
    };
    let documents: Vec<Resource> = judged.filter_map(of).collect();
    // What is read only because a rule asks for it changes nothing for the others.
    let is_demanded = |of: &&Resource| of.kind.starts_with("file/") || of.kind.starts_with("package/");
    let owners: Vec<&Resource> = resources.iter().filter(|of| !is_demanded(of)).chain(&documents).collect();
    let found = spread.map(&owners, |owner| facts::found_in(owner, workspace));
    let stated: Vec<Vec<Resource>> = spread.map(resources, |owner| facts::stated_by(owner, workspace, whole));
    let (granted, problems) =
        if asked("fact/grant") { rights::given(resources, workspace, spread) } else { Default::default() };
    let joined = facts::joined(&owners, found, workspace);
    let opened = if asked("fact/opening") { facts::opened_by(resources, workspace) } else { Vec::new() };
    let described = facts::described_by(resources, workspace, asked);
    let released = if asked("fact/release") {
        // Those that resources name, and those in the images that they state.
        let named = spread.map(resources, |owner| facts::released_by(owner, workspace, whole));
        let held = spread.map(&stated, |facts| facts.iter().flat_map(facts::released_in).collect());
        named.into_iter().chain(held).flatten().collect()
    } else {
        Vec::new()
    };
    let parts = || stated.iter().chain(&granted).chain([&opened, &described, &released, &joined]);
    let mut facts: Vec<Resource> = Vec::with_capacity(parts().map(Vec::len).sum());
    facts.extend(stated.into_iter().chain(granted).chain([opened, described, released, joined]).flatten());
    facts::tell_apart(&mut facts);
    (facts, problems)
}

/// Whether a resource was found in the text of a file, whatever else the file is.
fn is_of_text(resource: &Resource) -> bool {
    resource.kind.starts_with("secrets/") || resource.kind.starts_with("personal-data/")
}

fn one((dialect, documents): (&'static Dialect, Vec<&Document>), corpus: &Corpus<'_>) -> Extraction {
    let mut extraction = (dialect.extract)(&Unit { documents, corpus });
    dialect::places::note(&mut extraction.resources);
    extraction
}

impl Extracted {
    fn add(&mut self, workspace: &Workspace, extractions: Vec<Extraction>) {
        self.resources.reserve_exact(extractions.iter().map(|of| of.resources.len()).sum());
        for Extraction { mut resources, problems } in extractions {
            resources.retain(|found| is_wanted(workspace, found));
            self.resources.append(&mut resources);
            self.problems.extend(problems);
        }
    }

    /// Adds the files that are written as texts in the resources.
    fn add_contained(&mut self, workspace: &Workspace, inputs: &Inputs) {
        let mut found = contained::of(&self.resources, workspace, inputs);
        dialect::places::note(&mut found.resources);
        self.add(workspace, vec![found]);
    }

    /// Adds what is made of the resources.
    fn finish(&mut self, facts: Vec<Resource>, asked: Asked<'_>) {
        append(&mut self.resources, facts);
        if asked(DEPLOYMENT.name) {
            let deployments = deployment::of(&self.resources);
            append(&mut self.resources, deployments);
        }
    }
}

/// Adds to a list that is among the longest of a run: twice its room would be a good part of the memory.
pub(super) fn append<T>(list: &mut Vec<T>, mut more: Vec<T>) {
    list.reserve_exact(more.len());
    list.append(&mut more);
}

/// A resource of no file is the repository itself, which is judged when all of it is.
fn is_wanted(workspace: &Workspace, resource: &Resource) -> bool {
    workspace.is_judged(resource.span.file) || (resource.span.file == NO_FILE && workspace.is_whole())
}

fn grouped<'a>(group: Group, documents: &[&'a Document]) -> Vec<Vec<&'a Document>> {
    match group {
        Group::File => documents.iter().map(|document| vec![*document]).collect(),
        // Also without a document: the repository itself is a resource.
        Group::Repository | Group::Tied => vec![documents.to_vec()],
    }
}
