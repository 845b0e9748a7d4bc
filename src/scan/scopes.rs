//! Scopes as the unit of work: what an evaluator hands over is judged and dropped before it goes on.
//!
//! A root module, a template, a chart or an overlay may read files that others read too, so that documents stay; but its
//! resources are its own. Once some scopes are whole they get their facts, are judged, and are let go, so that the memory of a
//! run is that of the scopes in flight. What others need of them stays as small records: findings, what must not be shown, places
//! that facts of other deployments depend on, and the resources that rules look for in all of the repository. A scope of which
//! more is needed is given back, and left to the rest of the run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::apart::{Apart, Settled};
use super::extract::{Extracted, complete, is_of_text, is_wanted};
use super::texts::Texts;
use super::told::Told;
use super::{Parsed, hidden, judge};
use crate::dialect::facts::Elsewhere;
use crate::dialect::{Resource, places};
use crate::document::Document;
use crate::evaluate::Engine;
use crate::rule::kind::KindPattern;
use crate::source::{FileId, NO_FILE};
use crate::triage::suppression::{FileSuppressions, Suppressions};
use crate::triage::{Context, Finding, triage};

use super::assess::needed;

/// How scopes are judged one after the other.
pub(super) struct Scopes<'a> {
    apart: &'a Apart<'a>,
    /// The files of which there is a document: whether one silences something is known before.
    read: BTreeSet<FileId>,
    /// Files that may declare what is secret.
    declaring: BTreeSet<FileId>,
    /// One dialect hands over at a time.
    state: Mutex<State>,
}

/// What is kept of the scopes that were judged.
#[derive(Default)]
struct State {
    settled: Settled,
    /// What comments silence, where they do.
    suppressions: Option<Suppressions>,
    /// The scopes that may have resources of several dialects.
    shared: BTreeSet<Arc<str>>,
    /// Whether suppressions may stand in files without a document, as far as that was asked.
    marked: BTreeMap<FileId, bool>,
    elsewhere: Elsewhere,
    findings: Vec<Finding>,
    /// The resources that rules look for in all of the repository.
    far: Vec<Resource>,
    /// The files in which resources stood.
    files: BTreeSet<FileId>,
}

/// What is kept of scopes for the rest of the run.
pub(super) struct Kept {
    /// What they came to, with that of files that stood alone.
    pub settled: Settled,
    /// What comments silence; those of files without a document are missing.
    pub suppressions: Option<Suppressions>,
    /// What rules say of the scopes.
    pub judged: Judged,
}

/// What rules say of scopes that were judged one after the other.
#[derive(Default)]
pub(super) struct Judged {
    /// What was found in them.
    pub findings: Vec<Finding>,
    /// The resources that rules look for in all of the repository.
    pub far: Vec<Resource>,
    /// These rules: they alone are yet to judge them.
    pub rules: BTreeSet<Arc<str>>,
}

