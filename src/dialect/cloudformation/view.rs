//! Typed views of resources: port ranges, policy statements, names.

use std::sync::Arc;

use crate::dialect::{derive, iam};
use crate::document::{Map, Node, Text, Unresolved, Value};

/// Adds the views `ports` and `statements` throughout the properties of a resource.
pub fn derive(kind: &str, body: &mut Node) {
    if kind.starts_with("AWS::EC2::") {
        derive::everywhere(body, "ports", &|node| ports(node.as_map()?, node));
    }
    iam::derive_statements(body);
}

/// The literal names by which other resources may refer to a resource: `BucketName` of a bucket, `Name`, `GroupName`.
pub fn names(kind: &str, body: &Node) -> Vec<Arc<str>> {
    let last = kind.rsplit("::").next().unwrap_or(kind);
    let is_name = |key: &str| {
        matches!(key, "Name" | "GroupName" | "Identifier")
            || key.strip_prefix(last).is_some_and(|rest| matches!(rest, "Name" | "Identifier" | "Id"))
    };
    body.entries()
        .iter()
        .filter(|entry| is_name(&entry.key.name))
        .filter_map(|entry| match &entry.value.value {
            Value::Str(text) => Some(text.shared()),
            _ => None,
        })
        .collect()
}

/// The ports of a map that says which protocol and ports: of a security group rule, or of a network ACL entry.
fn ports(map: &Map, node: &Node) -> Option<Node> {
    let protocol = map.entry("IpProtocol").or_else(|| map.entry("Protocol"))?;
    let range = map.entry("PortRange").map(|entry| &entry.value);
    let (from, to) = match range {
        Some(range) => (range.get("From"), range.get("To")),
        None => (map.entry("FromPort").map(|entry| &entry.value), map.entry("ToPort").map(|entry| &entry.value)),
    };
    let everything = || Some(Node::text("all", protocol.span()));
    match scope_of(&protocol.value) {
        Protocol::Every => return everything(),
        Protocol::WithoutPorts => return None,
        Protocol::Open(open) if all_with_ports(open) => {}
        Protocol::Open(open) => return Some(either(open, &protocol.value, from.zip(to))),
        Protocol::WithPorts => {}
    }
    let (Some(from), Some(to)) = (from, to) else {
        let rest = map.rest.as_deref();
        return match rest {
            Some(open) => Some(opened(open, node)),
            None => everything(),
        };
    };
    let place = Node { trail: from.trail.clone(), ..Node::text("", from.span.to(to.span)) };
    match (from.as_unresolved(), to.as_unresolved()) {
        (None, None) => Some(Node { value: range_of(from, to)?, ..place }),
        (Some(low), Some(high)) if low.expression == high.expression => {
            let pairs = low.alternatives.iter().zip(&high.alternatives);
            Some(opened_with(low, pairs.map(|(low, high)| range_of(low, high)).collect(), place))
        }
        (Some(open), None) => {
            Some(opened_with(open, open.alternatives.iter().map(|low| range_of(low, to)).collect(), place))
        }
        (None, Some(open)) => {
            Some(opened_with(open, open.alternatives.iter().map(|high| range_of(from, high)).collect(), place))
        }
        (Some(open), Some(_)) => Some(opened(open, &place)),
    }
}

/// Whether a protocol is in each case one with ports.
fn all_with_ports(open: &Unresolved) -> bool {
    let with_ports = |one: &Node| matches!(scope_of(one), Protocol::WithPorts);
    !open.alternatives.is_empty() && open.alternatives.iter().all(with_ports)
}

/// The ports of a protocol that is in some cases every one, where the ports are known.
fn either(open: &Unresolved, protocol: &Node, ports: Option<(&Node, &Node)>) -> Node {
    let known = ports.and_then(|(from, to)| range_of(from, to));
    let has_ports = |one: &Node| matches!(scope_of(one), Protocol::WithPorts | Protocol::Every);
    let all = Value::Str(Text::opaque("all"));
    match known.filter(|_| open.alternatives.iter().all(has_ports)) {
        Some(known) => {
            let of = |one: &Node| matches!(scope_of(one), Protocol::Every).then(|| all.clone()).or(Some(known.clone()));
            opened_with(
                open,
                open.alternatives.iter().map(of).collect(),
                Node { value: Value::Null, ..protocol.clone() },
            )
        }
        None => opened(open, protocol),
    }
}

/// `22-25`, `22`, or `all` for the number that stands for every port.
fn range_of(from: &Node, to: &Node) -> Option<Value> {
    let text = match (number(from)?, number(to)?) {
        (-1, _) | (_, -1) => "all".to_owned(),
        (low, high) if low == high => low.to_string(),
        (low, high) => format!("{low}-{high}"),
    };
    Some(Value::Str(Text::opaque(text)))
}

enum Protocol<'n> {
    /// Every protocol, or one whose ports cannot be told apart: all traffic.
    Every,
    WithPorts,
    WithoutPorts,
    Open(&'n Unresolved),
}

fn scope_of(protocol: &Node) -> Protocol<'_> {
    let text = match &protocol.value {
        Value::Str(text) => text.as_str().to_ascii_lowercase(),
        Value::Int(value) => value.to_string(),
        Value::Unresolved(open) => return Protocol::Open(open),
        _ => return Protocol::WithoutPorts,
    };
    match text.as_str() {
        "tcp" | "6" | "udp" | "17" => Protocol::WithPorts,
        "icmp" | "1" | "icmpv6" | "58" => Protocol::WithoutPorts,
        _ => Protocol::Every,
    }
}

fn number(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(value) => Some(*value),
        Value::Str(text) => text.as_str().trim().parse().ok(),
        _ => None,
    }
}

/// An open port range: what is open is the number or the protocol, whose alternatives are no ranges.
fn opened(open: &Unresolved, place: &Node) -> Node {
    let open = Unresolved { alternatives: Vec::new(), ..open.clone() };
    Node { value: Value::Unresolved(Arc::new(open)), ..place.clone() }
}

/// An open port range with the ranges that it may be, when all of those are known.
fn opened_with(open: &Unresolved, ranges: Option<Vec<Value>>, place: Node) -> Node {
    let alternatives = ranges.unwrap_or_default().into_iter().map(|value| Node { value, ..place.clone() }).collect();
    let open = Unresolved { alternatives, ..open.clone() };
    Node { value: Value::Unresolved(Arc::new(open)), ..place }
}
