//! Another framework over the ledger: where each of its requirements stands by the controls that are related to it.
//!
//! Every format says what a relation is worth, and where the pairs come from.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Page;
use super::overview;
use super::record::Day;
use crate::posture::framework::{FrameworkLedger, RequirementStanding};
use crate::posture::{Ledger, State};
use crate::report::html::shell::{page_in, prose, state_in, table};
use crate::report::json::ToolView;
use crate::report::place::control_title;
use crate::report::sheet::Sheet;
use crate::report::text::{Escaping, counted};
use crate::report::words::Language;
use crate::report::{Format, Options, Report, pretty};

/// Every format of another framework's view.
pub const FRAMEWORK_FORMATS: &[&Format] = &[
    &Format { name: "pretty", doc: "A table of the requirements, for a terminal.", ledger: true, render: text },
    &Format { name: "markdown", doc: "A page for a repository.", ledger: true, render: markdown },
    &Format {
        name: "json",
        doc: "One JSON object for programs; see docs/framework.schema.json.",
        ledger: true,
        render: json,
    },
    &Format { name: "csv", doc: "One row for each requirement, for spreadsheets.", ledger: true, render: csv },
    &Format { name: "html", doc: "A page in one file.", ledger: true, render: html },
];

/// What every format says of the relation.
pub const RELATION: &str = "Related is not equal: a requirement is at best as well shown as the weakest of its related controls, and may \
     ask for more than all of them. A control that is excluded shows nothing of it.";

fn of<'r>(report: &'r Report<'_>) -> Option<(&'r FrameworkLedger, &'r Ledger)> {
    report.about.framework.as_ref().zip(report.ledger.as_ref())
}

/// "97 requirements: 3 gaps, …"
fn headline(of: &FrameworkLedger) -> String {
    let parts: Vec<String> = of.counts().into_iter().map(|(state, count)| state.counted(count)).collect();
    format!("{}: {}", counted(of.requirements.len(), "requirement"), parts.join(", "))
}

/// What is known of the crosswalk, each with whether its text is English in every language: sources are quoted as they are.
fn facts(of: &FrameworkLedger) -> [(&'static str, String, bool); 6] {
    let framework = of.framework;
    [
        ("Version", framework.version.to_string(), true),
        ("Relation", framework.relation.to_string(), false),
        ("What a relation is worth", RELATION.to_owned(), false),
        ("Source", framework.source.to_string(), true),
        ("Note", framework.note.to_string(), true),
        ("Listed", framework.listed.to_string(), true),
    ]
}

/// "NIST Cybersecurity Framework 2.0 by the controls of ISO/IEC 27002:2022"
fn title(name: &str) -> String {
    format!("{name} by the controls of ISO/IEC 27002:2022")
}

/// "11.7 Authentication by several factors"
fn named(of: &RequirementStanding) -> String {
    match &of.title {
        Some(title) => format!("{} {title}", of.id),
        None => of.id.to_string(),
    }
}

/// "8.24 gap, 5.33 evidenced"
fn controls(language: Language, of: &RequirementStanding) -> String {
    let controls = of.controls.iter().map(|(id, state)| format!("{id} {}", language.say(&state.words())));
    controls.collect::<Vec<_>>().join(", ")
}

fn text(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((view, ledger)) = of(report) else { return Ok(()) };
    let language = options.language;
    pretty::problems(report, options, out)?;
    writeln!(out, "{}", language.say(&title(&view.framework.title)))?;
    writeln!(out, "{}\n", language.say(&headline(view)))?;
    let day = ("Day", language.day(ledger.today));
    let facts = facts(view).map(|(name, said, _)| (name, language.say(&said).into_owned()));
    let facts: Vec<_> = std::iter::once(day).chain(facts).map(|(name, said)| (language.say(name), said)).collect();
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, said) in facts {
        writeln!(out, "{name:<width$} {said}")?;
    }
    writeln!(out)?;
    let width = view.requirements.iter().map(|of| of.id.len()).max().unwrap_or(0);
    for of in &view.requirements {
        let controls = controls(language, of);
        let because = if controls.is_empty() { language.say(&of.reason()).into_owned() } else { controls };
        let about = of.title.as_deref().map(|title| format!("{title}: ")).unwrap_or_default();
        writeln!(out, "{:width$}  {:22}  {about}{because}", of.id, language.say(&of.state.words()))?;
    }
    Ok(())
}

