//! Which paths the settings leave out, for walks of directories and listings of git alike.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

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

/// Says of a list of paths what a walk would leave out: what the overrides name, and what `.ignore` files do, folder by
/// folder, the nearest first.
pub(super) struct Filter<'a> {
    overrides: &'a Override,
    /// Texts of `.ignore` files by their folder.
    ignore_files: &'a HashMap<String, Vec<u8>>,
    folders: HashMap<String, Arc<Folder>>,
}

#[derive(Default)]
struct Folder {
    left_out: bool,
    /// From the root down.
    rules: Vec<Arc<Gitignore>>,
}

impl<'a> Filter<'a> {
    pub(super) fn new(overrides: &'a Override, ignore_files: &'a HashMap<String, Vec<u8>>) -> Filter<'a> {
        Filter { overrides, ignore_files, folders: HashMap::new() }
    }

    /// Whether a walk would list the file at this path, relative to the root.
    pub(super) fn keeps(&mut self, path: &str) -> bool {
        if self.overrides.is_empty() && self.ignore_files.is_empty() {
            return true;
        }
        let folder = self.folder(path.rsplit_once('/').map_or("", |(folder, _)| folder));
        !folder.left_out && !self.matches(&folder, path, false)
    }

    fn matches(&self, within: &Folder, path: &str, is_folder: bool) -> bool {
        let named = self.overrides.matched(path, is_folder);
        if !named.is_none() {
            return named.is_ignore();
        }
        let said = within.rules.iter().rev().map(|rules| rules.matched(path, is_folder)).find(|said| !said.is_none());
        said.is_some_and(|said| said.is_ignore())
    }

    /// Every part of a path is one call deep; paths of git are no longer than 4096 bytes as a rule, and a listing
    /// bounds their depth.
    fn folder(&mut self, path: &str) -> Arc<Folder> {
        if let Some(known) = self.folders.get(path) {
            return Arc::clone(known);
        }
        let folder = if path.is_empty() {
            Folder { left_out: false, rules: self.own_rules(path).into_iter().collect() }
        } else {
            let parent = self.folder(path.rsplit_once('/').map_or("", |(parent, _)| parent));
            let left_out = parent.left_out || self.matches(&parent, path, true);
            let rules = parent.rules.iter().cloned().chain(self.own_rules(path)).collect();
            Folder { left_out, rules }
        };
        let folder = Arc::new(folder);
        self.folders.insert(path.to_owned(), Arc::clone(&folder));
        folder
    }

    fn own_rules(&self, folder: &str) -> Option<Arc<Gitignore>> {
        let text = self.ignore_files.get(folder)?;
        let mut builder = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(text).lines() {
            // A line that is no glob is passed over, as the walker does.
            let _ = builder.add_line(None, line);
        }
        builder.build().ok().map(Arc::new)
    }
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
        let ignores = [("", "logs\n*.tmp\n"), ("a", "!keep.tmp\nb/\n")];
        let ignores = ignores.map(|(folder, text)| (folder.to_owned(), text.as_bytes().to_vec())).into();
        let mut filter = Filter::new(&overrides, &ignores);
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
        ] {
            assert_eq!(filter.keeps(path), kept, "{path}");
        }
    }
}
