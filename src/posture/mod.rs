//! Where each of the 93 controls stands.

use std::collections::BTreeMap;

use crate::control::{Control, ControlId, Rating, catalogue};
use crate::evaluate::Outcome;
use crate::rule::Strength;
use crate::triage::Finding;

/// The state of a control, from worst to best: the worst that applies wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something said of it is not so: a direct check fails.
    Contradicted,
    /// A direct check could not be decided.
    Open,
    /// What it rests on has expired or changed.
    Stale,
    /// A direct check fails and the failure is waived.
    Waived,
    /// Nothing looked at it.
    NotAssessed,
    /// A person says so, with an expiry date.
    Attested,
    /// A document says so.
    Documented,
    /// Checks passed that show a part of it.
    PartiallyEvidenced,
    /// Checks passed that show it.
    Evidenced,
    /// Excluded with a justification.
    NotApplicable,
}

/// A control's state and what it rests on.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Standing {
    /// The control.
    pub id: ControlId,
    /// Where it stands.
    pub state: State,
    /// Why, in one sentence.
    pub reason: String,
    /// Rules loaded that bear on it directly.
    pub rules: usize,
    /// Passing judgements of direct rules.
    pub passed: usize,
    /// Failing judgements of direct rules that count.
    pub failed: usize,
    /// Undecided judgements of direct rules.
    pub open: usize,
    /// Failing judgements of direct rules that were silenced.
    pub suppressed: usize,
}

/// What the run found about one control, before it is put into words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    rules: usize,
    passed: usize,
    failed: usize,
    open: usize,
    suppressed: usize,
}

/// The standing of every control after a run: `rules` are those that were loaded, `findings` all judgements, passes
/// included.
///
/// Only rules that bear on a control directly count; a supporting rule neither meets nor contradicts it.
pub fn standings<'a>(
    rules: impl IntoIterator<Item = &'a [(ControlId, Strength)]>,
    findings: &[Finding],
) -> Vec<Standing> {
    let mut tallies: BTreeMap<ControlId, Tally> = ControlId::all().map(|id| (id, Tally::default())).collect();
    for controls in rules {
        for id in direct(controls) {
            tallies.entry(id).or_default().rules += 1;
        }
    }
    for finding in findings {
        for id in direct(&finding.rule.controls) {
            tallies.entry(id).or_default().add(finding);
        }
    }
    catalogue().iter().map(|control| standing(control, tallies.get(&control.id).copied().unwrap_or_default())).collect()
}

fn direct(controls: &[(ControlId, Strength)]) -> impl Iterator<Item = ControlId> {
    controls.iter().filter(|(_, strength)| *strength == Strength::Direct).map(|(id, _)| *id)
}

impl Tally {
    fn add(&mut self, finding: &Finding) {
        let counter = match finding.outcome {
            Outcome::Pass => &mut self.passed,
            _ if finding.suppressed.is_some() => &mut self.suppressed,
            Outcome::Fail => &mut self.failed,
            Outcome::Open => &mut self.open,
        };
        *counter += 1;
    }
}

/// The worst that applies wins; a pass never lifts a control above the ceiling of its rating.
fn standing(control: &Control, tally: Tally) -> Standing {
    let Tally { rules, passed, failed, open, suppressed } = tally;
    let (state, reason) = if failed > 0 {
        (State::Contradicted, format!("{} of rules that check it directly {}", count(failed, "finding"), stand(failed)))
    } else if open > 0 {
        (State::Open, format!("{} could not be decided from the repository", count(open, "check")))
    } else if suppressed > 0 {
        (State::Waived, format!("{} silenced with a reason, and nothing else fails", count(suppressed, "finding")))
    } else if passed > 0 {
        met(control.evidence, passed)
    } else if rules > 0 {
        (State::NotAssessed, format!("{} bear on it, and nothing here to judge", count(rules, "rule")))
    } else {
        (State::NotAssessed, "no rule bears on it directly".to_owned())
    };
    Standing { id: control.id, state, reason, rules, passed, failed, open, suppressed }
}

fn met(ceiling: Rating, passed: usize) -> (State, String) {
    let checks = count(passed, "check");
    match ceiling {
        Rating::Strong => (State::Evidenced, format!("{checks} passed and none failed")),
        Rating::Partial => (
            State::PartiallyEvidenced,
            format!("{checks} passed and none failed; a repository shows only a part of it"),
        ),
        Rating::DocumentEvidence => (State::Documented, format!("{checks} of documents passed and none failed")),
        Rating::AttestationOnly => {
            (State::NotAssessed, "a repository cannot show it: a person has to attest it".to_owned())
        }
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn stand(number: usize) -> &'static str {
    if number == 1 { "stands" } else { "stand" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(rating: Rating, tally: Tally) -> State {
        let control = catalogue().iter().find(|control| control.evidence == rating).unwrap();
        standing(control, tally).state
    }

    #[test]
    fn a_pass_says_no_more_than_the_rating_allows() {
        let passed = Tally { rules: 1, passed: 3, ..Tally::default() };
        for (rating, want) in [
            (Rating::Strong, State::Evidenced),
            (Rating::Partial, State::PartiallyEvidenced),
            (Rating::DocumentEvidence, State::Documented),
            (Rating::AttestationOnly, State::NotAssessed),
        ] {
            assert_eq!(state(rating, passed), want, "{rating:?}");
            assert_eq!(
                state(rating, Tally::default()),
                State::NotAssessed,
                "{rating:?}: nothing assessed is never met"
            );
        }
    }

    #[test]
    fn the_worst_that_applies_wins() {
        let all = Tally { rules: 1, passed: 1, failed: 1, open: 1, suppressed: 1 };
        assert_eq!(state(Rating::Strong, all), State::Contradicted);
        assert_eq!(state(Rating::Strong, Tally { failed: 0, ..all }), State::Open);
        assert_eq!(state(Rating::Strong, Tally { failed: 0, open: 0, ..all }), State::Waived);
    }
}
