//! What rules can ask of repository settings.

use crate::schema::{Offer, View, Written, view};

const CHECKS: View = view(
    "checks_required",
    "[(context:s made:b)",
    "the checks that a branch asks for, and whether a workflow of the repository makes each; not there without a workflow",
    "[{ \"context\": \"test\", \"made\": true }]",
);

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["*"],
    written: Written::Keys(
        "repository:{a labels:a milestones:a collaborators:a teams:a branches:[(name:s protection:(required_pull_request_reviews:a required_status_checks:a enforce_admins:a required_linear_history:a restrictions:a allow_force_pushes:a allow_deletions:a block_creations:a required_conversation_resolution:a required_signatures:a lock_branch:a)) rulesets:[a environments:[a autolinks:a validator:a custom_properties:a variables:a",
    ),
    views: &[CHECKS],
}];

/// Rulesets.
pub const RULESET: &[Offer] = &[Offer { kinds: &["*"], written: Written::Anything, views: &[CHECKS] }];
