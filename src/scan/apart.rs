//! Files that stand alone: each is extracted, judged and dropped as soon as it is read.
//!
//! Most of a large repository are files that no other file has a part in. What the run needs of them later is kept as small
//! records, so that its memory is that of the files in flight. Whatever is said of such a file is what would be said of it
//! among all others: its scope is the file, no link of a rule leads to it from elsewhere or from it to others, and it needs no
//! more than the least share of what its technology may take in a run. A file of which one of these does not hold is left to
//! the rest of the run.

mod bundles;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::assess::{Request, needed};
use super::extract::{Asked, Before, Extracted, Spread, extract_alone};
use super::files::{FileOutcome, MayHold};
use super::held::Held;
use super::passed::{Counting, Rows};
use super::texts::Texts;
use super::told::{Told, WITHOUT_FILES};
use super::{Recognised, hidden, in_documents};
use crate::dialect::coverage::NotRead;
use crate::dialect::facts::{self, FACT};
use crate::dialect::file::FILE;
use crate::dialect::governance::usage;
use crate::dialect::{self, DIALECTS, Dialect, Group, Inputs, READ_AGAIN, Resource};
use crate::document::{Document, Problem};
use crate::evaluate::{Engine, Options};
use crate::kernel::budget::Earlier;
use crate::rule::kind::KindPattern;
use crate::rule::set::RuleSet;
use crate::secrecy::Secrets;
use crate::source::{FileId, Part, Workspace};
use crate::triage::suppression::{Names, Suppressions};
use crate::triage::{Context, Finding, triage};

/// So many bytes of files are judged together, where there are so many: the rules of their kinds are looked up once.
const MOST: usize = 1 << 20;

/// So many files that ties lead to from one another are judged by one thread; more are left to all of them.
const MOST_FILES: usize = 64;

/// Which files stand alone, and how they are judged.
pub(super) struct Apart<'a> {
    workspace: &'a Workspace,
    rules: &'a RuleSet,
    inputs: &'a Inputs,
    options: Options,
    /// Whether passes are only counted.
    counts_passes: bool,
    /// The names that suppressions may use, where comments silence.
    names: Option<&'a Names>,
    /// The dialects whose documents may stand alone.
    dialects: BTreeSet<&'static str>,
    /// The files that ties lead to from one another, by each of them.
    bundles: FxHashMap<FileId, Arc<[FileId]>>,
    /// What leads beyond a scope, once something stands alone.
    beyond: OnceLock<Beyond>,
    /// Whether rules ask for a kind, once that was asked.
    asked: Mutex<BTreeMap<String, bool>>,
    /// What resources ask of the repository as a whole.
    known: facts::Known,
}

/// What leads beyond a scope.
struct Beyond {
    /// The kinds that something leads to, or from.
    kinds: Vec<KindPattern>,
    /// Whether a dialect looks at what the resources of others state.
    are_facts_looked_at: bool,
}

/// What is kept of files that stood alone.
#[derive(Default)]
pub(super) struct Settled {
    /// What was read.
    pub documents: Vec<Settlement>,
    /// How many files those are.
    pub files: usize,
    /// What rules say of them, in the order of files, places and rules.
    pub findings: Vec<Finding>,
    /// The rules that applied.
    pub rules: BTreeSet<Arc<str>>,
    /// What could not be done.
    pub problems: Vec<Problem>,
    /// What of them was not read.
    pub not_read: Vec<NotRead>,
    /// The suppressions in them.
    pub suppressions: Suppressions,
    /// What of them must not be shown.
    pub secrets: Secrets,
    /// What is told of their resources.
    pub told: Told,
    /// What their resources are called.
    pub names: BTreeSet<Arc<str>>,
    /// What the others need of them.
    pub before: Before,
    /// How many findings there were of each kind.
    pub held: Held,
    /// The passes that are only counted, of files that are yet to be added.
    passed: Option<Rows>,
}

/// What is kept of a document.
pub(super) struct Settlement {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: Arc<str>,
    /// The syntax it was read as.
    pub syntax: &'static str,
    /// The dialects that recognised it.
    pub dialects: Vec<&'static str>,
    /// The names that it gives values to and that it does not itself declare to be secret, as hashes in order.
    pub gives: Box<[u64]>,
}

