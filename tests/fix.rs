//! Machine fixes: each rule that has one is mended in its own failing fixtures, and what was changed is shown.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use annexa::dialect::{DIALECTS, Inputs};
use annexa::fix::settle::{Look, Settled, settle};
use annexa::proof::{self, Fixture};
use annexa::rule::set::{RuleSet, builtin};
use annexa::scan::assess::{self, Request};
use annexa::source::Workspace;
use annexa::triage::suppression::Names;
use similar::TextDiff;

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

fn look(workspace: &Workspace, set: &RuleSet) -> Look {
    let (names, inputs) = (Names::default(), Inputs::default());
    let request = Request { mend: true, ..Request::new(set, &names, &inputs, proof::TODAY) };
    let seen = assess::assess(workspace, request);
    Look { findings: seen.findings, problems: seen.problems, proposals: seen.proposals }
}

/// What comes of all proposals of some rules over a workspace.
fn settled(workspace: &Workspace, set: &RuleSet) -> Settled {
    settle(workspace, look(workspace, set), &|workspace| look(workspace, set))
}

fn difference(workspace: &Workspace, settled: &Settled) -> String {
    let mut shown = String::new();
    for (path, text) in &settled.texts {
        let before = workspace.source(workspace.find(path).unwrap()).unwrap().text();
        write!(shown, "{}", TextDiff::from_lines(before, text).unified_diff().context_radius(2).header(path, path))
            .unwrap();
    }
    shown
}

/// Rules whose changes are shown: the telling ones of each language that can be written.
const SHOWN: &[&str] = &[
    "aks-without-policy",
    "alarm-without-action",
    "athena-settings-left-to-clients",
    "checkout-keeps-token",
    "cloudtrail-not-all-regions",
    "container-may-gain-privileges",
    "dependabot-without-cooldown",
    "endpoint-updates-off",
    "grafana-anonymous",
    "kms-key-not-rotated",
    "security-scan-cannot-fail",
    "share-empty-passwords",
    "sshd-weak-cipher",
    "systemd-service-may-gain-privileges",
];

#[test]
fn every_fix_mends_the_failing_fixtures_of_its_rule() {
    let every = RuleSet::builtin(DIALECTS);
    let (mut shown, mut wrong) = (String::new(), Vec::new());
    for builtin in builtin() {
        let rule = every.rule(builtin.id).unwrap().ok().unwrap();
        let with: BTreeSet<usize> =
            rule.checks.iter().enumerate().filter(|(_, check)| check.fix_with.is_some()).map(|(at, _)| at).collect();
        if with.is_empty() {
            continue;
        }
        let mut set = RuleSet::builtin(DIALECTS);
        set.choose(|card| &*card.id == builtin.id);
        let mut mended = BTreeSet::new();
        for fixture in failing_fixtures(builtin.id) {
            let files = fixture.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            let workspace = Workspace::in_memory(files);
            let settled = settled(&workspace, &set);
            mended.extend(settled.mended.iter().map(|(finding, _)| finding.check));
            if SHOWN.contains(&builtin.id) {
                writeln!(shown, "== {} {}\n{}", builtin.id, fixture.name, difference(&workspace, &settled)).unwrap();
                for (finding, _, reason) in &settled.left {
                    writeln!(shown, "left: {}: {reason}", finding.message).unwrap();
                }
            }
            let changed = workspace.changed(settled.texts.clone());
            let more = self::settled(&changed, &set);
            assert!(more.texts.is_empty(), "{} {}: a second run changes it again", builtin.id, fixture.name);
        }
        for check in with.difference(&mended) {
            wrong.push(format!("{}: check {check} is mended in no fixture", builtin.id));
        }
    }
    insta::assert_snapshot!("every_fix", shown);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a run printed, and its exit status.
struct Run {
    status: i32,
    out: String,
    err: String,
}

fn annexa(directory: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annexa"));
    let output = command.args(arguments).current_dir(directory).stdin(Stdio::null()).output().unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

const KEY: &str = "resource \"aws_kms_key\" \"a\" {\n  description = \"a\"\n}\n";
const BY_VARIABLE: &str = "variable \"rotate\" {\n  default = false\n}\n\nresource \"aws_kms_key\" \"b\" {\n  \
                           enable_key_rotation = var.rotate\n}\n";

fn keys(more: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join(".git")).unwrap();
    for (path, text) in [("a/main.tf", KEY), ("b/main.tf", BY_VARIABLE)].iter().chain(more) {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

const FIX: [&str; 3] = ["fix", "--rule", "kms-key-not-rotated"];

#[test]
fn files_are_changed_where_the_value_stands_and_the_rest_is_left_with_its_reason() {
    let root = keys(&[]);
    let run = annexa(root.path(), &FIX);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(
        lines,
        [
            "a/main.tf:1: mended[kms-key-not-rotated] `enable_key_rotation` is not set",
            "b/main.tf:6: left[kms-key-not-rotated] `enable_key_rotation` comes from elsewhere (default of variable `rotate`)",
            "1 finding mended in 1 file, 1 left for a person",
        ]
    );
    let read = |path: &str| std::fs::read_to_string(root.path().join(path)).unwrap();
    assert_eq!(read("a/main.tf"), KEY.replace("\"a\"\n}", "\"a\"\n  enable_key_rotation = true\n}"));
    assert_eq!(read("b/main.tf"), BY_VARIABLE);
    let again = annexa(root.path(), &FIX);
    assert!(again.out.ends_with("0 findings mended in 0 files, 1 left for a person\n"), "{}", again.out);
}

#[test]
fn a_dry_run_is_a_patch_and_writes_nothing() {
    let root = keys(&[]);
    let run = annexa(root.path(), &[&FIX[..], &["--dry-run"]].concat());
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("+  enable_key_rotation = true\n") && run.out.contains("# 1 finding would be mended"));
    let path = root.path().join("a/main.tf");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), KEY);
    std::fs::write(root.path().join("fix.patch"), &run.out).unwrap();
    let git = Command::new("git").args(["apply", "fix.patch"]).current_dir(root.path()).output().unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    assert!(std::fs::read_to_string(&path).unwrap().contains("enable_key_rotation = true"));
}

