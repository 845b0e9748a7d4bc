//! The Statement of Applicability as a Markdown page.

use std::io::{self, Write};

use crate::report::gap::Page;
use crate::report::markdown::{code, inline};
use crate::report::text::counted;
use crate::report::{Format, Options, Report};

use super::{NO_STATEMENT, head, headline, rows, subject};

/// The format.
pub const MARKDOWN: Format = Format { name: "markdown", doc: "A page for a repository.", ledger: true, render };

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let mut page = Page::default();
    page.line(&format!("# Statement of Applicability\n\n{}.\n", headline(ledger)));
    for (name, said) in head(ledger) {
        page.line(&format!("- {name}: {}", inline(&said)));
    }
    if ledger.statement.is_none() {
        page.line(&inline(NO_STATEMENT));
    }
    page.line(&format!("- State on {}, by annexa {}\n", ledger.today, env!("CARGO_PKG_VERSION")));
    let head = [
        "Control",
        "Name",
        "Applicable",
        "Reasons",
        "Exclusion",
        "Implementation",
        "Owner",
        "Accountable",
        "How",
        "Evidence",
        "Inherited from",
        "Level now → aimed at",
        "Found",
        "Because",
        "Rests on",
    ];
    let rows = rows(ledger);
    let cells = rows.iter().map(|row| {
        let (state, because) = row.found.clone().unwrap_or(("not judged".to_owned(), ""));
        vec![
            inline(&row.id),
            inline(&row.title),
            row.applicable().to_owned(),
            row.reasons(ledger).iter().map(|reason| inline(reason)).collect::<Vec<_>>().join("; "),
            inline(row.text(|claim| claim.exclusion.as_ref())),
            row.implementation().to_owned(),
            inline(row.text(|claim| claim.owner.as_ref())),
            inline(row.text(|claim| claim.accountable.as_ref())),
            inline(row.text(|claim| claim.how.as_ref())),
            row.evidence.iter().map(|shown| code(&shown.path)).collect::<Vec<_>>().join(", "),
            inline(row.text(|claim| claim.inherited_from.as_ref())),
            row.levels(),
            format!("**{state}**"),
            inline(because),
            row.basis.words(),
        ]
    });
    page.table(&head, cells);
    if let Some((revision, differences)) = &report.about.differences {
        page.line(&format!("## Differences since {}\n", inline(revision)));
        page.line(&format!("{}.\n", counted(differences.len(), "difference")));
        let said = |text: &Option<String>| text.as_deref().map_or("–".to_owned(), inline);
        let rows = differences
            .iter()
            .map(|of| vec![inline(&subject(of)), of.key.to_owned(), said(&of.before), said(&of.after)]);
        page.table(&["What", "Key", "Before", "Now"], rows);
    }
    out.write_all(page.text.as_bytes())
}
