//! The reference in `docs/` is what the program says of itself. `UPDATE_DOCS=1 cargo test --test docs` rewrites it.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::fmt::Write as _;
use std::path::Path;

use annexa::dialect::DIALECTS;
use annexa::rule::reference;
use annexa::rule::set::RuleSet;

fn compare(name: &str, want: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, want).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == want, "docs/{name} is not up to date: run `UPDATE_DOCS=1 cargo test --test docs`");
}

#[test]
fn the_reference_of_the_language_is_up_to_date() {
    compare("rule-language.md", &reference::language(DIALECTS));
}

#[test]
fn the_reference_of_governance_files_is_up_to_date() {
    compare("governance.md", &annexa::governance::reference::page());
}

#[test]
fn the_way_to_a_certificate_is_up_to_date() {
    compare("start-iso.md", &annexa::report::certification::page());
}

#[test]
fn the_schemas_for_editors_are_up_to_date() {
    compare("rule.schema.json", &annexa::rule::json_schema::rule());
    compare("settings.schema.json", &annexa::settings::json_schema());
    compare("governance.schema.json", &annexa::governance::json_schema::registers());
}

/// Every TOML file below a folder of the project.
fn toml_files(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            toml_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
}

#[test]
fn the_schemas_for_editors_accept_all_files_of_ours() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["rules", "fixtures/organisation"] {
        toml_files(&root.join(folder), &mut files);
    }
    files.push(root.join("annexa.toml"));
    let validator = |text: &str| jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap();
    let rule = validator(&annexa::rule::json_schema::rule());
    let settings = validator(&annexa::settings::json_schema());
    let registers = validator(&annexa::governance::json_schema::registers());
    let named: Vec<&str> = annexa::governance::schema::SCHEMAS.iter().map(|schema| schema.file).collect();
    let mut wrong = String::new();
    let mut judged = 0;
    for path in files {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let schema = match stem.as_str() {
            _ if path.starts_with(root.join("rules")) => &rule,
            "annexa" => &settings,
            stem if named.contains(&stem) => &registers,
            _ => continue,
        };
        judged += 1;
        let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let value = serde_json::to_value(plain(toml::Value::Table(table))).unwrap();
        for error in schema.iter_errors(&value) {
            let _ = writeln!(wrong, "{}: {error} at {}", path.display(), error.instance_path());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(judged > 400, "{judged} files");
    let refused = serde_json::json!({ "title": "t", "severity": "hihg", "check": [] });
    assert!(!rule.is_valid(&refused));
}

/// Days as texts, as JSON has them.
fn plain(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Datetime(day) => toml::Value::String(day.to_string()),
        toml::Value::Array(items) => toml::Value::Array(items.into_iter().map(plain).collect()),
        toml::Value::Table(table) => {
            toml::Value::Table(table.into_iter().map(|(key, value)| (key, plain(value))).collect())
        }
        value => value,
    }
}

#[test]
fn what_was_read_a_second_time_is_there() {
    let set = RuleSet::builtin(DIALECTS);
    let table = include_str!("../docs/second-reading.csv");
    let mut rules: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let gone: Vec<&str> = rules.iter().copied().filter(|id| !set.cards().any(|card| *card.id == **id)).collect();
    assert!(gone.is_empty(), "docs/second-reading.csv: {gone:?}");
    assert!(rules.is_sorted());
    rules.dedup();
    assert_eq!(rules.len() + 1, table.lines().count());
}
