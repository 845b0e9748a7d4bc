//! What the texts of a dialect name, turned round: who names a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use regex::Regex;
use rustc_hash::FxHashMap;

use super::Paths;
use crate::dialect::file_name;
use crate::dialect::ties::{Tie, Ties, ancestors};
use crate::source::Workspace;

/// What the texts of a dialect name.
#[derive(Default)]
pub(super) struct Named {
    /// Those that name something.
    files: BTreeMap<Arc<str>, Read>,
    /// Those that were read because others name them.
    followed: Paths,
    tied: FxHashMap<Tie, Vec<Arc<str>>>,
    /// The files in which the bare name of a changed file stands, by that name.
    mentioning: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

/// What one text names.
#[derive(Clone, Default)]
pub(super) struct Read {
    ties: Arc<[Tie]>,
    names: Arc<[Arc<str>]>,
}

/// The bare names of changed files, to be found in texts.
pub(super) struct Mentions {
    /// None where there are none, or more than can be looked for: then every text has them all.
    any: Option<Regex>,
    names: Paths,
}

impl Mentions {
    pub(super) fn of(changed: &Paths) -> Mentions {
        let names: Paths = changed.iter().map(|path| Arc::from(file_name(path))).collect();
        let mut escaped: Vec<String> = names.iter().map(|name| regex::escape(name)).collect();
        // Of two names of which one begins the other, the longer one is meant where it stands.
        escaped.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Mentions { any: if names.is_empty() { None } else { Regex::new(&escaped.join("|")).ok() }, names }
    }

    fn in_text(&self, text: &str) -> Arc<[Arc<str>]> {
        let Some(any) = &self.any else { return self.names.iter().cloned().collect() };
        let found: Paths = any.find_iter(text).filter_map(|found| self.names.get(found.as_str())).cloned().collect();
        found.into_iter().collect()
    }
}

impl Named {
    /// Adds what a text names.
    pub(super) fn add(&mut self, path: &Arc<str>, read: Read) {
        if !read.is_empty() {
            self.files.insert(Arc::clone(path), read);
        }
    }

    /// All of them: with the texts that these name, where the dialect follows them, turned round.
    pub(super) fn followed(
        mut self,
        workspace: &Workspace,
        ties: &Ties,
        mentions: &Mentions,
        before: &(dyn Fn(&str) -> Option<Read> + Sync),
    ) -> Named {
        let next = |read: &Read| read.files(workspace).collect::<Vec<_>>();
        let mut round: Paths = self.files.values().filter(|_| ties.follows).flat_map(next).collect();
        loop {
            round.retain(|path| !self.files.contains_key(path) && self.followed.insert(Arc::clone(path)));
            if round.is_empty() {
                break;
            }
            let paths: Vec<Arc<str>> = round.into_iter().collect();
            let read = |path: &Arc<str>| before(path).unwrap_or_else(|| Read::opened(workspace, path, ties, mentions));
            let texts: Vec<Read> = paths.par_iter().with_min_len(16).map(read).collect();
            round = texts.iter().flat_map(next).collect();
            for (path, read) in paths.iter().zip(texts) {
                self.add(path, read);
            }
        }
        self.turn();
        self
    }

    fn turn(&mut self) {
        for (path, read) in &self.files {
            for tie in read.ties.iter() {
                self.tied.entry(tie.clone()).or_default().push(Arc::clone(path));
            }
            for name in read.names.iter() {
                self.mentioning.entry(Arc::clone(name)).or_default().push(Arc::clone(path));
            }
        }
    }

    /// What a file names, where it was read at all.
    pub(super) fn read(&self, path: &str, ties: &Ties) -> Option<Read> {
        ((ties.names)(path) || self.followed.contains(path)).then(|| self.of(path))
    }

    /// What a file names.
    pub(super) fn of(&self, path: &str) -> Read {
        self.files.get(path).cloned().unwrap_or_default()
    }

    /// The files that have a tie.
    pub(super) fn having(&self, tie: &Tie) -> impl Iterator<Item = Arc<str>> {
        self.tied.get(tie).into_iter().flatten().cloned()
    }

    /// The files that read the content of a changed one, as far as their texts say; where it is not evaluated itself, also
    /// those in which its bare name stands.
    pub(super) fn reading<'n>(&'n self, path: &'n str, plain: bool) -> impl Iterator<Item = Arc<str>> {
        let folders = ancestors(path).map(|folder| Tie::Content(folder.to_owned()));
        let parts = path.split('/').map(|part| Tie::Name(part.to_owned()));
        let mentioning = self.mentioning.get(file_name(path)).filter(|_| plain);
        folders
            .chain(parts)
            .flat_map(|tie| self.having(&tie).collect::<Vec<_>>())
            .chain(mentioning.into_iter().flatten().cloned())
    }
}

impl Read {
    /// What a text names; nothing where it cannot be read.
    pub(super) fn of(workspace: &Workspace, path: &str, text: Option<&str>, ties: &Ties, mentions: &Mentions) -> Read {
        let Some(text) = text else { return Read::default() };
        let names = if ties.mentions { mentions.in_text(text) } else { Arc::default() };
        let ties = (ties.named)(path, text).into_iter().map(|tie| tie.without_links(workspace)).collect();
        Read { ties, names }
    }

    fn opened(workspace: &Workspace, path: &str, ties: &Ties, mentions: &Mentions) -> Read {
        let source = workspace.find(path).and_then(|file| workspace.glance(file).ok());
        Read::of(workspace, path, source.as_ref().map(|source| source.text()), ties, mentions)
    }

    fn is_empty(&self) -> bool {
        self.ties.is_empty() && self.names.is_empty()
    }

    /// What it names.
    pub(super) fn ties(&self) -> Arc<[Tie]> {
        Arc::clone(&self.ties)
    }

    /// The files that are named by their paths.
    fn files<'r>(&'r self, workspace: &'r Workspace) -> impl Iterator<Item = Arc<str>> {
        self.ties.iter().filter_map(|tie| match tie {
            Tie::File(path) => workspace.find(path).map(|_| Arc::from(path.as_str())),
            _ => None,
        })
    }
}
