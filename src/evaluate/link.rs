//! Links between resources of one scope.
//!
//! What a resource is known by (its address, its names) and what a resource refers to are brought to keys, so that the
//! candidates of a link are looked up instead of searched.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::scene::Scene;
use super::worlds::Met;
use crate::dialect::{Resource, Typing};
use crate::document::{MAX_DEPTH, Node, Unresolved, Value};
use crate::rule::walk::{Place, Reached};
use crate::rule::{Join, Link, Path};
use crate::truth::Truth;

/// How many pairs of resources one link looks at in one scope. Where there are more, what is not looked at is not decided.
const MOST_PAIRS: usize = 1_000_000;

/// Of how many others a resource is held against in any case.
const LEAST_OTHERS: usize = 64;

/// The resources by scope, and the indices of links that were asked for.
pub(super) struct Links {
    scopes: FxHashMap<Arc<str>, Vec<usize>>,
    /// How many resources of a kind there are in a scope.
    counts: FxHashMap<(Arc<str>, Arc<str>), usize>,
    indices: Mutex<Indices>,
}

/// By the address of the link and the scope.
type Indices = FxHashMap<(usize, Arc<str>), Arc<Candidates>>;

/// The possible other ends of a link in a scope.
#[derive(Default)]
struct Candidates {
    every: Vec<usize>,
    by_key: FxHashMap<JoinKey, Vec<usize>>,
    /// Nobody knows what these are joined with.
    open: Vec<usize>,
}

/// What two resources have to have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum JoinKey {
    /// The address of a resource.
    Address(Box<str>),
    /// A name, or a value in the words of the format.
    Word(Box<str>),
    /// A value of another type, in a format that tells types apart.
    Typed(&'static str, Box<str>),
}

/// What stands at the path of a join.
#[derive(Default)]
struct Ends {
    keys: Vec<JoinKey>,
    /// What it may be joined with instead: one of several values that are known.
    may: Vec<JoinKey>,
    /// There may be others.
    open: bool,
    /// The expressions that are not decided.
    asked: Vec<Box<str>>,
}

impl Ends {
    /// One of several values is meant.
    fn choose(&mut self, open: &Unresolved, depth: usize) {
        let mut chosen = Ends::default();
        open.alternatives.iter().for_each(|node| refer(node, &mut chosen, depth));
        self.may.extend(chosen.keys.into_iter().chain(chosen.may));
        self.asked.extend(chosen.asked);
        self.ask(open);
    }

    fn ask(&mut self, open: &Unresolved) {
        self.open = true;
        if !open.expression.is_empty() {
            self.asked.push(open.expression.clone());
        }
    }
}

impl Links {
    pub fn new(resources: &[Resource]) -> Links {
        let mut scopes: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        let mut counts: FxHashMap<(Arc<str>, Arc<str>), usize> = FxHashMap::default();
        for (index, resource) in resources.iter().enumerate() {
            scopes.entry(Arc::clone(&resource.scope)).or_default().push(index);
            *counts.entry((Arc::clone(&resource.scope), Arc::clone(&resource.kind))).or_default() += 1;
        }
        Links { scopes, counts, indices: Mutex::default() }
    }

    /// How many others a resource is held against: a part of what the link may look at, equal for all of its kind.
    fn most(&self, resource: &Resource) -> usize {
        let alike = self.counts.get(&(Arc::clone(&resource.scope), Arc::clone(&resource.kind)));
        (MOST_PAIRS / alike.copied().unwrap_or(1).max(1)).max(LEAST_OTHERS)
    }

    /// The candidates of a link in a scope; found once. A link is told by its address: rules outlive the engine.
    fn candidates(&self, scene: &Scene<'_>, link: &Link) -> Arc<Candidates> {
        let key = (std::ptr::from_ref(link) as usize, Arc::clone(&scene.resource.scope));
        let known = self.indices.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let scope = self.scopes.get(&scene.resource.scope).map_or(&[][..], Vec::as_slice);
            let found = Arc::new(collect(scene, link, scope));
            self.indices.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&found));
            found
        })
    }
}

