//! The gap analysis for programs: one JSON object, documented by `docs/gap.schema.json`. Fields are added, never renamed.

mod others;
pub mod record;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::control::crosswalk::{self, Framework};
use crate::control::{self, ControlId, Rating};
use crate::evaluate::Outcome;
use crate::posture::{
    AuditStage, Custom, FORMULA, Head, Judged, Ledger, Part, StagePoint, Standing, State, Tally, TopicStanding,
};
use crate::report::causes::Together;
use crate::report::json::{BasisView, CoverageView, FindingView, NotReadView, ProblemView, SummaryView, ToolView};
use crate::report::text::Escaping;
use crate::report::{Format, Options, Report};
use crate::rule::{Severity, Strength};

use super::{axes, overview};
use others::{ForeignView, OriginView};
use record::{
    ActionView, AttestationView, ClaimView, Day, ItemView, NonconformityView, RiskView, ShownView, WaiverView, action,
    attestation, item, nonconformity, risk, texts, waiver,
};

/// The format.
pub const JSON: Format =
    Format { name: "json", doc: "One JSON object for programs; see docs/gap.schema.json.", ledger: true, render };

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    serde_json::to_writer_pretty(Escaping(&mut *out), &GapView::of(report, ledger))?;
    out.write_all(b"\n")
}

/// Everything that the ledger holds.
#[derive(Serialize)]
pub struct GapView<'a> {
    tool: ToolView,
    today: Day,
    repository: Option<&'a str>,
    commit: Option<&'a str>,
    summary: SummaryView,
    states: Vec<CountView>,
    said_and_found: Vec<SaidView>,
    readiness: Vec<StageView<'a>>,
    statement: Option<HeadView<'a>>,
    controls: Vec<ControlView<'a>>,
    custom: Vec<CustomView<'a>>,
    clauses: Vec<ClauseView<'a>>,
    risks: Vec<RiskView<'a>>,
    actions: Vec<ActionView<'a>>,
    waivers: Vec<WaiverView<'a>>,
    nonconformities: Vec<NonconformityView<'a>>,
    origins: Vec<OriginView<'a>>,
    formula: &'static str,
    plan: Vec<ItemView<'a>>,
    findings: Vec<FindingView<'a>>,
    problems: Vec<ProblemView<'a>>,
    looked_at: LookedAt<'a>,
}

#[derive(Serialize)]
struct CountView {
    state: State,
    all: usize,
    organizational: usize,
    people: usize,
    physical: usize,
    technological: usize,
}

#[derive(Serialize)]
struct HeadView<'a> {
    file: &'a str,
    version: Option<&'a str>,
    scope: Option<&'a str>,
    approved_by: Option<&'a str>,
    approved_on: Option<Day>,
    next_review: Option<Day>,
}

#[derive(Serialize)]
struct ControlView<'a> {
    id: ControlId,
    title: &'a str,
    theme: &'a str,
    attributes: Attributes,
    ceiling: Option<Rating>,
    state: State,
    reason: &'a str,
    owner: Option<&'a str>,
    roles: RolesView<'a>,
    tally: TallyView,
    basis: BasisView,
    topics: Vec<TopicView>,
    rules: Vec<JudgedView<'a>>,
    claim: Option<ClaimView<'a>>,
    evidence: Vec<ShownView<'a>>,
    attestations: Vec<AttestationView<'a>>,
    risks: Vec<&'a str>,
    actions: Vec<&'a str>,
    nonconformities: Vec<&'a str>,
    findings: Vec<&'a str>,
    elsewhere: Vec<ForeignView<'a>>,
    crosswalk: Map<String, Value>,
}

/// The roles of the register that have a part in a control.
#[derive(Serialize)]
struct RolesView<'a> {
    responsible: Vec<&'a str>,
    accountable: Vec<&'a str>,
    consulted: Vec<&'a str>,
    informed: Vec<&'a str>,
}

impl<'a> RolesView<'a> {
    fn of(ledger: &'a Ledger, standing: &'a Standing) -> RolesView<'a> {
        let [responsible, accountable, consulted, informed] = Part::ALL.map(|part| ledger.having(part, standing));
        RolesView { responsible, accountable, consulted, informed }
    }
}

#[derive(Serialize)]
struct Attributes {
    control_types: Vec<&'static str>,
    properties: Vec<&'static str>,
    concepts: Vec<&'static str>,
    capabilities: Vec<&'static str>,
    domains: Vec<&'static str>,
}

