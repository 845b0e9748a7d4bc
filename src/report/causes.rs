//! Findings that have one cause, and are told once with the others.
//!
//! Every finding keeps its identity: it is silenced, accepted, compared and counted by itself. What is joined here is only how
//! it is told, and only among those that a report shows, so that a further place of a known cause is told by itself where it
//! is new.

use std::collections::BTreeMap;

use crate::dialect::is_sample;
use crate::evaluate::Outcome;
use crate::rule::Severity;
use crate::source::{FileId, Span};
use crate::triage::Finding;

use super::place::REPOSITORY;
use super::text::{counted, one_line};
use super::{Options, Report};

/// A finding that stands for all that have the same cause.
pub struct Cause<'r> {
    /// The first of them.
    pub finding: &'r Finding,
    /// The others, in order.
    pub others: Vec<&'r Finding>,
}

/// Which findings are told with another one, where each is listed by itself.
#[derive(Default)]
pub struct Together<'r> {
    causes: Vec<Cause<'r>>,
    /// The cause of each finding that has others, by its fingerprint.
    of: BTreeMap<&'r str, usize>,
}

impl<'r> Together<'r> {
    /// What has one cause among some findings.
    pub fn of(findings: impl Iterator<Item = &'r Finding>) -> Together<'r> {
        let of_one = findings.filter(|finding| finding.one.is_some() && finding.counts());
        let groups = of_one.map(|finding| Cause { finding, others: Vec::new() }).collect();
        let mut causes = once(groups, |finding| finding.one.map(Shared::Value));
        causes.retain(|cause| !cause.others.is_empty());
        let members = causes.iter().enumerate().flat_map(|(at, cause)| {
            std::iter::once(cause.finding).chain(cause.others.iter().copied()).map(move |of| (&*of.fingerprint, at))
        });
        let of = members.collect();
        Together { causes, of }
    }

    /// The finding that one is told with; none where it is told itself.
    pub fn leader(&self, finding: &Finding) -> Option<&'r Finding> {
        let cause = self.of.get(&*finding.fingerprint).and_then(|at| self.causes.get(*at))?;
        Some(cause.finding).filter(|first| first.fingerprint != finding.fingerprint)
    }

    /// Those that are told with a finding.
    pub fn others(&self, finding: &Finding) -> &[&'r Finding] {
        let cause = self.of.get(&*finding.fingerprint).and_then(|at| self.causes.get(*at));
        cause.filter(|cause| cause.finding.fingerprint == finding.fingerprint).map_or(&[], |cause| &cause.others)
    }
}

/// Most resources that are named where one cause makes several fail.
const MOST_NAMED: usize = 20;

impl Report<'_> {
    /// As [`Report::counting`], where resources that are written at one place (instances, the same base in several overlays)
    /// and fail there in the same words are one, and so is what has one cause in a file.
    pub fn alike<'r>(&'r self, options: &'r Options) -> Vec<Cause<'r>> {
        let groups = grouped(self.told(options), |one, other| {
            one.resource.span == other.resource.span && origins(one) == origins(other)
        });
        once(groups, shared)
    }

    /// Findings that have one cause, as services count them that show a place once: what one place makes come out in the
    /// same words, for whatever number of resources of one deployment, and of whatever tests and examples of a module; and what has one
    /// value in one file.
    pub fn causes<'r>(&'r self, findings: impl Iterator<Item = &'r Finding>) -> Vec<Cause<'r>> {
        let groups = grouped(findings, |one, other| {
            let same = one.resource.deployment == other.resource.deployment && places(one) == places(other);
            same || (is_trial(one) && is_trial(other))
        });
        once(groups, |finding| finding.one.map(Shared::Value))
    }

    /// As [`Self::causes`], also across deployments, as people read them: the same line in the same words is one.
    pub fn told_once<'r>(&'r self, findings: impl Iterator<Item = &'r Finding>) -> Vec<Cause<'r>> {
        let groups =
            grouped(findings, |one, other| origins(one) == origins(other) || (is_trial(one) && is_trial(other)));
        once(groups, shared)
    }

    /// The message of a finding that stands for others, with where these are.
    pub fn sentence(&self, cause: &Cause<'_>) -> String {
        let sentence = cause.finding.sentence();
        let further = self.further_places(cause).filter(|_| cause.finding.outcome == Outcome::Fail);
        match cause.resources().into_iter().chain(further).reduce(|one, other| one + "; " + &other) {
            Some(told) => format!("{sentence} ({told})"),
            None => sentence,
        }
    }

    /// "also at lines 12 and 40": the places of the others, where they are not that of the first; those in other files by their
    /// paths.
    pub fn further_places(&self, cause: &Cause<'_>) -> Option<String> {
        self.places_beside(cause.finding, &cause.others)
    }

    /// As [`Self::further_places`], of a finding and those that are told with it.
    pub fn places_beside(&self, finding: &Finding, others: &[&Finding]) -> Option<String> {
        let first = finding.primary();
        let mut spans: Vec<Span> = Vec::new();
        for span in others.iter().map(|other| other.primary()) {
            if span != first && !spans.contains(&span) {
                spans.push(span);
            }
        }
        let is_own = |span: &Span| span.file == first.file && self.location(*span).is_some();
        let (own, far): (Vec<Span>, Vec<Span>) = spans.iter().take(MOST_NAMED).partition(|span| is_own(span));
        let word = match (self.path(first) != REPOSITORY, own.len()) {
            (false, _) => "",
            (true, 1) => "line ",
            (true, _) => "lines ",
        };
        let lines = own.iter().filter_map(|span| self.location(*span)).map(|at| at.start.line.to_string()).collect();
        let far = far.iter().map(|span| self.spot(*span));
        let more = spans.len().saturating_sub(MOST_NAMED);
        let far = far.chain((more > 0).then(|| counted(more, "more place"))).collect();
        let told = match (listed(lines), listed(far)) {
            (Some(lines), Some(far)) if more == spans.len() - own.len() => format!("{word}{lines} and {far}"),
            (Some(lines), Some(far)) => format!("{word}{lines}, and at {far}"),
            (Some(lines), None) => format!("{word}{lines}"),
            (None, far) => far?,
        };
        Some(format!("also at {}", one_line(&told)))
    }
}

