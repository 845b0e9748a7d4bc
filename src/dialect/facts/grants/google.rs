//! Rights in Google Cloud: members, bindings and policies of projects and things, and lists of who may use a dataset or a bucket.

use super::{Others, items, said, undecided, ways, words};
use crate::dialect::Resource;
use crate::dialect::iam::pattern::Patterns;
use crate::dialect::iam::reach::is_given;
use crate::document::{Entry, Node, Value};
use crate::fact::grant::Grant;
use crate::kernel::text;
use crate::syntax::json::parse_embedded;
use crate::truth::Truth;

const SYSTEM: &str = "google";

/// Roles of which a part of the rights matters, and what that is.
const ROLES: &[(&str, &[&str])] = &[
    ("roles/owner", &["basic", "everything", "escalation", "read", "write", "permissions", "impersonate"]),
    ("roles/editor", &["basic", "read", "write", "impersonate"]),
    ("roles/viewer", &["read", "list"]),
    ("roles/iam.serviceAccountUser", &["impersonate"]),
    ("roles/iam.serviceAccountTokenCreator", &["impersonate"]),
    ("roles/iam.serviceAccountKeyAdmin", &["impersonate"]),
    ("roles/iam.securityAdmin", &["permissions", "escalation"]),
    ("roles/iam.roleAdmin", &["permissions", "escalation"]),
    ("roles/iam.organizationRoleAdmin", &["permissions", "escalation"]),
    ("roles/resourcemanager.projectIamAdmin", &["permissions", "escalation"]),
    ("roles/resourcemanager.folderIamAdmin", &["permissions", "escalation"]),
    ("roles/resourcemanager.organizationAdmin", &["permissions", "escalation"]),
];

/// Kinds of roles that an organisation makes itself.
const CUSTOM: &[&str] = &["terraform/google_project_iam_custom_role", "terraform/google_organization_iam_custom_role"];

/// Permissions by which the holder of a role can get further rights: to give roles, or to be a service account. Collected from
/// the public write-ups of Rhino Security Labs ("Privilege Escalation in Google Cloud Platform").
const ESCALATING: &[&str] = &[
    "iam.roles.update",
    "iam.serviceAccountKeys.create",
    "iam.serviceAccounts.getAccessToken",
    "iam.serviceAccounts.implicitDelegation",
    "iam.serviceAccounts.setIamPolicy",
    "iam.serviceAccounts.signBlob",
    "iam.serviceAccounts.signJwt",
    "orgpolicy.policy.set",
    "resourcemanager.folders.setIamPolicy",
    "resourcemanager.organizations.setIamPolicy",
    "resourcemanager.projects.setIamPolicy",
];

/// What a grant may cover.
const WORDS: &[&str] = &["basic", "everything", "escalation", "impersonate", "permissions", "read", "list", "write"];

/// Kinds that list who may use a thing, with the key of that.
const LISTS: &[(&str, &str)] = &[
    ("terraform/google_storage_bucket_access_control", "entity"),
    ("terraform/google_storage_object_access_control", "entity"),
    ("terraform/google_storage_default_object_access_control", "entity"),
];

/// Kinds with lists of `role:who`.
const PAIRS: &[&str] = &[
    "terraform/google_storage_bucket_acl",
    "terraform/google_storage_default_object_acl",
    "terraform/google_storage_object_acl",
];

/// What a resource of Google Cloud gives.
pub fn grants(of: &Resource, _: &Others<'_>) -> Vec<Grant> {
    let (kind, body) = (&*of.kind, &of.body);
    let reach = reach(kind);
    let of_pair = |role: Option<&Node>, who: Option<&Node>, reach: &str| {
        let pair = pair(role, who, body, body.get("condition"));
        ways::grants(&pair, &|pair| grant(pair, reach).into_iter().collect())
    };
    if kind.ends_with("_iam_member") {
        of_pair(body.get("role"), body.get("member"), reach)
    } else if kind.ends_with("_iam_binding") {
        of_pair(body.get("role"), body.get("members"), reach)
    } else if kind.ends_with("_iam_policy") {
        body.get("policy_data").map(|data| ways::grants(data, &|data| of_policy(data, reach))).unwrap_or_default()
    } else if kind == "terraform/google_bigquery_dataset" {
        items(body.get("access")).iter().flat_map(|block| of_pair(block.get("role"), entrant(block), reach)).collect()
    } else if kind == "terraform/google_bigquery_dataset_access" {
        of_pair(body.get("role"), entrant(body), reach)
    } else if let Some((_, key)) = LISTS.iter().find(|(own, _)| *own == kind) {
        of_pair(body.get("role"), body.get(key), reach)
    } else if CUSTOM.contains(&kind) {
        body.get("permissions").map(|list| ways::grants(list, &|list| vec![held(list)])).unwrap_or_default()
    } else if PAIRS.contains(&kind) {
        items(body.get("role_entity")).iter().filter_map(|item| of_text(item, reach)).collect()
    } else {
        Vec::new()
    }
}

/// What a role of one's own holds.
fn held(permissions: &Node) -> Grant {
    let all = Patterns::of(Some(permissions));
    let found = ESCALATING.iter().map(|one| (*one, all.cover(one))).max_by_key(|(_, truth)| *truth);
    let (escalates, truth) = found.unwrap_or(("", Truth::False));
    let at = all.shown(|pattern| pattern.covers(escalates)).unwrap_or(permissions);
    let shown = Node { value: Node::text(escalates, at.span).value, ..at.clone() };
    Grant::new(SYSTEM, "role", permissions)
        .says("actions", permissions.clone())
        .says("covers", words(vec![("escalation", truth, at)], all.open(), permissions))
        .says("escalates", shown)
        .says("restricted", said(Truth::False, permissions, None))
}

