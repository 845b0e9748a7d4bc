//! An example organisation, `fixtures/organisation/sound`, and the same one after two years of neglect: what the
//! commands say of both, compared with the files of `tests/organisation/`.
//!
//! `UPDATE_GOLDEN=1 cargo test --test organisation` writes those files anew; each change of them is to be read.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state their expectations bluntly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A commit: its day, what it is about, and which of the files that are left it brings, by the start of their paths.
type Stage = (&'static str, &'static str, &'static [&'static str]);

/// How the organisation came to be what it is.
const GROWTH: [Stage; 4] = [
    (
        "2025-12-08",
        "Run the planner on AWS",
        &["services/", "infra/", "deploy/", "ops/", ".github/", "compose.yaml", "README.md", "LICENSE", ".gitignore"],
    ),
    ("2026-02-16", "Write the policies down", &["docs/policies/", "SECURITY.md", "CHANGELOG.md"]),
    (
        "2026-05-22",
        "Keep registers and records",
        &[
            "docs/",
            "compliance/raci.toml",
            "compliance/assets.toml",
            "compliance/suppliers.toml",
            "compliance/contacts.toml",
            "compliance/legal.toml",
            "compliance/risks.toml",
            "compliance/plan.toml",
            "compliance/training.toml",
            "compliance/access-reviews.toml",
            "compliance/exercises.toml",
            "compliance/incidents/",
            "compliance/audits/",
            "compliance/penetration-tests/",
            "compliance/management-review/",
        ],
    ),
    ("2026-06-08", "State which controls apply, and attest", &[""]),
];

/// How it decayed.
const DECAY: [Stage; 3] = [
    ("2026-12-09", "Ship the partner portal", &["infra/", "deploy/", "services/", "ops/", "compose.yaml"]),
    ("2027-10-04", "Make builds faster", &[".github/", "docs/"]),
    ("2028-06-05", "Prepare for the audit", &[""]),
];

/// The days on which the two are looked at.
const SOUND_DAY: &str = "2026-06-15";
const NEGLECTED_DAY: &str = "2028-06-15";

