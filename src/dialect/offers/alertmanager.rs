//! What rules can ask of Alertmanager.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["config"],
    written: Written::Anything,
    views: &[view(
        "ways",
        "[(receiver:s first:b declared:b tells:b)",
        "all routes; `first`: the one that alerts begin at, `declared`: its receiver is there, `tells`: the receiver tells somebody",
        "[{ \"receiver\": \"on-call\", \"first\": true, \"declared\": true, \"tells\": true }]",
    )],
}];
