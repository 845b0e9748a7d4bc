//! What rules can ask of pre-commit.

use crate::schema::{Offer, Written};

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[Offer {
    kinds: &["config"],
    written: Written::Keys(
        "repos:[(repo:s rev:s hooks:[a) default_install_hook_types:[s default_language_version:{s default_stages:[s files:s exclude:s fail_fast:b minimum_pre_commit_version:s ci:a orphan:a update:a",
    ),
    views: &[],
}];
