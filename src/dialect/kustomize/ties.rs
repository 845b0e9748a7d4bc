//! What kustomizations name: the files and the directories that they are built of.

use super::{NAMES, generate, references};
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::dialect::{file_name, join};

/// The ties of the dialect.
pub const TIES: Ties = Ties {
    unit: |path, _| if is_kustomization(path) { vec![Tie::Folder(directory(path).to_owned())] } else { Vec::new() },
    names: is_kustomization,
    named,
    ..ties::NONE
};

fn is_kustomization(path: &str) -> bool {
    NAMES.contains(&file_name(path))
}

fn named(path: &str, text: &str) -> Vec<Tie> {
    let Some(document) = ties::read("yaml-1.1", path, text) else { return Vec::new() };
    let references = document.roots.iter().flat_map(references);
    let targets = references.filter_map(|reference| join(directory(path), reference.as_str()?));
    let mut ties: Vec<Tie> = targets.flat_map(|target| [Tie::File(target.clone()), Tie::Folder(target)]).collect();
    let read = document.roots.iter().flat_map(generate::files);
    ties.extend(read.filter_map(|file| join(directory(path), file)).map(Tie::File));
    ties
}
