//! `annexa plan` and `annexa agenda`: what is to be done, by whom and when.

use jiff::ToSpan as _;

use crate::cli::args::{AgendaArguments, PlanArguments};
use crate::cli::gap;
use crate::cli::output::{Exit, Failure};
use crate::cli::target;
use crate::posture::agenda;
use crate::posture::roadmap::{Capacity, roadmap};
use crate::report::agenda::{AGENDA_FORMATS, Agenda};
use crate::report::roadmap::PLAN_FORMATS;

/// Runs `annexa plan`.
pub fn run(arguments: &PlanArguments) -> Result<Exit, Failure> {
    let PlanArguments { ledger: arguments, capacity: given } = arguments;
    let targets = target::targets(&arguments.format, PLAN_FORMATS)?;
    let mut capacity = Capacity::default();
    for (role, days) in given {
        match role {
            Some(role) => drop(capacity.of.insert(role.clone(), *days)),
            None => capacity.default = *days,
        }
    }
    let mut run = gap::judged(&arguments.paths, &arguments.input, false)?;
    let options = gap::options(arguments, &run);
    let mut report = gap::report(&mut run);
    if let Some(ledger) = &report.ledger {
        report.about.roadmap = roadmap(&ledger.plan, &capacity, ledger.today);
    }
    target::render(&report, &options, arguments.color, &targets)?;
    Ok(gap::exit(&report.problems))
}

/// Runs `annexa agenda`.
pub fn agenda(arguments: &AgendaArguments) -> Result<Exit, Failure> {
    let AgendaArguments { ledger: arguments, within } = arguments;
    let targets = target::targets(&arguments.format, AGENDA_FORMATS)?;
    let mut run = gap::judged(&arguments.paths, &arguments.input, false)?;
    let agenda = run.assessment.ledger.as_ref().map(|ledger| {
        let until = ledger.today.saturating_add(i64::from(*within).days());
        let entries = agenda::entries(ledger, &run.assessment.governance, &run.prepared.workspace, until);
        Agenda { until, entries }
    });
    let options = gap::options(arguments, &run);
    let mut report = gap::report(&mut run);
    report.about.agenda = agenda;
    target::render(&report, &options, arguments.color, &targets)?;
    Ok(gap::exit(&report.problems))
}
