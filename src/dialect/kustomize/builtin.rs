//! The transformers of kustomize itself, as what a kustomization would say to the same end.
//! <https://kubectl.docs.kubernetes.io/references/kustomize/builtins/>

use crate::document::{Entry, Node};

/// What each transformer takes: where it stands there, and what a kustomization calls it. `*` is an item of a list.
const TRANSFORMERS: [(&str, &[(&str, &str)]); 11] = [
    ("AnnotationsTransformer", &[("annotations", "commonAnnotations")]),
    ("ImageTagTransformer", &[("imageTag", "images*")]),
    ("LabelTransformer", &[("labels", "commonLabels")]),
    ("NamespaceTransformer", &[("metadata.namespace", "namespace")]),
    ("PatchJson6902Transformer", &[("", "patches*")]),
    ("PatchStrategicMergeTransformer", &[("paths", "patchesStrategicMerge"), ("patches", "patchesStrategicMerge*")]),
    ("PatchTransformer", &[("", "patches*")]),
    ("PrefixSuffixTransformer", &[("prefix", "namePrefix"), ("suffix", "nameSuffix")]),
    ("PrefixTransformer", &[("prefix", "namePrefix")]),
    ("ReplicaCountTransformer", &[("replica", "replicas*")]),
    ("SuffixTransformer", &[("suffix", "nameSuffix")]),
];

/// A transformer as the kustomization that does the same; none where it is no transformer of kustomize.
pub(super) fn as_kustomization(transformer: &Node) -> Option<Node> {
    let text = |key: &str| transformer.get(key).and_then(Node::as_str);
    let kind = text("kind").filter(|_| text("apiVersion") == Some("builtin"))?;
    let (_, fields) = TRANSFORMERS.iter().find(|(known, _)| *known == kind)?;
    let entry = |(from, to): &(&str, &'static str)| {
        let taken = match *from {
            "" => with_operations(transformer),
            path => transformer.at(&path.split('.').collect::<Vec<_>>())?.clone(),
        };
        let span = taken.span;
        Some(match to.strip_suffix('*') {
            Some(list) => Entry::new(list, span, Node::list(vec![taken], span)),
            None => Entry::new(*to, span, taken),
        })
    };
    Some(Node::map(fields.iter().filter_map(entry).collect(), transformer.span))
}

/// A transformer that patches, whose operations may stand under a name of their own, as an item of `patches`.
fn with_operations(transformer: &Node) -> Node {
    let mut entries: Vec<Entry> =
        ["target", "path", "patch"].iter().filter_map(|key| transformer.entry(key)).cloned().collect();
    let operations = transformer.entry("jsonOp");
    entries.extend(operations.map(|entry| Entry::new("patch", entry.key.span, entry.value.clone())));
    Node::map(entries, transformer.span)
}
