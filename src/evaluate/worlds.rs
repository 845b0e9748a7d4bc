//! Judging in each world that matters.
//!
//! A first look takes nothing for granted. Where it does not decide and came across a choice whose condition is known, the
//! two worlds in which that condition is answered are looked at instead, and so on: a condition that nothing depends on
//! splits nothing.

use std::cell::{Cell, RefCell};

use super::scene::Scene;
use super::written::MOST_SEARCHED;
use crate::document::{Guard, Node, Unresolved, Value};
use crate::kernel::budget;
use crate::kernel::world::{Literal, World};
use crate::rule::walk::{MAX_VISITS_OF_CHECK, Place};
use crate::truth::Truth;

/// Most worlds that one judgement is made in.
pub(super) const MOST_WORLDS: usize = 64;

/// Most nodes that are looked through for a choice.
const MOST_NODES: usize = 4096;

/// What the looks of one check came across, and how far they may still go.
#[derive(Debug)]
pub(super) struct Met {
    /// The first open question.
    question: RefCell<Option<Literal>>,
    /// How many nodes may still be visited.
    pub visits: Cell<u32>,
    /// How many nodes may still be looked at to tell where things are written.
    pub searches: Cell<usize>,
}

impl Default for Met {
    fn default() -> Met {
        Met { question: RefCell::default(), visits: Cell::new(MAX_VISITS_OF_CHECK), searches: Cell::new(MOST_SEARCHED) }
    }
}

impl Drop for Met {
    fn drop(&mut self) {
        budget::count(MAX_VISITS_OF_CHECK.saturating_sub(self.visits.get()));
        budget::count(u32::try_from(MOST_SEARCHED.saturating_sub(self.searches.get())).unwrap_or(u32::MAX));
    }
}

impl Met {
    pub fn take(&self) -> Option<Literal> {
        self.question.borrow_mut().take()
    }

    pub fn is_none(&self) -> bool {
        self.question.borrow().is_none()
    }

    pub fn note(&self, literal: Option<Literal>) {
        if self.is_none() {
            *self.question.borrow_mut() = literal;
        }
    }
}

impl Scene<'_> {
    /// Notes that something was met that the file does not decide.
    pub fn note(&self, open: &Unresolved) {
        if self.met.is_none() {
            self.met.note(self.world.asks(open));
        }
    }

    /// Notes the first choice within a value that kept it from being decided.
    pub fn note_within(&self, node: &Node) {
        if self.met.is_none() {
            let mut left = MOST_NODES;
            self.met.note(self.first_within(node, &mut left));
        }
    }

    /// As deep as trees are.
    fn first_within(&self, node: &Node, left: &mut usize) -> Option<Literal> {
        *left = left.checked_sub(1)?;
        match &node.value {
            Value::Unresolved(open) => self.world.asks(open),
            Value::List(items) => items.iter().find_map(|item| self.first_within(item, left)),
            Value::Map(map) => {
                let within = map.entries.iter().find_map(|entry| self.first_within(&entry.value, left));
                within.or_else(|| map.rest.as_ref().and_then(|rest| self.world.asks(rest)))
            }
            _ => None,
        }
    }

    /// What a question comes to in a world, asked of the node at a place.
    pub fn in_world<T>(&self, world: &World, place: &Place<'_>, ask: impl FnOnce(&Scene<'_>, &Place<'_>) -> T) -> T {
        if world.is_empty() {
            return ask(self, place);
        }
        let Some(resource) = self.engine.seen_in(self.index, world) else { return ask(self, place) };
        let node = if place.parent.is_none() { Some(resource.body.clone()) } else { world.seen(place.node) };
        let place = Place { node: node.as_ref().unwrap_or(place.node), ..*place };
        ask(&Scene { resource: &resource, world, ..*self }, &place)
    }
}

/// Whether a condition holds in every world that goes on from one; false where there are too many to look at.
pub(super) fn always(from: &World, guard: &Guard) -> bool {
    let mut look = |world: &World| (world.truth(guard) == Truth::True, world.open_literal(guard));
    explore(from, &mut look, &|_| true).is_some_and(|ends| ends.iter().all(|(_, holds)| *holds))
}

/// Looks at a world, and at those that it falls into where that does not decide; each end has what was found in it. None
/// where there are too many.
pub(super) fn explore<T>(
    from: &World,
    look: &mut dyn FnMut(&World) -> (T, Option<Literal>),
    is_possible: &dyn Fn(&World) -> bool,
) -> Option<Vec<(World, T)>> {
    let mut waiting = vec![from.clone()];
    let mut ends = Vec::new();
    let mut looks = 0;
    while let Some(world) = waiting.pop() {
        looks += 1;
        if looks > 2 * MOST_WORLDS {
            return None;
        }
        match look(&world) {
            (found, None) => ends.push((world, found)),
            (_, Some(literal)) => {
                let worlds = [false, true].map(|holds| world.assuming(&literal, holds));
                waiting.extend(worlds.into_iter().filter(|world| is_possible(world)));
            }
        }
    }
    Some(ends)
}
