//! Which files ties lead to from one another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::files;
use crate::dialect::Dialect;
use crate::dialect::ties::Tie;
use crate::source::{FileId, Workspace};

/// What files of a dialect name, of what may be of the dialect.
pub fn named(workspace: &Workspace, dialect: &Dialect) -> Vec<(FileId, FileId)> {
    let Some(ties) = dialect.ties else { return Vec::new() };
    let naming: Vec<FileId> = files(workspace).filter(|id| (ties.names)(workspace.path(*id))).collect();
    let is_of = |path: &String| (dialect.syntax)(path).is_some();
    let found = naming.par_iter().flat_map_iter(|id| {
        let source = workspace.glance(*id).ok();
        let named = source.map(|source| (ties.named)(source.path(), source.text())).unwrap_or_default();
        named.into_iter().filter_map(move |tie| match tie.without_links(workspace) {
            Tie::File(path) => Some((*id, workspace.find(&path).filter(|_| is_of(&path))?)),
            _ => None,
        })
    });
    found.collect()
}

/// The files that ties lead to from one another, in whichever direction, by each of them.
pub fn of(ties: &[(FileId, FileId)]) -> FxHashMap<FileId, Arc<[FileId]>> {
    let mut beside: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
    for (from, to) in ties.iter().filter(|(from, to)| from != to) {
        beside.entry(*from).or_default().push(*to);
        beside.entry(*to).or_default().push(*from);
    }
    let mut bundles: FxHashMap<FileId, Arc<[FileId]>> = FxHashMap::default();
    for first in beside.keys() {
        if bundles.contains_key(first) {
            continue;
        }
        let mut found = BTreeSet::from([*first]);
        let mut open = vec![*first];
        while let Some(file) = open.pop() {
            open.extend(beside.get(&file).into_iter().flatten().copied().filter(|other| found.insert(*other)));
        }
        let found: Arc<[FileId]> = found.into_iter().collect();
        bundles.extend(found.iter().map(|file| (*file, Arc::clone(&found))));
    }
    bundles
}
