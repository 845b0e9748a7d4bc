//! The same run under other circumstances: with defaults that decide nothing, and with values that stand in the repository and
//! that nothing gives to it.
//!
//! Asked only where something that failed is gone, and of no more files than hang together with it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aside;
use super::{Switched, Unseen, dialect};
use crate::dialect::Inputs;
use crate::evaluate::Outcome;
use crate::scan::assess::{self, Request};
use crate::scan::reach::{Ground, Linked, Paths};
use crate::settings::NewlyOpen;
use crate::source::{Part, Span, Workspace};
use crate::triage::Finding;

/// So many times the run is made with other values.
const MAX_RUNS: usize = 12;

/// What was there, and is there no longer because of a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    /// The condition is new, so that what was certain depends on who deploys it.
    New,
    /// The condition was there, and its default says something else now.
    Turned,
    /// Values of a chart say so, which are made to be set by whoever installs it.
    OfChart,
}

impl Switch {
    /// Whether it is told and stops nothing.
    pub(super) fn tells_only(self, newly_open: NewlyOpen) -> bool {
        self != Switch::New || newly_open == NewlyOpen::Warn
    }

    /// What became of what it switches off.
    pub(super) fn fate(self) -> &'static str {
        match self {
            Switch::New => {
                "is written there still, now under a condition that only a default decides, which a deployment may set"
            }
            Switch::Turned | Switch::OfChart => {
                "is written there still, switched off by a default, which a deployment may set"
            }
        }
    }
}

/// So many files are read as scripts that are none of annexa's, and none that is longer.
const MAX_SCRIPTS: usize = 200;
const MAX_SCRIPT: usize = 64 << 10;

/// A finding that is gone, its file, and what is to be said of it.
type Told<'a> = (&'a Finding, Arc<str>, String);

/// The run and its base, to be made again.
pub(super) struct Otherwise<'u, 'a> {
    unseen: &'u Unseen<'a>,
    gone: Vec<&'a Finding>,
    opened: OnceCell<(Vec<Finding>, Vec<Finding>)>,
}

impl<'u, 'a> Otherwise<'u, 'a> {
    /// To be asked of these findings, which are gone.
    pub(super) fn new(unseen: &'u Unseen<'a>, gone: Vec<&'a Finding>) -> Otherwise<'u, 'a> {
        Otherwise { unseen, gone, opened: OnceCell::new() }
    }

    /// The switch that decides that something is not there; none where it would not be there whatever defaults say.
    pub(super) fn switch(&self, of: &Switched<'_>) -> Option<Switch> {
        let (now, then) = self.opened.get_or_init(|| self.with_open_defaults());
        let Switched { finding, places, .. } = of;
        let is_there = |at: &[Span], of: &Finding| {
            of.rule.id == finding.rule.id && at.iter().any(|at| meets(of.span, *at) || meets(of.resource.span, *at))
        };
        if !now.iter().any(|now| is_there(places, now)) {
            return None;
        }
        if self.is_of_chart(finding) {
            return Some(Switch::OfChart);
        }
        // Where the value is a default as well, only the text tells that the condition is new.
        let was_certain = then.iter().any(|then| then.outcome == Outcome::Fail && is_there(&[finding.span], then));
        Some(if was_certain || !self.unseen.stands_as_it_was(finding) { Switch::New } else { Switch::Turned })
    }

    /// What does not pass now and did not pass then, of the rules at hand, where defaults decide nothing.
    fn with_open_defaults(&self) -> (Vec<Finding>, Vec<Finding>) {
        let opened = |inputs: &Inputs| Inputs { open_defaults: true, ..inputs.clone() };
        let Unseen { prepared, earlier, .. } = self.unseen;
        let now = self.run(&self.about(&prepared.workspace, &prepared.inputs), &opened(&prepared.inputs));
        let then = self.run(&self.about(&earlier.workspace, &earlier.inputs), &opened(&earlier.inputs));
        (now, then)
    }

