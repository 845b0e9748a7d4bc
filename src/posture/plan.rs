//! What is to be done, the most urgent first.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::ledger::{Action, Risk};
use super::standing::{Standing, State};
use crate::control::ControlId;
use crate::evaluate::Outcome;
use crate::rule::{Rule, Severity, Strength};
use crate::triage::Finding;

/// How a priority comes about, for the reader.
pub const FORMULA: &str = "priority = weight × exposure × gap. Weight: likelihood × impact (1–25) of the worst risk linked \
to the control, else 25, 16, 9, 4 or 1 for critical, high, medium, low or info; of a finding the larger of the two, and \
of a low one or a note the latter. Exposure: 4 for one place or for what follows from other findings, 5 for up to nine \
places, 6 for more: many places of something mild never outweigh one of something grave. Gap: target level − current level (1–5) where the Statement sets both, else 3 for contradicted or a gap, \
2 for open, stale or waived, 1 for not assessed.";

/// A thing to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The larger, the more urgent: weight × exposure × gap.
    pub priority: i64,
    /// The three factors.
    pub factors: [i64; 3],
    /// What is wrong, or what is missing.
    pub title: String,
    /// The rule that fails; none where nothing shows the control, or where it is an action of the plan.
    pub rule: Option<Arc<str>>,
    /// How bad it is, where a rule fails.
    pub severity: Option<Severity>,
    /// The controls that it bears on, in order.
    pub controls: Vec<ControlId>,
    /// Fingerprints of the findings that it mends, in the order of the report.
    pub findings: Vec<String>,
    /// What to do.
    pub fix: String,
    /// The id of the linked risk that gave the weight.
    pub risk: Option<Arc<str>>,
    /// The role that is to do it: of the action, else of the Statement.
    pub owner: Option<Arc<str>>,
    /// Until when, where an action says so.
    pub due: Option<Date>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// The action of the plan that is about it.
    pub action: Option<Arc<str>>,
}

impl Action {
    /// Whether it names a finding by its rule or its fingerprint.
    pub(super) fn mends(&self, finding: &Finding) -> bool {
        self.rules.contains(&finding.rule.id) || self.fingerprints.iter().any(|print| **print == *finding.fingerprint)
    }

    /// Whether it is about all that is wrong with one of these controls: it names the control, and no rule or finding.
    pub(super) fn improves(&self, mut controls: impl Iterator<Item = ControlId>) -> bool {
        self.rules.is_empty() && self.fingerprints.is_empty() && controls.any(|id| self.controls.contains(&id))
    }
}

/// Everything that is to be done: overdue first, then by priority, then the worst, then by title.
pub(super) fn ranked(
    controls: &[Standing],
    risks: &[Risk],
    actions: &[Action],
    findings: &[Finding],
    today: Date,
) -> Vec<Item> {
    let ranking = Ranking { controls, risks, actions, today };
    let mut items: Vec<Item> =
        failing(findings).into_values().filter_map(|findings| ranking.of_rule(&findings)).collect();
    let mut unmet: BTreeMap<(bool, &str), Vec<&Standing>> = BTreeMap::new();
    for standing in controls.iter().filter(|standing| is_unmet(standing)) {
        // What one expired attestation or certificate takes from several controls is one thing to do.
        let alone = standing.state != State::Stale;
        let name = if alone { title(standing) } else { &standing.reason };
        unmet.entry((alone, name)).or_default().push(standing);
    }
    items.extend(unmet.values().filter_map(|standings| ranking.of_controls(standings)));
    let named = |action: &Action| items.iter().any(|item| item.action.as_ref() == Some(&action.id));
    let further: Vec<&Action> = actions.iter().filter(|action| action.is_open && !named(action)).collect();
    items.extend(further.into_iter().map(|action| ranking.of_action(action)));
    items.sort_by(|a, b| {
        let urgency = |item: &Item| (!item.overdue, -item.priority, std::cmp::Reverse(item.severity));
        urgency(a).cmp(&urgency(b)).then_with(|| a.title.cmp(&b.title)).then_with(|| a.controls.cmp(&b.controls))
    });
    items
}

/// The findings that stand, by rule.
pub(super) fn failing(findings: &[Finding]) -> BTreeMap<&Arc<str>, Vec<&Finding>> {
    let mut failing: BTreeMap<&Arc<str>, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|of| of.outcome == Outcome::Fail && of.suppressed.is_none()) {
        failing.entry(&finding.rule.id).or_default().push(finding);
    }
    failing
}

struct Ranking<'a> {
    controls: &'a [Standing],
    risks: &'a [Risk],
    actions: &'a [Action],
    today: Date,
}

