//! One cause is told once, however many resources and deployments it makes fail, and two causes are two.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests state their expectations bluntly")]

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
    check_by(RULE, folder, &["--format", format])
}

fn check_by(rule: &str, folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annexa"));
    command.current_dir(folder).args(["check", ".", "--rule", rule]).args(arguments);
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

const STEP: &str = "action-not-pinned";

/// A workflow whose jobs use actions, one after the other.
fn workflow(jobs: &[&[&str]]) -> String {
    let job = |(number, steps): (usize, &&[&str])| {
        let steps: Vec<String> = steps.iter().map(|uses| format!("      - uses: {uses}\n")).collect();
        format!("  job-{number}:\n    runs-on: ubuntu-24.04\n    steps:\n{}", steps.concat())
    };
    let jobs: Vec<String> = jobs.iter().enumerate().map(job).collect();
    format!("on: push\npermissions: {{}}\njobs:\n{}", jobs.concat())
}

/// Line, line of the finding that it is told with (0 for none), and lines of those that are told with it.
fn listed(folder: &Path, arguments: &[&str]) -> Vec<(u64, u64, Vec<u64>)> {
    let arguments = [&["--format", "json"], arguments].concat();
    let report: Value = serde_json::from_str(&check_by(STEP, folder, &arguments)).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let counting = || findings.iter().filter(|finding| finding["suppressed"].is_null());
    let line = |of: &Value| of["start"]["line"].as_u64().unwrap();
    let leader = |of: &Value| counting().find(|first| first["fingerprint"] == of["told_with"]).map_or(0, line);
    counting().map(|of| (line(of), leader(of), of["also"].as_array().unwrap().iter().map(line).collect())).collect()
}

#[test]
fn one_value_at_several_places_is_told_once_and_listed_each() {
    let jobs: &[&[&str]] = &[&["acme/lint@v1", "acme/build@v2", "acme/lint@v1"], &["acme/lint@v1", "acme/lint@v2"]];
    let one = workflow(jobs);
    let folder =
        with(&[(".github/workflows/a.yml", &one), (".github/workflows/b.yml", &workflow(&[&["acme/lint@v1"]]))]);
    let folder = folder.path();
    // An action is one cause in all workflows of the repository.
    let all =
        [(7, 0, vec![9, 13, 7]), (8, 0, vec![]), (9, 7, vec![]), (13, 7, vec![]), (14, 0, vec![]), (7, 7, vec![])];
    assert_eq!(listed(folder, &[]), all);
    let sarif: Value = serde_json::from_str(&check_by(STEP, folder, &["--format", "sarif"])).unwrap();
    let results = sarif.pointer("/runs/0/results").and_then(Value::as_array).unwrap();
    assert_eq!(results.len(), 3);
    let message = results[0].pointer("/message/text").and_then(Value::as_str).unwrap();
    let further = "also at lines 9 and 13, and at .github/workflows/b.yml:";
    assert!(message.contains(further), "{message}");
    let places = results[0]["relatedLocations"].as_array().unwrap().iter();
    let lines: Vec<u64> =
        places.map(|of| of.pointer("/physicalLocation/region/startLine").unwrap().as_u64().unwrap()).collect();
    assert_eq!(lines, [9, 13, 7]);
    for format in ["concise", "pretty", "html", "markdown", "github", "gitlab"] {
        let text = check_by(STEP, folder, &["--format", format]);
        assert_eq!(text.matches(further).count(), 1, "{format}: {text}");
    }
    assert_eq!(check_by(STEP, folder, &["--format", "concise"]).lines().filter(|line| line.contains(STEP)).count(), 3);
}

#[test]
fn each_place_of_a_cause_is_silenced_and_accepted_by_itself() {
    let path = ".github/workflows/a.yml";
    let silenced = format!("acme/lint@v1 # annexa:ignore {STEP} reviewed here");
    let folder = with(&[(path, &workflow(&[&[&silenced, "acme/lint@v1", "acme/lint@v1"]]))]);
    assert_eq!(listed(folder.path(), &[]), [(8, 0, vec![9]), (9, 8, vec![])]);

    let folder = with(&[(path, &workflow(&[&["acme/lint@v1", "acme/lint@v1"]]))]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_annexa"));
    command.current_dir(folder.path()).args(["baseline", ".", "--out", "known.json"]);
    assert!(command.output().unwrap().status.success());
    assert_eq!(listed(folder.path(), &["--baseline", "known.json"]), []);
    std::fs::write(folder.path().join(path), workflow(&[&["acme/lint@v1", "acme/lint@v1"], &["acme/lint@v1"]]))
        .unwrap();
    assert_eq!(listed(folder.path(), &["--baseline", "known.json"]), [(12, 0, vec![])]);
}
