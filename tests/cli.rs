//! The binary as users drive it: exit status, what is printed where, and what wrong input does.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run printed, and its exit status.
struct Run {
    status: i32,
    out: String,
    err: String,
}

fn annexa(directory: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A directory with an open security group, and whatever else a test is about.
fn with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("annexa.toml"), "").unwrap();
    let bad: &[u8] =
        b"resource \"aws_db_instance\" \"main\" {\n  engine            = \"mysql\"\n  storage_encrypted = false\n}\n";
    for (path, bytes) in files.iter().copied().chain([("bad.tf", bad)]) {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    root
}

const FOUND: &str = "bad.tf:3:3: high[rds-storage-unencrypted]";

/// Checks a directory whose one other file is wrong: the finding beside it is still there, and so is the complaint.
fn complains(name: &str, bytes: &[u8], complaint: &str) {
    let root = with(&[(name, bytes)]);
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "rds-storage-unencrypted"]);
    assert!(run.out.contains(FOUND), "{name}: the rest of the run is intact:\n{}{}", run.out, run.err);
    assert!(run.out.contains(complaint), "{name}: expected {complaint:?} in\n{}", run.out);
    assert_eq!(run.status, 1, "{name}: a finding goes before what could not be judged");
    std::fs::remove_file(root.path().join("bad.tf")).unwrap();
    let alone = annexa(root.path(), &["check", "--format", "concise", "--rule", "rds-storage-unencrypted"]);
    assert_eq!(alone.status, 2, "{name}: what could not be judged shows in the status:\n{}{}", alone.out, alone.err);
}

#[test]
fn the_status_tells_clean_findings_and_incomplete_apart() {
    let root = with(&[]);
    let check = |more: &[&str]| annexa(root.path(), &[&["check", "--format", "concise"], more].concat()).status;
    assert_eq!(check(&["--rule", "rds-storage-unencrypted"]), 1);
    assert_eq!(check(&["--rule", "rds-storage-unencrypted", "--fail-at", "critical"]), 0);
    assert_eq!(check(&["--rule", "s3-bucket-not-versioned"]), 0);
    assert_eq!(check(&["no/such/path"]), 2);
}

