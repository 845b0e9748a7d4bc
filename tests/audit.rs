//! The audit cycle as users drive it: samples, reviews, and an overdue major nonconformity in every report.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests state their expectations bluntly")]

mod scene;

use scene::{Scene, TODAY, database};

const RACI: &str = "[[role]]\nid = \"ciso\"\ntitle = \"CISO\"\nheld_by = \"@a/security\"\nmanagement = true\n\n\
                    [[role]]\nid = \"lead\"\ntitle = \"Lead\"\nheld_by = \"@a/platform\"\n";

fn soa(scope: &str) -> String {
    format!(
        "version = \"1\"\nscope = \"{scope}\"\napproved_by = \"ciso\"\napproved_on = \"2025-06-01\"\n\n[control.\"8.24\"]\n\
         applicable = true\nreasons = [\"practice:habit\"]\nimplementation = \"implemented\"\nowner = \"lead\"\n"
    )
}

fn major(due: &str) -> String {
    format!(
        "[[nonconformity]]\nid = \"n1\"\ntitle = \"Disks are not encrypted\"\nsource = \"check\"\ngrade = \"major\"\n\
         found_on = \"2025-12-20\"\nclauses = [\"8.1\"]\ncontrols = [\"8.24\"]\nowner = \"lead\"\ndue = \"{due}\"\n"
    )
}

fn organisation(due: &str) -> Scene {
    let scene = Scene::new();
    scene.commit(
        "2025-12-01",
        &[
            ("compliance/raci.toml", RACI),
            ("compliance/soa.toml", &soa("all")),
            ("compliance/nonconformities.toml", &major(due)),
            ("infra/a.tf", &database("a", true)),
            ("infra/b.tf", &database("b", true)),
        ],
    );
    scene
}

#[test]
fn an_overdue_major_nonconformity_is_seen_everywhere() {
    let scene = organisation("2026-01-14");
    let check = scene.annexa_in("", &["check", "--format", "concise", "--today", TODAY]);
    assert!(check.out.contains("1 major nonconformity overdue"), "{}", check.out);
    assert_eq!(check.status, 1);
    for (arguments, wanted) in [
        (&["gap", "--format", "pretty"][..], "1 major nonconformity is overdue: n1 since 2026-01-14"),
        (&["gap", "--format", "markdown"], "**1 major nonconformity is overdue: n1 since 2026-01-14"),
        (&["gap", "--format", "html"], "1 major nonconformity is overdue: n1"),
        (&["gap", "--format", "csv"], "the major nonconformity `n1` is overdue since 2026-01-14"),
        (
            &["soa", "--format", "markdown"],
            "said to be implemented, and the major nonconformity <code>n1</code> is overdue since 2026-01-14",
        ),
        (&["soa", "--format", "csv"], "the major nonconformity `n1` is overdue"),
        (&["plan", "--format", "markdown"], "Major nonconformity n1: Disks are not encrypted"),
        (&["agenda", "--format", "markdown"], "**2026-01-14, overdue**"),
        (&["oscal", "poam"], "\"name\": \"nonconformity\""),
        (&["oscal", "assessment-results"], "the major nonconformity `n1` is overdue"),
    ] {
        let run = scene.annexa_in("", &[arguments, &["--today", TODAY]].concat());
        assert!(run.out.contains(wanted), "{arguments:?}: {}{}", run.out, run.err);
    }
    let gap = scene.json(&["gap", "--format", "json", "--today", TODAY]);
    let control = gap["controls"].as_array().unwrap().iter().find(|of| of["id"] == "8.24").unwrap().clone();
    assert_eq!((&control["state"], &control["nonconformities"][0]), (&"contradicted".into(), &"n1".into()));
    assert_eq!(gap["plan"][0]["nonconformity"], "n1", "nothing here is more urgent");
    let named: Vec<&str> =
        gap["plan"][0]["same_cause"].as_array().unwrap().iter().filter_map(|rule| rule.as_str()).collect();
    assert!(named.contains(&"nonconformity-major-overdue"), "{named:?}");
    let plan = gap["plan"].as_array().unwrap();
    assert!(plan.iter().all(|item| item["rule"] != "nonconformity-major-overdue"), "one cause is one thing to do");
}

#[test]
fn one_that_is_in_time_and_a_part_of_the_repository_tell_nothing_overdue() {
    let in_time = organisation("2026-01-15").annexa_in("", &["check", "--format", "concise", "--today", TODAY]);
    assert!(!in_time.out.contains("overdue"), "{}", in_time.out);
    let part = organisation("2026-01-14").annexa_in("", &["check", "infra", "--format", "concise", "--today", TODAY]);
    assert!(!part.out.contains("nonconformity"), "{}", part.out);
    let of_one_rule = organisation("2026-01-14").check(&[]);
    assert!(!of_one_rule.out.contains("nonconformity"), "{}", of_one_rule.out);
}

