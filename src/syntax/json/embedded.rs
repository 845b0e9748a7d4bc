//! JSON that is the content of a string of another file.

use std::sync::Arc;

use super::reader::Reader;
use crate::document::{Entry, Level, Map, Node, Run, Text, Value};
use crate::source::Span;

/// The JSON object or list that a string holds, with spans in the file the string stands in; nothing when the string
/// is not JSON. A part whose place is not known (the string was computed) has the span of its host.
pub fn parse_embedded(text: &Text, host: Span) -> Option<Node> {
    let written = text.as_str();
    if !written.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut reader = Reader::new(host.file, written, false);
    reader.skip_blank();
    let node = reader.root();
    reader.skip_blank();
    let complete = reader.at_end();
    let sound = reader.finish().iter().all(|problem| problem.level != Level::Error);
    (complete && sound).then(|| Host { text, host }.node(node))
}

/// The string that holds the JSON.
struct Host<'a> {
    text: &'a Text,
    host: Span,
}

impl Host<'_> {
    fn span(&self, inner: Span) -> Span {
        let range = inner.range();
        match self.text.trace(range.start, range.end) {
            Some((start, end)) => Span::new(self.host.file, start as usize, end as usize),
            None => self.host,
        }
    }

    /// The depth of `node` is bounded by the reader.
    fn node(&self, node: Node) -> Node {
        let value = match node.value {
            Value::List(items) => {
                let items = Arc::unwrap_or_clone(items);
                Value::List(Arc::new(items.into_iter().map(|item| self.node(item)).collect()))
            }
            Value::Map(map) => {
                let entries = Arc::unwrap_or_clone(map).entries;
                let entries = entries.into_iter().map(|entry| self.entry(entry)).collect();
                Value::Map(Arc::new(Map { entries, rest: None }))
            }
            Value::Str(inner) => Value::Str(self.string(&inner)),
            other => other,
        };
        Node { value, span: self.span(node.span), trail: node.trail }
    }

    fn entry(&self, entry: Entry) -> Entry {
        let span = self.span(entry.key.span);
        Entry::new(entry.key.name, span, self.node(entry.value))
    }

    fn string(&self, inner: &Text) -> Text {
        match (inner.runs(), self.text.runs()) {
            (Some(runs), Some(host)) => Text::with_runs(inner.shared(), compose(runs, inner.as_str().len(), host)),
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
