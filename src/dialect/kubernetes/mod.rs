//! Manifests of Kubernetes objects, in YAML and JSON.
//!
//! Any map with an `apiVersion` and a `kind` is an object; `List` objects are taken apart. Files of a Helm chart's
//! `templates` folder belong to the `helm` dialect, which renders them and comes back here with the result; so do the
//! files of a kustomization to the `kustomize` dialect.
//! Kubernetes reads YAML with the booleans of version 1.1.

pub(crate) mod definition;
mod held;
mod ingress;
mod plain;
#[cfg(test)]
mod tests;
pub(crate) mod workflow;
mod workload;

use std::sync::Arc;

use crate::dialect::ties::{self, Pool, Ties};
use crate::dialect::wording::may_say;
use crate::dialect::{
    Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension, helm, kustomize,
};
use crate::document::{Document, Node, Text, Value};
use crate::kernel::holes;
use crate::source::Workspace;
use crate::syntax::yaml;

/// The dialect.
pub const KUBERNETES: Dialect = Dialect {
    name: "kubernetes",
    doc: "objects of Kubernetes in YAML or JSON manifests, with views of the pods that workloads run",
    syntax,
    candidate,
    recognise,
    group: Group::Repository,
    with: &["kustomize"],
    ties: Some(&TIES),
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("clusters", &["name"]),
        Items::by("plugins", &["name"]),
        Items::by("listeners", &["name", "port"]),
        Items::by("nodeSets", &["name"]),
        Items::by("pg_hba", &["."]),
        Items::by("receivers", &["name"]),
        Items::by("servers", &["port.name|port.number"]),
        Items::by("clients", &["clientId"]),
        Items::by("identityProviders", &["alias"]),
        Items::by("webhooks", &["name"]),
        Items::place("containers", &["name"]),
        Items::place("initContainers", &["name"]),
        Items::place("ephemeralContainers", &["name"]),
        Items::place("spec.steps", &["name"]),
        Items::place("spec.templates", &["name"]),
        Items::place("spec.tasks", &["name"]),
        Items::place("spec.tasks.taskSpec.steps", &["name"]),
        Items::place("spec.taskSpec.steps", &["name"]),
        Items::place("spec.pipelineSpec.tasks", &["name"]),
        Items::place("spec.pipelineSpec.tasks.taskSpec.steps", &["name"]),
        Items::place("spec.pipelineSpec.finally.taskSpec.steps", &["name"]),
        Items::place("spec.finally.taskSpec.steps", &["name"]),
        Items::by("ports", &["containerPort|port", "protocol"]),
        Items::by("env", &["name"]),
        Items::by("volumes", &["name"]),
        Items::by("sysctls", &["name"]),
        Items::by("rules", &["apiGroups", "resources", "resourceNames", "nonResourceURLs"]),
        Items::by("resources", &["resources"]),
        Items::by("spec.data", &["secretKey"]),
        Items::by("spec.jwt.providers", &["name"]),
        Items::by("spec.jwtRules", &["issuer", "jwksUri"]),
        Items::by("spec.egress", &["ports"]),
        Items::by("spec.ingress", &["ports"]),
        Items::by("to", &["ipBlock.cidr", "namespaceSelector", "podSelector"]),
        Items::one("to.ipBlock"),
        Items::by("hosts_served", &["host"]),
        Items::one("spec.chart.spec"),
        Items::one("spec.source"),
        Items::by("spec.sources", &["chart|path", "repoURL"]),
    ],
    kinds: Kinds::Open { accepts: accepts_kind, example: "Deployment" },
    offers: crate::dialect::offers::kubernetes::OFFERS,
};

/// Objects have no path in common: all are of one cluster, and judged by those that rules link them to.
const TIES: Ties = Ties {
    pool: |path, text, linked| match syntax(path).is_some() && candidate(path, text) {
        false => Pool::Outside,
        true if linked(text) => Pool::Decides,
        true => Pool::Judged,
    },
    ..ties::NONE
};

/// The scope of all objects that are not rendered from a chart or an overlay: one cluster.
const SCOPE: &str = "kubernetes";

/// Lists within lists are taken apart to this depth.
const MAX_LISTS: usize = 4;

