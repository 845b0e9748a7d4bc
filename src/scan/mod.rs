//! Drives a run: files to documents to resources to judgements, on as many threads as there are.
//!
//! The only module that knows of threads. Every parallel step collects in the order of its input, so that a run on one
//! thread and a run on many give the same result.

mod apart;
pub mod assess;
mod drafts;
mod extract;
mod files;
mod form;
mod held;
pub mod hidden;
mod passed;
pub mod reach;
mod recorded;
mod rights;
mod texts;
mod told;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::dialect::coverage::{Coverage, NotRead};
use crate::dialect::kubernetes::{definition, is_rendered};
use crate::dialect::package::PACKAGE;
use crate::dialect::policies::Places;
use crate::dialect::{self, Dialect, Inputs, Resource};
use crate::document::{Document, Node, Problem};
use crate::evaluate::{Engine, Judgement, Outcome};
use crate::rule::Files;
use crate::rule::set::RuleSet;
use crate::source::kept::Kept;
use crate::source::{FileId, NO_FILE, Part, Source, Workspace};
use crate::triage::suppression::{Commented, FileSuppressions, Names, Suppressions};

use apart::{Apart, Settled};
pub use extract::{Extracted, extract};
use files::FileOutcome;
pub use files::{Look, Looked, looks};
use held::Held;

/// A document, with the names of the dialects that recognised it.
type Recognised = (Document, Vec<&'static str>);

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
    /// What is kept of files that stood alone: none of their documents is among the others.
    settled: Settled,
}

/// What is read only because rules ask for it.
struct Demand {
    /// The files that they name.
    files: Vec<Arc<Files>>,
    /// Whether one asks for manifests of packages.
    manifests: bool,
    /// Whether one may ask what schemas stand in definitions of kinds; those that are built in do not.
    schemas: bool,
    /// Where documents of the management system live, where no other Markdown is of interest.
    places: Option<Places>,
}

/// Whatever a file is for everybody: all of it, and no file of anybody's own.
impl Default for Demand {
    fn default() -> Demand {
        Demand { files: Vec::new(), manifests: true, schemas: true, places: None }
    }
}

impl Demand {
    fn of(rules: &RuleSet, inputs: &Inputs) -> Demand {
        let manifests = rules.asks("package/manifest");
        let schemas = rules.asks_of_its_own(definition::KIND);
        Demand { files: rules.files(), manifests, schemas, places: Some(Places::of(inputs)) }
    }

    fn wants(&self, dialect: &Dialect) -> bool {
        self.manifests || dialect.name != PACKAGE.name
    }
}

