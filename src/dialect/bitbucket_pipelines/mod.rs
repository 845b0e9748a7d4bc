//! Bitbucket Pipelines: the pipelines of a repository and their steps.
//!
//! A step is judged as it runs: with its image or that of the file, the services it names, and what its stage says. What is written
//! in a file is also listed once, on the pipelines of that file, however many of them an alias puts it into.

mod steps;
#[cfg(test)]
mod tests;
mod views;

use super::wording::may_have_key;
use super::written::Written;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name};
use crate::document::{Document, Node, Problem};
use crate::kernel::budget::{Budget, Share, Spent};

/// What a step is called.
const STEP: &[&str] = &["step.name"];

/// The dialect.
pub const BITBUCKET_PIPELINES: Dialect = Dialect {
    name: "bitbucket-pipelines",
    doc: "`bitbucket-pipelines.yml`: `bitbucket-pipelines/pipeline` for the file (with the lists `scripts`, `images`, `pipes` and \
          `variables_set` of all that is written in it) and `bitbucket-pipelines/step` for each step of each pipeline (with `id`, \
          `starts`, `deployment_effective`, `trigger_effective`, `images`, `commands` and `pipes`)",
    syntax: |path| is_named(path).then_some("yaml"),
    candidate: |_, text| may_have_key(text, &["pipelines", "definitions"]),
    recognise,
    group: Group::Repository,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[
        Items::place("pipelines.default", STEP),
        Items::place("parallel", STEP),
        Items::place("steps", STEP),
        Items::by("scripts", &["name"]),
        Items::by("commands", &["name"]),
        Items::by("images", &["."]),
        Items::by("pipes", &["pipe"]),
        Items::by("texts_used", &["expression"]),
        Items::by("variables_set", &["name"]),
    ],
    kinds: Kinds::Closed(&["pipeline", "step"]),
    offers: crate::dialect::offers::bitbucket_pipelines::OFFERS,
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::bitbucket_pipelines";

/// What a step costs, in steps of the budget.
const COST: u32 = 64;

fn is_named(path: &str) -> bool {
    ["bitbucket-pipelines.yml", "bitbucket-pipelines.yaml"].contains(&file_name(path))
}

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    let has = |root: &Node| root.get("pipelines").is_some() || root.get("definitions").is_some();
    broken || document.roots.first().is_some_and(has)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    unit.each(Share::SCOPE, |document, share| match document.roots.first() {
        Some(root) => of_file(document, root, share),
        None => Default::default(),
    })
}

fn of_file(document: &Document, root: &Node, share: Share) -> (Extraction, Spent) {
    let budget = Budget::of(share.for_input(root.span.len()));
    let mut written = Written::default();
    let mut steps = Vec::new();
    for step in steps::of(root) {
        // Aliases make many of one.
        budget.spend(COST);
        if budget.is_spent() {
            break;
        }
        let body = views::of_step(&step, root);
        views::collect(&mut written, &body);
        let mut resource = Resource::of_file(document, "bitbucket-pipelines/step", body, step.header, Typing::Strict);
        resource.address = format!("{}#{}", document.path, step.name).into();
        resource.span = step.node.span;
        resource.identity.label = format!("#{}", step.name).into();
        resource.names = vec![step.name.as_str().into()];
        steps.push(resource);
    }
    let mut body = root.clone();
    views::of_pipeline(&mut body, document.file, &written);
    let header = root.entry("pipelines").or(root.entries().first()).map_or(root.span, |entry| entry.key.span);
    let mut resources = vec![Resource::of_file(document, "bitbucket-pipelines/pipeline", body, header, Typing::Strict)];
    resources.extend(steps);
    let mut problems = Vec::new();
    if budget.is_spent() {
        let message = "there are too many steps: some of them are not judged".to_owned();
        let problem = Problem::error(CODE, &*document.path, Some(root.span), message);
        problems.push(problem.help("let fewer pipelines share steps by aliases"));
    }
    (Extraction { resources, problems }, budget.spent())
}
