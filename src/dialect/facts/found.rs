//! Facts that are found by looking at the whole body of any resource.
//!
//! What is found of each resource by [`crate::fact`] is joined here: the same place seen
//! through several resources (a job and its workflow) is one fact, of the smallest of them; a value that is used belongs to
//! those that use it, and not to the variable it comes through.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::{owner, place, resource, scripts};
use crate::dialect::{Resource, Typing, contained, has_extension};
use crate::document::{Document, Entry, Node};
use crate::fact::credential::CREDENTIAL;
use crate::fact::{Fact, Owner, REGISTERS};
use crate::source::{FileId, NO_FILE, Span, Workspace};

/// Kinds that own no facts: they are made of other resources, or tell of the repository as a whole.
const NO_OWNERS: &[&str] = &[
    "secrets/",
    "personal-data/",
    "document/",
    "governance/",
    "repository",
    "certificate/",
    "posture/",
    "security-txt",
    "azure-pipelines/job",
    "bitbucket-pipelines/step",
    "circleci/job",
    "gitlab-ci/job",
    "jenkins/stage",
    "compose/project",
    "helm/chart",
    "github-settings",
    "mdm/",
    "openapi/",
    "fact/",
    "time-sync/",
];

/// Kinds through which values come to others.
const PASSAGES: &[&str] = &[
    "terraform/variable",
    "terraform/local",
    "terraform/output",
    "terraform/module",
    "cloudformation/template",
    "packer/variable",
];

/// The facts of a resource.
pub fn found_in(resource: &Resource, workspace: &Workspace) -> Vec<Fact> {
    let own = NO_OWNERS.iter().any(|kind| resource.kind.starts_with(kind));
    if own || resource.span.file == NO_FILE {
        return Vec::new();
    }
    let owner = owner(resource, workspace);
    let open = scripts::handed_over(&resource.body, workspace);
    let of_open = open.as_ref().map(|body| Owner { body, ..owner });
    let find = |owner: &Owner<'_>| -> Vec<Fact> {
        REGISTERS.iter().filter_map(|register| register.find).flat_map(|find| find(owner)).collect()
    };
    let is_credential = |fact: &Fact| fact.register == CREDENTIAL.name;
    let mut found = find(&owner);
    if let Some(of_open) = of_open {
        // What is found in a text with holes, and in the script that it is, is one, which has its place there.
        let more = find(&of_open);
        let told = |fact: &Fact| (fact.key.clone(), fact.measure.clone());
        let of_script: HashSet<_> = more.iter().filter(|fact| is_credential(fact)).map(told).collect();
        found.retain(|fact| !is_credential(fact) || !of_script.contains(&told(fact)));
        found.extend(more);
    }
    found.retain(|fact| !is_credential(fact) || !is_filled_in(fact.span, workspace));
    found
}

/// Whether a template of Ansible fills in what stands at a place: it is told where the variable is set.
fn is_filled_in(at: Span, workspace: &Workspace) -> bool {
    has_extension(workspace.path(at.file), &[".j2"])
        && workspace.seen(at.file).is_some_and(|source| source.slice(at).contains("{{"))
}

/// The resource that a document is where it was read for others, such as a file of variables.
pub fn of_document(document: &Document, dialect: &str) -> Option<Resource> {
    let root = document.roots.first().filter(|_| document.syntax != "text")?;
    Some(Resource::of_file(document, &format!("{dialect}/document"), root.clone(), root.span, Typing::Strict))
}

/// Keys of documents whose values are used elsewhere in them, if at all, with the dialects.
const HELD: &[(&str, &str)] = &[("terraform", "locals"), ("arm", "parameters"), ("arm", "variables")];

/// What a document holds only to hand it on, where resources are made of the rest: what nothing uses is told there.
pub fn of_passages(document: &Document, dialect: &str) -> Option<Resource> {
    let root = document.roots.first()?;
    let is_held = |entry: &&Entry| HELD.contains(&(dialect, &*entry.key.name));
    let held = Node::map(root.as_map()?.written().filter(is_held).cloned().collect(), root.span);
    held.entries().first()?;
    Some(Resource::of_file(document, &format!("{dialect}/document"), held, root.span, Typing::Strict))
}

