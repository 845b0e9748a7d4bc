//! What findings say: the words of the file that was judged, not the names of the views that dialects derive from it.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annexa::dialect::DIALECTS;
use annexa::document::{Node, Value};
use annexa::evaluate::{Options, Outcome, judge_all};
use annexa::proof::{self, Fixture};
use annexa::rule::set::{BUILTIN, RuleSet};
use annexa::scan::assess;
use annexa::source::Workspace;

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

fn failing_fixtures(id: &str) -> Vec<Fixture> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(id);
    let mut files = Vec::new();
    collect(&directory, &directory, &mut files);
    proof::fixtures(files).into_iter().filter(|fixture| fixture.name.starts_with("fail-")).collect()
}

/// Whether a key of a path is one that a dialect added, whichever item of a list has it.
fn is_derived(node: &Node, keys: &[&str]) -> bool {
    let Some((key, rest)) = keys.split_first() else { return false };
    match &node.value {
        Value::List(items) => items.iter().any(|item| is_derived(item, keys)),
        Value::Map(map) => {
            let named: Vec<_> = map.entries.iter().filter(|entry| &*entry.key.name == *key).collect();
            let only_derived = !named.is_empty() && named.iter().all(|entry| entry.derived);
            only_derived || named.iter().any(|entry| is_derived(&entry.value, rest))
        }
        _ => false,
    }
}

/// The keys of a path as messages write it: `steps[0].uses`; none where the text is no path.
fn keys(text: &str) -> Option<Vec<&str>> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '[' | ']' | '@');
    if text.is_empty() || !text.chars().all(plain) {
        return None;
    }
    let keys = text.split('.').map(|part| part.split('[').next().unwrap_or(part));
    Some(keys.filter(|key| !key.is_empty()).collect())
}

#[test]
fn no_message_names_what_a_dialect_derived() {
    let set = RuleSet::builtin(DIALECTS);
    let mut wrong = BTreeSet::new();
    for builtin in BUILTIN {
        let Ok(rule) = set.rule(builtin.id).unwrap() else { continue };
        for fixture in failing_fixtures(builtin.id) {
            let files = fixture.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            let workspace = Workspace::in_memory(files);
            let (resources, _) = assess::resources_for(&workspace, &rule, proof::TODAY);
            let options = Options { today: proof::TODAY, explain_passes: false, subjects: false, coverage: false };
            for judgement in judge_all(&[Arc::clone(&rule)], &resources, options) {
                if judgement.outcome != Outcome::Fail {
                    continue;
                }
                let body = &resources[judgement.resource].body;
                let named = judgement.message.split('`').skip(1).step_by(2).filter_map(keys);
                if named.into_iter().any(|keys| is_derived(body, &keys)) {
                    wrong.insert(format!(
                        "{} {}: {}",
                        builtin.id, resources[judgement.resource].kind, judgement.message
                    ));
                }
            }
        }
    }
    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} messages:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}
