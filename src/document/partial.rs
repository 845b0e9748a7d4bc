//! Texts of which parts are known.

use std::borrow::Cow;
use std::ops::Range;

/// Most known pieces that are kept of one text; the rest is a hole.
const MAX_PIECES: usize = 64;

/// Longest piece that is kept as it is given, in bytes; of a longer one both ends are.
const MAX_PIECE: usize = 16 * 1024;

/// Most bytes that are kept of one text, in all its pieces; what comes after them is a hole.
const MAX_BYTES: usize = 256 * 1024;

/// What is known of a text: known pieces, and holes between them. A hole stands for any text, the empty one included.
///
/// There is at least one hole: what has none is a text. The default is one hole and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialText {
    before: Box<str>,
    between: Vec<Box<str>>,
    after: Box<str>,
}

/// A part that a text is put together from.
#[derive(Clone, Debug)]
pub enum TextPart<'p> {
    /// It is known.
    Known(Cow<'p, str>),
    /// Pieces of it are known.
    Partly(&'p PartialText),
    /// Nothing is known of it.
    Hole,
}

impl PartialText {
    /// A text that begins and ends so, with a hole between.
    pub fn around(before: impl Into<Box<str>>, after: impl Into<Box<str>>) -> PartialText {
        PartialText { before: before.into(), between: Vec::new(), after: after.into() }
    }

    /// A text put together from parts; none where all of it is known.
    pub fn joined<'p>(parts: impl IntoIterator<Item = TextPart<'p>>) -> Option<PartialText> {
        let mut pieces = vec![String::new()];
        let mut bytes = 0_usize;
        for part in parts {
            bytes += part.len().min(MAX_PIECE);
            if bytes > MAX_BYTES {
                pieces.push(String::new());
                break;
            }
            match part {
                TextPart::Known(text) if text.len() > MAX_PIECE => {
                    grow(&mut pieces, start(&text));
                    pieces.push(String::new());
                    grow(&mut pieces, end(&text));
                }
                TextPart::Known(text) => grow(&mut pieces, &text),
                TextPart::Hole => pieces.push(String::new()),
                TextPart::Partly(partial) => {
                    for (at, piece) in partial.pieces().enumerate() {
                        if at > 0 {
                            pieces.push(String::new());
                        }
                        grow(&mut pieces, piece);
                    }
                }
            }
        }
        let after = if pieces.len() > 1 { pieces.pop()? } else { return None };
        let mut pieces = pieces.into_iter();
        let before = pieces.next().unwrap_or_default();
        // Holes side by side are one, and what is too much is a part of one.
        let between = pieces.filter(|piece| !piece.is_empty()).take(MAX_PIECES).map(String::into_boxed_str);
        Some(PartialText { before: before.into(), between: between.collect(), after: after.into() })
    }

    /// What it begins with.
    pub fn prefix(&self) -> &str {
        &self.before
    }

    /// What it ends with; it stands after all the other pieces.
    pub fn suffix(&self) -> &str {
        &self.after
    }

    /// What comes after its first bytes; none where so many are not known, or a character would be cut.
    pub fn behind(&self, bytes: usize) -> Option<PartialText> {
        Some(PartialText { before: self.before.get(bytes..)?.into(), ..self.clone() })
    }

    /// The known pieces in their order, with a hole between any two; the first and the last may be empty.
    pub fn pieces(&self) -> impl DoubleEndedIterator<Item = &str> {
        let between = self.between.iter().map(|piece| &**piece);
        std::iter::once(&*self.before).chain(between).chain(std::iter::once(&*self.after))
    }

    /// Whether nothing is known of it but that it is a text.
    pub fn is_blank(&self) -> bool {
        self.pieces().all(str::is_empty)
    }

    /// The text with each known piece changed on its own.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> PartialText {
        PartialText {
            before: change(&self.before).into(),
            between: self.between.iter().map(|piece| change(piece).into()).collect(),
            after: change(&self.after).into(),
        }
    }

    /// The text with something in the place of each hole.
    pub fn filled(&self, hole: &str) -> String {
        self.pieces().collect::<Vec<_>>().join(hole)
    }
}

