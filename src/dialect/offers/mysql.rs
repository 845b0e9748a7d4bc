//! What rules can ask of `MySQL`.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer { kinds: &["config"], written: Written::Anything, views: &[] }];
