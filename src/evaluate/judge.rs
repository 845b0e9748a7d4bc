//! One check on one resource.

use std::ops::ControlFlow::{self, Continue};
use std::sync::Arc;

use super::blame::{self, Case};
use super::item;
use super::scene::Scene;
use super::subject;
use super::words;
use crate::document::{Unresolved, Value};
use crate::evaluate::{Judgement, Outcome, Stop};
use crate::rule::walk::{Place, Reached};
use crate::rule::{Check, Condition, Facets, Test};
use crate::truth::Truth;

/// Judges a resource, or each of the nodes that the check names, and adds what comes out.
pub(super) fn check(scene: &Scene<'_>, check: &Check, turn: Turn, judgements: &mut Vec<Judgement>) {
    let root = Place::root(&scene.resource.body);
    let when = check.when.as_ref().map_or(Truth::True, |when| scene.holds(when, &root));
    if when == Truth::False {
        return;
    }
    let from = judgements.len();
    let mut judging = Judging { scene, check, turn, when, out: Out::Judgements(judgements), wide_open: false };
    let Some(paths) = &check.each else { return judging.unit(scene, &root, None, "") };
    let _ = scene.branches(paths, &root, &mut |reached, place| judging.branch(reached, place, None));
    item::tell_apart(judgements.get_mut(from..).unwrap_or_default(), &|| {
        let mut contents = Vec::new();
        let mut judging = Judging { scene, check, turn, when, out: Out::Contents(&mut contents), wide_open: false };
        let _ = scene.branches(paths, &root, &mut |reached, place| judging.branch(reached, place, None));
        contents
    });
}

/// Which check of its rule is judged.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    /// Its place in the rule.
    pub number: usize,
    /// How many checks of the rule that are of this kind of resource come before it.
    pub before: usize,
}

/// What is wanted of the nodes that are judged.
enum Out<'j> {
    /// What comes out.
    Judgements(&'j mut Vec<Judgement>),
    /// What the check judges of each, in the same order.
    Contents(&'j mut Vec<String>),
}

struct Judging<'j> {
    scene: &'j Scene<'j>,
    check: &'j Check,
    turn: Turn,
    when: Truth,
    out: Out<'j>,
    /// That there may be further nodes has been said.
    wide_open: bool,
}