fn reach(kind: &str) -> &'static str {
    let places = [
        ("terraform/google_project_iam_", "project"),
        ("terraform/google_folder_iam_", "folder"),
        ("terraform/google_organization_iam_", "organization"),
    ];
    places.iter().find(|(start, _)| kind.starts_with(start)).map_or("resource", |(_, place)| place)
}

/// Whom an entry of the list of a dataset is about.
fn entrant(block: &Node) -> Option<&Node> {
    ["special_group", "iam_member", "user_by_email", "group_by_email", "domain"]
        .iter()
        .filter_map(|key| block.get(key))
        .find(|node| !matches!(node.value, Value::Null))
}

/// A role and who has it, as one tree.
fn pair(role: Option<&Node>, who: Option<&Node>, at: &Node, condition: Option<&Node>) -> Node {
    let parts = [("role", role), ("members", who), ("condition", condition)];
    let entries = parts.into_iter().filter_map(|(name, node)| Some(Entry::new(name, node?.span, node?.clone())));
    Node::map(entries.collect(), at.span)
}

/// The bindings of a policy.
fn of_policy(data: &Node, reach: &str) -> Vec<Grant> {
    let parsed = match &data.value {
        Value::Str(text) => parse_embedded(text, data.span),
        _ => None,
    };
    let data = parsed.as_ref().unwrap_or(data);
    if let Value::Unresolved(_) = &data.value {
        let pair = pair(Some(data), Some(data), data, None);
        return grant(&pair, reach).into_iter().collect();
    }
    items(data.get("bindings")).iter().filter_map(|binding| grant(binding, reach)).collect()
}

/// `READER:allUsers`.
fn of_text(item: &Node, reach: &str) -> Option<Grant> {
    let (role, who) = item.as_str()?.split_once(':')?;
    let part = |text: &str| Node { value: Node::text(text, item.span).value, ..item.clone() };
    let (role, who) = (part(role), part(who));
    grant(&pair(Some(&role), Some(&who), item, None), reach)
}

fn grant(binding: &Node, reach: &str) -> Option<Grant> {
    // A binding of nobody takes a role away from all who have it.
    let members =
        binding.get("members").filter(|members| !matches!(&members.value, Value::List(who) if who.is_empty()))?;
    let role = binding.get("role").filter(|role| !matches!(role.value, Value::Null));
    let grant = Grant::new(SYSTEM, "binding", role.unwrap_or(members));
    let classes: Vec<Node> = items(Some(members)).iter().map(class).collect();
    let word = |text: &str| Node { value: Node::text(text, grant.at.span).value, ..grant.at.clone() };
    let condition = binding.get("condition").filter(|condition| match &condition.value {
        Value::Null => false,
        Value::List(items) => !items.is_empty(),
        _ => true,
    });
    let (reach, at) = (word(reach), condition.unwrap_or(members));
    let key = role.and_then(Node::as_str).unwrap_or("binding").to_owned();
    let grant = Grant { key, ..grant }
        .says("principal", Node { value: Node::list(classes, members.span).value, ..members.clone() })
        .says("principals", members.clone())
        .says_of("role", role.cloned())
        .says_of("covers", role.map(covers))
        .says("reach", reach)
        .says("restricted", said(condition.is_some().into(), at, None));
    Some(grant)
}

fn covers(role: &Node) -> Node {
    let held = |word: &str| {
        Truth::any(ROLES.iter().filter(|(_, words)| words.contains(&word)).map(|(name, _)| is(role, name)))
    };
    let open = match &role.value {
        Value::Unresolved(open) => Some(open),
        _ => None,
    };
    words(WORDS.iter().map(|word| (*word, held(word), role)).collect(), open, role)
}

/// Whether a value is a text.
fn is(node: &Node, name: &str) -> Truth {
    match &node.value {
        Value::Str(text) => (text.as_str() == name).into(),
        Value::Unresolved(open) if !open.alternatives.is_empty() => {
            let answers: Vec<Truth> = open.alternatives.iter().map(|one| is(one, name)).collect();
            let agreed = answers.first().filter(|first| answers.iter().all(|answer| answer == *first));
            agreed.copied().unwrap_or(Truth::Unknown)
        }
        Value::Unresolved(open) => {
            open.partial.as_deref().map_or(Truth::Unknown, |partial| text::equals(partial, name))
        }
        _ => Truth::False,
    }
}

/// The class of a member.
fn class(member: &Node) -> Node {
    let anyone = ["allUsers", "allusers"].iter().map(|name| is(member, name)).max().unwrap_or(Truth::False);
    let signed_in = is(member, "allAuthenticatedUsers");
    let word = |text: &str| Node { value: Node::text(text, member.span).value, ..member.clone() };
    let open = match &member.value {
        Value::Unresolved(open) if is_given(open) && open.partial.is_none() => return word("named"),
        Value::Unresolved(open) => Some(open),
        _ => None,
    };
    match (anyone, signed_in) {
        (Truth::True, _) => word("anyone"),
        (_, Truth::True) => word("anyone-signed-in"),
        (Truth::False, Truth::False) => word("named"),
        _ => {
            let may = [("anyone", anyone), ("anyone-signed-in", signed_in), ("named", Truth::Unknown)];
            let may = may.into_iter().filter(|(_, truth)| *truth != Truth::False).map(|(text, _)| word(text)).collect();
            Node { value: undecided(open, may), ..member.clone() }
        }
    }
}
