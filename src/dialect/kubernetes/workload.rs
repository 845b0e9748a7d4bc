//! What a workload runs: the same views of a pod, whichever object it is written in.

use std::sync::Arc;

use crate::document::{Entry, Map, Node, Unresolved, Value};
use crate::source::Span;

/// The keys of a pod's security context that its containers inherit.
const INHERITED: [&str; 5] = ["runAsUser", "runAsNonRoot", "runAsGroup", "seccompProfile", "seLinuxOptions"];

/// The lists of containers of a pod, with the role of what is in them.
const LISTS: [(&str, &str); 3] =
    [("containers", "container"), ("initContainers", "init"), ("ephemeralContainers", "ephemeral")];

/// Adds the views `pod`, `pod_metadata` and `containers` to the body of a workload.
pub(super) fn derive(body: &mut Node, kind: &str) {
    let Some((spec, metadata)) = paths(kind) else { return };
    let Some(pod) = reach(body, spec) else { return };
    let metadata = reach(body, metadata);
    let containers = containers(&pod);
    body.derive("pod", pod);
    if let Some(metadata) = metadata {
        body.derive("pod_metadata", metadata);
    }
    body.derive("containers", containers);
}

/// Where a kind keeps the pod's spec and metadata.
fn paths(kind: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match kind {
        "Pod" => (&["spec"], &["metadata"]),
        "PodTemplate" => (&["template", "spec"], &["template", "metadata"]),
        "CronJob" => (
            &["spec", "jobTemplate", "spec", "template", "spec"],
            &["spec", "jobTemplate", "spec", "template", "metadata"],
        ),
        "ScaledJob" => {
            (&["spec", "jobTargetRef", "template", "spec"], &["spec", "jobTargetRef", "template", "metadata"])
        }
        "Deployment"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicaSet"
        | "ReplicationController"
        | "Job"
        | "DeploymentConfig"
        | "Rollout" => (&["spec", "template", "spec"], &["spec", "template", "metadata"]),
        _ => return None,
    })
}

/// What stands at a chain of keys; unresolved where something on the way is.
fn reach(node: &Node, keys: &[&str]) -> Option<Node> {
    let mut at = node;
    for key in keys {
        match &at.value {
            Value::Unresolved(_) => return Some(at.clone()),
            Value::Map(map) => match (map.entry(key), &map.rest) {
                (Some(entry), _) => at = &entry.value,
                (None, Some(rest)) => return Some(unresolved(rest, at.span)),
                (None, None) => return None,
            },
            _ => return None,
        }
    }
    Some(at.clone())
}

fn unresolved(because: &Arc<Unresolved>, span: Span) -> Node {
    Node::new(Value::Unresolved(Arc::clone(because)), span)
}

/// All containers of a pod, each with its views.
fn containers(pod: &Node) -> Node {
    let mut all = Vec::new();
    if let Value::Unresolved(because) = &pod.value {
        all.push(some_more(because, pod.span));
    }
    let rest = pod.as_map().and_then(|map| map.rest.as_ref());
    all.extend(rest.map(|because| some_more(because, pod.span)));
    for (list, role) in LISTS {
        let Some(node) = pod.get(list) else { continue };
        match &node.value {
            Value::List(items) => all.extend(items.iter().map(|item| container(item, role, pod))),
            Value::Unresolved(because) => all.push(some_more(because, node.span)),
            _ => {}
        }
    }
    Node::list(all, pod.get("containers").map_or(pod.span, |list| list.span))
}

/// Any number of further items.
fn some_more(because: &Arc<Unresolved>, span: Span) -> Node {
    unresolved(&Arc::new(Unresolved { spread: true, ..Unresolved::clone(because) }), span)
}

fn container(written: &Node, role: &'static str, pod: &Node) -> Node {
    let mut container = written.clone();
    if container.as_map().is_none() {
        return container;
    }
    // What is missing stands at its name; that of the whole container would be taken for where it is written.
    let first = || written.entries().first().map_or(written.span, |entry| entry.key.span);
    let header = written.entry("name").map_or_else(first, |entry| entry.key.span.to(entry.value.span));
    container.derive("role", Node::text(role, header));
    if let Some(image) = written.get("image") {
        container.derive("image_name", image.clone());
    }
    container.derive("security", security(written, pod, header));
    container
}

/// The security context that holds for a container: its own, over what the pod hands down.
fn security(container: &Node, pod: &Node, header: Span) -> Node {
    let own = container.get("securityContext");
    let mut map = Map { entries: Vec::new(), rest: None };
    let mut span = header;
    match own.map(|own| (&own.value, own.span)) {
        Some((Value::Map(own), at)) => {
            map = Map::clone(own);
            span = at;
        }
        Some((Value::Unresolved(because), at)) => return unresolved(because, at),
        Some((Value::Null, at)) => span = at,
        _ => map.rest = container.as_map().and_then(|map| map.rest.clone()),
    }
    match pod.get("securityContext").map(|pod| &pod.value) {
        Some(Value::Map(handed)) => {
            let missing =
                |entry: &&Entry| INHERITED.contains(&&*entry.key.name) && map.entry(&entry.key.name).is_none();
            let inherited: Vec<Entry> = handed.entries.iter().filter(missing).cloned().collect();
            map.entries.extend(inherited);
            map.rest = map.rest.or_else(|| handed.rest.clone());
        }
        Some(Value::Unresolved(because)) => map.rest = map.rest.or_else(|| Some(Arc::clone(because))),
        Some(_) => {}
        None => map.rest = map.rest.or_else(|| pod.as_map().and_then(|pod| pod.rest.clone())),
    }
    Node::new(Value::Map(Arc::new(map)), span)
}
