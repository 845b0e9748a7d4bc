//! Variables that tasks set for those after them: `set_fact`, and `include_vars` of a file that is in the repository.
//!
//! Where all that sets a variable are such tasks before the one that uses it, in lists that run one after the other, the last one
//! whose `when` holds decides. What their conditions leave open is a choice that knows these conditions.

use std::sync::Arc;

use super::value::{Verdict, of_when};
use super::variables::{Found, Scope};
use super::words::full_name;
use crate::document::{Guard, Node, Unresolved, Value};
use crate::kernel::lift::{Alternatives, may_hold};
use crate::source::Span;

/// Most tasks that are kept for those after them.
const MOST: usize = 100;

/// Most tasks that set one variable and are told apart.
const MOST_OF_ONE: usize = 16;

/// What says that a task runs several times, or for another host than its own.
const MANY: &[&str] = &["loop", "vars", "delegate_to", "delegate_facts", "run_once"];

/// A task that sets variables.
#[derive(Clone, Copy)]
pub(super) struct Earlier<'a> {
    vars: &'a Node,
    when: Option<&'a Node>,
    place: Span,
    /// How many layers of variables were around it.
    layers: usize,
}

impl<'a> Earlier<'a> {
    /// A task, where it sets variables once, in so many words.
    pub(super) fn of(task: &'a Node, scope: &Scope<'a>) -> Option<Earlier<'a>> {
        let is_many = |key: &str| MANY.contains(&key) || key.starts_with("with_");
        if task.entries().iter().any(|entry| is_many(&entry.key.name)) {
            return None;
        }
        let call = task.entries().iter().find_map(|entry| match &*full_name(&entry.key.name) {
            "ansible.builtin.set_fact" => entry.value.as_map().map(|_| (entry.key.span, &entry.value)),
            "ansible.builtin.include_vars" => Some((entry.key.span, scope.definitions.included_by(task.span)?)),
            _ => None,
        });
        let (place, vars) = call?;
        Some(Earlier { vars, when: task.get("when"), place, layers: scope.layers.len() })
    }
}

impl<'a> Scope<'a> {
    /// Takes in what a task sets for those after it.
    pub(super) fn set_by(&mut self, earlier: Earlier<'a>) {
        if self.earlier.len() < MOST {
            self.earlier.push(earlier);
            self.done = self.earlier.len();
        }
    }

    /// Takes in what the tasks of a block set for those after it, where one condition at most says whether they did.
    pub(super) fn set_within(&mut self, block: &'a Node, within: &[Earlier<'a>]) {
        if block.get("vars").is_some() {
            return;
        }
        let when = block.get("when");
        for earlier in within.iter().copied() {
            if when.is_none() || earlier.when.is_none() {
                self.set_by(Earlier { when: when.or(earlier.when), layers: self.layers.len(), ..earlier });
            }
        }
    }

    /// What was known before a task.
    fn before(&self, at: usize, earlier: &Earlier<'a>) -> Scope<'a> {
        let layers = self.layers.get(..earlier.layers).unwrap_or(&self.layers).to_vec();
        Scope { layers, done: at, item: None, bound: Vec::new(), ..self.clone() }
    }

    /// A variable that nothing sets but tasks before this one.
    pub(super) fn of_earlier(&self, name: &str) -> Option<Found> {
        let times_set = self.definitions.times_set(name);
        if times_set == 0 || times_set > MOST_OF_ONE {
            return None;
        }
        let set = |(at, earlier): (usize, &Earlier<'a>)| Some((at, *earlier, earlier.vars.get(name)?));
        let set: Vec<(usize, Earlier<'a>, &Node)> = self.earlier.iter().enumerate().filter_map(set).collect();
        let mut places: Vec<Span> = set.iter().map(|(_, _, node)| node.span).collect();
        places.sort_unstable_by_key(|span| (span.file.0, span.start));
        places.dedup();
        if set.is_empty() || set.len() > MOST_OF_ONE || times_set != places.len() {
            return None;
        }
        let Some(_level) = self.budget.enter() else {
            return Some(Found::Open(format!("variable `{name}` is made of others, and these of others, too deeply")));
        };
        Some(self.last_set(name, &set).unwrap_or_else(|| Found::Open(format!("tasks set variable `{name}`"))))
    }

    fn last_set(&self, name: &str, set: &[(usize, Earlier<'a>, &Node)]) -> Option<Found> {
        let (mut ways, mut left) = (Alternatives::default(), Guard::Decided(true));
        let mut open: Option<Unresolved> = None;
        for (at, earlier, node) in set.iter().rev().filter(|(at, ..)| *at < self.done) {
            let before = self.before(*at, earlier);
            let what = format!("variable `{name}`, which a task sets");
            let holds = earlier.when.map_or(Verdict::Known(true), |when| {
                // What several tasks register under one name is another thing for each.
                let place = if before.asks_for_several(when) { earlier.place } else { self.place };
                of_when(when, &Scope { place, ..before.clone() })
            });
            let guard = match holds {
                Verdict::Known(false) => continue,
                Verdict::Known(true) if open.is_none() => return Some(before.made(name, node, what)),
                Verdict::Known(true) => Guard::Decided(true),
                Verdict::Open(guard, why) => {
                    open.get_or_insert(*why);
                    guard
                }
            };
            let value = self.settled(before.made(name, node, what), name);
            ways.add(Some(value), Some(Guard::all([left.clone(), guard.clone()])?), self.place);
            left = Guard::all([left, guard.negated()])?;
            if !may_hold(&left) {
                break;
            }
        }
        let Some(open) = open else { return Some(self.default(name)) };
        if may_hold(&left) {
            ways.add(Some(self.settled(self.default(name), name)), Some(left), self.place);
        }
        let mut open = Unresolved { expression: name.into(), question: None, partial: None, ..open };
        open.alternatives.clear();
        open.guards.clear();
        ways.give(&mut open);
        let node = Node::new(Value::Unresolved(Arc::new(open)), self.place);
        Some(Found::Value(node, format!("variable `{name}`, which tasks set")))
    }

    /// What was found, as a node.
    fn settled(&self, found: Found, name: &str) -> Node {
        let because = match found {
            Found::Value(node, what) => return node.used_at(self.place, what),
            Found::Open(because) | Found::Perhaps(_, _, because) => because,
            Found::Nowhere => format!("no task that surely runs sets `{name}`"),
        };
        Node::unresolved(name, because, self.place)
    }
}
