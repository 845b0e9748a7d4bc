//! What somebody does on the first day: asks for help, writes the starting files and commits them, asks what stands at a
//! line, lets things be mended, looks at where controls stand.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn annexa(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn git(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]);
    let output = command.args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output
}

/// A repository of git in which nothing is committed yet.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    git(root.path(), &["init", "--quiet"]);
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

const TEMPLATE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  selector: {matchLabels: {a: b}}\n  \
template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n        - name: web\n          image: {{ .Values.image }}\n";

fn chart() -> tempfile::TempDir {
    repository(&[
        ("deploy/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
        ("deploy/values.yaml", "image: example/shop:1.2.3\n"),
        ("deploy/templates/web.yaml", TEMPLATE),
    ])
}

#[test]
fn help_names_the_formats_and_says_what_a_status_means() {
    let root = tempfile::tempdir().unwrap();
    for (arguments, wanted) in [
        (&["--help"][..], &["Exit status", "1  findings"][..]),
        (&["check", "--help"], &["Formats:", "sarif", "junit", "gitlab", "markdown", "Exit status", "1  findings"]),
        (&["check", "-h"], &["Formats:", "Exit status"]),
        (&["gap", "--help"], &["Formats:", "html", "csv", "Exit status"]),
        (&["soa", "--help"], &["Formats:", "markdown"]),
        (&["history", "--help"], &["Formats:", "text", "html"]),
        (&["fix", "--help"], &["Exit status"]),
    ] {
        let (status, out, _) = annexa(root.path(), arguments);
        assert_eq!(status, Some(0));
        for word in wanted {
            assert!(out.contains(word), "{arguments:?} lacks {word}:\n{out}");
        }
    }
}

#[test]
fn what_init_writes_can_be_committed_through_the_hook() {
    let root = repository(&[("main.tf", "resource \"aws_sns_topic\" \"a\" {\n  kms_master_key_id = \"alias/a\"\n}\n")]);
    git(root.path(), &["add", "--all"]);
    git(root.path(), &["commit", "--quiet", "--message", "a"]);
    let (status, out, _) = annexa(root.path(), &["init", "--today", "2026-01-15"]);
    assert_eq!(status, Some(0), "{out}");
    let settings = std::fs::read_to_string(root.path().join("annexa.toml")).unwrap();
    assert!(
        settings.contains("[severity]\n") && settings.contains("statement-not-approved = \"low\"  # "),
        "{settings}"
    );
    git(root.path(), &["add", "--all"]);
    let hook = ["check", "--staged", "--format", "concise", "--today", "2026-01-15"];
    let (status, out, error) = annexa(root.path(), &hook);
    assert_eq!(status, Some(0), "{out}{error}");
    assert!(out.lines().count() < 20, "one draft is not told a hundred times:\n{out}");

    // What is in the settings counts for as long as it stands there.
    std::fs::write(root.path().join("annexa.toml"), settings.split("[severity]").next().unwrap()).unwrap();
    git(root.path(), &["add", "--all"]);
    let (status, out, _) = annexa(root.path(), &hook);
    assert_eq!(status, Some(1), "{out}");
    assert!(out.contains("medium[statement-not-approved]"), "{out}");
}

#[test]
fn settings_that_are_there_stay_and_the_drafts_are_told() {
    let root =
        repository(&[("annexa.toml", "fail-at = \"medium\"\n"), ("main.tf", "resource \"aws_sns_topic\" \"a\" {}\n")]);
    let (status, out, _) = annexa(root.path(), &["init"]);
    assert_eq!(status, Some(0), "{out}");
    assert!(out.contains("kept  annexa.toml") && out.contains("until they are filled in"), "{out}");
}

#[test]
fn explain_shows_what_a_template_is_rendered_to() {
    let root = chart();
    let (status, out, error) = annexa(root.path(), &["explain", "deploy/templates/web.yaml:12"]);
    assert_eq!(status, Some(0), "{out}{error}");
    assert!(out.contains("kubernetes/Deployment") && out.contains("image: \"example/shop:1.2.3\""), "{out}");
    let (_, out, _) = annexa(root.path(), &["explain", "deploy/values.yaml:1"]);
    assert!(!out.contains("kubernetes/Deployment"), "that stands in another file:\n{out}");
}

#[test]
fn doctor_says_which_chart_a_template_is_a_part_of() {
    let root = chart();
    let (status, out, error) = annexa(root.path(), &["doctor", "deploy/templates/web.yaml"]);
    assert_eq!(status, Some(0), "{out}{error}");
    assert!(out.contains("web.yaml: judged\n"), "{out}");
    assert!(out.contains("  helm: read as a part of deploy"), "{out}");
    let (_, out, _) = annexa(root.path(), &["doctor", "deploy/values.yaml"]);
    assert!(!out.contains("kubernetes: recognised"), "{out}");
}

#[test]
fn fix_counts_what_no_rule_knows_how_to_mend() {
    let text = "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = false\n}\nresource \"aws_db_instance\" \"d\" {\n  publicly_accessible = true\n}\n";
    let root = repository(&[("main.tf", text)]);
    let rules = ["--rule", "ebs-volume-unencrypted", "--rule", "rds-deletion-protection-off"];
    let (_, out, _) = annexa(root.path(), &[&["fix", "."][..], &rules].concat());
    assert!(out.contains("1 finding mended in 1 file, 1 left for a person; `annexa check` shows"), "{out}");
    let (_, out, _) = annexa(root.path(), &["fix", "--rule", "rds-deletion-protection-off", "."]);
    assert!(out.ends_with("0 findings mended in 0 files, 0 left for a person\n"), "{out}");
}

#[test]
fn the_gap_analysis_for_a_terminal_leaves_no_words_out() {
    let root = chart();
    let (_, out, _) = annexa(root.path(), &["gap", ".", "--today", "2026-01-15"]);
    assert!(!out.contains('…'), "{out}");
    // A word that is longer than the line stands on one of its own.
    let longest = out.lines().filter(|line| line.trim().contains(' ')).max_by_key(|line| line.chars().count()).unwrap();
    assert!(longest.chars().count() <= 100, "{longest}\n{out}");
}
