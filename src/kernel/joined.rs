//! Texts put together of what is written and what stands for expressions in them, of which some may be open.

use std::sync::Arc;

use crate::document::{Node, PartialText, Step, Text, TextPart, Unresolved, Value};
use crate::syntax::spelled::Spelled;

/// Most steps of the way that the parts of a text came.
const MAX_STEPS: usize = 16;

/// A text in the making, of which parts may be open.
#[derive(Default)]
pub struct Joined {
    known: String,
    spelled: Spelled,
    pieces: Vec<Option<String>>,
    trail: Vec<Step>,
    open: Option<Arc<Unresolved>>,
}

impl Joined {
    /// Adds the bytes `start..end` of a text as they are.
    pub fn part(&mut self, text: &Text, start: usize, end: usize) {
        let piece = text.as_str().get(start..end).unwrap_or("");
        self.known.push_str(piece);
        self.spelled.part(text, start, end);
        self.pieces.push(Some(piece.to_owned()));
    }

    /// Adds what stands for the bytes `start..end` of a text: a value, as `filled` spells it.
    pub fn filled(&mut self, text: &Text, start: usize, end: usize, filled: &str, value: &Node) {
        self.known.push_str(filled);
        if let Some((from, to)) = text.trace(start, end) {
            self.spelled.escape(filled, from as usize, to as usize);
        }
        self.pieces.push(Some(filled.to_owned()));
        if self.trail.len() < MAX_STEPS {
            self.trail.extend(value.steps().iter().cloned());
        }
    }

    /// Adds what is not known.
    pub fn hole(&mut self, open: &Arc<Unresolved>) {
        self.pieces.push(None);
        self.open.get_or_insert_with(|| Arc::clone(open));
    }

    /// How much of it is known, in bytes.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether nothing of it is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The finished text, in the place of the one that was written.
    pub fn node(self, written: &Node) -> Node {
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
