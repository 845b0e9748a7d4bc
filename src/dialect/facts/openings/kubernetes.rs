//! What is open in a cluster: services that are reached from outside, ingresses, and what network policies let through.

use super::parts::{is, may_be_missing, part, protocol, rules};
use super::{Others, Said};
use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::fact::opening::{Opening, Words};
use crate::kernel::addresses::Named;
use crate::kernel::lift::relocated;
use crate::truth::Truth;

const BALANCER: Words = Words { via: "load-balancer", target: "service", system: "kubernetes" };
const NODE: Words = Words { via: "node-port", target: "service", system: "kubernetes" };
const INGRESS: Words = Words { via: "ingress", target: "service", system: "kubernetes" };
const POLICY: Words = Words { via: "network-policy", target: "pod", system: "kubernetes" };

/// Annotations by which clouds are told that a load balancer is for their own network, and the values that say so.
const INTERNAL: &[(&str, &[&str])] = &[
    ("service.beta.kubernetes.io/aws-load-balancer-internal", &["true", "0.0.0.0/0"]),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", &["internal"]),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", &["true"]),
    ("networking.gke.io/load-balancer-type", &["Internal"]),
    ("cloud.google.com/load-balancer-type", &["Internal"]),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", &["true"]),
    ("service.beta.kubernetes.io/oci-load-balancer-internal", &["true"]),
    ("load-balancer.hetzner.cloud/disable-public-network", &["true"]),
];

/// The kinds that it is about.
pub const KINDS: &[&str] = &["kubernetes/Ingress", "kubernetes/NetworkPolicy", "kubernetes/Service"];

/// What an object opens.
pub fn said(of: &Resource, _: &Others<'_>) -> Vec<Said> {
    let opened = match &*of.kind {
        "kubernetes/Service" => service(of),
        "kubernetes/Ingress" => ingress(of).into_iter().collect(),
        "kubernetes/NetworkPolicy" => policy(of),
        _ => Vec::new(),
    };
    opened.into_iter().map(Said::alone).collect()
}

fn fixed(at: &Node, text: &str) -> Node {
    Node { value: Node::text(text, at.span).value, ..at.clone() }
}

fn service(of: &Resource) -> Vec<Opening> {
    let kind = part(&of.body, "spec.type");
    let words = match kind.as_ref().map(|kind| &kind.value) {
        Some(Value::Str(text)) if text.as_str() == "LoadBalancer" => BALANCER,
        Some(Value::Str(text)) if text.as_str() == "NodePort" => NODE,
        _ => return Vec::new(),
    };
    let (outside, inside) = if words.via == NODE.via { ("nodePort", "port") } else { ("port", "targetPort") };
    let annotations = part(&of.body, "metadata.annotations");
    let internal = INTERNAL.iter().map(|(name, values)| {
        let value = annotations.as_ref().and_then(|all| all.get(name));
        values.iter().map(|word| is(value, word)).max().unwrap_or(Truth::False)
    });
    let internal = internal.max().unwrap_or(Truth::False);
    let one = |port: &Node| {
        let at = Node { span: port.span, value: Value::Null, trail: port.trail.clone() };
        let addresses = match (internal, part(&of.body, "spec.loadBalancerSourceRanges")) {
            (Truth::True, _) => fixed(&at, "private"),
            (Truth::Unknown, _) => annotations.as_ref().and_then(first_open).unwrap_or_else(|| fixed(&at, "*")),
            (Truth::False, Some(ranges)) if words.via == BALANCER.via && !ranges.items().is_empty() => ranges,
            (Truth::False, Some(ranges)) if words.via == BALANCER.via && ranges.as_unresolved().is_some() => ranges,
            (Truth::False, _) => fixed(&at, "*"),
        };
        let own = part(port, "port");
        let ports = part(port, outside).unwrap_or_else(|| fixed(&at, "30000-32767"));
        let inside = part(port, inside).filter(|port| !is_name(port)).or_else(|| own.clone());
        let written = part(port, "protocol").unwrap_or_else(|| fixed(&at, "tcp"));
        let name = own.as_ref().map_or_else(|| "…".to_owned(), shown);
        Opening {
            key: format!("{}/{}", name, written.as_str().unwrap_or("…").to_ascii_lowercase()),
            direction: fixed(&at, "in"),
            addresses,
            ports: Some(ports),
            inside,
            protocol: protocol(Some(&written), &at),
            words,
            condition: may_be_missing(port),
            at,
        }
    };
    rules(part(&of.body, "spec.ports")).iter().map(one).collect()
}

