//! AWS CloudFormation, and the Serverless Application Model, in YAML and JSON.
//!
//! A template is evaluated as CloudFormation does: parameters, mappings, conditions, intrinsic functions, loops, nested
//! stacks. What only the deployment decides is unresolved; where the values that it can have are known, they are its
//! alternatives. A template that another one of the repository nests by a local path is judged where it is nested.

mod call;
mod cidr;
mod condition;
mod globals;
mod intrinsic;
mod loops;
mod nested;
mod parameter;
mod pseudo;
mod resource;
mod run;
mod scope;
mod shown;
mod stack;
#[cfg(test)]
mod tests;
mod text;
mod ties;
mod view;
mod words;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::dialect::wording::may_say;
use crate::dialect::{Corpus, Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Node};
use crate::kernel::budget::{Budget, Share, Spent};
use crate::source::FileId;
use crate::syntax;
use run::{Run, Template};
use stack::{Place, Stack};

/// The dialect's name.
const NAME: &str = "cloudformation";

/// What names a rule of a security group: what it opens, to whom.
const PEER: &[&str] = &[
    "IpProtocol",
    "FromPort",
    "ToPort",
    "CidrIp|CidrIpv6",
    "SourceSecurityGroupId|DestinationSecurityGroupId",
    "SourcePrefixListId|DestinationPrefixListId",
];

/// The dialect.
pub const CLOUDFORMATION: Dialect = Dialect {
    name: NAME,
    doc: "AWS CloudFormation and SAM templates: every resource by its type (`cloudformation/AWS::S3::Bucket`, body: \
          its properties, with `@attributes` for what is said beside them), and `cloudformation/Template` for each \
          template itself",
    syntax: syntax_of,
    candidate,
    recognise,
    group: Group::Repository,
    with: &[],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::by("ContainerDefinitions.Environment", &["Name"]),
        Items::by("Subscription", &["Protocol", "Endpoint"]),
        Items::one("EncryptionConfiguration"),
        Items::by("statements", &["Sid"]),
        Items::by("Statement", &["Sid"]),
        Items::by("Policies", &["PolicyName"]),
        Items::by("AccessPolicies", &["PolicyArn"]),
        Items::by("Networking.Ports", &["FromPort", "ToPort", "Protocol"]),
        Items::place("ContainerDefinitions", &["Name"]),
        Items::by("BlockDeviceMappings", &["DeviceName"]),
        Items::one("BlockDeviceMappings.Ebs"),
        Items::by("DistributionConfig.Origins", &["Id"]),
        Items::one("DistributionConfig.ViewerCertificate"),
        Items::by("Environment.EnvironmentVariables", &["Name"]),
        Items::by("PolicyDetails.Actions.CrossRegionCopy", &["Target"]),
        Items::by("PolicyDetails.Schedules.CrossRegionCopyRules", &["Target", "TargetRegion"]),
        Items::by("Listeners", &["LoadBalancerPort"]),
        Items::by("MethodSettings", &["HttpMethod", "ResourcePath"]),
        Items::by("Volumes", &["Name"]),
        Items::one("Volumes.EFSVolumeConfiguration"),
        Items::one("PublicAccessBlockConfiguration"),
        Items::by("Replicas", &["Region"]),
        Items::one("ResourcesVpcConfig"),
        Items::by("parameters_shown", &["parameter", "place"]),
        Items::by("SecurityGroupIngress", PEER),
        Items::by("SecurityGroupEgress", PEER),
        Items::by("EC2InboundPermissions", &["FromPort", "ToPort", "IpRange", "Protocol"]),
        Items::by("Certificates", &["CertificateArn"]),
        Items::by("CorsConfiguration.CorsRules", &["Id", "AllowedMethods", "AllowedOrigins"]),
        Items::by("Rules", &["Name"]),
    ],
    kinds: Kinds::Open { accepts: |kind| kind == resource::TEMPLATE || is_kind(kind), example: "AWS::S3::Bucket" },
    offers: crate::dialect::offers::cloudformation::OFFERS,
};

