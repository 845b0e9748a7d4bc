//! What the binary does with git: `--base`, `--staged`, `--changed` and `history`, on repositories made with the `git`
//! program.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests state their expectations bluntly"
)]

mod scene;

use serde_json::Value;

use scene::{Run, Scene, TODAY, database};

/// The lines of findings and problems, without the summary.
fn lines(run: &Run) -> Vec<&str> {
    run.out.lines().filter(|line| line.contains('[')).collect()
}

fn places(run: &Run) -> Vec<&str> {
    lines(run).into_iter().map(|line| line.split(": ").next().unwrap()).collect()
}

#[test]
fn only_what_is_new_since_the_base_is_reported() {
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("main.tf", &database("old", false))]);
    scene.git(&["checkout", "-q", "-b", "change"]);
    scene.commit("2025-12-02", &[("main.tf", &[database("new", false), database("old", false)].concat())]);
    let run = scene.check(&["--base", "main"]);
    assert_eq!(places(&run), ["main.tf:3:3"], "{}{}", run.out, run.err);
    assert!(run.out.contains("1 known"), "{}", run.out);
    assert_eq!(run.status, 1);

    scene.write("main.tf", &[database("new", true), "# moved\n".into(), database("old", false)].concat());
    let run = scene.check(&["--base", "main"]);
    assert_eq!((places(&run).len(), run.status), (0, 0), "{}", run.out);
    let touched = database("old", false).replace("= false", "= false # soon");
    scene.write("main.tf", &[database("new", true), touched].concat());
    let run = scene.check(&["--base", "main"]);
    assert_eq!((places(&run).len(), run.status), (0, 0), "what stands on a touched line is known: {}", run.out);
    let run = scene.check(&["--base", "main", "--touched"]);
    assert_eq!((places(&run), run.status), (vec!["main.tf:7:3"], 1), "{}", run.out);
}

#[test]
fn commits_of_the_base_after_the_branch_was_made_do_not_matter() {
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("a.tf", &database("a", false))]);
    scene.git(&["checkout", "-q", "-b", "change"]);
    scene.commit("2025-12-02", &[("b.tf", &database("b", false))]);
    scene.git(&["checkout", "-q", "main"]);
    scene.commit("2025-12-03", &[("a.tf", &database("a", true)), ("b.tf", &database("b", false))]);
    scene.git(&["checkout", "-q", "change"]);
    let run = scene.check(&["--base", "main"]);
    assert_eq!(places(&run), ["b.tf:3:3"], "{}", run.out);
}

#[test]
fn a_change_cannot_excuse_itself() {
    let waivers = "[[waiver]]\nid = \"w1\"\nrule = \"rds-storage-unencrypted\"\nreason = \"to be replaced\"\nkind = \"accepted\"\n\
                   requested_by = \"platform\"\napproved_by = \"ciso\"\napproved_on = 2026-01-10\nexpires = 2026-02-01\n";
    let roles = "[[role]]\nid = \"platform\"\ntitle = \"Platform\"\n\n[[role]]\nid = \"ciso\"\ntitle = \"CISO\"\n";
    let rule = "title = \"x\"\nseverity = \"high\"\ncontrols = { \"8.24\" = \"direct\" }\nwhy = \"x\"\nfix = \"x\"\n\n\
                [[check]]\nkind = \"terraform/aws_db_instance\"\nassert = { engine = \"mysql\" }\n";
    let excuses: [(&str, &[(&str, &str)]); 5] = [
        ("ignored", &[(".ignore", "*.tf\n")]),
        ("settings", &[("annexa.toml", "exclude = [\"*.tf\"]\n")]),
        ("disabled", &[("annexa.toml", "disable = [{ rule = \"rds-storage-unencrypted\", reason = \"x\" }]\n")]),
        ("waiver", &[("compliance/waivers.toml", waivers), ("compliance/raci.toml", roles)]),
        ("rules", &[("annexa.toml", "rules = [\"own\"]\n"), ("own/rds-storage-unencrypted.toml", rule)]),
    ];
    for (what, files) in excuses {
        let scene = Scene::new();
        scene.commit("2025-12-01", &[("README.md", "# x\n")]);
        scene.git(&["checkout", "-q", "-b", "change"]);
        scene.commit("2025-12-02", &[&[("main.tf", &*database("new", false))], files].concat());
        let run = scene.check(&["--base", "main"]);
        assert_eq!((places(&run), run.status), (vec!["main.tf:3:3"], 1), "{what}: {}{}", run.out, run.err);
        // What is part of the base counts.
        scene.git(&["checkout", "-q", "main"]);
        scene.commit("2025-12-03", files);
        scene.git(&["checkout", "-q", "-b", "later"]);
        scene.commit("2025-12-04", &[("main.tf", &database("new", false))]);
        let run = scene.check(&["--base", "main"]);
        if what != "rules" {
            assert_eq!(places(&run), [""; 0], "{what}: {}{}", run.out, run.err);
        }
    }
}

