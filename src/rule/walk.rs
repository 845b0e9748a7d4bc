//! Walking a tree along a path.
//!
//! A walk reports every branch it takes: a node at the end of the path, a branch that ends before it, or a value on the
//! way that the file does not decide. Nothing is judged here; the callers fold the branches into a truth value. A walk
//! touches each node at most once, and no more than [`MAX_VISITS`] of them (a tree with shared parts may be far larger
//! than its file), nor all walks of a check over one resource more than [`MAX_VISITS_OF_CHECK`]: what lies beyond is
//! reported as undecided.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::dialect::Typing;
use crate::document::{Key, MAX_DEPTH, Map, Node, Text, Unresolved, Value};
use crate::rule::path::Step;
use crate::source::Span;
use crate::syntax::json;

/// Most nodes that one walk visits.
pub const MAX_VISITS: u32 = 1_000_000;

/// Most nodes that all walks of one check over one resource visit, together: what is asked of the whole resource for each of
/// its items grows with their square.
pub const MAX_VISITS_OF_CHECK: u32 = 20_000_000;

/// Deepest walk: a document, and documents inside its strings.
const MAX_WALK_DEPTH: usize = 4 * MAX_DEPTH;

/// A node on the way from the root of a walk, and how it was reached.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The node.
    pub node: &'p Node,
    /// The key it stands under, when its parent is a map.
    pub key: Option<&'p Key>,
    /// Its place among how many items, when its parent is a list.
    pub item: Option<(usize, usize)>,
    /// The node it is in; none for the root.
    pub parent: Option<&'p Place<'p>>,
    /// It was come across, not asked for by its name: an item of a list, a value that a wildcard found. Where it turns
    /// out to be nothing, nothing is missed.
    pub found: bool,
}

/// How a branch of a walk ends.
#[derive(Clone, Copy, Debug)]
pub enum Reached<'p> {
    /// At the end of the path: the node of the place.
    Node,
    /// Nothing stands at the path; the place is the deepest that does.
    Absent,
    /// Any number of further nodes, none included.
    More(&'p Unresolved),
    /// One of several known values stands in the way; the rest of the path is to be walked in each.
    Choice(&'p Unresolved, Rest<'p>),
}

/// What of a path is left to walk.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'p> {
    steps: &'p [Step],
    /// Where nothing is found nothing is reported: the search of `**`.
    quiet: bool,
    /// A scalar that the steps cannot lead into is passed over: `*` found it.
    past: bool,
}

/// Called at the end of every branch; may end the walk.
pub type Visit<'v> = &'v mut dyn FnMut(Reached<'_>, &Place<'_>) -> ControlFlow<()>;

/// Walks trees of one resource.
#[derive(Clone, Copy)]
pub struct Walker<'w> {
    /// Whether null counts as absent.
    pub typing: Typing,
    /// The documents inside strings that were parsed before.
    pub embedded: &'w Embedded,
    /// How many nodes may still be visited.
    pub left: &'w Cell<u32>,
}

/// The JSON documents inside the strings of one resource, each parsed once.
#[derive(Debug, Default)]
pub struct Embedded(Mutex<FxHashMap<(usize, Span), Parsed>>);

/// The text is kept, so that no other text can come to stand at its address.
type Parsed = (Arc<str>, Option<Arc<Node>>);

static LIMIT: LazyLock<Unresolved> = LazyLock::new(|| Unresolved {
    expression: "…".into(),
    because: "the tree is larger or deeper than annexa looks".into(),
    ..Unresolved::default()
});

impl<'p> Place<'p> {
    /// The root of a walk.
    pub fn root(node: &'p Node) -> Place<'p> {
        Place { node, key: None, item: None, parent: None, found: false }
    }

    /// From this place up to the root.
    pub fn chain(&self) -> impl Iterator<Item = &Place<'p>> {
        std::iter::successors(Some(self), |place| place.parent)
    }

