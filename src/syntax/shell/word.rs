//! From the text of a script to its words: quotes, escapes and substitutions, whose commands are read on the way.

use super::lexer::{Lexer, List};
use super::{Shell, Word};
use crate::syntax::spelled::Spelled;

/// Deepest nesting of substitutions; what lies deeper is taken for text.
pub(super) const MAX_NESTING: usize = 32;

impl Lexer<'_> {
    /// Reads a word, when one begins here.
    pub fn word(&mut self, list: &List) -> Option<Word> {
        let start = self.at;
        let mut spelled = Spelled::default();
        let mut quoted = false;
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b')' => break,
                b'(' => {
                    let written = self.script.get(start..self.at).unwrap_or("");
                    if !(written.ends_with('=') && is_assignment(written)) {
                        break;
                    }
                    self.array(&mut spelled);
                }
                b'\\' if self.shell == Shell::Posix => {
                    quoted = true;
                    self.escape(&mut spelled, |_| true);
                }
                b'\'' => {
                    quoted = true;
                    self.single(&mut spelled);
                }
                b'"' => {
                    quoted = true;
                    self.double(&mut spelled, list);
                }
                b'$' if self.peek(1) == Some(b'\'') => {
                    quoted = true;
                    self.at += 1;
                    self.ansi(&mut spelled);
                }
                _ => self.piece(&mut spelled, list),
            }
        }
        (self.at > start).then(|| Word { text: spelled.finish(), start, end: self.at, quoted })
    }

    /// Adds one character, or one substitution as it is written.
    fn piece(&mut self, spelled: &mut Spelled, list: &List) {
        let start = self.at;
        match (self.peek(0), self.peek(1)) {
            (Some(b'$'), Some(b'(')) if self.peek(2) == Some(b'(') => self.arithmetic(3),
            (Some(b'$'), Some(b'(')) => {
                self.at += 2;
                self.nested(list.command.program());
            }
            (Some(b'$'), Some(b'{')) => self.braces(),
            (Some(b'`'), _) if self.shell == Shell::Posix => self.backticks(list.command.program()),
            _ => self.at += self.script.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8),
        }
        self.at = self.at.min(self.script.len());
        spelled.part(self.text, start, self.at);
    }

    /// Reads the commands of a substitution, up to and including its closing parenthesis.
    pub fn nested(&mut self, within: Option<String>) {
        if self.depth >= MAX_NESTING {
            return;
        }
        self.depth += 1;
        self.list(within);
        self.depth -= 1;
        self.at += usize::from(self.peek(0) == Some(b')'));
    }

    fn backticks(&mut self, within: Option<String>) {
        self.at += 1;
        let start = self.at;
        let rest = self.script.as_bytes().get(start..).unwrap_or(&[]);
        let mut escaped = false;
        let close = rest.iter().position(|byte| {
            let found = *byte == b'`' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            found
        });
        let Some(close) = close.map(|length| start + length) else { return };
        if self.depth < MAX_NESTING {
            // What is between is a script of its own; it ends where the backtick stands.
            let whole = self.script;
            self.script = whole.get(..close).unwrap_or("");
            self.depth += 1;
            self.list(within);
            self.depth -= 1;
            self.script = whole;
        }
        self.at = close + 1;
    }

    /// Reads past `((…))`, which opens with this many bytes.
    pub fn arithmetic(&mut self, opening: usize) {
        self.at += opening;
        let mut open = 2_usize;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\n' => return,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    /// Reads past `${…}` and past `${{ … }}` of CI systems.
    fn braces(&mut self) {
        self.at += 2;
        let mut open = 1_usize;
        let mut quote = None;
        while let Some(byte) = self.peek(0) {
            match (quote, byte) {
                (_, b'\n') => return,
                (Some(b'"') | None, b'\\') => self.at += 1,
                (Some(close), byte) if close == byte => quote = None,
                (None, b'\'') if open > 1 => quote = Some(byte),
                (None, b'{') => open += 1,
                (None, b'}') => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    /// Reads past `(…)` of an array.
    fn array(&mut self, spelled: &mut Spelled) {
        let start = self.at;
        self.at += 1;
        let mut quote = None;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match (quote, byte) {
                (Some(close), byte) if close == byte => quote = None,
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b')') => break,
                _ => {}
            }
        }
        spelled.part(self.text, start, self.at);
    }

    fn single(&mut self, spelled: &mut Spelled) {
        let start = self.at + 1;
        let rest = self.script.as_bytes().get(start..).unwrap_or(&[]);
        let end = memchr::memchr(b'\'', rest).map_or(self.script.len(), |length| start + length);
        spelled.part(self.text, start, end);
        self.at = (end + 1).min(self.script.len());
    }

    /// Reads `'…'` in which a backslash escapes; the escapes are left as written.
    fn ansi(&mut self, spelled: &mut Spelled) {
        self.at += 1;
        let start = self.at;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\'' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let end = self.at.min(self.script.len());
        spelled.part(self.text, start, end);
        self.at = (end + 1).min(self.script.len());
    }

    fn double(&mut self, spelled: &mut Spelled, list: &List) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' if self.shell == Shell::Posix => {
                    self.escape(spelled, |next| matches!(next, b'$' | b'`' | b'"' | b'\\' | b'\n'));
                }
                _ => self.piece(spelled, list),
            }
        }
    }

    /// Reads a backslash: it goes away before what it escapes, and with the line end it escapes.
    fn escape(&mut self, spelled: &mut Spelled, escapes: fn(u8) -> bool) {
        let start = self.at;
        if let Some(length) = self.line_end(1) {
            self.at += 1 + length;
            return;
        }
        let next = self.script.get(start + 1..).and_then(|rest| rest.chars().next());
        self.at += 1 + next.map_or(0, char::len_utf8);
        let removed = self.peek_at(start + 1).is_some_and(escapes);
        spelled.part(self.text, if removed { start + 1 } else { start }, self.at);
    }

    fn peek_at(&self, at: usize) -> Option<u8> {
        self.script.as_bytes().get(at).copied()
    }
}

/// Whether a word as written sets a variable: `NAME=…`, `NAME+=…`, `NAME[…]=…`.
pub(super) fn is_assignment(written: &str) -> bool {
    let length = written.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let starts = written.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let mut rest = written.get(length..).unwrap_or("");
    if rest.starts_with('[') {
        rest = rest.find(']').and_then(|close| rest.get(close + 1..)).unwrap_or("");
    }
    starts && (rest.starts_with('=') || rest.starts_with("+="))
}
