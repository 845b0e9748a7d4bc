//! What pipelines include of their own repository.

use super::files::{included, started};
use crate::dialect::ties::{self, Tie, Ties, ancestors, directory};

/// The ties of the dialect.
pub const TIES: Ties = Ties { names: super::is_named, named, elsewhere, follows: true, ..ties::NONE };

/// Files of other projects, of addresses, and components.
fn elsewhere(path: &str, text: &str) -> Vec<String> {
    ties::under_keys(path, text, &["project", "remote", "component"])
}

/// The paths of local files begin where the main file lies, which is in one of the directories above.
fn named(path: &str, text: &str) -> Vec<Tie> {
    let Some(document) = ties::read(super::SYNTAX, path, text) else { return Vec::new() };
    let mut ties = Vec::new();
    for local in document.roots.iter().flat_map(|root| included(root).chain(started(root))) {
        let relative = local.trim_start_matches('/');
        let glob = relative.find('*').and_then(|star| relative.get(..star));
        for base in ancestors(path) {
            ties.extend(match glob {
                Some(before) => crate::dialect::join(base, directory(before)).map(Tie::Tree),
                None => ties::file(base, relative),
            });
        }
    }
    ties
}
