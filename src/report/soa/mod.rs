//! The Statement of Applicability: for each control whether it applies, why, how far it is implemented and by whom, beside
//! what annexa found.
//!
//! To add a format: one file beside this one, one line in [`SOA_FORMATS`].

mod csv;
mod html;
mod json;
mod markdown;
mod office;
mod pretty;

use std::borrow::Cow;
use std::sync::Arc;

use crate::governance::difference::{Difference, Subject};
use crate::governance::soa::Implementation;
use crate::posture::{Basis, Claim, Ledger, Shown, ShownBy};

use super::Format;
use super::place::control_title;
use super::words::Language;

/// The Statement for programs.
pub const JSON: &Format = &json::JSON;

/// Every format of the Statement of Applicability.
pub const SOA_FORMATS: &[&Format] =
    &[&pretty::PRETTY, &markdown::MARKDOWN, &csv::CSV, &html::HTML, &json::JSON, &office::DOCX, &office::XLSX];

/// Formats that no terminal can show: they go to files alone.
pub const TO_FILES: &[&str] = &[office::DOCX.name, office::XLSX.name];

/// What stands in place of an entry that is not there.
pub const NOT_DECIDED: &str = "not decided";

/// One row: a control of the standard or of the organisation's own.
struct Row<'a> {
    id: String,
    title: String,
    claim: Option<&'a Claim>,
    evidence: Vec<&'a Shown>,
    /// What annexa found, and why; a control of the organisation's own is not judged.
    found: Option<(String, &'a str)>,
    /// What that rests on.
    basis: Basis,
}

/// The 93 controls, then those of the organisation's own.
fn rows(ledger: &Ledger) -> Vec<Row<'_>> {
    let standard = ledger.controls.iter().map(|standing| Row {
        id: standing.id.to_string(),
        title: control_title(standing.id).to_owned(),
        claim: standing.claim.as_ref(),
        evidence: standing.evidence.iter().filter(|shown| shown.by == ShownBy::Statement).collect(),
        found: Some((standing.state.words(), &standing.reason)),
        basis: standing.tally.basis,
    });
    let own = ledger.custom.iter().map(|custom| Row {
        id: custom.name.to_string(),
        title: custom.title.to_string(),
        claim: Some(&custom.claim),
        evidence: custom.evidence.iter().collect(),
        found: None,
        basis: Basis::default(),
    });
    standard.chain(own).collect()
}

impl Row<'_> {
    /// "yes", "no" or that nobody has decided.
    fn applicable(&self) -> &'static str {
        match self.claim {
            None => NOT_DECIDED,
            Some(claim) if claim.applicable => "yes",
            Some(_) => "no",
        }
    }

    /// What it is called; a control of the organisation's own as they call it.
    fn named(&self, language: Language) -> String {
        if self.found.is_some() { language.say(&self.title).into_owned() } else { self.title.clone() }
    }

    /// Why it was chosen, each reason with the title of what it leads to.
    fn reasons(&self, ledger: &Ledger) -> Vec<String> {
        let reasons = self.claim.map_or(&[][..], |claim| &claim.reasons);
        let with_title = |reason: &String| match ledger.reason(reason) {
            Some(title) => format!("{reason} ({title})"),
            None => reason.clone(),
        };
        reasons.iter().map(with_title).collect()
    }

    fn text(&self, of: impl Fn(&Claim) -> Option<&Arc<str>>) -> &str {
        self.claim.and_then(of).map_or("", |text| &**text)
    }

    fn implementation(&self) -> &'static str {
        self.claim.and_then(|claim| claim.implementation).map_or("", Implementation::name)
    }

    /// "2 → 4": the level now and the one aimed at.
    fn levels(&self) -> String {
        let level = |level: Option<i64>| level.map_or("–".to_owned(), |level| level.to_string());
        match self.claim.map(|claim| (claim.current_level, claim.target_level)) {
            None | Some((None, None)) => String::new(),
            Some((current, target)) => format!("{} → {}", level(current), level(target)),
        }
    }
}

/// How many controls are said to apply, are excluded, and are not decided.
fn decided(ledger: &Ledger) -> [usize; 3] {
    let count = |wanted: Option<bool>| {
        ledger.controls.iter().filter(|of| of.claim.as_ref().map(|claim| claim.applicable) == wanted).count()
    };
    [count(Some(true)), count(Some(false)), count(None)]
}

/// "71 applicable, 2 excluded, 20 not decided"
fn headline(ledger: &Ledger) -> String {
    let [applicable, excluded, open] = decided(ledger);
    format!("{applicable} applicable, {excluded} excluded, {open} {NOT_DECIDED}")
}

/// The lines of the head: a name, and what is said or that nothing is.
fn head(ledger: &Ledger, language: Language) -> Vec<(Cow<'static, str>, String)> {
    let said = |text: Option<String>| text.unwrap_or_else(|| language.say("not said").into_owned());
    let Some(head) = &ledger.statement else { return Vec::new() };
    let text = |text: &Option<Arc<str>>| said(text.as_ref().map(ToString::to_string));
    let day = |day: Option<jiff::civil::Date>| said(day.map(|day| language.day(day)));
    let lines = vec![
        ("Version", text(&head.version)),
        ("Scope", text(&head.scope)),
        ("Approved by", text(&head.approved_by)),
        ("Approved on", day(head.approved_on)),
        ("Next review", day(head.next_review)),
        ("Read from", head.path.to_string()),
    ];
    lines.into_iter().map(|(name, said)| (language.say(name), said)).collect()
}

