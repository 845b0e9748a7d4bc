//! The grammar of templates: quoted strings, heredocs and template files.
//!
//! A template is read into pieces first, because blanks beside `~` and the indentation of a heredoc are taken off
//! pieces before these are put together.

use super::ast::{Expr, ExprKind, Name, Part};
use super::cursor::{Parser, Read};
use crate::document::{Run, Text};

/// Where a template ends.
enum End<'m> {
    Quote,
    Heredoc(&'m str),
    Text,
}

/// Text with the way back, before it is put together.
#[derive(Default)]
struct Literal {
    text: String,
    runs: Vec<Run>,
    start: usize,
    end: usize,
}

enum Piece {
    Literal(Literal),
    Value(Expr),
    If(Expr),
    Else,
    EndIf,
    For(Option<Name>, Name, Expr),
    EndFor,
}

impl Literal {
    fn verbatim(&mut self, text: &str, source: usize) {
        if !text.is_empty() {
            self.run(source, true);
            self.text.push_str(text);
        }
    }

    fn escape(&mut self, ch: char, source: usize) {
        self.run(source, false);
        self.text.push(ch);
    }

    fn run(&mut self, source: usize, verbatim: bool) {
        let text = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.runs.push(Run { text, source: u32::try_from(source).unwrap_or(u32::MAX), verbatim });
    }

    fn append(&mut self, other: Literal) {
        let offset = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.runs.extend(other.runs.into_iter().map(|run| Run { text: run.text.saturating_add(offset), ..run }));
        self.text.push_str(&other.text);
        self.end = other.end;
    }

    /// Takes bytes off the front.
    fn drop_front(&mut self, count: usize) {
        let cut = u32::try_from(count).unwrap_or(u32::MAX);
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            let moved = if run.text >= cut {
                Run { text: run.text - cut, ..*run }
            } else {
                // What is dropped of a run moves its source along.
                let source = if run.verbatim { run.source + (cut - run.text) } else { run.source };
                Run { text: 0, source, verbatim: run.verbatim }
            };
            if runs.last().is_some_and(|last: &Run| last.text == moved.text) {
                runs.pop();
            }
            runs.push(moved);
        }
        self.runs = runs;
        self.start += count;
        self.text.drain(..count.min(self.text.len()));
    }

    fn trim_front(&mut self) {
        let kept = self.text.trim_start().len();
        self.drop_front(self.text.len() - kept);
    }

    fn trim_back(&mut self) {
        let kept = self.text.trim_end().len();
        self.text.truncate(kept);
        self.runs.retain(|run| (run.text as usize) < kept.max(1));
    }
}

