//! What is known of a file's past: asked of the version control that the files come from.
//!
//! The trait stands here, on the ground floor, because `discover` implements it and dialects ask it. A dialect never
//! learns which version control it is, and without any there is simply no [`History`].

use std::sync::Arc;

use jiff::civil::Date;

/// The past of the files of a workspace, by their paths relative to the root.
///
/// Renames are not followed: a file begins where its path does. What the history does not hold (a shallow clone, a file
/// that is not tracked, a limit reached) is unknown, and never taken for "not changed".
pub trait History: Send + Sync + std::fmt::Debug {
    /// The newest commit that changed the content of the file at `path`; none where that is unknown.
    fn last_change(&self, path: &str) -> Option<Change>;

    /// The content of the file at `path` some changes ago: 0 is what the newest commit that changed it made of it, 1
    /// what that commit found.
    fn version(&self, _path: &str, _back: usize) -> Past {
        Past::Unknown
    }
}

/// A commit that changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day on which the commit was made, in the zone of whoever made it.
    pub date: Date,
    /// The commit's full id, in hex digits.
    pub commit: Arc<str>,
}

/// An earlier content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Past {
    /// The file's text, and the commit that made it so.
    Version(Change, Arc<str>),
    /// The file was not there, or was no text.
    Absent,
    /// The history does not say.
    Unknown,
}
