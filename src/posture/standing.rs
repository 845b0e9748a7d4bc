//! The state of a control, and what it rests on.

use std::sync::Arc;

use jiff::civil::Date;

use super::tally::Tally;
use crate::control::ControlId;
use crate::control::topic::Topic;
use crate::elsewhere::ForeignRule;
use crate::governance::record::{Collected, Kept};
use crate::governance::soa::Implementation;
use crate::rule::{Severity, Strength};
use crate::source::Span;

/// The state of a control, from worst to best: the worst that applies wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something said of it is not so: a direct check fails although it is said to be met, or a claim has nothing to rest on.
    Contradicted,
    /// A direct check fails, and nobody says that it is met.
    Gap,
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

impl State {
    /// Every state, from worst to best.
    pub const ALL: [State; 11] = [
        State::Contradicted,
        State::Gap,
        State::Open,
        State::Stale,
        State::Waived,
        State::NotAssessed,
        State::Attested,
        State::Documented,
        State::PartiallyEvidenced,
        State::Evidenced,
        State::NotApplicable,
    ];

    /// The word, as in the JSON report.
    pub fn name(self) -> &'static str {
        match self {
            State::Contradicted => "contradicted",
            State::Gap => "gap",
            State::Open => "open",
            State::Stale => "stale",
            State::Waived => "waived",
            State::NotAssessed => "not-assessed",
            State::Attested => "attested",
            State::Documented => "documented",
            State::PartiallyEvidenced => "partially-evidenced",
            State::Evidenced => "evidenced",
            State::NotApplicable => "not-applicable",
        }
    }

    /// The state in words: "not assessed".
    pub fn words(self) -> String {
        self.name().replace('-', " ")
    }

    /// So many controls of the state in words: "2 gaps", "3 not assessed".
    pub fn counted(self, controls: usize) -> String {
        let more = if self == State::Gap && controls != 1 { "s" } else { "" };
        format!("{controls} {}{more}", self.words())
    }

    /// The state in one letter, so that no map or line over time tells states apart by colour alone.
    pub fn letter(self) -> char {
        match self {
            State::Contradicted => 'C',
            State::Gap => 'G',
            State::Open => 'O',
            State::Stale => 'S',
            State::Waived => 'W',
            State::NotAssessed => 'N',
            State::Attested => 'A',
            State::Documented => 'D',
            State::PartiallyEvidenced => 'P',
            State::Evidenced => 'E',
            State::NotApplicable => 'X',
        }
    }
}

/// A control's state and what it rests on.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The control.
    pub id: ControlId,
    /// Where it stands.
    pub state: State,
    /// Why, in one sentence without a full stop.
    pub reason: String,
    /// What direct rules came to, in numbers.
    pub tally: Tally,
    /// What falls to each of its topics, in their order.
    pub topics: Vec<TopicStanding>,
    /// What the Statement of Applicability says of it.
    pub claim: Option<Claim>,
    /// What people state of it, expired statements included, in the order written.
    pub attestations: Vec<Attestation>,
    /// Ids of the risks that it answers, in the order written.
    pub risks: Vec<Arc<str>>,
    /// Ids of the actions that improve it, in the order written.
    pub actions: Vec<Arc<str>>,
    /// Ids of open nonconformities that speak against it, the gravest first.
    pub nonconformities: Vec<Arc<str>>,
    /// Files that show it.
    pub evidence: Vec<Shown>,
    /// The rules that judged something and bear on it, direct ones first, then by id.
    pub rules: Vec<Judged>,
    /// Rules of other tools that speak of it, in the order of the register of evidence.
    pub elsewhere: Vec<Arc<ForeignRule>>,
}

/// What was found about a part of a control.
#[derive(Clone, Debug)]
pub struct TopicStanding {
    /// The part.
    pub topic: &'static Topic,
    /// What the direct rules that speak to it came to; `rules` are those that judged something.
    pub tally: Tally,
}

impl TopicStanding {
    /// Whether there was something that could have failed, and more than advice came of it.
    pub fn is_judged(&self) -> bool {
        self.tally.judged() > self.tally.noted
    }

