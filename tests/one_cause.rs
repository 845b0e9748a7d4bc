//! One cause is told once, however many resources and deployments it makes fail, and two causes are two.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

const RULE: &str = "ebs-volume-unencrypted";

/// A module whose volume is encrypted as its callers say.
const VOLUME: (&str, &str) = (
    "modules/disk/main.tf",
    "variable \"encrypted\" {\n  default = true\n}\n\nresource \"aws_ebs_volume\" \"v\" {\n  size      = 8\n  encrypted = var.encrypted\n}\n",
);

fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn check(folder: &Path, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annexa"));
    command.current_dir(folder).args(["check", ".", "--rule", RULE, "--format", format]);
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

/// How many things each format tells: results of SARIF, issues of GitLab, annotations, rows of the table, lines; and how
/// many findings there are.
fn told(folder: &Path) -> [usize; 6] {
    let json = |format: &str| serde_json::from_str::<Value>(&check(folder, format)).unwrap();
    let length = |value: &Value| value.as_array().map_or(0, Vec::len);
    let lines = |format: &str, has: &str| check(folder, format).lines().filter(|line| line.contains(has)).count();
    [
        length(json("sarif").pointer("/runs/0/results").unwrap()),
        length(&json("gitlab")),
        lines("github", "::error "),
        lines("markdown", "| high |"),
        lines("concise", RULE),
        length(json("json").get("findings").unwrap()),
    ]
}

fn caller(says: &str) -> String {
    format!("module \"disk\" {{\n  source = \"../../modules/disk\"\n{says}}}\n")
}

#[test]
fn several_test_deployments_of_one_module_give_one_result() {
    let text = caller("  encrypted = false\n");
    let trials = ["tests/simple", "tests/complete", "examples/basic"].map(|of| format!("{of}/main.tf"));
    let files: Vec<(&str, &str)> = trials.iter().map(|path| (path.as_str(), text.as_str())).chain([VOLUME]).collect();
    let folder = with(&files);
    assert_eq!(told(folder.path()), [1, 1, 1, 1, 3, 3]);
    let sarif: Value = serde_json::from_str(&check(folder.path(), "sarif")).unwrap();
    let message = sarif.pointer("/runs/0/results/0/message/text").and_then(Value::as_str).unwrap();
    assert!(message.contains("in 3 resources") && message.contains("of tests/complete"), "{message}");
}

#[test]
fn one_default_that_breaks_two_roots_is_told_once_to_people() {
    let (path, text) = VOLUME;
    let broken = text.replace("default = true", "default = false");
    let root = caller("");
    let folder = with(&[(path, &broken), ("envs/dev/main.tf", &root), ("envs/prod/main.tf", &root)]);
    // An alert has the identity of its deployment.
    assert_eq!(told(folder.path()), [2, 2, 1, 1, 1, 2]);
    let markdown = check(folder.path(), "markdown");
    assert!(markdown.contains("envs/dev") && markdown.contains("envs/prod"), "{markdown}");
}

#[test]
fn two_callers_that_break_it_are_two_causes() {
    let root = caller("  encrypted = false\n");
    let folder = with(&[VOLUME, ("envs/dev/main.tf", &root), ("envs/prod/main.tf", &root)]);
    assert_eq!(told(folder.path()), [2, 2, 2, 2, 2, 2]);
}
