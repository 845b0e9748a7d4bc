//! Azure Resource Manager templates in JSON.
//!
//! A template is evaluated as Azure does: parameters (of a file beside it, else their defaults), variables, and the
//! functions that need nothing of a subscription. What only the deployment decides is unresolved; where the values that
//! it can have are known, they are its alternatives.

mod call;
mod expression;
mod function;
mod kind;
mod loops;
mod object;
mod parameter;
mod resource;
mod scope;
#[cfg(test)]
mod tests;
mod view;

use std::rc::Rc;
use std::sync::Arc;

use crate::dialect::ties::{self, Tie, Ties};
use crate::dialect::wording::{may_say, may_say_in_any_case};
use crate::dialect::{Dialect, Extraction, Group, Items, Kinds, Typing, Unit, has_extension};
use crate::document::{Document, Level, Node, Value};
use resource::Listing;
use scope::Scope;

/// The dialect's name.
const NAME: &str = "arm";

/// Ends the schema of a template, in small letters.
const SCHEMA: &str = "deploymenttemplate.json";

/// The dialect.
pub const ARM: Dialect = Dialect {
    name: NAME,
    doc: "Azure Resource Manager templates in JSON: every resource by its type \
          (`arm/Microsoft.Storage/storageAccounts`), nested ones and those of inline nested deployments too; body: the \
          resource with its expressions evaluated",
    syntax: |path| has_extension(path, &[".json", ".jsonc"]).then_some("json-relaxed"),
    candidate,
    recognise,
    group: Group::File,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::unnamed("properties.permissions", "a role has one set of permissions, which nothing names"),
        Items::by("securityRules", &["name"]),
    ],
    kinds: Kinds::Open { accepts: kind::is_kind, example: "Microsoft.Storage/storageAccounts" },
    offers: crate::dialect::offers::arm::OFFERS,
};

/// A template is evaluated with the parameter file beside it.
const TIES: Ties = Ties { unit: |path, _| parameter::beside_each_other(path).map(Tie::File).collect(), ..ties::NONE };

fn candidate(_: &str, text: &str) -> bool {
    may_say(text, "$schema") && may_say(text, "resources") && may_say_in_any_case(text, SCHEMA)
}

/// A candidate of which nothing could be read is taken: its problems must not be lost.
fn recognise(document: &Document) -> bool {
    let broken = document.problems.iter().any(|problem| problem.level == Level::Error);
    document.roots.iter().any(is_template) || (broken && document.roots.iter().all(|root| root.entries().is_empty()))
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
    for document in &unit.documents {
        let Some(root) = document.roots.iter().find(|root| is_template(root)) else { continue };
        let given = parameter::beside(unit.corpus.workspace, &document.path, &mut extraction.problems);
        let scope = Scope::new(root, given, Rc::default());
        let mut listing = Listing::new(Arc::clone(&document.path), &mut extraction);
        listing.list(&scope, root.get("resources"));
        listing.finish(&scope);
    }
    extraction
}