#[test]
fn a_reader_that_leaves_early_changes_no_status() {
    let bucket = |at: usize| format!("resource \"aws_db_instance\" \"b{at}\" {{\n  storage_encrypted = false\n}}\n");
    let many: String = (0..200).map(bucket).collect();
    let root = with(&[("a.tf", many.as_bytes())]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .current_dir(root.path())
        .args(["check", "--format", "pretty", "--format", "json=all.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(root.path().join("all.json").exists(), "what goes to files is written all the same");
}

#[test]
fn a_path_that_does_not_exist_is_told_and_the_others_are_checked() {
    let root = with(&[]);
    let run = annexa(root.path(), &["check", "--format", "concise", "bad.tf", "nowhere.tf"]);
    assert!(run.out.contains(FOUND), "{}", run.out);
    assert!(run.out.contains("nowhere.tf") && run.out.contains("no such file or directory"), "{}", run.out);
}

#[test]
fn instances_that_fail_at_one_place_are_one_line_with_their_number() {
    let root = with(&[("keys.tf", b"resource \"aws_kms_key\" \"a\" {\n  count = 3\n}\n")]);
    let only = ["check", "keys.tf", "--rule", "kms-key-not-rotated"];
    let concise = annexa(root.path(), &[&only[..], &["--format", "concise"]].concat());
    assert_eq!(concise.out.lines().count(), 2, "{}", concise.out);
    assert!(concise.out.contains("`enable_key_rotation` is not set (8.24), in 3 resources\n"), "{}", concise.out);
    assert!(concise.out.contains("3 low"), "{}", concise.out);
    let pretty = annexa(root.path(), &only);
    assert!(pretty.out.contains("and in 2 more resources that are written here"), "{}", pretty.out);
    assert!(pretty.out.contains("`annexa fix --dry-run` shows how 3 of these could be mended."), "{}", pretty.out);
}

#[test]
fn a_hook_mends_nothing_that_the_settings_leave_out() {
    let key = b"resource \"aws_kms_key\" \"a\" {\n}\n";
    let root = with(&[("annexa.toml", b"exclude = [\"/vendor/\"]\n"), ("vendor/keys.tf", key), ("keys.tf", key)]);
    let only = ["fix", "--rule", "kms-key-not-rotated", "keys.tf", "vendor/keys.tf"];
    let hook = annexa(root.path(), &[&only[..], &["--force-exclude", "--dry-run"]].concat());
    assert!(hook.out.contains("+++ b/keys.tf") && !hook.out.contains("+++ b/vendor"), "{}", hook.out);
    let named = annexa(root.path(), &[&only[..], &["--dry-run"]].concat());
    assert!(named.out.contains("+++ b/keys.tf") && named.out.contains("+++ b/vendor/keys.tf"), "{}", named.out);
}

#[test]
fn controls_of_the_edition_of_2013_are_translated_and_told() {
    let root = with(&[]);
    let shown = annexa(root.path(), &["controls", "show", "2013:12.4.1"]);
    assert_eq!(shown.status, 0, "{}", shown.err);
    assert!(shown.out.starts_with("8.15 Logging"), "{}", shown.out);
    assert_eq!(shown.err, "annexa: 2013:12.4.1 is 8.15 in the edition of 2022\n");
    let listed = annexa(root.path(), &["rules", "list", "--control", "2013:12.4.1"]);
    assert!(listed.out.contains("8.15") && listed.status == 0, "{}", listed.out);
    let none = annexa(root.path(), &["controls", "show", "2013:99.1.1"]);
    assert_eq!(none.status, 2);
    assert!(none.err.contains("there is no control `2013:99.1.1`"), "{}", none.err);
}

#[test]
fn unknown_names_on_the_command_line_are_refused_with_the_nearest() {
    let root = with(&[]);
    for (arguments, want) in [
        (["--rule", "rds-storage-unencrypte"], "did you mean `rds-storage-unencrypted`?"),
        (["--control", "5.38"], "there is no control `5.38`"),
        (["--control", "clause:8.2"], "there is no control `clause:8.2`"),
        (["--format", "sarfi"], "did you mean `sarif`?"),
        (["--var-file", "missing.tfvars"], "missing.tfvars: no such file"),
    ] {
        let run = annexa(root.path(), &[&["check"][..], &arguments].concat());
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.err.contains(want), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn files_that_cannot_be_parsed_are_told_with_their_place() {
    complains("broken.tf", b"resource \"aws_vpc\" \"x\" {\n  cidr_block = [\n}\n", "broken.tf:");
    complains("k8s.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: [\n", "k8s.yaml:");
    complains("t.json", b"{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\"A\": ", "t.json:");
}

#[test]
fn what_is_broken_among_tests_is_told_and_stops_nothing() {
    let broken = b"apiVersion: v1\nkind: Pod\nmetadata: [\n";
    let certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let root = with(&[("pkg/testdata/bad.yaml", broken), ("pkg/testdata/bad.crt", certificate)]);
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "pod-shares-host-namespace"]);
    assert_eq!(run.status, 0, "{}", run.out);
    assert!(run.out.contains("bad.yaml:") && run.out.contains("notice[syntax::yaml]"), "{}", run.out);
    assert!(run.out.contains("notice[dialect::certificate]"), "{}", run.out);
    let shipped = with(&[("pkg/testdata/bad.yaml", broken), ("deploy/bad.yaml", broken)]);
    let run = annexa(shipped.path(), &["check", "--format", "concise", "--rule", "pod-shares-host-namespace"]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.out.contains("deploy/bad.yaml:") && run.out.contains("error[syntax::yaml]"), "{}", run.out);
}

#[test]
fn files_that_are_not_text_are_told() {
    complains("binary.tf", b"\x7fELF\0\0\0\0", "is a binary file");
    let nul = b"# a NUL byte after text that looks like any other\0\n";
    complains("nul.tf", nul, "holds NUL bytes (the first is byte 49)");
}

#[test]
fn other_encodings_are_judged_with_a_notice() {
    let text = b"# caf\xe9\nresource \"aws_db_instance\" \"b\" {\n  storage_encrypted = false\n}\n";
    let root = with(&[("latin1.tf", text)]);
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "rds-storage-unencrypted"]);
    assert!(run.out.contains("latin1.tf:3:3: high[rds-storage-unencrypted]"), "{}", run.out);
    assert!(run.out.contains("latin1.tf: notice[discover::encoding] is not UTF-8 (byte 5)"), "{}", run.out);
    let settings = with(&[("annexa.toml", b"fail-at = \"high\" # caf\xe9\n")]);
    let run = annexa(settings.path(), &["check", "--format", "concise"]);
    assert!(run.out.contains("annexa.toml: error[settings::read] is not UTF-8"), "{}", run.out);
}

#[test]
fn a_signed_profile_is_noticed_and_no_problem() {
    let root =
        with(&[("a.mobileconfig", b"0\x82\x10\x00\x06\x09\x2a\x86\x48"), ("b.mobileconfig", b"bplist00\xd1\x01")]);
    std::fs::remove_file(root.path().join("bad.tf")).unwrap();
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "screen-locks-late"]);
    assert!(run.out.contains("notice[discover::read]") && run.out.contains("0 problems"), "{}{}", run.out, run.err);
}

