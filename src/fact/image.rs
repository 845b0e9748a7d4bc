//! An image of a container in use.

use std::sync::Arc;

use super::{Fact, OWNER, Register, entry, image_partial, is_untold, known_images};
use crate::document::{Entry, Node, Text, Unresolved, Value};
use crate::schema::view;
use crate::source::Span;

/// The register of images.
pub const IMAGE: Register = Register {
    name: "image",
    doc: "an image of a container in use",
    fields: &[
        view("text", "s", "the reference as it is written", "ghcr.io/acme/shop:1.2"),
        view("told", "b", "whether anything is known of which image it is", "true"),
        view("registry", "s", "the host that it is pulled from, where one is named", "ghcr.io"),
        view("repository", "s", "its name without the registry", "acme/shop"),
        view("name", "s", "the last part of the repository", "shop"),
        view("roles", "[s", "what its program is known to be for, as in `data/known-images.toml`", "[\"network\"]"),
        view("tag", "s", "the tag, where one is named", "1.2"),
        view("digest", "s", "the digest, where one is named", "sha256:9ae9…"),
        view(
            "used",
            "s",
            "what for: `run` (a workload), `build` (a stage, a copied file), `job` (a pipeline), `develop` (a workplace)",
            "run",
        ),
        OWNER,
    ],
    find: None,
};

/// The parts that a reference may have.
const PARTS: &[&str] = &["registry", "repository", "name", "tag", "digest"];

/// The fact that an image is used for something; none where what is written is no reference to an image.
pub fn used(written: &Node, used: &'static str) -> Option<Fact> {
    let mut entries = vec![entry("text", written.clone()), entry("used", Node::text(used, written.span))];
    let mut key = String::new();
    match &written.value {
        Value::Str(text) if text.as_str().trim() == "scratch" => return None,
        Value::Str(text) => {
            let parts = parse(text, written.span)?;
            key.push_str(parts.get("repository").and_then(Node::as_str).unwrap_or(""));
            entries.extend(parts_of(&parts, written));
        }
        Value::Unresolved(open) if open.alternatives.is_empty() && open.partial.is_some() => {
            let text = open.partial.as_deref()?;
            let parts = image_partial::parse(text, open, written.span);
            key.push_str(parts.get("repository").and_then(Node::as_str).unwrap_or(""));
            entries.extend(parts_of(&parts, written));
        }
        Value::Unresolved(open) if open.alternatives.is_empty() => {
            // Any part may be there or not.
            entries.push(told(false, written));
            return Some(Fact { rest: Some(Arc::clone(open)), ..Fact::said(&IMAGE, &key, written, entries) });
        }
        Value::Unresolved(open) => entries.extend(PARTS.iter().map(|part| entry(part, undecided(part, open, written)))),
        // What a dialect has taken apart already, as far as variables let it.
        Value::Map(map) if written.get("name").is_some() => {
            // Their `name` is all of the reference.
            let whole = written.get("name").map_or_else(|| written.clone(), Node::clone);
            entries = vec![entry("text", whole), entry("used", Node::text(used, written.span))];
            let others = map.entries.iter().filter(|part| matches!(&*part.key.name, "tag" | "digest"));
            entries.extend(others.cloned());
            key.push_str(written.get("name").and_then(Node::as_str).unwrap_or(""));
        }
        _ => return None,
    }
    let part = |wanted: &str| entries.iter().find(|part| &*part.key.name == wanted);
    let name = part("name").or_else(|| part("repository")).or_else(|| entries.first());
    let is_told = !is_untold(written) && !name.is_some_and(|name| may_be_any(&name.value));
    let repository = part("repository").or_else(|| part("text"));
    let roles = repository.and_then(|part| known_images::roles(&part.value, &name.unwrap_or(part).value));
    entries.extend(roles.map(|roles| entry("roles", roles)));
    entries.push(told(is_told, written));
    Some(Fact::said(&IMAGE, &key, written, entries))
}

