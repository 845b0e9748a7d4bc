//! Comparisons: what stands at a path, folded by a quantifier.
//!
//! Sound: an answer other than unknown stays the same whatever the unresolved values turn out to be.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::LazyLock;

use super::measure;
use super::predicate::{Fold, ask, ask_value, noted, undecided, value};
use super::scene::Scene;
use super::sight::{Sight, Watch};
use crate::document::{Node, Unresolved, Value};
use crate::rule::predicate::Predicate;
use crate::rule::walk::{Place, Reached, Rest};
use crate::rule::{Ask, Comparison, Path, Quantifier};
use crate::truth::Truth;

/// The path to the node itself.
pub(super) static HERE: LazyLock<Vec<Path>> = LazyLock::new(|| Path::parse(".").into_iter().collect());

pub(super) fn compare(scene: &Scene<'_>, comparison: &Comparison, root: &Place<'_>, watch: Option<Watch<'_>>) -> Truth {
    compare_at(scene, comparison, &comparison.paths, root, watch)
}

/// What a comparison comes to at other paths than its own.
pub(super) fn compare_at(
    scene: &Scene<'_>,
    comparison: &Comparison,
    paths: &[Path],
    root: &Place<'_>,
    watch: Option<Watch<'_>>,
) -> Truth {
    let scene = &Scene { beside: Some(root), ..*scene };
    match &comparison.ask {
        Ask::Count(predicate) => return measure::count(scene, comparison, (paths, predicate), root, watch),
        Ask::Distinct(predicate) => return measure::distinct(scene, comparison, (paths, predicate), root, watch),
        Ask::Nodes(_) | Ask::Present(_) => {}
    }
    let default = comparison.default.as_ref();
    let mut asking = Asking::new(*scene, &comparison.ask, default, comparison.quantifier, watch);
    let _ = scene.branches(paths, root, &mut |reached, place| asking.branch(reached, place));
    let together = asking.together();
    if let (Some(truth), Some(watch), Ask::Nodes(predicate)) = (together, asking.watch.take(), &comparison.ask) {
        one_by_one(scene, comparison, (paths, predicate), root, truth, watch);
    }
    asking.answer()
}

/// Tells a watch of the values that were asked about together: of those that give the answer on their own, else of all.
fn one_by_one(
    scene: &Scene<'_>,
    comparison: &Comparison,
    (paths, predicate): (&[Path], &Predicate),
    root: &Place<'_>,
    truth: Truth,
    watch: Watch<'_>,
) {
    for alone in [true, false] {
        let mut told = false;
        let mut tell = |sight: Sight<'_>, truth: Truth, place: &Place<'_>| {
            told = true;
            watch(sight, truth, place);
        };
        let _ = scene.branches(paths, root, &mut |reached, place| {
            let open = match reached {
                Reached::Node => place.node.as_unresolved(),
                Reached::More(open) | Reached::Choice(open, _) => Some(open),
                Reached::Absent => None,
            };
            match (reached, open) {
                (Reached::More(_), _) => {}
                (_, Some(open)) if !alone => tell(Sight::Undecided(open), Truth::Unknown, place),
                (Reached::Absent, None) if !alone => {
                    tell(comparison.default.as_ref().map_or(Sight::Absent, Sight::Default), truth, place);
                }
                (Reached::Node, None) if matches!(place.node.value, Value::List(_)) => {}
                (Reached::Node, None) if !alone || ask(scene, predicate, place) == truth => {
                    tell(Sight::Value, truth, place);
                }
                (..) => {}
            }
            Continue(())
        });
        if told {
            return;
        }
    }
}

/// Single values at a path that are asked about together, since the question is about a set.
#[derive(Default)]
struct Together {
    nodes: Vec<Node>,
    /// There may be further ones.
    open: bool,
    /// What values with known alternatives say on their own, and whether each is a value for certain: right where there
    /// is nothing else.
    choices: Vec<(Truth, bool)>,
    /// Some branch ends before the path does.
    absent: bool,
}

