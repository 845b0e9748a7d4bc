//! `annexa check`: the main job.

use std::io::Write;

use crate::cli::args::{CheckArguments, OutcomeArgument, SeverityArgument};
use crate::cli::output::{self, Exit, Failure};
use crate::cli::prepare::Against;
use crate::cli::run::{self, Asked};
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::lower::one_of;
use crate::report::{self, Format, Options, Report};
use crate::rule::Severity;
use crate::triage::Finding;

/// Where one rendering goes.
struct Target {
    format: &'static Format,
    file: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let targets = targets(&arguments.format)?;
    let mut run = run::run(Asked {
        paths: &arguments.paths,
        input: &arguments.input,
        against: against(arguments),
        stdin_path: arguments.stdin_path.as_deref(),
        only_rules: &arguments.only_rules,
        only_controls: &arguments.only_controls,
        suppressions: !arguments.no_suppressions,
        baseline: arguments.baseline.as_deref(),
        explain_passes: wants(arguments, Outcome::Pass),
        ledger: targets.iter().any(|target| target.format.ledger),
    })?;
    let settings = &run.prepared.settings;
    let fail_at = arguments.fail_at.map(severity).or(settings.fail_at).unwrap_or(Severity::Medium);
    let strict = arguments.strict || settings.strict;
    let report = run.report();
    let exit = verdict(&report.findings, &report.problems, fail_at, strict);
    render(&report, arguments, &targets)?;
    Ok(exit)
}

fn against(arguments: &CheckArguments) -> Against<'_> {
    match &arguments.base {
        Some(revision) => Against::Base(revision),
        None if arguments.staged => Against::Staged,
        None if arguments.changed => Against::Changed,
        None => Against::Nothing,
    }
}

fn targets(wanted: &[String]) -> Result<Vec<Target>, Failure> {
    let names: Vec<&str> = report::FORMATS.iter().map(|format| format.name).collect();
    let pretty = ["pretty".to_owned()];
    let wanted = if wanted.is_empty() { &pretty } else { wanted };
    let mut targets = Vec::new();
    for text in wanted {
        let (name, file) =
            text.split_once('=').map_or((text.as_str(), None), |(name, file)| (name, Some(file.to_owned())));
        let Some(format) = report::named(name) else {
            return Err(Failure::Message(format!("there is no format `{name}`: {}", one_of(name, &names))));
        };
        targets.push(Target { format, file });
    }
    if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
        return Err(Failure::Message(
            "only one format can go to standard output; write the others to files with NAME=FILE".into(),
        ));
    }
    Ok(targets)
}

fn verdict(findings: &[Finding], problems: &[Problem], fail_at: Severity, strict: bool) -> Exit {
    let counts = |finding: &Finding| {
        let failing = finding.outcome == Outcome::Fail || (strict && finding.outcome == Outcome::Open);
        failing && finding.suppressed.is_none() && finding.rule.severity >= fail_at
    };
    if findings.iter().any(counts) {
        return Exit::Findings;
    }
    if problems.iter().any(|problem| problem.level == Level::Error) { Exit::Incomplete } else { Exit::Clean }
}

fn render(report: &Report<'_>, arguments: &CheckArguments, targets: &[Target]) -> Result<(), Failure> {
    let outcomes: Vec<Outcome> = arguments.outcomes.iter().map(|outcome| self::outcome(*outcome)).collect();
    for target in targets {
        let mut bytes = Vec::new();
        let colour = target.file.is_none() && output::colour(arguments.color);
        let options = Options { colour, width: output::width(), outcomes: outcomes.clone() };
        (target.format.render)(report, &options, &mut bytes)?;
        match &target.file {
            None => output::print(&bytes)?,
            Some(file) => std::fs::File::create(file)
                .and_then(|mut out| out.write_all(&bytes))
                .map_err(|error| Failure::Message(format!("cannot write {file}: {error}")))?,
        }
    }
    Ok(())
}

fn wants(arguments: &CheckArguments, outcome: Outcome) -> bool {
    arguments.outcomes.iter().any(|wanted| self::outcome(*wanted) == outcome)
}

fn outcome(argument: OutcomeArgument) -> Outcome {
    match argument {
        OutcomeArgument::Fail => Outcome::Fail,
        OutcomeArgument::Open => Outcome::Open,
        OutcomeArgument::Pass => Outcome::Pass,
    }
}

fn severity(argument: SeverityArgument) -> Severity {
    match argument {
        SeverityArgument::Info => Severity::Info,
        SeverityArgument::Low => Severity::Low,
        SeverityArgument::Medium => Severity::Medium,
        SeverityArgument::High => Severity::High,
        SeverityArgument::Critical => Severity::Critical,
    }
}
