//! CircleCI: configurations and their jobs.
//!
//! A job is judged as it would run: with its executor, with the commands of the file put in for the steps that name them, and
//! with parameters filled in, once for each way in which workflows use it. What is written in a file is also listed once, on its
//! configuration. An orb that is written in the file is read; what others add is not here.

mod condition;
mod expand;
mod parameters;
#[cfg(test)]
mod tests;
mod views;

use super::wording::may_have_key;
use super::written::Written;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Node, Problem};
use crate::kernel::budget::{Share, Spent};

use expand::Expander;

/// What steps are called.
const STEP: &[&str] = &["name|uses"];

/// The dialect.
pub const CIRCLECI: Dialect = Dialect {
    name: "circleci",
    doc: "configurations of CircleCI: `circleci/config` for each file of `.circleci` (with the lists `scripts`, `images`, \
          `variables_set` and `orbs_used` of all that is written in it) and `circleci/job` for each job, after its executor, \
          commands of the file and parameters, once for each way in which workflows use it (with `id`, `containers`, `images`, \
          `machine_image`, `environment_effective`, `contexts` and `steps_run`)",
    syntax: |path| is_named(path).then_some("yaml"),
    candidate: |_, text| may_have_key(text, SECTIONS),
    recognise,
    group: Group::Repository,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("variables_set", &["name"]),
        // A job, a command, an executor.
        Items::place("", &[]),
        Items::place("steps", STEP),
        Items::place("steps_run", STEP),
        Items::by("docker", &["image"]),
        Items::by("containers", &["image"]),
        Items::by("scripts", &["name"]),
        Items::by("commands", &["name"]),
        Items::by("images", &["."]),
        Items::by("texts_used", &["expression"]),
        Items::by("orbs_used", &["source"]),
        Items::by("variables_set", &["name"]),
    ],
    kinds: Kinds::Closed(&["config", "job"]),
    offers: crate::dialect::offers::circleci::OFFERS,
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::circleci";

/// Of these sections a configuration has some.
const SECTIONS: &[&str] = &["jobs", "workflows", "orbs", "commands", "executors", "setup"];

fn is_named(path: &str) -> bool {
    has_extension(path, &[".yml", ".yaml"]) && path.split('/').rev().skip(1).any(|part| part == ".circleci")
}

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    broken || document.roots.first().is_some_and(|root| SECTIONS.iter().any(|key| root.get(key).is_some()))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    unit.each(Share::SCOPE, |document, share| match document.roots.first() {
        Some(root) => of_file(document, root, share),
        None => Default::default(),
    })
}

/// The configuration that a file is, and its jobs.
fn of_file(document: &Document, root: &Node, share: Share) -> (Extraction, Spent) {
    let expander = Expander::new(root, share.for_input(root.span.len()));
    let mut written = Written::default();
    let mut jobs = Vec::new();
    for job in expander.jobs() {
        let body = views::of_job(&job);
        views::collect(&mut written, &body);
        let mut resource = Resource::of_file(document, "circleci/job", body, job.header, Typing::Strict);
        resource.address = format!("{}#{}", document.path, job.name).into();
        resource.span = job.span;
        resource.identity.label = format!("#{}", job.name).into();
        resource.names = vec![job.name.as_str().into()];
        jobs.push(resource);
    }
    let mut body = parameters::opened(root);
    views::of_config(&mut body, document.file, &written);
    let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
    let mut resources = vec![Resource::of_file(document, "circleci/config", body, header, Typing::Strict)];
    resources.extend(jobs);
    let mut problems = Vec::new();
    if expander.is_cut.get() || expander.budget.is_spent() || expander.budget.spent().is_short {
        let message = "the configuration is too large: a part of it is not judged".to_owned();
        let problem = Problem::error(CODE, &*document.path, Some(root.span), message);
        problems.push(problem.help("split the configuration, or let commands call fewer commands"));
    }
    (Extraction { resources, problems }, expander.budget.spent())
}
