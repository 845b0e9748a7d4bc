//! Which files on disk differ from HEAD.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use gix::ObjectId;
use gix::index::entry::stat::Options;
use gix::index::entry::{Flags, Mode, Stage, Stat};

use super::index::Revision;
use super::{Commit, Difference, Refused, Repository};
use crate::discover::door::{Door, Entry};
use crate::discover::{Discovered, Request};
use crate::source::Workspace;

/// Which notes of a file's state have to be as they were for its content to be taken as unchanged: what git compares,
/// but for fractions of seconds, which not every writer of an index keeps.
const STAT: Options = Options { trust_ctime: true, check_stat: true, use_nsec: false, use_stdev: false };

/// What the index says of files.
struct Noted {
    index: Option<gix::index::File>,
    /// Positions of entries by their paths in git.
    by_path: HashMap<String, usize>,
    /// Folders that are other repositories.
    submodules: Vec<String>,
}

impl Repository {
    /// The files on disk and those of HEAD.
    pub fn working(&self, now: Discovered, request: &Request) -> Result<Difference, Refused> {
        let mut changed = self.changed(&now.workspace)?;
        let before = match self.head() {
            Ok(head) => self.revision(&head, request)?.workspace,
            Err(Refused::NoCommit) => Workspace::in_memory([]),
            Err(error) => return Err(error),
        };
        // What a link leads to now and did not before changes whoever names the link.
        let relinked: BTreeSet<&str> = before.linked_folders().differing(now.workspace.linked_folders()).collect();
        let under = relinked.iter().flat_map(|folder| now.workspace.under(folder));
        changed.extend(under.map(|file| now.workspace.path(file).to_owned()));
        let gone = before.ids().map(|file| before.path(file)).filter(|path| now.workspace.find(path).is_none());
        // What ignore files leave out on disk is still there, and so is what is not checked out on purpose.
        let (sparse, door) = (self.not_checked_out()?, Door::new(&self.shared.root));
        let is_gone = |path: &str| !sparse.contains(&self.in_git(path)) && door.entry(path) == Entry::Nothing;
        let gone = gone.filter(|path| is_gone(path));
        changed.extend(gone.map(str::to_owned));
        Ok(Difference::new(now, before, &changed))
    }

    /// The judged files of a workspace on disk that differ from HEAD, or that HEAD does not have. Files of submodules
    /// are another repository's.
    pub fn changed(&self, workspace: &Workspace) -> Result<BTreeSet<String>, Refused> {
        let judged = workspace.ids().filter(|id| workspace.is_judged(*id)).map(|id| workspace.path(id));
        self.differing(judged, self.head_tree()?)
    }

    /// Those of some paths at which another file is on disk than in a commit, or one that the commit does not have.
    pub fn changed_since(&self, commit: &Commit, paths: &BTreeSet<String>) -> Result<BTreeSet<String>, Refused> {
        self.differing(paths.iter().map(String::as_str), Revision::new(self, Some(commit)))
    }

    fn differing<'p>(
        &self,
        paths: impl Iterator<Item = &'p str>,
        mut head: Revision<'_>,
    ) -> Result<BTreeSet<String>, Refused> {
        let noted = self.noted()?;
        let door = Door::new(&self.shared.root);
        let mut changed = BTreeSet::new();
        for path in paths {
            let in_git = self.in_git(path);
            if noted.is_elsewhere(&in_git) {
                continue;
            }
            // A link that was one before is what it leads to.
            let followed = match door.entry(path) {
                Entry::LinkToFile if head.is_link(&in_git)? => door.target(path),
                _ => None,
            };
            let in_git = followed.map_or(in_git, |target| self.in_git(&target));
            let content = head.file(&in_git)?;
            if content.is_none_or(|content| !self.is_on_disk(path, content, noted.stat(&in_git))) {
                changed.insert(path.to_owned());
            }
        }
        Ok(changed)
    }

    /// The paths of git that a sparse checkout leaves out.
    fn not_checked_out(&self) -> Result<BTreeSet<String>, Refused> {
        let index = self.index()?;
        let entries = index.iter().flat_map(|index| index.entries().iter().map(move |entry| (index, entry)));
        let skipped = entries.filter(|(_, entry)| entry.flags.contains(Flags::SKIP_WORKTREE));
        Ok(skipped.filter_map(|(index, entry)| Some(std::str::from_utf8(entry.path(index)).ok()?.to_owned())).collect())
    }

    fn noted(&self) -> Result<Noted, Refused> {
        let index = self.index()?;
        let mut by_path = HashMap::new();
        let mut submodules = Vec::new();
        let entries = index.iter().flat_map(|index| index.entries().iter().map(move |entry| (index, entry)));
        for (position, (index, entry)) in entries.enumerate() {
            let Ok(path) = std::str::from_utf8(entry.path(index)) else { continue };
            if entry.mode == Mode::COMMIT {
                submodules.push(path.to_owned());
            } else if entry.stage() == Stage::Unconflicted {
                by_path.insert(path.to_owned(), position);
            }
        }
        Ok(Noted { index, by_path, submodules })
    }

    /// Whether the file on disk has this content, by what the index noted of it, else by reading it.
    fn is_on_disk(&self, path: &str, content: ObjectId, noted: Option<(ObjectId, Stat, bool)>) -> bool {
        let path = self.shared.root.join(path);
        if let Some((id, stat, racy)) = noted
            && !racy
            && now(&path).is_some_and(|now| stat.matches(&now, STAT))
        {
            return id == content;
        }
        let Ok(bytes) = crate::discover::read(&path) else { return false };
        is_hash_of(&bytes, content) || is_hash_of(&without_returns(&bytes), content)
    }
}

impl Noted {
    fn is_elsewhere(&self, path: &str) -> bool {
        self.submodules.iter().any(|folder| super::super::is_under(path, folder))
    }

    /// The content and the state of a file when it was added, and whether the file may have changed right after.
    fn stat(&self, path: &str) -> Option<(ObjectId, Stat, bool)> {
        let index = self.index.as_ref()?;
        let entry = index.entries().get(*self.by_path.get(path)?)?;
        Some((entry.id, entry.stat, entry.stat.is_racy(index.timestamp(), STAT)))
    }
}

fn now(path: &Path) -> Option<Stat> {
    Stat::from_fs(&gix::index::fs::Metadata::from_path_no_follow(path).ok()?).ok()
}

pub(super) fn is_hash_of(bytes: &[u8], id: ObjectId) -> bool {
    gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).is_ok_and(|hash| hash == id)
}

/// As git keeps a text that is checked out with CRLF.
fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    plain
}
