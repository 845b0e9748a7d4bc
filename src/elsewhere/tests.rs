use std::fmt::Write as _;

use super::*;
use crate::dialect;
use crate::governance;
use crate::rule::set::RuleSet;
use crate::source::Workspace;

const TODAY: Date = jiff::civil::date(2026, 6, 1);

/// What is collected of one file of a format, with further lines in its record.
fn collected(format: &str, more: &str, text: &str) -> Elsewhere {
    let register = format!(
        "[[evidence]]\nid = \"scan\"\nfiles = [\"evidence/scan.out\"]\nformat = \"{format}\"\nowner = \"ops\"\n{more}\n"
    );
    let workspace =
        Workspace::in_memory([("compliance/evidence.toml", register.as_str()), ("evidence/scan.out", text)]);
    let (governance, faults) = governance::read(&workspace, "compliance");
    assert!(faults.is_empty(), "{faults:?}");
    let rules = RuleSet::builtin(dialect::DIALECTS);
    collect(&workspace, &governance, rules.every_card(), TODAY)
}

/// A line for each rule: id, severity, passed/failed/open/silenced/unjudged, controls with what they are known by, places.
fn shown(found: &Elsewhere) -> String {
    let mut lines = String::new();
    for origin in &found.origins {
        let day = origin.day.map_or("no day".to_owned(), |day| day.to_string());
        let _ = writeln!(lines, "{} | {day}", origin.tool_words());
    }
    for rule in &found.rules {
        let ResultCounts { passed, failed, open, silenced, unjudged } = rule.counts;
        let controls: Vec<String> = rule
            .bearings
            .iter()
            .map(|of| match &of.by {
                KnownBy::Register => format!("{}!", of.control),
                KnownBy::Tool => of.control.to_string(),
                KnownBy::Alias(_) => format!("{}~", of.control),
                KnownBy::Framework(_, id) => format!("{}({id})", of.control),
            })
            .collect();
        let places: Vec<&str> = rule.places.iter().map(|place| &**place).collect();
        let severity = rule.severity.name();
        let (controls, places) = (controls.join(" "), places.join(" "));
        let line =
            format!("{} {severity} {passed}/{failed}/{open}/{silenced}/{unjudged} [{controls}] {places}", rule.id);
        let _ = writeln!(lines, "{}", line.trim_end());
    }
    for problem in &found.problems {
        let at = problem.span.map_or(String::new(), |span| format!("@{}", span.start));
        let _ = writeln!(lines, "{} {}{at}: {}", problem.level.name(), problem.path, problem.message);
    }
    lines
}

#[test]
fn sarif_comes_to_controls_by_names_that_both_know_and_by_the_register() {
    let found = collected(
        "sarif",
        "rules = { \"CVE-*\" = [\"8.8\"], \"CKV_AWS_300\" = [] }",
        r#"{ "version": "2.1.0", "runs": [{
            "tool": { "driver": { "name": "Checkov", "version": "3.2.0", "rules": [
                { "id": "CKV_AWS_16", "shortDescription": { "text": "RDS is encrypted" }, "defaultConfiguration": { "level": "error" } },
                { "id": "CVE-2026-1", "properties": { "security-severity": "9.1" } } ] } },
            "invocations": [{ "endTimeUtc": "2026-05-20T10:00:00Z", "executionSuccessful": true }],
            "results": [
                { "ruleId": "CKV_AWS_16", "ruleIndex": 0, "message": { "text": "password=hunter2hunter2" },
                  "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "db.tf" }, "region": { "startLine": 3 } } }] },
                { "ruleId": "CKV_AWS_16", "kind": "pass" },
                { "ruleId": "CKV_AWS_16", "suppressions": [{ "kind": "inSource", "status": "rejected" }] },
                { "ruleId": "CKV_AWS_16", "suppressions": [{ "kind": "inSource" }] },
                { "ruleId": "CKV_AWS_16", "suppressions": [{ "kind": "inSource" }, { "kind": "external", "status": "underReview" }] },
                { "ruleId": "CKV_AWS_16", "suppressions": [] },
                { "rule": { "index": 1 }, "level": "note" },
                { "ruleId": "CKV_AWS_300", "kind": "open" },
                { "ruleId": "CKV_OWN_1", "baselineState": "absent" },
                { "ruleId": "CKV_OWN_2", "kind": "review" },
                { "message": { "text": "?" } },
                { "ruleId": 7 },
                { "ruleIndex": "hunter2, expected" }
            ] }] }"#,
    );
    let shown = shown(&found);
    let lines: Vec<&str> = shown.lines().collect();
    let [origin, encrypted, encrypted_aws, own, cve, problems @ ..] = &*lines else { panic!("{shown}") };
    assert_eq!(*origin, "Checkov 3.2.0 | 2026-05-20");
    assert!(encrypted.starts_with("CKV_AWS_16 high 1/4/0/1/0 [") && encrypted.ends_with("] db.tf:3"), "{shown}");
    assert!(encrypted.contains("8.24~"), "{shown}");
    assert_eq!(*encrypted_aws, "CKV_AWS_300 info 0/0/1/0/0 []");
    assert_eq!(*own, "CKV_OWN_2 medium 0/0/0/0/1 []");
    assert_eq!(*cve, "CVE-2026-1 critical 0/1/0/0/0 [8.8!]");
    assert_eq!(problems.len(), 4, "{shown}");
    assert!(problems[0].contains("a result names no rule"), "{shown}");
    assert!(problems[1].contains("invalid type: integer `7`"), "{shown}");
    assert!(problems[2].ends_with("invalid type: a text, expected i64"), "{shown}");
    assert!(problems[3].contains("1 rule leads to no control (Checkov 3.2.0 in `evidence/scan.out`): `CKV_OWN_2`"));
    assert!(!shown.contains("hunter2"), "messages of other tools are not kept");
}

