//! Variables of the environment by which programs are told whether to check certificates, in whatever form a format sets them: as
//! entries of a map, as pairs of a name and a value, or as assignments.

use std::collections::BTreeSet;

use super::{Fact, OWNER, Owner, Register, entry};
use crate::document::{MAX_DEPTH, Node, Value};
use crate::schema::view;
use crate::source::Span;
use crate::syntax::json;

/// The register of such variables.
pub const VERIFICATION: Register = Register {
    name: "verification",
    doc: "a variable of the environment that tells a program whether to check certificates, where its value is known; those of \
          Dockerfiles, of GitLab and of Azure Pipelines are told of the commands that run with them",
    fields: &[
        view("variable", "s", "its name", "NODE_TLS_REJECT_UNAUTHORIZED"),
        view("checked", "b", "whether certificates are checked with its value", "false"),
        OWNER,
    ],
    find: Some(find),
};

/// At which values a variable switches the check off.
#[derive(Clone, Copy)]
enum Off {
    /// `0` and `false`.
    False,
    /// `1`, `t` and `true`.
    True,
    /// Any, since the program only looks whether it is set.
    Set,
    /// Any that names something.
    Filled,
}

const VARIABLES: &[(&str, Off)] = &[
    ("AZURE_CLI_DISABLE_CONNECTION_VERIFICATION", Off::True),
    ("CONSUL_HTTP_SSL_VERIFY", Off::False),
    ("GIT_SSL_NO_VERIFY", Off::Set),
    ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", Off::True),
    ("NODE_TLS_REJECT_UNAUTHORIZED", Off::False),
    ("NOMAD_SKIP_VERIFY", Off::True),
    ("NPM_CONFIG_STRICT_SSL", Off::False),
    ("npm_config_strict_ssl", Off::False),
    ("PIP_TRUSTED_HOST", Off::Filled),
    ("PYTHONHTTPSVERIFY", Off::False),
    ("VAULT_SKIP_VERIFY", Off::True),
    ("YARN_ENABLE_STRICT_SSL", Off::False),
];

/// Kinds whose variables are told of the commands that run with them.
const TOLD_OF_COMMANDS: &[&str] = &["dockerfile/", "gitlab-ci/", "azure-pipelines/"];

/// Keys under which texts are assignments.
const ENVIRONMENTS: &[&str] = &["environment", "Environment", "env"];

/// The keys of a pair.
const NAMES: &[&str] = &["name", "Name", "key"];
const VALUES: &[&str] = &["value", "Value"];

fn find(owner: &Owner<'_>) -> Vec<Fact> {
    if TOLD_OF_COMMANDS.iter().any(|kind| owner.kind.starts_with(kind)) {
        return Vec::new();
    }
    let mut search = Search::default();
    search.node(owner.body, "", 0);
    search.found
}

fn off_of(name: &str) -> Option<Off> {
    VARIABLES.iter().find(|(variable, _)| *variable == name).map(|(_, off)| *off)
}

/// The variables of a body.
#[derive(Default)]
struct Search {
    found: Vec<Fact>,
    /// Where they stand: what is written once may be shown again.
    seen: BTreeSet<Span>,
}

impl Search {
    /// Looks below a node, which stands under a key.
    fn node(&mut self, node: &Node, key: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::Map(map) => {
                let one = |keys: &[&str]| keys.iter().find_map(|key| map.entry(key));
                if let (Some(name), Some(value)) = (one(NAMES), one(VALUES)) {
                    let text = name.value.as_str().unwrap_or("");
                    self.add(text, &value.value, name.value.span);
                }
                for entry in map.written() {
                    self.add(&entry.key.name, &entry.value, entry.span());
                    self.node(&entry.value, &entry.key.name, depth + 1);
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.node(item, key, depth + 1)),
            Value::Str(text) if ENVIRONMENTS.contains(&key) => {
                for word in text.as_str().split_whitespace() {
                    if let Some((name, value)) = word.trim_matches(['"', '\'']).split_once('=') {
                        let value = Node { trail: node.trail.clone(), ..Node::text(value, node.span) };
                        self.add(name, &value, node.span);
                    }
                }
            }
            // A document in a text: definitions of containers.
            Value::Str(text) if text.as_str().trim_start().starts_with(['[', '{']) => {
                if VARIABLES.iter().any(|(name, _)| text.as_str().contains(name))
                    && let Some(root) = json::parse_embedded(text, node.span)
                {
                    self.node(&root, key, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Adds what a variable says, where it is one of those and its value is known.
    fn add(&mut self, name: &str, value: &Node, place: Span) {
        let Some(is_off) = off_of(name).and_then(|off| off.at(value)) else { return };
        let at = Node { trail: value.trail.clone(), ..Node::new(Value::Null, place) };
        if self.seen.insert(place) {
            let says = vec![
                entry("variable", Node::text(name, place)),
                entry("checked", Node { value: Value::Bool(!is_off), ..at.clone() }),
            ];
            self.found.push(Fact::said(&VERIFICATION, name, &at, says));
        }
    }
}

impl Off {
    /// Whether the check is switched off at a value; none where that is not known.
    fn at(self, value: &Node) -> Option<bool> {
        let text = match &value.value {
            Value::Str(text) => text.as_str().trim().trim_matches(['"', '\'']).to_ascii_lowercase(),
            Value::Int(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => return None,
        };
        Some(match self {
            Off::False => matches!(&*text, "0" | "false"),
            Off::True => matches!(&*text, "1" | "t" | "true"),
            Off::Set => true,
            Off::Filled => !text.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::yaml;

    #[test]
    fn a_variable_is_known_in_every_form() {
        for (body, want) in [
            ("env: {NODE_TLS_REJECT_UNAUTHORIZED: 0}", &["NODE_TLS_REJECT_UNAUTHORIZED off"][..]),
            ("env: {NODE_TLS_REJECT_UNAUTHORIZED: '1', PORT: 0}", &["NODE_TLS_REJECT_UNAUTHORIZED on"]),
            ("environment: [GIT_SSL_NO_VERIFY=0, A=b]", &["GIT_SSL_NO_VERIFY off"]),
            ("Environment: LOG=a \"VAULT_SKIP_VERIFY=true\" MY_VAULT_SKIP_VERIFY=0", &["VAULT_SKIP_VERIFY off"]),
            ("args: [GIT_SSL_NO_VERIFY=0]", &[]),
            ("env: [{name: PIP_TRUSTED_HOST, value: a.example.org}]", &["PIP_TRUSTED_HOST off"]),
            ("env: [{Name: PIP_TRUSTED_HOST, Value: ''}]", &["PIP_TRUSTED_HOST on"]),
            ("env: [{name: NODE_TLS_REJECT_UNAUTHORIZED, valueFrom: {a: b}}]", &[]),
            (
                "d: '[{\"environment\": [{\"name\": \"VAULT_SKIP_VERIFY\", \"value\": \"1\"}]}]'",
                &["VAULT_SKIP_VERIFY off"],
            ),
        ] {
            let span = Span::new(FileId(0), 0, body.len());
            let roots = yaml::parse_embedded(&crate::document::Text::verbatim(body, 0), span).unwrap();
            let owner = Owner {
                kind: "compose/service",
                name: "a",
                path: "a.yaml",
                body: &roots[0],
                development: None,
                is_developed: false,
            };
            let told = |fact: &Fact| {
                let is_on = fact.get("checked").and_then(Node::as_bool) == Some(true);
                format!("{} {}", fact.key, if is_on { "on" } else { "off" })
            };
            assert_eq!(find(&owner).iter().map(told).collect::<Vec<_>>(), want, "{body}");
        }
    }
}
