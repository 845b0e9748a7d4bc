//! Images that are not written as one reference: named part by part, or within a text of another format.

use std::sync::Arc;

use crate::document::{Node, PartialText, TextPart, Unresolved, Value};
use crate::fact::{Fact, command, image};
use crate::syntax::yaml;

/// The reference that the parts of an image come to, at the place of its tag, where it has one. `keys` are those of the registry,
/// the name and the tag.
pub(super) fn image(parts: &Node, keys: &[&str; 3]) -> Option<Node> {
    let part =
        |key: &str| parts.get(key).filter(|node| !matches!(&node.value, Value::Null) && node.as_str() != Some(""));
    let [registry, name, tag] = keys.map(part);
    let name = name?;
    let at = tag.unwrap_or(name);
    let digest = part("digest").and_then(Node::as_str);
    let all = [registry, Some(name), tag];
    let open = all.into_iter().flatten().find_map(Node::as_unresolved);
    let piece = |node: &Node| node.as_str().map(|text| text.trim_end_matches('/').to_owned());
    let host = |text: String| text.split_once("://").map_or(text.clone(), |(_, host)| host.to_owned());
    let written = [
        registry.map(|node| (piece(node).map(host), "/")),
        Some((piece(name), if tag.is_some() { ":" } else { "" })),
        tag.map(|node| (piece(node), "")),
    ];
    let texts = written.into_iter().flatten();
    let value = match open {
        None => {
            let mut whole = String::new();
            for (text, mark) in texts {
                whole.push_str(&text.unwrap_or_default());
                whole.push_str(mark);
            }
            if let Some(digest) = digest {
                whole.push('@');
                whole.push_str(digest);
            }
            Node::text(whole, at.span).value
        }
        Some(open) => {
            let pieces =
                texts.flat_map(|(text, mark)| [text.map_or(TextPart::Hole, TextPart::known), TextPart::known(mark)]);
            let partial = PartialText::joined(pieces).map(Box::new);
            Value::Unresolved(Arc::new(Unresolved { partial, alternatives: Vec::new(), ..Unresolved::clone(open) }))
        }
    };
    Some(Node { value, ..at.clone() })
}

/// What the containers of a pod are, which a text describes in YAML.
pub(super) fn of_pod(text: &Node, used: &'static str) -> Vec<Fact> {
    let roots = match &text.value {
        Value::Str(written) => yaml::parse_embedded(written, text.span).unwrap_or_default(),
        _ => vec![text.clone()],
    };
    let containers = roots.iter().filter_map(|root| root.at(&["spec", "containers"])).flat_map(Node::items);
    containers
        .flat_map(|container| {
            let image = container.get("image").and_then(|image| image::used(image, used));
            let started = command::started_by(container, command::KUBERNETES);
            image.into_iter().chain(started.map_or_else(Vec::new, |words| command::of_words(&words, "container")))
        })
        .collect()
}
