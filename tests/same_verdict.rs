//! Differential properties: what a document says does not hang on how it is written. Every fixture of every built-in rule is
//! written in other ways that mean the same, and judged again.
//!
//! `RULES=aws cargo test --test same_verdict` tries those whose path has the word in it.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use annexa::dialect::DIALECTS;
use annexa::document::{Node, Value};
use annexa::evaluate::{Engine, Options, Outcome};
use annexa::proof::{self, Fixture};
use annexa::rule::Rule;
use annexa::rule::set::{RuleSet, builtin};
use annexa::scan::assess;
use annexa::source::{FileId, Source, Workspace};
use annexa::syntax;
use rayon::prelude::*;

type Files = Vec<(String, String)>;

/// Rules that are about how a document is written: they ask for comments, which JSON has none of.
const OF_COMMENTS: &[&str] = &["permission-unexplained"];

/// How many fixtures were written as JSON, and as a module.
static TRIED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

/// What a rule says of some files: outcomes with the addresses they are about, in order.
fn verdict(rule: &Arc<Rule>, files: &Files) -> Vec<(Outcome, String)> {
    let workspace = Workspace::in_memory(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (resources, _) = assess::resources_for(&workspace, rule, proof::TODAY);
    let rules = [Arc::clone(rule)];
    let options = Options { today: proof::TODAY, explain_passes: false, subjects: false, coverage: false };
    let engine = Engine::new(&rules, &resources, options).over(&workspace);
    let told = (0..resources.len()).flat_map(|index| {
        let address = resources.get(index).unwrap().address.to_string();
        engine.judge_resource(index).into_iter().map(move |judgement| (judgement.outcome, address.clone()))
    });
    let mut told: Vec<(Outcome, String)> = told.collect();
    told.sort();
    told
}

/// A tree as JSON, the keys of each map in the opposite order.
fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Str(text) => text.as_str().into(),
        Value::Int(number) => serde_json::Value::from(*number),
        Value::Float(number) => (*number).into(),
        Value::Bool(truth) => (*truth).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => {
            let entries = map.written().map(|entry| (entry.key.name.to_string(), json(&entry.value)));
            let entries: Vec<(String, serde_json::Value)> = entries.collect();
            serde_json::Value::Object(entries.into_iter().rev().collect())
        }
        Value::Null | Value::Unresolved(_) => serde_json::Value::Null,
    }
}

