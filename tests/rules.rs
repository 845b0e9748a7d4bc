//! Every built-in rule, proven by its fixtures. `RULES=aws cargo test --test rules` proves those whose path has the word
//! in it.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use annexa::dialect::DIALECTS;
use annexa::proof::{self, Fixture};
use annexa::rule::alias::spelling;
use annexa::rule::set::{RuleSet, builtin};
use annexa::scan::assess;

fn collect(root: &Path, directory: &Path, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let shown = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((shown, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn fixtures(id: &str) -> Vec<Fixture> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(id);
    let mut files = Vec::new();
    if directory.is_dir() {
        collect(&directory, &directory, &mut files);
    }
    proof::fixtures(files)
}

#[test]
fn every_rule_is_sound_and_proven() {
    let only = std::env::var("RULES").unwrap_or_default();
    let set = RuleSet::builtin(DIALECTS);
    let mut report = String::new();
    let mut wrong = 0;
    for builtin in builtin().iter().filter(|builtin| builtin.path.contains(&only)) {
        let source = set.source(builtin.id).unwrap();
        let gaps: Vec<String> = match set.rule(builtin.id).unwrap() {
            Ok(rule) => {
                let gaps = proof::prove(&rule, source, &fixtures(builtin.id), proof::TODAY, &assess::resources_for);
                gaps.iter().map(ToString::to_string).collect()
            }
            Err(fallen) => fallen
                .faults
                .iter()
                .map(|fault| {
                    let line = source.position(fault.at.start).line;
                    let help = fault.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
                    format!("line {line}: {fault}{help}")
                })
                .collect(),
        };
        if !gaps.is_empty() {
            wrong += 1;
            report.extend(["\n", builtin.path, "\n"]);
            report.extend(gaps.iter().map(|gap| format!("  {gap}\n")));
        }
    }
    assert!(wrong == 0, "{wrong} of {} rules are not proven:\n{report}", builtin().len());
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    /// The example organisation, which belongs to `tests/organisation.rs`.
    const OTHERS: [&str; 1] = ["organisation"];
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut strangers = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !builtin().iter().any(|builtin| builtin.id == name) && !OTHERS.contains(&name.as_str()) {
            strangers.push(name);
        }
    }
    strangers.sort();
    assert!(strangers.is_empty(), "no rule has these ids: {strangers:?}");
}

/// A peer's check that is all of one rule cannot be all of another, nor say a part of one.
#[test]
fn a_name_that_is_all_of_a_rule_is_no_other_rules() {
    let set = RuleSet::builtin(DIALECTS);
    let mut named: BTreeMap<String, Vec<(&'static str, &str)>> = BTreeMap::new();
    for card in set.every_card() {
        for alias in card.aliases.all().iter().filter(|alias| alias.relation.silenced().is_some()) {
            named.entry(spelling(&alias.id)).or_default().push((alias.relation.word(), &card.id));
        }
    }
    let torn: Vec<_> =
        named.iter().filter(|(_, rules)| rules.len() > 1 && rules.iter().any(|(word, _)| *word == "same")).collect();
    assert!(torn.is_empty(), "{torn:?}");
}

#[test]
fn ids_are_unique_across_packs() {
    let mut ids: Vec<&str> = builtin().iter().map(|builtin| builtin.id).collect();
    ids.sort_unstable();
    let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
