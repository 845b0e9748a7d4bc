//! Links between resources.
//!
//! What a resource is known by and what it refers to are brought to keys ([`super::ends`]), so that the candidates of a link
//! are looked up instead of searched. Selectors of labels are asked of what the other joins of the link have left.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::cover;
use super::ends::{self, Ends, JoinKey};
use super::scene::Scene;
use super::selector;
use super::sides::{self, Reach, Side};
use super::worlds::Met;
use crate::dialect::Resource;
use crate::rule::walk::Place;
use crate::rule::{Join, Link};
use crate::truth::Truth;

/// How many pairs of resources one link looks at in one scope. Where there are more, what is not looked at is not decided.
const MOST_PAIRS: usize = 1_000_000;

/// Of how many others a resource is held against in any case.
const LEAST_OTHERS: usize = 64;

/// The resources by scope, and the indices of links that were asked for.
pub(super) struct Links {
    scopes: FxHashMap<Arc<str>, Vec<usize>>,
    every: Vec<usize>,
    /// How many resources of a kind there are in a scope, and in all.
    counts: FxHashMap<(Option<Arc<str>>, Arc<str>), usize>,
    indices: Mutex<Indices>,
}

/// By the address of the join (of the link, where it has none) and the scope; none is all of the repository.
type Indices = FxHashMap<(usize, Option<Arc<str>>), Arc<Candidates>>;

/// The possible other ends of a join in a scope, in order.
#[derive(Clone, Default)]
pub(super) struct Candidates {
    pub every: Vec<usize>,
    pub by_key: FxHashMap<JoinKey, Vec<usize>>,
    /// Nobody knows what these are joined with.
    pub open: Vec<usize>,
}

impl Links {
    pub fn new(resources: &[Resource]) -> Links {
        let mut scopes: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        let mut counts: FxHashMap<(Option<Arc<str>>, Arc<str>), usize> = FxHashMap::default();
        for (index, resource) in resources.iter().enumerate() {
            scopes.entry(Arc::clone(&resource.scope)).or_default().push(index);
            for scope in [None, Some(Arc::clone(&resource.scope))] {
                *counts.entry((scope, Arc::clone(&resource.kind))).or_default() += 1;
            }
        }
        Links { scopes, every: (0..resources.len()).collect(), counts, indices: Mutex::default() }
    }

    /// How many others a resource is held against: a part of what the link may look at, equal for all of its kind.
    fn most(&self, link: &Link, resource: &Resource) -> usize {
        let alike = self.counts.get(&(scope_of(link, resource), Arc::clone(&resource.kind)));
        (MOST_PAIRS / alike.copied().unwrap_or(1).max(1)).max(LEAST_OTHERS)
    }

    /// The candidates of a link in a scope by one of its joins; found once. A join is told by its address: rules outlive
    /// the engine.
    fn candidates(&self, scene: &Scene<'_>, link: &Link, join: Option<&Join>) -> Arc<Candidates> {
        let address = join.map_or(std::ptr::from_ref(link) as usize, |join| std::ptr::from_ref(join) as usize);
        let scope = scope_of(link, scene.resource);
        let members = match &scope {
            None => self.every.as_slice(),
            Some(scope) => self.scopes.get(scope).map_or(&[][..], Vec::as_slice),
        };
        let key = (address, scope);
        let known = self.indices.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let found = Arc::new(collect(scene, link, join, members));
            self.indices.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&found));
            found
        })
    }
}

/// Where a link of a resource leads; none is anywhere.
fn scope_of(link: &Link, resource: &Resource) -> Option<Arc<str>> {
    (!link.everywhere).then(|| Arc::clone(&resource.scope))
}

/// What is known of the resources that a link leads to.
pub(super) struct Others {
    /// Those that are joined, in order, and whether each counts.
    pub joined: Vec<(usize, Truth)>,
    /// There may be more than were looked at.
    pub is_cut: bool,
}

