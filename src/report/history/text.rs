//! The states over time for a terminal: a line for each control, a letter for each revision.

use std::io::{self, Write};

use crate::posture::State;
use crate::posture::history::History;
use crate::report::place::control_name;
use crate::report::text::counted;
use crate::report::{Format, Options, Report};

/// The format.
pub const TEXT: Format = Format { name: "text", doc: "A table for a terminal.", ledger: true, render };

/// Names of controls are cut after so many characters.
const NAME: usize = 48;

/// A line for each control, the oldest revision to the left; then how many controls were in each state at each revision.
fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(history) = &report.about.history else { return Ok(()) };
    let Some((first, last)) = history.points.first().zip(history.points.last()) else { return Ok(()) };
    let revisions = counted(history.points.len(), "revision");
    writeln!(out, "{revisions}, {} to {}, the oldest to the left\n", first.date, last.date)?;
    for id in history.controls() {
        let name: String = control_name(id).chars().take(NAME).collect();
        let line: String = history.of(id).map(State::letter).collect();
        let now = last.state(id).map_or("", State::name);
        writeln!(out, "{name:NAME$}  {line}  {now}")?;
    }
    let legend: Vec<String> = State::ALL.map(|state| format!("{} {}", state.letter(), state.name())).into();
    writeln!(out, "\n{}\n", legend.join("  "))?;
    counts(history, out)
}

/// The number of controls in each state that occurs, and of findings, a line for each revision.
fn counts(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let occurs = |state: &State| history.points.iter().any(|point| point.count(*state) > 0);
    let states: Vec<State> = State::ALL.into_iter().filter(occurs).collect();
    let heads: Vec<&str> =
        states.iter().map(|state| state.name()).chain(["failing", "undecided", "problems"]).collect();
    writeln!(out, "{:10}  {:10}  {}", "day", "commit", heads.join("  "))?;
    for point in &history.points {
        let failing: usize = point.failed.iter().sum();
        let numbers = states.iter().map(|state| point.count(*state)).chain([failing, point.open, point.problems]);
        let cells: Vec<String> =
            numbers.zip(&heads).map(|(number, head)| format!("{number:>width$}", width = head.len())).collect();
        writeln!(out, "{}  {:10}  {}", point.date, point.commit.get(..10).unwrap_or(""), cells.join("  "))?;
    }
    Ok(())
}
