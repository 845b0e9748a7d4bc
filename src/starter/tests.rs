use super::{File, Found, files};
use crate::governance::{self, Governance};
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
    }
}

fn written() -> Vec<File> {
    files(&found(), jiff::civil::date(2026, 2, 28), "compliance", &[])
}

fn read(files: &[File]) -> (Governance, Vec<String>) {
    let there = [("infra/main.tf", ""), ("infra/prod.tfvars", ""), ("Dockerfile", ""), ("in\"fra/Chart.yaml", "")];
    let all = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).chain(there);
    let (governance, problems) = governance::read(&Workspace::in_memory(all), "compliance");
    (governance, problems.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect())
}

#[test]
fn everything_that_is_written_is_read_without_a_fault() {
    let (governance, problems) = read(&written());
    assert!(problems.is_empty(), "{problems:#?}");
    let statement = governance.statement.unwrap();
    assert_eq!(statement.entries.len(), 93);
    assert!(statement.entries.values().all(|entry| entry.applicable && entry.owner.is_some()));
    let (governance, _) = read(&written());
    assert_eq!(governance.records("assets").len(), 3);
    assert!(governance.records("suppliers").is_empty(), "nobody has assessed a supplier yet");
    let ids: Vec<&str> = governance.records("raci").iter().map(|role| &*role.id).collect();
    assert_eq!(ids, ["management", "security-lead", "platform", "platform-2", "management-2"]);
}

/// The file with what its comments propose.
fn completed(file: &File) -> File {
    let proposal = |line: &str| line.starts_with("# [[") || line.split_once(" = ").is_some_and(|(key, _)| is_key(key));
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
            let days = ["2026-02-28", "2027-02-28", "2026-01-31", "/20"];
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
