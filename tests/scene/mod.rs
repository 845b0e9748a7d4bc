//! A git repository in a temporary directory, and the binary run there as users run it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run printed, and its exit status.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// A repository in a temporary directory.
pub struct Scene {
    folder: tempfile::TempDir,
}

/// The day of all runs.
pub const TODAY: &str = "2026-01-15";

impl Scene {
    pub fn new() -> Scene {
        let scene = Scene { folder: tempfile::tempdir().unwrap() };
        scene.git(&["init", "-q", "-b", "main", "."]);
        scene
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn git_on(&self, day: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.root())
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", format!("{day}T12:00:00Z"))
            .env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"))
            .env("ANNEXA", env!("CARGO_BIN_EXE_annexa"))
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_DIR")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_on("2025-12-01", arguments)
    }

    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn commit(&self, day: &str, files: &[(&str, &str)]) {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git_on(day, &["add", "-A"]);
        self.git_on(day, &["commit", "-q", "--allow-empty", "-m", "x"]);
    }

    pub fn annexa_in(&self, directory: &str, arguments: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
            .args(arguments)
            .current_dir(self.root().join(directory))
            .env_remove("GIT_INDEX_FILE")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A check with only the rule about storage, without the line of the summary.
    pub fn check(&self, more: &[&str]) -> Run {
        let first = ["check", "--format", "concise", "--rule", "rds-storage-unencrypted", "--today", TODAY];
        self.annexa_in("", &[&first, more].concat())
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let run = self.annexa_in("", arguments);
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err))
    }
}

/// A database in Terraform.
pub fn database(name: &str, encrypted: bool) -> String {
    format!(
        "resource \"aws_db_instance\" \"{name}\" {{\n  engine            = \"mysql\"\n  storage_encrypted = {encrypted}\n}}\n"
    )
}