fn syntax(path: &str) -> Option<&'static str> {
    let is_of_clients = file_name(path) == "kubeconfig" || path.ends_with(".kube/config");
    if is_of_clients || has_extension(path, &[".yaml", ".yml", ".kubeconfig"]) {
        Some("yaml-1.1")
    } else {
        has_extension(path, &[".json"]).then_some("json")
    }
}

/// What stands for a text that its parameters make too large.
fn too_large(node: &Node) -> Node {
    Node::unresolved("", "what is filled in makes more of the object than the limit here", node.span)
}

fn accepts_kind(kind: &str) -> bool {
    kind.starts_with(|first: char| first.is_ascii_uppercase()) && kind.chars().all(|char| char.is_ascii_alphanumeric())
}

fn candidate(_: &str, text: &str) -> bool {
    may_say(text, "apiVersion") && may_say(text, "kind")
}

/// A broken file that passed for a candidate is taken, so that its problems are reported; a broken JSON file only if
/// an object is left of it, since many other files have these two words.
fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    let json = has_extension(&document.path, &[".json"]);
    (broken && !json)
        || document
            .roots
            .iter()
            .map(|root| plain::untagged(root))
            .any(|root| object(&root).is_some() || (json && written(&root).iter().any(|node| object(node).is_some())))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let built = kustomize::used_files(unit.corpus);
    let mut resources = Vec::new();
    for document in &unit.documents {
        if is_rendered(&document.path, unit.corpus.workspace) || built.contains(&document.file) {
            continue;
        }
        let in_templates = document.directory().split('/').any(|part| part == "templates");
        for root in &document.roots {
            resources.extend(objects(&plain::decided(root, in_templates), SCOPE, &document.path));
        }
    }
    Extraction { resources, problems: Vec::new() }
}

/// Whether a file is a template of a chart: what it says is what the chart makes of it, though it may be YAML as it stands.
pub fn is_rendered(path: &str, workspace: &Workspace) -> bool {
    let before = path.rsplit_once("/templates/").or_else(|| path.starts_with("templates/").then_some(("", path)));
    before.is_some_and(|(before, _)| {
        let chart = if before.is_empty() { "Chart.yaml".to_owned() } else { format!("{before}/Chart.yaml") };
        workspace.find(&chart).is_some()
    })
}

/// The object that a text tells in YAML, the first that is one; also where parts of the text are open.
pub(super) fn told_in(text: &Node, is_one: &dyn Fn(&Node) -> bool) -> Option<Node> {
    let first = |written: &Text| yaml::parse_embedded(written, text.span)?.into_iter().find(is_one);
    match &text.value {
        Value::Str(written) => first(written),
        Value::Unresolved(open) => {
            let partial = open.partial.as_deref()?.filled(&holes::mark(0));
            Some(holes::opened(&first(&Text::opaque(partial))?, std::slice::from_ref(text)))
        }
        _ => None,
    }
}

/// The objects of one document, as they are deployed by a root.
pub(super) fn objects(root: &Node, scope: &str, deployment: &Arc<str>) -> Vec<Resource> {
    let root = plain::untagged(root);
    let mut found = Vec::new();
    for (node, kind) in parts(&root) {
        let object = resource(node, kind, scope, deployment);
        let jobs = if workflow::is_workflow(node, kind) { workflow::jobs(node) } else { Vec::new() };
        let jobs: Vec<Resource> = jobs.into_iter().map(|job| of_workflow(job, &object)).collect();
        let application = helm::application_of_set(node).map(|application| of_set(&application, &object));
        found.push(object);
        found.extend(jobs);
        found.extend(application);
        let held = held::held(node, kind);
        let held = held.iter().flat_map(parts);
        found.extend(held.map(|(node, kind)| resource(node, kind, scope, deployment)));
    }
    found
}

/// The application that a set of Argo CD makes of its template; what its parameters fill in is open.
fn of_set(application: &Node, of: &Resource) -> Resource {
    Resource {
        kind: "kubernetes/Application".into(),
        address: format!("{}/template", of.address).into(),
        span: application.span,
        body: with_views(plain::decided(application, true).into_owned(), "Application"),
        names: Vec::new(),
        ..of.clone()
    }
}

