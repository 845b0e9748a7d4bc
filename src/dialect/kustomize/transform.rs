//! What a kustomization does to all of its objects: names, labels, images, replicas.

use std::sync::Arc;

use super::build::Object;
use super::edit::{at_mut, each_at, each_map, get_mut, items_mut, set};
use super::patch::{TOO_MUCH, Target, leave_open, may_copy};
use crate::document::{Entry, Node, Value};
use crate::kernel::budget::Budget;

/// Kinds that belong to no namespace.
const CLUSTER_WIDE: [&str; 14] = [
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingWebhookConfiguration",
];

/// Keys under which an object is named by another one: the key itself, or its `name`.
const REFERENCES: [(&str, &[&str]); 16] = [
    ("configMapRef", &["ConfigMap"]),
    ("configMapKeyRef", &["ConfigMap"]),
    ("configMap", &["ConfigMap"]),
    ("secretRef", &["Secret"]),
    ("secretKeyRef", &["Secret"]),
    ("secret", &["Secret"]),
    ("secretName", &["Secret"]),
    ("imagePullSecrets", &["Secret"]),
    ("serviceAccountName", &["ServiceAccount"]),
    ("subjects", &["ServiceAccount"]),
    ("roleRef", &["Role", "ClusterRole"]),
    ("scaleTargetRef", &["Deployment", "StatefulSet", "ReplicaSet"]),
    ("claimName", &["PersistentVolumeClaim"]),
    ("serviceName", &["Service"]),
    ("service", &["Service"]),
    ("ingressClassName", &["IngressClass"]),
];

/// Applies what stands in a kustomization before its JSON patches.
pub(super) fn before_patches(objects: &mut [Object], root: &Node) {
    if let Some(entry) = root.entry("namespace") {
        for object in objects.iter_mut() {
            match &*object.kind {
                // The namespace that is set is the one that the kustomization makes.
                "Namespace" => {
                    set(&mut object.node, &["metadata", "name"], entry.key.span, entry.value.clone());
                    object.names.extend(entry.value.as_str().map(Arc::from));
                }
                kind if CLUSTER_WIDE.contains(&kind) => {}
                _ => set(&mut object.node, &["metadata", "namespace"], entry.key.span, entry.value.clone()),
            }
        }
        subjects(objects, entry);
    }
    rename(objects, root);
    for label in root.get("labels").map_or(&[][..], Node::items) {
        let flag = |key: &str| label.get(key).and_then(Node::as_bool) == Some(true);
        let pairs = label.get("pairs").map_or(&[][..], Node::entries);
        add(objects, pairs, "labels", flag("includeSelectors"), flag("includeTemplates"));
    }
    add(objects, root.get("commonLabels").map_or(&[][..], Node::entries), "labels", true, true);
    add(objects, root.get("commonAnnotations").map_or(&[][..], Node::entries), "annotations", false, true);
}

/// Applies what stands in a kustomization after its JSON patches; the replacements that make too much of an object.
pub(super) fn after_patches<'n>(objects: &mut [Object], root: &'n Node, budget: &Budget) -> Vec<&'n Node> {
    for replica in root.get("replicas").map_or(&[][..], Node::items) {
        let Some((name, count)) = replica.get("name").and_then(Node::as_str).zip(replica.entry("count")) else {
            continue;
        };
        let scaled = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];
        for object in objects.iter_mut().filter(|object| scaled.contains(&&*object.kind) && object.is_called(name)) {
            set(&mut object.node, &["spec", "replicas"], count.key.span, count.value.clone());
        }
    }
    for image in root.get("images").map_or(&[][..], Node::items) {
        for object in objects.iter_mut() {
            each_map(&mut object.node, &mut |map| {
                for list in ["containers", "initContainers", "ephemeralContainers"] {
                    for container in get_mut(map, list).and_then(items_mut).map_or(&mut [][..], |items| items) {
                        change_image(container, image);
                    }
                }
            });
        }
    }
    let replacements = root.get("replacements").map_or(&[][..], Node::items).iter();
    replacements.filter(|replacement| !replace(objects, replacement, budget)).collect()
}