#[derive(Serialize)]
struct TallyView {
    rules: usize,
    passed: usize,
    vacuous: usize,
    failed: usize,
    noted: usize,
    open: usize,
    suppressed: usize,
    waived: usize,
}

impl TallyView {
    fn of(tally: Tally) -> TallyView {
        let Tally { rules, passed, vacuous, failed, noted, open, suppressed, waived, .. } = tally;
        TallyView { rules, passed, vacuous, failed, noted, open, suppressed, waived }
    }
}

#[derive(Serialize)]
struct TopicView {
    id: &'static str,
    title: &'static str,
    found: &'static str,
    rules: usize,
    resources: usize,
    passed: usize,
    failed: usize,
    open: usize,
    silenced: usize,
    unjudged: Option<&'static str>,
}

fn topic(of: &TopicStanding) -> TopicView {
    let Tally { passed, failed, open, suppressed, waived, basis, .. } = of.tally;
    TopicView {
        id: &of.topic.id,
        title: &of.topic.title,
        found: of.word(),
        rules: basis.rules,
        resources: basis.subjects,
        passed,
        failed,
        open,
        silenced: suppressed + waived,
        unjudged: of.topic.unjudged.as_deref(),
    }
}

#[derive(Serialize)]
struct JudgedView<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    strength: Strength,
    passed: usize,
    vacuous: usize,
    failed: usize,
    open: usize,
    suppressed: usize,
    waived: usize,
}

#[derive(Serialize)]
struct CustomView<'a> {
    name: &'a str,
    title: &'a str,
    claim: ClaimView<'a>,
    evidence: Vec<ShownView<'a>>,
}

#[derive(Serialize)]
struct ClauseView<'a> {
    id: &'a str,
    title: &'a str,
    state: State,
    shown_by: &'a [String],
    looked_for: &'a [String],
    stale_by: Vec<&'a str>,
    lacks: Option<&'static str>,
}

#[derive(Serialize)]
struct SaidView {
    said: &'static str,
    fails: usize,
    undecided: usize,
    nothing_found: usize,
    stated: usize,
    shown: usize,
}

fn said(row: axes::AxesRow) -> SaidView {
    let [fails, undecided, nothing_found, stated, shown] = row.found;
    SaidView { said: row.said, fails, undecided, nothing_found, stated, shown }
}

#[derive(Serialize)]
struct StageView<'a> {
    title: &'static str,
    points: Vec<PointView<'a>>,
}

#[derive(Serialize)]
struct PointView<'a> {
    title: &'static str,
    there: usize,
    wanted: usize,
    missing: &'a [String],
}

fn stage(stage: &AuditStage) -> StageView<'_> {
    StageView { title: stage.title, points: stage.points.iter().map(point).collect() }
}

fn point(of: &StagePoint) -> PointView<'_> {
    PointView { title: of.title, there: of.there, wanted: of.wanted, missing: &of.missing }
}

#[derive(Serialize)]
struct LookedAt<'a> {
    kinds: Vec<KindView<'a>>,
    governance_files: &'a [&'static str],
    missing_governance_files: Vec<&'static str>,
    controls_without_rule: Vec<ControlId>,
    files_with_problems: Vec<&'a str>,
    files_not_read: Vec<NotReadView<'a>>,
    kinds_without_rule: Vec<&'a str>,
    excluded: Vec<&'a str>,
}

#[derive(Serialize)]
struct KindView<'a> {
    kind: &'a str,
    resources: usize,
}

