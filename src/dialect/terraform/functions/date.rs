//! Functions on points in time, written as RFC 3339 has them.

use std::fmt::Write as _;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::Value;

const NANOS: i128 = 1_000_000_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "formatdate",
        params: &[Param::one("format", Accepts::String), Param::one("time", Accepts::String)],
        gives: Accepts::String,
        call: formatdate,
    },
    Function {
        name: "timeadd",
        params: &[Param::one("timestamp", Accepts::String), Param::one("duration", Accepts::String)],
        gives: Accepts::String,
        call: timeadd,
    },
    Function {
        name: "timecmp",
        params: &[Param::one("timestamp_a", Accepts::String), Param::one("timestamp_b", Accepts::String)],
        gives: Accepts::Number,
        call: |call| {
            let order = Time::parse(call.str(0))?.instant().cmp(&Time::parse(call.str(1))?.instant());
            Ok(Value::number(order as i64))
        },
    },
];

/// A point in time, as a clock at an offset from UTC shows it.
struct Time {
    /// Nanoseconds of the local clock since 1970.
    local: i128,
    /// Minutes before UTC.
    offset: i64,
    /// Whether the offset was written `Z`.
    utc: bool,
}

/// The parts of a date and a time of day.
struct Parts {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Time {
    fn parse(text: &str) -> Result<Time, Refusal> {
        Time::read(text).ok_or_else(|| Refusal::new(format!("`{text}` is not a time as RFC 3339 writes it")))
    }

    fn read(text: &str) -> Option<Time> {
        let number = |range: std::ops::Range<usize>| {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
        };
        let is = |at: usize, wanted: u8| text.as_bytes().get(at) == Some(&wanted);
        if !(is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':')) {
            return None;
        }
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let mut rest = text.get(19..)?;
        let mut nanos = 0i128;
        if let Some(fraction) = rest.strip_prefix('.') {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let digits: String = fraction.get(..length.min(9))?.to_owned();
            nanos = format!("{digits:0<9}").parse().ok().filter(|_| length > 0)?;
            rest = fraction.get(length..)?;
        }
        let (offset, utc) = match rest {
            "Z" => (0, true),
            _ => (offset(rest)?, false),
        };
        let seconds = days_from(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        Some(Time { local: i128::from(seconds) * NANOS + nanos, offset, utc })
    }

    fn instant(&self) -> i128 {
        self.local - i128::from(self.offset) * 60 * NANOS
    }

