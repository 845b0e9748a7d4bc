//! The commands that tell where controls stand, as users drive them: gap, soa, oscal, evidence, init.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

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
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

const DB: &str =
    "resource \"aws_db_instance\" \"main\" {\n  engine            = \"mysql\"\n  storage_encrypted = false\n}\n";
const PROVIDER: &str = "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n  }\n}\n";
const OWNERS: &str = "* @shop/platform\n";
const IMAGE: &str = "FROM ghcr.io/shop-tools/base:1.2\nUSER 1000\n";

fn repository(more: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join(".git")).unwrap();
    let files =
        [("infra/db.tf", DB), ("infra/versions.tf", PROVIDER), ("CODEOWNERS", OWNERS), ("app/Dockerfile", IMAGE)];
    for (path, text) in files.iter().chain(more) {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

const TODAY: [&str; 2] = ["--today", "2026-05-01"];

fn json(root: &Path, command: &[&str]) -> Value {
    let run = annexa(root, &[command, &TODAY].concat());
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{command:?}: {error}\n{}{}", run.out, run.err))
}

fn state(gap: &Value, id: &str) -> String {
    let controls = gap["controls"].as_array().unwrap();
    controls.iter().find(|control| control["id"] == id).unwrap()["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_gap_analysis_is_no_gate_and_tells_every_control() {
    let root = repository(&[]);
    let run = annexa(root.path(), &["gap", "--today", "2026-05-01"]);
    assert_eq!(run.status, 0, "{}", run.err);
    for text in ["8.24", "gap", "Plan: ", "priority = weight", "clause:6.1.3", "soa.toml", "aws_db_instance"] {
        assert!(run.out.contains(text), "{text}\n{}", run.out);
    }
    let gap = json(root.path(), &["gap", "--format", "json"]);
    assert_eq!(state(&gap, "8.24"), "gap");
    assert_eq!(state(&gap, "7.1"), "not-assessed");
    assert_eq!(gap["controls"].as_array().unwrap().len(), 93);
}

#[test]
fn a_control_is_evidenced_by_all_of_its_topics_and_the_figures_are_shown() {
    let encrypted = "resource \"aws_ebs_volume\" \"a\" {\n  availability_zone = \"eu-central-1a\"\n  size = 8\n  encrypted = true\n}\n";
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("disk.tf"), encrypted).unwrap();
    let gap = json(root.path(), &["gap", "--format", "json"]);
    let control = gap["controls"].as_array().unwrap().iter().find(|control| control["id"] == "8.24").unwrap();
    assert_eq!(control["state"], "partially-evidenced", "{control}");
    assert_eq!((&control["basis"]["topics"], &control["basis"]["topics_known"]), (&1.into(), &4.into()));
    let found: Vec<(&str, &str)> = control["topics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|topic| (topic["id"].as_str().unwrap(), topic["found"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("at-rest", "passes"),
            ("in-transit", "nothing judged"),
            ("keys", "nothing judged"),
            ("methods", "nothing judged")
        ]
    );
    let oscal: Value = json(root.path(), &["oscal", "assessment-results"]);
    let findings = oscal["assessment-results"]["results"][0]["findings"].as_array().unwrap();
    let verdict = findings.iter().find(|finding| finding["target"]["target-id"] == "a.8.24").unwrap();
    assert_eq!(verdict["target"]["status"]["state"], "not-satisfied");
    let properties = verdict["props"].as_array().unwrap();
    assert!(properties.iter().any(|prop| prop["name"] == "topics-judged" && prop["value"] == "1"), "{properties:?}");
}

