//! Who is given which rights, in the systems of each cloud and of Kubernetes.
//!
//! To add a system: a file beside this one, and a line in `SYSTEMS`.

mod aws;
mod azure;
mod documents;
mod google;
mod kubernetes;
mod loose;
mod managed;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::resource;
use crate::dialect::Resource;
use crate::document::{Node, Unresolved, Value};
use crate::fact::grant::Grant;
use crate::source::Workspace;
use crate::truth::Truth;

/// A system of rights: the beginnings of the kinds that speak of them, and what those say.
struct System {
    kinds: &'static [&'static str],
    grants: fn(&Resource, &Others<'_>) -> Vec<Grant>,
}

const SYSTEMS: &[System] = &[
    System { kinds: &["terraform/aws_", loose::DOCUMENT, "cloudformation/AWS::"], grants: aws::grants },
    System { kinds: &["terraform/azurerm_role_", "arm/Microsoft.Authorization/role"], grants: azure::grants },
    System { kinds: &["terraform/google_"], grants: google::grants },
    // What Terraform deploys is an object as well.
    System { kinds: &["kubernetes/ClusterRole", "kubernetes/Role"], grants: kubernetes::grants },
];

/// Resources that others name when they speak of rights.
#[derive(Debug, Default)]
pub struct Others<'r> {
    by_address: BTreeMap<(&'r str, &'r str), &'r Resource>,
    /// Scopes and addresses of policies that only limit others.
    limits: BTreeSet<(&'r str, &'r str)>,
    /// Documents of policies that nothing uses.
    loose: loose::Loose,
    /// Roles and bindings of Kubernetes.
    rbac: kubernetes::Roles<'r>,
}

/// Kinds that are named by others.
const NAMED: &[&str] = &[
    "terraform/data.aws_iam_policy",
    "terraform/aws_iam_policy",
    "terraform/aws_iam_openid_connect_provider",
    "terraform/data.aws_iam_openid_connect_provider",
    "terraform/data.azurerm_role_definition",
    "cloudformation/AWS::IAM::ManagedPolicy",
    "cloudformation/AWS::IAM::OIDCProvider",
];

impl<'r> Others<'r> {
    /// What of some resources is named by others.
    pub fn among(resources: &'r [Resource]) -> Others<'r> {
        let named = resources.iter().filter(|resource| NAMED.contains(&&*resource.kind));
        let by_address = named.map(|resource| ((&*resource.scope, &*resource.address), resource)).collect();
        Others {
            by_address,
            limits: managed::limits(resources),
            loose: loose::Loose::among(resources),
            rbac: kubernetes::Roles::among(resources),
        }
    }

    /// Whether a policy is nothing but the boundary of others.
    fn only_limits(&self, of: &Resource) -> bool {
        self.limits.contains(&(&*of.scope, &*of.address))
    }

    /// The resource that an open value of another one is an attribute of.
    fn meant_by(&self, of: &Resource, open: &Unresolved) -> Option<&'r Resource> {
        let [reference] = open.references.as_slice() else { return None };
        self.by_address.get(&(&*of.scope, &**reference)).copied()
    }
}

/// Whether resources of a kind give rights.
pub fn gives_rights(kind: &str) -> bool {
    SYSTEMS.iter().any(|system| system.kinds.iter().any(|start| kind.starts_with(start)))
}

/// The rights that a resource gives, as resources.
pub fn granted_by(of: &Resource, others: &Others<'_>, workspace: &Workspace) -> Vec<Resource> {
    let system = SYSTEMS.iter().find(|system| system.kinds.iter().any(|kind| of.kind.starts_with(kind)));
    let Some(system) = system else { return Vec::new() };
    let grants = (system.grants)(of, others);
    grants
        .into_iter()
        .map(|grant| {
            let address = format!("{}#{}", of.address, grant.key);
            resource(of, &grant.fact(), &address, workspace)
        })
        .collect()
}

/// An answer at a place; where it is unknown, with what would decide it.
fn said(truth: Truth, at: &Node, open: Option<&Arc<Unresolved>>) -> Node {
    let value = match truth {
        Truth::True => Value::Bool(true),
        Truth::False => Value::Bool(false),
        Truth::Unknown => undecided(open, Vec::new()),
    };
    Node { value, ..at.clone() }
}

/// A value that is open as another one is, with the values that it may have.
fn undecided(open: Option<&Arc<Unresolved>>, alternatives: Vec<Node>) -> Value {
    let cause = open.map(|open| Unresolved::clone(open)).unwrap_or_default();
    let cause = Unresolved { alternatives, guards: Vec::new(), partial: None, spread: false, ..cause };
    Value::Unresolved(Arc::new(cause))
}

/// Words that hold, and words that may: those are items that may be there or not.
fn words(all: Vec<(&str, Truth, &Node)>, open: Option<&Arc<Unresolved>>, at: &Node) -> Node {
    let items = all.into_iter().filter_map(|(word, truth, place)| {
        let word = Node { value: Node::text(word, place.span).value, ..place.clone() };
        match truth {
            Truth::True => Some(word),
            Truth::False => None,
            Truth::Unknown => {
                let nothing = Node { value: Value::Null, ..place.clone() };
                Some(Node { value: undecided(open, vec![word, nothing]), ..place.clone() })
            }
        }
    });
    Node { value: Value::List(Arc::new(items.collect())), ..at.clone() }
}

/// The first open value in a tree, of what is written.
fn open_in(node: &Node, depth: usize) -> Option<&Arc<Unresolved>> {
    if depth > crate::document::MAX_DEPTH {
        return None;
    }
    match &node.value {
        Value::Unresolved(open) => Some(open),
        Value::List(items) => items.iter().find_map(|item| open_in(item, depth + 1)),
        Value::Map(map) => {
            let rest = map.rest.as_ref();
            rest.or_else(|| map.written().find_map(|entry| open_in(&entry.value, depth + 1)))
        }
        _ => None,
    }
}

/// A value as the items of a list: those of a list, else itself where it is not null.
fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        None | Some(Value::Null) => &[],
        Some(Value::List(items)) => items,
        Some(_) => node.map_or(&[], std::slice::from_ref),
    }
}
