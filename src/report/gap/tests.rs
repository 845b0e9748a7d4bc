use serde_json::Value;

use super::GAP_FORMATS;
use super::json::JSON;
use crate::report::fixture::organisation::{rendered, rendered_in_short};

#[test]
fn every_format_shows_the_fixed_ledger_the_same_way_each_time() {
    for format in GAP_FORMATS {
        let shown = rendered_in_short(format);
        assert_eq!(shown, rendered_in_short(format), "{}", format.name);
        insta::assert_snapshot!(format.name, shown);
    }
}

#[test]
fn nothing_in_a_scanned_file_reaches_the_terminal() {
    for format in GAP_FORMATS {
        let shown = rendered(format);
        let acts = |c: char| (c.is_control() && !matches!(c, '\n' | '\r')) || c == '\u{202e}';
        assert!(!shown.contains(acts), "{}", format.name);
    }
}

#[test]
fn no_format_judges_more_than_it_may() {
    for format in GAP_FORMATS {
        let shown = rendered(format).to_lowercase();
        for word in ["compliant", "certified"] {
            assert!(!shown.contains(word), "{}: {word}", format.name);
        }
    }
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/gap.schema.json")).unwrap()
}

#[test]
fn the_json_is_what_its_schema_says() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let report: Value = serde_json::from_str(&rendered(&JSON)).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(!validator.is_valid(&serde_json::json!({})));
}

#[test]
fn the_schema_names_every_field_and_no_other() {
    let schema = schema();
    let report: Value = serde_json::from_str(&rendered(&JSON)).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let first = |list: &str, wanted: &str| {
        let items = report[list].as_array().unwrap();
        items.iter().find(|item| item.pointer(wanted).is_some_and(|found| !found.is_null())).unwrap().clone()
    };
    for (written, definition) in [
        (report.clone(), ""),
        (report["states"][0].clone(), "/$defs/count"),
        (report["said_and_found"][0].clone(), "/$defs/said"),
        (report["readiness"][0].clone(), "/$defs/stage"),
        (report["readiness"][0]["points"][0].clone(), "/$defs/point"),
        (report["statement"].clone(), "/$defs/head"),
        (report["controls"][0].clone(), "/$defs/control"),
        (report["controls"][0]["attributes"].clone(), "/$defs/attributes"),
        (report["controls"][0]["tally"].clone(), "/$defs/tally"),
        (report["controls"][0]["crosswalk"].clone(), "/$defs/crosswalk"),
        (report["controls"][0]["topics"][0].clone(), "/$defs/topic"),
        (first("controls", "/rules/0")["rules"][0].clone(), "/$defs/judged"),
        (first("controls", "/claim")["claim"].clone(), "/$defs/claim"),
        (first("controls", "/claim/reasons/0")["claim"]["reasons"][0].clone(), "/$defs/reason"),
        (first("controls", "/evidence/0")["evidence"][0].clone(), "/$defs/evidence"),
        (first("controls", "/attestations/0")["attestations"][0].clone(), "/$defs/attestation"),
        (report["custom"][0].clone(), "/$defs/custom"),
        (report["clauses"][0].clone(), "/$defs/clause"),
        (report["risks"][0].clone(), "/$defs/risk"),
        (report["actions"][0].clone(), "/$defs/action"),
        (report["waivers"][0].clone(), "/$defs/waiver"),
        (report["nonconformities"][0].clone(), "/$defs/nonconformity"),
        (report["plan"][0].clone(), "/$defs/item"),
        (report["looked_at"].clone(), "/$defs/looked_at"),
    ] {
        assert_eq!(keys(&written), keys(schema.pointer(&format!("{definition}/properties")).unwrap()), "{definition}");
        let required: Vec<String> =
            serde_json::from_value(schema.pointer(&format!("{definition}/required")).unwrap().clone()).unwrap();
        assert_eq!(keys(&written), required, "{definition}");
    }
}

#[test]
fn findings_and_problems_are_those_of_the_report() {
    let mut schema: Value = serde_json::from_str(include_str!("../../../docs/report.schema.json")).unwrap();
    let report: Value = serde_json::from_str(&rendered(&JSON)).unwrap();
    let object = schema.as_object_mut().unwrap();
    for key in ["required", "properties", "type"] {
        object.remove(key);
    }
    for (list, definition) in [("findings", "finding"), ("problems", "problem")] {
        schema["$ref"] = format!("#/$defs/{definition}").into();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let items = report[list].as_array().unwrap();
        assert!(!items.is_empty() && items.iter().all(|item| validator.is_valid(item)), "{list}");
    }
}
