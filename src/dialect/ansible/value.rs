//! What expressions of Jinja come to: a value, a choice that knows its condition, or something that only the run knows.

mod verdict;

use std::sync::Arc;

use super::expression::{Expression, Kind, parse};
use super::variables::{Found, Scope, either};
use super::words;
use crate::document::{Entry, Node, Question, Text, TextPart, Unresolved, Value};
use crate::kernel::lift::{Alternatives, Evaluated, Fault, Site, known_in_part, merged, partial};
use crate::source::Span;

use verdict::counts;
pub(super) use verdict::{Verdict, of_when};

/// Longest text that an expression is put together to.
const MAX_TEXT: usize = 1 << 20;

/// The value of an expression that stands at a place; nothing for `omit`.
pub(super) fn of(expression: &str, at: Span, scope: &Scope<'_>) -> Evaluated {
    // Signs right beside the braces only say what becomes of blanks around them.
    let signs = ['-', '+'];
    let expression = expression.strip_prefix(signs).unwrap_or(expression);
    let text = expression.strip_suffix(signs).unwrap_or(expression).trim();
    let evaluation = Evaluation { text, at, scope };
    match parse(text) {
        Some(parsed) => evaluation.value(&parsed),
        None => Some(evaluation.open(text, Evaluation::unknown(text))),
    }
}

/// What several parts come to as one text; open parts make an open text, with all that it may be where that is known.
pub(super) fn joined(parts: &[Evaluated], at: Span, written: &str, scope: &Scope<'_>) -> Evaluated {
    let expression = || written.into();
    Site { span: at, expression: &expression }.lift(parts, &|parts| concatenated(parts, at, scope))
}

fn concatenated(parts: &[Evaluated], at: Span, scope: &Scope<'_>) -> Result<Evaluated, Fault> {
    let mut text = String::new();
    for part in parts {
        text.push_str(&part.as_ref().and_then(printed).ok_or_else(|| Fault::Open("a part of it is no text".into()))?);
    }
    if text.len() > MAX_TEXT || !scope.budget.keep(text.len()) {
        return Err(Fault::Open("it is longer than a file may have of the run".into()));
    }
    Ok(Some(Node::text(text, at)))
}

/// Whether a value is a text, as far as is known of it.
fn is_text(node: &Node) -> bool {
    matches!(node.value, Value::Str(_)) || node.as_unresolved().is_some_and(|open| open.partial.is_some())
}

/// What is known of a part of a text.
fn part(value: &Evaluated) -> TextPart<'_> {
    let Some(node) = value else { return TextPart::partly(None) };
    let partly = || TextPart::partly(node.as_unresolved().and_then(|open| open.partial.as_deref()));
    printed(node).map_or_else(partly, TextPart::known)
}

/// What a value is in a text; none for lists and maps.
pub(super) fn printed(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        _ => None,
    }
}

/// The entries of a map as a list of maps, as `dict2items` makes it.
pub(super) fn pairs(node: &Node) -> Option<Value> {
    let map = node.as_map().filter(|map| map.rest.is_none())?;
    let pair = |entry: &Entry| {
        let key = Node::text(&*entry.key.name, entry.key.span);
        let entries = [("key", key), ("value", entry.value.clone())];
        let entries = entries.map(|(name, node)| Entry::new(name, entry.key.span, node));
        Node::map(entries.into(), entry.value.span)
    };
    Some(Value::List(Arc::new(map.entries.iter().map(pair).collect())))
}

struct Evaluation<'e> {
    text: &'e str,
    at: Span,
    scope: &'e Scope<'e>,
}

