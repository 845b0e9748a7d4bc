//! What pipelines, hooks and workplaces state.

use super::Says::{Commands, Expressions, Hook, Image, Mount, Words};
use super::{Statement, says};

pub(super) const STATEMENTS: &[Statement] = &[
    says(&["github-actions/job"], "container", Image("job")),
    says(&["github-actions/job"], "container.image", Image("job")),
    says(&["github-actions/job"], "services.*.image", Image("job")),
    says(&["github-actions/job"], "container.volumes", Mount),
    says(&["github-actions/job"], "services.*.volumes", Mount),
    says(&["github-actions/job"], "steps.uses_action.image", Image("job")),
    says(&["github-actions/job"], "steps.commands", Commands("job")),
    says(&["github-actions/job"], "steps.texts_used", Expressions),
    says(&["github-actions/action"], "runs.steps.texts_used", Expressions),
    says(&["github-actions/action"], "runs.image_used", Image("job")),
    says(&["github-actions/action"], "runs.steps.uses_action.image", Image("job")),
    says(&["github-actions/action"], "runs.steps.commands", Commands("job")),
    says(&["gitlab-ci/pipeline"], "images", Image("job")),
    says(&["gitlab-ci/pipeline"], "commands", Commands("job")),
    says(&["gitlab-ci/pipeline"], "texts_used", Expressions),
    says(&["azure-pipelines/pipeline"], "images", Image("job")),
    says(&["azure-pipelines/pipeline"], "scripts.commands", Commands("job")),
    says(&["azure-pipelines/pipeline"], "scripts.texts_used", Expressions),
    says(&["bitbucket-pipelines/pipeline"], "images", Image("job")),
    says(&["bitbucket-pipelines/pipeline"], "scripts.commands", Commands("job")),
    says(&["bitbucket-pipelines/pipeline"], "scripts.texts_used", Expressions),
    says(&["circleci/config"], "images", Image("job")),
    says(&["circleci/config"], "scripts.commands", Commands("job")),
    says(&["circleci/config"], "scripts.texts_used", Expressions),
    says(&["jenkins/pipeline"], "images", Image("job")),
    says(&["jenkins/pipeline"], "mounts", Mount),
    says(&["jenkins/pipeline"], "scripts.commands", Commands("job")),
    says(&["jenkins/pipeline"], "scripts.texts_used", Expressions),
    says(WORKFLOWS, "texts_used", Expressions),
    says(&["devcontainer/config"], "image", Image("develop")),
    says(&["devcontainer/config"], "initializeCommand", Words("workplace")),
    says(&["devcontainer/config"], "onCreateCommand", Words("workplace")),
    says(&["devcontainer/config"], "updateContentCommand", Words("workplace")),
    says(&["devcontainer/config"], "postCreateCommand", Words("workplace")),
    says(&["devcontainer/config"], "postStartCommand", Words("workplace")),
    says(&["devcontainer/config"], "postCreateCommand.*", Words("workplace")),
    says(&["devcontainer/config"], "onCreateCommand.*", Words("workplace")),
    says(&["pre-commit/config"], "repos.hooks", Hook("workplace")),
    says(&["shell/script"], "commands", Commands("script")),
    says(&["cron/table"], "entries.commands", Commands("host")),
];

/// Workflows of Argo.
const WORKFLOWS: &[&str] = &[
    "kubernetes/Workflow",
    "kubernetes/WorkflowTemplate",
    "kubernetes/ClusterWorkflowTemplate",
    "kubernetes/CronWorkflow",
];
