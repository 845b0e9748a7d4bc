//! The states of the controls over past revisions: a table with a line for each control, and JSON.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::place::{control_name, control_title};
use super::text::Escaping;
use crate::posture::State;
use crate::posture::history::{History, Point};
use crate::rule::Severity;

/// Names of controls are cut after so many characters.
const NAME: usize = 48;

/// A line for each control, the oldest revision to the left; then how many controls were in each state at each revision.
pub fn text(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let Some((first, last)) = history.points.first().zip(history.points.last()) else { return Ok(()) };
    let revisions = history.points.len();
    let counted = if revisions == 1 { "1 revision".to_owned() } else { format!("{revisions} revisions") };
    writeln!(out, "{counted}, {} to {}, the oldest to the left\n", first.date, last.date)?;
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

/// One JSON object, documented in `docs/formats.md`. A contract: fields are added, never renamed.
pub fn json(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let controls: Vec<Value> =
        history.controls().map(|id| json!({ "id": id.to_string(), "title": control_title(id) })).collect();
    let points: Vec<Value> = history.points.iter().map(of_point).collect();
    serde_json::to_writer_pretty(Escaping(&mut *out), &json!({ "controls": controls, "points": points }))?;
    out.write_all(b"\n")
}

fn of_point(point: &Point) -> Value {
    let counts: Map<String, Value> =
        State::ALL.into_iter().map(|state| (state.name().to_owned(), point.count(state).into())).collect();
    let failed: Map<String, Value> = Severity::WORST_FIRST
        .iter()
        .zip(point.failed)
        .map(|(severity, count)| (severity.name().to_owned(), count.into()))
        .collect();
    let states: Map<String, Value> =
        point.states.iter().map(|(id, state)| (id.to_string(), state.name().into())).collect();
    json!({
        "date": point.date.to_string(),
        "commit": &*point.commit,
        "counts": counts,
        "failed": failed,
        "open": point.open,
        "problems": point.problems,
        "states": states,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> History {
        let point = |day: &str, digit: &str, states: [State; 3], failed| Point {
            date: day.parse().unwrap(),
            commit: digit.repeat(40).into(),
            states: ["5.1", "5.10", "8.24"].into_iter().map(|id| id.parse().unwrap()).zip(states).collect(),
            failed: [0, failed, 0, 0, 0],
            open: 1,
            problems: 0,
        };
        History {
            points: vec![
                point("2025-12-01", "a", [State::NotAssessed, State::Attested, State::Evidenced], 0),
                point("2025-12-08", "b", [State::Documented, State::Stale, State::Contradicted], 12),
                point("2025-12-15", "c", [State::Documented, State::Attested, State::Waived], 0),
            ],
        }
    }

    #[test]
    fn each_control_has_a_line_over_time() {
        let mut bytes = Vec::new();
        text(&history(), &mut bytes).unwrap();
        insta::assert_snapshot!("history_text", String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn programs_get_the_states_of_each_revision() {
        let mut bytes = Vec::new();
        json(&history(), &mut bytes).unwrap();
        insta::assert_snapshot!("history_json", String::from_utf8(bytes).unwrap());
    }
}
