//! Drives a run: files to documents to resources to judgements, on as many threads as there are.
//!
//! The only module that knows of threads. Every parallel step collects in the order of its input, so that a run on one
//! thread and a run on many give the same result.

pub mod assess;
mod files;
mod held;
pub mod hidden;
pub mod reach;
mod recorded;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::dialect::coverage::{Coverage, NotRead};
use crate::dialect::deployment::{self, DEPLOYMENT};
use crate::dialect::facts::{self, FACT};
use crate::dialect::package::PACKAGE;
use crate::dialect::policies::Places;
use crate::dialect::{self, Corpus, DIALECTS, Dialect, Extraction, Group, Inputs, Resource, Unit};
use crate::document::{Document, Node, Problem};
use crate::evaluate::{Engine, Judgement};
use crate::rule::Files;
use crate::rule::set::RuleSet;
use crate::source::kept::Kept;
use crate::source::{FileId, NO_FILE, Part, Workspace};
use crate::triage::suppression::{Commented, FileSuppressions, Names, Suppressions};

use files::FileOutcome;
pub use files::{Look, Looked, looks};
use held::Held;

/// The files of a run after parsing.
#[derive(Default)]
pub struct Parsed {
    /// The documents that some dialect recognised, in the order of files, with the dialects' names.
    pub documents: Vec<(Document, Vec<&'static str>)>,
    /// Files that could not be read, and what the parsers said.
    pub problems: Vec<Problem>,
    /// How many judged files were read.
    pub files: usize,
    /// Judged files of which no document was made, though they are recognised, or not all of what stands in them.
    pub not_read: Vec<NotRead>,
    /// Files in which suppressions may stand.
    marked: BTreeSet<FileId>,
    /// Files that may declare what is secret.
    declaring: BTreeSet<FileId>,
}

/// What all dialects found.
#[derive(Default)]
pub struct Extracted {
    /// The resources of files that are judged, in the order of dialects and files.
    pub resources: Vec<Resource>,
    /// What could not be done.
    pub problems: Vec<Problem>,
}

/// What is read only because rules ask for it.
struct Demand {
    /// The files that they name.
    files: Vec<Arc<Files>>,
    /// Whether one asks for manifests of packages.
    manifests: bool,
    /// Where documents of the management system live, where no other Markdown is of interest.
    places: Option<Places>,
}

/// Whatever a file is for everybody: all of it, and no file of anybody's own.
impl Default for Demand {
    fn default() -> Demand {
        Demand { files: Vec::new(), manifests: true, places: None }
    }
}

impl Demand {
    fn of(rules: &RuleSet, inputs: &Inputs) -> Demand {
        let manifests = rules.asks("package/manifest");
        Demand { files: rules.files(), manifests, places: Some(Places::of(inputs)) }
    }

