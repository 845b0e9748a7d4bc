//! Texts: `'a\n${b}'`, and `'''` over several lines.

use super::ast::{Expr, Form, Part};
use super::cursor::{Parser, Read};
use crate::document::{Run, Text, Value};

/// Quotes of a text over several lines.
const LONG: &str = "'''";

/// A text on its way, with the way back to its bytes.
#[derive(Default)]
struct Piece {
    text: String,
    runs: Vec<Run>,
}

impl Piece {
    fn add(&mut self, text: &str, source: usize, verbatim: bool) {
        if !text.is_empty() {
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.runs.push(Run { text: offset(self.text.len()), source: offset(source), verbatim });
            self.text.push_str(text);
        }
    }
}

/// The pieces of a text and the values between them.
#[derive(Default)]
struct Pieces {
    parts: Vec<Part>,
    last: Piece,
}

impl Pieces {
    fn value(&mut self, expr: Expr) {
        let before = std::mem::take(&mut self.last);
        if !before.text.is_empty() {
            self.parts.push(Part::Text(before.text));
        }
        self.parts.push(Part::Value(expr));
    }

    fn form(mut self) -> Form {
        if self.parts.is_empty() {
            return Form::Constant(Value::Str(Text::with_runs(self.last.text, self.last.runs)));
        }
        if !self.last.text.is_empty() {
            self.parts.push(Part::Text(self.last.text));
        }
        Form::Template(self.parts)
    }
}

impl Parser<'_> {
    /// Whether a text begins here.
    pub(super) fn at_text(&self) -> bool {
        self.peek() == Some(b'\'') || (self.peek() == Some(b'$') && dollars(self.rest()) > 0)
    }

    /// A text, which begins here.
    pub(super) fn text(&mut self) -> Read<Expr> {
        let start = self.at;
        let dollars = dollars(self.rest());
        self.at += dollars;
        let pieces = if self.eat(LONG) { self.long_text(dollars)? } else { self.short_text()? };
        Ok(Expr { form: pieces.form(), span: self.since(start) })
    }

    fn short_text(&mut self) -> Read<Pieces> {
        let mut pieces = Pieces::default();
        self.expect("'", "around a text")?;
        loop {
            let rest = self.rest();
            let end = memchr::memchr3(b'\'', b'\\', b'$', rest.as_bytes()).unwrap_or(rest.len());
            let plain = rest.get(..end).unwrap_or("");
            if let Some(line_end) = plain.find(['\n', '\r']) {
                self.at += line_end;
                return Err(self.fault("the text is not closed on its line"));
            }
            pieces.last.add(plain, self.at, true);
            self.at += end;
            match self.peek() {
                Some(b'\'') => {
                    self.at += 1;
                    return Ok(pieces);
                }
                Some(b'\\') => {
                    let at = self.at;
                    let c = self.escape()?;
                    pieces.last.add(c.encode_utf8(&mut [0; 4]), at, false);
                }
                Some(_) if self.looking_at("${") => pieces.value(self.interpolated(2)?),
                Some(_) => {
                    pieces.last.add("$", self.at, true);
                    self.at += 1;
                }
                None => return Err(self.fault("the text is not closed")),
            }
        }
    }

    /// What stands between `${` and `}`.
    fn interpolated(&mut self, opening: usize) -> Read<Expr> {
        self.at += opening;
        let expr = self.nested(Parser::expr)?;
        self.skip_lines();
        self.expect("}", "after a value in a text")?;
        Ok(expr)
    }

    fn escape(&mut self) -> Read<char> {
        let rest = self.rest();
        let (c, length) = match rest.as_bytes().get(1) {
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'\\') => ('\\', 2),
            Some(b'\'') => ('\'', 2),
            Some(b'$') => ('$', 2),
            Some(b'u') => {
                let digits =
                    rest.get(2..).and_then(|rest| rest.strip_prefix('{')?.split_once('}')).map(|split| split.0);
                let c = digits
                    .filter(|digits| digits.len() <= 6)
                    .and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
                let Some((c, digits)) = c.zip(digits) else { return Err(self.fault("expected `\\u{…}`")) };
                (c, digits.len() + 4)
            }
            _ => return Err(self.fault("there is no such escape")),
        };
        self.at += length;
        Ok(c)
    }

    /// The rest of a text between three quotes; values stand in it after so many dollars as stand before it.
    fn long_text(&mut self, dollars: usize) -> Read<Pieces> {
        let mut pieces = Pieces::default();
        let _ = self.eat("\r\n") || self.eat("\n");
        let opening = "$".repeat(dollars) + "{";
        loop {
            let rest = self.rest();
            let Some(mut end) = memchr::memmem::find(rest.as_bytes(), LONG.as_bytes()) else {
                return Err(self.fault("the text is not closed"));
            };
            let value = memchr::memmem::find(rest.as_bytes(), opening.as_bytes());
            if let Some(value) = value.filter(|value| dollars > 0 && *value < end) {
                pieces.last.add(rest.get(..value).unwrap_or(""), self.at, true);
                self.at += value;
                pieces.value(self.interpolated(opening.len())?);
                continue;
            }
            // Of more than three quotes the last three close the text.
            while rest.get(end + LONG.len()..).is_some_and(|rest| rest.starts_with('\'')) {
                end += 1;
            }
            pieces.last.add(rest.get(..end).unwrap_or(""), self.at, true);
            self.at += end + LONG.len();
            return Ok(pieces);
        }
    }
}

/// How many dollars stand before the three quotes of a text.
fn dollars(text: &str) -> usize {
    let rest = text.trim_start_matches('$');
    if rest.starts_with(LONG) { text.len() - rest.len() } else { 0 }
}
