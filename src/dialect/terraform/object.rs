//! Objects of Kubernetes that Terraform deploys: the same resource once more, as the object it becomes, so that rules about
//! objects judge it too.
//!
//! Names and shapes are taken from the schema of the object: `container` is an item of `containers`, `host_ipc` is `hostIPC`, a
//! block that may stand once is an object. What the schema does not know is of Terraform alone and left out.

use std::sync::Arc;

use crate::dialect::{Resource, Typing, has_extension, kubernetes};
use crate::document::{Entry, Map, Node, Text, Value};
use crate::schema::{self, Field, Type};
use crate::source::{Span, Workspace};

/// Types of resources that the provider sends in a version of the API which clusters no longer serve: the heading of each page says it.
/// <https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs>
const OF_OLD: &[(&str, &str)] = &[
    ("certificate_signing_request", "certificates.k8s.io/v1beta1"),
    ("cron_job", "batch/v1beta1"),
    ("csi_driver", "storage.k8s.io/v1beta1"),
    ("horizontal_pod_autoscaler_v2beta2", "autoscaling/v2beta2"),
    ("ingress", "extensions/v1beta1"),
    ("pod_disruption_budget", "policy/v1beta1"),
    ("pod_security_policy", "policy/v1beta1"),
    ("pod_security_policy_v1beta1", "policy/v1beta1"),
];

/// The object that a resource deploys.
pub fn of(resource: &Resource, workspace: &Workspace) -> Option<Resource> {
    let (kind, body) = match resource.kind.strip_prefix("terraform/")? {
        "kubernetes_manifest" => written(resource.body.get("manifest")?.clone())?,
        "kubectl_manifest" => {
            // What a plan says has its way through that.
            let is_manifest = |path: &str| {
                (kubernetes::KUBERNETES.syntax)(path).is_some()
                    && !(resource.identity.is_planned && has_extension(path, &[".json"]))
            };
            let text = resource.body.get("yaml_body")?;
            // What a function encodes is known as what it was handed.
            let encoded = text.as_map().is_some().then(|| text.clone());
            written(encoded.or_else(|| told(text, &|span: Span| is_manifest(workspace.path(span.file))))?)?
        }
        other => converted(other.strip_prefix("kubernetes_")?, resource)?,
    };
    Some(Resource {
        kind: Arc::from(format!("kubernetes/{kind}")),
        body: kubernetes::with_views(body, &kind),
        typing: Typing::Strict,
        ..resource.clone()
    })
}

/// An object that is written as one.
fn written(object: Node) -> Option<(String, Node)> {
    let kind = object.get("kind")?.as_str()?.to_owned();
    object.get("apiVersion")?;
    Some((kind, object))
}

/// The object that a text tells in YAML, also where parts of the text are open; what stands in a manifest is judged by itself.
fn told(text: &Node, is_manifest: &dyn Fn(Span) -> bool) -> Option<Node> {
    let elsewhere = || text.steps().iter().map(|step| step.span).filter(|span| span.file != text.span.file);
    if elsewhere().any(is_manifest) {
        return None;
    }
    let is_one = |root: &Node| root.get("kind").is_some();
    match &text.value {
        // Of another file there is no way back to the letters.
        Value::Str(written) if elsewhere().next().is_some() => {
            let opaque = Node { value: Value::Str(Text::opaque(written.shared())), ..text.clone() };
            kubernetes::told_in(&opaque, &is_one)
        }
        _ => kubernetes::told_in(text, &is_one),
    }
}

fn converted(name: &str, resource: &Resource) -> Option<(String, Node)> {
    let kind = kind_of(name)?;
    let ty = schema::of(&format!("kubernetes/{kind}")).shape()?;
    let map = resource.body.as_map()?;
    let mut entries = vec![Entry::new("kind", resource.header, Node::text(kind, resource.header))];
    let version = OF_OLD.iter().find(|(own, _)| *own == name).map(|(_, version)| Node::text(*version, resource.header));
    entries.extend(version.map(|version| Entry::new("apiVersion", resource.header, version)));
    entries.extend(members(map, &ty));
    // What a Secret of Terraform has in `data` is not encoded.
    if kind == "Secret" {
        for entry in entries.iter_mut().filter(|entry| &*entry.key.name == "data") {
            entry.key.name = "stringData".into();
        }
    }
    let map = Map { entries, rest: map.rest.clone() };
    let body = Node { value: Value::Map(Arc::new(map)), ..resource.body.clone() };
    Some((kind.to_owned(), body))
}

