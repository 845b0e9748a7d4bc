//! The Statement of Applicability to start from: all 93 controls, applicable and planned, to be decided one by one.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::found::Found;
use super::{LEAD, MANAGEMENT, next_year};
use crate::control::{Control, Rating, catalogue};

/// The text of `soa.toml`.
pub fn text(found: &Found, today: Date) -> String {
    let mut text = format!(
        "# The Statement of Applicability: for each control whether it applies, why, how far it is implemented, and by whom.\n\
         # Everything here is a draft of {today}: all controls apply as good practice, and are planned. Decide each one:\n\
         # - `reasons`: `risk:ID` of risks.toml, `legal:ID` or `contract:ID` of legal.toml, or `practice:WORD`;\n\
         # - `implementation`: `planned`, `partial` or `implemented`; what checks find is held against it;\n\
         # - `owner` and `accountable`: roles of raci.toml; `evidence`: paths of files that show it;\n\
         # - a control that does not apply has `applicable = false` and an `exclusion`, and no implementation.\n\n\
         version = \"0.1\"\n\
         # scope = \"<what the management system covers>\"\n\
         # approved_by = \"{MANAGEMENT}\"\n\
         # approved_on = \"{today}\"\n\
         next_review = \"{}\"\n",
        next_year(today)
    );
    for control in catalogue() {
        entry(&mut text, control, found);
    }
    text.push_str("\n# A control of your own:\n# [custom.\"X.1\"]\n# title = \"<its name>\"\n# applicable = true\n# reasons = [\"practice:own\"]\n# implementation = \"planned\"\n");
    text
}

fn entry(text: &mut String, control: &Control, found: &Found) {
    let shows = match control.evidence {
        Rating::Strong => "A repository can show it.",
        Rating::Partial => "A repository can show a part of it.",
        Rating::DocumentEvidence => "A document in the repository can show that it is decided.",
        Rating::AttestationOnly => "No file shows it: a record in attestations.toml does.",
    };
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n[control.\"{}\"]  # {}\n# {} {shows}\napplicable = true\nreasons = [\"practice:baseline\"]\nimplementation = \
         \"planned\"\nowner = \"{LEAD}\"\n",
        control.id, control.title, control.purpose
    );
    if let Some(question) = candidate(&control.id.to_string(), found) {
        let _ = writeln!(text, "# May not apply: {question} Then instead: applicable = false, exclusion = \"<why>\"");
    }
}

/// What to ask about a control that organisations often exclude.
fn candidate(id: &str, found: &Found) -> Option<&'static str> {
    match id {
        "7.1" | "7.2" | "7.3" | "7.4" | "7.5" | "7.6" | "7.8" | "7.11" | "7.12" => {
            Some("are there no premises of your own?")
        }
        "8.30" => Some("is nothing developed outside of the organisation?"),
        "5.23" if !found.services.values().any(|kinds| kinds.contains("provider")) => {
            Some("no cloud provider was found in the code; is none used?")
        }
        _ => None,
    }
}
