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
    files: BTreeMap<Arc<str>, Read>,
    tied: FxHashMap<Tie, Vec<Arc<str>>>,
    /// The files in which the bare name of a changed file stands, by that name.
    mentioning: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

/// What one text names.
#[derive(Clone, Default)]
struct Read {
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
    /// Reads the texts of a dialect, and those that they name where it follows them. A file that `same` read and that did
    /// not change is not read again.
    pub(super) fn read(
        workspace: &Workspace,
        ties: &Ties,
        mentions: &Mentions,
        same: Option<(&Named, &Paths)>,
    ) -> Named {
        let mut named = Named::default();
        let paths = workspace.ids().map(|file| workspace.path(file)).filter(|path| (ties.names)(path));
        let mut round: Vec<Arc<str>> = paths.map(Arc::from).collect();
        while !round.is_empty() {
            let read = |path: &Arc<str>| {
                let known = same.filter(|(_, changed)| !changed.contains(path));
                let known = known.and_then(|(same, _)| same.files.get(path));
                known.cloned().unwrap_or_else(|| Read::of(workspace, path, ties, mentions))
            };
            let texts: Vec<Read> = round.par_iter().with_min_len(16).map(read).collect();
            let next: Paths = texts.iter().filter(|_| ties.follows).flat_map(|read| read.files(workspace)).collect();
            named.files.extend(round.into_iter().zip(texts));
            round = next.into_iter().filter(|path| !named.files.contains_key(path)).collect();
        }
        named.turn();
        named
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

    /// What a file names, where it was read.
    pub(super) fn of(&self, path: &str) -> Option<Arc<[Tie]>> {
        self.files.get(path).map(|read| Arc::clone(&read.ties))
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
    fn of(workspace: &Workspace, path: &str, ties: &Ties, mentions: &Mentions) -> Read {
        let source = workspace.find(path).and_then(|file| workspace.glance(file).ok());
        let Some(source) = source else { return Read::default() };
        let names = if ties.mentions { mentions.in_text(source.text()) } else { Arc::default() };
        let ties = (ties.named)(path, source.text()).into_iter().map(|tie| tie.without_links(workspace)).collect();
        Read { ties, names }
    }

    /// The files that are named by their paths.
    fn files<'r>(&'r self, workspace: &'r Workspace) -> impl Iterator<Item = Arc<str>> {
        self.ties.iter().filter_map(|tie| match tie {
            Tie::File(path) => workspace.find(path).map(|_| Arc::from(path.as_str())),
            _ => None,
        })
    }
}
