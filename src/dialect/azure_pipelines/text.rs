//! Expressions in texts.

use std::ops::Range;

use super::expand::Expander;
use super::expression;
use super::function::plain;
use super::scope::{Scope, is_free};
use crate::dialect::github_actions::find_expressions;
use crate::document::{Node, Text, Value};
use crate::kernel::joined::Joined;
use crate::source::Span;

/// How many bytes of text cost a step of the budget.
const BYTES_A_STEP: usize = 16;

impl Expander<'_> {
    /// Remembers an expression that may become any text, where that is so because somebody chooses.
    fn mark(&self, value: &Node, text: &Text, expression: &Range<usize>, within: Span) {
        if is_free(value)
            && let Some((start, _)) = text.trace(expression.start, expression.end)
        {
            self.chosen.borrow_mut().insert((within.file, start));
        }
    }

    /// A text with its expressions; in scripts those that are open stay as they are written.
    pub(super) fn text(&self, node: &Node, scope: &Scope) -> Node {
        let Value::Str(text) = &node.value else { return node.clone() };
        let whole = text.as_str();
        let expressions = find_expressions(whole);
        let (Some(first), Some(last)) = (expressions.first(), expressions.last()) else { return node.clone() };
        let starts = whole.get(..first.start).is_some_and(|before| before.trim() == "${{");
        let ends = whole.get(last.end..).is_some_and(|after| after.trim() == "}}");
        if let (true, true, 1, Some(written)) = (starts, ends, expressions.len(), whole.get(first.clone())) {
            let value = expression::value(written, node.span, scope);
            if value.as_unresolved().is_none() || !scope.is_script() {
                return value;
            }
            self.mark(&value, text, first, node.span);
            return node.clone();
        }
        let mut joined = Joined::default();
        let mut from = 0;
        for range in expressions {
            let start = whole.get(..range.start).and_then(|before| before.rfind("${{")).unwrap_or(range.start);
            let rest = whole.get(range.end..).unwrap_or("");
            let end = range.end + rest.find("}}").map_or(rest.len(), |at| at + 2);
            joined.part(text, from, start);
            let value = expression::value(whole.get(range.clone()).unwrap_or(""), node.span, scope);
            self.mark(&value, text, &range, node.span);
            match (plain(&value), &value.value) {
                (Some(filled), _) => joined.filled(text, start, end, &filled, &value),
                (None, Value::Unresolved(open)) if !scope.is_script() => joined.hole(open),
                _ => joined.part(text, start, end),
            }
            from = end;
        }
        joined.part(text, from, whole.len());
        self.budget.spend(u32::try_from(joined.len() / BYTES_A_STEP).unwrap_or(u32::MAX));
        joined.node(node)
    }
}
