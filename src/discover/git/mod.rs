//! Git without a checkout: the files of a revision and of the index, what changed, and what was.
//!
//! The only place that knows of git. Nothing of git's configuration but the repository's own is read, no program is
//! run, and no object is fetched. Paths of git are keys here and never lead to the file system.

mod changed;
mod index;
pub mod lines;
mod listing;
mod objects;
mod past;
mod unfolding;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use gix::ObjectId;
use gix::object::tree::EntryKind;
use jiff::civil::Date;

use crate::discover::{Discovered, door};
use crate::source::{Part, Workspace};
pub use index::Indexed;
pub use listing::Revisions;
pub use past::{FirstParents, history_of};

/// A git repository, and the folder of it that is scanned.
#[derive(Clone, Debug)]
pub struct Repository {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    repository: gix::ThreadSafeRepository,
    /// Handles with warm caches that no thread uses right now.
    idle: Mutex<Vec<gix::Repository>>,
    /// The scanned root.
    root: PathBuf,
    /// The root within the repository: parts joined by `/`, empty for its top.
    prefix: String,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    id: ObjectId,
    tree: ObjectId,
    /// The day on which it was made, in the zone of whoever made it.
    pub date: Date,
}

impl Commit {
    /// The full id, in hex digits.
    pub fn id(&self) -> Arc<str> {
        self.id.to_string().into()
    }
}

/// The files as they are (on disk, or staged), and as they are in HEAD.
pub struct Difference {
    /// The files of now, of which only those that differ are judged.
    pub now: Discovered,
    /// The files of HEAD, of which only those that differ are judged; none before the first commit.
    pub before: Workspace,
    /// The paths of those that differ: changed, added and removed, as far as they are wanted.
    pub changed: BTreeSet<Arc<str>>,
}

impl Difference {
    fn new(now: Discovered, before: Workspace, changed: &BTreeSet<String>) -> Difference {
        let Discovered { workspace, problems } = now;
        let (workspace, before) = (workspace.narrowed(changed), before.narrowed(changed));
        let asked = |workspace: &Workspace, path: &String| {
            workspace.find(path).is_some_and(|file| workspace.part(file) == Part::Asked)
        };
        let wanted = changed.iter().filter(|path| asked(&workspace, path) || asked(&before, path));
        let changed = wanted.map(|path| Arc::from(path.as_str())).collect();
        Difference { now: Discovered { workspace, problems }, before, changed }
    }
}

