//! Lists of who may come in to a service of a cloud: an API of a cluster, a database, an account of storage, a vault.

use std::sync::Arc;

use super::parts::{is, may_be_missing, open, part, rules};
use super::{Others, Said};
use crate::dialect::Resource;
use crate::document::{Node, Unresolved, Value};
use crate::fact::opening::{Opening, Words};
use crate::kernel::lift::{each_way, relocated};
use crate::source::Span;
use crate::truth::Truth;

/// A list and where it stands.
struct List {
    kinds: &'static [&'static str],
    /// Where the entries stand: each is an opening, or the list is one where this is empty.
    entries: &'static str,
    /// The ways to the addresses, of which the first that is there counts.
    addresses: &'static [&'static str],
    /// What is the case where nothing is there.
    unsaid: Unsaid,
    /// Paths of the body with values of which each closes the list: nobody comes in from outside.
    closed: &'static [(&'static str, &'static str)],
    /// Whether a resource of its own may be the list, whose paths begin below the same block.
    may_be_apart: bool,
    /// A path with the value that puts the list in force; without it everybody comes in.
    in_force: Option<(&'static [&'static str], &'static str)>,
    /// The key that names what the entry is of.
    group: &'static str,
    port: &'static str,
    target: &'static str,
    system: &'static str,
}

/// Who comes in where a list says nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unsaid {
    Everybody,
    Nobody,
    /// Everybody, unless this path is there.
    EverybodyUnless(&'static str),
}

const LIST: List = List {
    kinds: &[],
    entries: "",
    addresses: &[],
    unsaid: Unsaid::Everybody,
    closed: &[],
    may_be_apart: false,
    in_force: None,
    group: "",
    port: "443",
    target: "api",
    system: "aws",
};

const DATABASE: List = List { unsaid: Unsaid::Nobody, target: "database", system: "azure", group: "server_id", ..LIST };

const LISTS: &[List] = &[
    List {
        kinds: &["terraform/aws_eks_cluster"],
        addresses: &["vpc_config.public_access_cidrs"],
        closed: &[("vpc_config.endpoint_public_access", "false")],
        ..LIST
    },
    List {
        kinds: &["cloudformation/AWS::EKS::Cluster"],
        addresses: &["ResourcesVpcConfig.PublicAccessCidrs"],
        closed: &[("ResourcesVpcConfig.EndpointPublicAccess", "false")],
        ..LIST
    },
    List {
        kinds: &["terraform/azurerm_kubernetes_cluster"],
        addresses: &["api_server_access_profile.authorized_ip_ranges", "api_server_authorized_ip_ranges"],
        closed: &[("private_cluster_enabled", "true")],
        system: "azure",
        ..LIST
    },
    List {
        kinds: &["arm/Microsoft.ContainerService/managedClusters"],
        addresses: &["properties.apiServerAccessProfile.authorizedIPRanges", "properties.apiServerAuthorizedIPRanges"],
        closed: &[("properties.apiServerAccessProfile.enablePrivateCluster", "true")],
        system: "azure",
        ..LIST
    },
    List {
        kinds: &["terraform/google_container_cluster"],
        addresses: &["master_authorized_networks_config.cidr_blocks"],
        unsaid: Unsaid::EverybodyUnless("master_authorized_networks_config"),
        closed: &[("private_cluster_config.enable_private_endpoint", "true")],
        system: "google",
        ..LIST
    },
    List {
        kinds: &["terraform/azurerm_mssql_firewall_rule", "terraform/azurerm_sql_firewall_rule"],
        addresses: &["addresses"],
        port: "1433",
        ..DATABASE
    },
    List {
        kinds: &[
            "terraform/azurerm_mysql_firewall_rule",
            "terraform/azurerm_mysql_flexible_server_firewall_rule",
            "terraform/azurerm_mariadb_firewall_rule",
        ],
        addresses: &["addresses"],
        port: "3306",
        ..DATABASE
    },
    List {
        kinds: &[
            "terraform/azurerm_postgresql_firewall_rule",
            "terraform/azurerm_postgresql_flexible_server_firewall_rule",
        ],
        addresses: &["addresses"],
        port: "5432",
        ..DATABASE
    },
    List {
        kinds: &["terraform/azurerm_redis_firewall_rule"],
        addresses: &["addresses"],
        port: "6379,6380",
        group: "redis_cache_name",
        ..DATABASE
    },
    List {
        kinds: &["arm/Microsoft.Sql/servers/firewallRules"],
        addresses: &["properties.addresses"],
        port: "1433",
        group: "",
        ..DATABASE
    },
    List {
        kinds: &[
            "arm/Microsoft.DBforMySQL/servers/firewallRules",
            "arm/Microsoft.DBforMySQL/flexibleServers/firewallRules",
            "arm/Microsoft.DBforMariaDB/servers/firewallRules",
        ],
        addresses: &["properties.addresses"],
        port: "3306",
        group: "",
        ..DATABASE
    },
    List {
        kinds: &[
            "arm/Microsoft.DBforPostgreSQL/servers/firewallRules",
            "arm/Microsoft.DBforPostgreSQL/flexibleServers/firewallRules",
        ],
        addresses: &["properties.addresses"],
        port: "5432",
        group: "",
        ..DATABASE
    },
    List {
        kinds: &["terraform/google_sql_database_instance"],
        entries: "settings.ip_configuration.authorized_networks",
        addresses: &["value"],
        closed: &[("settings.ip_configuration.ipv4_enabled", "false")],
        port: "1433,3306,5432",
        system: "google",
        group: "",
        ..DATABASE
    },
    List {
        kinds: &["terraform/azurerm_storage_account"],
        addresses: &["network_rules.ip_rules"],
        unsaid: Unsaid::Nobody,
        closed: &[("public_network_access_enabled", "false"), ("public_network_access", "Disabled")],
        may_be_apart: true,
        in_force: Some((&["network_rules.default_action"], "Deny")),
        target: "storage",
        system: "azure",
        ..LIST
    },
    List {
        kinds: &["arm/Microsoft.Storage/storageAccounts"],
        addresses: &["properties.networkAcls.ipRules"],
        unsaid: Unsaid::Nobody,
        closed: &[
            ("properties.publicNetworkAccess", "Disabled"),
            ("properties.publicNetworkAccess", "SecuredByPerimeter"),
        ],
        in_force: Some((&["properties.networkAcls.defaultAction"], "Deny")),
        target: "storage",
        system: "azure",
        ..LIST
    },
    List {
        kinds: &["terraform/azurerm_key_vault"],
        addresses: &["network_acls.ip_rules"],
        unsaid: Unsaid::Nobody,
        closed: &[("public_network_access_enabled", "false")],
        in_force: Some((&["network_acls.default_action"], "Deny")),
        target: "vault",
        system: "azure",
        ..LIST
    },
    List {
        kinds: &["arm/Microsoft.KeyVault/vaults"],
        addresses: &["properties.networkAcls.ipRules"],
        unsaid: Unsaid::Nobody,
        closed: &[("properties.publicNetworkAccess", "Disabled")],
        in_force: Some((&["properties.networkAcls.defaultAction"], "Deny")),
        target: "vault",
        system: "azure",
        ..LIST
    },
];

