//! A fleet: the script of `docs/fleet` over real repositories, and what `annexa org` and `annexa verify` make of what comes out.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const TODAY: &str = "2026-05-01";

struct Run {
    out: String,
    err: String,
    status: i32,
}

fn annexa(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annexa"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").env_remove("COLUMNS");
    run(&mut command)
}

fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Run { out: text(&output.stdout), err: text(&output.stderr), status: output.status.code().unwrap() }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

const OPEN: &str = "resource \"aws_db_instance\" \"main\" {\n  engine = \"mysql\"\n  storage_encrypted = false\n}\n";
const SHUT: &str = "resource \"aws_db_instance\" \"main\" {\n  engine = \"mysql\"\n  storage_encrypted = true\n}\n";

/// A ledger in a folder of ledgers.
fn ledger(root: &Path, name: &str, text: &str) {
    let repository = root.join("repositories").join(name);
    write(&repository, "db.tf", text);
    let to = format!("json={}", root.join("ledgers").join(format!("{name}.json")).display());
    let made = annexa(&repository, &["gap", "--today", TODAY, "--format", &to, "."]);
    assert_eq!(made.status, 0, "{}", made.err);
}

fn org(root: &Path, arguments: &[&str]) -> (Value, Run) {
    let run = annexa(root, &[&["org", "--today", TODAY, "--format", "json"], arguments].concat());
    (serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}{}", run.out, run.err)), run)
}

fn control<'p>(page: &'p Value, id: &str) -> &'p Value {
    page["controls"].as_array().unwrap().iter().find(|of| of["id"] == id).unwrap()
}

#[test]
fn ledgers_of_a_folder_are_merged_beside_the_statement() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    ledger(root, "shop", OPEN);
    ledger(root, "team/portal", SHUT);
    let statement = "[control.\"8.24\"]\napplicable = true\nreasons = [\"practice:base\"]\nimplementation = \"implemented\"\nowner = \"lead\"\n";
    write(root, "isms/compliance/soa.toml", statement);
    write(root, "isms/compliance/raci.toml", "[[role]]\nid = \"lead\"\ntitle = \"Lead\"\n");
    let made = annexa(&root.join("isms"), &["gap", "--today", TODAY, "--format", "json=../isms.json", "."]);
    assert_eq!(made.status, 0, "{}", made.err);

    let (page, run) = org(root, &["ledgers", "--isms", "isms.json"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let cryptography = control(&page, "8.24");
    assert_eq!(cryptography["state"], "contradicted");
    assert_eq!(cryptography["reason"], "said to be implemented, and a check fails in 1 of 2 repositories");
    assert_eq!((&cryptography["looked_at"], &cryptography["failing"]), (&2.into(), &1.into()));
    assert_eq!(cryptography["worst_in"], serde_json::json!(["shop"]));
    assert_eq!(cryptography["owner"], "lead");
    let names: Vec<&str> =
        page["repositories"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["shop", "team/portal"], "the worst first, called after where their ledgers lie");

    let (page, _) = org(root, &["ledgers"]);
    assert_eq!(control(&page, "8.24")["state"], "gap", "without a Statement nobody claims anything");
    let late = annexa(root, &["org", "ledgers", "--today", "2026-06-01", "--format", "json"]);
    let page: Value = serde_json::from_str(&late.out).unwrap();
    assert_eq!((&page["stale"], &control(&page, "8.24")["state"]), (&2.into(), &"gap".into()));
}

#[test]
fn what_cannot_be_merged_is_told_and_the_rest_is_merged() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    ledger(root, "shop", SHUT);
    write(root, "ledgers/broken.json", "{\"tool\": {");
    write(root, "ledgers/other.json", "{\"sbom\": true}");
    let (page, run) = org(root, &["ledgers"]);
    assert_eq!((run.status, &page["merged"]), (2, &1.into()));
    let problems = page["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|of| of["message"].as_str().unwrap().contains("is no ledger")), "{problems:?}");
    let nowhere = annexa(root, &["org", "nowhere"]);
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.err.contains("nowhere"), "{}", nowhere.err);
}

#[test]
fn a_stream_of_ledgers_needs_their_names() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write(root, "db.tf", SHUT);
    let mut stream = String::new();
    for name in ["a/one", "b/two"] {
        let made = annexa(root, &["gap", "--today", TODAY, "--repository", name, "--format", "json", "."]);
        let value: Value = serde_json::from_str(&made.out).unwrap();
        writeln!(stream, "{value}").unwrap();
    }
    write(root, "out/all.ndjson", &stream);
    let (page, run) = org(root, &["out/all.ndjson"]);
    assert_eq!((run.status, &page["merged"]), (0, &2.into()));
    assert_eq!(page["repositories"][0]["name"], "a/one");
    write(root, "out/all.ndjson", &stream.replace("\"a/one\"", "null").replace("\"b/two\"", "null"));
    let (page, run) = org(root, &["out/all.ndjson"]);
    assert_eq!((run.status, &page["merged"]), (2, &1.into()), "the first is called after the file");
    assert!(page["problems"][0]["message"].as_str().unwrap().contains("--repository"), "{}", page["problems"]);
}

