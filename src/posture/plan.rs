//! What is to be done, the most urgent first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::cause::{self, Cause};
use super::exposure::{Assets, Exposure};
use super::ledger::{Action, Risk};
use super::nonconformity::{Grade, Nonconformity};
use super::others::OfOthers;
use super::standing::{Standing, State};
use crate::control::ControlId;
use crate::elsewhere::{ForeignRule, KnownBy};
use crate::evaluate::Outcome;
use crate::rule::{Rule, Severity, Strength};
use crate::triage::Finding;

/// How a priority comes about, for the reader.
pub const FORMULA: &str = "priority = weight × exposure × gap. Weight: 25, 16, 9, 4 or 1 for a finding of severity critical, \
high, medium, low or info, and of the first three a fifth of the worst risk linked to the control more (likelihood × impact before \
treatment, since what fails does not treat it): a risk lifts nothing to the next severity. A nonconformity weighs as a finding: major as high, minor as medium, an observation as low. Without any the score that remains of \
that risk, else 4. Exposure, of the asset that covers the place: 4, and 1 more each where strangers can reach it, where it holds \
personal or confidential data, and where much depends on it; 5 where no asset covers it; and 1 more where what fails lets strangers in. Gap: 3 for what fails, 2 for open, \
stale or waived, 1 for not assessed, or more where target level − current level (at most 4) in the Statement is; 1 more once overdue. Of \
equal ones the worse first, then the one in more places.";

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
    /// Further rules that fail for the same cause: they judge the same places, or say that the finding stands.
    pub with: Vec<Arc<str>>,
    /// The controls that it bears on, in order.
    pub controls: Vec<ControlId>,
    /// Fingerprints of the findings that it mends, in the order of the report.
    pub findings: Vec<String>,
    /// What to do.
    pub fix: String,
    /// The asset that is most exposed by it, and what makes it so.
    pub exposure: Exposure,
    /// The id of the linked risk that adds to the weight.
    pub risk: Option<Arc<str>>,
    /// The role that is to do it: of the action, else of the asset, else of the control as the Statement says.
    pub owner: Option<Arc<str>>,
    /// Until when, where an action says so.
    pub due: Option<Date>,
    /// Within how many days it should be done, where no action says when; none for what is only advice.
    pub days: Option<i64>,
    /// Whether its day has passed.
    pub overdue: bool,
    /// The nonconformity that it is.
    pub nonconformity: Option<Arc<str>>,
    /// The action of the plan that is about it.
    pub action: Option<Arc<str>>,
    /// How much work it is, where an action says so.
    pub effort: Option<Arc<str>>,
    /// Actions that have to be done first.
    pub after: Vec<Arc<str>>,
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

/// What a plan is made of.
#[derive(Clone, Copy)]
pub(super) struct PlanInputs<'a> {
    pub controls: &'a [Standing],
    pub risks: &'a [Risk],
    pub actions: &'a [Action],
    pub findings: &'a [Finding],
    pub nonconformities: &'a [Nonconformity],
    pub elsewhere: &'a [Arc<ForeignRule>],
    pub assets: &'a Assets<'a>,
    pub today: Date,
}