/// Bindings follow the service accounts that move to a namespace.
fn subjects(objects: &mut [Object], namespace: &Entry) {
    let moved: Vec<Object> = objects.iter().filter(|object| &*object.kind == "ServiceAccount").cloned().collect();
    for object in objects.iter_mut().filter(|object| object.kind.ends_with("RoleBinding")) {
        for subject in get_mut(&mut object.node, "subjects").and_then(items_mut).map_or(&mut [][..], |items| items) {
            let account = subject.get("kind").and_then(Node::as_str) == Some("ServiceAccount");
            let name = subject.get("name").and_then(Node::as_str).unwrap_or("");
            if account && (name == "default" || moved.iter().any(|object| object.is_called(name))) {
                set(subject, &["namespace"], namespace.key.span, namespace.value.clone());
            }
        }
    }
}

/// `namePrefix` and `nameSuffix`, also where other objects name the ones that they change.
fn rename(objects: &mut [Object], root: &Node) {
    let text = |key: &str| root.get(key).and_then(Node::as_str).unwrap_or("");
    let (prefix, suffix) = (text("namePrefix"), text("nameSuffix"));
    if prefix.is_empty() && suffix.is_empty() {
        return;
    }
    let mut renamed: Vec<(String, String, String)> = Vec::new();
    for object in objects.iter_mut().filter(|object| !matches!(&*object.kind, "Namespace" | "CustomResourceDefinition"))
    {
        let Some(old) = object.node.at(&["metadata", "name"]).cloned() else { continue };
        let Some(name) = old.as_str() else { continue };
        let new = format!("{prefix}{name}{suffix}");
        renamed.push((object.kind.to_string(), name.to_owned(), new.clone()));
        object.names.push(new.as_str().into());
        let renamed = Node { trail: old.trail.clone(), ..Node::text(new, old.span) };
        if let Some(place) = at_mut(&mut object.node, &["metadata", "name"]) {
            *place = renamed;
        }
    }
    let new_name = |kinds: &[&str], name: &str| {
        let found = renamed.iter().find(|(kind, old, _)| kinds.contains(&kind.as_str()) && old == name);
        found.map(|(_, _, new)| new.clone())
    };
    for object in objects.iter_mut() {
        each_map(&mut object.node, &mut |map| {
            for (key, kinds) in REFERENCES {
                let Some(value) = get_mut(map, key) else { continue };
                change_name(value, &|name| new_name(kinds, name));
            }
        });
    }
}

/// A name, a map with a `name` (or `secretName`), or a list of those.
fn change_name(node: &mut Node, new: &dyn Fn(&str) -> Option<String>) {
    if let Some(name) = node.as_str().and_then(new) {
        *node = Node { trail: node.trail.clone(), ..Node::text(name, node.span) };
        return;
    }
    if let Some(items) = items_mut(node) {
        for item in items {
            if let Some(name) = get_mut(item, "name")
                && let Some(changed) = name.as_str().and_then(new)
            {
                *name = Node::text(changed, name.span);
            }
        }
        return;
    }
    for key in ["name", "secretName"] {
        if let Some(name) = get_mut(node, key)
            && let Some(changed) = name.as_str().and_then(new)
        {
            *name = Node::text(changed, name.span);
        }
    }
}

fn add(objects: &mut [Object], pairs: &[Entry], key: &str, selectors: bool, templates: bool) {
    for object in objects {
        let kind = Arc::clone(&object.kind);
        let mut places: Vec<Vec<&str>> = vec![vec!["metadata", key]];
        if selectors || templates {
            places.extend(
                templates_of(&kind).iter().map(|template| template.iter().copied().chain(["metadata", key]).collect()),
            );
        }
        if selectors && makes_selector(&kind, &object.node) {
            let selector: &[&str] =
                if &*kind == "Service" { &["spec", "selector"] } else { &["spec", "selector", "matchLabels"] };
            places.push(selector.to_vec());
        }
        let put = |node: &mut Node, place: &[&str]| {
            for pair in pairs {
                let keys: Vec<&str> = place.iter().copied().chain([&*pair.key.name]).collect();
                set(node, &keys, pair.key.span, pair.value.clone());
            }
        };
        for place in &places {
            put(&mut object.node, place);
        }
        if selectors && &*kind != "Service" {
            for path in SELECTORS.iter().filter(|(of, _)| of.contains(&&*kind)).map(|(_, path)| path) {
                each_at(&mut object.node, path, &mut |node| put(node, &[]));
            }
        }
        if (selectors || templates) && key == "labels" && &*kind == "StatefulSet" {
            each_at(&mut object.node, &["spec", "volumeClaimTemplates"], &mut |claim| put(claim, &["metadata", key]));
        }
    }
}

