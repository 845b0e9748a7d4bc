//! What rules can ask of Packer.

use crate::schema::{Offer, Written};

/// Every kind: sources and data sources are of plugins, whose fields no table lists.
pub const OFFERS: &[Offer] = &[Offer { kinds: &["*"], written: Written::Anything, views: &[] }];
