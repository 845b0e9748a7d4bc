//! What rules can ask of filters of packets.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["chain"],
    written: Written::Nothing,
    views: &[
        view("family", "s", "the family of addresses", "inet"),
        view("table", "s", "the table that it is in", "filter"),
        view("name", "s", "its name", "input"),
        view("hook", "s", "which packets come to it: `input`, `forward`, `output`", "input"),
        view("policy", "s", "what becomes of packets at its end", "drop"),
        view("rules", "[s", "its rules, as they are written", "[ \"tcp dport 22 accept\" ]"),
        view(
            "accepts_the_rest",
            "b",
            "whether packets that no rule names are let through, by all chains of the file that are at this place",
            "false",
        ),
    ],
}];
