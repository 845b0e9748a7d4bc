//! Conditions: decided in three values, and taken for granted where only one of them can matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::loops;
use super::scope::Scope;
use super::stack::{Stack, TOO_MUCH};
use crate::document::{Guard, Node, Unresolved, Value};
use crate::kernel::lift::equal_where;
use crate::source::Span;
use crate::truth::Truth;

/// Whether a condition holds; where that is unknown, what would decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub truth: Truth,
    /// What would decide it; empty when it is decided.
    pub because: Box<str>,
    /// When it holds; none where nothing tells it from other conditions.
    pub guard: Option<Guard>,
}

/// The conditions that have been decided; none for one that is being decided.
pub type Verdicts = BTreeMap<Arc<str>, Option<Verdict>>;

/// How far an assumption is followed through the definitions of conditions.
const MAX_ASSUMED: usize = 16;

/// How parts make a whole: their truths, and their guards.
type Join = (fn(Vec<Truth>) -> Truth, fn(Vec<Guard>) -> Option<Guard>);

impl Verdict {
    fn decided(holds: bool) -> Verdict {
        Verdict { truth: holds.into(), because: "".into(), guard: Some(Guard::Decided(holds)) }
    }

    fn unknown(because: impl Into<Box<str>>) -> Verdict {
        Verdict { truth: Truth::Unknown, because: because.into(), guard: None }
    }

    /// An open value that is true where this holds.
    pub fn tell(&self, open: Unresolved, span: Span) -> Unresolved {
        match &self.guard {
            Some(guard) if self.truth == Truth::Unknown => open.true_where(guard, span),
            _ => open,
        }
    }
}

