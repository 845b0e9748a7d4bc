//! What rules can ask of scripts of SQL.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["script"],
    written: Written::Nothing,
    views: &[view(
        "statements",
        "[(verb:s text:s)",
        "the statements that give or take rights, or make, change or set something, without comments",
        "[{ \"verb\": \"GRANT\", \"text\": \"GRANT SELECT ON orders TO report\" }]",
    )],
}];
