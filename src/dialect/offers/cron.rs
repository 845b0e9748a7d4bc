//! What rules can ask of cron.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["table"],
    written: Written::Nothing,
    views: &[view(
        "entries",
        concat!("[(schedule:s user:s commands:", commands!(), ")"),
        "what runs when; `user` where the table says as whom",
        "[{ \"schedule\": \"0 3 * * *\", \"user\": \"root\" }]",
    )],
}];
