//! Configuration profiles of Apple devices (`.mobileconfig`), and the declarations that take their place (JSON): what a
//! management server enforces on endpoints.
//!
//! A payload is judged by its own keys. Custom settings (`com.apple.ManagedClient.preferences`) are the payloads of the
//! domains they enforce; what they set only once, and the user may change, is none. A profile that is signed or encrypted
//! says nothing.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::wording::may_say;
use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Node};
use crate::source::Span;

/// The dialect of configuration profiles.
pub const MDM: Dialect = Dialect {
    name: "mdm",
    doc: "configuration profiles of Apple devices (`*.mobileconfig`): `mdm/profile`, with the list `types`, and \
          `mdm/payload` for each payload, those that custom settings enforce among them; and declarations in JSON: \
          `mdm/declaration`",
    syntax,
    candidate: |path, text| has_extension(path, &[PROFILE]) || may_say(text, DECLARATION),
    recognise: |document| document.roots.first().is_some_and(|root| is_profile(document, root) || is_declaration(root)),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&["profile", "payload", "declaration"]),
    offers: crate::dialect::offers::mdm::OFFERS,
};

/// Ends the name of a profile.
const PROFILE: &str = ".mobileconfig";

/// Begins the type of a declaration.
const DECLARATION: &str = "com.apple.configuration.";

/// The payload that holds settings of any domain.
const CUSTOM: &str = "com.apple.ManagedClient.preferences";

/// Ends the name of a domain whose settings are kept for each computer.
const BY_HOST: &str = ".ByHost";

fn syntax(path: &str) -> Option<&'static str> {
    if has_extension(path, &[PROFILE]) {
        return Some("plist");
    }
    has_extension(path, &[".json"]).then_some("json")
}

/// Whether it is a profile; one that could not be read as it should may be.
fn is_profile(document: &Document, root: &Node) -> bool {
    let broken = !document.problems.is_empty() && has_extension(&document.path, &[PROFILE]);
    broken || root.get("PayloadType").and_then(Node::as_str) == Some("Configuration")
}

/// Whether it is a declaration: a type, and the settings of that type.
fn is_declaration(root: &Node) -> bool {
    let kind = root.get("Type").and_then(Node::as_str);
    kind.is_some_and(|kind| kind.starts_with(DECLARATION))
        && root.get("Payload").is_some_and(|it| it.as_map().is_some())
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().flat_map(|document| match document.roots.first() {
        Some(root) if is_declaration(root) => vec![declaration(document, root)],
        Some(root) if root.as_map().is_some() => profile(document, root),
        _ => Vec::new(),
    });
    Extraction { resources: resources.collect(), ..Extraction::default() }
}

fn declaration(document: &Document, root: &Node) -> Resource {
    let header = root.entry("Type").map_or(root.span, |entry| entry.value.span);
    let found = Resource::of_file(document, "mdm/declaration", root.clone(), header, Typing::Strict);
    let name = root.get("Identifier").and_then(Node::as_str).unwrap_or(&document.path);
    Resource { address: name.into(), ..found }
}

/// A profile and its payloads.
fn profile(document: &Document, root: &Node) -> Vec<Resource> {
    let payloads: Vec<Payload> =
        root.get("PayloadContent").map_or(&[][..], Node::items).iter().flat_map(payloads).collect();
    let mut body = root.clone();
    let types = payloads.iter().map(|payload| Node::text(Arc::clone(&payload.kind), payload.header)).collect();
    body.derive("types", Node::list(types, root.span));
    let header = root.entry("PayloadType").map_or(root.span, |entry| entry.key.span);
    let whole = Resource::of_file(document, "mdm/profile", body, header, Typing::Strict);
    let name = root.get("PayloadIdentifier").and_then(Node::as_str).unwrap_or(&document.path);
    let whole = Resource { address: name.into(), ..whole };
    let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let mut resources = vec![whole.clone()];
    for payload in payloads {
        let count = seen.entry(Arc::clone(&payload.kind)).or_default();
        *count += 1;
        let number = if *count == 1 { String::new() } else { format!("#{count}") };
        resources.push(Resource {
            kind: "mdm/payload".into(),
            address: format!("{name}/{}{number}", payload.kind).into(),
            names: payload.body.get("PayloadUUID").and_then(Node::as_str).map(Into::into).into_iter().collect(),
            body: payload.body,
            span: payload.span,
            header: payload.header,
            ..whole.clone()
        });
    }
    resources
}

/// One payload, wherever it is written.
struct Payload {
    /// Its `PayloadType`.
    kind: Arc<str>,
    body: Node,
    span: Span,
    header: Span,
}

/// The payloads that an item of `PayloadContent` is.
fn payloads(item: &Node) -> Vec<Payload> {
    let Some(kind) = item.get("PayloadType").filter(|kind| kind.as_str().is_some()) else { return Vec::new() };
    if kind.as_str() == Some(CUSTOM) {
        return item.get("PayloadContent").map_or_else(Vec::new, custom);
    }
    let name = kind.as_str().unwrap_or_default().into();
    vec![Payload { kind: name, body: item.clone(), span: item.span, header: kind.span }]
}

/// What custom settings enforce, domain by domain.
fn custom(domains: &Node) -> Vec<Payload> {
    let mut payloads = Vec::new();
    for domain in domains.entries() {
        let name: &str = domain.key.name.strip_suffix(BY_HOST).unwrap_or(&domain.key.name);
        for forced in domain.value.get("Forced").map_or(&[][..], Node::items) {
            let Some(settings) = forced.get("mcx_preference_settings") else { continue };
            let mut body = settings.clone();
            body.derive("PayloadType", Node::text(name, domain.key.span));
            payloads.push(Payload { kind: name.into(), body, span: domain.span(), header: domain.key.span });
        }
    }
    payloads
}