/// The job that a template of a workflow becomes.
fn of_workflow(job: workflow::Job, of: &Resource) -> Resource {
    Resource {
        kind: "kubernetes/Job".into(),
        address: format!("{}/{}", of.address, job.name).into(),
        span: job.span,
        header: job.header,
        body: with_views(job.body, "Job"),
        names: Vec::new(),
        ..of.clone()
    }
}

/// The trees and kinds of the objects of one document: lists are taken apart.
pub(crate) fn parts(root: &Node) -> Vec<(&Node, &str)> {
    let mut found = Vec::new();
    for node in written(root) {
        collect(node, None, 0, &mut found);
    }
    found
}

/// What a document may hold: an object, or a bare list of them as generators of manifests write it.
fn written(root: &Node) -> &[Node] {
    if root.items().is_empty() { std::slice::from_ref(root) } else { root.items() }
}

/// An object's kind, when this is one.
fn object(node: &Node) -> Option<&str> {
    let version = node.get("apiVersion")?.as_str()?;
    let kind = node.get("kind")?.as_str()?;
    // Operators name some of their kinds in small letters.
    let is_of_operator = version.contains('.')
        && version.contains('/')
        && kind.starts_with(|first: char| first.is_ascii_lowercase())
        && kind.chars().all(|char| char.is_ascii_alphanumeric());
    ((accepts_kind(kind) || is_of_operator) && !version.starts_with("kustomize.config.k8s.io/")).then_some(kind)
}

/// `implied` is the kind of the items of a typed list (`RoleList`), which need not name it themselves.
fn collect<'a>(node: &'a Node, implied: Option<&'a str>, depth: usize, found: &mut Vec<(&'a Node, &'a str)>) {
    let Some(kind) = object(node).or(implied.filter(|_| node.as_map().is_some())) else { return };
    match kind.strip_suffix("List") {
        Some(of)
            if depth < MAX_LISTS && matches!(node.get("items").map(|items| &items.value), Some(Value::List(_))) =>
        {
            let implied = (!of.is_empty()).then_some(of);
            for item in node.get("items").map_or(&[][..], Node::items) {
                collect(item, implied, depth + 1, found);
            }
        }
        _ => found.push((node, kind)),
    }
}

/// An object with the views of its kind.
pub(super) fn with_views(mut object: Node, kind: &str) -> Node {
    let namespace = object.at(&["metadata", "namespace"]).filter(|node| !matches!(node.value, Value::Null)).cloned();
    let namespace = namespace.unwrap_or_else(|| Node::text("default", object.span));
    workload::derive(&mut object, kind);
    object.derive("namespace", namespace);
    if kind == "Ingress" {
        ingress::derive(&mut object);
    }
    if workflow::is_workflow(&object, kind) {
        workflow::derive(&mut object);
    }
    object
}

fn resource(node: &Node, kind: &str, scope: &str, deployment: &Arc<str>) -> Resource {
    let body = with_views(node.clone(), kind);
    let name = node.at(&["metadata", "name"]).and_then(scalar);
    let namespace = node.at(&["metadata", "namespace"]).and_then(scalar).filter(|space| space != "default");
    let shown = name.clone().or_else(|| node.at(&["metadata", "generateName"]).and_then(scalar));
    // What a template names tells its objects apart, though nobody knows the name.
    let written = || Some(node.at(&["metadata", "name"])?.as_unresolved()?.expression.to_string());
    let shown = shown.or_else(written).unwrap_or_else(|| "?".to_owned());
    let address = match namespace {
        Some(namespace) => format!("{kind}/{namespace}/{shown}"),
        None => format!("{kind}/{shown}"),
    };
    Resource {
        identity: crate::dialect::Identity::default(),
        kind: format!("kubernetes/{kind}").into(),
        address: address.into(),
        scope: scope.into(),
        deployment: Arc::clone(deployment),
        span: node.span,
        header: node.entry("kind").map_or(node.span, |entry| entry.key.span.to(entry.value.span)),
        body,
        typing: Typing::Strict,
        names: name.into_iter().map(Arc::from).collect(),
        condition: None,
        trail: None,
    }
}

/// A name as text; names of digits only are numbers to YAML.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}
