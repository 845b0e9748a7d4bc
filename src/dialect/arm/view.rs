//! Typed views of resources: port ranges, names.

use std::sync::Arc;

use crate::dialect::{derive, range};
use crate::document::{Map, Node, Value};

/// Adds the views of a resource: `ports` of every rule of a network security group, `addresses` of a rule of a server's
/// firewall.
pub fn derive(kind: &str, body: &mut Node) {
    if kind.starts_with("Microsoft.Network/") {
        derive::everywhere(body, "ports", &|node| ports(node.as_map()?));
    }
    if kind.to_ascii_lowercase().ends_with("/firewallrules") {
        derive::everywhere(body, "addresses", &|node| range::addresses(node, "startIpAddress", "endIpAddress"));
    }
}

/// The literal names by which other resources may refer to one: its whole name and the last part of it.
pub fn names(name: &Node) -> Vec<Arc<str>> {
    let Value::Str(text) = &name.value else { return Vec::new() };
    match text.as_str().rsplit_once('/') {
        Some((_, last)) => vec![text.shared(), last.into()],
        None => vec![text.shared()],
    }
}

/// The destination ports of a rule, written as one range or as several.
fn ports(map: &Map) -> Option<Node> {
    let get = |name: &str| map.entry(name).map(|entry| &entry.value).filter(|node| !matches!(node.value, Value::Null));
    match (get("destinationPortRange"), get("destinationPortRanges")) {
        (Some(one), Some(several)) => {
            let mut items = match &several.value {
                Value::List(items) => items.to_vec(),
                _ => vec![several.clone()],
            };
            items.push(one.clone());
            Some(Node { trail: one.trail.clone(), ..Node::list(items, one.span) })
        }
        (one, several) => one.or(several).cloned(),
    }
}