/// Where an object holds what others are made of.
fn templates_of(kind: &str) -> &'static [&'static [&'static str]] {
    match kind {
        "CronJob" => &[&["spec", "jobTemplate"], &["spec", "jobTemplate", "spec", "template"]],
        "Job" | "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" => {
            &[&["spec", "template"]]
        }
        _ => &[],
    }
}

/// Whether labels that select are added to an object's own selector, even where it has none.
fn makes_selector(kind: &str, node: &Node) -> bool {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => true,
        "Service" => node.at(&["spec", "selector"]).is_some(),
        _ => false,
    }
}

/// What runs pods that may be near to others.
const WORKLOADS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"];

/// Further selectors by kind: labels are added where there is one.
const SELECTORS: &[(&[&str], &[&str])] = &[
    (&["PodDisruptionBudget"], &["spec", "selector", "matchLabels"]),
    (&["Job"], &["spec", "selector", "matchLabels"]),
    (&["NetworkPolicy"], &["spec", "podSelector", "matchLabels"]),
    (&["NetworkPolicy"], &["spec", "ingress", "from", "podSelector", "matchLabels"]),
    (&["NetworkPolicy"], &["spec", "egress", "to", "podSelector", "matchLabels"]),
    (WORKLOADS, &["spec", "template", "spec", "topologySpreadConstraints", "labelSelector", "matchLabels"]),
    (
        WORKLOADS,
        &[
            "spec",
            "template",
            "spec",
            "affinity",
            "podAffinity",
            "preferredDuringSchedulingIgnoredDuringExecution",
            "podAffinityTerm",
            "labelSelector",
            "matchLabels",
        ],
    ),
    (
        WORKLOADS,
        &[
            "spec",
            "template",
            "spec",
            "affinity",
            "podAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "labelSelector",
            "matchLabels",
        ],
    ),
    (
        WORKLOADS,
        &[
            "spec",
            "template",
            "spec",
            "affinity",
            "podAntiAffinity",
            "preferredDuringSchedulingIgnoredDuringExecution",
            "podAffinityTerm",
            "labelSelector",
            "matchLabels",
        ],
    ),
    (
        WORKLOADS,
        &[
            "spec",
            "template",
            "spec",
            "affinity",
            "podAntiAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "labelSelector",
            "matchLabels",
        ],
    ),
];

/// Changes a container's image, when it is the one that is meant.
fn change_image(container: &mut Node, image: &Node) {
    let Some(written) = get_mut(container, "image") else { return };
    let Some(reference) = written.as_str() else { return };
    let wanted = image.get("name").and_then(Node::as_str).unwrap_or("");
    let (without_digest, old_digest) = match reference.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (reference, None),
    };
    let tag_at = without_digest.rfind(':').filter(|at| without_digest.get(*at..).is_some_and(|tag| !tag.contains('/')));
    let (name, old_tag) = match tag_at {
        Some(at) => (without_digest.get(..at).unwrap_or(""), without_digest.get(at + 1..)),
        None => (without_digest, None),
    };
    if name != wanted {
        return;
    }
    let text = |key: &str| match image.get(key).map(|node| &node.value) {
        Some(Value::Str(text)) => Some(text.as_str().to_owned()),
        Some(Value::Int(number)) => Some(number.to_string()),
        _ => None,
    };
    let new_name = text("newName").unwrap_or_else(|| name.to_owned());
    let (tag, digest) = match (text("newTag"), text("digest")) {
        (None, None) => (old_tag.map(str::to_owned), old_digest.map(str::to_owned)),
        set => set,
    };
    let tag = tag.map(|tag| tag + &text("tagSuffix").unwrap_or_default());
    let mut changed = new_name;
    for (sign, part) in [(':', tag), ('@', digest)] {
        if let Some(part) = part {
            changed.push(sign);
            changed.push_str(&part);
        }
    }
    let places = ["newTag", "digest", "tagSuffix", "newName"].iter().filter_map(|key| image.get(key));
    let place = places.map(|node| node.span).next().unwrap_or(image.span);
    *written = Node::text(changed, written.span).used_at(place, "image as the base has it");
}

