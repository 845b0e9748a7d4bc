//! The ignore files on disk: `.gitignore` and `.ignore` of the folders below the root, those of the folders above it
//! within its repository, and `info/exclude` of that repository.
//!
//! An ignore file has to be a regular file that is not too long. A link, a pipe or the like is told and not read, as git
//! does not read a linked `.gitignore` either: nothing is left out by what another place says.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::door::{self, Door, Entry};
use super::exclude::{Filter, Own};
use crate::document::Problem;

/// Longest ignore file, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// What was said of ignore files that are not read.
pub(super) type Told = Arc<Mutex<Vec<Problem>>>;

/// Which ignore files count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// All of them.
    All,
    /// Those that are not git's: what git tracks it does not ignore, whatever its own say.
    NotOfGit,
}

/// A filter by what is on disk; the second part has what could not be read, once the filter was asked.
pub(super) fn filter(
    door: &Door,
    root: &Path,
    overrides: ignore::overrides::Override,
    counting: Counting,
) -> (Filter<'static>, Told) {
    let told = Told::default();
    let (below, tell) = (door.clone(), Arc::clone(&told));
    let filter = Filter::new(overrides, move |folder| {
        let own = own(&below, folder, folder, &tell);
        if counting == Counting::All { own } else { Own { gitignore: None, ..own } }
    });
    if counting == Counting::NotOfGit {
        return (filter, told);
    }
    let Some(top) = root.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()) else {
        return (filter, told);
    };
    let prefix = super::relative(top, root).unwrap_or_default();
    let exclude = exclude_file(top).and_then(|path| door::read_at_most(&path, MAX_BYTES).ok());
    let mut above = vec![(String::new(), Own { gitignore: exclude, ..Own::default() })];
    let at_top = Door::new(top);
    for (at, _) in prefix.match_indices('/').chain([(0, "")]).filter(|_| !prefix.is_empty()) {
        let folder = prefix.get(..at).unwrap_or_default();
        let shown = "../".repeat(prefix.split('/').count() - folder.split('/').filter(|part| !part.is_empty()).count());
        above.push((folder.to_owned(), own(&at_top, folder, shown.trim_end_matches('/'), &told)));
    }
    above.sort_by_key(|(folder, _)| folder.len());
    (filter.below(&prefix, above), told)
}

/// The ignore files of a folder; `shown` is what it is called in problems.
fn own(door: &Door, folder: &str, shown: &str, told: &Told) -> Own {
    let read = |name: &str| {
        let of = |folder: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let path = of(folder);
        let reason = match door.entry(&path) {
            Entry::Nothing | Entry::Folder => return None,
            Entry::File => match door.read_at_most(&path, MAX_BYTES) {
                Ok(text) => return Some(text),
                Err(error) => error.to_string(),
            },
            Entry::LinkToFile | Entry::LinkToFolder | Entry::Broken | Entry::Outside => "is a symbolic link".to_owned(),
            Entry::Special(what) => format!("is {what}"),
        };
        if let Ok(mut told) = told.lock() {
            let message = format!("{reason}: what it says is not read, and leaves nothing out");
            let help = "put a regular file of at most 1 MiB in its place";
            told.push(Problem::notice("discover::ignore", of(shown), None, message).help(help));
        }
        None
    };
    let git = if folder.is_empty() { ".git".to_owned() } else { format!("{folder}/.git") };
    Own {
        ignore: read(".ignore"),
        gitignore: read(".gitignore"),
        is_repository: !folder.is_empty() && door.entry(&git) != Entry::Nothing,
    }
}

/// `info/exclude` of a repository; that of a worktree is its repository's.
fn exclude_file(top: &Path) -> Option<PathBuf> {
    let own = top.join(".git");
    if own.is_dir() {
        return Some(own.join("info/exclude"));
    }
    let line = |path: &Path| {
        let bytes = door::read_at_most(path, 4096).ok()?;
        String::from_utf8(bytes).ok().map(|text| text.trim().to_owned())
    };
    let git = top.join(line(&own)?.strip_prefix("gitdir:")?.trim());
    let common = line(&git.join("commondir")).map_or_else(|| git.clone(), |common| git.join(common));
    Some(common.join("info/exclude"))
}
