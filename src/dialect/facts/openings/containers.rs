//! Ports of containers that a host hands on, and those that an image says it listens on.

use super::parts::{part, protocol, rules, word};
use super::{Others, Said};
use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::fact::opening::{Opening, Words};
use crate::kernel::addresses::Named;

const PUBLISHED: Words = Words { via: "published-port", target: "container", system: "docker" };
const EXPOSED: Words = Words { via: "exposed-port", target: "container", system: "docker" };

/// The kinds that it is about.
pub const KINDS: &[&str] =
    &["compose/service", "compose/service-part", "dockerfile/image", "terraform/docker_container"];

/// The keys of a published port.
struct Keys {
    host: &'static str,
    outside: &'static str,
    inside: &'static str,
    protocol: &'static str,
}

const COMPOSE: Keys = Keys { host: "host_ip", outside: "published", inside: "target", protocol: "protocol" };
const PROVIDER: Keys = Keys { host: "ip", outside: "external", inside: "internal", protocol: "protocol" };

/// What a service, an image or a container opens.
pub fn said(of: &Resource, _: &Others<'_>) -> Vec<Said> {
    let published = |path: &str, keys: &Keys| {
        rules(part(&of.body, path)).iter().map(|port| keys.published(port)).collect::<Vec<_>>()
    };
    let opened = match &*of.kind {
        "compose/service" | "compose/service-part" => published("ports_published", &COMPOSE),
        "terraform/docker_container" => published("ports", &PROVIDER),
        "dockerfile/image" => {
            let ports = of.body.at(&["final_stage", "exposed"]).map_or(&[][..], Node::items);
            ports.iter().map(exposed).collect()
        }
        _ => Vec::new(),
    };
    opened.into_iter().map(Said::alone).collect()
}

impl Keys {
    fn published(&self, port: &Node) -> Opening {
        let at = Node { span: port.span, value: Value::Null, trail: port.trail.clone() };
        let fixed = |text: &str| Node { value: Node::text(text, at.span).value, ..at.clone() };
        let inside = part(port, self.inside).unwrap_or_else(|| port.clone());
        let outside = part(port, self.outside);
        let who = part(port, self.host).map_or_else(|| fixed("*"), |host| word(&host, &|host| Some(reaching(host))));
        let written = part(port, self.protocol).unwrap_or_else(|| fixed("tcp"));
        Opening {
            key: format!("{}:{}", shown(outside.as_ref()), shown(Some(&inside))),
            direction: fixed("in"),
            addresses: who,
            // The engine chooses one where none is named.
            ports: Some(outside.unwrap_or_else(|| fixed("1024-65535"))),
            inside: Some(inside),
            protocol: protocol(Some(&written), &at),
            words: PUBLISHED,
            condition: super::parts::may_be_missing(port),
            at,
        }
    }
}

/// Who reaches a port that is bound to an address: from the machine itself, from its own network, or from anywhere.
fn reaching(host: &str) -> String {
    const LOOPBACK: &str = "127.0.0.0/8, ::1";
    const PRIVATE: &str =
        "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, 100.64.0.0/10, fc00::/7, fe80::/10";
    let bound = Named::read(host);
    let within =
        |networks: &str| !bound.addresses.is_empty() && Named::read(networks).addresses.cover(&bound.addresses);
    if host.eq_ignore_ascii_case("localhost") || within(LOOPBACK) {
        LOOPBACK.to_owned()
    } else if within(PRIVATE) {
        PRIVATE.to_owned()
    } else {
        "*".to_owned()
    }
}

/// A port that an image says it listens on: nobody gets in by that.
fn exposed(port: &Node) -> Opening {
    let at = Node { value: Value::Null, ..port.clone() };
    let fixed = |text: &str| Node { value: Node::text(text, at.span).value, ..at.clone() };
    let name = port.as_str().and_then(|text| text.rsplit_once('/')).map_or("tcp", |(_, name)| name);
    Opening {
        key: shown(Some(port)),
        direction: fixed("in"),
        addresses: Node { value: Value::List(std::sync::Arc::default()), ..at.clone() },
        ports: Some(port.clone()),
        inside: None,
        protocol: protocol(Some(&fixed(name)), &at),
        words: EXPOSED,
        condition: super::parts::may_be_missing(port),
        at,
    }
}

fn shown(node: Option<&Node>) -> String {
    match node.map(|node| &node.value) {
        Some(Value::Str(text)) => text.as_str().to_owned(),
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Unresolved(_)) => "…".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_reached_from_the_network_it_is_bound_to() {
        for (host, everybody) in [
            ("127.0.0.1", false),
            ("localhost", false),
            ("::1", false),
            ("192.168.1.4", false),
            ("0.0.0.0", true),
            ("::", true),
            ("198.51.100.4", true),
            ("", true),
        ] {
            assert_eq!(Named::read(&reaching(host)).addresses.cover_the_internet(), everybody, "{host}");
        }
    }
}
