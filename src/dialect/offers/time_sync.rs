//! What rules can ask of clock synchronisation.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["config"],
    written: Written::Nothing,
    views: &[
        view("program", "s", "the program that reads it", "chrony"),
        view(
            "sources",
            "[(kind:s host:s nts:b)",
            "where the time comes from",
            "[{ \"host\": \"a.example.org\", \"nts\": true }]",
        ),
    ],
}];
