//! Markdown: front matter, headings, links, and the text that is not code.
//!
//! The tree is a map with `front_matter` (as its own syntax reads it; absent when there is none), `headings` (maps of
//! `level` and `text`), `links` (maps of `text` and `target`), `words`, a number, and `text`, without front matter,
//! code blocks and comments.

mod links;
#[cfg(test)]
mod tests;

use super::lines::{Line, lines_from};
use super::spelled::Spelled;
use super::{Parsed, Syntax};
use std::ops::Range;

use crate::document::{Entry, Node, Problem, Value};
use crate::source::{Source, Span};

/// The syntax of Markdown.
pub const MARKDOWN: Syntax = Syntax {
    name: "markdown",
    doc: "Markdown with YAML or TOML front matter",
    comments: &["<!--", "[//]:", "#"],
    parse,
};

fn parse(source: &Source) -> Parsed {
    let mut parsed = Parsed::default();
    let mut entries = Vec::new();
    let body = match front_matter(source) {
        Some(Ok(front)) => {
            entries.extend(read_front_matter(source, &front, &mut parsed.problems));
            front.after
        }
        Some(Err(opening)) => {
            let message = "front matter is opened here and never closed";
            parsed.problems.push(Problem::error("syntax::markdown", source.path(), Some(opening), message));
            0
        }
        None => 0,
    };
    let mut reader = Reader::new(source);
    for line in lines_from(source.text(), body) {
        reader.line(&line);
    }
    entries.extend(reader.finish());
    parsed.roots.push(Node::map(entries, source.whole()));
    parsed
}

struct FrontMatter {
    syntax: &'static str,
    /// From the first fence to the last.
    span: Span,
    /// The lines between the fences.
    inner: Span,
    /// Where the body begins.
    after: usize,
}

/// The front matter, when the file opens one; the error is the fence that nothing closes. Lines of dashes are also
/// how a rule is drawn, so they open front matter only when the next line looks like a key.
fn front_matter(source: &Source) -> Option<Result<FrontMatter, Span>> {
    let mut lines = lines_from(source.text(), 0);
    let first = lines.next()?;
    let fence = first.text.trim_end();
    let (syntax, closing): (_, &[&str]) = match fence {
        "---" => ("yaml", &["---", "..."]),
        "+++" => ("toml", &["+++"]),
        _ => return None,
    };
    if syntax == "yaml" && lines.clone().next().is_some_and(|next| next.is_blank()) {
        return None;
    }
    let closing = lines.find(|line| closing.contains(&line.text.trim_end()));
    Some(closing.ok_or(source.span(first.start, first.end())).map(|last| FrontMatter {
        syntax,
        span: source.span(first.start, last.end()),
        inner: source.span(first.next, last.start),
        after: last.next,
    }))
}

/// Reads front matter with the syntax it is written in. The text before it is blanked, so that all places are right.
fn read_front_matter(source: &Source, front: &FrontMatter, problems: &mut Vec<Problem>) -> Option<Entry> {
    let syntax = super::named(front.syntax)?;
    let blank = " ".repeat(3) + source.text().get(3..front.inner.start as usize)?;
    let text = blank + source.slice(front.inner);
    let parsed = (syntax.parse)(&Source::from_text(source.id(), source.path(), &text));
    problems.extend(parsed.problems);
    let root = parsed.roots.into_iter().next().filter(|root| !matches!(root.value, Value::Null));
    let mut root = root.unwrap_or_else(|| Node::map(Vec::new(), front.inner));
    root.span = front.inner;
    Some(Entry::new("front_matter", front.span, root))
}

/// What the lines before leave open.
enum Block {
    /// Nothing: headings, links and text are read.
    Text,
    /// A fence of this character and length is to be closed.
    Fence(char, usize),
    /// A comment is to be closed.
    Comment,
}

