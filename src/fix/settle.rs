//! Keeps of the proposals those that mend what they are about and break nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Edit, Proposal, apply};
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::rule::Severity;
use crate::source::{FileId, Workspace};
use crate::triage::Finding;

/// What a look at some files came to.
#[derive(Debug, Default)]
pub struct Look {
    /// Every finding.
    pub findings: Vec<Finding>,
    /// What could not be done.
    pub problems: Vec<Problem>,
    /// How findings could be mended.
    pub proposals: Vec<Proposal>,
}

/// Looks at the files of a workspace.
pub type Judge<'j> = &'j dyn Fn(&Workspace) -> Look;

/// What came of some proposals.
#[derive(Debug, Default)]
pub struct Settled {
    /// The files that change, by path, with their new texts.
    pub texts: BTreeMap<Arc<str>, String>,
    /// How many places change: what mends several findings is one.
    pub edits: usize,
    /// The findings that are mended by that, with their lines (from 1).
    pub mended: Vec<(Finding, u32)>,
    /// Those that are not, with their lines, and why: a clause.
    pub left: Vec<(Finding, u32, String)>,
}

/// Most passes over the files.
const MAX_PASSES: usize = 16;

/// Makes the edits of proposals in memory, judges the files again, and takes back what does not mend its finding, makes a
/// file unreadable or breaks another rule there, until the rest holds. What needs something that another edit makes comes
/// in a further pass.
pub fn settle(workspace: &Workspace, first: Look, judge: Judge<'_>) -> Settled {
    let mut settled = Settled::default();
    let mut look = first;
    for pass in 1..=MAX_PASSES {
        let changed = workspace.changed(settled.texts.clone());
        let mut jobs = jobs(&look);
        let (texts, after) = hold(&changed, &look, &mut jobs, judge);
        let line = |finding: &Finding| {
            let source = changed.source(finding.span.file);
            source.map_or(0, |source| source.position(finding.span.start).line)
        };
        let mended = jobs.iter().filter(|job| job.is_made());
        settled.mended.extend(mended.map(|job| (job.finding.clone(), line(job.finding))));
        let made = jobs.iter().filter(|job| job.is_made()).flat_map(|job| job.edits);
        settled.edits += made.map(|edit| (edit.span, &*edit.text)).collect::<BTreeSet<_>>().len();
        let waiting = jobs.iter().any(|job| matches!(job.state, State::Waiting));
        if !waiting || texts.is_empty() || pass == MAX_PASSES {
            let left = jobs.iter().filter_map(|job| match &job.state {
                State::Made => None,
                State::Waiting => Some((job, "another change is made at the same place".to_owned())),
                State::Refused(reason) => Some((job, reason.clone())),
            });
            settled.left.extend(left.map(|(job, reason)| (job.finding.clone(), line(job.finding), reason)));
            settled.texts.extend(texts);
            return settled;
        }
        settled.texts.extend(texts);
        look = after;
    }
    settled
}

/// A finding and what is tried for it.
struct Job<'a> {
    finding: &'a Finding,
    edits: &'a [Edit],
    state: State,
}

/// What becomes of a job.
enum State {
    /// Its edits are made.
    Made,
    /// Not in this pass.
    Waiting,
    /// Not at all, for this reason.
    Refused(String),
}

impl Job<'_> {
    fn is_made(&self) -> bool {
        matches!(self.state, State::Made)
    }

    fn touches(&self, file: FileId) -> bool {
        self.edits.iter().any(|edit| edit.span.file == file)
    }

    /// Whether an edit makes a key that one of another job makes otherwise.
    fn waits_for(&self, other: &Job<'_>) -> bool {
        let differs = |one: &Edit, other: &Edit| {
            one.makes.is_some() && one.makes == other.makes && (one.span, &one.text) != (other.span, &other.text)
        };
        self.edits.iter().any(|edit| other.edits.iter().any(|other| differs(edit, other)))
    }
}

fn jobs(look: &Look) -> Vec<Job<'_>> {
    let by_print: BTreeMap<&str, &Finding> =
        look.findings.iter().map(|finding| (&*finding.fingerprint, finding)).collect();
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for proposal in &look.proposals {
        let finding = by_print.get(&*proposal.fingerprint).copied().filter(|of| of.suppressed.is_none());
        let Some(finding) = finding else { continue };
        let refused = |reason: &str| (&[][..], State::Refused(reason.to_owned()));
        let (edits, state) = match &proposal.edits {
            Ok(edits) if edits.is_empty() => refused("what the rule would change is so already"),
            Ok(edits) => (edits.as_slice(), State::Made),
            Err(reason) => refused(reason),
        };
        let mut job = Job { finding, edits, state };
        if job.is_made() && jobs.iter().any(|other| other.is_made() && job.waits_for(other)) {
            job.state = State::Waiting;
        }
        jobs.push(job);
    }
    jobs
}

