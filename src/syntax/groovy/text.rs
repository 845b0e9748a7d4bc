//! Texts in their six spellings: `'…'`, `"…"`, `'''…'''`, `"""…"""`, `/…/` and `$/…/$`.

use super::WORKED_OUT;
use super::cursor::{Parser, Read, word_length};
use crate::document::{Node, PartialText, Text, TextPart, Unresolved, Value};
use crate::source::Span;
use crate::syntax::spelled::Spelled;

/// A part of a text.
#[derive(Debug)]
pub(crate) enum Piece {
    /// What is written out.
    Known(Text),
    /// An expression whose value is filled in.
    Value {
        /// The expression as it is written, without `${` and `}`.
        expression: Box<str>,
        /// The place of it, with what is around it.
        span: Span,
    },
}

/// How a text is spelled.
#[derive(Clone, Copy)]
struct Form {
    opening: &'static str,
    closing: &'static str,
    /// Whether values are filled in.
    filled: bool,
    /// Whether a backslash begins an escape, as in quotes.
    escapes: bool,
    /// Whether it may go on over lines.
    lines: bool,
}

/// Longest first.
const FORMS: &[Form] = &[
    Form { opening: "'''", closing: "'''", filled: false, escapes: true, lines: true },
    Form { opening: "\"\"\"", closing: "\"\"\"", filled: true, escapes: true, lines: true },
    Form { opening: "'", closing: "'", filled: false, escapes: true, lines: false },
    Form { opening: "\"", closing: "\"", filled: true, escapes: true, lines: false },
    Form { opening: "$/", closing: "/$", filled: true, escapes: false, lines: true },
    Form { opening: "/", closing: "/", filled: true, escapes: false, lines: false },
];

/// The pieces of a text in the making.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    last: Spelled,
}

impl Pieces {
    fn value(&mut self, expression: &str, span: Span) {
        self.close();
        self.done.push(Piece::Value { expression: expression.into(), span });
    }

    fn close(&mut self) {
        let last = std::mem::take(&mut self.last);
        if !last.is_empty() {
            self.done.push(Piece::Known(last.finish()));
        }
    }
}

