//! A store of data: how what is in it is kept.

use super::{OWNER, Register};
use crate::schema::view;

/// The register of stores.
pub const STORE: Register = Register {
    name: "store",
    doc: "a store of data: whether it is encrypted and by whose key, what is kept of it, who reaches it, where it is",
    fields: &[
        view(
            "what",
            "s",
            "`objects` (a bucket, an account of storage), `database`, `cache`, `disk`, `files`, `queue`, `stream`, `search`, \
             `images`, `secrets`, `warehouse`",
            "objects",
        ),
        view("encrypted", "b", "whether it is encrypted at rest", "true"),
        view("own_key", "b", "whether that is by a key of one's own, instead of one of the provider", "false"),
        view("backup_days", "n", "how long backups are kept, in days; 0 for none", "7"),
        view("versions", "b", "whether former versions of what is in it are kept", "true"),
        view("restorable", "b", "whether it can be restored as it was at any time", "true"),
        view("public", "b", "whether it may be reached from the internet", "false"),
        view("logged", "b", "whether it is logged who uses it", "false"),
        view("guarded", "b", "whether it is protected from being deleted", "true"),
        view("place", "s", "where it is: the region", "eu-central-1"),
        view("system", "s", "whose it is: `aws`, `azure`, `google`", "aws"),
        OWNER,
    ],
    find: None,
};
