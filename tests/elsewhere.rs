//! Results of other tools, from the register to every report, as users see them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const RACI: &str = "[[role]]\nid = \"ops\"\ntitle = \"Operations\"\n";
const STATEMENT: &str = "version = \"1\"\nscope = \"all\"\napproved_by = \"ops\"\napproved_on = \"2026-01-01\"\nnext_review = \"2027-01-01\"\n\
                         [control.\"8.1\"]\napplicable = true\nreasons = [\"practice:base\"]\nimplementation = \"implemented\"\n";
const REGISTER: &str = "[[evidence]]\nid = \"laptops\"\nfiles = [\"evidence/laptops.csv\"]\nformat = \"csv\"\nowner = \"ops\"\ntool = \"MDM export\"\n\
                        [[evidence]]\nid = \"scan\"\nfiles = [\"evidence/*.sarif\"]\nformat = \"sarif\"\nowner = \"ops\"\ncollected_on = \"2026-04-28\"\n\
                        rules = { \"generic-*\" = [\"5.17\"] }\n";
const LAPTOPS: &str = "rule,controls,title,severity,result,host,day\n\
                       lock,A.8.1,Screens lock by themselves,high,pass,lap-1,2026-04-30\n\
                       lock,A.8.1,Screens lock by themselves,high,fail,lap-2,2026-04-30\n\
                       wipe,A.7.9,Lost laptops can be wiped,medium,pass,lap-1,2026-04-30\n\
                       patch,A.8.19,Software is current,medium,pass,lap-1,2026-04-30\n";
/// A scanner of secrets that quotes what it found.
const SECRETS: &str = r#"{ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "some-scanner", "version": "1.0", "rules": [] } },
    "results": [{ "ruleId": "generic-api-key", "message": { "text": "found TOKEN" },
      "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "src/app.py" }, "region": { "startLine": 4,
        "snippet": { "text": "token = 'TOKEN'" } } } }] }] }] }"#;

/// What the scanner quotes: it looks like a token, and is none of anybody's.
fn token() -> String {
    ["ghp", "_", "x8Kq2LmZ7vRt4YbN1cWj9PsD6hGf3Ea0TuVi"].concat()
}

fn repository() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join(".git")).unwrap();
    for (path, text) in [
        ("compliance/raci.toml", RACI),
        ("compliance/soa.toml", STATEMENT),
        ("compliance/evidence.toml", REGISTER),
        ("evidence/laptops.csv", LAPTOPS),
        ("evidence/secrets.sarif", &SECRETS.replace("TOKEN", &token())),
        ("README.md", "# Laptops\n"),
    ] {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

fn annexa(directory: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annexa"));
    let output = command.args(arguments).current_dir(directory).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap_or(-1), text)
}

fn gap(root: &Path, today: &str) -> Value {
    let (_, text) = annexa(root, &["gap", "--format", "json", "--today", today]);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn control<'g>(gap: &'g Value, id: &str) -> &'g Value {
    gap["controls"].as_array().unwrap().iter().find(|control| control["id"] == id).unwrap()
}

#[test]
fn what_fails_elsewhere_speaks_against_a_control_and_what_passes_shows_a_part_of_it() {
    let root = repository();
    let now = gap(root.path(), "2026-05-01");
    let devices = control(&now, "8.1");
    assert_eq!(devices["state"], "contradicted", "{devices}");
    assert!(devices["reason"].as_str().unwrap().contains("1 result of MDM export fails: `lock`"), "{devices}");
    assert_eq!(devices["elsewhere"][0]["places"][0], "lap-2");
    assert_eq!(control(&now, "5.17")["state"], "gap");
    assert_eq!(control(&now, "8.19")["state"], "partially-evidenced");
    assert!(control(&now, "8.19")["reason"].as_str().unwrap().contains("1 result of MDM export passes: `patch`"));
    let origins = now["origins"].as_array().unwrap();
    assert_eq!(origins.len(), 2);
    assert_eq!((&origins[0]["tool"], &origins[0]["day"]), (&"MDM export".into(), &"2026-04-30".into()));
    let plan = now["plan"].as_array().unwrap();
    let item = plan.iter().find(|item| item["title"].as_str().unwrap().starts_with("Screens lock")).unwrap();
    assert_eq!((&item["severity"], &item["owner"]), (&"high".into(), &"ops".into()), "{item}");

    let later = gap(root.path(), "2026-09-01");
    assert_eq!(control(&later, "8.19")["state"], "stale");
    assert_eq!(control(&later, "8.1")["state"], "contradicted", "what failed still fails");
}

