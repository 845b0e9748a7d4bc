//! Whole configurations evaluated here and planned by the real terraform: equal outputs, equal arguments of resources,
//! and unknown in the same places.
//!
//! The configurations are the folders of `tests/terraform/modules`; they need no provider but the built-in one. Where
//! there is no terraform, the test says so and passes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests state their expectations bluntly"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use annexa::dialect::{Inputs, Resource};
use annexa::discover::{Request, walk};
use annexa::document::{Node, Value};
use annexa::scan;
use annexa::source::Workspace;
use serde_json::{Value as Json, json};

#[test]
fn configurations_come_to_what_terraform_plans() {
    if Command::new("terraform").arg("version").output().is_err() {
        eprintln!("skipped: there is no terraform on this machine");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform/modules");
    let mut names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() >= 16, "{names:?}");
    let mut different = Vec::new();
    for name in &names {
        compare(name, &folder.join(name), &mut different);
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn a_plan_beside_its_sources_has_its_places_in_them() {
    if Command::new("terraform").arg("version").output().is_err() {
        eprintln!("skipped: there is no terraform on this machine");
        return;
    }
    let work = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform/modules/fleet"), work.path());
    let planned = theirs(work.path());
    std::fs::write(work.path().join("plan.json"), planned.to_string()).unwrap();
    let (workspace, resources) = scanned(work.path());
    let of_plan = |resource: &&Resource| &*resource.scope == "plan.json" && resource.kind.starts_with("terraform/");
    let planned: Vec<&Resource> = resources.iter().filter(of_plan).collect();
    assert_eq!(planned.len(), 4);
    let address = "module.region[\"eu\"].module.host[\"web\"].terraform_data.copy[1]";
    let copy = planned.iter().find(|resource| &*resource.address == address).unwrap();
    let written = |span: annexa::source::Span| {
        let source = workspace.source(span.file).unwrap();
        (source.path().to_owned(), source.slice(span).to_owned())
    };
    assert_eq!(written(copy.header), ("host/main.tf".into(), "resource \"terraform_data\" \"copy\"".into()));
    let input = copy.body.entry("input").unwrap();
    assert_eq!(written(input.key.span), ("host/main.tf".into(), "input".into()));
    let (path, text) = written(input.value.span);
    assert!(path == "host/main.tf" && text.starts_with("{\n") && text.contains("count.index + 1"), "{text}");
    assert_eq!(written(input.value.steps()[0].span).0, "plan.json");
    assert_eq!(plain(&input.value), json!({ "first": false, "name": "eu-web-02", "spare": "unset", "zone": "b" }));
    // Nobody sets what a provider computes, in the plan as little as in the sources.
    assert!(copy.body.get("output").is_none());
}

fn compare(name: &str, source: &Path, different: &mut Vec<String>) {
    let work = tempfile::tempdir().unwrap();
    copy(source, work.path());
    let resources = ours(work.path());
    let planned = theirs(work.path());
    let Some(outputs) = planned["planned_values"]["outputs"].as_object() else { panic!("{name}: no outputs") };
    let mut compared = 0;
    for (output, planned) in outputs {
        let found = find(&resources, &format!("output.{output}"));
        let node = found.and_then(|output| output.body.get("value"));
        let ours = node.map_or(Json::Null, plain);
        let theirs = planned.get("value").cloned().unwrap_or(Json::Null);
        compared += 1;
        // The plan has no value for an output of which a part is not known.
        let open = planned.get("value").is_none() && node.is_some_and(is_open);
        if !open && !same(&ours, &theirs) {
            different.push(format!("{name}: output `{output}`\n      here: {ours}\n terraform: {theirs}"));
        }
    }
    for theirs in planned_resources(&planned["planned_values"]["root_module"]) {
        let address = theirs["address"].as_str().unwrap();
        let Some(ours) = find(&resources, address) else {
            different.push(format!("{name}: `{address}` is not listed here"));
            continue;
        };
        compared += 1;
        let (ours, theirs) = (ours.body.get("input").map_or(Json::Null, plain), theirs["values"]["input"].clone());
        if !same(&ours, &theirs) {
            different.push(format!("{name}: input of `{address}`\n      here: {ours}\n terraform: {theirs}"));
        }
    }
    assert!(compared > 0, "{name}: nothing to compare");
}

/// Whether two values are one; a string that was rendered from a structure is listed here as that.
fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Object(ours), Json::Object(theirs)) => {
            let equal = |(key, value): (&String, &Json)| theirs.get(key).is_some_and(|other| same(value, other));
            ours.len() == theirs.len() && ours.iter().all(equal)
        }
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Json::Object(_) | Json::Array(_), Json::String(text)) => {
            serde_json::from_str(text).is_ok_and(|theirs| same(ours, &theirs))
        }
        _ => ours == theirs,
    }
}

fn is_open(node: &Node) -> bool {
    node.as_unresolved().is_some()
        || node.items().iter().any(is_open)
        || node.entries().iter().any(|entry| is_open(&entry.value))
}

fn find<'r>(resources: &'r [Resource], address: &str) -> Option<&'r Resource> {
    resources.iter().find(|resource| &*resource.address == address)
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn ours(folder: &Path) -> Vec<Resource> {
    scanned(folder).1
}

fn scanned(folder: &Path) -> (Workspace, Vec<Resource>) {
    let request = Request { root: folder.to_path_buf(), wanted: vec![String::new()], ..Request::default() };
    let workspace = walk(&request).workspace;
    let parsed = scan::parse(&workspace);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let resources = scan::extract(&workspace, &parsed, &Inputs::default()).resources;
    (workspace, resources)
}

/// A node as the plan writes it: unknown members are left out, unknown items are null.
fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Null | Value::Unresolved(_) => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Int(whole) => json!(whole),
        Value::Float(float) => json!(float),
        Value::Str(text) => json!(text.as_str()),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(map) => {
            let known = map.written().filter(|entry| entry.value.as_unresolved().is_none());
            Json::Object(known.map(|entry| (entry.key.name.to_string(), plain(&entry.value))).collect())
        }
    }
}

fn theirs(folder: &Path) -> Json {
    terraform(folder, &["init", "-input=false", "-no-color"]);
    terraform(folder, &["plan", "-input=false", "-no-color", "-out=plan.out"]);
    serde_json::from_str(&terraform(folder, &["show", "-json", "plan.out"])).unwrap()
}

fn terraform(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .unwrap();
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {arguments:?}\n{printed}\n{errors}", folder.display());
    printed.into_owned()
}

fn planned_resources(module: &Json) -> Vec<&Json> {
    let own = module["resources"].as_array().into_iter().flatten();
    let called = module["child_modules"].as_array().into_iter().flatten().flat_map(planned_resources);
    own.chain(called).collect()
}
