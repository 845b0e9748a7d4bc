//! What rules can ask of ARM templates.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["*"],
        written: Written::Anything,
        views: &[
            view(
                "whole_name",
                "s",
                "the name with those of what the resource is in, in small letters",
                "\"sql/default\"",
            ),
            view(
                "within",
                "s",
                "the whole name of the resource that this one is a part of, in small letters, where that is certain",
                "\"sql\"",
            ),
            view(
                "**.addresses",
                "[s",
                "the networks that a range from a first to a last address is made of",
                "[ \"10.0.0.0/8\" ]",
            ),
            view(
                "**.ports",
                "[s",
                "destination ports of a rule of a network security group, however they are written",
                "[ \"22\", \"8000-8100\" ]",
            ),
        ],
    },
    Offer {
        kinds: &["Template"],
        written: Written::Anything,
        views: &[view(
            "secrets_shown",
            "[(output:s what:s secure:b)",
            "the secrets that outputs show: a secure parameter, a function of a resource that lists keys, a property that is one; and whether the \
             output is declared to be secure",
            "[{ \"output\": \"key\", \"what\": \"listkeys()\", \"secure\": false }]",
        )],
    },
    Offer {
        kinds: &["Microsoft.Authorization/roleAssignments"],
        written: Written::Anything,
        views: &[view(
            "target_scope",
            "s",
            "what the template is deployed to: `resource-group`, `subscription`, `management-group`, `organization`",
            "subscription",
        )],
    },
];
