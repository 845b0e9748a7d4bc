//! Objects of Kubernetes that a task applies: the same task once more, as each of the objects, so that rules about objects judge
//! them too. A manifest that the task names by its path is judged by itself.

use std::sync::Arc;

use crate::dialect::{Resource, Typing, kubernetes};
use crate::document::{Node, Text, Value};
use crate::kernel::holes;
use crate::syntax::yaml;

/// Modules that apply objects.
const MODULES: &[&str] =
    &["kubernetes.core.k8s", "community.kubernetes.k8s", "community.okd.k8s", "redhat.openshift.k8s", "k8s"];

/// Most objects of a task.
const MOST: usize = 256;

/// The objects that a task applies.
pub(super) fn of(task: &Resource) -> Vec<Resource> {
    let applies = task.body.get("module").and_then(Node::as_str).is_some_and(|module| MODULES.contains(&module));
    let args = task.body.get("args").filter(|_| applies);
    let is_gone = args.and_then(|args| args.get("state")).and_then(Node::as_str) == Some("absent");
    let given = args
        .filter(|_| !is_gone)
        .and_then(|args| ["definition", "resource_definition", "inline"].iter().find_map(|key| args.get(key)));
    let objects = given.map(objects).unwrap_or_default();
    objects.into_iter().take(MOST).filter_map(|object| resource(object, task)).collect()
}

/// The objects of a map, of a list of maps, or of a text in YAML, of which parts may be open.
fn objects(given: &Node) -> Vec<Node> {
    match &given.value {
        Value::Map(_) => vec![given.clone()],
        Value::List(items) => items.as_ref().clone(),
        Value::Str(text) => yaml::parse_embedded(text, given.span).unwrap_or_default(),
        Value::Unresolved(open) => {
            let text = open.partial.as_deref().filter(|partial| !partial.is_blank());
            let text = text.map(|partial| Text::opaque(partial.filled(&holes::mark(0))));
            let roots = text.and_then(|text| yaml::parse_embedded(&text, given.span)).unwrap_or_default();
            roots.iter().map(|root| holes::opened(root, std::slice::from_ref(given))).collect()
        }
        _ => Vec::new(),
    }
}

fn resource(object: Node, task: &Resource) -> Option<Resource> {
    let kind = object.get("kind")?.as_str()?.to_owned();
    let header = object.entry("kind")?.key.span;
    object.get("apiVersion")?;
    let name = object.at(&["metadata", "name"]).and_then(Node::as_str).unwrap_or("");
    Some(Resource {
        kind: Arc::from(format!("kubernetes/{kind}")),
        address: format!("{}/{kind}/{name}", task.address).into(),
        span: object.span,
        header,
        body: kubernetes::with_views(object, &kind),
        typing: Typing::Strict,
        identity: crate::dialect::Identity::default(),
        ..task.clone()
    })
}