/// Reads and parses every judged file that a dialect may want, and of the others those of dialects that have something
/// to judge: what they say may decide it.
pub fn parse(workspace: &Workspace) -> Parsed {
    parse_with(workspace, &Demand::default(), None, None)
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

/// So many files are read before what stands alone among them is put to the rest.
const AT_ONCE_READ: usize = 4_096;

/// At most so many files are read by one thread at a time.
const TOGETHER: usize = 16;

/// As [`parse`]; where all of a workspace is judged, files whose content did not change since are not parsed again. Files that
/// stand alone are judged at once where it is told how, and dropped.
fn parse_with(workspace: &Workspace, demand: &Demand, reuse: Option<&Reuse>, apart: Option<&Apart<'_>>) -> Parsed {
    let (judged, others): (Vec<FileId>, Vec<FileId>) =
        workspace.ids().filter(|id| workspace.part(*id) > Part::Apart).partition(|id| workspace.is_judged(*id));
    let mut parsed = Parsed::default();
    // What nobody asks for cannot have become another file by itself; only what it makes of others can.
    let asks = |id: FileId| {
        let tied = workspace.part(id) == Part::Tied;
        move |dialect: &Dialect| (!tied || dialect.ties.is_some()) && demand.wants(dialect)
    };
    let read = |id: FileId| match reuse.zip(workspace.identity(id)) {
        Some((reuse, content)) => reuse.outcomes.get_or(id, content, || files::read(workspace, id, demand, &asks(id))),
        None => files::read(workspace, id, demand, &asks(id)),
    };
    // Few files are spread over all threads, many are handed out in groups, of which each is judged together.
    let together = (judged.len() / (rayon::current_num_threads() * 8)).clamp(1, TOGETHER);
    let bundles = apart.map_or_else(|| judged.iter().map(|id| vec![*id]).collect(), |apart| apart.bundles(&judged));
    for part in bundles.chunks(AT_ONCE_READ) {
        let groups = part.par_chunks(together).map(|bundles| match apart {
            Some(apart) => apart.settle(bundles, &read),
            None => (bundles.iter().flatten().map(|id| (*id, read(*id))).collect(), Vec::new()),
        });
        for (outcomes, settled) in groups.collect::<Vec<(Vec<(FileId, FileOutcome)>, Vec<Settled>)>>() {
            for (id, outcome) in outcomes {
                parsed.take(workspace, id, outcome);
            }
            for settled in settled {
                parsed.settled.add(settled);
            }
        }
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
    }
    parsed.documents.sort_by_key(|(document, _)| document.file);
    parsed.files += parsed.settled.files;
    parsed.problems.append(&mut parsed.settled.problems);
    parsed.not_read.append(&mut parsed.settled.not_read);
    parsed
}

impl Parsed {
    /// Takes what was made of a judged file.
    fn take(&mut self, workspace: &Workspace, id: FileId, outcome: FileOutcome) {
        self.see(id, &outcome);
        let FileOutcome { documents, problems, not_read, .. } = outcome;
        self.files += usize::from(!documents.is_empty());
        if workspace.part(id) == Part::Asked {
            self.problems.extend(problems);
            self.problems.extend(documents.iter().flat_map(|(document, _)| document.problems.iter().cloned()));
            let path = || workspace.path(id).into();
            self.not_read.extend(not_read.into_iter().map(|what| NotRead { path: path(), what }));
        }
        self.documents.extend(documents);
    }

    /// The files of which there is a document, with its syntax, those that stood alone included.
    fn read(&self) -> impl Iterator<Item = (FileId, &'static str)> {
        let documents = self.documents.iter().map(|(document, _)| (document.file, document.syntax));
        documents.chain(self.settled.documents.iter().map(|settled| (settled.file, settled.syntax)))
    }

    /// Notes what a text may hold.
    fn see(&mut self, id: FileId, outcome: &FileOutcome) {
        self.marked.extend(outcome.may_hold.suppressions.then_some(id));
        self.declaring.extend(outcome.may_hold.declarations.then_some(id));
    }
}

/// The dialects that have a document, and those whose documents they look at.
fn concerned(parsed: &Parsed) -> BTreeSet<&'static str> {
    let settled = parsed.settled.documents.iter().flat_map(|settled| settled.dialects.iter().copied());
    let found: BTreeSet<&'static str> =
        parsed.documents.iter().flat_map(|(_, dialects)| dialects.iter().copied()).chain(settled).collect();
    let with = found.iter().filter_map(|name| dialect::named(name)).flat_map(|dialect| dialect.with.iter().copied());
    with.chain(found.iter().copied()).collect()
}

/// What became of the files of a run, once everything is read. A file that others refer to is judged through them.
pub fn coverage(workspace: &Workspace, parsed: &Parsed) -> Coverage {
    let documents: BTreeSet<FileId> = parsed.read().map(|(file, _)| file).collect();
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
    let parsed = parse_with(workspace, demand, None, None);
    let extracted = extract(workspace, &parsed, &inputs);
    (extracted.resources, faults.into_iter().chain(parsed.problems).chain(extracted.problems).collect())
}

/// So many resources are judged before what is kept of their judgements is chosen.
const AT_ONCE: usize = 1_024;

/// Judges every resource, in their order; what is kept is added to what already is.
fn judge(engine: &Engine<'_>, resources: &[Resource], held: &mut Held) -> Vec<Judgement> {
    let mut kept = Vec::new();
    // A rule may say something of each file of the repository.
    let is_of_all = |index: usize| resources.get(index).is_some_and(|resource| resource.span.file == NO_FILE);
    for start in (0..resources.len()).step_by(AT_ONCE) {
        let part = start..resources.len().min(start + AT_ONCE);
        let of_file = |index: usize| if is_of_all(index) { Vec::new() } else { engine.judge_resource(index) };
        let judged: Vec<Vec<Judgement>> = part.clone().into_par_iter().with_min_len(16).map(of_file).collect();
        for (index, judged) in part.zip(judged) {
            if is_of_all(index) {
                let all = engine.judge_sifted(index, &mut |passed| held.keeps(engine, resources, passed));
                let is_kept = |judgement: &Judgement| {
                    judgement.outcome == Outcome::Pass || held.keeps(engine, resources, judgement)
                };
                kept.extend(all.into_iter().filter(is_kept));
            } else {
                kept.extend(judged.into_iter().filter(|judgement| held.keeps(engine, resources, judgement)));
            }
        }
    }
    kept
}

