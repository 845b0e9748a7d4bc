//! `annexa gap` and `annexa soa`: where each control stands, what is to be done, and what is said of it.

use crate::cli::args::LedgerArguments;
use crate::cli::output::{Exit, Failure};
use crate::cli::prepare::Against;
use crate::cli::run::{self, Asked, Run};
use crate::cli::target;
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::report::Format;
use crate::report::gap::GAP_FORMATS;
use crate::report::soa::SOA_FORMATS;

/// Runs `annexa gap`.
pub fn run(arguments: &LedgerArguments) -> Result<Exit, Failure> {
    show(arguments, GAP_FORMATS)
}

/// Runs `annexa soa`.
pub fn statement(arguments: &LedgerArguments) -> Result<Exit, Failure> {
    show(arguments, SOA_FORMATS)
}

fn show(arguments: &LedgerArguments, formats: &'static [&'static Format]) -> Result<Exit, Failure> {
    let targets = target::targets(&arguments.format, formats)?;
    let mut run = judged(arguments)?;
    let report = run.report();
    target::render(&report, &[Outcome::Fail, Outcome::Open], arguments.color, &targets)?;
    Ok(exit(&report.problems))
}

/// Judges everything that was asked for, by every rule.
pub fn judged(arguments: &LedgerArguments) -> Result<Run, Failure> {
    run::run(Asked {
        paths: &arguments.paths,
        input: &arguments.input,
        against: Against::Nothing,
        stdin_path: None,
        only_rules: &[],
        only_controls: &[],
        suppressions: true,
        baseline: None,
        explain_passes: false,
        ledger: true,
    })
}

/// A page of where things stand is no gate: only input that could not be read shows in the status.
pub fn exit(problems: &[Problem]) -> Exit {
    if problems.iter().any(|problem| problem.level == Level::Error) { Exit::Incomplete } else { Exit::Clean }
}