struct Reader<'a> {
    source: &'a Source,
    block: Block,
    /// The paragraph line before, which a line of `=` or `-` makes a heading.
    above: Option<Line<'a>>,
    /// Whether the line before was blank, and whether lines before belong to a list: what is indented is code only
    /// after a blank line and outside a list.
    blank: bool,
    list: bool,
    headings: Vec<Node>,
    links: Vec<Node>,
    /// Lines that belong together, whose links are not looked for yet: the text of a link may go over several.
    run: Range<usize>,
    words: usize,
    text: Spelled,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source) -> Reader<'a> {
        Reader {
            source,
            block: Block::Text,
            above: None,
            blank: true,
            list: false,
            headings: Vec::new(),
            links: Vec::new(),
            run: 0..0,
            words: 0,
            text: Spelled::default(),
        }
    }

    fn line(&mut self, line: &Line<'a>) {
        let trimmed = line.text.trim();
        match self.block {
            Block::Fence(mark, length) => {
                let run = trimmed.chars().take_while(|c| *c == mark).count();
                if run >= length && run == trimmed.chars().count() {
                    self.block = Block::Text;
                }
            }
            Block::Comment => self.comment(line, 0),
            Block::Text => self.text_line(line, trimmed),
        }
    }

    fn text_line(&mut self, line: &Line<'a>, trimmed: &str) {
        let above = self.above.take();
        let blank = std::mem::replace(&mut self.blank, trimmed.is_empty());
        if let Some((mark, length)) = fence(trimmed) {
            self.block = Block::Fence(mark, length);
            return;
        }
        let indented = line.text.starts_with("    ") || line.text.starts_with('\t');
        if indented && blank && !self.list {
            // What follows in the same code block counts as after a blank line too.
            self.blank = true;
            return;
        }
        if item(trimmed) {
            self.list = true;
        } else if blank && !indented && line.indent() == 0 && !trimmed.is_empty() {
            self.list = false;
        }
        // An item, a heading and the row of a table begin anew, and the latter two end with their lines.
        let alone = trimmed.starts_with(['#', '|']) || links::is_definition(line.text);
        if trimmed.is_empty() || item(trimmed) || alone {
            self.read_links();
        }
        if let Some(at) = line.text.find("<!--") {
            return self.comment(line, at);
        }
        self.prose(line, 0, line.next);
        if alone {
            self.read_links();
        }
        if !indented {
            self.heading(line, trimmed, above);
        }
    }

    /// Reads a line in which a comment stands from `at` on.
    fn comment(&mut self, line: &Line<'_>, at: usize) {
        self.prose(line, 0, line.start + at);
        let mut rest = at;
        self.block = Block::Comment;
        while let Some(close) = line.text.get(rest..).and_then(|text| text.find("-->")) {
            let from = rest + close + 3;
            let next = line.text.get(from..).and_then(|text| text.find("<!--")).map(|open| from + open);
            self.prose(line, from, next.map_or(line.next, |next| line.start + next));
            let Some(next) = next else {
                self.block = Block::Text;
                return;
            };
            rest = next;
        }
    }

    /// Counts the words and links of a line from its byte `from` up to the offset `to` of the file.
    fn prose(&mut self, line: &Line<'_>, from: usize, to: usize) {
        let start = line.start + from;
        let Some(text) = self.source.text().get(start..to.max(start)) else { return };
        self.text.verbatim(text, start);
        self.words += text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
        if self.run.end != start {
            self.read_links();
            self.run.start = start;
        }
        self.run.end = start + text.len();
    }

    /// Reads the links of the lines that belong together.
    fn read_links(&mut self) {
        let start = self.run.start;
        let run = std::mem::replace(&mut self.run, 0..0);
        let text = self.source.text().get(run).unwrap_or("");
        for link in links::links(text.trim_end_matches(['\r', '\n'])) {
            let part = |range: Range<usize>| {
                let span = self.source.span(start + range.start, start + range.end);
                Node::verbatim(self.source.slice(span), span, 0)
            };
            let (text, target) = (part(link.text), links::unescaped(part(link.target)));
            let span = text.span.to(target.span);
            let entries = vec![Entry::new("text", text.span, text), Entry::new("target", target.span, target)];
            self.links.push(Node::map(entries, span));
        }
    }

    fn heading(&mut self, line: &Line<'a>, trimmed: &str, above: Option<Line<'a>>) {
        let level = trimmed.bytes().take_while(|b| *b == b'#').count();
        let rest = trimmed.get(level..).unwrap_or("");
        if (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t'])) {
            let closed = rest.trim_end_matches('#');
            let text = if closed.is_empty() || closed.ends_with([' ', '\t']) { closed.trim() } else { rest.trim() };
            let lead = rest.len() - rest.trim_start().len();
            self.push_heading(level, text, line.start + line.indent() + level + lead);
        } else if let (Some(above), Some(level)) = (above, underline(trimmed)) {
            self.push_heading(level, above.text.trim(), above.start + above.indent());
        } else if !trimmed.is_empty() && !item(trimmed) && !trimmed.starts_with(['>', '|', '<']) {
            self.above = Some(*line);
        }
    }

    fn push_heading(&mut self, level: usize, text: &str, at: usize) {
        let at = if text.is_empty() { at.min(self.source.text().len()) } else { at };
        let span = self.source.span(at, at + text.len());
        let level = Node::new(Value::Int(i64::try_from(level).unwrap_or(6)), span);
        let entries = vec![Entry::new("level", span, level), Entry::new("text", span, Node::verbatim(text, span, 0))];
        self.headings.push(Node::map(entries, span));
    }

    fn finish(mut self) -> [Entry; 4] {
        self.read_links();
        let (whole, top) = (self.source.whole(), self.source.span(0, 0));
        let words = Node::new(Value::Int(i64::try_from(self.words).unwrap_or(i64::MAX)), top);
        [
            Entry::new("headings", top, Node::list(self.headings, whole)),
            Entry::new("links", top, Node::list(self.links, whole)),
            Entry::new("words", top, words),
            Entry::new("text", top, Node::new(Value::Str(self.text.finish()), whole)),
        ]
    }
}

/// The character and length of a code fence.
fn fence(trimmed: &str) -> Option<(char, usize)> {
    let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = trimmed.chars().take_while(|c| *c == mark).count();
    let info = trimmed.get(length..)?;
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length))
}

/// Whether a line begins an item of a list.
fn item(trimmed: &str) -> bool {
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let rest = trimmed.get(digits..).unwrap_or("");
    let after = if digits > 0 { rest.strip_prefix(['.', ')']) } else { rest.strip_prefix(['-', '*', '+']) };
    after.is_some_and(|after| after.starts_with([' ', '\t']))
}

/// The level of the heading that a line of `=` or `-` makes of the line above.
fn underline(trimmed: &str) -> Option<usize> {
    let only = |c: char| !trimmed.is_empty() && trimmed.chars().all(|other| other == c);
    if only('=') { Some(1) } else { only('-').then_some(2) }
}
