//! `JUnit` XML, for CI systems that show tests: a suite for each file, a case for each judgement.
//!
//! A failure is a failed case; an open or silenced one is skipped, with the reason; a problem is an error.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::triage::Finding;

use super::place::control_name;
use super::text::{one_line, xml};
use super::{Format, Options, Report};

/// The format.
pub const JUNIT: Format =
    Format { name: "junit", doc: "JUnit XML, for CI systems that show tests.", ledger: false, render };

/// The name of the suite of problems.
const PROBLEMS: &str = "annexa: problems";

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = report.shown(options).collect();
    let mut suites: Vec<Suite> = findings
        .chunk_by(|left, right| left.span.file == right.span.file)
        .filter_map(|group| Some(Suite::of_file(report, report.path(group.first()?.span), group)))
        .collect();
    let problems: Vec<&Problem> = report.problems.iter().filter(|problem| problem.level == Level::Error).collect();
    if !problems.is_empty() {
        suites.push(Suite::of_problems(report, &problems));
    }
    let total = suites.iter().fold(Counts::default(), |total, suite| total.plus(suite.counts));
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"annexa\" {}>", total.attributes())?;
    for suite in &suites {
        writeln!(out, "  <testsuite name=\"{}\" {}>", xml(&one_line(&suite.name)), suite.counts.attributes())?;
        out.write_all(suite.cases.as_bytes())?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn plus(self, other: Counts) -> Counts {
        Counts {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }

    fn attributes(self) -> String {
        let Counts { tests, failures, errors, skipped } = self;
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
    }
}

struct Suite {
    name: String,
    counts: Counts,
    cases: String,
}

impl Suite {
    fn of_file(report: &Report<'_>, path: &str, findings: &[&Finding]) -> Suite {
        let mut suite = Suite { name: path.to_owned(), counts: Counts::default(), cases: String::new() };
        for (finding, name) in findings.iter().zip(names(path, findings)) {
            suite.add(report, path, finding, &name);
        }
        suite
    }

    fn add(&mut self, report: &Report<'_>, path: &str, finding: &Finding, name: &str) {
        let body = match (&finding.suppressed, finding.outcome) {
            (_, Outcome::Pass) => String::new(),
            (Some(suppressed), _) => {
                self.counts.skipped += 1;
                format!("<skipped message=\"suppressed: {}\"/>", xml(&one_line(&suppressed.reason)))
            }
            (None, Outcome::Open) => {
                self.counts.skipped += 1;
                format!("<skipped message=\"open: {}\"/>", xml(&one_line(&finding.sentence())))
            }
            (None, Outcome::Fail) => {
                self.counts.failures += 1;
                let (kind, message) = (finding.severity().name(), xml(&one_line(&finding.message)));
                format!("<failure type=\"{kind}\" message=\"{message}\">{}</failure>", xml(&details(report, finding)))
            }
        };
        self.case(path, name, report.path(finding.primary()), &body);
    }

    fn of_problems(report: &Report<'_>, problems: &[&Problem]) -> Suite {
        let mut suite = Suite { name: PROBLEMS.to_owned(), counts: Counts::default(), cases: String::new() };
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for problem in problems {
            suite.counts.errors += 1;
            let place = report.problem_spot(problem);
            let help = problem.help.as_deref().unwrap_or_default();
            let text = xml(&format!("{place}\n{help}"));
            let (code, message) = (xml(problem.code), xml(&one_line(&problem.message)));
            let body = format!("<error type=\"{code}\" message=\"{message}\">{}</error>", text.trim());
            let path = report.problem_path(problem);
            let name = format!("{}: {path}", problem.code);
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            let name = if *count == 1 { name } else { format!("{name} #{count}") };
            suite.case(PROBLEMS, &name, path, &body);
        }
        suite
    }

    fn case(&mut self, class: &str, name: &str, file: &str, body: &str) {
        self.counts.tests += 1;
        let [class, name, file] = [class, name, file].map(|text| xml(&one_line(text)));
        // Writing to a string cannot fail.
        let _ = write!(self.cases, "    <testcase classname=\"{class}\" name=\"{name}\" file=\"{file}\"");
        let _ = if body.is_empty() {
            writeln!(self.cases, "/>")
        } else {
            writeln!(self.cases, ">\n      {body}\n    </testcase>")
        };
    }
}

/// The names of the cases of a file: rule and resource, and what deploys it where that is not the file. Consumers tell
/// cases apart by their names, so one that would be there twice ends with the beginning of the fingerprint.
fn names(path: &str, findings: &[&Finding]) -> Vec<String> {
    let plain = |finding: &Finding| {
        let (rule, resource) = (&finding.rule.id, &finding.resource);
        let elsewhere = Some(&*resource.deployment).filter(|by| !by.is_empty() && *by != path);
        elsewhere.map_or_else(
            || format!("{rule}: {}", resource.address),
            |by| format!("{rule}: {} (deployed by {by})", resource.address),
        )
    };
    let names: Vec<String> = findings.iter().map(|finding| plain(finding)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &names {
        *counts.entry(name).or_default() += 1;
    }
    let told_apart = names.iter().zip(findings).map(|(name, finding)| match counts.get(&**name) {
        Some(1) | None => name.clone(),
        Some(_) => format!("{name} #{}", finding.fingerprint.get(..8).unwrap_or(&finding.fingerprint)),
    });
    told_apart.collect()
}

fn details(report: &Report<'_>, finding: &Finding) -> String {
    let rule = &finding.rule;
    let mut text = format!("{}\n{}\n", report.spot(finding.primary()), rule.title);
    for (span, what) in finding.others() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}: {what}", report.spot(span));
    }
    let _ = writeln!(text, "why: {}\nfix: {}", rule.why.trim(), rule.fix.trim());
    for (id, strength) in &rule.controls {
        let _ = writeln!(text, "control: {} ({})", control_name(*id), strength.name());
    }
    if let Some(page) = report.about.published.page(rule) {
        let _ = writeln!(text, "page: {page}");
    }
    text
}
