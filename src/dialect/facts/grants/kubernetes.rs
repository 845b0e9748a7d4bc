//! Rights in Kubernetes: what roles hold, joined with who is bound to them.

use std::collections::BTreeMap;

use super::{Others, items, open_in, said, words};
use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::fact::grant::Grant;
use crate::kernel::text;
use crate::truth::Truth;

const SYSTEM: &str = "kubernetes";

/// Verbs that together are as good as all.
const VERBS: &[&str] = &["get", "list", "watch", "create", "update", "patch", "delete"];

/// What of a role matters: the word, the API groups, the objects, the verbs; one of each suffices.
type Matter = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const MATTERS: &[Matter] = &[
    ("secrets", &[""], &["secrets"], &["get", "list", "watch"]),
    ("bind", &["rbac.authorization.k8s.io"], &["clusterroles", "roles"], &["bind"]),
    ("escalate", &["rbac.authorization.k8s.io"], &["clusterroles", "roles"], &["escalate"]),
    ("impersonate", &["", "authentication.k8s.io"], &["users", "groups", "serviceaccounts", "uids"], &["impersonate"]),
    ("exec", &[""], &["pods/exec"], &["create", "get"]),
    ("attach", &[""], &["pods/attach"], &["create", "get"]),
    ("debug", &[""], &["pods/ephemeralcontainers"], &["patch", "update"]),
    ("token", &[""], &["serviceaccounts/token"], &["create"]),
    ("proxy", &[""], &["nodes/proxy"], &["create", "get"]),
    (
        "admission",
        &["admissionregistration.k8s.io"],
        &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        &["create", "update", "patch"],
    ),
    ("read", &[""], &["pods", "configmaps", "services"], &["get", "list", "watch"]),
    (
        "write",
        &["", "apps"],
        &["pods", "deployments", "configmaps", "services"],
        &["create", "update", "patch", "delete"],
    ),
];

/// Matters of which the place to show is a verb; of the others it is the object.
const BY_VERB: &[&str] = &["bind", "escalate", "impersonate"];

/// Matters by which the holder of a role gets further rights.
const RISING: &[&str] = &["bind", "escalate", "impersonate", "token"];

/// What the roles of every cluster hold.
const BUILT_IN: &[(&str, &[&str])] = &[
    (
        "cluster-admin",
        &[
            "everything",
            "secrets",
            "bind",
            "escalate",
            "impersonate",
            "token",
            "proxy",
            "exec",
            "attach",
            "debug",
            "admission",
            "read",
            "write",
        ],
    ),
    ("admin", &["secrets", "exec", "attach", "read", "write"]),
    ("edit", &["secrets", "exec", "attach", "read", "write"]),
    ("view", &["read"]),
];

/// A role or a binding.
struct Object<'n> {
    body: &'n Node,
    /// Whether it binds a role.
    binds: bool,
    /// Whether it holds in all of the cluster.
    is_cluster: bool,
}

/// A binding, as its role needs it.
#[derive(Debug)]
struct Bound<'n> {
    deployment: &'n str,
    is_cluster: bool,
    subjects: &'n [Node],
}

/// By scope, whether a role of the cluster is meant, and its name.
type ByRole<'r, T> = BTreeMap<(&'r str, bool, &'r str), Vec<T>>;

/// The roles and bindings of a run.
#[derive(Debug, Default)]
pub struct Roles<'r> {
    bindings: ByRole<'r, Bound<'r>>,
    by_name: ByRole<'r, &'r Resource>,
    /// Roles by scope and address.
    by_address: BTreeMap<(&'r str, &'r str), &'r Node>,
}

/// What there is of a role that is meant in the scope of a resource.
fn of_name<'s, 'r: 's, T>(all: &'s ByRole<'r, T>, of: &'s Resource, is_cluster: bool, name: &'s str) -> &'s [T] {
    let key: (&'s str, bool, &'s str) = (&of.scope, is_cluster, name);
    all.get(&key).map_or(&[], Vec::as_slice)
}

impl<'r> Roles<'r> {
    /// Those among some resources.
    pub fn among(resources: &'r [Resource]) -> Roles<'r> {
        let mut found = Roles::default();
        let (bindings, roles): (Vec<_>, Vec<_>) =
            resources.iter().filter_map(|of| Some((of, object(of)?))).partition(|(_, object)| object.binds);
        for (of, object) in roles {
            if let Some(name) = object.name_node() {
                found.by_address.insert((&of.scope, &of.address), name);
            }
            if let Some(name) = object.name() {
                found.by_name.entry((&of.scope, object.is_cluster, name)).or_default().push(of);
            }
        }
        for (of, object) in bindings {
            let Some((kind, written)) = object.role() else { continue };
            let Some(name) = written.as_str().or_else(|| found.meant(of, written)?.as_str()) else { continue };
            let bound =
                Bound { deployment: &of.deployment, is_cluster: object.is_cluster, subjects: object.subjects() };
            found.bindings.entry((&of.scope, kind != Some("Role"), name)).or_default().push(bound);
        }
        found
    }

    /// A role as a binding names it, or as it calls itself where the binding refers to the resource.
    fn called(&self, of: &Resource, role: &Node) -> Node {
        self.meant(of, role).map_or_else(|| role.clone(), |name| Node { value: name.value.clone(), ..role.clone() })
    }

    /// What the role calls itself that a binding refers to as a resource.
    fn meant(&self, of: &Resource, role: &Node) -> Option<&'r Node> {
        let open = role.as_unresolved()?;
        let [only] = open.references.as_slice() else { return None };
        self.by_address.get(&(&*of.scope, &**only)).copied()
    }

