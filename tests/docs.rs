//! The reference in `docs/` is what the program says of itself. `UPDATE_DOCS=1 cargo test --test docs` rewrites it.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

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
fn the_reference_of_the_rules_is_up_to_date() {
    compare("rules.md", &reference::rules(&RuleSet::builtin(DIALECTS)));
}

#[test]
fn the_reference_of_governance_files_is_up_to_date() {
    compare("governance.md", &annexa::governance::reference::page());
}
