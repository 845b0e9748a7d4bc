//! What rules can ask of nginx.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Anything,
    views: &[
        view("arguments", "[s", "what stands behind the name of the block", "[ \"/static\" ]"),
        view(
            "effective",
            "{a",
            "the directives that hold in the block, with those it inherits",
            "{ \"autoindex\": \"on\" }",
        ),
        view(
            "listens",
            "[(address:s port:s ssl:b)",
            "the `listen` directives of a server, taken apart",
            "[{ \"port\": \"443\", \"ssl\": true }]",
        ),
        view(
            "headers_lost",
            "[s",
            "the headers that blocks around add, and that are not sent since the block adds others",
            "[ \"Strict-Transport-Security\" ]",
        ),
        view(
            "tls_versions",
            "[s",
            "the versions of TLS that a server is set to, where it may speak TLS",
            "[ \"TLSv1.2\", \"TLSv1.3\" ]",
        ),
    ],
}];
