//! What rules can ask of systemd.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer { kinds: &["unit", "drop-in"], written: Written::Anything, views: &[] },
    Offer {
        kinds: &["quadlet"],
        written: Written::Anything,
        views: &[view(
            "image",
            "s",
            "the image that it runs, where no other unit pulls or builds that",
            "docker.io/library/nginx:1.27.3",
        )],
    },
];
