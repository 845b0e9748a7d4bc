//! Judgements in numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::standing::{Judged, TopicStanding};
use crate::control::{ControlId, topic};
use crate::evaluate::Outcome;
use crate::rule::{Severity, Strength};
use crate::source::Span;
use crate::triage::Finding;

/// The dialects whose resources are what somebody wrote.
const PAPER: [&str; 3] = ["document", "governance", "posture"];

/// Kinds of which there is a resource in every repository, or wherever there are governance files: that they were
/// looked at does not say that there is anything for a control to work on.
const EVERYWHERE: [&str; 3] = ["repository", "governance/organisation", "governance/register"];

/// Judgements in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rules loaded.
    pub rules: usize,
    /// Passing judgements of what could have failed.
    pub passed: usize,
    /// Those of something else than documents and registers.
    pub passed_technically: usize,
    /// Passing judgements that nothing could have failed: they show nothing.
    pub vacuous: usize,
    /// Failing judgements that count.
    pub failed: usize,
    /// Failing judgements of rules of severity info, which speak against no control; counted for a control only.
    pub noted: usize,
    /// Undecided judgements that count.
    pub open: usize,
    /// Failing or undecided judgements that a comment or a baseline silences.
    pub suppressed: usize,
    /// Failing or undecided judgements that a waiver accepts.
    pub waived: usize,
    /// What the state rests on.
    pub basis: Basis,
}

/// How broad the ground is that a state stands on: what was judged and could have failed, each thing once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Resources.
    pub subjects: usize,
    /// Those of them that not every repository has: what a control is about.
    pub things: usize,
    /// Kinds of resources.
    pub kinds: usize,
    /// Rules.
    pub rules: usize,
    /// Topics of the control that something was judged of.
    pub topics: usize,
    /// All topics of the control.
    pub topics_known: usize,
}

impl Basis {
    /// "3 of 4 topics, 2 rules, 5 resources"; nothing where it is of nothing.
    pub fn words(&self) -> String {
        if self.rules == 0 {
            return String::new();
        }
        let known = if self.topics_known == 0 { String::new() } else { format!("{}, ", self.topics_words()) };
        format!("{known}{}, {}", count(self.rules, "rule"), self.subjects_words())
    }

    /// "3 of 4 topics"
    pub fn topics_words(&self) -> String {
        format!("{} of {}", self.topics, count(self.topics_known, "topic"))
    }

    /// "5 resources"
    pub fn subjects_words(&self) -> String {
        count(self.subjects, "resource")
    }
}

/// A number of things in words: `1 finding`, `2 findings`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

impl Tally {
    /// How many judgements there are of what could have failed.
    pub fn judged(&self) -> usize {
        self.passed + self.failed + self.noted + self.open + self.suppressed + self.waived
    }

    /// Adds what one more rule came to; of severity info a failure is only noted.
    fn join(&mut self, judged: &Judged) {
        let of = judged.tally;
        let is_advice = judged.severity == Severity::Info;
        self.rules += 1;
        self.passed += of.passed;
        self.passed_technically += of.passed_technically;
        self.vacuous += of.vacuous;
        self.failed += if is_advice { 0 } else { of.failed };
        self.noted += of.noted + if is_advice { of.failed } else { 0 };
        self.open += of.open;
        self.suppressed += of.suppressed;
        self.waived += of.waived;
    }

    fn add(&mut self, finding: &Finding) {
        let counter = match (&finding.suppressed, finding.outcome) {
            (_, Outcome::Pass) if finding.vacuous => &mut self.vacuous,
            (_, Outcome::Pass) => {
                self.passed_technically += usize::from(is_technical(finding));
                &mut self.passed
            }
            (Some(_), _) if finding.is_waived() => &mut self.waived,
            (Some(_), _) => &mut self.suppressed,
            (None, Outcome::Fail) if finding.is_advice_there() => &mut self.noted,
            (None, Outcome::Fail) => &mut self.failed,
            (None, Outcome::Open) => &mut self.open,
        };
        *counter += 1;
    }
}

/// The things that a basis counts.
#[derive(Default)]
struct Grounds<'f> {
    subjects: FxHashSet<(Span, &'f str, &'f str)>,
    kinds: FxHashSet<&'f str>,
    rules: FxHashSet<&'f str>,
}

impl<'f> Grounds<'f> {
    fn add(&mut self, finding: &'f Finding) {
        if !finding.vacuous {
            let resource = &finding.resource;
            self.subjects.insert((resource.span, &resource.kind, &resource.address));
            self.kinds.insert(&resource.kind);
            self.rules.insert(&finding.rule.id);
        }
    }

    fn basis(&self) -> Basis {
        Basis {
            subjects: self.subjects.len(),
            things: self.subjects.iter().filter(|(_, kind, _)| !EVERYWHERE.contains(kind)).count(),
            kinds: self.kinds.len(),
            rules: self.rules.len(),
            ..Basis::default()
        }
    }