    /// What came of it, in a word.
    pub fn word(&self) -> &'static str {
        let Tally { failed, open, suppressed, waived, .. } = self.tally;
        match () {
            () if !self.is_judged() && self.topic.unjudged.is_some() => "no rule",
            () if !self.is_judged() => "nothing judged",
            () if failed > 0 => "fails",
            () if open > 0 => "open",
            () if suppressed + waived > 0 => "silenced",
            () => "passes",
        }
    }
}

/// What the Statement of Applicability says of a control.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Where.
    pub span: Span,
    /// Whether it applies.
    pub applicable: bool,
    /// Why it was chosen, as written: `risk:r1`.
    pub reasons: Vec<String>,
    /// Why it was excluded.
    pub exclusion: Option<Arc<str>>,
    /// How far it is implemented.
    pub implementation: Option<Implementation>,
    /// The role that owns it.
    pub owner: Option<Arc<str>>,
    /// The role that answers for it.
    pub accountable: Option<Arc<str>>,
    /// How it is implemented.
    pub how: Option<Arc<str>>,
    /// The supplier it is inherited from.
    pub inherited_from: Option<Arc<str>>,
    /// Maturity now, from 0 to 5, set by a person.
    pub current_level: Option<i64>,
    /// Maturity aimed at, from 0 to 5, set by a person.
    pub target_level: Option<i64>,
}

/// What a person states of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Its id.
    pub id: Arc<str>,
    /// Where.
    pub span: Span,
    /// What is so.
    pub statement: Arc<str>,
    /// The role that states it.
    pub made_by: Arc<str>,
    /// The role that checked it.
    pub approved_by: Arc<str>,
    /// The last day it may be relied on.
    pub expires: Date,
    /// Whether that day has passed.
    pub expired: bool,
    /// Whether a file it names is gone, or has another hash than it says.
    pub changed: bool,
}

/// What is named to show a control. What is kept elsewhere cannot be looked at here, and raises no state by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Where it is kept, as it is written.
    pub kept: Kept,
    /// When and by whom it was collected.
    pub collected: Collected,
    /// Whether anything is there; of what is kept elsewhere that is not known, and taken for granted.
    pub there: bool,
    /// Whether it is a file without content, which shows nothing.
    pub empty: bool,
    /// The SHA-256 of its bytes now, in hex; of what is kept elsewhere the one that is written. None for a glob or a file that cannot
    /// be read.
    pub sha256: Option<String>,
    /// Whether its hash is another one than is written down.
    pub changed: bool,
    /// Who names it.
    pub by: ShownBy,
}

impl Shown {
    /// Its path, address or ticket.
    pub fn name(&self) -> &Arc<str> {
        self.kept.name()
    }

    /// Whether it is in the repository, where it was looked at.
    pub fn is_here(&self) -> bool {
        self.kept.path().is_some()
    }

    /// "collected on 2026-04-02 by people-lead, of 2026-01-01 to 2026-03-31"; none where nothing is said of it.
    pub fn collected_words(&self) -> Option<String> {
        let Collected { on, by, from, to } = &self.collected;
        let on = on.map(|day| format!("on {day}"));
        let by = by.as_ref().map(|(role, _)| format!("by {role}"));
        let collected: Vec<String> = on.into_iter().chain(by).collect();
        let collected = (!collected.is_empty()).then(|| format!("collected {}", collected.join(" ")));
        let of = match (from, to) {
            (Some(from), Some(to)) => Some(format!("of {from} to {to}")),
            (Some(day), None) => Some(format!("from {day}")),
            (None, Some(day)) => Some(format!("up to {day}")),
            (None, None) => None,
        };
        let parts: Vec<String> = collected.into_iter().chain(of).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Who names a file as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownBy {
    /// The Statement of Applicability.
    Statement,
    /// An attestation.
    Attestation,
}

impl ShownBy {
    /// "named by the Statement"
    pub fn words(self) -> &'static str {
        match self {
            ShownBy::Statement => "named by the Statement",
            ShownBy::Attestation => "named by an attestation",
        }
    }
}

/// What one rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The rule.
    pub rule: Arc<str>,
    /// What is wrong where it fails.
    pub title: Arc<str>,
    /// Whether it came with the program.
    pub is_built_in: bool,
    /// How bad that is.
    pub severity: Severity,
    /// Whether it shows the control itself.
    pub strength: Strength,
    /// Its judgements in numbers; `rules` is 1.
    pub tally: Tally,
}