    fn wants(&self, dialect: &Dialect) -> bool {
        self.manifests || dialect.name != PACKAGE.name
    }
}

/// Reads and parses every judged file that a dialect may want, and of the others those of dialects that have something
/// to judge: what they say may decide it.
pub fn parse(workspace: &Workspace) -> Parsed {
    parse_with(workspace, &Demand::default(), None)
}

/// What was made of the files of earlier workspaces over the same list of paths.
#[derive(Default)]
pub struct Reuse {
    outcomes: Kept<FileOutcome>,
}

impl Reuse {
    /// Ends the time of one workspace: what it did not need is dropped with the next turn.
    pub fn turn(&self) {
        self.outcomes.turn();
    }
}

/// As [`parse`]; where all of a workspace is judged, files whose content did not change since are not parsed again.
fn parse_with(workspace: &Workspace, demand: &Demand, reuse: Option<&Reuse>) -> Parsed {
    let (judged, others): (Vec<FileId>, Vec<FileId>) =
        workspace.ids().filter(|id| workspace.part(*id) > Part::Apart).partition(|id| workspace.is_judged(*id));
    let mut parsed = Parsed::default();
    // What nobody asks for cannot have become another file by itself; only what it makes of others can.
    let asks = |id: FileId| {
        let tied = workspace.part(id) == Part::Tied;
        move |dialect: &Dialect| (!tied || dialect.ties.is_some()) && demand.wants(dialect)
    };
    let read = |id: &FileId| match reuse.zip(workspace.identity(*id)) {
        Some((reuse, content)) => {
            reuse.outcomes.get_or(*id, content, || files::read(workspace, *id, demand, &asks(*id)))
        }
        None => files::read(workspace, *id, demand, &asks(*id)),
    };
    let outcomes: Vec<FileOutcome> = judged.par_iter().map(read).collect();
    for (id, outcome) in judged.iter().zip(outcomes) {
        parsed.see(*id, &outcome);
        let FileOutcome { documents, problems, not_read, .. } = outcome;
        parsed.files += usize::from(!documents.is_empty());
        if workspace.part(*id) == Part::Asked {
            parsed.problems.extend(problems);
            parsed.problems.extend(documents.iter().flat_map(|(document, _)| document.problems.iter().cloned()));
            let path = || workspace.path(*id).into();
            parsed.not_read.extend(not_read.into_iter().map(|what| NotRead { path: path(), what }));
        }
        parsed.documents.extend(documents);
    }
    if !others.is_empty() {
        let concerned = concerned(&parsed);
        let asks = |dialect: &Dialect| concerned.contains(dialect.name);
        let read = |id: &FileId| files::read(workspace, *id, demand, &asks);
        let outcomes = others.par_iter().map(read).collect::<Vec<FileOutcome>>();
        for (id, outcome) in others.iter().zip(outcomes) {
            parsed.see(*id, &outcome);
            parsed.documents.extend(outcome.documents);
        }
        parsed.documents.sort_by_key(|(document, _)| document.file);
    }
    parsed
}

impl Parsed {
    /// Notes what a text may hold.
    fn see(&mut self, id: FileId, outcome: &FileOutcome) {
        self.marked.extend(outcome.may_hold.suppressions.then_some(id));
        self.declaring.extend(outcome.may_hold.declarations.then_some(id));
    }
}

/// The dialects that have a document, and those whose documents they look at.
fn concerned(parsed: &Parsed) -> BTreeSet<&'static str> {
    let found: BTreeSet<&'static str> =
        parsed.documents.iter().flat_map(|(_, dialects)| dialects.iter().copied()).collect();
    let with = found.iter().filter_map(|name| dialect::named(name)).flat_map(|dialect| dialect.with.iter().copied());
    with.chain(found.iter().copied()).collect()
}

/// What became of the files of a run, once everything is read. A file that others refer to is judged through them.
pub fn coverage(workspace: &Workspace, parsed: &Parsed) -> Coverage {
    let documents: BTreeSet<FileId> = parsed.documents.iter().map(|(document, _)| document.file).collect();
    let mut coverage = Coverage::default();
    let not_read: BTreeSet<&str> = parsed.not_read.iter().map(|of| &*of.path).collect();
    let mut through_others: BTreeSet<&str> = BTreeSet::new();
    for id in workspace.ids().filter(|id| workspace.is_judged(*id)) {
        let path = workspace.path(id);
        if documents.contains(&id) {
            coverage.judged += 1;
        } else if workspace.was_read(id) {
            coverage.judged += 1;
            through_others.insert(path);
        } else if !not_read.contains(path) {
            coverage.not_ours += 1;
        }
    }
    let stays = |of: &&NotRead| !(of.what.part && through_others.contains(&*of.path));
    coverage.not_read = parsed.not_read.iter().filter(stays).cloned().collect();
    coverage.not_read.sort();
    coverage
}

/// Lists the resources of all documents, and all facts.
pub fn extract(workspace: &Workspace, parsed: &Parsed, inputs: &Inputs) -> Extracted {
    extract_asked(workspace, parsed, inputs, &|_| true)
}

