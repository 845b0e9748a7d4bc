//! What rules can ask of Kustomize.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer { kinds: &["kustomization"], written: Written::Anything, views: &[] }];
