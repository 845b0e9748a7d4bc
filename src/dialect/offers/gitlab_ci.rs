//! What rules can ask of GitLab CI.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["job"],
        written: Written::Keys(include_str!("../../../data/schemas/gitlab-job.txt")),
        views: &[
            view("id", "s", "its name", "deploy"),
            view("waits_for", "[s", "the jobs that it waits for, those that these wait for included", "[ \"test\" ]"),
            view("image_name", "s", "the image that it runs in", "alpine:3.22"),
            view("service_images", "[s", "the images beside it", "[ \"postgres:17\" ]"),
            view(
                "images",
                "[(name:s tag:s digest:s)",
                "all its images",
                "[{ \"name\": \"alpine\", \"tag\": \"3.22\" }]",
            ),
            view("commands", concat!(commands!()), "the commands of its scripts", "[{ \"program\": \"make\" }]"),
            view(
                "variables_effective",
                "{s",
                "its variables over those of the pipeline",
                "{ \"GIT_STRATEGY\": \"none\" }",
            ),
            view(
                "variables_set",
                "[(name:s value:s)",
                "the variables that it sets",
                "[{ \"name\": \"LEVEL\", \"value\": \"info\" }]",
            ),
            view(
                "includes",
                "[(kind:s file:a project:s ref:s remote:s local:s template:s component:s version:s integrity:s inputs:a rules:a artifact:s job:s)",
                "what its trigger includes",
                "[{ \"kind\": \"project\" }]",
            ),
            view("workflow", "a", "the `workflow` of its pipeline", "{ \"rules\": [] }"),
        ],
    },
    Offer {
        kinds: &["pipeline"],
        written: Written::Anything,
        views: &[
            view(
                "texts_used",
                "[(expression:s used:s by:s names:[s code:s triggers:a conditions:[s)",
                "texts from elsewhere that scripts use, where they are written",
                "[{ \"expression\": \"$CI_COMMIT_TITLE\", \"used\": \"reread\", \"by\": \"writer\" }]",
            ),
            view(
                "images",
                "[(name:s tag:s digest:s)",
                "the images, where they are written",
                "[{ \"name\": \"alpine\", \"tag\": \"3.22\" }]",
            ),
            view(
                "commands",
                concat!(commands!()),
                "the commands, where they are written",
                "[{ \"program\": \"make\" }]",
            ),
            view(
                "variables_set",
                "[(name:s value:s)",
                "the variables, where they are set",
                "[{ \"name\": \"LEVEL\", \"value\": \"info\" }]",
            ),
            view(
                "includes",
                "[(kind:s file:a project:s ref:s remote:s local:s template:s component:s version:s integrity:s inputs:a rules:a artifact:s job:s)",
                "the files it includes, each with its kind",
                "[{ \"kind\": \"remote\" }]",
            ),
        ],
    },
];
