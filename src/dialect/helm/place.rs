//! From the YAML that a template became back to the lines of the template.

use std::sync::Arc;

use super::template::{Place, STAND_IN, Str, Via};
use crate::document::{Document, Entry, Map, Node, PartialText, Problem, Run, Step, Text, TextPart, Unresolved, Value};
use crate::source::{FileId, Span};

/// Most steps that a value's trail shows.
const MAX_STEPS: usize = 8;

/// Most steps that are looked at for it.
const MAX_COLLECTED: usize = 64;

/// The text that a template became.
pub(super) struct Rendered<'a> {
    pub(super) text: &'a Str,
    /// The template.
    pub(super) file: FileId,
}

impl Rendered<'_> {
    /// The trees of a document that was read from the text.
    pub(super) fn roots(&self, document: &Document) -> Vec<Node> {
        document.roots.iter().map(|root| self.node(root)).collect()
    }

    /// A problem of reading the text, at the place in the template.
    pub(super) fn problem(&self, problem: Problem) -> Problem {
        let span = problem.span.map(|span| self.span(span));
        Problem { span, ..problem }
    }

    /// As deep as trees are.
    fn node(&self, node: &Node) -> Node {
        let mut span = self.span(Span { end: node.span.start + u32::from(!node.span.is_empty()), ..node.span });
        let value = match &node.value {
            Value::List(items) => {
                let items: Vec<Node> = items.iter().map(|item| self.node(item)).collect();
                span = items.iter().fold(span, |span, item| span.to(item.span));
                Value::List(Arc::new(items))
            }
            Value::Map(map) => {
                let (open, written): (Vec<_>, Vec<_>) = map.entries.iter().partition(|entry| self.is_further(entry));
                let entries: Vec<Entry> = written.into_iter().map(|entry| self.entry(entry)).collect();
                span = entries.iter().fold(span, |span, entry| span.to(entry.span()));
                let further = open.first().and_then(|entry| match self.scalar(&entry.value.value, entry.key.span) {
                    Value::Unresolved(open) => Some(open),
                    _ => None,
                });
                Value::Map(Arc::new(Map { entries, rest: further.or_else(|| map.rest.clone()) }))
            }
            scalar => {
                span = self.span(node.span);
                self.scalar(scalar, node.span)
            }
        };
        Node { value, span, trail: self.trail(node) }
    }

    /// Whether an entry stands for others of which nothing is known ([`super::lines`]).
    fn is_further(&self, entry: &Entry) -> bool {
        &*entry.key.name == STAND_IN && self.places(entry.key.span).any(|place| place.unknown.is_some())
    }

    fn entry(&self, entry: &Entry) -> Entry {
        Entry::new(Arc::clone(&entry.key.name), self.span(entry.key.span), self.node(&entry.value))
    }

    fn scalar(&self, value: &Value, span: Span) -> Value {
        if let Some(because) = self.places(span).find_map(|place| place.unknown.clone()) {
            return Value::Unresolved(Arc::new(Unresolved {
                expression: self.shown(span).into(),
                because: because.as_ref().into(),
                partial: match value {
                    Value::Str(text) => self.partial(text).map(Box::new),
                    _ => None,
                },
                ..Unresolved::default()
            }));
        }
        match value {
            Value::Str(text) => Value::Str(self.string(text)),
            other => other.clone(),
        }
    }

    /// A range of the text, with an ellipsis for what is not known of it.
    fn shown(&self, span: Span) -> String {
        let range = span.range();
        let pieces = self.text.within(range.start, range.end).map(|(from, to, piece)| {
            let unknown = piece.place.as_ref().is_some_and(|place| place.unknown.is_some());
            if unknown { "…" } else { self.text.as_str().get(from..to).unwrap_or("") }
        });
        pieces.collect()
    }

    /// What is known of a string, where the template makes up parts of it; none where it cannot be followed.
    fn partial(&self, text: &Text) -> Option<PartialText> {
        let runs = text.runs()?;
        let mut parts = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let start = run.text as usize;
            let end = runs.get(index + 1).map_or(text.as_str().len(), |next| next.text as usize);
            let source = run.source as usize;
            let extent = if run.verbatim { end.saturating_sub(start) } else { 1 };
            for (from, to, piece) in self.text.within(source, source + extent) {
                let unknown = piece.place.as_ref().is_some_and(|place| place.unknown.is_some());
                let part = if run.verbatim { start + from - source..start + to - source } else { start..end };
                let known = || TextPart::known(text.as_str().get(part).unwrap_or(""));
                parts.push(if unknown { TextPart::Hole } else { known() });
                if !run.verbatim {
                    break;
                }
            }
        }
        PartialText::joined(parts)
    }

    fn places(&self, span: Span) -> impl Iterator<Item = &Place> {
        let range = span.range();
        self.text.within(range.start, range.end).filter_map(|(_, _, piece)| piece.place.as_deref())
    }

    /// Where a range of the text was written in the template.
    fn span(&self, rendered: Span) -> Span {
        let range = rendered.range();
        let mut whole: Option<Span> = None;
        for (from, to, piece) in self.text.within(range.start, range.end) {
            let Some(place) = piece.place.as_ref() else { continue };
            let part = match piece.source {
                Some(source) => Span::new(self.file, source + from - piece.at, source + to - piece.at),
                None => place.span,
            };
            whole = Some(whole.map_or(part, |whole| whole.to(part)));
        }
        whole.unwrap_or(Span::new(self.file, 0, 0))
    }

    /// Where a value came from before the template. Of a long way the start and the end are kept.
    fn trail(&self, node: &Node) -> Option<Arc<Vec<Step>>> {
        let mut steps: Vec<Step> =
            node.steps().iter().map(|step| Step { span: self.span(step.span), what: Arc::clone(&step.what) }).collect();
        let scalar = !matches!(node.value, Value::List(_) | Value::Map(_));
        let end = if scalar { node.span.end } else { node.span.start + 1 };
        for place in self.places(Span { end, ..node.span }) {
            let mut via: Option<&Via> = place.via.as_deref();
            while let Some(link) = via.filter(|_| steps.len() < MAX_COLLECTED) {
                if !steps.contains(&link.step) {
                    steps.push(link.step.clone());
                }
                via = link.next.as_deref();
            }
        }
        if steps.len() > MAX_STEPS {
            steps.drain(2..steps.len() + 2 - MAX_STEPS);
        }
        (!steps.is_empty()).then(|| Arc::new(steps))
    }

    /// The way from a string's characters to the template, as far as they stand there.
    fn string(&self, text: &Text) -> Text {
        let Some(old) = text.runs() else { return Text::opaque(text.shared()) };
        let length = u32::try_from(text.as_str().len()).unwrap_or(u32::MAX);
        let mut runs = Vec::new();
        for (index, run) in old.iter().enumerate() {
            let end = old.get(index + 1).map_or(length, |next| next.text);
            let start = run.source as usize;
            let extent = if run.verbatim { end.saturating_sub(run.text) as usize } else { 1 };
            for (from, _, piece) in self.text.within(start, start + extent) {
                let Some(place) = &piece.place else { return Text::opaque(text.shared()) };
                let source = piece.source.map(|source| source + from - piece.at);
                let offset = if run.verbatim { from.saturating_sub(start) } else { 0 };
                runs.push(Run {
                    text: run.text + u32::try_from(offset).unwrap_or(0),
                    source: source.map_or(place.span.start, |source| u32::try_from(source).unwrap_or(u32::MAX)),
                    verbatim: run.verbatim && source.is_some(),
                });
            }
        }
        Text::with_runs(text.shared(), runs)
    }
}
