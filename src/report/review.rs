//! The inputs of a management review: a page for those who hold it.

use std::borrow::Cow;
use std::io::{self, Write};

use maud::html;
use serde_json::{Value, json};

use super::gap::Page;
use super::html::shell::{page_in, prose, table};
use super::markdown::inline;
use super::screen::Screen;
use super::text::{Escaping, visible};
use super::words::Language;
use super::{Format, Options, Report};
use crate::posture::review::{Review, ReviewSection, ReviewTable};

/// Every format.
pub const REVIEW_FORMATS: &[&Format] = &[
    &Format {
        name: "pretty",
        doc: "A list by the parts of clause 9.3.2, for a terminal.",
        ledger: true,
        render: pretty,
    },
    &Format { name: "markdown", doc: "A page, by the parts of clause 9.3.2.", ledger: true, render: markdown },
    &Format { name: "json", doc: "One JSON object.", ledger: true, render: json },
    &Format { name: "html", doc: "A page in one file, to be printed or shown.", ledger: true, render: html },
];

/// What the page is and is not.
const NOTE: &str = "What registers, records and checks say, at both ends of the period. Nothing here is decided: that is for those who \
hold the review. What is missing is listed with each part.";

/// What the record is for.
const RECORD: &str = "For `management-reviews.toml`, to be completed:";

/// Heads of the columns in which people wrote what stands there, which is said in no other words.
const WRITTEN: [&str; 18] = [
    "Id",
    "What",
    "Course",
    "System",
    "Scenario",
    "Objective",
    "Risk",
    "Action",
    "Owner",
    "Because",
    "Root cause",
    "Of",
    "Record",
    "Unit",
    "Decided by",
    "Auditor",
    "Before",
    "Now",
];

/// What a cell says in a language.
fn cell<'c>(language: Language, head: &str, text: &'c str) -> Cow<'c, str> {
    if WRITTEN.contains(&head) { Cow::Borrowed(text) } else { language.say(text) }
}

fn title(review: &Review) -> String {
    format!("Inputs of the management review, {} to {}", review.from, review.to)
}