#[test]
fn what_amendment_1_asks_for_is_looked_for_where_the_context_is_written_down() {
    for (text, state) in [
        ("# Context\n\nOne office, one product.\n", "stale"),
        ("# Context\n\nOne office. Climate change does not bear on it.\n", "documented"),
        ("# Umfeld\n\nEin Haus; der Klimawandel ändert daran nichts.\n", "documented"),
    ] {
        let root = repository(&[("docs/isms/context.md", text)]);
        let gap = json(root.path(), &["gap", "--format", "json"]);
        let clause = gap["clauses"].as_array().unwrap().iter().find(|clause| clause["id"] == "clause:4.1").unwrap();
        assert_eq!(clause["state"], state, "{clause}");
        assert_eq!(clause["lacks"].is_null(), state == "documented", "{clause}");
        let stage = &gap["readiness"][0]["points"][0]["missing"];
        assert_eq!(stage.as_array().unwrap().contains(&"clause:4.1".into()), state == "stale", "{stage}");
    }
}

#[test]
fn a_clause_whose_documents_are_no_longer_kept_up_is_stale() {
    let policy = |next: &str| {
        format!(
            "---\ntitle: Policy\nowner: ciso\napproved_by: ciso\napproved_on: 2025-01-01\nnext_review: {next}\n---\n# Policy\n\nText.\n"
        )
    };
    let (passed, ahead) = (policy("2026-01-01"), policy("2026-12-01"));
    let security = "docs/policies/information-security.md";
    for (files, state, stale_by) in [
        ([(security, &*ahead), ("docs/policies/backup.md", &*passed)], "documented", vec![]),
        ([(security, &*passed), ("docs/policies/backup.md", &*ahead)], "stale", vec!["policy-review-overdue"]),
    ] {
        let root = repository(&files);
        let gap = json(root.path(), &["gap", "--format", "json"]);
        let clauses = gap["clauses"].as_array().unwrap();
        let policy = clauses.iter().find(|clause| clause["id"] == "clause:5.2").unwrap();
        assert_eq!((&policy["state"], &policy["shown_by"]), (&state.into(), &vec![security].into()), "{policy}");
        assert_eq!(policy["stale_by"], Value::from(stale_by));
    }
}

#[test]
fn a_policy_shows_nothing_of_a_control_or_a_clause_until_somebody_owns_and_approves_it() {
    let text = "# Information security, and access control\n\nWho gets access to what is decided by role, reviewed and withdrawn.\n";
    let front = |keys: &str| format!("---\ncontrols: [\"5.15\"]\nnext_review: 2026-12-01\n{keys}---\n\n{text}");
    let approved = "owner: ciso\napproved_by: ceo\napproved_on: 2026-04-01\n";
    let statement = "[control.\"5.16\"]\napplicable = true\nreasons = [\"practice:baseline\"]\nimplementation = \"planned\"\n\
                     owner = \"ciso\"\nevidence = [\"docs/policies/*.md\"]\n";
    for (keys, in_force) in [
        ("", false),
        ("owner: ciso\n", false),
        ("approved_by: ceo\napproved_on: 2026-04-01\n", false),
        ("owner: \"\"\napproved_by: ceo\napproved_on: 2026-04-01\n", false),
        (approved, true),
        ("owner: ciso\napproved_by: ceo\napproved_on: 2026-04-01T10:00:00\nstatus: final\n", true),
        ("owner: ciso\napproved_by: ceo\napproved_on: 2026-04-01\nstatus: freigegeben\n", true),
        ("owner: ciso\napproved_by: ceo\napproved_on: 2026-04-01\nstatus: in force\n", true),
        ("owner: ciso\napproved_by: ceo\napproved_on: 2026-04-01\nstatus: Work-in-progress\n", false),
        ("owner: ciso\napproved_by: ceo\napproved_on: 2026-04-01\nstatus: außer Kraft\n", false),
        ("owner: ciso\napproved_by: ceo\napproved_on: 2026-04-01\ndraft: true\n", false),
        ("owner: ciso\napproved_by: ceo\napproved_on: 2026-06-01\n", false),
    ] {
        let root =
            repository(&[("compliance/soa.toml", statement), ("docs/policies/information-security.md", &front(keys))]);
        let gap = json(root.path(), &["gap", "--format", "json"]);
        let clauses = gap["clauses"].as_array().unwrap();
        let clause = clauses.iter().find(|clause| clause["id"] == "clause:5.2").unwrap();
        let states = [state(&gap, "5.15"), state(&gap, "5.16"), clause["state"].as_str().unwrap().to_owned()];
        let wanted = if in_force { "documented" } else { "not-assessed" };
        assert_eq!(states, [wanted; 3], "{keys}");
        let controls = gap["controls"].as_array().unwrap();
        let access = controls.iter().find(|control| control["id"] == "5.15").unwrap();
        assert_eq!(access["reason"].as_str().unwrap().contains("draft"), !in_force, "{keys}: {}", access["reason"]);
        // The verdict of the rule stays: there is a policy about it.
        let check = annexa(root.path(), &["check", "--today", "2026-05-01", "--format", "concise"]);
        assert!(!check.out.contains("access-control-policy-missing"), "{keys}: {}", check.out);
    }
}

