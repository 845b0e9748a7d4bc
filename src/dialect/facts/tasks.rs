//! What files state that tell a program what to run: which of their keys hold scripts, and which name images.

use super::Says::{Build, Commands, Container, Context, Expressions, HostPath, Image, Mount, Script, Scripts, Words};
use super::{Statement, says};

/// The keys of Travis CI that hold scripts (docs.travis-ci.com/user/job-lifecycle).
const TRAVIS: &[&str] = &[
    "before_install",
    "install",
    "before_script",
    "script",
    "before_cache",
    "after_success",
    "after_failure",
    "before_deploy",
    "after_deploy",
    "after_script",
];

/// Drone, and Woodpecker, which has its steps by name as well.
const DRONE: &[&str] = &["tasks/drone", "tasks/woodpecker"];

/// Services that paste variables into scripts.
const PASTING: &[&str] = &["tasks/buildkite", "tasks/cloud-build", "tasks/drone", "tasks/woodpecker"];

const CLOUD_BUILD: &[&str] = &["tasks/cloud-build"];
const BUILDKITE: &[&str] = &["tasks/buildkite"];
const SKAFFOLD: &[&str] = &["tasks/skaffold"];
const TASK: &[&str] = &["tasks/task"];
const LEFTHOOK: &[&str] = &["tasks/lefthook"];
const NOMAD: &[&str] = &["tasks/nomad"];
const MISE: &[&str] = &["tasks/mise"];
const PYTHON: &[&str] = &["tasks/python"];

/// Runners whose tasks are texts by name, or maps that hold one.
const NAMED: &[&str] = &["tasks/deno", "tasks/pixi"];

/// Runners whose scripts are listed by name.
const RUNNERS: &[&str] = &["tasks/composer", "tasks/just", "tasks/npm", "tasks/tox"];