impl Parser<'_> {
    pub(super) fn quoted(&mut self) -> Read<Expr> {
        let start = self.at;
        self.at += 1;
        let pieces = self.pieces(&End::Quote)?;
        self.assembled(pieces, start, true)
    }

    pub(super) fn heredoc(&mut self) -> Read<Expr> {
        let start = self.at;
        self.at += 2;
        let indented = self.eat("-");
        let Some(marker) = self.identifier() else { return Err(self.fault("expected a heredoc's marker after `<<`")) };
        self.eat("\r");
        self.expect("\n", "after a heredoc's marker")?;
        let mut pieces = self.pieces(&End::Heredoc(&marker.text))?;
        if indented {
            take_indentation(&mut pieces);
        }
        self.assembled(pieces, start, false)
    }

    /// A whole text as a template.
    pub(super) fn template(&mut self) -> Read<Expr> {
        let pieces = self.pieces(&End::Text)?;
        self.assembled(pieces, 0, true)
    }

    /// The expression that pieces make: text when there is nothing else, and (in quotes) a lone insertion is the value
    /// itself.
    fn assembled(&mut self, pieces: Vec<Piece>, start: usize, unwraps: bool) -> Read<Expr> {
        let span = self.span(start, self.at);
        if pieces.iter().all(|piece| matches!(piece, Piece::Literal(_))) {
            let mut whole = Literal { start, end: start, ..Literal::default() };
            for piece in pieces {
                if let Piece::Literal(literal) = piece {
                    whole.append(literal);
                }
            }
            let text = self.traced(whole);
            return Ok(Expr { kind: ExprKind::Text(text), span });
        }
        let mut parts = self.parts(pieces)?;
        if unwraps
            && let [Part::Value(_)] = parts.as_slice()
            && let Some(Part::Value(only)) = parts.pop()
        {
            return Ok(Expr { kind: ExprKind::Wrapped(Box::new(only)), span });
        }
        Ok(Expr { kind: ExprKind::Template(parts), span })
    }

    /// A piece of text with the way back to the file. An escape at the end is closed by an empty run.
    fn traced(&self, mut literal: Literal) -> Text {
        let Some(base) = self.base() else { return Text::opaque(literal.text) };
        if literal.runs.last().is_some_and(|run| !run.verbatim) {
            literal.run(literal.end, true);
        }
        for run in &mut literal.runs {
            run.source = run.source.saturating_add(base);
        }
        Text::with_runs(literal.text, literal.runs)
    }

    fn pieces(&mut self, end: &End<'_>) -> Read<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut literal = Literal { start: self.at, ..Literal::default() };
        let mut trim_next = false;
        loop {
            let line_start = self.at == 0 || self.text.as_bytes().get(self.at - 1) == Some(&b'\n');
            if let End::Heredoc(marker) = end
                && line_start
                && let Some(length) = closes(self.rest(), marker)
            {
                self.at += length;
                break;
            }
            let Some(byte) = self.peek() else {
                match end {
                    End::Text => break,
                    End::Quote => return Err(self.fault("the string is not closed")),
                    End::Heredoc(marker) => return Err(self.fault(format!("the heredoc is not closed by `{marker}`"))),
                }
            };
            match byte {
                b'"' if matches!(end, End::Quote) => {
                    self.at += 1;
                    break;
                }
                b'\n' if matches!(end, End::Quote) => return Err(self.fault("the string is not closed on its line")),
                b'\\' if matches!(end, End::Quote) => self.escape(&mut literal)?,
                b'$' | b'%' if self.peek_at(1) == Some(byte) && self.peek_at(2) == Some(b'{') => {
                    // `$${` stands for `${`: the first sign is skipped.
                    literal.verbatim(self.text.get(self.at + 1..self.at + 3).unwrap_or(""), self.at + 1);
                    self.at += 3;
                }
                b'$' | b'%' if self.peek_at(1) == Some(b'{') => {
                    let trim_before = self.peek_at(2) == Some(b'~');
                    self.close(&mut literal, &mut pieces, &mut trim_next, trim_before);
                    let (piece, trim) = self.inserted(byte == b'%')?;
                    pieces.push(piece);
                    trim_next = trim;
                    literal.start = self.at;
                }
                _ => {
                    self.plain(&mut literal, end);
                    // Every line is a piece of its own: a `~` takes blanks off its own line and no other.
                    if literal.text.ends_with('\n') {
                        self.close(&mut literal, &mut pieces, &mut trim_next, false);
                    }
                }
            }
        }
        self.close(&mut literal, &mut pieces, &mut trim_next, false);
        Ok(pieces)
    }

    /// Ends a literal, taking off the blanks beside a `~`.
    fn close(&self, literal: &mut Literal, pieces: &mut Vec<Piece>, trim_front: &mut bool, trim_back: bool) {
        let mut done = std::mem::take(literal);
        literal.start = self.at;
        done.end = self.at;
        if done.text.is_empty() {
            return;
        }
        if std::mem::take(trim_front) {
            done.trim_front();
        }
        if trim_back {
            done.trim_back();
        }
        pieces.push(Piece::Literal(done));
    }

    /// Reads text up to the next byte that may mean something.
    fn plain(&mut self, literal: &mut Literal, end: &End<'_>) {
        let rest = self.rest();
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let tail = rest.get(first..).unwrap_or("");
        let ends: &[char] = match end {
            End::Quote => &['"', '\\', '$', '%', '\n'],
            End::Heredoc(_) | End::Text => &['$', '%', '\n'],
        };
        let lines = !matches!(end, End::Quote);
        let line_end = lines && rest.starts_with('\n');
        let mut length = if line_end { first } else { first + tail.find(ends).unwrap_or(tail.len()) };
        if lines && !line_end && rest.as_bytes().get(length) == Some(&b'\n') {
            length += 1;
        }
        // A `$` or `%` that begins nothing is text, and what follows it is looked at again.
        literal.verbatim(rest.get(..length).unwrap_or(""), self.at);
        self.at += length;
    }

    fn escape(&mut self, literal: &mut Literal) -> Read<()> {
        let start = self.at;
        let digits = match self.peek_at(1) {
            Some(b'u') => 4,
            Some(b'U') => 8,
            other => {
                let ch = match other {
                    Some(b'n') => '\n',
                    Some(b'r') => '\r',
                    Some(b't') => '\t',
                    Some(b'"') => '"',
                    Some(b'\\') => '\\',
                    _ => return Err(self.fault("unknown escape in a string")),
                };
                literal.escape(ch, start);
                self.at += 2;
                return Ok(());
            }
        };
        let code = self.text.get(start + 2..start + 2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let Some(ch) = code.and_then(char::from_u32) else {
            return Err(self.fault("expected the hexadecimal code of a character"));
        };
        literal.escape(ch, start);
        self.at += 2 + digits;
        Ok(())
    }

    /// `${...}` or `%{...}`, and whether blanks after it are taken off.
    fn inserted(&mut self, directive: bool) -> Read<(Piece, bool)> {
        self.at += 2;
        self.eat("~");
        self.nested(false, |parser| {
            parser.skip();
            let piece = if directive { parser.directive()? } else { Piece::Value(parser.expr()?) };
            parser.skip();
            let trim = parser.eat("~");
            parser.expect("}", "to close what is inserted in a template")?;
            Ok((piece, trim))
        })
    }

    fn directive(&mut self) -> Read<Piece> {
        if self.eat_word("if") {
            return Ok(Piece::If(self.expr()?));
        }
        if self.eat_word("else") {
            return Ok(Piece::Else);
        }
        if self.eat_word("endif") {
            return Ok(Piece::EndIf);
        }
        if self.eat_word("endfor") {
            return Ok(Piece::EndFor);
        }
        if self.at_word("for") {
            let (key, value, collection) = self.for_header()?;
            return Ok(Piece::For(key, value, collection));
        }
        Err(self.fault("expected `if`, `else`, `endif`, `for` or `endfor`"))
    }

    fn parts(&mut self, pieces: Vec<Piece>) -> Read<Vec<Part>> {
        let mut pieces = pieces.into_iter();
        let (parts, stopped) = self.parts_until(&mut pieces)?;
        match stopped {
            None => Ok(parts),
            Some(_) => Err(self.fault("a directive of the template ends what has not begun")),
        }
    }

    /// Parts up to a piece that ends a block, which is returned.
    fn parts_until(&mut self, pieces: &mut std::vec::IntoIter<Piece>) -> Read<(Vec<Part>, Option<Piece>)> {
        self.nested(true, |parser| {
            let mut parts = Vec::new();
            while let Some(piece) = pieces.next() {
                match piece {
                    Piece::Literal(literal) => {
                        if let Some(part) = parser.text_part(literal) {
                            parts.push(part);
                        }
                    }
                    Piece::Value(expr) => parts.push(Part::Value(expr)),
                    Piece::If(condition) => {
                        let (then, stopped) = parser.parts_until(pieces)?;
                        let (otherwise, stopped) = match stopped {
                            Some(Piece::Else) => parser.parts_until(pieces)?,
                            other => (Vec::new(), other),
                        };
                        if !matches!(stopped, Some(Piece::EndIf)) {
                            return Err(parser.fault("a template's `if` is not closed by `endif`"));
                        }
                        parts.push(Part::If { condition, then, otherwise });
                    }
                    Piece::For(key, value, collection) => {
                        let (body, stopped) = parser.parts_until(pieces)?;
                        if !matches!(stopped, Some(Piece::EndFor)) {
                            return Err(parser.fault("a template's `for` is not closed by `endfor`"));
                        }
                        parts.push(Part::For { key, value, collection, body });
                    }
                    Piece::Else | Piece::EndIf | Piece::EndFor => return Ok((parts, Some(piece))),
                }
            }
            Ok((parts, None))
        })
    }

    fn text_part(&self, literal: Literal) -> Option<Part> {
        if literal.text.is_empty() {
            return None;
        }
        let span = self.span(literal.start, literal.end.max(literal.start));
        Some(Part::Text(self.traced(literal), span))
    }
}

/// The length of the rest of the line when it holds nothing but the marker; the line end is not part of it.
fn closes(rest: &str, marker: &str) -> Option<usize> {
    let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    (line.trim_matches([' ', '\t']) == marker).then_some(line.len())
}

/// Takes off what all lines of an indented heredoc have in common. Blank lines do not count; a line that begins with
/// an insertion has no indentation.
fn take_indentation(pieces: &mut [Piece]) {
    let mut least = usize::MAX;
    let mut at_line_start = true;
    let mut starts = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let literal = match piece {
            Piece::Literal(literal) => Some(literal.text.as_str()),
            _ => None,
        };
        if at_line_start {
            at_line_start = false;
            let text = literal.unwrap_or("x");
            let trimmed = text.trim_start();
            if !(trimmed.is_empty() && text.ends_with('\n')) {
                least = least.min(text.chars().take_while(|ch| ch.is_whitespace()).count());
                starts.push(at);
            }
        }
        at_line_start |= literal.is_some_and(|text| text.ends_with('\n'));
    }
    for at in starts {
        if let Some(Piece::Literal(literal)) = pieces.get_mut(at) {
            let bytes = literal.text.chars().take(least).map(char::len_utf8).sum();
            literal.drop_front(bytes);
        }
    }
}
