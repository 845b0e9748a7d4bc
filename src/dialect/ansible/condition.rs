//! Whether a condition surely does not hold: a task that has one is there for nobody.

use super::expression::{Expression, Kind, parse};
use super::value::{Verdict, of_when};
use super::variables::{Found, Scope};
use super::words;
use crate::document::{Node, Value};
use crate::truth::Truth;

impl Scope<'_> {
    /// Whether a condition surely does not hold; of several one is enough. A default of a role decides where the condition asks for
    /// nothing but whether a variable is true: what it is compared with otherwise tells stages and systems apart, of which one has
    /// to be the default.
    pub(super) fn is_off(&self, when: &Node) -> bool {
        match &when.value {
            Value::Bool(holds) => !holds,
            Value::List(all) => all.iter().any(|one| self.is_off(one)),
            Value::Str(text) => parse(text.as_str().trim())
                .is_some_and(|expression| self.certain(&expression, text.as_str().trim()) == Truth::False),
            _ => false,
        }
    }

    fn certain(&self, expression: &Expression, text: &str) -> Truth {
        match &expression.kind {
            Kind::Not(inner) => !self.certain(inner, text),
            Kind::All(both) => Truth::all(both.iter().map(|one| self.certain(one, text))),
            Kind::Any(both) => Truth::any(both.iter().map(|one| self.certain(one, text))),
            Kind::Name(path) => self.says(path),
            Kind::Filter(inner, name, arguments) if name == "bool" && arguments.is_empty() => match &inner.kind {
                Kind::Name(path) => self.says(path),
                _ => self.compared(expression, text),
            },
            _ => self.compared(expression, text),
        }
    }

    /// Whether a variable says yes or no.
    fn says(&self, path: &[String]) -> Truth {
        match self.find(path) {
            Found::Value(node, _) => match node.as_str() {
                Some(word) => words::boolean(&word.to_ascii_lowercase()).map_or(Truth::Unknown, Truth::from),
                None => node.as_bool().map_or(Truth::Unknown, Truth::from),
            },
            _ => Truth::Unknown,
        }
    }

    fn compared(&self, expression: &Expression, text: &str) -> Truth {
        let mut names = Vec::new();
        expression.names(&mut names);
        if names.iter().any(|name| self.definitions.times_set(name) == 0) {
            return Truth::Unknown;
        }
        let written = text.get(expression.span.clone()).unwrap_or("");
        match of_when(&Node::text(written, self.place), self) {
            Verdict::Known(holds) => holds.into(),
            Verdict::Open(..) => Truth::Unknown,
        }
    }

    /// Whether a condition asks for a variable that is set in several places.
    pub(super) fn asks_for_several(&self, when: &Node) -> bool {
        let one = std::slice::from_ref(when);
        let texts = if when.items().is_empty() { one } else { when.items() };
        texts.iter().filter_map(Node::as_str).filter_map(|text| parse(text.trim())).any(|expression| {
            let mut names = Vec::new();
            expression.names(&mut names);
            names.iter().any(|name| self.definitions.times_set(name) > 1)
        })
    }
}
