//! Whether something is the case: known, or a question that remembers its condition.

use std::sync::Arc;

use super::Evaluation;
use crate::dialect::ansible::expression::{Expression, Kind, parse};
use crate::dialect::ansible::variables::{Found, Scope};
use crate::document::{Guard, Node, Question, Unresolved, Value};
use crate::kernel::lift::{Evaluated, Fault, equal_where, merged};

/// Whether a value counts as true for Python; nothing does not.
pub(super) fn counts(value: &Evaluated) -> Result<bool, Fault> {
    let Some(node) = value else { return Ok(false) };
    Ok(match &node.value {
        Value::Unresolved(open) => return Err(Fault::Open(open.because.to_string())),
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Int(number) => *number != 0,
        Value::Float(number) => *number != 0.0,
        Value::Str(text) => !text.as_str().is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => !map.entries.is_empty() || map.rest.is_some(),
    })
}

/// Whether two decided values are equal for Python; none where something in them is open.
fn is_equal(left: &Node, right: &Node) -> Option<bool> {
    Some(match (&left.value, &right.value) {
        (Value::Str(left), Value::Str(right)) => left.as_str() == right.as_str(),
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Null, Value::Null) => true,
        (Value::Bool(truth), Value::Int(number)) | (Value::Int(number), Value::Bool(truth)) => {
            i64::from(*truth) == *number
        }
        (Value::List(_) | Value::Map(_) | Value::Float(_) | Value::Unresolved(_), _)
        | (_, Value::List(_) | Value::Map(_) | Value::Float(_) | Value::Unresolved(_)) => return None,
        _ => false,
    })
}

/// Whether something is the case: the condition under which it is, and why that is not known.
pub(in crate::dialect::ansible) enum Verdict {
    Known(bool),
    Open(Guard, Box<Unresolved>),
}

impl Verdict {
    fn negated(self) -> Verdict {
        match self {
            Verdict::Known(holds) => Verdict::Known(!holds),
            Verdict::Open(guard, why) => Verdict::Open(guard.negated(), why),
        }
    }

    /// That a guard holds; where it is too much to follow, a question of its own.
    fn of_guard(guard: Option<Guard>, why: Unresolved, asked: impl FnOnce(Unresolved) -> Verdict) -> Verdict {
        let Some(guard) = guard else { return asked(why) };
        match guard.decided() {
            Some(holds) => Verdict::Known(holds),
            None => Verdict::Open(guard, Box::new(why)),
        }
    }

    fn is(self, wanted: bool) -> Verdict {
        if wanted { self } else { self.negated() }
    }
}

/// Whether all that a `when` asks holds.
pub(in crate::dialect::ansible) fn of_when(when: &Node, scope: &Scope<'_>) -> Verdict {
    let one = std::slice::from_ref(when);
    let all = if when.items().is_empty() { one } else { when.items() };
    let (mut guards, mut open) = (Vec::new(), Vec::new());
    for node in all {
        match of_condition(node, scope) {
            Verdict::Known(true) => {}
            Verdict::Known(false) => return Verdict::Known(false),
            Verdict::Open(guard, why) => {
                guards.push(guard);
                open.push(*why);
            }
        }
    }
    let whole = || all.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(" and ");
    if open.is_empty() {
        return Verdict::Known(true);
    }
    let why = merged(whole().into(), &open.iter().collect::<Vec<_>>());
    Verdict::of_guard(Guard::all(guards), why, |why| asked(scope, &whole(), why))
}

fn of_condition(node: &Node, scope: &Scope<'_>) -> Verdict {
    let Some(text) = node.as_str().map(str::trim) else {
        return node.as_bool().map_or_else(|| asked(scope, "when", merged("when".into(), &[])), Verdict::Known);
    };
    let inner = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(text);
    let evaluation = Evaluation { text: inner, at: node.span, scope };
    match parse(inner) {
        Some(expression) => evaluation.truth(&expression),
        None => asked(scope, text, merged(text.into(), &[])).because(Evaluation::unknown(text)),
    }
}

fn asked(scope: &Scope<'_>, written: &str, why: Unresolved) -> Verdict {
    let evaluation = Evaluation { text: written, at: scope.place, scope };
    let question = Question::of_truth(evaluation.id("truth", written), written);
    Verdict::Open(Guard::holds(&Arc::new(question)), Box::new(why))
}

