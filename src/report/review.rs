//! The inputs of a management review: a page for those who hold it.

use std::io::{self, Write};

use maud::html;
use serde_json::{Value, json};

use super::gap::Page;
use super::html::shell::{page, table};
use super::markdown::{code, inline};
use super::text::{Escaping, visible};
use super::{Format, Options, Report};
use crate::posture::review::{Review, ReviewSection, ReviewTable};

/// Every format.
pub const REVIEW_FORMATS: &[&Format] = &[
    &Format { name: "markdown", doc: "A page, by the parts of clause 9.3.2.", ledger: true, render: markdown },
    &Format { name: "json", doc: "One JSON object.", ledger: true, render: json },
    &Format { name: "html", doc: "A page in one file, to be printed or shown.", ledger: true, render: html },
];

/// What the page is and is not.
const NOTE: &str = "What registers, records and checks say, at both ends of the period. Nothing here is decided: that is for those who \
hold the review. What is missing is listed with each part.";

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

fn markdown(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(review) = &report.about.review else { return Ok(()) };
    let mut page = Page::default();
    page.line(&format!("# {}\n\n{NOTE}\n", title(review)));
    if let Some(scope) = &review.scope {
        page.line(&format!("- Scope: {}", inline(scope)));
    }
    for (name, words) in ends(review) {
        page.line(&format!("- {name}: {}", inline(&words)));
    }
    page.line(&format!("- Made by: annexa {}, rules {}\n", env!("CARGO_PKG_VERSION"), code(&report.rules_hash)));
    for section in &review.sections {
        page.line(&format!("## {} {}\n", section.clause, section.title));
        for of in &section.tables {
            page.line(&format!("{}:\n", inline(&of.title)));
            page.table(&of.head, of.rows.iter().map(|row| row.iter().map(|cell| inline(cell)).collect()));
        }
        if !section.missing.is_empty() {
            page.line("Missing:\n");
            section.missing.iter().for_each(|missing| page.line(&format!("- {}", inline(missing))));
            page.line("");
        }
    }
    page.line(&format!(
        "## The record\n\nFor `management-reviews.toml`, to be completed:\n\n```toml\n{}```",
        template(review)
    ));
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

fn html(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(review) = &report.about.review else { return Ok(()) };
    let body = html! {
        header {
            h1 { (title(review)) }
            p { (NOTE) }
            dl {
                @if let Some(scope) = &review.scope { dt { "Scope" } dd { (visible(scope)) } }
                @for (name, words) in ends(review) { dt { (name) } dd { (visible(&words)) } }
            }
        }
        @for section in &review.sections {
            section {
                h2 { (section.clause) " " (section.title) }
                @for of in &section.tables {
                    h3 { (visible(&of.title)) }
                    (table(&of.title, &html! {
                        thead { tr { @for head in &of.head { th scope="col" { (head) } } } }
                        tbody { @for row in &of.rows { tr { @for cell in row { td { (visible(cell)) } } } } }
                    }))
                }
                @if !section.missing.is_empty() {
                    h3 { "Missing" }
                    ul { @for missing in &section.missing { li { (visible(missing)) } } }
                }
            }
        }
        section { h2 { "The record" } p { "For management-reviews.toml, to be completed:" } pre { code { (template(review)) } } }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", rules " code { (report.rules_hash) } }
    };
    out.write_all(page(&title(review), &body).into_string().as_bytes())
}
