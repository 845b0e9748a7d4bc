//! A history that is written down: fixtures of rules tell it in `.history.toml`, the newest commit first.
//!
//! ```toml
//! [[commit]]
//! date = 2026-01-10
//! files = { "policies/backup.md" = "the text that the commit made of it", "policies/old.md" = "" }
//! ```
//!
//! An empty text stands for a file that the commit removed. With `complete = false` the history goes further back than
//! is told, as that of a shallow clone does.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{Node, Problem};
use crate::lower::Faults;
use crate::source::Workspace;
use crate::source::history::{Change, History, Past};
use crate::syntax;

/// The file's name.
const FILE: &str = ".history.toml";

#[derive(Debug)]
struct Recorded {
    commits: Vec<Commit>,
    complete: bool,
}

#[derive(Debug)]
struct Commit {
    date: Date,
    files: BTreeMap<Arc<str>, Arc<str>>,
}

/// The history that a workspace tells of itself, where it does.
pub(super) fn history(workspace: &Workspace) -> Result<Option<Arc<dyn History>>, Vec<Problem>> {
    let Some(source) = workspace.find(FILE).and_then(|file| workspace.source(file).ok()) else { return Ok(None) };
    let mut faults = Faults::new("history", FILE);
    let parsed = syntax::named("toml").map(|toml| (toml.parse)(source)).unwrap_or_default();
    faults.extend(parsed.problems);
    let recorded = parsed.roots.first().and_then(|root| recorded(root, &mut faults));
    if !faults.is_empty() {
        return Err(faults.into_problems());
    }
    Ok(recorded.map(|recorded| Arc::new(recorded) as Arc<dyn History>))
}

fn recorded(root: &Node, faults: &mut Faults) -> Option<Recorded> {
    let mut fields = faults.fields(root, "the history")?;
    let complete = fields.optional("complete").and_then(|node| faults.boolean(node, "complete")).unwrap_or(true);
    let commits = fields.required("commit", faults);
    fields.finish(faults);
    let commits = faults.list(commits?, "commit", |faults, item| {
        let mut fields = faults.fields(item, "a commit")?;
        let date = fields.required("date", faults).and_then(|node| faults.parsed(node, "date", "a day"));
        let files = fields.required("files", faults);
        fields.finish(faults);
        let files = files?.entries().iter().filter_map(|entry| {
            let text = entry.value.as_str();
            if text.is_none() {
                faults.add(entry.value.span, "the text of a file is a string", "write the whole text");
            }
            Some((Arc::clone(&entry.key.name), Arc::from(text?)))
        });
        let files = files.collect();
        Some(Commit { date: date?, files })
    });
    Some(Recorded { commits, complete })
}

impl Recorded {
    fn change(&self, path: &str, back: usize) -> Option<(Change, &Arc<str>)> {
        let mut changes = self.commits.iter().enumerate().filter_map(|(at, commit)| {
            let text = commit.files.get(path)?;
            // Made up from its place, since a commit that nobody made has no id.
            let id = format!("{:040x}", self.commits.len() - at);
            Some((Change { date: commit.date, commit: id.into() }, text))
        });
        changes.nth(back)
    }
}

impl History for Recorded {
    fn last_change(&self, path: &str) -> Option<Change> {
        self.change(path, 0).filter(|(_, text)| !text.is_empty()).map(|(change, _)| change)
    }

    fn version(&self, path: &str, back: usize) -> Past {
        match self.change(path, back) {
            Some((_, text)) if text.is_empty() => Past::Absent,
            Some((change, text)) => Past::Version(change, Arc::clone(text)),
            None if self.complete => Past::Absent,
            None => Past::Unknown,
        }
    }
}
