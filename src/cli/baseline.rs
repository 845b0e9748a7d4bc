//! `annexa baseline`: the findings that are there now, as a file that `annexa check --baseline` accepts them from.

use std::io::Write as _;

use crate::cli::args::BaselineArguments;
use crate::cli::gap;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::run::{self, Asked};
use crate::report::{counted, escaped_json, one_line};
use crate::triage::baseline::Baseline;

/// Runs the command. Findings that a comment or a waiver silences need no baseline.
pub fn run(arguments: &BaselineArguments) -> Result<Exit, Failure> {
    let mut run = run::run(Asked::new(&arguments.paths, &arguments.input))?;
    let report = run.report();
    let baseline = Baseline::of(&report.findings, report.workspace);
    let text = escaped_json(&baseline.write());
    match &arguments.out {
        None => output::print(text.as_bytes())?,
        Some(file) => {
            output::write_file(file, text.as_bytes())?;
            let wrote = counted(baseline.len(), "finding");
            output::print(format!("wrote {wrote} to {}\n", one_line(&file.to_string_lossy())).as_bytes())?;
        }
    }
    let exit = gap::exit(&report.problems);
    if exit == Exit::Incomplete {
        let _ = writeln!(anstream::stderr(), "annexa: some files could not be judged; `annexa check` tells which");
    }
    Ok(exit)
}