/// Everything that is to be done: by priority, then the worst, then the one in more places, then by title.
pub(super) fn ranked(grounds: PlanInputs<'_>) -> Vec<Item> {
    let ranking = Ranking { grounds, worst: worst_risks(grounds.risks) };
    let mut failing = failing(grounds.findings);
    let open = grounds.nonconformities.iter().filter(|of| of.is_open);
    let mut items: Vec<Item> = open.map(|of| ranking.of_nonconformity(of, &taken(of, &mut failing))).collect();
    let causes = cause::causes(failing);
    items.extend(causes.iter().filter_map(|cause| ranking.of_cause(cause)));
    for rules in failing_elsewhere(grounds.elsewhere).values() {
        // What a rule of ours finds too is one thing to do.
        let ours = items.iter_mut().find(|item| rules.iter().all(|rule| is_found_by(rule, item)));
        match (ours, rules.first()) {
            (Some(item), Some(first)) => {
                item.with.push(format!("{} of {}", first.id, first.origin.tool_words()).into());
            }
            _ => items.extend(ranking.of_others(rules)),
        }
    }
    let mut unmet: BTreeMap<(bool, &str), Vec<&Standing>> = BTreeMap::new();
    for standing in grounds.controls.iter().filter(|standing| is_unmet(standing)) {
        // What one expired attestation or certificate takes from several controls is one thing to do.
        let alone = standing.state != State::Stale;
        let name = if alone { title(standing) } else { &standing.reason };
        unmet.entry((alone, name)).or_default().push(standing);
    }
    items.extend(unmet.values().filter_map(|standings| ranking.of_controls(standings)));
    let named = |action: &Action| items.iter().any(|item| item.action.as_ref() == Some(&action.id));
    let further: Vec<&Action> = grounds.actions.iter().filter(|action| action.is_open && !named(action)).collect();
    items.extend(further.into_iter().map(|action| ranking.of_action(action)));
    items.sort_by(|a, b| {
        let urgency =
            |item: &Item| (-item.priority, std::cmp::Reverse(item.severity), std::cmp::Reverse(item.findings.len()));
        urgency(a).cmp(&urgency(b)).then_with(|| a.title.cmp(&b.title)).then_with(|| a.controls.cmp(&b.controls))
    });
    items
}

/// By control the risks that are worst before treatment and after it; of equal ones the first by id.
type WorstRisks<'a> = BTreeMap<ControlId, (&'a Risk, &'a Risk)>;

fn worst_risks(risks: &[Risk]) -> WorstRisks<'_> {
    let mut worst: WorstRisks<'_> = BTreeMap::new();
    let is_worse = |score: fn(&Risk) -> i64, new: &Risk, known: &Risk| {
        (score(new), std::cmp::Reverse(&new.id)) > (score(known), std::cmp::Reverse(&known.id))
    };
    for risk in risks {
        for id in &risk.controls {
            let (before, after) = worst.entry(*id).or_insert((risk, risk));
            if is_worse(Risk::score, risk, before) {
                *before = risk;
            }
            if is_worse(Risk::remaining, risk, after) {
                *after = risk;
            }
        }
    }
    worst
}

/// Takes the findings about a nonconformity, and those which say that these stand: they are one thing to do.
fn taken<'f>(of: &Nonconformity, failing: &mut BTreeMap<&Arc<str>, Vec<&'f Finding>>) -> Vec<&'f Finding> {
    let mut taken = Vec::new();
    let is_about = |finding: &&Finding| {
        finding.span.file == of.span.file && of.span.start <= finding.span.start && finding.span.end <= of.span.end
    };
    failing.retain(|_, findings| {
        taken.extend(findings.extract_if(.., |finding| is_about(finding)));
        !findings.is_empty()
    });
    let rules: BTreeSet<&str> = taken.iter().map(|finding| &*finding.rule.id).collect();
    let gone: BTreeSet<String> =
        rules.into_iter().filter(|rule| !failing.keys().any(|left| &***left == *rule)).map(str::to_owned).collect();
    failing.retain(|_, findings| {
        let follows = |finding: &&Finding| cause::follows(finding) && gone.contains(&*finding.resource.address);
        taken.extend(findings.extract_if(.., |finding| follows(finding)));
        !findings.is_empty()
    });
    taken
}

/// The findings that stand, by rule.
pub(super) fn failing(findings: &[Finding]) -> BTreeMap<&Arc<str>, Vec<&Finding>> {
    let mut failing: BTreeMap<&Arc<str>, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|of| of.outcome == Outcome::Fail && of.suppressed.is_none()) {
        failing.entry(&finding.rule.id).or_default().push(finding);
    }
    failing
}

