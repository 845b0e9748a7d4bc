//! What became of the files of a run: nothing leaves it in silence.

use std::sync::Arc;

use super::unread::Unread;
use crate::document::{Level, Problem};

/// What was not judged of what a run was about, and how many files were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many files some dialect read.
    pub judged: usize,
    /// How many files are no dialect's business.
    pub not_ours: usize,
    /// Files that are recognised and not read, in order. Something else in such a file may be judged (a token, another
    /// object).
    pub not_read: Vec<NotRead>,
    /// Files that could not be judged, in whole or in part, in order.
    pub not_judged: Vec<NotJudged>,
    /// The kinds of resource that no rule judges, in order.
    pub without_rule: Vec<Arc<str>>,
    /// What the settings leave out, as they say it.
    pub excluded: Vec<Arc<str>>,
}

/// A file of a kind that is not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotRead {
    /// The file, relative to the root.
    pub path: Arc<str>,
    /// What it is: a name of the table, and what that stands for.
    pub what: &'static Unread,
}

/// A file that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// The file, relative to the root.
    pub path: Arc<str>,
    /// The first thing that is wrong with it.
    pub because: String,
}

impl Coverage {
    /// Takes note of the files that something is wrong with: what stands in them was not judged, or not all of it.
    pub fn note(&mut self, problems: &[Problem]) {
        let told = ["discover::", "syntax::", "dialect::"];
        let faults = problems.iter().filter(|problem| {
            problem.level == Level::Error
                && !problem.path.is_empty()
                && told.iter().any(|part| problem.code.starts_with(part))
        });
        for fault in faults {
            if self.not_judged.iter().all(|known| known.path != fault.path) {
                self.not_judged.push(NotJudged { path: Arc::clone(&fault.path), because: fault.message.clone() });
            }
        }
        self.not_judged.sort_by(|one, other| one.path.cmp(&other.path));
    }
}
