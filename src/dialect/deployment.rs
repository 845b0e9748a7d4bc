//! What is deployed together, as one resource: rules about what is missing there have nothing else to hang on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Dialect, Extraction, Group, Identity, Kinds, Resource, Typing};
use crate::document::{Entry, Node};
use crate::source::NO_FILE;

/// The dialect of deployments. No file is of it: they are made of what the other dialects list.
pub const DEPLOYMENT: Dialect = Dialect {
    name: "deployment",
    doc: "what is deployed together: kind `deployment` for each root module, template, chart, overlay, Compose project, and \
          for the loose manifests of a cluster. Links lead from it to all that is in it, so that a rule can say what is \
          missing",
    syntax: |_| None,
    candidate: |_, _| false,
    recognise: |_| false,
    group: Group::Repository,
    with: &[],
    ties: None,
    extract: |_| Extraction::default(),
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&[""]),
    offers: crate::dialect::offers::deployment::OFFERS,
};

/// The dialects whose resources are deployed.
const DEPLOYED: &[&str] = &["arm", "cloudformation", "compose", "helm", "kubernetes", "kustomize", "terraform"];

/// The deployments of some resources, each after the first resource that it has.
pub fn of(resources: &[Resource]) -> Vec<Resource> {
    let mut members: BTreeMap<&Arc<str>, Vec<&Resource>> = BTreeMap::new();
    for resource in resources.iter().filter(|of| of.span.file != NO_FILE) {
        if resource.kind.split('/').next().is_some_and(|dialect| DEPLOYED.contains(&dialect)) {
            members.entry(&resource.scope).or_default().push(resource);
        }
    }
    members.into_values().filter_map(|members| one(&members)).collect()
}

fn one(members: &[&Resource]) -> Option<Resource> {
    let first = members.iter().min_by_key(|of| (of.trail.is_some(), of.span.file, of.span.start))?;
    let one_root = members.iter().all(|of| of.deployment == first.deployment);
    let called = if one_root { &first.deployment } else { &first.scope };
    let called: Arc<str> = if called.is_empty() { ".".into() } else { Arc::clone(called) };
    let listed = |texts: Vec<&str>| {
        let texts: std::collections::BTreeSet<&str> = texts.into_iter().collect();
        Node::list(texts.into_iter().map(|text| Node::text(text, first.header)).collect(), first.header)
    };
    let kinds = listed(members.iter().map(|of| &*of.kind).collect());
    let technologies = listed(members.iter().filter_map(|of| of.kind.split('/').next()).collect());
    let entries = [("path", Node::text(&*called, first.header)), ("technologies", technologies), ("kinds", kinds)];
    let entries = entries.into_iter().map(|(name, node)| Entry::new(name, first.header, node)).collect();
    Some(Resource {
        kind: "deployment".into(),
        address: Arc::clone(&called),
        deployment: if one_root { Arc::clone(&first.deployment) } else { called },
        scope: Arc::clone(&first.scope),
        body: Node::map(entries, first.header),
        span: first.span,
        header: first.header,
        typing: Typing::Strict,
        names: Vec::new(),
        condition: None,
        trail: first.trail.clone(),
        identity: Identity::default(),
    })
}
