//! What rules can ask of GitHub Actions.

use crate::schema::{Offer, View, Written, view};

macro_rules! uses {
    () => {
        "(owner:s repo:s path:s ref:s ref_kind:s own:b image:s)"
    };
}
macro_rules! job {
    () => {
        concat!(include_str!("../../../data/schemas/github-job.txt"), " id:s by_writers:b triggers:{a waits_for:[s permissions_effective:a permissions_listed:[(name:s value:a explained:b) uses_list:[s uses_action:", uses!(), " steps:[(id:s if:a name:s run:s uses:s shell:s working-directory:s with:{a env:{a continue-on-error:a timeout-minutes:a expressions:[s texts_used:[(expression:s used:s by:s names:[s code:s triggers:a conditions:[s by_writers:b) uses_action:", uses!(), " commands:", commands!(), " inline_script:s)")
    };
}

const EXPRESSIONS: View = view(
    "expressions_used",
    "[(text:s at:s)",
    "every expression that stands in it, and the key that it stands under",
    "[{ \"text\": \"github.ref\", \"at\": \"if\" }]",
);

const LISTED: View = view(
    "permissions_listed",
    "[(name:s value:a explained:b)",
    "the permissions that it sets, and whether a comment on the line or above it explains each",
    "[{ \"name\": \"packages\", \"value\": \"write\", \"explained\": true }]",
);

const SWITCHED_OFF: View = view(
    "switched_off",
    "[a",
    "the jobs and steps that never run, since their condition is `false`",
    "[{ \"if\": false, \"run\": \"make\" }]",
);

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["workflow"],
        written: Written::Keys(concat!(
            include_str!("../../../data/schemas/github-workflow.txt"),
            " jobs:{(",
            job!(),
            ")"
        )),
        views: &[
            view(
                "triggers",
                "{a",
                "what starts it, as a map whichever way it is written",
                "{ \"pull_request_target\": {} }",
            ),
            EXPRESSIONS,
            LISTED,
            SWITCHED_OFF,
            view("jobs_list", concat!("[(", job!(), ")"), "the jobs", "[{ \"id\": \"build\" }]"),
        ],
    },
    Offer {
        kinds: &["job"],
        written: Written::Keys(concat!(job!())),
        views: &[
            view("id", "s", "the key under which it stands", "build"),
            view("triggers", "{a", "what starts its workflow", "{ \"push\": {} }"),
            view(
                "by_writers",
                "b",
                "whether its condition lets nothing begin but what writers of the repository decide",
                "true",
            ),
            view("waits_for", "[s", "the jobs that it waits for, those that these wait for included", "[ \"test\" ]"),
            view(
                "permissions_effective",
                "a",
                "its permissions, or those of the workflow",
                "{ \"contents\": \"read\" }",
            ),
            LISTED,
            view("uses_list", "[s", "the actions and workflows that it uses", "[ \"actions/checkout@v5\" ]"),
            view(
                "uses_action",
                concat!(uses!()),
                "the reusable workflow that it calls",
                "{ \"owner\": \"acme\", \"repo\": \"flows\", \"ref_kind\": \"sha\" }",
            ),
        ],
    },
    Offer {
        kinds: &["action"],
        written: Written::Anything,
        views: &[
            EXPRESSIONS,
            SWITCHED_OFF,
            view("runs.image_used", "s", "the image of a registry that the action is", "docker://alpine:3.22"),
        ],
    },
];
