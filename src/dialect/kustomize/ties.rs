//! What kustomizations name: the files and the directories that they are built of.

use super::{NAMES, references};
use crate::dialect::ties::{self, Tie, Ties, directory};
use crate::dialect::{file_name, has_extension, join};

/// The ties of the dialect.
pub const TIES: Ties = Ties {
    unit: |path, _| if is_kustomization(path) { vec![Tie::Folder(directory(path).to_owned())] } else { Vec::new() },
    names: is_kustomization,
    named,
    sought: |path, _| is_kustomization(path) || has_extension(path, &[".yaml", ".yml", ".json"]),
    ..ties::NONE
};

fn is_kustomization(path: &str) -> bool {
    NAMES.contains(&file_name(path))
}

fn named(path: &str, text: &str) -> Vec<Tie> {
    let Some(document) = ties::read("yaml-1.1", path, text) else { return Vec::new() };
    let references = document.roots.iter().flat_map(references);
    let targets = references.filter_map(|reference| join(directory(path), reference.as_str()?));
    targets.flat_map(|target| [Tie::File(target.clone()), Tie::Folder(target)]).collect()
}