impl<'a> GapView<'a> {
    /// The ledger of a report.
    pub fn of(report: &'a Report<'_>, ledger: &'a Ledger) -> GapView<'a> {
        let actionable = report.findings.iter().filter(|finding| finding.outcome != Outcome::Pass);
        let together = Together::of(actionable.clone());
        GapView {
            tool: ToolView::of(report),
            today: Day(ledger.today),
            repository: report.about.repository.as_deref(),
            commit: report.about.commit.as_deref(),
            summary: SummaryView::of(&report.summary),
            states: overview::counts(ledger).iter().map(count).collect(),
            said_and_found: axes::rows(ledger).into_iter().map(said).collect(),
            readiness: ledger.readiness.iter().map(stage).collect(),
            statement: ledger.statement.as_ref().map(head),
            controls: ledger.controls.iter().map(|standing| of_control(report, ledger, standing)).collect(),
            custom: ledger.custom.iter().map(|custom| of_custom(report, ledger, custom)).collect(),
            clauses: ledger.clauses.iter().map(clause).collect(),
            risks: ledger.risks.iter().map(risk).collect(),
            actions: ledger.actions.iter().map(action).collect(),
            waivers: ledger.waivers.iter().map(|of| waiver(of, ledger)).collect(),
            nonconformities: ledger.nonconformities.iter().map(nonconformity).collect(),
            origins: ledger.origins.iter().map(|of| others::origin(of)).collect(),
            formula: FORMULA,
            plan: ledger.plan.iter().map(item).collect(),
            findings: actionable.map(|finding| FindingView::of(report, finding, &together)).collect(),
            problems: report.problems.iter().map(|problem| ProblemView::of(report, problem)).collect(),
            looked_at: LookedAt {
                kinds: report.about.kinds.iter().map(|(kind, count)| KindView { kind, resources: *count }).collect(),
                governance_files: &ledger.registers,
                missing_governance_files: overview::missing_registers(ledger),
                controls_without_rule: overview::without_rule(ledger),
                files_with_problems: overview::files_with_problems(report).into_keys().collect(),
                files_not_read: CoverageView::not_read(report),
                kinds_without_rule: CoverageView::kinds_without_rule(report),
                excluded: CoverageView::excluded(report),
            },
        }
    }
}

fn count(count: &overview::Count) -> CountView {
    let [organizational, people, physical, technological] = count.by_theme;
    CountView { state: count.state, all: count.total(), organizational, people, physical, technological }
}

fn head(head: &Head) -> HeadView<'_> {
    HeadView {
        file: &head.path,
        version: head.version.as_deref(),
        scope: head.scope.as_deref(),
        approved_by: head.approved_by.as_deref(),
        approved_on: head.approved_on.map(Day),
        next_review: head.next_review.map(Day),
    }
}

fn of_control<'a>(report: &'a Report<'_>, ledger: &'a Ledger, standing: &'a Standing) -> ControlView<'a> {
    let control = control::control(standing.id);
    let [control_types, properties, concepts, capabilities, domains] =
        overview::attributes(standing.id).map(|(_, values)| texts(values));
    let related = |of: &Framework| (of.key.to_string(), texts(of.related(standing.id)).into());
    ControlView {
        id: standing.id,
        title: control.map_or("", |control| &control.title),
        theme: control.map_or("", |control| &control.theme),
        attributes: Attributes { control_types, properties, concepts, capabilities, domains },
        ceiling: control.map(|control| control.evidence),
        state: standing.state,
        reason: &standing.reason,
        owner: overview::owner(ledger, standing),
        roles: RolesView::of(ledger, standing),
        tally: TallyView::of(standing.tally),
        basis: BasisView::of(standing.tally.basis),
        topics: standing.topics.iter().map(topic).collect(),
        rules: standing.rules.iter().map(judged).collect(),
        claim: standing.claim.as_ref().map(|claim| ClaimView::of(ledger, claim)),
        evidence: standing.evidence.iter().map(|shown| ShownView::of(report, shown)).collect(),
        attestations: standing.attestations.iter().map(attestation).collect(),
        risks: texts(&standing.risks),
        actions: texts(&standing.actions),
        nonconformities: texts(&standing.nonconformities),
        findings: overview::findings(report, standing.id).iter().map(|finding| &*finding.fingerprint).collect(),
        elsewhere: standing.elsewhere.iter().filter_map(|rule| others::rule(rule, standing.id)).collect(),
        crosswalk: crosswalk::frameworks().iter().map(related).collect(),
    }
}

fn judged(judged: &Judged) -> JudgedView<'_> {
    let Tally { passed, vacuous, failed, open, suppressed, waived, .. } = judged.tally;
    JudgedView {
        id: &judged.rule,
        title: &judged.title,
        severity: judged.severity,
        strength: judged.strength,
        passed,
        vacuous,
        failed,
        open,
        suppressed,
        waived,
    }
}

fn of_custom<'a>(report: &'a Report<'_>, ledger: &'a Ledger, custom: &'a Custom) -> CustomView<'a> {
    CustomView {
        name: &custom.name,
        title: &custom.title,
        claim: ClaimView::of(ledger, &custom.claim),
        evidence: custom.evidence.iter().map(|shown| ShownView::of(report, shown)).collect(),
    }
}

fn clause(of: &crate::posture::clause::ClauseStanding) -> ClauseView<'_> {
    ClauseView {
        id: &of.clause.id,
        title: &of.clause.title,
        state: of.state,
        shown_by: &of.shown_by,
        looked_for: &of.looked_for,
        stale_by: of.stale_by.iter().map(|rule| &**rule).collect(),
        lacks: of.lacks,
    }
}
