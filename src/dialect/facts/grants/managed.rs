//! Managed policies of AWS that are attached by their name.

use std::collections::BTreeSet;

use super::{Others, items, said, undecided, ways};
use crate::dialect::Resource;
use crate::document::{Node, PartialText, Value};
use crate::fact::grant::Grant;
use crate::truth::Truth;

/// What a managed policy of AWS gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    Everything,
    AllButSome,
    Escalation,
    Reading,
}

/// The managed policies of AWS that give a class of rights as a whole; of the others nothing is said but the name.
const MANAGED: &[(&str, Gives)] = &[
    ("AdministratorAccess", Gives::Everything),
    ("PowerUserAccess", Gives::AllButSome),
    ("IAMFullAccess", Gives::Escalation),
    ("ReadOnlyAccess", Gives::Reading),
    ("SecurityAudit", Gives::Reading),
    ("ViewOnlyAccess", Gives::Reading),
];

/// Kinds, by their beginning, and the keys of managed policies in them.
const ATTACHED: &[(&str, &str)] = &[
    ("terraform/aws_iam_role", "managed_policy_arns"),
    ("terraform/aws_iam_role_policy_attachment", "policy_arn"),
    ("terraform/aws_iam_role_policy_attachments_exclusive", "policy_arns"),
    ("terraform/aws_iam_user_policy_attachment", "policy_arn"),
    ("terraform/aws_iam_user_policy_attachments_exclusive", "policy_arns"),
    ("terraform/aws_iam_group_policy_attachment", "policy_arn"),
    ("terraform/aws_iam_group_policy_attachments_exclusive", "policy_arns"),
    ("terraform/aws_iam_policy_attachment", "policy_arn"),
    ("terraform/aws_ssoadmin_managed_policy_attachment", "managed_policy_arn"),
    ("cloudformation/AWS::IAM::Role", "ManagedPolicyArns"),
    ("cloudformation/AWS::IAM::User", "ManagedPolicyArns"),
    ("cloudformation/AWS::IAM::Group", "ManagedPolicyArns"),
    ("cloudformation/AWS::SSO::PermissionSet", "ManagedPolicies"),
    ("cloudformation/AWS::Serverless::Function", "Policies"),
    ("cloudformation/AWS::Serverless::StateMachine", "Policies"),
];

/// Keys of the policy that limits what others give.
const BOUNDARIES: &[&str] = &["permissions_boundary", "PermissionsBoundary"];

/// The managed policies that a resource attaches.
pub fn grants(of: &Resource, others: &Others<'_>) -> Vec<Grant> {
    let attached = ATTACHED.iter().filter(|(kind, _)| *kind == &*of.kind);
    let attached = attached.filter_map(|(_, key)| of.body.get(key));
    attached
        .flat_map(|attached| {
            ways::grants(attached, &|node| {
                items(Some(node)).iter().filter_map(|item| grant(of, others, item)).collect()
            })
        })
        .map(|grant| grant.says_of("principals", holders(of)))
        .collect()
}

/// Keys under which an attachment names who holds the policy.
const HOLDERS: &[&str] = &["role", "user", "group", "role_name", "user_name", "group_name", "roles", "users", "groups"];

/// Who holds what is attached, as far as the attachment names them.
fn holders(of: &Resource) -> Option<Node> {
    if !of.kind.contains("_attachment") {
        return None;
    }
    let named: Vec<Node> = HOLDERS.iter().filter_map(|key| of.body.get(key)).cloned().collect();
    let span = named.first()?.span;
    Some(Node::list(named, span))
}

/// Scopes and addresses of the policies that are boundaries and attached to nothing.
pub fn limits(resources: &[Resource]) -> BTreeSet<(&str, &str)> {
    let (mut limits, mut attached) = (BTreeSet::new(), BTreeSet::new());
    for of in resources.iter().filter(|of| of.kind.contains("/aws_") || of.kind.contains("/AWS::")) {
        let boundaries = BOUNDARIES.iter().filter_map(|key| of.body.get(key));
        limits.extend(boundaries.flat_map(named_in).map(|name| (&*of.scope, name)));
        let keys = ATTACHED.iter().filter(|(kind, _)| *kind == &*of.kind);
        attached.extend(keys.filter_map(|(_, key)| of.body.get(key)).flat_map(named_in).map(|name| (&*of.scope, name)));
    }
    limits.difference(&attached).copied().collect()
}