    /// The bindings of a role: those that are deployed with it, and where there are none, all of its name.
    fn bound_to<'s>(&'s self, of: &'s Resource, is_cluster: bool, name: &'s str) -> Vec<&'s Bound<'r>> {
        let all = of_name(&self.bindings, of, is_cluster, name);
        let own: Vec<&Bound<'r>> = all.iter().filter(|bound| bound.deployment == &*of.deployment).collect();
        if own.is_empty() { all.iter().collect() } else { own }
    }
}

/// What a resource of Kubernetes gives.
pub fn grants(of: &Resource, others: &Others<'_>) -> Vec<Grant> {
    let Some(object) = object(of) else { return Vec::new() };
    if object.binds { object.binding(of, others).into_iter().collect() } else { object.held(of, others) }
}

fn object(of: &Resource) -> Option<Object<'_>> {
    let (binds, is_cluster) = match of.kind.strip_prefix("kubernetes/")? {
        "Role" => (false, false),
        "ClusterRole" => (false, true),
        "RoleBinding" => (true, false),
        "ClusterRoleBinding" => (true, true),
        _ => return None,
    };
    Some(Object { body: &of.body, binds, is_cluster })
}

impl<'n> Object<'n> {
    /// Its name.
    fn name(&self) -> Option<&'n str> {
        self.name_node()?.as_str()
    }

    fn name_node(&self) -> Option<&'n Node> {
        items(self.body.get("metadata")).first()?.get("name")
    }

    /// The kind and the name of the role that is bound.
    fn role(&self) -> Option<(Option<&'n str>, &'n Node)> {
        let role = items(self.body.get("roleRef")).first()?;
        Some((role.get("kind").and_then(Node::as_str), role.get("name")?))
    }

    fn subjects(&self) -> &'n [Node] {
        items(self.body.get("subjects"))
    }

    /// A grant for each rule of a role.
    fn held(&self, of: &Resource, others: &Others<'_>) -> Vec<Grant> {
        let bound = self.name().map(|name| others.rbac.bound_to(of, self.is_cluster, name)).unwrap_or_default();
        let anywhere = bound.is_empty() || bound.iter().any(|bound| bound.is_cluster);
        let reach = if self.is_cluster && anywhere { "cluster" } else { "namespace" };
        let rules = items(self.body.get("rules"));
        let named = |rule: &Node| Self::grant(rule, reach, &bound);
        rules.iter().filter_map(named).collect()
    }

    fn grant(rule: &Node, reach: &str, bound: &[&Bound<'_>]) -> Option<Grant> {
        let verbs = rule.get("verbs")?;
        let (groups, resources) = (rule.get("apiGroups"), rule.get("resources"));
        let names = rule.get("resourceNames").filter(|names| !matches!(names.value, Value::Null) && !is_empty(names));
        let grant = Grant::new(SYSTEM, "role", verbs);
        let classes = bound.iter().flat_map(|bound| bound.subjects).map(|subject| class(subject, Some(&grant.at)));
        let classes = Node::list(classes.collect(), verbs.span);
        let covered = covers(rule);
        let everything =
            covered.iter().find(|(word, ..)| *word == "everything").map_or(Truth::False, |(_, truth, _)| *truth);
        let open = open_in(rule, 0);
        let at = verbs.items().first().unwrap_or(verbs);
        let reach = grant.word(reach);
        Some(
            grant
                .says("principal", classes)
                .says("actions", verbs.clone())
                .says("everything", said(everything, at, open))
                .says("covers", words(covered, open, verbs))
                .says_of("groups", groups.cloned())
                .says_of("resources", resources.cloned())
                .says_of("names", names.cloned())
                .says("reach", reach)
                .says("restricted", said(names.is_some().into(), names.unwrap_or(verbs), None)),
        )
    }

    /// The grant of a binding.
    fn binding(&self, of: &Resource, others: &Others<'_>) -> Option<Grant> {
        let (kind, written) = self.role()?;
        let role = &others.rbac.called(of, written);
        let subjects = self.body.get("subjects")?;
        let classes = self.subjects().iter().map(|subject| class(subject, None)).collect();
        let grant = Grant::new(SYSTEM, "binding", role);
        let held = role.as_str().map(|name| of_role(of, others, kind != Some("Role"), name)).unwrap_or_default();
        let covers = Node::list(held.into_iter().map(|word| grant.word(word)).collect(), role.span);
        let reach = grant.word(if self.is_cluster { "cluster" } else { "namespace" });
        Some(
            grant
                .says("principal", Node { value: Node::list(classes, subjects.span).value, ..subjects.clone() })
                .says("principals", subjects.clone())
                .says("role", role.clone())
                .says("covers", covers)
                .says("reach", reach)
                .says("restricted", said(Truth::False, role, None)),
        )
    }
}

