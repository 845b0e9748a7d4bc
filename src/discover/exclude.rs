//! Which paths the settings leave out, for walks of directories and listings of git alike.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::{Override, OverrideBuilder};

use crate::document::Problem;

/// The globs of the settings and the command line. A glob that cannot be read is a problem, and the others count.
pub(super) fn overrides(root: &Path, globs: &[String], problems: &mut Vec<Problem>) -> Override {
    let mut builder = OverrideBuilder::new(root);
    for glob in globs {
        // An override leaves out what a leading `!` matches.
        if let Err(error) = builder.add(&format!("!{glob}")) {
            let message = format!("`{glob}` is not a glob: {error}");
            problems.push(Problem::error("settings::exclude", "annexa.toml", None, message));
        }
    }
    builder.build().unwrap_or_else(|_| Override::empty())
}

/// Which files the globs of the settings and the command line leave out, though they are named. A glob that cannot be read leaves out
/// nothing; a walk tells of it.
pub fn left_out(root: &Path, globs: &[String]) -> impl Fn(&str) -> bool + use<> {
    let filter = Filter::new(overrides(root, globs, &mut Vec::new()), |_| Own::default());
    move |path| !filter.keeps(path)
}

/// Says of paths below a root what is left out: what the overrides name, then what `.ignore` files do, then what
/// `.gitignore` files do, folder by folder, the nearest first.
pub(super) struct Filter<'a> {
    overrides: Override,
    own: Box<dyn Fn(&str) -> Own + Send + Sync + 'a>,
    /// The root within the repository that holds it, empty for its top; globs of the folders above are relative to theirs.
    prefix: String,
    /// What holds above the root.
    above: Folder,
    folders: Mutex<HashMap<String, Arc<Folder>>>,
}

/// The ignore files of one folder, as far as they are there.
#[derive(Default)]
pub(super) struct Own {
    pub(super) ignore: Option<Vec<u8>>,
    pub(super) gitignore: Option<Vec<u8>>,
    /// Whether the folder is a repository of its own, for which the `.gitignore` files above say nothing.
    pub(super) is_repository: bool,
}

/// Rules from the top down, the last of which are the nearest.
type Rules = Vec<Arc<Gitignore>>;

#[derive(Clone, Default)]
struct Folder {
    left_out: bool,
    ignore: Rules,
    gitignore: Rules,
}

impl<'a> Filter<'a> {
    /// A filter that asks `own` for the ignore files of each folder, relative to the root.
    pub(super) fn new(overrides: Override, own: impl Fn(&str) -> Own + Send + Sync + 'a) -> Filter<'a> {
        let (prefix, above) = (String::new(), Folder::default());
        Filter { overrides, own: Box::new(own), prefix, above, folders: Mutex::default() }
    }

    /// The same below folders of a repository: `prefix` is the root within it, and `above` the ignore files of the folders
    /// from its top to that of the root, with those of the repository itself first.
    pub(super) fn below(mut self, prefix: &str, above: Vec<(String, Own)>) -> Filter<'a> {
        prefix.clone_into(&mut self.prefix);
        for (folder, own) in above {
            self.above.add(&folder, own);
        }
        self
    }

    /// Whether a walk would list the file at this path, relative to the root.
    pub(super) fn keeps(&self, path: &str) -> bool {
        let folder = self.folder(path.rsplit_once('/').map_or("", |(folder, _)| folder));
        !folder.left_out && !self.matches(&folder, path, false)
    }

    /// Whether a walk that got to its folder would pass this path over.
    pub(super) fn passes_over(&self, path: &str, is_folder: bool) -> bool {
        let folder = self.folder(path.rsplit_once('/').map_or("", |(folder, _)| folder));
        self.matches(&folder, path, is_folder)
    }

    fn matches(&self, within: &Folder, path: &str, is_folder: bool) -> bool {
        let named = self.overrides.matched(path, is_folder);
        if !named.is_none() {
            return named.is_ignore();
        }
        if within.ignore.is_empty() && within.gitignore.is_empty() {
            return false;
        }
        let path = self.in_repository(path);
        let nearest_first = within.ignore.iter().rev().chain(within.gitignore.iter().rev());
        let said = nearest_first.map(|rules| rules.matched(&*path, is_folder)).find(|said| !said.is_none());
        said.is_some_and(|said| said.is_ignore())
    }

