//! Definitions of kinds: what they say of the form of objects is most of the text of many repositories, and nothing of it is deployed.

use super::MAX_LISTS;
use crate::dialect::kustomize::edit::{each_at, get_mut, items_mut};
use crate::document::{Document, Node};

/// What rules call a definition.
pub(crate) const KIND: &str = "kubernetes/CustomResourceDefinition";

/// Where the schemas of a definition stand.
const SCHEMAS: [&[&str]; 2] =
    [&["spec", "versions", "schema", "openAPIV3Schema"], &["spec", "validation", "openAPIV3Schema"]];

/// Why nothing is known of a schema.
const LET_GO: &str = "the schema in the definition of a kind is not looked into";

/// Lets go of the schemas in a document's definitions of kinds.
pub(crate) fn let_go_of_schemas(document: &mut Document) {
    document.roots.iter_mut().for_each(|root| let_go(root, 0));
}

fn let_go(node: &mut Node, depth: usize) {
    if depth > MAX_LISTS {
        return;
    }
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or("");
    if kind == "CustomResourceDefinition" {
        for keys in SCHEMAS {
            each_at(node, keys, &mut |schema| *schema = Node::unresolved("", LET_GO, schema.span));
        }
    } else if kind.ends_with("List") {
        if let Some(items) = get_mut(node, "items") {
            let_go(items, depth + 1);
        }
    } else if let Some(items) = items_mut(node) {
        for item in items {
            let_go(item, depth + 1);
        }
    }
}
