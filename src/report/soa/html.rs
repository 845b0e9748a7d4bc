//! The Statement of Applicability as a page: one file, no script, nothing loaded from anywhere.

use std::io::{self, Write};

use maud::{Markup, html};

use crate::posture::Ledger;
use crate::report::html::shell::{page_with, prose};
use crate::report::text::{counted, visible};
use crate::report::{Format, Options, Report};

use super::{NO_STATEMENT, Row, head, headline, rows, subject};
use crate::governance::difference::Difference;

/// The format.
pub const HTML: Format =
    Format { name: "html", doc: "A page in one file, wide enough to print.", ledger: true, render };

const STYLE: &str = include_str!("soa.css");

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let rows = rows(ledger);
    let body = html! {
        header {
            h1 { "Statement of Applicability" }
            p.headline { (headline(ledger)) }
            @if ledger.statement.is_none() { p { (prose(NO_STATEMENT)) } }
            dl { @for (name, said) in head(ledger) { dt { (name) } dd { (visible(&said)) } } dt { "State on" } dd { (ledger.today) } }
        }
        section { h2 { "Controls" } (table(ledger, &rows)) }
        @if let Some((revision, differences)) = &report.about.differences {
            section {
                h2 { "Differences since " (visible(revision)) }
                p { (counted(differences.len(), "difference")) }
                (changes(differences))
            }
        }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", rules " code { (report.rules_hash) } }
    };
    out.write_all(page_with("Statement of Applicability", &body, STYLE, None).into_string().as_bytes())
}

fn table(ledger: &Ledger, rows: &[Row<'_>]) -> Markup {
    html! {
        div.scroll role="region" aria-label="Controls" tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { "Control" } th scope="col" { "Applicable" } th scope="col" { "Why" } th scope="col" { "Implementation" }
                    th scope="col" { "Owner" } th scope="col" { "How" } th scope="col" { "Evidence" } th scope="col" { "Found" }
                } }
                tbody { @for row in rows { (of_row(ledger, row)) } }
            }
        }
    }
}

fn of_row(ledger: &Ledger, row: &Row<'_>) -> Markup {
    let accountable = row.text(|claim| claim.accountable.as_ref());
    let supplier = row.text(|claim| claim.inherited_from.as_ref());
    html! {
        tr {
            th scope="row" { b { (visible(&row.id)) } " " (visible(&row.title)) }
            td { (row.applicable()) }
            td {
                @for reason in row.reasons(ledger) { div { (visible(&reason)) } }
                (prose(row.text(|claim| claim.exclusion.as_ref())))
            }
            td { (row.implementation()) @if !row.levels().is_empty() { div { "level " (row.levels()) } } }
            td {
                (visible(row.text(|claim| claim.owner.as_ref())))
                @if !accountable.is_empty() { div { "answers: " (visible(accountable)) } }
                @if !supplier.is_empty() { div { "inherited from " (visible(supplier)) } }
            }
            td { (prose(row.text(|claim| claim.how.as_ref()))) }
            td { @for shown in &row.evidence { div { code { (visible(&shown.path)) } @if !shown.there { " (not there)" } @else if shown.empty { " (empty)" } @else if shown.changed { " (changed)" } } } }
            td {
                @match &row.found {
                    Some((state, because)) => { b { (state) } div { (prose(because)) } div { (row.basis.words()) } }
                    None => "not judged",
                }
            }
        }
    }
}

fn changes(differences: &[Difference]) -> Markup {
    let said = |text: &Option<String>| text.as_deref().map_or("–".to_owned(), |text| visible(text).into_owned());
    html! {
        div.scroll role="region" aria-label="Differences" tabindex="0" {
            table {
                thead { tr { th scope="col" { "What" } th scope="col" { "Key" } th scope="col" { "Before" } th scope="col" { "Now" } } }
                tbody { @for of in differences { tr {
                    th scope="row" { (visible(&subject(of))) } td { (of.key) } td { (said(&of.before)) } td { (said(&of.after)) }
                } } }
            }
        }
    }
}