/// Lists the resources of all documents. What only rules look at (some facts, deployments) is made where one asks for
/// its kind.
pub fn extract_asked(workspace: &Workspace, parsed: &Parsed, inputs: &Inputs, asked: Asked<'_>) -> Extracted {
    let mut by_dialect: BTreeMap<&'static str, Vec<&Document>> = BTreeMap::new();
    for (document, dialects) in &parsed.documents {
        for dialect in dialects {
            by_dialect.entry(dialect).or_default().push(document);
        }
    }
    let spread = |count: usize, work: &(dyn Fn(usize) + Sync)| (0..count).into_par_iter().for_each(work);
    let corpus = Corpus { spread, ..Corpus::new(workspace, &by_dialect, inputs) };
    let mut units: Vec<(&'static Dialect, Vec<&Document>)> = Vec::new();
    for dialect in DIALECTS {
        let documents = by_dialect.get(dialect.name).map_or(&[][..], Vec::as_slice);
        units.extend(grouped(dialect.group, documents).into_iter().map(|group| (*dialect, group)));
    }
    let (after, first): (Vec<_>, Vec<_>) =
        units.into_iter().partition(|(dialect, _)| dialect.with.contains(&FACT.name));
    let mut extracted = Extracted::default();
    extracted.add(workspace, extract_units(first, &corpus));
    let facts = facts(workspace, parsed, &extracted.resources, asked);
    extracted.add(workspace, extract_units(after, &Corpus { facts: &facts, ..corpus }));
    append(&mut extracted.resources, facts);
    if asked(DEPLOYMENT.name) {
        let deployments = deployment::of(&extracted.resources);
        append(&mut extracted.resources, deployments);
    }
    extracted
}

/// Whether something asks for a kind of resources that are made of others.
type Asked<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// The facts of all resources, and of documents that no resource is made of.
fn facts(workspace: &Workspace, parsed: &Parsed, resources: &[Resource], asked: Asked<'_>) -> Vec<Resource> {
    let known: BTreeSet<FileId> = resources.iter().filter(|of| !is_of_text(of)).map(|of| of.span.file).collect();
    let others = parsed.documents.iter().filter(|(document, _)| {
        workspace.is_judged(document.file) && !known.contains(&document.file) && document.syntax != "text"
    });
    let documents: Vec<Resource> =
        others.filter_map(|(document, dialects)| facts::of_document(document, dialects.first().copied()?)).collect();
    // What is read only because a rule asks for it changes nothing for the others.
    let is_demanded = |of: &&Resource| of.kind.starts_with("file/") || of.kind.starts_with("package/");
    let owners: Vec<&Resource> = resources.iter().filter(|of| !is_demanded(of)).chain(&documents).collect();
    let found = owners.par_iter().map(|owner| facts::found_in(owner, workspace)).collect();
    let stated = resources.par_iter().with_min_len(64).map(|owner| facts::stated_by(owner, workspace));
    let stated: Vec<Vec<Resource>> = stated.collect();
    let granted = if asked("fact/grant") { granted(workspace, resources) } else { Vec::new() };
    let joined = facts::joined(&owners, found, workspace);
    let opened = if asked("fact/opening") { facts::opened_by(resources, workspace) } else { Vec::new() };
    let described = facts::described_by(resources, workspace, asked);
    let released = if asked("fact/release") { released(workspace, resources, &stated) } else { Vec::new() };
    let parts = || stated.iter().chain(&granted).chain([&opened, &described, &released, &joined]);
    let mut facts: Vec<Resource> = Vec::with_capacity(parts().map(Vec::len).sum());
    facts.extend(stated.into_iter().chain(granted).chain([opened, described, released, joined]).flatten());
    facts::tell_apart(&mut facts);
    facts
}

/// The releases that resources name, and those in the images that they state.
fn released(workspace: &Workspace, resources: &[Resource], stated: &[Vec<Resource>]) -> Vec<Resource> {
    let named = resources.par_iter().with_min_len(64).map(|owner| facts::released_by(owner, workspace));
    let held = stated.par_iter().with_min_len(64).map(|facts| facts.iter().flat_map(facts::released_in).collect());
    let (named, held): (Vec<Vec<Resource>>, Vec<Vec<Resource>>) = (named.collect(), held.collect());
    named.into_iter().chain(held).flatten().collect()
}

/// The rights that each resource gives.
fn granted(workspace: &Workspace, resources: &[Resource]) -> Vec<Vec<Resource>> {
    let others = facts::Others::among(resources);
    let granted = resources.par_iter().with_min_len(64).map(|owner| facts::granted_by(owner, &others, workspace));
    granted.collect()
}

/// Whether a resource was found in the text of a file, whatever else the file is.
fn is_of_text(resource: &Resource) -> bool {
    resource.kind.starts_with("secrets/") || resource.kind.starts_with("personal-data/")
}

fn extract_units(units: Vec<(&'static Dialect, Vec<&Document>)>, corpus: &Corpus<'_>) -> Vec<Extraction> {
    let extract = |(dialect, documents): (&'static Dialect, _)| {
        let mut extraction = (dialect.extract)(&Unit { documents, corpus });
        dialect::places::note(&mut extraction.resources);
        extraction
    };
    units.into_par_iter().map(extract).collect()
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
}

/// Adds to a list that is among the longest of a run: twice its room would be a good part of the memory.
fn append(resources: &mut Vec<Resource>, mut more: Vec<Resource>) {
    resources.reserve_exact(more.len());
    resources.append(&mut more);
}

/// A resource of no file is the repository itself, which is judged when all of it is.
fn is_wanted(workspace: &Workspace, resource: &Resource) -> bool {
    workspace.is_judged(resource.span.file) || (resource.span.file == NO_FILE && workspace.is_whole())
}

fn grouped<'a>(group: Group, documents: &[&'a Document]) -> Vec<Vec<&'a Document>> {
    match group {
        Group::File => documents.iter().map(|document| vec![*document]).collect(),
        Group::Directory => {
            let mut directories: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
            for document in documents {
                directories.entry(document.directory()).or_default().push(document);
            }
            directories.into_values().collect()
        }
        // Also without a document: the repository itself is a resource.
        Group::Repository => vec![documents.to_vec()],
    }
}

