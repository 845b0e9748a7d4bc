//! When a value is the case: conditions over questions that the files leave open.
//!
//! Two values that depend on one question are judged together: where `var.production` is true for the one it is true for
//! the other. What a question is told by is its id, so a dialect gives equal ids to what is surely the same thing (a
//! variable of one module instance, a parameter of one stack, an expression whose names mean the same), and no others.

use std::sync::Arc;

/// Most literals of a guard; a larger condition is not followed.
const MAX_LITERALS: usize = 64;

/// A question that the files leave open, such as what `var.production` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Tells it from every other question of a run.
    pub id: Box<str>,
    /// As a reader knows it: `var.production`.
    pub shown: Box<str>,
    /// Every answer there can be, as JSON; empty where that is not known.
    pub answers: Vec<Arc<str>>,
    /// Each of its answers is the case in some run or place: none of them is only possible.
    pub is_of_runs: bool,
}

/// A condition over questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// It holds, or it does not.
    Decided(bool),
    /// The question has this answer, as JSON.
    Is(Arc<Question>, Arc<str>),
    /// The other does not hold.
    Not(Arc<Guard>),
    /// All of them hold.
    All(Arc<[Guard]>),
    /// Some of them hold.
    Any(Arc<[Guard]>),
}

impl Question {
    /// A question with any answer.
    pub fn new(id: impl Into<Box<str>>, shown: impl Into<Box<str>>) -> Question {
        Question { id: id.into(), shown: shown.into(), answers: Vec::new(), is_of_runs: false }
    }

    /// A question that has each of these answers in some run.
    pub fn of_runs(id: impl Into<Box<str>>, shown: impl Into<Box<str>>, answers: Vec<Arc<str>>) -> Question {
        Question { answers, is_of_runs: true, ..Question::new(id, shown) }
    }

    /// A question that is answered by true or false.
    pub fn of_truth(id: impl Into<Box<str>>, shown: impl Into<Box<str>>) -> Question {
        Question { answers: vec!["true".into(), "false".into()], ..Question::new(id, shown) }
    }
}

impl Guard {
    /// That a question of true or false is answered by true.
    pub fn holds(question: &Arc<Question>) -> Guard {
        Guard::Is(Arc::clone(question), "true".into())
    }

    /// The contrary.
    #[must_use]
    pub fn negated(&self) -> Guard {
        match self {
            Guard::Decided(holds) => Guard::Decided(!holds),
            Guard::Not(inner) => (**inner).clone(),
            other => Guard::Not(Arc::new(other.clone())),
        }
    }

    /// That all of several hold; none where that is too much to follow.
    pub fn all(parts: impl IntoIterator<Item = Guard>) -> Option<Guard> {
        Guard::joined(parts, false, Guard::All)
    }

    /// That some of several hold; none where that is too much to follow.
    pub fn any(parts: impl IntoIterator<Item = Guard>) -> Option<Guard> {
        Guard::joined(parts, true, Guard::Any)
    }

    /// `decisive` alone decides the whole.
    fn joined(
        parts: impl IntoIterator<Item = Guard>,
        decisive: bool,
        join: fn(Arc<[Guard]>) -> Guard,
    ) -> Option<Guard> {
        let mut kept: Vec<Guard> = Vec::new();
        for part in parts {
            match part {
                Guard::Decided(holds) if holds == decisive => return Some(Guard::Decided(decisive)),
                Guard::Decided(_) => {}
                part if kept.contains(&part) => {}
                part => kept.push(part),
            }
        }
        let guard = match <[Guard; 1]>::try_from(kept) {
            Ok([only]) => only,
            Err(kept) if kept.is_empty() => Guard::Decided(!decisive),
            Err(kept) => join(kept.into()),
        };
        (guard.literals() <= MAX_LITERALS).then_some(guard)
    }

    /// Whether it holds whatever the answers to its questions are, as far as its parts show: one of them is the contrary of another,
    /// or they are all answers that there can be to one question, or different ones.
    pub fn decided(&self) -> Option<bool> {
        match self {
            Guard::Decided(holds) => Some(*holds),
            Guard::Is(..) => None,
            Guard::Not(inner) => inner.decided().map(|holds| !holds),
            Guard::All(parts) => (has_contrary(parts) || has_two_answers(parts)).then_some(false),
            Guard::Any(parts) => (has_contrary(parts) || has_every_answer(parts)).then_some(true),
        }
    }

    fn literals(&self) -> usize {
        match self {
            Guard::Decided(_) => 0,
            Guard::Is(..) => 1,
            Guard::Not(inner) => inner.literals(),
            Guard::All(parts) | Guard::Any(parts) => parts.iter().map(Guard::literals).sum(),
        }
    }
}

fn has_contrary(parts: &[Guard]) -> bool {
    parts.iter().take(MAX_LITERALS).any(|part| parts.contains(&part.negated()))
}

fn answers(parts: &[Guard]) -> impl Iterator<Item = (&Question, &Arc<str>)> {
    parts.iter().take(MAX_LITERALS).filter_map(|part| match part {
        Guard::Is(question, answer) => Some((&**question, answer)),
        _ => None,
    })
}

fn has_two_answers(parts: &[Guard]) -> bool {
    answers(parts).any(|(one, first)| answers(parts).any(|(other, second)| other.id == one.id && second != first))
}

fn has_every_answer(parts: &[Guard]) -> bool {
    let is_given = |question: &Question, wanted: &Arc<str>| {
        answers(parts).any(|(other, answer)| other.id == question.id && answer == wanted)
    };
    answers(parts).any(|(question, _)| {
        question.answers.len() > 1 && question.answers.iter().all(|answer| is_given(question, answer))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_whatever_the_answer_is_decided() {
        let asked = |id: &str| Arc::new(Question::of_truth(id, id));
        let question = Question { answers: vec!["1".into(), "2".into()], ..Question::new("q", "q") };
        let (x, y) = (Guard::holds(&asked("x")), Guard::holds(&asked("y")));
        let is = |answer: &str| Guard::Is(Arc::new(question.clone()), answer.into());
        let both = Guard::all([x.clone(), y.clone()]).unwrap();
        let free = |answer: &str| Guard::Is(Arc::new(Question::new("f", "f")), answer.into());
        for (parts, any, all) in [
            (vec![x.clone(), x.negated()], Some(true), Some(false)),
            (vec![x.negated(), y.clone(), x.clone()], Some(true), Some(false)),
            (vec![both.clone(), both.negated()], Some(true), Some(false)),
            (vec![is("1"), is("2")], Some(true), Some(false)),
            (vec![x.clone(), y.negated()], None, None),
            (vec![x.clone(), x.clone()], None, None),
            (vec![free("1"), free("2")], None, Some(false)),
            (vec![is("1")], None, None),
        ] {
            let decided = |guard: Option<Guard>| guard.and_then(|guard| guard.decided());
            assert_eq!(decided(Guard::any(parts.clone())), any, "any of {parts:?}");
            assert_eq!(decided(Guard::all(parts.clone())), all, "all of {parts:?}");
        }
    }
}
