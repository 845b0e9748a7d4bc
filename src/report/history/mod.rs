//! The states of the controls over past revisions.
//!
//! To add a format: one file beside this one, one line in [`HISTORY_FORMATS`]. A report without a history has nothing to
//! say.

mod chart;
mod html;
mod json;
mod text;

use super::Format;

pub use chart::over_time;

/// Every format of the states over time.
pub const HISTORY_FORMATS: &[&Format] = &[&text::TEXT, &json::JSON, &html::HTML];

/// The style of what [`over_time`] draws.
pub const CHART_STYLE: &str = include_str!("chart.css");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posture::State;
    use crate::posture::history::{History, Point};
    use crate::report::{Options, Report};
    use crate::source::Workspace;

    pub(super) fn history() -> History {
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

    fn rendered(format: &Format, history: History) -> String {
        let workspace = Workspace::in_memory([]);
        let mut report = Report::of_problems(&workspace, Vec::new());
        report.about.history = Some(history);
        report.rules_hash = "0f".repeat(32);
        let mut bytes = Vec::new();
        (format.render)(&report, &Options::default(), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_format_shows_the_states_over_time() {
        for format in HISTORY_FORMATS {
            let shown = rendered(format, history());
            let shown = shown.replace(concat!("annexa ", env!("CARGO_PKG_VERSION")), "annexa [version]");
            insta::assert_snapshot!(format!("history_{}", format.name), shown);
        }
    }

    #[test]
    fn a_history_of_one_revision_or_none_is_shown_too() {
        let History { points } = history();
        for format in HISTORY_FORMATS {
            assert!(
                rendered(format, History { points: points[..1].to_vec() }).contains("2025-12-01"),
                "{}",
                format.name
            );
            rendered(format, History::default());
        }
    }

    #[test]
    fn a_thousand_revisions_make_a_page_of_bounded_size() {
        let History { points } = history();
        let many = (0..1000).map(|at: usize| points[at % 3].clone()).collect();
        assert!(rendered(&html::HTML, History { points: many }).len() < 2_000_000);
    }
}