    fn parts(&self) -> Parts {
        let seconds = i64::try_from(self.local.div_euclid(NANOS)).unwrap_or(0);
        let (days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date_of(days);
        Parts {
            year,
            month,
            day,
            weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or(0),
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60,
        }
    }

    fn offset_text(&self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        format!("{sign}{:02}{colon}{:02}", self.offset.abs() / 60, self.offset.abs() % 60)
    }
}

/// `+02:00` in minutes.
fn offset(text: &str) -> Option<i64> {
    let sign = match text.as_bytes() {
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u8>().ok().map(i64::from);
    let (hours, minutes) = (part(1..3)?, part(4..6)?);
    (hours <= 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970, counted from March so that the leap day comes last.
fn days_from(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month from 0, and day.
fn date_of(days: i64) -> (i64, usize, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 2, 0) } else { (month - 10, 1) };
    (year + era * 400 + later, usize::try_from(month).unwrap_or(0), day)
}

fn timeadd(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut time = Time::parse(call.str(0))?;
    let text = call.str(1);
    let by = duration(text).ok_or_else(|| Refusal::new(format!("`{text}` is not a duration")))?;
    time.local += i128::from(by);
    let Parts { year, month, day, hour, minute, second, .. } = time.parts();
    let zone = if time.utc || time.offset == 0 { "Z".to_owned() } else { time.offset_text(":") };
    Ok(Value::string(format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}", month + 1)))
}

/// A duration as Go reads it (`-1h30m`), in nanoseconds.
fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0i128;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|ch: char| !ch.is_ascii_digit() && ch != '.').filter(|end| *end < 64)?;
        let (whole, fraction) = rest.get(..end)?.split_once('.').unwrap_or((rest.get(..end)?, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        rest = rest.get(end..)?;
        let length = rest.find(|ch: char| ch.is_ascii_digit() || ch == '.').unwrap_or(rest.len());
        let unit: i128 = match rest.get(..length)? {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => NANOS,
            "m" => 60 * NANOS,
            "h" => 3600 * NANOS,
            _ => return None,
        };
        rest = rest.get(length..)?;
        let digits = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
        let kept = fraction.get(..fraction.len().min(18))?;
        let scale = 10i128.checked_pow(u32::try_from(kept.len()).ok()?)?;
        total = total.checked_add(digits(whole)?.checked_mul(unit)?)?;
        total = total.checked_add(digits(kept)?.checked_mul(unit)? / scale)?;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

fn formatdate(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let time = Time::parse(call.str(1))?;
    let parts = time.parts();
    let mut out = String::new();
    let mut rest = call.str(0);
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(rest, &mut out)?;
            continue;
        }
        let length = if first.is_ascii_alphabetic() {
            rest.bytes().take_while(|byte| char::from(*byte) == first).count()
        } else {
            first.len_utf8()
        };
        let verb = rest.get(..length).unwrap_or("");
        if first.is_ascii_alphabetic() {
            write_verb(verb, &time, &parts, &mut out)?;
        } else {
            out.push_str(verb);
        }
        rest = rest.get(length..).unwrap_or("");
    }
    Ok(Value::string(out))
}

/// A literal in quotes, in which a doubled quote stands for one.
fn quoted<'a>(text: &'a str, out: &mut String) -> Result<&'a str, Refusal> {
    let mut rest = text.get(1..).unwrap_or("");
    loop {
        let Some((literal, after)) = rest.split_once('\'') else {
            return Err(Refusal::new("a quote in the format is not closed"));
        };
        out.push_str(literal);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Ok(after),
        }
    }
}

fn write_verb(verb: &str, time: &Time, parts: &Parts, out: &mut String) -> Result<(), Refusal> {
    let month = MONTHS.get(parts.month).copied().unwrap_or("");
    let weekday = WEEKDAYS.get(parts.weekday).copied().unwrap_or("");
    let half = (parts.hour + 11) % 12 + 1;
    let afternoon = parts.hour >= 12;
    let _ = match verb {
        "YYYY" => write!(out, "{:04}", parts.year),
        "YY" => write!(out, "{:02}", parts.year % 100),
        "MMMM" => write!(out, "{month}"),
        "MMM" => write!(out, "{}", month.get(..3).unwrap_or("")),
        "MM" => write!(out, "{:02}", parts.month + 1),
        "M" => write!(out, "{}", parts.month + 1),
        "DD" => write!(out, "{:02}", parts.day),
        "D" => write!(out, "{}", parts.day),
        "EEEE" => write!(out, "{weekday}"),
        "EEE" => write!(out, "{}", weekday.get(..3).unwrap_or("")),
        "hh" => write!(out, "{:02}", parts.hour),
        "h" => write!(out, "{}", parts.hour),
        "HH" => write!(out, "{half:02}"),
        "H" => write!(out, "{half}"),
        "AA" => write!(out, "{}", if afternoon { "PM" } else { "AM" }),
        "aa" => write!(out, "{}", if afternoon { "pm" } else { "am" }),
        "mm" => write!(out, "{:02}", parts.minute),
        "m" => write!(out, "{}", parts.minute),
        "ss" => write!(out, "{:02}", parts.second),
        "s" => write!(out, "{}", parts.second),
        "ZZZZZ" => write!(out, "{}", time.offset_text(":")),
        "ZZZZ" => write!(out, "{}", time.offset_text("")),
        "ZZZ" if time.offset == 0 => write!(out, "UTC"),
        "ZZZ" => write!(out, "{}", time.offset_text("")),
        "Z" if time.offset == 0 => write!(out, "Z"),
        "Z" => write!(out, "{}", time.offset_text(":")),
        _ => return Err(Refusal::new(format!("the format has the verb `{verb}`, which does not exist"))),
    };
    Ok(())
}
