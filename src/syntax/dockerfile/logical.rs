//! The logical lines of a Dockerfile: continuations joined, comments dropped, heredocs attached.

use crate::document::{Problem, Text};
use crate::source::{Source, Span};
use crate::syntax::lines::{Line, Lines, lines_from};
use crate::syntax::spelled::Spelled;

use super::words;

/// An instruction as one line, however many it was written on.
pub(super) struct Logical {
    /// The line, without continuation characters, line ends, comments and leading blanks.
    pub text: Text,
    /// From the keyword to the last byte, heredocs included.
    pub span: Span,
    /// The heredocs it opens, in order.
    pub heredocs: Vec<Heredoc>,
}

/// A heredoc and its lines.
pub(super) struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// Whether variables are left alone in it, because the word was quoted.
    pub quoted: bool,
    /// Its lines, without leading tabs when it was opened with `<<-`.
    pub text: Text,
    /// From the first line to the line that ends it.
    pub span: Span,
}

/// Reads logical lines.
pub(super) struct Reader<'a> {
    source: &'a Source,
    lines: Lines<'a>,
    escape: char,
}

impl<'a> Reader<'a> {
    /// A reader from the byte `start` on.
    pub fn new(source: &'a Source, start: usize, escape: char) -> Reader<'a> {
        Reader { source, lines: lines_from(source.text(), start), escape }
    }

    /// The next logical line.
    pub fn next(&mut self, problems: &mut Vec<Problem>) -> Option<Logical> {
        let first = self.lines.find(|line| !line.is_blank() && !is_comment(line))?;
        let start = first.start + first.indent();
        let mut spelled = Spelled::default();
        let mut end = self.append(&mut spelled, &first, first.indent());
        while let Err(last) = end {
            let Some(line) = self.lines.next() else {
                end = Ok(last);
                break;
            };
            end = if line.is_blank() || is_comment(&line) { Err(last) } else { self.append(&mut spelled, &line, 0) };
        }
        let (Ok(mut end) | Err(mut end)) = end;
        spelled.trim_end();
        let text = spelled.finish();
        let line = self.source.span(start, end);
        let mut heredocs = Vec::new();
        for opened in words::heredocs(text.as_str(), self.escape) {
            let place = crate::syntax::spelled::span(&text, opened.range.start, opened.range.end, line);
            let heredoc = self.heredoc(opened, place, problems);
            end = end.max(heredoc.span.end as usize);
            heredocs.push(heredoc);
        }
        Some(Logical { text, span: self.source.span(start, end), heredocs })
    }

    /// Adds a line from its byte `from` on; `Err` when it is continued. Either holds the offset after its last byte.
    fn append(&self, spelled: &mut Spelled, line: &Line<'_>, from: usize) -> Result<usize, usize> {
        let start = line.start + from;
        let text = line.text.get(from..).unwrap_or("");
        if let Some(before) = continued(text, self.escape) {
            spelled.verbatim(before, start);
            Err(line.start + line.text.trim_end().len())
        } else {
            spelled.verbatim(text, start);
            Ok(line.start + line.text.trim_end().len())
        }
    }

    fn heredoc(&mut self, opened: words::Opened, place: Span, problems: &mut Vec<Problem>) -> Heredoc {
        let mut text = Spelled::default();
        let all = self.source.text();
        let start = self.lines.clone().next().map_or(all.len(), |line| line.start);
        let mut end = start;
        for line in self.lines.by_ref() {
            let tabs = if opened.strip { line.text.len() - line.text.trim_start_matches('\t').len() } else { 0 };
            let content = line.start + tabs;
            end = line.end();
            if all.get(content..end) == Some(opened.name.as_str()) {
                let span = self.source.span(start, end);
                return Heredoc { name: opened.name, quoted: opened.quoted, text: text.finish(), span };
            }
            text.verbatim(all.get(content..line.next).unwrap_or(""), content);
        }
        let message = format!("heredoc `{}` is opened here and never closed", opened.name);
        problems.push(Problem::error("syntax::dockerfile", self.source.path(), Some(place), message));
        Heredoc { name: opened.name, quoted: opened.quoted, text: text.finish(), span: self.source.span(start, end) }
    }
}

fn is_comment(line: &Line<'_>) -> bool {
    line.text.trim_start().starts_with('#')
}

/// What stands before a continuation character at the end of a line, if there is one.
fn continued(line: &str, escape: char) -> Option<&str> {
    let before = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before)
}