#[test]
fn deep_nesting_is_told_and_does_not_overflow() {
    let deep = |open: &str, close: &str| [open.repeat(10_000), close.repeat(10_000)].concat();
    let json = format!("{{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {}}}", deep("[", "]"));
    complains("deep.json", json.as_bytes(), "deep.json:");
    let yaml = format!("apiVersion: v1\nkind: Pod\nspec: {}\n", deep("[", "]"));
    complains("deep.yaml", yaml.as_bytes(), "deep.yaml:");
    let hcl = format!("locals {{\n  a = {}\n}}\n", deep("[", "]"));
    complains("deep.tf", hcl.as_bytes(), "deep.tf:");
    let parentheses = format!("locals {{\n  a = {}\n}}\n", deep("(", ")"));
    complains("parentheses.tf", parentheses.as_bytes(), "parentheses.tf:");
    let plist = format!("<plist>{}</plist>", ["<array>".repeat(10_000), "</array>".repeat(10_000)].concat());
    complains("deep.mobileconfig", plist.as_bytes(), "deep.mobileconfig:");
}

#[test]
fn an_empty_file_is_nothing_to_complain_of() {
    let root = with(&[("empty.tf", b""), ("empty.yaml", b""), ("Dockerfile", b"")]);
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "rds-storage-unencrypted"]);
    assert!(run.out.contains(FOUND) && run.out.contains("0 problems"), "{}", run.out);
}

#[test]
fn a_single_line_of_twenty_megabytes_is_read() {
    let mut text = String::from(
        "{\"AWSTemplateFormatVersion\":\"2010-09-09\",\"Resources\":{\"B\":{\"Type\":\"AWS::RDS::DBInstance\",\"Properties\":{\"Engine\":\"mysql\",\"StorageEncrypted\":false,\"Tags\":[",
    );
    while text.len() < 20 << 20 {
        text.push_str("{\"Key\":\"some key\",\"Value\":\"some value\"},");
    }
    text.push_str("{}]}}}}");
    let root = with(&[("big.json", text.as_bytes())]);
    let run = annexa(root.path(), &["check", "--rule", "rds-storage-unencrypted"]);
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(run.out.contains("big.json"), "the finding is shown");
    assert!(run.out.len() < 20_000, "the line is cut around the place: {} bytes", run.out.len());
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_told_and_not_followed() {
    let root = with(&[]);
    std::os::unix::fs::symlink(".", root.path().join("here")).unwrap();
    std::os::unix::fs::symlink("loop", root.path().join("loop")).unwrap();
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "rds-storage-unencrypted"]);
    assert_eq!(run.out.matches(FOUND).count(), 1, "{}", run.out);
    assert!(run.out.contains("loop: notice[discover::link]"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let root = with(&[("secret.tf", b"")]);
    let path = root.path().join("secret.tf");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        return; // Root reads everything.
    }
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "rds-storage-unencrypted"]);
    assert!(run.out.contains("secret.tf: error[discover::read] cannot be read: permission denied"), "{}", run.out);
}