/// The addresses that open values of a list, or one of them, are attributes of.
fn named_in(node: &Node) -> impl Iterator<Item = &str> {
    items(Some(node)).iter().filter_map(Node::as_unresolved).flat_map(|open| open.references.iter().map(|name| &**name))
}

fn grant(of: &Resource, others: &Others<'_>, item: &Node) -> Option<Grant> {
    let name = match &item.value {
        Value::Str(text) => name_of(text.as_str()),
        Value::Unresolved(open) => match open.partial.as_deref().map(PartialText::suffix) {
            _ if open.partial.as_deref().is_some_and(is_of_account) => {
                return open.partial.as_deref().map(|partial| named(item, &partial.filled("…")));
            }
            Some(end) if end.contains(":policy/") => name_of(end),
            _ => match others.meant_by(of, open) {
                Some(other) if other.kind.contains("data.") => {
                    let known = ["name", "arn"].iter().find_map(|key| other.body.get(key)?.as_str());
                    return known.map(|name| named(item, name_of(name)));
                }
                // A policy of the repository is judged where it stands.
                Some(_) => return None,
                None => {
                    let at = Node { value: undecided(Some(open), Vec::new()), ..item.clone() };
                    let grant = Grant::new("aws", "attachment", item);
                    return Some(allowed(grant, item).says("role", at.clone()).says("everything", at));
                }
            },
        },
        _ => return None,
    };
    Some(named(item, name))
}

/// Whether what is filled in is the account alone, in which a policy of AWS has no number.
fn is_of_account(arn: &PartialText) -> bool {
    let pieces: Vec<&str> = arn.pieces().collect();
    pieces
        .windows(2)
        .any(|pair| matches!(pair, [before, after] if before.ends_with(":iam::") && after.starts_with(":policy/")))
}

/// The name of a policy of AWS; the whole text for one of an account.
fn name_of(text: &str) -> &str {
    let filled = !text.starts_with("arn:") && text.ends_with(":policy/AdministratorAccess");
    let aws = text.contains("::aws:policy/") || filled || !text.contains(':');
    if aws { text.rsplit('/').next().unwrap_or(text) } else { text }
}

fn named(item: &Node, name: &str) -> Grant {
    let gives = MANAGED.iter().find(|(own, _)| *own == name).map(|(_, gives)| *gives);
    let word = |text: &str| Node { value: Node::text(text, item.span).value, ..item.clone() };
    let grant = allowed(Grant::new("aws", "attachment", item), item).says("role", word(name));
    let Some(gives) = gives else { return grant };
    let covers: &[&str] = match gives {
        Gives::Everything => &["read", "list", "write", "permissions", "tagging", "escalation", "everything"],
        Gives::AllButSome => &["read", "list", "write", "permissions", "tagging"],
        Gives::Escalation => &["read", "list", "write", "permissions", "tagging", "escalation"],
        Gives::Reading => &["read", "list"],
    };
    // The first of the ways that a policy with all of IAM opens.
    let escalates = (gives == Gives::Escalation).then(|| word("iam:CreatePolicyVersion"));
    grant
        .says_of("escalates", escalates)
        .says("everything", said((gives == Gives::Everything).into(), item, None))
        .says("all_but_some", said((gives == Gives::AllButSome).into(), item, None))
        .says("covers", Node::list(covers.iter().map(|text| word(text)).collect(), item.span))
        .says("reach", word("all"))
}

fn allowed(grant: Grant, item: &Node) -> Grant {
    let restricted = said(Truth::False, item, None);
    grant.says("restricted", restricted)
}