/// Whether an image is one that is known to be for something, as `data/known-images.toml` has it.
pub fn is_for(written: &Node, role: &str) -> bool {
    let fact = used(written, "run");
    let roles = fact.as_ref().and_then(|fact| fact.get("roles"));
    roles.is_some_and(|roles| roles.items().iter().any(|of| of.as_str() == Some(role)))
}

/// Whether an image is an official one of Docker Hub under one of some names, or the same in a mirror.
pub fn is_official(written: &Node, names: &[&str]) -> bool {
    let fact = used(written, "run");
    let repository = fact.as_ref().and_then(|fact| fact.get("repository")).and_then(Node::as_str);
    repository.is_some_and(|repository| match repository.rsplit_once("library/") {
        Some((before, name)) => (before.is_empty() || before.ends_with('/')) && names.contains(&name),
        None => names.contains(&repository),
    })
}

/// Whether nothing is known of a part, or of what it may be where it is there.
fn may_be_any(part: &Node) -> bool {
    let any_of = |open: &Unresolved| open.alternatives.iter().any(is_untold);
    is_untold(part) || part.as_unresolved().is_some_and(any_of)
}

fn told(is_told: bool, written: &Node) -> Entry {
    entry("told", Node { value: Value::Bool(is_told), ..written.clone() })
}

/// The parts of a reference, which came from where all of it did.
fn parts_of(parts: &Node, written: &Node) -> Vec<Entry> {
    let own = parts.entries().iter().filter(|part| PARTS.contains(&&*part.key.name));
    let along = |part: &Entry| Node { trail: written.trail.clone(), ..part.value.clone() };
    own.map(|part| Entry { value: along(part), ..part.clone() }).collect()
}

/// A part of a reference that is one of several, or any.
fn undecided(part: &str, open: &Arc<Unresolved>, written: &Node) -> Node {
    let of = |alternative: &Node| match &alternative.value {
        Value::Str(text) => {
            let found = parse(text, alternative.span).and_then(|parts| parts.get(part).cloned());
            Some(found.unwrap_or_else(|| Node::new(Value::Null, alternative.span)))
        }
        Value::Null => Some(alternative.clone()),
        _ => None,
    };
    let known: Option<Vec<Node>> = open.alternatives.iter().map(of).collect();
    let open = Unresolved { alternatives: known.unwrap_or_default(), partial: None, ..Unresolved::clone(open) };
    Node { value: Value::Unresolved(Arc::new(open)), ..written.clone() }
}

/// The parts of a reference to an image, as a map of `registry`, `repository`, `name`, `tag`, `digest` and `text`; what
/// is not written is not among them. Nothing for what is no such reference. Each part has the span it was written at,
/// where the text can be followed back.
pub fn parse(text: &Text, span: Span) -> Option<Node> {
    let whole = text.as_str();
    let reference = whole.trim();
    let reference =
        ["docker://", "oci://"].iter().find_map(|scheme| reference.strip_prefix(scheme)).unwrap_or(reference);
    let parts = Parts::of(reference)?;
    let base = whole.len() - whole.trim_end().len();
    let start = whole.len() - base - reference.len();
    let entry = |name: &str, part: &str, at: usize| {
        let traced = text.trace(start + at, start + at + part.len());
        let span = traced.map_or(span, |(from, to)| Span { file: span.file, start: from, end: to });
        Entry::new(name, span, Node::text(part, span))
    };
    let repository = parts.registry.map_or(0, |registry| registry.len() + 1);
    let after = repository + parts.repository.len();
    let name = parts.repository.rsplit('/').next().unwrap_or(parts.repository);
    let tag = parts.tag.map(|tag| entry("tag", tag, after + 1));
    let digest = parts.digest.map(|digest| entry("digest", digest, reference.len() - digest.len()));
    let entries = parts.registry.map(|registry| entry("registry", registry, 0)).into_iter();
    let entries = entries
        .chain([entry("repository", parts.repository, repository), entry("name", name, after - name.len())])
        .chain(tag)
        .chain(digest)
        .chain([entry("text", reference, 0)]);
    Some(Node::map(entries.collect(), span))
}

