//! The views of a service: its ports, mounts and environment in one form, however they are written.

use super::merge::assignments;
use crate::document::{Entry, Node, Text, Unresolved, Value};
use crate::kernel::lift::each_way;
use crate::source::{Span, join};

/// Adds the views `ports_published`, `mounts`, `environment_map`, `build_file` and `build_images`; the directory is that of the
/// project.
pub(super) fn derive(service: &mut Node, directory: &str) {
    let views = [
        ("ports_published", each(service.get("ports"), port)),
        ("mounts", each(service.get("volumes"), mount)),
        ("environment_map", service.get("environment").map(environment)),
        ("build_file", service.get("build").and_then(|build| build_file(build, directory))),
        ("build_images", service.at(&["build", "additional_contexts"]).map(build_images)),
    ];
    for (name, view) in views {
        if let Some(view) = view {
            service.derive(name, view);
        }
    }
}

/// The Dockerfile that an image is built of, from the root on; none where that is of another repository, or written in place.
fn build_file(build: &Node, directory: &str) -> Option<Node> {
    let (context, dockerfile) = match &build.value {
        Value::Map(_) if build.get("dockerfile_inline").is_some() => return None,
        Value::Map(_) => (build.get("context"), build.get("dockerfile")),
        _ => (Some(build), None),
    };
    if let Some(open) = [context, dockerfile].into_iter().flatten().find(|node| node.as_unresolved().is_some()) {
        return Some(open.clone());
    }
    let context = context.map_or(Some("."), Node::as_str)?;
    let file = dockerfile.map_or(Some("Dockerfile"), Node::as_str)?;
    if context.contains("://") || context.starts_with(['/', '~']) || file.starts_with('/') {
        return None;
    }
    let path = join(&join(directory, context)?, file)?;
    Some(Node { trail: build.trail.clone(), ..Node::text(path, dockerfile_span(build)) })
}

/// The images among the further contexts that a build is given.
fn build_images(contexts: &Node) -> Node {
    let named = |entry: &Entry| {
        let Value::Str(text) = &entry.value.value else { return None };
        let name = text.as_str().strip_prefix("docker-image://")?;
        field("image", Some(name), text, entry.value.span).map(|image| image.value)
    };
    let images = assignments(contexts).entries().iter().filter_map(named).collect();
    Node { trail: contexts.trail.clone(), ..Node::list(images, contexts.span) }
}

/// Where it is said which file it is.
fn dockerfile_span(build: &Node) -> Span {
    build.get("dockerfile").or_else(|| build.get("context")).unwrap_or(build).span
}

/// A list of views; of an item that is one of several, one of their views. What is unresolved stays so.
fn each(list: Option<&Node>, view: fn(&Node) -> Node) -> Option<Node> {
    let list = list?;
    let shown = |item: &Node| match item.as_unresolved() {
        Some(open) if !open.alternatives.is_empty() => {
            each_way(item, &|one| Some(view(one))).unwrap_or_else(|| view(item))
        }
        _ => view(item),
    };
    let view = match &list.value {
        Value::List(items) => Node::list(items.iter().map(shown).collect(), list.span),
        _ => list.clone(),
    };
    Some(Node { trail: list.trail.clone(), ..view })
}

/// The fields that a long form has, or the ones read from the short form.
fn fields(item: &Node, entries: Vec<Option<Entry>>) -> Node {
    let map = Node::map(entries.into_iter().flatten().collect(), item.span);
    Node { trail: item.trail.clone(), ..map }
}

fn field(name: &str, value: Option<&str>, text: &Text, at: Span) -> Option<Entry> {
    let value = value?;
    let number = value.parse::<i64>().ok().filter(|_| !value.starts_with('+')).map(Value::Int);
    // `value` is a part of `text`, so the distance of their addresses is its offset.
    let start = value.as_ptr().addr().saturating_sub(text.as_str().as_ptr().addr());
    let inner = text.trace(start, start + value.len());
    let span = inner.map_or(at, |(start, end)| Span::new(at.file, start as usize, end as usize));
    Some(Entry::new(name, span, Node::new(number.unwrap_or_else(|| Value::Str(Text::opaque(value))), span)))
}

