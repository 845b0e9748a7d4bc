//! From where what can be reached: rules of groups and firewalls, published ports, lists of who may come in.
//!
//! To add a kind whose rules have their fields side by side: a row in `rules`. To add another one: a file beside this one, and
//! a line in `sources`.

mod containers;
mod google;
mod join;
mod kubernetes;
mod lists;
pub(super) mod parts;
mod rows;
mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::resource;
use crate::dialect::Resource;
use crate::document::{Node, Unresolved, Value};
use crate::fact::opening::Opening;
use crate::source::Workspace;

/// What resources of a kind say of what is open.
type Say = fn(&Resource, &Others<'_>) -> Vec<Said>;

/// Who says what is open, by kind.
fn sources() -> FxHashMap<&'static str, Say> {
    let fixed: [(&[&'static str], Say); 3] =
        [(google::KINDS, google::said), (kubernetes::KINDS, kubernetes::said), (containers::KINDS, containers::said)];
    let fixed = fixed.into_iter().flat_map(|(kinds, say)| kinds.iter().map(move |kind| (*kind, say)));
    let rows = rules::kinds().map(|kind| (kind, rules::said as Say));
    fixed.chain(rows).chain(lists::kinds().map(|kind| (kind, lists::said as Say))).collect()
}

/// What a resource says of one opening, or of one that it closes.
struct Said {
    opening: Opening,
    /// The rules that it counts together with.
    group: Option<String>,
    /// It closes what it names.
    denies: bool,
    /// Its place among the rules of its group where that decides: the lowest is first.
    order: Option<i64>,
}

/// Resources that others name when they say what is open.
struct Others<'r> {
    by_address: BTreeMap<(&'r str, &'r str), &'r Resource>,
    /// Resources that are the list of another one, by its scope and by what they call it.
    lists: BTreeMap<(&'r str, &'r str), &'r Resource>,
}

/// Kinds that are named by others: lists of networks.
const NAMED: &[&str] = &["terraform/aws_ec2_managed_prefix_list", "terraform/data.aws_ec2_managed_prefix_list"];

/// Kinds of networks, and of what has an address of its own: whatever its provider gives it, that is not the internet.
const PLACES: &[&str] = &[
    "alicloud_vpc",
    "alicloud_vswitch",
    "aws_default_subnet",
    "aws_default_vpc",
    "aws_eip",
    "aws_instance",
    "aws_nat_gateway",
    "aws_network_interface",
    "aws_subnet",
    "aws_vpc",
    "azurerm_linux_function_app",
    "azurerm_linux_virtual_machine",
    "azurerm_linux_web_app",
    "azurerm_network_interface",
    "azurerm_private_endpoint",
    "azurerm_public_ip",
    "azurerm_subnet",
    "azurerm_virtual_network",
    "azurerm_windows_function_app",
    "azurerm_windows_virtual_machine",
    "azurerm_windows_web_app",
    "google_compute_address",
    "google_compute_global_address",
    "google_compute_subnetwork",
    "hcloud_network",
    "hcloud_network_subnet",
    "hcloud_server",
    "ibm_is_subnet",
    "oci_core_subnet",
    "oci_core_vcn",
    "openstack_networking_subnet_v2",
    "yandex_vpc_subnet",
];

/// The same in other languages.
const PLACES_ELSEWHERE: &[&str] = &[
    "arm/Microsoft.Network/publicIPAddresses",
    "arm/Microsoft.Network/virtualNetworks",
    "arm/Microsoft.Network/virtualNetworks/subnets",
    "cloudformation/AWS::EC2::EIP",
    "cloudformation/AWS::EC2::Instance",
    "cloudformation/AWS::EC2::NatGateway",
    "cloudformation/AWS::EC2::Subnet",
    "cloudformation/AWS::EC2::VPC",
];

/// Whether resources of a kind have addresses that are never all of the internet.
fn is_place(kind: &str) -> bool {
    let Some(terraform) = kind.strip_prefix("terraform/") else { return PLACES_ELSEWHERE.contains(&kind) };
    PLACES.binary_search(&terraform.strip_prefix("data.").unwrap_or(terraform)).is_ok()
}

impl<'r> Others<'r> {
    fn among(resources: &'r [Resource]) -> Others<'r> {
        let named = resources.iter().filter(|resource| NAMED.contains(&&*resource.kind) || is_place(&resource.kind));
        let by_address = named.map(|resource| ((&*resource.scope, &*resource.address), resource)).collect();
        let list = |resource: &'r Resource| {
            let (_, key) = lists::APART.iter().find(|(kind, _)| *kind == &*resource.kind)?;
            let owner = match &resource.body.get(key)?.value {
                Value::Str(text) => text.as_str(),
                Value::Unresolved(open) => open.references.first()?,
                _ => return None,
            };
            Some(((&*resource.scope, owner), resource))
        };
        Others { by_address, lists: resources.iter().filter_map(list).collect() }
    }

    /// The resource that is the list of another one.
    fn list_of(&self, of: &Resource) -> Option<&'r Resource> {
        let bare = of.address.split('[').next().unwrap_or(&of.address);
        let mut names = [&*of.address, bare].into_iter().chain(of.names.iter().map(|name| &**name));
        names.find_map(|name| self.lists.get(&(&*of.scope, name))).copied()
    }

    /// The resource that an open value of another one is an attribute of.
    fn meant_by(&self, of: &Resource, open: &Unresolved) -> Option<&'r Resource> {
        let [reference] = open.references.as_slice() else { return None };
        self.by_address.get(&(&*of.scope, &**reference)).copied()
    }
}

