//! What rules can ask of Helm charts.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["chart"],
    written: Written::Keys(
        "apiVersion:s name:s version:s kubeVersion:s description:s type:s keywords:[s home:s sources:[s dependencies:[(name:s version:s repository:s condition:s tags:[s import-values:a alias:s) maintainers:[a icon:s appVersion:a deprecated:b annotations:{s engine:s",
    ),
    views: &[view("values", "a", "the `values.yaml` of the chart", "{ \"image\": { \"tag\": \"1.2\" } }")],
}];
