//! One call of a function, or one step to a property, within an expression.

use super::expression::Expression;
use super::scope::Scope;
use crate::document::{Node, Unresolved, Value};
use crate::kernel::lift::{Apply, Evaluated, Site, relocated};
use crate::source::Span;
use std::sync::Arc;

/// Longest expression that is shown.
const LONGEST: usize = 120;

/// The string that an expression stands in.
pub struct Place<'n> {
    /// The whole string, with its quotes: every value of its expression is used here.
    pub span: Span,
    /// Its text.
    pub text: &'n str,
}

/// One call.
pub struct Call<'c, 't> {
    /// What is known where it stands.
    pub scope: &'c Scope<'t>,
    /// The string it stands in.
    pub place: &'c Place<'c>,
    /// All of the call.
    pub whole: &'c Expression,
    /// The arguments.
    pub arguments: &'c [Expression],
}

impl Call<'_, '_> {
    /// The value of an argument; none for null.
    pub fn value(&self, argument: &Expression) -> Evaluated {
        Some(self.scope.evaluate(argument, self.place)).filter(|node| !matches!(node.value, Value::Null))
    }

    /// The values of all arguments.
    pub fn values(&self) -> Vec<Evaluated> {
        self.arguments.iter().map(|argument| self.value(argument)).collect()
    }

    /// What is written for a part of the expression, on one line and not too long.
    pub fn written(&self, part: &Expression) -> String {
        let text = self.place.text.get(part.range.clone()).unwrap_or("");
        shortened(text)
    }

    /// The result when nothing in the repository decides it.
    pub fn open(&self, because: impl Into<Box<str>>) -> Node {
        Node::unresolved(&self.written(self.whole), because, self.place.span)
    }

    /// A value written within the expression.
    pub fn node(&self, value: Value) -> Node {
        Node::new(value, self.place.span)
    }

    /// Applies a function to values that may be open.
    pub fn lift(&self, arguments: &[Evaluated], apply: Apply<'_>) -> Node {
        let expression = || self.written(self.whole).into();
        let site = Site { span: self.place.span, expression: &expression };
        site.lift(arguments, apply).unwrap_or_else(|| self.node(Value::Null))
    }

    /// A value from elsewhere, used here; an open one is named by the expression that stands here.
    pub fn used(&self, value: &Node, what: impl Into<Arc<str>>) -> Node {
        let mut node = relocated(value, self.place.span, what);
        if let Value::Unresolved(open) = &node.value {
            let expression = self.written(self.whole).into();
            node.value = Value::Unresolved(Arc::new(Unresolved { expression, ..(**open).clone() }));
        }
        node
    }
}

/// A text on one line and not too long.
pub fn shortened(text: &str) -> String {
    let line: String = text.split_whitespace().flat_map(|word| [" ", word]).skip(1).take(LONGEST).collect();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line,
    }
}
