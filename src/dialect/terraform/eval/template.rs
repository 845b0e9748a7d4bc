//! Templates: text with insertions and directives.

use std::sync::Arc;

use super::trail::stepped_element;
use super::{Eval, Evaluated, MOST_ELEMENTS};
use crate::dialect::terraform::convert::convert;
use crate::dialect::terraform::functions::Refusal;
use crate::dialect::terraform::operate;
use crate::dialect::terraform::value::{MAX_TEXT, Partial, Type, Value};
use crate::document::{Run, Text};
use crate::source::Span;
use crate::syntax::hcl::ast::{Expr, ExprKind, Name, Part};

impl Eval<'_, '_> {
    pub(super) fn template(&mut self, parts: &[Part], span: Span) -> Evaluated {
        let mut pieces = Vec::new();
        self.pieces(parts, &mut pieces)?;
        if pieces.iter().any(|(_, value)| value.ways().is_some()) {
            let values: Vec<Value> = pieces.iter().map(|(_, value)| value.clone()).collect();
            let places: Vec<Span> = pieces.iter().map(|(span, _)| *span).collect();
            let mut join = |values: Vec<Value>| Ok(put_together(places.iter().copied().zip(values).collect(), span));
            if let Some(lifted) = operate::lifted(&values, &mut join) {
                return lifted;
            }
        }
        let made = put_together(pieces, span);
        self.world.charge(&made);
        Ok(made)
    }

    /// The pieces of a text as it is written, each with its place: none for what is no template, or is refused.
    pub fn pieces_of(&mut self, expr: &Expr) -> Option<Vec<(Span, Value)>> {
        let ExprKind::Template(parts) = &expr.kind else { return None };
        let mut pieces = Vec::new();
        self.pieces(parts, &mut pieces).ok()?;
        Some(pieces)
    }

    fn pieces(&mut self, parts: &[Part], pieces: &mut Vec<(Span, Value)>) -> Result<(), Refusal> {
        for part in parts {
            match part {
                Part::Text(text, span) => pieces.push((*span, Value::text(text.clone()))),
                Part::Value(expr) => {
                    let value = self.eval(expr)?;
                    if value.is_null() {
                        return Err(Refusal::new("a null is inserted in a template"));
                    }
                    pieces.push((expr.span, convert(&value, &Type::String)?));
                }
                Part::If { condition, then, otherwise } => {
                    let value = self.eval(condition)?;
                    if value.is_null() {
                        return Err(Refusal::new("the condition of a template's `if` is null"));
                    }
                    match convert(&value, &Type::Bool)?.as_bool() {
                        Some(true) => self.pieces(then, pieces)?,
                        Some(false) => self.pieces(otherwise, pieces)?,
                        None => pieces.push((condition.span, Value::unknown_from(Type::String, [&value]))),
                    }
                }
                Part::For { key, value, collection, body } => {
                    self.piece_for(key.as_ref(), value, collection, body, pieces)?;
                }
            }
            if pieces.len() > MOST_ELEMENTS {
                return Err(Refusal::new("the template has more than 20,000 pieces, the limit here"));
            }
        }
        Ok(())
    }

    fn piece_for(
        &mut self,
        key: Option<&Name>,
        value: &Name,
        collection: &Expr,
        body: &[Part],
        pieces: &mut Vec<(Span, Value)>,
    ) -> Result<(), Refusal> {
        let evaluated = self.eval(collection)?;
        let Some(elements) = evaluated.elements() else {
            if evaluated.is_known() {
                return Err(Refusal::new("a template's `for` goes through lists, sets, maps and objects only"));
            }
            pieces.push((collection.span, Value::unknown_from(Type::String, [&evaluated])));
            return Ok(());
        };
        let bound = self.bindings.names.len();
        for (at, element) in elements {
            if let Some(cut) = self.cut() {
                pieces.push((collection.span, cut));
                return Ok(());
            }
            if let Some(name) = key {
                self.bindings.names.push((Arc::clone(&name.text), at));
            }
            self.bindings.names.push((Arc::clone(&value.text), stepped_element(&evaluated, element)));
            let done = self.pieces(body, pieces);
            self.bindings.names.truncate(bound);
            done?;
        }
        Ok(())
    }
}

/// The pieces as one text, which is known in part where some of them are not known.
fn put_together(pieces: Vec<(Span, Value)>, whole: Span) -> Value {
    if pieces.iter().any(|(_, value)| !value.is_known()) {
        let values: Vec<Value> = pieces.into_iter().map(|(span, value)| value.written_at(span)).collect();
        let unknown = Value::unknown_from(Type::String, &values);
        return unknown.with_partial(Partial::Template(Arc::new(values)));
    }
    Value::text(joined(&pieces, whole))
}

/// The pieces as one text. The text of an insertion leads back to the insertion, as an escape does.
fn joined(pieces: &[(Span, Value)], whole: Span) -> Text {
    let mut text = String::new();
    let mut runs = Vec::new();
    let mut traced = true;
    for (span, value) in pieces {
        let Some(piece) = value.as_text() else { continue };
        let offset = u32::try_from(text.len()).unwrap_or(u32::MAX);
        traced &= span.file == whole.file;
        match piece.runs() {
            Some(found) if value.origin.span.is_none() => {
                runs.extend(found.iter().map(|run| Run { text: run.text.saturating_add(offset), ..*run }));
            }
            _ => runs.push(Run { text: offset, source: span.start, verbatim: false }),
        }
        text.push_str(piece.as_str());
        if text.len() > MAX_TEXT {
            // What is longer is not known, however much longer.
            return Text::opaque(text);
        }
    }
    if traced && runs.iter().any(|run| run.verbatim) {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        runs.push(Run { text: end, source: pieces.last().map_or(whole.end, |(span, _)| span.end), verbatim: true });
        Text::with_runs(text, runs)
    } else {
        Text::opaque(text)
    }
}
