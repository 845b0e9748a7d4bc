//! The scripts of the action, run by hand as a runner runs them: what they download is a folder, and `gh` and `cargo` are
//! scripts that note how they were called.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use annexa::hex;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn script(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("#!/usr/bin/env bash\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A folder with a `bin` that goes before everything else on the path.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        Bench { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, action: &str, environment: &[(&str, &str)]) -> Output {
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command.arg(Path::new(ROOT).join("packaging/action").join(action));
        command.current_dir(self.folder.path()).env("PATH", path).envs(environment.iter().copied());
        command.output().unwrap()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }
}

fn target() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("x86_64-unknown-linux-musl"),
        ("linux", "aarch64") => Some("aarch64-unknown-linux-musl"),
        ("macos", "x86_64") => Some("x86_64-apple-darwin"),
        ("macos", "aarch64") => Some("aarch64-apple-darwin"),
        _ => None,
    }
}

/// A release in a folder, with a program that says what it is; the checksum is that of the archive or of something else.
fn release(bench: &Bench, genuine: bool) -> Option<String> {
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let name = format!("annexa-{version}-{}", target()?);
    script(&bench.path(&format!("made/{name}/annexa")), "echo released");
    let folder = bench.path(&format!("releases/{version}"));
    std::fs::create_dir_all(&folder).unwrap();
    let archive = folder.join(format!("{name}.tar.gz"));
    let mut made = Command::new("tar");
    made.args(["-c", "-z", "-f"]).arg(&archive).arg("-C").arg(bench.path("made")).arg(&name);
    assert!(made.status().unwrap().success());
    let bytes = if genuine { std::fs::read(&archive).unwrap() } else { b"another".to_vec() };
    let sum = format!("{}  {name}.tar.gz\n", hex::sha256(&bytes));
    std::fs::write(folder.join(format!("{name}.tar.gz.sha256")), sum).unwrap();
    Some(format!("file://{}", bench.path("releases").display()))
}

/// A `cargo` that installs a program of its own.
const CARGO: &str = "echo \"$@\" >> cargo-calls\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\n\
                     printf '#!/bin/sh\\necho built\\n' > \"$2/bin/annexa\"\nchmod +x \"$2/bin/annexa\"";

#[test]
fn the_release_of_its_own_version_is_installed_once_its_checksum_is_right() {
    let bench = Bench::new();
    let Some(releases) = release(&bench, true) else { return };
    script(&bench.path("bin/cargo"), CARGO);
    let install = bench.path("to");
    let output = bench.run("install", &[("RELEASES", &releases), ("INSTALL_DIR", install.to_str().unwrap())]);
    assert!(output.status.success(), "{output:?}");
    let said = Command::new(install.join("annexa")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "released\n");
    assert_eq!(bench.read("cargo-calls"), "", "nothing was built");
}

#[test]
fn an_archive_with_another_checksum_is_refused_and_not_built_around() {
    let bench = Bench::new();
    let Some(releases) = release(&bench, false) else { return };
    script(&bench.path("bin/cargo"), CARGO);
    let install = bench.path("to");
    let output = bench.run("install", &[("RELEASES", &releases), ("INSTALL_DIR", install.to_str().unwrap())]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("its checksum says"), "{output:?}");
    assert!(!install.join("annexa").exists() && bench.read("cargo-calls").is_empty());
}

#[test]
fn where_there_is_no_release_it_is_built() {
    let bench = Bench::new();
    script(&bench.path("bin/cargo"), CARGO);
    let install = bench.path("to");
    let releases = format!("file://{}", bench.path("nothing").display());
    let output = bench.run("install", &[("RELEASES", &releases), ("INSTALL_DIR", install.to_str().unwrap())]);
    assert!(output.status.success(), "{output:?}");
    let said = Command::new(install.join("annexa")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "built\n");
    assert!(bench.read("cargo-calls").contains("install --locked"));
}

