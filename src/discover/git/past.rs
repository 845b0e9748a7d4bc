//! When files changed, and what they were before.
//!
//! The history is that of first parents: what landed on the branch, and when. It is walked only as far back as a
//! question needs, and what was seen is kept, so that many files cost little more than one. Of each commit only the
//! folders that lead to the files asked for are read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use gix::ObjectId;
use gix::object::tree::EntryKind;

use super::{Commit, Refused, Repository, commit_and_parent};
use crate::source::history::{Change, History, Past};

/// The history of what is checked out, opened when something is asked of it.
struct Lazy {
    root: PathBuf,
    opened: OnceLock<Option<FirstParents>>,
}

/// The history of the files below a root; none where they are in no git repository. Nothing is opened before something is
/// asked.
pub fn history_of(root: &Path) -> Option<Arc<dyn History>> {
    let held = root.ancestors().any(|folder| folder.join(".git").exists());
    held.then(|| Arc::new(Lazy { root: root.to_path_buf(), opened: OnceLock::new() }) as Arc<dyn History>)
}

impl Lazy {
    fn opened(&self) -> Option<&FirstParents> {
        let open = || {
            let repository = Repository::open(&self.root).ok()?;
            match repository.head() {
                Ok(head) => Some(repository.history(&head)),
                Err(Refused::NoCommit) => {
                    let seen = Mutex::new(Seen { before: Before::Nothing, ..Seen::default() });
                    Some(FirstParents { repository, seen })
                }
                Err(_) => None,
            }
        };
        self.opened.get_or_init(open).as_ref()
    }
}

impl std::fmt::Debug for Lazy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lazy").field("root", &self.root).finish_non_exhaustive()
    }
}

impl History for Lazy {
    fn last_change(&self, path: &str) -> Option<Change> {
        self.opened()?.last_change(path)
    }

    fn version(&self, path: &str, back: usize) -> Past {
        self.opened().map_or(Past::Unknown, |history| history.version(path, back))
    }
}

/// Commits further back than this are not looked at.
const MAX_COMMITS: usize = 20_000;

/// More changes of one file than this are not told.
const MAX_CHANGES: usize = 1_000;

/// The history of a commit.
pub struct FirstParents {
    repository: Repository,
    seen: Mutex<Seen>,
}

impl std::fmt::Debug for FirstParents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstParents").finish_non_exhaustive()
    }
}

/// What was read so far.
#[derive(Default)]
struct Seen {
    /// From the newest back.
    commits: Vec<Commit>,
    /// What comes after the last of them.
    before: Before,
    /// Where a shallow clone ends.
    cuts: Vec<ObjectId>,
    /// For each folder of git: its tree in each commit, as far as it was looked at.
    folders: HashMap<String, Vec<Option<ObjectId>>>,
    files: HashMap<String, File>,
}

/// What precedes the commits that were read.
#[derive(Clone, Copy, Default)]
enum Before {
    Commit(ObjectId),
    /// The last one read is the first of all.
    Nothing,
    /// A shallow clone ends here, an object is missing, or a limit is reached.
    #[default]
    Unknown,
}

#[derive(Default)]
struct File {
    /// The commits (by their place) that changed the file, and what they made of it.
    changes: Vec<(usize, Option<ObjectId>)>,
    /// How many commits were compared with their parents.
    compared: usize,
}

/// One change of a file.
enum Found {
    Change(Change, Option<ObjectId>),
    /// There are no more.
    End,
    Unknown,
}

impl Repository {
    /// The history of a commit and its first parents.
    pub fn history(&self, newest: &Commit) -> FirstParents {
        let seen = Seen { before: Before::Commit(newest.id), cuts: self.cuts(), ..Seen::default() };
        FirstParents { repository: self.clone(), seen: Mutex::new(seen) }
    }