/// The files of an organisation by their paths.
fn files(name: &str) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, directory: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, found);
            } else {
                let relative = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(relative, std::fs::read(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/organisation").join(name);
    let mut found = BTreeMap::new();
    collect(&root, &root, &mut found);
    found
}

/// A repository in a temporary directory, whose commits are the same on every machine.
struct Scene {
    folder: tempfile::TempDir,
    /// Where files that a command writes go.
    written: tempfile::TempDir,
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene { folder: tempfile::tempdir().unwrap(), written: tempfile::tempdir().unwrap() };
        scene.git("2025-12-08", &["init", "-q", "-b", "main", "."]);
        scene
    }

    fn sound() -> Scene {
        let scene = Scene::new();
        scene.grow(files("sound"), &GROWTH);
        scene
    }

    fn neglected() -> Scene {
        let scene = Scene::new();
        let before = files("sound");
        let mut after = files("neglected");
        after.retain(|path, bytes| before.get(path) != Some(bytes));
        scene.grow(before, &GROWTH);
        scene.grow(after, &DECAY);
        scene
    }

    fn grow(&self, mut files: BTreeMap<String, Vec<u8>>, stages: &[Stage]) {
        for (day, message, starts) in stages {
            let (now, later) =
                files.into_iter().partition(|(path, _)| starts.iter().any(|start| path.starts_with(start)));
            files = later;
            assert_ne!(now, BTreeMap::new(), "the commit of {day} has files");
            for (path, bytes) in now {
                let path = self.folder.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
            self.git(day, &["add", "-A"]);
            self.git(day, &["commit", "-q", "-m", message]);
        }
    }

    fn git(&self, day: &str, arguments: &[&str]) {
        let output = Command::new("git")
            .current_dir(self.folder.path())
            .args(["-c", "user.name=Quillharbour", "-c", "user.email=all@quillharbour.example"])
            .args(["-c", "core.autocrlf=false", "-c", "core.fileMode=false", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_DEFAULT_HASH", "sha1")
            .env("GIT_AUTHOR_DATE", format!("{day}T12:00:00Z"))
            .env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"))
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_DIR")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs the binary; what it prints and its exit status.
    fn annexa(&self, arguments: &[&str]) -> (String, i32) {
        let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("NO_COLOR", "1")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("COLUMNS")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let status = output.status.code().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(status <= 2 && !told.contains("panicked"), "{arguments:?}: {told}");
        (String::from_utf8(output.stdout).unwrap(), status)
    }

    /// Runs a command with its first format printed and the others written; the texts in that order, and the status.
    fn rendered(&self, command: &str, today: &str, formats: &[&str]) -> (Vec<String>, i32) {
        let place = |format: &str| self.written.path().join(format!("{command}.{format}"));
        let [first, others @ ..] = formats else { panic!("a format is needed") };
        let mut arguments: Vec<String> = [command, "--today", today, "--format", first].map(str::to_owned).to_vec();
        for format in others {
            arguments.extend(["--format".to_owned(), format!("{format}={}", place(format).display())]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (printed, status) = self.annexa(&arguments);
        let written = others.iter().map(|format| std::fs::read_to_string(place(format)).unwrap());
        (std::iter::once(printed).chain(written).collect(), status)
    }
}

/// A text without what says nothing of the organisation: the version and the rules that it was made with, and how long
/// that took.
fn scrubbed(text: &str, rules_hash: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let text = text
        .replace(&format!("annexa {version}"), "annexa VERSION")
        .replace(&format!("\"version\": \"{version}\""), "\"version\": \"VERSION\"")
        .replace(&format!("\"value\": \"{version}\""), "\"value\": \"VERSION\"")
        .replace(rules_hash, "RULES");
    match text.trim_end().rsplit_once(" in ") {
        Some((before, time)) if time.ends_with(" s") => format!("{before}\n"),
        _ => text,
    }
}

/// What a page or a document consists of, so that one can read it: of a page its headings, of a document the paths that
/// something stands at. What they say of each control is in the tables beside it.
fn outline(name: &str, text: &str) -> String {
    let lines: Vec<String> = if name.rsplit('.').next() == Some("html") {
        headings(text)
    } else {
        let mut paths = BTreeSet::new();
        collect_paths("", &serde_json::from_str(text).unwrap(), &mut paths);
        paths.into_iter().collect()
    };
    lines.join("\n") + "\n"
}

/// The headings of a page, each with its level, and the headings of its tables.
fn headings(page: &str) -> Vec<String> {
    let parts = page.split('<').filter_map(|part| part.split_once('>'));
    let mut heading: Option<(&str, String)> = None;
    let mut found = Vec::new();
    for (tag, text) in parts {
        let name = tag.split(' ').next().unwrap();
        if ["h1", "h2", "h3", "title"].contains(&name) {
            heading = Some((name, String::new()));
        }
        if let Some((_, words)) = &mut heading {
            words.push_str(text);
        }
        if let Some((of, words)) = heading.take_if(|(of, _)| tag == format!("/{of}")) {
            found.push(format!("{of} {}", words.trim()));
        }
    }
    found
}

fn collect_paths(path: &str, value: &serde_json::Value, paths: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (key, value) in object {
                collect_paths(&format!("{path}.{key}"), value, paths);
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                collect_paths(&format!("{path}[]"), item, paths);
            }
        }
        _ => drop(paths.insert(path.to_owned())),
    }
}

/// Compares what was printed with the files that were agreed on; all that differ are told at once.
fn golden(organisation: &str, texts: &[(&str, String)], rules_hash: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/organisation");
    let mut differences = Vec::new();
    for (name, text) in texts {
        let has_outline = matches!(name.rsplit('.').next(), Some("html" | "json"));
        let (text, end) =
            if has_outline { (outline(name, text), ".outline") } else { (scrubbed(text, rules_hash), "") };
        let path: PathBuf = folder.join(format!("{organisation}-{name}{end}"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, text).unwrap();
            continue;
        }
        let agreed = std::fs::read_to_string(&path).unwrap_or_default();
        if agreed != text {
            let line = agreed.lines().zip(text.lines()).take_while(|(one, other)| one == other).count();
            let at =
                |text: &str| text.lines().nth(line).unwrap_or("(no such line)").chars().take(300).collect::<String>();
            differences.push(format!(
                "{}:{}:\n  agreed: {}\n  now:    {}",
                path.display(),
                line + 1,
                at(&agreed),
                at(&text)
            ));
        }
    }
    assert!(
        differences.is_empty(),
        "read the change, then UPDATE_GOLDEN=1 cargo test --test organisation\n{}",
        differences.join("\n")
    );
}

fn reports(organisation: &str, scene: &Scene, today: &str) -> i32 {
    let (gap, _) = scene.rendered("gap", today, &["pretty", "markdown", "json", "csv", "html"]);
    let (check, status) = scene.annexa(&["check", "--today", today, "--format", "concise", "--fail-at", "low"]);
    let (statement, _) = scene.rendered("soa", today, &["markdown", "csv"]);
    let documents = [
        ("oscal-assessment-results.json", "assessment-results"),
        ("oscal-component-definition.json", "component-definition"),
        ("oscal-poam.json", "poam"),
    ];
    let oscal = documents.map(|(name, document)| (name, scene.annexa(&["oscal", document, "--today", today]).0));
    let (history, _) = scene.annexa(&["history", "--every", "commit"]);
    let (points, _) = scene.annexa(&["history", "--every", "commit", "--format", "json"]);
    let (page, _) = scene.annexa(&["history", "--every", "commit", "--format", "html"]);
    let parsed: serde_json::Value = serde_json::from_str(&gap[2]).unwrap();
    let rules_hash = parsed["tool"]["rules-hash"].as_str().unwrap().to_owned();
    let names = ["gap.txt", "gap.md", "gap.json", "gap.csv", "gap.html"];
    let mut texts: Vec<(&str, String)> = names.into_iter().zip(gap).collect();
    texts.extend(["soa.md", "soa.csv"].into_iter().zip(statement));
    texts.extend(oscal);
    texts.extend([("check.txt", check), ("history.txt", history), ("history.json", points), ("history.html", page)]);
    golden(organisation, &texts, &rules_hash);
    status
}

#[test]
fn a_sound_organisation() {
    assert_eq!(reports("sound", &Scene::sound(), SOUND_DAY), 0, "nothing fails");
}

#[test]
fn a_neglected_organisation() {
    assert_eq!(reports("neglected", &Scene::neglected(), NEGLECTED_DAY), 1);
}
