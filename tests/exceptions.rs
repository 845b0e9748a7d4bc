//! Exceptions of the settings, and waivers without registers, as users have them.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::Command;

const DATABASE: &str = "resource \"aws_db_instance\" \"main\" {\n  storage_encrypted = false\n}\n";

/// The exit status and what is printed, with `annexa.toml` and the same database at `a.tf` and `old/b.tf`.
fn check(settings: &str, files: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let root = tempfile::tempdir().unwrap();
    let own = [("annexa.toml", settings), ("a.tf", DATABASE), ("old/b.tf", DATABASE)];
    for (path, text) in own.iter().chain(files) {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["check", ".", "--format", "concise", "--today", "2026-11-28"])
        .args(arguments)
        .current_dir(root.path())
        .output()
        .unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).unwrap())
}

const ONE: &[&str] = &["--rule", "rds-storage-unencrypted"];

#[test]
fn a_rule_is_disabled_on_paths_for_controls_and_until_a_day() {
    for (what, settings, a, b, told) in [
        ("nothing", "", true, true, ""),
        ("everywhere", "rule = \"rds-storage-unencrypted\"\nreason = \"r\"", false, false, ""),
        (
            "on a path",
            "rule = \"rds-storage-unencrypted\"\npaths = [\"old/**\"]\nreason = \"r\"",
            true,
            false,
            "1 suppressed",
        ),
        ("on other paths", "rule = \"rds-storage-unencrypted\"\npaths = [\"new/**\"]\nreason = \"r\"", true, true, ""),
        ("its control", "controls = [\"8.24\"]\nreason = \"r\"", false, false, ""),
        (
            "its control and a path",
            "controls = [\"8.24\"]\npaths = [\"a.tf\"]\nreason = \"r\"",
            false,
            true,
            "1 suppressed",
        ),
        ("a control that it supports", "controls = [\"5.33\"]\nreason = \"r\"", true, true, ""),
        (
            "on the last day",
            "rule = \"rds-storage-unencrypted\"\nuntil = 2026-11-28\nreason = \"r\"",
            false,
            false,
            "settings::ends-soon",
        ),
        (
            "a day late",
            "rule = \"rds-storage-unencrypted\"\nuntil = 2026-11-27\nreason = \"r\"",
            true,
            true,
            "settings::expired",
        ),
    ] {
        let settings = if settings.is_empty() { String::new() } else { format!("[[disable]]\n{settings}\n") };
        let (_, out) = check(&settings, &[], ONE);
        assert_eq!((out.contains("a.tf:2"), out.contains("old/b.tf:2")), (a, b), "{what}:\n{out}");
        assert!(out.contains(told), "{what}:\n{out}");
    }
}

#[test]
fn an_entry_that_silences_nothing_is_told_where_all_was_looked_at() {
    let settings = "[[disable]]\nrule = \"rds-storage-unencrypted\"\npaths = [\"new/**\"]\nreason = \"r\"\n";
    assert!(check(settings, &[], &[]).1.contains("annexa.toml:1:1: notice[settings::unused]"));
    assert!(!check(settings, &[], ONE).1.contains("settings::unused"), "one rule says nothing of the others");
}

#[test]
fn a_severity_of_ones_own_decides_what_fails() {
    let only = |severity: &str| check(&format!("[severity]\nrds-storage-unencrypted = \"{severity}\"\n"), &[], ONE);
    for (severity, status) in [("critical", 1), ("medium", 1), ("low", 0), ("info", 0)] {
        let (found, out) = only(severity);
        assert_eq!(found, status, "{severity}:\n{out}");
        assert!(out.contains(&format!("{severity}[rds-storage-unencrypted]")), "{out}");
    }
}