impl Judging<'_> {
    /// A branch of `each`; `chance` is what decides whether it is taken at all.
    fn branch(&mut self, reached: Reached<'_>, place: &Place<'_>, chance: Option<&Unresolved>) -> ControlFlow<()> {
        match reached {
            Reached::Absent => {}
            Reached::More(open) => self.undecided(open, place),
            Reached::Choice(open, rest) => {
                for node in &open.alternatives {
                    let standing = Place { node, ..*place };
                    self.scene
                        .walker()
                        .resume(&standing, rest, &mut |reached, place| self.branch(reached, place, Some(open)))?;
                }
            }
            Reached::Node => self.node(place, chance),
        }
        Continue(())
    }

    fn node(&mut self, place: &Place<'_>, chance: Option<&Unresolved>) {
        let document = match &place.node.value {
            Value::Str(text) => self.scene.embedded.document(text, place.node.span),
            _ => None,
        };
        let inside =
            document.as_deref().map(|node| Place { node, key: None, item: None, parent: Some(place), found: false });
        let place = inside.as_ref().unwrap_or(place);
        let _ = place.each_item(&mut |item| {
            match &item.node.value {
                Value::Unresolved(open) if open.alternatives.is_empty() || open.spread => self.undecided(open, item),
                Value::Unresolved(open) => {
                    for node in open.alternatives.iter().filter(|node| !matches!(node.value, Value::Null)) {
                        self.node(&Place { node, ..*item }, Some(open));
                    }
                }
                _ => self.unit_of(item, chance),
            }
            Continue(())
        });
    }

    fn unit_of(&mut self, place: &Place<'_>, chance: Option<&Unresolved>) {
        let scene = Scene { key: place.chain().find_map(|place| place.key), ..*self.scene };
        let name = match self.out {
            Out::Judgements(_) => item::name(&scene, place),
            Out::Contents(_) => String::new(),
        };
        self.unit(&scene, place, chance, &name);
    }

    /// Nobody knows whether there are (further) nodes to judge.
    fn undecided(&mut self, open: &Unresolved, place: &Place<'_>) {
        if std::mem::replace(&mut self.wide_open, true) {
            return;
        }
        if let Out::Contents(contents) = &mut self.out {
            return contents.push(String::new());
        }
        let cases = vec![blame::undecided(self.scene, open, place)];
        // Where an undecided check counts as passed, nothing is known to have been there.
        let facets = self.check.facets.names().into_iter().map(Arc::from).collect();
        self.conclude(Outcome::Open, cases, place, "?", facets, true);
    }

    fn unit(&mut self, scene: &Scene<'_>, place: &Place<'_>, chance: Option<&Unresolved>, item: &str) {
        let filter = self.check.filter.as_ref();
        let filtered = filter.map_or(Truth::True, |filter| scene.holds(filter, place));
        if filtered == Truth::False {
            return;
        }
        if let Out::Contents(contents) = &mut self.out {
            return contents.push(item::content(scene, self.check, place));
        }
        let (condition, wanted) = match &self.check.test {
            Test::Assert(condition) => (condition, Truth::True),
            Test::Deny(condition) => (condition, Truth::False),
        };
        let truth = scene.holds(condition, place);
        let applies = self.when.min(filtered);
        let outcome = if truth == wanted {
            Outcome::Pass
        } else if truth == Truth::Unknown || applies == Truth::Unknown || chance.is_some() {
            Outcome::Open
        } else {
            Outcome::Fail
        };
        let cases = self.cases(scene, place, outcome, condition, truth, filtered, chance);
        let facets = if outcome == Outcome::Pass { Vec::new() } else { self.facets(scene, place) };
        let vacuous =
            scene.engine.options.subjects && outcome == Outcome::Pass && !subject::could_fail(scene, self.check, place);
        self.conclude(outcome, cases, place, item, facets, vacuous);
    }

    /// The facets that a judged node is of; one of which it is not decided is among them, so that it cannot be silenced by
    /// halves.
    fn facets(&self, scene: &Scene<'_>, place: &Place<'_>) -> Vec<Arc<str>> {
        match &self.check.facets {
            Facets::None => Vec::new(),
            Facets::Whole(name) => vec![Arc::clone(name)],
            Facets::Parts(parts) => {
                let of = parts.iter().filter(|(_, condition)| scene.holds(condition, place) != Truth::False);
                of.map(|(name, _)| Arc::clone(name)).collect()
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a unit rests on, gathered in one place")]
    fn cases(
        &self,
        scene: &Scene<'_>,
        place: &Place<'_>,
        outcome: Outcome,
        condition: &Condition,
        truth: Truth,
        filtered: Truth,
        chance: Option<&Unresolved>,
    ) -> Vec<Case> {
        if outcome == Outcome::Pass && !scene.engine.options.explain_passes {
            return Vec::new();
        }
        let mut cases = blame::blame(scene, condition, truth, place, matches!(self.check.test, Test::Assert(_)));
        if outcome == Outcome::Open {
            if let Some(open) = chance {
                cases.push(blame::undecided(scene, open, place));
            }
            if let (Some(filter), Truth::Unknown) = (&self.check.filter, filtered) {
                cases.extend(blame::blame(scene, filter, Truth::Unknown, place, false));
            }
            if let (Some(when), Truth::Unknown) = (&self.check.when, self.when) {
                cases.extend(blame::blame(self.scene, when, Truth::Unknown, &Place::root(&scene.resource.body), false));
            }
        }
        if cases.is_empty() {
            cases.push(blame::here(scene, place));
        }
        cases
    }

    fn conclude(
        &mut self,
        outcome: Outcome,
        mut cases: Vec<Case>,
        judged: &Place<'_>,
        item: &str,
        facets: Vec<Arc<str>>,
        vacuous: bool,
    ) {
        let resource = self.scene.resource;
        if outcome == Outcome::Open {
            // What is not decided comes before what is.
            cases.sort_by_key(|case| case.because.is_none());
        }
        let mut open_because = (outcome == Outcome::Open).then(|| words::because(&cases));
        let mut message = match &self.check.message {
            Some(message) if outcome == Outcome::Fail => words::filled(message, &[judged.node, &resource.body]),
            _ => words::message(&cases, outcome),
        };
        let mut outcome = outcome;
        if let (Outcome::Open, Some(open)) = (outcome, &self.check.open) {
            outcome = if open.fails { Outcome::Fail } else { Outcome::Pass };
            message =
                format!("{message}; counts as a {}: {}", if open.fails { "failure" } else { "pass" }, open.reason);
        }
        if let (Outcome::Fail, Some(condition)) = (outcome, &resource.condition) {
            outcome = Outcome::Open;
            open_because = Some(format!("whether `{}` exists: {}", resource.address, words::reason(condition)));
        }
        let (span, related, decided) = blame::places(self.scene, cases);
        let Out::Judgements(judgements) = &mut self.out else { return };
        judgements.push(Judgement {
            rule: self.scene.rule,
            check: self.turn.number,
            resource: self.scene.index,
            outcome,
            span,
            related,
            message,
            open_because,
            item: match (&self.check.facets, self.turn.before) {
                // Each facet that has a check of its own is a finding of its own, whatever becomes of the others.
                (Facets::Whole(name), _) => format!("{item};{name}").into(),
                (Facets::None | Facets::Parts(_), 0) => item.into(),
                (Facets::None | Facets::Parts(_), before) => format!("{}:{item}", before + 1).into(),
            },
            facets,
            decided,
            unit: if outcome == Outcome::Fail && self.check.fix_with.is_some() { way_to(judged) } else { None },
            vacuous: vacuous && outcome == Outcome::Pass,
        });
    }
}

/// The steps that lead to a place; none where it is in a document within a string.
fn way_to(place: &Place<'_>) -> Option<Arc<[Stop]>> {
    let mut stops = Vec::new();
    for place in place.chain().filter(|place| place.parent.is_some()) {
        stops.push(match (place.key, place.item) {
            (_, Some((index, _))) => Stop::Item(index),
            (Some(key), None) => Stop::Key(Arc::clone(&key.name)),
            (None, None) => return None,
        });
    }
    stops.reverse();
    Some(stops.into())
}
