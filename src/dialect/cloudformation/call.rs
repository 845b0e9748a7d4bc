//! One use of an intrinsic function.

use super::scope::Scope;
use super::stack::Stack;
use crate::document::Node;
use crate::kernel::lift::{Apply, Evaluated, Site};

/// One use of an intrinsic function.
pub struct Call<'c, 'a> {
    /// The stack whose template holds it.
    pub stack: &'c Stack<'a>,
    /// What is known where it stands.
    pub scope: &'c Scope,
    /// The whole expression.
    pub node: &'c Node,
    /// The argument.
    pub argument: &'c Node,
}

impl Call<'_, '_> {
    /// The value of an argument.
    pub fn value(&self, node: &Node) -> Evaluated {
        self.stack.value(node, self.scope)
    }

    /// The result when nothing in the repository decides it.
    pub fn open(&self, because: impl Into<Box<str>>) -> Node {
        self.stack.open(self.node.span, because)
    }

    /// The values of a fixed number of arguments, written as a list; none when that is not what is written.
    pub fn arguments<const N: usize>(&self) -> Option<[Evaluated; N]> {
        let items: &[Node; N] = self.argument.items().try_into().ok()?;
        Some(items.each_ref().map(|item| self.value(item)))
    }

    /// Applies a function to values that may be open.
    pub fn lift(&self, arguments: &[Evaluated], apply: Apply<'_>) -> Evaluated {
        let span = self.node.span;
        Site { span, expression: &|| self.stack.run.expression(span) }.lift(arguments, apply)
    }
}
