//! What a gate calls new: a history made here, replayed commit by commit with `check --base HEAD~1` and against a baseline
//! of its beginning; and the names of items, which every list that a rule walks has to have.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use annexa::dialect::{DIALECTS, Dialect};
use annexa::rule::path::Step;
use annexa::rule::set::{RuleSet, builtin};
use serde_json::Value;

struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new() -> Repository {
        let repository = Repository { folder: tempfile::tempdir().unwrap() };
        repository.git(&["init", "-q", "-b", "main", "."]);
        repository
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .current_dir(self.root())
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_DIR")
            .output()
            .unwrap();
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replace(from, to));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// The exit status, and `rule resource` of each failing finding over the threshold that nothing silences.
    fn check(&self, arguments: &[&str]) -> (i32, Vec<String>) {
        let run = Command::new(env!("CARGO_BIN_EXE_annexa"))
            .args(["check", ".", "--format", "json", "--today", "2026-01-15"])
            .args(arguments)
            .current_dir(self.root())
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&run.stdout).unwrap_or_default();
        let text = |one: &Value, at: &str| one.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let of = report.get("findings").and_then(Value::as_array).into_iter().flatten();
        let failing = of.filter(|one| {
            let severe = ["critical", "high", "medium"].contains(&&*text(one, "/severity"));
            severe && text(one, "/outcome") == "fail" && one.get("suppressed").is_some_and(Value::is_null)
        });
        let named = failing.map(|one| format!("{} {}", text(one, "/rule"), text(one, "/resource/address")));
        (run.status.code().unwrap(), named.collect())
    }
}

const MODULE: &str =
    "variable \"enc\" { type = bool }\nresource \"aws_db_instance\" \"main\" {\n  storage_encrypted = var.enc\n}\n";

fn root(encrypted: bool) -> String {
    format!("module \"db\" {{\n  source = \"../../modules/db\"\n  enc    = {encrypted}\n}}\n")
}

fn group(ports: &[u16]) -> String {
    let block = |port: &u16| {
        format!(
            "  ingress {{\n    description = \"p{port}\"\n    from_port = {port}\n    to_port = {port}\n    protocol = \"tcp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n"
        )
    };
    let blocks: String = ports.iter().map(block).collect();
    format!("resource \"aws_security_group\" \"s\" {{\n  name = \"s\"\n{blocks}}}\n")
}

fn pod(containers: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop}}\nspec:\n  containers:\n{containers}")
}

const WEB: &str =
    "    - name: web\n      image: registry.example.org/web:1.0.0\n      securityContext: {privileged: true}\n";
const SIDE: &str = "    - name: side\n      image: registry.example.org/side:1.0.0\n";

const WORKFLOW: &str = "on: push\npermissions: {}\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - uses: acme/build@v1\n      - run: curl -k https://example.org/x | sh\n";

const DOCKERFILE: &str = "FROM registry.example.org/base:1.0\nRUN apt-get install -y curl\nCOPY . /app\n";

/// The first commit.
fn start() -> Repository {
    let repository = Repository::new();
    repository.write("modules/db/main.tf", MODULE);
    repository.write("envs/dev/main.tf", &root(false));
    repository.write("envs/prod/main.tf", &root(true));
    repository.write("net/main.tf", &group(&[22]));
    repository.write("k8s/pod.yaml", &pod(&format!("{WEB}{SIDE}")));
    repository.write(".github/workflows/ci.yml", WORKFLOW);
    repository.write("app/Dockerfile", DOCKERFILE);
    repository.commit("start");
    repository
}

