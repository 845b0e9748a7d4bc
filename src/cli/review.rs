//! `annexa review`: the inputs of a management review, from registers, records and checks at both ends of a period.

use std::sync::Arc;

use jiff::civil::Date;

use crate::cli::args::ReviewArguments;
use crate::cli::history;
use crate::cli::output::{self, Exit, Failure};
use crate::cli::{gap, run as runs, target};
use crate::posture::review::{self, Moment};
use crate::report::review::REVIEW_FORMATS;
use crate::scan::assess::Assessment;

/// Runs the command.
pub fn run(arguments: &ReviewArguments) -> Result<Exit, Failure> {
    let ReviewArguments { ledger: of, period: (from, to) } = arguments;
    let targets = target::targets(&of.format, REVIEW_FORMATS)?;
    let today = of.input.today.unwrap_or_else(output::today);
    let mut input = of.input.clone();
    // What lies after the period is no part of it: dates are compared with its last day.
    input.today = Some(today.min(*to));
    let mut run = gap::judged(&of.paths, &input, false)?;
    let before = history::up_to(&run, &of.input.exclude, *from);
    // The files as they are now are the end of a period that is not over; else a revision is, where there is one.
    let after = if *to < today { history::up_to(&run, &of.input.exclude, *to).ok().flatten() } else { None };
    let (start, start_words) = match &before {
        Ok(Some(of)) => (moment(&of.assessment), Ok((Arc::clone(&of.commit), of.date))),
        Ok(None) => (None, Err(format!("there is no commit up to {from}"))),
        Err(_) => (None, Err("there is no history of git here".to_owned())),
    };
    let now = match &after {
        Some(of) => (moment(&of.assessment), (Some(Arc::clone(&of.commit)), of.date)),
        None => (moment(&run.assessment), (None, today.min(*to))),
    };
    let review = now.0.map(|moment| review::review((*from, *to), (start, start_words), (moment, now.1)));
    let options = gap::options(of, &run);
    let mut report = gap::report(&mut run);
    report.about.review = review;
    target::render(&report, &options, of.color, &targets)?;
    Ok(gap::exit(&report.problems))
}

/// What an assessment says of its day.
fn moment(of: &Assessment) -> Option<Moment<'_>> {
    let ledger = of.ledger.as_ref()?;
    Some(Moment { governance: &of.governance, ledger, failed: runs::summarise(of).failed })
}

/// A period as `FROM..TO`, two days.
pub fn period(text: &str) -> Result<(Date, Date), String> {
    let expected = "expected two days, such as 2026-01-01..2026-12-31";
    let (from, to) = text.split_once("..").ok_or(expected)?;
    let day = |text: &str| text.parse::<Date>().map_err(|_| format!("`{text}` is no day: {expected}"));
    let (from, to) = (day(from)?, day(to)?);
    if to < from { Err(format!("{to} lies before {from}")) } else { Ok((from, to)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_two_days_in_order() {
        assert!(period("2026-01-01..2026-12-31").is_ok());
        for (text, want) in [
            ("2026", "two days"),
            ("2026-01-01", "two days"),
            ("2026-01-01..", "`` is no day"),
            ("2026-02-30..2026-12-31", "`2026-02-30` is no day"),
            ("2026-12-31..2026-01-01", "2026-01-01 lies before 2026-12-31"),
        ] {
            assert!(period(text).unwrap_err().contains(want), "{text}");
        }
    }
}
