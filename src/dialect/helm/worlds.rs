//! Templates whose conditions nobody knows, in each of the worlds that there may be.
//!
//! A template is rendered once for each answer to what its conditions ask, and the objects that come out are put together: what
//! differs between two worlds is a choice that knows its condition. So nothing of a template's text has to be followed, and what
//! a branch does to variables and values is done in its own world alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::template::Asked;
use crate::document::{Entry, Guard, Map, Node, Question, Unresolved, Value};
use crate::kernel::lift::{Alternatives, Evaluated};

/// Most times that one template is rendered.
const MOST_WORLDS: usize = 16;

/// An object that a template becomes, and when; nothing for one that is there as the values are.
pub(super) struct Found {
    pub node: Node,
    pub guard: Option<(Guard, Arc<str>)>,
}

/// What a template becomes in one world, and what its conditions asked there.
pub(super) struct World {
    pub objects: Vec<Node>,
    pub asked: Vec<Asked>,
}

/// What is assumed of conditions.
pub(super) type Assumed = BTreeMap<Box<str>, bool>;

/// The objects of a template, of which one world is rendered: the one with all conditions as the values have them. `render` does
/// the others; one that cannot be rendered is not deployed.
pub(super) fn all(first: World, render: &mut dyn FnMut(&Assumed) -> Option<World>) -> Vec<Found> {
    let mut worlds = Worlds { render, assumed: Assumed::new(), left: MOST_WORLDS - 1 };
    worlds.below(first)
}

struct Worlds<'w> {
    render: &'w mut dyn FnMut(&Assumed) -> Option<World>,
    assumed: Assumed,
    left: usize,
}

impl Worlds<'_> {
    /// What a world comes to together with those that differ from it in what is not assumed yet.
    fn below(&mut self, world: World) -> Vec<Found> {
        let open = world.asked.iter().find(|asked| !self.assumed.contains_key(&asked.id)).cloned();
        let Some(asked) = open.filter(|_| self.left > 0) else {
            return world.objects.into_iter().map(|node| Found { node, guard: None }).collect();
        };
        self.left -= 1;
        self.assumed.insert(asked.id.clone(), asked.holds);
        let kept = self.below(world);
        self.assumed.insert(asked.id.clone(), !asked.holds);
        let other = (self.render)(&self.assumed).map(|world| self.below(world));
        self.assumed.remove(&asked.id);
        let question = Question::of_truth(asked.id.clone(), &*asked.shown);
        let holds = Guard::holds(&Arc::new(question));
        let guard = if asked.holds { holds } else { holds.negated() };
        match other {
            Some(other) => Join { guard, because: &asked.because }.objects(kept, other),
            None => kept,
        }
    }
}

/// Two worlds that are put together.
struct Join<'j> {
    /// When the first of them is the case.
    guard: Guard,
    because: &'j Arc<str>,
}

