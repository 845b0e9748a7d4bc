//! Keys of a map that are written twice.

use rustc_hash::FxHashSet;

use crate::document::Entry;

/// Up to so many keys are compared with each other, which is faster than a set.
const FEW: usize = 16;

/// The entries whose key an earlier entry has, in the order written.
pub(super) fn written_twice(entries: &[Entry]) -> Vec<&Entry> {
    if entries.len() <= FEW {
        let earlier = |index: usize, name: &str| entries.iter().take(index).any(|entry| &*entry.key.name == name);
        return entries
            .iter()
            .enumerate()
            .filter(|(index, entry)| earlier(*index, &entry.key.name))
            .map(|(_, entry)| entry)
            .collect();
    }
    let mut seen = FxHashSet::default();
    entries.iter().filter(|entry| !seen.insert(&*entry.key.name)).collect()
}
