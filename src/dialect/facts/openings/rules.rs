//! Rules of groups, subnets and firewalls whose fields stand side by side: one row for each place that has such rules.

use std::sync::Arc;

use super::parts::{as_it_is, first_of, is, part, protocol, rules, together, word};
use super::{Others, Said, either};
use crate::dialect::Resource;
use crate::document::{Entry, Node, Unresolved, Value};
use crate::fact::opening::{Opening, Words};
use crate::kernel::lift::{each_way, relocated};
use crate::syntax::spelled;
use crate::truth::Truth;

/// A place with rules, and how they are written there.
struct Row {
    kinds: &'static [&'static str],
    /// Where the rules are in the body; the body is one itself where this is empty.
    rules: &'static str,
    direction: Direction,
    /// What the parts of a rule are that is a text, with `#` between them; none where a rule is a map.
    parts: &'static [&'static str],
    /// The keys of the addresses of the other side.
    addresses: &'static [&'static str],
    /// The same in rules about what goes out, where those stand under keys of their own.
    reached: &'static [&'static str],
    /// The keys of lists of networks that stand elsewhere.
    lists: &'static [&'static str],
    /// The keys of the ports.
    ports: &'static [&'static str],
    /// A word for every port that only this place knows.
    every_port: &'static str,
    /// A rule that names no port is for each of them.
    unnamed: bool,
    /// Where no addresses are named, and nothing under these keys either, a rule is for everybody.
    everybody_unless: Option<&'static [&'static str]>,
    /// The keys of the protocol.
    protocol: &'static [&'static str],
    /// The key that says whether the rule allows or denies; all allow where this is empty.
    access: &'static str,
    /// The key of the place among the others.
    order: &'static str,
    /// The keys that name a rule among the others of its list.
    name: &'static [&'static str],
    group: Group,
    words: Words,
}

/// Which way the rules of a place are for.
#[derive(Clone, Copy)]
enum Direction {
    In,
    Out,
    /// This key says it; where it is absent, `in`.
    Said(&'static str),
}

/// Which rules count together.
#[derive(Clone, Copy)]
enum Group {
    /// Those of one resource, and those that name it.
    Own,
    /// Those that name the same thing under one of these keys.
    By(&'static [&'static str]),
    /// None.
    Alone,
}

const ROW: Row = Row {
    kinds: &[],
    rules: "",
    direction: Direction::In,
    parts: &[],
    addresses: &[],
    reached: &[],
    lists: &[],
    ports: &["ports"],
    every_port: "",
    unnamed: false,
    everybody_unless: None,
    protocol: &["protocol"],
    access: "",
    order: "",
    name: &[],
    group: Group::Own,
    words: Words { via: "security-group", target: "group", system: "aws" },
};

const SUBNET: Words = Words { via: "subnet-rules", target: "subnet", system: "aws" };
const LIGHTSAIL: Words = Words { via: "firewall", target: "host", system: "lightsail" };
const AZURE: Words = Words { via: "security-group", target: "group", system: "azure" };

const SECURITY_GROUPS: &[&str] = &["terraform/aws_security_group", "terraform/aws_default_security_group"];
const NETWORK_ACLS: &[&str] = &["terraform/aws_network_acl", "terraform/aws_default_network_acl"];
const STACK_GROUP: &[&str] = &["cloudformation/AWS::EC2::SecurityGroup"];