impl Join<'_> {
    /// Objects that are there as the values are stay; those of the other world alone may be there.
    fn objects(&self, kept: Vec<Found>, other: Vec<Found>) -> Vec<Found> {
        let mut other: Vec<Option<Found>> = other.into_iter().map(Some).collect();
        let mut all: Vec<Found> = Vec::new();
        for one in kept {
            let same =
                |found: &&mut Option<Found>| found.as_ref().is_some_and(|found| name(&found.node) == name(&one.node));
            let found = other.iter_mut().find(same).and_then(Option::take);
            all.push(match found {
                Some(found) => {
                    Found { node: self.node(&one.node, &found.node), guard: self.either(one.guard, found.guard) }
                }
                None => one,
            });
        }
        for found in other.into_iter().flatten() {
            let own = found.guard.map_or(Guard::Decided(true), |(guard, _)| guard);
            // A condition that is too much to follow: it is that of this question alone.
            let guard = Guard::all([self.guard.negated(), own]).unwrap_or_else(|| self.guard.negated());
            all.push(Found { node: found.node, guard: Some((guard, Arc::clone(self.because))) });
        }
        all
    }

    fn either(&self, kept: Option<(Guard, Arc<str>)>, other: Option<(Guard, Arc<str>)>) -> Option<(Guard, Arc<str>)> {
        let (kept, because) = kept?;
        let other = other.map_or(Guard::Decided(true), |(guard, _)| guard);
        let here = Guard::all([self.guard.clone(), kept.clone()])?;
        let there = Guard::all([self.guard.negated(), other])?;
        Some((Guard::any([here, there]).unwrap_or(kept), because))
    }

    /// As deep as trees are.
    fn node(&self, kept: &Node, other: &Node) -> Node {
        let value = match (&kept.value, &other.value) {
            _ if is_same(kept, other) => return kept.clone(),
            (Value::Map(kept), Value::Map(other)) => Value::Map(Arc::new(self.map(kept, other))),
            (Value::List(kept), Value::List(other)) => Value::List(Arc::new(self.list(kept, other))),
            _ => return self.choice(Some(kept.clone()), Some(other.clone())),
        };
        Node { value, span: kept.span, trail: kept.trail.clone() }
    }

    fn map(&self, kept: &Map, other: &Map) -> Map {
        let entries = kept.entries.iter().map(|entry| {
            let value = match other.entry(&entry.key.name) {
                Some(found) => self.node(&entry.value, &found.value),
                None => self.choice(Some(entry.value.clone()), None),
            };
            Entry { value, ..entry.clone() }
        });
        let only_other = other.entries.iter().filter(|entry| kept.entry(&entry.key.name).is_none());
        let added =
            only_other.map(|entry| Entry { value: self.choice(None, Some(entry.value.clone())), ..entry.clone() });
        Map { entries: entries.chain(added).collect(), rest: kept.rest.clone().or_else(|| other.rest.clone()) }
    }

    /// Items of one name belong together, else those that are the same; the others are there in one of the worlds.
    fn list(&self, kept: &[Node], other: &[Node]) -> Vec<Node> {
        let mut all = Vec::new();
        let mut rest = other;
        for item in kept {
            let found = rest.iter().position(|one| belongs(item, one));
            let Some((before, [one, after @ ..])) = found.and_then(|at| rest.split_at_checked(at)) else {
                all.push(self.choice(Some(item.clone()), None));
                continue;
            };
            all.extend(before.iter().map(|one| self.choice(None, Some(one.clone()))));
            all.push(self.node(item, one));
            rest = after;
        }
        all.extend(rest.iter().map(|one| self.choice(None, Some(one.clone()))));
        all
    }

    fn choice(&self, kept: Evaluated, other: Evaluated) -> Node {
        let at = kept.as_ref().or(other.as_ref());
        let (span, trail) = at.map_or((super::nowhere(), None), |node| (node.span, node.trail.clone()));
        let mut alternatives = Alternatives::default();
        alternatives.add(kept, Some(self.guard.clone()), span);
        alternatives.add(other, Some(self.guard.negated()), span);
        let mut open = Unresolved { because: (&**self.because).into(), ..Unresolved::default() };
        alternatives.give(&mut open);
        Node { value: Value::Unresolved(Arc::new(open)), span, trail }
    }
}

/// What an object is known by.
fn name(node: &Node) -> [Option<&str>; 4] {
    let at = |keys: &[&str]| node.at(keys).and_then(Node::as_str);
    let version = at(&["apiVersion"]).and_then(|version| version.rsplit_once('/')).map(|(group, _)| group);
    [version, at(&["kind"]), at(&["metadata", "namespace"]), at(&["metadata", "name"])]
}

fn belongs(item: &Node, other: &Node) -> bool {
    let names = item.get("name").and_then(Node::as_str).zip(other.get("name").and_then(Node::as_str));
    names.map_or_else(|| is_same(item, other), |(name, other)| name == other)
}

/// Whether two trees are the same, wherever they stand.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
        (Value::Str(one), Value::Str(other)) => one.as_str() == other.as_str(),
        (Value::Unresolved(one), Value::Unresolved(other)) => {
            let pairs = one.alternatives.iter().zip(&other.alternatives);
            one == other
                && one.guards == other.guards
                && one.alternatives.len() == other.alternatives.len()
                && pairs.into_iter().all(|(one, other)| is_same(one, other))
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| is_same(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            let same =
                |entry: &Entry| other.entry(&entry.key.name).is_some_and(|found| is_same(&entry.value, &found.value));
            one.entries.len() == other.entries.len() && one.entries.iter().all(same)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
