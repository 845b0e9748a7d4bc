//! Configuration profiles of Apple devices (`.mobileconfig`): what a management server enforces on endpoints.
//!
//! A payload is judged by its own keys. Custom settings (`com.apple.ManagedClient.preferences`) are the payloads of the
//! domains they enforce; what they set only once, and the user may change, is none. A profile that is signed or encrypted
//! says nothing.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Node};
use crate::source::Span;

/// The dialect of configuration profiles.
pub const MDM: Dialect = Dialect {
    name: "mdm",
    doc: "configuration profiles of Apple devices (`*.mobileconfig`): `mdm/profile`, with the list `types`, and \
          `mdm/payload` for each payload, those that custom settings enforce among them",
    syntax: |path| has_extension(path, &[".mobileconfig"]).then_some("plist"),
    candidate: |_, _| true,
    recognise: |document| document.roots.first().is_some_and(is_profile),
    group: Group::File,
    with: &[],
    extract,
    typing: Typing::Strict,
    kinds: Kinds::Closed(&["profile", "payload"]),
};

/// The payload that holds settings of any domain.
const CUSTOM: &str = "com.apple.ManagedClient.preferences";

/// Ends the name of a domain whose settings are kept for each computer.
const BY_HOST: &str = ".ByHost";

/// Whether it is a profile; what could not be read may be one.
fn is_profile(root: &Node) -> bool {
    root.as_unresolved().is_some() || root.get("PayloadType").and_then(Node::as_str) == Some("Configuration")
}

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction {
        resources: unit.documents.iter().flat_map(|document| profile(document)).collect(),
        ..Extraction::default()
    }
}

/// A profile and its payloads.
fn profile(document: &Document) -> Vec<Resource> {
    let Some(root) = document.roots.first().filter(|root| root.as_map().is_some()) else { return Vec::new() };
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
