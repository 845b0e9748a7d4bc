//! Files that decide about each other without naming each other: those that are read as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Paths;
use crate::dialect::Dialect;
use crate::dialect::ties::Pool;
use crate::rule::set::RuleSet;
use crate::source::{FileId, Workspace};

/// The files of a pool.
#[derive(Default)]
pub(super) struct Members {
    pub(super) judged: Paths,
    pub(super) deciding: Paths,
}

impl Members {
    /// Adds a file.
    pub(super) fn add(&mut self, path: &Arc<str>, pool: Pool) {
        match pool {
            Pool::Outside => {}
            Pool::Judged => drop(self.judged.insert(Arc::clone(path))),
            Pool::Decides => drop(self.deciding.insert(Arc::clone(path))),
        }
    }

    /// What a file is in it.
    pub(super) fn of(&self, path: &str) -> Pool {
        match (self.judged.contains(path), self.deciding.contains(path)) {
            (_, true) => Pool::Decides,
            (true, false) => Pool::Judged,
            (false, false) => Pool::Outside,
        }
    }
}

/// Every file that may be of a dialect, by its name and its text.
pub(super) fn everything(workspace: &Workspace, dialect: &Dialect) -> Vec<Arc<str>> {
    let is_of = |file: &FileId| {
        let path = workspace.path(*file);
        (dialect.syntax)(path).is_some()
            && workspace.glance(*file).is_ok_and(|source| (dialect.candidate)(path, source.text()))
    };
    let files: Vec<FileId> = workspace.ids().collect();
    let of = files.par_iter().with_min_len(16).filter(|file| is_of(file));
    of.map(|file| Arc::from(workspace.path(*file))).collect()
}

/// The kinds that links of rules lead to, gathered when a text is first asked about.
#[derive(Default)]
pub struct Linked<'r> {
    rules: Option<&'r RuleSet>,
    kinds: OnceLock<Kinds>,
}

impl<'r> Linked<'r> {
    /// The kinds that the rules of a run link to.
    pub fn of(rules: &'r RuleSet) -> Linked<'r> {
        Linked { rules: Some(rules), kinds: OnceLock::new() }
    }

    /// Whether a text may hold something of a dialect that rules link to.
    pub fn is_in(&self, dialect: &str, text: &str) -> bool {
        self.kinds.get_or_init(|| self.rules.map(Kinds::of).unwrap_or_default()).is_in(dialect, text)
    }
}

/// Kinds by dialect, as words to find in texts.
#[derive(Debug, Default)]
struct Kinds {
    words: BTreeMap<String, BTreeSet<String>>,
    /// Dialects of which any kind may be linked.
    any: BTreeSet<String>,
}

impl Kinds {
    fn of(rules: &RuleSet) -> Kinds {
        let mut linked = Kinds::default();
        // A register that changes is held against everything anyway.
        for (kind, _) in rules.links().filter(|(_, of_registers)| !of_registers) {
            linked.add(&kind);
        }
        linked
    }

    /// A kind may be a glob with alternatives in braces; where it leaves more open, any kind of the dialect is meant.
    fn add(&mut self, kind: &str) {
        let (dialect, rest) = kind.split_once('/').unwrap_or((kind, "*"));
        let listed = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(rest);
        if listed.contains(['*', '?', '[', '{']) {
            self.any.insert(dialect.to_owned());
            return;
        }
        let words = self.words.entry(dialect.to_owned()).or_default();
        words.extend(listed.split(',').map(|word| word.trim().to_owned()));
    }

    fn is_in(&self, dialect: &str, text: &str) -> bool {
        let has = |word: &String| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        self.any.contains(dialect) || self.words.get(dialect).is_some_and(|words| words.iter().any(has))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_rules_link_to_are_words() {
        let mut linked = Kinds::default();
        for kind in ["kubernetes/NetworkPolicy", "kubernetes/{Pod,Job}", "nginx/*"] {
            linked.add(kind);
        }
        for (dialect, text, want) in [
            ("kubernetes", "kind: NetworkPolicy", true),
            ("kubernetes", "kind: Job", true),
            ("kubernetes", "kind: Deployment", false),
            ("nginx", "server {}", true),
            ("terraform", "kind: Job", false),
        ] {
            assert_eq!(linked.is_in(dialect, text), want, "{dialect} {text}");
        }
    }
}
