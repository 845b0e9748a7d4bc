//! The plan in time: what is done when and by whom, for people, spreadsheets and calendars.

use std::borrow::Cow;
use std::io::{self, Write};

use maud::html;
use serde_json::json;

use super::calendar::{self, CalendarEvent};
use super::gap::{Page, overview, what, what_and_how};
use super::html::shell::{page_in, prose, table};
use super::markdown::inline;
use super::sheet::Sheet;
use super::text::{Escaping, counted, one_line, visible};
use super::words::Language;
use super::{Format, Options, Report};
use crate::posture::roadmap::RoadmapSlot;
use crate::posture::{FORMULA, Item, Ledger};

/// Every format.
pub const PLAN_FORMATS: &[&Format] = &[
    &Format { name: "pretty", doc: "A list by owner, for a terminal.", ledger: true, render: pretty },
    &Format {
        name: "markdown",
        doc: "A page, by owner, with the formula of priorities.",
        ledger: true,
        render: markdown,
    },
    &Format { name: "json", doc: "One JSON object for programs.", ledger: true, render: json },
    &Format {
        name: "csv",
        doc: "One row for each thing to do, for spreadsheets and trackers.",
        ledger: true,
        render: csv,
    },
    &Format { name: "html", doc: "A page in one file.", ledger: true, render: html },
    &Format {
        name: "ics",
        doc: "A calendar (RFC 5545) of the days on which things should be done.",
        ledger: true,
        render: ics,
    },
];

/// How days of work come about where no action says so, for the reader.
const ASSUMED: &str = "Work without a stated effort is taken as two days; hours as one, days as three, weeks as ten, months as 40. Each \
owner does one thing after the other, on as many days of a week as `--capacity` says (1), and nothing before what it comes after.";

/// Days and priorities stay on one line; what is overdue stands out.
const STYLE: &str = ".fixed { white-space: nowrap; } .overdue { color: var(--high); }";

/// A thing to do, when, and its rank.
type SlotRow<'l> = (&'l RoadmapSlot, &'l Item);

fn rows<'l>(report: &'l Report<'_>) -> Option<(&'l Ledger, Vec<SlotRow<'l>>)> {
    let ledger = report.ledger.as_ref()?;
    let rows = report.about.roadmap.iter().filter_map(|slot| Some((slot, ledger.plan.get(slot.item)?)));
    Some((ledger, rows.collect()))
}

/// The owners in order, nobody last.
fn owners<'l>(rows: &[SlotRow<'l>]) -> Vec<Option<&'l str>> {
    let mut owners: Vec<Option<&str>> = rows.iter().map(|(_, item)| item.owner.as_deref()).collect();
    owners.sort_unstable_by_key(|owner| (owner.is_none(), *owner));
    owners.dedup();
    owners
}

fn title(language: Language, ledger: &Ledger, rows: &[SlotRow<'_>]) -> String {
    let late = rows.iter().filter(|(slot, _)| slot.late).count();
    let last = rows.iter().map(|(slot, _)| slot.end).max().unwrap_or(ledger.today);
    let title = format!(
        "{} to do from {} to {last}, {late} of them later than they should be.",
        counted(rows.len(), "thing"),
        ledger.today
    );
    language.say(&title).into_owned()
}

fn days(language: Language, slot: &RoadmapSlot) -> String {
    let days = format!("{} to {}{}", slot.start, slot.end, if slot.late { ", late" } else { "" });
    language.say(&days).into_owned()
}

fn work(language: Language, slot: &RoadmapSlot) -> String {
    let work = counted(usize::try_from(slot.work).unwrap_or(0), "day") + if slot.assumed { " (assumed)" } else { "" };
    language.say(&work).into_owned()
}

fn pretty(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, rows)) = rows(report) else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| one_line(&language.say(text)).into_owned();
    writeln!(out, "{}: {}", say("Plan"), title(language, ledger, &rows))?;
    for owner in owners(&rows) {
        writeln!(out, "\n{}", owner.map_or_else(|| say("Nobody").into(), one_line))?;
        for (slot, item) in rows.iter().filter(|(_, item)| item.owner.as_deref() == owner) {
            let rule = item.rule.as_ref().map_or_else(String::new, |rule| {
                let places = format!("in {}", counted(item.findings.len(), "place"));
                format!(", {} {}", one_line(rule), say(&places))
            });
            let mut said = vec![days(language, slot), work(language, slot)];
            said.push(format!("{} {}", say("priority"), overview::priority(item)));
            let controls = || format!("{} {}", say("controls"), overview::ids(&item.controls));
            said.extend((!item.controls.is_empty()).then(controls));
            let due = Some(overview::due(item)).filter(|due| !due.is_empty());
            let overdue = if item.overdue { format!(", {}", say("overdue")) } else { String::new() };
            said.extend(due.map(|due| say(&format!("due {due}")) + &overdue));
            said.extend(item.exposure.words().map(|words| say(&words)));
            writeln!(out, "  {}. {}{rule}", slot.item + 1, say(&item.title))?;
            writeln!(out, "     {}\n     {}", said.join("; "), say(&item.fix))?;
        }
    }
    writeln!(out, "\n{}\n\n{}", language.say(FORMULA), language.say(ASSUMED))
}