#[test]
fn evidence_that_changed_is_stale_also_where_it_is_a_draft_now() {
    let statement = |file: &str| {
        format!(
            "[control.\"5.16\"]\napplicable = true\nreasons = [\"practice:baseline\"]\nimplementation = \"planned\"\nowner = \"ciso\"\n\
             evidence = [\"docs/plan.md\", {file}]\n"
        )
    };
    let draft = "# Access control\n\nWho gets access to what is decided by role, reviewed and withdrawn.\n";
    let looked_at = format!("{{ path = \"docs/policies/access-control.md\", sha256 = \"{}\" }}", "0".repeat(64));
    for (file, wanted) in [(&*looked_at, "stale"), ("\"docs/policies/access-control.md\"", "documented")] {
        let root = repository(&[
            ("compliance/soa.toml", &statement(file)),
            ("docs/plan.md", "# Plan\n\nThe plan of the building.\n"),
            ("docs/policies/access-control.md", draft),
        ]);
        let gap = json(root.path(), &["gap", "--format", "json"]);
        assert_eq!(state(&gap, "5.16"), wanted, "{file}");
    }
}

/// What speaks for a control, changed in one place each: a sound form, what is changed into what, and the state then.
#[test]
fn what_cannot_be_relied_on_shows_nothing() {
    const ATTESTED: &str = "[[attestation]]\nid = \"a1\"\ncontrols = [\"7.1\"]\nstatement = \"walls stand\"\nmade_by = \"lead\"\n\
                            approved_by = \"ciso\"\napproved_on = \"2026-02-01\"\nperiod_from = \"2025-07-01\"\n\
                            period_to = \"2025-12-31\"\nexpires = \"2026-12-31\"\n";
    const INHERITED: &str = "[[supplier]]\nid = \"cloud\"\ntitle = \"Cloud\"\nowner = \"lead\"\ncriticality = \"high\"\n\
                             assessed_on = \"2026-01-01\"\ncertificate = \"ISO/IEC 27001\"\n\
                             certificate_expires = \"2026-05-01\"\ncovers = [\"7.1\"]\nnext_review = \"2027-01-01\"\n";
    const STATEMENT: &str = "[control.\"7.1\"]\napplicable = true\nreasons = [\"practice:x\"]\nimplementation = \"implemented\"\n\
                             inherited_from = \"cloud\"\n";
    const FOUND: &str = "[[nonconformity]]\nid = \"n1\"\ntitle = \"doors open\"\nsource = \"audit\"\ngrade = \"major\"\n\
                         found_on = \"2026-02-01\"\ncontrols = [\"7.1\"]\nowner = \"lead\"\ndue = \"2026-04-01\"\n\
                         root_cause = \"nobody looked\"\nchecked_by = \"ciso\"\nchecked_on = \"2026-03-01\"\n\
                         effective = true\nclosed_on = \"2026-03-01\"\n";
    const ROLES: &str = "[[role]]\nid = \"ciso\"\ntitle = \"CISO\"\n[[role]]\nid = \"lead\"\ntitle = \"Lead\"\n";
    const EXCLUDED: &str = "[control.\"7.1\"]\napplicable = false\nexclusion = \"no site\"\n";
    let rows = [
        (&[("attestations", ATTESTED)][..], "", "", "attested"),
        (&[("attestations", ATTESTED)], "expires = \"2026-12-31\"", "expires = \"2026-05-01\"", "attested"),
        (&[("attestations", ATTESTED)], "expires = \"2026-12-31\"", "expires = \"2026-04-30\"", "stale"),
        (&[("attestations", ATTESTED)], "expires = \"2026-12-31\"", "expires = \"2026-12-32\"", "not-assessed"),
        (&[("attestations", ATTESTED)], "approved_by = \"ciso\"", "approved_by = \"lead\"", "not-assessed"),
        (&[("attestations", ATTESTED)], "approved_on = \"2026-02-01\"", "approved_on = \"2026-05-02\"", "not-assessed"),
        (&[("attestations", ATTESTED)], "approved_on = \"2026-02-01\"\n", "", "attested"),
        (
            &[("attestations", ATTESTED)],
            "approved_on = \"2026-02-01\"\nperiod_from = \"2025-07-01\"\nperiod_to = \"2025-12-31\"",
            "period_from = \"2026-05-01\"\nperiod_to = \"2026-05-31\"",
            "not-assessed",
        ),
        (&[("suppliers", INHERITED), ("soa", STATEMENT)], "", "", "attested"),
        (&[("suppliers", INHERITED), ("soa", STATEMENT)], "\"2026-05-01\"", "\"2026-04-30\"", "stale"),
        (&[("suppliers", INHERITED), ("soa", STATEMENT)], "certificate_expires = \"2026-05-01\"\n", "", "attested"),
        (
            &[("suppliers", INHERITED), ("soa", STATEMENT)],
            "assessed_on = \"2026-01-01\"\ncertificate = \"ISO/IEC 27001\"\ncertificate_expires = \"2026-05-01\"",
            "assessed_on = \"2025-04-30\"\ncertificate = \"SOC 2\"",
            "stale",
        ),
        (
            &[("suppliers", INHERITED), ("soa", STATEMENT)],
            "certificate = \"ISO/IEC 27001\"\ncertificate_expires = \"2026-05-01\"\n",
            "",
            "contradicted",
        ),
        (&[("suppliers", INHERITED), ("soa", STATEMENT)], "covers = [\"7.1\"]", "covers = [\"7.2\"]", "contradicted"),
        (
            &[("suppliers", INHERITED), ("soa", STATEMENT)],
            "criticality = \"high\"",
            "criticality = \"big\"",
            "contradicted",
        ),
        (&[("soa", EXCLUDED)], "", "", "not-applicable"),
        (&[("soa", EXCLUDED)], "exclusion = \"no site\"\n", "", "contradicted"),
        (&[("nonconformities", FOUND)], "", "", "not-assessed"),
        (&[("nonconformities", FOUND)], "closed_on = \"2026-03-01\"", "closed_on = \"2026-05-02\"", "gap"),
        (&[("nonconformities", FOUND)], "effective = true", "effective = false", "gap"),
        (&[("nonconformities", FOUND)], "closed_on = \"2026-03-01\"", "closed_on = \"2026-02-30\"", "gap"),
        (&[("nonconformities", FOUND)], "closed_on = \"2026-03-01\"\n", "note = \"x\"\n", "gap"),
    ];
    for (files, from, to, want) in rows {
        let (first, text) = files[0];
        assert!(text.contains(from), "{first}: {from}");
        let changed = text.replacen(from, to, 1);
        let mut written =
            vec![("compliance/raci.toml".to_owned(), ROLES), (format!("compliance/{first}.toml"), &*changed)];
        written.extend(files[1..].iter().map(|(name, text)| (format!("compliance/{name}.toml"), *text)));
        let written: Vec<(&str, &str)> = written.iter().map(|(path, text)| (&**path, *text)).collect();
        let gap = json(repository(&written).path(), &["gap", "--format", "json"]);
        assert_eq!(state(&gap, "7.1"), want, "{first}: {from} -> {to}");
    }
}