impl Ranking<'_> {
    /// What a failing rule asks for.
    fn of_rule(&self, findings: &[&Finding]) -> Option<Item> {
        let rule: &Rule = &findings.first()?.rule;
        let direct = rule.controls.iter().filter(|(_, strength)| *strength == Strength::Direct);
        let mut controls: Vec<ControlId> = direct.map(|(id, _)| *id).collect();
        if controls.is_empty() {
            controls = rule.controls.iter().map(|(id, _)| *id).collect();
        }
        let open = || self.actions.iter().filter(|action| action.is_open);
        let action = open().find(|action| findings.iter().any(|finding| action.mends(finding)));
        let follows = findings.iter().all(|finding| CONSEQUENCES.contains(&&*finding.resource.kind));
        Some(self.item(Draft {
            title: rule.title.clone(),
            rule: Some(Arc::clone(&rule.id)),
            severity: Some(rule.severity),
            findings: findings.iter().map(|finding| finding.fingerprint.clone()).collect(),
            fix: rule.fix.clone(),
            exposure: if follows { ONE_PLACE } else { exposure(findings.len()) },
            action: action.or_else(|| open().find(|action| action.improves(controls.iter().copied()))),
            controls,
        }))
    }

    /// What controls ask for that nothing shows any more, for one reason.
    fn of_controls(&self, standings: &[&Standing]) -> Option<Item> {
        let first = standings.first()?;
        let controls: Vec<ControlId> = standings.iter().map(|standing| standing.id).collect();
        let subject =
            if standings.len() == 1 { title(first).to_owned() } else { format!("{} controls", standings.len()) };
        Some(self.item(Draft {
            title: format!("{subject}: {}", first.reason),
            rule: None,
            severity: None,
            findings: Vec::new(),
            fix: remedy(first),
            exposure: exposure(standings.len()),
            action: self.action_for(&controls),
            controls,
        }))
    }

    /// An action of the plan that is about nothing that fails.
    fn of_action(&self, action: &Action) -> Item {
        self.item(Draft {
            title: action.title.to_string(),
            rule: None,
            severity: None,
            controls: action.controls.clone(),
            findings: Vec::new(),
            fix: "Do what was planned; then set status = \"done\" and done_on in plan.toml.".to_owned(),
            exposure: ONE_PLACE,
            action: Some(action),
        })
    }

    fn action_for(&self, controls: &[ControlId]) -> Option<&Action> {
        self.actions.iter().find(|action| action.is_open && action.controls.iter().any(|id| controls.contains(id)))
    }

    fn item(&self, draft: Draft<'_>) -> Item {
        let standings = || self.controls.iter().filter(|standing| draft.controls.contains(&standing.id));
        let linked = self.risks.iter().filter(|risk| risk.controls.iter().any(|id| draft.controls.contains(id)));
        let risk = linked.max_by_key(|risk| (risk.score(), std::cmp::Reverse(&risk.id)));
        let linked = risk.map(Risk::score);
        let weight = match draft.severity {
            Some(severity @ (Severity::Info | Severity::Low)) => weight(severity),
            Some(severity) => linked.unwrap_or(0).max(weight(severity)),
            None => linked.unwrap_or(4),
        };
        let gap = standings().map(gap).max().unwrap_or(1);
        let factors = [weight, draft.exposure, gap];
        let due = draft.action.map(|action| action.due);
        let owner = draft.action.map(|action| Arc::clone(&action.owner));
        Item {
            priority: factors.iter().product(),
            factors,
            title: draft.title,
            rule: draft.rule,
            severity: draft.severity,
            findings: draft.findings,
            fix: draft.fix,
            risk: risk.filter(|risk| risk.score() == weight).map(|risk| Arc::clone(&risk.id)),
            owner: owner.or_else(|| standings().find_map(|standing| standing.claim.as_ref()?.owner.clone())),
            due,
            overdue: due.is_some_and(|due| due < self.today),
            action: draft.action.map(|action| Arc::clone(&action.id)),
            controls: draft.controls,
        }
    }
}

/// An item before it is ranked.
struct Draft<'a> {
    title: String,
    rule: Option<Arc<str>>,
    severity: Option<Severity>,
    controls: Vec<ControlId>,
    findings: Vec<String>,
    fix: String,
    exposure: i64,
    action: Option<&'a Action>,
}

/// Kinds whose findings say that other findings, or claims about them, stand: mending those mends these.
const CONSEQUENCES: [&str; 2] = ["posture/control", "posture/rule"];

/// Whether nothing shows a control, or nothing any more, that is said to apply or that answers a risk.
fn is_unmet(standing: &Standing) -> bool {
    let wanted = standing.claim.as_ref().is_some_and(|claim| claim.applicable) || !standing.risks.is_empty();
    let unmet = matches!(standing.state, State::NotAssessed | State::Stale)
        || (standing.state == State::Contradicted && standing.tally.failed == 0);
    wanted && unmet
}

fn title(standing: &Standing) -> &'static str {
    crate::control::control(standing.id).map_or("", |control| &control.title)
}

/// The exposure of what is seen in one place.
const ONE_PLACE: i64 = 4;

/// How widely something is seen, by the number of its places. From the least to the most it grows by less than the weight
/// does from one severity to the next.
fn exposure(places: usize) -> i64 {
    match places {
        0 | 1 => ONE_PLACE,
        2..=9 => ONE_PLACE + 1,
        _ => ONE_PLACE + 2,
    }
}

fn weight(severity: Severity) -> i64 {
    match severity {
        Severity::Critical => 25,
        Severity::High => 16,
        Severity::Medium => 9,
        Severity::Low => 4,
        Severity::Info => 1,
    }
}

fn gap(standing: &Standing) -> i64 {
    let levels = standing.claim.as_ref().and_then(|claim| claim.target_level.zip(claim.current_level));
    match (levels, standing.state) {
        (Some((target, current)), _) => (target - current).clamp(1, 5),
        (None, State::Contradicted | State::Gap) => 3,
        (None, State::Open | State::Stale | State::Waived) => 2,
        (None, _) => 1,
    }
}

fn remedy(standing: &Standing) -> String {
    match standing.state {
        State::Stale => "Look at it again, and renew the attestation or the evidence with today's hash.".to_owned(),
        State::Contradicted => {
            "Correct the Statement of Applicability, or bring what shows it into the repository.".to_owned()
        }
        _ => format!(
            "Name evidence in soa.toml, or attest it: a record in attestations.toml with `controls = [\"{}\"]`, an approver and \
             an expiry date.",
            standing.id
        ),
    }
}
