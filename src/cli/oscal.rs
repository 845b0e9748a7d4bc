//! `annexa oscal`: documents of NIST's exchange format.

use std::io::Write as _;

use crate::cli::args::{DocumentArgument, OscalArguments};
use crate::cli::output::{self, Exit, Failure};
use crate::cli::{gap, target};
use crate::report::{Format, Options, oscal};

/// Runs the command.
pub fn run(arguments: &OscalArguments) -> Result<Exit, Failure> {
    let Some(format) = format(arguments.document) else { return catalog(arguments) };
    let mut run = gap::judged(&arguments.paths, &arguments.input, false)?;
    let mut report = gap::report(&mut run);
    report.about.moment = arguments.timestamp;
    let empty = report.ledger.as_ref().is_none_or(|ledger| ledger.plan.is_empty());
    if arguments.document == DocumentArgument::Poam && empty {
        let told = "annexa: there is nothing to do; a plan of OSCAL cannot be empty, so none is written";
        let _ = writeln!(anstream::stderr(), "{told}");
        return Ok(gap::exit(&report.problems));
    }
    target::write(&report, format, &Options::default(), arguments.out.as_deref())?;
    Ok(gap::exit(&report.problems))
}

/// None for the catalog, which no file says anything of.
fn format(document: DocumentArgument) -> Option<&'static Format> {
    match document {
        DocumentArgument::AssessmentResults => Some(&oscal::RESULTS),
        DocumentArgument::ComponentDefinition => Some(&oscal::COMPONENT),
        DocumentArgument::Poam => Some(&oscal::PLAN),
        DocumentArgument::Profile => Some(&oscal::PROFILE),
        DocumentArgument::Catalog => None,
    }
}

fn catalog(arguments: &OscalArguments) -> Result<Exit, Failure> {
    let today = || oscal::midnight(arguments.input.today.unwrap_or_else(output::today));
    let moment = arguments.timestamp.map_or_else(today, |moment| moment.to_string());
    match &arguments.out {
        Some(file) => output::written_to(file, |out| oscal::catalog::write(out, &moment))?,
        None => output::to_stdout(|out| oscal::catalog::write(out, &moment))?,
    }
    Ok(Exit::Clean)
}