#[test]
fn oscal_comes_to_controls_by_their_ids() {
    let finding = |target: &str, status: &str| {
        format!(
            r#"{{ "title": "t", "target": {{ "type": "objective-id", "target-id": "{target}", "status": {status} }} }}"#
        )
    };
    let findings = [
        finding("a.8.24", r#"{ "state": "satisfied" }"#),
        finding("a.5.1_smt", r#"{ "state": "not-satisfied" }"#),
        finding("a.8.9", r#"{ "state": "not-satisfied", "reason": "other" }"#),
        finding("sc-28_obj.1", r#"{ "state": "not-satisfied", "reason": "fail" }"#),
        finding("8.24", r#"{ "state": "satisfied" }"#),
        finding("a.8.1", r#"{ "state": "maybe" }"#),
    ];
    let text = format!(
        r#"{{ "assessment-results": {{ "metadata": {{ "title": "Audit" }}, "results": [{{ "start": "2026-05-01T00:00:00Z",
            "local-definitions": {{ "components": [{{ "type": "software", "title": "Lula", "props": [{{ "name": "version", "value": "0.9" }}] }}] }},
            "findings": [{}] }}] }} }}"#,
        findings.join(",")
    );
    let shown = shown(&collected("oscal", "", &text));
    assert!(shown.starts_with("Lula 0.9 | 2026-05-01\n"), "{shown}");
    for line in [
        "a.8.24 medium 1/0/0/0/0 [8.24]",
        "a.5.1_smt medium 0/1/0/0/0 [5.1]",
        "a.8.9 medium 0/0/1/0/0 [8.9]",
        "8.24 medium 1/0/0/0/0 []",
    ] {
        assert!(shown.lines().any(|known| known == line), "{line} in {shown}");
    }
    assert!(shown.contains("sc-28_obj.1 medium 0/1/0/0/0 [") && shown.contains("(SC-28)"), "{shown}");
    assert!(shown.contains("`maybe` is no state of a target"), "{shown}");
}

