//! Rights in AWS: policies of identities, things and roles, and managed policies that are attached.

use std::sync::Arc;

use super::documents::{self, Found};
use super::loose::DOCUMENT;
use super::{Others, managed, open_in, said, undecided, ways, words};
use crate::dialect::iam::catalogue::{Catalogue, Level};
use crate::dialect::iam::condition::Asked;
use crate::dialect::iam::pattern::Pattern;
use crate::dialect::iam::policy::{Policy, Statement};
use crate::dialect::iam::principal::{self, Principal};
use crate::dialect::iam::reach::Reach;
use crate::dialect::{Resource, iam};
use crate::document::{Entry, Node, Unresolved, Value};
use crate::fact::grant::Grant;
use crate::truth::Truth;

const SYSTEM: &str = "aws";
/// What the actions begin with by which a role is taken.
const ASSUME: &str = "sts:AssumeRole";

/// What a resource of AWS gives.
pub fn grants(of: &Resource, others: &Others<'_>) -> Vec<Grant> {
    if &*of.kind == DOCUMENT {
        // What it takes in is of the document that it makes.
        return others.loose.policy(of).iter().flat_map(|policy| of_loose(of, others, policy)).collect();
    }
    if others.only_limits(of) {
        return Vec::new();
    }
    let mut grants: Vec<Grant> = documents::documents(of)
        .iter()
        .flat_map(|found| ways::grants(found.node, &|node| of_document(of, others, found, node)))
        .collect();
    grants.extend(managed::grants(of, others));
    grants.extend(permission(of));
    grants
}

/// What a document gives that nothing uses: with a principal it is the policy of a thing, or says who may take a role.
fn of_loose(of: &Resource, others: &Others<'_>, policy: &Node) -> Vec<Grant> {
    let assumes = |statement: &Node| {
        let actions = super::items(statement.get("Action"));
        !actions.is_empty() && actions.iter().all(|action| action.as_str().is_some_and(|text| text.starts_with(ASSUME)))
    };
    let statements = super::items(policy.get("Statement"));
    let trust = statements.iter().any(|statement| assumes(statement) && statement.get("Principal").is_some());
    of_document(of, others, &Found { node: policy, trust, bare: false }, policy)
}

fn of_document(of: &Resource, others: &Others<'_>, found: &Found<'_>, node: &Node) -> Vec<Grant> {
    let statements = if found.bare { iam::statements_of(node) } else { iam::statements(node) };
    let statements = statements.as_ref().map_or(&[][..], Node::items);
    if let Some(open) = whole_open(node, found.bare) {
        return vec![open_grant(via(found, !is_of_identity(&of.kind)), node, open)];
    }
    let policy = Policy::of(statements);
    let named = |open: &Unresolved| provider(of, others, open);
    let grant = |statement: &Statement<'_>| match &statement.node.value {
        Value::Unresolved(open) => open_grant(via(found, !is_of_identity(&of.kind)), statement.node, open),
        _ => of_statement(&policy, statement, found, &named),
    };
    policy.statements().iter().map(grant).collect()
}

/// What a policy is that is not decided at all, or whose statements are not.
fn whole_open(node: &Node, bare: bool) -> Option<&Arc<Unresolved>> {
    let statements = if bare { Some(node) } else { node.get("Statement") };
    match (&node.value, statements.map(|statements| &statements.value)) {
        (Value::Unresolved(open), _) | (_, Some(Value::Unresolved(open))) => Some(open),
        _ => None,
    }
}

/// Whether the policies of a kind belong to users, groups and roles.
fn is_of_identity(kind: &str) -> bool {
    let parts =
        ["/aws_iam_", "/aws_ssoadmin_", "::IAM::", "::SSO::", "::Serverless::Function", "::Serverless::StateMachine"];
    parts.iter().any(|part| kind.contains(part))
}

