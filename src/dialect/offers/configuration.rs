//! What rules can ask of configuration files.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer { kinds: &["file"], written: Written::Anything, views: &[] }];