/// The beginning of a text that is too long to be kept.
fn start(text: &str) -> &str {
    let end = (0..=MAX_PIECE / 2).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or("")
}

/// The end of a text that is too long to be kept.
fn end(text: &str) -> &str {
    let from = text.len().saturating_sub(MAX_PIECE / 2);
    let start = (from..=text.len()).find(|at| text.is_char_boundary(*at));
    text.get(start.unwrap_or(text.len())..).unwrap_or("")
}

fn grow(pieces: &mut [String], text: &str) {
    if let Some(last) = pieces.last_mut() {
        last.push_str(text);
    }
}

impl<'p> TextPart<'p> {
    /// How many bytes of it are known.
    fn len(&self) -> usize {
        match self {
            TextPart::Known(text) => text.len(),
            TextPart::Partly(partial) => partial.pieces().map(str::len).sum(),
            TextPart::Hole => 0,
        }
    }

    /// A part that is known.
    pub fn known(text: impl Into<Cow<'p, str>>) -> TextPart<'p> {
        TextPart::Known(text.into())
    }

    /// A part of which pieces may be known.
    pub fn partly(partial: Option<&'p PartialText>) -> TextPart<'p> {
        partial.map_or(TextPart::Hole, TextPart::Partly)
    }
}

/// A text with holes that is being written.
#[derive(Clone, Debug, Default)]
pub struct PartialBuilder {
    /// What of the text that is written is covered by a hole; in the order of their ends.
    holes: Vec<Range<usize>>,
}

impl PartialBuilder {
    /// Notes a hole after so many bytes of what is written.
    pub fn hole(&mut self, at: usize) {
        self.cover(at..at);
    }

    /// Notes that a range of what is written, which is its end so far, may be there or not: all of it is a hole.
    pub fn cover(&mut self, range: Range<usize>) {
        self.holes.retain(|hole| hole.start < range.start);
        self.holes.push(range);
    }

    /// What is known of the text, when `written` is it without its holes; none where it has no hole.
    pub fn finish(&self, written: &str) -> Option<PartialText> {
        let mut parts = Vec::new();
        let mut from = 0;
        for hole in &self.holes {
            parts.extend([TextPart::known(written.get(from..hole.start).unwrap_or("")), TextPart::Hole]);
            from = from.max(hole.end);
        }
        parts.push(TextPart::known(written.get(from..).unwrap_or("")));
        PartialText::joined(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::testing::pieces;

    #[test]
    fn pieces_and_holes_are_kept_in_their_order() {
        for (written, want) in [
            ("", None),
            ("abc", None),
            ("…", Some("…")),
            ("a…b", Some("a…b")),
            ("a…b…c", Some("a…b…c")),
            ("……", Some("…")),
            ("a……b", Some("a…b")),
            ("…b…", Some("…b…")),
        ] {
            let partial = PartialText::joined(pieces(written));
            assert_eq!(partial.map(|partial| partial.filled("…")).as_deref(), want, "{written}");
        }
        let inner = PartialText::around("x", "y");
        let outer =
            PartialText::joined([TextPart::known("a"), TextPart::Partly(&inner), TextPart::known("b")]).unwrap();
        assert_eq!(outer.filled("…"), "ax…yb");
        assert_eq!(outer.map(str::to_uppercase).filled("-"), "AX-YB");
    }

    #[test]
    fn a_text_of_very_many_pieces_keeps_its_ends() {
        let written = "a…".repeat(1000) + "z";
        let partial = PartialText::joined(pieces(&written)).unwrap();
        assert_eq!((partial.prefix(), partial.suffix()), ("a", "z"));
        assert!(partial.pieces().count() <= MAX_PIECES + 2);
    }

    #[test]
    fn holes_are_noted_while_a_text_is_written() {
        let mut builder = PartialBuilder::default();
        assert_eq!(builder.finish("ab"), None);
        for at in [1, 1, 2] {
            builder.hole(at);
        }
        assert_eq!(builder.finish("abc").unwrap().filled("…"), "a…b…c");
        builder.cover(1..3);
        assert_eq!(builder.finish("abcd").unwrap().filled("…"), "a…d");
    }
}
