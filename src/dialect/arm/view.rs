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
        let of_servers = |node: &Node| range::addresses(node, "startIpAddress", "endIpAddress");
        derive::everywhere(body, "addresses", &|node| {
            of_servers(node).or_else(|| range::addresses(node, "startIP", "endIP"))
        });
    }
}

/// What a template is deployed to: a Bicep file says it, of another its schema tells.
pub fn target_scope(template: &Node) -> &'static str {
    let said = template.get("targetScope").or_else(|| template.get("$schema")).and_then(Node::as_str).unwrap_or("");
    let name = said.rsplit('/').next().unwrap_or(said).to_ascii_lowercase();
    let starts =
        [("subscription", "subscription"), ("managementgroup", "management-group"), ("tenant", "organization")];
    starts.iter().find(|(start, _)| name.starts_with(start)).map_or("resource-group", |(_, word)| word)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Entry;
    use crate::source::{FileId, Span};

    #[test]
    fn what_a_template_is_deployed_to_is_told_by_its_scope_or_its_schema() {
        const SCHEMAS: &str = "https://schema.management.azure.com/schemas/2018-05-01/";
        let span = Span::new(FileId(0), 0, 0);
        let of = |key: &str, value: &str| Node::map(vec![Entry::new(key, span, Node::text(value, span))], span);
        for (key, value, want) in [
            ("targetScope", "subscription".to_owned(), "subscription"),
            ("targetScope", "managementGroup".to_owned(), "management-group"),
            ("targetScope", "tenant".to_owned(), "organization"),
            ("targetScope", "resourceGroup".to_owned(), "resource-group"),
            ("$schema", format!("{SCHEMAS}subscriptionDeploymentTemplate.json#"), "subscription"),
            ("$schema", format!("{SCHEMAS}managementGroupDeploymentTemplate.json#"), "management-group"),
            ("$schema", format!("{SCHEMAS}deploymentTemplate.json#"), "resource-group"),
            ("parameters", String::new(), "resource-group"),
        ] {
            assert_eq!(target_scope(&of(key, &value)), want, "{key} {value}");
        }
    }
}
