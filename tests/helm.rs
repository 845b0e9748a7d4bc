//! Ten charts with what public charts are made of, rendered, against manifests that were worked out by hand.
//!
//! A folder of `tests/helm` is a chart and `expected.yaml`: the objects that `helm template` gives with default values.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use annexa::dialect::Inputs;
use annexa::discover::{Request, walk};
use annexa::document::{Node, Value};
use annexa::source::{FileId, Source};
use annexa::{scan, syntax};
use serde_json::{Value as Json, json};

#[test]
fn charts_come_to_the_manifests_that_helm_renders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/helm");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 10, "{folders:?}");
    let mut different = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (ours, theirs) = (rendered(&folder), expected(&folder));
        for address in ours.keys().chain(theirs.keys()).collect::<std::collections::BTreeSet<_>>() {
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
fn rendered(folder: &Path) -> BTreeMap<String, Json> {
    let request = Request { root: folder.to_path_buf(), wanted: vec![String::new()], ..Request::default() };
    let workspace = walk(&request).workspace;
    let parsed = scan::parse(&workspace);
    let extracted = scan::extract(&workspace, &parsed, &Inputs::default());
    let problems: Vec<_> = parsed.problems.iter().chain(&extracted.problems).collect();
    assert!(problems.is_empty(), "{}: {problems:?}", folder.display());
    let expected = workspace.find("expected.yaml");
    let objects = extracted.resources.iter().filter(|found| found.kind.starts_with("kubernetes/"));
    objects.filter(|found| Some(found.span.file) != expected).map(|found| entry(&found.body)).collect()
}

fn expected(folder: &Path) -> BTreeMap<String, Json> {
    let text = std::fs::read_to_string(folder.join("expected.yaml")).unwrap();
    let source = Source::from_text(FileId(0), "expected.yaml", &text);
    let document = syntax::parse(syntax::named("yaml-1.1").unwrap(), &source);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    document.roots.iter().map(entry).collect()
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
