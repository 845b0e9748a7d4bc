//! What rules can ask of alerts.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["alert"],
    written: Written::Keys("alert:s expr:s for:s keep_firing_for:s labels:{s annotations:{s"),
    views: &[
        view(
            "receivers",
            "[(name:s tells:b by_default:b)",
            "who gets it by the only configuration of Alertmanager in the repository; `tells`: whether the receiver tells somebody, `by_default`: whether no route but the first one leads there",
            "[{ \"name\": \"on-call\", \"tells\": true, \"by_default\": false }]",
        ),
        view(
            "runbook",
            "(link:s found:b)",
            "the page that says what to do, and whether it is there, where it lies in the repository",
            "{ \"link\": \"docs/runbooks/disk.md\", \"found\": true }",
        ),
    ],
}];