fn markdown(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((view, ledger)) = of(report) else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| language.say(text).into_owned();
    let mut page = Page::of(language);
    page.line(&format!("# {}\n", say(&title(&view.framework.title))));
    page.line(&format!("{}.\n\n- {}: {}", say(&headline(view)), say("Day"), language.day(ledger.today)));
    for (name, said, _) in facts(view) {
        page.line(&format!("- {}: {}", say(name), say(&said)));
    }
    page.line("");
    let row = |of: &RequirementStanding| {
        vec![named(of), format!("**{}**", say(&of.state.words())), say(&of.reason()), controls(language, of)]
    };
    page.table(&["Requirement", "State", "Because", "Related controls"], view.requirements.iter().map(row));
    out.write_all(page.text.trim_end().as_bytes())?;
    out.write_all(b"\n")
}

fn json(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((view, ledger)) = of(report) else { return Ok(()) };
    let framework = view.framework;
    let requirement = |of: &RequirementStanding| {
        let controls: Vec<Value> = of.controls.iter().map(|(id, state)| json!({ "id": id, "state": state })).collect();
        json!({ "id": &*of.id, "title": of.title.as_deref(), "state": of.state, "reason": of.reason(), "controls": controls })
    };
    let states = view.counts().into_iter().map(|(state, all)| json!({ "state": state, "all": all }));
    let whole = json!({
        "tool": ToolView::of(report),
        "today": Day(ledger.today),
        "commit": report.about.commit,
        "framework": {
            "key": &*framework.key,
            "name": &*framework.name,
            "title": &*framework.title,
            "version": &*framework.version,
            "relation": &*framework.relation,
            "relation_means": RELATION,
            "source": &*framework.source,
            "terms": &*framework.terms,
            "note": &*framework.note,
            "whole": framework.whole,
            "listed": &*framework.listed,
        },
        "states": states.collect::<Vec<_>>(),
        "requirements": view.requirements.iter().map(requirement).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(Escaping(&mut *out), &whole)?;
    out.write_all(b"\n")
}

fn csv(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((view, _)) = of(report) else { return Ok(()) };
    let mut sheet =
        Sheet::new(&mut *out, &["framework", "requirement", "relation", "state", "reason", "controls", "about"])?;
    for of in &view.requirements {
        // With its letter, no spreadsheet makes a number of an id.
        let controls = of.controls.iter().map(|(id, state)| format!("A.{id} {}", state.name()));
        let framework = view.framework;
        sheet.row(&[
            framework.name.to_string(),
            of.id.to_string(),
            framework.relation.to_string(),
            of.state.name().to_owned(),
            of.reason(),
            controls.collect::<Vec<_>>().join("; "),
            of.title.as_deref().unwrap_or_default().to_owned(),
        ])?;
    }
    sheet.finish()
}

fn html(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some((view, ledger)) = of(report) else { return Ok(()) };
    let language = options.language;
    let say = |text: &str| language.say(text).into_owned();
    let title = say(&title(&view.framework.name));
    let states = maud::html! {
        thead { tr { th scope="col" { (say("State")) } th.number scope="col" { (say("Requirements")) } th scope="col" { (say("Meaning")) } } }
        tbody { @for (state, count) in view.counts() { tr {
            th scope="row" { (state_in(language, state)) } td.number { (count) } td { (say(overview::meaning(state))) }
        } } }
    };
    let rows = maud::html! {
        thead { tr { th scope="col" { (say("Requirement")) } th scope="col" { (say("State")) } th scope="col" { (say("Because")) } th scope="col" { (say("Related controls")) } } }
        tbody { @for of in &view.requirements { tr {
            th scope="row" { (of.id) @if let Some(title) = &of.title { " " span lang=[language.mark()] { (title) } } }
            td { (state_in(language, of.state)) }
            td { (prose(&say(&of.reason()))) }
            td { @for (number, (id, state)) in of.controls.iter().enumerate() {
                @if number > 0 { br; }
                (id) " " (say(control_title(*id))) ": " (say(&state.words()))
                @if *state == State::NotApplicable { " (" (say("does not count")) ")" }
            } }
        } } }
    };
    let body = maud::html! {
        header {
            h1 { (title) }
            p.headline { (say(&headline(view))) }
            dl {
                dt { (say("Day")) } dd { (language.day(ledger.today)) }
                @for (name, said, is_english) in facts(view) {
                    dt { (say(name)) } dd lang=[language.mark().filter(|_| is_english)] { (prose(&say(&said))) }
                }
            }
        }
        section { h2 { (say("States")) } (table(&say("States"), &states)) }
        section { h2 { (say("Requirements")) } (table(&say("Requirements"), &rows)) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", " (say("rules")) " " code { (report.rules_hash) } }
    };
    out.write_all(page_in(language, &title, &body, "", None).into_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::crosswalk;
    use crate::report::fixture::organisation;

    fn rendered(format: &Format, framework: &str) -> String {
        let workspace = organisation::workspace();
        let mut report = organisation::governed(&workspace);
        let framework = crosswalk::named(framework).unwrap();
        report.about.framework = report.ledger.as_ref().map(|ledger| FrameworkLedger::of(ledger, framework));
        let mut bytes = Vec::new();
        (format.render)(&report, &Options::default(), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_format_says_what_a_relation_is_worth_and_names_its_source() {
        for format in FRAMEWORK_FORMATS {
            for framework in crosswalk::frameworks() {
                let shown = rendered(format, &framework.key);
                assert_eq!(shown, rendered(format, &framework.key), "{}", format.name);
                assert!(shown.contains("related"), "{}", format.name);
                if format.name != "csv" {
                    for said in ["Related is not equal", &framework.source] {
                        let said = if format.name == "json" { said.replace('"', "\\\"") } else { said.to_owned() };
                        assert!(shown.contains(&said), "{} {}: {said}", format.name, framework.key);
                    }
                }
                for word in ["compliant", "certified", "requirement is met"] {
                    assert!(!shown.to_lowercase().contains(word), "{}: {word}", format.name);
                }
                for requirement in framework.requirements() {
                    assert!(shown.contains(&*requirement.id), "{} {}", format.name, requirement.id);
                }
            }
        }
    }

    #[test]
    fn the_json_is_what_its_schema_says_and_no_field_is_left_out() {
        let schema: Value = serde_json::from_str(include_str!("../../../docs/framework.schema.json")).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let json = FRAMEWORK_FORMATS.iter().find(|format| format.name == "json").unwrap();
        let view: Value = serde_json::from_str(&rendered(json, "csf")).unwrap();
        for framework in crosswalk::frameworks() {
            let view: Value = serde_json::from_str(&rendered(json, &framework.key)).unwrap();
            let errors = validator.iter_errors(&view).map(|error| format!("{}: {error}", error.instance_path()));
            assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new(), "{}", framework.key);
        }
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for (part, definition) in [
            ("", ""),
            ("/framework", "/properties/framework"),
            ("/requirements/0", "/properties/requirements/items"),
            ("/states/0", "/properties/states/items"),
        ] {
            let known = keys(schema.pointer(&format!("{definition}/properties")).unwrap());
            assert_eq!(keys(view.pointer(part).unwrap()), known, "{part}");
        }
    }
}