impl Parser<'_> {
    /// Whether a text is here, where a value is to come.
    pub(super) fn is_at_text(&self) -> bool {
        matches!(self.peek(), Some(b'\'' | b'"' | b'/')) || self.looking_at("$/")
    }

    /// A text, which begins here.
    pub(super) fn text(&mut self) -> Read<Vec<Piece>> {
        let start = self.at;
        let form = FORMS.iter().copied().find(|form| self.looking_at(form.opening));
        let Some(form) = form.filter(|_| !self.is_spent()) else { return Err(self.fault("expected a text")) };
        self.at += form.opening.len();
        let mut pieces = Pieces::default();
        let result = self.nested(|parser| parser.content(form, &mut pieces));
        if result.is_err() {
            self.spend(self.at.saturating_sub(start));
        }
        result?;
        pieces.close();
        Ok(pieces.done)
    }

    fn content(&mut self, form: Form, pieces: &mut Pieces) -> Read<()> {
        loop {
            let rest = self.rest();
            let stop = |byte: u8| {
                matches!(byte, b'\\' | b'$' | b'\n') || form.closing.as_bytes().first().is_some_and(|end| *end == byte)
            };
            let plain = rest.bytes().position(stop).unwrap_or(rest.len());
            pieces.last.verbatim(rest.get(..plain).unwrap_or(""), self.source(self.at));
            self.at += plain;
            let at = self.at;
            match self.peek() {
                None => return Err(self.fault("the text is not closed")),
                Some(_) if self.eat(form.closing) => return Ok(()),
                Some(b'\n') if !form.lines => return Err(self.fault("the text is not closed on its line")),
                Some(b'\\') if form.escapes => self.escape(pieces),
                Some(b'\\') if form.closing == "/" && self.eat("\\/") => {
                    pieces.last.escape("/", self.source(at), self.source(self.at));
                }
                Some(b'$') if form.closing == "/$" && (self.looking_at("$$") || self.looking_at("$/")) => {
                    self.at += 2;
                    let text = self.slice(at + 1, at + 2);
                    pieces.last.escape(text, self.source(at), self.source(self.at));
                }
                Some(b'$') if form.filled && self.looking_at("${") => {
                    self.at += 1;
                    self.nested(Parser::skip_bracketed)?;
                    let inner = self.slice(at + 2, self.at.saturating_sub(1));
                    pieces.value(inner.trim(), self.since(at));
                }
                Some(b'$') if form.filled && name_length(self.slice(at + 1, self.text.len())) > 0 => {
                    self.at += 1;
                    let expression = self.dotted();
                    pieces.value(&expression, self.since(at));
                }
                // What stops the plain part is one byte long.
                Some(_) => {
                    self.at += 1;
                    let text = self.slice(at, self.at);
                    pieces.last.verbatim(text, self.source(at));
                }
            }
        }
    }

    /// Names with dots between them, as they are filled in without braces; a dollar is a part of none.
    fn dotted(&mut self) -> String {
        let start = self.at;
        self.at += name_length(self.rest());
        while self.looking_at(".") {
            let more = name_length(self.rest().get(1..).unwrap_or(""));
            if more == 0 {
                break;
            }
            self.at += 1 + more;
        }
        self.slice(start, self.at).to_owned()
    }

    fn escape(&mut self, pieces: &mut Pieces) {
        let at = self.at;
        let (text, length) = escaped(self.rest());
        self.at += length;
        pieces.last.escape(&text, self.source(at), self.source(self.at));
    }

    /// A text as a value.
    pub(super) fn text_node(&mut self) -> Read<Node> {
        let start = self.at;
        let pieces = self.text()?;
        Ok(of_pieces(&pieces, self.slice(start, self.at), self.since(start)))
    }
}

/// Length of the name at the beginning of a text, which no dollar is a part of.
fn name_length(text: &str) -> usize {
    let word = text.get(..word_length(text)).unwrap_or("");
    word.find('$').unwrap_or(word.len())
}

/// What a backslash and what follows it stand for, and how long they are.
fn escaped(rest: &str) -> (String, usize) {
    let Some(next) = rest.chars().nth(1) else { return ("\\".to_owned(), 1) };
    let plain = |text: &str| (text.to_owned(), 1 + next.len_utf8());
    match next {
        'n' => plain("\n"),
        't' => plain("\t"),
        'r' => plain("\r"),
        'b' => plain("\u{8}"),
        'f' => plain("\u{c}"),
        // The text goes on in the next line.
        '\n' => plain(""),
        'u' => {
            let after = rest.get(1..).unwrap_or("").trim_start_matches('u');
            let digits = after.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let c = digits.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
            c.map_or_else(|| plain("u"), |c| (c.to_string(), rest.len() - after.len() + 4))
        }
        other => plain(other.encode_utf8(&mut [0; 4])),
    }
}

/// A text where all of it is written out, else an open value of which the rest is known.
pub(super) fn of_pieces(pieces: &[Piece], written: &str, span: Span) -> Node {
    let parts = pieces.iter().map(|piece| match piece {
        Piece::Known(text) => TextPart::Known(text.as_str().into()),
        Piece::Value { .. } => TextPart::Hole,
    });
    if let Some(partial) = PartialText::joined(parts) {
        let open = Unresolved {
            expression: written.into(),
            because: WORKED_OUT.into(),
            partial: Some(Box::new(partial)),
            ..Unresolved::default()
        };
        return Node::new(Value::Unresolved(std::sync::Arc::new(open)), span);
    }
    let mut whole = Spelled::default();
    for piece in pieces {
        if let Piece::Known(text) = piece {
            whole.part(text, 0, text.as_str().len());
        }
    }
    Node::new(Value::Str(whole.finish()), span)
}
