//! One check on one resource.

use std::ops::ControlFlow::{self, Continue};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::blame::{self, Case};
use super::scene::Scene;
use super::words;
use super::worlds::{always, explore};
use crate::document::{Guard, Node, Unresolved, Value};
use crate::evaluate::{Judgement, Outcome, Stop};
use crate::kernel::world::World;
use crate::rule::walk::{Place, Reached};
use crate::rule::{Check, Condition, Test};
use crate::source::Span;
use crate::truth::Truth;

/// Judges a resource, or each of the nodes that the check names, and adds what comes out.
pub(super) fn check(scene: &Scene<'_>, check: &Check, number: usize, judgements: &mut Vec<Judgement>) {
    let root = Place::root(&scene.resource.body);
    let when = check.when.as_ref().map_or(Truth::True, |when| scene.holds(when, &root));
    if when == Truth::False {
        return;
    }
    let mut judging = Judging { scene, check, number, judgements, wide_open: false, sometimes: Vec::new() };
    match &check.each {
        None => judging.unit(scene, &root, None, ""),
        Some(paths) => {
            let _ = scene.branches(paths, &root, &mut |reached, place| judging.branch(reached, place, None));
            judging.settle();
        }
    }
}

struct Judging<'j> {
    scene: &'j Scene<'j>,
    check: &'j Check,
    number: usize,
    judgements: &'j mut Vec<Judgement>,
    /// That there may be further nodes has been said.
    wide_open: bool,
    /// Nodes that fail and are not there in every world.
    sometimes: Vec<Sometimes>,
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

