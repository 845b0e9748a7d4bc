//! What rules can ask of systemd.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer { kinds: &["unit", "drop-in"], written: Written::Anything, views: &[] }];
