//! The Statement of Applicability as a list, for a terminal.

use std::io::{self, Write};

use crate::report::text::{counted, one_line};
use crate::report::words::Language;
use crate::report::{Format, Options, Report};

use super::{NO_STATEMENT, Row, head, headline, rows, subject};
use crate::posture::Ledger;

/// The format.
pub const PRETTY: Format = Format { name: "pretty", doc: "A list for a terminal.", ledger: true, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| language.say(text).into_owned();
    writeln!(out, "{}: {}.", say("Statement of Applicability"), say(&headline(ledger)))?;
    for (name, said) in head(ledger, language) {
        writeln!(out, "{name}: {}", one_line(&said))?;
    }
    if ledger.statement.is_none() {
        writeln!(out, "{}", say(NO_STATEMENT))?;
    }
    for row in rows(ledger) {
        writeln!(out, "\n{} {}", one_line(&row.id), one_line(&row.named(language)))?;
        for (name, said) in told(&row, ledger, language).into_iter().filter(|(_, said)| !said.is_empty()) {
            writeln!(out, "  {}: {}", say(name), one_line(&said))?;
        }
    }
    if let Some((revision, differences)) = &report.about.differences {
        writeln!(out, "\n{}", one_line(&say(&format!("Differences since {revision}"))))?;
        writeln!(out, "{}.", say(&counted(differences.len(), "difference")))?;
        let said = |text: &Option<String>| text.as_deref().map_or("–".into(), one_line).into_owned();
        for of in differences {
            let (what, before, after) = (subject(of, language), said(&of.before), said(&of.after));
            writeln!(out, "  {}: {}: {before} → {after}", one_line(&what), of.key)?;
        }
    }
    Ok(())
}

/// What is said of a control; nothing where an entry is not there.
fn told(row: &Row<'_>, ledger: &Ledger, language: Language) -> Vec<(&'static str, String)> {
    let say = |text: &str| language.say(text).into_owned();
    let found = row.found.as_ref().map_or_else(
        || say("not judged"),
        |(state, because)| match *because {
            "" => say(state),
            because => format!("{}: {}", say(state), say(because)),
        },
    );
    vec![
        ("Applicable", say(row.applicable())),
        ("Reasons", row.reasons(ledger).join("; ")),
        ("Exclusion", row.text(|claim| claim.exclusion.as_ref()).to_owned()),
        ("Implementation", say(row.implementation())),
        ("Owner", row.text(|claim| claim.owner.as_ref()).to_owned()),
        ("Accountable", row.text(|claim| claim.accountable.as_ref()).to_owned()),
        ("How", row.text(|claim| claim.how.as_ref()).to_owned()),
        ("Evidence", row.evidence.iter().map(|shown| &**shown.name()).collect::<Vec<_>>().join(", ")),
        ("Inherited from", row.text(|claim| claim.inherited_from.as_ref()).to_owned()),
        ("Level now → aimed at", row.levels()),
        ("Found", found),
    ]
}
