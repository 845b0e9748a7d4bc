//! Which checks of a kind are about a resource at all.
//!
//! A kind of which there are many resources (a command) is judged by many checks, each about few of them: they begin with what the
//! resource is (`program = "curl"`). Such questions are asked once for each value that occurs, not once for each resource.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::compare;
use super::engine::Engine;
use super::judge::Turn;
use super::worlds::Met;
use crate::dialect::Resource;
use crate::document::Value;
use crate::rule::path::{Start, Step};
use crate::rule::walk::Place;
use crate::rule::{Ask, Check, Comparison, Condition, Path, Predicate, Rule};
use crate::truth::Truth;

/// A check: its rule, and its place there.
pub(super) type Turned = (usize, Turn);

/// So many resources of a kind are asked one by one.
const FEW: usize = 64;

/// So many checks make it worth while to ask for a key first.
const MANY: usize = 8;

/// At most so many keys are asked for first.
const MOST_KEYS: usize = 3;

/// Longer texts are hardly met again.
const LONGEST: usize = 64;

/// For at most so many values it is known which checks are about them.
const MOST_KNOWN: usize = 4_096;

/// The checks of a kind, in the order of their rules.
pub(super) struct Checks<'r> {
    all: Arc<[Turned]>,
    /// The keys that many of them ask for.
    keys: Vec<&'r str>,
    /// What each of them asks of these alone; all of it holds of what it is about.
    questions: Vec<Vec<&'r Comparison>>,
    /// Those that are about resources with some values of the keys, by these.
    known: Mutex<FxHashMap<String, Arc<[Turned]>>>,
}

impl<'r> Checks<'r> {
    /// The checks of a kind of which there are so many resources.
    pub fn of(rules: &'r [Arc<Rule>], kind: &str, resources: usize) -> Checks<'r> {
        let mut checks = Checks { all: of_kind(rules, kind).into(), ..Checks::empty() };
        if resources <= FEW {
            return checks;
        }
        let found = |(rule, turn): &Turned| rules.get(*rule).and_then(|rule| rule.checks.get(turn.number));
        let asked = |turned: &Turned| found(turned).map_or_else(Vec::new, questions);
        let questions: Vec<Vec<(&str, &Comparison)>> = checks.all.iter().map(asked).collect();
        checks.keys = keys(&questions);
        let of_keys = |asked: Vec<(&'r str, &'r Comparison)>| {
            asked.into_iter().filter(|(key, _)| checks.keys.contains(key)).map(|(_, question)| question).collect()
        };
        checks.questions = questions.into_iter().map(of_keys).collect();
        checks
    }

    fn empty() -> Checks<'r> {
        Checks { all: Arc::from([]), keys: Vec::new(), questions: Vec::new(), known: Mutex::default() }
    }

    /// All of them.
    pub fn all(&self) -> &Arc<[Turned]> {
        &self.all
    }

    /// Those that may be about a resource; the others say nothing of it.
    pub fn about(&self, engine: &Engine<'_>, index: usize, resource: &Resource) -> Arc<[Turned]> {
        let Some(values) = self.values(resource) else { return Arc::clone(&self.all) };
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&values) {
            return Arc::clone(known);
        }
        let root = Place::root(&resource.body);
        let may_be_about = |(turned, questions): &(&Turned, &Vec<&Comparison>)| {
            let met = Met::default();
            let scene = engine.scene(index, turned.0, &met);
            let fails = |question: &&Comparison| {
                scene.as_ref().is_some_and(|scene| compare::compare(scene, question, &root, None) == Truth::False)
            };
            !questions.iter().any(fails)
        };
        let about = self.all.iter().zip(&self.questions).filter(may_be_about).map(|(turned, _)| *turned);
        let about: Arc<[Turned]> = about.collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_KNOWN {
            known.insert(values, Arc::clone(&about));
        }
        about
    }

    /// What the keys have in a resource, where all of that is known.
    fn values(&self, resource: &Resource) -> Option<String> {
        let may_have_more = resource.body.as_map().is_none_or(|map| map.rest.is_some());
        if self.keys.is_empty() || may_have_more {
            return None;
        }
        let mut values = format!("{:?}", resource.typing);
        for key in &self.keys {
            let Value::Str(text) = &resource.body.get(key)?.value else { return None };
            let text = Some(text.as_str()).filter(|text| text.len() <= LONGEST)?;
            values.push('\0');
            values.push_str(text);
        }
        Some(values)
    }
}

fn of_kind(rules: &[Arc<Rule>], kind: &str) -> Vec<Turned> {
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let of_kind = |check: &Check| check.kinds.iter().any(|pattern| pattern.matches(kind));
        let checks = rule.checks.iter().enumerate().filter(|(_, check)| of_kind(check));
        found.extend(checks.enumerate().map(|(before, (number, _))| (index, Turn { number, before })));
    }
    found
}

/// The keys that many checks want to be one of some values.
fn keys<'r>(questions: &[Vec<(&'r str, &Comparison)>]) -> Vec<&'r str> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, _) in questions.iter().flatten().filter(|(_, question)| is_of_few(question)) {
        *counted.entry(key).or_default() += 1;
    }
    let mut keys: Vec<(&str, usize)> = counted.into_iter().filter(|(_, count)| *count >= MANY).collect();
    keys.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    keys.into_iter().take(MOST_KEYS).map(|(key, _)| key).collect()
}

/// Whether a question names the values that it wants.
fn is_of_few(question: &Comparison) -> bool {
    let names = |operator: &str| ["equals", "one-of"].contains(&operator);
    matches!(&question.ask, Ask::Nodes(Predicate::Test { operator, .. }) if names(operator.name))
}

/// What must hold of single keys of a resource for a check to be about it.
fn questions(check: &Check) -> Vec<(&str, &Comparison)> {
    let mut found = Vec::new();
    if let Some(when) = &check.when {
        collect(when, &mut found);
    }
    found
}

fn collect<'r>(condition: &'r Condition, found: &mut Vec<(&'r str, &'r Comparison)>) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| collect(part, found)),
        Condition::At(comparison) => found.extend(key_of(comparison).map(|key| (key, &**comparison))),
        Condition::Any(_) | Condition::Not(_) | Condition::Linked(_) => {}
    }
}

/// The key of which a comparison asks something that its value alone decides.
fn key_of(comparison: &Comparison) -> Option<&str> {
    let [path] = comparison.paths.as_slice() else { return None };
    let decides = match &comparison.ask {
        Ask::Nodes(predicate) => is_of_value(predicate),
        Ask::Present(_) => true,
        Ask::Count(_) | Ask::Distinct(_) => false,
    };
    key_alone(path).filter(|_| decides)
}

fn key_alone(path: &Path) -> Option<&str> {
    match (path.start(), path.steps()) {
        (Start::Here | Start::Resource, [Step::Key(key)]) => Some(key),
        _ => None,
    }
}

/// Whether a predicate asks nothing but the value.
fn is_of_value(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::All(parts) => parts.iter().all(is_of_value),
        Predicate::Not(part) | Predicate::IgnoringCase(part) | Predicate::Length(part) => is_of_value(part),
        Predicate::View { of, .. } => is_of_value(of),
        Predicate::Test { .. } | Predicate::Empty(_) => true,
        Predicate::Nested(_) | Predicate::Beside(_) => false,
    }
}