/// Rules of security groups in Terraform; those of the default group are written alike.
const AMAZON: Row = Row { addresses: &["cidr_blocks", "ipv6_cidr_blocks"], lists: &["prefix_list_ids"], ..ROW };
const AMAZON_RULE: Row = Row {
    addresses: &["cidr_ipv4", "cidr_ipv6"],
    lists: &["prefix_list_id"],
    protocol: &["ip_protocol"],
    group: Group::By(&["security_group_id"]),
    ..ROW
};
const AMAZON_ACL: Row = Row {
    kinds: NETWORK_ACLS,
    addresses: &["cidr_block", "ipv6_cidr_block"],
    access: "action",
    order: "rule_no",
    name: &["rule_no"],
    words: SUBNET,
    ..ROW
};
const STACK: Row = Row {
    addresses: &["CidrIp", "CidrIpv6"],
    lists: &["SourcePrefixListId", "DestinationPrefixListId"],
    protocol: &["IpProtocol"],
    ..ROW
};
const AZURE_RULE: Row = Row {
    direction: Direction::Said("direction"),
    addresses: &["source_address_prefix", "source_address_prefixes"],
    reached: &["destination_address_prefix", "destination_address_prefixes"],
    access: "access",
    order: "priority",
    name: &["name"],
    words: AZURE,
    ..ROW
};
const ARM_RULE: Row = Row {
    direction: Direction::Said("properties.direction"),
    addresses: &["properties.sourceAddressPrefix", "properties.sourceAddressPrefixes"],
    reached: &["properties.destinationAddressPrefix", "properties.destinationAddressPrefixes"],
    ports: &["properties.ports"],
    protocol: &["properties.protocol"],
    access: "properties.access",
    order: "properties.priority",
    name: &["name"],
    words: AZURE,
    ..ROW
};

const DIGITALOCEAN: Row = Row {
    kinds: &["terraform/digitalocean_firewall"],
    ports: &["port_range"],
    every_port: "0",
    words: Words { via: "firewall", target: "host", system: "digitalocean" },
    ..ROW
};

const CIVO: Row = Row {
    kinds: &["terraform/civo_firewall"],
    addresses: &["cidr"],
    ports: &["port_range"],
    unnamed: true,
    access: "action",
    name: &["label"],
    words: Words { via: "firewall", target: "host", system: "civo" },
    ..ROW
};
const SCALEWAY: Row = Row {
    kinds: &["terraform/scaleway_instance_security_group"],
    addresses: &["ip_range"],
    ports: &["port", "port_range"],
    unnamed: true,
    everybody_unless: Some(&["ip"]),
    access: "action",
    words: Words { via: "security-group", target: "group", system: "scaleway" },
    ..ROW
};

/// Rules of Tencent Cloud in one text: `ACCEPT#10.0.0.0/8#22#TCP`.
const TENCENT: Row = Row {
    kinds: &["terraform/tencentcloud_security_group_lite_rule"],
    parts: &["access", "address", "port", "protocol"],
    addresses: &["address"],
    ports: &["port"],
    every_port: "ALL",
    access: "access",
    words: Words { via: "security-group", target: "group", system: "tencent" },
    ..ROW
};

/// Rules of Tencent Cloud in blocks.
const TENCENT_SET: Row = Row {
    kinds: &["terraform/tencentcloud_security_group_rule_set"],
    parts: &[],
    addresses: &["cidr_block", "ipv6_cidr_block"],
    unnamed: true,
    access: "action",
    ..TENCENT
};

const LINODE: Row = Row {
    kinds: &["terraform/linode_firewall"],
    addresses: &["ipv4", "ipv6"],
    unnamed: true,
    access: "action",
    name: &["label"],
    words: Words { via: "firewall", target: "host", system: "linode" },
    ..ROW
};

const NAVER: Row = Row {
    kinds: &["terraform/ncloud_access_control_group_rule"],
    addresses: &["ip_block"],
    ports: &["port_range"],
    unnamed: true,
    words: Words { via: "security-group", target: "group", system: "naver" },
    ..ROW
};

/// A port of -1 is every port.
const YANDEX: Row = Row {
    kinds: &["terraform/yandex_vpc_security_group", "terraform/yandex_vpc_default_security_group"],
    addresses: &["v4_cidr_blocks", "v6_cidr_blocks"],
    ports: &["port", "ports"],
    every_port: "-1",
    unnamed: true,
    words: Words { via: "security-group", target: "group", system: "yandex" },
    ..ROW
};

