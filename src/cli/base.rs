//! `--base`: the revision that a run is held against.
//!
//! Whatever decides how files are judged (settings, user rules, governance files, suppressions) is taken from there, so
//! that a change cannot excuse itself.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::cli::output::Failure;
use crate::dialect::Inputs;
use crate::discover::git::lines::{self, Lines};
use crate::discover::git::{Commit, Refused, Repository};
use crate::discover::{self, Discovered, Request};
use crate::document::Problem;
use crate::source::{FileId, Source, Span, Unreadable, Workspace};

/// The merge base of a revision and HEAD.
pub struct Base {
    repository: Repository,
    commit: Commit,
}

/// The files of an earlier revision, ready to be judged.
pub struct Before {
    /// The revision, where what decides how to judge is taken from it.
    pub base: Option<Base>,
    /// Its files.
    pub workspace: Workspace,
    /// What dialects are told.
    pub inputs: Inputs,
}

/// A file that decides how to judge, and its bytes.
pub type Deciding = (Arc<str>, Result<Vec<u8>, Unreadable>);

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure::Message(refused.to_string())
    }
}

impl Base {
    /// Finds the merge base of a revision and HEAD in the repository that holds `root`.
    pub fn open(root: &Path, revision: &str) -> Result<Base, Failure> {
        let repository = Repository::open(root)?;
        let commit = repository.merge_base(revision)?;
        Ok(Base { repository, commit })
    }

    /// The full id of the commit.
    pub fn id(&self) -> Arc<str> {
        self.commit.id()
    }

    /// The tracked files on disk that this revision does not leave out.
    pub fn tracked(&self, request: &Request) -> Result<Vec<String>, Failure> {
        Ok(self.repository.tracked(&self.commit, request)?)
    }

    /// Its files, and what dialects are told of them.
    pub fn before(self, request: &Request, inputs: &Inputs) -> Result<Before, Failure> {
        let Discovered { workspace, .. } = self.repository.revision(&self.commit, request)?;
        let history = Arc::new(self.repository.history(&self.commit));
        Ok(Before { workspace, inputs: Inputs { history: Some(history), ..inputs.clone() }, base: Some(self) })
    }

    /// The governance files of a folder (relative to the root), with ids from this one on.
    pub fn governance(&self, folder: &str, first: usize, problems: &mut Vec<Problem>) -> Result<Vec<Source>, Failure> {
        let mut sources = Vec::new();
        for (path, bytes) in self.repository.files_below(&self.commit, folder, "toml")? {
            let id = Workspace::adopted_id(first + sources.len());
            match bytes.and_then(|bytes| Source::decode(id, Arc::from(path.as_str()), bytes)) {
                Ok(source) => sources.push(source),
                Err(error) => problems.push(Problem::error("governance", path, None, error.to_string())),
            }
        }
        Ok(sources)
    }
}

/// Reads a file that decides how to judge: from the base where there is one and the file is below the root, else from
/// disk. None where it is not there.
pub fn read(root: &Path, path: &Path, base: Option<&Base>) -> Result<Option<Result<Vec<u8>, Unreadable>>, Failure> {
    match base.zip(discover::relative(root, path)) {
        Some((base, relative)) => {
            let mut found = base.repository.files_below(&base.commit, &relative, "")?;
            let at = found.iter().position(|(path, _)| *path == relative);
            Ok(at.map(|at| found.swap_remove(at).1))
        }
        None => Ok(path.exists().then(|| discover::read(path))),
    }
}

/// The files with an ending below a folder that decide how to judge, in order, from where [`read`] reads them. None
/// where there is no such folder.
pub fn below(
    root: &Path,
    folder: &Path,
    extension: &str,
    base: Option<&Base>,
) -> Result<Option<Vec<Deciding>>, Failure> {
    match base.zip(discover::relative(root, folder)) {
        Some((base, relative)) => {
            let found = base.repository.files_below(&base.commit, &relative, extension)?;
            let found: Vec<Deciding> = found.into_iter().map(|(path, bytes)| (path.into(), bytes)).collect();
            Ok((!found.is_empty()).then_some(found))
        }
        None => Ok(on_disk(folder, extension)),
    }
}

/// The files with an ending below a folder on disk, in order; none where there is no such folder.
pub fn on_disk(folder: &Path, extension: &str) -> Option<Vec<Deciding>> {
    let files = folder.exists().then(|| discover::files_below(folder, extension))?;
    let read = |path: std::path::PathBuf| {
        let name: Arc<str> = path.to_string_lossy().replace('\\', "/").into();
        (name, discover::read(&path))
    };
    Some(files.map(read).collect())
}

/// Which places of a workspace stand on lines that changed since a base.
pub struct Touched<'a> {
    before: &'a Workspace,
    now: &'a Workspace,
    files: Mutex<HashMap<FileId, Arc<Changed>>>,
}

enum Changed {
    /// The base has no such file, or it cannot be compared: all of it is new.
    Everything,
    Lines(Vec<Lines>),
}

impl<'a> Touched<'a> {
    /// Compares the files of `now` with those of `before`, when they are asked for.
    pub fn new(before: &'a Workspace, now: &'a Workspace) -> Touched<'a> {
        Touched { before, now, files: Mutex::default() }
    }

    /// Whether a place stands on a line that changed. What is in no file of the scan stands on none.
    pub fn at(&self, span: Span) -> bool {
        let path = self.now.path(span.file);
        if self.now.find(path) != Some(span.file) {
            return false;
        }
        let Ok(source) = self.now.source(span.file) else { return true };
        match &*self.changed(span.file, source) {
            Changed::Everything => true,
            Changed::Lines(changed) => {
                let first = source.position(span.start).line;
                let last = source.position(span.end.saturating_sub(1).max(span.start)).line;
                changed.iter().any(|lines| lines.first <= last && first <= lines.last)
            }
        }
    }

    fn changed(&self, file: FileId, source: &Source) -> Arc<Changed> {
        if let Some(known) = self.files.lock().ok().and_then(|files| files.get(&file).cloned()) {
            return known;
        }
        let before = self.before.find(source.path()).and_then(|file| self.before.source(file).ok());
        let changed = Arc::new(match before {
            Some(before) if before.text() == source.text() => Changed::Lines(Vec::new()),
            Some(before) => Changed::Lines(lines::changed(before, source)),
            None => Changed::Everything,
        });
        if let Ok(mut files) = self.files.lock() {
            files.insert(file, Arc::clone(&changed));
        }
        changed
    }
}
