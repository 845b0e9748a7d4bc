//! What is small to write and large to evaluate: it is told, what is beside it is judged as ever, and the same on any number
//! of threads.
//!
//! How much time and memory such a run takes is measured with `benches/bombs.py`, on a release build.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What is wrong beside every bomb.
const REST: &str = "resource \"aws_db_instance\" \"rest\" {\n  storage_encrypted = false\n}\n";

fn check(folder: &Path, threads: &str) -> (Value, i32) {
    let run = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["check", ".", "--format", "json", "--threads", threads, "--rule", "rds-storage-unencrypted"])
        .args(["--rule", "container-image-tag-moving", "--rule", "s3-bucket-not-versioned"])
        .current_dir(folder)
        .output()
        .unwrap();
    (serde_json::from_slice(&run.stdout).unwrap(), run.status.code().unwrap())
}

/// A bomb costs the rest nothing, and is told with the code of a limit.
#[track_caller]
fn is_contained(files: &[(&str, String)], limit: &str) {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("rest/main.tf", REST);
    let (alone, _) = check(folder.path(), "2");
    for (path, text) in files {
        write(path, text);
    }
    let (report, status) = check(folder.path(), "2");
    let of_rest = |report: &Value| {
        let all = report.get("findings").and_then(Value::as_array).unwrap().iter();
        all.filter(|finding| finding.to_string().contains("rest/main.tf")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of_rest(&report), of_rest(&alone), "the rest of the report");
    let problems = report.get("problems").and_then(Value::as_array).unwrap();
    assert!(problems.iter().any(|problem| problem.to_string().contains(limit)), "no `{limit}` in {problems:?}");
    assert!(status == 1 || status == 2, "{status}");
    let (again, _) = check(folder.path(), "1");
    assert_eq!(report.get("findings"), again.get("findings"), "on one thread");
    assert_eq!(report.get("problems"), again.get("problems"), "on one thread");
}

#[test]
fn a_module_that_multiplies_opens_its_root_and_no_other() {
    let call = "module \"r\" {\n  source = \"./m\"\n  count  = 1000\n}\n";
    let made = "resource \"aws_db_instance\" \"x\" {\n  count = 1000\n}\n";
    is_contained(&[("a/main.tf", call.into()), ("a/m/main.tf", made.into())], "terraform::limit");
}

#[test]
fn a_patch_that_copies_what_it_made_is_cut() {
    let copies: Vec<String> =
        (0..40).map(|at| format!("    - {{op: copy, from: /spec, path: /spec/x{at}}}\n")).collect();
    let copies = copies.concat();
    let patch = format!("resources: [p.yaml]\npatches:\n- target: {{kind: Pod}}\n  patch: |\n{copies}");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}]}\n";
    is_contained(
        &[("k/kustomization.yaml", patch), ("k/p.yaml", pod.into())],
        "patches and replacements make more of the object than the limit here",
    );
}

#[test]
fn overlays_that_double_are_cut() {
    let mut files = vec![("top/kustomization.yaml".to_owned(), "resources: [../k0a, ../k0b]\n".to_owned())];
    for at in 0..20 {
        for side in ["a", "b"] {
            let next = at + 1;
            let text = format!("namePrefix: {side}-\nresources: [../k{next}a, ../k{next}b]\n");
            files.push((format!("k{at}{side}/kustomization.yaml"), text));
        }
    }
    for side in ["a", "b"] {
        files.push((format!("k20{side}/kustomization.yaml"), "resources: [p.yaml]\n".into()));
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n";
        files.push((format!("k20{side}/p.yaml"), pod.into()));
    }
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    is_contained(&files, "kustomize::limit");
}

#[test]
fn thousands_of_images_for_thousands_of_objects_are_cut() {
    let images = (0..12_000).map(|at| format!("- {{name: x{at}, newTag: a}}")).collect::<Vec<_>>().join("\n");
    let pod = |at: u32| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}}}\nspec: {{containers: [{{name: a, image: x}}]}}\n"
        )
    };
    let files = [
        ("k/kustomization.yaml", format!("resources: [p.yaml]\nimages:\n{images}")),
        ("k/p.yaml", (0..1_000).map(pod).collect()),
    ];
    is_contained(&files, "kustomize::limit");
}

#[test]
fn variables_of_compose_that_double_are_cut() {
    let doubled: Vec<String> = (1..40).map(|at| format!("V{at}=${{V{0}}}${{V{0}}}\n", at - 1)).collect();
    let project = "services:\n  a:\n    image: x:1\n    command: ${V39}\n";
    is_contained(
        &[("c/.env", format!("V0=xxxxxxxxxxxxxxxx\n{}", doubled.concat())), ("c/compose.yaml", project.into())],
        "compose::limit",
    );
}

#[test]
fn what_an_overlay_names_twice_counts_once() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}]}\n";
    is_contained(
        &[
            ("k/kustomization.yaml", "resources: [../b, ../k/../b]\n".into()),
            ("b/kustomization.yaml", "resources: [p.yaml]\n".into()),
            ("b/p.yaml", pod.into()),
        ],
        "its objects count once",
    );
}

#[test]
fn loops_in_loops_are_cut() {
    let items: Vec<String> = (0..300).map(|at| format!("i{at}")).collect();
    let mut body = serde_json::json!({"B${A}${B}": {"Type": "AWS::S3::Bucket"}});
    for name in ["B", "A"] {
        body = serde_json::json!({format!("Fn::ForEach::{name}"): [name, items, body]});
    }
    let template = serde_json::json!({"Resources": body});
    is_contained(&[("t.json", template.to_string())], "cloudformation::limit");
}

#[test]
fn of_one_rule_and_file_so_many_findings_are_kept() {
    let made: Vec<String> = (0..5_100).map(|at| format!("resource \"aws_db_instance\" \"x{at}\" {{\n}}\n")).collect();
    is_contained(&[("a/main.tf", made.concat())], "… and 100 more findings of `rds-storage-unencrypted`");
}