#[test]
fn rules_with_faults_are_told_with_their_places() {
    let rule = |change: (&str, &str)| {
        "title = \"T\"\nseverity = \"low\"\ncontrols = { \"8.24\" = \"direct\" }\nwhy = \"w\"\nfix = \"f\"\n\n[[check]]\nkind = \"terraform/aws_vpc\"\nassert = { cidr_block = { matches = \"^10\" } }\n"
            .replace(change.0, change.1)
    };
    for (change, want) in [
        (("severity =", "severty ="), "did you mean `severity`?"),
        (("\"8.24\"", "\"8.99\""), "8.99"),
        (("matches", "match"), "match"),
        (("\"^10\"", "\"(\""), "rules/my-rule.toml:9"),
        (("terraform/aws_vpc", "terrafrom/aws_vpc"), "terraform"),
        (("assert =", "asert ="), "assert"),
    ] {
        let root = with(&[("rules/my-rule.toml", rule(change).as_bytes())]);
        let run = annexa(root.path(), &["check", "--rules", "rules", "--format", "concise"]);
        assert!(run.out.contains("rules/my-rule.toml"), "{change:?}: {}{}", run.out, run.err);
        assert!(run.out.contains(FOUND), "{change:?}: the rest of the run is intact: {}", run.out);
        let told = annexa(root.path(), &["rules", "check", "rules"]);
        assert_eq!(told.status, 2, "{change:?}");
        assert!(told.out.contains(want), "{change:?}: {}", told.out);
    }
}

#[test]
fn settings_with_faults_are_told_with_their_places() {
    let root = with(&[]);
    std::fs::write(root.path().join("annexa.toml"), "exlude = []\nfail-at = \"hihg\"\n[severity]\nno-such = \"low\"\n")
        .unwrap();
    let run = annexa(root.path(), &["check", "--format", "concise"]);
    assert!(run.out.contains("annexa.toml:1:1: error[settings] unknown key `exlude`"), "{}", run.out);
    assert!(run.out.contains("annexa.toml:2:11: error[settings] `hihg` is not a value of `fail-at`"), "{}", run.out);
    assert!(
        run.out.contains("error[settings::unknown-rule] there is no rule `no-such`"),
        "one hides another: {}",
        run.out
    );
    assert!(run.out.contains(FOUND), "{}", run.out);
}

