//! A log: what is logged, where to, and how long it is kept.

use super::{OWNER, Register};
use crate::schema::view;

/// The register of logs.
pub const LOG: Register = Register {
    name: "log",
    doc: "what is logged, where to, and how long it is kept",
    fields: &[
        view(
            "of",
            "s",
            "what is logged: `programs` (what they write), `traffic` (connections), `access` (requests that are served), `management` \
             (changes of what is deployed), `audit` (who did what in a cluster)",
            "traffic",
        ),
        view("to", "s", "where to, as written", "arn:aws:s3:::logs"),
        view("days", "n", "how long it is kept, in days; 0 for ever", "90"),
        view("on", "b", "whether it is switched on", "true"),
        view("encrypted", "b", "whether it is encrypted by a key of one's own", "false"),
        view("system", "s", "whose it is: `aws`, `azure`, `google`, `kubernetes`, `nginx`", "aws"),
        OWNER,
    ],
    find: None,
};