#[test]
fn mistakes_of_exceptions_have_their_places_and_the_run_goes_on() {
    for (settings, place) in [
        ("[[disable]]\nreason = \"r\"\n", "annexa.toml:1:1: error[settings]"),
        ("[[disable]]\nrule = \"rds-storage-unencrypted\"\n", "error[settings]"),
        ("[[disable]]\nrule = \"x\"\nreason = \"r\"\nuntil = \"soon\"\n", "annexa.toml:4:9: error[settings]"),
        ("[[disable]]\nrule = \"x\"\nreason = \"r\"\npaths = [\"{\"]\n", "annexa.toml:4:10: error[settings]"),
        ("[[disable]]\ncontrols = [\"8.99\"]\nreason = \"r\"\n", "annexa.toml:2:13: error[settings]"),
        ("[[disable]]\nrule = \"no-such\"\nreason = \"r\"\n", "annexa.toml:1:1: error[settings::unknown-rule]"),
        (
            "[[disable]]\nrule = \"rds-not-multi-az\"\ncontrols = [\"8.24\"]\nreason = \"r\"\n",
            "annexa.toml:1:1: error[settings::controls]",
        ),
        ("[severity]\nno-such = \"low\"\n", "annexa.toml:2:1: error[settings::unknown-rule]"),
        ("[severity]\nrds-not-multi-az = \"hihg\"\n", "annexa.toml:2:20: error[settings]"),
        ("severity = \"low\"\n", "annexa.toml:1:12: error[settings]"),
    ] {
        let (_, out) = check(settings, &[], ONE);
        assert!(out.contains(place), "{settings}:\n{out}");
        assert!(out.contains("a.tf:2:3: high[rds-storage-unencrypted]"), "{settings}:\n{out}");
    }
}

#[test]
fn one_waiver_asks_for_nothing_and_a_statement_asks_for_registers() {
    let waiver = "[[waiver]]\nid = \"w\"\nrule = \"rds-storage-unencrypted\"\npaths = [\"a.tf\"]\nreason = \"Replaced in March.\"\n\
                  kind = \"deferred\"\nrequested_by = \"platform\"\napproved_by = \"ciso\"\napproved_on = 2026-11-20\nexpires = 2026-12-31\n";
    let lines = |out: &str| out.lines().filter(|line| line.contains('[')).map(str::to_owned).collect::<Vec<String>>();
    let before = lines(&check("", &[], &[]).1);
    let after = lines(&check("", &[("compliance/waivers.toml", waiver)], &[]).1);
    // The messages of rules about the repository count its files.
    let rules = |lines: &[String]| {
        let rule = |line: &String| line.split(']').next().unwrap_or("").to_owned();
        lines.iter().map(rule).collect::<Vec<String>>()
    };
    let missing: Vec<String> = rules(&before).into_iter().filter(|rule| !rules(&after).contains(rule)).collect();
    assert_eq!(missing, ["a.tf:2:3: high[rds-storage-unencrypted"]);
    assert_eq!(after.len() + 1, before.len(), "{before:#?}\n{after:#?}");
    let statement = "version = \"1\"\nscope = \"all\"\napproved_by = \"ciso\"\napproved_on = \"2026-01-01\"\nnext_review = \"2027-01-01\"\n";
    let all = check("", &[("compliance/waivers.toml", waiver), ("compliance/soa.toml", statement)], &[]).1;
    assert!(all.contains("[risk-register-missing]") && all.contains("`ciso` is not in raci.toml"), "{all}");
}

#[test]
fn json_names_of_peers_checks_those_that_a_finding_is_of() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec:\n  hostPID: true\n  hostNetwork: false\n  \
               containers: [{name: a, image: \"a:1\"}]\n";
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("pod.yaml"), pod).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(["check", ".", "--format", "json", "--rule", "pod-shares-host-namespace", "--outcomes", "fail,pass"])
        .current_dir(root.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report.get("findings").unwrap().as_array().unwrap();
    let named = |outcome: &str, id: &str| {
        let is_one = |finding: &&serde_json::Value| finding.get("outcome").unwrap() == outcome;
        findings.iter().filter(is_one).any(|finding| {
            finding.get("aliases").unwrap().as_array().unwrap().iter().any(|alias| alias.as_str() == Some(id))
        })
    };
    assert!(named("fail", "CKV_K8S_17"), "the finding is about processes");
    assert!(!named("fail", "CKV_K8S_19"), "nothing fails about the network");
    assert!(named("pass", "CKV_K8S_19"), "the network is not shared");
}
