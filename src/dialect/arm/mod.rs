//! Azure Resource Manager templates, in JSON and in Bicep.
//!
//! A template is evaluated as Azure does: parameters (of a file beside it, else their defaults), variables, and the
//! functions that need nothing of a subscription. What only the deployment decides is unresolved; where the values that
//! it can have are known, they are its alternatives.

mod array;
mod bicep;
mod call;
mod content;
mod expression;
mod function;
mod ids;
mod kind;
mod loops;
mod object;
mod parameter;
mod resource;
mod scope;
mod shown;
mod spelling;
#[cfg(test)]
mod tests;
mod text;
mod ties;
mod unevaluated;
mod view;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::dialect::wording::{may_say, may_say_in_any_case};
use crate::dialect::{Dialect, Extraction, Group, Items, Kinds, Typing, Unit, has_extension};
use crate::document::{Document, Node, Value};
use crate::kernel::budget::{Budget, Share, Spent};
use crate::source::FileId;
use crate::syntax;
use bicep::Deployment;
use resource::Listing;
use scope::{Origin, Scope};

/// The dialect's name.
const NAME: &str = "arm";

/// Ends the schema of a template, in small letters.
const SCHEMA: &str = "deploymenttemplate.json";

/// The dialect.
pub const ARM: Dialect = Dialect {
    name: NAME,
    doc: "Azure Resource Manager templates in JSON and in Bicep, with their parameter files: every resource by its type \
          (`arm/Microsoft.Storage/storageAccounts`), nested ones and those of inline nested deployments and of modules \
          of the repository too; body: the resource with its expressions evaluated; `arm/Template` is the outputs of a template that gives out a secret",
    syntax: |path| {
        let is_json = has_extension(path, &[".json", ".jsonc"]);
        if is_json { Some("json-relaxed") } else { is_bicep(path).then_some(syntax::bicep::BICEP.name) }
    },
    candidate,
    recognise,
    group: Group::Tied,
    with: &[],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::unnamed("properties.permissions", "a role has one set of permissions, which nothing names"),
        Items::by("securityRules", &["name"]),
        Items::one("properties"),
        Items::one("properties.securityRules.properties"),
        Items::unnamed("properties.dhcpOptions.dnsServers", "each is an address"),
        Items::by("properties.managedRules.managedRuleSets", &["ruleSetType"]),
        Items::by("properties.virtualMachineProfile.extensionProfile.extensions", &["name"]),
        Items::by("properties.agentPoolProfiles", &["name"]),
        Items::by("properties.frontendEndpoints", &["name"]),
        Items::by("properties.ipConfigurations", &["name"]),
        Items::by("properties.logs", &["category", "categoryGroup"]),
        Items::by("properties.subnets", &["name"]),
        Items::place("properties.containers", &["name"]),
        Items::place("properties.template.containers", &["name"]),
        Items::by("secrets_shown", &["output", "what"]),
    ],
    kinds: Kinds::Open {
        accepts: |kind| kind == resource::TEMPLATE || kind::is_kind(kind),
        example: "Microsoft.Storage/storageAccounts",
    },
    offers: crate::dialect::offers::arm::OFFERS,
};

fn candidate(path: &str, text: &str) -> bool {
    is_bicep(path) || may_say(text, "$schema") && may_say(text, "resources") && may_say_in_any_case(text, SCHEMA)
}

/// Whether a path is that of a template or a parameter file in Bicep.
fn is_bicep(path: &str) -> bool {
    has_extension(path, &[".bicep"]) || bicep::is_parameters(path)
}

/// A candidate of which nothing could be read is taken: its problems must not be lost.
fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    template_of(document).is_some() || (broken && document.roots.iter().all(|root| root.entries().is_empty()))
}

/// The template that a document is; a file in Bicep is one when it declares anything.
fn template_of(document: &Document) -> Option<&Node> {
    let is_bicep = document.syntax == syntax::bicep::BICEP.name;
    document.roots.iter().find(|root| if is_bicep { !root.entries().is_empty() } else { is_template(root) })
}

/// Whether a tree is a template: of a resource group, a subscription, a management group or a tenant.
fn is_template(root: &Node) -> bool {
    let schema = root.get("$schema").and_then(Node::as_str).unwrap_or("");
    let name = schema.rsplit('/').next().unwrap_or(schema).trim_end_matches('#').to_ascii_lowercase();
    let has_resources =
        root.get("resources").is_some_and(|resources| matches!(resources.value, Value::List(_) | Value::Map(_)));
    name.ends_with(SCHEMA) && has_resources
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut extraction = Extraction::default();
    let mut told = BTreeSet::new();
    let mut visited = BTreeSet::new();
    let mut add = |deployments: &[Deployment<'_>], visited: &mut BTreeSet<FileId>| {
        let listed = unit.corpus.divided(deployments.len(), Share::SCOPE, |at, share| {
            deployments.get(at).map_or_else(Default::default, |one| list(unit, one, share))
        });
        for (Extraction { resources, problems }, files) in listed {
            extraction.resources.extend(resources);
            // A file that is deployed several times has its faults once.
            extraction.problems.extend(problems.into_iter().filter(|problem| told.insert(problem.clone())));
            visited.extend(files);
        }
    };
    let deployments = bicep::deployments(unit);
    visited.extend(deployments.iter().map(|deployment| deployment.document.file));
    add(&deployments, &mut visited);
    // A module that is only named where nothing is deployed is judged by itself.
    let others = bicep::others(unit, &visited);
    add(&others, &mut visited);
    extraction
}

/// What a deployment lists, and the files of its modules.
type Listed = (Extraction, BTreeSet<FileId>);

fn list(unit: &Unit<'_>, deployment: &Deployment<'_>, share: Share) -> (Listed, Spent) {
    let mut extraction = Extraction::default();
    let Some(root) = template_of(deployment.document) else { return Default::default() };
    let given = deployment.given(unit.corpus, &mut extraction.problems);
    let budget = Rc::new(Budget::of(share.for_input(root.span.len())));
    let scope = Scope::new(Origin::of(deployment.document, unit.corpus), root, given, budget);
    let mut listing = Listing::new(scope.origin.path(), Arc::clone(&deployment.name), &mut extraction);
    listing.list(&scope, root);
    let visited = listing.finish(&scope);
    ((extraction, visited), scope.budget.spent())
}
