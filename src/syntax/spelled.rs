//! Strings put together piece by piece, with the way of every piece back to the file.

use crate::document::{Node, Run, Text, Value};
use crate::source::Span;

/// A string in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spelled {
    text: String,
    runs: Vec<Run>,
}

impl Spelled {
    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What was put together so far.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Adds text that stands in the source, from `source` on, as it is.
    pub fn verbatim(&mut self, text: &str, source: usize) {
        if !text.is_empty() {
            self.run(source, true);
            self.text.push_str(text);
        }
    }

    /// Adds text that the source spells differently, in the bytes `from..to`: an escape, a variable.
    pub fn escape(&mut self, text: &str, from: usize, to: usize) {
        if !text.is_empty() {
            self.run(from, false);
            self.text.push_str(text);
            self.run(to, true);
        }
    }

    /// Adds the bytes `start..end` of another text, with their way back.
    pub fn part(&mut self, other: &Text, start: usize, end: usize) {
        let Some(runs) = other.runs() else {
            self.text.push_str(other.as_str().get(start..end).unwrap_or(""));
            return;
        };
        let first = runs.partition_point(|run| run.text as usize <= start).saturating_sub(1);
        for (index, run) in runs.iter().enumerate().skip(first) {
            let next = runs.get(index + 1);
            let from = start.max(run.text as usize);
            let to = end.min(next.map_or(other.as_str().len(), |next| next.text as usize));
            if run.text as usize >= end {
                break;
            }
            let source = run.source as usize;
            match other.as_str().get(from..to) {
                Some(piece) if run.verbatim => self.verbatim(piece, source + (from - run.text as usize)),
                Some(piece) => self.escape(piece, source, next.map_or(source, |next| next.source as usize)),
                None => {}
            }
        }
    }

    /// Removes white space at the end.
    pub fn trim_end(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        while self.runs.last().is_some_and(|run| run.text as usize > self.text.len()) {
            self.runs.pop();
        }
    }

    /// The finished string.
    pub fn finish(self) -> Text {
        if self.runs.is_empty() { Text::opaque(self.text) } else { Text::with_runs(self.text, self.runs) }
    }

    fn run(&mut self, source: usize, verbatim: bool) {
        let (text, source) = (offset(self.text.len()), offset(source));
        if self.runs.last().is_some_and(|last| last.text == text) {
            self.runs.pop();
        }
        let continued = |last: &Run| verbatim && last.verbatim && last.source + (text - last.text) == source;
        if !self.runs.last().is_some_and(continued) {
            self.runs.push(Run { text, source, verbatim });
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The bytes `start..end` of a text as a text of their own.
pub(crate) fn part(text: &Text, start: usize, end: usize) -> Text {
    let mut part = Spelled::default();
    part.part(text, start, end);
    part.finish()
}

/// A text without the white space around it.
pub(crate) fn trimmed(text: &Text) -> Text {
    let (all, rest) = (text.as_str(), text.as_str().trim_start());
    let start = all.len() - rest.len();
    part(text, start, start + rest.trim_end().len())
}

/// A string node that spans what the text was written as; `within` where that is not known.
pub(crate) fn node(text: Text, within: Span) -> Node {
    let span = span(&text, 0, text.as_str().len(), within);
    Node::new(Value::Str(text), span)
}

/// The place in the file of the bytes `start..end` of a text; `within` where that is not known.
pub(crate) fn span(text: &Text, start: usize, end: usize, within: Span) -> Span {
    text.trace(start, end).map_or(within, |(start, end)| Span { file: within.file, start, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_way_back() {
        let mut whole = Spelled::default();
        whole.verbatim("ab", 10);
        whole.escape("\n", 12, 14);
        whole.verbatim("cd", 14);
        whole.verbatim("ef", 20);
        let whole = whole.finish();
        assert_eq!(whole.as_str(), "ab\ncdef");
        for (start, end, text, from, to) in
            [(0, 7, "ab\ncdef", 10, 22), (1, 3, "b\n", 11, 14), (2, 3, "\n", 12, 14), (4, 6, "de", 15, 21)]
        {
            let got = part(&whole, start, end);
            assert_eq!(got.as_str(), text);
            assert_eq!(got.trace(0, text.len()), Some((from, to)), "{text:?}");
        }
    }

    #[test]
    fn trimming_keeps_the_rest_in_place() {
        let text = trimmed(&Text::verbatim("  x y ", 5));
        assert_eq!((text.as_str(), text.trace(0, 3)), ("x y", Some((7, 10))));
        let mut spelled = Spelled::default();
        spelled.verbatim("a ", 0);
        spelled.escape(" ", 2, 4);
        spelled.trim_end();
        assert_eq!(spelled.finish().trace(0, 1), Some((0, 1)));
    }
}
