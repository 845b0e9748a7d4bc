//! Worlds: what is taken for granted about the questions that the files leave open.

use std::fmt::Write as _;
use std::sync::Arc;

use super::lift::relocated;
use crate::document::{Entry, Guard, MAX_DEPTH, Map, Node, Question, Unresolved, Value};
use crate::truth::Truth;

/// Answers to some questions. The empty world takes nothing for granted.
#[derive(Clone, Debug, Default)]
pub struct World {
    facts: Vec<(Arc<Question>, Answer)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// It is this.
    Is(Arc<str>),
    /// It is none of these.
    NoneOf(Vec<Arc<str>>),
}

/// That a question has an answer, as far as it is not known whether it has.
#[derive(Clone, Debug)]
pub struct Literal {
    question: Arc<Question>,
    answer: Arc<str>,
}

impl World {
    /// Whether nothing is taken for granted.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Whether a condition holds in this world.
    pub fn truth(&self, guard: &Guard) -> Truth {
        match guard {
            Guard::Decided(holds) => (*holds).into(),
            Guard::Is(question, answer) => self.has(question, answer),
            Guard::Not(inner) => !self.truth(inner),
            Guard::All(parts) => Truth::all(parts.iter().map(|part| self.truth(part))),
            Guard::Any(parts) => Truth::any(parts.iter().map(|part| self.truth(part))),
        }
    }

    fn fact(&self, question: &Question) -> Option<&Answer> {
        self.facts.iter().find(|(known, _)| known.id == question.id).map(|(_, answer)| answer)
    }

    fn has(&self, question: &Question, answer: &Arc<str>) -> Truth {
        let possible = &question.answers;
        if !possible.is_empty() && !possible.contains(answer) {
            return Truth::False;
        }
        match self.fact(question) {
            Some(Answer::Is(known)) => (known == answer).into(),
            Some(Answer::NoneOf(others)) if others.contains(answer) => Truth::False,
            Some(Answer::NoneOf(others)) => {
                let left = possible.iter().filter(|answer| !others.contains(answer)).count();
                if left == 1 { Truth::True } else { Truth::Unknown }
            }
            None if possible.len() == 1 => Truth::True,
            None => Truth::Unknown,
        }
    }

    /// The first part of a condition that decides it and is not decided here; none where the condition is.
    pub fn open_literal(&self, guard: &Guard) -> Option<Literal> {
        if self.truth(guard) != Truth::Unknown {
            return None;
        }
        match guard {
            Guard::Decided(_) => None,
            Guard::Is(question, answer) => Some(Literal { question: Arc::clone(question), answer: Arc::clone(answer) }),
            Guard::Not(inner) => self.open_literal(inner),
            Guard::All(parts) | Guard::Any(parts) => parts.iter().find_map(|part| self.open_literal(part)),
        }
    }

    /// The world in which a question has an answer, or has not.
    #[must_use]
    pub fn assuming(&self, literal: &Literal, holds: bool) -> World {
        let mut facts: Vec<(Arc<Question>, Answer)> =
            self.facts.iter().filter(|(known, _)| known.id != literal.question.id).cloned().collect();
        let answer = match (holds, self.fact(&literal.question)) {
            (true, _) => Answer::Is(Arc::clone(&literal.answer)),
            (false, Some(Answer::NoneOf(others))) => {
                Answer::NoneOf(others.iter().cloned().chain([Arc::clone(&literal.answer)]).collect())
            }
            (false, _) => Answer::NoneOf(vec![Arc::clone(&literal.answer)]),
        };
        facts.push((Arc::clone(&literal.question), answer));
        World { facts }
    }

    /// The condition that holds in this world and in no other; none where that is too much to follow.
    pub fn guard(&self) -> Option<Guard> {
        let is = |question: &Arc<Question>, answer: &Arc<str>| Guard::Is(Arc::clone(question), Arc::clone(answer));
        Guard::all(self.facts.iter().flat_map(|(question, answer)| match answer {
            Answer::Is(known) => vec![is(question, known)],
            Answer::NoneOf(others) => others.iter().map(|other| is(question, other).negated()).collect(),
        }))
    }

    /// What must be the case wherever a condition holds, added to this world.
    #[must_use]
    pub fn where_holds(&self, guard: &Guard) -> World {
        let mut world = self.clone();
        world.take(guard, true);
        world
    }

    fn take(&mut self, guard: &Guard, holds: bool) {
        match (guard, holds) {
            (Guard::Is(question, answer), _) if self.has(question, answer) == Truth::Unknown => {
                *self = self.assuming(&Literal { question: Arc::clone(question), answer: Arc::clone(answer) }, holds);
            }
            (Guard::Not(inner), _) => self.take(inner, !holds),
            (Guard::All(parts), true) | (Guard::Any(parts), false) => {
                parts.iter().for_each(|part| self.take(part, holds));
            }
            _ => {}
        }
    }

    /// Whether this is the case in some run, wherever another world is: all that it takes for granted beyond that are answers
    /// to one question, each of which is the case somewhere. Answers to several such questions need not come together.
    pub fn happens(&self, beyond: &World) -> bool {
        let mut facts = self.facts.iter().filter(|(question, answer)| beyond.fact(question) != Some(answer));
        facts.next().is_some_and(|(question, _)| question.is_of_runs) && facts.next().is_none()
    }

    /// What is taken for granted here beyond another world, for a reader: "`var.a` is true and `var.b` is not "x"".
    pub fn words(&self, beyond: &World) -> String {
        const MOST: usize = 4;
        let mut text = String::new();
        let facts = self.facts.iter().filter(|(question, answer)| beyond.fact(question) != Some(answer));
        for (at, (question, answer)) in facts.enumerate() {
            if at == MOST {
                text.push_str(" and so on");
                break;
            }
            let joint = if text.is_empty() { "" } else { " and " };
            let _ = write!(text, "{joint}`{}` is {}", question.shown, said(question, answer));
        }
        text
    }