/// A bundle of evidence below a folder.
fn bundle(root: &Path, name: &str) -> PathBuf {
    write(root, "repository/db.tf", SHUT);
    let out = root.join("bundles").join(name);
    let made = annexa(&root.join("repository"), &["evidence", "--today", TODAY, "--out", out.to_str().unwrap(), "."]);
    assert_eq!(made.status, 0, "{}", made.err);
    out
}

#[test]
fn a_bundle_is_checked_file_by_file() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let out = bundle(root, "shop");
    let shown = out.to_str().unwrap();
    let checked = annexa(root, &["verify", shown]);
    assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
    assert!(checked.out.contains("6 files are as written, 0 not"), "{}", checked.out);
    assert!(checked.out.contains("No signature lies beside"), "{}", checked.out);
    write(&out, "SHA256SUMS.sig", "-----BEGIN SSH SIGNATURE-----\n");
    let checked = annexa(root, &["verify", shown]);
    assert!(checked.status == 0 && checked.out.contains("ssh-keygen -Y verify"), "{}", checked.out);

    let ledger = std::fs::read_to_string(out.join("ledger.json")).unwrap();
    write(&out, "ledger.json", &ledger.replace("\"gap\"", "\"evidenced\""));
    write(&out, "extra.md", "added\n");
    std::fs::remove_file(out.join("soa.json")).unwrap();
    let checked = annexa(root, &["verify", shown]);
    assert_eq!(checked.status, 1);
    for told in
        ["ledger.json was changed", "extra.md was added", "soa.json cannot be read", "4 files are as written, 3 not"]
    {
        assert!(checked.out.contains(told), "{told}: {}", checked.out);
    }
    let (page, run) = org(root, &["bundles"]);
    assert_eq!((run.status, &page["merged"]), (2, &0.into()), "what was changed is not merged");
    assert_eq!(annexa(root, &["verify", "."]).status, 2, "no bundle");
}

#[test]
fn bundles_are_merged_once_each() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    bundle(root, "shop");
    bundle(root, "team/portal");
    let (page, run) = org(root, &["bundles"]);
    assert_eq!((run.status, &page["merged"]), (0, &2.into()), "{}", run.out);
    assert_eq!(page["repositories"][1]["name"], "team/portal");
    let (page, _) = org(root, &["bundles/shop"]);
    assert_eq!(page["repositories"][0]["name"], "shop");
    let (page, run) = org(root, &["bundles", "bundles"]);
    assert_eq!((run.status, &page["merged"]), (2, &2.into()));
    assert!(page["problems"][0]["message"].as_str().unwrap().contains("second ledger"), "{}", page["problems"]);
}

#[test]
fn the_files_of_docs_meet_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fleet");
    let folder = tempfile::tempdir().unwrap();
    for (from, to) in [
        ("github.yml", ".github/workflows/fleet.yml"),
        ("gitlab.yml", ".gitlab-ci.yml"),
        ("kubernetes.yaml", "deploy/fleet.yaml"),
    ] {
        write(folder.path(), to, &std::fs::read_to_string(root.join(from)).unwrap());
    }
    let checked =
        annexa(folder.path(), &["check", "--today", TODAY, "--format", "concise", "--fail-at", "low", "--strict"]);
    let about: Vec<&str> = checked.out.lines().filter(|line| !line.starts_with(".:")).collect();
    let told: Vec<&&str> = about.iter().filter(|line| line.contains("fleet") || line.contains("gitlab")).collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[cfg(unix)]
#[test]
fn shares_of_a_fleet_come_together() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let mut fleet = "# our repositories\n\n".to_owned();
    for name in ["shop", "team/portal", "team/api"] {
        let folder = root.join("remote").join(name);
        write(&folder, "db.tf", if name == "shop" { OPEN } else { SHUT });
        for arguments in [&["init", "-q", "."][..], &["add", "-A"], &["commit", "-q", "-m", "first"]] {
            let fixed = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
            let done = run(Command::new("git").args(fixed).args(arguments).current_dir(&folder));
            assert_eq!(done.status, 0, "{}", done.err);
        }
        writeln!(fleet, "{name} file://{}", folder.display()).unwrap();
    }
    writeln!(fleet, "gone file://{}\n../out file:///nowhere", root.join("gone").display()).unwrap();
    write(root, "fleet.txt", &fleet);
    let binary = Path::new(env!("CARGO_BIN_EXE_annexa")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut told = String::new();
    for shard in ["0", "1"] {
        let mut command = Command::new("bash");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fleet/shard.sh")).current_dir(root);
        command.env("PATH", &path).env("FLEET", "fleet.txt").env("OUT", root.join("ledgers"));
        command.env("SHARD", shard).env("SHARDS", "2").env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE");
        let done = run(&mut command);
        assert_eq!(done.status, i32::from(done.err.contains("annexa: ")), "{}", done.err);
        told += &done.err;
    }
    assert!(told.contains("annexa: gone cannot be cloned") && told.contains("annexa: ../out is no name"), "{told}");
    let today = annexa(root, &["org", "ledgers", "--format", "json"]);
    let page: Value = serde_json::from_str(&today.out).unwrap();
    let names: Vec<&str> =
        page["repositories"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["shop", "team/api", "team/portal"]);
}
