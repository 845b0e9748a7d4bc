//! Days as a calendar that any program of calendars reads: iCalendar (RFC 5545).

use std::io::{self, Write};

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::text::one_line;

/// A day in a calendar.
pub struct CalendarEvent<'a> {
    /// What it is known by: it stays the same as long as it is about the same.
    pub id: &'a str,
    /// The day.
    pub day: Date,
    /// What is on that day.
    pub summary: String,
    /// What else is known of it.
    pub description: String,
}

/// Most bytes of a line.
const LONGEST: usize = 75;

/// Writes a calendar whose events were last changed on a day.
pub fn write(out: &mut dyn Write, name: &str, today: Date, events: &[CalendarEvent<'_>]) -> io::Result<()> {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("PRODID:-//annexa//annexa {}//EN", env!("CARGO_PKG_VERSION")),
        format!("X-WR-CALNAME:{}", escaped(name)),
    ];
    for event in events {
        let next = event.day.saturating_add(1.days());
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escaped(event.id)),
            format!("DTSTAMP:{}T000000Z", basic(today)),
            format!("DTSTART;VALUE=DATE:{}", basic(event.day)),
            format!("DTEND;VALUE=DATE:{}", basic(next)),
            format!("SUMMARY:{}", escaped(&event.summary)),
            format!("DESCRIPTION:{}", escaped(&event.description)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().try_for_each(|line| folded(out, line))
}

fn basic(day: Date) -> String {
    day.to_string().replace('-', "")
}

fn escaped(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}

/// A line, continued below where it is too long; never within a character.
fn folded(out: &mut dyn Write, line: &str) -> io::Result<()> {
    let mut used = 0;
    for character in line.chars() {
        if used + character.len_utf8() > LONGEST {
            out.write_all(b"\r\n ")?;
            used = 1;
        }
        write!(out, "{character}")?;
        used += character.len_utf8();
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_escaped_and_folded() {
        let day = jiff::civil::date(2026, 12, 31);
        let event = CalendarEvent {
            id: "annexa:a,b",
            day,
            summary: format!("Ends; \u{1b}{}", "ü".repeat(60)),
            description: "one\ntwo".into(),
        };
        let mut bytes = Vec::new();
        write(&mut bytes, "x", day, &[event]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("UID:annexa:a\\,b\r\n"), "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"), "{text}");
        assert!(text.contains("SUMMARY:Ends\\;"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(text.lines().all(|line| line.len() <= LONGEST), "{text}");
        assert!(text.ends_with("END:VCALENDAR\r\n"));
    }
}
