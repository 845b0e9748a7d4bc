//! `annexa oscal`: documents of NIST's exchange format.

use std::io::Write as _;

use crate::cli::args::{DocumentArgument, OscalArguments};
use crate::cli::output::{Exit, Failure};
use crate::cli::{gap, target};
use crate::report::{Format, Options, oscal};

/// Runs the command.
pub fn run(arguments: &OscalArguments) -> Result<Exit, Failure> {
    let format = format(arguments.document);
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

fn format(document: DocumentArgument) -> &'static Format {
    match document {
        DocumentArgument::AssessmentResults => &oscal::RESULTS,
        DocumentArgument::ComponentDefinition => &oscal::COMPONENT,
        DocumentArgument::Poam => &oscal::PLAN,
    }
}
