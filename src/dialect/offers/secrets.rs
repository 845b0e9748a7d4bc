//! What rules can ask of tokens in any text.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["token"],
    written: Written::Nothing,
    views: &[
        view("detector", "s", "the format it has", "aws-access-key"),
        view("value", "s", "the token (never shown)", "AKIA…"),
        view("entropy", "n", "how random it is, in bits for each character", "4.1"),
        view("line", "n", "its line", "12"),
        view("comment", "s", "the comment in the lines before it", "for tests only"),
        view("verified", "b", "whether its checksum is right", "true"),
    ],
}];