/// "a, b and c".
fn listed(mut all: Vec<String>) -> Option<String> {
    let last = all.pop()?;
    Some(if all.is_empty() { last } else { format!("{} and {last}", all.join(", ")) })
}

impl Cause<'_> {
    /// Whether all of them stand at one place.
    pub fn is_at_one_place(&self) -> bool {
        self.others.iter().all(|other| other.primary() == self.finding.primary())
    }

    /// "in 3 resources: `a`, `b`, `c`"; nothing where it is one.
    fn resources(&self) -> Option<String> {
        let all = || std::iter::once(self.finding).chain(self.others.iter().copied());
        let one_root = self.others.iter().all(|of| of.resource.deployment == self.finding.resource.deployment);
        let name = |of: &Finding| match &*of.resource.deployment {
            root if !one_root && !root.is_empty() => format!("`{}` of {root}", of.resource.address),
            _ => format!("`{}`", of.resource.address),
        };
        let mut named: Vec<String> = Vec::new();
        let mut count = 0;
        let at_one_place = self.is_at_one_place();
        for name in all().map(name) {
            // One step, job or file may be at fault several times.
            if at_one_place || self.finding.outcome == Outcome::Open || !named.contains(&name) {
                count += 1;
                if named.len() < MOST_NAMED {
                    named.push(name);
                }
            }
        }
        if count < 2 {
            return None;
        }
        let more = if count > named.len() { format!(" and {} more", count - named.len()) } else { String::new() };
        let what = if self.finding.outcome == Outcome::Open { "places" } else { "resources" };
        Some(format!("in {count} {what}: {}{more}", named.join(", ")))
    }
}

/// Findings in their order, those of one place and in the same words together where `same` says so.
fn grouped<'r>(
    findings: impl Iterator<Item = &'r Finding>,
    same: impl Fn(&Finding, &Finding) -> bool,
) -> Vec<Cause<'r>> {
    let mut groups: Vec<Cause<'_>> = Vec::new();
    for finding in findings {
        let here = |cause: &&mut Cause<'_>| cause.finding.span == finding.span;
        let near = groups.iter_mut().rev().take_while(here);
        let mut alike = near.filter(|cause| is_alike(cause.finding, finding) && same(cause.finding, finding));
        match alike.next() {
            Some(cause) => cause.others.push(finding),
            None => groups.push(Cause { finding, others: Vec::new() }),
        }
    }
    groups
}

/// What findings of one check have in common, wherever they stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shared<'f> {
    /// One thing leaves them open in a file (a variable that is set elsewhere): whoever decides it there decides all.
    Undecided(FileId, &'f str),
    /// They fail for one value, as their check says.
    Value(u64),
}

fn shared(finding: &Finding) -> Option<Shared<'_>> {
    let open = finding.open_because.as_deref().filter(|because| !because.is_empty());
    let undecided = open.map(|because| Shared::Undecided(finding.span.file, because));
    finding.one.map(Shared::Value).or(undecided)
}

/// What findings have in common is told at its first place, with the others.
fn once<'r>(groups: Vec<Cause<'r>>, of: impl Fn(&'r Finding) -> Option<Shared<'r>>) -> Vec<Cause<'r>> {
    let mut told: Vec<Cause<'_>> = Vec::new();
    let mut first: BTreeMap<(&str, usize, Shared<'_>, bool, Severity), usize> = BTreeMap::new();
    for cause in groups {
        let finding = cause.finding;
        let key = of(finding).map(|shared| {
            // What is undecided is so for all checks of a rule.
            let check = if matches!(shared, Shared::Value(_)) { finding.check } else { 0 };
            (&*finding.rule.id, check, shared, finding.suppressed.is_some(), finding.severity())
        });
        match key.map(|key| first.entry(key).or_insert(told.len())).and_then(|at| told.get_mut(*at)) {
            Some(before) => {
                before.others.push(finding);
                before.others.extend(cause.others);
            }
            None => told.push(cause),
        }
    }
    told
}

/// Where the value came from.
fn places(finding: &Finding) -> Vec<Span> {
    finding.related.iter().map(|related| related.span).collect()
}

/// The same without the calls that deploy the resource: they are others in each deployment.
pub(super) fn origins(finding: &Finding) -> Vec<Span> {
    let calls: Vec<Span> = finding.resource.trail.iter().flat_map(|trail| trail.iter()).map(|call| call.span).collect();
    places(finding).into_iter().filter(|span| !calls.contains(span)).collect()
}

/// Whether a finding is of a deployment that only tries a module.
fn is_trial(finding: &Finding) -> bool {
    is_sample(&format!("{}/", finding.resource.deployment))
}

fn is_alike(one: &Finding, other: &Finding) -> bool {
    let told = |finding: &Finding| (finding.span, finding.outcome, finding.check);
    one.rule.id == other.rule.id
        && told(one) == told(other)
        && one.suppressed == other.suppressed
        && one.primary() == other.primary()
        && one.sentence() == other.sentence()
}
