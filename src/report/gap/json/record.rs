//! The records of the governance files as the JSON reports show them.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::control::ControlId;
use crate::governance::record::{Collected, Kept};
use crate::governance::soa::Implementation;
use crate::posture::{Action, Attestation, Claim, Grade, Item, Ledger, Nonconformity, Risk, Shown, ShownBy};
use crate::report::Report;
use crate::rule::Severity;
use crate::triage::waiver::Waiver;

/// Texts that are lent.
pub fn texts(texts: &[Arc<str>]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}

/// A day, as `2026-01-31`.
pub struct Day(pub Date);

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What the Statement of Applicability says of a control.
#[derive(Serialize)]
pub struct ClaimView<'a> {
    applicable: bool,
    reasons: Vec<ReasonView<'a>>,
    exclusion: Option<&'a str>,
    implementation: Option<Implementation>,
    owner: Option<&'a str>,
    accountable: Option<&'a str>,
    how: Option<&'a str>,
    inherited_from: Option<&'a str>,
    current_level: Option<i64>,
    target_level: Option<i64>,
}

#[derive(Serialize)]
struct ReasonView<'a> {
    reason: &'a str,
    title: Option<&'a str>,
}

impl<'a> ClaimView<'a> {
    /// A claim, with what its reasons lead to.
    pub fn of(ledger: &'a Ledger, claim: &'a Claim) -> ClaimView<'a> {
        let reasons = claim.reasons.iter();
        ClaimView {
            applicable: claim.applicable,
            reasons: reasons
                .map(|reason| ReasonView { reason, title: ledger.reason(reason).map(|title| &**title) })
                .collect(),
            exclusion: claim.exclusion.as_deref(),
            implementation: claim.implementation,
            owner: claim.owner.as_deref(),
            accountable: claim.accountable.as_deref(),
            how: claim.how.as_deref(),
            inherited_from: claim.inherited_from.as_deref(),
            current_level: claim.current_level,
            target_level: claim.target_level,
        }
    }
}

/// What is named to show a control.
#[derive(Serialize)]
pub struct ShownView<'a> {
    path: Option<&'a str>,
    url: Option<&'a str>,
    ticket: Option<&'a str>,
    collected_on: Option<Day>,
    collected_by: Option<&'a str>,
    period_from: Option<Day>,
    period_to: Option<Day>,
    there: Option<bool>,
    empty: bool,
    sha256: Option<&'a str>,
    commit: Option<&'a str>,
    changed: bool,
    named_by: ShownBy,
}

impl<'a> ShownView<'a> {
    /// It, with the commit that last changed a file where that is known.
    pub fn of(report: &'a Report<'_>, shown: &'a Shown) -> ShownView<'a> {
        let (path, url, ticket) = match &shown.kept {
            Kept::Here(path) => (Some(&**path), None, None),
            Kept::At(address) => (None, Some(&**address), None),
            Kept::Ticket(id) => (None, None, Some(&**id)),
        };
        let Collected { on, by, from, to } = &shown.collected;
        ShownView {
            path,
            url,
            ticket,
            collected_on: on.map(Day),
            collected_by: by.as_ref().map(|(role, _)| &**role),
            period_from: from.map(Day),
            period_to: to.map(Day),
            there: shown.is_here().then_some(shown.there),
            empty: shown.empty,
            sha256: shown.sha256.as_deref(),
            commit: report.about.commits.get(shown.name()).map(String::as_str),
            changed: shown.changed,
            named_by: shown.by,
        }
    }
}

/// What a person states of a control.
#[derive(Serialize)]
pub struct AttestationView<'a> {
    id: &'a str,
    statement: &'a str,
    made_by: &'a str,
    approved_by: &'a str,
    expires: Day,
    expired: bool,
    evidence_changed: bool,
}

/// A risk of the register.
#[derive(Serialize)]
pub struct RiskView<'a> {
    id: &'a str,
    title: &'a str,
    likelihood: i64,
    impact: i64,
    score: i64,
    residual_score: Option<i64>,
    treatment: &'a str,
    owner: &'a str,
    controls: &'a [ControlId],
}

/// An action of the plan.
#[derive(Serialize)]
pub struct ActionView<'a> {
    id: &'a str,
    title: &'a str,
    owner: &'a str,
    due: Day,
    overdue: bool,
    effort: Option<&'a str>,
    status: &'a str,
    controls: &'a [ControlId],
    rules: Vec<&'a str>,
    fingerprints: Vec<&'a str>,
}

/// A waiver, and what it does.
#[derive(Serialize)]
pub struct WaiverView<'a> {
    id: &'a str,
    rule: &'a str,
    severity: Severity,
    kind: &'a str,
    reason: &'a str,
    approved_by: &'a str,
    expires: Day,
    holds_until: Day,
    over: bool,
    findings: usize,
}