#[test]
fn a_patch_applies_where_a_secret_stands_near_the_change() {
    let beside = format!("variable \"db_password\" {{ default = \"Kq7mVw2xZr9tLp4s\" }}\n{KEY}");
    let root = keys(&[("a/main.tf", &beside)]);
    let run = annexa(root.path(), &[&FIX[..], &["--dry-run"]].concat());
    assert!(
        !run.out.contains("Kq7m") && !run.out.contains("***") && !run.out.contains("does not apply"),
        "{}",
        run.out
    );
    std::fs::write(root.path().join("fix.patch"), &run.out).unwrap();
    let git = Command::new("git").args(["apply", "fix.patch"]).current_dir(root.path()).output().unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    let mended = std::fs::read_to_string(root.path().join("a/main.tf")).unwrap();
    assert!(
        mended.starts_with("variable \"db_password\" { default = \"Kq7m")
            && mended.contains("enable_key_rotation = true")
    );
}

#[test]
fn silenced_findings_are_left_alone_and_broken_files_are_told() {
    let silenced = KEY.replace("{\n  desc", "{ # annexa:ignore kms-key-not-rotated it signs\n  desc");
    let root = keys(&[("a/main.tf", &silenced), ("c.tf", "resource {\n")]);
    let run = annexa(root.path(), &FIX);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.out.ends_with("0 findings mended in 0 files, 1 left for a person\n"), "{}", run.out);
    assert_eq!(std::fs::read_to_string(root.path().join("a/main.tf")).unwrap(), silenced);
}

#[test]
fn what_two_rules_put_under_one_new_key_comes_together() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  containers:\n    - name: web\n      \
               image: nginx:1.27.3\n";
    let root = keys(&[("pod.yaml", pod)]);
    let rules = ["--rule", "container-privilege-escalation-allowed", "--rule", "container-without-seccomp"];
    let run = annexa(root.path(), &[&["fix"][..], &rules].concat());
    assert!(run.out.ends_with("2 findings mended in 1 file, 0 left for a person\n"), "{}", run.out);
    let added = "      securityContext:\n        allowPrivilegeEscalation: false\n        seccompProfile:\n          \
                 type: RuntimeDefault\n";
    assert_eq!(std::fs::read_to_string(root.path().join("pod.yaml")).unwrap(), format!("{pod}{added}"));
}

#[test]
fn a_grave_weakness_that_leaves_a_lesser_one_keeps_no_other_from_being_mended() {
    let settings = "[users]\nallow_sign_up = true\n[auth.anonymous]\nenabled = true\norg_role = Editor\n";
    let root = keys(&[("grafana.ini", settings)]);
    let rules =
        ["--rule", "grafana-strangers-may-change", "--rule", "grafana-open-to-sign-up", "--rule", "grafana-anonymous"];
    let run = annexa(root.path(), &[&["fix"][..], &rules].concat());
    assert!(run.out.ends_with("3 findings mended in 1 file, 0 left for a person\n"), "{}", run.out);
    let mended = "[users]\nallow_sign_up = false\n[auth.anonymous]\nenabled = false\norg_role = Viewer\n";
    assert_eq!(std::fs::read_to_string(root.path().join("grafana.ini")).unwrap(), mended);
}