/// Whether JSON says all that a document says: tags and anchors have no words there, plain words and numbers have one reading
/// in YAML and another one for who reads it, and comments can mean something.
fn has_more_than_json(text: &str) -> bool {
    let marked = |line: &str| {
        let line = line.trim_start();
        [" !", "\t!", "[!", "!!", " &", " *"].iter().any(|mark| line.contains(mark)) || line.starts_with('!')
    };
    let is_odd = |word: &str| {
        let word = word.trim_end_matches(|c: char| ",}]".contains(c)).to_ascii_lowercase();
        ["yes", "no", "on", "off", "y", "n"].contains(&word.as_str())
            || (word.starts_with(|c: char| c.is_ascii_digit()) && word.contains([':', 'e', '_', '.']))
            || (word.starts_with('0') && word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.lines().any(marked) || text.contains("{{") || text.split_ascii_whitespace().any(is_odd)
}

/// The documents of a YAML file as JSON, which is YAML as well.
fn as_json(path: &str, text: &str) -> Option<String> {
    let is_yaml = [".yaml", ".yml"].iter().any(|ending| path.ends_with(ending));
    if !is_yaml || has_more_than_json(text) {
        return None;
    }
    let source = Source::from_text(FileId(0), path, text);
    let parsed = (syntax::named("yaml").unwrap().parse)(&source);
    let documents: Vec<String> =
        parsed.roots.iter().map(|root| serde_json::to_string_pretty(&json(root)).unwrap()).collect();
    (parsed.problems.is_empty() && !documents.is_empty()).then(|| documents.join("\n---\n"))
}

/// All files with line ends as Windows has them, and further files beside them that are about nothing.
fn with_others(files: &Files) -> Files {
    // What names a line by its end counts the bytes of it, and a script does not run so.
    let keeps = |text: &str| text.starts_with("#!") || text.contains("\\\n") || text.contains("-----BEGIN");
    let written = files.iter().map(|(path, text)| {
        let text = if keeps(text) { text.clone() } else { text.replace("\r\n", "\n").replace('\n', "\r\n") };
        (path.clone(), text)
    });
    let others = [("zz/words.txt", "Nothing of this is about anything.\n"), ("zz/list.csv", "a,b\n1,2\n")];
    written.chain(others.map(|(path, text)| (path.to_owned(), text.to_owned()))).collect()
}

/// The same documents in another spelling; none where no file has one.
fn respelled(files: &Files) -> Option<Files> {
    let written = files.iter().map(|(path, text)| (path.clone(), as_json(path, text)));
    let written: Vec<(String, Option<String>)> = written.collect();
    let any = written.iter().any(|(_, text)| text.is_some());
    let kept = |((path, new), (_, old)): ((String, Option<String>), &(String, String))| {
        (path, new.unwrap_or_else(|| old.clone()))
    };
    any.then(|| written.into_iter().zip(files).map(kept).collect())
}

/// A root module of Terraform as a module that another one calls; none where that means something else.
fn called(files: &Files) -> Option<Files> {
    let is_plain = |(path, text): &(String, String)| {
        Path::new(path).extension().is_some_and(|ending| ending == "tf")
            && !path.contains('/')
            && !["backend", "module \"", "provider \"", "cloud {", "moved {", "import {", "path.", "required_"]
                .iter()
                .any(|word| text.contains(word))
    };
    if files.is_empty() || !files.iter().all(is_plain) {
        return None;
    }
    let moved = files.iter().map(|(path, text)| (format!("modules/inner/{path}"), text.clone()));
    let call = ("main.tf".to_owned(), "module \"inner\" {\n  source = \"./modules/inner\"\n}\n".to_owned());
    Some(moved.chain([call]).collect())
}

fn read(root: &Path, directory: &Path, files: &mut Files) {
    let mut entries: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(root, &path, files);
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
        read(&directory, &directory, &mut files);
    }
    proof::fixtures(files)
}

/// Outcomes alone: the address of a resource says where it is called from.
fn outcomes(verdict: &[(Outcome, String)]) -> Vec<Outcome> {
    verdict.iter().map(|(outcome, _)| *outcome).collect()
}

/// What differs for a fixture that is written otherwise.
fn differences(rule: &Arc<Rule>, fixture: &Fixture) -> Vec<String> {
    let told = verdict(rule, &fixture.files);
    let mut wrong = Vec::new();
    let of_repository = rule.checks.iter().flat_map(|check| &check.kinds).any(|kind| {
        ["repository", "posture/", "governance/", "personal-data"].iter().any(|of| kind.text.starts_with(of))
    });
    let others = with_others(&fixture.files);
    if !of_repository && verdict(rule, &others) != told {
        wrong.push(format!("other line ends, and files beside: {told:?} became {:?}", verdict(rule, &others)));
    }
    let [as_json, as_module] = &TRIED;
    if let Some(files) = respelled(&fixture.files) {
        as_json.fetch_add(1, Ordering::Relaxed);
        let now = verdict(rule, &files);
        if now != told {
            wrong.push(format!("as JSON, in another order: {told:?} became {now:?}"));
        }
    }
    if let Some(files) = called(&fixture.files) {
        as_module.fetch_add(1, Ordering::Relaxed);
        let now = verdict(rule, &files);
        if outcomes(&now) != outcomes(&told) {
            wrong.push(format!("as a module: {told:?} became {now:?}"));
        }
    }
    wrong.into_iter().map(|what| format!("{} {}: {what}", rule.id, fixture.name)).collect()
}

#[test]
fn how_it_is_written_decides_nothing() {
    let only = std::env::var("RULES").unwrap_or_default();
    let set = RuleSet::builtin(DIALECTS);
    let rules: Vec<&str> = builtin()
        .iter()
        .filter(|builtin| builtin.path.contains(&only) && !OF_COMMENTS.contains(&builtin.id))
        .map(|builtin| builtin.id)
        .collect();
    let wrong: Vec<String> = rules
        .par_iter()
        .flat_map_iter(|id| {
            let rule = set.rule(id).unwrap().unwrap();
            fixtures(id).iter().flat_map(|fixture| differences(&rule, fixture)).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    let tried = TRIED.each_ref().map(|count| count.load(Ordering::Relaxed));
    assert!(!only.is_empty() || tried.iter().all(|count| *count > 100), "JSON and modules: {tried:?}");
}