    /// The items of this list as places of their own, lists in lists included; a value that is no list is itself.
    pub fn each_item(&self, visit: &mut dyn FnMut(&Place<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let Value::List(items) = &self.node.value else { return visit(self) };
        for (index, node) in items.iter().enumerate() {
            Place { node, key: None, item: Some((index, items.len())), parent: Some(self), found: true }
                .each_item(visit)?;
        }
        ControlFlow::Continue(())
    }
}

impl Embedded {
    /// The document that a string holds.
    pub fn document(&self, text: &Text, host: Span) -> Option<Arc<Node>> {
        if !text.as_str().trim_start().starts_with(['{', '[']) {
            return None;
        }
        let key = (text.as_str().as_ptr() as usize, host);
        let mut parsed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, node) =
            parsed.entry(key).or_insert_with(|| (text.shared(), json::parse_embedded(text, host).map(Arc::new)));
        node.clone()
    }
}

impl Walker<'_> {
    /// Walks from a place; at least one branch is reported.
    pub fn walk(self, from: &Place<'_>, steps: &[Step], visit: Visit<'_>) -> ControlFlow<()> {
        self.run(from, Rest { steps, quiet: false, past: false }, visit)
    }

    /// Walks what was left of a path in one of the values of a [`Reached::Choice`].
    pub fn resume(self, from: &Place<'_>, rest: Rest<'_>, visit: Visit<'_>) -> ControlFlow<()> {
        self.run(from, rest, visit)
    }

    fn run(self, from: &Place<'_>, rest: Rest<'_>, visit: Visit<'_>) -> ControlFlow<()> {
        let mut reported = false;
        let mut noting = |reached: Reached<'_>, place: &Place<'_>| {
            reported = true;
            visit(reached, place)
        };
        let mut walk = Walk { walker: self, budget: Cell::new(MAX_VISITS), visit: &mut noting };
        walk.go(from, rest, 0)?;
        if reported || rest.quiet || rest.past { ControlFlow::Continue(()) } else { visit(Reached::Absent, from) }
    }
}

struct Walk<'w> {
    walker: Walker<'w>,
    budget: Cell<u32>,
    visit: Visit<'w>,
}

