//! The texts that secrets are looked for in.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::source::{FileId, Source, Workspace};

/// The texts of a workspace, some of which are there only as long as this is.
pub struct Texts<'w> {
    workspace: &'w Workspace,
    passing: Vec<(FileId, OnceLock<Option<Cow<'w, Source>>>)>,
}

impl<'w> Texts<'w> {
    /// Those of a workspace; each stays that is asked for.
    pub fn of(workspace: &'w Workspace) -> Texts<'w> {
        Texts { workspace, passing: Vec::new() }
    }

    /// The same, but for the texts of some files, in order, which are let go.
    pub fn passing(workspace: &'w Workspace, files: impl Iterator<Item = FileId>) -> Texts<'w> {
        Texts { workspace, passing: files.map(|file| (file, OnceLock::new())).collect() }
    }

    /// The text of a file.
    pub fn source(&self, id: FileId) -> Option<&Source> {
        match self.passing.binary_search_by_key(&id, |(file, _)| *file).ok().and_then(|at| self.passing.get(at)) {
            Some((_, text)) => text.get_or_init(|| self.workspace.glance(id).ok()).as_deref(),
            None => self.workspace.source(id).ok(),
        }
    }
}