/// What a rule of a role covers.
fn covers<'r>(rule: &'r Node) -> Vec<(&'static str, Truth, &'r Node)> {
    let (Some(groups), Some(resources), Some(verbs)) =
        (rule.get("apiGroups"), rule.get("resources"), rule.get("verbs"))
    else {
        return Vec::new();
    };
    let named = rule.get("resourceNames").map_or(Truth::False, |names| match &names.value {
        Value::Null => Truth::False,
        Value::Unresolved(_) => Truth::Unknown,
        _ => (!is_empty(names)).into(),
    });
    let all_verbs = Truth::all(VERBS.iter().map(|verb| has(verbs, verb, "")));
    // All of the core group is pods, secrets and accounts.
    let wide = has(groups, "", "").min(has(resources, "*", "")).min(all_verbs).min(!named);
    let first = |list: &'r Node| list.items().first().unwrap_or(list);
    let mut found = vec![("everything", wide, first(verbs))];
    for (word, own_groups, own_resources, own_verbs) in MATTERS {
        let some = |list: &Node, all: &[&str], within: &str| Truth::any(all.iter().map(|one| has(list, one, within)));
        let truth =
            some(groups, own_groups, "").min(some(resources, own_resources, "*/")).min(some(verbs, own_verbs, ""));
        let (list, wanted) = if BY_VERB.contains(word) { (verbs, own_verbs) } else { (resources, own_resources) };
        let place = list.items().iter().find(|item| Truth::any(wanted.iter().map(|one| is(item, one, "*/"))) == truth);
        found.push((*word, truth.min(!named), place.unwrap_or(list)));
    }
    let escalation = found.iter().filter(|(word, ..)| RISING.contains(word)).max_by_key(|(_, truth, _)| *truth);
    let escalation = escalation.map(|(_, truth, place)| ("escalation", *truth, *place));
    found.extend(escalation);
    found
}

/// What a role certainly covers: one of every cluster, or one of the run.
fn of_role(of: &Resource, others: &Others<'_>, is_cluster: bool, name: &str) -> Vec<&'static str> {
    if let Some((_, words)) = BUILT_IN.iter().find(|(own, _)| is_cluster && *own == name) {
        return words.to_vec();
    }
    let roles = of_name(&others.rbac.by_name, of, is_cluster, name);
    let mut words: Vec<&'static str> = Vec::new();
    for role in roles.iter().filter_map(|role| object(role)) {
        let held = items(role.body.get("rules"))
            .iter()
            .flat_map(|rule| covers(rule))
            .filter(|(_, truth, _)| *truth == Truth::True);
        words.extend(held.map(|(word, ..)| word));
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether it is certain that a list holds nothing.
fn is_empty(list: &Node) -> bool {
    matches!(&list.value, Value::List(items) if items.is_empty())
}

/// Whether a list holds a word, or `*`.
fn has(list: &Node, word: &str, within: &str) -> Truth {
    match &list.value {
        Value::Unresolved(open) if open.alternatives.is_empty() => Truth::Unknown,
        Value::Unresolved(open) => {
            let answers: Vec<Truth> = open.alternatives.iter().map(|one| has(one, word, within)).collect();
            let agreed = answers.first().filter(|first| answers.iter().all(|answer| answer == *first));
            agreed.copied().unwrap_or(Truth::Unknown)
        }
        _ => Truth::any(items(Some(list)).iter().map(|item| is(item, word, within))),
    }
}

/// Whether an item is a word, or `*`, or stands for all of a part of one: `*/exec` for `pods/exec`, where `within` is `*/`.
fn is(item: &Node, word: &str, within: &str) -> Truth {
    let part = word.split_once('/').filter(|_| !within.is_empty()).map(|(_, part)| format!("{within}{part}"));
    let own = |text: &str| text == word || text == "*" || part.as_deref() == Some(text);
    match &item.value {
        Value::Str(text) => own(text.as_str()).into(),
        Value::Unresolved(open) if open.alternatives.is_empty() => match open.partial.as_deref() {
            Some(partial) => text::equals(partial, word).max(text::equals(partial, "*")).min(Truth::Unknown),
            None => Truth::Unknown,
        },
        Value::Unresolved(_) => has(item, word, within),
        _ => Truth::False,
    }
}

/// The class of a subject, at the place of its name or another one.
fn class(subject: &Node, at: Option<&Node>) -> Node {
    let name = subject.get("name").unwrap_or(subject);
    let at = at.unwrap_or(name);
    let class = match name.as_str() {
        Some("system:anonymous" | "system:unauthenticated") => "anyone",
        Some("system:authenticated" | "system:serviceaccounts") => "anyone-signed-in",
        _ => "named",
    };
    Node { value: Node::text(class, at.span).value, ..at.clone() }
}
