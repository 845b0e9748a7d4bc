//! The bytes of files, from the object store.

use std::collections::HashMap;

use gix::ObjectId;

use super::changed::is_hash_of;
use super::{Repository, told};
use crate::discover::door::Door;
use crate::source::kept::Identity;
use crate::source::{Loader, MAX_FILE_BYTES, Unreadable};

/// Reads files of a listing by their paths.
pub(super) struct Objects {
    pub(super) repository: Repository,
    pub(super) ids: HashMap<String, ObjectId>,
    /// Whether files on disk are likely to be the same: reading those is faster than unpacking objects.
    pub(super) on_disk: Option<Door>,
}

impl Loader for Objects {
    fn load(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        let id = *self.ids.get(path).ok_or_else(|| Unreadable::Io("no such file".into()))?;
        let found = self.on_disk.as_ref().and_then(|door| door.read(path).ok());
        let found = found.filter(|bytes| is_hash_of(bytes, id));
        found.map_or_else(|| self.repository.blob(id), Ok)
    }

    fn identity(&self, path: &str) -> Option<Identity> {
        self.ids.get(path).and_then(|id| id.as_bytes().try_into().ok())
    }
}

impl Repository {
    /// The bytes of a blob; one that is longer than what is read of files is not brought into memory.
    pub(super) fn blob(&self, id: ObjectId) -> Result<Vec<u8>, Unreadable> {
        self.blob_at_most(id, MAX_FILE_BYTES)
    }

    /// The bytes of a blob that may not be that long.
    pub(super) fn blob_at_most(&self, id: ObjectId, most: usize) -> Result<Vec<u8>, Unreadable> {
        self.with(|git| {
            let refused = |error: gix::Error| Unreadable::Io(format!("git object {id}: {}", told(&error)));
            let length = git.find_header(id).map_err(refused)?.size();
            if length > most as u64 {
                return Err(Unreadable::TooLong(length));
            }
            let mut blob = git.find_object(id).and_then(gix::Object::try_into_blob).map_err(refused)?;
            Ok(blob.take_data())
        })
    }
}
