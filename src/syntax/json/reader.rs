//! The recovering reader.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{CODE, string};
use crate::document::{Entry, MAX_DEPTH, Node, Problem, Value};
use crate::source::{FileId, Span};
use crate::syntax::keys::written_twice;

/// Most problems that are listed for one file.
const MAX_PROBLEMS: usize = 25;

/// Reads one text from front to back. Invariant: `at` is on a character boundary, and every loop moves it.
pub(super) struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    trailing_commas: bool,
    line_breaks: bool,
    problems: Vec<Problem>,
    keys: FxHashMap<&'a str, Arc<str>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: FileId, text: &'a str, trailing_commas: bool) -> Reader<'a> {
        let keys = FxHashMap::default();
        Reader { file, text, at: 0, trailing_commas, line_breaks: false, problems: Vec::new(), keys }
    }

    /// The same, for a language in which strings may go over several lines.
    pub(super) fn with_line_breaks(self) -> Reader<'a> {
        Reader { line_breaks: true, ..self }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    /// The value that starts here.
    pub(super) fn root(&mut self) -> Node {
        let before = self.at;
        let node = self.value_or_unresolved(0);
        if self.at == before {
            // A closing bracket or a comma where a document should start.
            self.at += self.char_len();
        }
        node
    }

    /// Where the reader is, and how many problems it has met.
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.at, self.problems.len())
    }

    /// Forgets what was read since a mark.
    pub(super) fn back_to(&mut self, (at, problems): (usize, usize)) {
        self.at = at;
        self.problems.truncate(problems);
    }

    pub(super) fn trailing_text(&mut self) {
        let end = self.text.len();
        self.error(self.at, end, "text after the end of the value", "a JSON file holds one value");
    }

    pub(super) fn nothing_written(&mut self) {
        self.error(0, 0, "there is no value in this file", "write `{}` for an empty object");
    }

    /// Passes over white space and comments.
    pub(super) fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') => {
                    if !self.skip_comment() {
                        return;
                    }
                }
                Some(0xEF) if self.rest().starts_with('\u{feff}') => self.at += 3,
                _ => return,
            }
        }
    }

    fn skip_comment(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("//") {
            self.at += memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
            return true;
        }
        if !rest.starts_with("/*") {
            return false;
        }
        let start = self.at;
        if let Some(close) = rest.get(2..).and_then(|body| memchr::memmem::find(body.as_bytes(), b"*/")) {
            self.at += close + 4;
        } else {
            self.at = self.text.len();
            self.error(start, start + 2, "comment is not closed", "close it with `*/`");
        }
        true
    }

    /// The value that starts here; what cannot be read is passed over and unresolved.
    fn value_or_unresolved(&mut self, depth: usize) -> Node {
        let start = self.at;
        if let Some(node) = self.value(depth) {
            return node;
        }
        self.at = start;
        self.skip_to_delimiter();
        let end = start + self.text.get(start..self.at).unwrap_or("").trim_end().len();
        let written = self.text.get(start..end).unwrap_or("");
        let (message, help) = explain(written);
        self.error(start, end.max(start + self.char_len_at(start)), message, help);
        Node::unresolved(written, "it is not JSON", self.span(start, end))
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        match self.peek()? {
            b'{' | b'[' if depth >= MAX_DEPTH => Some(self.too_deep()),
            b'{' => Some(self.object(depth)),
            b'[' => Some(self.array(depth)),
            b'"' => Some(self.string()),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Node {
        let open = self.at;
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            self.skip_blank();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b'"') => entries.extend(self.member(depth)),
                Some(b',') => self.stray_comma(),
                None | Some(b']') => {
                    self.unclosed(open, "`{` is not closed", "add the missing `}`");
                    break;
                }
                Some(_) => {
                    let start = self.at;
                    self.skip_to_delimiter();
                    self.error(start, self.at, "expected a key in double quotes", "keys of JSON are strings");
                }
            }
            self.after_item(b'}');
        }
        self.duplicates(&entries);
        Node::map(entries, self.span(open, self.at))
    }

    /// `"key": value`; nothing when there is no colon.
    fn member(&mut self, depth: usize) -> Option<Entry> {
        let start = self.at;
        let name = self.key();
        let span = self.span(start, self.at);
        self.skip_blank();
        if self.peek() == Some(b':') {
            self.at += 1;
            self.skip_blank();
        } else {
            self.error(start, self.at, "expected `:` and a value after this key", "write `\"key\": value`");
            if matches!(self.peek(), None | Some(b',' | b'}' | b']')) {
                return None;
            }
        }
        let value = self.value_or_unresolved(depth + 1);
        Some(Entry::new(name, span, value))
    }

    fn array(&mut self, depth: usize) -> Node {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_blank();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.stray_comma(),
                None | Some(b'}') => {
                    self.unclosed(open, "`[` is not closed", "add the missing `]`");
                    break;
                }
                Some(_) => items.push(self.value_or_unresolved(depth + 1)),
            }
            self.after_item(b']');
        }
        Node::list(items, self.span(open, self.at))
    }

    /// Passes over the comma between two items; `close` is what ends the collection.
    fn after_item(&mut self, close: u8) {
        self.skip_blank();
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.skip_blank();
                if self.peek() == Some(close) && !self.trailing_commas {
                    let problem = "comma after the last item";
                    let notice = Problem::notice(CODE, "", Some(self.span(comma, comma + 1)), problem);
                    self.push(notice.help("remove it; most JSON readers refuse the file"));
                }
            }
            None | Some(b'}' | b']') => {}
            Some(_) => {
                let end = self.at + self.char_len();
                self.error(self.at, end, "expected a comma before this", "separate items with `,`");
            }
        }
    }

    fn stray_comma(&mut self) {
        // The caller passes over it as the separator that it is.
        self.error(self.at, self.at + 1, "comma without an item before it", "remove it");
    }

    fn string(&mut self) -> Node {
        let start = self.at;
        let (raw_start, raw_end) = self.quoted();
        let raw = self.text.get(raw_start..raw_end).unwrap_or("");
        let (text, bad) = string::decode(raw, raw_start);
        self.bad_escape(raw_start, bad);
        Node::new(Value::Str(text), self.span(start, self.at))
    }

    /// The text of a key, shared between the places where it is written.
    fn key(&mut self) -> Arc<str> {
        let (raw_start, raw_end) = self.quoted();
        let raw = self.text.get(raw_start..raw_end).unwrap_or("");
        if let Some(known) = self.keys.get(raw) {
            return Arc::clone(known);
        }
        let (text, bad) = string::decode(raw, raw_start);
        self.bad_escape(raw_start, bad);
        let name = text.shared();
        self.keys.insert(raw, Arc::clone(&name));
        name
    }

    fn bad_escape(&mut self, raw_start: usize, bad: Option<(usize, usize)>) {
        if let Some((start, end)) = bad {
            let help = "write a backslash as `\\\\`";
            self.error(raw_start + start, raw_start + end, "JSON has no such escape", help);
        }
    }

    /// Passes over a string; the range between its quotes. One that is not closed ends with its line.
    fn quoted(&mut self) -> (usize, usize) {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        loop {
            let rest = self.rest().as_bytes();
            let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                self.at = self.text.len();
                break;
            };
            self.at += found;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return (start, self.at - 1);
                }
                Some(b'\\') => {
                    self.at += 1;
                    if self.peek() != Some(b'\n') {
                        self.at += self.char_len();
                    }
                }
                _ => match self.end_of_lines().filter(|_| self.line_breaks) {
                    Some(end) => self.at = end,
                    None => break,
                },
            }
        }
        self.error(open, self.at, "string is not closed on its line", "add the missing `\"`, or write `\\n`");
        (start, self.at)
    }

    /// Where the string ends that goes on after this line, by what stands behind the next quote: after a string that
    /// somebody forgot to close, the next quote begins one.
    fn end_of_lines(&self) -> Option<usize> {
        let mut at = self.at;
        loop {
            let rest = self.text.get(at..)?;
            at += rest.find(['"', '\\'])?;
            let behind = self.text.get(at + 1..)?;
            if self.text.as_bytes().get(at) == Some(&b'"') {
                let behind = behind.trim_start();
                return [",", "}", "]", "//", "/*"].iter().any(|next| behind.starts_with(next)).then_some(at);
            }
            at += 1 + behind.chars().next().map_or(0, char::len_utf8);
        }
    }

    fn number(&mut self) -> Option<Node> {
        let start = self.at;
        let length = self.rest().bytes().take_while(|byte| is_word(*byte)).count();
        let written = self.text.get(start..start + length)?;
        let value = if is_number(written) {
            match written.parse::<i64>() {
                Ok(value) => Value::Int(value),
                Err(_) => Value::Float(written.parse().ok()?),
            }
        } else if written == "-Infinity" {
            Value::Float(f64::NEG_INFINITY)
        } else {
            return None;
        };
        self.at += length;
        Some(Node::new(value, self.span(start, self.at)))
    }

    fn word(&mut self) -> Option<Node> {
        let start = self.at;
        let length = self.rest().bytes().take_while(|byte| is_word(*byte)).count();
        let value = match self.text.get(start..start + length)? {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "NaN" => Value::Float(f64::NAN),
            "Infinity" => Value::Float(f64::INFINITY),
            _ => return None,
        };
        self.at += length;
        Some(Node::new(value, self.span(start, self.at)))
    }

    fn too_deep(&mut self) -> Node {
        let start = self.at;
        self.skip_to_delimiter();
        let because = format!("it is nested deeper than {MAX_DEPTH} levels");
        self.error(start, start + 1, because.clone(), "flatten the structure");
        Node::unresolved("", because, self.span(start, self.at))
    }

    /// Passes over whatever stands here, up to the comma or bracket that ends it.
    fn skip_to_delimiter(&mut self) {
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' if open > 0 => {
                    open -= 1;
                    if open == 0 {
                        self.at += 1;
                        return;
                    }
                }
                b'}' | b']' => return,
                b',' if open == 0 => return,
                b'"' => {
                    self.skip_string();
                    continue;
                }
                _ => {}
            }
            self.at += self.char_len();
        }
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', self.rest().as_bytes()) {
            self.at += found;
            let escape = self.peek() == Some(b'\\');
            self.at += 1;
            if !escape {
                return;
            }
            self.at += self.char_len();
        }
        self.at = self.text.len();
    }

    fn duplicates(&mut self, entries: &[Entry]) {
        for entry in written_twice(entries) {
            let message = format!("key `{}` is written twice", entry.key.name);
            let notice = Problem::notice(CODE, "", Some(entry.key.span), message);
            self.push(notice.help("the last one counts; remove the other"));
        }
    }

    fn unclosed(&mut self, open: usize, message: &str, help: &str) {
        // Of brackets left open at the end of the text only the innermost is reported.
        let at_end = self.at_end();
        let reported = at_end && self.problems.last().is_some_and(|last| last.message.ends_with("is not closed"));
        if !reported {
            self.error(open, open + 1, message, help);
        }
    }

    fn error(&mut self, start: usize, end: usize, message: impl Into<String>, help: &str) {
        let problem = Problem::error(CODE, "", Some(self.span(start, end.min(self.text.len()))), message);
        self.push(problem.help(help));
    }

    fn push(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn char_len(&self) -> usize {
        self.char_len_at(self.at)
    }

    fn char_len_at(&self, at: usize) -> usize {
        self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }
}

/// What is wrong with a text in the place of a value.
fn explain(written: &str) -> (&'static str, &'static str) {
    match written.chars().next() {
        None => ("expected a value", "a value is an object, a list, a string, a number, true, false or null"),
        Some('\'') => ("strings of JSON stand in double quotes", "replace the quotes"),
        Some('-' | '+' | '.' | '0'..='9') => ("this is not a number of JSON", "quote it to make it a string"),
        Some(_) => ("this is not a value of JSON", "quote it to make it a string"),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b'$') || byte >= 0x80
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn is_number(written: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest = written.strip_prefix('-').unwrap_or(written);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
