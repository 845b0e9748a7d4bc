//! Variables that hold what the credentials of Jenkins say.

use super::tree::{Call, bare};
use crate::document::{MAX_DEPTH, Node};

/// A variable that holds a secret, or what goes with one.
#[derive(Clone)]
pub(super) struct Bound<'n> {
    pub variable: &'n str,
    /// The step that binds it, or `environment`.
    pub kind: &'n str,
    /// The id of the credential.
    pub id: Option<&'n Node>,
    pub at: &'n Node,
    /// Whether it holds the secret itself, and not a name or the path of a file.
    pub is_secret: bool,
}

/// Arguments that name a variable, by binding; whether what it then holds is the secret.
const BINDINGS: &[(&str, &[(&str, bool)])] = &[
    ("usernamePassword", &[("usernameVariable", false), ("passwordVariable", true)]),
    ("usernameColonPassword", &[("variable", true)]),
    ("string", &[("variable", true)]),
    ("file", &[("variable", false)]),
    ("zip", &[("variable", false)]),
    ("dockerCert", &[("variable", false)]),
    ("certificate", &[("keystoreVariable", false), ("passwordVariable", true)]),
    ("sshUserPrivateKey", &[("keyFileVariable", false), ("passphraseVariable", true), ("usernameVariable", false)]),
    ("gitUsernamePassword", &[]),
    ("aws", &[("accessKeyVariable", false), ("secretKeyVariable", true)]),
    ("azureServicePrincipal", &[("clientSecretVariable", true)]),
    ("vaultString", &[("variable", true)]),
];

/// Parts of names of variables that hold the path of a file.
const FILES: &[&str] = &["FILE", "PATH", "KUBECONFIG", "KUBE_CONFIG", "CERT", "KEYSTORE", "SETTINGS", "DIR"];

/// The credentials that `withCredentials` binds.
pub(super) fn of_bindings(call: Call<'_>) -> impl Iterator<Item = Bound<'_>> {
    let listed = call.arguments().iter().chain(call.get("bindings")).flat_map(|argument| {
        if argument.items().is_empty() { std::slice::from_ref(argument) } else { argument.items() }
    });
    listed.flat_map(of_binding)
}

fn of_binding(node: &Node) -> Vec<Bound<'_>> {
    let Some(call) = Call::of(node) else { return of_class(node) };
    let rows = BINDINGS.iter().find(|(name, _)| *name == call.name).map_or(&[][..], |(_, rows)| *rows);
    let id = call.get("credentialsId");
    let bound = |&(key, is_secret): &(&str, bool)| {
        let at = call.get(key)?;
        Some(Bound { variable: at.as_str()?, kind: call.name, id, at, is_secret })
    };
    rows.iter().filter_map(bound).collect()
}

/// `[$class: 'UsernamePasswordMultiBinding', credentialsId: 'x', passwordVariable: 'Y']`.
fn of_class(map: &Node) -> Vec<Bound<'_>> {
    let Some(kind) = map.get("$class").and_then(Node::as_str) else { return Vec::new() };
    let id = map.get("credentialsId");
    let is_text = kind.contains("String") || kind.contains("ColonPassword");
    let keys =
        [("passwordVariable", true), ("secretKeyVariable", true), ("passphraseVariable", true), ("variable", is_text)];
    let bound = |(key, is_secret): (&str, bool)| {
        let at = map.get(key)?;
        Some(Bound { variable: at.as_str()?, kind, id, at, is_secret })
    };
    keys.into_iter().filter_map(bound).collect()
}

/// The variables of `environment { X = credentials('id') }`, wherever that stands in a file.
pub(super) fn of_environment(root: &Node) -> Vec<Bound<'_>> {
    let mut found = Vec::new();
    gather(root, 0, &mut found);
    found
}

fn gather<'n>(node: &'n Node, depth: usize, found: &mut Vec<Bound<'n>>) {
    if depth > MAX_DEPTH {
        return;
    }
    for entry in node.get("set").map_or(&[][..], Node::entries) {
        let value = bare(&entry.value);
        if let Some(call) = Call::of(value).filter(|call| call.name == "credentials") {
            let variable = &*entry.key.name;
            let is_secret = !FILES.iter().any(|part| variable.to_ascii_uppercase().contains(part));
            found.push(Bound { variable, kind: "environment", id: call.arguments().first(), at: value, is_secret });
        }
    }
    node.items().iter().for_each(|item| gather(item, depth + 1, found));
    node.entries().iter().for_each(|entry| gather(&entry.value, depth + 1, found));
}

/// Whether a name in a text is that of a variable which holds a secret; of one that `credentials()` sets, `X_PSW` is too.
pub(super) fn is_secret(name: &str, bound: &[Bound<'_>]) -> bool {
    bound.iter().rev().any(|one| {
        let password = name.strip_suffix("_PSW").filter(|_| one.kind == "environment");
        (one.is_secret && one.variable == name) || password == Some(one.variable)
    })
}
