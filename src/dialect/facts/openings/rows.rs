//! The places that have rules whose fields stand side by side, a row each.

use crate::fact::opening::Words;

/// A place with rules, and how they are written there.
pub(super) struct Row {
    pub(super) kinds: &'static [&'static str],
    /// Where the rules are in the body; the body is one itself where this is empty.
    pub(super) rules: &'static str,
    pub(super) direction: Direction,
    /// What the parts of a rule are that is a text, with `#` between them; none where a rule is a map.
    pub(super) parts: &'static [&'static str],
    /// The keys of the addresses of the other side.
    pub(super) addresses: &'static [&'static str],
    /// The same in rules about what goes out, where those stand under keys of their own.
    pub(super) reached: &'static [&'static str],
    /// The keys of lists of networks that stand elsewhere.
    pub(super) lists: &'static [&'static str],
    /// The keys of the ports.
    pub(super) ports: &'static [&'static str],
    /// A word for every port that only this place knows.
    pub(super) every_port: &'static str,
    /// A rule that names no port is for each of them.
    pub(super) unnamed: bool,
    /// Where no addresses are named, and nothing under these keys either, a rule is for everybody.
    pub(super) everybody_unless: Option<&'static [&'static str]>,
    /// The keys of the protocol.
    pub(super) protocol: &'static [&'static str],
    /// The key that says whether the rule allows or denies; all allow where this is empty.
    pub(super) access: &'static str,
    /// The key of the place among the others.
    pub(super) order: &'static str,
    /// The keys that name a rule among the others of its list.
    pub(super) name: &'static [&'static str],
    pub(super) group: Group,
    pub(super) words: Words,
}

/// Which way the rules of a place are for.
#[derive(Clone, Copy)]
pub(super) enum Direction {
    In,
    Out,
    /// This key says it; where it is absent, `in`.
    Said(&'static str),
}

/// Which rules count together.
#[derive(Clone, Copy)]
pub(super) enum Group {
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

pub(super) const ROWS: &[Row] = &[
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
