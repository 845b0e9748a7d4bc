//! What rules can ask of files that they name.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer { kinds: &["*"], written: Written::Anything, views: &[] }];
