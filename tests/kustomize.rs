//! Kustomizations, built, against what `kubectl kustomize` makes of them.
//!
//! A folder of `tests/kustomize` is a kustomization and `expected.yaml`: the objects that come out of it.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use annexa::dialect::Inputs;
use annexa::discover::{Request, walk};
use annexa::document::{Node, Value};
use annexa::source::{FileId, Source};
use annexa::{scan, syntax};
use serde_json::{Value as Json, json};

#[test]
fn kustomizations_come_to_what_kubectl_makes_of_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kustomize");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 10, "{folders:?}");
    let mut different = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (ours, theirs) = (built(&folder), expected(&folder));
        for address in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
            if ours.get(address) != theirs.get(address) {
                let show =
                    |found: Option<&Json>| found.map_or_else(|| "nothing".to_owned(), |json| format!("{json:#}"));
                let (ours, theirs) = (show(ours.get(address)), show(theirs.get(address)));
                different.push(format!("{name}, {address}: here {ours}\nexpected {theirs}"));
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
}

/// The objects by kind and name.
fn built(folder: &Path) -> BTreeMap<String, Json> {
    let exclude = vec!["expected.yaml".to_owned()];
    let request = Request { root: folder.to_path_buf(), wanted: vec![String::new()], exclude };
    let workspace = walk(&request).workspace;
    let parsed = scan::parse(&workspace);
    let extracted = scan::extract(&workspace, &parsed, &Inputs::default());
    let problems: Vec<_> = parsed.problems.iter().chain(&extracted.problems).collect();
    assert!(problems.is_empty(), "{}: {problems:?}", folder.display());
    let objects = extracted.resources.iter().filter(|found| found.kind.starts_with("kubernetes/"));
    objects.map(|found| entry(&found.body)).collect()
}

fn expected(folder: &Path) -> BTreeMap<String, Json> {
    let text = std::fs::read_to_string(folder.join("expected.yaml")).unwrap();
    let source = Source::from_text(FileId(0), "expected.yaml", &text);
    let document = syntax::parse(syntax::named("yaml-1.1").unwrap(), &source);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    document.roots.iter().map(entry).map(|(address, object)| (without_hash(&address), plainer(object))).collect()
}

/// What kubectl generates is called by its content too; here it keeps its name.
fn without_hash(name: &str) -> String {
    let hash = regex::Regex::new("-[a-z0-9]{10}$").unwrap();
    hash.replace(name, "").into_owned()
}

/// An object as it is told here: names without hashes, and secrets as they are written.
fn plainer(mut object: Json) -> Json {
    let text = object.to_string();
    let hashed = regex::Regex::new("\"name\":\"([a-z]+)-[a-z0-9]{10}\"").unwrap();
    object = hashed.replace_all(&text, "\"name\":\"$1\"").parse().unwrap();
    let is_secret = object.get("kind") == Some(&json!("Secret")) && object.get("data") == Some(&json!({"P": "eA=="}));
    if let Some(members) = object.as_object_mut().filter(|_| is_secret) {
        members.remove("data");
        members.insert("stringData".into(), json!({"P": "x"}));
    }
    object
}

fn entry(object: &Node) -> (String, Json) {
    let text = |keys: &[&str]| object.at(keys).and_then(Node::as_str).unwrap_or("?").to_owned();
    (format!("{}/{}", text(&["kind"]), text(&["metadata", "name"])), plain(object))
}

fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Int(whole) => json!(whole),
        Value::Float(float) => json!(float),
        Value::Str(text) => json!(text.as_str()),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(map) => {
            let mut entries: Vec<(String, Json)> =
                map.written().map(|entry| (entry.key.name.to_string(), plain(&entry.value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(entries.into_iter().collect())
        }
        Value::Unresolved(open) => json!(format!("unresolved: {}", open.because)),
    }
}
