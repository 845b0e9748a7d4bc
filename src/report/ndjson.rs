//! The parts of the JSON report, one on each line, for programs that read as they go.
//!
//! Every line is an object whose `type` says which part it is: `tool`, `finding`, `problem`, `control`, `coverage`,
//! `summary`; the
//! rest of it is that part of `docs/report.schema.json`.

use std::io::{self, Write};

use serde::Serialize;

use super::causes::Together;
use super::json::{ControlView, CoverageView, FindingView, ProblemView, SummaryView, ToolView};
use super::text::Escaping;
use super::{Format, Options, Report};

/// The format.
pub const NDJSON: Format = Format {
    name: "ndjson",
    doc: "The parts of the JSON report as one object a line, each with its type.",
    ledger: true,
    render,
};

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    line(out, "tool", &ToolView::of(report))?;
    let together = Together::of(report.shown(options));
    for finding in report.shown(options) {
        line(out, "finding", &FindingView::of(report, finding, &together))?;
    }
    for problem in &report.problems {
        line(out, "problem", &ProblemView::of(report, problem))?;
    }
    for standing in report.controls() {
        line(out, "control", &ControlView::of(standing))?;
    }
    line(out, "coverage", &CoverageView::of(report))?;
    line(out, "summary", &SummaryView::of(&report.summary))
}

#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    part: &'a T,
}

fn line<T: Serialize>(out: &mut dyn Write, kind: &'static str, part: &T) -> io::Result<()> {
    serde_json::to_writer(Escaping(&mut *out), &Line { kind, part })?;
    out.write_all(b"\n")
}
