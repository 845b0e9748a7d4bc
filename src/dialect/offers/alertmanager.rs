//! What rules can ask of Alertmanager.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["config"],
    written: Written::Anything,
    views: &[view(
        "ways",
        "[(receiver:s first:b declared:b tells:b always_muted:b matchers:[(label:s operator:s value:s))",
        "all routes; `first`: the one that alerts begin at, `declared`: its receiver is there, `tells`: the receiver tells somebody, `always_muted`: it is silent at all times, `matchers`: what it and the routes above ask of labels",
        "[{ \"receiver\": \"on-call\", \"first\": true, \"declared\": true, \"tells\": true }]",
    )],
}];