/// A nonconformity.
#[derive(Serialize)]
pub struct NonconformityView<'a> {
    id: &'a str,
    file: &'a str,
    title: &'a str,
    grade: Grade,
    source: &'a str,
    audit: Option<&'a str>,
    found_on: Option<Day>,
    due: Option<Day>,
    closed_on: Option<Day>,
    open: bool,
    overdue: bool,
    owner: Option<&'a str>,
    controls: &'a [ControlId],
    clauses: Vec<&'a str>,
    root_cause: Option<&'a str>,
    actions: Vec<&'a str>,
    effective: Option<bool>,
}

/// A nonconformity.
pub fn nonconformity(of: &Nonconformity) -> NonconformityView<'_> {
    NonconformityView {
        id: &of.id,
        file: &of.path,
        title: &of.title,
        grade: of.grade,
        source: &of.source,
        audit: of.audit.as_deref(),
        found_on: of.found_on.map(Day),
        due: of.due.map(Day),
        closed_on: of.closed_on.map(Day),
        open: of.is_open,
        overdue: of.overdue,
        owner: of.owner.as_deref(),
        controls: &of.controls,
        clauses: texts(&of.clauses),
        root_cause: of.root_cause.as_deref(),
        actions: texts(&of.actions),
        effective: of.effective,
    }
}

/// A thing to be done.
#[derive(Serialize)]
pub struct ItemView<'a> {
    priority: i64,
    weight: i64,
    exposure: i64,
    gap: i64,
    title: &'a str,
    fix: &'a str,
    rule: Option<&'a str>,
    severity: Option<Severity>,
    controls: &'a [ControlId],
    findings: &'a [String],
    risk: Option<&'a str>,
    owner: Option<&'a str>,
    action: Option<&'a str>,
    nonconformity: Option<&'a str>,
    due: Option<Day>,
    days: Option<i64>,
    overdue: bool,
    same_cause: Vec<&'a str>,
    asset: Option<&'a str>,
    exposed_because: &'a [&'static str],
    effort: Option<&'a str>,
    after: Vec<&'a str>,
}

/// What a person states of a control.
pub fn attestation(of: &Attestation) -> AttestationView<'_> {
    AttestationView {
        id: &of.id,
        statement: &of.statement,
        made_by: &of.made_by,
        approved_by: &of.approved_by,
        expires: Day(of.expires),
        expired: of.expired,
        evidence_changed: of.changed,
    }
}

/// A risk of the register.
pub fn risk(risk: &Risk) -> RiskView<'_> {
    RiskView {
        id: &risk.id,
        title: &risk.title,
        likelihood: risk.likelihood,
        impact: risk.impact,
        score: risk.score(),
        residual_score: risk.residual,
        treatment: &risk.treatment,
        owner: &risk.owner,
        controls: &risk.controls,
    }
}

/// An action of the plan.
pub fn action(action: &Action) -> ActionView<'_> {
    ActionView {
        id: &action.id,
        title: &action.title,
        owner: &action.owner,
        due: Day(action.due),
        overdue: action.overdue,
        effort: action.effort.as_deref(),
        status: &action.status,
        controls: &action.controls,
        rules: texts(&action.rules),
        fingerprints: texts(&action.fingerprints),
    }
}

/// A waiver, and what it does.
pub fn waiver<'a>(waiver: &'a Waiver, ledger: &Ledger) -> WaiverView<'a> {
    WaiverView {
        id: &waiver.id,
        rule: &waiver.rule.id,
        severity: waiver.rule.severity,
        kind: &waiver.kind,
        reason: &waiver.reason,
        approved_by: &waiver.approved_by,
        expires: Day(waiver.expires),
        holds_until: Day(waiver.holds_until),
        over: waiver.is_over(ledger.today),
        findings: waiver.used,
    }
}

/// A thing to be done.
pub fn item(item: &Item) -> ItemView<'_> {
    let [weight, exposure, gap] = item.factors;
    ItemView {
        priority: item.priority,
        weight,
        exposure,
        gap,
        title: &item.title,
        fix: &item.fix,
        rule: item.rule.as_deref(),
        severity: item.severity,
        controls: &item.controls,
        findings: &item.findings,
        risk: item.risk.as_deref(),
        owner: item.owner.as_deref(),
        action: item.action.as_deref(),
        nonconformity: item.nonconformity.as_deref(),
        due: item.due.map(Day),
        days: item.days,
        overdue: item.overdue,
        same_cause: texts(&item.with),
        asset: item.exposure.asset.as_deref(),
        exposed_because: &item.exposure.because,
        effort: item.effort.as_deref(),
        after: texts(&item.after),
    }
}
