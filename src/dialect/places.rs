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
    /// Of a fact: whether all of its owner states it, and no place in that.
    pub is_of_all: bool,
    /// Whether a plan says it, beside which its sources may stand.
    pub is_planned: bool,
}

/// The places in a resource, each with the names of all places around it, from the outermost on.
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
                    found.extend(name.map(|name| (node.span, name)));
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
        Places { found: nested(found).into() }
    }

    /// What the innermost place around a span is called.
    pub fn at(&self, span: Span) -> Option<&str> {
        let before = self.found.partition_point(|(place, _)| (place.file, place.start) <= (span.file, span.start));
        let around = self.found.get(..before)?.iter().rev().find(|(place, _)| place.contains(span));
        around.map(|(_, names)| &**names)
    }

    /// What each place is called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.found.iter().map(|(_, names)| &**names)
    }
}

/// Places from the outside to the inside, each with the names of those around it. Two that stand where one does, as those of
/// a loop do, are none: nothing tells which of them is meant.
fn nested(mut found: Vec<(Span, String)>) -> Vec<(Span, Arc<str>)> {
    found.sort_by(|(one, first), (other, second)| {
        let order = |span: &Span| (span.file, span.start, std::cmp::Reverse(span.end));
        order(one).cmp(&order(other)).then_with(|| first.cmp(second))
    });
    found.dedup();
    let mut places: Vec<(Span, Arc<str>)> = Vec::new();
    let mut around: Vec<(Span, Arc<str>)> = Vec::new();
    for same in found.chunk_by(|(one, _), (other, _)| one == other) {
        let [(span, name)] = same else { continue };
        around.retain(|(place, _)| place.contains(*span));
        let names: Arc<str> = match around.last() {
            Some((_, outer)) => format!("{outer}/{name}").into(),
            None => name.as_str().into(),
        };
        around.push((*span, Arc::clone(&names)));
        places.push((*span, names));
    }
    places
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

    /// Adds those of others.
    pub fn add(&mut self, other: Present) {
        self.0.extend(other.0);
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
        if self.is_fact() {
            return self.identity.place.clone();
        }
        let names = self.identity.places.at(span);
        let inner = names.map(|names| format!("{}#{names}", self.address).into());
        // What has a label is a place itself.
        inner.or_else(|| (!self.identity.label.is_empty()).then(|| Arc::clone(&self.address)))
    }

    /// Where it stands: all of it, and of a fact no more than what states it in its owner.
    pub fn extent(&self) -> Span {
        let is_part = self.is_fact() && !self.identity.is_of_all;
        if is_part && self.span.contains(self.header) { self.header } else { self.span }
    }

    fn is_fact(&self) -> bool {
        self.kind.starts_with("fact/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn the_innermost_place_is_named_with_those_around_it() {
        let span = |start: usize, end: usize| Span::new(FileId(0), start, end);
        let of = |found: &[(usize, usize, &str)]| {
            let found = found.iter().map(|(start, end, name)| (span(*start, *end), (*name).to_owned())).collect();
            Places { found: nested(found).into() }
        };
        let job = [(0, 50, "job"), (10, 20, "one"), (20, 40, "two"), (60, 90, "other")];
        let loops = [(0, 50, "job"), (10, 20, "a"), (10, 20, "b")];
        for (found, at, want) in [
            (&job[..], (12, 15), Some("job/one")),
            (&job, (20, 40), Some("job/two")),
            (&job, (45, 48), Some("job")),
            (&job, (15, 25), Some("job")),
            (&job, (55, 58), None),
            (&job, (70, 71), Some("other")),
            (&loops, (12, 15), Some("job")),
            (&[], (0, 1), None),
        ] {
            assert_eq!(of(found).at(span(at.0, at.1)), want, "{found:?} at {at:?}");
        }
    }
}
