//! The Statement of Applicability to start from: what a person decided as tables, and a proposal for each other control as
//! comments, so that nothing counts as decided that nobody decided.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::proposal::Proposal;
use super::{MANAGEMENT, next_year, quoted};
use crate::control::{Control, Rating, control};
use crate::governance::soa::Implementation;

/// The text of `soa.toml`; `decided` says which of the proposals a person has made their own.
pub fn text(proposals: &[Proposal], decided: &dyn Fn(&Proposal) -> bool, scope: Option<&str>, today: Date) -> String {
    let scope = scope.map_or("# scope = \"<what the management system covers>\"".to_owned(), |scope| {
        format!("scope = {}", quoted(scope))
    });
    let mut text = format!(
        "# The Statement of Applicability: for each control whether it applies, why, how far it is implemented, and by whom.\n\
         # A control whose lines are comments is a proposal of {today}, which nobody has decided and which does not count. To\n\
         # decide it, take away the first `# ` of its lines and say what is so, or let `annexa init --ask` ask you:\n\
         # - `reasons`: `risk:ID` of risks.toml, `legal:ID` or `contract:ID` of legal.toml, or `practice:WORD`;\n\
         # - `implementation`: `planned`, `partial` or `implemented`; what checks find is held against it;\n\
         # - `owner` and `accountable`: roles of raci.toml; `evidence`: paths of files that show it;\n\
         # - a control that does not apply has `applicable = false` and an `exclusion`, and no implementation.\n\n\
         version = \"0.1\"\n\
         {scope}\n\
         # approved_by = \"{MANAGEMENT}\"\n\
         # approved_on = \"{today}\"\n\
         next_review = \"{}\"\n",
        next_year(today)
    );
    for proposal in proposals {
        text.push_str(&entry(proposal, decided(proposal)));
    }
    text.push_str(
        "\n# A control of your own:\n# [custom.\"X.1\"]\n# title = \"<its name>\"\n# applicable = true\n# reasons = [\"practice:own\"]\n\
         # implementation = \"planned\"\n",
    );
    text
}

/// The table of a control, as a comment unless it is decided.
pub fn entry(proposal: &Proposal, decided: bool) -> String {
    let title = control(proposal.id).map_or("", |of| &of.title);
    let mut lines = vec![format!("[control.\"{}\"]  # {title}", proposal.id)];
    if !decided {
        lines.extend(control(proposal.id).map(|of| format!("# {} {}", of.purpose, shows(of))));
        lines.extend(proposal.found.iter().map(|found| format!("# Found: {found}.")));
        lines.extend(proposal.guessed.iter().map(|guessed| format!("# Guessed: {guessed}.")));
    }
    lines.extend(keys(proposal));
    let mark = if decided { "" } else { "# " };
    let mut text = "\n".to_owned();
    for line in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{mark}{}", line.replace(['\n', '\r'], " "));
    }
    text
}

fn keys(proposal: &Proposal) -> Vec<String> {
    let list = |items: &[String]| items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ");
    let owner = format!("owner = {}", quoted(&proposal.owner));
    if let Some(exclusion) = &proposal.exclusion {
        return vec!["applicable = false".to_owned(), format!("exclusion = {}", quoted(exclusion)), owner];
    }
    let mut keys = vec![
        "applicable = true".to_owned(),
        format!("reasons = [{}]", list(&proposal.reasons)),
        format!("implementation = \"{}\"", Implementation::name(proposal.implementation)),
        owner,
    ];
    keys.extend(proposal.inherited_from.as_ref().map(|supplier| format!("inherited_from = {}", quoted(supplier))));
    keys.extend((!proposal.evidence.is_empty()).then(|| format!("evidence = [{}]", list(&proposal.evidence))));
    keys
}

fn shows(control: &Control) -> &'static str {
    match control.evidence {
        Rating::Strong => "A repository can show it.",
        Rating::Partial => "A repository can show a part of it.",
        Rating::DocumentEvidence => "A document in the repository can show that it is decided.",
        Rating::AttestationOnly => "No file shows it: a record in attestations.toml does.",
    }
}
