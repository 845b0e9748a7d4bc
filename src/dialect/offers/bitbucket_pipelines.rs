//! What rules can ask of Bitbucket Pipelines.

use crate::schema::{Offer, Written, view};

/// The type of what is run once more.
macro_rules! texts {
    () => {
        "[(expression:s used:s by:s names:[s)"
    };
}

/// The type of pipes.
const PIPES: &str = "[(pipe:s source:s version:s)";

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["step"],
        written: Written::Anything,
        views: &[
            view("id", "s", "its pipeline and its name", "branches/main/Deploy"),
            view("starts", "s", "what starts it: `default`, `branches`, `tags`, `pull-requests`, `custom`", "branches"),
            view("pattern", "s", "which branches, tags or sources do, or the name of a custom pipeline", "main"),
            view(
                "deployment_effective",
                "s",
                "the environment that it deploys to, or that its stage does",
                "production",
            ),
            view("trigger_effective", "s", "`manual` where somebody starts it, or its stage", "manual"),
            view("images", "[s", "its image or that of the file, and those of its services", "[ \"node:22\" ]"),
            view("commands", concat!(commands!()), "the commands of its scripts", "[{ \"program\": \"make\" }]"),
            view(
                "texts_used",
                texts!(),
                "variables whose values are run once more",
                "[{ \"expression\": \"$BITBUCKET_BRANCH\", \"used\": \"reread\", \"by\": \"writer\" }]",
            ),
            view(
                "pipes",
                PIPES,
                "the pipes that it runs",
                "[{ \"source\": \"atlassian/aws-s3-deploy\", \"version\": \"1.1.0\" }]",
            ),
        ],
    },
    Offer {
        kinds: &["pipeline"],
        written: Written::Anything,
        views: &[
            view(
                "scripts",
                concat!("[(name:s texts_used:", texts!(), " commands:", "[(", command!(), " ignored:b))"),
                "the scripts, where they are written",
                "[{ \"name\": \"Build\" }]",
            ),
            view("images", "[s", "the images, where they are written", "[ \"node:22\" ]"),
            view("pipes", PIPES, "the pipes, where they are written", "[{ \"source\": \"atlassian/aws-s3-deploy\" }]"),
            view(
                "variables_set",
                "[(name:s value:s)",
                "the variables, where they are set",
                "[{ \"name\": \"LEVEL\", \"value\": \"info\" }]",
            ),
        ],
    },
];