/// A record of an audit with one action, and two reviews of one system, changed in one place each; and whether the day of the
/// action and the day of the older review are on the agenda.
#[test]
fn what_is_not_done_yet_and_what_a_record_with_a_fault_takes_the_place_of_stays_on_the_agenda() {
    const AUDIT: &str = "---\nscope: all\nactions:\n  - title: lock the doors\n    due: 2026-04-01\n    \
                         done_on: 2026-04-20\n---\n# Audit\n";
    const REVIEWS: &str = "[[review]]\nid = \"old\"\nsystem = \"shop\"\nreviewer = \"lead\"\nreviewed_on = \"2025-01-01\"\n\
                           rights = 3\nwithdrawn = 0\nnext_review = \"2026-01-01\"\n\
                           [[review]]\nid = \"new\"\nsystem = \"shop\"\nreviewer = \"lead\"\nreviewed_on = \"2026-01-01\"\n\
                           rights = 3\nwithdrawn = 1\nnext_review = \"2027-01-01\"\n";
    const ROLES: &str = "[[role]]\nid = \"lead\"\ntitle = \"Lead\"\n";
    for (from, to, action, review) in [
        ("", "", false, false),
        ("done_on: 2026-04-20", "done_on: 2026-06-20", true, false),
        ("done_on: 2026-04-20", "status: done", false, false),
        ("reviewed_on = \"2026-01-01\"", "reviewed_on = \"2026-06-01\"", false, true),
        ("withdrawn = 1", "withdrawn = 4", false, true),
    ] {
        let (audit, reviews) = (AUDIT.replacen(from, to, 1), REVIEWS.replacen(from, to, 1));
        let root = repository(&[
            ("compliance/audits/2026.md", &audit),
            ("compliance/access-reviews.toml", &reviews),
            ("compliance/raci.toml", ROLES),
        ]);
        let run = annexa(root.path(), &[&["agenda", "--format", "csv", "--within", "0"][..], &TODAY].concat());
        let listed = (run.out.contains("lock the doors"), run.out.contains("2026-01-01"));
        assert_eq!(listed, (action, review), "{from} -> {to}\n{}", run.out);
    }
}

