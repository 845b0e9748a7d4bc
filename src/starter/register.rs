//! A register: what was found as records, and a commented template of a record made from its schema.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::Date;

use super::found::{Found, id};
use super::library::library;
use super::{LEAD, MANAGEMENT, next_year, quoted};
use crate::governance::schema::{Field, Schema, Shape};

/// The text of a register.
pub fn text(schema: &'static Schema, found: &Found, today: Date) -> String {
    let mut text = format!("# {}\n", schema.doc);
    if !schema.controls.is_empty() {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "# It bears on the controls {}.", schema.controls.join(", "));
    }
    text.push_str(
        "# Roles are ids of raci.toml, days are written as 2026-01-31. No personal data: counts and references only.\n",
    );
    match schema.file {
        "raci" => roles(&mut text, found),
        "assets" => assets(&mut text, found, today),
        "suppliers" => suppliers(&mut text, schema, found, today),
        "risks" => risks(&mut text, today),
        _ => template(&mut text, schema, today, &[]),
    }
    text
}

fn roles(text: &mut String, found: &Found) {
    text.push_str(
        "# `held_by` names a team or an account, never a person. Rename the roles as your organisation calls them.\n",
    );
    let _ = write!(
        text,
        "\n[[role]]\nid = \"{MANAGEMENT}\"\ntitle = \"Management\"\nmanagement = true\n\n[[role]]\nid = \"{LEAD}\"\ntitle = \"Security \
         lead\"\n"
    );
    for (id, team) in found.roles() {
        let title = quoted(&format!("Team {}", team.trim_start_matches('@')));
        let _ = write!(
            text,
            "\n[[role]]\nid = {}\ntitle = {title}\nheld_by = {}  # of CODEOWNERS\n",
            quoted(&id),
            quoted(team)
        );
    }
    let taken = found.roles();
    let known = |role: &str| [MANAGEMENT, LEAD].contains(&role) || taken.iter().any(|(id, _)| id == role);
    for (role, policy) in found.keepers().into_iter().filter(|(role, _)| !known(role)) {
        let _ = write!(text, "\n[[role]]\nid = {0}\ntitle = {0}  # owner of {policy}\n", quoted(role));
    }
}

/// The library of risks, to choose from. How likely and how grave each is nobody has said.
fn risks(text: &mut String, today: Date) {
    text.push_str(
        "\n# Risks that organisations with software often have. Take away the first `# ` of the lines of those that you have, and say how\n\
         # likely and how grave each is for you before treatment, from 1 to 5.\n",
    );
    for risk in &library().risks {
        let controls: Vec<String> = risk.controls.iter().map(|id| format!("\"{id}\"")).collect();
        let _ = write!(
            text,
            "\n# [[risk]]\n# id = {}\n# title = {}\n# likelihood = 1\n# impact = 1\n# treatment = \"reduce\"\n# owner = \"{LEAD}\"\n# \
             controls = [{}]\n# reviewed_on = \"{today}\"\n",
            quoted(&risk.id),
            quoted(&risk.title),
            controls.join(", ")
        );
    }
    template(text, &crate::governance::schema::RISKS, today, &[]);
}

/// What is deployed from here. Nobody has classified it yet, and the file says so.
fn assets(text: &mut String, found: &Found, today: Date) {
    if found.units.is_empty() {
        text.push_str("# Nothing was found here that is deployed.\n");
    } else {
        text.push_str("# Found here: directories that are deployed. Classify each, and name its owner and how soon it must be back.\n");
    }
    let mut taken = BTreeSet::new();
    for (directory, kind) in &found.units {
        let (sort, what) = match kind.as_str() {
            "image" => ("service", "Container image"),
            "chart" => ("service", "Helm chart"),
            "kustomization" => ("service", "Kustomization"),
            "terraform" => ("infrastructure", "Terraform configuration"),
            "template" => ("infrastructure", "CloudFormation template"),
            _ => ("service", "Deployment"),
        };
        let shown = if directory == "." { "the root" } else { directory };
        let name = if directory == "." { kind } else { directory };
        let _ = write!(
            text,
            "\n[[asset]]\nid = {}\ntitle = {}\nkind = \"{sort}\"\nowner = \"{LEAD}\"\nclassification = \"not classified \
             yet\"\npaths = [{}]{}\nreviewed_on = \"{today}\"\n# personal_data = true\n# recovery_time = \"4h\"\n# \
             recovery_point = \"24h\"\n",
            quoted(&id(name, &mut taken)),
            quoted(&format!("{what} in {shown}")),
            quoted(if directory == "." { "*" } else { directory }),
            if directory == "." { "  # and the folders of its code" } else { "" },
        );
    }
    template(text, &crate::governance::schema::ASSETS, today, &[]);
}