/// `[registry/]repository[:tag][@digest]`
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    registry: Option<&'a str>,
    repository: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(reference: &'a str) -> Option<Parts<'a>> {
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest)),
            Some(_) => return None,
            None => (reference, None),
        };
        // A colon before the last slash belongs to the port of the registry.
        let last = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (path, tag) = match rest.rfind(':').filter(|colon| *colon >= last) {
            Some(colon) => (rest.get(..colon)?, rest.get(colon + 1..)),
            None => (rest, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return None;
        }
        let (registry, repository) = match path.split_once('/') {
            Some((first, repository)) if is_registry(first) => (Some(first), repository),
            _ => (None, path),
        };
        repository.split('/').all(is_component).then_some(Parts { registry, repository, tag, digest })
    }
}

/// The first part names a registry when it cannot be a part of a repository on the default one.
pub fn is_registry(text: &str) -> bool {
    let host = text.split(':').next().unwrap_or(text);
    let port =
        text.split_once(':').is_none_or(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    let written = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let capital = host.bytes().any(|byte| byte.is_ascii_uppercase());
    port && written && (text.contains(['.', ':']) || host == "localhost" || capital)
}

fn is_component(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().all(|byte| plain(byte) || b"._-".contains(&byte))
        && text.bytes().next().is_some_and(plain)
        && text.bytes().last().is_some_and(plain)
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&text.len())
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || b".-".contains(&byte))
}

fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        let named = algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte));
        named && !algorithm.is_empty() && !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use proptest::prelude::*;

    fn parts(text: &str) -> Option<Vec<(String, String)>> {
        let written = format!("image: {text}");
        let span = Span::new(FileId(0), 7, written.len());
        let node = parse(&Text::verbatim(text, 7), span)?;
        let entries = node.entries().iter().filter(|entry| &*entry.key.name != "text");
        Some(
            entries
                .map(|entry| {
                    let value = entry.value.as_str().unwrap();
                    assert_eq!(
                        written.get(entry.value.span.range()),
                        Some(value),
                        "{text}: the span of {}",
                        entry.key.name
                    );
                    (entry.key.name.to_string(), value.to_owned())
                })
                .collect(),
        )
    }

    #[test]
    fn the_parts_of_a_reference_are_told_apart() {
        for (text, want) in [
            ("nginx", "repository=nginx name=nginx"),
            ("nginx:1.27", "repository=nginx name=nginx tag=1.27"),
            ("library/nginx@sha256:ab", "repository=library/nginx name=nginx digest=sha256:ab"),
            ("a/b/c:t@sha256:ab", "repository=a/b/c name=c tag=t digest=sha256:ab"),
            ("ghcr.io/o/r:v1", "registry=ghcr.io repository=o/r name=r tag=v1"),
            ("localhost/app", "registry=localhost repository=app name=app"),
            ("localhost:5000/app", "registry=localhost:5000 repository=app name=app"),
            ("localhost:5000/app:1", "registry=localhost:5000 repository=app name=app tag=1"),
            ("docker://alpine:3.8", "repository=alpine name=alpine tag=3.8"),
            (" nginx:1 ", "repository=nginx name=nginx tag=1"),
            (
                "1234.dkr.ecr.eu-west-1.amazonaws.com/app",
                "registry=1234.dkr.ecr.eu-west-1.amazonaws.com repository=app name=app",
            ),
        ] {
            let got = parts(text).unwrap_or_else(|| panic!("{text}"));
            let got: Vec<String> = got.iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(got.join(" "), want, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_has_no_parts() {
        for text in [
            "",
            " ",
            "a b",
            "Nginx",
            "nginx:",
            "nginx@",
            "nginx@sha256:xyz",
            "/nginx",
            "a//b",
            "nginx:{{ tag }}",
            "-a",
            "ghcr.io/",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[a-z0-9.:/@ -]{0,30}|.{0,30}") {
            parts(&text);
        }
    }
}