/// Whether a rule of another tool checks the same as one of ours that an item is about, and calls it no worse.
fn is_found_by(rule: &ForeignRule, item: &Item) -> bool {
    Some(rule.severity) <= item.severity
        && rule.bearings.iter().any(|of| match &of.by {
            KnownBy::Alias(ours) => item.rule.as_ref() == Some(ours),
            KnownBy::Register | KnownBy::Tool | KnownBy::Framework(..) => false,
        })
}

/// The rules of other tools that fail and speak against some control, by tool and id: one thing to do, in however many files.
fn failing_elsewhere(rules: &[Arc<ForeignRule>]) -> BTreeMap<(&str, &str), Vec<&ForeignRule>> {
    let mut failing: BTreeMap<(&str, &str), Vec<&ForeignRule>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.bearings.iter().any(|of| rule.failed_on(of.control) > 0)) {
        failing.entry((&rule.origin.tool, &rule.id)).or_default().push(rule);
    }
    failing
}

struct Ranking<'a> {
    grounds: PlanInputs<'a>,
    worst: WorstRisks<'a>,
}

impl Ranking<'_> {
    /// What one cause asks for.
    fn of_cause(&self, cause: &Cause<'_>) -> Option<Item> {
        let findings = &cause.findings;
        let rule: &Rule = &findings.first()?.rule;
        let direct = rule.controls.iter().filter(|(_, strength)| *strength == Strength::Direct);
        let mut controls: Vec<ControlId> = direct.map(|(id, _)| *id).collect();
        if controls.is_empty() {
            controls = rule.controls.iter().map(|(id, _)| *id).collect();
        }
        let open = || self.grounds.actions.iter().filter(|action| action.is_open);
        let mut all = findings.iter().chain(&cause.further);
        let action = open().find(|action| all.any(|finding| action.mends(finding)));
        Some(self.item(Draft {
            title: rule.title.clone(),
            rule: Some(Arc::clone(&rule.id)),
            severity: Some(rule.severity),
            with: cause.with(),
            findings: findings.iter().map(|finding| finding.fingerprint.clone()).collect(),
            fix: rule.fix.clone(),
            exposure: self.grounds.assets.exposure(findings),
            action: action.or_else(|| open().find(|action| action.improves(controls.iter().copied()))),
            nonconformity: None,
            controls,
        }))
    }

    /// What a failing rule of another tool asks for.
    fn of_others(&self, rules: &[&ForeignRule]) -> Option<Item> {
        let first = rules.first()?;
        let failed: u64 = rules.iter().map(|rule| rule.counts.failed).sum();
        let times = if failed == 1 { "1 result".to_owned() } else { format!("{failed} results") };
        let files: BTreeSet<String> = rules.iter().map(|rule| rule.origin.file_words()).collect();
        let files: Vec<String> = files.into_iter().collect();
        let against = rules.iter().flat_map(|rule| &rule.bearings).filter(|of| of.speaks_against());
        let controls: BTreeSet<ControlId> = against.map(|of| of.control).collect();
        let controls: Vec<ControlId> = controls.into_iter().collect();
        let tool = first.origin.tool_words();
        let again = format!("mend it, then let {} look again and replace its results", first.origin.tool);
        let open = || self.grounds.actions.iter().filter(|action| action.is_open);
        let named = open().find(|action| action.rules.contains(&first.id));
        let places: Vec<&str> = rules.iter().flat_map(|rule| &rule.places).map(|place| &**place).collect();
        let mut item = self.item(Draft {
            title: format!("{}: `{}` of {tool} fails, {times} in {}", first.title, first.id, files.join(", ")),
            rule: None,
            severity: rules.iter().map(|rule| rule.severity).max(),
            with: Vec::new(),
            findings: Vec::new(),
            fix: first
                .fix
                .as_deref()
                .map_or_else(|| format!("{}.", capital(&again)), |fix| format!("{fix} – {again}.")),
            exposure: self.grounds.assets.exposure_of(&places),
            action: named.or_else(|| open().find(|action| action.improves(controls.iter().copied()))),
            nonconformity: None,
            controls,
        });
        item.owner = item.owner.or_else(|| Some(Arc::clone(&first.origin.owner)));
        Some(item)
    }

    /// What a nonconformity asks for: its grade is how bad it is.
    fn of_nonconformity(&self, of: &Nonconformity, findings: &[&Finding]) -> Item {
        let acting = self.grounds.actions.iter().find(|action| action.is_open && of.actions.contains(&action.id));
        let rules: BTreeSet<&Arc<str>> = findings.iter().map(|finding| &finding.rule.id).collect();
        let (name, severity) = match of.grade {
            Grade::Major => ("Major nonconformity", Severity::High),
            Grade::Minor => ("Minor nonconformity", Severity::Medium),
            Grade::Observation => ("Observation", Severity::Low),
        };
        let mut item = self.item(Draft {
            title: if of.title == of.id {
                format!("{name} {}", of.id)
            } else {
                format!("{name} {}: {}", of.id, of.title)
            },
            rule: None,
            severity: Some(severity),
            with: rules.into_iter().cloned().collect(),
            findings: findings.iter().map(|finding| finding.fingerprint.clone()).collect(),
            fix: of.next_step().to_owned(),
            exposure: Exposure::least(),
            action: acting,
            nonconformity: Some(of),
            controls: of.controls.clone(),
        });
        item.owner = of.owner.clone().or(item.owner);
        item
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
            with: Vec::new(),
            findings: Vec::new(),
            fix: remedy(first),
            exposure: Exposure::least(),
            action: self.action_for(&controls),
            nonconformity: None,
            controls,
        }))
    }

    /// An action of the plan that is about nothing that fails.
    fn of_action(&self, action: &Action) -> Item {
        self.item(Draft {
            title: action.title.to_string(),
            rule: None,
            severity: None,
            with: Vec::new(),
            controls: action.controls.clone(),
            findings: Vec::new(),
            fix: "Do what was planned; then set status = \"done\" and done_on in plan.toml.".to_owned(),
            exposure: Exposure::least(),
            action: Some(action),
            nonconformity: None,
        })
    }

    fn action_for(&self, controls: &[ControlId]) -> Option<&Action> {
        self.grounds
            .actions
            .iter()
            .find(|action| action.is_open && action.controls.iter().any(|id| controls.contains(id)))
    }

    fn item(&self, draft: Draft<'_>) -> Item {
        let PlanInputs { controls, today, .. } = self.grounds;
        let standings = || controls.iter().filter(|standing| draft.controls.contains(&standing.id));
        let score = if draft.severity.is_some() { Risk::score } else { Risk::remaining };
        let linked = draft.controls.iter().filter_map(|id| self.worst.get(id));
        let linked = linked.map(|(before, after)| if draft.severity.is_some() { *before } else { *after });
        let risk = linked.max_by_key(|risk| (score(risk), std::cmp::Reverse(&risk.id)));
        let risk = risk.filter(|_| !matches!(draft.severity, Some(Severity::Low | Severity::Info)));
        let weight = match draft.severity {
            Some(severity) => weight(severity) + risk.map_or(0, |risk| score(risk) / PART_OF_RISK),
            None => risk.map_or(weight(Severity::Low), score),
        };
        let (due, owner) = draft.action.map(|action| (action.due, Arc::clone(&action.owner))).unzip();
        let due = draft.nonconformity.and_then(|of| of.due).or(due);
        let overdue = due.is_some_and(|due| due < today);
        let gap = standings().map(|standing| gap(standing, draft.severity.is_some())).max();
        let gap = gap.unwrap_or(if draft.nonconformity.is_some() { FAILS } else { 1 });
        let factors = [weight, draft.exposure.points, gap + i64::from(overdue)];
        let claimed = || standings().find_map(|standing| standing.claim.as_ref()?.owner.clone());
        let owner = owner.or_else(|| draft.exposure.owner.clone()).or_else(claimed);
        Item {
            priority: factors.iter().product(),
            factors,
            title: draft.title,
            rule: draft.rule,
            severity: draft.severity,
            with: draft.with,
            findings: draft.findings,
            fix: draft.fix,
            exposure: draft.exposure,
            risk: risk.map(|risk| Arc::clone(&risk.id)),
            owner,
            days: days(draft.severity).filter(|_| due.is_none()),
            due,
            overdue,
            nonconformity: draft.nonconformity.map(|of| Arc::clone(&of.id)),
            action: draft.action.map(|action| Arc::clone(&action.id)),
            effort: draft.action.and_then(|action| action.effort.clone()),
            after: draft.action.map_or_else(Vec::new, |action| action.after.clone()),
            controls: draft.controls,
        }
    }
}

