//! Typed views of maps: `ports`, the `addresses` of a range, and the `statements` of a policy.

use crate::dialect::{iam, range};
use crate::document::{Map, Node, Value};
use crate::kernel::lift::Site;
use crate::source::Span;

/// Adds the views that a map has.
pub fn derive(node: &mut Node) {
    let Some(map) = node.as_map() else { return };
    let (ports, statements) = (ports(map, node.span), statements(map));
    let addresses = range::addresses(node, "start_ip_address", "end_ip_address")
        .or_else(|| range::addresses(node, "source_address_start", "source_address_end"))
        .or_else(|| range::addresses(node, "start_ip", "end_ip"))
        .or_else(|| range::network(node, "subnet", "subnet_size"));
    let reached = range::addresses(node, "destination_address_start", "destination_address_end");
    if let Some(addresses) = addresses {
        node.derive("addresses", addresses);
    }
    if let Some(reached) = reached {
        node.derive("addresses_reached", reached);
    }
    if let Some(ports) = ports {
        node.derive("ports", ports);
    }
    if let Some(statements) = statements {
        node.derive("statements", statements);
    }
}

/// The arguments of the first and the last port of a range.
const ENDS: &[(&str, &str)] = &[
    ("from_port", "to_port"),
    ("port_range_min", "port_range_max"),
    ("start_port", "end_port"),
    ("port_min", "port_max"),
    ("destination_port_start", "destination_port_end"),
];

/// The ports of a rule: a range, a list of ranges, or `all`.
fn ports(map: &Map, whole: Span) -> Option<Node> {
    let get = |name: &str| map.entry(name).map(|entry| &entry.value).filter(|node| !matches!(node.value, Value::Null));
    let ends = ENDS.iter().find_map(|(from, to)| Some((get(from)?, get(to)?)));
    if let Some((from, to)) = ends {
        return chosen_range(from, to, get("protocol").or_else(|| get("ip_protocol")));
    }
    if let Some(protocol) = get("ip_protocol") {
        return every_protocol(protocol).then(|| Node::text("all", protocol.span));
    }
    let ranges: Vec<&Node> =
        [get("destination_port_range"), get("destination_port_ranges")].into_iter().flatten().collect();
    let first = ranges.first()?;
    let span =
        ranges.iter().fold(first.span, |span, node| if whole.contains(node.span) { span.to(node.span) } else { span });
    let items = ranges.iter().flat_map(|node| match &node.value {
        Value::List(items) => items.to_vec(),
        _ => vec![(*node).clone()],
    });
    Some(Node { trail: first.trail.clone(), ..Node::list(items.collect(), span) })
}

/// The range for each way in which the ports and the protocol go together.
fn chosen_range(from: &Node, to: &Node, protocol: Option<&Node>) -> Option<Node> {
    let is_choice = |node: &Node| node.as_unresolved().is_some_and(|open| !open.alternatives.is_empty());
    if ![Some(from), Some(to), protocol].into_iter().flatten().any(is_choice) {
        return range(from, to, protocol);
    }
    let span = from.span.to(to.span);
    let expression =
        || from.as_unresolved().or_else(|| to.as_unresolved()).map_or("".into(), |open| open.expression.clone());
    let arguments = [Some(from.clone()), Some(to.clone()), protocol.cloned()];
    Site { span, expression: &expression }.lift(&arguments, &|ways| match ways {
        [Some(from), Some(to), protocol] => Ok(range(from, to, protocol.as_ref())),
        _ => Ok(None),
    })
}

fn range(from: &Node, to: &Node, protocol: Option<&Node>) -> Option<Node> {
    let span = from.span.to(to.span);
    let open = |node: &Node| Node { value: node.value.clone(), span, trail: node.trail.clone() };
    if let Some(protocol) = protocol {
        if every_protocol(protocol) {
            return Some(Node::text("all", protocol.span));
        }
        let word = text(protocol).map(|word| word.to_ascii_lowercase());
        if matches!(word.as_deref(), Some("icmp" | "icmpv6" | "1" | "58")) {
            return None;
        }
    }
    let unresolved = [Some(from), Some(to), protocol].into_iter().flatten().find(|node| node.as_unresolved().is_some());
    let (Some(low), Some(high)) = (number(from), number(to)) else {
        return unresolved.map(open);
    };
    // Without ports a rule is for every port, if it is for every protocol.
    if low <= 0 && high <= 0 {
        if let Some(protocol) = protocol.filter(|protocol| protocol.as_unresolved().is_some()) {
            return Some(open(protocol));
        }
        if low < 0 {
            return Some(Node::text("all", span));
        }
    }
    let written = if low == high { low.to_string() } else { format!("{low}-{high}") };
    Some(Node { trail: from.trail.clone().or_else(|| to.trail.clone()), ..Node::text(written, span) })
}

fn every_protocol(protocol: &Node) -> bool {
    text(protocol).is_some_and(|word| word == "-1" || word.eq_ignore_ascii_case("all"))
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(whole) => Some(whole.to_string()),
        _ => None,
    }
}

fn number(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(whole) => Some(*whole),
        Value::Str(text) => text.as_str().trim().parse().ok(),
        _ => None,
    }
}

/// The statements of a policy document, each with lists where a policy may write one value.
fn statements(map: &Map) -> Option<Node> {
    let written = &map.written().find(|entry| &*entry.key.name == "Statement")?.value;
    match &written.value {
        Value::Unresolved(_) => Some(written.clone()),
        _ => iam::statements_of(written),
    }
}
