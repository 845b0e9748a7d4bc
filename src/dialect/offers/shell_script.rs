//! What rules can ask of shell scripts.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["script"],
    written: Written::Nothing,
    views: &[
        view("commands", concat!(commands!()), "its commands", "[{ \"program\": \"curl\" }]"),
        view(
            "files",
            "[(path:s content:s)",
            "the files that it writes whole out of lines of its own; of what it hands to a cluster the path is `/dev/stdin`",
            "[{ \"path\": \"/etc/redis.conf\", \"content\": \"protected-mode no\\n\" }]",
        ),
    ],
}];
