//! What rules can ask of sudoers.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["policy"],
    written: Written::Nothing,
    views: &[
        view(
            "grants",
            "[(users:[s hosts:s runas:s command:s passwordless:b)",
            "each command that a rule lets users run, aliases replaced by what they stand for",
            "[{ \"users\": [ \"%wheel\" ], \"runas\": \"ALL\", \"command\": \"ALL\", \"passwordless\": false }]",
        ),
        view(
            "defaults",
            "[(scope:s name:s value:s)",
            "settings; one with a `!` before it has the value `off`",
            "[{ \"scope\": \"\", \"name\": \"env_reset\", \"value\": \"on\" }]",
        ),
    ],
}];