/// Why git could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No repository holds the root.
    #[error("{0} is in no git repository")]
    NoRepository(String),
    /// There is one, and it cannot be used.
    #[error("the git repository cannot be opened: {0}")]
    Unusable(String),
    /// There are no files to compare with.
    #[error("the git repository is bare: it has no files checked out and no index")]
    Bare,
    /// HEAD leads to no commit yet.
    #[error("the git repository has no commit yet")]
    NoCommit,
    /// Nothing is called so.
    #[error("git knows no revision `{0}`{1}")]
    NoSuchRevision(String, &'static str),
    /// The name is that of several references.
    #[error("`{0}` names {1}: write out which is meant, such as `{2}`")]
    Ambiguous(String, String, String),
    /// The name is not that of one commit.
    #[error("`{0}` does not name one commit: {1}")]
    NotACommit(String, String),
    /// The two have no common ancestor that is there.
    #[error("`{0}` and HEAD have no common ancestor{1}")]
    NoMergeBase(String, &'static str),
    /// An object is missing or damaged.
    #[error("git cannot read {0}: {1}")]
    Damaged(String, String),
}

/// What is said where a shallow clone may be the cause.
const SHALLOW: &str = "; the clone is shallow, so fetch more of its history (`git fetch --unshallow`, or \
                       `fetch-depth: 0` of actions/checkout)";

/// Objects that a handle keeps in memory, in bytes: trees are looked at for one file after the other.
const CACHE_BYTES: usize = 16 << 20;

/// Refuses a repository in which something stands that is no file where git has one: opening it could take for ever. What is
/// among the loose objects is not looked at, since there may be very many.
fn refuse_special(root: &Path) -> Result<(), Refused> {
    let refused = |path: &Path, what: &str| Err(Refused::Unusable(format!("{} is {what}", path.display())));
    for folder in root.ancestors() {
        let git = folder.join(".git");
        if let Some(what) = door::special_at(&git) {
            return refused(&git, what);
        }
        let is_bare = folder.join("HEAD").exists() && folder.join("objects").is_dir();
        let folders = match door::read_at_most(&git, MAX_POINTER_BYTES) {
            Ok(text) => {
                let text = String::from_utf8_lossy(&text).into_owned();
                let linked = text.strip_prefix("gitdir:").map(|path| folder.join(path.trim()));
                let common = linked.as_ref().and_then(|linked| {
                    let named = door::read_at_most(&linked.join("commondir"), MAX_POINTER_BYTES).ok()?;
                    Some(linked.join(String::from_utf8_lossy(&named).trim()))
                });
                linked.into_iter().chain(common).collect()
            }
            Err(_) if git.is_dir() => vec![git],
            Err(_) if is_bare => vec![folder.to_path_buf()],
            Err(_) => continue,
        };
        for folder in folders {
            let within = |path: &str| {
                let loose = path.strip_prefix("objects/").is_some_and(|name| !matches!(name, "info" | "pack"));
                !loose && !OF_OTHERS.contains(&path)
            };
            if let Some((path, what)) = door::special_in(&folder, within) {
                return refused(&folder.join(path), what);
            }
        }
        return Ok(());
    }
    Ok(())
}

/// The longest file that says where a repository is, in bytes.
const MAX_POINTER_BYTES: usize = 4096;

/// Folders of a repository that are others' own.
const OF_OTHERS: [&str; 6] = ["hooks", "modules", "worktrees", "lfs", "logs", "rr-cache"];

impl Repository {
    /// The repository that holds `root`: a worktree, a submodule, a folder below the top, or a bare repository itself.
    pub fn open(root: &Path) -> Result<Repository, Refused> {
        refuse_special(root)?;
        // What `refs/replace` puts in the place of an object is no part of the history that others see.
        let options = gix::open::Options::isolated().config_overrides(["core.useReplaceRefs=false"]);
        let trusts = gix::sec::trust::Mapping { full: options.clone(), reduced: options };
        let found = gix::ThreadSafeRepository::discover_opts(root, gix::discover::upwards::Options::default(), trusts);
        let repository = found.map_err(|error| {
            if error.classify().is_not_found() {
                Refused::NoRepository(root.display().to_string())
            } else {
                Refused::Unusable(told(&error))
            }
        })?;
        let top = repository.work_dir().unwrap_or_else(|| repository.git_dir());
        let prefix = below(top, root).ok_or_else(|| Refused::NoRepository(root.display().to_string()))?;
        let shared = Shared { repository, idle: Mutex::default(), root: root.to_path_buf(), prefix };
        Ok(Repository { shared: Arc::new(shared) })
    }

    /// The commit that is checked out.
    pub fn head(&self) -> Result<Commit, Refused> {
        self.with(|git| {
            let head = git.head().map_err(|error| Refused::Damaged("HEAD".into(), told(&error)))?;
            match head.try_into_peeled_id() {
                Ok(Some(id)) => commit(git, id.detach()),
                Ok(None) => Err(Refused::NoCommit),
                Err(error) => Err(Refused::Damaged("HEAD".into(), told(&error))),
            }
        })
    }

    /// The commit of a revision: a branch, a tag, an id, `HEAD~1`, `origin/main`.
    pub fn resolve(&self, revision: &str) -> Result<Commit, Refused> {
        self.with(|git| {
            if revision.trim().is_empty() {
                return Err(Refused::NotACommit(revision.to_owned(), "it is empty".to_owned()));
            }
            refuse_ambiguous(git, revision)?;
            let spec = match git.rev_parse(revision) {
                Ok(spec) => spec,
                Err(error) if ambiguous(&error) => {
                    return Err(Refused::NotACommit(revision.to_owned(), told(&error)));
                }
                Err(_) => return Err(Refused::NoSuchRevision(revision.to_owned(), shallow_hint(git))),
            };
            let Some(id) = spec.single() else {
                return Err(Refused::NotACommit(revision.to_owned(), "it is a range".to_owned()));
            };
            let object = id.object().and_then(gix::Object::peel_to_commit);
            let found = object.map_err(|error| Refused::NotACommit(revision.to_owned(), told(&error)))?;
            commit(git, found.id)
        })
    }

    /// The newest commit that both HEAD and a revision come from.
    pub fn merge_base(&self, revision: &str) -> Result<Commit, Refused> {
        let (head, other) = (self.head()?, self.resolve(revision)?);
        self.with(|git| match git.merge_base(head.id, other.id) {
            Ok(Some(base)) => commit(git, base.detach()),
            Ok(None) => Err(Refused::NoMergeBase(revision.to_owned(), shallow_hint(git))),
            Err(_) if is_shallow(git) => Err(Refused::NoMergeBase(revision.to_owned(), SHALLOW)),
            Err(error) => Err(Refused::Damaged("the history".into(), told(&error))),
        })
    }

    /// The nearest folder, from the root up to the top of the repository, that holds a file of this name in a commit; the
    /// top where none does.
    pub fn nearest_with(&self, commit: &Commit, name: &str) -> Result<PathBuf, Refused> {
        let mut folder = self.shared.prefix.as_str();
        for path in self.shared.root.ancestors() {
            let file = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let is_file = |kind| matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable | EntryKind::Link);
            if folder.is_empty() || self.at(commit, &file)?.is_some_and(|(kind, _)| is_file(kind)) {
                return Ok(path.to_path_buf());
            }
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        Ok(self.shared.root.clone())
    }

    /// The top of the repository, on the way that led to the root.
    pub fn top(&self) -> PathBuf {
        let parts = self.shared.prefix.split('/').filter(|part| !part.is_empty()).count();
        self.shared.root.ancestors().nth(parts).unwrap_or(&self.shared.root).to_path_buf()
    }

    /// The repository around this one, and where this one stands in it, from its top.
    pub fn around(&self) -> Option<(Repository, String)> {
        let top = self.shared.repository.work_dir()?;
        let top = top.canonicalize().ok()?;
        let outer = Repository::open(top.parent()?).ok()?;
        let place = outer.in_git(top.file_name()?.to_str()?);
        Some((outer, place))
    }

    /// Whether another repository stands at a path of git in a commit.
    pub fn has_submodule(&self, commit: &Commit, path: &str) -> Result<bool, Refused> {
        Ok(self.at(commit, path)?.is_some_and(|(kind, _)| kind == EntryKind::Commit))
    }

    /// Runs something with a handle of this thread's own.
    fn with<T>(&self, run: impl FnOnce(&gix::Repository) -> T) -> T {
        let idle = self.shared.idle.lock().ok().and_then(|mut idle| idle.pop());
        let git = idle.unwrap_or_else(|| {
            let mut git = self.shared.repository.to_thread_local();
            git.object_cache_size_if_unset(CACHE_BYTES);
            git
        });
        let result = run(&git);
        if let Ok(mut idle) = self.shared.idle.lock() {
            idle.push(git);
        }
        result
    }

    /// A path relative to the root as git has it.
    fn in_git(&self, path: &str) -> String {
        let prefix = &self.shared.prefix;
        if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") }
    }
}

/// The parts of `root` below `top`, whatever links lead to the two.
fn below(top: &Path, root: &Path) -> Option<String> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    super::relative(top, root).or_else(|| super::relative(&real(top), &real(root)))
}