    /// A commit and its first parents, from the newest back. The walk ends after the first commit of all, where a
    /// shallow clone ends, and after 20,000 commits.
    pub fn first_parents(&self, newest: &Commit) -> impl Iterator<Item = Commit> {
        let cuts = self.cuts();
        let mut next = Before::Commit(newest.id);
        let walk = std::iter::from_fn(move || {
            let Before::Commit(id) = next else { return None };
            let (commit, before) = self.step(id, &cuts)?;
            next = before;
            Some(commit)
        });
        walk.take(MAX_COMMITS)
    }

    /// Reads a commit, and what precedes it.
    fn step(&self, id: ObjectId, cuts: &[ObjectId]) -> Option<(Commit, Before)> {
        let (commit, parent) = self.with(|git| commit_and_parent(git, id)).ok()?;
        let before = match parent {
            _ if cuts.contains(&id) => Before::Unknown,
            Some(parent) => Before::Commit(parent),
            None => Before::Nothing,
        };
        Some((commit, before))
    }

    /// Where a shallow clone ends.
    fn cuts(&self) -> Vec<ObjectId> {
        let cuts = self.with(|git| git.shallow_commits().ok().flatten());
        cuts.map(|cuts| cuts.iter().copied().collect()).unwrap_or_default()
    }
}

/// The history of a commit further back.
#[derive(Clone, Debug)]
struct Earlier {
    whole: Arc<FirstParents>,
    from: usize,
}

impl History for Earlier {
    fn last_change(&self, path: &str) -> Option<Change> {
        self.whole.last_change_from(path, self.from)
    }

    fn version(&self, path: &str, back: usize) -> Past {
        self.whole.version_from(path, self.from, back)
    }
}

impl FirstParents {
    /// The history of the commit that is so many first parents back. What is read for one is there for the others.
    pub fn earlier(self: &Arc<FirstParents>, from: usize) -> Arc<dyn History> {
        Arc::new(Earlier { whole: Arc::clone(self), from })
    }

    fn last_change_from(&self, path: &str, from: usize) -> Option<Change> {
        match self.change(path, from, 0) {
            // A file that the newest commit does not have is not tracked: what deleted it is no change of it.
            Found::Change(change, Some(_)) => Some(change),
            _ => None,
        }
    }

    fn version_from(&self, path: &str, from: usize, back: usize) -> Past {
        match self.change(path, from, back) {
            Found::Unknown => Past::Unknown,
            Found::End | Found::Change(_, None) => Past::Absent,
            Found::Change(change, Some(id)) => match self.repository.blob(id).map(String::from_utf8) {
                Ok(Ok(text)) => Past::Version(change, Arc::from(text)),
                _ => Past::Absent,
            },
        }
    }

    fn change(&self, path: &str, from: usize, back: usize) -> Found {
        let Ok(mut seen) = self.seen.lock() else { return Found::Unknown };
        if back >= MAX_CHANGES {
            return Found::Unknown;
        }
        let path = self.repository.in_git(path);
        let mut file = seen.files.remove(&path).unwrap_or_default();
        let found = self.look(&mut seen, &mut file, &path, (from, back));
        seen.files.insert(path, file);
        found
    }

    fn look(&self, seen: &mut Seen, file: &mut File, path: &str, (from, back): (usize, usize)) -> Found {
        let way = Way::to(path);
        loop {
            // Changes of newer commits than the one that is asked about do not count.
            let newer = file.changes.partition_point(|(at, _)| *at < from);
            if let Some((at, content)) = file.changes.get(newer + back) {
                let Some(by) = seen.commits.get(*at) else { return Found::Unknown };
                return Found::Change(Change { date: by.date, commit: by.id() }, *content);
            }
            let at = file.compared;
            if !self.read_to(seen, at) {
                return if matches!(seen.before, Before::Nothing) { Found::End } else { Found::Unknown };
            }
            let has_parent = self.read_to(seen, at + 1);
            if !has_parent && !matches!(seen.before, Before::Nothing) {
                return Found::Unknown;
            }
            let Some(change) = self.compare(seen, &way, at, has_parent) else { return Found::Unknown };
            file.changes.extend(change.map(|content| (at, content)));
            file.compared = at + 1;
        }
    }