/// Takes jobs back until the rest holds. The texts of the files that then change, and what was seen of them.
fn hold(
    workspace: &Workspace,
    look: &Look,
    jobs: &mut [Job<'_>],
    judge: Judge<'_>,
) -> (BTreeMap<Arc<str>, String>, Look) {
    let before = Counts::of(look);
    loop {
        let texts = edited(workspace, jobs);
        // Each round takes back one job at least.
        if texts.is_empty() {
            if try_again(jobs) {
                continue;
            }
            return (texts, Look::default());
        }
        let after = judge(&workspace.changed(texts.clone()));
        if !refuse(workspace, jobs, &before, &Counts::of(&after)) {
            return (texts, after);
        }
    }
}

/// Tries what waits for jobs all of which were refused; whether there is any.
fn try_again(jobs: &mut [Job<'_>]) -> bool {
    let waiting: Vec<&mut Job<'_>> = jobs.iter_mut().filter(|job| matches!(job.state, State::Waiting)).collect();
    let any = !waiting.is_empty();
    for job in waiting {
        job.state = State::Made;
    }
    any
}

/// The texts of the files that the jobs change; of two that change the same bytes the later one waits.
fn edited(workspace: &Workspace, jobs: &mut [Job<'_>]) -> BTreeMap<Arc<str>, String> {
    loop {
        let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
        for edit in jobs.iter().filter(|job| job.is_made()).flat_map(|job| job.edits) {
            by_file.entry(edit.span.file).or_default().push(edit.clone());
        }
        let mut texts = BTreeMap::new();
        let mut conflict = None;
        for (file, edits) in by_file {
            let Ok(source) = workspace.source(file) else { continue };
            match apply(source.text(), &edits) {
                Ok(text) => drop(texts.insert(Arc::from(workspace.path(file)), text)),
                Err(edit) => conflict = Some(edit),
            }
        }
        let Some(edit) = conflict else { return texts };
        let job = jobs.iter_mut().rev().find(|job| job.is_made() && job.edits.contains(&edit));
        // The edit is of one of the jobs, since it was collected from them.
        let Some(job) = job else { return BTreeMap::new() };
        job.state = State::Waiting;
    }
}

/// Refuses jobs that a second look does not bear out; whether there were any.
fn refuse(workspace: &Workspace, jobs: &mut [Job<'_>], before: &Counts, after: &Counts) -> bool {
    let mut wanted: BTreeMap<Failing, usize> = BTreeMap::new();
    let mut files = BTreeSet::new();
    for job in jobs.iter().filter(|job| job.is_made()) {
        *wanted.entry(failing(job.finding)).or_default() += 1;
        files.extend(job.edits.iter().map(|edit| edit.span.file));
    }
    let mut any = false;
    // How grave the gravest is that is mended in each file.
    let mut graver: BTreeMap<FileId, Severity> = BTreeMap::new();
    for job in jobs.iter().filter(|job| job.is_made()) {
        for edit in job.edits {
            let worst = graver.entry(edit.span.file).or_insert(job.finding.severity());
            *worst = job.finding.severity().max(*worst);
        }
    }
    let mut refuse = |state: &dyn Fn() -> State, is_meant: &dyn Fn(&Job<'_>) -> bool| {
        for job in jobs.iter_mut().filter(|job| job.is_made() && is_meant(job)) {
            job.state = state();
            any = true;
        }
    };
    let refused = |reason: &str| State::Refused(reason.to_owned());
    for file in files {
        let path = workspace.path(file);
        let of = |counts: &Counts| counts.problems.get(path).copied().unwrap_or(0);
        if of(after) > of(before) {
            refuse(&|| refused("after the change the file could not be read"), &|job| job.touches(file));
        }
        for ((rule, _), (number, severity)) in after.by_rule.iter().filter(|((_, of), _)| *of == file) {
            if *number > before.by_rule.get(&(Arc::clone(rule), file)).map_or(0, |(number, _)| *number) {
                let is_graver = |job: &Job<'_>| *severity < job.finding.severity();
                let is_meant = |job: &Job<'_>| job.touches(file) && !is_graver(job);
                // What is mended may be judged by further rules, which is no reason to leave a greater weakness as it is: others are
                // tried again once that is made.
                let by_others = graver.get(&file).is_some_and(|worst| *severity < *worst);
                refuse(
                    &|| if by_others { State::Waiting } else { State::Refused(format!("the change breaks `{rule}`")) },
                    &is_meant,
                );
            }
        }
    }
    for (key, number) in wanted {
        let of = |counts: &Counts| counts.failing.get(&key).copied().unwrap_or(0);
        if of(after) + number > of(before) {
            refuse(&|| refused("the change does not mend it"), &|job| failing(job.finding) == key);
        }
    }
    any
}

/// The rule of a finding, and the file and the address of its resource.
type Failing = (Arc<str>, FileId, Arc<str>);

fn failing(finding: &Finding) -> Failing {
    (Arc::clone(&finding.rule.id), finding.resource.span.file, Arc::clone(&finding.resource.address))
}

/// Failing and open findings and problems in numbers.
#[derive(Default)]
struct Counts {
    failing: BTreeMap<Failing, usize>,
    by_rule: BTreeMap<(Arc<str>, FileId), (usize, Severity)>,
    problems: BTreeMap<Arc<str>, usize>,
}

impl Counts {
    fn of(look: &Look) -> Counts {
        let mut counts = Counts::default();
        for finding in look.findings.iter().filter(|finding| finding.outcome != Outcome::Pass) {
            *counts.failing.entry(failing(finding)).or_default() += 1;
            let key = (Arc::clone(&finding.rule.id), finding.span.file);
            counts.by_rule.entry(key).or_insert((0, finding.severity())).0 += 1;
        }
        for problem in look.problems.iter().filter(|problem| problem.level == Level::Error) {
            *counts.problems.entry(Arc::clone(&problem.path)).or_default() += 1;
        }
        counts
    }
}