#[test]
fn one_run_makes_annotations_sarif_a_summary_and_a_status() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.path("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_annexa"), bench.path("bin/annexa")).unwrap();
    let volume = "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = false\n}\n";
    std::fs::create_dir_all(bench.path("a folder")).unwrap();
    std::fs::write(bench.path("a folder/main.tf"), volume).unwrap();
    let environment = [
        ("CHECK_PATH", "a folder"),
        ("CHECK_ARGUMENTS", "--rule=ebs-volume-unencrypted\n\n  --today=2026-01-15  "),
        ("CHECK_SARIF", "out.sarif"),
        ("CHECK_MARKDOWN", "out.md"),
        ("GITHUB_OUTPUT", "output"),
        ("GITHUB_STEP_SUMMARY", "summary"),
    ];
    let output = bench.run("check", &environment);
    assert!(output.status.success(), "the verdict is for a later step: {output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("::error "), "{output:?}");
    assert_eq!(bench.read("output"), "status=1\nsarif=out.sarif\n");
    assert!(bench.read("out.sarif").contains("ebs-volume-unencrypted"));
    assert_eq!(bench.read("summary"), bench.read("out.md"));
    assert!(bench.read("summary").starts_with("## annexa: 1 high"), "{}", bench.read("summary"));

    let silent =
        [&environment[..2], &[("CHECK_SUMMARY", "false")], &environment[2..5], &[("GITHUB_STEP_SUMMARY", "no")]];
    assert!(bench.run("check", &silent.concat()).status.success());
    assert_eq!(bench.read("no"), "");
}

/// A `gh` that notes its calls, lists what `known` holds, and may not write where `refused` is there.
const GH: &str = "echo \"$@\" >> gh-calls\ncase \"$*\" in\n  *--paginate*) cat known ;;\n  *) for last; do :; done\n     \
                  cat \"${last#body=@}\" > sent\n     if [ -f refused ]; then exit 1; fi ;;\nesac";

#[test]
fn one_comment_is_written_and_then_kept_up_to_date() {
    let bench = Bench::new();
    script(&bench.path("bin/gh"), GH);
    std::fs::write(bench.path("page.md"), "## annexa: nothing failed\n").unwrap();
    std::fs::write(bench.path("known"), "").unwrap();
    let environment = [("PULL_REQUEST", "7"), ("REPOSITORY", "a/b"), ("COMMENT_FILE", "page.md")];
    assert!(bench.run("comment", &environment).status.success());
    assert!(bench.read("gh-calls").contains("--method POST repos/a/b/issues/7/comments"), "{}", bench.read("gh-calls"));
    assert_eq!(bench.read("sent"), "<!-- annexa -->\n## annexa: nothing failed\n");

    std::fs::write(bench.path("known"), "41\n99\n").unwrap();
    assert!(bench.run("comment", &environment).status.success());
    assert!(
        bench.read("gh-calls").contains("--method PATCH repos/a/b/issues/comments/41"),
        "{}",
        bench.read("gh-calls")
    );

    std::fs::write(bench.path("refused"), "").unwrap();
    let output = bench.run("comment", &environment);
    assert!(output.status.success(), "a token that may not write ends nothing: {output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("pull-requests: write"));
}

/// Where maturin is: named by `MATURIN`, or on the path.
fn maturin() -> Option<PathBuf> {
    let on_path = || {
        std::env::split_paths(&std::env::var_os("PATH")?)
            .map(|folder| folder.join("maturin"))
            .find(|file| file.is_file())
    };
    std::env::var_os("MATURIN").map(PathBuf::from).or_else(on_path)
}

#[test]
fn the_wheel_is_installed_without_the_network_and_holds_the_program() {
    let Some(maturin) = maturin() else {
        eprintln!("skipped: maturin is not on the path (`pip install maturin`, or MATURIN=FILE)");
        return;
    };
    let mut command = Command::new(Path::new(ROOT).join("packaging/try-wheel"));
    let output = command.env("MATURIN", maturin).env("PROFILE", "dev").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(concat!("annexa ", env!("CARGO_PKG_VERSION"), " works from annexa-")), "{said}");
}
