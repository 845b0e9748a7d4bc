//! One check on one resource.

use std::ops::ControlFlow::{self, Continue};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::blame::{self, Case};
use super::scene::Scene;
use super::subject;
use super::words;
use crate::document::{Node, Unresolved, Value};
use crate::evaluate::{Judgement, Outcome, Stop};
use crate::rule::walk::{Place, Reached};
use crate::rule::{Check, Condition, Test};
use crate::truth::Truth;

/// Judges a resource, or each of the nodes that the check names, and adds what comes out.
pub(super) fn check(scene: &Scene<'_>, check: &Check, number: usize, judgements: &mut Vec<Judgement>) {
    let root = Place::root(&scene.resource.body);
    let when = check.when.as_ref().map_or(Truth::True, |when| scene.holds(when, &root));
    if when == Truth::False {
        return;
    }
    let mut judging = Judging { scene, check, number, when, judgements, wide_open: false };
    match &check.each {
        None => judging.unit(scene, &root, None, ""),
        Some(paths) => {
            let _ = scene.branches(paths, &root, &mut |reached, place| judging.branch(reached, place, None));
        }
    }
}

struct Judging<'j> {
    scene: &'j Scene<'j>,
    check: &'j Check,
    number: usize,
    when: Truth,
    judgements: &'j mut Vec<Judgement>,
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
        let name = discriminator(place);
        self.unit(&scene, place, chance, &name);
    }

    /// Nobody knows whether there are (further) nodes to judge.
    fn undecided(&mut self, open: &Unresolved, place: &Place<'_>) {
        if std::mem::replace(&mut self.wide_open, true) {
            return;
        }
        let cases = vec![blame::undecided(self.scene, open, place)];
        // Where an undecided check counts as passed, nothing is known to have been there.
        self.conclude(Outcome::Open, cases, place, "?", true);
    }

    fn unit(&mut self, scene: &Scene<'_>, place: &Place<'_>, chance: Option<&Unresolved>, discriminator: &str) {
        let filter = self.check.filter.as_ref();
        let filtered = filter.map_or(Truth::True, |filter| scene.holds(filter, place));
        if filtered == Truth::False {
            return;
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
        let vacuous =
            scene.engine.options.subjects && outcome == Outcome::Pass && !subject::could_fail(scene, self.check, place);
        self.conclude(outcome, cases, place, discriminator, vacuous);
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
        discriminator: &str,
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
        let (span, related) = blame::places(self.scene, cases);
        self.judgements.push(Judgement {
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