impl<'a> Scopes<'a> {
    /// How scopes are judged, after the files that stand alone.
    pub fn of(
        apart: &'a Apart<'a>,
        parsed: &Parsed,
        (settled, suppressions): (Settled, Option<Suppressions>),
    ) -> Scopes<'a> {
        let settled_files = settled.documents.iter().map(|settled| settled.file);
        let read = parsed.documents.iter().map(|(document, _)| document.file).chain(settled_files).collect();
        let trees = parsed.documents.iter().map(|(document, _)| document).filter(|document| document.syntax != "text");
        let declaring = trees.map(|document| document.file).filter(|file| parsed.declaring.contains(file)).collect();
        let state = Mutex::new(State { settled, suppressions, ..State::default() });
        Scopes { apart, read, declaring, state }
    }

    /// Takes note of what is listed before any scope is handed over.
    pub fn begin(&self, resources: &[Resource], documents: &BTreeMap<&'static str, Vec<&Document>>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.elsewhere = Elsewhere::before(resources, self.apart.workspace);
        state.shared = resources.iter().map(|of| Arc::clone(&of.scope)).collect();
        // Scopes of these are called after the directories of their documents.
        let mut directories: BTreeMap<&str, &str> = BTreeMap::new();
        for name in ["helm", "kustomize", "terraform"] {
            for document in documents.get(name).into_iter().flatten() {
                let is_one = name == "terraform";
                let known = directories.insert(document.directory(), name);
                if known.is_some_and(|known| known != name || !is_one) {
                    state.shared.insert(document.directory().into());
                }
            }
        }
    }

    /// Judges some whole scopes; the resources of those that are left to the rest of the run come back.
    pub fn take(&self, mut resources: Vec<Resource>) -> Vec<Resource> {
        let workspace = self.apart.workspace;
        resources.retain(|of| is_wanted(workspace, of));
        let mut state = std::mem::take(&mut *self.state.lock().unwrap_or_else(PoisonError::into_inner));
        let (mut mine, mut left) = self.parted(resources, &mut state);
        places::note(&mut mine);
        while !mine.is_empty() {
            let own = mine.len();
            let asked = |kind: &str| self.apart.asks(kind);
            let (mut made, elsewhere) = complete(workspace, mine, self.apart.inputs, &asked, &state.elsewhere);
            // What is made of a scope may be what something else leads to.
            let scopes: BTreeSet<Arc<str>> = self.leading(&made.resources).map(|of| Arc::clone(&of.scope)).collect();
            if scopes.is_empty() {
                state.elsewhere.add(elsewhere);
                self.settle(made, &mut state);
                break;
            }
            made.resources.truncate(own);
            let (leading, others): (Vec<_>, Vec<_>) =
                made.resources.into_iter().partition(|of| scopes.contains(&of.scope));
            left.extend(leading);
            mine = others;
        }
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
        left
    }

    /// The resources that something leads to from elsewhere, or that lead there, other than by rules that are judged at the end.
    fn leading<'r>(&'r self, resources: &'r [Resource]) -> impl Iterator<Item = &'r Resource> {
        let kinds: BTreeSet<&str> = resources.iter().map(|of| &*of.kind).collect();
        let leading = kinds.into_iter().filter(|kind| matches(&self.apart.beyond().kinds, kind));
        let leading: BTreeSet<&str> = leading.collect();
        resources.iter().filter(move |of| leading.contains(&*of.kind))
    }

    /// The resources of scopes that may be judged now, and those of the others.
    fn parted(&self, resources: Vec<Resource>, state: &mut State) -> (Vec<Resource>, Vec<Resource>) {
        let mut others: BTreeSet<Arc<str>> = self.leading(&resources).map(|of| Arc::clone(&of.scope)).collect();
        for of in &resources {
            if state.shared.contains(&of.scope) || (state.suppressions.is_some() && self.may_silence(of, state)) {
                others.insert(Arc::clone(&of.scope));
            }
        }
        resources.into_iter().partition(|of| !others.contains(&of.scope))
    }

    /// Whether a resource stands in a file without a document in which suppressions may stand: they are read once all resources
    /// of the file are known.
    fn may_silence(&self, of: &Resource, state: &mut State) -> bool {
        let (file, workspace) = (of.span.file, self.apart.workspace);
        if file == NO_FILE || self.read.contains(&file) {
            return false;
        }
        let may = || workspace.glance(file).is_ok_and(|source| FileSuppressions::may_be_in(source.text()));
        *state.marked.entry(file).or_insert_with(may)
    }

    /// Judges whole scopes, and keeps what is needed of them.
    fn settle(&self, Extracted { resources, problems }: Extracted, state: &mut State) {
        let Apart { workspace, rules, options, .. } = self.apart;
        let beyond = self.apart.beyond();
        let State { settled, suppressions, findings: judged, far, files, .. } = state;
        settled.problems.extend(problems);
        let (mut rules, refused) = needed(rules, &resources);
        rules.retain(|rule| !beyond.rules.contains(&rule.id));
        settled.problems.extend(refused);
        let engine = Engine::new(&rules, &resources, *options).over(workspace);
        let judgements = judge(&engine, &resources, &mut settled.held, &|_| true);
        settled.rules.extend(engine.applicable().filter_map(|rule| rules.get(rule)).map(|rule| Arc::clone(&rule.id)));
        let context = Context { rules: &rules, resources: &resources, workspace };
        let mut findings = triage(judgements, context, suppressions.as_mut());
        let stand: BTreeSet<FileId> = resources.iter().map(|of| of.span.file).filter(|file| *file != NO_FILE).collect();
        let texts = Texts::passing(workspace, stand.iter().copied());
        settled.secrets.extend(hidden::declared_by(&texts, &self.declaring, &resources));
        hidden::by_rules(&mut findings, &resources, &texts, &mut settled.secrets);
        for (file, secrets) in hidden::in_files(&texts, &resources) {
            settled.in_files.entry(file).or_default().extend(secrets);
        }
        judged.append(&mut findings);
        settled.told.add(Told::of(&resources, workspace));
        settled.names.extend(resources.iter().map(|of| Arc::from(hidden::named(&of.address))));
        files.extend(resources.iter().filter(|of| !is_of_text(&of.kind)).map(|of| of.span.file));
        if beyond.are_facts_looked_at {
            settled.before.facts.extend(resources.iter().filter(|of| of.kind.starts_with("fact/")).cloned());
        }
        far.extend(resources.into_iter().filter(|of| matches(&beyond.far, &of.kind)));
    }

    /// The files in which resources stood.
    pub fn files(&self) -> BTreeSet<FileId> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).files.clone()
    }

    /// What the facts of the scopes have to say about those of others; and those facts, where a dialect looks at them.
    pub fn stated(&self) -> (Elsewhere, Vec<Resource>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let facts = std::mem::take(&mut state.settled.before.facts);
        (std::mem::take(&mut state.elsewhere), facts)
    }

    /// What is kept for the rest of the run.
    pub fn kept(self) -> Kept {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let State { settled, suppressions, findings, far, .. } = state;
        let rules = if far.is_empty() { BTreeSet::new() } else { self.apart.beyond().rules.clone() };
        Kept { settled, suppressions, judged: Judged { findings, far, rules } }
    }
}

fn matches(patterns: &[KindPattern], kind: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(kind))
}

#[cfg(test)]
mod tests;