fn commit(git: &gix::Repository, id: ObjectId) -> Result<Commit, Refused> {
    commit_and_parent(git, id).map(|(commit, _)| commit)
}

/// A commit, and its first parent.
fn commit_and_parent(git: &gix::Repository, id: ObjectId) -> Result<(Commit, Option<ObjectId>), Refused> {
    let damaged = |error: gix::Error| Refused::Damaged(format!("commit {id}"), told(&error));
    let found = git.find_commit(id).map_err(damaged)?;
    let time = found.time().map_err(damaged)?;
    let tree = found.tree_id().map_err(damaged)?.detach();
    let parent = found.parent_ids().next().map(gix::Id::detach);
    Ok((Commit { id, tree, date: day(time) }, parent))
}

/// The day of a commit where it was made. What no calendar has (git takes any number of seconds) is the first day.
fn day(time: gix::date::Time) -> Date {
    let zone = jiff::tz::Offset::from_seconds(time.offset).unwrap_or(jiff::tz::Offset::UTC);
    let instant = jiff::Timestamp::from_second(time.seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    zone.to_datetime(instant).date()
}

fn is_shallow(git: &gix::Repository) -> bool {
    git.is_shallow().unwrap_or(false)
}

fn shallow_hint(git: &gix::Repository) -> &'static str {
    if is_shallow(git) { SHALLOW } else { "" }
}

/// Refuses a revision whose name is that of several references: which of them git takes is a matter of its rules, and
/// who may make a tag is not always who may write to a branch.
fn refuse_ambiguous(git: &gix::Repository, revision: &str) -> Result<(), Refused> {
    let name = revision.split(['~', '^', ':']).next().unwrap_or(revision);
    let name = name.split("@{").next().unwrap_or(name);
    if name.starts_with("refs/") {
        return Ok(());
    }
    let of_remote = format!("refs/remotes/{name}/HEAD");
    let places = ["refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map(|place| format!("{place}{name}"));
    let is_there = |full: &String| git.try_find_reference(full.as_str()).is_ok_and(|found| found.is_some());
    let found: Vec<String> = places.into_iter().chain([of_remote]).filter(is_there).collect();
    match found.as_slice() {
        [only] => match commit_of(git, name) {
            Some(id) => {
                let both = format!("both `{only}` and the commit `{id}`");
                Err(Refused::Ambiguous(revision.to_owned(), both, only.clone()))
            }
            None => Ok(()),
        },
        [] => Ok(()),
        [first, ..] => {
            let meant = found.iter().find(|full| full.starts_with("refs/heads/")).unwrap_or(first);
            let names: Vec<String> = found.iter().map(|full| format!("`{full}`")).collect();
            Err(Refused::Ambiguous(revision.to_owned(), format!("both {}", names.join(" and ")), meant.clone()))
        }
    }
}

/// The commit that a name is the beginning of the id of: its whole id, or the name where it is that of several.
fn commit_of(git: &gix::Repository, name: &str) -> Option<String> {
    let prefix = gix::hash::Prefix::from_hex(name).ok()?;
    match git.objects.lookup_prefix(prefix, None).ok()?? {
        Ok(id) => {
            let kind = git.find_header(id).ok()?.kind();
            matches!(kind, gix::object::Kind::Commit | gix::object::Kind::Tag).then(|| id.to_string())
        }
        Err(()) => Some(name.to_owned()),
    }
}

fn ambiguous(error: &gix::Error) -> bool {
    error.iter_errors().any(|error| error.to_string().contains("ambiguous"))
}

/// The cause, in one line.
fn told(error: &gix::Error) -> String {
    let text = error.probable_cause().to_string();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
