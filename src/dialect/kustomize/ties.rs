//! What kustomizations name: the files and the directories that they are built of.

use super::{controllers, generate, is_kustomization, references};
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::dialect::{has_extension, join};

/// The ties of the dialect.
pub const TIES: Ties = Ties {
    unit: |path, _| if is_kustomization(path) { vec![Tie::Folder(directory(path).to_owned())] } else { Vec::new() },
    names: |path| is_kustomization(path) || has_extension(path, &[".yaml", ".yml"]),
    named,
    ..ties::NONE
};

fn named(path: &str, text: &str) -> Vec<Tie> {
    if !is_kustomization(path) {
        return controllers::named(path, text);
    }
    let Some(document) = ties::read("yaml-1.1", path, text) else { return Vec::new() };
    let references = document.roots.iter().flat_map(references);
    let targets = references.filter_map(|reference| join(directory(path), reference.as_str()?));
    let mut ties: Vec<Tie> = targets.flat_map(|target| [Tie::File(target.clone()), Tie::Folder(target)]).collect();
    let read = document.roots.iter().flat_map(generate::files);
    ties.extend(read.filter_map(|file| join(directory(path), file)).map(Tie::File));
    ties
}
