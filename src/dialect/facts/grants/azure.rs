//! Rights in Azure: what custom roles hold, and which roles are assigned where.

use std::sync::{Arc, LazyLock};

use super::{Others, items, open_in, said, undecided, ways, words};
use crate::dialect::Resource;
use crate::dialect::iam::pattern::{Pattern, Patterns, matches};
use crate::document::{Node, Value};
use crate::fact::grant::Grant;
use crate::truth::Truth;

const SYSTEM: &str = "azure";

/// Operations by which the holder of a role can get further rights.
const ESCALATING: &[&str] = &[
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleDefinitions/write",
    "Microsoft.Authorization/elevateAccess/action",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
];

/// Operations whose levels stand for all of their kind.
const LEVELS: &[(&str, &str)] =
    &[("read", "Microsoft.Resources/subscriptions/read"), ("write", "Microsoft.Resources/tags/write")];

/// A role that Azure has: its name, its id, what it covers.
struct BuiltIn {
    name: &'static str,
    id: &'static str,
    covers: &'static str,
}

/// The built-in roles that are known.
static BUILT_IN: LazyLock<Vec<BuiltIn>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/azure-roles.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(BuiltIn { name: columns.next()?, id: columns.next()?, covers: columns.next()? })
        })
        .collect()
});

/// What a resource of Azure gives.
pub fn grants(of: &Resource, others: &Others<'_>) -> Vec<Grant> {
    match &*of.kind {
        "terraform/azurerm_role_definition" => definition(of.body.get("permissions"), "actions", "not_actions"),
        "arm/Microsoft.Authorization/roleDefinitions" => {
            definition(of.body.at(&["properties", "permissions"]), "actions", "notActions")
        }
        "terraform/azurerm_role_assignment" => {
            let body = &of.body;
            let role = ["role_definition_name", "role_definition_id"].iter().find_map(|key| written(body.get(key)));
            let place = body.get("scope").map(reach);
            role.into_iter()
                .flat_map(|role| ways::grants(role, &|role| assignment(of, others, role, place.clone())))
                .collect()
        }
        "arm/Microsoft.Authorization/roleAssignments" => {
            let role = of.body.at(&["properties", "roleDefinitionId"]);
            let place = written(of.body.get("scope")).map(reach).or_else(|| of.body.get("target_scope").cloned());
            role.into_iter()
                .flat_map(|role| ways::grants(role, &|role| assignment(of, others, role, place.clone())))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn written(node: Option<&Node>) -> Option<&Node> {
    node.filter(|node| !matches!(node.value, Value::Null))
}

/// What a custom role holds: a grant for each block of permissions.
fn definition(permissions: Option<&Node>, actions: &str, but: &str) -> Vec<Grant> {
    let one = |block: &Node| {
        ways::grants(block, &|block| {
            written(block.get(actions)).map(|node| held(node, written(block.get(but)))).into_iter().collect()
        })
    };
    items(permissions).iter().flat_map(one).collect()
}

fn held(node: &Node, but: Option<&Node>) -> Grant {
    let (actions, left_out) = (Patterns::of(Some(node)), Patterns::of(but));
    let gives = |action: &str| actions.cover(action).min(!left_out.cover(action));
    let star = |pattern: &Pattern<'_>| pattern.is_everything();
    let whole = actions.any(star);
    let escalates = ESCALATING.iter().map(|action| (*action, gives(action))).max_by_key(|(_, truth)| *truth);
    let (set, escalation) = escalates.unwrap_or(("", Truth::False));
    let open = open_in(node, 0).or_else(|| but.and_then(|but| open_in(but, 0)));
    let place = actions.shown(|pattern| pattern.covers(set)).unwrap_or(node);
    let mut all: Vec<(&str, Truth, &Node)> =
        LEVELS.iter().map(|(level, action)| (*level, gives(action), node)).collect();
    all.push(("permissions", escalation, place));
    all.push(("escalation", escalation, place));
    let nothing_out = Truth::from(left_out.items.is_empty());
    let at = actions.shown(star).unwrap_or(node);
    let grant = Grant::new(SYSTEM, "role", node);
    let first = node.items().first().unwrap_or(node);
    grant
        .says("actions", node.clone())
        .says_of("but", but.cloned())
        .says("everything", said(whole.min(nothing_out), at, open))
        .says("all_but_some", said(whole.min(!nothing_out), at, open))
        .says("covers", words(all, open, node))
        .says("escalates", Node { value: Node::text(set, first.span).value, ..place.clone() })
        .says("restricted", said(Truth::False, node, None))
}

/// The assignment of a role, by its name or by an id that ends with that of a built-in one.
fn assignment(of: &Resource, others: &Others<'_>, role: &Node, place: Option<Node>) -> Vec<Grant> {
    let by_name = |text: &str| BUILT_IN.iter().find(|of| of.name.eq_ignore_ascii_case(text) || ends_with(text, of.id));
    let mut text = role.as_str().map(str::to_owned);
    if let Value::Unresolved(open) = &role.value {
        let known = BUILT_IN.iter().find(|of| {
            open.partial.as_deref().is_some_and(|partial| partial.pieces().any(|piece| piece.contains(of.id)))
                || open.expression.contains(of.id)
        });
        text = known.map(|of| of.name.to_owned());
        if text.is_none() {
            text = others.meant_by(of, open).and_then(|other| other.body.get("name")?.as_str().map(str::to_owned));
        }
    }
    let at = role;
    let word = |text: &str| Node { value: Node::text(text, at.span).value, ..at.clone() };
    let grant = Grant::new(SYSTEM, "binding", at);
    let grant = grant.says("principal", Node::list(vec![word("named")], at.span)).says_of("reach", place);
    let grant = grant.says("restricted", said(written(of.body.get("condition")).is_some().into(), at, None));
    let holder = ["principal_id", "properties"].iter().find_map(|key| of.body.get(key));
    let holder = holder.and_then(|holder| holder.get("principalId").or(Some(holder)));
    let grant = grant.says_of("principals", holder.filter(|holder| holder.as_map().is_none()).cloned());
    let grant = match text.as_deref().map(|text| (text, by_name(text))) {
        Some((_, Some(of))) => {
            let covers = of.covers.split_whitespace().map(word).collect();
            grant.says("role", word(of.name)).says("covers", Node::list(covers, at.span))
        }
        Some((text, None)) => grant.says("role", word(text)),
        None => {
            let open = match &role.value {
                Value::Unresolved(open) if open.references.is_empty() => Some(open),
                // A role of the repository is judged where it stands.
                _ => return Vec::new(),
            };
            let open = Node { value: undecided(open, Vec::new()), ..at.clone() };
            grant.says("role", open.clone()).says("covers", open)
        }
    };
    vec![grant]
}

fn ends_with(text: &str, id: &str) -> bool {
    text.len() >= id.len() && text.to_ascii_lowercase().ends_with(id)
}

/// The place that a scope is.
fn reach(scope: &Node) -> Node {
    let word = |text: &str| Node { value: Node::text(text, scope.span).value, ..scope.clone() };
    let kind = |text: &str| {
        let lower = text.to_ascii_lowercase();
        if lower == "/" {
            "organization"
        } else if matches("/providers/microsoft.management/managementgroups/*", &lower) {
            "management-group"
        } else if !lower.contains("/resourcegroups/") && lower.trim_end_matches('/').matches('/').count() == 2 {
            "subscription"
        } else if lower.contains("/providers/") {
            "resource"
        } else {
            "resource-group"
        }
    };
    match &scope.value {
        Value::Str(text) => word(kind(text.as_str())),
        Value::Unresolved(open) => match open.partial.as_deref() {
            Some(partial) if partial.prefix().starts_with("/subscriptions/") => word(kind(&partial.filled("x"))),
            _ => match open.references.first().map(|reference| &**reference) {
                Some(reference) if reference.contains("azurerm_subscription") => word("subscription"),
                Some(reference) if reference.contains("azurerm_management_group") => word("management-group"),
                Some(reference) if reference.contains("azurerm_resource_group") => word("resource-group"),
                Some(_) => word("resource"),
                None => Node { value: undecided(Some(&Arc::clone(open)), Vec::new()), ..scope.clone() },
            },
        },
        _ => scope.clone(),
    }
}
