//! What rules can ask of device profiles.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["profile"],
        written: Written::Anything,
        views: &[view("types", "[s", "the types of its payloads", "[ \"com.apple.mobiledevice.passwordpolicy\" ]")],
    },
    Offer {
        kinds: &["payload"],
        written: Written::Anything,
        views: &[view(
            "PayloadType",
            "s",
            "its type, also where a profile writes it as a key",
            "com.apple.screensaver",
        )],
    },
    Offer { kinds: &["declaration"], written: Written::Anything, views: &[] },
];