fn syntax_of(path: &str) -> Option<&'static str> {
    if has_extension(path, &[".json"]) {
        Some("json")
    } else if has_extension(path, &[".yaml", ".yml"]) {
        Some("yaml-1.1")
    } else if has_extension(path, &[".template", ".cfn", ".cform"]) || is_bare(path) {
        Some(syntax::JSON_OR_YAML)
    } else {
        None
    }
}

/// Whether a file without an ending is called as templates are.
fn is_bare(path: &str) -> bool {
    let name = crate::dialect::file_name(path).to_ascii_lowercase();
    !name.contains('.') && ["template", "cloudformation", "stack"].iter().any(|word| name.contains(word))
}

fn candidate(_: &str, text: &str) -> bool {
    may_say(text, "AWSTemplateFormatVersion") || (may_say(text, "Resources") && may_say(text, "::"))
}

/// A candidate of which nothing could be read is taken: its problems must not be lost.
fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    document.roots.iter().any(looks_like_template)
        || (broken && document.roots.iter().all(|root| root.entries().is_empty()))
}

fn looks_like_template(root: &Node) -> bool {
    let resources = root.get("Resources").map(Node::entries);
    let of_aws = |entry: &crate::document::Entry| {
        entry.key.name.starts_with("Fn::ForEach") || entry.value.get("Type").and_then(Node::as_str).is_some_and(is_kind)
    };
    root.get("AWSTemplateFormatVersion").is_some() || resources.is_some_and(|entries| entries.iter().any(of_aws))
}

/// Whether a word is spelt like a type of resource: `AWS::S3::Bucket`, `Custom::Thing`, `Third::Party::Thing::MODULE`.
fn is_kind(text: &str) -> bool {
    let parts: Vec<&str> = text.split("::").collect();
    let spelt = |part: &&str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@'))
    };
    parts.iter().all(spelt) && (parts.len() >= 3 || (parts.len() == 2 && parts.first() == Some(&"Custom")))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let run = Run::new(unit.corpus);
    let templates: Vec<Template> = unit.documents.iter().filter_map(|document| run.template(document.file)).collect();
    let called: BTreeSet<FileId> = templates.iter().flat_map(|template| nested::called(&run, template)).collect();
    let mut resources = Vec::new();
    let mut left = Share::RUN;
    for template in templates.iter().filter(|template| !called.contains(&template.file)) {
        list(&run, template, &mut left, &mut resources);
    }
    // What is nested only by templates that are not deployed, or in a circle, is judged on its own.
    for template in &templates {
        if !run.has_visited(template.file) {
            list(&run, template, &mut left, &mut resources);
        }
    }
    Extraction { resources, problems: run.into_problems() }
}

/// The resources of a template that another language makes, as they are deployed by its file. Nothing of it is given from
/// outside, and there is no template to judge.
pub(super) fn made(corpus: &Corpus<'_>, path: &Arc<str>, root: Node, share: Share) -> (Extraction, Spent) {
    let run = Run::without_parameters(corpus);
    let template = Template { file: root.span.file, path: Arc::clone(path), root };
    run.visit(template.file);
    let budget = Rc::new(Budget::of(share));
    let place = Place {
        prefix: "".into(),
        root_path: Arc::clone(path),
        calls: Vec::new(),
        ancestors: Vec::new(),
        budget: Rc::clone(&budget),
    };
    let mut resources = Vec::new();
    Stack::new(&run, template, &run.given, place).list(None, &mut resources);
    (Extraction { resources, problems: run.into_problems() }, budget.spent())
}

fn list(run: &Run<'_>, template: &Template, left: &mut Share, resources: &mut Vec<Resource>) {
    let share = Share::next(*left, Share::SCOPE).for_input(template.root.span.len());
    let budget = Rc::new(Budget::of(share));
    let place = Place {
        prefix: "".into(),
        root_path: Arc::clone(&template.path),
        calls: Vec::new(),
        ancestors: Vec::new(),
        budget: Rc::clone(&budget),
    };
    Stack::new(run, template.clone(), &run.given, place).list(None, resources);
    *left = left.without(budget.spent().taken);
}
