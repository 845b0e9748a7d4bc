//! What a predicate says of a value: of one that is known, of one of several known values, of one of which parts are known.
//!
//! Sound: an answer other than unknown stays the same whatever the unresolved values turn out to be.

use std::ops::ControlFlow::{self, Continue};

use super::beside;
use super::measure::{self, Size};
use super::scene::Scene;
use super::sight::{Sight, Watch};
use crate::document::{Node, PartialText, Unresolved, Value};
use crate::kernel::text;
use crate::rule::Quantifier;
use crate::rule::operator::{Members, Partly, Setting, Test};
use crate::rule::predicate::{Level, Predicate};
use crate::rule::walk::Place;
use crate::truth::Truth;

/// Everything that is not decided is unknown: the one place that says so.
pub(super) fn undecided(_: &Unresolved) -> Truth {
    Truth::Unknown
}

/// What a predicate says of a value that a path may end at: of the items of a list, or of the list.
pub(super) fn ask_value(scene: &Scene<'_>, predicate: &Predicate, place: &Place<'_>, quantifier: Quantifier) -> Truth {
    let mut fold = Fold::new(quantifier);
    let _ = value(scene, predicate, place, &mut fold, &mut None);
    fold.finish()
}

/// A quantifier over the values seen so far.
#[derive(Clone, Copy)]
pub(super) struct Fold {
    pub(super) quantifier: Quantifier,
    pub(super) truth: Truth,
    /// There is a value for certain.
    pub(super) certain: bool,
    /// There may be one.
    pub(super) possible: bool,
}

impl Fold {
    pub(super) fn new(quantifier: Quantifier) -> Fold {
        let truth = if quantifier == Quantifier::Every { Truth::True } else { Truth::False };
        Fold { quantifier, truth, certain: false, possible: false }
    }

    /// What a value adds that is no value after all.
    pub(super) fn neutral(self) -> Truth {
        if self.quantifier == Quantifier::Every { Truth::True } else { Truth::False }
    }

    pub(super) fn add(&mut self, truth: Truth, certain: bool) {
        self.truth = if self.quantifier == Quantifier::Every { self.truth.min(truth) } else { self.truth.max(truth) };
        self.certain |= certain;
        self.possible = true;
    }

    pub(super) fn decided(self) -> bool {
        self.truth == !self.neutral()
    }

    pub(super) fn finish(self) -> Truth {
        match self.quantifier {
            Quantifier::Every if self.certain => self.truth,
            Quantifier::Every if self.possible => self.truth.min(Truth::Unknown),
            Quantifier::Every => Truth::False,
            Quantifier::Some => self.truth,
            Quantifier::None => !self.truth,
        }
    }
}

/// Adds what a predicate says of a value at the end of a path.
pub(super) fn value(
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
pub(super) fn noted(scene: &Scene<'_>, truth: Truth, place: &Place<'_>) -> Truth {
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