#[test]
fn a_sample_is_drawn_again_by_its_seed_alone() {
    let scene = organisation("2026-03-01");
    let draw = |seed: &str| {
        scene.json(&[
            "sample",
            "--control",
            "8.24",
            "--size",
            "1",
            "--seed",
            seed,
            "--format",
            "json",
            "--today",
            TODAY,
        ])
    };
    let first = draw("one");
    assert_eq!(first, draw("one"));
    let sample = &first["samples"][0];
    assert_eq!(sample["drawn"].as_array().unwrap().len(), 1);
    let drawn = &sample["drawn"][0];
    for key in ["rule", "resource", "file", "sha256", "commit", "outcome", "fingerprint"] {
        assert!(!drawn[key].is_null(), "{key}: {drawn}");
    }
    let others: Vec<_> = ["two", "three", "four", "five", "six"].map(draw).into_iter().collect();
    assert!(others.iter().any(|other| other["samples"][0]["drawn"] != sample["drawn"]), "a seed decides");
    let sample = ["sample", "--control", "8.24,7.1", "--seed", "one", "--today", TODAY];
    let list = scene.annexa_in("", &sample);
    assert!(list.out.starts_with("Audit sample of ") && !list.out.contains("| # |"), "{}", list.out);
    let paper = scene.annexa_in("", &[&sample[..], &["--format", "markdown"]].concat());
    for wanted in ["Seed: <code>one</code>", "## 8.24 ", "## 7.1 ", "No rule judged anything", "SHA-256"] {
        assert!(paper.out.contains(wanted), "{wanted}: {}", paper.out);
    }
    let sheet = scene.annexa_in("", &["sample", "--all", "--format", "csv", "--today", TODAY]);
    assert!(sheet.out.lines().count() > 5 && sheet.out.starts_with("control,verdict,rule"), "{}", sheet.out);
    for arguments in [
        &["sample"][..],
        &["sample", "--all", "--control", "8.24"],
        &["sample", "--control", "8.99"],
        &["sample", "--all", "--size", "0"],
    ] {
        assert_eq!(scene.annexa_in("", arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn a_review_compares_both_ends_of_its_period_and_says_what_is_missing() {
    let scene = organisation("2026-01-14");
    let objective = |value: &str| {
        format!(
            "[[objective]]\nid = \"o1\"\ntitle = \"In time\"\nmetric = \"share\"\ntarget = 95\nvalue = {value}\n\
             measured_on = \"2025-12-31\"\ninterval = \"90d\"\nowner = \"lead\"\n"
        )
    };
    scene.commit("2025-12-10", &[("compliance/objectives.toml", &objective("80"))]);
    scene.commit(
        "2026-01-10",
        &[("compliance/objectives.toml", &objective("90")), ("compliance/soa.toml", &soa("all and more"))],
    );
    let review = scene.json(&["review", "--period", "2025-12-15..2026-01-15", "--format", "json", "--today", TODAY]);
    assert_eq!((&review["start"]["day"], &review["end"]["commit"]), (&"2025-12-10".into(), &serde_json::Value::Null));
    let section = |input: &str| {
        review["sections"].as_array().unwrap().iter().find(|of| of["input"] == input).unwrap().to_string()
    };
    assert_eq!(review["sections"].as_array().unwrap().len(), 10);
    for (input, wanted) in [
        ("objectives", "80 → 90"),
        ("issues", "all and more"),
        ("issues", "there is no context.toml"),
        ("nonconformities", "Disks are not encrypted"),
        ("nonconformities", "overdue"),
        ("measurements", "Controls by state"),
        ("audits", "no audit of the period is recorded"),
        ("actions", "no earlier management review is recorded"),
        ("risks", "there is no risks.toml"),
        ("feedback", "no feedback of the period"),
        ("improvement", "What the plan holds most urgent"),
    ] {
        assert!(section(input).contains(wanted), "{input}: {wanted}: {}", section(input));
    }
    // A period that is over ends with the commit of its last day.
    let over = scene.json(&["review", "--period", "2025-11-01..2025-12-31", "--format", "json", "--today", TODAY]);
    assert_eq!(over["end"]["day"], "2025-12-10");
    assert!(over["start_missing"].as_str().unwrap().contains("no commit up to 2025-11-01"));
    for format in ["markdown", "html"] {
        let page = scene
            .annexa_in("", &["review", "--period", "2025-12-15..2026-01-15", "--format", format, "--today", TODAY]);
        for wanted in ["9.3.2 a", "9.3.2 g", "[[management-review]]", "80 → 90"] {
            assert!(page.out.contains(wanted), "{format}: {wanted}: {}", page.out);
        }
    }
    assert_eq!(scene.annexa_in("", &["review", "--period", "2026-02-01..2026-01-01"]).status, 2);
}