    /// What the commit at this place made of a file, where it changed it; none where objects are missing.
    #[expect(clippy::option_option, reason = "unknown, unchanged, and removed are three things")]
    fn compare(&self, seen: &mut Seen, way: &Way<'_>, at: usize, has_parent: bool) -> Option<Option<Option<ObjectId>>> {
        let now = self.tree(seen, way, at)?;
        let earlier = if has_parent { self.tree(seen, way, at + 1)? } else { None };
        if now == earlier {
            return Some(None);
        }
        let (now, earlier) = (self.content(now, way)?, self.content(earlier, way)?);
        Some((now != earlier).then_some(now))
    }

    /// Reads commits until there is one at this place; false where there is none.
    fn read_to(&self, seen: &mut Seen, at: usize) -> bool {
        while seen.commits.len() <= at {
            let Before::Commit(id) = seen.before else { return false };
            let Some((commit, before)) = self.repository.step(id, &seen.cuts) else {
                seen.before = Before::Unknown;
                return false;
            };
            let limit = seen.commits.len() + 1 >= MAX_COMMITS;
            seen.before = if limit { Before::Unknown } else { before };
            seen.commits.push(commit);
        }
        true
    }

    /// The content of a file in its folder; none where objects are missing.
    #[expect(clippy::option_option, reason = "unknown and absent are two things")]
    fn content(&self, folder: Option<ObjectId>, way: &Way<'_>) -> Option<Option<ObjectId>> {
        let Some(tree) = folder else { return Some(None) };
        let entry = self.repository.entry(tree, way.name).ok()?;
        Some(entry.filter(|(kind, _)| matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable)).map(|(_, id)| id))
    }

    /// The tree of a folder in the commit at this place. Where the folder around it is the same as in the commit after,
    /// so is the folder. None where objects are missing.
    #[expect(clippy::option_option, reason = "unknown and absent are two things")]
    fn tree(&self, seen: &mut Seen, way: &Way<'_>, at: usize) -> Option<Option<ObjectId>> {
        let mut tree = Some(seen.commits.get(at)?.tree);
        let mut newer = at.checked_sub(1).and_then(|newer| seen.commits.get(newer)).map(|newer| Some(newer.tree));
        for (path, part) in &way.folders {
            if !seen.folders.contains_key(*path) {
                seen.folders.insert((*path).to_owned(), Vec::new());
            }
            let known = seen.folders.get_mut(*path)?;
            let before = at.checked_sub(1).and_then(|newer| known.get(newer)).copied();
            let found = match (known.get(at), tree, newer, before) {
                (Some(known), ..) => *known,
                (None, None, ..) => None,
                (None, Some(tree), Some(Some(newer)), Some(before)) if tree == newer => before,
                (None, Some(tree), ..) => match self.repository.entry(tree, part).ok()? {
                    Some((EntryKind::Tree, id)) => Some(id),
                    _ => None,
                },
            };
            if known.len() == at {
                known.push(found);
            }
            (tree, newer) = (found, before);
        }
        Some(tree)
    }
}

/// The folders on the way to a file, as paths with their own names, and the file's name.
struct Way<'p> {
    folders: Vec<(&'p str, &'p str)>,
    name: &'p str,
}

impl<'p> Way<'p> {
    fn to(path: &'p str) -> Way<'p> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        let paths = ends.filter_map(|end| folder.get(..end)).filter(|path| !path.is_empty());
        let folders = paths.map(|path| (path, path.rsplit_once('/').map_or(path, |(_, name)| name)));
        Way { folders: folders.collect(), name }
    }
}

impl History for FirstParents {
    fn last_change(&self, path: &str) -> Option<Change> {
        self.last_change_from(path, 0)
    }

    fn version(&self, path: &str, back: usize) -> Past {
        self.version_from(path, 0, back)
    }
}