/// Files that are judged together.
#[derive(Default)]
struct Batch {
    documents: Vec<Recognised>,
    may_hold: Vec<(FileId, MayHold)>,
    resources: Vec<Resource>,
    problems: Vec<Problem>,
    not_read: Vec<NotRead>,
    before: Before,
    bytes: usize,
}

impl<'a> Apart<'a> {
    /// How files that stand alone are judged; none where resources are needed after that, or are kept for another run.
    pub fn of(
        workspace: &'a Workspace,
        request: Request<'a>,
        (options, counts_passes): (Options, bool),
    ) -> Option<Apart<'a>> {
        if request.mend || request.reuse.is_some() {
            return None;
        }
        let Request { rules, inputs, .. } = request;
        let names = request.suppressions.then_some(request.names);
        let alone = || DIALECTS.iter().copied().filter(|dialect| stands_alone(dialect));
        let ties: Vec<(FileId, FileId)> = alone().flat_map(|dialect| bundles::named(workspace, dialect)).collect();
        Some(Apart {
            workspace,
            rules,
            inputs,
            options,
            counts_passes,
            names,
            dialects: alone().map(|dialect| dialect.name).collect(),
            bundles: bundles::of(&ties),
            beyond: OnceLock::new(),
            asked: Mutex::default(),
            known: facts::Known::default(),
        })
    }

    /// What leads beyond a scope. A link to a kind of a dialect that no file of the run can be of leads nowhere.
    fn beyond(&self) -> &Beyond {
        self.beyond.get_or_init(|| {
            let Apart { workspace, rules, .. } = self;
            let files: Vec<FileId> = files(workspace).collect();
            let may_be = |dialect: &Dialect| files.iter().any(|id| (dialect.syntax)(workspace.path(*id)).is_some());
            let leads = |kind: &str| {
                let name = kind.split('/').next().unwrap_or(kind);
                // Files that rules name are of no syntax of their own.
                [FILE.name].iter().chain(&WITHOUT_FILES).any(|of| *of == name)
                    || dialect::named(name).is_none_or(may_be)
            };
            let rules = rules.far().filter(|(far, _)| far.iter().any(|kind| leads(kind)));
            let kinds = rules.flat_map(|(far, judged)| far.iter().chain(judged)).map(|kind| &**kind);
            let kinds = kinds.chain(facts::SOURCES.iter().copied()).filter_map(|kind| KindPattern::new(kind).ok());
            let looks = |dialect: &&&Dialect| dialect.with.contains(&FACT.name);
            let are_facts_looked_at = DIALECTS.iter().filter(looks).any(|dialect| may_be(dialect));
            Beyond { kinds: kinds.collect(), are_facts_looked_at }
        })
    }

    /// Some files, those together that ties lead to from one another; where these are too many, each by itself.
    pub fn bundles(&self, files: &[FileId]) -> Vec<Vec<FileId>> {
        let mut found: Vec<Vec<FileId>> = Vec::new();
        let mut places: FxHashMap<FileId, usize> = FxHashMap::default();
        for id in files {
            match self.bundles.get(id).filter(|bundle| bundle.len() <= MOST_FILES).and_then(|bundle| bundle.first()) {
                None => found.push(vec![*id]),
                Some(first) => {
                    let place = *places.entry(*first).or_insert(found.len());
                    match found.get_mut(place) {
                        Some(bundle) => bundle.push(*id),
                        None => found.push(vec![*id]),
                    }
                }
            }
        }
        found
    }

    /// Reads files, and judges those that stand alone; with what was made of the others.
    pub fn settle(
        &self,
        bundles: &[Vec<FileId>],
        read: &impl Fn(FileId) -> FileOutcome,
    ) -> (Vec<(FileId, FileOutcome)>, Vec<Settled>) {
        let (mut left, mut settled, mut batch) = (Vec::new(), Vec::new(), Batch::default());
        for bundle in bundles {
            let outcomes = bundle.iter().map(|id| (*id, read(*id))).collect();
            left.extend(self.take(outcomes, &mut batch));
            if batch.bytes > MOST {
                settled.push(self.judge(std::mem::take(&mut batch)));
            }
        }
        if !batch.may_hold.is_empty() {
            settled.push(self.judge(batch));
        }
        (left, settled)
    }

    /// Adds files that hang together to those that are judged at once; what does not stand alone comes back.
    fn take(&self, outcomes: Vec<(FileId, FileOutcome)>, batch: &mut Batch) -> Vec<(FileId, FileOutcome)> {
        let (mut read, mut left): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|(_, outcome)| !outcome.documents.is_empty());
        if read.is_empty() || !read.iter().all(|(id, outcome)| self.may_be_alone(*id, &outcome.documents)) {
            left.append(&mut read);
            return left;
        }
        let of = |(id, outcome): &mut (FileId, FileOutcome)| (*id, std::mem::take(&mut outcome.documents));
        let documents: Vec<(FileId, Vec<Recognised>)> = read.iter_mut().map(of).collect();
        let files: Vec<FileId> = documents.iter().map(|(file, _)| *file).collect();
        let documents: Vec<Recognised> = documents.into_iter().flat_map(|(_, documents)| documents).collect();
        let Some((extracted, spent)) = self.extracted(&documents) else {
            for document in documents {
                let at = files.iter().position(|file| *file == document.0.file);
                if let Some((_, outcome)) = at.and_then(|at| read.get_mut(at)) {
                    outcome.documents.push(document);
                }
            }
            left.append(&mut read);
            return left;
        };
        batch.before.add(Before { spent, ..Before::default() });
        batch.problems.extend(extracted.problems);
        batch.resources.extend(extracted.resources);
        for (id, FileOutcome { problems, not_read, may_hold, .. }) in read {
            if self.workspace.part(id) == Part::Asked {
                batch.problems.extend(problems);
                let path = || self.workspace.path(id).into();
                batch.not_read.extend(not_read.into_iter().map(|what| NotRead { path: path(), what }));
            }
            batch.may_hold.push((id, may_hold));
        }
        let is_asked = |document: &&Document| self.workspace.part(document.file) == Part::Asked;
        let asked = documents.iter().map(|(document, _)| document).filter(is_asked);
        batch.problems.extend(asked.flat_map(|document| document.problems.iter().cloned()));
        batch.bytes +=
            documents.iter().flat_map(|(document, _)| &document.roots).map(|root| root.span.len()).sum::<usize>();
        batch.documents.extend(documents);
        left
    }

    /// The resources of files that hang together, where nothing of them has a part in others.
    fn extracted(&self, documents: &[Recognised]) -> Option<(Extracted, BTreeMap<&'static str, Earlier>)> {
        let asked: Asked<'_> = &|kind| self.asks(kind);
        let (extracted, spent) = extract_alone(self.workspace, documents, self.inputs, (asked, &self.known))?;
        let kinds: BTreeSet<&str> = extracted.resources.iter().map(|of| &*of.kind).collect();
        let is_far = kinds.iter().any(|kind| self.beyond().kinds.iter().any(|far| far.matches(kind)));
        (!is_far).then_some((extracted, spent))
    }

    /// Whether all that a file is read as may stand alone, with all files that ties lead to.
    fn may_be_alone(&self, id: FileId, documents: &[Recognised]) -> bool {
        let is_whole = |bundle: &Arc<[FileId]>| {
            bundle.len() <= MOST_FILES && bundle.iter().all(|file| self.workspace.is_judged(*file))
        };
        let is_alone = |(_, names): &Recognised| names.iter().all(|name| self.dialects.contains(name));
        self.bundles.get(&id).is_none_or(is_whole) && documents.iter().all(is_alone)
    }

    fn asks(&self, kind: &str) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = asked.get(kind) {
            return *known;
        }
        let asks = self.rules.asks(kind);
        asked.insert(kind.to_owned(), asks);
        asks
    }

    /// Judges files, and keeps what is needed of them.
    fn judge(&self, batch: Batch) -> Settled {
        let Batch { documents, may_hold, resources, mut problems, not_read, mut before, .. } = batch;
        let Apart { workspace, rules, options, names, .. } = self;
        let (rules, refused) = needed(rules, &resources);
        problems.extend(refused);
        let engine = Engine::new(&rules, &resources, *options).over(workspace);
        let (mut held, mut passed) = (Held::default(), self.counts_passes.then(Counting::default));
        let judged = (0..resources.len()).flat_map(|index| engine.judge_resource(index));
        let kept = judged.filter(|judgement| {
            let takes = held.takes(&engine, judgement);
            takes && !passed.as_mut().is_some_and(|passed| passed.takes(&engine, &resources, judgement))
        });
        let judgements = kept.collect();
        problems.extend(held.problems(workspace, options.explain_passes));
        let applied = engine.applicable().filter_map(|rule| rules.get(rule)).map(|rule| Arc::clone(&rule.id)).collect();
        let of_file = |id: FileId| documents.iter().map(|(document, _)| document).filter(move |of| of.file == id);
        let marked = may_hold.iter().filter(|(_, may_hold)| may_hold.suppressions);
        let read = marked
            .filter_map(|(id, _)| in_documents(workspace, &of_file(*id).collect::<Vec<_>>(), (*names)?, options.today));
        let mut suppressions = Suppressions::new(read);
        let context = Context { rules: &rules, resources: &resources, workspace };
        let mut findings = triage(judgements, context, names.is_some().then_some(&mut suppressions));
        let declaring = may_hold.iter().filter(|(_, may_hold)| may_hold.declarations).map(|(id, _)| *id).collect();
        let texts = Texts::passing(workspace, files_of(&may_hold).into_iter());
        let mut secrets = hidden::declarations(&texts, &documents, &declaring, &resources);
        hidden::given_in(&texts, &documents, &mut secrets);
        let told = hidden::told_files(
            &findings,
            &problems,
            options.explain_passes,
            passed.as_ref().map(|passed| &passed.files),
        );
        hidden::trees((workspace, &texts), &documents, &resources, (&told, Spread::One), &mut secrets);
        let telling = passed.as_ref().map(|passed| &*passed.telling);
        hidden::by_rules(&mut findings, telling, &resources, &texts, &mut secrets);
        let told = Told::of(&resources, workspace);
        if self.beyond().are_facts_looked_at {
            before.facts.extend(resources.iter().filter(|of| usage::may_tell(of)).cloned());
        }
        let is_read_again = |(_, names): &&Recognised| names.iter().any(|name| READ_AGAIN.contains(name));
        before.files.extend(documents.iter().filter(is_read_again).map(|(document, _)| document.file));
        let documents = documents.into_iter().map(|(document, dialects)| Settlement {
            gives: secrets.gives_beside(&document.roots, hidden::is_given(&document)),
            file: document.file,
            path: document.path,
            syntax: document.syntax,
            dialects,
        });
        Settled {
            documents: documents.collect(),
            files: may_hold.len(),
            findings,
            rules: applied,
            problems,
            not_read,
            suppressions,
            secrets,
            told,
            names: resources.iter().map(|resource| Arc::from(hidden::named(&resource.address))).collect(),
            before,
            held: Held::default(),
            passed: passed.map(Counting::rows),
        }
    }
}

