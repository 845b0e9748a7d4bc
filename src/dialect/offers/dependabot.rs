//! What rules can ask of Dependabot.

use crate::schema::{Offer, Written, view};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["config"],
    written: Written::Keys(
        "version:n updates:[(package-ecosystem:s directory:s directories:[s schedule:(interval:s day:s time:s timezone:s cronjob:s) allow:[a assignees:[s commit-message:a cooldown:a enable-beta-ecosystems:b exclude-paths:[s groups:a ignore:[a insecure-external-code-execution:s labels:[s milestone:n multi-ecosystem-group:s open-pull-requests-limit:n patterns:[s pull-request-branch-name:a rebase-strategy:s registries:a reviewers:[s target-branch:s vendor:b versioning-strategy:s) registries:{a multi-ecosystem-groups:a enable-beta-ecosystems:b",
    ),
    views: &[view("ecosystems", "[s", "the ecosystems that are updated", "[ \"npm\", \"github-actions\" ]")],
}];
