use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::posture::org::read::{ControlRead, LedgerRead};
use crate::source::Workspace;

fn ledger(state: State, claim: Option<ClaimRead>) -> LedgerRead {
    LedgerRead {
        repository: None,
        version: "9.9.9".to_owned(),
        rules_hash: "abcdef0123456789".to_owned(),
        today: date(2026, 5, 9),
        commit: None,
        has_statement: claim.is_some(),
        errors: 0,
        controls: ControlId::all()
            .map(|id| ControlRead { id, state, owner: None, claim, failing_elsewhere: BTreeSet::new() })
            .collect(),
    }
}

fn merged() -> OrgLedger {
    let mut org = OrgLedger::new(date(2026, 5, 10), 7);
    let claim = ClaimRead { applicable: true, implementation: Some(Implementation::Implemented) };
    org.set_isms("isms", ledger(State::Attested, Some(claim))).unwrap();
    let old = LedgerRead { today: date(2026, 4, 1), ..ledger(State::Evidenced, None) };
    org.add("shop/\u{1b}[31mred", LedgerRead { errors: 2, ..ledger(State::Gap, None) }).unwrap();
    org.add("=cmd|calc", old).unwrap();
    org
}

fn rendered(format: &Format) -> String {
    let workspace = Workspace::in_memory([]);
    let mut report = Report::of_problems(&workspace, Vec::new());
    report.about.org = Some(merged());
    let mut bytes = Vec::new();
    (format.render)(&report, &Options::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_format_tells_the_worst_the_coverage_and_what_is_stale() {
    for format in ORG_FORMATS {
        let text = rendered(format);
        assert_eq!(text, rendered(format), "{}", format.name);
        assert!(text.contains("said to be implemented, and a check fails in 1 of 2 repositories"), "{}", format.name);
        assert!(!text.contains('\u{1b}'), "{}: nothing acts on a terminal", format.name);
        if format.name != "csv" {
            assert!(text.contains("9.9.9") && text.contains("2026-04-01") && text.contains("stale"), "{}", format.name);
        }
        for word in ["compliant", "certified"] {
            assert!(!text.to_lowercase().contains(word), "{}: {word}", format.name);
        }
    }
    let text = rendered(ORG_FORMATS[0]);
    assert!(text.contains("1 older than 7 days") && text.contains("2 files not read"), "{text}");
}

#[test]
fn the_json_is_what_its_schema_says_and_no_field_is_left_out() {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/org.schema.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let json = ORG_FORMATS.iter().find(|format| format.name == "json").unwrap();
    let page: Value = serde_json::from_str(&rendered(json)).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&page).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for (part, definition) in [
        ("", ""),
        ("/controls/0", "/properties/controls/items"),
        ("/owners/0", "/properties/owners/items"),
        ("/repositories/0", "/properties/repositories/items"),
        ("/versions/0", "/properties/versions/items"),
    ] {
        let known = keys(schema.pointer(&format!("{definition}/properties")).unwrap());
        assert_eq!(keys(page.pointer(part).unwrap()), known, "{part}");
    }
}
