//! A document that is the content of a string of another file: its spans lead into that file.

use std::sync::Arc;

use crate::document::{Entry, Key, Map, Node, Run, Text, Value};
use crate::source::Span;

/// The string that holds a document.
pub(super) struct Host<'a> {
    /// The string.
    pub(super) text: &'a Text,
    /// Where it stands; the span of every part whose own place is not known (the string was computed).
    pub(super) span: Span,
}

impl Host<'_> {
    fn place(&self, inner: Span) -> Span {
        let range = inner.range();
        match self.text.trace(range.start, range.end) {
            Some((start, end)) => Span::new(self.span.file, start as usize, end as usize),
            None => self.span,
        }
    }

    /// The tree with its spans in the file of the string. As deep as the document.
    pub(super) fn node(&self, node: Node) -> Node {
        let value = match node.value {
            Value::List(items) => {
                let items = Arc::unwrap_or_clone(items);
                Value::List(Arc::new(items.into_iter().map(|item| self.node(item)).collect()))
            }
            Value::Map(map) => {
                let Map { entries, rest } = Arc::unwrap_or_clone(map);
                let entries = entries.into_iter().map(|entry| self.entry(entry)).collect();
                Value::Map(Arc::new(Map { entries, rest }))
            }
            Value::Str(inner) => Value::Str(self.string(&inner)),
            other => other,
        };
        Node { value, span: self.place(node.span), trail: node.trail }
    }

    fn entry(&self, entry: Entry) -> Entry {
        let key = Key { name: entry.key.name, span: self.place(entry.key.span) };
        Entry { key, value: self.node(entry.value), derived: entry.derived }
    }

    fn string(&self, inner: &Text) -> Text {
        match (inner.runs(), self.text.runs()) {
            (Some(runs), Some(host)) => Text::with_runs(inner.shared(), compose(&runs, inner.as_str().len(), &host)),
            _ => Text::opaque(inner.shared()),
        }
    }
}

/// Runs of a text within a text, as runs into the file of the outer one.
fn compose(inner: &[Run], length: usize, outer: &[Run]) -> Vec<Run> {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let mut runs = Vec::new();
    for (index, run) in inner.iter().enumerate() {
        let end = inner.get(index + 1).map_or(length, |next| next.text);
        if run.verbatim {
            compose_verbatim(&mut runs, *run, end - run.text, outer);
        } else if let Some(source) = through(outer, run.source) {
            runs.push(Run { text: run.text, source, verbatim: false });
        }
    }
    runs
}

/// One verbatim run may cross several runs of the outer text.
fn compose_verbatim(runs: &mut Vec<Run>, run: Run, length: u32, outer: &[Run]) {
    let first = outer.partition_point(|candidate| candidate.text <= run.source).saturating_sub(1);
    for (index, part) in outer.iter().enumerate().skip(first) {
        let begins = part.text.max(run.source);
        let ends = outer.get(index + 1).map_or(u32::MAX, |next| next.text);
        if begins > run.source + length || (begins == run.source + length && length > 0) {
            break;
        }
        if ends <= begins {
            continue;
        }
        let source = if part.verbatim { part.source + (begins - part.text) } else { part.source };
        runs.push(Run { text: run.text + (begins - run.source), source, verbatim: part.verbatim });
        if length == 0 {
            break;
        }
    }
}

fn through(outer: &[Run], offset: u32) -> Option<u32> {
    let part = outer.get(outer.partition_point(|run| run.text <= offset).checked_sub(1)?)?;
    Some(if part.verbatim { part.source + (offset - part.text) } else { part.source })
}
