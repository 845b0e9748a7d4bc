//! Judgements in numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::standing::Judged;
use crate::control::ControlId;
use crate::evaluate::Outcome;
use crate::rule::{Severity, Strength};
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
    /// Passing judgements.
    pub passed: usize,
    /// Passing judgements of something else than documents and registers.
    pub passed_technically: usize,
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
    /// Judgements, whatever they came to, of things that not every repository has: what a control is about.
    pub subjects: usize,
}

impl Tally {
    /// How many judgements there are.
    pub fn judged(&self) -> usize {
        self.passed + self.failed + self.noted + self.open + self.suppressed + self.waived
    }

    fn add(&mut self, finding: &Finding) {
        self.subjects += usize::from(!EVERYWHERE.contains(&&*finding.resource.kind));
        let counter = match (&finding.suppressed, finding.outcome) {
            (_, Outcome::Pass) => {
                self.passed_technically += usize::from(is_technical(finding));
                &mut self.passed
            }
            (Some(_), _) if finding.is_waived() => &mut self.waived,
            (Some(_), _) => &mut self.suppressed,
            (None, Outcome::Fail) => &mut self.failed,
            (None, Outcome::Open) => &mut self.open,
        };
        *counter += 1;
    }
}

/// Whether a judgement is of the thing itself and not of what somebody wrote about it.
fn is_technical(finding: &Finding) -> bool {
    !finding.resource.kind.split('/').next().is_some_and(|dialect| PAPER.contains(&dialect))
}

/// What the rules that bear on each control came to.
#[derive(Default)]
pub(super) struct Tallies<'f> {
    direct: BTreeMap<ControlId, Tally>,
    judged: BTreeMap<(ControlId, Strength, &'f Arc<str>), Judged>,
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
                    tallies.direct.entry(*id).or_default().rules += 1;
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
            let direct = self.direct.entry(id).or_default();
            if finding.outcome == Outcome::Fail
                && finding.suppressed.is_none()
                && finding.rule.severity == Severity::Info
            {
                direct.noted += 1;
            } else {
                direct.add(finding);
            }
        }
        let judged = self.judged.entry((id, strength, &finding.rule.id)).or_insert_with(|| Judged {
            rule: Arc::clone(&finding.rule.id),
            title: finding.rule.title.as_str().into(),
            severity: finding.rule.severity,
            strength,
            tally: Tally { rules: 1, ..Tally::default() },
        });
        judged.tally.add(finding);
    }

    /// What the direct rules of a control came to.
    pub fn direct(&self, id: ControlId) -> Tally {
        self.direct.get(&id).copied().unwrap_or_default()
    }

    /// The rules that bear on a control and judged something, direct ones first.
    pub fn judged(&self, id: ControlId) -> Vec<Judged> {
        let of = self.judged.iter().filter(|((control, ..), _)| *control == id);
        let mut judged: Vec<Judged> = of.map(|(_, judged)| judged.clone()).collect();
        judged.sort_by_key(|judged| (judged.strength != Strength::Direct, Arc::clone(&judged.rule)));
        judged
    }
}
