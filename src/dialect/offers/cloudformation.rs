//! What rules can ask of CloudFormation.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Table,
    views: &[
        view(
            "@attributes",
            "{a",
            "what is said of the resource beside its properties",
            "{ \"DeletionPolicy\": \"Retain\" }",
        ),
        view(
            "**.statements",
            "[(Sid:s Effect:s Action:[s NotAction:[s Resource:[s NotResource:[s Principal:a NotPrincipal:a Condition:{a principals:[s)",
            "the statements of a policy document, each with lists",
            "[{ \"Effect\": \"Allow\", \"Action\": [ \"*\" ] }]",
        ),
        view(
            "parameters_shown",
            "[(parameter:s place:s hidden:b)",
            "of a template: the parameters that outputs and the metadata of resources show, and whether `NoEcho` hides them elsewhere",
            "[{ \"parameter\": \"Password\", \"place\": \"Outputs.Password\", \"hidden\": true }]",
        ),
        view("**.ports", "s", "the ports of a rule of a security group or access list", "22-25"),
    ],
}];
