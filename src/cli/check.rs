//! `annexa check`: the main job.

use crate::cli::args::{CheckArguments, OutcomeArgument, SeverityArgument};
use crate::cli::output::{Exit, Failure};
use crate::cli::prepare::Against;
use crate::cli::run::{self, Asked};
use crate::cli::target;
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::report::{FORMATS, Options};
use crate::rule::Severity;
use crate::triage::Finding;

/// Runs the command.
pub fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let targets = target::targets(&arguments.format, FORMATS)?;
    let against = against(arguments);
    if arguments.touched && matches!(against, Against::Nothing) {
        return Err(Failure::Message("`--touched` needs a revision to compare with: `--base REV`".into()));
    }
    let mut run = run::run(Asked {
        against,
        stdin_path: arguments.stdin_path.as_deref(),
        only_rules: &arguments.only_rules,
        only_controls: &arguments.only_controls,
        suppressions: !arguments.no_suppressions,
        touched: arguments.touched,
        baseline: arguments.baseline.as_deref(),
        accept: &arguments.accept,
        explain_passes: wants(arguments, Outcome::Pass),
        fail_at: arguments.fail_at.map(severity),
        ledger: targets.iter().any(|target| target.format.ledger),
        passes: wants(arguments, Outcome::Pass),
        ..Asked::new(&arguments.paths, &arguments.input)
    })?;
    let settings = &run.prepared.settings;
    let fail_at = settings.fail_at.unwrap_or(Severity::Medium);
    let strict = arguments.strict || settings.strict;
    let report = run.report();
    let exit = verdict(&report.findings, &report.problems, fail_at, strict);
    let asked: Vec<Outcome> = arguments.outcomes.iter().map(|outcome| self::outcome(*outcome)).collect();
    let asked = Some(asked).filter(|asked| !asked.is_empty());
    let sought = !arguments.only_rules.is_empty() || !arguments.only_controls.is_empty() || fail_at == Severity::Info;
    let advice = arguments.advice || sought;
    let options = Options { asked, silenced: arguments.silenced, advice, ..Options::default() };
    target::render(&report, &options, arguments.color, &targets)?;
    // The process ends here: to give its memory back piece by piece takes as long as to judge a small file.
    drop(report);
    std::mem::forget(run);
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

fn verdict(findings: &[Finding], problems: &[Problem], fail_at: Severity, strict: bool) -> Exit {
    let counts = |finding: &Finding| {
        let failing = finding.outcome == Outcome::Fail || (strict && finding.outcome == Outcome::Open);
        failing && finding.suppressed.is_none() && finding.severity() >= fail_at
    };
    if findings.iter().any(counts) {
        return Exit::Findings;
    }
    if problems.iter().any(|problem| problem.level == Level::Error) { Exit::Incomplete } else { Exit::Clean }
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
