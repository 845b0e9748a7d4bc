//! The reader that the grammar is written with: a place in the text, blanks and comments, and what to say of a fault.

use super::ast::Name;
use crate::document::{Text, shared};
use crate::source::{FileId, Span};

/// Deepest nesting of expressions and blocks.
pub(super) const DEEPEST: usize = 100;

/// Longest chain of operators or of steps of a traversal.
pub(super) const LONGEST_CHAIN: usize = 200;

/// Where the text stands that is parsed.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// In a file, as it is, from an offset on.
    File(FileId, usize),
    /// Within a string of another notation (JSON), whose way back is the text's own.
    Within(&'a Text, Span),
}

/// Why the text cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) message: String,
}

pub(super) type Read<T> = Result<T, Fault>;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    place: Place<'a>,
    depth: usize,
    /// Whether a line end ends an expression; not so within brackets.
    lines: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, place: Place<'a>) -> Parser<'a> {
        Parser { text, at: 0, place, depth: 0, lines: true }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        match self.place {
            Place::File(file, base) => Span::new(file, base + start, base + end),
            Place::Within(text, whole) => match text.trace(start, end) {
                Some((from, to)) => Span { file: whole.file, start: from, end: to },
                None => whole,
            },
        }
    }

    /// Where the text begins in its file, when it stands there as it is.
    pub(super) fn base(&self) -> Option<u32> {
        match self.place {
            Place::File(_, base) => u32::try_from(base).ok(),
            Place::Within(..) => None,
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn looking_at(&self, what: &str) -> bool {
        self.rest().starts_with(what)
    }

    pub(super) fn eat(&mut self, what: &str) -> bool {
        let there = self.looking_at(what);
        if there {
            self.at += what.len();
        }
        there
    }

    pub(super) fn expect(&mut self, what: &str, purpose: &str) -> Read<()> {
        if self.eat(what) { Ok(()) } else { Err(self.fault(format!("expected `{what}` {purpose}"))) }
    }

    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault { at: self.at, message: message.into() }
    }

    /// Skips blanks and comments, and line ends where these do not matter.
    pub(super) fn skip(&mut self) {
        self.skip_blanks(!self.lines);
    }

    /// Skips blanks, comments and line ends.
    pub(super) fn skip_lines(&mut self) {
        self.skip_blanks(true);
    }

    fn skip_blanks(&mut self, lines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\r' if lines || self.peek_at(1) == Some(b'\n') => self.at += 1,
                b'\n' if lines => self.at += 1,
                b'#' => self.skip_to_line_end(),
                b'/' if self.peek_at(1) == Some(b'/') => self.skip_to_line_end(),
                b'/' if self.peek_at(1) == Some(b'*') => {
                    let end = memchr::memmem::find(self.rest().as_bytes(), b"*/");
                    self.at = end.map_or(self.text.len(), |end| self.at + end + 2);
                }
                _ => break,
            }
        }
    }

    fn skip_to_line_end(&mut self) {
        let end = memchr::memchr(b'\n', self.rest().as_bytes());
        self.at = end.map_or(self.text.len(), |end| self.at + end);
    }

    /// Reads an identifier, when one is here.
    pub(super) fn identifier(&mut self) -> Option<Name> {
        let length = identifier_length(self.rest())?;
        let start = self.at;
        self.at += length;
        let text = self.text.get(start..self.at)?;
        Some(Name { text: shared(text), span: self.span(start, self.at) })
    }

    /// Whether the word is here, whole.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.looking_at(word) && identifier_length(self.rest()) == Some(word.len())
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let there = self.at_word(word);
        if there {
            self.at += word.len();
        }
        there
    }

    /// Reads something that is nested in something else; `lines` says whether line ends matter within.
    pub(super) fn nested<T>(&mut self, lines: bool, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEEPEST {
            return Err(self.fault(format!("nested deeper than {DEEPEST} levels, the limit here")));
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.lines, lines);
        let result = read(self);
        self.lines = outer;
        self.depth -= 1;
        result
    }

    pub(super) fn lines_matter(&self) -> bool {
        self.lines
    }

    /// Forgets the nesting that a fault interrupted.
    pub(super) fn reset(&mut self, at: usize) {
        self.at = at;
        self.depth = 0;
        self.lines = true;
    }
}

/// Length of the identifier at the beginning of a text.
fn identifier_length(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    if !(first.is_alphabetic() || first == '_') {
        return None;
    }
    let end = chars.find(|(_, ch)| !(ch.is_alphanumeric() || matches!(ch, '_' | '-')));
    Some(end.map_or(text.len(), |(at, _)| at))
}
