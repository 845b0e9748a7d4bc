//! Stores of secrets: resources whose content is secret because somebody put it there.

use super::super::names::{self, Matter, named};
use crate::document::Node;

/// What says that the content of an item of a store is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holding {
    /// That it is there.
    Secrets,
    /// Its name: such stores hold addresses and names of models too.
    Settings,
}

/// Kinds of resources that are items of a store, and types that say the same of a parameter.
const STORES: &[(&str, Holding)] = &[
    ("SecureString", Holding::Secrets),
    ("aws_secretsmanager_secret_version", Holding::Secrets),
    ("AWS::SecretsManager::Secret", Holding::Secrets),
    ("google_secret_manager_secret_version", Holding::Secrets),
    ("google_secret_manager_regional_secret_version", Holding::Secrets),
    ("scaleway_secret_version", Holding::Secrets),
    ("alicloud_kms_secret", Holding::Secrets),
    ("tencentcloud_ssm_secret_version", Holding::Secrets),
    ("cloudflare_workers_secret", Holding::Secrets),
    ("github_actions_secret", Holding::Secrets),
    ("github_actions_environment_secret", Holding::Secrets),
    ("github_actions_organization_secret", Holding::Secrets),
    ("github_codespaces_secret", Holding::Secrets),
    ("github_dependabot_secret", Holding::Secrets),
    ("aws_api_gateway_api_key", Holding::Secrets),
    ("azurerm_key_vault_secret", Holding::Settings),
    ("Microsoft.KeyVault/vaults/secrets", Holding::Settings),
];

/// Keys under which an item says what it is called.
const NAMES: &[&str] = &["name", "Name", "secret_name"];

fn holding(kind: &str) -> Option<Holding> {
    let own = ["terraform/", "cloudformation/", "arm/"].iter().find_map(|dialect| kind.strip_prefix(dialect));
    let own = own.unwrap_or(kind);
    STORES.iter().find(|(store, _)| store.eq_ignore_ascii_case(own)).map(|(_, holding)| *holding)
}

/// Whether resources of a kind are items of a store of secrets.
pub fn is_store(kind: &str) -> bool {
    holding(kind).is_some()
}

/// What an item is called and what its content is, where that is certainly secret.
pub(super) fn item<'n>(kind: &str, node: &'n Node) -> Option<(Option<&'n str>, Matter)> {
    let holding = holding(kind)?;
    let name = NAMES.iter().find_map(|key| node.get(key)).and_then(last_part);
    let matter = name.and_then(named);
    match holding {
        Holding::Settings => matter.map(|matter| (name, matter)),
        // `/shop/db/host` is kept beside the password, and is none.
        Holding::Secrets => (!name.is_some_and(names::is_about)).then(|| (name, matter.unwrap_or(Matter::Password))),
    }
}

/// The last part of a name that may be a path (`/shop/db/password`, `vault/db-password`), as far as it is written.
fn last_part(name: &Node) -> Option<&str> {
    let text = name.as_str()?;
    text.trim_end_matches('/').rsplit('/').next().filter(|last| !last.is_empty())
}
