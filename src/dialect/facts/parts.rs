//! Images that are not written as one reference: named part by part, or within a text of another format.

use std::collections::BTreeMap;

use crate::document::{Entry, Node, TextPart, Value};
use crate::fact::{Fact, command, image};
use crate::kernel::lift::{Site, known_in_part, partial};
use crate::syntax::spelled;
use crate::syntax::yaml;

/// The reference that the parts of an image come to, at the place of its tag, where it has one. `keys` are those of the registry,
/// the name and the tag.
pub(super) fn image(parts: &Node, keys: &[&str; 3]) -> Option<Node> {
    let part = |key: &str| parts.get(key).filter(|node| is_said(node));
    let [registry, name, tag] = keys.map(part);
    let (name, digest) = (name?, part("digest"));
    let at = tag.unwrap_or(name);
    let all = [registry, Some(name), tag, digest];
    let open = || all.into_iter().flatten().find_map(Node::as_unresolved);
    let expression = || open().map_or_else(Box::default, |open| open.expression.clone());
    let site = Site { span: at.span, expression: &expression };
    let made = site.lift(&all.map(Option::<&Node>::cloned), &|known| {
        let [registry, name, tag, digest] = known else { return Ok(None) };
        let known = [registry, name, tag, digest].map(|part| part.as_ref().filter(|node| is_said(node)));
        let texts = pieces(known).into_iter().flatten();
        let texts = texts.map(|(before, text, after)| [before, text.as_deref().unwrap_or_default(), after].concat());
        Ok(Some(Node::text(texts.collect::<String>(), at.span)))
    });
    known_in_part(made, || {
        partial(pieces(all).into_iter().flatten().flat_map(|(before, text, after)| {
            [TextPart::known(before), text.map_or(TextPart::Hole, TextPart::known), TextPart::known(after)]
        }))
    })
}

/// The image that a chart is told to run instead of its own, where its tag is said too: what is left out is as the chart has it.
pub(super) fn overridden(values: &Node) -> Option<Node> {
    values.get("tag").filter(|tag| is_said(tag))?;
    image(values, &["registry", "repository", "tag"])
}

/// The images that a release of Terraform tells its chart to run, in the form that most charts have.
pub(super) fn of_chart(release: &Node) -> Vec<Node> {
    let texts = release.get("values").map_or(&[][..], Node::items).iter();
    let roots = texts.flat_map(|text| match &text.value {
        Value::Str(written) => yaml::parse_embedded(written, text.span).unwrap_or_default(),
        // What a function wrote as YAML or JSON.
        Value::Map(_) => vec![text.clone()],
        _ => Vec::new(),
    });
    let of_root = |root: Node| {
        let parts = root.entries().iter().filter_map(|entry| entry.value.get("image"));
        root.get("image").into_iter().chain(parts).filter_map(overridden).collect::<Vec<_>>()
    };
    let mut found: Vec<Node> = roots.flat_map(of_root).collect();
    let mut set: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for one in release.get("set").map_or(&[][..], Node::items) {
        let (Some(name), Some(value)) = (one.get("name").and_then(Node::as_str), one.get("value")) else { continue };
        if let Some((image, part)) = name.rsplit_once('.')
            && image.rsplit('.').next() == Some("image")
        {
            set.entry(image).or_default().push(Entry::new(part, value.span, value.clone()));
        }
    }
    found.extend(set.into_values().filter_map(|parts| overridden(&Node::map(parts, release.span))));
    found
}

/// The image that a further context of a build is.
pub(super) fn context(node: &Node) -> Option<Node> {
    const SCHEME: &str = "docker-image://";
    let Value::Str(text) = &node.value else { return None };
    text.as_str().starts_with(SCHEME).then(|| {
        let name = spelled::part(text, SCHEME.len(), text.as_str().len());
        Node { trail: node.trail.clone(), ..spelled::node(name, node.span) }
    })
}

/// The image that a module is told to pull: `docker_image` handles those too that are built, loaded or there already.
pub(super) fn pulled(arguments: &Node) -> Option<Node> {
    let is_pulled = arguments.get("source").and_then(Node::as_str) == Some("pull");
    let name = arguments.get("name").filter(|_| is_pulled)?;
    let is_whole =
        name.as_str().is_some_and(|name| name.rsplit('/').next().is_some_and(|last| last.contains([':', '@'])));
    if is_whole { Some(name.clone()) } else { image(arguments, &["", "name", "tag"]) }
}

fn is_said(part: &Node) -> bool {
    !matches!(&part.value, Value::Null) && part.as_str() != Some("")
}

/// A part with the signs before and after it; none of it where it is not known.
type Piece = (&'static str, Option<String>, &'static str);

/// Registry, name, tag and digest, as far as they are there.
fn pieces([registry, name, tag, digest]: [Option<&Node>; 4]) -> [Option<Piece>; 4] {
    let bare = |node: &Node| node.as_str().map(|text| text.trim_end_matches('/').to_owned());
    let without_scheme = |text: String| match text.split_once("://") {
        Some((_, host)) => host.to_owned(),
        None => text,
    };
    [
        registry.map(|node| ("", bare(node).map(without_scheme), "/")),
        name.map(|node| ("", bare(node), "")),
        tag.map(|node| (":", bare(node), "")),
        digest.map(|node| ("@", bare(node), "")),
    ]
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
