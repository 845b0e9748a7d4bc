//! Terraform and OpenTofu: modules evaluated as the tool would, every value with the trail of where it came from.
//!
//! A root module is evaluated with the modules it calls, lazily: a local, a variable or an output is evaluated when
//! something asks for it, once. What the repository does not decide is unknown and keeps its reason and the resources it
//! refers to; whatever Terraform would refuse is unknown too, with that reason.

pub mod block;
pub mod constraint;
pub mod convert;
pub mod declarations;
mod environment;
pub mod eval;
pub mod expand;
pub mod extract;
pub mod functions;
pub mod host;
pub mod inputs;
pub mod json;
pub mod library;
pub mod module;
pub mod node;
pub mod number;
mod object;
pub mod operate;
mod origins;
mod plan;
mod policy;
mod provider;
mod same;
pub mod terragrunt;
pub mod ties;
pub mod value;
mod views;

use super::{Dialect, Group, Items, Kinds, Typing, has_extension};

/// What names a rule of a security group: what it opens, to whom.
const PEER: &[&str] = &[
    "protocol",
    "from_port",
    "to_port",
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "security_groups",
    "self",
];

/// The table's entry.
pub const TERRAFORM: Dialect = Dialect {
    name: "terraform",
    doc: "Terraform and OpenTofu configurations (`.tf`, `.tofu`, `.tf.json`), evaluated module by module, with variable \
          files; modules as units and stacks of Terragrunt deploy them; and plans and states as `terraform show -json` prints \
          them. Resources, data sources, providers, module calls, \
          backends, variables and outputs.",
    syntax,
    candidate: |path, text| is_named(path) || plan::may_be(text),
    recognise: |document| is_named(&document.path) || plan::is_plan(document),
    group: Group::Repository,
    with: &[],
    ties: Some(&ties::TIES),
    extract: extract::extract,
    typing: Typing::Loose,
    items: &[
        Items::by("template.containers.env", &["name"]),
        Items::by("spec.containers.env", &["name"]),
        Items::by("template.container.env", &["name"]),
        Items::by("Statement", &["Sid"]),
        Items::one("encryption_configuration"),
        Items::by("port_info", &["from_port", "to_port", "protocol"]),
        Items::by("statements", &["Sid"]),
        Items::by("inline_policy", &["name"]),
        Items::by("ingress", PEER),
        Items::by("egress", PEER),
        Items::by("inbound_rule", &["protocol", "port_range", "source_addresses"]),
        Items::by("rule", &["direction", "protocol", "port", "source_ips"]),
        Items::by("security_rule", &["name"]),
        Items::by("cors_rule", &["id", "allowed_methods", "allowed_origins"]),
        Items::by("access", &["role", "special_group", "iam_member", "user_by_email", "group_by_email", "domain"]),
        Items::by(
            "grant",
            &["permission", "permissions", "grantee.type", "grantee.uri", "grantee.id", "type", "uri", "id"],
        ),
        Items::by("block_device_mappings", &["device_name"]),
        Items::one("block_device_mappings.ebs"),
        Items::by("ebs_block_device", &["device_name"]),
        Items::place("container_definitions", &["name"]),
        Items::place("container", &["name"]),
        Items::place("init_container", &["name"]),
        Items::place("containers", &["name"]),
        Items::by("environment", &["name"]),
        Items::one("default_cache_behavior"),
        Items::by("ordered_cache_behavior", &["path_pattern"]),
        Items::by("network_interface", &["network", "subnetwork"]),
        Items::unnamed("permissions", "a role has one set of permissions, which nothing names"),
        Items::one("root_block_device"),
        Items::one("service_account"),
        Items::by("authorized_networks", &["value"]),
        Items::by("audit_log_config", &["log_type"]),
        Items::by("block_device_mapping", &["device_name"]),
        Items::one("block_device_mapping.ebs"),
        Items::by("distribution", &["region"]),
        Items::one("distribution.ami_distribution_configuration"),
        Items::by("dnssec_config.default_key_specs", &["key_type"]),
        Items::by("frontend_endpoint", &["name"]),
        Items::by("georeplications", &["location"]),
        Items::by("ip_configuration", &["name"]),
        Items::by("network_interface.ip_configuration", &["name"]),
        Items::by("listener", &["lb_port", "instance_port"]),
        Items::by("origin", &["origin_id"]),
        Items::by("parameter", &["name"]),
        Items::by("binding", &["role"]),
        Items::unnamed("dns_servers", "each is an address"),
        Items::by("exclusions", &["name"]),
        Items::by("extension", &["name"]),
        Items::by("managed_rules.managed_rule_set", &["type"]),
        Items::by("outbound_rule", &["protocol", "port_range"]),
        Items::one("required_pull_request_reviews"),
        Items::one("required_status_checks"),
        Items::one("rules.pull_request"),
        Items::by("statement.condition", &["variable", "test"]),
        Items::by("policy_attribute", &["name"]),
        Items::by("policy_details.action.cross_region_copy", &["target"]),
        Items::by("policy_details.schedule.cross_region_copy_rule", &["target", "target_region"]),
        Items::one("public_access_block_configuration"),
        Items::by("settings.database_flags", &["name"]),
        Items::by("subnet", &["name"]),
        Items::by("attribute", &["name"]),
        Items::by("schema", &["name"]),
        Items::by("data_disks", &["name"]),
        Items::by("environment.environment_variable", &["name"]),
        Items::by("inbound", &["label", "protocol", "ports", "ip_block", "port_range"]),
        Items::by("outbound", &["label", "protocol", "ports", "ip_block", "port_range"]),
        Items::by("ingress_security_rules", &["protocol", "source"]),
        Items::one("master_config"),
        Items::one("worker_config"),
        Items::one("request_config"),
        Items::by("route", &["cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"]),
        Items::by("rules", &["name"]),
        Items::by("statement", &["sid"]),
        Items::one("storage_config.kinesis_video_stream_config"),
        Items::one("storage_config.s3_config"),
        Items::by("volume", &["name"]),
        Items::one("volume.efs_volume_configuration"),
        Items::one("viewer_certificate"),
        Items::one("vpc_config"),
    ],
    kinds: Kinds::Open { accepts: accepts_kind, example: "aws_db_instance" },
    offers: crate::dialect::offers::terraform::OFFERS,
};

fn syntax(path: &str) -> Option<&'static str> {
    if has_extension(path, &[".tf", ".tofu", ".tfvars"]) || terragrunt::is_named(path) && has_extension(path, &[".hcl"])
    {
        Some("hcl")
    } else if has_extension(path, &[".json"]) {
        Some("json")
    } else {
        None
    }
}

/// Whether the name alone says that a file is Terraform's; a plan may have any name.
fn is_named(path: &str) -> bool {
    declarations::is_configuration(path)
        || terragrunt::is_named(path)
        || has_extension(path, &[".tfvars", ".tfvars.json"])
}

/// `aws_db_instance`, `data.aws_ami`, `provider.aws`, `backend.s3`, and the words for what has no type.
fn accepts_kind(kind: &str) -> bool {
    if matches!(kind, "module" | "settings" | "variable" | "output") {
        return true;
    }
    let (space, name) = kind.split_once('.').unwrap_or(("", kind));
    let word = |text: &str| {
        text.starts_with(|ch: char| ch.is_ascii_lowercase())
            && text.chars().all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || matches!(ch, '_' | '-'))
    };
    match space {
        "" => word(name) && name.contains('_'),
        "data" | "provider" | "backend" => word(name),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
