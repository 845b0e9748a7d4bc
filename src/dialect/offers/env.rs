//! What rules can ask of files of environment variables.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer { kinds: &["file"], written: Written::Anything, views: &[] }];
