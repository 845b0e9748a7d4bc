//! What rules can ask of documents.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Nothing,
    views: &[
        view(
            "front_matter",
            "{a",
            "what stands between the `---` at the top",
            "{ \"owner\": \"ciso\", \"next_review\": \"2027-01-01\" }",
        )
        .written(""),
        view("headings", "[(level:n text:s)", "the headings in order", "[{ \"level\": 2, \"text\": \"Scope\" }]"),
        view(
            "links",
            "[(target:s text:s broken:b)",
            "the links; `broken` where a file of the repository is missing",
            "[{ \"target\": \"../soa.md\", \"broken\": false }]",
        ),
        view("text", "s", "all of it below the front matter", "# Scope"),
        view(
            "empty_headings",
            "[(text:s)",
            "headings of a policy with nothing under them",
            "[{ \"text\": \"Review\" }]",
        ),
        view("missing_parts", "[s", "what a policy of its type does not say", "[ \"how rights are reviewed\" ]"),
        view("words", "n", "how many words that has", "480"),
        view("kind", "s", "what a record is a record of", "incident"),
        view(
            "history",
            "(commit:s changed_on:s changed_after_approval:b dates_only:b)",
            "what git knows of the last change",
            "{ \"changed_on\": \"2026-01-10\" }",
        ),
        view("in_order", "b", "whether the days of an incident follow each other", "true"),
    ],
}];