#[test]
fn a_suppression_that_is_new_silences_nothing() {
    let scene = Scene::new();
    let silenced =
        |name| format!("# annexa:ignore rds-storage-unencrypted: a test database\n{}", database(name, false));
    scene.commit("2025-12-01", &[("old.tf", &silenced("old"))]);
    scene.git(&["checkout", "-q", "-b", "change"]);
    scene.commit("2025-12-02", &[("new.tf", &silenced("new"))]);
    scene.write("old.tf", &silenced("old").replace("mysql", "postgres"));
    assert_eq!(scene.check(&[]).status, 0, "without a base both are silent");
    let run = scene.check(&["--base", "main"]);
    assert_eq!(run.status, 1, "{}", run.out);
    let places: Vec<&str> = places(&run).into_iter().filter(|place| !place.is_empty()).collect();
    assert_eq!(places, ["new.tf:4:3", "new.tf:1:1"], "{}", run.out);
    assert!(run.out.contains("this suppression is new since the base revision"), "{}", run.out);
}

#[test]
fn the_change_of_each_control_is_told() {
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("main.tf", &database("a", true))]);
    scene.git(&["checkout", "-q", "-b", "change"]);
    scene.commit("2025-12-02", &[("main.tf", &database("a", false))]);
    let report = scene.json(&[
        "check",
        "--format",
        "json",
        "--base",
        "main",
        "--today",
        TODAY,
        "--rule",
        "rds-storage-unencrypted",
    ]);
    let since = report.get("since").unwrap();
    assert_eq!(since["commit"], scene.git(&["rev-parse", "main"]).as_str());
    assert_eq!(since["changes"][0]["id"], "8.24");
    assert_eq!(
        (&since["changes"][0]["from"], &since["changes"][0]["to"]),
        (&"partially-evidenced".into(), &"gap".into())
    );
    let pretty = scene.annexa_in("", &["check", "--base", "main", "--rule", "rds-storage-unencrypted"]);
    assert!(pretty.out.contains("8.24 Use of cryptography: partially-evidenced → gap"), "{}", pretty.out);
    let plain = scene.json(&["check", "--format", "json", "--today", TODAY, "--rule", "rds-storage-unencrypted"]);
    assert!(plain["since"].is_null());
}

#[test]
fn a_root_below_the_top_and_a_missing_base_are_understood() {
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("app/annexa.toml", ""), ("app/main.tf", &database("a", false)), ("x.tf", "")]);
    let check = |more: &[&str]| {
        let first = ["check", "--format", "concise", "--rule", "rds-storage-unencrypted"];
        scene.annexa_in("app", &[&first, more].concat())
    };
    let run = check(&["--base", "HEAD"]);
    assert_eq!((lines(&run).len(), run.status), (0, 0), "{}{}", run.out, run.err);
    scene.write("app/main.tf", &database("b", false));
    assert_eq!(places(&check(&["--base", "HEAD"])), ["main.tf:3:3"]);
    assert_eq!(places(&check(&["--changed"])), ["main.tf:3:3"]);
    let run = check(&["--base", "origin/main"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("git knows no revision `origin/main`"), "{}", run.err);
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().to_str().unwrap();
    for flag in [&["--base", "HEAD"][..], &["--staged"], &["--changed"]] {
        let run = scene.annexa_in("", &[&["check", path], flag].concat());
        assert_eq!(run.status, 2, "{flag:?}");
        assert!(run.err.contains("is in no git repository"), "{flag:?}: {}", run.err);
    }
}

