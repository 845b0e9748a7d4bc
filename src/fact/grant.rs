//! A grant: who may do what on what, under which condition that really restricts.
//!
//! What limits (a boundary, a policy of an organisation, the policy of a network endpoint) grants nothing and is no grant.

use std::sync::Arc;

use super::{Fact, OWNER, Register, entry, short};
use crate::document::{Entry, MAX_DEPTH, Node, Unresolved, Value};
use crate::schema::view;

/// The register of grants.
pub const GRANT: Register = Register {
    name: "grant",
    doc: "a right that is given: who may do what on what, under which condition",
    fields: &[
        view("system", "s", "whose rights: `aws`, `azure`, `google`, `kubernetes`", "aws"),
        view(
            "via",
            "s",
            "how it is given, by system: `aws-identity` (a policy of a user, group or role), `aws-resource` (the policy of a thing), \
             `aws-trust` (who may take a role), `aws-attachment` (a managed policy by its name), `azure-role`, `google-role`, \
             `kubernetes-role` (what a role holds), `azure-binding`, `google-binding`, `kubernetes-binding` (who has a role)",
            "aws-identity",
        ),
        view(
            "principal",
            "[s",
            "the classes of who has it: `anyone`, `anyone-signed-in`, `federated-any` (all users of a public provider of identities), \
             `federated`, `account`, `service`, `named`",
            "[ \"anyone\" ]",
        ),
        view("principals", "a", "who has it, as written", "[ \"*\" ]"),
        view("role", "s", "the name of the role or managed policy", "Owner"),
        view("actions", "[s", "the actions, verbs or permissions as written", "[ \"s3:*\" ]"),
        view("but", "[s", "the actions that are left out of them", "[ \"iam:*\" ]"),
        view("everything", "b", "whether it is every action there can be", "false"),
        view("all_but_some", "b", "whether it is every action but some that are named", "false"),
        view("all_of_a_service", "b", "whether all actions of some service are among them", "true"),
        view(
            "covers",
            "[s",
            "what is among them: the levels `read`, `list`, `write`, `permissions`, `tagging`; `everything`; `escalation` (its holder can \
             get further rights); of Kubernetes and Azure also `secrets`; of Kubernetes `bind`, `escalate`, `impersonate`, `token`, `exec`, `attach`, `proxy`, `admission`; of Google \
             and Azure also `basic` (a role for all services) and `impersonate`",
            "[ \"write\" ]",
        ),
        view("escalates", "[s", "the actions by which its holder can get further rights", "[ \"iam:PassRole\" ]"),
        view("groups", "[s", "the API groups of Kubernetes", "[ \"apps\" ]"),
        view("resources", "[s", "what it is about, as written", "[ \"*\" ]"),
        view("names", "[s", "the names of the objects of Kubernetes that it is limited to", "[ \"web\" ]"),
        view(
            "reach",
            "s",
            "how much: `some` resources, all of a `kind`, `all`; or the place: `namespace`, `cluster`, `resource`, `resource-group`, `project`, \
             `subscription`, `folder`, `management-group`, `organization`",
            "all",
        ),
        view("restricted", "b", "whether a condition restricts it", "true"),
        view("restricted_by", "[s", "the keys of the conditions that do", "[ \"aws:PrincipalOrgID\" ]"),
        OWNER,
    ],
    find: None,
};

/// What is said of one grant.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Tells it from the others of its owner, as far as its author named it.
    pub key: String,
    /// Where it stands.
    pub at: Node,
    /// What is said of it.
    pub says: Vec<Entry>,
    /// Set where it is not certain that there is one.
    pub condition: Option<Arc<Unresolved>>,
}

impl Grant {
    /// A grant of a system, given in some way and written at a place.
    pub fn new(system: &str, via: &str, at: &Node) -> Grant {
        let at = Node { value: Value::Null, ..at.clone() };
        let grant = Grant { key: via.to_owned(), at, says: Vec::new(), condition: None };
        let (way, system) = (grant.word(&format!("{system}-{via}")), grant.word(system));
        grant.says("system", system).says("via", way)
    }

    /// Says more of it.
    #[must_use]
    pub fn says(mut self, name: &str, value: Node) -> Grant {
        self.says.push(entry(name, value));
        self
    }

    /// Says more of it where there is something to say.
    #[must_use]
    pub fn says_of(self, name: &str, value: Option<Node>) -> Grant {
        match value {
            Some(value) => self.says(name, value),
            None => self,
        }
    }

    /// A word at the place of the grant.
    pub fn word(&self, text: &str) -> Node {
        Node { value: Node::text(text, self.at.span).value, ..self.at.clone() }
    }

    /// What is said under a name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.says.iter().find(|entry| &*entry.key.name == name).map(|entry| &entry.value)
    }

    /// The fact of it.
    pub fn fact(self) -> Fact {
        let condition = self.condition.clone();
        let measure = self.measure();
        Fact { condition, measure, ..Fact::said(&GRANT, &self.key, &self.at, self.says) }
    }

    /// What is given, to whom, on what, each word by itself; of what is left out, and of conditions, all together.
    fn measure(&self) -> Vec<u32> {
        let is_policy = self.get("via").and_then(Node::as_str) == Some("aws-identity");
        let mut found = Vec::new();
        for name in ["actions", "principals", "role", "groups", "resources", "names"] {
            let mut words = Vec::new();
            self.get(name).into_iter().for_each(|node| leaves(node, 0, &mut words));
            // What is wrong with the policy of a holder is how wide it is; one action more does not make it wider.
            let counts = |word: &&str| name != "actions" || !is_policy || *word == "*" || word.ends_with(":*");
            found.extend(words.into_iter().filter(counts).map(|word| short([name, word])));
        }
        for name in ["but", "restricted_by"] {
            let mut words = Vec::new();
            self.get(name).into_iter().for_each(|node| leaves(node, 0, &mut words));
            words.sort_unstable();
            found.extend((!words.is_empty()).then(|| short(std::iter::once(name).chain(words))));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The texts in a value, and the expressions of what is open in it.
fn leaves<'n>(node: &'n Node, depth: usize, found: &mut Vec<&'n str>) {
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::Str(text) => found.push(text.as_str()),
        Value::Unresolved(open) => found.push(&open.expression),
        Value::List(items) => items.iter().for_each(|item| leaves(item, depth + 1, found)),
        Value::Map(map) => map.written().for_each(|entry| leaves(&entry.value, depth + 1, found)),
        _ => {}
    }
}
