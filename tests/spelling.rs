//! No spelling of a key changes a verdict: keys of fixtures with some of their letters as escapes are judged alike.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use annexa::dialect::DIALECTS;
use annexa::document::Node;
use annexa::evaluate::{Options, judge_all};
use annexa::rule::set::RuleSet;
use annexa::scan;
use annexa::source::{FileId, Workspace};
use annexa::syntax;

/// Where the keys of a tree stand, with their names.
fn keys(node: &Node, found: &mut BTreeMap<(usize, usize), String>) {
    for entry in node.entries() {
        let range = entry.key.span.range();
        found.insert((range.start, range.end), entry.key.name.to_string());
        keys(&entry.value, found);
    }
    node.items().iter().for_each(|item| keys(item, found));
}

/// Numbers that look random, the same each time.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// The text with escapes in the place of some letters of its keys; none where it is not what the syntax reads.
fn respelled(path: &str, text: &str, seed: &mut u64) -> Option<String> {
    let json = Path::new(path).extension().is_some_and(|ending| ending == "json");
    let workspace = Workspace::in_memory([(path, text)]);
    let syntax = syntax::named(if json { "json" } else { "yaml-1.1" }).unwrap();
    let document = syntax::parse(syntax, workspace.source(FileId(0)).unwrap());
    if !document.problems.is_empty() {
        return None;
    }
    let mut found = BTreeMap::new();
    document.roots.iter().for_each(|root| keys(root, &mut found));
    let mut written = String::new();
    let mut at = 0;
    for ((start, end), name) in found {
        let token = text.get(start..end).unwrap();
        let simple = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/$".contains(c));
        if start < at || token.trim_matches(['"', '\'']) != name || !simple {
            continue;
        }
        written.push_str(text.get(at..start).unwrap());
        written.push('"');
        for letter in name.chars() {
            if letter.is_ascii_alphabetic() && next(seed).is_multiple_of(3) {
                let _ = match (json, next(seed) % 3) {
                    (false, 0) => write!(written, "\\x{:02x}", u32::from(letter)),
                    (false, 1) => write!(written, "\\U{:08X}", u32::from(letter)),
                    _ => write!(written, "\\u{:04x}", u32::from(letter)),
                };
            } else {
                written.push(letter);
            }
        }
        written.push('"');
        at = end;
    }
    written.push_str(text.get(at..).unwrap());
    Some(written)
}

/// What every rule says of a file: rule, resource and outcome.
fn verdicts(set: &RuleSet, path: &str, text: &str) -> BTreeSet<String> {
    let workspace = Workspace::in_memory([(path, text)]);
    let (resources, _) = scan::resources(&workspace);
    let resources: Vec<_> = resources.into_iter().filter(|resource| resource.span.file == FileId(0)).collect();
    let (rules, _) = set.for_kinds(resources.iter().map(|resource| &*resource.kind)).read();
    let options =
        Options { today: jiff::civil::date(2026, 1, 15), explain_passes: false, coverage: false, subjects: false };
    judge_all(&rules, &resources, options)
        .into_iter()
        .map(|judgement| {
            let rule = &rules.get(judgement.rule).unwrap().id;
            let resource = &resources.get(judgement.resource).unwrap().address;
            format!("{rule} {resource} {:?}", judgement.outcome)
        })
        .collect()
}

#[test]
fn keys_with_escapes_are_judged_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let set = RuleSet::builtin(DIALECTS);
    let mut seed = 27_002;
    let mut judged = 0;
    for file in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = file.path().strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let ending = file.path().extension().and_then(|ending| ending.to_str());
        let is_tree = ending.is_some_and(|ending| ["yaml", "yml", "json"].contains(&ending));
        if !is_tree || path.starts_with("organisation/") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
        // What a fixture is called decides how it is read; the folder of the rule does not.
        let name = path.split_once('/').map_or(&*path, |(_, name)| name);
        let Some(other) = respelled(name, &text, &mut seed) else { continue };
        let want = verdicts(&set, name, &text);
        judged += usize::from(!want.is_empty());
        let got = verdicts(&set, name, &other);
        assert_eq!(got, want, "{path}:\n{other}");
    }
    assert!(judged > 100, "only {judged} fixtures were judged");
}

/// The text with the names of all properties of Azure's resources in small letters; none where there are none.
fn in_small_letters(path: &str, text: &str) -> Option<String> {
    let workspace = Workspace::in_memory([(path, text)]);
    let (resources, _) = scan::resources(&workspace);
    let mut found = BTreeMap::new();
    for resource in resources.iter().filter(|resource| resource.kind.starts_with("arm/")) {
        let properties = resource.body.get("properties")?;
        keys(properties, &mut found);
    }
    let mut bytes = text.as_bytes().to_vec();
    for ((start, end), _) in found {
        bytes.get_mut(start..end)?.make_ascii_lowercase();
    }
    String::from_utf8(bytes).ok().filter(|other| other != text)
}

#[test]
fn properties_of_azure_are_judged_alike_in_any_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let set = RuleSet::builtin(DIALECTS);
    let mut judged = 0;
    for file in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let name = file.file_name().to_string_lossy().into_owned();
        let is_bicep = file.path().extension().is_some_and(|ending| ending == "bicep");
        if !is_bicep && !name.ends_with("-template.json") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
        let Some(other) = in_small_letters(&name, &text) else { continue };
        judged += 1;
        assert_eq!(verdicts(&set, &name, &other), verdicts(&set, &name, &text), "{}:\n{other}", file.path().display());
    }
    assert!(judged > 20, "only {judged} fixtures were judged");
}