#[test]
fn staged_content_is_checked_and_not_what_is_on_disk() {
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("a.tf", &database("a", false)), ("b.tf", &database("b", true))]);
    assert_eq!(scene.check(&["--staged"]).status, 0, "nothing is staged");
    scene.write("b.tf", &database("b", false));
    scene.git(&["add", "b.tf"]);
    scene.write("b.tf", &database("b", true));
    let run = scene.check(&["--staged"]);
    assert_eq!((places(&run), run.status), (vec!["b.tf:3:3"], 1), "{}{}", run.out, run.err);
    assert_eq!(scene.check(&["--changed"]).status, 0, "on disk it is as in HEAD");
    scene.write("c.tf", &database("c", false));
    assert_eq!(places(&scene.check(&["--changed"])), ["c.tf:3:3"]);
}

#[cfg(unix)]
#[test]
fn a_hook_sees_what_the_commit_will_hold() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    scene.commit("2025-12-01", &[("a.tf", &database("a", true)), ("b.tf", &database("b", true))]);
    let hook =
        "#!/bin/sh\n\"$ANNEXA\" check --staged --format concise --rule rds-storage-unencrypted > seen.txt\nexit 0\n";
    let hook = scene.write(".git/hooks/pre-commit", hook);
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let seen = || std::fs::read_to_string(scene.root().join("seen.txt")).unwrap();
    scene.write("a.tf", &database("a", false));
    scene.write("b.tf", &database("b", false));
    // git makes an index of its own for a commit of named files.
    scene.git(&["commit", "-q", "-m", "x", "a.tf"]);
    assert!(seen().contains("a.tf:3:3") && !seen().contains("b.tf"), "{}", seen());
    scene.git(&["commit", "-q", "-a", "-m", "x"]);
    assert!(seen().contains("b.tf:3:3") && !seen().contains("a.tf"), "{}", seen());
}

#[test]
fn documents_are_held_against_their_past() {
    let scene = Scene::new();
    let policy = |body: &str| format!("---\napproved_by: CEO\napproved_on: 2025-06-01\n---\n# Backups\n\n{body}\n");
    scene.commit("2025-06-02", &[("policies/backup.md", &policy("Every night."))]);
    let check = || {
        let arguments = ["check", "--format", "concise", "--rule", "policy-changed-after-approval", "--today", TODAY];
        scene.annexa_in("", &arguments)
    };
    assert_eq!(check().status, 0);
    scene.commit("2025-09-01", &[("policies/backup.md", &policy("Every week."))]);
    let run = check();
    assert_eq!((places(&run), run.status), (vec!["policies/backup.md:3:14"], 1), "{}", run.out);
}