/// `replacements`: a field of one object goes to fields of others. False where that makes too much of one.
fn replace(objects: &mut [Object], replacement: &Node, budget: &Budget) -> bool {
    let Some(source) = replacement.get("source") else { return true };
    let target = Target::read(source);
    let path = |text: &str| -> Vec<String> { text.split('.').map(str::to_owned).collect() };
    let from = path(source.get("fieldPath").and_then(Node::as_str).unwrap_or("metadata.name"));
    let keys: Vec<&str> = from.iter().map(String::as_str).collect();
    let Some(value) =
        objects.iter().find(|object| target.fits(object)).and_then(|object| object.node.at(&keys).cloned())
    else {
        return true;
    };
    let mut fits = true;
    for entry in replacement.get("targets").map_or(&[][..], Node::items) {
        let Some(select) = entry.get("select") else { continue };
        let target = Target::read(select);
        let fields = entry.get("fieldPaths").map_or(&[][..], Node::items);
        for object in objects.iter_mut().filter(|object| target.fits(object)) {
            for field in fields {
                let steps = path(field.as_str().unwrap_or(""));
                // Only whole fields: what `options` cut out of a text is not followed.
                let partly = [source.get("options"), entry.get("options")];
                let partly = partly.into_iter().flatten().any(|options| options.get("delimiter").is_some());
                let because = "a part of it is replaced, which is not followed";
                let unknown = partly.then(|| Node::unresolved(field.as_str().unwrap_or(""), because, value.span));
                let value = unknown.as_ref().unwrap_or(&value);
                let grows = matches!(value.value, Value::List(_) | Value::Map(_));
                if grows && !(may_copy(&object.node, budget) && may_copy(value, budget)) {
                    leave_open(&mut object.node, TOO_MUCH);
                    fits = false;
                    break;
                }
                let makes = entry.at(&["options", "create"]).and_then(Node::as_bool) == Some(true);
                let keys: Vec<&str> = steps.iter().map(String::as_str).collect();
                if makes && object.node.at(&keys).is_none() && !steps.iter().any(|step| is_of_list(step)) {
                    set(&mut object.node, &keys, field.span, value.used_at(field.span, "replacement"));
                }
                put(&mut object.node, &steps, value, field);
            }
        }
    }
    fits
}

/// Whether a step of a path is one into a list.
fn is_of_list(step: &str) -> bool {
    step == "*" || step == "-" || step.starts_with('[') || step.parse::<usize>().is_ok()
}

/// Replaces what stands at a path; `*` is every item, `[name=x]` the items with a name.
fn put(node: &mut Node, steps: &[String], value: &Node, field: &Node) {
    let Some((step, rest)) = steps.split_first() else {
        *node = value.used_at(field.span, "replacement");
        return;
    };
    if let Some(items) = items_mut(node) {
        let index = step.parse::<usize>().ok();
        let wanted =
            step.strip_prefix('[').and_then(|step| step.strip_suffix(']')).and_then(|step| step.split_once('='));
        for (at, item) in items.iter_mut().enumerate() {
            let named = wanted.is_some_and(|(key, name)| item.get(key).and_then(Node::as_str) == Some(name));
            if step == "*" || index == Some(at) || named {
                put(item, rest, value, field);
            }
        }
        return;
    }
    if let Some(inner) = get_mut(node, step) {
        put(inner, rest, value, field);
    }
}
