//! One check on one resource.

use std::cell::Cell;
use std::ops::ControlFlow::{self, Continue};
use std::sync::Arc;

use super::blame::{self, Case};
use super::item;
use super::one;
use super::said;
use super::scene::Scene;
use super::subject;
use super::together::Certain;
use super::words;
use super::worlds::{always, explore};
use crate::document::{Guard, Node, UNREAD, Unresolved, Value};
use crate::evaluate::{Judgement, Outcome, Stop};
use crate::kernel::world::World;
use crate::rule::walk::{Place, Reached};
use crate::rule::{Check, Condition, Facets, Test};
use crate::source::Span;
use crate::truth::Truth;

/// Judges a resource, or each of the nodes that the check names, and adds what comes out.
pub(super) fn check(scene: &Scene<'_>, check: &Check, turn: Turn, judgements: &mut Vec<Judgement>) {
    // The address of a file begins with its path.
    let path = scene.resource.address.split('#').next().unwrap_or("");
    if check.files.as_ref().is_some_and(|files| !files.holds(path)) {
        return;
    }
    let root = Place::root(&scene.resource.body);
    let when = check.when.as_ref().map_or(Truth::True, |when| scene.holds(when, &root));
    if when == Truth::False {
        return;
    }
    let from = judgements.len();
    let mut first = Judging::new(scene, check, turn, Out::Judgements(judgements));
    let Some(paths) = &check.each else { return first.unit(scene, &root, None, "") };
    let _ = scene.branches(paths, &root, &mut |reached, place| first.branch(reached, place, None));
    first.settle();
    item::tell_apart(judgements.get_mut(from..).unwrap_or_default(), &|| {
        let mut contents = Vec::new();
        let mut again = Judging::new(scene, check, turn, Out::Contents(&mut contents));
        let _ = scene.branches(paths, &root, &mut |reached, place| again.branch(reached, place, None));
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
    out: Out<'j>,
    /// That there may be further nodes has been said.
    wide_open: bool,
    /// Nodes that fail and are not there in every world.
    sometimes: Vec<Sometimes>,
    /// Whether the check is about the resource, where no world decides that: it is not asked again for each of the items.
    when: Cell<Option<Truth>>,
}

/// What is told of a judged node beside the outcome.
#[derive(Default)]
struct Manner {
    /// What it is called among its siblings.
    item: String,
    /// The facets that it is of.
    facets: Vec<Arc<str>>,
    /// Nothing was there that could have failed.
    vacuous: bool,
    /// Where it fails in some runs only: in which, and what the rule says of it there.
    runs: Option<(String, Option<String>)>,
}

/// A node that fails where it is there.
struct Sometimes {
    /// Where it is.
    guard: Guard,
    /// The index of the judgement that leaves it open.
    open: usize,
    /// The judgement where it is known that it counts.
    fails: Judgement,
}

/// What decides whether a node is there at all.
#[derive(Clone, Copy)]
struct Chance<'c> {
    open: &'c Unresolved,
    /// Where it is; none where that is not known.
    guard: Option<&'c Guard>,
    /// What decides whether that is there in which it stands.
    around: Option<&'c Chance<'c>>,
}

/// What is judged.
struct Unit<'u> {
    place: &'u Place<'u>,
    /// The world in which it is there.
    from: World,
    /// When it is there.
    exists: Vec<Guard>,
    /// What decides whether it is there, where nothing tells when.
    doubt: Option<&'u Unresolved>,
}

/// What a judgement rests on.
#[derive(Clone, Copy)]
struct Weighed {
    /// Whether the check is about the resource.
    when: Truth,
    /// Whether it is about the node.
    filtered: Truth,
    /// Whether the condition holds.
    truth: Truth,
}

/// What is concluded in one world.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The check is not about it.
    Elsewhere,
    Pass,
    Fail,
    Open,
}

