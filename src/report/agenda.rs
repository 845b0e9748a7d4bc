//! What is due, expires or is to be looked at again, for people, programs and calendars.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use jiff::civil::Date;
use serde_json::json;

use super::calendar::{self, CalendarEvent};
use super::gap::Page;
use super::markdown::{code, inline};
use super::sheet::Sheet;
use super::text::{Escaping, counted, one_line};
use super::{Format, Options, Report};
use crate::posture::agenda::AgendaEntry;

/// What is due up to a day.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// The last day that was asked for.
    pub until: Date,
    /// What is due, by day.
    pub entries: Vec<AgendaEntry>,
}

/// Every format.
pub const AGENDA_FORMATS: &[&Format] = &[
    &Format { name: "pretty", doc: "A list by owner, for a terminal.", ledger: true, render: pretty },
    &Format { name: "markdown", doc: "A page, by owner.", ledger: true, render: markdown },
    &Format {
        name: "json",
        doc: "One JSON object, with ids that stay the same from run to run.",
        ledger: true,
        render: json,
    },
    &Format { name: "csv", doc: "One row for each day, for spreadsheets and trackers.", ledger: true, render: csv },
    &Format { name: "ics", doc: "A calendar (RFC 5545).", ledger: true, render: ics },
];

fn of<'r>(report: &'r Report<'_>) -> Option<(&'r Agenda, Date)> {
    report.about.agenda.as_ref().zip(report.ledger.as_ref().map(|ledger| ledger.today))
}

impl Agenda {
    /// "Agenda from 2026-06-15 to 2026-07-15"
    fn title(&self, today: Date) -> String {
        format!("Agenda from {today} to {}", self.until)
    }

    /// "6 entries on 2 days, 1 of them overdue."
    fn headline(&self) -> String {
        let days: BTreeSet<Date> = self.entries.iter().map(|entry| entry.day).collect();
        let overdue = self.entries.iter().filter(|entry| entry.overdue).count();
        let entries = match self.entries.len() {
            1 => "1 entry".to_owned(),
            many => format!("{many} entries"),
        };
        format!("{entries} on {}, {overdue} of them overdue.", counted(days.len(), "day"))
    }

    /// The owners in order, nobody last, each with what is theirs.
    fn by_owner(&self) -> Vec<(Option<&str>, Vec<&AgendaEntry>)> {
        let mut owners: Vec<Option<&str>> = self.entries.iter().map(|entry| entry.owner.as_deref()).collect();
        owners.sort_unstable_by_key(|owner| (owner.is_none(), *owner));
        owners.dedup();
        let of = |owner| self.entries.iter().filter(|entry| entry.owner.as_deref() == owner).collect();
        owners.into_iter().map(|owner| (owner, of(owner))).collect()
    }
}

fn pretty(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((agenda, today)) = of(report) else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| one_line(&language.say(text)).into_owned();
    writeln!(out, "{}: {}", say(&agenda.title(today)), say(&agenda.headline()))?;
    for (owner, entries) in agenda.by_owner() {
        writeln!(out, "\n{}", owner.map_or_else(|| say("Nobody").into(), one_line))?;
        for entry in entries {
            let overdue = if entry.overdue { format!(", {}", say("overdue")) } else { String::new() };
            let (what, title, path) = (say(entry.what), say(&entry.title), one_line(&entry.path));
            writeln!(out, "  {}{overdue}  {title}: {what} ({path})", language.day(entry.day))?;
        }
    }
    Ok(())
}

fn markdown(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((agenda, today)) = of(report) else { return Ok(()) };
    let language = options.language;
    let mut page = Page::of(language);
    page.heading(1, &agenda.title(today));
    page.line(&format!("{}\n", page.say(&agenda.headline())));
    for (owner, entries) in agenda.by_owner() {
        page.line(&format!("## {}\n", owner.map_or_else(|| page.say("Nobody"), inline)));
        let rows = entries.into_iter().map(|entry| {
            let day = language.day(entry.day);
            let day = if entry.overdue { format!("**{day}, {}**", page.say("overdue")) } else { day };
            vec![day, page.say(entry.what), page.say(&entry.title), code(&entry.path)]
        });
        let rows: Vec<_> = rows.collect();
        page.table(&["Day", "What", "Of", "Where"], rows);
    }
    out.write_all(page.text.trim_end().as_bytes())?;
    out.write_all(b"\n")
}

fn json(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((agenda, today)) = of(report) else { return Ok(()) };
    let entries = agenda.entries.iter().map(|entry| {
        json!({
            "id": entry.id,
            "day": entry.day.to_string(),
            "overdue": entry.overdue,
            "title": entry.title,
            "what": entry.what,
            "owner": entry.owner.as_deref(),
            "file": &*entry.path,
        })
    });
    let entries: Vec<_> = entries.collect();
    let all = json!({ "today": today.to_string(), "until": agenda.until.to_string(), "entries": entries });
    serde_json::to_writer_pretty(Escaping(&mut *out), &all)?;
    out.write_all(b"\n")
}

fn csv(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((agenda, _)) = of(report) else { return Ok(()) };
    let mut sheet = Sheet::new(&mut *out, &["id", "day", "overdue", "title", "what", "owner", "file"])?;
    for entry in &agenda.entries {
        let overdue = if entry.overdue { "yes" } else { "no" };
        let day = entry.day.to_string();
        let owner = entry.owner.as_deref().unwrap_or_default();
        sheet.row(&[&*entry.id, &day, overdue, &entry.title, entry.what, owner, &entry.path])?;
    }
    sheet.finish()
}

fn ics(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((agenda, today)) = of(report) else { return Ok(()) };
    let language = options.language;
    let events = agenda.entries.iter().map(|entry| {
        let owner = entry.owner.as_deref().map_or_else(|| language.say("nobody"), Cow::Borrowed);
        let (is, see) = (language.say("Owner"), language.say("See"));
        CalendarEvent {
            id: &entry.id,
            day: entry.day,
            summary: format!("{}: {}", language.say(&entry.title), language.say(entry.what)),
            description: format!("{is}: {owner}. {see} {}.", entry.path),
        }
    });
    calendar::write(out, &language.say("annexa agenda"), today, &events.collect::<Vec<_>>())
}