#[test]
fn standard_input_is_checked_under_the_name_it_is_given() {
    let root = with(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["check", "-", "--as", "main.tf", "--format", "concise", "--rule", "rds-storage-unencrypted"])
        .current_dir(root.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = std::fs::read(root.path().join("bad.tf")).unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("main.tf:3:3: high[rds-storage-unencrypted]"), "{out}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn suppressions_need_a_reason_and_unused_ones_are_told() {
    let text = |comment: &str| {
        format!(
            "resource \"aws_db_instance\" \"main\" {{\n  engine = \"mysql\"\n  storage_encrypted = false # {comment}\n}}\n"
        )
    };
    let run = |comment: &str, more: &[&str]| {
        let root = with(&[("bad.tf", b"")]);
        std::fs::write(root.path().join("bad.tf"), text(comment)).unwrap();
        let arguments = [&["check", "--format", "concise", "--rule", "rds-storage-unencrypted"], more].concat();
        annexa(root.path(), &arguments)
    };
    let silent = run("annexa:ignore rds-storage-unencrypted replaced next week", &[]);
    assert_eq!(silent.status, 0, "{}", silent.out);
    assert!(silent.out.contains("1 suppressed"), "{}", silent.out);
    assert_eq!(run("annexa:ignore rds-storage-unencrypted replaced next week", &["--no-suppressions"]).status, 1);
    assert_eq!(run("annexa:ignore rds-storage-unencrypted", &[]).status, 1, "a reason is required");
    assert_eq!(run("checkov:skip=CKV_AWS_16:known", &[]).status, 0, "a peer's comment is honoured");
}

#[test]
fn the_same_bytes_come_from_one_thread_and_from_eight() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    let settings = empty.path().to_str().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    // Some of all technologies: more would only take longer.
    let folders = std::fs::read_dir(&fixtures).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let folders: std::collections::BTreeSet<String> = folders.collect();
    let some: Vec<&str> = folders.iter().step_by(6).map(String::as_str).collect();
    let out = tempfile::tempdir().unwrap();
    let formats = ["json", "sarif", "concise"];
    let run = |threads: &str| {
        let file = |format: &str| out.path().join(format!("{threads}.{format}"));
        let targets = formats.map(|format| format!("{format}={}", file(format).display()));
        let mut arguments = vec!["check", "--settings", settings, "--today", "2026-01-15", "--threads", threads];
        for target in &targets {
            arguments.extend(["--format", target]);
        }
        arguments.extend(&some);
        annexa(&fixtures, &arguments);
        // The time is no finding.
        formats.map(|format| {
            let text = std::fs::read_to_string(file(format)).unwrap();
            let lines = text.lines().map(|line| line.rsplit_once(" in ").map_or(line, |(before, _)| before));
            lines.collect::<Vec<_>>().join("\n")
        })
    };
    let (one, eight) = (run("1"), run("8"));
    for (format, (one, eight)) in formats.iter().zip(one.iter().zip(&eight)) {
        assert!(one == eight && !one.is_empty(), "{format}");
    }
}

