//! What rules can ask of the Serverless Framework, beside the resources of CloudFormation that its services become.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["service"],
    written: Written::Anything,
    views: &[view("provider_name", "s", "the cloud that it is deployed to", "aws")],
}];