/// What is said where there is no Statement.
const NO_STATEMENT: &str = "There is no soa.toml: nothing is decided yet. `annexa init` writes one to start from.";

/// What a difference is about, in words.
fn subject(of: &Difference, language: Language) -> String {
    match &of.subject {
        Subject::Head => language.say("Statement").into_owned(),
        Subject::Control(id) => format!("{id} {}", language.say(control_title(*id))),
        Subject::Custom(name) => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance;
    use crate::report::Options;
    use crate::report::fixture::organisation;
    use crate::source::Workspace;

    #[test]
    fn every_format_shows_the_fixed_statement_the_same_way_each_time() {
        for format in SOA_FORMATS.iter().filter(|format| !TO_FILES.contains(&format.name)) {
            let shown = organisation::rendered_in_short(format);
            assert_eq!(shown, organisation::rendered_in_short(format), "{}", format.name);
            let acts = |c: char| (c.is_control() && !matches!(c, '\n' | '\r')) || c == '\u{202e}';
            assert!(!shown.contains(acts), "{}", format.name);
            insta::assert_snapshot!(format.name, shown);
        }
    }

    fn rendered(format: &Format, change: impl FnOnce(&mut crate::report::Report<'_>)) -> String {
        let workspace = organisation::workspace();
        let mut report = organisation::governed(&workspace);
        change(&mut report);
        let mut bytes = Vec::new();
        let options = Options::default();
        (format.render)(&report, &options, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn differences_since_a_revision_are_shown() {
        let old = Workspace::in_memory([("compliance/soa.toml", "version = \"1\"\n")]);
        let new = organisation::workspace();
        let statement = |workspace: &Workspace| governance::read(workspace, "compliance").0.statement.unwrap();
        let found = governance::difference::differences(&statement(&old), &statement(&new));
        for (format, want) in [
            (&pretty::PRETTY, "  Statement: version: 1 → 2.1\n"),
            (&markdown::MARKDOWN, "| Statement | version | 1 | 2.1 |"),
            (&json::JSON, "\"subject\": \"8.30\""),
            (&html::HTML, "Differences since v1"),
        ] {
            let shown = rendered(format, |report| report.about.differences = Some(("v1".to_owned(), found.clone())));
            assert!(shown.contains(want), "{}: {shown}", format.name);
        }
    }

    #[test]
    fn without_a_statement_nothing_is_decided_and_the_way_is_shown() {
        for format in SOA_FORMATS.iter().filter(|format| !TO_FILES.contains(&format.name)) {
            let shown = rendered(format, |report| {
                if let Some(ledger) = &mut report.ledger {
                    ledger.statement = None;
                    ledger.custom.clear();
                    ledger.controls.iter_mut().for_each(|standing| standing.claim = None);
                }
            });
            if format.name != "json" {
                assert!(shown.matches(NOT_DECIDED).count() >= 93, "{}", format.name);
            }
            if format.name != "csv" {
                assert!(shown.contains("annexa init"), "{}", format.name);
            }
        }
    }

    #[test]
    fn the_statement_is_german_throughout_and_what_people_wrote_stays() {
        let workspace = organisation::workspace();
        let report = organisation::governed(&workspace);
        let ledger = report.ledger.as_ref().unwrap();
        for standing in &ledger.controls {
            let said = Language::German.say(&standing.reason);
            let english = [" the ", " of ", " and ", " to ", "finding", "check ", "checks", "nothing ", "stand"];
            let left: Vec<&str> = english.into_iter().filter(|word| said.contains(word)).collect();
            assert!(left.is_empty(), "{}: {said}: {left:?}", standing.reason);
        }
        let options = Options { language: Language::German, ..Options::default() };
        for format in [&pretty::PRETTY, &markdown::MARKDOWN, &html::HTML] {
            let shown = String::from_utf8(report.rendered(format, &options).unwrap()).unwrap();
            for word in [
                "Erklärung zur Anwendbarkeit",
                "Einsatz von Kryptographie",
                "nicht beurteilt",
                "Zuständig",
                "Genehmigt am",
            ] {
                assert!(shown.contains(word), "{}: {word}", format.name);
            }
            for word in ["Statement of", "Use of cryptography", "not assessed", "Approved", "Owner"] {
                assert!(!shown.contains(word), "{}: {word}", format.name);
            }
            assert!(ledger.custom.iter().all(|custom| shown.contains(&*custom.title)), "{}", format.name);
        }
        let page = String::from_utf8(report.rendered(&html::HTML, &options).unwrap()).unwrap();
        assert!(page.contains("<html lang=\"de\">"), "{page}");
    }

    #[test]
    fn the_json_is_what_its_schema_says_and_no_field_is_left_out() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../../../docs/soa.schema.json")).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let since = Some((
            "v1".to_owned(),
            vec![Difference { subject: Subject::Head, key: "version", before: None, after: Some("2".to_owned()) }],
        ));
        let shown = rendered(&json::JSON, |report| report.about.differences = since);
        let statement: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&statement).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for (part, definition) in [
            ("", ""),
            ("/controls/0", "/$defs/control"),
            ("/controls/0/claim", "/$defs/claim"),
            ("/controls/0/evidence/0", "/$defs/evidence"),
            ("/controls/0/basis", "/$defs/basis"),
            ("/since", "/$defs/since"),
            ("/since/differences/0", "/$defs/difference"),
        ] {
            let known = keys(schema.pointer(&format!("{definition}/properties")).unwrap());
            assert_eq!(keys(statement.pointer(part).unwrap()), known, "{part}");
        }
    }
}