const ROWS: &[Row] = &[
    Row { kinds: SECURITY_GROUPS, rules: "ingress", ..AMAZON },
    Row { kinds: SECURITY_GROUPS, rules: "egress", direction: Direction::Out, ..AMAZON },
    Row {
        kinds: &["terraform/aws_security_group_rule"],
        direction: Direction::Said("type"),
        group: Group::By(&["security_group_id"]),
        ..AMAZON
    },
    Row { kinds: &["terraform/aws_vpc_security_group_ingress_rule"], ..AMAZON_RULE },
    Row { kinds: &["terraform/aws_vpc_security_group_egress_rule"], direction: Direction::Out, ..AMAZON_RULE },
    Row { rules: "ingress", ..AMAZON_ACL },
    Row { rules: "egress", direction: Direction::Out, ..AMAZON_ACL },
    Row {
        kinds: &["terraform/aws_network_acl_rule"],
        direction: Direction::Said("egress"),
        access: "rule_action",
        order: "rule_number",
        name: &[],
        group: Group::By(&["network_acl_id"]),
        ..AMAZON_ACL
    },
    Row { kinds: STACK_GROUP, rules: "SecurityGroupIngress", ..STACK },
    Row { kinds: STACK_GROUP, rules: "SecurityGroupEgress", direction: Direction::Out, ..STACK },
    Row {
        kinds: &["cloudformation/AWS::EC2::SecurityGroupIngress"],
        group: Group::By(&["GroupId", "GroupName"]),
        ..STACK
    },
    Row {
        kinds: &["cloudformation/AWS::EC2::SecurityGroupEgress"],
        direction: Direction::Out,
        group: Group::By(&["GroupId"]),
        ..STACK
    },
    Row {
        kinds: &["cloudformation/AWS::EC2::NetworkAclEntry"],
        direction: Direction::Said("Egress"),
        addresses: &["CidrBlock", "Ipv6CidrBlock"],
        protocol: &["Protocol"],
        access: "RuleAction",
        order: "RuleNumber",
        group: Group::By(&["NetworkAclId"]),
        words: SUBNET,
        ..ROW
    },
    Row { kinds: &["terraform/azurerm_network_security_group"], rules: "security_rule", ..AZURE_RULE },
    Row {
        kinds: &["terraform/azurerm_network_security_rule"],
        name: &[],
        group: Group::By(&["network_security_group_name"]),
        ..AZURE_RULE
    },
    Row { kinds: &["arm/Microsoft.Network/networkSecurityGroups"], rules: "properties.securityRules", ..ARM_RULE },
    Row {
        kinds: &["arm/Microsoft.Network/networkSecurityGroups/securityRules"],
        name: &[],
        group: Group::Alone,
        ..ARM_RULE
    },
    Row { rules: "inbound_rule", addresses: &["source_addresses"], ..DIGITALOCEAN },
    Row { rules: "outbound_rule", direction: Direction::Out, addresses: &["destination_addresses"], ..DIGITALOCEAN },
    Row {
        kinds: &["terraform/openstack_networking_secgroup_rule_v2"],
        direction: Direction::Said("direction"),
        addresses: &["remote_ip_prefix"],
        everybody_unless: Some(&["remote_group_id", "remote_address_group_id"]),
        group: Group::By(&["security_group_id"]),
        words: Words { via: "security-group", target: "group", system: "openstack" },
        ..ROW
    },
    Row {
        kinds: &[
            "terraform/huaweicloud_networking_secgroup_rule",
            "terraform/flexibleengine_networking_secgroup_rule_v2",
        ],
        direction: Direction::Said("direction"),
        addresses: &["remote_ip_prefix"],
        everybody_unless: Some(&["remote_group_id", "remote_address_group_id"]),
        unnamed: true,
        access: "action",
        group: Group::By(&["security_group_id"]),
        words: Words { via: "security-group", target: "group", system: "huawei" },
        ..ROW
    },
    Row { rules: "ingress", ..TENCENT },
    Row { rules: "egress", direction: Direction::Out, ..TENCENT },
    Row {
        kinds: &["terraform/hcloud_firewall"],
        rules: "rule",
        direction: Direction::Said("direction"),
        addresses: &["source_ips"],
        reached: &["destination_ips"],
        ports: &["port"],
        words: Words { via: "firewall", target: "host", system: "hetzner" },
        ..ROW
    },
    Row {
        kinds: &["terraform/exoscale_security_group_rule"],
        direction: Direction::Said("type"),
        addresses: &["cidr"],
        group: Group::By(&["security_group_id", "security_group"]),
        words: Words { via: "security-group", target: "group", system: "exoscale" },
        ..ROW
    },
    Row {
        kinds: &["terraform/ibm_is_security_group_rule"],
        direction: Direction::Said("direction"),
        addresses: &["remote"],
        // A block about ICMP stands where the ports of other protocols do, and is none of them.
        ports: &["ports", "tcp.ports", "udp.ports", "icmp"],
        everybody_unless: Some(&[]),
        group: Group::By(&["group"]),
        words: Words { via: "security-group", target: "group", system: "ibm" },
        ..ROW
    },
    Row { rules: "ingress_rule", ..CIVO },
    Row { rules: "egress_rule", direction: Direction::Out, ..CIVO },
    Row {
        kinds: &["terraform/upcloud_firewall_rules"],
        rules: "firewall_rule",
        direction: Direction::Said("direction"),
        addresses: &["addresses"],
        reached: &["addresses_reached"],
        everybody_unless: Some(&[]),
        unnamed: true,
        access: "action",
        words: Words { via: "firewall", target: "host", system: "upcloud" },
        ..ROW
    },
    Row {
        kinds: &["terraform/alicloud_security_group_rule"],
        direction: Direction::Said("type"),
        addresses: &["cidr_ip", "ipv6_cidr_ip"],
        ports: &["port_range"],
        every_port: "-1/-1",
        unnamed: true,
        everybody_unless: Some(&["source_security_group_id", "prefix_list_id"]),
        protocol: &["ip_protocol"],
        access: "policy",
        order: "priority",
        group: Group::By(&["security_group_id"]),
        words: Words { via: "security-group", target: "group", system: "alibaba" },
        ..ROW
    },
    Row { rules: "ingress", ..TENCENT_SET },
    Row { rules: "egress", direction: Direction::Out, ..TENCENT_SET },
    Row { rules: "inbound", ..LINODE },
    Row { rules: "outbound", direction: Direction::Out, ..LINODE },
    Row { rules: "inbound", ..NAVER },
    Row { rules: "outbound", direction: Direction::Out, ..NAVER },
    Row { rules: "ingress", ..YANDEX },
    Row { rules: "egress", direction: Direction::Out, ..YANDEX },
    Row {
        kinds: &["terraform/yandex_vpc_security_group_rule"],
        direction: Direction::Said("direction"),
        group: Group::By(&["security_group_binding"]),
        ..YANDEX
    },
    Row {
        kinds: &["terraform/aws_lightsail_instance_public_ports"],
        rules: "port_info",
        addresses: &["cidrs", "ipv6_cidrs"],
        everybody_unless: Some(&["cidr_list_aliases"]),
        words: LIGHTSAIL,
        ..ROW
    },
    Row {
        kinds: &["cloudformation/AWS::Lightsail::Instance"],
        rules: "Networking.Ports",
        addresses: &["Cidrs", "Ipv6Cidrs"],
        everybody_unless: Some(&["CidrListAliases"]),
        protocol: &["Protocol"],
        words: LIGHTSAIL,
        ..ROW
    },
    Row { rules: "inbound_rule", ..SCALEWAY },
    Row { rules: "outbound_rule", direction: Direction::Out, ..SCALEWAY },
    Row {
        kinds: &["terraform/vultr_firewall_rule"],
        addresses: &["addresses"],
        ports: &["port"],
        group: Group::By(&["firewall_group_id"]),
        words: Words { via: "firewall", target: "host", system: "vultr" },
        ..ROW
    },
];

