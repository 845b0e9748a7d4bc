//! What one Statement of Applicability says otherwise than another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::soa::{Entry, Statement};
use crate::control::ControlId;
use crate::source::Span;

/// One thing that is said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub subject: Subject,
    /// The key of the file, such as `implementation`; `control` where a whole entry came or went.
    pub key: &'static str,
    /// What was said; none where nothing was.
    pub before: Option<String>,
    /// What is said now; none where nothing is.
    pub after: Option<String>,
}

/// What a difference is about. The head of the Statement comes first, then the 93 controls, then the organisation's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The Statement itself.
    Head,
    /// A control.
    Control(ControlId),
    /// A control of the organisation's own, by name.
    Custom(Arc<str>),
}

/// Every difference, in the order of subjects and of the keys in the file.
pub fn differences(old: &Statement, new: &Statement) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&mut found, &Subject::Head, head(old), head(new));
    let ids: BTreeSet<ControlId> = old.entries.keys().chain(new.entries.keys()).copied().collect();
    for id in ids {
        entries(&mut found, &Subject::Control(id), old.entries.get(&id), new.entries.get(&id));
    }
    let (before, after) = (custom(old), custom(new));
    let names: BTreeSet<&Arc<str>> = before.keys().chain(after.keys()).copied().collect();
    for name in names {
        entries(&mut found, &Subject::Custom(Arc::clone(name)), before.get(name).copied(), after.get(name).copied());
    }
    found
}

type Said = Vec<(&'static str, Option<String>)>;

fn custom(statement: &Statement) -> BTreeMap<&Arc<str>, &Entry> {
    statement.custom.iter().map(|(name, entry)| (name, entry)).collect()
}

/// An entry that came or went is one difference; else each key of it is one.
fn entries(found: &mut Vec<Difference>, subject: &Subject, old: Option<&Entry>, new: Option<&Entry>) {
    match (old, new) {
        (Some(old), Some(new)) => compare(found, subject, said(old), said(new)),
        _ => compare(found, subject, vec![("control", old.map(short))], vec![("control", new.map(short))]),
    }
}

fn compare(found: &mut Vec<Difference>, subject: &Subject, old: Said, new: Said) {
    for ((key, before), (_, after)) in old.into_iter().zip(new) {
        if before != after {
            found.push(Difference { subject: subject.clone(), key, before, after });
        }
    }
}

fn head(statement: &Statement) -> Said {
    let text = |text: &Option<Arc<str>>| text.as_ref().map(ToString::to_string);
    let day = |day: &Option<(Date, Span)>| day.map(|(day, _)| day.to_string());
    vec![
        ("version", text(&statement.version)),
        ("scope", text(&statement.scope)),
        ("approved_by", statement.approved_by.as_ref().map(|(role, _)| role.to_string())),
        ("approved_on", day(&statement.approved_on)),
        ("next_review", day(&statement.next_review)),
    ]
}

/// An entry in few words.
fn short(entry: &Entry) -> String {
    match entry.implementation {
        _ if !entry.applicable => "excluded".to_owned(),
        Some(how_far) => format!("applicable, {}", how_far.name()),
        None => "applicable".to_owned(),
    }
}

/// Every key of an entry, in the same order for each.
fn said(entry: &Entry) -> Said {
    let text = |text: &Option<Arc<str>>| text.as_ref().map(ToString::to_string);
    let placed = |text: &Option<(Arc<str>, Span)>| text.as_ref().map(|(text, _)| text.to_string());
    let list = |items: Vec<String>| (!items.is_empty()).then(|| items.join(", "));
    let evidence = entry.evidence.iter().map(|of| match &of.sha256 {
        Some(sha256) => format!("{} (SHA-256 {sha256})", of.kept.name()),
        None => of.kept.name().to_string(),
    });
    vec![
        ("title", text(&entry.title)),
        ("applicable", Some(if entry.applicable { "yes" } else { "no" }.to_owned())),
        ("reasons", list(entry.reasons.iter().map(|(reason, _)| reason.to_string()).collect())),
        ("exclusion", text(&entry.exclusion)),
        ("implementation", entry.implementation.map(|how_far| how_far.name().to_owned())),
        ("owner", placed(&entry.owner)),
        ("accountable", placed(&entry.accountable)),
        ("how", text(&entry.how)),
        ("evidence", list(evidence.collect())),
        ("inherited_from", placed(&entry.inherited_from)),
        ("current_level", entry.current_level.map(|level| level.to_string())),
        ("target_level", entry.target_level.map(|level| level.to_string())),
    ]
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Head => f.write_str("statement"),
            Subject::Control(id) => write!(f, "{id}"),
            Subject::Custom(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Workspace;

    fn statement(text: &str) -> Statement {
        let workspace = Workspace::in_memory([("compliance/soa.toml", text)]);
        crate::governance::read(&workspace, "compliance").0.statement.unwrap()
    }

    fn told(old: &str, new: &str) -> Vec<String> {
        let found = differences(&statement(old), &statement(new));
        let show = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
        found
            .into_iter()
            .map(|of| format!("{} {}: {} → {}", of.subject, of.key, show(of.before), show(of.after)))
            .collect()
    }

    const CONTROL: &str =
        "[control.\"8.24\"]\napplicable = true\nreasons = [\"practice:base\"]\nimplementation = \"planned\"\n";

    #[test]
    fn every_key_that_is_said_otherwise_is_a_difference() {
        let custom =
            "[custom.\"X.1\"]\napplicable = true\nreasons = [\"practice:own\"]\nimplementation = \"implemented\"\n";
        for (old, new, want) in [
            (CONTROL, CONTROL, vec![]),
            (
                "version = \"1\"\n",
                "version = \"2\"\nscope = \"all\"\n",
                vec!["statement version: 1 → 2", "statement scope: nothing → all"],
            ),
            ("", CONTROL, vec!["8.24 control: nothing → applicable, planned"]),
            (
                CONTROL,
                "[control.\"8.24\"]\napplicable = false\nexclusion = \"no keys\"\n",
                vec![
                    "8.24 applicable: yes → no",
                    "8.24 reasons: practice:base → nothing",
                    "8.24 exclusion: nothing → no keys",
                    "8.24 implementation: planned → nothing",
                ],
            ),
            (custom, "", vec!["X.1 control: applicable, implemented → nothing"]),
        ] {
            assert_eq!(told(old, new), want, "{old:?} and {new:?}");
        }
    }

    #[test]
    fn controls_come_in_the_order_of_their_numbers() {
        let entry = |id: &str| format!("[control.\"{id}\"]\napplicable = false\nexclusion = \"none\"\n");
        let found = told("", &(entry("8.10") + &entry("8.9") + &entry("5.1")));
        let ids: Vec<&str> = found.iter().filter_map(|told| told.split(' ').next()).collect();
        assert_eq!(ids, ["5.1", "8.9", "8.10"]);
    }
}
