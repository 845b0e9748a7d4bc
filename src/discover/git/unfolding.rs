//! How far the trees of a revision may be unfolded.
//!
//! A tree is stored once and may stand in as many places as its parents say, so that a dozen objects can name a hundred
//! million files. What is new is listed as it is; what was listed before is listed again as long as it is no more than what
//! was new, and a little.

use std::collections::HashSet;

use gix::ObjectId;

/// So many files and folders may be listed again, whatever else there is.
const ALWAYS: usize = 20_000;

/// So many bytes of paths may be made, whatever else there is: about two hundred for each file of a very large repository.
const MAX_BYTES: usize = 256 << 20;

/// What was unfolded so far.
#[derive(Debug, Default)]
pub(super) struct Unfolding {
    seen: HashSet<ObjectId>,
    /// Entries of trees that were new.
    new: usize,
    /// Entries of trees that were listed before.
    again: usize,
    /// Bytes of the paths of all of them.
    bytes: usize,
}

impl Unfolding {
    /// Whether a tree was not listed before; it is from now on.
    pub(super) fn is_new(&mut self, tree: ObjectId) -> bool {
        self.seen.insert(tree)
    }

    /// Whether the entries of a tree may be listed, at a path of so many bytes.
    pub(super) fn may_list(&mut self, entries: usize, is_new: bool, path: usize) -> bool {
        let count = if is_new { &mut self.new } else { &mut self.again };
        *count = count.saturating_add(entries + 1);
        // What an entry is called itself is a part of the object, which is there once.
        self.bytes = self.bytes.saturating_add(entries.saturating_mul(path));
        self.again <= ALWAYS.max(self.new) && self.bytes <= MAX_BYTES
    }
}
