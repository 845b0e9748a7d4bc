//! What rules can ask of servers and platforms.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Anything,
    views: &[
        view("arguments", "s", "of a block: what stands behind its name", "*:443"),
        view(
            "assignments",
            "{s",
            "of GitLab: what its lines assign, by the part and the name",
            "{ \"nginx.ssl_protocols\": \"TLSv1.2 TLSv1.3\" }",
        ),
        view(
            "tls_settings",
            "[(versions:[s what:s system:s)",
            "each setting that decides about versions of TLS, with the versions that it lets in",
            "[{ \"versions\": [\"TLSv1.2\", \"TLSv1.3\"] }]",
        ),
        view(
            "certificates_unchecked",
            "[(system:s)",
            "each setting by which any certificate, or key of a host, of the other side is taken",
            "[{ \"system\": \"traefik\" }]",
        ),
        view(
            "open_to_everybody",
            "[s",
            "of Squid: the rule by which a client from anywhere is let in",
            "[\"allow all\"]",
        ),
        view("inside", "b", "of BIND: whether it listens on the machine itself alone", "true"),
        view(
            "anonymous",
            "[s",
            "of Mosquitto: what lets those in by a listener on the network who say nothing of themselves",
            "[\"true\"]",
        ),
    ],
}];
