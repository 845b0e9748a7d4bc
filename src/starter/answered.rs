//! What a person answered, as records of the governance files: to stand in new ones, or after what is there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;

use super::interview::{Answers, AssessedSupplier, JudgedRisk};
use super::{LEAD, next_year, quoted, statement};
use crate::control::ControlId;
use crate::governance::schema::{RACI, RISKS, SUPPLIERS};
use crate::governance::{STATEMENT, path_of};

/// What is added to each file, by its path; files to which nothing is added are left out.
pub fn additions(answers: &Answers, today: Date, folder: &str) -> BTreeMap<String, String> {
    let owner = lead(answers);
    let decided: String = answers.decided.iter().map(|proposal| statement::entry(proposal, true)).collect();
    let risks: String = answers.risks.iter().map(|judged| risk(judged, owner, today)).collect();
    let suppliers: String = answers.suppliers.iter().map(|assessed| supplier(assessed, owner, today)).collect();
    let files = [(STATEMENT, decided), (RACI.file, roles(answers)), (RISKS.file, risks), (SUPPLIERS.file, suppliers)];
    let added = files.into_iter().filter(|(_, text)| !text.is_empty());
    added.map(|(name, text)| (path_of(folder, name), text)).collect()
}

fn lead(answers: &Answers) -> &str {
    if answers.lead.is_empty() { LEAD } else { &answers.lead }
}

fn roles(answers: &Answers) -> String {
    let mut text = String::new();
    for (role, management) in
        answers.management.iter().map(|role| (role, true)).chain(answers.roles.iter().map(|role| (role, false)))
    {
        let management = if management { "management = true\n" } else { "" };
        // Writing to a string cannot fail, here and below.
        let _ = write!(text, "\n[[role]]\nid = {0}\ntitle = {0}\n{management}", quoted(role));
    }
    text
}

fn ids(controls: &[ControlId]) -> String {
    controls.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ")
}

fn risk(judged: &JudgedRisk, owner: &str, today: Date) -> String {
    let JudgedRisk { risk, likelihood, impact, treatment } = judged;
    format!(
        "\n[[risk]]\nid = {}\ntitle = {}\nlikelihood = {likelihood}\nimpact = {impact}\ntreatment = \"{treatment}\"\nowner = {}\n\
         controls = [{}]\nreviewed_on = \"{today}\"\n",
        quoted(&risk.id),
        quoted(&risk.title),
        quoted(owner),
        ids(&risk.controls)
    )
}

fn supplier(assessed: &AssessedSupplier, owner: &str, today: Date) -> String {
    let AssessedSupplier { provider, assessed_on, criticality, certificate, certificate_expires } = assessed;
    let names: Vec<String> = provider.names.iter().map(|name| quoted(name)).collect();
    let mut text = format!(
        "\n# Who does what: {}\n[[supplier]]\nid = {}\ntitle = {}\nowner = {}\ncriticality = \"{criticality}\"\nprovides = [{}]\n\
         assessed_on = \"{assessed_on}\"\ncovers = [{}]\nnext_review = \"{}\"\n",
        provider.source,
        quoted(&provider.id),
        quoted(&provider.title),
        quoted(owner),
        names.join(", "),
        ids(&provider.inherited),
        next_year(*assessed_on).max(today)
    );
    if let Some(certificate) = certificate {
        let _ = writeln!(text, "certificate = {}", quoted(certificate));
    }
    if let Some(expires) = certificate_expires {
        let _ = writeln!(text, "certificate_expires = \"{expires}\"");
    }
    text
}