impl Walk<'_> {
    fn go(&mut self, place: &Place<'_>, rest: Rest<'_>, depth: usize) -> ControlFlow<()> {
        let left = self.budget.get().min(self.walker.left.get()).saturating_sub(1);
        self.budget.set(left);
        self.walker.left.set(self.walker.left.get().saturating_sub(1));
        if left == 0 || depth > MAX_WALK_DEPTH {
            return (self.visit)(Reached::More(&LIMIT), place);
        }
        let Some(step) = rest.steps.first() else { return self.end(place, rest.quiet) };
        match &place.node.value {
            Value::Unresolved(unresolved) if unresolved.spread || unresolved.alternatives.is_empty() => {
                (self.visit)(Reached::More(unresolved), place)
            }
            Value::Unresolved(unresolved) => (self.visit)(Reached::Choice(unresolved, rest), place),
            Value::List(items) => self.list(place, items, step, rest, depth),
            Value::Map(map) => self.map(place, map, step, rest, depth),
            Value::Str(text) => match self.walker.embedded.document(text, place.node.span) {
                Some(node) => {
                    let inside = Place { node: &node, key: None, item: None, parent: Some(place), found: false };
                    self.go(&inside, rest, depth + 1)
                }
                None => self.scalar(place, step, rest),
            },
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => self.scalar(place, step, rest),
        }
    }

    fn end(&mut self, place: &Place<'_>, quiet: bool) -> ControlFlow<()> {
        let unset = matches!(place.node.value, Value::Null) && self.walker.typing == Typing::Loose;
        match place.parent {
            Some(parent) if unset && place.item.is_none() => self.absent(parent, quiet || place.found),
            _ => (self.visit)(Reached::Node, place),
        }
    }

    fn absent(&mut self, place: &Place<'_>, quiet: bool) -> ControlFlow<()> {
        if quiet { ControlFlow::Continue(()) } else { (self.visit)(Reached::Absent, place) }
    }

    /// A value that no step leads into; `**` at the end of a path reaches it.
    fn scalar(&mut self, place: &Place<'_>, step: &Step, rest: Rest<'_>) -> ControlFlow<()> {
        match step {
            Step::Deep if rest.steps.len() == 1 => self.end(place, rest.quiet),
            Step::Deep | Step::Key(_) | Step::Item(_) | Step::Any => self.absent(place, rest.quiet || rest.past),
        }
    }

    fn list(
        &mut self,
        place: &Place<'_>,
        items: &[Node],
        step: &Step,
        rest: Rest<'_>,
        depth: usize,
    ) -> ControlFlow<()> {
        let inner = match step {
            Step::Item(index) => return self.item(place, items, *index, rest, depth),
            Step::Key(_) => rest,
            Step::Any => rest.after().past(),
            Step::Deep => {
                // Where a key follows, the items find it by themselves.
                if matches!(rest.steps.get(1), Some(Step::Item(_) | Step::Any)) {
                    self.go(place, rest.after().quietly(), depth + 1)?;
                }
                rest.quietly()
            }
        };
        if items.is_empty() {
            // A list that `*` found is passed over like a scalar: no item of it is asked for.
            return self.absent(place, inner.quiet || rest.past);
        }
        for (index, node) in items.iter().enumerate() {
            let item = Place { node, key: None, item: Some((index, items.len())), parent: Some(place), found: true };
            match &node.value {
                Value::Unresolved(unresolved) if unresolved.spread => {
                    (self.visit)(Reached::More(unresolved), &item)?;
                }
                _ => self.go(&item, inner, depth + 1)?,
            }
        }
        ControlFlow::Continue(())
    }

    fn item(&mut self, place: &Place<'_>, items: &[Node], index: i64, rest: Rest<'_>, depth: usize) -> ControlFlow<()> {
        let distance = usize::try_from(if index < 0 { -1 - index } else { index }).unwrap_or(usize::MAX);
        let spread = |node: &&Node| node.as_unresolved().is_some_and(may_be_no_item);
        let before = distance.saturating_add(1);
        let moved = if index < 0 {
            items.iter().rev().take(before).find(spread)
        } else {
            items.iter().take(before).find(spread)
        };
        if let Some(unresolved) = moved.and_then(Node::as_unresolved) {
            return (self.visit)(Reached::More(unresolved), place);
        }
        let at = if index < 0 { items.len().checked_sub(before) } else { Some(distance) };
        match at.and_then(|at| Some((at, items.get(at)?))) {
            Some((at, node)) => {
                let item = Place { node, key: None, item: Some((at, items.len())), parent: Some(place), found: true };
                self.go(&item, rest.after(), depth + 1)
            }
            None => self.absent(place, rest.quiet),
        }
    }

    fn map(&mut self, place: &Place<'_>, map: &Map, step: &Step, rest: Rest<'_>, depth: usize) -> ControlFlow<()> {
        let inner = match step {
            Step::Key(name) => {
                return match (map.entry(name), &map.rest) {
                    (Some(entry), _) => {
                        let child = Place {
                            node: &entry.value,
                            key: Some(&entry.key),
                            item: None,
                            parent: Some(place),
                            found: rest.quiet,
                        };
                        self.go(&child, rest.after(), depth + 1)
                    }
                    (None, Some(unresolved)) => (self.visit)(Reached::More(unresolved), place),
                    (None, None) => self.absent(place, rest.quiet),
                };
            }
            Step::Item(_) => return self.absent(place, rest.quiet),
            Step::Any => rest.after().past(),
            Step::Deep => {
                if rest.steps.len() > 1 {
                    self.go(place, rest.after().quietly(), depth + 1)?;
                }
                rest.quietly()
            }
        };
        let mut empty = true;
        for entry in map.written() {
            empty = false;
            let child =
                Place { node: &entry.value, key: Some(&entry.key), item: None, parent: Some(place), found: true };
            self.go(&child, inner, depth + 1)?;
        }
        match &map.rest {
            Some(unresolved) => (self.visit)(Reached::More(unresolved), place),
            None if empty => self.absent(place, inner.quiet),
            None => ControlFlow::Continue(()),
        }
    }
}

/// Whether an item may be none, or several.
fn may_be_no_item(open: &Unresolved) -> bool {
    open.spread || open.may_be_null()
}

impl Rest<'_> {
    fn after(self) -> Self {
        Rest { steps: self.steps.get(1..).unwrap_or(&[]), past: false, ..self }
    }

    /// The search of `**` does not report where it found nothing.
    fn quietly(self) -> Self {
        Rest { quiet: true, ..self }
    }

    /// `*` passes over the scalars that the following steps cannot lead into.
    fn past(self) -> Self {
        Rest { past: true, ..self }
    }
}
