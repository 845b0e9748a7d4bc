//! What rules can ask of files with the versions of tools.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["versions"],
    written: Written::Nothing,
    views: &[view(
        "tools",
        "[(tool:s version:s)",
        "the tools, and the versions of each, as they are written",
        "[{ \"tool\": \"nodejs\", \"version\": \"22.11.0\" }]",
    )],
}];