impl Judging<'_> {
    /// Where in every world one node or another fails, they fail.
    fn settle(&mut self) {
        if self.sometimes.is_empty() {
            return;
        }
        let from = self.outside();
        let guards = self.sometimes.iter().map(|sometimes| sometimes.guard.clone());
        if Guard::any(guards).is_some_and(|any| always(&from, &any)) {
            for Sometimes { open, fails, .. } in self.sometimes.drain(..) {
                if let Some(judgement) = self.judgements.get_mut(open) {
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
        let name = discriminator(place);
        self.unit(&scene, place, chance, &name);
    }

    /// Nobody knows whether there are (further) nodes to judge.
    fn undecided(&mut self, open: &Unresolved, place: &Place<'_>) {
        if std::mem::replace(&mut self.wide_open, true) {
            return;
        }
        let cases = vec![blame::undecided(self.scene, open, place)];
        self.conclude(Outcome::Open, cases, place, "?");
    }

    fn unit(&mut self, scene: &Scene<'_>, place: &Place<'_>, chance: Option<&Chance<'_>>, discriminator: &str) {
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
        let Some(ends) = self.ends(scene, &unit) else {
            let mut cases = self.cases_in(scene, &unit, &unit.from, Outcome::Open);
            cases.insert(0, blame::too_many_worlds(scene, place));
            return self.conclude(Outcome::Open, cases, place, discriminator);
        };
        let of = |wanted: Verdict| ends.iter().filter(move |(_, verdict)| *verdict == wanted).map(|(world, _)| world);
        let failing: Vec<&World> = of(Verdict::Fail).collect();
        let outcome = match (failing.len(), of(Verdict::Pass).count(), of(Verdict::Open).count()) {
            (0, 0, 0) => return,
            (0, _, 0) => Outcome::Pass,
            (fails, ..) if fails == ends.len() => Outcome::Fail,
            _ => Outcome::Open,
        };
        match (outcome, failing.first(), own) {
            (Outcome::Fail, Some(world), Some(guard)) if !always(&self.outside(), &guard) => {
                let cases = self.cases_in(scene, &unit, world, outcome);
                self.sometimes(guard, cases, place, discriminator);
            }
            (Outcome::Open, Some(_), _) => {
                let cases = self.differing(scene, &unit, &failing);
                self.conclude(outcome, cases, place, discriminator);
            }
            _ => {
                let wanted = if outcome == Outcome::Pass { Verdict::Pass } else { Verdict::Open };
                let world = failing.first().copied().or_else(|| of(wanted).next()).unwrap_or(&unit.from);
                let cases = self.cases_in(scene, &unit, world, outcome);
                self.conclude(outcome, cases, place, discriminator);
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
        words::fails_where(&mut cases, &words, &chosen);
        cases
    }

    /// What is taken for granted of the resource itself: that it is there.
    fn outside(&self) -> World {
        let exists = self.scene.resource.condition.as_ref().and_then(|condition| condition.when_true());
        exists.map_or_else(World::default, |guard| World::default().where_holds(&guard))
    }

    /// Concludes of a node that fails where a guard holds, and is not there elsewhere.
    fn sometimes(&mut self, guard: Guard, cases: Vec<Case>, place: &Place<'_>, discriminator: &str) {
        let mut open_cases = cases.clone();
        let outside = self.outside();
        let words = outside.where_holds(&guard).words(&outside);
        words::fails_where(
            &mut open_cases,
            &if words.is_empty() { vec!["it is there".to_owned()] } else { vec![words] },
            &[],
        );
        let fails = self.judgement(Outcome::Fail, cases, place, discriminator);
        self.conclude(Outcome::Open, open_cases, place, discriminator);
        self.sometimes.push(Sometimes { guard, open: self.judgements.len().saturating_sub(1), fails });
    }

    /// What a check comes to for the node at a place.
    fn weigh(&self, scene: &Scene<'_>, place: &Place<'_>) -> Weighed {
        let body = Place::root(&scene.resource.body);
        let when = self.check.when.as_ref().map_or(Truth::True, |when| scene.holds(when, &body));
        let filter = |filter| scene.holds(filter, place);
        let filtered = if when == Truth::False { when } else { self.check.filter.as_ref().map_or(Truth::True, filter) };
        let truth = if filtered == Truth::False { filtered } else { scene.holds(self.condition().0, place) };
        Weighed { when, filtered, truth }
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

    fn conclude(&mut self, outcome: Outcome, cases: Vec<Case>, judged: &Place<'_>, discriminator: &str) {
        let judgement = self.judgement(outcome, cases, judged, discriminator);
        self.judgements.push(judgement);
    }

    fn judgement(&self, outcome: Outcome, mut cases: Vec<Case>, judged: &Place<'_>, discriminator: &str) -> Judgement {
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
        let (span, related) = blame::places(self.scene, cases);
        Judgement {
            rule: self.scene.rule,
            check: self.number,
            resource: self.scene.index,
            outcome,
            span,
            related,
            message,
            open_because,
            discriminator: discriminator.into(),
            unit: if outcome == Outcome::Fail && self.check.fix_with.is_some() { way_to(judged) } else { None },
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

/// Tells a node from its siblings by the keys that lead to it and by its content, whatever its place among them.
fn discriminator(place: &Place<'_>) -> String {
    let mut keys: Vec<&str> = place.chain().filter_map(|place| place.key).map(|key| &*key.name).collect();
    keys.reverse();
    let mut content = Sha256::new();
    digest(place.node, &mut content);
    let hash = content.finalize().iter().take(8).fold(0_u64, |hash, byte| (hash << 8) | u64::from(*byte));
    format!("{}#{hash:016x}", keys.join("."))
}

/// Feeds the content of a node to a hash, each part with its type and its length.
fn digest(node: &Node, hash: &mut Sha256) {
    let mut part = |tag: &str, bytes: &[u8]| {
        hash.update(tag);
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    match &node.value {
        Value::Null => part("n", &[]),
        Value::Bool(value) => part("b", &[u8::from(*value)]),
        Value::Int(value) => part("i", &value.to_le_bytes()),
        Value::Float(value) => part("f", &value.to_le_bytes()),
        Value::Str(text) => part("s", text.as_str().as_bytes()),
        Value::Unresolved(open) => part("u", open.expression.as_bytes()),
        Value::List(items) => {
            part("l", &items.len().to_le_bytes());
            items.iter().for_each(|item| digest(item, hash));
        }
        Value::Map(map) => {
            let mut entries: Vec<_> = map.written().collect();
            part("m", &entries.len().to_le_bytes());
            entries.sort_by(|a, b| a.key.name.cmp(&b.key.name));
            for entry in entries {
                hash.update(entry.key.name.as_bytes());
                digest(&entry.value, hash);
            }
        }
    }
}