fn via(found: &Found<'_>, has_principal: bool) -> &'static str {
    match (found.trust, has_principal) {
        (true, _) => "trust",
        (false, true) => "resource",
        (false, false) => "identity",
    }
}

/// A grant of which nothing is known.
fn open_grant(via: &str, node: &Node, open: &Arc<Unresolved>) -> Grant {
    let at = Node { value: undecided(Some(open), Vec::new()), ..node.clone() };
    let grant = Grant::new(SYSTEM, via, node);
    ["principal", "everything", "all_but_some", "all_of_a_service", "covers", "reach", "restricted"]
        .into_iter()
        .fold(grant, |grant, field| grant.says(field, at.clone()))
}

fn of_statement(
    policy: &Policy<'_>,
    statement: &Statement<'_>,
    found: &Found<'_>,
    named: &dyn Fn(&Unresolved) -> Option<String>,
) -> Grant {
    let node = statement.node;
    let conditions = node.get("Condition");
    let (principal, not_principal) = (node.get("Principal"), node.get("NotPrincipal"));
    let principals = principal::of_statement(principal, not_principal, conditions, named);
    let via = via(found, principal.is_some() || not_principal.is_some());
    let asked = if via == "identity" { Asked::What } else { Asked::Who };
    let open = open_in(node, 0);
    let actions = statement.shown().map_or(node, |entry| &entry.value);
    let place = |asks: &dyn Fn(&Pattern<'_>) -> Truth| statement.actions.shown(asks).unwrap_or(actions);
    let (escalates, set) = policy.escalates(statement);
    let escalates = Escalates { truth: escalates, set };
    let restriction = policy.restriction(statement, asked);
    let by = restriction.by.iter().map(|entry| Node {
        value: Node::text(&*entry.key.name, entry.key.span).value,
        span: entry.key.span,
        trail: None,
    });
    let who = principals.first().map_or(actions, |principal| principal.node);
    let effect = node.get("Effect").and_then(|effect| open_in(effect, 0)).or(open);
    let condition = effect.filter(|_| statement.allows == Truth::Unknown).cloned();
    let grant = Grant { key: key(node, via), condition, ..Grant::new(SYSTEM, via, actions) };
    grant
        .says("principal", classes(&principals, who))
        .says_of("principals", principal.or(not_principal).cloned())
        .says_of("actions", (!statement.negated).then(|| actions.clone()))
        .says_of("but", statement.negated.then(|| actions.clone()))
        .says("everything", said(policy.gives_everything(statement), place(&|pattern| pattern.is_everything()), open))
        .says("all_but_some", said(policy.gives_all_but_some(statement), actions, open))
        .says(
            "all_of_a_service",
            said(policy.gives_a_service(statement), place(&|pattern| pattern.is_all_of_a_service()), open),
        )
        .says("covers", covers(policy, statement, &escalates, actions))
        .says_of("escalates", escalates.set.map(|set| placed(&set.join(" and "), actions)))
        .says_of("resources", node.get("Resource").or_else(|| node.get("NotResource")).cloned())
        .says("reach", reach(statement, actions))
        .says(
            "restricted",
            said(restriction.truth, conditions.unwrap_or(who), conditions.and_then(|all| open_in(all, 0)).or(open)),
        )
        .says("restricted_by", Node { value: Value::List(Arc::new(by.collect())), ..conditions.unwrap_or(who).clone() })
}

/// A text at the place of a node.
fn placed(text: &str, at: &Node) -> Node {
    Node { value: Node::text(text, at.span).value, ..at.clone() }
}

/// What its author calls a statement, and else how it gives.
fn key(statement: &Node, via: &str) -> String {
    let sid = statement.get("Sid").and_then(Node::as_str).filter(|sid| !sid.is_empty());
    sid.unwrap_or(via).to_owned()
}

/// The classes of principals, each where it is written.
fn classes(principals: &[Principal<'_>], at: &Node) -> Node {
    let class = |principal: &Principal<'_>| match (principal.classes.as_slice(), &principal.node.value) {
        ([only], _) => placed(only.name(), principal.node),
        ([], Value::Unresolved(open)) => {
            // One that is not known at all may be a list of several.
            let open = Unresolved {
                spread: open.partial.is_none(),
                alternatives: Vec::new(),
                guards: Vec::new(),
                ..Unresolved::clone(open)
            };
            Node { value: Value::Unresolved(Arc::new(Unresolved { partial: None, ..open })), ..principal.node.clone() }
        }
        (classes, _) => {
            let words = classes.iter().map(|class| placed(class.name(), principal.node)).collect();
            Node { value: undecided(open_in(principal.node, 0), words), ..principal.node.clone() }
        }
    };
    Node { value: Value::List(Arc::new(principals.iter().map(class).collect())), ..at.clone() }
}

/// How the holder of a statement gets further rights.
struct Escalates {
    truth: Truth,
    set: Option<&'static [&'static str]>,
}

fn covers(policy: &Policy<'_>, statement: &Statement<'_>, escalates: &Escalates, at: &Node) -> Node {
    let levels = policy.levels(statement, Catalogue::known());
    let mut all: Vec<(&str, Truth, &Node)> =
        Level::ALL.iter().zip(levels).map(|(level, truth)| (level.name(), truth, at)).collect();
    let first = escalates.set.and_then(|set| set.first());
    let place = first.and_then(|first| statement.actions.shown(|pattern| pattern.covers(first))).unwrap_or(at);
    all.push(("escalation", escalates.truth, place));
    all.push(("everything", policy.gives_everything(statement), at));
    words(all, statement.actions.open().or_else(|| statement.but.open()), at)
}

/// How much its resources are: a word, or one of those that it may be.
fn reach(statement: &Statement<'_>, actions: &Node) -> Node {
    let written = statement.node.get("Resource").or_else(|| statement.node.get("NotResource"));
    let at = written.unwrap_or(actions);
    let (least, most) = statement.reach;
    if least == most {
        return placed(least.name(), at);
    }
    let between = [Reach::Some, Reach::Kind, Reach::All].into_iter().filter(|reach| (least..=most).contains(reach));
    let words = between.map(|reach| placed(reach.name(), at)).collect();
    let open = written.and_then(|written| open_in(written, 0)).or_else(|| open_in(statement.node, 0));
    Node { value: undecided(open, words), ..at.clone() }
}

/// The address of the provider of identities that an open value is an attribute of; `*` stands for what is not known of it.
fn provider(of: &Resource, others: &Others<'_>, open: &Unresolved) -> Option<String> {
    let body = &others.meant_by(of, open)?.body;
    let url = ["url", "Url"].iter().find_map(|key| body.get(key))?;
    match &url.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Unresolved(open) => open.partial.as_ref().map(|known| known.filled("*")),
        _ => None,
    }
}