/// The services that code names. None has been assessed as far as a repository tells: each is a template to be completed.
fn suppliers(text: &mut String, schema: &'static Schema, found: &Found, today: Date) {
    if found.services.is_empty() {
        text.push_str("# No outside service was found in the code.\n");
        template(text, schema, today, &[]);
        return;
    }
    text.push_str(
        "# Found here: services that code uses. When you have assessed one, take away the `# ` before its lines and complete \
         them.\n",
    );
    let mut taken = BTreeSet::new();
    for (name, kinds) in &found.services {
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        let _ = write!(text, "\n# Used as {}:\n", kinds.join(", "));
        let known = [
            ("id", quoted(&id(name, &mut taken))),
            ("title", quoted(name)),
            ("provides", format!("[{}]", quoted(name))),
        ];
        record(text, schema, today, &known);
    }
}

fn template(text: &mut String, schema: &'static Schema, today: Date, known: &[(&str, String)]) {
    text.push_str("\n# A record looks like this; take away the `# ` before its lines and complete them.\n");
    record(text, schema, today, known);
    if let Some(head) = schema.head {
        let _ = writeln!(text, "#\n# Once in the file, {}:\n# [{}]", lower_first(head.doc), head.key);
        keys(text, schema, head.fields, today, &[]);
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// A record in which every line is commented, and those of optional keys twice. `known` are values that are known.
fn record(text: &mut String, schema: &'static Schema, today: Date, known: &[(&str, String)]) {
    let _ = writeln!(text, "# [[{}]]", schema.record);
    keys(text, schema, schema.fields, today, known);
}

fn keys(text: &mut String, schema: &Schema, fields: &[Field], today: Date, known: &[(&str, String)]) {
    for field in fields {
        let value = known.iter().find(|(key, _)| *key == field.key).map(|(_, value)| value.clone());
        let mark = if field.required || value.is_some() { "" } else { "# " };
        let value = value.unwrap_or_else(|| example(schema, field, today));
        let _ = writeln!(text, "# {mark}{} = {value}  # {}", field.key, field.doc);
    }
}

/// A value of the right shape that says what belongs there.
fn example(schema: &Schema, field: &Field, today: Date) -> String {
    match field.shape {
        Shape::Id => quoted(&format!("{}-1", schema.record)),
        Shape::Text | Shape::Link(_) => quoted(&format!("<{}>", field.doc.replace('`', ""))),
        Shape::Texts | Shape::Links(_) | Shape::Paths | Shape::Files | Shape::Evidence => format!("[{}]", quoted("…")),
        Shape::Date | Shape::PastDay => {
            let later =
                ["expires", "next", "next_review", "due", "contract_end", "certificate_expires", "to", "check_due"];
            format!("\"{}\"", if later.contains(&field.key) { next_year(today) } else { today })
        }
        Shape::Flag => "false".to_owned(),
        Shape::Number(low, _) => low.to_string(),
        Shape::Word(words) => quoted(words.first().copied().unwrap_or_default()),
        Shape::Words(words) => format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")),
        Shape::Controls => format!("[{}]", quoted(schema.controls.first().copied().unwrap_or("5.1"))),
        Shape::Clauses => format!("[{}]", quoted("9.1")),
        Shape::Role => quoted(if field.key == "approved_by" { MANAGEMENT } else { LEAD }),
        Shape::Span => "\"4h\"".to_owned(),
        Shape::Bearings => "{ \"…\" = [\"8.8\"] }".to_owned(),
    }
}