/// Kinds that are the list of another resource, and the key that names it.
pub const APART: &[(&str, &str)] = &[("terraform/azurerm_storage_account_network_rules", "storage_account_id")];

/// The kinds that it is about.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    LISTS.iter().flat_map(|row| row.kinds.iter().copied())
}

/// What the list of a resource lets in.
pub fn said(of: &Resource, others: &Others<'_>) -> Vec<Said> {
    let about = LISTS.iter().filter(|list| list.kinds.contains(&&*of.kind));
    about.flat_map(|list| list.said(of, others.list_of(of).filter(|_| list.may_be_apart))).collect()
}

impl List {
    /// `apart` is the resource that is the list.
    fn said(&self, of: &Resource, apart: Option<&Resource>) -> Vec<Said> {
        let body = &of.body;
        if self.entries.is_empty() {
            let listed = self.listed(of, apart).map(|listed| self.unless_closed(of, listed));
            let said = listed.map(|addresses| self.one(of, of.header, "allow-list".to_owned(), addresses, None));
            return said.into_iter().collect();
        }
        let entries = rules(part(body, self.entries));
        let said = entries.iter().enumerate().filter_map(|(place, entry)| {
            let addresses = self.addresses.iter().find_map(|path| part(entry, path))?;
            let name = part(entry, "name").and_then(|name| name.as_str().map(str::to_owned));
            let key = name.unwrap_or_else(|| place.to_string());
            Some(self.one(of, entry.span, key, self.unless_closed(of, addresses), may_be_missing(entry)))
        });
        said.collect()
    }

