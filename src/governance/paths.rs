//! What is at the paths and globs that governance files name.

use std::collections::BTreeMap;

use crate::source::Workspace;

/// Most different globs that are looked for.
pub const MAX_GLOBS: usize = 2000;

/// Looks for what is at paths, and remembers what globs came to.
pub struct Paths<'a> {
    workspace: &'a Workspace,
    globs: BTreeMap<String, Found>,
}

/// What a path of an asset covers: a directory with all below it, or what a glob matches.
#[derive(Clone, Debug)]
pub struct Cover {
    path: String,
    glob: Option<globset::GlobMatcher>,
}

impl Cover {
    /// What a path covers as it is written.
    pub fn of(path: &str) -> Cover {
        let glob = path
            .contains(['*', '?', '[', '{'])
            .then(|| globset::GlobBuilder::new(path).literal_separator(true).build());
        let path = path.trim_start_matches("./").trim_matches('/');
        Cover {
            path: if path == "." { String::new() } else { path.to_owned() },
            glob: glob.and_then(Result::ok).map(|glob| glob.compile_matcher()),
        }
    }

    /// Whether it covers a file, which stands in a directory.
    pub fn covers(&self, directory: &str, file: &str) -> bool {
        let below = directory.strip_prefix(&*self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let matched = self.glob.as_ref().is_some_and(|glob| glob.is_match(directory) || glob.is_match(file));
        self.path.is_empty() || below || self.path == file || matched
    }
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file or a folder, or several.
    Something,
    /// Nothing.
    Nothing,
    /// It is no glob, for this reason.
    NoGlob(String),
    /// It was not looked for: there were too many globs before.
    TooMany,
}

impl<'a> Paths<'a> {
    /// The paths of a workspace.
    pub fn new(workspace: &'a Workspace) -> Paths<'a> {
        Paths { workspace, globs: BTreeMap::new() }
    }

    /// What is at a path: a file, a folder, or what matches where it is a glob.
    pub fn find(&mut self, path: &str) -> Found {
        let bare = path.trim_start_matches("./").trim_end_matches('/');
        let below = || self.workspace.under(bare).next().is_some();
        if self.workspace.find(bare).is_some() || (!bare.is_empty() && below()) || bare == "." {
            return Found::Something;
        }
        if !bare.contains(['*', '?', '[', '{']) {
            return Found::Nothing;
        }
        if let Some(known) = self.globs.get(path) {
            return known.clone();
        }
        if self.globs.len() >= MAX_GLOBS {
            return Found::TooMany;
        }
        let found = self.matching(bare);
        self.globs.insert(path.to_owned(), found.clone());
        found
    }

    fn matching(&self, glob: &str) -> Found {
        let matcher = match globset::GlobBuilder::new(glob).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => return Found::NoGlob(error.kind().to_string()),
        };
        let mut before = "";
        for file in self.workspace.ids() {
            let path = self.workspace.path(file);
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // Files are sorted, so those of a folder mostly follow each other.
            if matcher.is_match(path) || (folder != before && is_in(&matcher, folder)) {
                return Found::Something;
            }
            before = folder;
        }
        Found::Nothing
    }
}

/// Whether a folder, or one that it is in, matches.
fn is_in(matcher: &globset::GlobMatcher, folder: &str) -> bool {
    let mut folder = folder;
    while !folder.is_empty() {
        if matcher.is_match(folder) {
            return true;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    false
}