struct Asking<'a, 'w> {
    scene: Scene<'a>,
    ask: &'a Ask,
    default: Option<&'a Node>,
    fold: Fold,
    set: Option<Together>,
    watch: Option<Watch<'w>>,
}

impl<'a, 'w> Asking<'a, 'w> {
    fn new(
        scene: Scene<'a>,
        ask: &'a Ask,
        default: Option<&'a Node>,
        quantifier: Quantifier,
        watch: Option<Watch<'w>>,
    ) -> Asking<'a, 'w> {
        let of_set = matches!(ask, Ask::Nodes(predicate) if predicate.is_of_set());
        Asking { scene, ask, default, fold: Fold::new(quantifier), set: of_set.then(Together::default), watch }
    }

    /// Adds what is the case for the values that are asked about together, when there are any (or nothing at all).
    fn together(&mut self) -> Option<Truth> {
        let (Some(set), Ask::Nodes(predicate)) = (self.set.take(), self.ask) else { return None };
        match set.choices.as_slice() {
            [(truth, certain)] if set.nodes.is_empty() && !set.open => self.fold.add(*truth, *certain),
            [] => {}
            [..] => self.fold.add(Truth::Unknown, false),
        }
        if set.nodes.is_empty() {
            let nothing = set.absent && !self.fold.possible;
            if nothing {
                self.fold.add(Truth::False, true);
            }
            return nothing.then_some(Truth::False);
        }
        let mut nodes = set.nodes;
        if set.open || !set.choices.is_empty() {
            nodes.push(Node::unresolved("…", "", self.scene.resource.header));
        }
        let list = Node::list(nodes, self.scene.resource.header);
        let list = Place::root(&list);
        let truth = noted(&self.scene, ask(&self.scene, predicate, &list), &list);
        self.fold.add(truth, true);
        Some(truth)
    }

    /// The answer once all branches are in.
    fn answer(&mut self) -> Truth {
        self.together();
        let fold = self.fold;
        let nothing_after_all = fold.possible && !fold.certain && fold.quantifier != Quantifier::Every;
        if nothing_after_all && fold.truth == Truth::False && self.of_nothing() != Truth::False {
            return Truth::Unknown;
        }
        fold.finish()
    }

    /// What is said where the path reaches nothing.
    fn of_nothing(&self) -> Truth {
        match (self.ask, self.default) {
            (Ask::Nodes(predicate), Some(node)) => ask_value(&self.scene, predicate, &Place::root(node), self.inner()),
            (ask, _) => Truth::from(matches!(ask, Ask::Present(false))),
        }
    }

    fn branch(&mut self, reached: Reached<'_>, place: &Place<'_>) -> ControlFlow<()> {
        match reached {
            Reached::Node => self.node(place)?,
            Reached::Absent => self.absent(place)?,
            Reached::More(unresolved) => {
                if let Some(set) = &mut self.set {
                    set.open = true;
                }
                self.add(Sight::Undecided(unresolved), undecided(unresolved), false, place);
            }
            Reached::Choice(unresolved, rest) => self.choice(unresolved, Some(rest), place),
        }
        self.go_on()
    }

    fn go_on(&self) -> ControlFlow<()> {
        let enough = self.fold.decided() && self.watch.is_none() && !self.scene.engine.options.coverage;
        if enough { Break(()) } else { Continue(()) }
    }

    fn add(&mut self, sight: Sight<'_>, truth: Truth, certain: bool, place: &Place<'_>) {
        self.fold.add(truth, certain);
        if let Some(watch) = &mut self.watch {
            watch(sight, truth, place);
        }
    }