fn markdown(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, rows)) = rows(report) else { return Ok(()) };
    let language = options.language;
    let mut page = Page::of(language);
    page.heading(1, "Plan");
    page.line(&format!(
        "{}\n\n{}\n\n{}\n",
        title(language, ledger, &rows),
        language.say(FORMULA),
        language.say(ASSUMED)
    ));
    for owner in owners(&rows) {
        page.line(&format!("## {}\n", owner.map_or_else(|| page.say("Nobody"), inline)));
        let of = rows.iter().filter(|(_, item)| item.owner.as_deref() == owner);
        let cells = of.map(|(slot, item)| {
            vec![
                (slot.item + 1).to_string(),
                overview::priority(item),
                what(language, item),
                overview::ids(&item.controls),
                page.say(&overview::due(item)),
                days(language, slot),
                work(language, slot),
                page.say(&item.fix),
            ]
        });
        let cells: Vec<_> = cells.collect();
        page.table(&["#", "Priority", "What", "Controls", "Due", "When", "Work", "How"], cells);
    }
    out.write_all(page.text.trim_end().as_bytes())?;
    out.write_all(b"\n")
}

fn json(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, rows)) = rows(report) else { return Ok(()) };
    let items = rows.iter().map(|(slot, item)| {
        let [weight, exposure, gap] = item.factors;
        json!({
            "id": id(item),
            "rank": slot.item + 1,
            "priority": item.priority,
            "weight": weight,
            "exposure": exposure,
            "gap": gap,
            "title": item.title,
            "fix": item.fix,
            "rule": item.rule.as_deref(),
            "severity": item.severity,
            "same_cause": item.with.iter().map(|rule| &**rule).collect::<Vec<_>>(),
            "controls": item.controls,
            "findings": item.findings,
            "asset": item.exposure.asset.as_deref(),
            "exposed_because": item.exposure.because,
            "risk": item.risk.as_deref(),
            "nonconformity": item.nonconformity.as_deref(),
            "owner": item.owner.as_deref(),
            "action": item.action.as_deref(),
            "due": item.due.map(|day| day.to_string()),
            "days": item.days,
            "overdue": item.overdue,
            "start": slot.start.to_string(),
            "end": slot.end.to_string(),
            "late": slot.late,
            "work_days": slot.work,
            "work_assumed": slot.assumed,
        })
    });
    let items: Vec<_> = items.collect();
    let all = json!({ "today": ledger.today.to_string(), "formula": FORMULA, "items": items });
    serde_json::to_writer_pretty(Escaping(&mut *out), &all)?;
    out.write_all(b"\n")
}

