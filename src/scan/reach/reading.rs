//! One reading of the texts for all dialects that ask for them: a file is opened once, whoever wants to know something of
//! it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use rayon::prelude::*;

use super::members::Members;
use super::named::{Named, Read};
use super::{Ground, Tied};
use crate::dialect::ties::Pool;
use crate::source::{FileId, Source, Workspace};

/// The dialects of which something has to be known before a search goes on.
#[derive(Default)]
pub(super) struct Asked {
    /// What their texts name, by their places in the list of dialects.
    named: Vec<usize>,
    /// Their pools.
    members: Vec<usize>,
}

/// What one text says to the dialects that asked, in their order.
struct Said {
    named: Vec<Read>,
    pools: Vec<Pool>,
}

/// A text that is read when it is asked for, and once.
struct Lazy<'w> {
    workspace: &'w Workspace,
    file: FileId,
    source: OnceCell<Option<Cow<'w, Source>>>,
}

impl Lazy<'_> {
    fn text(&self) -> Option<&str> {
        self.source.get_or_init(|| self.workspace.glance(self.file).ok()).as_ref().map(|source| source.text())
    }
}

impl Asked {
    /// What a search asks for at a file that it came to.
    pub(super) fn at(ground: &Ground<'_>, path: &str, text: &str) -> Asked {
        let mut asked = Asked::default();
        for (place, tied) in ground.dialects.iter().enumerate() {
            if tied.named.get().is_none() && (tied.ties.sought)(path, text) {
                asked.named.push(place);
            }
            if tied.members.get().is_none() && ground.pool(tied, path, text) != Pool::Outside {
                asked.members.push(place);
            }
        }
        asked
    }

    fn is_empty(&self) -> bool {
        self.named.is_empty() && self.members.is_empty()
    }

    /// Reads every text that one of the dialects wants, and keeps what it says.
    pub(super) fn answer(self, ground: &Ground<'_>) {
        if self.is_empty() {
            return;
        }
        if let Some(same) = ground.same {
            self.unknown(same).answer(same);
        }
        let files: Vec<FileId> = ground.workspace.ids().collect();
        let said: Vec<Said> = files.par_iter().with_min_len(16).map(|file| self.ask(ground, *file)).collect();
        let mut named: Vec<Named> = self.named.iter().map(|_| Named::default()).collect();
        let mut members: Vec<Members> = self.members.iter().map(|_| Members::default()).collect();
        for (file, said) in files.iter().zip(said) {
            let path: Arc<str> = Arc::from(ground.workspace.path(*file));
            for (named, read) in named.iter_mut().zip(said.named) {
                named.add(&path, read);
            }
            for (members, pool) in members.iter_mut().zip(said.pools) {
                members.add(&path, pool);
            }
        }
        for (place, named) in self.named.iter().zip(named) {
            let Some(tied) = ground.dialects.get(*place) else { continue };
            let named = named
                .followed(ground.workspace, tied.ties, &ground.mentions, &|path| ground.named_before(*place, path));
            // One search at a time goes over a ground; were there two, both would say the same.
            let _ = tied.named.set(named);
        }
        for (place, members) in self.members.iter().zip(members) {
            let _ = ground.dialects.get(*place).map(|tied| tied.members.set(members));
        }
    }

    fn ask(&self, ground: &Ground<'_>, file: FileId) -> Said {
        let path = ground.workspace.path(file);
        let lazy = Lazy { workspace: ground.workspace, file, source: OnceCell::new() };
        let named = of(&self.named, ground).map(|(place, tied)| {
            if !(tied.ties.names)(path) {
                return Read::default();
            }
            let read = || Read::of(ground.workspace, path, lazy.text(), tied.ties, &ground.mentions);
            ground.named_before(place, path).unwrap_or_else(read)
        });
        let named = named.collect();
        let pools = of(&self.members, ground).map(|(place, tied)| {
            if (tied.dialect.syntax)(path).is_none() {
                return Pool::Outside;
            }
            let read = || lazy.text().map_or(Pool::Outside, |text| ground.pool(tied, path, text));
            ground.pool_before(place, path).unwrap_or_else(read)
        });
        Said { named, pools: pools.collect() }
    }

    /// What of it another ground does not know yet.
    fn unknown(&self, ground: &Ground<'_>) -> Asked {
        let named = of(&self.named, ground).filter(|(_, tied)| tied.named.get().is_none());
        let members = of(&self.members, ground).filter(|(_, tied)| tied.members.get().is_none());
        Asked { named: named.map(|(place, _)| place).collect(), members: members.map(|(place, _)| place).collect() }
    }
}

fn of<'g>(places: &'g [usize], ground: &'g Ground<'_>) -> impl Iterator<Item = (usize, &'g Tied)> {
    places.iter().filter_map(|place| Some((*place, ground.dialects.get(*place)?)))
}
