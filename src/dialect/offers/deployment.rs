//! What rules can ask of deployments.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Nothing,
    views: &[
        view("path", "s", "what it is deployed by: a folder or a file", "infra/production"),
        view("technologies", "[s", "the dialects of its resources", "[ \"terraform\" ]"),
        view("kinds", "[s", "the kinds of its resources", "[ \"terraform/aws_vpc\" ]"),
    ],
}];