fn csv(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((_, rows)) = rows(report) else { return Ok(()) };
    let head = [
        "rank",
        "id",
        "priority",
        "title",
        "rule",
        "severity",
        "controls",
        "places",
        "asset",
        "owner",
        "due",
        "start",
        "end",
        "late",
        "work days",
        "action",
        "how",
    ];
    let mut sheet = Sheet::new(&mut *out, &head)?;
    for (slot, item) in rows {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let controls: Vec<String> = item.controls.iter().map(|id| format!("A.{id}")).collect();
        sheet.row(&[
            (slot.item + 1).to_string(),
            id(item),
            item.priority.to_string(),
            item.title.clone(),
            text(item.rule.as_deref()),
            text(item.severity.map(crate::rule::Severity::name)),
            controls.join("; "),
            item.findings.len().to_string(),
            text(item.exposure.asset.as_deref()),
            text(item.owner.as_deref()),
            overview::due(item),
            slot.start.to_string(),
            slot.end.to_string(),
            if slot.late { "yes" } else { "no" }.to_owned(),
            slot.work.to_string(),
            text(item.action.as_deref()),
            item.fix.clone(),
        ])?;
    }
    sheet.finish()
}

fn html(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, rows)) = rows(report) else { return Ok(()) };
    let language = options.language;
    let of = |owner: Option<&str>| {
        let rows = rows.iter().filter(|(_, item)| item.owner.as_deref() == owner);
        html! {
            thead { tr {
                th.number scope="col" { (language.say("Rank")) } th scope="col" { (language.say("Priority")) } th scope="col" { (language.say("What and how")) } th scope="col" { (language.say("Controls")) }
                th scope="col" { (language.say("Due")) } th scope="col" { (language.say("When")) } th scope="col" { (language.say("Work")) }
            } }
            tbody { @for (slot, item) in rows { tr {
                td.number { (slot.item + 1) }
                td.fixed { (overview::priority(item)) }
                td { (what_and_how(language, item)) }
                td { (overview::ids(&item.controls)) }
                td.fixed { (language.say(&overview::due(item))) @if item.overdue { " " strong.overdue { (language.say("overdue")) } } }
                td.fixed { (days(language, slot)) }
                td { (work(language, slot)) }
            } } }
        }
    };
    let body = html! {
        header {
            h1 { (language.say("Plan")) }
            p { (title(language, ledger, &rows)) } p { (language.say(FORMULA)) } p { (prose(&language.say(ASSUMED))) }
        }
        @for owner in owners(&rows) {
            @let name = owner.map_or_else(|| language.say("Nobody"), visible);
            section { h2 { (name) } (table(&language.say(&format!("Plan of {name}")), &of(owner))) }
        }
    };
    out.write_all(page_in(language, &language.say("Plan"), &body, STYLE, None).into_string().as_bytes())
}

fn ics(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((ledger, rows)) = rows(report) else { return Ok(()) };
    let language = options.language;
    let ids: Vec<String> = rows.iter().map(|(_, item)| id(item)).collect();
    let events = rows.iter().zip(&ids).map(|((slot, item), id)| {
        let owner = item.owner.as_deref().map_or_else(|| language.say("nobody"), Cow::Borrowed);
        let controls = overview::ids(&item.controls);
        let (owner_is, controls_are) = (language.say("Owner"), language.say("Controls"));
        CalendarEvent {
            id,
            day: item.due.unwrap_or(slot.end),
            summary: language.say(&item.title).into_owned(),
            description: format!("{owner_is}: {owner}. {controls_are}: {controls}. {}", language.say(&item.fix)),
        }
    });
    calendar::write(out, &language.say("annexa plan"), ledger.today, &events.collect::<Vec<_>>())
}

/// What a thing to do is known by from run to run: its nonconformity, its action, its rule, or its controls.
fn id(item: &Item) -> String {
    if let Some(id) = &item.nonconformity {
        return format!("annexa:nonconformity:{id}");
    }
    match (&item.action, &item.rule) {
        (_, Some(rule)) => format!("annexa:rule:{rule}"),
        (Some(action), None) => format!("annexa:action:{action}"),
        (None, None) => format!("annexa:controls:{}", overview::ids(&item.controls).replace(", ", "+")),
    }
}
