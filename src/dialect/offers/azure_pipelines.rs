//! What rules can ask of Azure Pipelines.

use crate::schema::{Offer, Written, view};

/// The type of what is put into scripts.
macro_rules! texts {
    () => {
        "[(expression:s used:s by:s names:[s)"
    };
}

/// Every kind, with what the dialect adds.
pub const OFFERS: &[Offer] = &[
    Offer {
        kinds: &["job"],
        written: Written::Keys(concat!(
            "job:s deployment:s displayName:s dependsOn:a condition:s continueOnError:b pool:a queue:a container:a services:{a \
             strategy:a workspace:a timeoutInMinutes:a cancelTimeoutInMinutes:a variables:a environment:a uses:a templateContext:a \
             parameters:a steps:[(task:s script:s bash:s pwsh:s powershell:s checkout:s download:s downloadBuild:s getPackage:s \
             publish:s reviewApp:s template:s parameters:a displayName:s name:s condition:s continueOnError:b enabled:b env:{a \
             inputs:{a target:a timeoutInMinutes:a retryCountOnTaskFailure:a workingDirectory:s failOnStderr:b \
             errorActionPreference:s ignoreLASTEXITCODE:b artifact:s path:s patterns:a clean:a fetchDepth:a fetchFilter:s fetchTags:b \
             lfs:b persistCredentials:b submodules:a workspaceRepo:b sparseCheckoutDirectories:s sparseCheckoutPatterns:s \
             task_name:s task_version:s shell:s scripts:[s texts_used:",
            texts!(),
            " commands:",
            commands!(),
            ")"
        )),
        views: &[
            view("id", "s", "its stage and its name", "deploy/web"),
            view("stage", "s", "the stage that it is in", "deploy"),
            view(
                "pool_effective",
                "a",
                "its pool, or that of the stage or the pipeline",
                "{ \"vmImage\": \"ubuntu-24.04\" }",
            ),
            view("images", "[s", "the images of its container and its services", "[ \"node:22\" ]"),
            view(
                "variables_effective",
                "{a",
                "its variables over those of the stage and the pipeline",
                "{ \"configuration\": \"Release\" }",
            ),
        ],
    },
    Offer {
        kinds: &["pipeline"],
        written: Written::Anything,
        views: &[
            view(
                "scripts",
                concat!(
                    "[(name:s displayName:s task_name:s shell:s texts_used:",
                    texts!(),
                    " commands:",
                    "[(",
                    command!(),
                    " ignored:b))"
                ),
                "the scripts, where they are written",
                "[{ \"displayName\": \"Build\", \"shell\": \"sh\" }]",
            ),
            view("images", "[s", "the images, where they are written", "[ \"node:22\" ]"),
            view(
                "variables_set",
                "[(name:s value:a)",
                "the variables, where they are set",
                "[{ \"name\": \"configuration\", \"value\": \"Release\" }]",
            ),
            view(
                "templates",
                "[(path:s repository:s)",
                "the templates that it names; the repository is `self` where it is its own",
                "[{ \"path\": \"ci/build.yml\", \"repository\": \"self\" }]",
            ),
            view(
                "repositories",
                "[(repository:s type:s name:s ref:s endpoint:s trigger:a belongs:s)",
                "the repositories that it uses; `belongs` is `project` or `elsewhere`",
                "[{ \"repository\": \"templates\", \"ref\": \"refs/tags/v1\", \"belongs\": \"elsewhere\" }]",
            ),
            view(
                "connections",
                "[(input:s name:s)",
                "the connections to services that its tasks name",
                "[{ \"input\": \"azureSubscription\", \"name\": \"production\" }]",
            ),
        ],
    },
];
