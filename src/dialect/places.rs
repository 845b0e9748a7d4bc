//! Where in a resource things run, by the names that people give: the step of a job, the job of a pipeline, the stage of a
//! build, the container of a pod. A dialect says which of its lists are such places ([`Items::place`](super::Items::place));
//! what stands in another place is another thing, and what was in a place that got another name is not.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashSet, FxHasher};

use super::{Dialect, Resource};
use crate::document::{MAX_DEPTH, Node, Value};
use crate::source::Span;
use crate::syntax::json;

/// Most places of one resource that are told apart.
const MOST: usize = 4_096;

/// What tells a resource from others that are called the same, and where in it things run.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The places in it.
    pub places: Places,
    /// The part of the address that is a mere label, as the name of a job is: another one makes it no other thing.
    pub label: Arc<str>,
    /// What it was called before, where its file says so.
    pub was: Option<Arc<str>>,
    /// Of a fact: the place in its owner, with the address of that.
    pub place: Option<Arc<str>>,
    /// Of a fact: what tells it from others of its address, whatever stands before or after it.
    pub item: Arc<str>,
    /// What makes it more than it was, as short hashes: where one is added, it is worse.
    pub measure: Arc<[u32]>,
}

/// The places in a resource.
#[derive(Clone, Debug, Default)]
pub struct Places {
    found: Arc<[(Span, Arc<str>)]>,
}

impl Places {
    /// The places that a dialect has in a body.
    pub fn of(dialect: &Dialect, body: &Node) -> Places {
        let mut found = Vec::new();
        for items in dialect.items.iter().filter(|items| items.place) {
            let keys: Vec<&str> = items.list.split('.').filter(|key| !key.is_empty()).collect();
            below(body, &keys, 0, &mut |list| {
                let mut add = |node: &Node, name: Option<String>| {
                    let name = name.filter(|name| !name.is_empty() && found.len() < MOST);
                    found.extend(name.map(|name| (node.span, Arc::from(name))));
                };
                match &list.value {
                    Value::List(all) => all.iter().for_each(|item| add(item, items.name(item))),
                    // Where nothing names them, the keys do.
                    Value::Map(map) if items.key.is_empty() => {
                        let written = map.written().filter(|entry| entry.value.as_map().is_some());
                        written.for_each(|entry| add(&entry.value, Some(entry.key.name.to_string())));
                    }
                    Value::Map(_) => add(list, items.name(list)),
                    _ => {}
                }
            });
        }
        // From the outside to the inside.
        found.sort_by_key(|(span, _)| (span.file, span.start, std::cmp::Reverse(span.end)));
        Places { found: found.into() }
    }

    /// What the place around a span is called: the names of all places around it, from the outermost on. None where two
    /// places stand where one does, as those of a loop do.
    pub fn at(&self, span: Span) -> Option<String> {
        let around: Vec<&(Span, Arc<str>)> = self.found.iter().filter(|(place, _)| place.contains(span)).collect();
        let twice = around.windows(2).any(|pair| matches!(pair, [one, other] if one.0 == other.0 && one.1 != other.1));
        let names: Vec<&str> = around.iter().map(|(_, name)| &**name).collect();
        (!twice && !names.is_empty()).then(|| names.join("/"))
    }

    /// What each place is called.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.found.iter().filter_map(|(span, _)| self.at(*span))
    }
}

/// Calls a function for what these keys lead to, through lists and through JSON in texts.
fn below(node: &Node, keys: &[&str], depth: usize, see: &mut dyn FnMut(&Node)) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Value::Str(text) = &node.value {
        if text.as_str().trim_start().starts_with(['{', '['])
            && let Some(inner) = json::parse_embedded(text, node.span)
        {
            below(&inner, keys, depth + 1, see);
        }
        return;
    }
    match (keys.split_first(), &node.value) {
        (None, _) => see(node),
        (Some(_), Value::List(items)) => items.iter().for_each(|item| below(item, keys, depth + 1, see)),
        (Some((first, rest)), _) => {
            if let Some(next) = node.get(first) {
                below(next, rest, depth + 1, see);
            }
        }
    }
}

/// Notes the places of resources, whichever dialect listed them: objects of Kubernetes come from charts too.
pub fn note(resources: &mut [Resource]) {
    for resource in resources {
        let dialect = resource.kind.split('/').next().and_then(super::named);
        if let Some(dialect) = dialect.filter(|dialect| dialect.items.iter().any(|items| items.place)) {
            resource.identity.places = Places::of(dialect, &resource.body);
        }
    }
}

/// All places of some resources, as they are deployed.
#[derive(Clone, Debug, Default)]
pub struct Present(FxHashSet<u64>);

impl Present {
    /// Those of resources, and those that facts stand in.
    pub fn of(resources: &[Resource]) -> Present {
        let mut found = FxHashSet::default();
        for resource in resources {
            found.extend(resource.identity.place.as_ref().map(|place| mark(&resource.deployment, place)));
            if !resource.identity.label.is_empty() {
                found.insert(mark(&resource.deployment, &resource.address));
            }
            let names = resource.identity.places.names();
            found.extend(names.map(|names| mark(&resource.deployment, &format!("{}#{names}", resource.address))));
        }
        Present(found)
    }

    /// Whether there is such a place, which has the address of what it is in.
    pub fn has(&self, deployment: &str, place: &str) -> bool {
        self.0.contains(&mark(deployment, place))
    }
}

fn mark(deployment: &str, place: &str) -> u64 {
    let mut hasher = FxHasher::default();
    (deployment, place).hash(&mut hasher);
    hasher.finish()
}

impl Resource {
    /// The place in which something of it stands, with the address of what the place is in.
    pub fn place_of(&self, span: Span) -> Option<Arc<str>> {
        if self.kind.starts_with("fact/") {
            return self.identity.place.clone();
        }
        let names = self.identity.places.at(span);
        let inner = names.map(|names| format!("{}#{names}", self.address).into());
        // What has a label is a place itself.
        inner.or_else(|| (!self.identity.label.is_empty()).then(|| Arc::clone(&self.address)))
    }
}
