//! Workflow commands of GitHub Actions: findings as annotations of the lines they are about, the worst first.
//!
//! GitHub shows the first ten errors, warnings and notices of a step; the rest stay in its log, and a line says so.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::rule::Severity;

use super::causes::Cause;
use super::place::{Location, and_more};
use super::text::{shortened, visible};
use super::{Format, Options, Report, summary};

/// The format.
pub const GITHUB: Format =
    Format { name: "github", doc: "Workflow commands of GitHub Actions: annotations of lines.", ledger: false, render };

/// How many annotations of one level GitHub shows of a step.
const SHOWN: usize = 10;

/// How many annotations GitHub shows of a job.
const SHOWN_OF_JOB: usize = 50;

/// Characters of a title that GitHub keeps.
const LONGEST_TITLE: usize = 255;

/// Characters of a message that are written: GitHub takes 64 KB, and nobody reads so much beside a line.
const LONGEST_MESSAGE: usize = 4_000;

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut causes = report.told_once(report.to_tell(options));
    causes.sort_by_key(|cause| (cause.finding.outcome, Reverse(cause.finding.severity())));
    let findings = causes.iter().map(|cause| Annotation::of_cause(report, cause));
    let problems = report.notable();
    let problems = problems.iter().map(|(problem, more)| Annotation::of_problem(report, problem, *more));
    let mut counts = [0; 3];
    for annotation in findings.chain(problems) {
        if let Some(count) = counts.get_mut(annotation.level as usize) {
            *count += 1;
        }
        annotation.write(out)?;
    }
    let hidden: usize = counts.iter().map(|count: &usize| count.saturating_sub(SHOWN)).sum();
    if hidden > 0 {
        writeln!(
            out,
            "GitHub shows {SHOWN} annotations of a level and step, {SHOWN_OF_JOB} of a job: {hidden} more are in this log only"
        )?;
    }
    out.write_all(report.untold(options).as_bytes())?;
    writeln!(out, "{}", summary::counts(&report.summary))
}

#[derive(Clone, Copy)]
enum Grade {
    Error,
    Warning,
    Notice,
}

struct Annotation<'r> {
    level: Grade,
    path: &'r str,
    at: Option<Location<'r>>,
    title: String,
    message: String,
}

impl<'r> Annotation<'r> {
    fn of_cause(report: &Report<'r>, cause: &Cause<'_>) -> Annotation<'r> {
        let finding = cause.finding;
        let level = match (finding.outcome, finding.severity()) {
            (Outcome::Fail, Severity::Critical | Severity::High) => Grade::Error,
            (Outcome::Fail, Severity::Medium) => Grade::Warning,
            _ => Grade::Notice,
        };
        let open = if finding.outcome == Outcome::Open { "undecided: " } else { "" };
        let primary = finding.primary();
        let sentence = report.sentence(cause) + &report.elsewhere(finding);
        Annotation {
            level,
            path: if report.source(primary).is_some() { report.path(primary) } else { "" },
            at: report.location(primary),
            title: format!("{open}{} ({})", finding.rule.title, finding.direct_controls()),
            message: format!("{sentence}\n{} [{}]", finding.rule.fix.trim(), finding.rule.id),
        }
    }

    fn of_problem(report: &'r Report<'_>, problem: &'r Problem, more: usize) -> Annotation<'r> {
        let help = problem.help.as_deref().map(|help| format!("\n{help}")).unwrap_or_default();
        Annotation {
            level: match problem.level {
                Level::Error => Grade::Error,
                Level::Notice => Grade::Notice,
            },
            path: report.problem_path(problem),
            at: problem.span.and_then(|span| report.location(span)),
            title: problem.code.to_owned(),
            message: format!("{}{}{help}", problem.message, and_more(more)),
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let command = match self.level {
            Grade::Error => "error",
            Grade::Warning => "warning",
            Grade::Notice => "notice",
        };
        write!(out, "::{command} ")?;
        if !self.path.is_empty() {
            write!(out, "file={},", property(self.path))?;
        }
        if let Some(Location { start, end, .. }) = self.at {
            write!(out, "line={},endLine={},", start.line, end.line)?;
            // A column means nothing to GitHub when the lines differ.
            if start.line == end.line {
                write!(out, "col={},endColumn={},", start.column, end.column)?;
            }
        }
        let title = shortened(&self.title, LONGEST_TITLE);
        writeln!(out, "title={}::{}", property(&title), data(&shortened(&self.message, LONGEST_MESSAGE)))
    }
}

/// The text of a command. A line end would end the command, and what follows could be another one.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_message_cannot_start_a_command_of_its_own() {
        assert_eq!(data("100%\n::warning::x\r\n"), "100%25%0A::warning::x␍%0A");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }

    #[test]
    fn titles_and_messages_are_no_longer_than_github_keeps() {
        let workspace = fixture::workspace();
        let mut report = fixture::report(&workspace);
        report.findings.truncate(1);
        report.findings.iter_mut().for_each(|finding| finding.message = "long ".repeat(20_000));
        let mut bytes = Vec::new();
        render(&report, &Options::default(), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest < LONGEST_TITLE + LONGEST_MESSAGE + 200, "{longest}");
    }

    #[test]
    fn what_one_line_makes_fail_many_times_is_one_annotation() {
        let workspace = fixture::workspace();
        let mut report = fixture::report(&workspace);
        let one = report.findings[0].clone();
        report.findings = vec![one; 60];
        report.problems.clear();
        let mut bytes = Vec::new();
        render(&report, &Options::default(), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().filter(|line| line.starts_with("::")).count(), 1, "{text}");
        assert!(text.contains("in 60 resources: "), "{text}");
    }
}