/// Whether some linked resource satisfies the link's condition.
pub(super) fn exists(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> Truth {
    let eager = scene.engine.options.coverage;
    let mut truth = Truth::False;
    let is_cut = look(scene, link, root, &mut |index, joined| {
        // What may be joined adds nothing to what is not decided.
        if joined == Truth::True || truth == Truth::False || eager {
            truth = truth.max(satisfies(scene, link, index).min(joined));
        }
        truth == Truth::True && !eager
    });
    if is_cut { truth.max(Truth::Unknown) } else { truth }
}

/// Every resource that a link leads to or may lead to, and whether it counts.
pub(super) fn others(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> Others {
    let mut joined = Vec::new();
    let is_cut = look(scene, link, root, &mut |index, truth| {
        joined.push((index, satisfies(scene, link, index).min(truth)));
        false
    });
    joined.retain(|(_, truth)| *truth != Truth::False);
    joined.sort_unstable();
    Others { joined, is_cut }
}

/// The first resources of the repository that a link leads to and that satisfy its condition, so many at most.
pub(super) fn first(scene: &Scene<'_>, link: &Link, root: &Place<'_>, most: usize) -> Vec<usize> {
    let mut found = Vec::new();
    look(scene, link, root, &mut |index, joined| {
        if satisfies(scene, link, index).min(joined) == Truth::True {
            found.push(index);
        }
        found.len() >= most
    });
    found
}

/// Whether a resource is linked to this one, whatever it says, or may be.
pub(super) fn joins(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> bool {
    let mut found = false;
    look(scene, link, root, &mut |_, _| {
        found = true;
        true
    });
    found
}

/// Shows the resources that a link joins with this one, those that it may join last, until told that it is enough; and
/// whether there are more than it looks at.
fn look(scene: &Scene<'_>, link: &Link, root: &Place<'_>, visit: &mut dyn FnMut(usize, Truth) -> bool) -> bool {
    let Reach { joined, perhaps, mut is_cut } = reach(scene, link, root);
    // A run about single files follows what ties files together, which values in common do not.
    is_cut |= link.everywhere && scene.engine.is_part();
    let most = scene.engine.links.most(link, scene.resource);
    for (part, truth) in [(&joined, Truth::True), (&perhaps, Truth::Unknown)] {
        let mut looked = 0;
        let is_meant = |index: &usize| if link.earlier { *index < scene.index } else { *index != scene.index };
        for index in part.iter().copied().filter(is_meant) {
            looked += 1;
            if looked > most {
                is_cut = true;
                break;
            }
            let selected =
                selector::joined(scene, link, index, root).min(cover::joined(scene, link, index, root)).min(truth);
            if selected != Truth::False && visit(index, selected) {
                return is_cut;
            }
        }
    }
    is_cut
}

/// Where a link leads by all of its joins together.
fn reach(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> Reach {
    let most = scene.engine.links.most(link, scene.resource);
    let by_key = link.joins.iter().filter(|join| !join.is_asked_one_by_one());
    let (mut sides, cut): (Vec<Side>, Vec<bool>) = by_key.map(|join| side(scene, link, join, root, most)).unzip();
    if sides.is_empty() {
        let candidates = scene.engine.links.candidates(scene, link, link.joins.first());
        sides.push(Side { candidates, every: true, ..Side::default() });
    }
    let reach = sides::both(&sides, most.saturating_add(1));
    Reach { is_cut: reach.is_cut || cut.contains(&true), ..reach }
}

/// Where one join leads, and whether it may lead further. What another resource is joined with may not be decided: in this
/// world it may be, and else it counts only where this resource has the same open value. Any other resource of the kind would be
/// meant as well as this one, and one value that nobody knows must not leave all of them open.
fn side(scene: &Scene<'_>, link: &Link, join: &Join, root: &Place<'_>, most: usize) -> (Side, bool) {
    let candidates = scene.engine.links.candidates(scene, link, Some(join));
    let ends = ends::ours(scene, join, root);
    let (mut joined, mut perhaps) = (Vec::new(), Vec::new());
    for index in candidates.open.iter().take(most) {
        let Some(theirs) = their_ends(scene, join, *index) else { continue };
        let is_shared = |key: &JoinKey| ends.keys.contains(key);
        if theirs.keys.iter().any(is_shared) {
            joined.push(*index);
        } else if theirs.may.iter().any(is_shared) || has_open(scene.resource, &theirs.asked) {
            perhaps.push(*index);
        }
    }
    let is_cut = candidates.open.len() > most;
    (Side { candidates, keys: ends.keys, joined, perhaps, open: ends.open, every: false }, is_cut)
}

/// What another resource is joined with, in the world of the scene.
fn their_ends(scene: &Scene<'_>, join: &Join, index: usize) -> Option<Ends> {
    let other = scene.engine.scene(index, scene.rule, scene.met)?;
    let root = Place::root(&other.resource.body);
    Some(other.in_world(scene.world, &root, |other, root| ends::theirs(other, join, root)))
}

/// Whether a resource itself has one of these open values.
fn has_open(resource: &Resource, asked: &[Box<str>]) -> bool {
    let own = resource.body.entries().iter().filter_map(|entry| entry.value.as_unresolved());
    own.into_iter().any(|open| asked.iter().any(|expression| **expression == *open.expression))
}

fn satisfies(scene: &Scene<'_>, link: &Link, index: usize) -> Truth {
    let Some(mut other) = scene.engine.scene(index, scene.rule, scene.met) else { return Truth::False };
    other.asking = Some(scene.resource);
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

fn collect(scene: &Scene<'_>, link: &Link, join: Option<&Join>, scope: &[usize]) -> Candidates {
    let mut candidates = Candidates::default();
    // What is found is kept for all worlds, so none is looked at.
    let met = Met::default();
    for index in scope {
        let Some(other) = scene.engine.scene(*index, scene.rule, &met) else { continue };
        if !link.kinds.iter().any(|kind| kind.matches(&other.resource.kind)) {
            continue;
        }
        candidates.every.push(*index);
        let Some(join) = join else { continue };
        let Ends { mut keys, open, .. } = ends::theirs(&other, join, &Place::root(&other.resource.body));
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
