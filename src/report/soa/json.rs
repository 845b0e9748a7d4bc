//! The Statement of Applicability for programs: one JSON object, documented by `docs/soa.schema.json`.

use std::io::{self, Write};

use serde::Serialize;

use crate::posture::{Ledger, State};
use crate::report::gap::record::{ClaimView, Day, ShownView};
use crate::report::json::{BasisView, ToolView};
use crate::report::place::control_title;
use crate::report::text::Escaping;
use crate::report::{Format, Options, Report};

use super::{NO_STATEMENT, decided};
use crate::governance::difference::Difference;

/// The format.
pub const JSON: Format =
    Format { name: "json", doc: "One JSON object for programs; see docs/soa.schema.json.", ledger: true, render };

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    serde_json::to_writer_pretty(Escaping(&mut *out), &view(report, ledger))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct StatementView<'a> {
    tool: ToolView,
    today: Day,
    file: Option<&'a str>,
    version: Option<&'a str>,
    scope: Option<&'a str>,
    approved_by: Option<&'a str>,
    approved_on: Option<Day>,
    next_review: Option<Day>,
    hint: Option<&'static str>,
    applicable: usize,
    excluded: usize,
    not_decided: usize,
    controls: Vec<RowView<'a>>,
    since: Option<SinceView<'a>>,
}

#[derive(Serialize)]
struct RowView<'a> {
    id: String,
    title: &'a str,
    custom: bool,
    claim: Option<ClaimView<'a>>,
    evidence: Vec<ShownView<'a>>,
    state: Option<State>,
    reason: Option<&'a str>,
    basis: Option<BasisView>,
}

#[derive(Serialize)]
struct SinceView<'a> {
    revision: &'a str,
    differences: Vec<DifferenceView<'a>>,
}

#[derive(Serialize)]
struct DifferenceView<'a> {
    subject: String,
    key: &'static str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

fn view<'a>(report: &'a Report<'_>, ledger: &'a Ledger) -> StatementView<'a> {
    let head = ledger.statement.as_ref();
    let [applicable, excluded, not_decided] = decided(ledger);
    StatementView {
        tool: ToolView::of(report),
        today: Day(ledger.today),
        file: head.map(|head| &*head.path),
        version: head.and_then(|head| head.version.as_deref()),
        scope: head.and_then(|head| head.scope.as_deref()),
        approved_by: head.and_then(|head| head.approved_by.as_deref()),
        approved_on: head.and_then(|head| head.approved_on).map(Day),
        next_review: head.and_then(|head| head.next_review).map(Day),
        hint: head.is_none().then_some(NO_STATEMENT),
        applicable,
        excluded,
        not_decided,
        controls: rows(report, ledger),
        since: report.about.differences.as_ref().map(|(revision, differences)| SinceView {
            revision,
            differences: differences.iter().map(difference).collect(),
        }),
    }
}

fn rows<'a>(report: &'a Report<'_>, ledger: &'a Ledger) -> Vec<RowView<'a>> {
    let standard = ledger.controls.iter().map(|standing| RowView {
        id: standing.id.to_string(),
        title: control_title(standing.id),
        custom: false,
        claim: standing.claim.as_ref().map(|claim| ClaimView::of(ledger, claim)),
        evidence: standing.evidence.iter().map(|shown| ShownView::of(report, shown)).collect(),
        state: Some(standing.state),
        reason: Some(&standing.reason),
        basis: Some(BasisView::of(standing.tally.basis)),
    });
    let own = ledger.custom.iter().map(|custom| RowView {
        id: custom.name.to_string(),
        title: &custom.title,
        custom: true,
        claim: Some(ClaimView::of(ledger, &custom.claim)),
        evidence: custom.evidence.iter().map(|shown| ShownView::of(report, shown)).collect(),
        state: None,
        reason: None,
        basis: None,
    });
    standard.chain(own).collect()
}

fn difference(of: &Difference) -> DifferenceView<'_> {
    DifferenceView {
        subject: of.subject.to_string(),
        key: of.key,
        before: of.before.as_deref(),
        after: of.after.as_deref(),
    }
}
