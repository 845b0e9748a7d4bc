//! What is open in a judgement, or in each of several, and certain all the same: of one rule at one place, each fails where
//! something holds, and in every world one of them does.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::engine::Engine;
use super::worlds::always;
use crate::dialect::Resource;
use crate::document::Guard;
use crate::evaluate::{Judgement, Related};
use crate::kernel::world::World;

/// Most resources of one place that are asked about together.
const MOST_TOGETHER: usize = 64;

/// What an open judgement would be where it is known that it fails.
#[derive(Clone, Debug)]
pub struct Certain {
    /// Where it fails.
    guard: Guard,
    /// Which node of the resource was judged.
    item: Arc<str>,
    fails: Judgement,
}

impl Certain {
    pub(super) fn new(guard: Guard, item: &str, fails: Judgement) -> Box<Certain> {
        Box::new(Certain { guard, item: item.into(), fails })
    }

    /// Whether this is about what another one is about.
    fn is_beside(&self, other: &Certain) -> bool {
        self.fails.rule == other.fails.rule && self.item == other.item
    }
}

/// What is stated of one matter at one place of a resource: all that is, for each.
pub(super) type Beside = FxHashMap<usize, Arc<[usize]>>;

/// Finds what is stated several times at one place.
pub(super) fn beside(resources: &[Resource]) -> Beside {
    let mut places: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (index, resource) in resources.iter().enumerate() {
        if resource.kind.starts_with("fact/") {
            let Resource { kind, scope, deployment, span, identity, .. } = resource;
            places.entry((kind, scope, deployment, span, &identity.place)).or_default().push(index);
        }
    }
    let mut found = Beside::default();
    for all in places.into_values().filter(|all| (2..=MOST_TOGETHER).contains(&all.len())) {
        let all: Arc<[usize]> = all.into();
        found.extend(all.iter().map(|index| (*index, Arc::clone(&all))));
    }
    found
}

/// Makes one failure of what fails in every world; the first of those that are judged together has it.
pub(super) fn joined(engine: &Engine<'_>, index: usize, judgements: Vec<Judgement>) -> Vec<Judgement> {
    let own: Vec<Box<Certain>> = judgements.iter().filter_map(|judgement| judgement.certain.clone()).collect();
    if own.is_empty() {
        return judgements;
    }
    let rules: Vec<usize> = own.iter().map(|certain| certain.fails.rule).collect();
    let others = engine.beside.get(&index).map_or(&[][..], |all| all).iter().filter(|other| **other != index);
    let others = others.flat_map(|other| engine.judged(*other, Some(&rules))).filter_map(|judgement| judgement.certain);
    let mut waiting: Vec<Box<Certain>> = own.into_iter().chain(others).collect();
    waiting.sort_by_key(|certain| certain.fails.resource);
    let mut certain: Vec<(Box<Certain>, Judgement)> = Vec::new();
    while let Some(first) = waiting.first().cloned() {
        let (alike, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.is_beside(&first));
        waiting = rest;
        let any = Guard::any(alike.iter().map(|one| one.guard.clone()));
        if any.is_some_and(|any| always(&World::default(), &any)) {
            let whole = together(&first, &alike);
            certain.push((first, whole));
        }
    }
    let mut told = vec![false; certain.len()];
    let settled = |mut judgement: Judgement| {
        let own = judgement.certain.take();
        let at = own.and_then(|own| certain.iter().position(|(first, _)| first.is_beside(&own)));
        let Some((at, (_, whole))) = at.and_then(|at| Some((at, certain.get(at)?))) else { return Some(judgement) };
        let is_told = told.get_mut(at).is_none_or(|told| std::mem::replace(told, true));
        (whole.resource == index && !is_told).then(|| whole.clone())
    };
    judgements.into_iter().filter_map(settled).collect()
}

/// The failure that several come to. It is of the facets of all of them.
fn together(first: &Certain, all: &[Box<Certain>]) -> Judgement {
    let mut messages: Vec<&str> = Vec::new();
    let (mut related, mut facets): (Vec<Related>, Vec<Arc<str>>) = Default::default();
    for fails in all.iter().map(|certain| &certain.fails) {
        if !messages.contains(&&*fails.message) {
            messages.push(&fails.message);
        }
        let further: Vec<Related> = fails.related.iter().filter(|one| !related.contains(one)).cloned().collect();
        related.extend(further);
        let further: Vec<Arc<str>> = fails.facets.iter().filter(|one| !facets.contains(one)).cloned().collect();
        facets.extend(further);
    }
    Judgement { message: messages.join(", or "), related, facets, ..first.fails.clone() }
}
