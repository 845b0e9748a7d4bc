//! Drives a run: files to documents to resources to judgements, on as many threads as there are.
//!
//! The only module that knows of threads. Every parallel step collects in the order of its input, so that a run on one
//! thread and a run on many give the same result.

pub mod assess;
mod hidden;
mod recorded;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::dialect::{self, Corpus, DIALECTS, Dialect, Extraction, Group, Inputs, Resource, Unit};
use crate::document::{Document, Node, Problem};
use crate::evaluate::{Engine, Judgement};
use crate::source::kept::Kept;
use crate::source::{FileId, NO_FILE, Source, Unreadable, Workspace};
use crate::syntax;
use crate::triage::suppression::{Commented, FileSuppressions, Names, Suppressions};

/// The files of a run after parsing.
#[derive(Default)]
pub struct Parsed {
    /// The documents that some dialect recognised, in the order of files, with the dialects' names.
    pub documents: Vec<(Document, Vec<&'static str>)>,
    /// Files that could not be read, and what the parsers said.
    pub problems: Vec<Problem>,
    /// How many judged files were read.
    pub files: usize,
}

/// What all dialects found.
#[derive(Default)]
pub struct Extracted {
    /// The resources of files that are judged, in the order of dialects and files.
    pub resources: Vec<Resource>,
    /// What could not be done.
    pub problems: Vec<Problem>,
}

/// Reads and parses every judged file that a dialect may want, and of the others those of dialects that have something
/// to judge: what they say may decide it.
pub fn parse(workspace: &Workspace) -> Parsed {
    parse_with(workspace, None)
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
fn parse_with(workspace: &Workspace, reuse: Option<&Reuse>) -> Parsed {
    let (judged, others): (Vec<FileId>, Vec<FileId>) = workspace.ids().partition(|id| workspace.is_judged(*id));
    let mut parsed = Parsed::default();
    let read = |id: &FileId| match reuse.zip(workspace.identity(*id)) {
        Some((reuse, content)) => reuse.outcomes.get_or(*id, content, || parse_file(workspace, *id, &|_| true)),
        None => parse_file(workspace, *id, &|_| true),
    };
    for outcome in judged.par_iter().map(read).collect::<Vec<FileOutcome>>() {
        match outcome {
            FileOutcome::Passed => {}
            FileOutcome::Unreadable(problem) => parsed.problems.push(problem),
            FileOutcome::Read(documents) => {
                parsed.files += usize::from(!documents.is_empty());
                parsed.problems.extend(documents.iter().flat_map(|(document, _)| document.problems.iter().cloned()));
                parsed.documents.extend(documents);
            }
        }
    }
    if !others.is_empty() {
        let concerned = concerned(&parsed);
        let asks = |dialect: &Dialect| concerned.contains(dialect.name);
        let read = |id: &FileId| parse_file(workspace, *id, &asks);
        for outcome in others.par_iter().map(read).collect::<Vec<FileOutcome>>() {
            if let FileOutcome::Read(documents) = outcome {
                parsed.documents.extend(documents);
            }
        }
        parsed.documents.sort_by_key(|(document, _)| document.file);
    }
    parsed
}

/// The dialects that have a document, and those whose documents they look at.
fn concerned(parsed: &Parsed) -> BTreeSet<&'static str> {
    let found: BTreeSet<&'static str> =
        parsed.documents.iter().flat_map(|(_, dialects)| dialects.iter().copied()).collect();
    let with = found.iter().filter_map(|name| dialect::named(name)).flat_map(|dialect| dialect.with.iter().copied());
    with.chain(found.iter().copied()).collect()
}

#[derive(Clone)]
enum FileOutcome {
    /// No dialect wants it.
    Passed,
    Unreadable(Problem),
    Read(Vec<(Document, Vec<&'static str>)>),
}

fn parse_file(workspace: &Workspace, id: FileId, asks: &dyn Fn(&Dialect) -> bool) -> FileOutcome {
    let path = workspace.path(id);
    let asking = DIALECTS.iter().filter(|dialect| asks(dialect));
    let mut wanting = asking.filter_map(|dialect| Some((*dialect, (dialect.syntax)(path)?))).peekable();
    if wanting.peek().is_none() {
        return FileOutcome::Passed;
    }
    let wanting: Vec<(&'static Dialect, &'static str)> = wanting.collect();
    let source = match workspace.glance(id) {
        Ok(source) => source,
        Err(error) => return unreadable(path, &error, &wanting),
    };
    let mut by_syntax: BTreeMap<&'static str, Vec<&'static Dialect>> = BTreeMap::new();
    for (dialect, syntax) in wanting {
        if (dialect.candidate)(path, source.text()) {
            by_syntax.entry(syntax).or_default().push(dialect);
        }
    }
    let read = |(syntax, dialects): (_, Vec<_>)| read_as(&source, syntax, &dialects);
    let documents: Vec<_> = by_syntax.into_iter().filter_map(read).collect();
    // Most files of a repository are nobody's business; their texts would be most of the memory of a run.
    if !documents.is_empty() {
        workspace.keep(source);
    }
    FileOutcome::Read(documents)
}

/// A binary file is none of a text dialect's business; any other file that was wanted and not read is a problem.
fn unreadable(path: &str, error: &Unreadable, wanting: &[(&'static Dialect, &'static str)]) -> FileOutcome {
    let named = wanting.iter().any(|(_, syntax)| *syntax != "text");
    let not_text = matches!(error, Unreadable::Binary | Unreadable::NotText(_));
    if !named && not_text {
        return FileOutcome::Passed;
    }
    if let Some(form) = wanting.iter().find_map(|(_, syntax)| syntax::not_text(syntax)).filter(|_| not_text) {
        return FileOutcome::Unreadable(Problem::notice("discover::read", path, None, form));
    }
    let help = match error {
        Unreadable::Io(_) => "check the file's permissions, or leave it out with `exclude` in annexa.toml",
        Unreadable::NotAFile(_) | Unreadable::Outside => {
            "put a file in its place, or leave it out with `exclude` in annexa.toml"
        }
        Unreadable::TooLong(_) => "leave it out with `exclude` in annexa.toml if it is not configuration",
        Unreadable::NotText(_) => "save it as UTF-8, or leave it out with `exclude` in annexa.toml",
        Unreadable::Binary => {
            "its name is that of a text format; leave it out with `exclude` in annexa.toml if it is none"
        }
    };
    FileOutcome::Unreadable(Problem::error("discover::read", path, None, error.to_string()).help(help))
}

fn read_as(
    source: &Source,
    syntax: &'static str,
    dialects: &[&'static Dialect],
) -> Option<(Document, Vec<&'static str>)> {
    let document = syntax::parse(syntax::named(syntax)?, source);
    let names: Vec<&'static str> =
        dialects.iter().filter(|dialect| (dialect.recognise)(&document)).map(|dialect| dialect.name).collect();
    if names.is_empty() { None } else { Some((document, names)) }
}

/// Lists the resources of all documents.
pub fn extract(workspace: &Workspace, parsed: &Parsed, inputs: &Inputs) -> Extracted {
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
    let extractions: Vec<Extraction> = units
        .into_par_iter()
        .map(|(dialect, documents)| (dialect.extract)(&Unit { documents, corpus: &corpus }))
        .collect();
    let mut extracted = Extracted::default();
    for Extraction { resources, problems } in extractions {
        extracted.resources.extend(resources.into_iter().filter(|found| is_wanted(workspace, found)));
        extracted.problems.extend(problems);
    }
    let facts = facts(workspace, parsed, &extracted.resources);
    extracted.resources.extend(facts);
    extracted
}

/// The facts of all resources, and of documents that no resource is made of.
fn facts(workspace: &Workspace, parsed: &Parsed, resources: &[Resource]) -> Vec<Resource> {
    let known: BTreeSet<FileId> = resources.iter().filter(|of| !is_of_text(of)).map(|of| of.span.file).collect();
    let others = parsed.documents.iter().filter(|(document, _)| {
        workspace.is_judged(document.file) && !known.contains(&document.file) && document.syntax != "text"
    });
    let documents: Vec<Resource> = others
        .filter_map(|(document, dialects)| dialect::fact::of_document(document, dialects.first().copied()?))
        .collect();
    let owners: Vec<&Resource> = resources.iter().chain(&documents).collect();
    let found = owners.par_iter().map(|owner| dialect::fact::of(owner, workspace)).collect();
    dialect::fact::joined(&owners, found, workspace)
}

/// Whether a resource was found in the text of a file, whatever else the file is.
fn is_of_text(resource: &Resource) -> bool {
    resource.kind.starts_with("secrets/") || resource.kind.starts_with("personal-data/")
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
    let (history, faults) = match recorded::history(workspace) {
        Ok(history) => (history, Vec::new()),
        Err(faults) => (None, faults),
    };
    let inputs = Inputs { history, ..Inputs::default() };
    let parsed = parse(workspace);
    let extracted = extract(workspace, &parsed, &inputs);
    (extracted.resources, faults.into_iter().chain(parsed.problems).chain(extracted.problems).collect())
}

/// Judges every resource, in their order.
pub fn judge(engine: &Engine<'_>, resources: usize) -> Vec<Judgement> {
    let judged: Vec<Vec<Judgement>> =
        (0..resources).into_par_iter().with_min_len(16).map(|index| engine.judge_resource(index)).collect();
    judged.into_iter().flatten().collect()
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
            let source = workspace.source(documents.first()?.file).ok()?;
            let file = Commented { source, documents: &documents, rendered: &[] };
            Some(FileSuppressions::read(file, names, today))
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
