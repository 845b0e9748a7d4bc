use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::{COMPONENT, DOCUMENTS, PLAN, PROFILE, RESULTS, catalog};
use crate::report::fixture::organisation;
use crate::report::{Format, Report};

fn rendered(format: &Format, change: impl FnOnce(&mut Report<'_>)) -> Value {
    let workspace = organisation::workspace();
    let mut report = organisation::governed(&workspace);
    change(&mut report);
    let mut bytes = Vec::new();
    (format.render)(&report, &crate::report::Options::default(), &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn every_document_is_shown_the_same_way_each_time() {
    for format in DOCUMENTS {
        let shown = organisation::rendered_in_short(format);
        assert_eq!(shown, organisation::rendered_in_short(format), "{}", format.name);
        // The UUID of a document is that of its content, which holds the version.
        let lines: Vec<&str> = shown.lines().collect();
        insta::assert_snapshot!(format.name, [&lines[..2], &lines[3..]].concat().join("\n"));
    }
}

/// Every value of a key, wherever it stands.
fn values<'v>(value: &'v Value, wanted: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == wanted => found.push(text),
                    _ => values(value, wanted, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, wanted, found)),
        _ => {}
    }
}

#[test]
fn uuids_are_of_version_5_and_unique_and_every_reference_leads_somewhere() {
    for format in DOCUMENTS {
        let document = rendered(format, |_| {});
        let mut ids = Vec::new();
        values(&document, "uuid", &mut ids);
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{}", format.name);
        assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).unwrap().get_version_num() == 5), "{}", format.name);
        for key in ["observation-uuid", "risk-uuid", "actor-uuid", "subject-uuid"] {
            let mut links = Vec::new();
            values(&document, key, &mut links);
            for link in links {
                assert!(unique.contains(link), "{}: {key} {link}", format.name);
            }
        }
        assert!(no_empty_list(&document), "{}: OSCAL has no empty lists", format.name);
    }
}

fn no_empty_list(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty() && items.iter().all(no_empty_list),
        Value::Object(map) => map.values().all(no_empty_list),
        _ => true,
    }
}

#[test]
fn only_what_checks_show_is_satisfied_and_what_nobody_looked_at_has_no_verdict() {
    let document = rendered(&RESULTS, |_| {});
    let findings = document.pointer("/assessment-results/results/0/findings").unwrap().as_array().unwrap();
    let verdict = |id: &str| {
        let found = findings.iter().find(|finding| finding["target"]["target-id"] == id)?;
        Some((found["target"]["status"]["state"].as_str()?, found["target"]["status"]["reason"].as_str()?))
    };
    assert_eq!(verdict("a.8.24"), Some(("not-satisfied", "fail")));
    assert_eq!(verdict("a.7.1"), Some(("not-satisfied", "other")), "a statement is no proof");
    assert_eq!(verdict("a.5.2"), None);
    assert_eq!(verdict("a.8.30"), None);
}

#[test]
fn the_moment_is_the_one_given() {
    let given = "2026-02-03T04:05:06Z";
    for (format, at) in [
        (&RESULTS, "/assessment-results"),
        (&COMPONENT, "/component-definition"),
        (&PLAN, "/plan-of-action-and-milestones"),
        (&PROFILE, "/profile"),
    ] {
        let modified = |document: &Value| {
            document.pointer(&format!("{at}/metadata/last-modified")).and_then(Value::as_str).unwrap().to_owned()
        };
        assert_eq!(modified(&rendered(format, |_| {})), "2026-01-15T00:00:00Z");
        let with = rendered(format, |report| report.about.moment = given.parse().ok());
        assert_eq!(modified(&with), given);
    }
}

/// The schemas of NIST, in the folder that `OSCAL_SCHEMAS` names: `oscal_assessment-results_schema.json` and so on, as the
/// releases of usnistgov/OSCAL have them.
fn schema(name: &str) -> Option<Value> {
    let folder = std::env::var_os("OSCAL_SCHEMAS").map(PathBuf::from)?;
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).ok()?).ok()
}

#[test]
fn documents_are_what_the_schemas_of_nist_say() {
    for (format, name) in [
        (&RESULTS, "oscal_assessment-results_schema.json"),
        (&COMPONENT, "oscal_component_schema.json"),
        (&PLAN, "oscal_poam_schema.json"),
        (&PROFILE, "oscal_profile_schema.json"),
    ] {
        let Some(schema) = schema(name) else {
            eprintln!("skipped: OSCAL_SCHEMAS names no folder with {name}");
            continue;
        };
        let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&schema).unwrap();
        let document = rendered(format, |_| {});
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        assert!(!validator.is_valid(&serde_json::json!({})));
        // A run in which nothing was found out.
        if format.name != "poam" {
            let empty = rendered(format, |report| {
                report.findings.clear();
                let ledger = report.ledger.as_mut().unwrap();
                ledger.controls.iter_mut().for_each(|standing| standing.state = crate::posture::State::NotAssessed);
            });
            assert!(validator.is_valid(&empty), "{}: nothing found out", format.name);
        }
    }
}

fn of_catalog() -> Value {
    let mut bytes = Vec::new();
    catalog::write(&mut bytes, "2026-02-03T04:05:06Z").unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn the_catalog_has_every_control_once_with_its_short_name_and_no_more() {
    let document = of_catalog();
    let groups = document["catalog"]["groups"].as_array().unwrap();
    let controls: Vec<&Value> = groups.iter().flat_map(|group| group["controls"].as_array().unwrap()).collect();
    assert_eq!((groups.len(), controls.len()), (4, 93));
    assert_eq!(controls[8]["id"], "a.5.9");
    assert_eq!(controls[9]["props"][1]["value"], "a.05.10");
    for control in controls {
        let keys: Vec<&String> = control.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "title", "props"], "no text of the standard");
    }
    if let Some(schema) = schema("oscal_catalog_schema.json") {
        let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&schema).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

#[test]
fn the_profile_selects_from_the_catalog_what_is_not_excluded() {
    let profile = rendered(&PROFILE, |_| {});
    let import = &profile["profile"]["imports"][0];
    assert_eq!(import["exclude-controls"][0]["with-ids"], serde_json::json!(["a.8.30"]));
    let resource = profile["profile"]["back-matter"]["resources"][0]["uuid"].as_str().unwrap();
    assert_eq!(import["href"], format!("#{resource}"));
    let undecided = rendered(&PROFILE, |report| {
        report.ledger.as_mut().unwrap().controls.iter_mut().for_each(|standing| standing.claim = None);
    });
    assert!(undecided["profile"]["imports"][0]["exclude-controls"].is_null(), "nobody has excluded anything");
}