impl Evaluation<'_> {
    fn unknown(what: &str) -> String {
        format!("`{what}` is known only when the play runs")
    }

    fn open(&self, written: &str, because: String) -> Node {
        let open = Unresolved {
            expression: written.into(),
            because: because.into(),
            question: Some(Arc::new(Question::new(self.id("value", written), written))),
            ..Unresolved::default()
        };
        Node::new(Value::Unresolved(Arc::new(open)), self.at)
    }

    /// Names mean the same within a task.
    fn id(&self, what: &str, written: &str) -> String {
        let Span { file, start, .. } = self.scope.place;
        format!("ansible {file:?}:{start} {what} of {written}")
    }

    fn written(&self, expression: &Expression) -> String {
        let text = self.text.get(expression.span.clone()).unwrap_or("");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn node(&self, value: Value) -> Node {
        Node::new(value, self.at)
    }

    fn lift(
        &self,
        expression: &Expression,
        arguments: &[Evaluated],
        apply: &dyn Fn(&[Evaluated]) -> Result<Evaluated, Fault>,
    ) -> Evaluated {
        let written = || self.written(expression).into();
        Site { span: self.at, expression: &written }.lift(arguments, apply)
    }

    fn value(&self, expression: &Expression) -> Evaluated {
        match &expression.kind {
            Kind::Text(text) => Some(Node::text(text.as_str(), self.at)),
            Kind::Int(number) => Some(self.node(Value::Int(*number))),
            Kind::Bool(truth) => Some(self.node(Value::Bool(*truth))),
            Kind::Nothing => Some(self.node(Value::Null)),
            Kind::Name(path) if *path == ["omit"] => None,
            Kind::Name(path) => Some(match self.scope.find(path) {
                Found::Value(node, what) => self.placed(node, &what),
                Found::Open(because) | Found::Perhaps(_, _, because) => self.open(&self.written(expression), because),
                Found::Nowhere => {
                    let written = self.written(expression);
                    self.open(&written, format!("`{written}` is set outside the repository"))
                }
            }),
            Kind::List(items) => {
                let items = items.iter().filter_map(|item| self.value(item)).collect();
                Some(Node::list(items, self.at))
            }
            Kind::Choice(condition, both) => {
                let [then, otherwise] = &**both;
                self.chosen(expression, self.truth(condition), || self.value(then), || self.value(otherwise))
            }
            // The operand that decides, as in Python.
            Kind::Any(both) => {
                let [left, right] = &**both;
                self.chosen(expression, self.truth(left), || self.value(left), || self.value(right))
            }
            Kind::All(both) => {
                let [left, right] = &**both;
                self.chosen(expression, self.truth(left), || self.value(right), || self.value(left))
            }
            Kind::Not(_) | Kind::Equal(..) | Kind::In(..) | Kind::Defined(..) => match self.truth(expression) {
                Verdict::Known(truth) => Some(self.node(Value::Bool(truth))),
                Verdict::Open(guard, why) => {
                    let open = why.true_where(&guard, self.at);
                    Some(self.node(Value::Unresolved(Arc::new(open))))
                }
            },
            Kind::Joined(both) => {
                let parts = both.each_ref().map(|part| self.value(part));
                let made = self.lift(expression, &parts, &|parts| concatenated(parts, self.at, self.scope));
                known_in_part(made, || partial(parts.iter().map(part)))
            }
            Kind::Sum(both) => {
                let parts = both.each_ref().map(|part| self.value(part));
                let made = self.lift(expression, &parts, &|parts| self.sum(parts));
                // To a text nothing but a text is added.
                if parts.iter().flatten().any(is_text) {
                    known_in_part(made, || partial(parts.iter().map(part)))
                } else {
                    made
                }
            }
            Kind::Filter(inner, name, arguments) => self.filtered(expression, inner, name, arguments),
        }
    }

    /// A value that is written elsewhere, as it is used here.
    fn placed(&self, node: Node, what: &str) -> Node {
        let Value::Unresolved(open) = &node.value else { return node.used_at(self.at, what) };
        let alternatives = open.alternatives.iter().map(|one| one.used_at(self.at, what)).collect();
        let open = Unresolved { alternatives, ..(**open).clone() };
        Node { value: Value::Unresolved(Arc::new(open)), span: self.at, trail: node.trail }
    }

    fn sum(&self, parts: &[Evaluated]) -> Result<Evaluated, Fault> {
        let no = || Fault::Open("what is added is known only when the play runs".into());
        let [Some(left), Some(right)] = parts else { return Err(no()) };
        match (&left.value, &right.value) {
            (Value::Int(left), Value::Int(right)) => {
                Ok(Some(self.node(Value::Int(left.checked_add(*right).ok_or_else(no)?))))
            }
            (Value::Str(_), Value::Str(_)) => concatenated(parts, self.at, self.scope),
            (Value::List(left), Value::List(right)) => {
                let items: Vec<Node> = left.iter().chain(right.iter()).cloned().collect();
                let room = self.scope.budget.keep(items.len() * size_of::<Node>());
                if room { Ok(Some(Node::list(items, self.at))) } else { Err(no()) }
            }
            _ => Err(no()),
        }
    }

    /// One of two values, which a condition chooses.
    fn chosen(
        &self,
        expression: &Expression,
        condition: Verdict,
        then: impl FnOnce() -> Evaluated,
        otherwise: impl FnOnce() -> Evaluated,
    ) -> Evaluated {
        let (guard, why) = match condition {
            Verdict::Known(true) => return then(),
            Verdict::Known(false) => return otherwise(),
            Verdict::Open(guard, why) => (guard, why),
        };
        let mut alternatives = Alternatives::default();
        alternatives.add(then(), Some(guard.clone()), self.at);
        alternatives.add(otherwise(), Some(guard.negated()), self.at);
        let mut open = merged(self.written(expression).into(), &[&why]);
        alternatives.give(&mut open);
        Some(self.node(Value::Unresolved(Arc::new(open))))
    }

    fn filtered(&self, whole: &Expression, inner: &Expression, name: &str, arguments: &[Expression]) -> Evaluated {
        let unknown = || Some(self.open(&self.written(whole), Self::unknown(&self.written(whole))));
        let lift = |apply: &dyn Fn(&Node) -> Option<Value>| {
            self.lift(whole, &[self.value(inner)], &|values| match values {
                [Some(node)] => apply(node)
                    .map(|value| Some(self.node(value)))
                    .ok_or_else(|| Fault::Open(format!("what `{name}` makes of it is known only when the play runs"))),
                _ => Err(Fault::Open("it is not there".into())),
            })
        };
        let changed =
            |change: fn(&str) -> String| lift(&|node| Some(Value::Str(Text::opaque(change(&printed(node)?)))));
        match (name, arguments) {
            ("default" | "d", [default]) => self.default(inner, default, false),
            ("default" | "d", [default, empty]) => match empty.kind {
                Kind::Bool(empty) => self.default(inner, default, empty),
                _ => unknown(),
            },
            ("ternary", [then, otherwise]) => {
                self.chosen(whole, self.truth(inner), || self.value(then), || self.value(otherwise))
            }
            ("dict2items", []) => lift(&pairs),
            ("join", []) => lift(&|node| self.strung(node, "")),
            ("join", [Expression { kind: Kind::Text(between), .. }]) => lift(&|node| self.strung(node, between)),
            ("list", []) => lift(&|node| matches!(node.value, Value::List(_)).then(|| node.value.clone())),
            ("first", []) => lift(&|node| node.items().first().map(|first| first.value.clone())),
            ("last", []) => lift(&|node| node.items().last().map(|last| last.value.clone())),
            ("length" | "count", []) => lift(&|node| match &node.value {
                Value::List(items) => i64::try_from(items.len()).ok().map(Value::Int),
                _ => None,
            }),
            ("replace", [Expression { kind: Kind::Text(from), .. }, Expression { kind: Kind::Text(to), .. }])
                if to.len() <= from.len() =>
            {
                lift(&|node| Some(Value::Str(Text::opaque(printed(node)?.replace(from.as_str(), to)))))
            }
            ("bool", []) => lift(&|node| match &node.value {
                Value::Bool(truth) => Some(Value::Bool(*truth)),
                Value::Int(number) => Some(Value::Bool(*number == 1)),
                Value::Str(text) => Some(Value::Bool(words::boolean(text.as_str()) == Some(true))),
                _ => None,
            }),
            ("int", []) => lift(&|node| printed(node)?.trim().parse().ok().map(Value::Int)),
            ("string", []) => changed(str::to_owned),
            ("lower", []) => changed(str::to_lowercase),
            ("upper", []) => changed(str::to_uppercase),
            ("trim", []) => changed(|text| text.trim().to_owned()),
            ("mandatory", []) => self.value(inner),
            _ => unknown(),
        }
    }

    /// The texts of a list as one.
    fn strung(&self, list: &Node, between: &str) -> Option<Value> {
        let texts: Option<Vec<String>> = list.items().iter().map(printed).collect();
        let text = texts.filter(|_| matches!(list.value, Value::List(_)))?.join(between);
        let fits = text.len() <= MAX_TEXT && self.scope.budget.keep(text.len());
        fits.then(|| Value::Str(Text::opaque(text)))
    }

    /// `default(…)`, which also stands for what is empty where that is asked for.
    fn default(&self, inner: &Expression, default: &Expression, empty: bool) -> Evaluated {
        let written = self.written(inner);
        let found = match &inner.kind {
            Kind::Name(path) => self.scope.find(path),
            _ => return self.or_default(inner, default, empty),
        };
        match found {
            Found::Value(..) | Found::Open(_) => self.or_default(inner, default, empty),
            Found::Perhaps(node, guard, because) => {
                let other = self.value(default).unwrap_or_else(|| Node::new(Value::Null, self.at));
                let plain = other.as_unresolved().is_none();
                let both = plain.then(|| either(node, other, &guard, &because)).flatten();
                Some(
                    both.map_or_else(
                        || self.open(&written, because),
                        |node| self.placed(node, &format!("`{written}`")),
                    ),
                )
            }
            Found::Nowhere => {
                let node = self.value(default)?;
                let what = format!("default of `{written}`, which nothing in the repository sets");
                Some(Node { span: self.scope.place, ..node }.used_at(self.at, what))
            }
        }
    }

    fn or_default(&self, inner: &Expression, default: &Expression, empty: bool) -> Evaluated {
        let value = self.value(inner);
        if !empty {
            return value;
        }
        self.lift(inner, &[value, self.value(default)], &|values| match values {
            [value, default] => Ok(if counts(value)? { value.clone() } else { default.clone() }),
            _ => Ok(None),
        })
    }
}

#[cfg(test)]
mod tests;
