//! One line for each finding, for grep and editors.

use std::io::{self, Write};

use crate::document::Problem;
use crate::evaluate::Outcome;

use super::causes::Cause;
use super::place::{and_more, grade};
use super::text::one_line;
use super::{Format, Options, Report, summary};

/// The format.
pub const CONCISE: Format = Format {
    name: "concise",
    doc: "One line for each finding: path:line:column: severity[rule] message.",
    ledger: false,
    render,
};

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for cause in report.alike(options) {
        finding_line(report, &cause, out)?;
    }
    for (problem, more) in report.notable() {
        problem_line(report, problem, more, out)?;
    }
    out.write_all(report.untold(options).as_bytes())?;
    out.write_all(summary::line(&report.summary).as_bytes())
}

fn finding_line(report: &Report<'_>, cause: &Cause<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (finding, count) = (cause.finding, cause.others.len() + 1);
    let (place, grade, rule) = (report.spot(finding.primary()), grade(finding), &finding.rule.id);
    let (message, controls) = (finding.sentence() + &report.elsewhere(finding), finding.direct_controls());
    let what = if finding.outcome == Outcome::Open { "places" } else { "resources" };
    let times = match report.further_places(cause).filter(|_| finding.outcome == Outcome::Fail) {
        Some(places) => format!(", {places}"),
        None if count > 1 => format!(", in {count} {what}"),
        None => report.deployed(finding),
    };
    writeln!(out, "{}: {grade}[{rule}] {} ({controls}){times}", one_line(&place), one_line(&message))
}

fn problem_line(report: &Report<'_>, problem: &Problem, more: usize, out: &mut dyn Write) -> io::Result<()> {
    let place = report.problem_spot(problem);
    if !place.is_empty() {
        write!(out, "{}: ", one_line(&place))?;
    }
    let (level, message) = (problem.level.name(), one_line(&problem.message));
    writeln!(out, "{level}[{}] {message}{}", problem.code, and_more(more))
}
