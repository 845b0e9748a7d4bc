//! The report for programs: one JSON object, documented by `docs/report.schema.json`.
//!
//! A contract: fields are added, never renamed or given another meaning. What depends on the machine or the moment (the
//! time a run took) is not in it.

use std::io::{self, Write};

use serde::Serialize;

use crate::control::ControlId;
use crate::document::{Level, Problem};
use crate::evaluate::{Outcome, Related};
use crate::posture::{Basis, Standing, State};
use crate::rule::{Severity, Strength};
use crate::source::{Position, Span};
use crate::triage::{Finding, SuppressedBy};

use super::causes::Together;
use super::place::control_title;
use super::text::Escaping;
use super::{Format, Options, Report, Since, Summary};

/// The format.
pub const JSON: Format =
    Format { name: "json", doc: "One JSON object for programs; see docs/report.schema.json.", ledger: true, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let together = Together::of(report.shown(options));
    let view = ReportView {
        tool: ToolView::of(report),
        summary: SummaryView::of(&report.summary),
        findings: Each(|| report.shown(options).map(|finding| FindingView::of(report, finding, &together))),
        problems: Each(|| report.problems.iter().map(|problem| ProblemView::of(report, problem))),
        controls: Each(|| report.controls().iter().map(ControlView::of)),
        since: report.since.as_ref().map(|since| SinceView::of(since, report.summary.known)),
        coverage: CoverageView::of(report),
    };
    serde_json::to_writer_pretty(Escaping(&mut *out), &view)?;
    out.write_all(b"\n")
}

/// A list that is made while it is written.
pub struct Each<F>(pub F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(Serialize)]
struct ReportView<'a, F, P, C> {
    tool: ToolView,
    summary: SummaryView,
    findings: F,
    problems: P,
    controls: C,
    since: Option<SinceView<'a>>,
    coverage: CoverageView<'a>,
}

/// What was not judged.
#[derive(Serialize)]
pub struct CoverageView<'a> {
    judged: usize,
    not_ours: usize,
    not_read: Vec<NotReadView<'a>>,
    not_judged: Vec<NotJudgedView<'a>>,
    kinds_without_rule: Vec<&'a str>,
    excluded: Vec<&'a str>,
}

/// A file that is recognised and not read.
#[derive(Serialize)]
pub struct NotReadView<'a> {
    file: &'a str,
    what: &'a str,
    description: &'a str,
}

/// A file that could not be judged, or not all of it.
#[derive(Serialize)]
pub struct NotJudgedView<'a> {
    file: &'a str,
    because: &'a str,
}

impl<'a> CoverageView<'a> {
    /// The coverage of a report.
    pub fn of(report: &'a Report<'_>) -> CoverageView<'a> {
        let coverage = &report.about.coverage;
        CoverageView {
            judged: coverage.judged,
            not_ours: coverage.not_ours,
            not_read: CoverageView::not_read(report),
            not_judged: coverage
                .not_judged
                .iter()
                .map(|of| NotJudgedView { file: &of.path, because: &of.because })
                .collect(),
            kinds_without_rule: CoverageView::kinds_without_rule(report),
            excluded: CoverageView::excluded(report),
        }
    }

    /// The files of a report that are recognised and not read.
    pub fn not_read(report: &'a Report<'_>) -> Vec<NotReadView<'a>> {
        let files = report.about.coverage.not_read.iter();
        files.map(|of| NotReadView { file: &of.path, what: of.what.name, description: of.what.doc }).collect()
    }

    /// What the settings leave out of a report.
    pub fn excluded(report: &'a Report<'_>) -> Vec<&'a str> {
        report.about.coverage.excluded.iter().map(|pattern| &**pattern).collect()
    }

    /// The kinds of resource of a report that no rule judges.
    pub fn kinds_without_rule(report: &'a Report<'_>) -> Vec<&'a str> {
        report.about.coverage.without_rule.iter().map(|kind| &**kind).collect()
    }
}