#[test]
fn ocsf_comes_to_controls_by_what_prowler_says_of_frameworks() {
    let event = |code: &str, status: &str, compliance: &str, more: &str| {
        format!(
            r#"{{ "metadata": {{ "event_code": "{code}", "product": {{ "name": "Prowler", "version": "5.3.0" }} }}, "severity_id": 4,
              "status_code": "{status}", "time_dt": "2026-05-30T01:02:03", "finding_info": {{ "title": "Title of {code}" }},
              "resources": [{{ "uid": "arn:aws:s3:::{code}" }}], "unmapped": {{ "compliance": {compliance} }} {more} }}"#
        )
    };
    let iso = r#"{ "ISO27001-2022": ["A.8.24", "A.5.33"], "NIST-800-53-Revision-5": ["ac_6"], "CIS-3.0": ["2.1"] }"#;
    let nist = r#"{ "NIST-800-53-Revision-5": ["sc_28"], "GDPR": ["article_32"] }"#;
    let events = [
        event("s3_encrypted", "FAIL", iso, ""),
        event("s3_encrypted", "PASS", iso, ""),
        event("s3_muted", "FAIL", iso, r#", "status": "Suppressed", "status_id": 3"#),
        event("rds_encrypted", "FAIL", nist, ""),
        event("by_hand", "MANUAL", "{}", ""),
        event("odd", "PERHAPS", "{}", ""),
    ];
    for text in [format!("[{}]", events.join(",\n")), events.join("\n")] {
        let shown = shown(&collected("ocsf", "", &text));
        assert!(shown.starts_with("Prowler 5.3.0 | 2026-05-30\nby_hand high 0/0/0/0/1 []\n"), "{shown}");
        assert!(shown.contains("\ns3_encrypted high 1/1/0/0/0 [5.33 8.24] arn:aws:s3:::s3_encrypted\n"), "{shown}");
        assert!(shown.contains("\ns3_muted high 0/0/0/1/0 [5.33 8.24]\n"), "{shown}");
        assert!(shown.contains("\nrds_encrypted high 0/1/0/0/0 [") && shown.contains("5.33(SC-28)"), "{shown}");
        assert!(shown.contains("a finding does not say how it ended"), "{shown}");
    }
    let others = [
        r#"{ "metadata": { "event_code": "login", "product": {} }, "category_uid": 3, "status_id": 1 }"#,
        r#"{ "metadata": { "event_code": "old", "product": {} }, "category_uid": 2, "status_id": 5 }"#,
        r#"{ "metadata": { "event_code": "new", "product": {} }, "category_uid": 2, "status_id": 1 }"#,
    ];
    let shown_others = shown(&collected("ocsf", "", &others.join("\n")));
    for line in ["new medium 0/1/0/0/0 []", "old medium 0/0/0/0/1 []"] {
        assert!(shown_others.lines().any(|known| known == line), "{line} in {shown_others}");
    }
    assert!(shown_others.contains("is no finding") && !shown_others.contains("login"), "{shown_others}");
    let security_hub = r#"{ "metadata": { "product": { "name": "Security Hub" } }, "time": 1780000000000, "severity": "High",
        "compliance": { "control": "S3.1", "status": "Fail", "standards": ["standards/aws-foundational-security-best-practices/v/1.0.0"], "requirements": ["NIST.800-53.r5 AC-3", "PCI DSS v4.0.1/1.4.4"] } }"#;
    let shown = shown(&collected("ocsf", "", security_hub));
    assert!(
        shown.starts_with("Security Hub | 2026-05-28\nS3.1 high 0/1/0/0/0 [") && shown.contains("(AC-3)"),
        "{shown}"
    );
}

#[test]
fn hdf_comes_to_controls_by_its_tags() {
    let control = |id: &str, impact: &str, results: &str, more: &str| {
        format!(
            r#"{{ "id": "{id}", "title": "t", "impact": {impact}, "tags": {{ "nist": ["SC-28", "Rev_4"] }}, "results": [{results}] {more} }}"#
        )
    };
    let passed = r#"{ "status": "passed", "start_time": "2026-05-02T00:00:00+00:00" }"#;
    let failed = r#"{ "status": "failed", "start_time": "2026-05-01T00:00:00+00:00", "message": "x" }"#;
    let skipped = r#"{ "status": "skipped" }"#;
    let controls = [
        control("V-1", "0.7", &[passed, failed].join(","), ""),
        control("V-2", "0.5", passed, ""),
        control("V-3", "0.5", &[passed, skipped].join(","), ""),
        control("V-4", "0", failed, ""),
        control("V-5", "0.9", failed, r#", "waiver_data": { "justification": "old" }"#),
        control("V-6", "0.3", r#"{ "status": "error" }"#, ""),
        control("V-7", "0.5", "", ""),
    ];
    let text = format!(
        r#"{{ "platform": {{ "name": "ubuntu" }}, "version": "5.22", "profiles": [
            {{ "name": "base", "version": "1.0", "parent_profile": "own", "controls": [{}] }},
            {{ "name": "own", "version": "2.0", "controls": [{}] }}] }}"#,
        controls.join(","),
        controls.join(",")
    );
    let shown = shown(&collected("hdf", "", &text));
    for line in [
        "V-1 high 0/1/0/0/0",
        "V-2 medium 1/0/0/0/0",
        "V-3 medium 0/0/0/0/1",
        "V-4 info 0/0/0/0/1",
        "V-5 critical 0/0/0/1/0",
        "V-6 low 0/0/1/0/0",
    ] {
        assert_eq!(shown.lines().filter(|known| known.starts_with(line)).count(), 1, "{line} in {shown}");
    }
    assert!(shown.starts_with("own 2.0 | 2026-05-01\n") && shown.contains("5.33(SC-28)"), "{shown}");
}

