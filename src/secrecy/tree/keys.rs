//! What the keys, kinds and pairs of a tree say of the values that stand there.

use super::super::names::{Matter, named};
use crate::document::{Entry, Node};

/// Keys of a value whose name is the key around it (`variable "password" { default = … }`).
const VALUE_KEYS: &[&str] =
    &["value", "default", "defaultvalue", "default_value", "plaintext", "stringvalue", "parametervalue", "content"];

/// Keys of a name whose value stands beside it.
const NAME_KEYS: &[&str] = &["name", "key", "parametername", "parameterkey", "variable", "parameter_key", "optionname"];

/// Last words of the kinds of resources which are secrets, and of their versions.
const KIND_ENDS: &[&str] = &[
    "secret",
    "secrets",
    "secret_v1",
    "secret_v2",
    "secret_version",
    "sensitive_file",
    "secretlist",
    "sealedsecret",
    "externalsecret",
    "secretgenerator",
];

/// Whether a kind of resource is a secret: `kubernetes_secret`, `azurerm_key_vault_secret`, `Microsoft.KeyVault/vaults/secrets`.
pub(super) fn is_secret_kind(kind: &str) -> bool {
    let name = kind.rsplit(['/', ':', '.']).next().unwrap_or(kind).to_ascii_lowercase();
    KIND_ENDS.iter().any(|end| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
}

/// Whether a map is a Secret of Kubernetes.
pub(super) fn holds_secret_data(node: &Node) -> bool {
    let is = |key: &str, value: &str| node.get(key).and_then(Node::as_str) == Some(value);
    is("kind", "Secret") && (is("apiVersion", "v1") || node.get("apiVersion").is_none())
}

/// Whether a map says which Secret it is about, so that a password in it is the key there.
pub(super) fn names_a_secret(entries: &[Entry]) -> bool {
    let of_secret = |key: &str| {
        let lower = key.to_ascii_lowercase();
        ["secretname", "secret_name", "existingsecret", "existing_secret"].iter().any(|end| lower.ends_with(end))
    };
    entries
        .iter()
        .take(64)
        .any(|entry| of_secret(&entry.key.name) && entry.value.as_str().is_some_and(|name| !name.is_empty()))
}

/// Whether a map is a parameter of `CloudFormation` whose value is looked up in the store of parameters: its default is a name.
pub(super) fn is_looked_up(node: &Node) -> bool {
    node.get("Type").and_then(Node::as_str).is_some_and(|kind| kind.starts_with("AWS::SSM::Parameter::"))
}

/// Whether the value under a key is that of the name around or beside it.
pub fn is_value_key(key: &str) -> bool {
    VALUE_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

pub(super) fn is_name_key(key: &str) -> bool {
    NAME_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// What the value of a map is called that has a name beside it.
pub(super) fn name_in(entries: &[Entry]) -> Option<&str> {
    entries.iter().take(16).find(|entry| is_name_key(&entry.key.name))?.value.as_str()
}

/// Whether a map is a name with its value, and no more.
pub(super) fn is_pair(node: &Node) -> bool {
    let entries = node.entries();
    entries.len() == 2
        && entries.iter().any(|entry| is_name_key(&entry.key.name))
        && entries.iter().any(|entry| is_value_key(&entry.key.name))
}

/// The name of a pair of name and value, where it says that the value is secret.
pub fn pair_name(node: &Node) -> Option<(&str, Matter)> {
    let entries = node.entries();
    if entries.len() > 16 {
        return None;
    }
    let name = entries.iter().find(|entry| is_name_key(&entry.key.name))?.value.as_str()?;
    if !entries.iter().any(|entry| is_value_of(&entry.key.name, name)) {
        return None;
    }
    named(name).map(|matter| (name, matter))
}

/// Whether the value under a key is that of a name beside it: also what stands in an element of XML that is called like a property.
pub(super) fn is_value_of(key: &str, name: &str) -> bool {
    is_value_key(key) || key == "text" && name.contains('.')
}

pub(super) fn is_header(name: &str) -> bool {
    ["authorization", "proxy-authorization", "x-authorization"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether entries are the name and the value of a header that signs in.
pub(super) fn is_header_pair(entries: &[Entry]) -> bool {
    let named = entries.iter().take(16).find(|entry| is_name_key(&entry.key.name));
    named.and_then(|entry| entry.value.as_str()).is_some_and(is_header)
}