/// The facts of some resources as resources; `found` are those of each.
pub fn joined(owners: &[&Resource], found: Vec<Vec<Fact>>, workspace: &Workspace) -> Vec<Resource> {
    let mut facts: Vec<(&Resource, Fact)> =
        owners.iter().zip(found).flat_map(|(owner, facts)| facts.into_iter().map(|fact| (*owner, fact))).collect();
    let sources = sources(&facts);
    facts.retain(|(_, fact)| fact.trail.is_none() || !covers(&sources, fact.origin));
    let told = told_by_files(&facts);
    facts.retain(|(owner, fact)| !contained::is_holder(&owner.kind) || !is_told(&told, owner, fact));
    let used = used(&facts);
    facts.retain(|(owner, fact)| !is_passage(owner) || fact.trail.is_none() && !is_used(&used, fact));
    let mut smallest: BTreeMap<Span, (usize, &str)> = BTreeMap::new();
    for (owner, fact) in &facts {
        let own = (owner.span.len(), &*owner.kind);
        let known = smallest.entry(fact.span).or_insert(own);
        *known = own.min(*known);
    }
    let mut addresses: BTreeMap<(Arc<str>, String, Option<String>), usize> = BTreeMap::new();
    let mut seen: BTreeSet<(Span, Arc<str>, Arc<str>)> = BTreeSet::new();
    let mut resources = Vec::new();
    for (owner, fact) in facts {
        let is_smallest = smallest.get(&fact.span).is_none_or(|(_, kind)| *kind == &*owner.kind);
        let identity = (fact.span, Arc::clone(&owner.address), Arc::clone(&owner.deployment));
        if is_smallest && seen.insert(identity) {
            let address = format!("{}#{}", owner.address, fact.key);
            let count =
                addresses.entry((Arc::clone(&owner.deployment), address.clone(), place(owner, &fact))).or_default();
            *count += 1;
            let address = if *count > 1 { format!("{address}[{count}]") } else { address };
            resources.push(resource(owner, &fact, &address, workspace));
        }
    }
    resources
}

/// The places of what files say that others hold, each with the address of its owner, in order.
fn told_by_files(facts: &[(&Resource, Fact)]) -> BTreeMap<FileId, Vec<(Span, Arc<str>)>> {
    let mut told: BTreeMap<FileId, Vec<(Span, Arc<str>)>> = BTreeMap::new();
    for (owner, fact) in facts.iter().filter(|(owner, _)| contained::is_held(owner)) {
        told.entry(fact.span.file).or_default().push((fact.span, Arc::clone(&owner.address)));
    }
    for places in told.values_mut() {
        places.sort();
    }
    told
}

/// How many places of files begin before one that is in one of them, at most: they do not overlap, but for deployments of one text.
const MOST_AROUND: usize = 16;

/// Whether a file that a resource holds says the same at its place.
fn is_told(told: &BTreeMap<FileId, Vec<(Span, Arc<str>)>>, owner: &Resource, fact: &Fact) -> bool {
    let places = told.get(&fact.span.file).map_or(&[][..], Vec::as_slice);
    let before = places.partition_point(|(place, _)| place.start <= fact.span.start);
    let is_below = |address: &str| address.strip_prefix(&*owner.address).is_some_and(|rest| rest.starts_with('/'));
    let around = places.get(..before).unwrap_or(&[]).iter().rev().take(MOST_AROUND);
    around.into_iter().any(|(place, address)| place.contains(fact.span) && is_below(address))
}

fn is_passage(owner: &Resource) -> bool {
    PASSAGES.contains(&&*owner.kind) || owner.kind.ends_with("/document")
}

/// The places that values came from.
fn used(facts: &[(&Resource, Fact)]) -> BTreeMap<FileId, Vec<Span>> {
    let mut used: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for (owner, fact) in facts {
        if !is_passage(owner) {
            used.entry(fact.span.file).or_default().push(fact.span);
        }
        for step in fact.trail.iter().flat_map(|trail| trail.iter()) {
            used.entry(step.span.file).or_default().push(step.span);
        }
    }
    used
}

fn is_used(used: &BTreeMap<FileId, Vec<Span>>, fact: &Fact) -> bool {
    covers(used, fact.span)
}

fn covers(places: &BTreeMap<FileId, Vec<Span>>, span: Span) -> bool {
    let places = places.get(&span.file).map_or(&[][..], Vec::as_slice);
    places.iter().any(|place| place.contains(span) || span.contains(*place))
}

/// Kinds that are files of values for others: a secret is told there, once, and not wherever it is used.
pub const SOURCES: &[&str] = &["env/file", "configuration/file", "ansible/variables", "serverless/service"];

/// The places that are told in files of values.
fn sources(facts: &[(&Resource, Fact)]) -> BTreeMap<FileId, Vec<Span>> {
    let mut sources: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for (_, fact) in facts.iter().filter(|(owner, _)| SOURCES.contains(&&*owner.kind)) {
        sources.entry(fact.span.file).or_default().push(fact.span);
    }
    sources
}
