//! Schedules of cron and its kin: the longest time from one run to the next.

/// Days of the calendar that is gone through: a whole cycle of days of the week and leap years.
const DAYS: u32 = 28 * 365 + 7;

/// Names that stand for schedules.
const NAMES: &[(&str, &str)] = &[
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Whose way of writing a schedule has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Days of the week from 0 for Sunday; either of the two days suffices where both are named.
    Unix,
    /// Days of the week from 1 for Sunday; one of the two days is `?`.
    Aws,
}

/// The longest time between two runs, in minutes; none where it is no schedule that is understood.
pub fn longest_gap(text: &str) -> Option<u64> {
    let text = text.trim();
    // A time zone before the fields shifts all runs alike.
    let text = match text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ=")) {
        Some(rest) => rest.split_once(char::is_whitespace)?.1.trim(),
        None => text,
    };
    if let Some(every) = text.strip_prefix("@every ") {
        return duration(every.trim());
    }
    if let Some(rate) = text.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')')) {
        let (number, unit) = rate.trim().split_once(char::is_whitespace)?;
        return number.parse::<u64>().ok()?.checked_mul(unit_minutes(unit.trim().trim_end_matches('s'))?);
    }
    if let Some(fields) = text.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')')) {
        return of_fields(&fields.split_whitespace().collect::<Vec<_>>(), Style::Aws);
    }
    let written = NAMES.iter().find(|(name, _)| *name == text).map_or(text, |(_, written)| written);
    of_fields(&written.split_whitespace().collect::<Vec<_>>(), Style::Unix)
}

fn unit_minutes(unit: &str) -> Option<u64> {
    Some(match unit {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        _ => return None,
    })
}

/// `1h30m`, `90s`, `6h`.
fn duration(text: &str) -> Option<u64> {
    let mut seconds = 0_u64;
    let mut number = String::new();
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let factor = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 24 * 3600,
            _ => return None,
        };
        seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(factor)?)?;
        number.clear();
    }
    (number.is_empty() && seconds > 0).then_some(seconds.div_ceil(60))
}

fn of_fields(fields: &[&str], style: Style) -> Option<u64> {
    let [minute, hour, day, month, weekday] = match (fields, style) {
        // Years beyond this one are not asked for, and seconds are less than a minute.
        ([minute, hour, day, month, weekday, year], Style::Aws) if *year == "*" => [minute, hour, day, month, weekday],
        ([second, minute, hour, day, month, weekday], Style::Unix) if second.parse::<u32>().is_ok() => {
            [minute, hour, day, month, weekday]
        }
        ([minute, hour, day, month, weekday], Style::Unix) => [minute, hour, day, month, weekday],
        _ => return None,
    };
    let minutes = values(minute, 0, 59, &[])?;
    let hours = values(hour, 0, 23, &[])?;
    let times: Vec<u32> = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute)).collect();
    let months = values(month, 1, 12, MONTHS)?;
    let days = values(day, 1, 31, &[])?;
    let weekdays: Vec<u32> = match style {
        Style::Unix => values(weekday, 0, 7, WEEKDAYS)?.into_iter().map(|day| day % 7).collect(),
        Style::Aws if weekday.chars().any(|letter| letter.is_ascii_digit()) => {
            values(weekday, 1, 7, &[])?.into_iter().map(|day| day - 1).collect()
        }
        Style::Aws => values(weekday, 0, 6, WEEKDAYS)?,
    };
    let either = style == Style::Unix && !day.starts_with('*') && !weekday.starts_with('*');
    let runs_on = |date: &Date| {
        let (on_day, on_weekday) = (days.contains(&date.day), weekdays.contains(&date.weekday));
        months.contains(&date.month) && if either { on_day || on_weekday } else { on_day && on_weekday }
    };
    gap(&times, runs_on)
}