pub(super) const STATEMENTS: &[Statement] = &[
    // Services that build.
    says(BUILDKITE, "steps.command", Script("job")),
    says(BUILDKITE, "steps.commands", Script("job")),
    says(BUILDKITE, "steps.steps.command", Script("job")),
    says(BUILDKITE, "steps.steps.commands", Script("job")),
    says(BUILDKITE, "steps.plugins.*.image", Image("job")),
    says(CLOUD_BUILD, "steps.name", Image("job")),
    says(CLOUD_BUILD, "steps.script", Script("job")),
    says(CLOUD_BUILD, "steps", Container(&["entrypoint", "args"], "job")),
    says(&["tasks/codebuild"], "", Build("job")),
    says(PASTING, "texts_used", Expressions),
    says(DRONE, "steps.commands", Script("job")),
    says(DRONE, "steps.image", Image("job")),
    says(DRONE, "steps.*.commands", Script("job")),
    says(DRONE, "steps.*.image", Image("job")),
    says(DRONE, "steps.*.volumes", Mount),
    says(DRONE, "pipeline.*.commands", Script("job")),
    says(DRONE, "pipeline.*.image", Image("job")),
    says(DRONE, "pipeline.*.volumes", Mount),
    says(DRONE, "services.image", Image("job")),
    says(DRONE, "services.*.image", Image("job")),
    says(DRONE, "volumes.host.path", HostPath),
    says(&["tasks/travis"], "", Scripts(TRAVIS, "job")),
    says(&["tasks/travis"], "jobs.include", Scripts(TRAVIS, "job")),
    says(&["tasks/travis"], "matrix.include", Scripts(TRAVIS, "job")),
    says(&["tasks/travis"], "deploy.script", Script("job")),
    says(&["tasks/travis"], "jobs.include.deploy.script", Script("job")),
    says(&["tasks/readthedocs"], "build.commands", Script("job")),
    says(&["tasks/readthedocs"], "build.jobs.*", Script("job")),
    says(&["tasks/readthedocs"], "build.jobs.build.*", Script("job")),
    // What deploys.
    says(&["tasks/docker-bake"], "target.*.contexts.*", Context("build")),
    says(&["tasks/buildpacks"], "io.buildpacks.builder", Image("build")),
    says(&["tasks/buildpacks"], "build.builder", Image("build")),
    says(NOMAD, "job.*.group.*.task.*.config.image", Image("run")),
    says(NOMAD, "job.*.group.*.task.*.config", Container(&["entrypoint", "command", "args"], "container")),
    says(NOMAD, "job.*.group.*.task.*.config.volumes", Mount),
    says(NOMAD, "job.*.group.*.task.*.config.mount", Mount),
    says(SKAFFOLD, "build.artifacts.hooks.*.command", Words("job")),
    says(SKAFFOLD, "build.artifacts.custom.buildCommand", Script("job")),
    says(SKAFFOLD, "profiles.build.artifacts.hooks.*.command", Words("job")),
    says(SKAFFOLD, "profiles.build.artifacts.custom.buildCommand", Script("job")),
    says(SKAFFOLD, "deploy.*.hooks.*.host.command", Words("job")),
    says(SKAFFOLD, "deploy.*.hooks.*.container.command", Words("container")),
    says(SKAFFOLD, "manifests.hooks.*.host.command", Words("job")),
    says(SKAFFOLD, "test.custom.command", Script("job")),
    says(SKAFFOLD, "verify.container.image", Image("job")),
    says(SKAFFOLD, "verify.container", Container(&["command", "args"], "job")),
    says(&["tasks/netlify"], "build.command", Script("job")),
    says(&["tasks/netlify"], "context.*.command", Script("job")),
    says(&["tasks/vercel"], "", Scripts(&["installCommand", "buildCommand", "devCommand", "ignoreCommand"], "job")),
    // Runners of tasks.
    says(LEFTHOOK, "*.commands.*.run", Script("workplace")),
    says(LEFTHOOK, "*.jobs.run", Script("workplace")),
    says(LEFTHOOK, "*.jobs.group.jobs.run", Script("workplace")),
    says(TASK, "tasks.*", Script("script")),
    says(TASK, "tasks.*.cmd", Script("script")),
    says(TASK, "tasks.*.cmds", Script("script")),
    says(TASK, "tasks.*.cmds.cmd", Script("script")),
    says(TASK, "tasks.*.cmds.defer", Script("script")),
    says(TASK, "tasks.*.preconditions.sh", Script("script")),
    says(TASK, "tasks.*.status", Script("script")),
    says(TASK, "tasks.*.vars.*.sh", Script("script")),
    says(TASK, "vars.*.sh", Script("script")),
    says(MISE, "tasks.*", Script("script")),
    says(MISE, "tasks.*.run", Script("script")),
    says(NAMED, "tasks.*", Script("script")),
    says(NAMED, "tasks.*.cmd", Script("script")),
    says(NAMED, "tasks.*.command", Script("script")),
    says(PYTHON, "tool.poe.tasks.*", Script("script")),
    says(PYTHON, "tool.poe.tasks.*.cmd", Script("script")),
    says(PYTHON, "tool.poe.tasks.*.shell", Script("script")),
    says(PYTHON, "tool.poe.tasks.*.sequence.cmd", Script("script")),
    says(PYTHON, "tool.poe.tasks.*.sequence.shell", Script("script")),
    says(PYTHON, "tool.taskipy.tasks.*", Script("script")),
    says(PYTHON, "tool.taskipy.tasks.*.cmd", Script("script")),
    says(PYTHON, "tool.pdm.scripts.*", Script("script")),
    says(PYTHON, "tool.pdm.scripts.*.cmd", Script("script")),
    says(PYTHON, "tool.pdm.scripts.*.shell", Script("script")),
    says(PYTHON, "tool.hatch.envs.*.scripts.*", Script("script")),
    says(PYTHON, "tool.pixi.tasks.*", Script("script")),
    says(PYTHON, "tool.pixi.tasks.*.cmd", Script("script")),
    says(RUNNERS, "scripts.commands", Commands("script")),
    says(&["tasks/procfile"], "scripts.commands", Commands("container")),
    // The plugin that has the Serverless Framework run scripts of its own.
    says(&["serverless/service"], "custom.scripts.hooks.*", Script("script")),
    says(&["serverless/service"], "custom.scripts.commands.*", Script("script")),
    // Machines and images.
    says(&["tasks/kickstart", "tasks/vagrant"], "scripts.commands", Commands("host")),
    says(&["tasks/earthly"], "scripts.commands", Commands("build")),
    says(&["tasks/earthly"], "images", Image("build")),
];