/// A register with one record, what is changed into what, and whether it shows the clause.
#[test]
fn a_record_with_a_fault_shows_no_clause() {
    const REVIEW: &str = "[[management-review]]\nid = \"m1\"\nheld_on = \"2026-04-01\"\nperiod_from = \"2025-04-01\"\n\
                          period_to = \"2026-03-31\"\nchair = \"lead\"\ninputs = [\"audits\"]\nnext = \"2027-04-01\"\n";
    const PROGRAMME: &str = "[programme]\nfrom = \"2026-01-01\"\nto = \"2026-12-31\"\nowner = \"lead\"\n";
    for (path, text, clause, from, to, shown) in [
        ("management-reviews", REVIEW, "clause:9.3.1", "", "", true),
        ("management-reviews", REVIEW, "clause:9.3.1", "held_on = \"2026-04-01\"", "held_on = \"2026-06-01\"", false),
        ("audits", PROGRAMME, "clause:9.2.2", "", "", true),
        ("audits", PROGRAMME, "clause:9.2.2", "2026-12-31", "2025-12-31", false),
    ] {
        let root = repository(&[(&format!("compliance/{path}.toml"), &text.replacen(from, to, 1))]);
        let gap = json(root.path(), &["gap", "--format", "json"]);
        let clauses = gap["clauses"].as_array().unwrap();
        let of = clauses.iter().find(|of| of["id"] == clause).unwrap();
        assert_eq!(of["state"] != "not-assessed", shown, "{path}: {from} -> {to}: {of}");
    }
}

