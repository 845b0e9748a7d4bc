//! `--base`: the revision that a run is held against.
//!
//! Whatever decides how files are judged (settings, user rules, governance files, suppressions) is taken from there, so
//! that a change cannot excuse itself.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::cli::output::Failure;
use crate::dialect::Inputs;
use crate::discover::door::{self, Door, Entry};
use crate::discover::git::lines::{self, Lines};
use crate::discover::git::{Commit, Indexed, Refused, Repository};
use crate::discover::{self, Discovered, Request};
use crate::document::Problem;
use crate::settings;
use crate::source::{FileId, Source, Span, Unreadable, Workspace};

/// The merge base of a revision and HEAD.
pub struct Base {
    repository: Repository,
    commit: Commit,
    root: PathBuf,
    /// The same repository from its top.
    whole: Repository,
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

/// The files of a folder that decide how to judge, or why there are none.
pub type Found = Result<Vec<Deciding>, &'static str>;

/// What is said of a folder that is not there.
const NO_FOLDER: &str = "no such folder of rules";

/// What is said of a folder of which the next commit would hold nothing.
const NOT_STAGED: &str = "no rule of this folder is staged";

/// Where rules are read from that lie in the repository.
#[derive(Clone, Copy)]
pub enum Origin<'a> {
    /// From disk.
    Disk,
    /// From the revision that a run is held against.
    Revision(&'a Base),
    /// From the index, as the next commit will have them.
    Index,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure::Message(refused.to_string())
    }
}

impl Base {
    /// Finds the merge base of a revision and HEAD in the repository that holds `folder`. The root is the one that the
    /// folder had there.
    pub fn open(folder: &Path, revision: &str) -> Result<Base, Failure> {
        let repository = Repository::open(folder)?;
        refuse_new_submodule(&repository, revision)?;
        let commit = repository.merge_base(revision)?;
        let root = repository.nearest_with(&commit, settings::FILE_NAME)?;
        let whole = Repository::open(&repository.top())?;
        let repository = if root == folder { repository } else { Repository::open(&root)? };
        Ok(Base { repository, commit, root, whole })
    }

    /// The handle that knows a path, and what the path is there: it may lie beside the root. None for a path that is in
    /// no part of the repository.
    fn holding(&self, path: &Path) -> Option<(&Repository, String)> {
        let below_root = discover::relative(&self.root, path).map(|relative| (&self.repository, relative));
        below_root.or_else(|| Some((&self.whole, discover::relative(&self.whole.top(), path)?)))
    }

    /// The directory that paths are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What git tracks now.
    pub fn indexed(&self) -> Result<Indexed, Failure> {
        Ok(self.repository.indexed()?)
    }

    /// Those of some paths below the root whose files on disk are other ones there, or that it does not have.
    pub fn changed(&self, paths: &BTreeSet<String>) -> Result<BTreeSet<String>, Failure> {
        Ok(self.repository.changed_since(&self.commit, paths)?)
    }

    /// The full id of the commit.
    pub fn id(&self) -> Arc<str> {
        self.commit.id()
    }

    /// The tracked files on disk that this revision does not leave out.
    pub fn tracked(&self, request: &Request) -> Result<BTreeSet<String>, Failure> {
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
            match bytes.and_then(|bytes| Source::decode_own(id, Arc::from(path.as_str()), bytes)) {
                Ok(source) => sources.push(source),
                Err(error) => problems.push(Problem::error("governance", path, None, error.to_string())),
            }
        }
        Ok(sources)
    }
}

/// Refuses a repository that stands where the base of the one around it has files of its own: it would be held against
/// its own past.
fn refuse_new_submodule(repository: &Repository, revision: &str) -> Result<(), Failure> {
    let Some((outer, place)) = repository.around() else { return Ok(()) };
    let Ok(base) = outer.merge_base(revision) else { return Ok(()) };
    if !outer.has_submodule(&outer.head()?, &place)? || outer.has_submodule(&base, &place)? {
        return Ok(());
    }
    let message = "is a repository of its own that the base revision does not have; check the one around it";
    Err(Failure::Message(format!("{place} {message}")))
}