    /// Those of some findings that fail still where values are given that stand aside, with what is to be said of them.
    pub(super) fn given_aside(&self, others: &[(&'a Finding, Arc<str>)]) -> Vec<Told<'a>> {
        let Unseen { prepared, workspace, .. } = self.unseen;
        if others.is_empty() {
            return Vec::new();
        }
        let mut languages: BTreeSet<&str> = others.iter().map(|(finding, _)| dialect(finding)).collect();
        languages.extend(others.iter().any(|(finding, _)| self.is_of_chart(finding)).then_some("helm"));
        let asides = aside::all(&languages, workspace, self.unseen.came(), &prepared.inputs);
        if asides.is_empty() {
            return Vec::new();
        }
        let small = self.about(workspace, &prepared.inputs);
        let mut told: Vec<Told<'a>> = Vec::new();
        for aside in asides.into_iter().take(MAX_RUNS) {
            let fail = self.run(&small, &aside.inputs).into_iter().filter(|of| of.outcome == Outcome::Fail);
            let keys: BTreeSet<_> = fail.map(|of| owned(&of)).collect();
            let is_again = |of: &Finding| keys.contains(&owned(of)) && aside.is_for(&of.resource.deployment, workspace);
            let fate = format!("fails still where {}, which no settings name", aside.what);
            let again = others.iter().filter(|(finding, _)| is_again(finding));
            told.extend(again.map(|(finding, path)| (*finding, Arc::clone(path), fate.clone())));
        }
        told
    }

    /// Of some findings the commands, in other words, that a file of the change holds which nobody judges: the rule says the
    /// same of that, read as a script.
    pub(super) fn reworded(&self, others: &[(&'a Finding, Arc<str>)]) -> Vec<Told<'a>> {
        let Unseen { workspace, before, now, judged, .. } = self.unseen;
        let commands: Vec<_> = others.iter().filter(|(of, _)| of.resource.kind.starts_with("fact/command")).collect();
        let is_judged =
            |path: &str| now.read.contains(path) || workspace.find(path).is_some_and(|file| judged.contains_key(&file));
        let mut unread = self.unseen.came().iter().filter(|(path, _)| !is_judged(path)).take(MAX_SCRIPTS).peekable();
        if commands.is_empty() || unread.peek().is_none() {
            return Vec::new();
        }
        let (mut scripts, mut earlier) = (BTreeMap::new(), BTreeMap::new());
        for (path, source) in unread.filter(|(_, source)| source.text().len() <= MAX_SCRIPT) {
            scripts.insert(path.as_str(), script(source.text()));
            let before = before.find(path).and_then(|file| before.glance(file).ok());
            earlier.extend(before.map(|before| (path.as_str(), script(before.text()))));
        }
        let (fail, failed) = (self.failing(&scripts), self.failing(&earlier));
        let mut told = Vec::new();
        for ((path, rule), count) in &fail {
            if *count > failed.get(&(path.clone(), Arc::clone(rule))).copied().unwrap_or(0) {
                let fate = format!("`{path}`, which is not judged, holds such a command now");
                let alike = commands.iter().filter(|(of, _)| of.rule.id == *rule);
                told.extend(alike.map(|(of, path)| (*of, Arc::clone(path), fate.clone())));
            }
        }
        told
    }

    /// How often rules fail in some scripts, by path and rule.
    fn failing(&self, scripts: &BTreeMap<&str, String>) -> BTreeMap<(String, Arc<str>), usize> {
        let named: Vec<(String, &str)> = scripts.iter().map(|(path, text)| (format!("{path}.sh"), &**text)).collect();
        let workspace = Workspace::in_memory(named.iter().map(|(path, text)| (path.as_str(), *text)));
        let mut fail: BTreeMap<(String, Arc<str>), usize> = BTreeMap::new();
        for of in self.run(&workspace, &Inputs::default()).iter().filter(|of| of.outcome == Outcome::Fail) {
            let path = workspace.path(of.span.file).trim_end_matches(".sh").to_owned();
            *fail.entry((path, Arc::clone(&of.rule.id))).or_default() += 1;
        }
        fail
    }

    /// Whether a finding is of what a chart deploys with its own values.
    fn is_of_chart(&self, finding: &Finding) -> bool {
        let mut paths = crate::dialect::deployment_paths(&finding.resource.deployment);
        paths.any(|path| {
            let chart = if path == "." { "Chart.yaml".to_owned() } else { format!("{path}/Chart.yaml") };
            self.unseen.before.find(&chart).is_some()
        })
    }

    /// A workspace in which nothing is looked at but what hangs together with the findings that are gone.
    fn about(&self, workspace: &Workspace, inputs: &Inputs) -> Workspace {
        let paths = self.gone.iter().flat_map(|finding| [finding.span.file, finding.resource.span.file]);
        let paths: Paths = paths.map(|file| Arc::from(self.unseen.before.path(file))).collect();
        let linked = Linked::of(self.unseen.request.rules);
        let ground = Ground::new(workspace, inputs, &linked, &paths, None);
        let needed = ground.needed(&ground.affected(&paths));
        let mut small = workspace.changed(BTreeMap::new()).narrowed(&paths.iter().map(ToString::to_string).collect());
        small.tie(&needed, Part::Apart);
        small
    }

    /// What does not pass of the rules at hand.
    fn run(&self, workspace: &Workspace, inputs: &Inputs) -> Vec<Finding> {
        let rules: BTreeSet<&str> = self.gone.iter().map(|finding| &*finding.rule.id).collect();
        let request = Request {
            inputs,
            ledger: false,
            explain_passes: false,
            mend: false,
            held: None,
            reuse: None,
            ..self.unseen.request
        };
        let mut findings = assess::assess(workspace, request).findings;
        findings.retain(|of| of.outcome != Outcome::Pass && rules.contains(&*of.rule.id));
        findings
    }
}

/// A text as a script; the recipes of a Makefile without what only make reads.
fn script(text: &str) -> String {
    let recipe =
        |line: &'_ str| line.strip_prefix('\t').map(|line| line.trim_start_matches(['@', '-', '+']).to_owned());
    text.lines().map(|line| recipe(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\n")
}

fn meets(one: Span, other: Span) -> bool {
    one.file == other.file && one.start < other.end && other.start < one.end
}

/// By what a finding is known again under other circumstances, whatever deploys it.
fn owned(finding: &Finding) -> (Arc<str>, Arc<str>, Arc<str>, Arc<str>) {
    let Finding { rule, resource, item, .. } = finding;
    (Arc::clone(&rule.id), Arc::clone(&resource.kind), Arc::clone(&resource.address), Arc::clone(item))
}
