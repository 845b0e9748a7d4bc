//! The Statement of Applicability for offices: a document and a workbook, to be handed over, edited and signed.
//!
//! What is secret is taken out of each text before it is packed: what leaves the program packed cannot be looked at any more.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{NO_STATEMENT, Row, head, headline, rows, subject};
use crate::posture::Ledger;
use crate::report::gap::overview::THEMES;
use crate::report::office::document::Document;
use crate::report::office::workbook::{self, WorkSheet};
use crate::report::words::Language;
use crate::report::{Format, Options, Report};

/// The document.
pub const DOCX: Format =
    Format { name: "docx", doc: "A document for word processors: docx=FILE.", ledger: true, render: docx };

/// The workbook.
pub const XLSX: Format =
    Format { name: "xlsx", doc: "A workbook for spreadsheets: xlsx=FILE.", ledger: true, render: xlsx };

const TITLE: &str = "Statement of Applicability";

fn docx(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| language.say(text).into_owned();
    let guard = |text: &str| report.secrets.guard(text).into_owned();
    let mut document = Document::new(&say(TITLE));
    document.text(&format!("{} {}.", say("ISO/IEC 27001:2022, Annex A."), say(&headline(ledger))));
    let facts: Vec<Vec<String>> =
        facts(ledger, language).map(|(name, said)| vec![name.into_owned(), guard(&said)]).collect();
    let columns =
        |head: &[(&str, u32)]| -> Vec<(String, u32)> { head.iter().map(|(name, of)| (say(name), *of)).collect() };
    document.table(&columns(&[("Of the Statement", 1), ("Said", 4)]), &facts);
    let head = columns(&HEAD);
    let rows = rows(ledger);
    let of = |row: &Row<'_>| cells(ledger, row, language).map(|text| guard(&text)).to_vec();
    for (clause, theme) in THEMES {
        let start = format!("{clause}.");
        let of_theme = rows.iter().filter(|row| row.found.is_some() && row.id.starts_with(&start));
        document.heading(&capital(&say(&format!("{clause} {theme} controls"))));
        document.table(&head, &of_theme.map(of).collect::<Vec<_>>());
    }
    let own: Vec<Vec<String>> = rows.iter().filter(|row| row.found.is_none()).map(of).collect();
    if !own.is_empty() {
        document.heading(&say("Controls of our own"));
        document.table(&head, &own);
    }
    if let Some(differences) = differences(report, language) {
        document.heading(&guard(&differences.0));
        document.table(&columns(&[("What", 2), ("Key", 1), ("Before", 3), ("Now", 3)]), &differences.1);
    }
    document.write(out)
}

/// The columns of the document, with their shares of the width.
const HEAD: [(&str, u32); 7] = [
    ("Control", 16),
    ("Applies", 10),
    ("Because", 20),
    ("Implementation", 15),
    ("Owner", 12),
    ("How, and evidence", 22),
    ("Found by annexa", 23),
];

fn cells(ledger: &Ledger, row: &Row<'_>, language: Language) -> [String; 7] {
    let say = |text: &str| language.say(text).into_owned();
    let because = if row.claim.is_some_and(|claim| !claim.applicable) {
        row.text(|claim| claim.exclusion.as_ref()).to_owned()
    } else {
        row.reasons(ledger).join("\n")
    };
    let inherited = row.text(|claim| claim.inherited_from.as_ref());
    let from = if inherited.is_empty() { String::new() } else { say(&format!("by the supplier {inherited}")) };
    let accountable = row.text(|claim| claim.accountable.as_ref());
    let accountable = if accountable.is_empty() { String::new() } else { say(&format!("accountable: {accountable}")) };
    let evidence = row.evidence.iter().map(|shown| shown.name().to_string());
    let found = row.found.as_ref().map(|(state, because)| format!("{}: {}", say(state), say(because)));
    [
        format!("{} {}", row.id, row.named(language)),
        say(row.applicable()),
        because,
        lines([say(row.implementation()), from, row.levels()]),
        lines([row.text(|claim| claim.owner.as_ref()).to_owned(), accountable]),
        lines(std::iter::once(row.text(|claim| claim.how.as_ref()).to_owned()).chain(evidence)),
        found.unwrap_or_else(|| say("not judged")).replace('`', ""),
    ]
}

