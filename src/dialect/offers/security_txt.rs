//! What rules can ask of security.txt.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Nothing,
    views: &[
        view("acknowledgments", "[s", "where reporters are thanked", "[ \"https://example.org/thanks\" ]"),
        view("canonical", "[s", "where the file stands", "[ \"https://example.org/.well-known/security.txt\" ]"),
        view("contact", "[s", "whom to tell", "[ \"mailto:security@example.org\" ]"),
        view("encryption", "[s", "a key for reports", "[ \"https://example.org/key.asc\" ]"),
        view("expires", "[s", "until when it holds", "[ \"2027-01-01T00:00:00Z\" ]"),
        view("hiring", "[s", "open positions", "[ \"https://example.org/jobs\" ]"),
        view("policy", "[s", "how reports are handled", "[ \"https://example.org/disclosure\" ]"),
        view("preferred-languages", "[s", "the languages of reports", "[ \"en\" ]"),
        view("csaf", "[s", "advisories for machines", "[ \"https://example.org/provider-metadata.json\" ]"),
    ],
}];