/// Reads the suppressions of every file that was parsed, and of the templates that resources come of or include.
pub fn suppressions(
    workspace: &Workspace,
    parsed: &Parsed,
    resources: &[Resource],
    names: &Names,
    today: jiff::civil::Date,
) -> Suppressions {
    let known: BTreeSet<FileId> = parsed.read().map(|(file, _)| file).collect();
    // A template may be YAML as it stands, which is not what its chart makes of it.
    let of_charts = known.iter().filter(|file| is_rendered(workspace.path(**file), workspace));
    let of_charts: BTreeSet<FileId> = of_charts.copied().collect();
    let mut rendered: BTreeMap<FileId, Vec<&Node>> = BTreeMap::new();
    let is_made = |file: &FileId| !known.contains(file) || of_charts.contains(file);
    for resource in resources.iter().filter(|resource| is_made(&resource.span.file)) {
        rendered.entry(resource.span.file).or_default().push(&resource.body);
    }
    let files: Vec<&[(Document, Vec<&'static str>)]> =
        parsed.documents.chunk_by(|(one, _), (next, _)| one.file == next.file).collect();
    let of_documents = files.par_iter().filter_map(|file| {
        let documents: Vec<&Document> = file.iter().map(|(document, _)| document).collect();
        let is_read = |file: FileId| parsed.marked.contains(&file) && !rendered.contains_key(&file);
        let is_marked = documents.first().is_some_and(|document| is_read(document.file));
        if is_marked { in_documents(workspace, &documents, names, today) } else { None }
    });
    let of_documents: Vec<FileSuppressions> = of_documents.collect();
    // What helpers of charts say holds wherever they are included.
    let helpers = workspace.ids().filter(|id| is_helper(workspace.path(*id)) && workspace.was_read(*id));
    for file in helpers {
        rendered.entry(file).or_default();
    }
    let of_templates: Vec<FileSuppressions> = rendered
        .into_par_iter()
        .filter_map(|(file, bodies)| {
            let source = workspace.glance(file).ok()?;
            workspace.note(file);
            let read =
                FileSuppressions::read(Commented { source: &source, documents: &[], rendered: &bodies }, names, today);
            kept(workspace, read, source)
        })
        .collect();
    Suppressions::new(of_documents.into_iter().chain(of_templates))
}

/// Whether a file holds named templates of a chart, and no object.
fn is_helper(path: &str) -> bool {
    dialect::has_extension(path, &[".tpl"]) && path.split('/').rev().skip(1).any(|folder| folder == "templates")
}

/// The suppressions in a file that may hold some, of which these are all documents.
fn in_documents(
    workspace: &Workspace,
    documents: &[&Document],
    names: &Names,
    today: jiff::civil::Date,
) -> Option<FileSuppressions> {
    let source = workspace.glance(documents.first()?.file).ok()?;
    let read = FileSuppressions::read(Commented { source: &source, documents, rendered: &[] }, names, today);
    kept(workspace, read, source)
}

/// Suppressions that were read in a text, which is kept where there are any.
fn kept(workspace: &Workspace, read: FileSuppressions, source: Cow<'_, Source>) -> Option<FileSuppressions> {
    if read.is_empty() {
        return None;
    }
    workspace.keep(source);
    Some(read)
}

/// Uses so many threads in this process, one for each core where nobody says; to be called once, before anything else here. The thread
/// that calls is one of them: what takes a few milliseconds is mostly done before another one is awake.
pub fn use_threads(count: Option<usize>) -> Result<(), String> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(count.unwrap_or_default()).use_current_thread();
    threads.build_global().map_err(|error| error.to_string())
}
