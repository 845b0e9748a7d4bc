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
to the control, else 25, 16, 9, 4 or 1 for critical, high, medium, low or info. Exposure: 1 for one place, 2 for up to \
nine, 3 for more. Gap: target level − current level (1–5) where the Statement sets both, else 3 for contradicted, \
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

/// Everything that is to be done: overdue first, then by priority, then by title.
pub(super) fn ranked(
    controls: &[Standing],
    risks: &[Risk],
    actions: &[Action],
    findings: &[Finding],
    today: Date,
) -> Vec<Item> {
    let ranking = Ranking { controls, risks, actions, today };
    let mut failing: BTreeMap<&Arc<str>, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        if finding.outcome == Outcome::Fail && finding.suppressed.is_none() {
            failing.entry(&finding.rule.id).or_default().push(finding);
        }
    }
    let mut items: Vec<Item> = failing.into_values().filter_map(|findings| ranking.of_rule(&findings)).collect();
    items.extend(controls.iter().filter_map(|standing| ranking.of_control(standing)));
    let named = |action: &Action| items.iter().any(|item| item.action.as_ref() == Some(&action.id));
    let further: Vec<&Action> = actions.iter().filter(|action| action.is_open && !named(action)).collect();
    items.extend(further.into_iter().map(|action| ranking.of_action(action)));
    items.sort_by(|a, b| {
        let urgency = |item: &Item| (!item.overdue, -item.priority);
        urgency(a).cmp(&urgency(b)).then_with(|| a.title.cmp(&b.title)).then_with(|| a.controls.cmp(&b.controls))
    });
    items
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
        let action = self.actions.iter().find(|action| {
            action.is_open
                && (action.rules.contains(&rule.id)
                    || findings.iter().any(|of| action.fingerprints.iter().any(|print| **print == *of.fingerprint)))
        });
        let exposure = match findings.len() {
            1 => 1,
            2..=9 => 2,
            _ => 3,
        };
        Some(self.item(Draft {
            title: rule.title.clone(),
            rule: Some(Arc::clone(&rule.id)),
            severity: Some(rule.severity),
            findings: findings.iter().map(|finding| finding.fingerprint.clone()).collect(),
            fix: rule.fix.clone(),
            exposure,
            action: action.or_else(|| self.action_for(&controls)),
            controls,
        }))
    }

    /// What a control asks for that nothing shows, and that is said to apply or is answered by a risk.
    fn of_control(&self, standing: &Standing) -> Option<Item> {
        let wanted = standing.claim.as_ref().is_some_and(|claim| claim.applicable) || !standing.risks.is_empty();
        let unmet = matches!(standing.state, State::NotAssessed | State::Stale)
            || (standing.state == State::Contradicted && standing.tally.failed == 0);
        if !wanted || !unmet {
            return None;
        }
        let title = crate::control::control(standing.id).map_or("", |control| &control.title);
        let controls = vec![standing.id];
        Some(self.item(Draft {
            title: format!("{title}: {}", standing.reason),
            rule: None,
            severity: None,
            findings: Vec::new(),
            fix: remedy(standing),
            exposure: 1,
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
            exposure: 1,
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
        let weight = risk.map_or(draft.severity.map_or(4, weight), Risk::score);
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
            risk: risk.map(|risk| Arc::clone(&risk.id)),
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
        (None, State::Contradicted) => 3,
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