/// The waiver as it is written, what is changed into what, and whether it silences the finding.
#[test]
fn a_waiver_silences_only_once_somebody_else_has_approved_it() {
    const WAIVER: &str = "[[waiver]]\nid = \"w1\"\nrule = \"rds-storage-unencrypted\"\npaths = [\"infra/db.tf\"]\n\
                          reason = \"replaced in June\"\nkind = \"compensated\"\nrequested_by = \"lead\"\napproved_by = \"ciso\"\n\
                          approved_on = \"2026-04-01\"\nexpires = \"2026-06-01\"\n";
    for (from, to, silences) in [
        ("", "", true),
        ("expires = \"2026-06-01\"", "expires = \"2026-05-01\"", true),
        ("expires = \"2026-06-01\"", "expires = \"2026-04-30\"", false),
        ("approved_on = \"2026-04-01\"", "approved_on = \"2026-05-01\"", true),
        ("approved_on = \"2026-04-01\"", "approved_on = \"2026-05-02\"", false),
        ("approved_by = \"ciso\"", "approved_by = \"lead\"", false),
        ("expires = \"2026-06-01\"", "expires = \"2026-06-31\"", false),
        ("kind = ", "sort = ", false),
    ] {
        let text = WAIVER.replacen(from, to, 1);
        for (path, arguments) in
            [("compliance/waivers.toml", &["check"][..]), ("mine.toml", &["check", "--accept", "mine.toml"])]
        {
            let root = repository(&[(path, &text)]);
            let run = annexa(root.path(), &[arguments, &["--format", "concise"], &TODAY].concat());
            assert_eq!(run.out.contains("[rds-storage-unencrypted]"), !silences, "{path}: {from} -> {to}\n{}", run.out);
        }
    }
}

#[test]
fn several_formats_come_from_one_run_and_unknown_ones_are_refused() {
    let root = repository(&[]);
    let run = annexa(
        root.path(),
        &[
            "gap",
            "--today",
            "2026-05-01",
            "--format",
            "html=gap.html",
            "--format",
            "csv=gap.csv",
            "--format",
            "markdown",
        ],
    );
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("# Gap analysis"));
    let csv = std::fs::read_to_string(root.path().join("gap.csv")).unwrap();
    assert_eq!(csv.lines().count(), 94);
    let html = std::fs::read_to_string(root.path().join("gap.html")).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("control-8.24"));
    let run = annexa(root.path(), &["gap", "--format", "sarif"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("there is no format `sarif`"), "{}", run.err);
}

#[test]
fn input_that_cannot_be_read_shows_in_the_status() {
    let root = repository(&[("broken.tf", "resource \"a\" {\n  b = \n}\n")]);
    let run = annexa(root.path(), &["gap", "--format", "json"]);
    assert_eq!(run.status, 2);
    let gap: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(gap["looked_at"]["files_with_problems"][0], "broken.tf");
}

