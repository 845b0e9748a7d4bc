//! A run asks nobody: no command opens a connection, runs a program, or writes where it was not told to, whatever the files
//! that it reads name.
//!
//! Two witnesses, of which each is left out with a message where the machine does not have it: a namespace without a network
//! (`unshare`), in which every command says the same as outside, and a trace of what the system was asked for (`strace`).

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

mod scene;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use scene::{Scene, TODAY, database};

/// Files that name others, programs and places in the network, in all ways that their tools follow.
const TEMPTING: &[(&str, &str)] = &[
    (
        "remote.tf",
        "module \"m\" {\n  source = \"git::https://example.org/m.git\"\n}\ndata \"http\" \"h\" {\n  url = \"https://example.org/\"\n}\n",
    ),
    (
        "program.tf",
        "data \"external\" \"e\" {\n  program = [\"sh\", \"-c\", \"touch ran\"]\n}\nresource \"null_resource\" \"n\" {\n  provisioner \"local-exec\" {\n    command = \"touch ran\"\n  }\n}\n",
    ),
    (
        ".gitlab-ci.yml",
        "include:\n- remote: https://example.org/ci.yml\n- project: a/b\n  file: c.yml\nj: {script: [touch ran], image: \"example.org/a:latest\"}\n",
    ),
    (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    uses: example/a/.github/workflows/b.yml@main\n  b:\n    runs-on: ubuntu-24.04\n    steps:\n    - uses: example/action@v1\n    - run: touch ran\n",
    ),
    ("kustomization.yaml", "resources: [\"https://example.org/k//base?ref=main\", p.yaml]\n"),
    (
        "p.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: \"example.org/a:latest\"}]}\n",
    ),
    (
        "c/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: d, version: 1.0.0, repository: \"https://example.org/charts\"}]\n",
    ),
    (
        "c/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: \"{{ getHostByName \"example.org\" }}\"}\n",
    ),
    (
        "compose.yaml",
        "include: [\"https://example.org/compose.yaml\"]\nservices:\n  a: {image: \"example.org/a\", build: \"https://example.org/a.git\"}\n",
    ),
    (
        "Dockerfile",
        "# syntax=example.org/dockerfile\nFROM example.org/a:latest\nADD https://example.org/x /x\nRUN touch ran\n",
    ),
    (
        "t.yaml",
        "AWSTemplateFormatVersion: 2010-09-09\nTransform: {Name: AWS::Include, Parameters: {Location: \"s3://bucket/a.yaml\"}}\nResources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: \"https://example.org/t.yaml\"}}\n",
    ),
    (
        "playbook.yml",
        "- hosts: all\n  tasks:\n  - ansible.builtin.shell: touch ran\n  - ansible.builtin.include_tasks: \"https://example.org/t.yml\"\n",
    ),
    ("policies/a.md", "---\ntitle: A\nowner: a@example.org\n---\n# A\n\n[elsewhere](https://example.org/)\n"),
];

/// Commands that read, and what they take.
const COMMANDS: &[&[&str]] = &[
    &["check", ".", "--format", "json"],
    &["check", ".", "--format", "sarif"],
    &["check", ".", "--format", "html"],
    &["check", "main.tf", "--format", "pretty"],
    &["check", ".", "--base", "HEAD~1", "--format", "concise"],
    &["check", ".", "--staged", "--format", "concise"],
    &["baseline", "."],
    &["fix", ".", "--dry-run"],
    &["gap", "."],
    &["soa", "."],
    &["doctor", "."],
    &["explain", "main.tf:1"],
    &["history"],
    &["plan"],
    &["agenda"],
    &["rules", "list"],
    &["controls", "list"],
];