#[test]
fn a_check_fails_where_a_claim_and_another_tool_disagree_and_tells_no_more() {
    let root = repository();
    let (status, text) = annexa(root.path(), &["check", ".", "--format", "concise", "--today", "2026-05-01"]);
    assert_eq!(status, 1, "{text}");
    let told = text.lines().find(|line| line.contains("control-implemented-but-failing-elsewhere")).unwrap();
    assert!(told.starts_with("compliance/soa.toml:6:") && told.contains("8.1 is said to be met"), "{told}");
    assert!(!text.contains("some-scanner"), "{text}");
    let (_, one) = annexa(root.path(), &["check", "README.md", "--format", "concise", "--today", "2026-05-01"]);
    assert!(!one.contains("evidence.toml"), "a run about one file reads no results: {one}");
}

#[test]
fn every_report_shows_the_origin_and_none_what_tools_quote() {
    let root = repository();
    let out = tempfile::tempdir().unwrap();
    let bundle = out.path().join("bundle");
    let (status, text) = annexa(root.path(), &["evidence", "--out", bundle.to_str().unwrap(), "--today", "2026-05-01"]);
    assert_eq!(status, 0, "{text}");
    let mut shown = vec![("index", std::fs::read_to_string(bundle.join("index.html")).unwrap())];
    for format in ["pretty", "markdown", "json", "csv", "html", "oscal"] {
        shown.push((format, annexa(root.path(), &["gap", "--format", format, "--today", "2026-05-01"]).1));
    }
    shown.push(("agenda", annexa(root.path(), &["agenda", "--within", "365", "--today", "2026-05-01"]).1));
    let page = annexa(out.path(), &["org", "bundle", "--format", "markdown", "--today", "2026-05-01"]).1;
    assert!(page.contains("failures of MDM export in 1 repository"), "{page}");
    for (format, text) in &shown {
        assert!(text.contains("MDM export"), "{format}: {text}");
        assert!(!text.contains(&token()), "{format}");
    }
    let copy = std::fs::read_to_string(bundle.join("files/evidence/secrets.sarif")).unwrap();
    assert!(copy.contains("generic-api-key") && !copy.contains(&token()), "{copy}");
    let (status, text) = annexa(out.path(), &["verify", "bundle"]);
    assert_eq!(status, 0, "{text}");
    let oscal: Value = serde_json::from_str(&shown.iter().find(|(format, _)| *format == "oscal").unwrap().1).unwrap();
    let result = &oscal["assessment-results"]["results"][0];
    let tool =
        result["local-definitions"]["components"].as_array().unwrap().iter().find(|of| of["title"] == "MDM export");
    let observed =
        result["observations"].as_array().unwrap().iter().find(|of| of["title"] == "lock of MDM export").unwrap();
    assert_eq!(observed["origins"][0]["actors"][0]["actor-uuid"], tool.unwrap()["uuid"]);
    assert_eq!(observed["collected"], "2026-04-30T00:00:00Z");
}

