//! Drawings of what changed over time. Everything that they say is in words too: in the labels of the drawings, and in
//! the table beside them.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::control::ControlId;
use crate::posture::State;
use crate::posture::history::{History, Point};
use crate::report::html::shell::{state_in, table};
use crate::report::place::control_title;
use crate::report::text::counted;
use crate::report::words::Language;
use crate::rule::Severity;

/// Height of the columns of a chart.
const HEIGHT: usize = 220;
/// Room to the left, for the scale.
const LEFT: usize = 40;
/// Room to the right, for the names of the newest column's parts.
const RIGHT: usize = 190;
/// Room above and below.
const ROOM: usize = 22;
/// Width of all columns together, where one is not too narrow or too wide for it.
const WIDTH: usize = 620;
/// Least distance of two names.
const LINE: usize = 15;

/// What is stacked in a column of a chart.
struct Series {
    /// The class that gives it its colour.
    class: &'static str,
    name: String,
    /// One for each column.
    values: Vec<usize>,
}

/// The states of all controls over time, the findings over time, and the controls whose state changed.
pub fn over_time(language: Language, history: &History) -> Markup {
    let Some((first, last)) = history.points.first().zip(history.points.last()) else { return html! {} };
    let (moved, same): (Vec<ControlId>, Vec<ControlId>) =
        history.controls().partition(|id| runs(history, *id).len() > 1);
    html! {
        p { (language.say(&format!(
            "{}, {} to {}, each judged with the rules of today on its own day.",
            counted(history.points.len(), "revision"), first.date, last.date
        ))) }
        @let by_state = language.say("Controls by state");
        h3 { (by_state) }
        (columns(language, &history.points, &states(language, history), &by_state))
        @let findings = findings(language, history);
        @if !findings.is_empty() {
            h3 { (language.say("Findings")) }
            (columns(language, &history.points, &findings, &language.say("Findings by severity")))
        }
        details { summary { (language.say("The numbers")) } (numbers(language, history)) }
        @let changed = language.say("Controls that changed");
        h3 { (changed) }
        @if moved.is_empty() { p { (language.say("None.")) } } @else { (strips(language, history, &moved, &changed)) }
        @if !same.is_empty() {
            details {
                summary { (language.say("The same all the time")) ": " (same.len()) }
                (strips(language, history, &same, &language.say("Controls that did not change")))
            }
        }
    }
}

/// The states that occur, from worst to best.
fn states(language: Language, history: &History) -> Vec<Series> {
    let of = |state: State| Series {
        class: state.name(),
        name: language.say(&state.words()).into_owned(),
        values: history.points.iter().map(|point| point.count(state)).collect(),
    };
    occurring(State::ALL.into_iter().map(of))
}

/// Failing findings by severity, and undecided ones.
fn findings(language: Language, history: &History) -> Vec<Series> {
    let failing = Severity::WORST_FIRST.iter().enumerate().map(|(at, severity)| Series {
        class: severity.name(),
        name: language.say(severity.name()).into_owned(),
        values: history.points.iter().map(|point| point.failed.get(at).copied().unwrap_or(0)).collect(),
    });
    let open = history.points.iter().map(|point| point.open).collect();
    occurring(failing.chain([Series { class: "open", name: language.say("undecided").into_owned(), values: open }]))
}

fn occurring(series: impl Iterator<Item = Series>) -> Vec<Series> {
    series.filter(|series| series.values.iter().any(|value| *value > 0)).collect()
}

/// A column for each revision, the first series on top.
fn columns(language: Language, points: &[Point], series: &[Series], label: &str) -> Markup {
    let step = (WIDTH / points.len().max(1)).clamp(2, 60);
    let width = step * points.len();
    let total = |at: usize| series.iter().filter_map(|series| series.values.get(at)).sum::<usize>();
    let most = (0..points.len()).map(total).max().unwrap_or(0).max(1);
    let scale = |value: usize| value * HEIGHT / most;
    let (whole, high) = (LEFT + width + RIGHT, HEIGHT + 2 * ROOM);
    html! {
        div.scroll role="region" aria-label=(label) tabindex="0" { svg.chart role="img" aria-label=(in_words(language, points, series, label)) width=(whole) height=(high) viewBox=(format!("0 0 {whole} {high}")) {
            @for value in [most, most / 2, 0] {
                @let y = ROOM + HEIGHT - scale(value);
                line.scale x1=(LEFT) x2=(LEFT + width) y1=(y) y2=(y) {}
                text x=(LEFT - 6) y=(y + 4) text-anchor="end" { (value) }
            }
            @for (at, point) in points.iter().enumerate() { (column(series, at, &language.day(point.date), step, &|at| total(at), &scale)) }
            @if let Some((first, last)) = points.first().zip(points.last()) {
                text x=(LEFT) y=(high - 5) { (language.day(first.date)) }
                @if width > 200 { text x=(LEFT + width) y=(high - 5) text-anchor="end" { (language.day(last.date)) } }
            }
            @for (text, y) in names(series, &scale) { text x=(LEFT + width + 8) y=(y) { (text) } }
        } }
    }
}