#[test]
fn without_a_statement_nothing_is_decided() {
    let root = repository(&[]);
    let run = annexa(root.path(), &["soa"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("0 applicable, 0 excluded, 93 not decided"), "{}", run.out);
    assert!(run.out.contains("annexa init"));
}

#[test]
fn a_starting_set_documents_nothing_that_nobody_decided() {
    let root = repository(&[]);
    annexa(root.path(), &["init", "--today", "2026-05-01"]);
    let gap = json(root.path(), &["gap", "--format", "json"]);
    let registers = [
        ("5.18", "access-review-register-missing"),
        ("5.19", "supplier-register-missing"),
        ("5.31", "obligation-register-missing"),
        ("6.3", "training-register-missing"),
    ];
    let fails = |gap: &Value, id: &str, rule: &str| {
        let controls = gap["controls"].as_array().unwrap();
        let rules = controls.iter().find(|control| control["id"] == id).unwrap()["rules"].as_array().unwrap();
        rules.iter().any(|of| of["id"] == rule && of["failed"].as_u64() > Some(0))
    };
    assert!(state(&gap, "5.12") == "gap" && fails(&gap, "5.12", "asset-not-classified"));
    for (id, rule) in registers {
        assert!(!fails(&gap, id, rule), "{id} {rule}: a Statement of comments is kept by nobody");
    }
    for standing in gap["controls"].as_array().unwrap() {
        let said = standing["state"].as_str().unwrap();
        assert!(!["attested", "waived", "not-applicable"].contains(&said), "{standing}");
    }
    let statement = root.path().join("compliance/soa.toml");
    let decided =
        "\n[control.\"8.34\"]\napplicable = true\nreasons = [\"practice:baseline\"]\nimplementation = \"planned\"\n";
    std::fs::write(&statement, std::fs::read_to_string(&statement).unwrap() + decided).unwrap();
    let gap = json(root.path(), &["gap", "--format", "json"]);
    for (id, rule) in registers {
        assert!(state(&gap, id) == "gap" && fails(&gap, id, rule), "{id} {rule}: once a control is decided");
    }
}

#[test]
fn a_starting_set_is_fitted_read_without_a_fault_and_never_overwrites() {
    let root = repository(&[]);
    let run = annexa(root.path(), &["init", "--today", "2026-05-01"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("wrote annexa.toml") && run.out.contains("wrote compliance/soa.toml"), "{}", run.out);
    let read = |path: &str| std::fs::read_to_string(root.path().join(path)).unwrap();
    assert!(
        read("compliance/suppliers.toml").contains("# provides = [\"aws\"]"),
        "{}",
        read("compliance/suppliers.toml")
    );
    assert!(read("compliance/suppliers.toml").contains("ghcr.io"));
    let assets = read("compliance/assets.toml");
    assert!(assets.contains("paths = [\"infra\"]") && assets.contains("paths = [\"app\"]"), "{assets}");
    assert!(read("compliance/raci.toml").contains("held_by = \"@shop/platform\""));
    assert!(read("annexa.toml").contains("terraform"));

    let gap = json(root.path(), &["gap", "--format", "json"]);
    assert_eq!(
        gap["problems"].as_array().unwrap().iter().filter(|of| of["level"] == "error").count(),
        0,
        "{}",
        gap["problems"]
    );
    let applicable = |gap: &Value| {
        let controls = gap["controls"].as_array().unwrap();
        controls.iter().filter(|control| control["claim"]["applicable"] == true).count()
    };
    assert_eq!(applicable(&gap), 0, "a proposal is no decision");
    assert!(read("compliance/soa.toml").contains("# [control.\"8.34\"]"));
    let run = annexa(root.path(), &["soa"]);
    assert!(run.out.contains("0 applicable, 0 excluded, 93 not decided"), "{}", run.out);

    std::fs::write(root.path().join("compliance/raci.toml"), "# ours\n").unwrap();
    std::fs::remove_file(root.path().join("annexa.toml")).unwrap();
    let run = annexa(root.path(), &["init"]);
    assert_eq!(run.status, 0);
    assert!(run.out.contains("wrote annexa.toml") && run.out.contains("kept  compliance/raci.toml"), "{}", run.out);
    assert_eq!(read("compliance/raci.toml"), "# ours\n");
}

#[test]
fn a_minimal_start_is_the_settings_alone() {
    let root = repository(&[]);
    let run = annexa(root.path(), &["init", "--minimal"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(root.path().join("annexa.toml").exists() && !root.path().join("compliance").exists());
    assert_eq!(annexa(root.path(), &["gap"]).status, 0);
}

#[test]
fn documents_of_oscal_are_written_and_the_moment_is_given() {
    let root = repository(&[]);
    let moment = "2026-05-02T03:04:05Z";
    for (name, key) in [
        ("assessment-results", "assessment-results"),
        ("component-definition", "component-definition"),
        ("poam", "plan-of-action-and-milestones"),
    ] {
        let document = json(root.path(), &["oscal", name, "--timestamp", moment]);
        assert_eq!(document[key]["metadata"]["last-modified"], moment, "{name}");
        assert_eq!(document, json(root.path(), &["oscal", name, "--timestamp", moment]), "{name}");
    }
    let gap = json(root.path(), &["gap", "--format", "oscal"]);
    assert_eq!(gap["assessment-results"]["metadata"]["last-modified"], "2026-05-01T00:00:00Z");
}

#[test]
fn evidence_is_the_same_each_time_and_goes_into_an_empty_directory_only() {
    let root = repository(&[]);
    let out = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let to = out.path().join(name);
        let run = annexa(root.path(), &["evidence", "--out", to.to_str().unwrap(), "--today", "2026-05-01"]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    for file in ["manifest.json", "verdicts.ndjson", "ledger.json", "soa.json"] {
        let read = |name: &str| std::fs::read(out.path().join(name).join(file)).unwrap();
        assert_eq!(read("one"), read("two"), "{file}");
    }
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(out.path().join("one/manifest.json")).unwrap()).unwrap();
    assert!(manifest["commit"].is_null(), "no commit is known of a repository without one");
    assert_eq!(manifest["inputs"].as_array().unwrap().len(), 4);
    let run = annexa(root.path(), &["evidence", "--out", out.path().to_str().unwrap()]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("is not empty"), "{}", run.err);
}

/// A repository with two revisions of its Statement.
#[test]
fn differences_of_the_statement_and_the_commit_of_evidence_come_from_git() {
    let root = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let fixed = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(fixed).args(arguments).current_dir(root.path()).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let soa = |how_far: &str| {
        format!(
            "[control.\"8.24\"]\napplicable = true\nreasons = [\"practice:base\"]\nimplementation = \"{how_far}\"\nevidence = \
             [\"keys.md\"]\n"
        )
    };
    git(&["init", "-q", "-b", "main"]);
    write("keys.md", "kept\n");
    write("compliance/soa.toml", &soa("planned"));
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "first"]);
    let first = git(&["rev-parse", "HEAD"]);
    git(&["tag", "v1"]);
    write("compliance/soa.toml", &soa("partial"));
    git(&["commit", "-q", "-a", "-m", "second"]);
    let second = git(&["rev-parse", "HEAD"]);

    let statement = json(root.path(), &["soa", "--format", "json", "--base", "v1"]);
    assert_eq!(statement["since"]["revision"], "v1");
    let differences = statement["since"]["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!(
        differences[0],
        serde_json::json!({ "subject": "8.24", "key": "implementation", "before": "planned", "after": "partial" })
    );

    let gap = json(root.path(), &["gap", "--format", "json"]);
    assert_eq!(gap["commit"], second.as_str());
    let control = gap["controls"].as_array().unwrap().iter().find(|control| control["id"] == "8.24").unwrap();
    assert_eq!(control["evidence"][0]["commit"], first.as_str());
    write("keys.md", "lost\n");
    let gap = json(root.path(), &["gap", "--format", "json"]);
    assert!(gap["commit"].is_null(), "what is looked at is in no commit");
    let control = gap["controls"].as_array().unwrap().iter().find(|control| control["id"] == "8.24").unwrap();
    assert!(control["evidence"][0]["commit"].is_null());
    let run = annexa(root.path(), &["soa", "--base", "nowhere"]);
    assert_eq!(run.status, 2);
}