/// Everything that is in a workspace: what a proof of rules looks at. A file `.history.toml` tells the history of the
/// others.
pub fn resources(workspace: &Workspace) -> (Vec<Resource>, Vec<Problem>) {
    resources_with(workspace, &Demand::default())
}

/// The same, with the files that rules name.
fn resources_with(workspace: &Workspace, demand: &Demand) -> (Vec<Resource>, Vec<Problem>) {
    let (history, faults) = match recorded::history(workspace) {
        Ok(history) => (history, Vec::new()),
        Err(faults) => (None, faults),
    };
    let inputs = Inputs { history, ..Inputs::default() };
    let parsed = parse_with(workspace, demand, None);
    let extracted = extract(workspace, &parsed, &inputs);
    (extracted.resources, faults.into_iter().chain(parsed.problems).chain(extracted.problems).collect())
}

/// So many resources are judged before what is kept of their judgements is chosen.
const AT_ONCE: usize = 1_024;

/// Judges every resource, in their order.
pub fn judge(engine: &Engine<'_>, resources: usize) -> Held {
    let mut held = Held::default();
    for start in (0..resources).step_by(AT_ONCE) {
        let part = (start..resources.min(start + AT_ONCE)).into_par_iter().with_min_len(16);
        let judged: Vec<Vec<Judgement>> = part.map(|index| engine.judge_resource(index)).collect();
        judged.into_iter().flatten().for_each(|judgement| held.add(judgement));
    }
    held
}

/// Reads the suppressions of every file that was parsed, and of the templates that resources come of.
pub fn suppressions(
    workspace: &Workspace,
    parsed: &Parsed,
    resources: &[Resource],
    names: &Names,
    today: jiff::civil::Date,
) -> Suppressions {
    let files: Vec<&[(Document, Vec<&'static str>)]> =
        parsed.documents.chunk_by(|(one, _), (next, _)| one.file == next.file).collect();
    let of_documents: Vec<FileSuppressions> = files
        .par_iter()
        .filter_map(|file| {
            let documents: Vec<&Document> = file.iter().map(|(document, _)| document).collect();
            let file = documents.first()?.file;
            let source = parsed.marked.contains(&file).then(|| workspace.glance(file).ok()).flatten()?;
            let read = FileSuppressions::read(
                Commented { source: &source, documents: &documents, rendered: &[] },
                names,
                today,
            );
            if read.is_empty() {
                return None;
            }
            workspace.keep(source);
            Some(read)
        })
        .collect();
    let known: BTreeSet<FileId> = parsed.documents.iter().map(|(document, _)| document.file).collect();
    let mut rendered: BTreeMap<FileId, Vec<&Node>> = BTreeMap::new();
    for resource in resources.iter().filter(|resource| !known.contains(&resource.span.file)) {
        rendered.entry(resource.span.file).or_default().push(&resource.body);
    }
    let of_templates: Vec<FileSuppressions> = rendered
        .into_par_iter()
        .filter_map(|(file, bodies)| {
            let source = workspace.source(file).ok()?;
            Some(FileSuppressions::read(Commented { source, documents: &[], rendered: &bodies }, names, today))
        })
        .collect();
    Suppressions::new(of_documents.into_iter().chain(of_templates))
}

/// Uses so many threads in this process; to be called once, before anything else here.
pub fn use_threads(count: usize) -> Result<(), String> {
    rayon::ThreadPoolBuilder::new().num_threads(count).build_global().map_err(|error| error.to_string())
}