fn column(
    series: &[Series],
    at: usize,
    date: &str,
    step: usize,
    total: &dyn Fn(usize) -> usize,
    scale: &dyn Fn(usize) -> usize,
) -> Markup {
    let mut above = total(at);
    html! {
        @for part in series {
            @let value = part.values.get(at).copied().unwrap_or(0);
            @let (top, bottom) = (scale(above), scale(above.saturating_sub(value)));
            @let () = above = above.saturating_sub(value);
            @if value > 0 {
                rect.(part.class) x=(LEFT + at * step) y=(ROOM + HEIGHT - top) width=(step - usize::from(step > 3)) height=(top - bottom) {
                    title { (date) ": " (value) " " (part.name) }
                }
            }
        }
    }
}

/// The names of the parts of the newest column, each beside it, and never one over another.
fn names(series: &[Series], scale: &dyn Fn(usize) -> usize) -> Vec<(String, usize)> {
    let last = |series: &Series| series.values.last().copied().unwrap_or(0);
    let mut below = 0;
    let mut free = ROOM + HEIGHT + 4;
    let mut names = Vec::new();
    for part in series.iter().rev() {
        let value = last(part);
        if value > 0 {
            let middle = usize::midpoint(scale(below), scale(below + value));
            let y = (ROOM + HEIGHT + 4 - middle).min(free);
            names.push((format!("{value} {}", part.name), y));
            free = y.saturating_sub(LINE);
            below += value;
        }
    }
    names
}

/// What a chart shows, for those who do not see it: its first and its last column.
fn in_words(language: Language, points: &[Point], series: &[Series], label: &str) -> String {
    let of = |at: usize, point: &Point| {
        let parts =
            series.iter().filter_map(|series| Some((series.values.get(at).filter(|value| **value > 0)?, series)));
        let parts: Vec<String> = parts.map(|(value, series)| format!("{value} {}", series.name)).collect();
        let none = || language.say("none").into_owned();
        format!("{}: {}", language.day(point.date), if parts.is_empty() { none() } else { parts.join(", ") })
    };
    let ends: Vec<String> = match points {
        [first, .., last] => vec![of(0, first), of(points.len() - 1, last)],
        [only] => vec![of(0, only)],
        [] => Vec::new(),
    };
    format!("{label}. {}.", ends.join(". "))
}

/// The numbers of the charts.
fn numbers(language: Language, history: &History) -> Markup {
    let (states, findings) = (states(language, history), findings(language, history));
    let series = || states.iter().chain(&findings);
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("Day")) } th scope="col" { (language.say("Commit")) }
            @for series in series() { th.number scope="col" { (series.name) } }
        } }
        tbody { @for (at, point) in history.points.iter().enumerate() { tr {
            th scope="row" { (language.day(point.date)) }
            td { code { (point.commit.get(..10).unwrap_or("")) } }
            @for series in series() { td.number { (series.values.get(at).copied().unwrap_or(0)) } }
        } } }
    };
    table(&language.say("Numbers of each revision"), &content)
}

/// A line for each control, coloured by its state.
fn strips(language: Language, history: &History, controls: &[ControlId], label: &str) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { (language.say("Control")) } th scope="col" { (language.say("Over time")) } th scope="col" { (language.say("Now")) } } }
        tbody { @for id in controls { tr {
            th scope="row" { (id) " " (language.say(control_title(*id))) }
            td { (strip(language, history, *id)) }
            td { @if let Some(now) = history.points.last().and_then(|point| point.state(*id)) { (state_in(language, now)) } }
        } } }
    };
    table(label, &content)
}

fn strip(language: Language, history: &History, id: ControlId) -> Markup {
    let runs = runs(history, id);
    let words = |run: &Run| language.say(&format!("{} from {}", run.state.words(), run.since)).into_owned();
    let said: Vec<String> = runs.iter().map(words).collect();
    html! {
        svg.strip aria-hidden="true" viewBox=(format!("0 0 {} 1", history.points.len())) preserveAspectRatio="none" {
            @for run in &runs {
                rect.(run.state.name()) x=(run.start) y="0" width=(run.length) height="1" {
                    title { (words(run)) }
                }
            }
        }
        span.said { (said.join(", ")) }
    }
}

/// Revisions that follow each other with a control in the same state.
struct Run {
    state: State,
    since: Date,
    start: usize,
    length: usize,
}

fn runs(history: &History, id: ControlId) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (start, point) in history.points.iter().enumerate() {
        let Some(state) = point.state(id) else { continue };
        match runs.last_mut().filter(|run| run.state == state && run.start + run.length == start) {
            Some(run) => run.length += 1,
            None => runs.push(Run { state, since: point.date, start, length: 1 }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lie_on_each_other() {
        let series: Vec<Series> =
            (0..10).map(|_| Series { class: "low", name: "x".to_owned(), values: vec![1] }).collect();
        let names = names(&series, &|value| value * HEIGHT / 93);
        let places: Vec<usize> = names.iter().map(|(_, y)| *y).collect();
        assert!(places.windows(2).all(|pair| pair[0] >= pair[1] + LINE), "{places:?}");
        assert!(places.iter().all(|y| (0..HEIGHT + 2 * ROOM).contains(y)), "{places:?}");
    }

    #[test]
    fn revisions_with_the_same_state_are_one_run() {
        let history = super::super::tests::history();
        let of = |id: &str| -> Vec<(State, String, usize)> {
            let runs = runs(&history, id.parse().unwrap());
            runs.iter().map(|run| (run.state, run.since.to_string(), run.length)).collect()
        };
        let documented = (State::Documented, "2025-12-08".to_owned(), 2);
        assert_eq!(of("5.1"), [(State::NotAssessed, "2025-12-01".to_owned(), 1), documented]);
        assert_eq!(of("8.24").len(), 3);
    }
}
