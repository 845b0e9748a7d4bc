//! The order of the plan, and the commands that show it in time: driven as users drive them.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A small company: a shop with the orders of customers, tools of the staff, and what is written of both.
fn company() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan");
    copy(&from, folder.path());
    let buckets = (1..=10)
        .map(|number| format!("resource \"aws_s3_bucket\" \"logs{number}\" {{\n  bucket = \"logs-{number}\"\n}}\n"));
    std::fs::write(folder.path().join("internal/logs.tf"), buckets.collect::<String>()).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        // A folder that git or a tool would take for its own has another name here.
        let target = to.join(if name == "github" { ".github" } else { name });
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn annexa(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(arguments)
        .args(["--today", "2026-06-01"])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Situations as they should be met, with the rule or the title of each: all of a step before all of the next.
const SITUATIONS: [(u8, &str, &str); 17] = [
    (1, "the port of the customers' database is open to the internet", "data-store-port-open"),
    (1, "that database has an address of the internet", "rds-publicly-accessible"),
    (2, "the customers' data lies there in the clear", "rds-storage-unencrypted"),
    (3, "strangers run their code in a pipeline that has secrets", "untrusted-checkout"),
    (4, "the public shop runs with power over its host", "container-privileged"),
    (4, "its password stands in the manifest", "container-secret-in-environment"),
    (5, "titles of strangers are run as commands", "template-injection"),
    (6, "the backups of the customers' data are kept too short", "rds-backup-retention-short"),
    (6, "the image of the shop may change", "container-image-tag-moving"),
    (7, "the shop runs one pod only", "deployment-single-replica"),
    (8, "nobody is named to review changes", "code-owners-missing"),
    (9, "ten stores of inner logs keep no versions", "s3-bucket-not-versioned"),
    (10, "access to inner stores is not logged", "s3-bucket-log-off"),
    (11, "nothing shows a control that answers a risk", "Information security awareness"),
    (12, "somebody is late with labels for a cupboard", "Buy new labels"),
    (13, "nobody counts what the database does", "database-not-observed"),
    (14, "inner stores are in one region", "s3-bucket-in-one-region"),
];

#[test]
fn situations_are_met_in_the_order_in_which_security_people_would() {
    let folder = company();
    let plan: Value = serde_json::from_str(&annexa(folder.path(), &["plan", "--format", "json"])).unwrap();
    let items = plan["items"].as_array().unwrap();
    let rank = |name: &str| {
        let is_named = |item: &&Value| item["rule"] == name || item["title"].as_str().unwrap().starts_with(name);
        let item = items.iter().find(is_named);
        item.map(|item| (item["rank"].as_u64().unwrap(), item["priority"].as_i64().unwrap()))
    };
    let ranks =
        SITUATIONS.map(|(step, about, name)| (step, about, rank(name).unwrap_or_else(|| unreachable!("{name}"))));
    for (step, about, (place, priority)) in ranks {
        for (later, other, (after, less)) in ranks {
            if step < later {
                assert!(place < after, "{about} ({priority}) comes before: {other} ({less})");
            }
        }
    }
}

#[test]
fn a_plan_says_who_does_what_when_and_how_priorities_come_about() {
    let folder = company();
    let page = annexa(folder.path(), &["plan", "--capacity", "5", "--capacity", "platform=7"]);
    for wanted in ["\nplatform\n", "priority = weight × exposure × gap", "strangers can reach it", "overdue"] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }
    let plan: Value =
        serde_json::from_str(&annexa(folder.path(), &["plan", "--format", "json", "--capacity", "platform=7"]))
            .unwrap();
    let of = |owner: &str| -> Vec<(String, String)> {
        let items = plan["items"].as_array().unwrap().iter().filter(|item| item["owner"] == owner);
        items
            .map(|item| (item["start"].as_str().unwrap().to_owned(), item["end"].as_str().unwrap().to_owned()))
            .collect()
    };
    let platform = of("platform");
    assert!(platform.len() > 10, "{platform:?}");
    assert_eq!(platform[0].0, "2026-06-01");
    for pair in platform.windows(2) {
        assert!(pair[0].1 < pair[1].0, "one after the other: {pair:?}");
    }
    for format in ["csv", "html", "ics"] {
        let text = annexa(folder.path(), &["plan", "--format", format]);
        assert!(text.contains("data-store-port-open"), "{format}");
        assert_eq!(text, annexa(folder.path(), &["plan", "--format", format]), "{format}");
    }
}