/// A repository whose files and settings of git tempt.
fn scene() -> Scene {
    let scene = Scene::new();
    let old = database("a", false);
    let files = TEMPTING.iter().map(|(path, text)| (*path, *text)).chain([("main.tf", old.as_str())]);
    scene.commit("2025-12-01", &files.collect::<Vec<_>>());
    scene.commit("2025-12-02", &[("main.tf", &[old.as_str(), &database("b", false)].concat())]);
    // What is tracked and differs from the commit has to be looked at with what git would use for it.
    scene.write(".gitattributes", "* filter=f diff=d\n");
    for (key, value) in [
        ("core.fsmonitor", "touch ran"),
        ("core.sshCommand", "touch ran"),
        ("filter.f.clean", "touch ran"),
        ("filter.f.smudge", "touch ran"),
        ("diff.d.command", "touch ran"),
        ("diff.d.textconv", "touch ran"),
        ("remote.origin.url", "https://example.org/r.git"),
        ("remote.origin.promisor", "true"),
    ] {
        scene.git(&["config", key, value]);
    }
    scene
}

/// A command with the day of all runs, where it takes one.
fn arguments<'a>(command: &[&'a str]) -> Vec<&'a str> {
    let day: &[&str] = if command.contains(&".") { &["--today", TODAY] } else { &[] };
    [command, day].concat()
}

fn run(program: &str, before: &[&str], command: &[&str], root: &Path) -> Option<Output> {
    Command::new(program).args(before).args(arguments(command)).current_dir(root).stdin(Stdio::null()).output().ok()
}

#[test]
fn every_command_says_the_same_without_a_network() {
    let annexa = env!("CARGO_BIN_EXE_annexa");
    if run("unshare", &["-rn", "true"], &[], Path::new("/")).is_none_or(|output| !output.status.success()) {
        eprintln!("left out: there is no `unshare` here, or it may make no namespace");
        return;
    }
    let scene = scene();
    let report = scene.json(&["check", ".", "--format", "json", "--today", TODAY]);
    assert!(report.pointer("/findings/0").is_some(), "the files are judged: {report}");
    assert_eq!(scene.check(&["--base", "HEAD~1"]).status, 1, "the history is read");
    for command in COMMANDS {
        let with = scene.annexa_in("", &arguments(command));
        let without = run("unshare", &["-rn", annexa], command, scene.root()).unwrap();
        assert!((0..=2).contains(&with.status), "{command:?}: {}", with.err);
        assert_eq!(Some(with.status), without.status.code(), "{command:?}");
        assert_eq!(timeless(&with.out), timeless(&String::from_utf8_lossy(&without.stdout)), "{command:?}");
    }
}

#[test]
fn no_command_asks_the_system_for_a_connection_a_program_or_a_file_to_write() {
    let annexa = env!("CARGO_BIN_EXE_annexa");
    let scene = scene();
    let outside = tempfile::tempdir().unwrap();
    let trace = outside.path().join("trace");
    let to = trace.to_str().unwrap();
    let of = "trace=network,execve,execveat,open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat";
    let traced = ["-f", "-qq", "-o", to, "-e", of, annexa];
    if run("strace", &traced, &["--version"], scene.root()).is_none_or(|output| !output.status.success()) {
        eprintln!("left out: there is no `strace` here, or it may trace nothing");
        return;
    }
    for command in COMMANDS {
        run("strace", &traced, command, scene.root()).unwrap();
        let trace = std::fs::read_to_string(&trace).unwrap();
        let calls: Vec<&str> = trace.lines().filter(|line| is_call(line)).collect();
        let [first, others @ ..] = calls.as_slice() else { panic!("{command:?}: nothing was traced") };
        assert!(first.contains("execve("), "{command:?}: {first}");
        let asked: Vec<&&str> = others.iter().filter(|call| !is_read_only(call)).collect();
        assert!(asked.is_empty(), "{command:?}: {asked:#?}");
    }
    assert!(!scene.root().join("ran").exists(), "something was run");
}

/// Whether a line of a trace is a call, and not a signal, an exit, the end of a call, or a thread that was left at the end.
fn is_call(line: &str) -> bool {
    [" +++ ", " --- ", " resumed>", "???( <detached"].iter().all(|other| !line.contains(other))
}

/// Whether a call opens something only to read it.
fn is_read_only(call: &str) -> bool {
    let opens = ["open(", "openat(", "openat2("].iter().any(|name| call.contains(name));
    opens && !["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| call.contains(flag))
}

/// Without what is told of how long it took.
fn timeless(text: &str) -> String {
    let timeless = text.lines().filter(|line| !line.contains(" in ") && !line.contains("duration"));
    timeless.collect::<Vec<_>>().join("\n")
}
