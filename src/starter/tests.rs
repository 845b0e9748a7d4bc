use std::collections::BTreeMap;

use super::found::FoundPolicy;
use super::interview::{Answers, Start, Talk, ask};
use super::library::{library, profile};
use super::{Beginning, File, Found, LEAD, additions, files};
use crate::control::ControlId;
use crate::governance::{self, Governance};
use crate::posture::State;
use crate::settings;
use crate::source::{FileId, Source, Workspace};

fn found() -> Found {
    Found {
        units: vec![
            (".".into(), "image".into()),
            ("infra".into(), "terraform".into()),
            ("in\"fra".into(), "chart".into()),
        ],
        services: [
            ("aws".to_owned(), ["provider".to_owned()].into()),
            ("ghcr.io".to_owned(), ["registry".to_owned()].into()),
        ]
        .into(),
        teams: ["@shop/Platform".to_owned(), "@other/platform".to_owned(), "@shop/management".to_owned()].into(),
        ecosystems: ["cargo".to_owned()].into(),
        technologies: [("terraform".to_owned(), 3), ("helm".to_owned(), 1), ("cloudformation".to_owned(), 1)].into(),
        variable_files: vec!["infra/prod.tfvars".into()],
        policies: vec![
            FoundPolicy {
                path: "docs/policies/access.md".into(),
                declared: vec!["5.15".parse().unwrap()],
                owner: Some("people".into()),
                words: "access control".into(),
            },
            FoundPolicy {
                path: "docs/policies/b.md".into(),
                words: "backup and restore".into(),
                ..FoundPolicy::default()
            },
        ],
    }
}

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 2, 28);

fn standings() -> BTreeMap<ControlId, (State, String)> {
    let of = |id: &str, state| (id.parse().unwrap(), (state, "2 checks passed".to_owned()));
    [of("8.24", State::Evidenced), of("8.9", State::PartiallyEvidenced), of("5.1", State::NotAssessed)].into()
}

/// What is written, for a profile and after the answers of a person.
fn written_with(named: Option<&str>, answers: Option<&Answers>) -> Vec<File> {
    let (found, standings) = (found(), standings());
    let profile = named.and_then(profile);
    let beginning =
        Beginning { found: &found, standings: &standings, profile, answers, today: TODAY, folder: "compliance" };
    files(beginning, &[])
}

fn written() -> Vec<File> {
    written_with(None, None)
}

/// What comes of some answers, and what was said.
fn asked(lines: &[&str], known: &[ControlId]) -> (Answers, String) {
    let (found, standings) = (found(), standings());
    let start = Start {
        found: &found,
        standings: &standings,
        profile: None,
        lead: LEAD,
        known_roles: &[],
        known,
        known_suppliers: &[],
        known_risks: &BTreeMap::new(),
        today: TODAY,
    };
    let mut said = String::new();
    let mut lines = lines.iter().map(|line| (*line).to_owned());
    let answers = ask(start, &mut Talk { lines: &mut lines, say: &mut |words| said.push_str(words) });
    (answers, said)
}

fn read(files: &[File]) -> (Governance, Vec<String>) {
    let there = [
        ("infra/main.tf", ""),
        ("infra/prod.tfvars", ""),
        ("Dockerfile", ""),
        ("in\"fra/Chart.yaml", ""),
        ("docs/policies/access.md", ""),
        ("docs/policies/b.md", ""),
    ];
    let all = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).chain(there);
    let (governance, problems) = governance::read(&Workspace::in_memory(all), "compliance");
    (governance, problems.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect())
}

#[test]
fn everything_that_is_written_is_read_without_a_fault() {
    let (governance, problems) = read(&written());
    assert!(problems.is_empty(), "{problems:#?}");
    let statement = governance.statement.unwrap();
    assert!(statement.entries.is_empty(), "nobody has decided anything");
    let (governance, _) = read(&written());
    assert_eq!(governance.records("assets").len(), 3);
    assert!(governance.records("suppliers").is_empty(), "nobody has assessed a supplier yet");
    let ids: Vec<&str> = governance.records("raci").iter().map(|role| &*role.id).collect();
    assert_eq!(ids, ["management", "security-lead", "platform", "platform-2", "management-2", "people"]);
}

