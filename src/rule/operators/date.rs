//! Dates: calendar days, compared with the day of the run.
//!
//! A date is `2026-01-31`, alone or with a time of day after it; the time and its zone do not count.

use jiff::ToSpan;
use jiff::civil::Date;

use super::argument::{only_true, refused};
use crate::document::{Node, Value};
use crate::rule::operator::{Operator, Partly, Test};
use crate::truth::Truth;

/// `before-today`.
pub const BEFORE_TODAY: Operator = Operator {
    name: "before-today",
    expects: "a day before today",
    doc: "The date has passed: yesterday or earlier. The argument is `true`.",
    build: |argument| {
        only_true(argument)?;
        Ok(Test::One(Box::new(|node, setting| Truth::from(date_of(node).is_some_and(|date| date < setting.today)))))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("true", "\"2026-01-14\"", Truth::True),
        ("true", "\"2026-01-15\"", Truth::False),
        ("true", "\"2026-01-14T23:59:59Z\"", Truth::True),
        ("true", "\"2026-02-30\"", Truth::False),
        ("true", "\"soon\"", Truth::False),
    ],
};

/// `older-than`.
pub const OLDER_THAN: Operator = Operator {
    name: "older-than",
    expects: "older than",
    doc: "The date lies further in the past than the period: `365d`, `52w`, `12mo` or `1y`.",
    build: |argument| {
        const EXPECTED: &str = "a period in days, weeks, months or years such as `365d`, `52w`, `12mo` or `1y`";
        let period = argument.as_str().and_then(period).ok_or_else(|| refused(EXPECTED, argument))?;
        Ok(Test::One(Box::new(move |node, setting| {
            let since = setting.today.saturating_sub(period);
            Truth::from(date_of(node).is_some_and(|date| date < since))
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("\"365d\"", "\"2025-01-14\"", Truth::True),
        ("\"365d\"", "\"2025-01-15\"", Truth::False),
        ("\"12mo\"", "\"2025-01-15\"", Truth::False),
        ("\"1y\"", "\"2024-02-29\"", Truth::True),
        ("\"2w\"", "\"2026-01-01 08:00\"", Truth::False),
        ("\"90d\"", "\"2030-01-01\"", Truth::False),
    ],
};

/// `within-days`.
pub const WITHIN_DAYS: Operator = Operator {
    name: "within-days",
    expects: "within so many days:",
    doc: "The date comes in the next so many days, or has passed.",
    build: |argument| {
        const EXPECTED: &str = "a whole number of days, 0 or more";
        let Value::Int(days) = argument.value else { return Err(refused(EXPECTED, argument)) };
        let days = u16::try_from(days).map_err(|_| refused(EXPECTED, argument))?;
        Ok(Test::One(Box::new(move |node, setting| {
            let last = setting.today.saturating_add(i64::from(days).days());
            Truth::from(date_of(node).is_some_and(|date| date <= last))
        })))
    },
    proof: None,
    partly: Partly::Nothing,
    examples: &[
        ("30", "\"2026-02-14\"", Truth::True),
        ("30", "\"2026-02-15\"", Truth::False),
        ("30", "\"2020-01-01\"", Truth::True),
        ("0", "\"2026-01-15\"", Truth::True),
        ("30", "20260120", Truth::False),
    ],
};

fn date_of(node: &Node) -> Option<Date> {
    node.as_str().and_then(date)
}

/// The calendar day of a date, with or without a time of day.
pub fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let (day, rest) = text.split_at_checked(10)?;
    let time = rest.is_empty()
        || (rest.starts_with(['T', 't', ' '])
            && rest.bytes().skip(1).all(|byte| byte.is_ascii_digit() || b":.,+-Zz ".contains(&byte)));
    let [b0, b1, b2, b3, b'-', m0, m1, b'-', d0, d1] = day.as_bytes() else { return None };
    let digits = [b0, b1, b2, b3, m0, m1, d0, d1].into_iter().all(u8::is_ascii_digit);
    (time && digits).then(|| day.parse().ok()).flatten()
}

/// A period of calendar units.
fn period(text: &str) -> Option<jiff::Span> {
    let text = text.trim();
    let at = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(at)?;
    // Ten thousand years are more than a calendar holds, whatever the unit.
    let number: i64 = number.parse().ok().filter(|number| *number <= 9_999)?;
    match unit.trim() {
        "d" | "day" | "days" => Some(number.days()),
        "w" | "week" | "weeks" => Some(number.weeks()),
        "mo" | "month" | "months" => Some(number.months()),
        "y" | "year" | "years" => Some(number.years()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_may_have_a_time_and_nothing_else() {
        for (text, want) in [
            ("2026-01-31", Some((2026, 1, 31))),
            (" 2026-01-31 ", Some((2026, 1, 31))),
            ("2026-01-31T10:00:00.5+02:00", Some((2026, 1, 31))),
            ("2026-01-31 10:00 Z", Some((2026, 1, 31))),
            ("2024-02-29", Some((2024, 2, 29))),
            ("2026-02-29", None),
            ("2026-1-31", None),
            ("2026-01-31x", None),
            ("2026-01-311", None),
            ("2026-01-31T<b>", None),
            ("31.01.2026", None),
            ("2026-01-3é", None),
            ("", None),
        ] {
            let want = want.map(|(year, month, day)| jiff::civil::date(year, month, day));
            assert_eq!(date(text), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[0-9TZ:dwy -]{0,24}|.{0,24}") {
            date(&text);
            if let Some(period) = period(&text) {
                jiff::civil::date(2026, 1, 15).saturating_sub(period);
            }
        }
    }
}