/// The longest time between two runs, when runs on a day are at these minutes.
fn gap(times: &[u32], runs_on: impl Fn(&Date) -> bool) -> Option<u64> {
    let (first, last) = (u64::from(*times.first()?), u64::from(*times.last()?));
    let within = times.windows(2).filter_map(|pair| match pair {
        [one, next] => Some(u64::from(next - one)),
        _ => None,
    });
    let mut longest = within.max().unwrap_or(0);
    let mut date = Date { year: 2000, month: 1, day: 1, weekday: 6 };
    let mut before: Option<u32> = None;
    for at in 0..DAYS {
        if runs_on(&date) {
            if let Some(before) = before {
                longest = longest.max(u64::from(at - before) * 24 * 60 + first - last);
            }
            before = Some(at);
        }
        date.go_on();
    }
    (before.is_some() && longest > 0).then_some(longest)
}

/// A day of the calendar.
struct Date {
    year: u32,
    month: u32,
    day: u32,
    weekday: u32,
}

impl Date {
    fn go_on(&mut self) {
        let days = match self.month {
            2 if self.year.is_multiple_of(4) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        self.weekday = (self.weekday + 1) % 7;
        self.day += 1;
        if self.day > days {
            self.day = 1;
            self.month += 1;
        }
        if self.month > 12 {
            self.month = 1;
            self.year += 1;
        }
    }
}

/// The values of a field, in order: `*`, `*/5`, `1-5`, `MON,WED`, `?`.
fn values(field: &str, least: u32, most: u32, names: &[&str]) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let one = |text: &str| {
            let lower = text.to_ascii_lowercase();
            let position = names.iter().position(|name| *name == lower).and_then(|at| u32::try_from(at).ok());
            position.map(|at| at + least).or_else(|| text.parse().ok()).filter(|value| (least..=most).contains(value))
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*" | "?", _) => (least, most),
            (_, Some((from, to))) => (one(from)?, one(to)?),
            // `5/15` goes on to the end.
            (single, None) => (one(single)?, if step.is_some() { most } else { one(single)? }),
        };
        found.extend((from..=to).step_by(step.unwrap_or(1) as usize));
    }
    found.sort_unstable();
    found.dedup();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_time_between_two_runs_is_told() {
        const HOUR: u64 = 60;
        const DAY: u64 = 24 * HOUR;
        for (text, want) in [
            ("0 3 * * *", Some(DAY)),
            ("*/15 * * * *", Some(15)),
            ("0 */6 * * *", Some(6 * HOUR)),
            ("0 2,14 * * *", Some(12 * HOUR)),
            ("0 8-18 * * *", Some(14 * HOUR)),
            ("0 3 * * 0", Some(7 * DAY)),
            ("0 3 * * 7", Some(7 * DAY)),
            ("0 3 * * MON-FRI", Some(3 * DAY)),
            ("0 3 * * 1-5", Some(3 * DAY)),
            ("0 3 1 * *", Some(31 * DAY)),
            ("0 3 1 1 *", Some(366 * DAY)),
            ("0 3 29 2 *", Some(1461 * DAY)),
            // Either of the two days.
            ("0 3 1 * 0", Some(7 * DAY)),
            ("0 3 31 2 *", None),
            ("@hourly", Some(HOUR)),
            ("@weekly", Some(7 * DAY)),
            ("@every 90m", Some(90)),
            ("@every 1h30m", Some(90)),
            ("@every soon", None),
            ("rate(1 hour)", Some(HOUR)),
            ("rate(2 days)", Some(2 * DAY)),
            ("cron(0 5 ? * * *)", Some(DAY)),
            ("cron(0 5 ? * 1 *)", Some(7 * DAY)),
            ("cron(0 5 ? * SUN *)", Some(7 * DAY)),
            ("cron(0 5,17 * * ? *)", Some(12 * HOUR)),
            ("0 0 3 * * *", Some(DAY)),
            ("CRON_TZ=Europe/Berlin 0 3 * * *", Some(DAY)),
            ("0 3 * *", None),
            ("60 3 * * *", None),
            ("0 3 * * L", None),
            ("H 3 * * *", None),
            ("", None),
        ] {
            assert_eq!(longest_gap(text), want, "{text}");
        }
    }
}