/// The kind of object that a type of resource deploys: `deployment_v1`, `daemonset`.
fn kind_of(name: &str) -> Option<&'static str> {
    let plain = match name.rsplit_once("_v") {
        Some((before, version)) if !version.contains('_') => before,
        _ => name,
    };
    let wanted = folded(plain);
    let kinds = schema::kinds_where("kubernetes/", |_| true);
    kinds.into_iter().filter_map(|kind| kind.strip_prefix("kubernetes/")).find(|kind| folded(kind) == wanted)
}

/// A name without what the two spell differently.
fn folded(name: &str) -> String {
    name.chars().filter(|char| *char != '_').map(|char| char.to_ascii_lowercase()).collect()
}

/// The field that an argument or block becomes: its name in one word, or the plural of it.
fn field<'t>(name: &str, ty: &'t Type) -> Option<&'t Field> {
    // Terraform has no capitals; what has some is not an argument, whatever a fix would like to write.
    if name.chars().any(char::is_uppercase) {
        return None;
    }
    let one = folded(name);
    let spelt = [one.clone(), format!("{one}s"), format!("{one}es")];
    let is = |spelling: &String| ty.fields().iter().find(|field| folded(field.name) == *spelling);
    spelt.iter().find_map(is)
}

fn members(map: &Map, ty: &Type) -> Vec<Entry> {
    let entries = map.written().filter_map(|entry| {
        let field = field(&entry.key.name, ty)?;
        let mut key = entry.key.clone();
        key.name = field.name.into();
        Some(Entry { key, value: value(&entry.value, &field.ty), derived: false })
    });
    entries.collect()
}

/// A value as the object has it. As deep as the schema is.
fn value(node: &Node, ty: &Type) -> Node {
    let with = |value| Node { value, ..node.clone() };
    match (&node.value, ty) {
        (Value::Map(map), Type::Object(_)) => {
            with(Value::Map(Arc::new(Map { entries: members(map, ty), rest: map.rest.clone() })))
        }
        (Value::List(items), Type::Object(_)) => match items.as_slice() {
            [block] => value(block, ty),
            _ => node.clone(),
        },
        (Value::List(items), Type::List(item)) => {
            with(Value::List(Arc::new(items.iter().map(|node| value(node, item)).collect())))
        }
        (Value::Str(text), Type::Number) => {
            text.as_str().parse().map_or_else(|_| node.clone(), |number| with(Value::Int(number)))
        }
        (Value::Str(text), Type::Bool) => {
            text.as_str().parse().map_or_else(|_| node.clone(), |truth| with(Value::Bool(truth)))
        }
        (Value::Unresolved(open), _) if !open.alternatives.is_empty() => {
            let mut open = (**open).clone();
            open.alternatives.iter_mut().for_each(|alternative| *alternative = value(alternative, ty));
            with(Value::Unresolved(Arc::new(open)))
        }
        _ => node.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_resources_are_kinds_of_objects() {
        for (name, want) in [
            ("deployment", Some("Deployment")),
            ("deployment_v1", Some("Deployment")),
            ("daemonset", Some("DaemonSet")),
            ("horizontal_pod_autoscaler_v2beta2", Some("HorizontalPodAutoscaler")),
            ("config_map_v1_data", None),
            ("labels", None),
        ] {
            assert_eq!(kind_of(name), want, "{name}");
        }
    }

    #[test]
    fn arguments_are_fields() {
        let ty = schema::of("kubernetes/Pod").shape().unwrap();
        let spec = &ty.field("spec").unwrap().ty;
        for (name, want) in [
            ("container", Some("containers")),
            ("init_container", Some("initContainers")),
            ("host_ipc", Some("hostIPC")),
            ("automount_service_account_token", Some("automountServiceAccountToken")),
            ("image_pull_secrets", Some("imagePullSecrets")),
            ("restart_policy", Some("restartPolicy")),
            ("wait_for_rollout", None),
            ("hostIPC", None),
        ] {
            assert_eq!(field(name, spec).map(|field| field.name), want, "{name}");
        }
    }
}
