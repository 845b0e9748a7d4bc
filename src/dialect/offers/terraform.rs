//! What rules can ask of Terraform.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer { kinds: &["module", "settings", "variable", "output"], written: Written::Anything, views: &[] },
    Offer {
        kinds: &["*"],
        written: Written::Table,
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
            view("count", "n", "how many of it there are", "2"),
            view("for_each", "a", "what it is repeated for", "[ \"a\", \"b\" ]"),
            view("provider", "a", "the configuration of its provider", "aws.west"),
            view(
                "provider_settings",
                "{a",
                "the block of its provider, also where a module inherits or is handed it",
                "{ \"region\": \"eu-central-1\" }",
            ),
            view(
                "files_read",
                "[s",
                "the files that its texts come from: templates, scripts, policies",
                "[ \"infra/nginx.conf.tftpl\" ]",
            ),
            view(
                "tags_all",
                "{s",
                "its tags with the default tags of its provider (aws)",
                "{ \"owner\": \"platform\" }",
            ),
            view(
                "effective_labels",
                "{s",
                "its labels with the default labels of its provider (google)",
                "{ \"owner\": \"platform\" }",
            ),
            view("depends_on", "[a", "what it waits for", "[ \"aws_iam_role.main\" ]"),
            view(
                "lifecycle",
                "[(create_before_destroy:b prevent_destroy:b ignore_changes:a replace_triggered_by:a precondition:a postcondition:a)",
                "its life cycle",
                "[{ \"prevent_destroy\": true }]",
            ),
            view("provisioner", "[a", "what is run beside it", "[{ \"local-exec\": {} }]"),
            view("connection", "[a", "how provisioners reach it", "[{ \"type\": \"ssh\" }]"),
            view("timeouts", "a", "how long its provider waits", "{ \"create\": \"10m\" }"),
        ],
    },
];