#[test]
fn fleet_counts_hosts_and_says_nothing_of_controls() {
    let text = r#"{ "policies": [
        { "id": 1, "name": "Disk encrypted", "critical": true, "passing_host_count": 40, "failing_host_count": 1, "host_count_updated_at": "2026-05-31T00:00:00Z" },
        { "id": 2, "name": "Screen lock", "passing_host_count": 0, "failing_host_count": 0, "host_count_updated_at": null }] }"#;
    let shown = shown(&collected("fleet", "rules = { \"disk *\" = [\"8.1\", \"8.24\"] }", text));
    assert!(
        shown.starts_with(
            "Fleet | 2026-05-31\nDisk encrypted high 40/1/0/0/0 [8.1! 8.24!]\nScreen lock medium 0/0/0/0/1 []\n"
        ),
        "{shown}"
    );
    assert!(shown.contains("1 rule leads to no control (Fleet"), "{shown}");
}

#[test]
fn tables_name_controls_and_may_have_any_of_three_delimiters() {
    for delimiter in [",", ";", "\t"] {
        let rows = [
            ["Check ID", "Controls", "Status", "Severity", "Resource", "Date"],
            ["lock", "A.7.7 8.1", "passed", "low", "lap-1", "2026-05-03"],
            ["lock", "A.7.7 8.1", "Non-Compliant", "low", "lap-2", "2026-05-04"],
            ["age", "9.9", "fail", "", "", ""],
            ["age", "8.10", "dunno", "", "", ""],
            ["", "8.10", "fail", "", "", ""],
        ];
        let text = rows.map(|row| row.join(delimiter)).join("\n");
        let shown = shown(&collected("csv", "tool = \"MDM\"\nversion = \"7\"", &text));
        assert!(
            shown.starts_with("MDM 7 | 2026-05-03\nage medium 0/1/0/0/0 []\nlock low 1/1/0/0/0 [7.7 8.1] lap-2\n"),
            "{shown}"
        );
        for told in ["there is no control `9.9`", "`dunno` is no result", "a row names no rule"] {
            assert!(shown.contains(told), "{told} in {shown}");
        }
    }
    assert!(shown(&collected("csv", "", "a,b\n1,2\n")).contains("has no column `result`"));
}

#[test]
fn passes_in_doubt_show_nothing_and_failures_stand() {
    let rows = |day: &str| format!("rule,control,result,day\na,8.1,pass,{day}\nb,8.1,fail,{day}\n");
    let id: ControlId = "8.1".parse().unwrap();
    for (more, day, doubt) in [
        ("", "2026-05-01", None),
        ("", "2026-02-01", Some("could be relied on until 2026-05-02")),
        ("valid_for = \"200d\"", "2026-02-01", None),
        ("valid_for = \"1h\"", "2026-05-30", Some("could be relied on until 2026-05-31")),
        ("", "", Some("nothing says on which day")),
        ("collected_on = \"2026-05-20\"", "", None),
        ("", "2026-06-02", None),
        ("", "2026-06-05", Some("a day to come")),
    ] {
        let found = collected("csv", more, &rows(day));
        let [origin] = &*found.origins else { panic!("{found:?}") };
        assert_eq!(origin.doubt.is_some(), doubt.is_some(), "{more} {day}: {:?}", origin.doubt);
        assert!(doubt.is_none_or(|doubt| origin.doubt.as_deref().unwrap().contains(doubt)), "{:?}", origin.doubt);
        let sum = |of: &dyn Fn(&ForeignRule) -> u64| found.rules.iter().map(|rule| of(rule)).sum::<u64>();
        assert_eq!(sum(&|rule| rule.passed_on(id)), u64::from(doubt.is_none()), "{more} {day}");
        assert_eq!(sum(&|rule| rule.failed_on(id)), 1, "{more} {day}");
    }
}

