//! What rules can ask of files that tell a program what to run.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Anything,
    views: &[
        view(
            "scripts",
            concat!("[(name:s commands:", commands!(), ")"),
            "of formats that are no trees: what is run, by the recipe, process, section or target",
            "[{ \"name\": \"build\", \"commands\": [{ \"program\": \"make\" }] }]",
        ),
        view(
            "texts_used",
            "[(expression:s used:s by:s names:[s)",
            "of Buildkite, Cloud Build, Drone and Woodpecker: the variables that are pasted into scripts, and who decides what they hold",
            "[{ \"expression\": \"${DRONE_COMMIT_MESSAGE}\", \"used\": \"script\", \"by\": \"outsider\" }]",
        ),
        view("images", "[s", "of an Earthfile: the images that it builds from", "[ \"debian:12.7\" ]"),
    ],
}];