impl Others<'_> {
    /// Addresses in which those that a network or a host gets from its provider are the name of it. As deep as trees are.
    fn named(&self, of: &Resource, addresses: &Node) -> Node {
        let value = match &addresses.value {
            Value::List(items) => Value::List(Arc::new(items.iter().map(|item| self.named(of, item)).collect())),
            Value::Unresolved(open) if !open.alternatives.is_empty() => {
                let alternatives = open.alternatives.iter().map(|one| self.named(of, one)).collect();
                Value::Unresolved(Arc::new(Unresolved { alternatives, ..Unresolved::clone(open) }))
            }
            Value::Unresolved(open) => match self.place(of, open) {
                Some(name) => Node::text(name, addresses.span).value,
                // Any number of `…/32` is no more of the internet than one of them.
                None if open.spread && open.partial.is_some() => {
                    Value::Unresolved(Arc::new(Unresolved { spread: false, ..Unresolved::clone(open) }))
                }
                None => return addresses.clone(),
            },
            _ => return addresses.clone(),
        };
        Node { value, ..addresses.clone() }
    }

    /// The name of the networks and hosts that an open value is an address of, where it is nothing else.
    fn place<'o>(&self, of: &Resource, open: &'o Unresolved) -> Option<&'o str> {
        let is_place = |reference: &&str| {
            self.by_address.get(&(&*of.scope, *reference)).is_some_and(|found| self::is_place(&found.kind))
        };
        let mut references = open.references.iter().map(|reference| &**reference);
        let first = references.next().filter(is_place)?;
        references.all(|reference| is_place(&reference)).then_some(first)
    }
}

/// What is open, as resources.
pub fn opened_by(resources: &[Resource], workspace: &Workspace) -> Vec<Resource> {
    let sources = sources();
    let others = Others::among(resources);
    let mut said: Vec<(&Resource, Said)> = Vec::new();
    for of in resources {
        if let Some(say) = sources.get(&*of.kind) {
            said.extend(say(of, &others).into_iter().map(|mut said| {
                said.opening.addresses = others.named(of, &said.opening.addresses);
                (of, said)
            }));
        }
    }
    let opened = join::joined(&said);
    opened
        .iter()
        .map(|(of, opening)| {
            let address = match &*opening.key {
                "" => of.address.to_string(),
                key => format!("{}#{key}", of.address),
            };
            resource(of, &opening.fact(), &address, workspace)
        })
        .collect()
}

impl Said {
    /// An opening that counts alone.
    fn alone(opening: Opening) -> Said {
        Said { opening, group: None, denies: false, order: None }
    }
}

/// Either of two reasons why it is not certain that something is there.
fn either(one: Option<Arc<Unresolved>>, other: Option<Arc<Unresolved>>) -> Option<Arc<Unresolved>> {
    one.or(other)
}