/// Reads a file that decides how to judge: from the base where there is one and the file is below the root, else from
/// disk. None where it is not there.
pub fn read(root: &Path, path: &Path, base: Option<&Base>) -> Result<Option<Result<Vec<u8>, Unreadable>>, Failure> {
    if let Some((base, (repository, relative))) = base.and_then(|base| Some((base, base.holding(path)?))) {
        let mut found = repository.files_below(&base.commit, &relative, "")?;
        let at = found.iter().position(|(path, _)| *path == relative);
        return Ok(at.map(|at| found.swap_remove(at).1));
    }
    let Some(relative) = discover::relative(root, path) else {
        return Ok(door::is_there(path).then(|| door::read(path)));
    };
    let door = Door::new(root);
    Ok((door.entry(&relative) != Entry::Nothing).then(|| door.read(&relative)))
}

/// The files with an ending below a folder that decide how to judge, in order. What lies outside of the repository is read
/// from disk.
pub fn below(root: &Path, folder: &Path, extension: &str, origin: Origin<'_>) -> Result<Found, Failure> {
    let kept = match origin {
        Origin::Disk => None,
        Origin::Revision(base) => {
            let held = base.holding(folder);
            let found = held.map(|(of, relative)| of.files_below(&base.commit, &relative, extension)).transpose()?;
            found.map(|found| (found, NO_FOLDER))
        }
        Origin::Index => {
            let repository = Repository::open(root)?;
            let top = repository.top();
            let held = match discover::relative(root, folder) {
                Some(relative) => Some((repository, relative)),
                None => discover::relative(&top, folder)
                    .map(|path| Ok::<_, Failure>((Repository::open(&top)?, path)))
                    .transpose()?,
            };
            let found = held.map(|(of, relative)| of.staged_below(&relative, extension)).transpose()?;
            found.map(|found| (found, NOT_STAGED))
        }
    };
    if let Some((found, none)) = kept {
        let found: Vec<Deciding> = found.into_iter().map(|(path, bytes)| (path.into(), bytes)).collect();
        return Ok(if found.is_empty() { Err(none) } else { Ok(found) });
    }
    let relative = discover::relative(root, folder);
    Ok(relative.map_or_else(|| on_disk(folder, extension), |relative| from_root(root, &relative, extension)))
}

/// The files with an ending below a folder on disk that the user names, in order; or the file that is named.
pub fn on_disk(folder: &Path, extension: &str) -> Found {
    if !door::is_there(folder) {
        return Err(NO_FOLDER);
    }
    Ok(discover::files_below(folder, extension).map(|path| deciding(&path, door::read(&path))).collect())
}

/// The same of what stands below the root, from where nothing leads out.
fn from_root(root: &Path, relative: &str, extension: &str) -> Found {
    let door = Door::new(root);
    let folder = match door.entry(relative) {
        Entry::File | Entry::Folder => root.join(relative),
        Entry::LinkToFile | Entry::LinkToFolder => {
            door.target(relative).map_or_else(|| root.join(relative), |target| root.join(target))
        }
        Entry::Nothing | Entry::Broken => return Err(NO_FOLDER),
        Entry::Outside | Entry::Special(_) => {
            return Err("this folder of rules leads outside of the scanned directory, so it is not read");
        }
    };
    let read = |path: PathBuf| {
        let bytes = discover::relative(root, &path).map_or(Err(Unreadable::Outside), |path| door.read(&path));
        deciding(&path, bytes)
    };
    Ok(discover::files_below(&folder, extension).map(read).collect())
}

fn deciding(path: &Path, bytes: Result<Vec<u8>, Unreadable>) -> Deciding {
    (path.to_string_lossy().replace('\\', "/").into(), bytes)
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
