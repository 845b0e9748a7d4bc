//! For people at a terminal: each finding with its lines, its controls and what to do about it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan};

use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::rule::Severity;
use crate::triage::Finding;

use super::causes::Cause;
use super::place::{REPOSITORY, and_more, control_name, grade};
use super::text::{counted, one_line, visible};
use super::window::{LONGEST_LABEL, Window};
use super::{Format, Links, Options, Report, summary};

/// The format.
pub const PRETTY: Format = Format {
    name: "pretty",
    doc: "Findings with their lines, controls and remedy, for a terminal.",
    ledger: false,
    render,
};

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    // What a rule says of every finding is read once.
    let mut told: BTreeSet<(&str, bool)> = BTreeSet::new();
    let alike = report.alike(options);
    let shown = alike.iter().map(|cause| {
        let finding = cause.finding;
        let help = if told.insert((&finding.rule.id, finding.outcome == Outcome::Pass)) {
            advice(finding)
        } else {
            String::new()
        };
        // Without links the address would be written out.
        let page = (options.links == Links::Shown).then(|| report.about.published.page(&finding.rule)).flatten();
        Shown { page, ..of_finding(report, cause, &help) }
    });
    show(shown, options, out)?;
    problems(report, options, out)?;
    if let Some(since) = report.since.as_ref().filter(|since| !since.changes.is_empty()) {
        writeln!(out, "controls since {}:", short(&since.commit))?;
        for change in summary::changes(since) {
            writeln!(out, "  {change}")?;
        }
        writeln!(out)?;
    }
    worst(report, &alike, out)?;
    let mendable = report.counting(options).filter(|finding| finding.unit.is_some()).count();
    if mendable > 0 {
        writeln!(out, "`annexa fix --dry-run` shows how {mendable} of these could be mended.")?;
    }
    out.write_all(report.untold(options).as_bytes())?;
    out.write_all(summary::line(&report.summary).as_bytes())
}

/// Fewer findings are seen at once.
const MANY: usize = 10;

/// Most of the worst findings that are named once more.
const MOST_NAMED: usize = 5;

/// Where the worst stand, once more, where they could get lost among others: findings come in the order of files.
fn worst(report: &Report<'_>, told: &[Cause<'_>], out: &mut dyn Write) -> io::Result<()> {
    let failing = || told.iter().filter(|cause| cause.finding.counts());
    let Some(severity) = failing().map(|cause| cause.finding.severity()).max() else { return Ok(()) };
    let worst: Vec<&Cause<'_>> = failing().filter(|cause| cause.finding.severity() == severity).collect();
    if told.len() <= MANY || worst.len() == told.len() || severity < Severity::High {
        return Ok(());
    }
    writeln!(out, "the worst of these {}:", told.len())?;
    for cause in worst.iter().take(MOST_NAMED) {
        let (finding, count) = (cause.finding, cause.others.len() + 1);
        let place = report.spot(finding.primary());
        let times = match report.further_places(cause) {
            Some(places) => format!(", {places}"),
            None if count > 1 => format!(", in {count} resources"),
            None => report.deployed(finding),
        };
        writeln!(out, "  {place}: {}[{}]{times}", grade(finding), finding.rule.id)?;
    }
    if worst.len() > MOST_NAMED {
        let rest = worst.len() - MOST_NAMED;
        writeln!(out, "  and {rest} more of severity {}; `--format concise` has a line for each", severity.name())?;
    }
    writeln!(out)
}

/// The first digits of a commit's id.
fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// Only the problems of a report, without its summary.
pub fn problems(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    show(report.notable().into_iter().map(|(problem, more)| of_problem(report, problem, more)), options, out)
}

fn show(all: impl Iterator<Item = Shown>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let theme = if options.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(options.width.max(40))
        .with_links(options.links == Links::Shown)
        .with_link_display_text("")
        .without_syntax_highlighting();
    let mut text = String::new();
    for shown in all {
        text.clear();
        handler.render_report(&mut text, &shown).map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A finding or a problem as miette shows it.
#[derive(Debug, thiserror::Error)]
#[error("{title}")]
struct Shown {
    code: String,
    /// The page of the rule.
    page: Option<String>,
    severity: miette::Severity,
    title: String,
    help: String,
    window: Window,
}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn url<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.page.as_ref()?))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        if self.help.is_empty() { None } else { Some(Box::new(&self.help)) }
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        if self.window.labels().is_empty() { None } else { Some(&self.window) }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.window.labels().iter().cloned()))
    }
}

