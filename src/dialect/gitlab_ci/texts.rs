//! Variables that GitLab fills with what others write: scripts that run such a text once more are told by
//! [`reread`](crate::dialect::reread).

use crate::dialect::reread::Deciders;

/// Who decides the variables of GitLab.
pub(super) const DECIDERS: Deciders = Deciders { outsiders: OUTSIDERS, writers: WRITERS };

/// Variables that GitLab fills with what others write.
/// <https://docs.gitlab.com/ci/variables/predefined_variables/>
const OUTSIDERS: &[&str] = &[
    "CHAT_INPUT",
    "CI_BUILD_REF_NAME",
    "CI_COMMIT_AUTHOR",
    "CI_COMMIT_BRANCH",
    "CI_COMMIT_DESCRIPTION",
    "CI_COMMIT_MESSAGE",
    "CI_COMMIT_REF_NAME",
    "CI_COMMIT_TAG_MESSAGE",
    "CI_COMMIT_TITLE",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME",
    "CI_MERGE_REQUEST_DESCRIPTION",
    "CI_MERGE_REQUEST_LABELS",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_MERGE_REQUEST_TITLE",
    "GITLAB_USER_EMAIL",
    "GITLAB_USER_NAME",
];

/// Variables that GitLab fills with what only those write who may write to the project.
const WRITERS: &[&str] =
    &["CI_COMMIT_TAG", "CI_DEFAULT_BRANCH", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "TRIGGER_PAYLOAD"];
