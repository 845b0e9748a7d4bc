//! Links between resources of one scope.
//!
//! What a resource is known by (its address, its names) and what a resource refers to are brought to keys, so that the
//! candidates of a link are looked up instead of searched.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::scene::Scene;
use crate::dialect::{Resource, Typing};
use crate::document::{MAX_DEPTH, Node, Value};
use crate::rule::walk::{Place, Reached};
use crate::rule::{Join, Link, Path};
use crate::truth::Truth;

/// The resources by scope, and the indices of links that were asked for.
pub(super) struct Links {
    scopes: FxHashMap<Arc<str>, Vec<usize>>,
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
    open: bool,
}

impl Links {
    pub fn new(resources: &[Resource]) -> Links {
        let mut scopes: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        for (index, resource) in resources.iter().enumerate() {
            scopes.entry(Arc::clone(&resource.scope)).or_default().push(index);
        }
        Links { scopes, indices: Mutex::default() }
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
    let (joined, open) = ends(scene, link, root, &candidates);
    let eager = scene.engine.options.coverage;
    let mut truth = Truth::False;
    for index in joined.iter().copied().filter(|index| *index != scene.index) {
        truth = truth.max(satisfies(scene, link, index));
        if truth == Truth::True && !eager {
            return truth;
        }
    }
    for index in open.iter().copied().filter(|index| *index != scene.index && !joined.contains(index)) {
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
    let (joined, open) = ends(scene, link, root, &candidates);
    joined.iter().chain(open).any(|index| *index != scene.index)
}

/// The resources that a link joins with this one, and those that it may.
fn ends<'c>(scene: &Scene<'_>, link: &Link, root: &Place<'_>, candidates: &'c Candidates) -> (Vec<usize>, &'c [usize]) {
    let ends = match &link.join {
        Join::Scope => return (candidates.every.clone(), &[]),
        Join::By(_) => Ends { keys: known_as(scene.resource), open: false },
        Join::To(path) => own(scene, root, |root| references(scene, path, root)),
        Join::On(ours, _) => own(scene, root, |root| values(scene, ours, root)),
    };
    let mut joined: Vec<usize> =
        ends.keys.iter().filter_map(|key| candidates.by_key.get(key)).flatten().copied().collect();
    joined.sort_unstable();
    joined.dedup();
    (joined, if ends.open { &candidates.every } else { &candidates.open })
}

/// Our side of a join: at the node that is judged or, where it says nothing, at the resource.
fn own(scene: &Scene<'_>, root: &Place<'_>, at: impl Fn(&Place<'_>) -> Ends) -> Ends {
    let ends = at(root);
    if ends.open || !ends.keys.is_empty() { ends } else { at(&Place::root(&scene.resource.body)) }
}

fn satisfies(scene: &Scene<'_>, link: &Link, index: usize) -> Truth {
    let Some(other) = scene.engine.scene(index, scene.rule) else { return Truth::False };
    let exists = if other.resource.condition.is_some() { Truth::Unknown } else { Truth::True };
    let with = link.with.as_ref().map_or(Truth::True, |with| other.holds(with, &Place::root(&other.resource.body)));
    exists.min(with)
}

fn collect(scene: &Scene<'_>, link: &Link, scope: &[usize]) -> Candidates {
    let mut candidates = Candidates::default();
    for index in scope {
        let Some(other) = scene.engine.scene(*index, scene.rule) else { continue };
        if !link.kinds.iter().any(|kind| kind.matches(&other.resource.kind)) {
            continue;
        }
        candidates.every.push(*index);
        let root = Place::root(&other.resource.body);
        let Ends { mut keys, open } = match &link.join {
            Join::Scope => Ends::default(),
            Join::By(path) => references(&other, path, &root),
            Join::To(_) => Ends { keys: known_as(other.resource), open: false },
            Join::On(_, theirs) => values(&other, theirs, &root),
        };
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
                ends.open |= open.references.is_empty();
            }
            Reached::Choice(open, _) => {
                open.alternatives.iter().for_each(|node| refer(node, &mut ends, 0));
                ends.open = true;
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
            open.alternatives.iter().for_each(|node| refer(node, ends, depth + 1));
            ends.open = true;
        }
        Value::Unresolved(open) => ends.keys.extend(open.references.iter().map(|to| JoinKey::Address(to.clone()))),
    }
}

/// The scalars at a path, for joins on equal values.
fn values(scene: &Scene<'_>, path: &Path, root: &Place<'_>) -> Ends {
    let mut ends = Ends::default();
    let typing = scene.setting.typing;
    let _ = scene.branches(std::slice::from_ref(path), root, &mut |reached, place| {
        if matches!(reached, Reached::More(_) | Reached::Choice(..)) {
            ends.open = true;
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
                Value::Unresolved(_) => ends.open = true,
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