fn lines(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A heading whose first word after the number begins with a capital.
fn capital(heading: &str) -> String {
    let Some((number, word)) = heading.split_once(' ') else { return heading.to_owned() };
    let mut letters = word.chars();
    let capital: String =
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    format!("{number} {capital}")
}

/// The head of the Statement, and what the page was made from.
fn facts(ledger: &Ledger, language: Language) -> impl Iterator<Item = (Cow<'static, str>, String)> {
    let none = ledger.statement.is_none().then(|| ("Statement", language.say(NO_STATEMENT).replace('`', "")));
    let made = format!("{}, by annexa {}", ledger.today, env!("CARGO_PKG_VERSION"));
    let made = ("State on", language.say(&made).into_owned());
    let further = none.into_iter().chain([made]).map(move |(name, said)| (language.say(name), said));
    head(ledger, language).into_iter().chain(further)
}

/// What is said otherwise than at an earlier revision: a heading and rows.
fn differences(report: &Report<'_>, language: Language) -> Option<(String, Vec<Vec<String>>)> {
    let (revision, differences) = report.about.differences.as_ref()?;
    let said = |text: &Option<String>| report.secrets.guard(text.as_deref().unwrap_or("–")).into_owned();
    let row =
        differences.iter().map(|of| vec![subject(of, language), of.key.to_owned(), said(&of.before), said(&of.after)]);
    Some((language.say(&format!("Differences since {revision}")).into_owned(), row.collect()))
}

fn xlsx(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| language.say(text).into_owned();
    let guard = |text: String| report.secrets.guard(&text).into_owned();
    let row = |row: &Row<'_>| {
        let (state, because) = row.found.clone().unwrap_or(("not judged".to_owned(), ""));
        let text = |text: &str| text.to_owned();
        let id = if row.found.is_some() { format!("A.{}", row.id) } else { row.id.clone() };
        let cells = [
            id,
            row.named(language),
            say(row.applicable()),
            row.reasons(ledger).join("\n"),
            text(row.text(|claim| claim.exclusion.as_ref())),
            say(row.implementation()),
            text(row.text(|claim| claim.owner.as_ref())),
            text(row.text(|claim| claim.accountable.as_ref())),
            text(row.text(|claim| claim.how.as_ref())),
            row.evidence.iter().map(|shown| shown.name().to_string()).collect::<Vec<_>>().join("\n"),
            text(row.text(|claim| claim.inherited_from.as_ref())),
            row.levels(),
            say(&state),
            say(because).replace('`', ""),
            say(&row.basis.words()),
        ];
        cells.map(guard).to_vec()
    };
    let named =
        |head: &[(&str, u32)]| -> Vec<(String, u32)> { head.iter().map(|(name, of)| (say(name), *of)).collect() };
    let statement = WorkSheet {
        name: say("Controls"),
        head: named(&[
            ("Control", 11),
            ("Name", 34),
            ("Applicable", 14),
            ("Reasons", 34),
            ("Exclusion", 34),
            ("Implementation", 14),
            ("Owner", 16),
            ("Accountable", 18),
            ("How", 40),
            ("Evidence", 34),
            ("Inherited from", 17),
            ("Level now → aimed at", 12),
            ("Found", 18),
            ("Because", 50),
            ("Rests on", 34),
        ]),
        rows: rows(ledger).iter().map(row).collect(),
    };
    let facts = facts(ledger, language).map(|(name, said)| vec![name.into_owned(), guard(said)]);
    let facts = std::iter::once(vec![say("Decided"), say(&headline(ledger))]).chain(facts);
    let columns = named(&[("Of the Statement", 24), ("Said", 90)]);
    let head = WorkSheet { name: say("Statement"), head: columns, rows: facts.collect() };
    let mut sheets = vec![statement, head];
    sheets.extend(differences(report, language).map(|(_, rows)| WorkSheet {
        name: say("Differences"),
        head: named(&[("What", 34), ("Key", 18), ("Before", 50), ("Now", 50)]),
        rows,
    }));
    workbook::write(out, &sheets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::organisation;
    use crate::report::office::archive;

    /// The parts of a package by their paths.
    fn parts(format: &Format, change: impl FnOnce(&mut Report<'_>)) -> Vec<(String, String)> {
        let workspace = organisation::workspace();
        let mut report = organisation::governed(&workspace);
        change(&mut report);
        let bytes = report.rendered(format, &Options::default()).unwrap();
        assert_eq!(bytes, report.rendered(format, &Options::default()).unwrap(), "the same bytes each time");
        archive::read(&bytes)
    }

    fn is_relations(path: &str) -> bool {
        path.contains("_rels/")
    }

    #[test]
    fn every_part_is_xml_and_every_relation_leads_to_a_part() {
        for format in [&DOCX, &XLSX] {
            let parts = parts(format, |_| {});
            for (path, text) in &parts {
                roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            }
            let has = |path: &str| parts.iter().any(|(known, _)| known == path);
            for (path, text) in parts.iter().filter(|(path, _)| is_relations(path)) {
                let folder = path.split("_rels/").next().unwrap();
                for target in text.split("Target=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                    assert!(has(&format!("{folder}{target}")), "{path}: {target}");
                }
            }
            let types = &parts[0].1;
            assert!(
                parts
                    .iter()
                    .filter(|(path, _)| !is_relations(path))
                    .skip(1)
                    .all(|(path, _)| types.contains(path.as_str()))
            );
        }
    }

    #[test]
    fn every_control_is_there_with_what_is_said_and_found() {
        for (format, path) in [(&DOCX, "word/document.xml"), (&XLSX, "xl/worksheets/sheet1.xml")] {
            let parts = parts(format, |_| {});
            let (_, text) = parts.iter().find(|(known, _)| known == path).unwrap();
            for control in crate::control::catalogue() {
                assert!(text.contains(&*control.title), "{} {}", format.name, control.id);
            }
            assert!(text.contains("contradicted") && text.contains("not assessed"), "{}", format.name);
            assert!(!text.contains('\u{1b}'));
        }
    }

    #[test]
    fn what_is_secret_is_not_packed() {
        for format in [&DOCX, &XLSX] {
            let parts = parts(format, |report| {
                let standing =
                    report.ledger.as_mut().unwrap().controls.iter_mut().find(|of| of.claim.is_some()).unwrap();
                standing.claim.as_mut().unwrap().how = Some("with hunter2hunter2 & so on".into());
                report.secrets.add_text("hunter2hunter2");
            });
            assert!(parts.iter().any(|(_, text)| text.contains("&amp; so on")), "{}", format.name);
            assert!(!parts.iter().any(|(_, text)| text.contains("hunter2")), "{}", format.name);
        }
    }
}
