//! How far a change reaches: the files that have to be judged because of some others.
//!
//! Two steps along the [ties](crate::dialect::ties) of files. Backwards: what is evaluated with a changed file, or names
//! one that is affected, is affected. Forwards: what affected files name has to be there, so that they are judged on all
//! that decides them. Both may go too far, which the comparison with what was there before evens out; neither may stop
//! short.

mod members;
mod named;
mod reading;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use crate::dialect::ties::{Pool, Tie, Ties, ancestors, directory};
use crate::dialect::{DIALECTS, Dialect, Inputs};
use crate::source::{FileId, Source, Workspace};
pub use members::Linked;
use members::Members;
use named::{Mentions, Named, Read};
use reading::Asked;

/// Paths relative to the root.
pub type Paths = BTreeSet<Arc<str>>;

/// The files of a run that hang together, found from those that changed.
pub struct Ground<'a> {
    workspace: &'a Workspace,
    inputs: &'a Inputs,
    linked: &'a Linked<'a>,
    /// The files that a search begins with; those that are not there (any more) have ties too.
    changed: &'a Paths,
    mentions: Mentions,
    /// Another workspace, in which all but the changed files are the same.
    same: Option<&'a Ground<'a>>,
    dialects: Vec<Tied>,
}

/// A dialect whose files hang together, with what is known of them once it was asked for.
struct Tied {
    dialect: &'static Dialect,
    ties: &'static Ties,
    named: OnceLock<Named>,
    members: OnceLock<Members>,
}

/// A search along ties: what was found, and what has not been looked at yet.
struct Search {
    found: Paths,
    open: VecDeque<Arc<str>>,
    /// What was followed already, by dialect: a thousand files of one directory lead to the same thousand files.
    followed: FxHashSet<(&'static str, Option<Tie>)>,
}

impl Tied {
    /// What a text names; known already where the texts of the dialect were read.
    fn names(&self, path: &str, text: &str) -> Arc<[Tie]> {
        if let Some(named) = self.named.get() {
            return named.of(path).ties();
        }
        if (self.ties.names)(path) { (self.ties.named)(path, text).into() } else { Arc::default() }
    }

    /// What the texts of the dialect name; nothing before it was [asked](Asked) for.
    fn all_names(&self) -> &Named {
        debug_assert!(self.named.get().is_some(), "{} was not asked", self.dialect.name);
        self.named.get_or_init(Named::default)
    }

    /// The pool of the dialect; nothing before it was [asked](Asked) for.
    fn pool(&self) -> &Members {
        debug_assert!(self.members.get().is_some(), "{} was not asked", self.dialect.name);
        self.members.get_or_init(Members::default)
    }
}

impl Search {
    fn new(start: &Paths) -> Search {
        Search { found: start.clone(), open: start.iter().cloned().collect(), followed: FxHashSet::default() }
    }

    /// Whether a tie of a dialect, or its pool, is met for the first time.
    fn is_first(&mut self, tied: &Tied, tie: Option<&Tie>) -> bool {
        self.followed.insert((tied.dialect.name, tie.cloned()))
    }