#[test]
fn json_says_what_the_contract_says() {
    let root = with(&[]);
    let run = annexa(root.path(), &["check", "--format", "json", "--rule", "rds-storage-unencrypted"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "rds-storage-unencrypted");
    assert_eq!(finding["outcome"], "fail");
    assert_eq!(finding["file"], "bad.tf");
    assert_eq!(finding["start"], serde_json::json!({ "line": 3, "column": 3, "offset": 68 }));
    assert_eq!(finding["resource"]["address"], "aws_db_instance.main");
    assert_eq!(report["controls"].as_array().unwrap().len(), 93);
}

#[test]
fn explain_shows_where_a_value_comes_from() {
    let files: [(&str, &[u8]); 2] = [
        ("main.tf", b"resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = var.safe\n}\n"),
        ("vars.tf", b"variable \"safe\" {\n  default = false\n}\n"),
    ];
    let root = with(&files);
    let run = annexa(root.path(), &["explain", "main.tf:2"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("storage_encrypted: false") && run.out.contains("vars.tf:2:"), "{}", run.out);
    assert_eq!(annexa(root.path(), &["explain", "main.tf"]).status, 2);
    assert_eq!(annexa(root.path(), &["explain", "main.tf:99"]).status, 2);
}

#[test]
fn lists_and_pages_are_there() {
    let root = with(&[]);
    for (arguments, want) in [
        (&["rules", "list"][..], "rds-storage-unencrypted"),
        (&["rules", "show", "CKV_AWS_16"], "rds-storage-unencrypted"),
        (&["rules", "list", "--json"], "\"rules\""),
        (&["controls", "list"], "Use of cryptography"),
        (&["controls", "show", "A.8.24"], "rds-storage-unencrypted"),
        (&["completions", "bash"], "annexa"),
        (&["--help"], "check"),
        (&["--version"], "annexa"),
    ] {
        let run = annexa(root.path(), arguments);
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
        assert!(run.out.contains(want), "{arguments:?}: {}", run.out);
    }
}

#[test]
fn what_is_checked_alone_comes_out_as_in_a_check_of_everything() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let empty = tempfile::NamedTempFile::new().unwrap();
    let settings = empty.path().to_str().unwrap();
    // Each finding by itself: with which others it is told depends on what there is.
    let findings = |checked: &str| -> Vec<serde_json::Value> {
        let arguments = ["check", checked, "--settings", settings, "--today", "2026-01-15", "--format", "json"];
        let report: serde_json::Value = serde_json::from_str(&annexa(&fixtures, &arguments).out).unwrap();
        let mut findings = report["findings"].as_array().unwrap().clone();
        for finding in &mut findings {
            for told in ["told_with", "also"] {
                finding.as_object_mut().unwrap().remove(told);
            }
        }
        findings
    };
    let everything = findings(".");
    for rule in ["rds-storage-unencrypted", "container-privileged", "image-runs-as-root", "action-not-pinned"] {
        // Other rules may look at what is beside the folder.
        let of = |findings: &[serde_json::Value]| -> Vec<serde_json::Value> {
            let is_below = |of: &&serde_json::Value| {
                of["rule"] == rule
                    && of["file"].as_str().is_some_and(|file| file.starts_with(&format!("fixtures/{rule}/")))
            };
            findings.iter().filter(is_below).cloned().collect()
        };
        let alone = of(&findings(rule));
        assert!(!alone.is_empty(), "{rule}");
        assert_eq!(alone, of(&everything), "{rule}");
    }
}

#[test]
fn secrets_are_told_and_not_shown() {
    // Put together here, so that a search of this file finds none.
    let secret = ["Zx9Qw3Er5Ty7", "Ui1Op2As4Df6"].concat();
    let text = format!("token = \"{}{secret}\"\n", ["sk", "_live_"].concat());
    let root = with(&[("app.conf", text.as_bytes())]);
    for format in ["pretty", "concise", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "html"] {
        let run = annexa(root.path(), &["check", "--rule", "secret-in-file", "--format", format]);
        assert!(run.out.contains("secret-in-file"), "{format}: {}{}", run.out, run.err);
        assert!(!run.out.contains(&secret), "{format} shows the secret");
    }
}

#[test]
fn a_template_that_is_not_rendered_is_no_clean_run() {
    let root = with(&[
        ("chart/Chart.yaml", b"apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
        ("chart/templates/a.yaml", b"{{ fail \"set the name\" }}\n"),
    ]);
    std::fs::remove_file(root.path().join("bad.tf")).unwrap();
    let run = annexa(root.path(), &["check", "--format", "concise", "--rule", "container-privileged"]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.out.contains("chart/templates/a.yaml") && run.out.contains("not rendered"), "{}", run.out);
}

const RACI: &[u8] = b"[[role]]\nid = \"ciso\"\ntitle = \"CISO\"\n[[role]]\nid = \"platform\"\ntitle = \"Platform\"\n";

fn waiver(rule: &str, approved_on: &str, expires: &str) -> String {
    format!(
        "[[waiver]]\nid = \"w1\"\nrule = \"{rule}\"\nreason = \"moved in March\"\nkind = \"deferred\"\n\
         requested_by = \"platform\"\napproved_by = \"ciso\"\napproved_on = \"{approved_on}\"\nexpires = \"{expires}\"\n"
    )
}

#[test]
fn a_waiver_accepts_findings_until_its_last_day_and_no_longer_than_its_severity_allows() {
    let only = ["check", "--format", "concise", "--rule", "rds-storage-unencrypted", "--today", "2026-01-15"];
    for (rule, approved_on, expires, status) in [
        ("rds-storage-unencrypted", "2026-01-01", "2026-01-15", 0),
        ("CKV_AWS_16", "2026-01-01", "2026-01-15", 0),
        ("rds-storage-unencrypted", "2026-01-01", "2026-01-14", 1),
        ("rds-storage-unencrypted", "2025-10-01", "2026-12-31", 1),
        ("rds-not-multi-az", "2026-01-01", "2026-01-31", 1),
    ] {
        let file = waiver(rule, approved_on, expires);
        let root = with(&[("compliance/waivers.toml", file.as_bytes()), ("compliance/raci.toml", RACI)]);
        let run = annexa(root.path(), &only);
        assert_eq!(run.status, status, "{rule} {approved_on} {expires}:\n{}{}", run.out, run.err);
        assert_eq!(run.out.contains("1 waived"), status == 0, "{}", run.out);
        let file_only = annexa(root.path(), &[&only[..], &["bad.tf"]].concat());
        assert_eq!(file_only.status, status, "also where only the file is checked:\n{}", file_only.out);
    }
}

#[test]
fn a_waiver_of_no_rule_is_told_and_waives_nothing() {
    let file = waiver("rds-storage-unencrypte", "2026-01-01", "2026-01-31");
    let root = with(&[("compliance/waivers.toml", file.as_bytes()), ("compliance/raci.toml", RACI)]);
    let run = annexa(root.path(), &["check", "--rule", "rds-storage-unencrypted"]);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.out.contains("compliance/waivers.toml:3:8"), "{}", run.out);
    assert!(run.out.contains("did you mean `rds-storage-unencrypted`?"), "{}", run.out);
}

#[test]
fn claims_that_do_not_hold_are_findings_of_the_whole_repository() {
    let soa = b"version = \"1\"\nscope = \"all\"\napproved_by = \"ciso\"\napproved_on = \"2026-01-01\"\n\
                next_review = \"2027-01-01\"\n[control.\"8.24\"]\napplicable = false\nexclusion = \"no data\"\n";
    let root = with(&[("compliance/soa.toml", soa), ("compliance/raci.toml", RACI)]);
    let run = annexa(root.path(), &["check", "--format", "concise"]);
    let want = "compliance/soa.toml:6:1: high[control-excluded-although-present]";
    assert!(run.out.contains(want), "{}", run.out);
    let part = annexa(root.path(), &["check", "--format", "concise", "bad.tf"]);
    assert!(!part.out.contains("control-excluded"), "a part of a repository shows nothing missing:\n{}", part.out);
}

#[test]
fn a_baseline_accepts_what_is_there_and_nothing_else() {
    let root = with(&[]);
    let written = annexa(root.path(), &["baseline", "--out", "accepted/baseline.json"]);
    assert_eq!(written.status, 0, "{}", written.err);
    assert!(
        written.out.starts_with("wrote ") && written.out.ends_with(" to accepted/baseline.json\n"),
        "{}",
        written.out
    );
    let check = || {
        annexa(
            root.path(),
            &["check", "--format", "concise", "--fail-at", "info", "--baseline", "accepted/baseline.json"],
        )
    };
    assert_eq!(check().status, 0, "{}", check().out);
    std::fs::write(
        root.path().join("new.tf"),
        "resource \"aws_db_instance\" \"new\" {\n  storage_encrypted = false\n}\n",
    )
    .unwrap();
    let after = check();
    assert_eq!(after.status, 1);
    assert!(after.out.contains("new.tf") && !after.out.contains("bad.tf:"), "{}", after.out);
}

#[test]
fn what_says_that_findings_stand_is_not_told_as_gone_once_these_are_accepted() {
    let plan = b"[[action]]\nid = \"A-1\"\ntitle = \"Look after the rest\"\nowner = \"ciso\"\nstatus = \"open\"\ndue = \"2026-12-31\"\n";
    let root = with(&[("compliance/plan.toml", plan), ("compliance/raci.toml", RACI)]);
    annexa(root.path(), &["baseline", "--out", "baseline.json"]);
    let baseline = std::fs::read_to_string(root.path().join("baseline.json")).unwrap();
    assert!(baseline.contains("finding-without-action"), "{baseline}");
    let run =
        annexa(root.path(), &["check", "--format", "concise", "--fail-at", "info", "--baseline", "baseline.json"]);
    assert_eq!(run.status, 0, "{}", run.out);
    assert!(!run.out.contains("no longer there") && !run.err.contains("no longer there"), "{}{}", run.out, run.err);
}

#[test]
fn a_baseline_accepts_findings_about_claims_too() {
    let soa = b"version = \"1\"\nscope = \"all\"\napproved_by = \"ciso\"\napproved_on = \"2026-01-01\"\n\
                next_review = \"2027-01-01\"\n[control.\"8.24\"]\napplicable = false\nexclusion = \"no data\"\n";
    let root = with(&[("compliance/soa.toml", soa), ("compliance/raci.toml", RACI)]);
    annexa(root.path(), &["baseline", "--out", "baseline.json"]);
    let run =
        annexa(root.path(), &["check", "--format", "concise", "--fail-at", "info", "--baseline", "baseline.json"]);
    assert_eq!(run.status, 0, "{}", run.out);
    assert!(!run.out.contains("no longer there"), "{}", run.out);
}

#[test]
fn explain_shows_the_step_that_a_line_is_in() {
    let workflow = b"on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n        with:\n          persist-credentials: false\n      - run: |\n          curl -k https://example.com/a\n          ls\n";
    let root = with(&[(".github/workflows/ci.yml", workflow)]);
    for (line, shown, hidden) in [
        (7, "uses: \"actions/checkout@v5\"", "curl"),
        (9, "persist-credentials: false", "curl"),
        (11, "curl", "checkout"),
    ] {
        let run = annexa(root.path(), &["explain", &format!(".github/workflows/ci.yml:{line}")]);
        assert_eq!(run.status, 0, "{line}: {}", run.err);
        assert!(run.out.contains("github-actions/job") && run.out.contains(shown), "{line}: {}", run.out);
        assert!(!run.out.contains(hidden) && !run.out.contains("github-actions/workflow"), "{line}: {}", run.out);
    }
    let job = annexa(root.path(), &["explain", ".github/workflows/ci.yml:5"]);
    assert!(job.out.contains("runs-on: \"ubuntu-24.04\"") && !job.out.contains("curl -k"), "{}", job.out);
}

/// Two deployments of a module, of which one is open to the internet.
fn deployed_twice() -> tempfile::TempDir {
    let of = |public: &str| format!("module \"db\" {{\n  source = \"../../modules/db\"\n  public = {public}\n}}\n");
    let module =
        b"variable \"public\" {}\nresource \"aws_db_instance\" \"a\" {\n  publicly_accessible = var.public\n}\n";
    with(&[
        ("modules/db/main.tf", module),
        ("envs/dev/main.tf", of("true").as_bytes()),
        ("envs/prod/main.tf", of("false").as_bytes()),
    ])
}

#[test]
fn a_line_about_a_module_says_where_it_is_so_and_what_decides_it() {
    let root = deployed_twice();
    let run = annexa(root.path(), &["check", ".", "--format", "concise"]);
    let line = run.out.lines().find(|line| line.contains("rds-publicly-accessible")).unwrap();
    assert!(line.starts_with("modules/db/main.tf:3:3: "), "{line}");
    assert!(line.ends_with(", in envs/dev (envs/dev/main.tf:3:12)"), "{line}");
}

#[test]
fn the_worst_of_many_findings_are_named_once_more_at_the_end() {
    let root = deployed_twice();
    let run = annexa(root.path(), &["check", "."]);
    let end = run.out.split("the worst of these ").nth(1).unwrap_or_else(|| panic!("{}", run.out));
    assert!(
        end.contains("  modules/db/main.tf:3:3: high[rds-publicly-accessible], in envs/dev (envs/dev/main.tf:3:12)\n"),
        "{end}"
    );
    let few = annexa(root.path(), &["check", ".", "--rule", "rds-publicly-accessible"]);
    assert!(!few.out.contains("the worst of these"), "{}", few.out);
}
