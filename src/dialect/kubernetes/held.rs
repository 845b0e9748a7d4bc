//! Objects that stand in other objects, and are made of them: of templates of `OpenShift`, of works that go to other clusters, of the
//! bundles of operators, of steps of workflows that apply a manifest.

mod bundle;
mod template;

use crate::document::{Entry, Map, Node, Value};
use crate::syntax::yaml;

use super::workflow;

/// Kinds that hold objects as they are: the group of their interface, the kind, and where the objects are.
const HOLDERS: &[(&str, &str, &[&str])] = &[
    ("work.open-cluster-management.io", "ManifestWork", &["spec", "workload", "manifests"]),
    (
        "work.open-cluster-management.io",
        "ManifestWorkReplicaSet",
        &["spec", "manifestWorkTemplate", "workload", "manifests"],
    ),
    ("hive.openshift.io", "SyncSet", &["spec", "resources"]),
    ("hive.openshift.io", "SelectorSyncSet", &["spec", "resources"]),
    ("kubernetes.crossplane.io", "Object", &["spec", "forProvider", "manifest"]),
    ("kubernetes.m.crossplane.io", "Object", &["spec", "forProvider", "manifest"]),
    ("operator.tekton.dev", "TektonInstallerSet", &["spec", "manifests"]),
];

/// The objects that another one holds or is made into.
pub(super) fn held(object: &Node, kind: &str) -> Vec<Node> {
    let version = object.get("apiVersion").and_then(Node::as_str).unwrap_or("");
    let group = version.split_once('/').map_or("", |(group, _)| group);
    if let Some((_, _, path)) = HOLDERS.iter().find(|(of, holder, _)| *of == group && *holder == kind) {
        let found = object.at(path).map_or(&[][..], |found| {
            if found.items().is_empty() { std::slice::from_ref(found) } else { found.items() }
        });
        return found.to_vec();
    }
    match (group, kind) {
        ("template.openshift.io" | "", "Template") => template::objects(object),
        ("operators.coreos.com", "ClusterServiceVersion") => bundle::objects(object),
        _ if workflow::is_workflow(object, kind) => applied(object),
        _ => Vec::new(),
    }
}

/// What templates of a workflow apply: manifests, as far as they are written out.
fn applied(workflow: &Node) -> Vec<Node> {
    let templates = workflow::spec(workflow).and_then(|spec| spec.get("templates")).map_or(&[][..], Node::items);
    let manifests = templates.iter().filter_map(|template| {
        let action = template.at(&["resource", "action"]).and_then(Node::as_str);
        let makes = matches!(action, Some("create" | "apply" | "replace"));
        template.at(&["resource", "manifest"]).filter(|_| makes)
    });
    let read = manifests.filter_map(|manifest| match &manifest.value {
        Value::Str(text) => yaml::parse_embedded(text, manifest.span),
        _ => None,
    });
    read.flatten().collect()
}

/// An object of so many entries, which is called as another one says.
fn made(version: &'static str, kind: &'static str, name: Option<&Node>, at: &Node, rest: Vec<Entry>) -> Node {
    let text = |text: &'static str| Node::text(text, at.span);
    let metadata = name.map(|name| Entry::new("name", name.span, name.clone())).into_iter().collect();
    let mut entries = vec![
        Entry::new("apiVersion", at.span, text(version)),
        Entry::new("kind", at.span, text(kind)),
        Entry::new("metadata", at.span, Node::map(metadata, at.span)),
    ];
    entries.extend(rest);
    Node { value: Value::Map(Map { entries, rest: None }.into()), ..at.clone() }
}