impl Stack<'_> {
    /// Whether a declared condition holds.
    pub fn condition(&self, name: &str, scope: &Scope) -> Verdict {
        if !scope.assumes_nothing() {
            return self.decide(name, scope, &mut Verdicts::new());
        }
        let mut verdicts = self.verdicts.take();
        let verdict = self.decide(name, scope, &mut verdicts);
        self.verdicts.replace(verdicts);
        verdict
    }

    /// Whether a condition holds: its name, or the functions that make it up.
    pub fn holds(&self, node: &Node, scope: &Scope) -> Verdict {
        match &node.value {
            Value::Str(text) => {
                let name = loops::text(node, text, scope);
                self.condition(name.as_str().unwrap_or(""), scope)
            }
            _ => self.decide_expression(node, scope, &mut Verdicts::new()),
        }
    }

    fn decide(&self, name: &str, scope: &Scope, verdicts: &mut Verdicts) -> Verdict {
        if let Some(holds) = scope.condition(name) {
            return Verdict::decided(holds);
        }
        match verdicts.get(name) {
            Some(Some(verdict)) => return verdict.clone(),
            Some(None) => return Verdict::unknown(format!("condition `{name}` depends on itself")),
            None => {}
        }
        let Some(member) = self.conditions.get(name) else {
            return Verdict::unknown(format!("condition `{name}` is not declared"));
        };
        let name = Arc::clone(&member.name);
        verdicts.insert(Arc::clone(&name), None);
        let mut inner = scope.clone();
        for (variable, value) in member.scope.loops() {
            inner = inner.with_loop(&variable.into(), value.clone());
        }
        let verdict = self.decide_expression(&member.value, &inner, verdicts);
        verdicts.insert(name, Some(verdict.clone()));
        verdict
    }

    fn decide_expression(&self, node: &Node, scope: &Scope, verdicts: &mut Verdicts) -> Verdict {
        let Some(_level) = self.budget.enter() else { return Verdict::unknown(TOO_MUCH) };
        let Some((function, argument)) = function(node) else {
            return self
                .value(node, scope)
                .map_or_else(|| Verdict::unknown("it has no value"), |value| truth_of(&value));
        };
        match function {
            "Condition" => match argument.as_str() {
                Some(name) => self.decide(name, scope, verdicts),
                None => Verdict::unknown("a condition is named by a string"),
            },
            "Fn::And" => self.all(argument, scope, verdicts, (Truth::all, Guard::all)),
            "Fn::Or" => self.all(argument, scope, verdicts, (Truth::any, Guard::any)),
            "Fn::Not" => match argument.items() {
                [inner] => {
                    let inner = self.decide_expression(inner, scope, verdicts);
                    Verdict { truth: !inner.truth, guard: inner.guard.map(|guard| guard.negated()), ..inner }
                }
                _ => Verdict::unknown("`Fn::Not` takes a list of one condition"),
            },
            _ => self.equal(argument, scope),
        }
    }

    fn all(&self, argument: &Node, scope: &Scope, verdicts: &mut Verdicts, (join, join_guards): Join) -> Verdict {
        let parts: Vec<Verdict> =
            argument.items().iter().map(|part| self.decide_expression(part, scope, verdicts)).collect();
        if parts.is_empty() {
            return Verdict::unknown("`Fn::And` and `Fn::Or` take a list of conditions");
        }
        let truth = join(parts.iter().map(|part| part.truth).collect());
        let guards: Option<Vec<Guard>> = parts.iter().map(|part| part.guard.clone()).collect();
        let guard = guards.and_then(join_guards);
        if let (Truth::Unknown, Some(holds)) = (truth, guard.as_ref().and_then(Guard::decided)) {
            return Verdict::decided(holds);
        }
        let open = parts.into_iter().find(|part| part.truth == Truth::Unknown);
        let because = open.filter(|_| truth == Truth::Unknown).map_or("".into(), |part| part.because);
        Verdict { truth, because, guard }
    }

    fn equal(&self, argument: &Node, scope: &Scope) -> Verdict {
        let [left, right] = argument.items() else {
            return Verdict::unknown("`Fn::Equals` takes a list of two values");
        };
        let (Some(left), Some(right)) = (self.value(left, scope), self.value(right, scope)) else {
            return Verdict::unknown("`Fn::Equals` is asked of a value that is removed");
        };
        let because =
            [&left, &right].into_iter().find_map(Node::as_unresolved).map_or("".into(), |open| open.because.clone());
        let mut truths = Vec::new();
        for left in choices(&left) {
            for right in choices(&right) {
                truths.push(match (self.scalar(left), self.scalar(right)) {
                    (Ok(left), Ok(right)) => Truth::from(left == right),
                    _ => Truth::Unknown,
                });
            }
        }
        let truth = agreed(&truths);
        if truth != Truth::Unknown {
            return Verdict::decided(truth == Truth::True);
        }
        let where_equal = |open: &Node, decided: &Node| {
            let text = self.scalar(decided).ok()?;
            let decided = Node::text(text.as_str(), decided.span);
            equal_where(open.as_unresolved()?, &decided, |node| self.scalar(node).ok().map(|node| node == text))
        };
        Verdict {
            guard: where_equal(&left, &right).or_else(|| where_equal(&right, &left)),
            ..Verdict::unknown(because)
        }
    }

    /// What is known where a condition holds, or does not.
    pub fn assume(&self, scope: &Scope, name: &str, holds: bool) -> Scope {
        let mut scope = scope.clone();
        self.assume_named(&mut scope, name, holds, 0);
        scope
    }

    fn assume_named(&self, scope: &mut Scope, name: &str, holds: bool, depth: usize) {
        if scope.condition(name).is_some() || depth > MAX_ASSUMED {
            return;
        }
        let Some(member) = self.conditions.get(name) else { return };
        scope.assume_condition(Arc::clone(&member.name), holds);
        self.assume_expression(scope, &member.value, holds, depth + 1);
    }

    fn assume_expression(&self, scope: &mut Scope, node: &Node, holds: bool, depth: usize) {
        if depth > MAX_ASSUMED {
            return;
        }
        match (function(node), holds) {
            (Some(("Condition", name)), _) => {
                if let Some(name) = name.as_str() {
                    self.assume_named(scope, name, holds, depth + 1);
                }
            }
            (Some(("Fn::And", parts)), true) | (Some(("Fn::Or", parts)), false) => {
                for part in parts.items() {
                    self.assume_expression(scope, part, holds, depth + 1);
                }
            }
            (Some(("Fn::Not", inner)), _) => {
                for inner in inner.items() {
                    self.assume_expression(scope, inner, !holds, depth + 1);
                }
            }
            (Some(("Fn::Equals", sides)), _) => self.assume_equal(scope, sides.items(), holds),
            _ => {}
        }
    }

    /// A parameter that equals a value has that value; one that does not has another of those allowed.
    fn assume_equal(&self, scope: &mut Scope, sides: &[Node], holds: bool) {
        let [left, right] = sides else { return };
        for (parameter, other) in [(left, right), (right, left)] {
            let Some(name) = parameter.get("Ref").and_then(Node::as_str) else { continue };
            let Some(known) = scope.parameter(name).cloned().or_else(|| Some(self.parameter(name)?.value.clone()))
            else {
                continue;
            };
            let (Some(open), Some(other)) = (known.as_unresolved(), self.value(other, scope)) else { continue };
            let Ok(text) = self.scalar(&other) else { continue };
            if holds {
                scope.assume_parameter(name.into(), other);
            } else if !open.alternatives.is_empty() {
                let is_other = |value: &Node| self.scalar(value).is_ok_and(|value| value != text);
                let guards = open.guarded().filter(|(value, _)| is_other(value)).map(|(_, guard)| guard.clone());
                let guards: Vec<Guard> = guards.collect();
                let mut alternatives = open.alternatives.clone();
                alternatives.retain(is_other);
                let value = if let [only] = alternatives.as_slice() {
                    only.clone()
                } else {
                    let open = Unresolved { alternatives, guards, ..open.clone() };
                    Node { value: Value::Unresolved(Arc::new(open)), ..known.clone() }
                };
                scope.assume_parameter(name.into(), value);
            }
            return;
        }
    }
}

