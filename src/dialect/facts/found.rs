//! Facts that are found by looking at the whole body of any resource.
//!
//! What is found of each resource by [`crate::fact`] is joined here: the same place seen
//! through several resources (a job and its workflow) is one fact, of the smallest of them; a value that is used belongs to
//! those that use it, and not to the variable it comes through.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{owner, place, resource, scripts};
use crate::dialect::{Resource, Typing, contained};
use crate::document::{Document, Node, Value};
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
    "compose/project",
    "helm/chart",
    "github-settings",
    "mdm/",
    "openapi/",
    "fact/",
    "time-sync/",
];

/// Kinds through which values come to others.
const PASSAGES: &[&str] =
    &["terraform/variable", "terraform/local", "terraform/output", "terraform/module", "cloudformation/template"];

/// The facts of a resource.
pub fn found_in(resource: &Resource, workspace: &Workspace) -> Vec<Fact> {
    let own = NO_OWNERS.iter().any(|kind| resource.kind.starts_with(kind));
    if own || resource.span.file == NO_FILE {
        return Vec::new();
    }
    let owner = owner(resource, workspace);
    let open = scripts::handed_over(&resource.body, workspace);
    let of_open = open.as_ref().map(|body| Owner { body, ..owner });
    let owners = || std::iter::once(&owner).chain(&of_open);
    REGISTERS.iter().filter_map(|register| register.find).flat_map(|find| owners().flat_map(find)).collect()
}

/// The resource that a document is where it was read for others, such as a file of variables.
pub fn of_document(document: &Document, dialect: &str) -> Option<Resource> {
    let root = document.roots.first().filter(|_| document.syntax != "text")?;
    Some(Resource::of_file(document, &format!("{dialect}/document"), root.clone(), root.span, Typing::Strict))
}

/// Places by file.
type Places = BTreeMap<FileId, BTreeSet<Span>>;

/// What the facts of resources that are no longer there have to say about those of others.
#[derive(Default)]
pub struct Elsewhere {
    /// The places that are told in files of values.
    sources: Places,
    /// The places that values came from.
    used: Places,
    /// Facts of what values only come through, which are told where nothing uses them, with their owners without bodies.
    passing: Vec<(Resource, Fact)>,
}

impl Elsewhere {
    /// What is to be known of some resources before the facts of others are joined without them.
    pub fn before(resources: &[Resource], workspace: &Workspace) -> Elsewhere {
        let told = resources.iter().filter(|of| SOURCES.contains(&&*of.kind));
        let facts: Vec<(&Resource, Fact)> =
            told.flat_map(|of| found_in(of, workspace).into_iter().map(move |fact| (of, fact))).collect();
        Elsewhere { sources: sources(&facts), ..Elsewhere::default() }
    }

    /// Adds what further resources have to say.
    pub fn add(&mut self, other: Elsewhere) {
        for (all, more) in [(&mut self.sources, other.sources), (&mut self.used, other.used)] {
            for (file, places) in more {
                all.entry(file).or_default().extend(places);
            }
        }
        self.passing.extend(other.passing);
    }
}

/// The facts of resources that nothing else of the run is joined with, where values of files of values are known, and what these
/// have to say about those of others.
pub fn joined_apart(
    owners: &[&Resource],
    found: Vec<Vec<Fact>>,
    known: &Elsewhere,
    workspace: &Workspace,
) -> (Vec<Resource>, Elsewhere) {
    let mut facts = of_owners(owners, found);
    facts.retain(|(_, fact)| fact.trail.is_none() || !covers(&known.sources, fact.origin));
    leave_to_files(&mut facts);
    let used = used(&facts);
    let mut passing = Vec::new();
    for (owner, fact) in facts.extract_if(.., |(owner, _)| is_passage(owner)) {
        if fact.trail.is_none() && !covers(&used, fact.span) {
            let owner = Resource { body: Node::new(Value::Null, owner.body.span), ..owner.clone() };
            passing.push((owner, fact));
        }
    }
    (resources(facts, workspace), Elsewhere { sources: Places::new(), used, passing })
}

/// The facts of some resources as resources; `found` are those of each. Of those that are no longer there it is told what they
/// say about these.
pub fn joined(
    owners: &[&Resource],
    found: Vec<Vec<Fact>>,
    elsewhere: &Elsewhere,
    workspace: &Workspace,
) -> Vec<Resource> {
    let mut facts: Vec<(&Resource, Fact)> =
        elsewhere.passing.iter().map(|(owner, fact)| (owner, fact.clone())).collect();
    facts.extend(of_owners(owners, found));
    let sources = sources(&facts);
    facts.retain(|(_, fact)| fact.trail.is_none() || !covers(&sources, fact.origin));
    leave_to_files(&mut facts);
    let used = used(&facts);
    let is_used = |span: Span| covers(&used, span) || covers(&elsewhere.used, span);
    facts.retain(|(owner, fact)| !is_passage(owner) || fact.trail.is_none() && !is_used(fact.span));
    resources(facts, workspace)
}

fn of_owners<'r>(owners: &[&'r Resource], found: Vec<Vec<Fact>>) -> Vec<(&'r Resource, Fact)> {
    owners.iter().zip(found).flat_map(|(owner, facts)| facts.into_iter().map(|fact| (*owner, fact))).collect()
}

/// Facts as resources: what several owners show is that of the smallest of them.
fn resources(facts: Vec<(&Resource, Fact)>, workspace: &Workspace) -> Vec<Resource> {
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

/// Leaves to files what they say of resources that hold them.
fn leave_to_files(facts: &mut Vec<(&Resource, Fact)>) {
    let told = told_by_files(facts);
    facts.retain(|(owner, fact)| !contained::is_holder(&owner.kind) || !is_told(&told, owner, fact));
}

/// The places of what files say that others hold, each with the address of its owner, in order.
fn told_by_files(facts: &[(&Resource, Fact)]) -> BTreeMap<FileId, Vec<(Span, Arc<str>)>> {
    let mut told: BTreeMap<FileId, Vec<(Span, Arc<str>)>> = BTreeMap::new();
    for (owner, fact) in facts.iter().filter(|(owner, _)| contained::is_held(&owner.kind)) {
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
fn used(facts: &[(&Resource, Fact)]) -> Places {
    let mut used = Places::new();
    for (owner, fact) in facts {
        if !is_passage(owner) {
            used.entry(fact.span.file).or_default().insert(fact.span);
        }
        for step in fact.trail.iter().flat_map(|trail| trail.iter()) {
            used.entry(step.span.file).or_default().insert(step.span);
        }
    }
    used
}

fn covers(places: &Places, span: Span) -> bool {
    places.get(&span.file).is_some_and(|places| places.iter().any(|at| at.contains(span) || span.contains(*at)))
}

/// Kinds that are files of values for others: a secret is told there, once, and not wherever it is used.
pub const SOURCES: &[&str] = &["env/file", "configuration/file", "ansible/variables", "serverless/service"];

/// The places that are told in files of values.
fn sources(facts: &[(&Resource, Fact)]) -> Places {
    let mut sources = Places::new();
    for (_, fact) in facts.iter().filter(|(owner, _)| SOURCES.contains(&&*owner.kind)) {
        sources.entry(fact.span.file).or_default().insert(fact.span);
    }
    sources
}
