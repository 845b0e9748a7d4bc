//! The Statement of Applicability for spreadsheets; ids as `A.5.10`, of which a spreadsheet makes no number.

use std::io::{self, Write};

use crate::report::sheet::Sheet;
use crate::report::{Format, Options, Report};

use super::{Row, rows};
use crate::control::ControlId;
use crate::posture::Ledger;

/// The format.
pub const CSV: Format =
    Format { name: "csv", doc: "One row for each control, for spreadsheets.", ledger: true, render };

const HEAD: [&str; 19] = [
    "control",
    "title",
    "applicable",
    "reasons",
    "exclusion",
    "implementation",
    "owner",
    "accountable",
    "how",
    "evidence",
    "inherited from",
    "current level",
    "target level",
    "state",
    "because",
    "judging rules",
    "resources",
    "topics judged",
    "topics",
];

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let mut sheet = Sheet::new(&mut *out, &HEAD)?;
    for row in rows(ledger) {
        sheet.row(&cells(ledger, &row))?;
    }
    sheet.finish()
}

fn cells(ledger: &Ledger, row: &Row<'_>) -> [String; 19] {
    let id = if row.id.parse::<ControlId>().is_ok() { format!("A.{}", row.id) } else { row.id.clone() };
    let level = |level: Option<i64>| level.map(|level| level.to_string()).unwrap_or_default();
    let (state, because) = row.found.clone().unwrap_or(("not judged".to_owned(), ""));
    [
        id,
        row.title.clone(),
        row.applicable().to_owned(),
        row.reasons(ledger).join("; "),
        row.text(|claim| claim.exclusion.as_ref()).to_owned(),
        row.implementation().to_owned(),
        row.text(|claim| claim.owner.as_ref()).to_owned(),
        row.text(|claim| claim.accountable.as_ref()).to_owned(),
        row.text(|claim| claim.how.as_ref()).to_owned(),
        row.evidence.iter().map(|shown| &**shown.name()).collect::<Vec<_>>().join("; "),
        row.text(|claim| claim.inherited_from.as_ref()).to_owned(),
        level(row.claim.and_then(|claim| claim.current_level)),
        level(row.claim.and_then(|claim| claim.target_level)),
        state,
        because.to_owned(),
        row.basis.rules.to_string(),
        row.basis.subjects.to_string(),
        row.basis.topics.to_string(),
        row.basis.topics_known.to_string(),
    ]
}