    fn join(&mut self, other: &Grounds<'f>) {
        self.subjects.extend(&other.subjects);
        self.kinds.extend(&other.kinds);
        self.rules.extend(&other.rules);
    }
}

/// Whether a judgement is of the thing itself and not of what somebody wrote about it.
fn is_technical(finding: &Finding) -> bool {
    !is_of_paper(&finding.resource.kind)
}

/// Whether resources of a kind are what somebody wrote.
pub(super) fn is_of_paper(kind: &str) -> bool {
    kind.split('/').next().is_some_and(|dialect| PAPER.contains(&dialect))
}

/// What the rules that bear on each control came to.
#[derive(Default)]
pub(super) struct Tallies<'f> {
    direct: BTreeMap<ControlId, (Tally, Grounds<'f>)>,
    judged: BTreeMap<(ControlId, Strength, &'f Arc<str>), (Judged, Grounds<'f>)>,
}

impl<'f> Tallies<'f> {
    /// Counts: `rules` are those that were loaded, `findings` all judgements, passes included.
    pub fn of<'a>(
        rules: impl IntoIterator<Item = &'a [(ControlId, Strength)]>,
        findings: &'f [Finding],
    ) -> Tallies<'f> {
        let mut tallies = Tallies::default();
        for controls in rules {
            for (id, strength) in controls {
                if *strength == Strength::Direct {
                    tallies.direct.entry(*id).or_default().0.rules += 1;
                }
            }
        }
        for finding in findings {
            for (id, strength) in &finding.rule.controls {
                tallies.add(*id, *strength, finding);
            }
        }
        tallies
    }

    fn add(&mut self, id: ControlId, strength: Strength, finding: &'f Finding) {
        if strength == Strength::Direct {
            let (direct, grounds) = self.direct.entry(id).or_default();
            if finding.outcome == Outcome::Fail && finding.suppressed.is_none() && finding.severity() == Severity::Info
            {
                direct.noted += 1;
            } else {
                direct.add(finding);
                grounds.add(finding);
            }
        }
        let (judged, grounds) = self.judged.entry((id, strength, &finding.rule.id)).or_insert_with(|| {
            let judged = Judged {
                rule: Arc::clone(&finding.rule.id),
                title: finding.rule.title.as_str().into(),
                is_built_in: finding.rule.is_built_in(),
                severity: finding.rule.severity,
                strength,
                tally: Tally { rules: 1, ..Tally::default() },
            };
            (judged, Grounds::default())
        });
        judged.tally.add(finding);
        grounds.add(finding);
    }

    /// What the direct rules of a control came to, and what of it falls to each of its topics, in their order.
    pub fn direct(&self, id: ControlId) -> (Tally, Vec<TopicStanding>) {
        let topics = self.topics(id);
        let found = self.direct.get(&id);
        let (tally, basis) = found.map_or_else(Default::default, |(tally, grounds)| (*tally, grounds.basis()));
        let judged = topics.iter().filter(|topic| topic.is_judged()).count();
        (Tally { basis: Basis { topics: judged, topics_known: topics.len(), ..basis }, ..tally }, topics)
    }

    fn topics(&self, id: ControlId) -> Vec<TopicStanding> {
        let parts = topic::parts(id);
        let mut found: Vec<(Tally, Grounds<'f>)> = parts.topics.iter().map(|_| Default::default()).collect();
        let direct =
            self.judged.iter().filter(|((control, strength, _), _)| *control == id && *strength == Strength::Direct);
        for ((_, _, rule), (judged, grounds)) in direct {
            let Some((sum, joined)) = parts.topic_of(rule).and_then(|place| found.get_mut(place)) else { continue };
            sum.join(judged);
            joined.join(grounds);
        }
        let standing = |(topic, (tally, grounds)): (&'static topic::Topic, (Tally, Grounds<'f>))| TopicStanding {
            topic,
            tally: Tally { basis: grounds.basis(), ..tally },
        };
        parts.topics.iter().zip(found).map(standing).collect()
    }

    /// The rules that bear on a control and judged something, direct ones first.
    pub fn judged(&self, id: ControlId) -> Vec<Judged> {
        let of = self.judged.iter().filter(|((control, ..), _)| *control == id);
        let with_basis = |(judged, grounds): &(Judged, Grounds<'_>)| {
            let tally = Tally { basis: grounds.basis(), ..judged.tally };
            Judged { tally, ..judged.clone() }
        };
        let mut judged: Vec<Judged> = of.map(|(_, counted)| with_basis(counted)).collect();
        judged.sort_by_key(|judged| (judged.strength != Strength::Direct, Arc::clone(&judged.rule)));
        judged
    }
}