impl Evaluation<'_> {
    pub(super) fn truth(&self, expression: &Expression) -> Verdict {
        match &expression.kind {
            Kind::Not(inner) => self.truth(inner).negated(),
            Kind::Any(both) => self.of_both(expression, both, true),
            Kind::All(both) => self.of_both(expression, both, false),
            Kind::Equal(both, wanted) => self.equal(expression, both).is(*wanted),
            Kind::In(both, wanted) => self.among(expression, both).is(*wanted),
            Kind::Defined(inner, wanted) => self.defined(expression, inner).is(*wanted),
            Kind::Choice(condition, both) => {
                let [then, otherwise] = &**both;
                self.either_truth(expression, [condition, then, otherwise])
            }
            Kind::Filter(condition, name, arguments) if name == "ternary" => match arguments.as_slice() {
                [then, otherwise] => self.either_truth(expression, [condition, then, otherwise]),
                _ => self.counts(expression),
            },
            _ => self.counts(expression),
        }
    }

    /// Whether that counts as true which a condition chooses.
    fn either_truth(&self, whole: &Expression, parts: [&Expression; 3]) -> Verdict {
        let [condition, then, otherwise] = parts;
        let (guard, why) = match self.truth(condition) {
            Verdict::Known(holds) => return self.truth(if holds { then } else { otherwise }),
            Verdict::Open(guard, why) => (guard, why),
        };
        let under = |guard: Guard, one: &Expression| match self.truth(one) {
            Verdict::Known(true) => Some(guard),
            Verdict::Known(false) => Some(Guard::Decided(false)),
            Verdict::Open(own, _) => Guard::all([guard, own]),
        };
        let ways = under(guard.clone(), then).zip(under(guard.negated(), otherwise));
        let guard = ways.and_then(|(then, otherwise)| Guard::any([then, otherwise]));
        Verdict::of_guard(guard, *why, |why| self.asked(whole, why))
    }

    /// `decisive` of one alone decides both.
    fn of_both(&self, whole: &Expression, both: &[Expression; 2], decisive: bool) -> Verdict {
        let [left, right] = both.each_ref().map(|one| self.truth(one));
        match (left, right) {
            (Verdict::Known(known), other) | (other, Verdict::Known(known)) => {
                if known == decisive {
                    Verdict::Known(decisive)
                } else {
                    other
                }
            }
            (Verdict::Open(left, why), Verdict::Open(right, other)) => {
                let join = if decisive { Guard::any([left, right]) } else { Guard::all([left, right]) };
                let why = merged(self.written(whole).into(), &[&why, &other]);
                Verdict::of_guard(join, why, |why| self.asked(whole, why))
            }
        }
    }

    /// Whether the value of an expression counts as true.
    fn counts(&self, expression: &Expression) -> Verdict {
        let value = self.value(expression);
        if let Ok(known) = counts(&value) {
            return Verdict::Known(known);
        }
        let truth = self.lift(expression, &[value], &|values| {
            Ok(Some(self.node(Value::Bool(counts(values.first().unwrap_or(&None))?))))
        });
        self.verdict(expression, truth)
    }

    /// A truth as a verdict; what nothing tells more of is a question.
    fn verdict(&self, expression: &Expression, truth: Evaluated) -> Verdict {
        let Some(node) = truth else { return Verdict::Known(false) };
        match (&node.value, node.as_unresolved().and_then(Unresolved::when_true)) {
            (Value::Bool(truth), _) => Verdict::Known(*truth),
            (_, Some(Guard::Decided(holds))) => Verdict::Known(holds),
            (Value::Unresolved(open), Some(guard)) => Verdict::Open(guard, Box::new((**open).clone())),
            (Value::Unresolved(open), None) => self.asked(expression, (**open).clone()),
            _ => Verdict::Known(false),
        }
    }

    fn asked(&self, expression: &Expression, why: Unresolved) -> Verdict {
        asked(self.scope, &self.written(expression), why)
    }

    fn equal(&self, whole: &Expression, both: &[Expression; 2]) -> Verdict {
        let values = both.each_ref().map(|one| self.value(one));
        let [Some(left), Some(right)] = &values else { return Verdict::Known(values.iter().all(Option::is_none)) };
        let (open, other) = match (left.as_unresolved(), right.as_unresolved()) {
            (None, None) => {
                return match is_equal(left, right) {
                    Some(equal) => Verdict::Known(equal),
                    None => self.asked(whole, merged(self.written(whole).into(), &[])),
                };
            }
            (Some(open), None) => (open, right),
            (None, Some(open)) => (open, left),
            (Some(one), Some(other)) => return self.asked(whole, merged(self.written(whole).into(), &[one, other])),
        };
        let guard = equal_where(open, other, |one| is_equal(one, other));
        Verdict::of_guard(guard, open.clone(), |why| self.asked(whole, why))
    }

    fn among(&self, whole: &Expression, both: &[Expression; 2]) -> Verdict {
        let values = both.each_ref().map(|one| self.value(one));
        let truth = self.lift(whole, &values, &|values| {
            let [Some(item), Some(list)] = values else { return Err(Fault::Open("it is not there".into())) };
            let Value::List(items) = &list.value else {
                return Err(Fault::Open("what it is looked for in is no list".into()));
            };
            let mut same = items.iter().map(|other| is_equal(item, other));
            if same.clone().any(|same| same == Some(true)) {
                return Ok(Some(self.node(Value::Bool(true))));
            }
            if same.all(|same| same == Some(false)) {
                Ok(Some(self.node(Value::Bool(false))))
            } else {
                Err(Fault::Open("an item of the list is not decided".into()))
            }
        });
        self.verdict(whole, truth)
    }

    /// Whether there is a variable: what nothing in the repository sets may be set elsewhere.
    fn defined(&self, whole: &Expression, inner: &Expression) -> Verdict {
        let Kind::Name(path) = &inner.kind else { return Verdict::Known(true) };
        match self.scope.find(path) {
            Found::Value(..) => Verdict::Known(true),
            Found::Perhaps(_, _, because) | Found::Open(because) => {
                self.asked(whole, merged(self.written(inner).into(), &[])).because(because)
            }
            Found::Nowhere => {
                let because = format!("`{}` is set outside the repository", self.written(inner));
                self.asked(whole, merged(self.written(inner).into(), &[])).because(because)
            }
        }
    }
}

impl Verdict {
    fn because(self, because: String) -> Verdict {
        match self {
            Verdict::Open(guard, why) => Verdict::Open(guard, Box::new(Unresolved { because: because.into(), ..*why })),
            known @ Verdict::Known(_) => known,
        }
    }
}
