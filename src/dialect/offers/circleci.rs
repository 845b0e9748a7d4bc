//! What rules can ask of CircleCI.

use crate::schema::{Offer, Written, view};

/// The type of what is put into scripts.
macro_rules! texts {
    () => {
        "[(expression:s used:s by:s names:[s)"
    };
}

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["job"],
        written: Written::Anything,
        views: &[
            view("id", "s", "its name in its workflow", "build"),
            view(
                "containers",
                "[(image:s name:s entrypoint:a command:a user:s environment:a auth:a aws_auth:a)",
                "its containers: its own, or those of its executor",
                "[{ \"image\": \"cimg/node:22.11\" }]",
            ),
            view("images", "[s", "the images of its containers", "[ \"cimg/node:22.11\" ]"),
            view("machine_image", "s", "the image of its machine", "ubuntu-2404:current"),
            view("runner", "s", "the system of its machine, as release tables call it", "ubuntu-24.04"),
            view(
                "environment_effective",
                "{a",
                "its variables over those of its executor",
                "{ \"NODE_ENV\": \"test\" }",
            ),
            view("contexts", "[s", "the contexts whose secrets it gets", "[ \"production\" ]"),
            view(
                "steps_run",
                concat!(
                    "[(uses:s name:s command:s shell:s environment:a background:b when:s working_directory:s no_output_timeout:s \
                     with:a scripts:[s texts_used:",
                    texts!(),
                    " commands:",
                    commands!(),
                    ")"
                ),
                "its steps, with commands of the file put in; `uses` is `run`, a step of the service, or what an orb brings",
                "[{ \"uses\": \"run\", \"command\": \"npm ci\" }]",
            ),
        ],
    },
    Offer {
        kinds: &["config"],
        written: Written::Anything,
        views: &[
            view(
                "scripts",
                concat!("[(name:s shell:s texts_used:", texts!(), " commands:", "[(", command!(), " ignored:b))"),
                "the scripts, where they are written",
                "[{ \"name\": \"Build\" }]",
            ),
            view("images", "[s", "the images, where they are written", "[ \"cimg/node:22.11\" ]"),
            view(
                "variables_set",
                "[(name:s value:s)",
                "the variables, where they are set",
                "[{ \"name\": \"NODE_ENV\", \"value\": \"test\" }]",
            ),
            view(
                "orbs_used",
                "[(name:s source:s version:s)",
                "the orbs that are taken from the registry",
                "[{ \"name\": \"node\", \"source\": \"circleci/node\", \"version\": \"6.1.0\" }]",
            ),
        ],
    },
];
