//! What rules can ask of PostgreSQL.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["hba"],
        written: Written::Nothing,
        views: &[view(
            "records",
            "[(type:s database:[s user:[s address:s method:s options:[s network:b everybody:b plain:b reached:b)",
            "the records in their order; `network`: from beyond the machine, `everybody`: from any address, `plain`: without \
             TLS too, `reached`: no earlier record decides all of it",
            "[{ \"type\": \"host\", \"method\": \"scram-sha-256\", \"network\": true }]",
        )],
    },
    Offer { kinds: &["config"], written: Written::Anything, views: &[] },
];
