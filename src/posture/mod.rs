//! Where each of the 93 controls stands.

use crate::control::ControlId;

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