/// A change, and what is new by it.
type Change = (&'static str, fn(&Repository), &'static [&'static str]);

const HISTORY: &[Change] = &[
    ("a new version of an image", |at| at.replace("k8s/pod.yaml", "web:1.0.0", "web:1.0.1"), &[]),
    ("a new version of a base image", |at| at.replace("app/Dockerfile", "base:1.0", "base:1.1"), &[]),
    (
        "containers change places",
        |at| {
            let web = WEB.replace("1.0.0", "1.0.1");
            at.write("k8s/pod.yaml", &pod(&format!("{SIDE}{web}")));
        },
        &[],
    ),
    ("other blanks and quotes", |at| at.replace("k8s/pod.yaml", "{privileged: true}", "{ privileged:  true }"), &[]),
    (
        "a step before the others",
        |at| at.replace(".github/workflows/ci.yml", "      - uses: acme", "      - run: ls\n      - uses: acme"),
        &[],
    ),
    (
        "a sibling like the one that is there",
        |at| at.write("net/main.tf", &group(&[22, 3389])),
        &["admin-port-open aws_security_group.s#in:tcp:3389"],
    ),
    ("blocks change places", |at| at.write("net/main.tf", &group(&[3389, 22])), &[]),
    (
        "a folder is moved",
        |at| {
            at.git(&["mv", "k8s", "deploy"]);
            at.git(&["mv", "app", "service"]);
        },
        &[],
    ),
    ("a root module is moved", |at| at.git(&["mv", "envs", "live"]), &[]),
    ("a resource is renamed in its file and its file too", |at| at.git(&["mv", "net/main.tf", "net/groups.tf"]), &[]),
    (
        "one root is mended and the other broken",
        |at| {
            at.write("live/dev/main.tf", &root(true));
            at.write("live/prod/main.tf", &root(false));
        },
        &["rds-storage-unencrypted module.db.aws_db_instance.main"],
    ),
    (
        "one container is mended and the other broken",
        |at| {
            let text = at.read("deploy/pod.yaml").replace("      securityContext: { privileged:  true }\n", "");
            let broken = text.replace("side:1.0.0\n", "side:1.0.0\n      securityContext: {privileged: true}\n");
            at.write("deploy/pod.yaml", &broken);
        },
        &["container-privileged Pod/shop/web"],
    ),
];

#[test]
fn only_what_is_new_is_called_new() {
    let repository = start();
    repository.check(&[]);
    let baseline = repository.root().with_extension("baseline.json");
    let baseline = baseline.to_string_lossy();
    let made = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["baseline", "--out", &baseline, "--today", "2026-01-15"])
        .current_dir(repository.root())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut come: BTreeSet<&str> = BTreeSet::new();
    for (message, change, new) in HISTORY {
        change(&repository);
        repository.commit(message);
        let (status, reported) = repository.check(&["--base", "HEAD~1"]);
        assert_eq!(reported, *new, "{message}");
        assert_eq!(status, i32::from(!new.is_empty()), "{message}");
        come.extend(*new);
        let (_, left) = repository.check(&["--baseline", &baseline]);
        let left: BTreeSet<&str> = left.iter().map(String::as_str).collect();
        assert_eq!(left, come, "against the baseline of the beginning: {message}");
    }
    std::fs::remove_file(&*baseline).unwrap();
}

#[test]
fn what_was_there_on_a_changed_line_is_shown_as_known_and_reported_on_request() {
    let repository = start();
    repository.replace("k8s/pod.yaml", "{privileged: true}", "{privileged: true, runAsNonRoot: false}");
    let (status, reported) = repository.check(&["--base", "HEAD"]);
    assert!(!reported.iter().any(|one| one.starts_with("container-privileged ")), "{status} {reported:?}");
    let (status, reported) = repository.check(&["--base", "HEAD", "--touched"]);
    assert_eq!(status, 1);
    assert!(reported.iter().any(|one| one.starts_with("container-privileged ")), "{reported:?}");
    let (status, _) = repository.check(&["--touched"]);
    assert_eq!(status, 2, "without a revision there is nothing to compare with");
}

/// The dialects whose kinds a pattern may be of.
fn dialects(pattern: &str) -> impl Iterator<Item = &'static Dialect> + '_ {
    let name = pattern.split('/').next().unwrap_or(pattern);
    DIALECTS.iter().copied().filter(move |dialect| dialect.name == name)
}

#[test]
fn every_list_that_a_rule_walks_has_names_for_its_items() {
    let set = RuleSet::builtin(DIALECTS);
    let mut unnamed = BTreeSet::new();
    let mut walked = 0;
    for builtin in builtin() {
        let rule = set.rule(builtin.id).unwrap().ok().unwrap();
        for check in &rule.checks {
            for path in check.each.iter().flatten() {
                walked += 1;
                // What a wildcard finds has the name of its key.
                let keys: Option<Vec<&str>> = path
                    .steps()
                    .iter()
                    .map(|step| if let Step::Key(key) = step { Some(&**key) } else { None })
                    .collect();
                let Some(keys) = keys else { continue };
                for dialect in check.kinds.iter().flat_map(|kind| dialects(&kind.text)) {
                    let named = dialect.items_of(&keys);
                    if named.is_none_or(|items| items.key.is_empty() && items.why.is_empty()) {
                        unnamed.insert(format!("{}: {} ({})", dialect.name, path.text(), rule.id));
                    }
                }
            }
        }
    }
    assert!(walked > 100, "{walked}");
    assert!(unnamed.is_empty(), "declare in `items` of the dialect what names them: {unnamed:#?}");
}
