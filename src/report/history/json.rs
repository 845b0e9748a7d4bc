//! The states over time for programs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::posture::State;
use crate::posture::history::Point;
use crate::report::place::control_title;
use crate::report::text::Escaping;
use crate::report::{Format, Options, Report};
use crate::rule::Severity;

/// The format.
pub const JSON: Format = Format { name: "json", doc: "One JSON object for programs.", ledger: true, render };

/// One JSON object, documented in `docs/formats.md`. A contract: fields are added, never renamed.
fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(history) = &report.about.history else { return Ok(()) };
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