/// The kinds that it is about.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    ROWS.iter().flat_map(|row| row.kinds.iter().copied())
}

/// What the rules of a resource say.
pub fn said(of: &Resource, others: &Others<'_>) -> Vec<Said> {
    let rows = ROWS.iter().filter(|row| row.kinds.contains(&&*of.kind));
    rows.flat_map(|row| match row.rules {
        "" => vec![row.said(of, others, &of.body, "")],
        path => {
            let rules = rules(part(&of.body, path));
            rules.iter().map(|rule| row.said(of, others, rule, row.rules)).collect()
        }
    })
    .collect()
}

impl Row {
    fn said(&self, of: &Resource, others: &Others<'_>, rule: &Node, list: &str) -> Said {
        let (rule, missing) = &as_it_is(rule);
        let rule = &self.taken_apart(rule);
        let span = if list.is_empty() { of.header } else { rule.span };
        let at = Node { span, value: Value::Null, trail: rule.trail.clone() };
        let direction = self.direction(rule, &at);
        let written = first_of(rule, self.protocol);
        let protocol = protocol(written.as_ref(), &at);
        let ports = self.ports(rule, &protocol, &at);
        let access = part(rule, self.access).filter(|_| !self.access.is_empty());
        let denies = Truth::any(["deny", "drop", "reject"].iter().map(|word| is(access.as_ref(), word)));
        let undecided = access.as_ref().and_then(|access| match &access.value {
            Value::Unresolved(open) if denies == Truth::Unknown => Some(Arc::clone(open)),
            _ => None,
        });
        let opening = Opening {
            key: self.key(rule, list, &direction, &protocol, ports.as_ref()),
            addresses: self.addresses(of, others, rule, &direction),
            direction,
            ports,
            inside: None,
            protocol,
            words: self.words,
            condition: either(missing.clone(), undecided),
            at,
        };
        let order = part(rule, self.order).filter(|_| !self.order.is_empty()).and_then(|order| number(&order));
        Said { opening, group: self.group(of, rule), denies: denies == Truth::True, order }
    }

