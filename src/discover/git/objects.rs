//! The bytes of files, from the object store.

use std::collections::HashMap;

use gix::ObjectId;

use super::changed::is_hash_of;
use super::{Repository, told};
use crate::source::kept::Identity;
use crate::source::{Loader, MAX_FILE_BYTES, Unreadable};

/// Reads files of a listing by their paths.
pub(super) struct Objects {
    pub(super) repository: Repository,
    pub(super) ids: HashMap<String, ObjectId>,
    /// Whether files on disk are likely to be the same: reading those is faster than unpacking objects.
    pub(super) on_disk: bool,
}

impl Loader for Objects {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        let id = *self.ids.get(path).ok_or_else(|| Unreadable::Io("no such file".into()))?;
        let found = if self.on_disk { self.repository.same_on_disk(path, id) } else { None };
        found.map_or_else(|| self.repository.blob(id), Ok)
    }

    fn identity(&self, path: &str) -> Option<Identity> {
        self.ids.get(path).and_then(|id| id.as_bytes().try_into().ok())
    }
}

impl Repository {
    /// The bytes of a file on disk, where it is a plain one with this content.
    fn same_on_disk(&self, path: &str, content: ObjectId) -> Option<Vec<u8>> {
        let path = self.shared.root.join(path);
        let found = path.symlink_metadata().ok()?;
        if !found.is_file() || found.len() > MAX_FILE_BYTES as u64 {
            return None;
        }
        let bytes = std::fs::read(path).ok()?;
        is_hash_of(&bytes, content).then_some(bytes)
    }

    /// The bytes of a blob; one that is longer than what is read of files is not brought into memory.
    pub(super) fn blob(&self, id: ObjectId) -> Result<Vec<u8>, Unreadable> {
        self.with(|git| {
            let refused = |error: gix::Error| Unreadable::Io(format!("git object {id}: {}", told(&error)));
            let length = git.find_header(id).map_err(refused)?.size();
            if length > MAX_FILE_BYTES as u64 {
                return Err(Unreadable::TooLong(length));
            }
            let mut blob = git.find_object(id).and_then(gix::Object::try_into_blob).map_err(refused)?;
            Ok(blob.take_data())
        })
    }
}