/// Whether a linked resource satisfies the link's condition.
pub(super) fn linked(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> Truth {
    let candidates = scene.engine.links.candidates(scene, link);
    let Reach { joined, perhaps, is_cut } = reach(scene, link, root, &candidates);
    let eager = scene.engine.options.coverage;
    let mut truth = Truth::False;
    let most = scene.engine.links.most(scene.resource);
    for index in joined.iter().copied().filter(|index| *index != scene.index).take(most) {
        truth = truth.max(satisfies(scene, link, index));
        if truth == Truth::True && !eager {
            return truth;
        }
    }
    if is_cut || joined.len() > most.saturating_add(1) || perhaps.len() > most.saturating_add(1) {
        truth = truth.max(Truth::Unknown);
    }
    // Both lists are in order.
    let others = perhaps.into_iter().filter(|index| *index != scene.index && joined.binary_search(index).is_err());
    for index in others.take(most) {
        if truth != Truth::False && !eager {
            break;
        }
        truth = truth.max(satisfies(scene, link, index).min(Truth::Unknown));
    }
    truth
}

/// Whether a resource is linked to this one, whatever it says, or may be.
pub(super) fn joins(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> bool {
    let candidates = scene.engine.links.candidates(scene, link);
    let Reach { joined, perhaps, is_cut: _ } = reach(scene, link, root, &candidates);
    joined.iter().chain(&perhaps).any(|index| *index != scene.index)
}

/// The other ends of a link.
struct Reach {
    /// Those that it joins with this resource.
    joined: Vec<usize>,
    /// Those that it may join.
    perhaps: Vec<usize>,
    /// Whether there are more than were looked at.
    is_cut: bool,
}

/// Where a link leads. What another resource is joined with may not be decided: in this world it may be, and else it counts
/// only where this resource has the same open value. Any other resource of the kind would be meant as well as this one, and
/// one value that nobody knows must not leave all of them open.
fn reach(scene: &Scene<'_>, link: &Link, root: &Place<'_>, candidates: &Candidates) -> Reach {
    let ends = match &link.join {
        Join::Scope => {
            return Reach { joined: candidates.every.clone(), perhaps: Vec::new(), is_cut: false };
        }
        Join::By(_) => Ends { keys: known_as(scene.resource), ..Ends::default() },
        Join::To(path) => own(scene, root, |root| references(scene, path, root)),
        Join::On(ours, _) => own(scene, root, |root| values(scene, ours, root)),
    };
    let mut joined: Vec<usize> =
        ends.keys.iter().filter_map(|key| candidates.by_key.get(key)).flatten().copied().collect();
    let mut perhaps = if ends.open { candidates.every.clone() } else { Vec::new() };
    let most = scene.engine.links.most(scene.resource);
    for index in candidates.open.iter().take(most) {
        let Some(theirs) = their_ends(scene, link, *index) else { continue };
        let is_shared = |key: &JoinKey| ends.keys.contains(key);
        if theirs.keys.iter().any(is_shared) {
            joined.push(*index);
        } else if theirs.may.iter().any(is_shared) || has_open(scene.resource, &theirs.asked) {
            perhaps.push(*index);
        }
    }
    joined.sort_unstable();
    joined.dedup();
    Reach { joined, perhaps, is_cut: candidates.open.len() > most }
}

/// What another resource is joined with, in the world of the scene.
fn their_ends(scene: &Scene<'_>, link: &Link, index: usize) -> Option<Ends> {
    let other = scene.engine.scene(index, scene.rule, scene.met)?;
    let root = Place::root(&other.resource.body);
    Some(other.in_world(scene.world, &root, |other, root| ends_of(other, link, root)))
}

/// Whether a resource itself has one of these open values.
fn has_open(resource: &Resource, asked: &[Box<str>]) -> bool {
    let own = resource.body.entries().iter().filter_map(|entry| entry.value.as_unresolved());
    own.into_iter().any(|open| asked.iter().any(|expression| **expression == *open.expression))
}

/// Our side of a join: at the node that is judged or, where it says nothing, at the resource.
fn own(scene: &Scene<'_>, root: &Place<'_>, at: impl Fn(&Place<'_>) -> Ends) -> Ends {
    let ends = at(root);
    if ends.open || !ends.keys.is_empty() { ends } else { at(&Place::root(&scene.resource.body)) }
}

fn satisfies(scene: &Scene<'_>, link: &Link, index: usize) -> Truth {
    let Some(other) = scene.engine.scene(index, scene.rule, scene.met) else { return Truth::False };
    let exists = match other.resource.condition.as_deref() {
        None => Truth::True,
        Some(condition) => {
            let exists = condition.when_true().map_or(Truth::Unknown, |guard| scene.world.truth(&guard));
            if exists == Truth::Unknown {
                scene.note(condition);
            }
            exists
        }
    };
    let Some(with) = &link.with else { return exists };
    let root = Place::root(&other.resource.body);
    exists.min(other.in_world(scene.world, &root, |other, root| other.holds(with, root)))
}

fn collect(scene: &Scene<'_>, link: &Link, scope: &[usize]) -> Candidates {
    let mut candidates = Candidates::default();
    // What is found is kept for all worlds, so none is looked at.
    let met = Met::default();
    for index in scope {
        let Some(other) = scene.engine.scene(*index, scene.rule, &met) else { continue };
        if !link.kinds.iter().any(|kind| kind.matches(&other.resource.kind)) {
            continue;
        }
        candidates.every.push(*index);
        let Ends { mut keys, open, .. } = ends_of(&other, link, &Place::root(&other.resource.body));
        keys.sort();
        keys.dedup();
        for key in keys {
            candidates.by_key.entry(key).or_default().push(*index);
        }
        if open {
            candidates.open.push(*index);
        }
    }
    candidates
}

/// What a resource at the other end of a link is joined with.
fn ends_of(other: &Scene<'_>, link: &Link, root: &Place<'_>) -> Ends {
    match &link.join {
        Join::Scope => Ends::default(),
        Join::By(path) => references(other, path, root),
        Join::To(_) => Ends { keys: known_as(other.resource), ..Ends::default() },
        Join::On(_, theirs) => values(other, theirs, root),
    }
}

/// What others call a resource: its address, with and without the index of the instance, and its names.
fn known_as(resource: &Resource) -> Vec<JoinKey> {
    let address = &*resource.address;
    let mut keys = vec![JoinKey::Address(address.into())];
    if let Some(bare) = without_instance(address) {
        keys.push(JoinKey::Address(bare.into()));
    }
    keys.extend(resource.names.iter().map(|name| JoinKey::Word((**name).into())));
    keys
}

/// `aws_s3_bucket.logs` of `aws_s3_bucket.logs[0]` and of `aws_s3_bucket.logs["a.b"]`.
fn without_instance(address: &str) -> Option<&str> {
    let inside = address.strip_suffix(']')?;
    let at = match inside.strip_suffix('"') {
        Some(_) => inside.rfind("[\"")?,
        None => inside.rfind('[')?,
    };
    address.get(..at)
}

/// What the nodes at a path refer to.
fn references(scene: &Scene<'_>, path: &Path, root: &Place<'_>) -> Ends {
    let mut ends = Ends::default();
    let _ = scene.branches(std::slice::from_ref(path), root, &mut |reached, place| {
        match reached {
            Reached::Node => refer(place.node, &mut ends, 0),
            Reached::Absent => {}
            Reached::More(open) => {
                ends.keys.extend(open.references.iter().map(|to| JoinKey::Address(to.clone())));
                if open.references.is_empty() {
                    ends.ask(open);
                }
            }
            Reached::Choice(open, _) => {
                ends.choose(open, 0);
            }
        }
        ControlFlow::Continue(())
    });
    ends
}

fn refer(node: &Node, ends: &mut Ends, depth: usize) {
    if depth > MAX_DEPTH {
        ends.open = true;
        return;
    }
    match &node.value {
        Value::Str(text) => ends.keys.push(JoinKey::Word(text.as_str().into())),
        Value::Int(number) => ends.keys.push(JoinKey::Word(number.to_string().into())),
        Value::Float(number) => ends.keys.push(JoinKey::Word(number.to_string().into())),
        Value::Null | Value::Bool(_) => {}
        Value::List(items) => items.iter().for_each(|item| refer(item, ends, depth + 1)),
        Value::Map(map) => {
            map.written().for_each(|entry| refer(&entry.value, ends, depth + 1));
            ends.open |= map.rest.is_some();
        }
        Value::Unresolved(open) if open.references.is_empty() => {
            ends.choose(open, depth + 1);
        }
        Value::Unresolved(open) => ends.keys.extend(open.references.iter().map(|to| JoinKey::Address(to.clone()))),
    }
}

/// The scalars at a path, for joins on equal values.
fn values(scene: &Scene<'_>, path: &Path, root: &Place<'_>) -> Ends {
    let mut ends = Ends::default();
    let typing = scene.setting.typing;
    let _ = scene.branches(std::slice::from_ref(path), root, &mut |reached, place| {
        if let Reached::More(open) | Reached::Choice(open, _) = reached {
            ends.ask(open);
        }
        if !matches!(reached, Reached::Node) {
            return ControlFlow::Continue(());
        }
        place.each_item(&mut |item| {
            match &item.node.value {
                Value::Str(text) => ends.keys.push(JoinKey::Word(text.as_str().into())),
                Value::Int(number) => ends.keys.push(typed(typing, "number", number.to_string())),
                Value::Float(number) => ends.keys.push(typed(typing, "number", number.to_string())),
                Value::Bool(value) => ends.keys.push(typed(typing, "boolean", value.to_string())),
                Value::Unresolved(open) => ends.ask(open),
                Value::Null | Value::List(_) | Value::Map(_) => {}
            }
            ControlFlow::Continue(())
        })
    });
    ends
}

fn typed(typing: Typing, kind: &'static str, text: String) -> JoinKey {
    match typing {
        Typing::Loose => JoinKey::Word(text.into()),
        Typing::Strict => JoinKey::Typed(kind, text.into()),
    }
}