    fn node(&mut self, place: &Place<'_>) -> ControlFlow<()> {
        match self.ask {
            Ask::Nodes(predicate) => {
                if let Value::Unresolved(unresolved) = &place.node.value
                    && !unresolved.spread
                    && !unresolved.alternatives.is_empty()
                {
                    self.choice(unresolved, None, place);
                    return self.go_on();
                }
                match (&mut self.set, &place.node.value) {
                    (Some(set), Value::Unresolved(open)) if open.partial.is_none() || open.spread => set.open = true,
                    (None, _) | (Some(_), Value::List(_)) => {}
                    (Some(set), _) => {
                        set.nodes.push(place.node.clone());
                        return Continue(());
                    }
                }
                let scene = self.scene;
                value(&scene, predicate, place, &mut self.fold, &mut self.watch)
            }
            // A null among the values of an entry that a wildcard found is no entry.
            Ask::Present(_)
                if let Some(open) = place.node.as_unresolved()
                    && !open.spread
                    && !open.alternatives.is_empty() =>
            {
                self.choice(open, None, place);
                Continue(())
            }
            Ask::Present(wanted) => {
                let present = measure::present(place.node, self.scene.setting.typing);
                let sight = place.node.as_unresolved().map_or(Sight::Value, Sight::Undecided);
                self.add(sight, if *wanted { present } else { !present }, true, place);
                Continue(())
            }
            Ask::Count(_) | Ask::Distinct(_) => Continue(()),
        }
    }

    fn absent(&mut self, place: &Place<'_>) -> ControlFlow<()> {
        if let Some(set) = &mut self.set {
            set.absent = true;
            set.nodes.extend(self.default.cloned());
            return Continue(());
        }
        match (self.ask, self.default) {
            (Ask::Nodes(predicate), Some(node)) => {
                let stands = Place { node, key: None, item: None, parent: Some(place), found: false };
                let quantifier = self.inner();
                let truth = ask_value(&self.scene, predicate, &stands, quantifier);
                self.add(Sight::Default(node), truth, true, place);
            }
            (ask, _) => {
                let truth = Truth::from(matches!(ask, Ask::Present(false)));
                self.add(Sight::Absent, truth, true, place);
            }
        }
        Continue(())
    }

    fn inner(&self) -> Quantifier {
        if self.fold.quantifier == Quantifier::Every { Quantifier::Every } else { Quantifier::Some }
    }

    /// A value on which all alternatives agree stands; `rest` is what of the path is still to be walked in each.
    fn choice(&mut self, unresolved: &Unresolved, rest: Option<Rest<'_>>, place: &Place<'_>) {
        let mut verdict = None;
        let mut agreed = true;
        let mut dropped = false;
        for node in &unresolved.alternatives {
            let standing = Place { node, ..*place };
            let (truth, certain) = if !matches!(node.value, Value::Null) {
                self.alternative(&standing, rest)
            } else if place.found {
                (self.fold.neutral(), false)
            } else {
                self.alternative_absent(place)
            };
            dropped |= !certain;
            agreed &= verdict.is_none_or(|verdict| verdict == truth);
            verdict = Some(truth);
        }
        let truth = match verdict {
            Some(truth) if agreed => truth,
            _ => undecided(unresolved),
        };
        match &mut self.set {
            Some(set) => set.choices.push((truth, !dropped)),
            None => self.add(Sight::Undecided(unresolved), truth, !dropped, place),
        }
    }

    fn apart(&self) -> Asking<'_, 'static> {
        Asking::new(self.scene, self.ask, self.default, self.inner(), None)
    }

    fn alternative(&self, place: &Place<'_>, rest: Option<Rest<'_>>) -> (Truth, bool) {
        let mut asking = self.apart();
        let _ = match rest {
            None => asking.branch(Reached::Node, place),
            Some(rest) => {
                let walker = self.scene.walker();
                walker.resume(place, rest, &mut |reached, place| asking.branch(reached, place))
            }
        };
        let truth = asking.answer();
        if asking.fold.possible { (truth, asking.fold.certain) } else { (self.fold.neutral(), false) }
    }

    fn alternative_absent(&self, place: &Place<'_>) -> (Truth, bool) {
        let mut asking = self.apart();
        let _ = asking.absent(place.parent.unwrap_or(place));
        (asking.answer(), true)
    }
}