impl Settled {
    /// Counts passes from now on, or keeps them.
    pub fn counts_passes(&mut self, counts: bool) {
        if counts {
            self.held.passed.get_or_insert_default();
        }
    }

    /// Adds what is kept of further files, up to so many findings of a run.
    pub fn add(&mut self, other: Settled) {
        let Settled {
            documents,
            files,
            findings,
            rules,
            problems,
            not_read,
            suppressions,
            secrets,
            told,
            names,
            before,
            passed,
            held: _,
        } = other;
        self.documents.extend(documents);
        self.files += files;
        let held = &mut self.held;
        self.findings.extend(findings.into_iter().filter(|finding| held.takes_finding(finding)));
        if let Some(passed) = passed {
            held.count(passed);
        }
        self.rules.extend(rules);
        self.problems.extend(problems);
        self.not_read.extend(not_read);
        self.suppressions.add(suppressions);
        self.secrets.extend(secrets);
        self.told.add(told);
        self.names.extend(names);
        self.before.add(before);
    }
}

/// The files of what was read, in order.
fn files_of(may_hold: &[(FileId, MayHold)]) -> BTreeSet<FileId> {
    may_hold.iter().map(|(id, _)| *id).collect()
}

/// Whether documents of a dialect may stand alone, with those that ties lead to: no other dialect looks at them, but for their texts.
fn stands_alone(dialect: &Dialect) -> bool {
    let is_apart = match dialect.group {
        Group::File => dialect.ties.is_none(),
        Group::Tied => true,
        Group::Repository => false,
    };
    let is_looked_at =
        !READ_AGAIN.contains(&dialect.name) && DIALECTS.iter().any(|other| other.with.contains(&dialect.name));
    is_apart && dialect.with.is_empty() && !is_looked_at
}

/// The files that a run may read.
fn files(workspace: &Workspace) -> impl Iterator<Item = FileId> {
    workspace.ids().filter(|id| workspace.part(*id) > Part::Apart)
}

#[cfg(test)]
mod tests;
