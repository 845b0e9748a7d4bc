//! What is handed over in German has no English text of ours: the pages of the example organisation, sound and neglected, piece by
//! piece. What people wrote stays as they wrote it, and so does what is English in every report: rules, and messages of findings,
//! which pages mark with `lang="en"`.

#![expect(clippy::unwrap_used, reason = "tests state their expectations bluntly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Words that tell English from German; ids of roles are one word each, whatever they are made of.
const ENGLISH: [&str; 30] = [
    "the", "of", "and", "is", "are", "not", "with", "by", "for", "from", "which", "nothing", "has", "to", "it", "that",
    "no", "control", "controls", "rule", "rules", "finding", "findings", "due", "overdue", "owner", "state", "missing",
    "days", "said",
];

/// Names that are English in German too.
const NAMES: [&str; 1] = ["Information security risk"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
            into.push(' ');
            into.push_str(&path.to_string_lossy());
            into.push(' ');
        }
    }
}

fn squashed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the organisation and the rules say themselves.
fn known(organisation: &Path) -> String {
    let mut texts = String::new();
    collect(organisation, &mut texts);
    collect(&root().join("rules"), &mut texts);
    // What another framework asks, and why no control answers it, is quoted.
    texts.push_str(include_str!("../data/requirements.toml"));
    // A text of TOML stands there with its quotes escaped.
    squashed(&texts.replace("\\\"", "\""))
}

/// The texts of a page, and of its labels, without those that are marked as English.
fn pieces(page: &str) -> BTreeSet<String> {
    let mut pieces = BTreeSet::new();
    let mut left_out: Option<(String, usize)> = None;
    for part in page.split('<').skip(1) {
        let Some((tag, text)) = part.split_once('>') else { continue };
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let closes = tag.strip_prefix('/');
        match &mut left_out {
            Some((of, depth)) if closes == Some(of.as_str()) => *depth -= 1,
            Some((of, depth)) if name == of => *depth += 1,
            None if closes.is_none()
                && (["style", "script", "pre", "code"].contains(&name) || tag.contains("lang=\"en\"")) =>
            {
                left_out = Some((name.to_owned(), 1));
            }
            _ => {}
        }
        if left_out.as_ref().is_some_and(|(_, depth)| *depth == 0) {
            left_out = None;
        }
        if left_out.is_some() {
            continue;
        }
        pieces.insert(text.to_owned());
        for label in ["aria-label=\"", "title=\"", "data-words=\""] {
            pieces.extend(tag.split(label).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    let read = |text: &String| {
        squashed(
            &text
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&amp;", "&"),
        )
    };
    pieces.iter().map(read).collect()
}

/// The lines and cells of a text for a terminal or in Markdown, without what stands in code.
fn cells(text: &str) -> BTreeSet<String> {
    let mut cells = BTreeSet::new();
    for paragraph in text.split("\n\n") {
        let mut bare = String::new();
        for (at, part) in paragraph.split("<code>").enumerate() {
            bare.push_str(if at == 0 { part } else { part.split_once("</code>").map_or(part, |(_, rest)| rest) });
        }
        cells.extend(bare.split(['|', '\n']).map(squashed));
    }
    cells
}

/// The parts of a text that are English and were written neither by the organisation nor by a rule.
fn english(text: &str, known: &str) -> Vec<String> {
    let is_english =
        |part: &&str| part.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| ENGLISH.contains(&word));
    let of_ours =
        |part: &&str| !known.contains(part.trim_matches('.')) && !NAMES.iter().any(|name| part.contains(name));
    if known.contains(text) {
        return Vec::new();
    }
    let parts =
        text.split([':', ';', ',', '(', ')', '`', '→', '#', '*']).map(str::trim).filter(|part| !part.is_empty());
    parts.filter(is_english).filter(of_ours).map(str::to_owned).collect()
}

fn handed_over(organisation: &str, today: &str, command: &str, more: &[&str], format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_annexa"))
        .args([command, "--today", today, "--language", "de", "--format", format])
        .args(more)
        .current_dir(root().join("fixtures/organisation").join(organisation))
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.stdout.is_empty(), "{command} {format}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn german_pages_have_no_english_text_of_ours() {
    let review = ["--period", "2026-01-01..2026-06-15"];
    let mut left = Vec::new();
    for (organisation, today, command, more, format) in [
        ("sound", "2026-06-15", "gap", &[][..], "html"),
        ("sound", "2026-06-15", "plan", &[], "html"),
        ("sound", "2026-06-15", "review", &review[..], "html"),
        ("sound", "2026-06-15", "soa", &[], "html"),
        ("sound", "2026-06-15", "agenda", &["--within", "400"], "markdown"),
        ("neglected", "2028-06-15", "gap", &[], "html"),
        ("sound", "2026-06-15", "gap", &["--framework", "nis2"], "html"),
        ("sound", "2026-06-15", "gap", &["--framework", "csf"], "html"),
    ] {
        let known = known(&root().join("fixtures/organisation").join(organisation));
        let shown = handed_over(organisation, today, command, more, format);
        let texts = if format == "html" { pieces(&shown) } else { cells(&shown) };
        assert!(texts.len() > 5, "{command} {format}");
        for text in texts {
            let parts = english(&text, &known).into_iter();
            left.extend(parts.map(|part| format!("{organisation} {command} {format}: {part} (of {text})")));
        }
    }
    left.dedup();
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn merged_ledgers_are_told_in_german() {
    let folder = tempfile::tempdir().unwrap();
    for (name, today) in [("sound", "2026-06-15"), ("neglected", "2028-06-15")] {
        let ledger = handed_over(name, today, "gap", &["--repository", name], "json");
        std::fs::write(folder.path().join(format!("{name}.json")), ledger).unwrap();
    }
    let isms = folder.path().join("sound.json");
    let arguments = ["--isms", isms.to_str().unwrap(), folder.path().to_str().unwrap()];
    let known = known(&root().join("fixtures/organisation"));
    for format in ["html", "markdown"] {
        let shown = handed_over("sound", "2028-06-15", "org", &arguments, format);
        let texts = if format == "html" { pieces(&shown) } else { cells(&shown) };
        let left: Vec<String> = texts.iter().flat_map(|text| english(text, &known)).collect();
        assert!(texts.len() > 50 && left.is_empty(), "{format}: {left:?}");
    }
}
