//! What an image is of, and which system is in it, as far as its name and its tag say.

use std::sync::Arc;

use crate::dialect::Resource;
use crate::document::{Entry, Map, Node, Text, Unresolved, Value};
use crate::fact::release::table::{HOLE, PRODUCTS, Product, product};
use crate::fact::release::{by_product, of_version};
use crate::fact::{Fact, image, image_partial};

/// The names of the registry that is meant where none is named.
const HUB: &[&str] = &["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

/// The registry whose images are all of one house, which names systems in tags as Docker does.
const MICROSOFT: &str = "mcr.microsoft.com";

/// Words of a path in a registry behind which the names of Docker Hub stand.
const MIRRORS: &[&str] = &["cache", "dockerhub", "hub", "library", "mirror", "mirrors", "proxy", "remote", "upstream"];

/// What GitLab calls its mirror of Docker Hub.
const GITLAB_MIRROR: &str = "CI_DEPENDENCY_PROXY";

/// Systems that tags of other images name.
const SYSTEMS: &[&str] = &["almalinux", "alpine", "amazonlinux", "centos", "debian", "fedora", "rockylinux", "ubuntu"];

/// The releases that are in the image of a fact about one.
pub fn released_in(stated: &Resource) -> Vec<Resource> {
    if &*stated.kind != "fact/image" {
        return Vec::new();
    }
    let Some(text) = stated.body.get("text") else { return Vec::new() };
    let mut facts: Vec<Fact> = products(text, &stated.body)
        .into_iter()
        .map(|(product, version, condition)| Fact { condition, ..of_version(product, &version, "image") })
        .collect();
    let systems = systems(text, &stated.body);
    let others = systems.iter().filter(|(system, _)| !facts.iter().any(|fact| &*fact.key == system.id));
    let others: Vec<Fact> = others.map(|(system, version)| of_version(system, version, "system")).collect();
    facts.extend(others);
    facts.into_iter().map(|fact| resource(stated, fact)).collect()
}

/// The fact as a resource, which stands where the one of the image does.
fn resource(stated: &Resource, fact: Fact) -> Resource {
    let owner = stated.body.entry("owner").cloned();
    let entries: Vec<Entry> = fact.says.into_iter().chain(owner).collect();
    let body = Node { value: Value::Map(Arc::new(Map { entries, rest: None })), ..stated.body.clone() };
    Resource {
        kind: "fact/release".into(),
        address: format!("{}:{}", stated.address, fact.key).into(),
        body,
        condition: fact.condition.or_else(|| stated.condition.clone()),
        ..stated.clone()
    }
}

/// A product that an image is of, the version, and what has to be known for it to be certain.
type Held = (&'static Product, Node, Option<Arc<Unresolved>>);

fn products(text: &Node, parts: &Node) -> Vec<Held> {
    match &text.value {
        Value::Unresolved(open) if open.alternatives.is_empty() => of_partial(open, text, parts).into_iter().collect(),
        _ => of_text(text, parts),
    }
}

/// Of a reference that is written, or of each that may be meant.
fn of_text(text: &Node, parts: &Node) -> Vec<Held> {
    let found = by_product(text, &|text| {
        let parts = parsed(text)?;
        let part = |key: &str| parts.get(key).and_then(Node::as_str);
        if let Some(found) = named_in_full(part("registry"), part("repository")?) {
            return Some(found);
        }
        let product = of_name(part("registry"), part("repository")?)?;
        // An image that is named by its content alone may be of any version.
        let version = part("tag").or_else(|| part("digest").is_none().then_some("latest")).unwrap_or("");
        Some((product, version.to_owned()))
    });
    let tag = parts.get("tag").filter(|tag| tag.as_unresolved().is_some() && text.as_str().is_some());
    found.into_iter().map(|(product, version)| (product, tag.cloned().unwrap_or(version), None)).collect()
}

/// Of a reference of which parts are known.
fn of_partial(open: &Arc<Unresolved>, text: &Node, parts: &Node) -> Option<Held> {
    // Some dialects take references apart in their own way, by which only the tag and the digest are known.
    let known = image_partial::parse(open.partial.as_deref()?, open, text.span);
    let name = known.get("name").and_then(Node::as_str)?;
    let version = parts.get("tag").or_else(|| known.get("tag")).cloned().unwrap_or_else(|| latest(text));
    let [registry, repository] = ["registry", "repository"].map(|key| known.get(key));
    if [registry, repository].iter().flatten().all(|part| part.as_str().is_some()) {
        let repository = repository.and_then(Node::as_str).unwrap_or(name);
        return Some((of_name(registry.and_then(Node::as_str), repository)?, version, None));
    }
    // What is filled in stands before the name: a registry, mostly, or a mirror.
    let written = open.partial.as_deref().map(|partial| partial.filled(HOLE)).unwrap_or_default();
    let before = written.rsplit_once('/').map_or("", |(before, _)| before);
    let mirror = before.ends_with("/library") || open.expression.contains(GITLAB_MIRROR);
    let product = of_name(None, name).filter(|_| mirror || before == HOLE)?;
    Some((product, version, (!mirror).then(|| Arc::clone(open))))
}

/// What is pulled where no tag is named.
fn latest(at: &Node) -> Node {
    Node { value: Node::text("latest", at.span).value, ..at.clone() }
}

fn parsed(text: &str) -> Option<Node> {
    image::parse(&Text::opaque(text), crate::source::Span::new(crate::source::NO_FILE, 0, 0))
}

/// How repositories begin whose name goes on with the version, and what they hold.
const NAMED: &[(&str, &str)] = &[
    ("docker.io/redhat/ubi", "rhel"),
    ("registry.access.redhat.com/ubi", "rhel"),
    ("registry.access.redhat.com/rhel", "rhel"),
    ("registry.redhat.io/ubi", "rhel"),
    ("registry.redhat.io/rhel", "rhel"),
    ("gcr.io/distroless/nodejs", "nodejs"),
];

/// The product and the version that a repository is called after: `ubi9/ubi-minimal`, `nodejs22-debian12`.
fn named_in_full(registry: Option<&str>, repository: &str) -> Option<(&'static Product, String)> {
    let host = registry.filter(|registry| !HUB.contains(registry)).unwrap_or("docker.io");
    let whole = format!("{host}/{repository}");
    NAMED.iter().find_map(|(start, id)| {
        let rest = whole.strip_prefix(start)?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (version, after) = rest.split_at(digits);
        let is_version = !version.is_empty() && (after.is_empty() || after.starts_with(['/', '-']));
        Some((product(id).filter(|_| is_version)?, version.to_owned()))
    })
}

/// The product that a repository of images holds.
fn of_name(registry: Option<&str>, repository: &str) -> Option<&'static Product> {
    let holds = |name: &str| PRODUCTS.iter().find(|product| product.images.contains(&name));
    match registry.filter(|registry| !HUB.contains(registry)) {
        None => holds(repository.strip_prefix("library/").unwrap_or(repository)),
        Some(registry) => holds(&format!("{registry}/{repository}")).or_else(|| holds(mirrored(repository)?)),
    }
}

/// The name on Docker Hub of what a mirror holds: what stands behind a word for one, or all that there is.
fn mirrored(repository: &str) -> Option<&str> {
    let is_mirror = |part: &str| part == "docker.io" || part.split(['-', '_', '.']).any(|word| MIRRORS.contains(&word));
    let mut rest = repository;
    let mut found = (!repository.contains('/')).then_some(repository);
    while let Some((first, after)) = rest.split_once('/') {
        if is_mirror(first) {
            found = Some(after);
        }
        rest = after;
    }
    found
}

/// The systems that the tag or the name of an image says it is built on, with their versions.
fn systems(text: &Node, parts: &Node) -> Vec<(&'static Product, Node)> {
    match &text.value {
        Value::Unresolved(open) if open.alternatives.is_empty() => {
            let tag = match parts.get("tag").map(|tag| &tag.value) {
                Some(Value::Str(tag)) => tag.as_str().to_owned(),
                Some(Value::Unresolved(open)) => {
                    open.partial.as_ref().map(|partial| partial.filled(HOLE)).unwrap_or_default()
                }
                _ => return Vec::new(),
            };
            let version = |version: String| Node { value: Node::text(version, text.span).value, ..text.clone() };
            of_tag(&tag, false).map(|(system, found)| (system, version(found))).into_iter().collect()
        }
        _ => by_product(text, &|text| {
            let parts = parsed(text)?;
            let part = |key: &str| parts.get(key).and_then(Node::as_str);
            let repository = part("repository")?;
            let hub = part("registry").is_none_or(|registry| HUB.contains(&registry));
            let official = part("registry") == Some(MICROSOFT)
                || hub && !repository.strip_prefix("library/").unwrap_or(repository).contains('/');
            let minimal = part("name").filter(|_| repository.contains("distroless/")).unwrap_or("");
            part("tag").and_then(|tag| of_tag(tag, official)).or_else(|| of_tag(minimal, false))
        }),
    }
}

/// The system that a part of a tag names: `bookworm`, `alpine3.16`, `ubuntu-22.04`. Words that are code names are surely that in
/// tags of official images only; elsewhere they have to stand behind a version, at the end.
fn of_tag(tag: &str, official: bool) -> Option<(&'static Product, String)> {
    let parts: Vec<&str> = tag.split(['-', '_']).collect();
    let first = usize::from(!official);
    parts.iter().enumerate().skip(first).filter(|(_, part)| !part.contains(HOLE)).find_map(|(at, part)| {
        let next = parts.get(at + 1).filter(|next| !next.contains(HOLE)).copied().unwrap_or("");
        SYSTEMS.iter().filter_map(|id| product(id)).find_map(|system| {
            let code_name = part.starts_with(|first: char| first.is_ascii_alphabetic())
                && (official || next.is_empty() || next == "slim")
                && system.cycles.iter().any(|cycle| cycle.also.contains(part));
            let after = part.strip_prefix(system.id).map(|rest| if rest.is_empty() { next } else { rest });
            let version = after.filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
            version.or_else(|| (code_name && *part != "latest").then_some(part)).map(|found| (system, found.to_owned()))
        })
    })
}