/// What the run was held against.
#[derive(Serialize)]
struct SinceView<'a> {
    commit: &'a str,
    known: usize,
    changes: Vec<ChangeView<'a>>,
}

/// A control whose state is another one than before.
#[derive(Serialize)]
struct ChangeView<'a> {
    id: ControlId,
    title: &'a str,
    from: State,
    to: State,
    reason: &'a str,
}

impl<'a> SinceView<'a> {
    fn of(since: &'a Since, known: Option<usize>) -> SinceView<'a> {
        let changes = since.changes.iter().map(|change| ChangeView {
            id: change.id,
            title: control_title(change.id),
            from: change.from,
            to: change.to,
            reason: &change.reason,
        });
        SinceView { commit: &since.commit, known: known.unwrap_or(0), changes: changes.collect() }
    }
}

/// What made the report.
#[derive(Serialize)]
pub struct ToolView {
    name: &'static str,
    version: &'static str,
    #[serde(rename = "rules-hash")]
    rules_hash: String,
}

impl ToolView {
    /// This program with the rules of a report.
    pub fn of(report: &Report<'_>) -> ToolView {
        ToolView { name: "annexa", version: env!("CARGO_PKG_VERSION"), rules_hash: report.rules_hash.clone() }
    }
}

/// The counts.
#[derive(Serialize)]
pub struct SummaryView {
    files: usize,
    resources: usize,
    rules: usize,
    failed: FailedView,
    open: usize,
    passed: usize,
    suppressed: usize,
    waived: usize,
    problems: usize,
    not_read: usize,
    not_judged: usize,
    major_nonconformities_overdue: usize,
}

#[derive(Serialize)]
struct FailedView {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
}

impl SummaryView {
    /// The counts of a summary.
    pub fn of(summary: &Summary) -> SummaryView {
        let [critical, high, medium, low, info] = summary.failed;
        SummaryView {
            files: summary.files,
            resources: summary.resources,
            rules: summary.rules_evaluated,
            failed: FailedView { critical, high, medium, low, info },
            open: summary.open,
            passed: summary.passed,
            suppressed: summary.suppressed,
            waived: summary.waived,
            problems: summary.problems,
            not_read: summary.not_read,
            not_judged: summary.not_judged,
            major_nonconformities_overdue: summary.pressing,
        }
    }
}

/// A finding.
#[derive(Serialize)]
pub struct FindingView<'a> {
    rule: &'a str,
    title: &'a str,
    severity: Severity,
    outcome: Outcome,
    vacuous: bool,
    message: &'a str,
    controls: Vec<BearingView>,
    aliases: Vec<&'a str>,
    file: &'a str,
    start: Option<PositionView>,
    end: Option<PositionView>,
    resource: ResourceView<'a>,
    related: Vec<RelatedView<'a>>,
    cause: Option<RelatedView<'a>>,
    open_because: Option<&'a str>,
    suppressed: Option<SuppressedView<'a>>,
    fingerprint: &'a str,
    told_with: Option<&'a str>,
    also: Vec<AlsoView<'a>>,
}

/// A finding that is told with another one.
#[derive(Serialize)]
struct AlsoView<'a> {
    file: &'a str,
    start: Option<PositionView>,
    end: Option<PositionView>,
    address: &'a str,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct BearingView {
    id: ControlId,
    strength: Strength,
}

#[derive(Serialize)]
struct PositionView {
    line: u32,
    column: u32,
    offset: u64,
}

#[derive(Serialize)]
struct ResourceView<'a> {
    kind: &'a str,
    address: &'a str,
    deployment: &'a str,
    file: &'a str,
    start_line: Option<u32>,
    end_line: Option<u32>,
}

#[derive(Serialize)]
struct RelatedView<'a> {
    file: &'a str,
    start: Option<PositionView>,
    end: Option<PositionView>,
    message: &'a str,
}

