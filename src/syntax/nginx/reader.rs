//! Directives and blocks, in one pass over the text.

use crate::document::{MAX_DEPTH, Node, Problem, Value};
use crate::source::{Source, Span};
use crate::syntax::spelled::Spelled;

/// A directive.
pub(super) struct Item {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its arguments, without quotes.
    pub arguments: Vec<Node>,
    /// The directives of its block.
    pub block: Option<Vec<Item>>,
    /// From the name to the semicolon or the closing brace.
    pub span: Span,
}

/// A block that is not closed yet.
struct Open {
    item: Item,
    items: Vec<Item>,
}

/// What differs between languages of directives that end in semicolons.
pub(super) struct Flavour {
    /// The code of problems.
    pub code: &'static str,
    /// Whether `//` and `/* */` are comments too, and a semicolon ends a block as well.
    pub like_c: bool,
}

/// Reads a whole file.
pub(super) struct Reader<'a> {
    source: &'a Source,
    flavour: &'a Flavour,
    text: &'a str,
    at: usize,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a file.
    pub fn new(source: &'a Source, flavour: &'a Flavour) -> Reader<'a> {
        Reader { source, flavour, text: source.text(), at: 0, problems: Vec::new() }
    }

    /// All directives of the file.
    pub fn items(&mut self) -> Vec<Item> {
        let mut open: Vec<Open> = Vec::new();
        let mut items = Vec::new();
        let mut words: Vec<Node> = Vec::new();
        // Blocks deeper than the limit, which are read and dropped.
        let mut dropped = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b';' if words.is_empty() && self.flavour.like_c => self.at += 1,
                b';' => {
                    self.at += 1;
                    items.extend(self.directive(std::mem::take(&mut words)));
                }
                b'{' => {
                    self.at += 1;
                    let Some(item) = self.directive(std::mem::take(&mut words)) else { continue };
                    if item.name.ends_with("_by_lua_block") {
                        items.push(self.code(item));
                    } else if open.len() + 1 >= MAX_DEPTH {
                        dropped += 1;
                        self.problem(item.name_span, "blocks are nested too deeply to be read");
                    } else {
                        open.push(Open { item, items: std::mem::take(&mut items) });
                    }
                }
                b'}' => {
                    self.unfinished(&mut words, &mut items);
                    self.at += 1;
                    if dropped > 0 {
                        dropped -= 1;
                    } else if let Some(closed) = open.pop() {
                        self.close(closed, &mut items);
                    } else {
                        self.problem(self.source.span(self.at - 1, self.at), "this brace closes nothing");
                    }
                }
                _ => words.push(self.word()),
            }
        }
        self.unfinished(&mut words, &mut items);
        while let Some(unclosed) = open.pop() {
            self.problem(unclosed.item.name_span, "this block is never closed");
            self.close(unclosed, &mut items);
        }
        items
    }

    /// The next byte that is neither white space nor part of a comment.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += rest.len() - rest.trim_start().len();
            let rest = self.text.as_bytes().get(self.at..)?;
            let byte = *rest.first()?;
            let length = match rest {
                [b'/', b'*', inner @ ..] if self.flavour.like_c => {
                    memchr::memmem::find(inner, b"*/").map(|length| length + 4)
                }
                [b'#', ..] => memchr::memchr2(b'\n', b'\r', rest),
                [b'/', b'/', ..] if self.flavour.like_c => memchr::memchr2(b'\n', b'\r', rest),
                _ => return Some(byte),
            };
            self.at = length.map_or(self.text.len(), |length| self.at + length);
        }
    }

    /// The directive that these words are.
    fn directive(&mut self, mut words: Vec<Node>) -> Option<Item> {
        if words.is_empty() {
            self.problem(self.source.span(self.at - 1, self.at), "expected the name of a directive");
            return None;
        }
        let name = words.remove(0);
        let span = Span { end: self.source.span(self.at, self.at).end, ..name.span };
        let text = name.as_str().unwrap_or("").to_owned();
        Some(Item { name: text, name_span: name.span, arguments: words, block: None, span })
    }

    fn close(&self, closed: Open, items: &mut Vec<Item>) {
        let inner = std::mem::replace(items, closed.items);
        let span = closed.item.span.to(self.source.span(self.at, self.at));
        items.push(Item { block: Some(inner), span, ..closed.item });
    }

    fn unfinished(&mut self, words: &mut Vec<Node>, items: &mut Vec<Item>) {
        let span = words.iter().map(|word| word.span).reduce(Span::to);
        if let Some(span) = span {
            self.problem(span, "this directive does not end with `;`");
            items.extend(self.directive(std::mem::take(words)));
        }
    }

    /// A word, or a quoted string; escapes and quotes are resolved.
    fn word(&mut self) -> Node {
        let start = self.at;
        let mut spelled = Spelled::default();
        let quote = self.text.as_bytes().get(start).filter(|byte| matches!(byte, b'"' | b'\'')).copied();
        self.at += usize::from(quote.is_some());
        let mut before = ' ';
        while let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            let ends = match quote {
                Some(quote) => c == char::from(quote),
                // `${` begins a variable, any other brace a block.
                None => c.is_whitespace() || matches!(c, ';' | '}') || (c == '{' && before != '$'),
            };
            if ends && !(quote.is_none() && c == '}' && spelled_variable(&spelled)) {
                break;
            }
            let from = self.at;
            self.at += c.len_utf8();
            let next = self.text.get(self.at..).and_then(|rest| rest.chars().next());
            if let (Some(next), true) = (next, c == '\\') {
                self.at += next.len_utf8();
                let removed = matches!(next, '"' | '\'' | '\\' | ' ' | ';' | '{' | '}');
                let kept = if removed { from + 1 } else { from };
                spelled.verbatim(self.text.get(kept..self.at).unwrap_or(""), kept);
            } else {
                spelled.verbatim(self.text.get(from..self.at).unwrap_or(""), from);
            }
            before = c;
        }
        if quote.is_some() {
            if self.at < self.text.len() {
                self.at += 1;
            } else {
                self.problem(self.source.span(start, start + 1), "this quote is never closed");
            }
        }
        Node::new(Value::Str(spelled.finish()), self.source.span(start, self.at))
    }

    /// The code of a Lua block, up to the brace that closes it.
    fn code(&mut self, item: Item) -> Item {
        let start = self.at;
        let mut depth = 1_usize;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let span = self.source.span(start, self.at - 1);
                let code = Node::verbatim(self.source.slice(span), span, 0);
                return Item { span: item.span.to(self.source.span(self.at, self.at)), arguments: vec![code], ..item };
            }
        }
        self.problem(item.name_span, "this block is never closed");
        item
    }

    fn problem(&mut self, span: Span, message: &str) {
        self.problems.push(Problem::error(self.flavour.code, self.source.path(), Some(span), message));
    }
}

/// Whether a word so far has a `${` that is not closed.
fn spelled_variable(spelled: &Spelled) -> bool {
    let text = spelled.as_str();
    text.rfind("${").is_some_and(|open| text.get(open..).is_some_and(|rest| !rest.contains('}')))
}
