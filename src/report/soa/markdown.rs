//! The Statement of Applicability as a Markdown page.

use std::io::{self, Write};

use crate::report::gap::Page;
use crate::report::markdown::{code, inline};
use crate::report::text::counted;
use crate::report::words::Language;
use crate::report::{Format, Options, Report};

use super::{NO_STATEMENT, head, headline, rows, subject};

/// The format.
pub const MARKDOWN: Format = Format { name: "markdown", doc: "A page for a repository.", ledger: true, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let say = |text: &str| options.language.say(text).into_owned();
    let mut page = Page::default();
    page.line(&format!("# {}\n\n{}.\n", say("Statement of Applicability"), say(&headline(ledger))));
    for (name, said) in head(ledger, options.language) {
        page.line(&format!("- {name}: {}", inline(&said)));
    }
    if ledger.statement.is_none() {
        page.line(&inline(&say(NO_STATEMENT)));
    }
    let made = format!("{}, by annexa {}", ledger.today, env!("CARGO_PKG_VERSION"));
    let colon = if options.language == Language::English { "" } else { ":" };
    page.line(&format!("- {}{colon} {}\n", say("State on"), say(&made)));
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
    let head = head.map(say);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = rows(ledger);
    let cells = rows.iter().map(|row| {
        let (state, because) = row.found.clone().unwrap_or(("not judged".to_owned(), ""));
        vec![
            inline(&row.id),
            inline(&row.named(options.language)),
            say(row.applicable()),
            row.reasons(ledger).iter().map(|reason| inline(reason)).collect::<Vec<_>>().join("; "),
            inline(row.text(|claim| claim.exclusion.as_ref())),
            say(row.implementation()),
            inline(row.text(|claim| claim.owner.as_ref())),
            inline(row.text(|claim| claim.accountable.as_ref())),
            inline(row.text(|claim| claim.how.as_ref())),
            row.evidence.iter().map(|shown| code(shown.name())).collect::<Vec<_>>().join(", "),
            inline(row.text(|claim| claim.inherited_from.as_ref())),
            row.levels(),
            format!("**{}**", say(&state)),
            inline(&say(because)),
            say(&row.basis.words()),
        ]
    });
    page.table(&head, cells);
    if let Some((revision, differences)) = &report.about.differences {
        page.line(&format!("## {}\n", inline(&say(&format!("Differences since {revision}")))));
        page.line(&format!("{}.\n", say(&counted(differences.len(), "difference"))));
        let said = |text: &Option<String>| text.as_deref().map_or("–".to_owned(), inline);
        let rows = differences.iter().map(|of| {
            vec![inline(&subject(of, options.language)), of.key.to_owned(), said(&of.before), said(&of.after)]
        });
        let head = ["What", "Key", "Before", "Now"].map(say);
        page.table(&head.each_ref().map(String::as_str), rows);
    }
    out.write_all(page.text.as_bytes())
}