#[derive(Serialize)]
struct SuppressedView<'a> {
    by: SuppressedBy,
    reason: &'a str,
    file: Option<&'a str>,
    start: Option<PositionView>,
    end: Option<PositionView>,
}

impl<'a> FindingView<'a> {
    /// A finding of a report, of which some are told together.
    pub fn of(report: &'a Report<'_>, finding: &'a Finding, together: &Together<'a>) -> FindingView<'a> {
        let rule = &finding.rule;
        let (start, end) = ends(report, Some(finding.span));
        let extent = finding.resource.extent;
        let resource = report.location(extent);
        FindingView {
            rule: &rule.id,
            title: &rule.title,
            severity: finding.severity(),
            outcome: finding.outcome,
            vacuous: finding.vacuous,
            message: &finding.message,
            controls: rule.controls.iter().map(|(id, strength)| BearingView { id: *id, strength: *strength }).collect(),
            aliases: finding.names_of_peers().collect(),
            file: report.path(finding.span),
            start,
            end,
            resource: ResourceView {
                kind: &finding.resource.kind,
                address: &finding.resource.address,
                deployment: &finding.resource.deployment,
                file: report.path(extent),
                start_line: resource.map(|at| at.start.line),
                end_line: resource.map(|at| at.end.line),
            },
            related: finding.related.iter().map(|related| RelatedView::of(report, related)).collect(),
            cause: finding.cause.as_ref().map(|cause| RelatedView::of(report, cause)),
            open_because: finding.open_because.as_deref(),
            suppressed: finding.suppressed.as_ref().map(|suppressed| {
                let (start, end) = ends(report, suppressed.span);
                let file = suppressed.span.map(|span| report.path(span));
                SuppressedView { by: suppressed.by, reason: &suppressed.reason, file, start, end }
            }),
            fingerprint: &finding.fingerprint,
            told_with: together.leader(finding).map(|first| &*first.fingerprint),
            also: together.others(finding).iter().map(|other| AlsoView::of(report, other)).collect(),
        }
    }
}

impl<'a> AlsoView<'a> {
    fn of(report: &'a Report<'_>, finding: &'a Finding) -> AlsoView<'a> {
        let (start, end) = ends(report, Some(finding.span));
        let (address, fingerprint) = (&*finding.resource.address, &*finding.fingerprint);
        AlsoView { file: report.path(finding.span), start, end, address, fingerprint }
    }
}

impl<'a> RelatedView<'a> {
    fn of(report: &'a Report<'_>, related: &'a Related) -> RelatedView<'a> {
        let (start, end) = ends(report, Some(related.span));
        RelatedView { file: report.path(related.span), start, end, message: &related.message }
    }
}

fn ends(report: &Report<'_>, span: Option<Span>) -> (Option<PositionView>, Option<PositionView>) {
    let at = span.and_then(|span| report.location(span));
    (at.map(|at| PositionView::of(at.start)), at.map(|at| PositionView::of(at.end)))
}

impl PositionView {
    fn of(position: Position) -> PositionView {
        PositionView { line: position.line, column: position.column, offset: position.offset }
    }
}

/// A problem.
#[derive(Serialize)]
pub struct ProblemView<'a> {
    code: &'a str,
    level: &'static str,
    file: Option<&'a str>,
    start: Option<PositionView>,
    end: Option<PositionView>,
    message: &'a str,
    help: Option<&'a str>,
}

impl<'a> ProblemView<'a> {
    /// A problem of a report.
    pub fn of(report: &'a Report<'_>, problem: &'a Problem) -> ProblemView<'a> {
        let path = report.problem_path(problem);
        let (start, end) = ends(report, problem.span);
        ProblemView {
            code: problem.code,
            level: problem.level.name(),
            file: if path.is_empty() { None } else { Some(path) },
            start,
            end,
            message: &problem.message,
            help: problem.help.as_deref(),
        }
    }
}

impl Level {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Notice => "notice",
        }
    }
}