    /// Tells this world from others, for what is kept of it.
    pub fn key(&self) -> String {
        let mut facts: Vec<String> = self
            .facts
            .iter()
            .map(|(question, answer)| match answer {
                Answer::Is(known) => format!("{}={known}", question.id),
                Answer::NoneOf(others) => {
                    let mut others: Vec<&str> = others.iter().map(|other| &**other).collect();
                    others.sort_unstable();
                    format!("{}!{}", question.id, others.join("\u{1}"))
                }
            })
            .collect();
        facts.sort_unstable();
        facts.join("\u{0}")
    }

    /// The first question about the alternatives of a value that is not answered here.
    pub fn asks(&self, open: &Unresolved) -> Option<Literal> {
        open.guarded().find_map(|(_, guard)| self.open_literal(guard)).or_else(|| {
            // Of values that are told apart by nothing, one may itself be a choice.
            open.alternatives.iter().filter_map(Node::as_unresolved).find_map(|inner| self.asks(inner))
        })
    }

    /// The tree in this world: alternatives that are not the case are gone; none where nothing changes. As deep as trees
    /// and their alternatives are.
    pub fn seen(&self, node: &Node) -> Option<Node> {
        self.seen_at(node, 0)
    }

    fn seen_at(&self, node: &Node, depth: usize) -> Option<Node> {
        if depth > 2 * MAX_DEPTH {
            return None;
        }
        let value = match &node.value {
            Value::Unresolved(open) => return self.chosen(node, open, depth),
            Value::List(items) => Value::List(Arc::new(self.items(items, depth)?)),
            Value::Map(map) => Value::Map(Arc::new(self.entries(map, depth)?)),
            _ => return None,
        };
        Some(Node { value, span: node.span, trail: node.trail.clone() })
    }

    fn chosen(&self, node: &Node, open: &Unresolved, depth: usize) -> Option<Node> {
        if open.alternatives.is_empty() {
            return None;
        }
        let mut changed = false;
        let (mut alternatives, mut guards) = (Vec::new(), Vec::new());
        let told = open.guarded().count() > 0;
        for (at, alternative) in open.alternatives.iter().enumerate() {
            if let Some(guard) = open.guards.get(at).filter(|_| told) {
                match self.truth(guard) {
                    Truth::False => {
                        changed = true;
                        continue;
                    }
                    Truth::True => {
                        let seen = self.seen_at(alternative, depth + 1);
                        return Some(chosen_at(node, seen.unwrap_or_else(|| alternative.clone())));
                    }
                    Truth::Unknown => guards.push(guard.clone()),
                }
            }
            let seen = self.seen_at(alternative, depth + 1);
            changed |= seen.is_some();
            alternatives.push(seen.unwrap_or_else(|| alternative.clone()));
        }
        if !changed {
            return None;
        }
        if let ([only], true) = (alternatives.as_slice(), told) {
            return Some(chosen_at(node, only.clone()));
        }
        let open = Unresolved { alternatives, guards, ..open.clone() };
        Some(Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() })
    }

    fn items(&self, items: &[Node], depth: usize) -> Option<Vec<Node>> {
        let seen: Vec<Option<Node>> = items.iter().map(|item| self.seen_at(item, depth + 1)).collect();
        if seen.iter().all(Option::is_none) {
            return None;
        }
        let pairs = items.iter().zip(seen);
        Some(pairs.filter_map(|(item, seen)| stands(seen, || item.clone())).collect())
    }

    fn entries(&self, map: &Map, depth: usize) -> Option<Map> {
        let seen: Vec<Option<Node>> = map.entries.iter().map(|entry| self.seen_at(&entry.value, depth + 1)).collect();
        if seen.iter().all(Option::is_none) {
            return None;
        }
        let pairs = map.entries.iter().zip(seen);
        let entries = pairs.filter_map(|(entry, seen)| {
            let value = stands(seen, || entry.value.clone())?;
            Some(Entry { key: entry.key.clone(), value, derived: entry.derived })
        });
        Some(Map { entries: entries.collect(), rest: map.rest.clone() })
    }
}

/// What was chosen, at the place of the choice: where it is written elsewhere (among the allowed values of a parameter), that is
/// where it comes from.
fn chosen_at(choice: &Node, chosen: Node) -> Node {
    if choice.span.contains(chosen.span) || choice.trail.is_none() {
        return chosen;
    }
    let placed = relocated(&chosen, choice.span, "it may have this value");
    let steps = choice.steps().iter().chain(placed.steps()).cloned().collect();
    Node { trail: Some(Arc::new(steps)), ..placed }
}

/// A part as it is seen, or as it was; none where null was chosen: the part is not there.
fn stands(seen: Option<Node>, before: impl FnOnce() -> Node) -> Option<Node> {
    match seen {
        Some(node) if matches!(node.value, Value::Null) => None,
        Some(node) => Some(node),
        None => Some(before()),
    }
}

fn said(question: &Question, answer: &Answer) -> String {
    match answer {
        Answer::Is(known) => known.to_string(),
        Answer::NoneOf(others) => match (question.answers.as_slice(), others.as_slice()) {
            ([yes, no], [other]) => if yes == other { no } else { yes }.to_string(),
            (all, others) if all.len() == others.len() + 1 => {
                all.iter().find(|answer| !others.contains(answer)).map_or_else(String::new, ToString::to_string)
            }
            (_, others) => format!("not {}", others.join(" or ")),
        },
    }
}