/// Resources that each are one grant by the policy of a thing: the keys of who, of what, and of what restricts.
const PERMISSIONS: &[(&str, &str, &str, &[&str])] = &[
    ("terraform/aws_lambda_permission", "principal", "action", &["source_arn", "source_account", "principal_org_id"]),
    (
        "cloudformation/AWS::Lambda::Permission",
        "Principal",
        "Action",
        &["SourceArn", "SourceAccount", "PrincipalOrgID"],
    ),
    ("terraform/aws_cloudwatch_event_permission", "principal", "action", &["condition"]),
];

fn permission(of: &Resource) -> Option<Grant> {
    let (_, who, what, restricting) = PERMISSIONS.iter().find(|(kind, ..)| *kind == &*of.kind)?;
    let principal = of.body.get(who)?;
    let (class, open) = match (principal.as_str(), &principal.value) {
        (Some("*"), _) => (Some("anyone"), None),
        (Some(text), _) if text.contains(".amazonaws.") => (Some("service"), None),
        (Some(_), _) => (Some("account"), None),
        (None, Value::Unresolved(open)) => (None, Some(open)),
        _ => return None,
    };
    let principals = match class {
        Some(class) => placed(class, principal),
        None => Node { value: undecided(open, Vec::new()), ..principal.clone() },
    };
    let set = |key: &&&str| of.body.get(key).filter(|node| !matches!(node.value, Value::Null));
    let by: Vec<&Entry> =
        restricting.iter().filter(|key| set(key).is_some()).filter_map(|key| of.body.entry(key)).collect();
    let by_names = by.iter().map(|entry| placed(&entry.key.name, &entry.value)).collect();
    let grant = Grant::new(SYSTEM, "resource", principal);
    Some(
        grant
            .says("principal", Node::list(vec![principals], principal.span))
            .says("principals", principal.clone())
            .says_of("actions", of.body.get(what).cloned())
            .says("everything", said(Truth::False, principal, None))
            .says("reach", placed("some", principal))
            .says("restricted", said((!by.is_empty()).into(), by.first().map_or(principal, |entry| &entry.value), None))
            .says("restricted_by", Node::list(by_names, principal.span)),
    )
}