/// A control and where it stands.
#[derive(Serialize)]
pub struct ControlView<'a> {
    id: ControlId,
    title: &'static str,
    state: State,
    reason: &'a str,
    rules: usize,
    passed: usize,
    vacuous: usize,
    failed: usize,
    open: usize,
    suppressed: usize,
    basis: BasisView,
}

/// What a state rests on: each thing that was judged and could have failed, once.
#[derive(Serialize)]
pub struct BasisView {
    rules: usize,
    resources: usize,
    kinds: usize,
    topics: usize,
    topics_known: usize,
}

impl BasisView {
    /// The counts of a basis.
    pub fn of(basis: Basis) -> BasisView {
        BasisView {
            rules: basis.rules,
            resources: basis.subjects,
            kinds: basis.kinds,
            topics: basis.topics,
            topics_known: basis.topics_known,
        }
    }
}

impl<'a> ControlView<'a> {
    /// A standing with the control's name.
    pub fn of(standing: &'a Standing) -> ControlView<'a> {
        ControlView {
            id: standing.id,
            title: control_title(standing.id),
            state: standing.state,
            reason: &standing.reason,
            rules: standing.tally.rules,
            passed: standing.tally.passed,
            vacuous: standing.tally.vacuous,
            failed: standing.tally.failed,
            open: standing.tally.open,
            suppressed: standing.tally.suppressed + standing.tally.waived,
            basis: BasisView::of(standing.tally.basis),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::fixture;

    const EVERY: [Outcome; 3] = [Outcome::Fail, Outcome::Open, Outcome::Pass];

    #[test]
    fn the_report_is_what_its_schema_says() {
        let schema: Value = serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let report: Value = serde_json::from_str(&fixture::rendered_with(&JSON, &EVERY)).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }

    #[test]
    fn the_schema_names_every_field_and_no_other() {
        let schema: Value = serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap();
        let report: Value = serde_json::from_str(&fixture::rendered_with(&JSON, &EVERY)).unwrap();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for (part, definition) in [
            ("", ""),
            ("/tool", "/$defs/tool"),
            ("/summary", "/$defs/summary"),
            ("/summary/failed", "/$defs/summary/properties/failed"),
            ("/findings/0", "/$defs/finding"),
            ("/findings/0/resource", "/$defs/finding/properties/resource"),
            ("/findings/1/related/0", "/$defs/finding/properties/related/items"),
            ("/findings/5/suppressed", "/$defs/finding/properties/suppressed/oneOf/1"),
            ("/problems/0", "/$defs/problem"),
            ("/controls/0", "/$defs/control"),
            ("/controls/0/basis", "/$defs/basis"),
            ("/since", "/$defs/since"),
            ("/since/changes/0", "/$defs/change"),
            ("/coverage", "/$defs/coverage"),
            ("/coverage/not_read/0", "/$defs/coverage/properties/not_read/items"),
            ("/coverage/not_judged/0", "/$defs/coverage/properties/not_judged/items"),
        ] {
            let written = keys(report.pointer(part).unwrap());
            let properties = format!("{definition}/properties");
            assert_eq!(written, keys(schema.pointer(&properties).unwrap()), "{part}");
            let required: Vec<String> =
                serde_json::from_value(schema.pointer(&format!("{definition}/required")).unwrap().clone()).unwrap();
            assert_eq!(written, required, "{part}");
        }
    }

    #[test]
    fn the_time_a_run_took_is_not_in_it() {
        let workspace = fixture::workspace();
        let options = Options { width: 80, asked: Some(EVERY.to_vec()), ..Options::default() };
        let mut report = fixture::report(&workspace);
        let mut shown = Vec::new();
        for millis in [1, 2] {
            report.summary.elapsed = std::time::Duration::from_millis(millis);
            let mut bytes = Vec::new();
            render(&report, &options, &mut bytes).unwrap();
            shown.push(bytes);
        }
        assert_eq!(shown.first(), shown.last());
    }
}