#[test]
fn a_file_that_shows_nothing_shows_nothing_and_broken_ones_are_told_at_their_place() {
    for (format, text, told) in [
        ("sarif", "", "notice evidence/scan.out: holds no result"),
        ("sarif", r#"{ "version": "2.1.0", "runs": [] }"#, "notice evidence/scan.out: holds no result"),
        ("sarif", r#"{ "version": "1.0.0", "runs": [] }"#, "is of version `1.0.0`"),
        ("sarif", "{ \"version\": \"2.1.0\",\n \"runs\": [,] }", "error evidence/scan.out@32: expected value"),
        ("ocsf", "[{]", "error evidence/scan.out@2: key must be a string"),
        ("ocsf", "{} {", "error evidence/scan.out@1: missing field `metadata`"),
        ("oscal", "{}", "has no `assessment-results`"),
        ("fleet", "{}", "has no `policies`"),
        ("fleet", " [1]", "error evidence/scan.out@1: an object in braces"),
        ("hdf", "[]", "error evidence/scan.out@0: an object in braces"),
        ("csv", "rule,result\n", "holds no result"),
    ] {
        let found = collected(format, "", text);
        assert!(found.rules.is_empty(), "{format} {text}");
        let shown = shown(&found);
        assert!(shown.contains(told), "{format} {text}: {told} in {shown}");
    }
}

#[test]
fn no_text_makes_a_reader_fail_and_cuts_are_told() {
    let texts = [
        "\u{feff}[]",
        "[1, \"x\", null]",
        "{\"policies\": [7]}",
        "{\"profiles\": [{\"name\":\"ä\",\"controls\":[{\"id\":1}]}]}",
        "\"",
        "ä;ö\n;;\n",
        "[[[[",
    ];
    for format in governance::schema::FORMATS {
        for text in texts {
            let found = collected(format, "", text);
            for span in found.problems.iter().filter(|of| &*of.path == "evidence/scan.out").filter_map(|of| of.span) {
                let start = usize::try_from(span.start).unwrap();
                // A mark of the byte order is no part of the text.
                assert!(text.trim_start_matches('\u{feff}').get(start..).is_some(), "{format} {text}: {span:?}");
            }
        }
    }
}

#[test]
fn what_is_vouched_for_by_a_hash_and_is_another_file_shows_nothing() {
    let register = "[[evidence]]\nid = \"a\"\nfiles = [{ path = \"x.csv\", sha256 = \"HASH\" }]\nformat = \"csv\"\nowner = \"ops\"\n\
                    [[evidence]]\nid = \"b\"\nfiles = [\"*.csv\"]\nformat = \"csv\"\nowner = \"ops\"\nrules = { \"gone\" = [\"8.1\"] }\n";
    let text = "rule,control,result,day\na,8.1,pass,2026-05-30\n";
    for (hash, vouched) in [(crate::hex::sha256(text.as_bytes()), true), ("0".repeat(64), false)] {
        let register = register.replace("HASH", &hash);
        let workspace = Workspace::in_memory([("compliance/evidence.toml", register.as_str()), ("x.csv", text)]);
        let (governance, _) = governance::read(&workspace, "compliance");
        let found = collect(&workspace, &governance, std::iter::empty(), TODAY);
        let shown = shown(&found);
        assert_eq!(found.origins.iter().all(|origin| origin.doubt.is_none()), vouched, "{shown}");
        assert_eq!(shown.contains("another file than was vouched for: its SHA-256 is"), !vouched, "{shown}");
        assert!(shown.contains("`x.csv` is read for `a` already"), "{shown}");
        assert!(shown.contains("no rule of these results is called `gone`"), "{shown}");
    }
}
