//! One line for each finding, for grep and editors.

use std::io::{self, Write};

use crate::document::Problem;
use crate::triage::Finding;

use super::place::grade;
use super::text::one_line;
use super::{Format, Options, Report, summary};

/// The format.
pub const CONCISE: Format =
    Format { name: "concise", doc: "One line for each finding: path:line:column: severity[rule] message.", render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.counting(options) {
        finding_line(report, finding, out)?;
    }
    for problem in &report.problems {
        problem_line(report, problem, out)?;
    }
    out.write_all(summary::line(&report.summary).as_bytes())
}

fn finding_line(report: &Report<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}:", one_line(report.path(finding.span)))?;
    if let Some(at) = report.location(finding.span) {
        write!(out, "{}:{}:", at.start.line, at.start.column)?;
    }
    let message = finding.sentence();
    let controls = finding.direct_controls();
    writeln!(out, " {}[{}] {} ({controls})", grade(finding), finding.rule.id, one_line(&message))
}

fn problem_line(report: &Report<'_>, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    match problem.span.and_then(|span| report.location(span)) {
        Some(at) => write!(out, "{}:{}:{}: ", one_line(at.path), at.start.line, at.start.column)?,
        None if problem.path.is_empty() => {}
        None => write!(out, "{}: ", one_line(&problem.path))?,
    }
    writeln!(out, "{}[{}] {}", problem.level.name(), problem.code, one_line(&problem.message))
}
