//! A company of sixty people, `fixtures/organisation/sixty`: from nothing written down to a Statement of Applicability in which
//! every control is decided, by a person, in few words.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const TODAY: &str = "2026-05-04";

/// Most values that a person types until every control is decided.
const MOST_VALUES: usize = 150;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn company() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/organisation/sixty"), root.path());
    let done = Command::new("git").args(["init", "-q", "."]).current_dir(root.path()).status().unwrap();
    assert!(done.success());
    root
}

fn annexa(root: &Path, arguments: &[&str], typed: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args(arguments)
        .current_dir(root)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The pipe may be closed before all is read.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

fn gap(root: &Path) -> Value {
    serde_json::from_str(&annexa(root, &["gap", "--today", TODAY, "--format", "json"], "")).unwrap()
}

/// "5 contradicted, 3 gaps": the states that occur.
fn states(gap: &Value) -> String {
    let counts = gap["states"].as_array().unwrap().iter().filter(|count| count["all"] != 0);
    let shown = counts.map(|count| format!("{} {}", count["all"], count["state"].as_str().unwrap()));
    shown.collect::<Vec<_>>().join(", ")
}

/// What the security lead of such a company types. An empty line agrees with what is proposed.
fn answers() -> Vec<String> {
    let mut lines: Vec<String> = [
        // Profile, scope, who decides, further roles, owners of the four themes.
        "office",
        "Appointments for medical practices as a service: development, operation and support",
        "",
        "people office",
        "security people office engineering",
        // AWS: assessed on, how much depends on it, its assurance, until when.
        "2026-03-16",
        "critical",
        "ISO/IEC 27001 certificate and SOC 2 report",
        "2027-02-28",
        // Nine risks, each with likelihood, impact.
        "1 2 3 6 7 9 10 12 16",
        "3 5",
        "3 4",
        "4 4",
        "3 4",
        "3 4",
        "2 4",
        "2 5",
        "3 4",
        "3 3",
    ]
    .map(str::to_owned)
    .into();
    // The 93 controls, in order: as proposed but for these.
    let said = [
        ("5.5", "p"),
        ("5.9", "p"),
        ("5.11", "i"),
        ("5.31", "p"),
        ("6.1", "i"),
        ("6.2", "i"),
        ("6.3", "p"),
        ("6.5", "i"),
        ("6.6", "i"),
        ("6.7", "p"),
        ("7.1", "i"),
        ("7.2", "i"),
        ("7.7", "p"),
        ("8.1", "p"),
        ("8.5", "p"),
        ("8.7", "p"),
        ("8.23", "n"),
        ("8.30", "x Nothing is developed outside of the company"),
    ];
    let controls = [(5, 37), (6, 8), (7, 14), (8, 34)];
    let ids = controls.iter().flat_map(|(clause, last)| (1..=*last).map(move |number| format!("{clause}.{number}")));
    lines.extend(ids.map(|id| said.iter().find(|(of, _)| *of == id).map_or("", |(_, answer)| answer).to_owned()));
    lines
}

/// How many values that is: each line counts, also one that only agrees, and a list of numbers or words counts each of them.
fn values(lines: &[String]) -> usize {
    let listed = |line: &str| line.split(' ').count() <= 9 && line.split(' ').all(|word| word.len() <= 12);
    let of = |line: &String| match line.as_str() {
        reason if reason.starts_with("x ") => 2,
        line if listed(line) => line.split(' ').count(),
        _ => 1,
    };
    lines.iter().map(of).sum()
}

#[test]
fn a_company_of_sixty_decides_every_control_in_few_words() {
    let root = company();
    let root = root.path();
    let before = gap(root);
    let lines = answers();
    let typed = values(&lines);
    assert!(typed <= MOST_VALUES, "{typed} values typed");
    assert!(typed >= 93 + 15, "every control and every question is answered: {typed}");

    let said = annexa(root, &["init", "--ask", "--today", TODAY], &(lines.join("\n") + "\n"));
    assert!(said.contains("93 decided, 0 not decided"), "{said}");
    let statement: Value =
        serde_json::from_str(&annexa(root, &["soa", "--today", TODAY, "--format", "json"], "")).unwrap();
    let counts = ["applicable", "excluded", "not_decided"].map(|key| statement[key].as_u64().unwrap());
    assert_eq!(counts, [92, 1, 0]);

    let after = gap(root);
    assert_eq!(after["problems"].as_array().unwrap().iter().filter(|of| of["level"] == "error").count(), 0);
    let claims = after["controls"].as_array().unwrap().iter().filter(|of| !of["claim"].is_null()).count();
    assert_eq!(claims, 93);
    let text = format!(
        "before:  {}\nafter:   {}\ntyped:   {typed} values\nplan:    {} things, the first: {}\n",
        states(&before),
        states(&after),
        after["plan"].as_array().unwrap().len(),
        after["plan"][0]["title"].as_str().unwrap(),
    );
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/organisation/sixty.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(golden).unwrap_or_default());
}

#[test]
fn what_init_writes_without_a_person_decides_nothing_and_says_what_it_found() {
    let root = company();
    let root = root.path();
    annexa(root, &["init", "--profile", "office", "--today", TODAY], "");
    let statement = annexa(root, &["soa", "--today", TODAY], "");
    assert!(statement.contains("0 applicable, 0 excluded, 93 not decided"), "{statement}");
    let text = std::fs::read_to_string(root.join("compliance/soa.toml")).unwrap();
    for line in [
        "# # Found: `docs/policies/access-control.md` names it in its front matter.",
        "# # Guessed: `docs/policies/backup.md` is about it by its words.",
        "# exclusion = \"There are no server rooms",
        "# # Guessed: in its data centres Amazon Web Services does it",
    ] {
        assert!(text.contains(line), "{line}");
    }
    let committed = annexa(root, &["check", "--today", TODAY, "--format", "concise", "compliance"], "");
    assert!(!committed.contains(": error["), "{committed}");
}

#[test]
fn drafts_of_policies_document_nothing() {
    let root = company();
    let root = root.path();
    annexa(root, &["init", "--today", TODAY], "");
    // More files are more in which nothing was found; where controls stand is what counts.
    let stands = || -> Vec<_> {
        let gap = gap(root);
        let controls = gap["controls"].as_array().unwrap().iter();
        controls.map(|of| ["id", "state", "reason"].map(|key| of[key].clone())).collect()
    };
    let before = stands();
    annexa(root, &["init", "--policies", "--today", TODAY], "");
    assert!(root.join("docs/policies/cryptography.md.draft").exists());
    assert!(!root.join("docs/policies/backup.md.draft").exists(), "there is one about backups");
    assert_eq!(before, stands());
}

#[test]
fn an_interview_that_stops_is_taken_up_again() {
    let root = company();
    let root = root.path();
    let lines = answers();
    let (first, rest) = lines.split_at(40);
    let said = annexa(root, &["init", "--ask", "--today", TODAY], &(first.join("\n") + "\n"));
    let decided = first.len() - 19;
    assert!(said.contains(&format!("{decided} decided, {} not decided", 93 - decided)), "{said}");
    // The second time the questions before the controls are passed over.
    let typed = format!("office\n{}{}\n", "\n".repeat(5), rest.join("\n"));
    let said = annexa(root, &["init", "--ask", "--today", TODAY], &typed);
    assert!(said.contains("0 not decided") && said.contains("added compliance/soa.toml"), "{said}");
    let statement = annexa(root, &["soa", "--today", TODAY], "");
    assert!(statement.contains("92 applicable, 1 excluded, 0 not decided"), "{statement}");
}
