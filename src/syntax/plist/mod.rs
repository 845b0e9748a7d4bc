//! Property lists of Apple in XML: what configuration profiles are written in.
//!
//! `dict` is a map, `array` a list, `data` and `date` are strings as written. What would keep the parser busy without
//! bound is refused before parsing. A number that is a placeholder of a management server (`<integer>$LIMIT</integer>`)
//! is unresolved.

#[cfg(test)]
mod tests;
mod text;

use ::roxmltree::{Document as Xml, Node as Element, ParsingOptions};

use crate::document::{Entry, MAX_DEPTH, Node, Problem, Value};
use crate::source::{Source, Span};
use crate::syntax::xml::guard::{self, Limits};
use crate::syntax::{Parsed, Syntax, keys, spelled};

/// The syntax.
pub const PLIST: Syntax = Syntax {
    name: "plist",
    doc: "Apple property lists in XML; dates and data are strings",
    comments: &["<!--"],
    parse,
};

/// What a file of this language is when it is no text.
pub const NOT_TEXT: &str = "is signed, or a property list in its binary form, and is not read";

/// The stable name of this syntax's problems.
const CODE: &str = "syntax::plist";

/// Most problems that are listed for one file.
const MAX_PROBLEMS: usize = 25;

/// Most elements, texts and comments that are read.
const MAX_NODES: u32 = 1 << 20;

const LIMITS: Limits = Limits { tag: 1024, namespaces: 16, of: "this tag is longer than any of property lists" };

fn parse(source: &Source) -> Parsed {
    let mut reading = Reading { source, start: lead(source.text()), problems: Vec::new() };
    let root = reading.root();
    Parsed { roots: vec![root], problems: reading.problems }
}

/// How much white space stands before the XML; property lists are read in spite of it.
fn lead(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// From elements to trees.
struct Reading<'a> {
    source: &'a Source,
    /// Where the XML begins.
    start: usize,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn root(&mut self) -> Node {
        let text = self.source.text().get(self.start..).unwrap_or("");
        if let Some((place, because)) = guard::refusal(text, &LIMITS) {
            let span = self.bounded(place.start, place.end);
            return self.refuse(span, because, self.source.whole());
        }
        let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        match Xml::parse_with_options(text, options) {
            Ok(xml) => self.plist(xml.root_element()),
            Err(error) => {
                let span = guard::place(self.source, self.start, error.pos());
                self.refuse(span, &guard::message(&error), self.source.whole())
            }
        }
    }

    fn plist(&mut self, outermost: Element<'_, '_>) -> Node {
        let (span, whole) = (self.span(outermost), self.source.whole());
        if outermost.tag_name().name() != "plist" {
            return self.refuse(span, "`plist` was expected as the outermost element", whole);
        }
        let elements = self.elements(outermost);
        let [only] = elements.as_slice() else {
            return self.refuse(span, "one value was expected in `plist`", whole);
        };
        Node { span: whole, ..self.value(*only, 0) }
    }

    fn value(&mut self, element: Element<'_, '_>, depth: usize) -> Node {
        let span = self.span(element);
        if depth > MAX_DEPTH {
            return self.refuse(span, &format!("it is nested deeper than {MAX_DEPTH} levels"), span);
        }
        match element.tag_name().name() {
            "dict" => self.dict(element, depth),
            "array" => {
                let elements = self.elements(element);
                Node::list(elements.into_iter().map(|item| self.value(item, depth + 1)).collect(), span)
            }
            "true" => Node::new(Value::Bool(true), span),
            "false" => Node::new(Value::Bool(false), span),
            "string" | "date" | "data" => Node::new(Value::Str(text::content(self.source, span)), span),
            "integer" => self.number(span, |text| integer(text).map(Value::Int)),
            "real" => self.number(span, |text| text.parse().ok().map(Value::Float)),
            other => self.refuse(span, &format!("`{other}` is no element of property lists"), span),
        }
    }

    fn dict(&mut self, element: Element<'_, '_>, depth: usize) -> Node {
        let elements = self.elements(element);
        let mut entries = Vec::with_capacity(elements.len() / 2);
        let mut rest = elements.into_iter().peekable();
        while let Some(first) = rest.next() {
            let span = self.span(first);
            if first.tag_name().name() != "key" {
                self.problem(span, "a `key` was expected before this value");
                continue;
            }
            let key = text::content(self.source, span);
            let key_span = spelled::span(&key, 0, key.as_str().len(), span);
            match rest.next_if(|next| next.tag_name().name() != "key") {
                Some(value) => entries.push(Entry::new(key.shared(), key_span, self.value(value, depth + 1))),
                None => self.problem(span, "this key has no value"),
            }
        }
        for entry in keys::written_twice(&entries) {
            self.problem(entry.key.span, "this key is written twice");
        }
        Node::map(entries, self.span(element))
    }

    fn number(&mut self, span: Span, read: fn(&str) -> Option<Value>) -> Node {
        let text = spelled::trimmed(&text::content(self.source, span));
        if let Some(value) = read(text.as_str()) {
            return Node::new(value, span);
        }
        if is_placeholder(text.as_str()) {
            return Node::unresolved(text.as_str(), "the management server puts in a value here", span);
        }
        self.refuse(span, "it is not a number", span)
    }

    /// The elements in an element; text between them is a problem.
    fn elements<'x, 'input>(&mut self, element: Element<'x, 'input>) -> Vec<Element<'x, 'input>> {
        for child in element.children() {
            if child.is_text() && child.text().is_some_and(|text| !text.trim().is_empty()) {
                let span = self.span(child);
                self.problem(span, "text was not expected here");
            }
        }
        element.children().filter(Element::is_element).collect()
    }

    /// A value that cannot be read: a problem, and unresolved.
    fn refuse(&mut self, span: Span, because: &str, whole: Span) -> Node {
        self.problem(span, because);
        Node::unresolved("", because, whole)
    }

    fn problem(&mut self, span: Span, message: &str) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem::error(CODE, self.source.path(), Some(span), message));
        }
    }

    fn span(&self, element: Element<'_, '_>) -> Span {
        let range = element.range();
        self.bounded(range.start, range.end)
    }

    fn bounded(&self, start: usize, end: usize) -> Span {
        let length = self.source.text().len();
        self.source.span((self.start + start).min(length), (self.start + end).min(length))
    }
}

/// Whole numbers, also in hexadecimal.
fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok().map(|value| sign * value),
        None => text.strip_prefix('+').unwrap_or(text).parse().ok(),
    }
}

/// Whether a text stands for what a management server or a template puts in its place.
fn is_placeholder(text: &str) -> bool {
    let named = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
    text.strip_prefix('$').is_some_and(named)
        || text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')).is_some_and(named)
        || (text.starts_with("{{") && text.ends_with("}}"))
}