    /// A rule that is a text as the map of its parts.
    fn taken_apart(&self, rule: &Node) -> Node {
        let Value::Str(text) = &rule.value else { return rule.clone() };
        let mut start = 0;
        let parts = text.as_str().split('#').zip(self.parts).map(|(written, name)| {
            let node = spelled::node(spelled::part(text, start, start + written.len()), rule.span);
            start += written.len() + 1;
            Entry::new(*name, node.span, node)
        });
        Node { value: Node::map(parts.collect(), rule.span).value, ..rule.clone() }
    }

    fn ports(&self, rule: &Node, protocol: &Node, at: &Node) -> Option<Node> {
        let named = |text: &str| {
            let is_every = !self.every_port.is_empty() && text == self.every_port;
            Some(if is_every { "all".to_owned() } else { text.replace([':', '/'], "-") })
        };
        let ports = first_of(rule, self.ports).map(|ports| match &ports.value {
            Value::Int(number) if number.to_string() == self.every_port => {
                Node { value: Node::text("all", ports.span).value, ..ports }
            }
            Value::Int(_) | Value::List(_) | Value::Map(_) => ports,
            _ => word(&ports, &named),
        });
        // Where all protocols are meant, no ports mean all of them.
        let is_all = protocol.as_str() == Some("all");
        let is_every = is_all || self.unnamed && matches!(protocol.as_str(), None | Some("tcp" | "udp"));
        ports.or_else(|| {
            is_every
                .then(|| Node { value: Node::text("all", at.span).value, ..if is_all { protocol } else { at }.clone() })
        })
    }

    fn direction(&self, rule: &Node, at: &Node) -> Node {
        let fixed = |text: &str| Node { value: Node::text(text, at.span).value, ..at.clone() };
        match self.direction {
            Direction::In => fixed("in"),
            Direction::Out => fixed("out"),
            Direction::Said(key) => match part(rule, key) {
                None => fixed("in"),
                Some(node) => word(&node, &|text| {
                    let name = match text.to_ascii_lowercase().as_str() {
                        "egress" | "outbound" | "out" | "true" => "out",
                        _ => "in",
                    };
                    Some(name.to_owned())
                }),
            },
        }
    }

    /// The addresses of the other side, with those of the lists that it names.
    fn addresses(&self, of: &Resource, others: &Others<'_>, rule: &Node, direction: &Node) -> Node {
        let written = self.written(rule, direction);
        let everybody = self.everybody_unless.filter(|keys| is_nothing(&written) && first_of(rule, keys).is_none());
        if everybody.is_some() {
            return Node { value: Node::text("*", written.span).value, ..written };
        }
        let lists = self.lists.iter().filter_map(|key| part(rule, key));
        let named: Vec<Node> = lists.filter(|list| !is_nothing(list)).collect();
        if named.is_empty() {
            return written;
        }
        let mut items: Vec<Node> = match &written.value {
            Value::List(items) => items.to_vec(),
            _ => vec![written.clone()],
        };
        for list in &named {
            let ids = if list.items().is_empty() { std::slice::from_ref(list) } else { list.items() };
            items.extend(ids.iter().flat_map(|id| networks_of(of, others, id)));
        }
        let place = if is_nothing(&written) { named.first().cloned().unwrap_or(written) } else { written };
        Node { value: Value::List(Arc::new(items)), ..place }
    }