/// The functions that make up conditions.
const FUNCTIONS: [&str; 5] = ["Condition", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals"];

fn function(node: &Node) -> Option<(&str, &Node)> {
    let [entry] = node.entries() else { return None };
    FUNCTIONS.contains(&&*entry.key.name).then_some((&*entry.key.name, &entry.value))
}

/// A value that says whether something holds.
pub fn truth_of(node: &Node) -> Verdict {
    match &node.value {
        Value::Bool(value) => Verdict::decided(*value),
        Value::Str(text) if text.as_str() == "true" => Verdict::decided(true),
        Value::Str(text) if text.as_str() == "false" => Verdict::decided(false),
        Value::Unresolved(open) => {
            let truths: Vec<Truth> = choices(node).iter().map(plain_truth).collect();
            match agreed(&truths) {
                Truth::Unknown => Verdict { guard: open.when_true(), ..Verdict::unknown(open.because.clone()) },
                truth => Verdict::decided(truth == Truth::True),
            }
        }
        _ => Verdict::unknown("it is neither true nor false"),
    }
}

fn plain_truth(node: &Node) -> Truth {
    match (&node.value, node.as_str()) {
        (Value::Bool(value), _) => Truth::from(*value),
        (_, Some("true")) => Truth::True,
        (_, Some("false")) => Truth::False,
        _ => Truth::Unknown,
    }
}

/// The values that a value may have: itself, when it is decided or its alternatives are not known.
fn choices(node: &Node) -> &[Node] {
    match node.as_unresolved() {
        Some(open) if !open.alternatives.is_empty() => &open.alternatives,
        _ => std::slice::from_ref(node),
    }
}

/// What all agree on.
fn agreed(truths: &[Truth]) -> Truth {
    match truths.split_first() {
        Some((first, rest)) if rest.iter().all(|truth| truth == first) => *first,
        _ => Truth::Unknown,
    }
}
