//! Expressions in texts.

use std::ops::Range;
use std::sync::Arc;

use super::expand::Expander;
use super::expression;
use super::function::plain;
use super::scope::{Scope, is_free};
use crate::dialect::github_actions::find_expressions;
use crate::document::{Node, PartialText, Step, Text, TextPart, Unresolved, Value};
use crate::source::Span;
use crate::syntax::spelled::Spelled;

/// How many bytes of text cost a step of the budget.
const BYTES_A_STEP: usize = 16;

/// Most steps of the way that the parts of a text came.
const MAX_STEPS: usize = 16;

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
        self.budget.spend(u32::try_from(joined.known.len() / BYTES_A_STEP).unwrap_or(u32::MAX));
        joined.node(node)
    }
}

/// A text in the making, of which parts may be open.
#[derive(Default)]
struct Joined {
    known: String,
    spelled: Spelled,
    pieces: Vec<Option<String>>,
    trail: Vec<Step>,
    open: Option<Arc<Unresolved>>,
}

impl Joined {
    fn part(&mut self, text: &Text, start: usize, end: usize) {
        let piece = text.as_str().get(start..end).unwrap_or("");
        self.known.push_str(piece);
        self.spelled.part(text, start, end);
        self.pieces.push(Some(piece.to_owned()));
    }

    fn filled(&mut self, text: &Text, start: usize, end: usize, filled: &str, value: &Node) {
        self.known.push_str(filled);
        if let Some((from, to)) = text.trace(start, end) {
            self.spelled.escape(filled, from as usize, to as usize);
        }
        self.pieces.push(Some(filled.to_owned()));
        if self.trail.len() < MAX_STEPS {
            self.trail.extend(value.steps().iter().cloned());
        }
    }

    fn hole(&mut self, open: &Arc<Unresolved>) {
        self.pieces.push(None);
        self.open.get_or_insert_with(|| Arc::clone(open));
    }

    fn node(self, written: &Node) -> Node {
        let Value::Str(text) = &written.value else { return written.clone() };
        let value = match self.open {
            None if text.is_traced() => Value::Str(self.spelled.finish()),
            None => Value::Str(Text::opaque(self.known)),
            Some(open) => {
                let parts = self.pieces.into_iter().map(|piece| piece.map_or(TextPart::Hole, TextPart::known));
                let open = Unresolved {
                    expression: text.as_str().into(),
                    because: open.because.clone(),
                    question: open.question.clone().filter(|_| open.alternatives.is_empty()),
                    partial: PartialText::joined(parts).filter(|partial| !partial.is_blank()).map(Box::new),
                    ..Unresolved::default()
                };
                Value::Unresolved(Arc::new(open))
            }
        };
        let trail = if self.trail.is_empty() { written.trail.clone() } else { Some(Arc::new(self.trail)) };
        Node { value, trail, ..written.clone() }
    }
}
