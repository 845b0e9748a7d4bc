//! How far an organisation is towards the two stages of an audit, in figures with what is missing.
//!
//! The first stage looks at what is written down, the second at what is done. A figure says how much of what is asked
//! for the repository holds, and never that an audit would be passed.

use jiff::civil::Date;

use super::clause::ClauseStanding;
use super::ledger::{Action, Head, Risk};
use super::nonconformity::{Grade, Nonconformity};
use super::standing::{Standing, State};
use crate::governance::Record;
use crate::governance::soa::Implementation;

/// A stage of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditStage {
    /// What it looks at.
    pub title: &'static str,
    /// What it asks for.
    pub points: Vec<StagePoint>,
}

/// Something that a stage asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagePoint {
    /// What is asked for.
    pub title: &'static str,
    /// How many of them there are.
    pub there: usize,
    /// How many there would have to be.
    pub wanted: usize,
    /// Those that are not there: ids of controls, clauses, risks and actions, in order.
    pub missing: Vec<String>,
}

/// What is known when stages are looked at.
#[derive(Clone, Copy)]
pub(super) struct StageInputs<'a> {
    pub controls: &'a [Standing],
    pub clauses: &'a [ClauseStanding],
    pub head: Option<&'a Head>,
    pub risks: &'a [Risk],
    pub actions: &'a [Action],
    pub nonconformities: &'a [Nonconformity],
    pub audits: &'a [Record],
    pub today: Date,
}

/// Both stages.
pub(super) fn stages(of: StageInputs<'_>) -> [AuditStage; 2] {
    let claims = || of.controls.iter().filter(|standing| standing.claim.is_some());
    let applies = |standing: &&Standing| standing.claim.as_ref().is_some_and(|claim| claim.applicable);
    let implemented = |standing: &Standing| {
        standing.claim.as_ref().is_some_and(|claim| claim.implementation == Some(Implementation::Implemented))
    };
    let applicable: Vec<&Standing> = claims().filter(applies).collect();
    let said: Vec<&Standing> = applicable.iter().copied().filter(|standing| implemented(standing)).collect();
    let control = |standing: &&Standing| standing.id.to_string();
    let clause = |of: &&ClauseStanding| of.clause.id.to_string();
    let every: Vec<&Standing> = of.controls.iter().collect();
    let clauses: Vec<&ClauseStanding> = of.clauses.iter().collect();
    let operation: Vec<&ClauseStanding> = of.clauses.iter().filter(|of| is_of_operation(of)).collect();
    let risks: Vec<&Risk> = of.risks.iter().collect();
    let actions: Vec<&Action> = of.actions.iter().filter(|action| action.is_open).collect();
    let audits: Vec<&Record> = of.audits.iter().collect();
    let in_time = |audit: &Record| {
        audit.date("done_on").is_some() || audit.date("planned_on").is_none_or(|planned| planned >= of.today)
    };
    let nonconformities: Vec<&Nonconformity> =
        of.nonconformities.iter().filter(|of| of.grade != Grade::Observation).collect();
    let documented = |of: &&ClauseStanding| of.state == State::Documented;
    [
        AuditStage {
            title: "Stage 1: what is written down",
            points: vec![
                point("Clauses 4 to 10 of ISO/IEC 27001 that a document shows, kept up", &clauses, documented, clause),
                point("Controls decided in the Statement of Applicability", &every, |of| of.claim.is_some(), control),
                approval(of.head),
                or_none(
                    point(
                        "Risks with what remains after treatment",
                        &risks,
                        |risk| risk.residual.is_some(),
                        |risk| risk.id.to_string(),
                    ),
                    "records in risks.toml",
                ),
            ],
        },
        AuditStage {
            title: "Stage 2: what is done",
            points: vec![
                or_none(
                    point("Applicable controls that are implemented", &applicable, |of| implemented(of), control),
                    "entries in soa.toml",
                ),
                point("Controls said to be implemented that something shows", &said, |of| is_shown(of), control),
                point("Clauses 8 to 10 that a document shows, kept up", &operation, documented, clause),
                point("Open actions that are in time", &actions, |of| !of.overdue, |of| of.id.to_string()),
                point(
                    "Audits of audits.toml that were held, or are yet to come",
                    &audits,
                    |of| in_time(of),
                    |of| of.id.to_string(),
                ),
                point(
                    "Nonconformities that are closed, or open and in time",
                    &nonconformities,
                    |of| !of.overdue,
                    |of| of.id.to_string(),
                ),
            ],
        },
    ]
}

fn point<'a, T>(
    title: &'static str,
    all: &[&'a T],
    is_there: impl Fn(&&'a T) -> bool,
    name: impl Fn(&&'a T) -> String,
) -> StagePoint {
    let missing: Vec<String> = all.iter().filter(|one| !is_there(one)).map(name).collect();
    StagePoint { title, there: all.len() - missing.len(), wanted: all.len(), missing }
}

/// A point of which nothing at all is there lacks what it would be about.
fn or_none(point: StagePoint, wanted: &str) -> StagePoint {
    if point.wanted > 0 { point } else { StagePoint { wanted: 1, missing: vec![wanted.to_owned()], ..point } }
}

fn approval(head: Option<&Head>) -> StagePoint {
    let says = [
        ("scope", head.is_some_and(|head| head.scope.is_some())),
        ("approved_by", head.is_some_and(|head| head.approved_by.is_some())),
        ("approved_on", head.is_some_and(|head| head.approved_on.is_some())),
    ];
    let missing: Vec<String> =
        says.iter().filter(|(_, said)| !said).map(|(key, _)| format!("{key} in soa.toml")).collect();
    let title = "What the head of the Statement says: scope, approval and its day";
    StagePoint { title, there: says.len() - missing.len(), wanted: says.len(), missing }
}

/// Whether something current shows the control, or a person states it.
fn is_shown(standing: &Standing) -> bool {
    match standing.state {
        State::Attested | State::Documented | State::PartiallyEvidenced | State::Evidenced => true,
        State::Contradicted
        | State::Gap
        | State::Open
        | State::Stale
        | State::Waived
        | State::NotAssessed
        | State::NotApplicable => false,
    }
}

fn is_of_operation(of: &ClauseStanding) -> bool {
    ["clause:8", "clause:9", "clause:10"].iter().any(|start| of.clause.id.starts_with(&format!("{start}.")))
}