    fn extend(&mut self, paths: impl IntoIterator<Item = Arc<str>>) {
        for path in paths {
            if self.found.insert(Arc::clone(&path)) {
                self.open.push_back(path);
            }
        }
    }
}

impl<'a> Ground<'a> {
    /// The files of a workspace. Where `same` is another one that differs only by the changed files, what is known of it is
    /// used again.
    pub fn new(
        workspace: &'a Workspace,
        inputs: &'a Inputs,
        linked: &'a Linked<'a>,
        changed: &'a Paths,
        same: Option<&'a Ground<'a>>,
    ) -> Ground<'a> {
        let tied = |dialect: &&'static Dialect| {
            let (named, members) = (OnceLock::new(), OnceLock::new());
            Some(Tied { dialect, ties: dialect.ties?, named, members })
        };
        let dialects = DIALECTS.iter().filter_map(tied).collect();
        Ground { workspace, inputs, linked, changed, mentions: Mentions::of(changed), same, dialects }
    }

    /// Whether any file may have a part in how these are judged.
    pub fn is_boundless(&self, start: &Paths) -> bool {
        let governs = |path: &str| *directory(path) == *self.inputs.compliance;
        let mut wide = self.dialects.iter().filter(|tied| tied.ties.everything);
        wide.any(|tied| start.iter().any(|path| governs(path) && (tied.dialect.syntax)(path).is_some()))
    }

    /// The files whose judgement one of these has a part in, themselves included.
    pub fn affected(&self, start: &Paths) -> Paths {
        let mut search = Search::new(start);
        while let Some(path) = search.open.pop_front() {
            let source = self.source(&path);
            let text = source.as_ref().map_or("", |source| source.text());
            Asked::at(self, &path, text).answer(self);
            for tied in &self.dialects {
                self.affected_by(tied, &path, text, &mut search);
            }
        }
        search.found
    }

    /// The files that have to be there to judge these, themselves included.
    pub fn needed(&self, start: &Paths) -> Paths {
        let mut search = Search::new(start);
        while let Some(path) = search.open.pop_front() {
            let source = self.source(&path);
            let text = source.as_ref().map_or("", |source| source.text());
            Asked::at(self, &path, text).answer(self);
            for tied in &self.dialects {
                for tie in (tied.ties.unit)(&path, self.workspace).iter().chain(tied.names(&path, text).iter()) {
                    self.follow(tied, tie, &mut search);
                }
                if self.pool(tied, &path, text) != Pool::Outside && search.is_first(tied, None) {
                    self.deciding(tied, &mut search);
                }
            }
        }
        search.found
    }

    fn affected_by(&self, tied: &Tied, path: &Arc<str>, text: &str, search: &mut Search) {
        let unit = (tied.ties.unit)(path, self.workspace);
        for tie in &unit {
            self.follow(tied, tie, search);
        }
        if (tied.ties.given)(self.inputs).iter().any(|given| **given == **path) {
            search.extend(members::everything(self.workspace, tied.dialect));
        }
        if (tied.ties.sought)(path, text) {
            let named = tied.all_names();
            let trees = ancestors(path).map(|folder| Tie::Tree(folder.to_owned()));
            for tie in std::iter::once(Tie::File(path.to_string())).chain(unit.iter().cloned()).chain(trees) {
                search.extend(named.having(&tie));
            }
            if self.changed.contains(path) {
                search.extend(named.reading(path, unit.is_empty()));
            }
        }
        if self.pool(tied, path, text) == Pool::Decides && search.is_first(tied, None) {
            let members = tied.pool();
            search.extend(members.deciding.iter().chain(&members.judged).cloned());
        }
    }

    /// Adds the files that decide about all of a pool, and those that have one of them as a part: such a file is none of
    /// the pool.
    fn deciding(&self, tied: &Tied, search: &mut Search) {
        for path in &tied.pool().deciding {
            if search.found.contains(path) {
                continue;
            }
            search.extend([Arc::clone(path)]);
            let source = self.source(path);
            let text = source.as_ref().map_or("", |source| source.text());
            Asked::at(self, path, text).answer(self);
            for other in self.dialects.iter().filter(|other| (other.ties.sought)(path, text)) {
                search.extend(other.all_names().having(&Tie::File(path.to_string())));
            }
        }
    }

    fn follow(&self, tied: &Tied, tie: &Tie, search: &mut Search) {
        if search.is_first(tied, Some(tie)) {
            search.extend(self.those(tied, tie));
        }
    }

    fn source(&self, path: &str) -> Option<Cow<'a, Source>> {
        self.workspace.glance(self.workspace.find(path)?).ok()
    }

    /// The files that a tie leads to.
    fn those(&self, tied: &Tied, tie: &Tie) -> Vec<Arc<str>> {
        let path = |file: FileId| Arc::from(self.workspace.path(file));
        let belongs = |file: &FileId| (tied.ties.unit)(self.workspace.path(*file), self.workspace).contains(tie);
        match tie {
            Tie::File(named) => self.workspace.find(named).map(path).into_iter().collect(),
            Tie::Tree(folder) => self.workspace.under(folder).map(path).collect(),
            Tie::Folder(folder) => self.workspace.in_directory(folder).filter(belongs).map(path).collect(),
            Tie::Content(_) | Tie::Name(_) => Vec::new(),
        }
    }

    fn pool(&self, tied: &Tied, path: &str, text: &str) -> Pool {
        (tied.ties.pool)(path, text, &|text| self.linked.is_in(tied.dialect.name, text))
    }

    /// What a text names that did not change, where it was read for the other workspace.
    fn named_before(&self, place: usize, path: &str) -> Option<Read> {
        let twin = self.twin(place, path)?;
        twin.named.get()?.read(path, twin.ties)
    }

    /// What such a file is in the pool of a dialect.
    fn pool_before(&self, place: usize, path: &str) -> Option<Pool> {
        Some(self.twin(place, path)?.members.get()?.of(path))
    }

    /// A dialect of the other workspace, where a file is the same there.
    fn twin(&self, place: usize, path: &str) -> Option<&Tied> {
        self.same.filter(|_| !self.changed.contains(path))?.dialects.get(place)
    }
}
