//! What rules can ask of Packer.

use crate::schema::{Offer, Written, view};

/// Every kind: sources and data sources are of plugins, whose fields no table lists.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["variable"],
        written: Written::Anything,
        views: &[view("is_written_out", "b", "whether its default is a text that stands in the template", "true")],
    },
    Offer {
        kinds: &["*"],
        written: Written::Anything,
        views: &[
            view(
                "**.statements",
                "[(Sid:s Effect:s Action:[s NotAction:[s Resource:[s NotResource:[s Principal:a NotPrincipal:a Condition:{a principals:[s)",
                "the statements of a policy document, each with lists",
                "[{ \"Effect\": \"Allow\", \"Action\": [ \"*\" ] }]",
            ),
            view(
                "**.addresses",
                "[s",
                "the networks that a range from a first to a last address is made of",
                "[ \"10.0.0.0/8\" ]",
            ),
            view("**.ports", "a", "the ports of a rule of a firewall or security group", "22-25"),
        ],
    },
];
