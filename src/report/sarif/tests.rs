use std::path::PathBuf;

use serde_json::Value;

use super::SARIF;
use crate::evaluate::Outcome;
use crate::report::{Options, fixture};

const EVERY: [Outcome; 3] = [Outcome::Fail, Outcome::Open, Outcome::Pass];

fn log() -> Value {
    serde_json::from_str(&fixture::rendered_with(&SARIF, &EVERY)).unwrap()
}

/// The schema of OASIS as the crate `serde-sarif` ships it; `.ci/run` has cargo unpack that crate.
fn official_schema() -> Option<Value> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry/src")).ok()?;
    let texts = registries
        .flatten()
        .filter_map(|registry| std::fs::read_to_string(registry.path().join("serde-sarif-0.8.0/src/schema.json")).ok());
    let mut schema: Value = texts.filter_map(|text| serde_json::from_str(&text).ok()).find(Value::is_object)?;
    // The pattern of one field, which we do not write, is no regular expression.
    for definition in ["run", "toolComponent"] {
        let language = format!("/definitions/{definition}/properties/language");
        schema.pointer_mut(&language)?.as_object_mut()?.remove("pattern");
    }
    Some(schema)
}

#[test]
fn the_log_is_what_the_schema_of_oasis_says() {
    let Some(schema) = official_schema() else {
        assert!(std::env::var_os("CI").is_none(), "run `cargo info serde-sarif@0.8.0` first, as .ci/run does");
        eprintln!("skipped: `cargo info serde-sarif@0.8.0` fetches the schema");
        return;
    };
    let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&schema).unwrap();
    let log = log();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    // The validator does refuse.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })));
}

/// What the standard asks for and the schema cannot say.
#[test]
fn numbers_point_at_what_they_name() {
    let log = log();
    let run = log.pointer("/runs/0").unwrap();
    let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 8);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(result["kind"] == "fail", result["level"] != "none", "{result}");
        let file = result.pointer("/locations/0/physicalLocation/artifactLocation").unwrap();
        if let Some(number) = file["index"].as_u64() {
            let artifact = &run["artifacts"][usize::try_from(number).unwrap()];
            assert_eq!(artifact["location"]["uri"], file["uri"]);
        } else {
            panic!("{file} is no artifact");
        }
        assert!(result.pointer("/locations/0/physicalLocation/region/startLine").is_some(), "{result}");
        for relation in rule["relationships"].as_array().unwrap() {
            let number = relation.pointer("/target/index").and_then(Value::as_u64).unwrap();
            assert_eq!(text(&run["taxonomies"][0], &format!("/taxa/{number}/id")), text(relation, "/target/id"));
        }
    }
}

#[test]
fn every_severity_is_known_to_github() {
    for (severity, want) in [("critical", 9.0..10.1), ("high", 7.0..9.0), ("medium", 4.0..7.0), ("low", 0.1..4.0)] {
        let found = crate::rule::Severity::WORST_FIRST.into_iter().find(|known| known.name() == severity).unwrap();
        let score: f64 = super::rule::score(found).parse().unwrap();
        assert!(want.contains(&score), "{severity}: {score}");
    }
}

#[test]
fn only_what_fails_and_counts_is_an_alert_unless_more_is_asked_for() {
    let results = |options: &Options| {
        let log: Value = serde_json::from_str(&fixture::rendered_as(&SARIF, options)).unwrap();
        let results = log.pointer("/runs/0/results").and_then(Value::as_array).unwrap();
        let kinds: Vec<String> = results.iter().map(|result| result["kind"].as_str().unwrap().to_owned()).collect();
        (kinds, results.iter().filter(|result| result.get("suppressions").is_some()).count())
    };
    let default = Options::default();
    assert_eq!(results(&default), (vec!["fail".to_owned(); 5], 0));
    let silenced = Options { silenced: true, ..Options::default() };
    assert_eq!(results(&silenced), (vec!["fail".to_owned(); 6], 1));
    let open = Options { asked: Some(vec![Outcome::Open]), ..Options::default() };
    assert_eq!(results(&open), (vec!["open".to_owned()], 0));
}

#[test]
fn a_log_holds_what_github_takes_and_tells_what_it_leaves_out() {
    let workspace = fixture::workspace();
    let mut report = fixture::report(&workspace);
    let (one, other) = (report.findings[0].clone(), report.findings[4].clone());
    let numbered = |number: usize| {
        let mut finding = if number.is_multiple_of(2) { one.clone() } else { other.clone() };
        finding.message = number.to_string();
        finding
    };
    report.findings = (0..26_000).map(numbered).collect();
    let mut bytes = Vec::new();
    (SARIF.render)(&report, &Options::default(), &mut bytes).unwrap();
    let log: Value = serde_json::from_slice(&bytes).unwrap();
    let run = log.pointer("/runs/0").unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let critical = results.iter().filter(|result| result["properties"]["severity"] == "critical").count();
    assert_eq!(critical, 13_000, "the least severe are left out");
    let told = run.pointer("/invocations/0/toolExecutionNotifications").unwrap().to_string();
    assert!(told.contains("1000 results are left out"), "{told}");
    assert!(told.contains("the 5000 most severe of 25000 results"), "{told}");
}

#[test]
fn one_place_that_makes_many_instances_fail_is_one_result_that_lists_them() {
    let workspace = fixture::workspace();
    let mut report = fixture::report(&workspace);
    let one = report.findings[1].clone();
    let instance = |number: usize| {
        let mut finding = one.clone();
        std::sync::Arc::make_mut(&mut finding.resource).address = format!("aws_db_instance.main[{number}]").into();
        finding.fingerprint = format!("{number:032x}");
        finding
    };
    report.findings = (0..100).map(instance).collect();
    let mut bytes = Vec::new();
    (SARIF.render)(&report, &Options::default(), &mut bytes).unwrap();
    let log: Value = serde_json::from_slice(&bytes).unwrap();
    let results = log.pointer("/runs/0/results").and_then(Value::as_array).unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["properties"]["resources"], 100);
    assert_eq!(results[0]["properties"]["instances"].as_array().unwrap().len(), 100);
    let message = results[0].pointer("/message/text").and_then(Value::as_str).unwrap();
    assert!(message.contains("in 100 resources: `aws_db_instance.main[0]`") && message.contains("and 80 more"));
}