    /// Who the list lets in, were it not closed; none where nothing says anything.
    fn listed(&self, of: &Resource, apart: Option<&Resource>) -> Option<Node> {
        let first = |paths: &[&str]| match apart {
            None => paths.iter().find_map(|path| part(&of.body, path)),
            Some(apart) => {
                let mut last = paths.iter().filter_map(|path| path.rsplit('.').next());
                let found = last.find_map(|key| part(&apart.body, key))?;
                let found = relocated(&found, of.header, "a resource of its own says so");
                Some(apart.condition.as_deref().map_or_else(|| found.clone(), |open| where_it_is(&found, open)))
            }
        };
        let listed = first(self.addresses);
        // Where nothing is said, the block that could say it is what is wrong.
        let path = self.addresses.first().copied().unwrap_or("");
        let mut parents = path.rmatch_indices('.').filter_map(|(end, _)| path.get(..end));
        let block = parents.find_map(|path| part(&of.body, path));
        let everybody = Node::text("*", block.map_or(of.header, |block| block.span));
        if let Some((paths, value)) = self.in_force {
            let Some(written) = first(paths) else { return Some(everybody) };
            let listed = listed.unwrap_or_else(|| nobody(of));
            let lets_in = |written: &Node| match is(Some(written), value) {
                Truth::True => Some(listed.clone()),
                Truth::False => Some(Node::text("*", written.span)),
                Truth::Unknown => Some(written.clone()),
            };
            return Some(each_way(&written, &lets_in).unwrap_or(written));
        }
        match (listed, self.unsaid) {
            (Some(listed), Unsaid::EverybodyUnless(_)) => Some(networks(&listed)),
            (Some(listed), Unsaid::Everybody) if is_empty(&listed) => Some(Node::text("*", listed.span)),
            (Some(listed), _) => Some(listed),
            (None, Unsaid::Everybody) => Some(everybody),
            (None, Unsaid::EverybodyUnless(path)) if part(&of.body, path).is_none() => Some(everybody),
            (None, Unsaid::EverybodyUnless(_)) => Some(nobody(of)),
            (None, Unsaid::Nobody) => None,
        }
    }

    /// Addresses, or none where something closes the list; either of the two where that is not decided.
    fn unless_closed(&self, of: &Resource, listed: Node) -> Node {
        let written = self.closed.iter().filter_map(|(path, value)| Some((part(&of.body, path)?, *value)));
        let written: Vec<(Node, &str)> = written.collect();
        if let Some((node, _)) = written.iter().find(|(node, value)| is(Some(node), value) == Truth::True) {
            return Node { span: node.span, ..nobody(of) };
        }
        written.iter().fold(listed, |listed, (node, value)| match &node.value {
            Value::Unresolved(open) => {
                let when = open.when_true().map(|guard| if *value == "true" { guard } else { guard.negated() });
                let guards = when.map_or_else(Vec::new, |guard| vec![guard.clone(), guard.negated()]);
                let alternatives = vec![nobody(of), listed];
                let open = Unresolved { alternatives, guards, partial: None, ..Unresolved::clone(open) };
                Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() }
            }
            _ => listed,
        })
    }

    fn one(&self, of: &Resource, span: Span, key: String, addresses: Node, condition: Option<Arc<Unresolved>>) -> Said {
        let at = Node { span, value: Value::Null, trail: None };
        let fixed = |text: &str| Node { value: Node::text(text, span).value, ..at.clone() };
        let opening = Opening {
            key,
            direction: fixed("in"),
            addresses,
            ports: Some(fixed(self.port)),
            inside: None,
            protocol: fixed("tcp"),
            words: Words { via: "allow-list", target: self.target, system: self.system },
            condition,
            at: at.clone(),
        };
        let group = match self.group {
            "" => Some(of.address.to_string()),
            key => part(&of.body, key).and_then(|node| match &node.value {
                Value::Str(text) => Some(text.as_str().to_owned()),
                Value::Unresolved(open) => open.references.first().map(ToString::to_string),
                _ => None,
            }),
        };
        Said { opening, group, denies: false, order: None }
    }
}

/// What a resource says, where it is there; else nothing.
fn where_it_is(said: &Node, exists: &Unresolved) -> Node {
    let Some(guard) = exists.when_true() else { return Node { value: open(exists), ..said.clone() } };
    let nothing = Node { value: Value::Null, ..said.clone() };
    let guards = vec![guard.clone(), guard.negated()];
    let open = Unresolved { alternatives: vec![said.clone(), nothing], guards, partial: None, ..exists.clone() };
    Node { value: Value::Unresolved(Arc::new(open)), ..said.clone() }
}

/// A list that lets nobody in.
fn nobody(of: &Resource) -> Node {
    Node::list(Vec::new(), of.header)
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::List(items) if items.is_empty())
}

/// The networks of a list of blocks.
fn networks(blocks: &Node) -> Node {
    let items: Vec<Node> = rules(Some(blocks.clone())).iter().filter_map(|block| part(block, "cidr_block")).collect();
    let place = items.first().unwrap_or(blocks).clone();
    Node { value: Value::List(Arc::new(items)), ..place }
}