fn of_finding(report: &Report<'_>, cause: &Cause<'_>, advice: &str) -> Shown {
    let (finding, count) = (cause.finding, cause.others.len() + 1);
    let rule = &finding.rule;
    let places = std::iter::once((finding.span, finding.message.as_str()))
        .chain(finding.related.iter().map(|related| (related.span, &*related.message)));
    let window = Window::around(report, places);
    let mut title = match finding.outcome {
        Outcome::Fail => rule.title.clone(),
        Outcome::Open => format!("{} (undecided)", rule.title),
        Outcome::Pass => format!("{} (it is not so)", rule.title),
    };
    let cut = finding.message.chars().count() > LONGEST_LABEL;
    if cut || report.source(finding.span).is_none() {
        title.push('\n');
        if !cut && report.path(finding.span) != REPOSITORY {
            title.push_str(&one_line(report.path(finding.span)));
            title.push_str(": ");
        }
        title.push_str(&one_line(&finding.message));
    }
    let resource = &finding.resource;
    if *resource.address != *report.path(finding.span) {
        // Writing to a string cannot fail.
        let _ = write!(title, "\nin {} ({})", one_line(&resource.address), one_line(&resource.kind));
    }
    let further = report.further_places(cause).filter(|_| finding.outcome == Outcome::Fail);
    if let Some(places) = further {
        title.push('\n');
        title.push_str(&places);
    } else if count > 1 {
        let _ = if finding.outcome == Outcome::Open {
            write!(title, "\nand in {} for the same reason", counted(count - 1, "more place"))
        } else {
            let more = counted(count - 1, "more resource");
            write!(title, "\nand in {more} that {} written here", if count == 2 { "is" } else { "are" })
        };
    }
    Shown {
        code: format!("{}[{}]", grade(finding), rule.id),
        page: None,
        severity: match (finding.outcome, finding.severity()) {
            (Outcome::Fail, Severity::Critical | Severity::High) => miette::Severity::Error,
            (Outcome::Fail, Severity::Medium) | (Outcome::Open, _) => miette::Severity::Warning,
            (Outcome::Fail, Severity::Low | Severity::Info) | (Outcome::Pass, _) => miette::Severity::Advice,
        },
        title,
        help: help(finding, advice),
        window,
    }
}

/// What would decide it, before what its rule advises.
fn help(finding: &Finding, advice: &str) -> String {
    match (finding.outcome, &finding.open_because) {
        (Outcome::Open, Some(because)) => format!("undecided: {}\n{advice}", one_line(because)).trim_end().to_owned(),
        _ => advice.to_owned(),
    }
}

/// What to change, why it matters, and which controls it bears on.
fn advice(finding: &Finding) -> String {
    let rule = &finding.rule;
    let mut help = String::new();
    if finding.outcome != Outcome::Pass {
        let machine = if finding.unit.is_some() { " (`annexa fix` can do this)" } else { "" };
        let _ = writeln!(help, "{}{machine}\nwhy: {}", rule.fix.trim(), rule.why.trim());
    }
    if finding.outcome == Outcome::Fail && finding.severity() != rule.severity {
        let (here, elsewhere) = (finding.severity().name(), rule.severity.name());
        let _ = writeln!(
            help,
            "severity: {here} here, {elsewhere} elsewhere: it stands among examples, tests or code of others"
        );
    }
    for (id, strength) in &rule.controls {
        let _ = writeln!(help, "control: {} ({})", control_name(*id), strength.name());
    }
    help.truncate(help.trim_end().len());
    help
}

fn of_problem(report: &Report<'_>, problem: &Problem, more: usize) -> Shown {
    let window = Window::around(report, problem.span.map(|span| (span, "here")));
    let message = format!("{}{}", one_line(&problem.message), and_more(more));
    let named = window.labels().is_empty() && !problem.path.is_empty();
    Shown {
        code: problem.code.to_owned(),
        page: None,
        severity: match problem.level {
            Level::Error => miette::Severity::Error,
            Level::Notice => miette::Severity::Advice,
        },
        title: if named { format!("{}: {message}", one_line(&problem.path)) } else { message },
        help: problem.help.as_deref().map(visible).unwrap_or_default().into_owned(),
        window,
    }
}
