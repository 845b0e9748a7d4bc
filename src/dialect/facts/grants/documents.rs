//! Where the policies of AWS stand in resources of Terraform and CloudFormation.

use crate::dialect::{Resource, iam};
use crate::document::{MAX_DEPTH, Node, Value};

/// A place where a policy stands.
pub struct Found<'n> {
    /// The policy, or what could be one.
    pub node: &'n Node,
    /// Whether it says who may take a role.
    pub trust: bool,
    /// Whether it is a list of statements without a policy around it.
    pub bare: bool,
}

/// Keys of policies that say who may take a role.
const TRUST: &[&str] = &["assume_role_policy", "AssumeRolePolicyDocument"];

/// Keys of policies: what is not decided there could be one.
const POLICIES: &[&str] = &[
    "access_policies",
    "access_policy",
    "assume_role_policy",
    "inline_policy",
    "policy",
    "policy_document",
    "resource_policy",
    "AccessPolicies",
    "AssumeRolePolicyDocument",
    "BackupVaultPolicy",
    "FileSystemPolicy",
    "InlinePolicy",
    "KeyPolicy",
    "Policy",
    "PolicyDocument",
    "PolicyText",
    "RepositoryPolicyText",
    "ResourcePolicy",
];

/// Lists of statements without a policy around them.
const BARE: &[&str] = &["CustomStatements"];

/// Parts of the kinds whose policies limit what others give, or are about other matters.
const OTHERS: &[&str] = &[
    "aws_organizations_",
    "aws_vpc_endpoint",
    "aws_transfer_",
    "permissions_boundary",
    "lifecycle",
    "data_protection",
    "AWS::Organizations::",
    "AWS::EC2::VPCEndpoint",
    "AWS::Transfer::",
    "AWS::DLM::",
];

/// Kinds whose policy is computed by the provider where it is not set: an open one says nothing.
fn tells_open(kind: &str) -> bool {
    let name = kind.rsplit(['/', ':']).next().unwrap_or(kind).to_ascii_lowercase();
    let own = ["policy", "role", "user", "group", "permissionset", "aws_kms_key", "aws_sqs_queue", "aws_sns_topic"];
    own.iter().any(|end| name.ends_with(end))
        || matches!(&*name, "key" | "repository" | "aws_secretsmanager_secret" | "policy_inline_policy")
}

/// The places in a resource where policies that give rights stand.
pub fn documents(of: &Resource) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    if !OTHERS.iter().any(|part| of.kind.contains(part)) {
        let open = tells_open(&of.kind) || of.kind.contains("_inline_policy") || of.kind.contains("::IAM::");
        Search { open, found: &mut found }.node(&of.body, "", false, 0);
    }
    found
}

struct Search<'s, 'n> {
    /// Whether open values may be told.
    open: bool,
    found: &'s mut Vec<Found<'n>>,
}

impl<'n> Search<'_, 'n> {
    fn node(&mut self, node: &'n Node, key: &str, trust: bool, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let trust = trust || TRUST.contains(&key);
        let mut push = |bare: bool| self.found.push(Found { node, trust, bare });
        match &node.value {
            Value::Map(_) if iam::statements(node).is_some() || is_open_policy(node) => push(false),
            Value::List(_) | Value::Map(_) if BARE.contains(&key) => push(true),
            Value::List(items) => items.iter().for_each(|item| self.node(item, key, trust, depth + 1)),
            Value::Map(map) => {
                map.written().for_each(|entry| self.node(&entry.value, &entry.key.name, trust, depth + 1));
            }
            Value::Unresolved(open) if open.alternatives.iter().any(|one| one.get("Statement").is_some()) => {
                push(false);
            }
            Value::Unresolved(open) if self.open && open.alternatives.is_empty() && POLICIES.contains(&key) => {
                push(false);
            }
            _ => {}
        }
    }
}

/// Whether a policy is certain, but not what its statements are.
fn is_open_policy(node: &Node) -> bool {
    node.get("Statement").is_some_and(|statements| statements.as_unresolved().is_some())
}