    fn in_repository<'p>(&self, path: &'p str) -> Cow<'p, str> {
        match (&*self.prefix, path) {
            ("", _) => Cow::Borrowed(path),
            (prefix, "") => Cow::Owned(prefix.to_owned()),
            (prefix, _) => Cow::Owned(format!("{prefix}/{path}")),
        }
    }

    /// Every part of a path is one call deep; paths of git are no longer than 4096 bytes as a rule, and a listing
    /// bounds their depth.
    fn folder(&self, path: &str) -> Arc<Folder> {
        if let Some(known) = self.folders.lock().ok().and_then(|folders| folders.get(path).cloned()) {
            return known;
        }
        let mut folder = if path.is_empty() {
            self.above.clone()
        } else {
            let parent = self.folder(path.rsplit_once('/').map_or("", |(parent, _)| parent));
            let left_out = parent.left_out || self.matches(&parent, path, true);
            Folder { left_out, ..(*parent).clone() }
        };
        folder.add(&self.in_repository(path), (self.own)(path));
        let folder = Arc::new(folder);
        if let Ok(mut folders) = self.folders.lock() {
            folders.insert(path.to_owned(), Arc::clone(&folder));
        }
        folder
    }
}

impl Folder {
    fn add(&mut self, folder: &str, own: Own) {
        if own.is_repository {
            self.gitignore.clear();
        }
        self.ignore.extend(own.ignore.and_then(|text| rules(folder, &text)));
        self.gitignore.extend(own.gitignore.and_then(|text| rules(folder, &text)));
    }
}

fn rules(folder: &str, text: &[u8]) -> Option<Arc<Gitignore>> {
    let mut builder = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(text).lines() {
        // A line that is no glob is passed over, as git does.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_left_out_as_a_walk_would() {
        let globs = ["vendor/".to_owned(), "*.bak".to_owned(), "/top.tf".to_owned()];
        let mut problems = Vec::new();
        let overrides = overrides(Path::new("/r"), &globs, &mut problems);
        assert_eq!(problems, []);
        let filter = Filter::new(overrides, |folder| {
            let (ignore, gitignore) = match folder {
                "" => (Some("logs\n*.tmp\n"), Some("*.gen\n!kept.tmp\n")),
                "a" => (Some("!keep.tmp\nb/\n"), None),
                "own" => (None, Some("/x\n")),
                _ => (None, None),
            };
            let bytes = |text: &str| text.as_bytes().to_vec();
            Own { ignore: ignore.map(bytes), gitignore: gitignore.map(bytes), is_repository: folder == "own" }
        });
        for (path, kept) in [
            ("x.tf", true),
            ("vendor/x.tf", false),
            ("a/vendor/y/x.tf", false),
            ("x.bak", false),
            ("top.tf", false),
            ("a/top.tf", true),
            ("logs", false),
            ("c/logs/x", false),
            ("c/x.tmp", false),
            ("a/keep.tmp", true),
            ("a/b/x.tf", false),
            ("b/x.tf", true),
            ("x.gen", false),
            ("kept.tmp", false),
            ("own/x.gen", true),
            ("own/x", false),
            ("own/y/x", true),
            ("own/y.tmp", false),
        ] {
            assert_eq!(filter.keeps(path), kept, "{path}");
        }
    }

    #[test]
    fn folders_above_the_root_count_in_their_own_terms() {
        let above = |text: &str| Own { gitignore: Some(text.as_bytes().to_vec()), ..Own::default() };
        let filter = Filter::new(Override::empty(), |_| Own::default())
            .below("a/b", vec![(String::new(), above("/a/b/x\nlogs\n")), ("a".to_owned(), above("/b/y\n!logs\n"))]);
        for (path, kept) in [("x", false), ("y", false), ("z/x", true), ("z/y", true), ("logs", true)] {
            assert_eq!(filter.keeps(path), kept, "{path}");
        }
    }
}
