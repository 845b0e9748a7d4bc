//! Rules of firewalls of Google Cloud: one rule has several protocols, each with its ports.

use std::sync::Arc;

use super::parts::{first_of, is, may_be_missing, part, protocol, rules, together, word};
use super::{Others, Said, either};
use crate::dialect::Resource;
use crate::document::{Node, Value};
use crate::fact::opening::{Opening, Words};
use crate::truth::Truth;

const WORDS: Words = Words { via: "firewall", target: "network", system: "google" };

/// What Google takes where a rule has no priority.
const PRIORITY: i64 = 1000;

/// The kinds that it is about.
pub const KINDS: &[&str] = &[
    FIREWALL,
    "terraform/google_compute_network_firewall_policy_rule",
    "terraform/google_compute_region_network_firewall_policy_rule",
    "terraform/google_compute_firewall_policy_rule",
    "terraform/google_compute_network_firewall_policy_with_rules",
    "terraform/google_compute_region_network_firewall_policy_with_rules",
    "terraform/google_compute_firewall_policy_with_rules",
];

/// What the kinds of policies end with that hold their rules themselves.
const WITH_RULES: &str = "_with_rules";

const FIREWALL: &str = "terraform/google_compute_firewall";

/// What a rule of a firewall, or of a policy of firewalls, says.
pub fn said(of: &Resource, _: &Others<'_>) -> Vec<Said> {
    let body = &of.body;
    if &*of.kind == FIREWALL {
        let one = |list: &'static str, denies: bool| {
            rules(part(body, list)).into_iter().map(move |rule| (rule, denies)).collect::<Vec<_>>()
        };
        let all = one("allow", false).into_iter().chain(one("deny", true));
        let rule = Rule {
            incoming: &["source_ranges"],
            outgoing: &["destination_ranges"],
            protocol: "protocol",
            group: group(body, &["network"], &["target_tags", "target_service_accounts"]),
        };
        return all.filter_map(|(block, denies)| rule.said(body, &block, denies)).collect();
    }
    if of.kind.ends_with(WITH_RULES) {
        let rules = rules(part(body, "rule"));
        return rules
            .iter()
            .flat_map(|rule| of_policy(rule, targeted(of.address.to_string(), rule, TARGETS)))
            .collect();
    }
    of_policy(body, group(body, &["firewall_policy"], TARGETS))
}

/// The machines that a rule of a policy is for.
const TARGETS: &[&str] = &["target_service_accounts", "target_secure_tags"];

/// What a rule of a policy says, which counts together with those of a group.
fn of_policy(body: &Node, group: Option<String>) -> Vec<Said> {
    let action = part(body, "action");
    let rule = Rule {
        incoming: &["match.src_ip_ranges"],
        outgoing: &["match.dest_ip_ranges"],
        protocol: "ip_protocol",
        group,
    };
    let denies = is(action.as_ref(), "allow") == Truth::False;
    let blocks = rules(first_of(body, &["match.layer4_configs", "match.layer4_config"]));
    blocks.iter().filter_map(|block| rule.said(body, block, denies)).collect()
}

/// How a kind of rule is written.
struct Rule {
    incoming: &'static [&'static str],
    outgoing: &'static [&'static str],
    protocol: &'static str,
    group: Option<String>,
}

impl Rule {
    fn said(&self, body: &Node, block: &Node, denies: bool) -> Option<Said> {
        let disabled = part(body, "disabled");
        if is(disabled.as_ref(), "true") == Truth::True {
            return None;
        }
        let at = Node { span: block.span, value: Value::Null, trail: block.trail.clone() };
        let fixed = |text: &str| Node { value: Node::text(text, at.span).value, ..at.clone() };
        let direction = part(body, "direction").map_or_else(
            || fixed("in"),
            |node| word(&node, &|text| Some(if text.eq_ignore_ascii_case("EGRESS") { "out" } else { "in" }.to_owned())),
        );
        let addresses = match direction.as_str() {
            Some("out") => first_of(body, self.outgoing).unwrap_or_else(|| fixed("*")),
            _ => together(body, self.incoming),
        };
        let written = part(block, self.protocol);
        let protocol = protocol(written.as_ref(), &at);
        let has_ports = matches!(protocol.as_str(), None | Some("tcp" | "udp" | "sctp" | "all"));
        let ports = part(block, "ports").or_else(|| has_ports.then(|| fixed("all")));
        let undecided = |node: Option<&Node>| match node.map(|node| &node.value) {
            Some(Value::Unresolved(open)) => Some(Arc::clone(open)),
            _ => None,
        };
        let key = format!("{}:{}", protocol.as_str().unwrap_or("…"), ports.as_ref().map_or_else(String::new, shown));
        let condition = either(may_be_missing(block), undecided(disabled.as_ref()));
        let condition = either(condition, undecided(part(body, "action").as_ref()));
        let opening = Opening { key, direction, addresses, ports, inside: None, protocol, words: WORDS, condition, at };
        let order = match part(body, "priority").map(|node| node.value) {
            None => Some(PRIORITY),
            Some(Value::Int(number)) => Some(number),
            _ => None,
        };
        Some(Said { opening, group: self.group.clone(), denies, order })
    }
}

fn shown(ports: &Node) -> String {
    let one = |node: &Node| match &node.value {
        Value::Str(text) => text.as_str().to_owned(),
        Value::Int(number) => number.to_string(),
        _ => "…".to_owned(),
    };
    if ports.items().is_empty() { one(ports) } else { ports.items().iter().map(one).collect::<Vec<_>>().join(",") }
}

/// Rules count together where they are of one network or policy, and for the same machines.
fn group(body: &Node, place: &[&str], targets: &[&str]) -> Option<String> {
    let name = match first_of(body, place)?.value {
        Value::Str(text) => text.as_str().to_owned(),
        Value::Unresolved(open) => open.references.first()?.to_string(),
        _ => return None,
    };
    targeted(name, body, targets)
}

/// The name of a group with the machines that a rule of it is for.
fn targeted(name: String, body: &Node, targets: &[&str]) -> Option<String> {
    let target = first_of(body, targets);
    let target =
        target.map(|node| node.items().iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
    match target {
        None => Some(name),
        Some(Some(tags)) => Some(format!("{name} {}", tags.join(","))),
        Some(None) => None,
    }
}