    /// The addresses that are written; where the direction is one of several, those of each.
    fn written(&self, rule: &Node, direction: &Node) -> Node {
        let outward = || together(rule, self.reached);
        match &direction.value {
            _ if self.reached.is_empty() => together(rule, self.addresses),
            Value::Unresolved(_) => {
                let chosen = each_way(direction, &|direction| Some(self.written(rule, direction)));
                chosen.unwrap_or_else(|| direction.clone())
            }
            _ if direction.as_str() == Some("out") => outward(),
            _ => together(rule, self.addresses),
        }
    }

    /// What tells a rule from the others of its list: its name, else what it is about.
    fn key(&self, rule: &Node, list: &str, direction: &Node, protocol: &Node, ports: Option<&Node>) -> String {
        if list.is_empty() {
            return String::new();
        }
        let name = first_of(rule, self.name).as_ref().and_then(text);
        name.unwrap_or_else(|| {
            let said = [Some(direction), Some(protocol), ports];
            let said = said.into_iter().flatten().map(|node| text(node).unwrap_or_else(|| "…".to_owned()));
            // One port is one, however it is written.
            let said = said.map(|part| match part.split_once('-') {
                Some((from, to)) if from == to => from.to_owned(),
                _ => part,
            });
            said.collect::<Vec<String>>().join(":")
        })
    }

    fn group(&self, of: &Resource, rule: &Node) -> Option<String> {
        match self.group {
            Group::Alone => None,
            Group::Own => Some(of.address.to_string()),
            Group::By(keys) => {
                let named = first_of(rule, keys)?;
                match &named.value {
                    Value::Str(text) => Some(text.as_str().to_owned()),
                    Value::Unresolved(open) => match open.references.as_slice() {
                        [only] => Some(only.to_string()),
                        _ => None,
                    },
                    _ => None,
                }
            }
        }
    }
}

/// Whether a list is empty, or its only text is.
fn is_nothing(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.is_empty(),
        Value::Str(text) => text.as_str().is_empty(),
        _ => false,
    }
}

/// The networks of a list that is named by its id: those that the repository says, else an open item for any number of them.
fn networks_of(of: &Resource, others: &Others<'_>, id: &Node) -> Vec<Node> {
    let Value::Unresolved(open) = &id.value else {
        let because = "what networks the list holds is not in the repository";
        return vec![Node::unresolved(id.as_str().unwrap_or("…"), because, id.span)];
    };
    let any_number = || {
        let open = Unresolved { spread: true, ..Unresolved::clone(open) };
        vec![Node { value: Value::Unresolved(Arc::new(open)), ..id.clone() }]
    };
    let Some(list) = others.meant_by(of, open) else { return any_number() };
    if list.body.get("name").is_some_and(is_of_amazon) {
        return Vec::new();
    }
    let entries = rules(part(&list.body, "entry"));
    if entries.is_empty() {
        return any_number();
    }
    let networks = entries.iter().filter_map(|entry| part(entry, "cidr"));
    networks.map(|network| relocated(&network, id.span, "an entry of the list of networks")).collect()
}

/// Whether a list is that of a service of AWS: it holds the addresses of the service and no others.
fn is_of_amazon(name: &Node) -> bool {
    const START: &str = "com.amazonaws.";
    match &name.value {
        Value::Str(text) => text.as_str().starts_with(START),
        Value::Unresolved(open) => open.partial.as_deref().is_some_and(|partial| partial.prefix().starts_with(START)),
        _ => false,
    }
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::List(items) => items.iter().map(text).collect::<Option<Vec<String>>>().map(|all| all.join(",")),
        _ => None,
    }
}

fn number(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(number) => Some(*number),
        Value::Str(text) => text.as_str().trim().parse().ok(),
        _ => None,
    }
}
