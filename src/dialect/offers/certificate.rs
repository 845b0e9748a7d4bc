//! What rules can ask of certificates and keys.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["certificate"],
        written: Written::Nothing,
        views: &[
            view("subject", "s", "whom it names", "CN=shop.example.com"),
            view("issuer", "s", "who signed it", "CN=Example CA"),
            view("not_before", "s", "from when on it holds", "2026-01-01T00:00:00Z"),
            view("not_after", "s", "until when it holds", "2027-01-01T00:00:00Z"),
            view("san", "[s", "the names it holds for", "[ \"shop.example.com\" ]"),
            view(
                "key",
                "(algorithm:s bits:n curve:s id:s)",
                "its key; `id` is a short hash of it and of its folder",
                "{ \"algorithm\": \"rsa\", \"bits\": 2048 }",
            ),
            view("signature", "s", "how it is signed", "sha256WithRSAEncryption"),
            view("signature_hash", "s", "the hash in that", "sha256"),
            view("is_ca", "b", "whether it may sign others", "false"),
            view("self_signed", "b", "whether it signs itself", "false"),
        ],
    },
    Offer {
        kinds: &["private-key"],
        written: Written::Nothing,
        views: &[
            view("format", "s", "the label of its PEM block", "RSA PRIVATE KEY"),
            view("algorithm", "s", "the algorithm that its label names", "RSA"),
            view("encrypted", "b", "whether a passphrase protects it", "false"),
            view(
                "key_id",
                "s",
                "a short hash of its public part and of its folder, as `key.id` of a certificate",
                "3f0c9a1b",
            ),
        ],
    },
];
