//! The reader that the grammar is written with: a place in the text, blanks and comments, and what to say of a fault.

use std::sync::Arc;

use super::ast::Name;
use crate::source::{FileId, Span};

/// Deepest nesting of expressions and declarations.
const DEEPEST: usize = 80;

/// Longest chain of operators or of steps from one value.
pub(super) const LONGEST_CHAIN: usize = 100;

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
    file: FileId,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, file: FileId, at: usize) -> Parser<'a> {
        Parser { text, at, file, depth: 0 }
    }

    /// From an offset to what was read last.
    pub(super) fn since(&self, start: usize) -> Span {
        Span::new(self.file, start, self.at.max(start))
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn looking_at(&self, what: &str) -> bool {
        self.rest().starts_with(what)
    }

    pub(super) fn eat(&mut self, what: &str) -> bool {
        let is_there = self.looking_at(what);
        self.at += if is_there { what.len() } else { 0 };
        is_there
    }

    pub(super) fn expect(&mut self, what: &str, purpose: &str) -> Read<()> {
        if self.eat(what) { Ok(()) } else { Err(self.fault(format!("expected `{what}` {purpose}"))) }
    }

    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault { at: self.at, message: message.into() }
    }

    /// Skips blanks and comments on a line.
    pub(super) fn skip(&mut self) {
        self.skip_blanks(false);
    }

    /// Skips blanks, comments and line ends.
    pub(super) fn skip_lines(&mut self) {
        self.skip_blanks(true);
    }

    fn skip_blanks(&mut self, lines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' | b'\r' if lines => self.at += 1,
                // `#disable-next-line` and the like.
                b'#' => self.skip_to_line_end(),
                b'/' if self.looking_at("//") => self.skip_to_line_end(),
                b'/' if self.looking_at("/*") => {
                    let end = memchr::memmem::find(self.rest().as_bytes(), b"*/");
                    self.at = end.map_or(self.text.len(), |end| self.at + end + 2);
                }
                _ => break,
            }
        }
    }

    fn skip_to_line_end(&mut self) {
        let end = memchr::memchr2(b'\n', b'\r', self.rest().as_bytes());
        self.at = end.map_or(self.text.len(), |end| self.at + end);
    }

    /// Goes past blanks, comments and lines if one of these comes behind them.
    pub(super) fn skip_lines_to(&mut self, is_wanted: impl Fn(&str) -> bool) -> bool {
        let before = self.at;
        self.skip_lines();
        let is_there = is_wanted(self.rest());
        if !is_there {
            self.at = before;
        }
        is_there
    }

    /// Reads an identifier, when one is here.
    pub(super) fn identifier(&mut self) -> Option<Name> {
        let length = identifier_length(self.rest());
        let text = self.rest().get(..length).filter(|text| !text.is_empty())?;
        let start = self.at;
        self.at += length;
        Some(Name { text: Arc::from(text), span: self.since(start) })
    }

    /// The word that is here.
    pub(super) fn word(&self) -> &'a str {
        let rest = self.rest();
        rest.get(..identifier_length(rest)).unwrap_or("")
    }

    pub(super) fn expect_identifier(&mut self, what: &str) -> Read<Name> {
        self.skip();
        self.identifier().ok_or_else(|| self.fault(format!("expected {what}")))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let is_there = self.word() == word;
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }

    /// Reads something that is nested in something else.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= DEEPEST {
            return Err(self.fault(format!("nested deeper than {DEEPEST} levels, the limit here")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// After a member of an object or an item of an array: a comma, a line end, or the end of all.
    pub(super) fn end_of_member(&mut self, closing: u8) -> Read<()> {
        self.skip();
        match self.peek() {
            Some(b',' | b'\n' | b'\r') => {
                self.at += 1;
                Ok(())
            }
            Some(byte) if byte == closing => Ok(()),
            _ => Err(self.fault(format!("expected a new line, `,` or `{}`", char::from(closing)))),
        }
    }

    /// Goes past brackets and all that is in them.
    pub(super) fn skip_bracketed(&mut self) -> Read<()> {
        let mut open: usize = 0;
        loop {
            self.skip_lines();
            match self.peek() {
                None => return Err(self.fault("a bracket is not closed")),
                Some(b'\'') => {
                    self.nested(Parser::text)?;
                    continue;
                }
                Some(b'{' | b'[' | b'(' | b'<') => open += 1,
                Some(b'=') if self.looking_at("=>") => self.at += 1,
                Some(b'}' | b']' | b')' | b'>') => open = open.saturating_sub(1),
                Some(_) => {}
            }
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            if open == 0 {
                return Ok(());
            }
        }
    }
}

/// Length of the identifier at the beginning of a text; 0 for none.
fn identifier_length(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return 0;
    }
    text.find(|c: char| !is_part(c)).unwrap_or(text.len())
}