/// The Statement with the first comment mark of the tables taken away.
fn uncommented(text: &str) -> String {
    let mut inside = false;
    let lines = text.lines().map(|line| {
        inside = line.starts_with("# [control.") || (inside && !line.is_empty());
        if inside { line.strip_prefix("# ").unwrap_or(line) } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn proposals_count_once_a_person_takes_the_comment_away() {
    for (named, excluded) in [(None, 0), (Some("saas"), 9), (Some("office"), 3), (Some("on-premises"), 0)] {
        let mut files = written_with(named, None);
        for file in files.iter_mut().filter(|file| file.path.ends_with("soa.toml")) {
            file.text = uncommented(&file.text);
        }
        let (governance, problems) = read(&files);
        assert!(problems.is_empty(), "{problems:#?}");
        let entries = governance.statement.unwrap().entries;
        assert_eq!(entries.len(), 93);
        assert_eq!(entries.values().filter(|entry| !entry.applicable).count(), excluded, "{named:?}");
        let entry = |id: &str| &entries[&id.parse().unwrap()];
        let how_far = |id: &str| entry(id).implementation.unwrap().name();
        assert_eq!(how_far("8.24"), "implemented", "checks show it");
        assert_eq!((how_far("8.9"), how_far("8.1")), ("partial", "planned"));
        assert_eq!(entry("5.15").owner.as_ref().unwrap().0.as_ref(), "people", "the owner of its policy");
        assert_eq!(entry("5.15").evidence[0].kept.name().as_ref(), "docs/policies/access.md");
        assert_eq!(how_far("8.13"), "partial", "a policy is about it by its words");
    }
}

#[test]
fn what_is_found_and_what_is_guessed_are_told_apart() {
    let files = written();
    let text = &files.iter().find(|file| file.path.ends_with("soa.toml")).unwrap().text;
    for line in [
        "# # Found: `docs/policies/access.md` names it in its front matter.",
        "# # Guessed: `docs/policies/b.md` is about it by its words.",
        "# # Found: checks say evidenced: 2 checks passed.",
        "# # Guessed: in its data centres Amazon Web Services does it (https://aws.amazon.com/compliance/shared-responsibility-model/).",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// Answers to what comes before the controls.
const BEFORE: [&str; 10] =
    ["saas", "Our shop", "", "office", "", "2026-01-31", "high", "ISO 27001", "2027-01-31", "1 10 1"];

#[test]
fn what_a_person_answers_is_written_and_nothing_else_counts() {
    let mut lines = BEFORE.to_vec();
    lines.extend(["4 5", "3 2 accept"]);
    // 5.1 to 5.6: as proposed, not yet, partly, implemented, excluded, later; then it stops.
    lines.extend(["", "n", "p", "i", "x Nobody to reach", "?", "q"]);
    let (answers, said) = asked(&lines, &[]);
    assert!(!said.contains("Use of cryptography") && said.contains("5.7 Threat intelligence"), "{said}");
    let files = written_with(Some("saas"), Some(&answers));
    let (governance, problems) = read(&files);
    assert!(problems.is_empty(), "{problems:#?}");
    let statement = governance.statement.as_ref().unwrap();
    assert_eq!(statement.scope.as_deref(), Some("Our shop"));
    let decided: Vec<String> = statement.entries.keys().map(ToString::to_string).collect();
    assert_eq!(decided, ["5.1", "5.2", "5.3", "5.4", "5.5"]);
    let entry = |id: &str| &statement.entries[&id.parse().unwrap()];
    assert_eq!(entry("5.5").exclusion.as_deref(), Some("Nobody to reach"));
    assert_eq!(entry("5.4").implementation.unwrap().name(), "implemented");
    let risks: Vec<(&str, Option<i64>)> =
        governance.records("risks").iter().map(|risk| (&*risk.id, risk.number("likelihood"))).collect();
    assert_eq!(risks, [("account-taken-over", Some(4)), ("ransomware", Some(3))]);
    let supplier = governance.record("suppliers", "aws").unwrap();
    assert!(supplier.controls("covers").iter().any(|(id, _)| id.to_string() == "7.1"));
    assert!(governance.record("raci", "office").is_some());
}

#[test]
fn an_assessed_provider_does_what_the_profile_leaves_out() {
    let mut lines = BEFORE.to_vec();
    lines.extend(["4 5", "3 2"]);
    lines.extend(std::iter::repeat_n("", 93));
    let (answers, _) = asked(&lines, &[]);
    assert_eq!((answers.decided.len(), answers.undecided.len()), (93, 0));
    let (governance, problems) = read(&written_with(Some("saas"), Some(&answers)));
    assert!(problems.is_empty(), "{problems:#?}");
    let statement = governance.statement.unwrap();
    let entry = |id: &str| &statement.entries[&id.parse().unwrap()];
    assert_eq!(entry("7.1").inherited_from.as_ref().map(|(supplier, _)| &**supplier), Some("aws"));
    assert_eq!(entry("5.15").reasons[0].0.to_string(), "risk:account-taken-over");
    assert_eq!(entry("7.7").reasons[0].0.to_string(), "practice:baseline");
}

#[test]
fn a_wrong_answer_is_told_and_asked_again() {
    let lines = [
        "bank",
        "saas",
        "",
        "a b",
        "",
        "office",
        "one two",
        "",
        "soon",
        "2027-01-01",
        "2026-01-31",
        "very",
        "low",
        "",
        "99",
        "3",
        "9 9",
        "1 2",
        "z",
        "x",
        "i now",
        "i",
    ];
    let (answers, said) = asked(&lines, &[]);
    for told in [
        "`bank` is none of them",
        "`a b` is no id of a role",
        "`one` is none of the roles",
        "`soon` is no day",
        "2027-01-01 is still to come",
        "`very` is none of low",
        "`99` is no number from 1 to",
        "expected two numbers from 1 to 5",
        "`z` is none of n, p, i",
        "say why it does not apply",
        "`now` is too much",
    ] {
        assert!(said.contains(told), "{told}\n{said}");
    }
    assert_eq!(answers.decided.len(), 1);
    assert_eq!(answers.undecided.len(), 92);
}

#[test]
fn what_is_decided_already_is_not_asked_again_and_the_rest_is_added() {
    let known: Vec<ControlId> = ControlId::all().take(92).collect();
    let (answers, said) = asked(&["", "", "", "", "", "", "", ""], &known);
    assert!(said.contains("8.34") && !said.contains("\n5.1 "), "{said}");
    assert_eq!(answers.decided.len(), 1);
    let added = additions(&answers, TODAY, "compliance");
    assert_eq!(added.keys().collect::<Vec<_>>(), ["compliance/soa.toml"]);
    assert!(added["compliance/soa.toml"].starts_with("\n[control.\"8.34\"]"), "{added:?}");
    assert!(library().risks.len() > 20);
}

/// The file with what its comments propose.
fn completed(file: &File) -> File {
    let proposal = |line: &str| line.starts_with("# [") || line.split_once(" = ").is_some_and(|(key, _)| is_key(key));
    let take = |line: &str| if proposal(line) { line.trim_start_matches("# ").to_owned() } else { line.to_owned() };
    let lines: Vec<String> = file.text.lines().map(take).collect();
    // Where files are asked for, one that is there.
    File { path: file.path.clone(), text: lines.join("\n").replace("[\"…\"]", "[\"infra/main.tf\"]") }
}

/// Whether it is one comment and the name of a key.
fn is_key(text: &str) -> bool {
    let key = text.strip_prefix("# ").unwrap_or("");
    !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[test]
fn templates_are_sound_once_they_are_uncommented() {
    for file in written().iter().filter(|file| file.path.starts_with("compliance/") && !file.path.ends_with("soa.toml"))
    {
        let others = written().into_iter().filter(|other| other.path != file.path);
        let all: Vec<File> = others.chain([completed(file)]).collect();
        let (governance, problems) = read(&all);
        assert!(problems.is_empty(), "{problems:#?}\n{}", completed(file).text);
        let name = file.path.trim_start_matches("compliance/").trim_end_matches(".toml");
        assert!(!governance.records(name).is_empty(), "{name}");
    }
}

#[test]
fn the_settings_are_sound_as_they_are_and_uncommented() {
    let settings = super::settings(&found(), &[]).text;
    let lines = settings.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with('[') || rest.contains(" = ") => rest,
        _ => line,
    });
    // The settings of tables come after all others.
    for text in [settings.clone(), lines.collect::<Vec<_>>().join("\n")] {
        let source = Source::from_text(FileId(0), "annexa.toml", &text);
        assert!(settings::read(&source).is_ok(), "{text}\n{:#?}", settings::read(&source).err());
    }
}

#[test]
fn nothing_is_invented_and_no_day_but_the_given_one_is_used() {
    for file in written() {
        for line in file.text.lines().filter(|line| line.contains("20")) {
            // The amendment of a standard has its year.
            let days = ["2026-02-28", "2027-02-28", "2026-01-31", "/20", "1:2024"];
            assert!(days.iter().any(|day| line.contains(day)) || !line.contains("202"), "{}: {line}", file.path);
        }
        for word in ["compliant", "certified"] {
            assert!(!file.text.to_lowercase().contains(word), "{}: {word}", file.path);
        }
    }
}

#[test]
fn the_set_is_shown_as_it_is() {
    let shown: Vec<String> = written()
        .iter()
        .filter(|file| !file.path.ends_with("soa.toml"))
        .map(|file| format!("── {} ──\n{}", file.path, file.text))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}