#[test]
fn an_agenda_holds_what_is_due_and_its_ids_stay() {
    let folder = company();
    let agenda = |within: &str| -> Value {
        serde_json::from_str(&annexa(folder.path(), &["agenda", "--format", "json", "--within", within])).unwrap()
    };
    let ids = |agenda: &Value| -> Vec<String> {
        let entries = agenda["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
    };
    let soon = ids(&agenda("30"));
    assert_eq!(
        soon,
        [
            "annexa:compliance/plan.toml:labels:due:2026-05-01",
            "annexa:compliance/suppliers.toml:cloud:certificate_expires:2026-06-20",
            "annexa:docs/policies/access.md:next_review:2026-06-25",
        ]
    );
    let year = ids(&agenda("365"));
    assert!(year.starts_with(&soon), "{year:?}");
    assert!(year.contains(&"annexa:compliance/risks.toml:theft:reviewed_on:2027-03-01".to_owned()), "{year:?}");
    let calendar = annexa(folder.path(), &["agenda", "--format", "ics"]);
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 3, "{calendar}");
    let page = annexa(folder.path(), &["agenda"]);
    assert!(
        page.contains("  2026-05-01, overdue  ") && page.contains("3 entries on 3 days, 1 of them overdue"),
        "{page}"
    );
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [["plan", "--capacity", "8"], ["plan", "--capacity", "lead=no"], ["agenda", "--within", "-1"]] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_annexa")).args(arguments).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn what_people_wrote_commands_no_terminal() {
    let folder = company();
    let plan = folder.path().join("compliance/plan.toml");
    let text = std::fs::read_to_string(&plan).unwrap();
    std::fs::write(&plan, text.replace("Buy new labels", "Buy\\u001b[2J new labels")).unwrap();
    for command in ["agenda", "plan", "gap"] {
        for language in ["en", "de"] {
            for format in ["pretty", "markdown"] {
                let shown = annexa(folder.path(), &[command, "--language", language, "--format", format]);
                assert!(shown.contains("new labels") && !shown.contains('\u{1b}'), "{command} {language} {format}");
            }
        }
    }
}

#[test]
fn what_a_module_lacks_belongs_to_the_asset_that_holds_the_root_which_calls_it() {
    for (paths, owned) in [
        ("infra/prod", true),
        ("infra/prod/**", true),
        ("infra/prod/*.tf", true),
        // One file of the root is not the root.
        ("infra/prod/dns.tf", false),
        ("docs/**", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("modules/bucket/main.tf", "resource \"aws_s3_bucket\" \"this\" {\n  bucket = \"orders\"\n}\n");
        write("infra/prod/main.tf", "module \"orders\" {\n  source = \"../../modules/bucket\"\n}\n");
        write("docs/shop.md", "# Shop\n");
        write("infra/prod/dns.tf", "locals {\n  zone = \"shop.example\"\n}\n");
        write(
            "compliance/assets.toml",
            &format!(
                "[[asset]]\nid = \"shop\"\ntitle = \"Shop\"\nkind = \"service\"\nowner = \"platform-lead\"\n\
                 classification = \"internal\"\nreviewed_on = \"2026-05-01\"\nexposed = true\npaths = [\"{paths}\"]\n"
            ),
        );
        let plan: Value = serde_json::from_str(&annexa(folder.path(), &["plan", "--format", "json"])).unwrap();
        let items = plan["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["rule"] == "s3-bucket-not-versioned").unwrap();
        assert_eq!(item["asset"] == "shop", owned, "{paths}: {item}");
        assert_eq!(item["owner"] == "platform-lead", owned, "{paths}: {item}");
    }
}