/// An item before it is ranked.
struct Draft<'a> {
    title: String,
    rule: Option<Arc<str>>,
    severity: Option<Severity>,
    with: Vec<Arc<str>>,
    controls: Vec<ControlId>,
    findings: Vec<String>,
    fix: String,
    exposure: Exposure,
    action: Option<&'a Action>,
    nonconformity: Option<&'a Nonconformity>,
}

/// What part of a risk's score is added to the weight of a finding: the largest adds less than one severity.
const PART_OF_RISK: i64 = 5;

/// Days within which something of a severity should be mended, and within which something is shown that nothing shows.
fn days(severity: Option<Severity>) -> Option<i64> {
    match severity {
        Some(Severity::Critical) => Some(7),
        Some(Severity::High) => Some(30),
        Some(Severity::Medium) | None => Some(90),
        Some(Severity::Low) => Some(180),
        Some(Severity::Info) => None,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Whether nothing shows a control, or nothing any more, that is said to apply or that answers a risk; or whether what the Statement
/// says of it is not so, an exclusion too.
fn is_unmet(standing: &Standing) -> bool {
    let wanted = standing.claim.as_ref().is_some_and(|claim| claim.applicable)
        || !standing.risks.is_empty()
        || standing.state == State::Contradicted;
    let unmet = matches!(standing.state, State::NotAssessed | State::Stale)
        || (standing.state == State::Contradicted
            && standing.tally.failed == 0
            && OfOthers { id: Some(standing.id), rules: &standing.elsewhere }.failing().is_none());
    wanted && unmet
}

fn title(standing: &Standing) -> &'static str {
    crate::control::control(standing.id).map_or("", |control| &control.title)
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

/// The gap of what fails.
const FAILS: i64 = 3;

fn gap(standing: &Standing, fails: bool) -> i64 {
    let levels = standing.claim.as_ref().and_then(|claim| claim.target_level.zip(claim.current_level));
    let aimed = levels.map_or(1, |(target, current)| (target - current).clamp(1, 4));
    let found = match standing.state {
        _ if fails => FAILS,
        State::Contradicted | State::Gap => FAILS,
        State::Open | State::Stale | State::Waived => 2,
        State::NotAssessed
        | State::Attested
        | State::Documented
        | State::PartiallyEvidenced
        | State::Evidenced
        | State::NotApplicable => 1,
    };
    aimed.max(found)
}

fn remedy(standing: &Standing) -> String {
    let in_doubt = || standing.elsewhere.iter().any(|rule| rule.origin.doubt.is_some());
    match standing.state {
        State::Stale if standing.attestations.is_empty() && in_doubt() => {
            "Collect the results of the other tool again; evidence.toml says how long they may be relied on.".to_owned()
        }
        State::Stale if standing.claim.as_ref().is_some_and(|claim| claim.inherited_from.is_some()) => {
            "Ask the supplier for its current proof, and write its day into suppliers.toml (certificate_expires, assessed_on)."
                .to_owned()
        }
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
