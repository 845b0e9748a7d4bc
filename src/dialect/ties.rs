//! How files hang together, as far as their paths and texts say: what has to be judged again when one of them changes.
//!
//! Nothing is evaluated here. What a dialect names may be more than what it looks at, which costs time, and never less,
//! which would leave out a consequence.

use super::{Inputs, join};
use crate::document::{Document, MAX_DEPTH, Node};
use crate::source::{FileId, Source, Workspace};
use crate::syntax;

/// What a file names, or is evaluated together with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tie {
    /// A file.
    File(String),
    /// The files of the dialect that belong to a directory.
    Folder(String),
    /// Every file at or below a directory.
    Tree(String),
    /// The content of files at or below a directory, which is read without being evaluated.
    Content(String),
    /// The content of any file with a part of its path that is called so.
    Name(String),
}

impl Tie {
    /// The same tie, where a path leads through linked folders.
    #[must_use]
    pub fn without_links(self, workspace: &Workspace) -> Tie {
        let real = |path: String| workspace.real(&path).into_owned();
        match self {
            Tie::File(path) => Tie::File(real(path)),
            Tie::Folder(path) => Tie::Folder(real(path)),
            Tie::Tree(path) => Tie::Tree(real(path)),
            Tie::Content(path) => Tie::Content(real(path)),
            Tie::Name(name) => Tie::Name(name),
        }
    }
}

/// The ties of the files of a dialect.
pub struct Ties {
    /// What a file of this path is evaluated together with; each of those says the same of it.
    pub unit: fn(path: &str, workspace: &Workspace) -> Vec<Tie>,
    /// Whether a file of this path may name others.
    pub names: fn(path: &str) -> bool,
    /// What such a file names, by its text.
    pub named: fn(path: &str, text: &str) -> Vec<Tie>,
    /// What it refers to that lies in no file of the repository, as it is written; of languages that tell nothing of that in a
    /// run, since most of what they use lies elsewhere.
    pub elsewhere: fn(path: &str, text: &str) -> Vec<String>,
    /// Whether a file with this text may be what others name: where it may not, they are not read.
    pub sought: fn(path: &str, text: &str) -> bool,
    /// Whether what is named names others in the same way, whatever it is called.
    pub follows: bool,
    /// Whether a text of the dialect names files in words that only it understands, so that the bare name of a changed file
    /// in it counts.
    pub mentions: bool,
    /// How files without a common path decide about each other.
    pub pool: fn(path: &str, text: &str, linked: Linked<'_>) -> Pool,
    /// The files that the user gives to everything of the dialect.
    pub given: fn(&Inputs) -> &[String],
    /// Whether the dialect may look at any file.
    pub everything: bool,
}

/// Whether a text may hold something of the dialect that rules link others to.
pub type Linked<'a> = &'a dyn Fn(&str) -> bool;

/// What a file is to all others of its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// Nothing.
    Outside,
    /// It is judged by those that decide.
    Judged,
    /// Others may be judged by it.
    Decides,
}

/// No ties: where to start from.
pub const NONE: Ties = Ties {
    unit: |_, _| Vec::new(),
    names: |_| false,
    named: |_, _| Vec::new(),
    elsewhere: |_, _| Vec::new(),
    sought: |_, _| true,
    follows: false,
    mentions: false,
    pool: |_, _, _| Pool::Outside,
    given: |_| &[],
    everything: false,
};

/// The directory of a path; `""` is the root.
pub fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The directories that a path is in, the nearest first; `""` is the root.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory(path)), |at| (!at.is_empty()).then(|| directory(at)))
}

/// A file that is named relative to a directory.
pub fn file(directory: &str, named: &str) -> Option<Tie> {
    join(directory, named).map(Tie::File)
}

/// The texts that stand under some keys of a YAML file, wherever these are.
pub fn under_keys(path: &str, text: &str, keys: &[&str]) -> Vec<String> {
    fn walk(node: &Node, keys: &[&str], depth: usize, found: &mut Vec<String>) {
        if depth > MAX_DEPTH {
            return;
        }
        node.items().iter().for_each(|item| walk(item, keys, depth + 1, found));
        for entry in node.entries() {
            let named = entry.value.as_str().filter(|_| keys.contains(&&*entry.key.name));
            found.extend(named.map(str::to_owned));
            walk(&entry.value, keys, depth + 1, found);
        }
    }
    let mut found = Vec::new();
    let document = read("yaml", path, text);
    document.iter().flat_map(|document| &document.roots).for_each(|root| walk(root, keys, 0, &mut found));
    found
}

/// A text read with a syntax, for what stands in it.
pub fn read(syntax: &str, path: &str, text: &str) -> Option<Document> {
    let source = Source::from_text(FileId(0), path, text);
    syntax::named(syntax).map(|syntax| syntax::parse(syntax, &source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_in_its_directories() {
        assert_eq!(ancestors("a/b/c.tf").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("c.tf").collect::<Vec<_>>(), [""]);
    }
}
