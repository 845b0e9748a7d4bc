//! The Statement of Applicability as a page: one file, no script, nothing loaded from anywhere.

use std::io::{self, Write};

use maud::{Markup, html};

use crate::posture::Ledger;
use crate::report::html::shell::{kept, page_in, prose};
use crate::report::text::{counted, visible};
use crate::report::words::Language;
use crate::report::{Format, Options, Report};

use super::{NO_STATEMENT, Row, head, headline, rows, subject};
use crate::governance::difference::Difference;

/// The format.
pub const HTML: Format =
    Format { name: "html", doc: "A page in one file, wide enough to print.", ledger: true, render };

const STYLE: &str = include_str!("soa.css");

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let rows = rows(ledger);
    let language = options.language;
    let title = language.say("Statement of Applicability");
    let body = html! {
        header {
            h1 { (title) }
            p.headline { (language.say(&headline(ledger))) }
            @if ledger.statement.is_none() { p { (prose(&language.say(NO_STATEMENT))) } }
            dl { @for (name, said) in head(ledger, language) { dt { (name) } dd { (visible(&said)) } } dt { (language.say("State on")) } dd { (language.day(ledger.today)) } }
        }
        section { h2 { (language.say("Controls")) } (table(ledger, &rows, language)) }
        @if let Some((revision, differences)) = &report.about.differences {
            section {
                h2 { (visible(&language.say(&format!("Differences since {revision}")))) }
                p { (language.say(&counted(differences.len(), "difference"))) }
                (changes(differences, language))
            }
        }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", " (language.say("rules")) " " code { (report.rules_hash) } }
    };
    out.write_all(page_in(language, &title, &body, STYLE, None).into_string().as_bytes())
}

/// The columns of the table.
const HEAD: [&str; 8] = ["Control", "Applicable", "Why", "Implementation", "Owner", "How", "Evidence", "Found"];

fn table(ledger: &Ledger, rows: &[Row<'_>], language: Language) -> Markup {
    html! {
        div.scroll role="region" aria-label=(language.say("Controls")) tabindex="0" {
            table {
                thead { tr { @for head in HEAD { th scope="col" { (language.say(head)) } } } }
                tbody { @for row in rows { (of_row(ledger, row, language)) } }
            }
        }
    }
}

fn of_row(ledger: &Ledger, row: &Row<'_>, language: Language) -> Markup {
    let say = |text: &str| language.say(text).into_owned();
    let accountable = row.text(|claim| claim.accountable.as_ref());
    let supplier = row.text(|claim| claim.inherited_from.as_ref());
    html! {
        tr {
            th scope="row" { b { (visible(&row.id)) } " " (visible(&row.named(language))) }
            td { (say(row.applicable())) }
            td {
                @for reason in row.reasons(ledger) { div { (visible(&reason)) } }
                (prose(row.text(|claim| claim.exclusion.as_ref())))
            }
            td { (say(row.implementation())) @if !row.levels().is_empty() { div { (say(&format!("level {}", row.levels()))) } } }
            td {
                (visible(row.text(|claim| claim.owner.as_ref())))
                @if !accountable.is_empty() { div { (visible(&say(&format!("answers: {accountable}")))) } }
                @if !supplier.is_empty() { div { (visible(&say(&format!("inherited from {supplier}")))) } }
            }
            td { (prose(row.text(|claim| claim.how.as_ref()))) }
            td { @for shown in &row.evidence { div { (kept(language, &shown.kept)) @if !shown.there { " " (say("(not there)")) } @else if shown.empty { " " (say("(empty)")) } @else if shown.changed { " " (say("(changed)")) } } } }
            td {
                @match &row.found {
                    Some((state, because)) => { b { (say(state)) } div { (prose(&say(because))) } div { (say(&row.basis.words())) } }
                    None => (say("not judged")),
                }
            }
        }
    }
}

fn changes(differences: &[Difference], language: Language) -> Markup {
    let said = |text: &Option<String>| text.as_deref().map_or("–".to_owned(), |text| visible(text).into_owned());
    html! {
        div.scroll role="region" aria-label=(language.say("Differences")) tabindex="0" {
            table {
                thead { tr { @for head in ["What", "Key", "Before", "Now"] { th scope="col" { (language.say(head)) } } } }
                tbody { @for of in differences { tr {
                    th scope="row" { (visible(&subject(of, language))) } td { (of.key) } td { (said(&of.before)) } td { (said(&of.after)) }
                } } }
            }
        }
    }
}
