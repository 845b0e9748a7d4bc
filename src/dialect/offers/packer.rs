//! What rules can ask of Packer.

use crate::schema::{Offer, Written, view};

/// Every kind: sources and data sources are of plugins, whose fields no table lists.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["variable"],
        written: Written::Anything,
        views: &[view("variable_name", "s", "what it is called", "region")],
    },
    Offer { kinds: &["*"], written: Written::Anything, views: &[] },
];