/// The start and the end, in words.
fn ends(review: &Review) -> [(&'static str, String); 2] {
    let start = match &review.start {
        Ok((commit, day)) => format!("commit {commit} of {day}"),
        Err(reason) => format!("not known: {reason}"),
    };
    let end = match &review.end {
        (Some(commit), day) => format!("commit {commit}, on {day}"),
        (None, day) => format!("the files as they are, on {day}"),
    };
    [("Start", start), ("End", end)]
}

/// The record that a review leaves, to be completed.
fn template(review: &Review) -> String {
    let inputs: Vec<String> = review.known().map(|input| format!("\"{input}\"")).collect();
    format!(
        "[[management-review]]\nid = \"{}\"\nheld_on = \"…\"\nperiod_from = \"{}\"\nperiod_to = \"{}\"\nchair = \"…\"\nattendees = []\n\
         inputs = [{}]  # what was looked at; take out what was not\ndecisions = []\nactions = []  # ids of plan.toml\nnext = \"…\"\n",
        review.to,
        review.from,
        review.to,
        inputs.join(", ")
    )
}

fn pretty(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(review) = &report.about.review else { return Ok(()) };
    let mut page = Screen::of(options);
    page.line(&page.say(&title(review)));
    page.wrapped("", &page.say(NOTE));
    if let Some(scope) = &review.scope {
        page.wrapped(&format!("{}: ", page.say("Scope")), scope);
    }
    for (name, words) in ends(review) {
        page.wrapped(&format!("{}: ", page.say(name)), &page.say(&words));
    }
    for section in &review.sections {
        page.heading(&format!("{} {}", section.clause, section.title));
        for of in &section.tables {
            page.line(&format!("  {}:", page.say(&of.title)));
            for row in &of.rows {
                let cells = of.head.iter().zip(row).filter(|(_, text)| !text.is_empty());
                let said =
                    cells.map(|(head, text)| format!("{}: {}", page.say(head), cell(options.language, head, text)));
                let said = said.collect::<Vec<_>>().join("; ");
                page.wrapped("    - ", &said);
            }
        }
        for missing in &section.missing {
            page.wrapped(&format!("  {}: ", page.say("missing")), &page.say(missing));
        }
    }
    page.heading("The record");
    page.line(&format!("  {}\n", page.say(RECORD)));
    template(review).lines().for_each(|line| page.line(&format!("  {line}")));
    out.write_all(page.text.as_bytes())
}

fn markdown(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(review) = &report.about.review else { return Ok(()) };
    let mut page = Page::of(options.language);
    page.heading(1, &title(review));
    page.line(&format!("{}\n", page.say(NOTE)));
    if let Some(scope) = &review.scope {
        page.line(&format!("- {}: {}", page.say("Scope"), inline(scope)));
    }
    for (name, words) in ends(review) {
        page.line(&format!("- {}: {}", page.say(name), page.say(&words)));
    }
    page.made_by(&report.rules_hash);
    for section in &review.sections {
        page.heading(2, &format!("{} {}", section.clause, section.title));
        for of in &section.tables {
            page.line(&format!("{}:\n", page.say(&of.title)));
            let cells = |row: &Vec<String>| {
                of.head.iter().zip(row).map(|(head, text)| inline(&cell(options.language, head, text))).collect()
            };
            let rows: Vec<Vec<String>> = of.rows.iter().map(cells).collect();
            page.table(&of.head, rows);
        }
        if !section.missing.is_empty() {
            page.line(&format!("{}:\n", page.say("Missing")));
            section.missing.iter().for_each(|missing| page.line(&format!("- {}", page.say(missing))));
            page.line("");
        }
    }
    page.heading(2, "The record");
    page.line(&format!("{}\n\n```toml\n{}```", options.language.say(RECORD), template(review)));
    out.write_all(page.text.as_bytes())
}

fn json(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(review) = &report.about.review else { return Ok(()) };
    let start = review.start.as_ref();
    let of = |section: &ReviewSection| {
        json!({
            "input": section.input,
            "clause": section.clause,
            "title": section.title,
            "tables": section.tables.iter().map(of_table).collect::<Vec<Value>>(),
            "missing": section.missing,
        })
    };
    let shown = json!({
        "tool": { "name": "annexa", "version": env!("CARGO_PKG_VERSION"), "rules-hash": report.rules_hash },
        "from": review.from.to_string(),
        "to": review.to.to_string(),
        "start": start.ok().map(|(commit, day)| json!({ "commit": &**commit, "day": day.to_string() })),
        "start_missing": start.err(),
        "end": { "commit": review.end.0.as_deref(), "day": review.end.1.to_string() },
        "scope": review.scope.as_deref(),
        "sections": review.sections.iter().map(of).collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(Escaping(&mut *out), &shown)?;
    out.write_all(b"\n")
}

fn of_table(of: &ReviewTable) -> Value {
    json!({ "title": of.title, "head": of.head, "rows": of.rows })
}

fn html(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(review) = &report.about.review else { return Ok(()) };
    let language = options.language;
    let title = language.say(&title(review)).into_owned();
    let body = html! {
        header {
            h1 { (title) }
            p { (language.say(NOTE)) }
            dl {
                @if let Some(scope) = &review.scope { dt { (language.say("Scope")) } dd { (visible(scope)) } }
                @for (name, words) in ends(review) { dt { (language.say(name)) } dd { (visible(&language.say(&words))) } }
            }
        }
        @for section in &review.sections {
            section {
                h2 { (language.say(&format!("{} {}", section.clause, section.title))) }
                @for of in &section.tables {
                    @let of_title = language.say(&of.title);
                    h3 { (visible(&of_title)) }
                    (table(&of_title, &html! {
                        thead { tr { @for head in &of.head { th scope="col" { (language.say(head)) } } } }
                        tbody { @for row in &of.rows { tr { @for (head, text) in of.head.iter().zip(row) { td { (visible(&cell(language, head, text))) } } } } }
                    }))
                }
                @if !section.missing.is_empty() {
                    h3 { (language.say("Missing")) }
                    ul { @for missing in &section.missing { li { (visible(&language.say(missing))) } } }
                }
            }
        }
        section { h2 { (language.say("The record")) } p { (prose(&language.say(RECORD))) } div.scroll role="region" aria-label=(language.say("The record")) tabindex="0" { pre { code { (template(review)) } } } }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", " (language.say("rules")) " " code { (report.rules_hash) } }
    };
    out.write_all(page_in(language, &title, &body, "", None).into_string().as_bytes())
}
