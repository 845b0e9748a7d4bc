//! What rules can ask of personal data in test data.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["file"],
    written: Written::Nothing,
    views: &[
        view("path", "s", "the file", "tests/customers.csv"),
        view("records", "n", "how many persons", "12"),
        view("kinds", "[s", "what there is of them", "[ \"iban\" ]"),
    ],
}];