/// Whether a port is told by the name that a container gives it.
fn is_name(port: &Node) -> bool {
    port.as_str().is_some_and(|text| text.parse::<u32>().is_err())
}

fn first_open(node: &Node) -> Option<Node> {
    node.entries().iter().map(|entry| &entry.value).find(|value| value.as_unresolved().is_some()).cloned()
}

/// An ingress serves whoever reaches its controller.
fn ingress(of: &Resource) -> Option<Opening> {
    let spec = part(&of.body, "spec")?;
    let at = Node { span: of.header, value: Value::Null, trail: None };
    let plain = fixed(&at, "80");
    let ports = match part(&spec, "tls") {
        Some(_) => vec![plain, fixed(&at, "443")],
        None => vec![plain],
    };
    Some(Opening {
        key: "ingress".to_owned(),
        direction: fixed(&at, "in"),
        addresses: fixed(&at, "*"),
        ports: Some(Node { value: Value::List(std::sync::Arc::new(ports)), ..at.clone() }),
        inside: None,
        protocol: fixed(&at, "tcp"),
        words: INGRESS,
        condition: None,
        at,
    })
}

fn policy(of: &Resource) -> Vec<Opening> {
    let spec = part(&of.body, "spec");
    let of_list = |list: &str, direction: &str, peers: &str| {
        let rules = rules(spec.as_ref().and_then(|spec| part(spec, list)));
        let one = |(place, rule): (usize, &Node)| {
            let at = Node { span: rule.span, value: Value::Null, trail: rule.trail.clone() };
            Opening {
                key: format!("{direction}:{place}"),
                direction: fixed(&at, direction),
                addresses: peers_of(part(rule, peers), &at),
                ports: Some(part(rule, "ports").filter(|ports| !is_empty(ports)).unwrap_or_else(|| fixed(&at, "all"))),
                inside: None,
                protocol: protocol_of(rule, &at),
                words: POLICY,
                condition: may_be_missing(rule),
                at,
            }
        };
        rules.iter().enumerate().map(one).collect::<Vec<_>>()
    };
    let mut all = of_list("ingress", "in", "from");
    all.extend(of_list("egress", "out", "to"));
    all
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::List(items) if items.is_empty())
}

/// The addresses of the peers that a rule names; all where it names none. Pods and namespaces are no addresses.
fn peers_of(peers: Option<Node>, at: &Node) -> Node {
    let Some(peers) = peers.filter(|peers| !is_empty(peers)) else { return fixed(at, "*") };
    let Value::List(items) = &peers.value else { return peers };
    let blocks = items.iter().filter_map(|peer| match &peer.value {
        Value::Unresolved(_) => Some(vec![peer.clone()]),
        _ => part(peer, "ipBlock").map(|block| block_of(&block)),
    });
    Node { value: Value::List(std::sync::Arc::new(blocks.flatten().collect())), ..peers.clone() }
}

/// The addresses of a block, without those that it leaves out.
fn block_of(block: &Node) -> Vec<Node> {
    let Some(network) = part(block, "cidr") else { return vec![block.clone()] };
    let left_out = rules(part(block, "except"));
    let (Some(text), false) = (network.as_str(), left_out.is_empty()) else { return vec![network] };
    let out = left_out.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(",");
    let rest = Named::read(text).addresses.without(&Named::read(&out).addresses);
    let texts = rest.texts().into_iter();
    texts
        .map(|text| Node {
            span: network.span,
            ..relocated(&fixed(&network, &text), network.span, "without its exceptions")
        })
        .collect()
}

/// The one protocol of the ports of a rule; `all` where there are several or none.
fn protocol_of(rule: &Node, at: &Node) -> Node {
    let named: Vec<Option<Node>> = rules(part(rule, "ports")).iter().map(|port| part(port, "protocol")).collect();
    match named.as_slice() {
        [] => fixed(at, "all"),
        [only] => protocol(Some(only.as_ref().unwrap_or(&fixed(at, "tcp"))), at),
        [first, others @ ..] => {
            let text = |node: &Option<Node>| node.as_ref().map_or("TCP", |node| node.as_str().unwrap_or("")).to_owned();
            let same = others.iter().all(|other| text(other) == text(first));
            if same { fixed(at, &crate::fact::opening::protocol(&text(first))) } else { fixed(at, "all") }
        }
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Str(text) => text.as_str().to_owned(),
        Value::Int(number) => number.to_string(),
        _ => "…".to_owned(),
    }
}