/// `annexa history` as JSON: the days and the states of a control.
fn states(scene: &Scene, control: &str, more: &[&str]) -> Vec<(String, String)> {
    let report = scene.json(&[&["history", "--format", "json"], more].concat());
    let points = report["points"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    points.iter().map(|point| (text(&point["date"]), text(&point["states"][control]))).collect()
}

fn row(day: &str, state: &str) -> (String, String) {
    (day.to_owned(), state.to_owned())
}

#[test]
fn the_states_of_past_revisions_are_read_from_git() {
    let scene = Scene::new();
    scene.commit("2025-11-03", &[("README.md", "# x\n")]);
    scene.commit("2025-11-05", &[("main.tf", &database("a", true))]);
    scene.commit("2025-11-12", &[("main.tf", &database("a", false)), ("other.tf", "")]);
    scene.commit("2025-11-13", &[("z.txt", "")]);
    scene.commit("2025-12-01", &[("main.tf", &database("a", true))]);
    scene.write("main.tf", &database("a", false));
    let evidenced = |day| row(day, "partially-evidenced");
    let failing = |day| row(day, "gap");
    let weeks = [evidenced("2025-11-05"), failing("2025-11-13"), evidenced("2025-12-01")];
    assert_eq!(states(&scene, "8.24", &[]), weeks, "what is on disk plays no part");
    let months = [failing("2025-11-13"), evidenced("2025-12-01")];
    assert_eq!(states(&scene, "8.24", &["--every", "month"]), months);
    assert_eq!(states(&scene, "8.24", &["--since", "2025-11-10"]), months);
    assert_eq!(states(&scene, "8.24", &["--limit", "1"]), months[1..]);
    let commits = states(&scene, "8.24", &["--every", "commit"]);
    assert_eq!((commits.len(), &commits[0]), (5, &row("2025-11-03", "not-assessed")));
    assert_eq!(states(&scene, "8.24", &["--every", "day"]), commits);

    let text = scene.annexa_in("", &["history"]);
    assert_eq!(text.status, 0, "{}{}", text.out, text.err);
    assert!(
        text.out.contains("8.24 Use of cryptography                          PGP  partially-evidenced"),
        "{}",
        text.out
    );
    let page = scene.annexa_in("", &["gap", "--since", "2025-11-10", "--format", "html"]).out;
    assert!(page.contains("gap from 2025-11-13, partially evidenced from 2025-12-01"), "{page}");
    assert!(!scene.annexa_in("", &["gap", "--format", "html"]).out.contains("Over time"));
    let none = scene.annexa_in("", &["history", "--since", "2026-01-01"]);
    assert_eq!((none.status, none.err.trim()), (2, "annexa: there is no commit since 2026-01-01"));
    scene.git(&["clone", "-q", "--bare", ".", "bare.git"]);
    assert_eq!(states(&scene, "8.24", &["bare.git"]), weeks);
}

#[test]
fn past_revisions_are_judged_on_their_own_day_by_their_own_governance() {
    let scene = Scene::new();
    let policy = "---\nowner: ciso\nnext_review: 2025-12-01\napproved_by: ceo\napproved_on: 2024-12-01\n\
                  classification: internal\n---\n# Keys\n";
    scene.commit("2025-11-03", &[("policies/keys.md", policy), ("main.tf", &database("a", true))]);
    scene.commit("2025-12-15", &[("z.txt", "")]);
    let statement = "version = \"1\"\nscope = \"all\"\napproved_by = \"ciso\"\napproved_on = \"2025-12-01\"\nnext_review = \"2026-12-01\"\n[control.\"8.24\"]\napplicable = false\n\
                     exclusion = \"no cryptography\"\n";
    scene.commit("2025-12-22", &[("compliance/soa.toml", statement)]);
    let report = scene.json(&["history", "--format", "json"]);
    let of = |at: usize, control: &str| report["points"][at]["states"][control].as_str().unwrap().to_owned();
    assert_eq!((of(0, "8.24"), of(2, "8.24")), ("partially-evidenced".to_owned(), "contradicted".to_owned()));
    let failing = |at: usize| report["points"][at]["failed"]["medium"].as_u64().unwrap();
    assert!(failing(1) > failing(0), "the review became overdue: {report}");
}

#[test]
fn reuse_does_not_change_what_is_found() {
    let scene = Scene::new();
    for step in 0..4 {
        let (one, two) = (database("a", step % 2 == 0), database("b", step < 2));
        let module = format!("module \"m\" {{\n  source = \"./m\"\n  on = {}\n}}\n", step > 1);
        let inner = "variable \"on\" {}\nresource \"aws_db_instance\" \"c\" {\n  storage_encrypted = var.on\n}\n";
        let day = format!("2025-11-{:02}", 3 + 7 * step);
        let extra = format!("{step}.tf");
        scene.commit(&day, &[("a.tf", &one), ("b.tf", &two), ("main.tf", &module), ("m/m.tf", inner), (&extra, "")]);
    }
    let history = scene.json(&["history", "--format", "json"]);
    for (at, point) in history["points"].as_array().unwrap().iter().enumerate() {
        scene.git(&["checkout", "-q", point["commit"].as_str().unwrap()]);
        let alone = scene.json(&["check", "--format", "json", "--today", point["date"].as_str().unwrap()]);
        assert_eq!(point["failed"], alone["summary"]["failed"], "{at}");
        assert_eq!(point["open"], alone["summary"]["open"], "{at}");
        for control in alone["controls"].as_array().unwrap() {
            assert_eq!(point["states"][control["id"].as_str().unwrap()], control["state"], "{at} {control}");
        }
    }
}