#[test]
fn the_index_of_a_bundle_leads_to_policies_and_what_is_named_as_evidence() {
    let root = repository();
    let policy =
        "---\ntitle: Devices\nowner: ops\ncontrols: [\"8.1\"]\n---\n# Devices\n\nLaptops lock after five minutes.\n";
    for (path, text) in [
        ("policies/devices.md", policy),
        ("records/laptops 2026.pdf", "%PDF-1.7 \u{1}"),
        (
            "compliance/attestations.toml",
            "[[attestation]]\nid = \"a\"\ncontrols = [\"7.9\"]\nstatement = \"Counted.\"\nmade_by = \"ops\"\napproved_by = \"lead\"\n\
          period_from = \"2025-01-01\"\nperiod_to = \"2025-12-31\"\nexpires = \"2026-12-31\"\nevidence = [\"records/laptops 2026.pdf\", \"records/gone.md\"]\n",
        ),
    ] {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let out = tempfile::tempdir().unwrap();
    let bundle = out.path().join("bundle");
    annexa(
        root.path(),
        &["evidence", "--out", bundle.to_str().unwrap(), "--today", "2026-05-01", "--repository", "laptops"],
    );
    assert_eq!(std::fs::read_to_string(bundle.join("files/policies/devices.md")).unwrap(), policy);
    assert!(bundle.join("files/records/laptops 2026.pdf").exists());
    let page = std::fs::read_to_string(bundle.join("index.html")).unwrap();
    for part in [
        "href=\"files/policies/devices.md\"",
        "href=\"files/records/laptops%202026.pdf\"",
        "named by an attestation",
        "records/gone.md</code> (not there)",
        "annexa verify .",
        "href=\"ledger.json\"",
        "href=\"governance/attestations.toml\"",
        "contradicted",
        "<dd>laptops</dd>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(annexa(out.path(), &["verify", "bundle"]).0, 0);
}

#[test]
fn laws_of_the_union_are_told_by_the_controls_related_to_them() {
    let root = repository();
    for (name, requirement) in
        [("nis2", "21(2)(g)"), ("dora", "12(1)"), ("nis2-2024-2690", "6.8"), ("dora-2024-1774", "7")]
    {
        let (_, text) = annexa(root.path(), &["gap", "--framework", name, "--format", "json", "--today", "2026-05-01"]);
        let told: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
        let requirements = told["requirements"].as_array().unwrap();
        assert!(requirements.iter().any(|of| of["id"] == requirement), "{name}: {text}");
    }
    let (_, text) = annexa(root.path(), &["controls", "frameworks"]);
    assert!(text.contains("own judgement") && text.contains("2011/833/EU"), "{text}");
}

#[test]
fn the_statement_is_german_where_that_is_asked_for_or_set() {
    let root = repository();
    let (_, asked) = annexa(root.path(), &["soa", "--language", "de", "--today", "2026-05-01"]);
    assert!(asked.starts_with("Erklärung zur Anwendbarkeit: "), "{asked}");
    assert!(asked.contains("laut Erklärung umgesetzt, aber 1 Ergebnis von MDM export ist nicht bestanden"), "{asked}");
    std::fs::write(root.path().join("annexa.toml"), "language = \"de\"\n").unwrap();
    assert_eq!(annexa(root.path(), &["soa", "--today", "2026-05-01"]).1, asked);
    let (_, english) = annexa(root.path(), &["soa", "--language", "en", "--today", "2026-05-01"]);
    assert!(english.starts_with("Statement of Applicability: "), "{english}");
    std::fs::write(root.path().join("annexa.toml"), "language = \"fr\"\n").unwrap();
    let (status, text) = annexa(root.path(), &["check", ".", "--format", "concise", "--today", "2026-05-01"]);
    assert!(status > 0 && text.contains("annexa.toml:1:12") && text.contains("language"), "{text}");
}

#[test]
fn what_stands_in_a_record_and_in_its_register_is_due_once() {
    let root = repository();
    for (path, text) in [
        (
            "compliance/plan.toml",
            "[[action]]\nid = \"act-1\"\ntitle = \"Lock screens\"\nowner = \"ops\"\ndue = \"2026-05-10\"\nstatus = \"open\"\n",
        ),
        (
            "compliance/incidents/2026-04.md",
            "---\ntitle: Lost laptop\nkind: incident\ndate: 2026-04-02\nactions:\n  - id: act-1\n    title: Lock screens\n    owner: ops\n    due: 2026-05-12\n  \
          - title: Tell the insurer\n    owner: ops\n    due: 2026-05-12\n    colour: red\n---\n# Lost laptop\n",
        ),
    ] {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let (_, text) = annexa(root.path(), &["agenda", "--within", "30", "--today", "2026-05-01", "--format", "csv"]);
    assert_eq!(text.matches("Lock screens").count(), 1, "{text}");
    assert!(text.contains("2026-05-10") && text.contains("Tell the insurer"), "{text}");
    let (_, told) = annexa(root.path(), &["check", ".", "--format", "concise", "--today", "2026-05-01"]);
    assert!(told.contains("nothing reads `colour`"), "{told}");
}
