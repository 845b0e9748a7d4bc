//! What rules can ask of shell scripts.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["script"],
    written: Written::Nothing,
    views: &[view("commands", concat!(commands!()), "its commands", "[{ \"program\": \"curl\" }]")],
}];