impl<'j> Judging<'j> {
    fn new(scene: &'j Scene<'j>, check: &'j Check, turn: Turn, out: Out<'j>) -> Judging<'j> {
        Judging { scene, check, turn, out, wide_open: false, sometimes: Vec::new(), when: Cell::new(None) }
    }

    /// Where in every world one node or another fails, they fail.
    fn settle(&mut self) {
        if self.sometimes.is_empty() {
            return;
        }
        let from = self.outside();
        let guards = self.sometimes.iter().map(|sometimes| sometimes.guard.clone());
        if Guard::any(guards).is_some_and(|any| always(&from, &any)) {
            let Out::Judgements(judgements) = &mut self.out else { return };
            for Sometimes { open, fails, .. } in self.sometimes.drain(..) {
                if let Some(judgement) = judgements.get_mut(open) {
                    *judgement = fails;
                }
            }
        }
    }

    /// A branch of `each`; `chance` is what decides whether it is taken at all.
    fn branch(&mut self, reached: Reached<'_>, place: &Place<'_>, chance: Option<&Chance<'_>>) -> ControlFlow<()> {
        match reached {
            Reached::Absent => {}
            Reached::More(open) => self.undecided(open, place),
            Reached::Choice(open, rest) => {
                for (node, chance) in chances(open, chance) {
                    let standing = Place { node, ..*place };
                    let walker = self.scene.walker();
                    let mut visit =
                        |reached: Reached<'_>, place: &Place<'_>| self.branch(reached, place, Some(&chance));
                    walker.resume(&standing, rest, &mut visit)?;
                }
            }
            Reached::Node => self.node(place, chance),
        }
        Continue(())
    }

    fn node(&mut self, place: &Place<'_>, chance: Option<&Chance<'_>>) {
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
                    for (node, chance) in chances(open, chance) {
                        if !matches!(node.value, Value::Null) {
                            self.node(&Place { node, ..*item }, Some(&chance));
                        }
                    }
                }
                _ => self.unit_of(item, chance),
            }
            Continue(())
        });
    }

    fn unit_of(&mut self, place: &Place<'_>, chance: Option<&Chance<'_>>) {
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
        self.conclude(
            Outcome::Open,
            cases,
            place,
            &Manner { item: "?".to_owned(), facets, vacuous: true, ..Manner::default() },
        );
    }

    fn unit(&mut self, scene: &Scene<'_>, place: &Place<'_>, chance: Option<&Chance<'_>>, item: &str) {
        let around = || std::iter::successors(chance, |chance| chance.around);
        // Where it is not there, nothing is to be judged.
        let mut exists: Vec<Guard> = around().filter_map(|chance| chance.guard.cloned()).collect();
        let own = Guard::all(exists.clone());
        exists.extend(scene.resource.condition.as_ref().and_then(|condition| condition.when_true()));
        let from = exists.iter().fold(World::default(), |world, guard| world.where_holds(guard));
        if exists.iter().any(|guard| from.truth(guard) == Truth::False) {
            return;
        }
        let doubt = around().find(|chance| chance.guard.is_none()).map(|chance| chance.open);
        let unit = Unit { place, from, exists, doubt };
        let ends = self.ends(scene, &unit);
        let judged = ends.as_ref().is_none_or(|ends| ends.iter().any(|(_, verdict)| *verdict != Verdict::Elsewhere));
        if let (Out::Contents(contents), true) = (&mut self.out, judged) {
            return contents.push(item::content(scene, self.check, place));
        }
        if judged {
            self.conclude_of(scene, &unit, ends.as_deref(), own, item);
        }
    }

    /// Concludes from the verdicts of all worlds; `own` is when the node is there, where that is known.
    fn conclude_of(
        &mut self,
        scene: &Scene<'_>,
        unit: &Unit<'_>,
        ends: Option<&[(World, Verdict)]>,
        own: Option<Guard>,
        item: &str,
    ) {
        let place = unit.place;
        let Some(ends) = ends else {
            let manner = self.manner(scene, unit, Outcome::Open, item);
            let mut cases = self.cases_in(scene, unit, &unit.from, Outcome::Open);
            cases.insert(0, blame::too_many_worlds(scene, place));
            return self.conclude(Outcome::Open, cases, place, &manner);
        };
        let of = |wanted: Verdict| ends.iter().filter(move |(_, verdict)| *verdict == wanted).map(|(world, _)| world);
        let failing: Vec<&World> = of(Verdict::Fail).collect();
        if let Some(world) = failing.iter().find(|world| failing.len() < ends.len() && world.happens(&unit.from)) {
            // Each run is judged, and this is one.
            let cases = self.cases_in(scene, unit, world, Outcome::Fail);
            let said = self.check.message.as_ref().map(|message| {
                let fill =
                    |scene: &Scene<'_>, place: &Place<'_>| words::filled(message, &[place.node, &scene.resource.body]);
                scene.in_world(world, place, fill)
            });
            let runs = Some((world.words(&unit.from), said));
            let manner = Manner { runs, ..self.manner(scene, unit, Outcome::Fail, item) };
            return self.conclude(Outcome::Fail, cases, place, &manner);
        }
        let outcome = match (failing.len(), of(Verdict::Pass).count(), of(Verdict::Open).count()) {
            (0, 0, 0) => return,
            (0, _, 0) => Outcome::Pass,
            (fails, ..) if fails == ends.len() => Outcome::Fail,
            _ => Outcome::Open,
        };
        let manner = self.manner(scene, unit, outcome, item);
        match (outcome, failing.first(), own) {
            (Outcome::Fail, Some(world), Some(guard)) if self.may_be_missing(&guard) => {
                let cases = self.cases_in(scene, unit, world, outcome);
                self.sometimes(guard, cases, place, &manner);
            }
            (Outcome::Open, Some(world), _) => {
                let cases = self.differing(scene, unit, &failing);
                let certain =
                    self.judgement(Outcome::Fail, self.cases_in(scene, unit, world, Outcome::Fail), place, &manner);
                let where_failing = Guard::any(failing.iter().filter_map(|world| world.guard()));
                let there = unit.exists.iter().cloned();
                let where_failing = where_failing.and_then(|failing| Guard::all(there.chain([failing])));
                self.conclude(outcome, cases, place, &manner);
                self.is_certain_where(where_failing, item, certain);
            }
            _ => {
                let wanted = if outcome == Outcome::Pass { Verdict::Pass } else { Verdict::Open };
                let world = failing.first().copied().or_else(|| of(wanted).next()).unwrap_or(&unit.from);
                let cases = self.cases_in(scene, unit, world, outcome);
                self.conclude(outcome, cases, place, &manner);
            }
        }
    }

    /// Whether what is there where a guard holds is there in no run, as far as that is known.
    fn may_be_missing(&self, guard: &Guard) -> bool {
        let outside = self.outside();
        !always(&outside, guard) && !outside.where_holds(guard).happens(&outside)
    }

    /// What is told of a node beside the outcome.
    fn manner(&self, scene: &Scene<'_>, unit: &Unit<'_>, outcome: Outcome, item: &str) -> Manner {
        scene.in_world(&unit.from, unit.place, |scene, place| Manner {
            item: item.to_owned(),
            facets: match &self.check.facets {
                // Whether a condition on what is wrong holds of what is right says nothing.
                Facets::Parts(_) if outcome == Outcome::Pass => Vec::new(),
                _ => self.facets(scene, place),
            },
            vacuous: scene.engine.options.subjects
                && outcome == Outcome::Pass
                && !subject::could_fail(scene, self.check, place),
            runs: None,
        })
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

    /// The worlds that a judgement falls into, each with its verdict; none where they are too many.
    fn ends(&self, scene: &Scene<'_>, unit: &Unit<'_>) -> Option<Vec<(World, Verdict)>> {
        let mut look = |world: &World| {
            scene.met.take();
            let weighed = scene.in_world(world, unit.place, |scene, place| self.weigh(scene, place));
            let verdict = self.verdict(weighed, unit.doubt.is_some());
            let literal = scene.met.take().filter(|_| verdict == Verdict::Open);
            (verdict, literal)
        };
        let is_possible = |world: &World| unit.exists.iter().all(|guard| world.truth(guard) != Truth::False);
        explore(&unit.from, &mut look, &is_possible)
    }

    /// What a judgement rests on in a world.
    fn cases_in(&self, scene: &Scene<'_>, unit: &Unit<'_>, world: &World, outcome: Outcome) -> Vec<Case> {
        scene.in_world(world, unit.place, |scene, place| {
            if outcome == Outcome::Pass && !scene.engine.options.explain_passes {
                return Vec::new();
            }
            let weighed = self.weigh(scene, place);
            self.cases(scene, place, outcome, weighed, unit.doubt)
        })
    }

    /// What a judgement rests on that comes out otherwise in some worlds than where it fails.
    fn differing(&self, scene: &Scene<'_>, unit: &Unit<'_>, failing: &[&World]) -> Vec<Case> {
        let words = failing.iter().map(|world| world.words(&unit.from)).filter(|words| !words.is_empty());
        let words: Vec<String> = words.collect();
        let met = self.cases_in(scene, unit, &unit.from, Outcome::Open);
        let chosen: Vec<Span> = met.iter().filter(|case| case.because.is_some()).map(|case| case.span).collect();
        let Some(world) = failing.first() else { return met };
        let mut cases = self.cases_in(scene, unit, world, Outcome::Fail);
        said::fails_where(&mut cases, &words, &chosen);
        cases
    }

    /// What is taken for granted of the resource itself: that it is there.
    fn outside(&self) -> World {
        let exists = self.scene.resource.condition.as_ref().and_then(|condition| condition.when_true());
        exists.map_or_else(World::default, |guard| World::default().where_holds(&guard))
    }

    /// Concludes of a node that fails where a guard holds, and is not there elsewhere.
    fn sometimes(&mut self, guard: Guard, cases: Vec<Case>, place: &Place<'_>, manner: &Manner) {
        let mut open_cases = cases.clone();
        let outside = self.outside();
        let words = outside.where_holds(&guard).words(&outside);
        said::fails_where(
            &mut open_cases,
            &if words.is_empty() { vec!["it is there".to_owned()] } else { vec![words] },
            &[],
        );
        let fails = self.judgement(Outcome::Fail, cases, place, manner);
        self.conclude(Outcome::Open, open_cases, place, manner);
        self.is_certain_where(Some(guard.clone()), &manner.item, fails.clone());
        let Out::Judgements(judgements) = &self.out else { return };
        self.sometimes.push(Sometimes { guard, open: judgements.len().saturating_sub(1), fails });
    }

    /// Notes of the last judgement where it is known to fail.
    fn is_certain_where(&mut self, guard: Option<Guard>, item: &str, fails: Judgement) {
        // What may not be there at all says where it is itself.
        let (Some(guard), None) = (guard, &self.scene.resource.condition) else { return };
        let Out::Judgements(judgements) = &mut self.out else { return };
        if let Some(last) = judgements.last_mut().filter(|last| last.outcome == Outcome::Open) {
            last.certain = Some(Certain::new(guard, item, fails));
        }
    }

    /// What a check comes to for the node at a place.
    fn weigh(&self, scene: &Scene<'_>, place: &Place<'_>) -> Weighed {
        let when = self.when(scene);
        let filter = |filter| scene.holds(filter, place);
        let filtered = if when == Truth::False { when } else { self.check.filter.as_ref().map_or(Truth::True, filter) };
        let truth = if filtered == Truth::False { filtered } else { scene.holds(self.condition().0, place) };
        Weighed { when, filtered, truth }
    }

    /// Whether the check is about the resource.
    fn when(&self, scene: &Scene<'_>) -> Truth {
        let Some(when) = &self.check.when else { return Truth::True };
        if let Some(known) = self.when.get() {
            return known;
        }
        let is_first = scene.met.is_none();
        let truth = scene.holds(when, &Place::root(&scene.resource.body));
        if scene.world.is_empty() && is_first && scene.met.is_none() {
            self.when.set(Some(truth));
        }
        truth
    }

    fn verdict(&self, Weighed { when, filtered, truth }: Weighed, is_doubtful: bool) -> Verdict {
        let applies = when.min(filtered);
        if applies == Truth::False {
            Verdict::Elsewhere
        } else if truth == self.condition().1 {
            Verdict::Pass
        } else if truth == Truth::Unknown || applies == Truth::Unknown || is_doubtful {
            Verdict::Open
        } else {
            Verdict::Fail
        }
    }

    /// The condition of the check, and what it must come to.
    fn condition(&self) -> (&Condition, Truth) {
        match &self.check.test {
            Test::Assert(condition) => (condition, Truth::True),
            Test::Deny(condition) => (condition, Truth::False),
        }
    }

    fn cases(
        &self,
        scene: &Scene<'_>,
        place: &Place<'_>,
        outcome: Outcome,
        Weighed { when, filtered, truth }: Weighed,
        doubt: Option<&Unresolved>,
    ) -> Vec<Case> {
        let expecting = matches!(self.check.test, Test::Assert(_));
        let mut cases = blame::blame(scene, self.condition().0, truth, place, expecting);
        if outcome == Outcome::Open {
            if let Some(open) = doubt {
                cases.push(blame::undecided(scene, open, place));
            }
            if let (Some(filter), Truth::Unknown) = (&self.check.filter, filtered) {
                cases.extend(blame::blame(scene, filter, Truth::Unknown, place, false));
            }
            if let (Some(condition), Truth::Unknown) = (&self.check.when, when) {
                let body = Place::root(&scene.resource.body);
                cases.extend(blame::blame(scene, condition, Truth::Unknown, &body, false));
            }
        }
        if cases.is_empty() {
            cases.push(blame::here(scene, place));
        }
        cases
    }

    fn conclude(&mut self, outcome: Outcome, cases: Vec<Case>, judged: &Place<'_>, manner: &Manner) {
        let judgement = self.judgement(outcome, cases, judged, manner);
        if let Out::Judgements(judgements) = &mut self.out {
            judgements.push(judgement);
        }
    }

    fn judgement(&self, outcome: Outcome, mut cases: Vec<Case>, judged: &Place<'_>, manner: &Manner) -> Judgement {
        let Manner { item, facets, vacuous, runs } = manner;
        let resource = self.scene.resource;
        if outcome == Outcome::Open {
            // What is not decided comes before what is.
            cases.sort_by_key(|case| case.because.is_none());
        }
        let open_because = (outcome == Outcome::Open).then(|| said::because(&cases));
        let mut message = match &self.check.message {
            Some(message) if outcome == Outcome::Fail => words::filled(message, &[judged.node, &resource.body]),
            _ => said::message(&cases, outcome),
        };
        if let Some((words, said)) = runs {
            message = format!("{}, where {words}", said.as_ref().unwrap_or(&message));
        }
        let mut outcome = outcome;
        // What could not be read is no value that the author of the rule had in mind.
        let is_unread = open_because.as_deref() == Some(UNREAD);
        if let (Outcome::Open, Some(open), false) = (outcome, &self.check.open, is_unread) {
            outcome = if open.fails { Outcome::Fail } else { Outcome::Pass };
            message =
                format!("{message}; counts as a {}: {}", if open.fails { "failure" } else { "pass" }, open.reason);
            if let (Some(wrong), true) = (&self.check.message, open.fails) {
                message = format!("{}; {message}", words::filled(wrong, &[judged.node, &resource.body]));
            }
        }
        let (span, related, decided) = blame::places(self.scene, cases);
        let asked = self.check.one.as_ref().filter(|_| outcome == Outcome::Fail);
        let judgement = Judgement {
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
                (Facets::None | Facets::Parts(_), 0) => item.as_str().into(),
                (Facets::None | Facets::Parts(_), before) => format!("{}:{item}", before + 1).into(),
            },
            facets: facets.clone(),
            decided,
            one: asked.and_then(|asked| one::cause(self.scene, asked, judged, span)),
            unit: if outcome == Outcome::Fail && self.check.fix_with.is_some() { way_to(judged) } else { None },
            vacuous: *vacuous && outcome == Outcome::Pass,
            certain: None,
        };
        match &resource.condition {
            Some(condition) if outcome == Outcome::Fail => {
                let because = format!("whether `{}` exists: {}", resource.address, words::reason(condition));
                let guard = condition.when_true();
                let certain = guard.map(|guard| Certain::new(guard, item, judgement.clone()));
                Judgement {
                    outcome: Outcome::Open,
                    open_because: Some(because),
                    one: None,
                    unit: None,
                    certain,
                    ..judgement
                }
            }
            _ => judgement,
        }
    }
}

/// The alternatives of a value, each with what decides whether it is the case.
fn chances<'c>(open: &'c Unresolved, around: Option<&'c Chance<'c>>) -> impl Iterator<Item = (&'c Node, Chance<'c>)> {
    let guards: Vec<&Guard> = open.guarded().map(|(_, guard)| guard).collect();
    open.alternatives.iter().enumerate().map(move |(at, node)| {
        let guard = guards.get(at).copied();
        (node, Chance { open, guard, around })
    })
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
