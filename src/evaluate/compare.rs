//! Comparisons: what stands at a path, folded by a quantifier.
//!
//! Sound: an answer other than unknown stays the same whatever the unresolved values turn out to be.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::LazyLock;

use super::beside;
use super::measure::{self, Size};
use super::scene::Scene;
use crate::document::{Node, PartialText, Unresolved, Value};
use crate::kernel::text;
use crate::rule::operator::{Members, Partly, Setting, Test};
use crate::rule::predicate::{Level, Predicate};
use crate::rule::walk::{Place, Reached, Rest};
use crate::rule::{Ask, Comparison, Path, Quantifier};
use crate::truth::Truth;

/// What a comparison came across.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sight<'p> {
    /// A value.
    Value,
    /// The default of the rule, since nothing stands at the path; the place is the deepest that does.
    Default(&'p Node),
    /// Nothing; the place is the deepest that stands.
    Absent,
    /// An empty list, where items were asked for.
    NoItems,
    /// Something that the file does not decide.
    Undecided(&'p Unresolved),
    /// So many values.
    Number(usize),
}

/// Told of every value that a comparison was asked of, and of the answer.
pub(super) type Watch<'w> = &'w mut dyn FnMut(Sight<'_>, Truth, &Place<'_>);

/// Everything that is not decided is unknown: the one place that says so.
fn undecided(_: &Unresolved) -> Truth {
    Truth::Unknown
}

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

/// What a predicate says of a value that a path may end at: of the items of a list, or of the list.
fn ask_value(scene: &Scene<'_>, predicate: &Predicate, place: &Place<'_>, quantifier: Quantifier) -> Truth {
    let mut fold = Fold::new(quantifier);
    let _ = value(scene, predicate, place, &mut fold, &mut None);
    fold.finish()
}

/// A quantifier over the values seen so far.
#[derive(Clone, Copy)]
struct Fold {
    quantifier: Quantifier,
    truth: Truth,
    /// There is a value for certain.
    certain: bool,
    /// There may be one.
    possible: bool,
}

impl Fold {
    fn new(quantifier: Quantifier) -> Fold {
        let truth = if quantifier == Quantifier::Every { Truth::True } else { Truth::False };
        Fold { quantifier, truth, certain: false, possible: false }
    }

    /// What a value adds that is no value after all.
    fn neutral(self) -> Truth {
        if self.quantifier == Quantifier::Every { Truth::True } else { Truth::False }
    }

    fn add(&mut self, truth: Truth, certain: bool) {
        self.truth = if self.quantifier == Quantifier::Every { self.truth.min(truth) } else { self.truth.max(truth) };
        self.certain |= certain;
        self.possible = true;
    }

    fn decided(self) -> bool {
        self.truth == !self.neutral()
    }

    fn finish(self) -> Truth {
        match self.quantifier {
            Quantifier::Every if self.certain => self.truth,
            Quantifier::Every if self.possible => self.truth.min(Truth::Unknown),
            Quantifier::Every => Truth::False,
            Quantifier::Some => self.truth,
            Quantifier::None => !self.truth,
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

/// Adds what a predicate says of a value at the end of a path.
fn value(
    scene: &Scene<'_>,
    predicate: &Predicate,
    place: &Place<'_>,
    fold: &mut Fold,
    watch: &mut Option<Watch<'_>>,
) -> ControlFlow<()> {
    let mut add = |fold: &mut Fold, sight: Sight<'_>, truth: Truth, certain: bool, place: &Place<'_>| {
        fold.add(truth, certain);
        if let Some(watch) = watch.as_mut() {
            watch(sight, truth, place);
        }
    };
    if let Value::Unresolved(unresolved) = &place.node.value {
        let (truth, certain) = partly(scene, predicate, unresolved, place);
        add(fold, Sight::Undecided(unresolved), truth, certain, place);
        return Continue(());
    }
    let level = predicate.level();
    if level == Level::Whole {
        let truth = noted(scene, ask(scene, predicate, place), place);
        add(fold, Sight::Value, truth, true, place);
        return Continue(());
    }
    if level == Level::Mixed {
        let truth = noted(scene, ask_mixed(scene, predicate, place, fold.quantifier), place);
        add(fold, Sight::Value, truth, true, place);
        return Continue(());
    }
    let document = match &place.node.value {
        Value::Str(text) if nests(predicate) => scene.embedded.document(text, place.node.span),
        _ => None,
    };
    let inside =
        document.as_deref().map(|node| Place { node, key: None, item: None, parent: Some(place), found: false });
    let place = inside.as_ref().unwrap_or(place);
    let mut any = false;
    let flow = place.each_item(&mut |item| {
        any = true;
        if let Value::Unresolved(unresolved) = &item.node.value {
            scene.note(unresolved);
        }
        if let Value::Unresolved(unresolved) = &item.node.value
            && unresolved.alternatives.is_empty()
        {
            let (truth, certain) = partly(scene, predicate, unresolved, item);
            add(fold, Sight::Undecided(unresolved), truth, certain, item);
        } else if let Value::Unresolved(unresolved) = &item.node.value {
            let truth = alternatives(scene, predicate, item, unresolved, *fold);
            let certain = !unresolved.spread && !unresolved.alternatives.iter().any(may_be_none);
            add(fold, Sight::Undecided(unresolved), truth, certain, item);
        } else {
            let truth = noted(scene, ask(scene, predicate, item), item);
            add(fold, Sight::Value, truth, true, item);
        }
        Continue(())
    });
    if !any && let Some(watch) = watch {
        // Adds nothing: whether there has to be an item, all the lists of the path together decide.
        watch(Sight::NoItems, Truth::False, place);
    }
    flow
}

/// A truth about the value at a place; where it is unknown, a choice within the value may be why.
fn noted(scene: &Scene<'_>, truth: Truth, place: &Place<'_>) -> Truth {
    if truth == Truth::Unknown {
        scene.note_within(place.node);
    }
    truth
}

/// What a predicate says of a value of whose text no more than parts are known, and whether it is certain that there is one.
fn partly(scene: &Scene<'_>, predicate: &Predicate, unresolved: &Unresolved, place: &Place<'_>) -> (Truth, bool) {
    match &unresolved.partial {
        // A text that stands for any number of items may stand for none.
        Some(partial) => (ask_partly(scene, predicate, partial, unresolved, place), !unresolved.spread),
        _ => (undecided(unresolved), false),
    }
}

/// What a predicate says of every text that has these parts.
fn ask_partly(
    scene: &Scene<'_>,
    predicate: &Predicate,
    partial: &PartialText,
    open: &Unresolved,
    place: &Place<'_>,
) -> Truth {
    match predicate {
        Predicate::All(parts) => Truth::all(parts.iter().map(|part| ask_partly(scene, part, partial, open, place))),
        Predicate::Not(part) => !ask_partly(scene, part, partial, open, place),
        Predicate::IgnoringCase(part) => ask_partly(&ignoring_case(scene), part, partial, open, place),
        Predicate::Test { test: Test::Set(test), .. } => {
            test(&Members { known: Vec::new(), partly: vec![partial], undecided: false }, &scene.setting)
        }
        Predicate::Test { partly, .. } => partly.of(partial, &scene.setting),
        Predicate::View { operator, of, .. } => {
            let Partly::Shows(view) = operator.partly else { return undecided(open) };
            ask_computed(scene, of, &view(partial, open, place.node.span), place)
        }
        Predicate::Length(part) => {
            measure::number(scene, part, Size { least: text::least_length(partial), more: true })
        }
        Predicate::Empty(wanted) => {
            let empty = text::is_empty(partial);
            if *wanted { empty } else { !empty }
        }
        Predicate::Beside(beside) => beside::ask_partly(scene, beside, partial),
        // JSON in a text of which parts are not known is not read.
        Predicate::Nested(_) => undecided(open),
    }
}

/// What a predicate says of what an operator computed of the value at a place.
fn ask_computed(scene: &Scene<'_>, predicate: &Predicate, node: &Node, place: &Place<'_>) -> Truth {
    let computed = Place { node, key: None, item: None, parent: Some(place), found: false };
    ask_value(scene, predicate, &computed, Quantifier::Some)
}

/// What a predicate says of an item that is one of several known values.
fn alternatives(scene: &Scene<'_>, predicate: &Predicate, item: &Place<'_>, open: &Unresolved, fold: Fold) -> Truth {
    let inner = if fold.quantifier == Quantifier::Every { Quantifier::Every } else { Quantifier::Some };
    let mut truths = open.alternatives.iter().map(|node| match node.value {
        Value::Null => fold.neutral(),
        _ => ask_value(scene, predicate, &Place { node, ..*item }, inner),
    });
    match truths.next() {
        Some(first) if !open.spread && truths.all(|truth| truth == first) => first,
        _ => undecided(open),
    }
}

/// Whether a possible value of an item is no item, or as many as a list has.
fn may_be_none(node: &Node) -> bool {
    matches!(node.value, Value::Null | Value::List(_) | Value::Unresolved(_))
}

fn nests(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Nested(_) => true,
        Predicate::Not(part) | Predicate::IgnoringCase(part) => nests(part),
        Predicate::All(parts) => parts.iter().any(nests),
        Predicate::Test { .. }
        | Predicate::View { .. }
        | Predicate::Beside(_)
        | Predicate::Length(_)
        | Predicate::Empty(_) => false,
    }
}

/// Some parts are about the list, others about its items.
fn ask_mixed(scene: &Scene<'_>, predicate: &Predicate, place: &Place<'_>, quantifier: Quantifier) -> Truth {
    let inner = if quantifier == Quantifier::Every { Quantifier::Every } else { Quantifier::Some };
    match predicate {
        Predicate::All(parts) => Truth::all(parts.iter().map(|part| ask_value(scene, part, place, inner))),
        Predicate::Not(part) => {
            let contrary = if inner == Quantifier::Every { Quantifier::Some } else { Quantifier::Every };
            !ask_value(scene, part, place, contrary)
        }
        Predicate::IgnoringCase(part) => ask_value(&ignoring_case(scene), part, place, inner),
        other => ask(scene, other, place),
    }
}

fn ignoring_case<'s>(scene: &Scene<'s>) -> Scene<'s> {
    Scene { setting: Setting { ignore_case: true, ..scene.setting }, ..*scene }
}

/// What a predicate says of one value, which is resolved at its top.
pub(super) fn ask(scene: &Scene<'_>, predicate: &Predicate, place: &Place<'_>) -> Truth {
    match predicate {
        Predicate::All(parts) => Truth::all(parts.iter().map(|part| ask(scene, part, place))),
        Predicate::Test { test, .. } => match test {
            Test::One(test) | Test::Whole(test) => test(place.node, &scene.setting),
            Test::Set(test) => test(&members(place.node), &scene.setting),
            // The loader makes a `Predicate::View` of it.
            Test::View(_) => Truth::False,
        },
        Predicate::Beside(beside) => beside::ask(scene, beside, place.node),
        Predicate::View { view, of, .. } => match view(place.node) {
            Some(node) => ask_computed(scene, of, &node, place),
            None => Truth::False,
        },
        Predicate::Not(part) => !ask(scene, part, place),
        Predicate::IgnoringCase(part) => ask(&ignoring_case(scene), part, place),
        Predicate::Nested(condition) => scene.holds(condition, place),
        Predicate::Length(part) => {
            measure::length(place.node).map_or(Truth::False, |size| measure::number(scene, part, size))
        }
        Predicate::Empty(wanted) => {
            let empty = measure::empty(place.node);
            if *wanted { empty } else { !empty }
        }
    }
}

pub(super) fn members(node: &Node) -> Members<'_> {
    fn collect<'n>(node: &'n Node, members: &mut Members<'n>) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| collect(item, members)),
            Value::Unresolved(open) => match &open.partial {
                Some(partial) if !open.spread && open.alternatives.is_empty() => members.partly.push(partial),
                _ => members.undecided = true,
            },
            _ => members.known.push(node),
        }
    }
    let mut members = Members { known: Vec::new(), partly: Vec::new(), undecided: false };
    collect(node, &mut members);
    members
}

/// A number of values, as a size.
pub(super) fn exactly(least: usize) -> Size {
    Size { least, more: false }
}
