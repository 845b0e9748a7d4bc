//! The Code Quality report of GitLab: findings in the widget and the diff of a merge request.

use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::rule::Severity;

use super::causes::Cause;
use super::json::Each;
use super::place::REPOSITORY;
use super::text::{Escaping, one_line, shortened};
use super::{Format, Options, Report};

/// The format.
pub const GITLAB: Format = Format { name: "gitlab", doc: "The Code Quality report of GitLab.", ledger: false, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let causes = report.causes(report.actionable(options));
    let issues = Each(|| {
        let findings = causes.iter().map(|cause| Issue::of(report, cause));
        let problems = report.problems.iter().filter(|problem| problem.level == Level::Error);
        findings.chain(problems.map(|problem| Issue::of_problem(report, problem)))
    });
    serde_json::to_writer_pretty(Escaping(&mut *out), &issues)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

impl<'a> Issue<'a> {
    fn of(report: &Report<'a>, cause: &Cause<'a>) -> Issue<'a> {
        let finding = cause.finding;
        let open = if finding.outcome == Outcome::Open { "undecided: " } else { "" };
        let (title, controls, primary) = (&finding.rule.title, finding.direct_controls(), finding.primary());
        let path = Some(report.path(primary)).filter(|path| *path != REPOSITORY).or_else(|| report.face());
        let path = path.unwrap_or(REPOSITORY);
        let sentence = report.sentence(cause) + &report.elsewhere(finding);
        Issue {
            description: described(&format!("{open}{title} ({controls}): {sentence}")),
            check_name: &finding.rule.id,
            fingerprint: finding.fingerprint.clone(),
            severity: match (finding.outcome, finding.severity()) {
                (Outcome::Open | Outcome::Pass, _) | (_, Severity::Info) => "info",
                (_, Severity::Critical) => "blocker",
                (_, Severity::High) => "critical",
                (_, Severity::Medium) => "major",
                (_, Severity::Low) => "minor",
            },
            location: Place::new(path, report.location(primary)),
        }
    }

    fn of_problem(report: &'a Report<'_>, problem: &'a Problem) -> Issue<'a> {
        let identity = Sha256::digest(format!("{}\0{}\0{}", problem.code, problem.path, problem.message));
        Issue {
            description: described(&problem.message),
            check_name: problem.code,
            fingerprint: identity.iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")),
            severity: "major",
            location: Place::new(report.problem_path(problem), problem.span.and_then(|span| report.location(span))),
        }
    }
}

/// Characters of a description that are written: the widget of a merge request shows it on one line.
const LONGEST: usize = 1_000;

fn described(text: &str) -> String {
    shortened(&one_line(text), LONGEST).into_owned()
}

impl<'a> Place<'a> {
    /// GitLab wants a line in any case: the first stands for none.
    fn new(path: &'a str, at: Option<super::Location<'_>>) -> Place<'a> {
        Place { path, lines: Lines { begin: at.map_or(1, |at| at.start.line) } }
    }
}
