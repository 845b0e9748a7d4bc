//! The reader that the grammar is written with: a place in the text, blanks and comments, and what to say of a fault.

use crate::source::{FileId, Span};

/// Deepest nesting of blocks, expressions and values, of which a block within a block is three.
const DEEPEST: usize = 120;

/// Most faults that are told of one file.
const MOST_FAULTS: usize = 20;

/// So many times the length of the text may be gone over, looking ahead included.
const MOST_TURNS: usize = 16;

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
    /// What cannot be read in the whole of the file.
    pub(super) faults: Vec<Fault>,
    file: FileId,
    /// Whether only what an expression is made of is wanted.
    pub(super) is_skimming: bool,
    /// Where the text stands in its file.
    base: usize,
    depth: usize,
    /// How many bytes may still be gone over.
    fuel: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, file: FileId, base: usize) -> Parser<'a> {
        let fuel = text.len().saturating_mul(MOST_TURNS).saturating_add(4096);
        Parser { text, at: 0, faults: Vec::new(), is_skimming: false, file, base, depth: 0, fuel }
    }

    /// From an offset to what was read last.
    pub(super) fn since(&self, start: usize) -> Span {
        self.between(start, self.at)
    }

    pub(super) fn between(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start, self.base + end.max(start))
    }

    /// Where a byte of the text stands in the file.
    pub(super) fn source(&self, at: usize) -> usize {
        self.base + at
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
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

    /// Tells what keeps some of the file from being read.
    pub(super) fn tell(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    /// Whether there is nothing left to go over the text with.
    pub(super) fn is_spent(&self) -> bool {
        self.fuel == 0
    }

    /// Takes something of what may be gone over; whether there was so much left.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        let is_enough = self.fuel >= bytes;
        self.fuel = self.fuel.saturating_sub(bytes);
        is_enough
    }

    /// `#!/usr/bin/env groovy`.
    pub(super) fn skip_first_line(&mut self) {
        self.eat("\u{feff}");
        if self.looking_at("#!") {
            self.skip_to_line_end();
        }
    }

    /// Skips blanks and comments on a line, and a line end behind a backslash.
    pub(super) fn skip(&mut self) {
        self.skip_blanks(false);
    }

    /// Skips blanks, comments and line ends.
    pub(super) fn skip_lines(&mut self) {
        self.skip_blanks(true);
    }

    /// Skips blanks, and line ends too within brackets.
    pub(super) fn skip_within(&mut self, brackets: bool) {
        self.skip_blanks(brackets);
    }

    fn skip_blanks(&mut self, lines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'\n' | b'\r' if lines => self.at += 1,
                b'\\' if self.looking_at("\\\n") => self.at += 2,
                b'\\' if self.looking_at("\\\r\n") => self.at += 3,
                b'/' if self.looking_at("//") => self.skip_to_line_end(),
                b'/' if self.looking_at("/*") => {
                    let end = memchr::memmem::find(self.rest().as_bytes(), b"*/");
                    self.at = end.map_or(self.text.len(), |end| self.at + end + 2);
                }
                _ if self.looking_at("\u{a0}") => self.at += '\u{a0}'.len_utf8(),
                _ => break,
            }
        }
    }

    fn skip_to_line_end(&mut self) {
        let end = memchr::memchr2(b'\n', b'\r', self.rest().as_bytes());
        self.at = end.map_or(self.text.len(), |end| self.at + end);
    }

    /// The word that is here; nothing where there is none.
    pub(super) fn word(&self) -> &'a str {
        let rest = self.rest();
        rest.get(..word_length(rest)).unwrap_or("")
    }

    /// Whether there is a blank before what is here.
    pub(super) fn is_apart(&self) -> bool {
        self.at.checked_sub(1).and_then(|before| self.text.as_bytes().get(before)).is_some_and(u8::is_ascii_whitespace)
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

    /// Goes past a bracket and all that is in it.
    pub(super) fn skip_bracketed(&mut self) -> Read<()> {
        let (start, mut open) = (self.at, 0_usize);
        loop {
            if self.is_spent() {
                return Err(self.fault(TOO_MUCH));
            }
            self.skip_lines();
            let Some(byte) = self.peek() else {
                self.spend(self.at - start);
                return Err(Fault { at: start, message: NOT_CLOSED.to_owned() });
            };
            if self.skip_text() {
                continue;
            }
            match byte {
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            if open == 0 {
                return if self.spend(self.at - start) { Ok(()) } else { Err(self.fault(TOO_MUCH)) };
            }
        }
    }

    /// Goes past a text in quotes, when one is here.
    fn skip_text(&mut self) -> bool {
        match self.peek() {
            Some(b'\'' | b'"') => {}
            Some(b'/') if self.is_value() => {}
            Some(b'$') if self.looking_at("$/") && self.is_value() => {}
            _ => return false,
        }
        let start = self.at;
        let is_read = self.text().is_ok();
        if !is_read {
            self.at = start;
        }
        is_read
    }

    /// Whether a value is to come here, by what stands before.
    fn is_value(&self) -> bool {
        let before = self.slice(0, self.at).trim_end().chars().next_back();
        before.is_none_or(|before| "(,=[{!~:?&|+;".contains(before))
    }

    /// Goes past the rest of a statement.
    pub(super) fn skip_statement(&mut self) {
        let start = self.at;
        while self.peek().is_some() {
            self.skip();
            match self.peek().unwrap_or(b'\n') {
                b'\n' | b'\r' | b';' | b'}' => break,
                b'{' | b'[' | b'(' => {
                    let before = self.at;
                    if let Err(fault) = self.skip_bracketed() {
                        self.tell(fault);
                        self.at = before + 1;
                    }
                }
                _ if self.skip_text() => {}
                _ => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
        }
        self.spend(self.at.saturating_sub(start));
    }
}

const NOT_CLOSED: &str = "a bracket is not closed";
const TOO_MUCH: &str = "it takes too long to read";

/// Length of the word at the beginning of a text; 0 for none.
pub(super) fn word_length(text: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    if !text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$') {
        return 0;
    }
    text.find(|c: char| !is_part(c)).unwrap_or(text.len())
}