/// `[[host:]published:]target[/protocol]`, or the long form.
fn port(item: &Node) -> Node {
    let Value::Str(text) = &item.value else {
        return match &item.value {
            Value::Int(_) => fields(item, vec![Some(Entry::new("target", item.span, item.clone()))]),
            Value::Unresolved(open) => port_inside(item, open).unwrap_or_else(|| item.clone()),
            _ => item.clone(),
        };
    };
    let (rest, protocol) = match text.as_str().split_once('/') {
        Some((rest, protocol)) => (rest, Some(protocol)),
        None => (text.as_str(), None),
    };
    let (rest, target) = rest.rsplit_once(':').map_or((None, rest), |(rest, target)| (Some(rest), target));
    let (host, published) = match rest.map(|rest| (rest, rest.rsplit_once(':'))) {
        Some((_, Some((host, published)))) => (Some(host.trim_matches(['[', ']'])), Some(published)),
        Some((published, None)) => (None, Some(published)),
        None => (None, None),
    };
    let of = |name, value: Option<&str>| field(name, value.filter(|value| !value.is_empty()), text, item.span);
    fields(
        item,
        vec![of("host_ip", host), of("published", published), of("target", Some(target)), of("protocol", protocol)],
    )
}

/// The port in the container, where that is written out and only what is published for it is filled in (`$PORT:8096/tcp`).
fn port_inside(item: &Node, open: &Unresolved) -> Option<Node> {
    let (_, end) = open.partial.as_ref()?.suffix().rsplit_once(':')?;
    let (target, protocol) = end.split_once('/').map_or((end, None), |(target, protocol)| (target, Some(protocol)));
    let target = target.parse::<i64>().ok()?;
    let given = || Node { trail: item.trail.clone(), ..Node::unresolved(&open.expression, &*open.because, item.span) };
    let of = |name: &str, value: Node| Some(Entry::new(name, item.span, value));
    let protocol = protocol.and_then(|protocol| of("protocol", Node::text(protocol, item.span)));
    let target = of("target", Node::new(Value::Int(target), item.span));
    Some(fields(item, vec![of("host_ip", given()), of("published", given()), target, protocol]))
}

/// `[source:]target[:mode]`, or the long form.
fn mount(item: &Node) -> Node {
    let Value::Str(text) = &item.value else { return item.clone() };
    let (source, target, mode) = split_mount(text.as_str());
    let is_path = |source: &str| source.starts_with(['.', '/', '~', '\\']) || drive(source);
    let kind = if source.is_some_and(is_path) { "bind" } else { "volume" };
    let read_only = mode.is_some_and(|mode| mode.split(',').any(|word| word == "ro"));
    let of = |name, value: Option<&str>| field(name, value, text, item.span);
    fields(
        item,
        vec![
            Some(Entry::new("type", item.span, Node::text(kind, item.span))),
            of("source", source),
            of("target", Some(target)),
            Some(Entry::new("read_only", item.span, Node::new(Value::Bool(read_only), item.span))),
        ],
    )
}

fn split_mount(text: &str) -> (Option<&str>, &str, Option<&str>) {
    // A Windows drive is not a separator.
    let skip = if drive(text) { 2 } else { 0 };
    let Some(first) = text.get(skip..).and_then(|rest| rest.find(':')).map(|at| at + skip) else {
        return (None, text, None);
    };
    let source = text.get(..first);
    let rest = text.get(first + 1..).unwrap_or("");
    match rest.rsplit_once(':') {
        Some((target, mode)) if !mode.contains(['/', '\\']) => (source, target, Some(mode)),
        _ => (source, rest, None),
    }
}

fn drive(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && bytes.next() == Some(b':')
        && matches!(bytes.next(), Some(b'\\' | b'/'))
}

/// Names and values; a name without a value takes it from whoever starts the project.
fn environment(node: &Node) -> Node {
    let mut map = assignments(node);
    if let Value::Map(entries) = &mut map.value {
        for entry in &mut std::sync::Arc::make_mut(entries).entries {
            if matches!(entry.value.value, Value::Null) {
                let because = "it is taken from the environment in which the project is started";
                entry.value = Node::unresolved(&entry.key.name, because, entry.key.span);
            }
        }
    }
    map
}
