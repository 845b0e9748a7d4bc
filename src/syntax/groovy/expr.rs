//! Expressions: values, calls, and what operators join.

use super::cursor::{Fault, Parser, Read};
use super::text::{Piece, of_pieces};
use super::{NOT_UNDERSTOOD, WORKED_OUT};
use crate::document::{Entry, Node, Value};
use crate::source::Span;

/// Longest chain of operators.
const MOST_OPERANDS: usize = 200;

/// Longest chain of names and calls on one value.
const LONGEST_CHAIN: usize = 32;

/// Operators, longest first; `?` and `:` are looked for apart.
const OPERATORS: &[&str] = &[
    "<=>", "===", "!==", "==~", "**=", ">>>", "<<=", "..<", "?:", "&&", "||", "==", "!=", "=~", "<=", ">=", "<<", ">>",
    "..", "**", "+=", "-=", "+", "-", "*", "/", "%", "<", ">", "&", "|", "^",
];

/// Words that are operators.
const WORDS: &[&str] = &["in", "as", "instanceof"];

/// What stands before a name, or before a part in brackets.
const DOTS: &[&str] = &["?.", "*.", ".&", "::", "."];

/// A value that an expression is made of.
struct Term {
    node: Node,
    /// The name that it is, with its dots, where it is nothing but one.
    name: Option<String>,
}

impl Term {
    fn value(node: Node) -> Term {
        Term { node, name: None }
    }
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Within brackets, where it goes on over lines.
    pub brackets: bool,
    /// Where its first name may be a call without parentheses.
    pub command: bool,
}

impl Place {
    pub(super) const STATEMENT: Place = Place { brackets: false, command: true };
    pub(super) const WITHIN: Place = Place { brackets: true, command: false };
    pub(super) const ARGUMENT: Place = Place { brackets: false, command: false };
}

impl Parser<'_> {
    /// An expression, which begins here.
    pub(super) fn expr(&mut self, place: Place) -> Read<Node> {
        self.nested(|parser| parser.operands(place))
    }

    fn operands(&mut self, place: Place) -> Read<Node> {
        self.skip_within(place.brackets);
        let start = self.at;
        let mut operands = vec![self.term(place)?.node];
        let (mut open, mut is_sum) = (0_usize, true);
        let mut end = self.at;
        while let Some(operator) = self.operator(place, &mut open) {
            is_sum &= operator == "+";
            if operands.len() > MOST_OPERANDS {
                return Err(self.fault("the expression is too long"));
            }
            self.skip_lines();
            operands.push(self.term(place)?.node);
            end = self.at;
        }
        self.at = end;
        let (span, written) = (self.between(start, end), self.slice(start, end));
        if operands.len() == 1 {
            return Ok(operands.remove(0));
        }
        if operands.iter().any(has_calls) {
            let list = Node::list(operands, span);
            return Ok(Node::map(vec![Entry::new("operands", span, list)], span));
        }
        let is_text = is_sum && !self.is_skimming && operands.iter().any(is_text);
        let pieces = if is_text { super::pieces(written, span) } else { None };
        Ok(pieces
            .map_or_else(|| Node::unresolved(written, WORKED_OUT, span), |pieces| of_pieces(&pieces, written, span)))
    }

    /// Takes an operator, when one is here; `open` counts the conditions that have no `:` yet.
    fn operator(&mut self, place: Place, open: &mut usize) -> Option<&'static str> {
        let before = self.at;
        self.skip_within(place.brackets);
        if !place.brackets && matches!(self.peek(), Some(b'\n' | b'\r')) {
            self.skip_lines();
            let goes_on = ["&&", "||", "?"].iter().any(|operator| self.looking_at(operator))
                || (*open > 0 && self.looking_at(":"));
            if !goes_on {
                self.at = before;
                return None;
            }
        }
        if let Some(word) = WORDS.iter().find(|word| self.word() == **word) {
            self.at += word.len();
            return Some(word);
        }
        if let Some(operator) = OPERATORS.iter().find(|operator| self.looking_at(operator)) {
            self.at += operator.len();
            return Some(operator);
        }
        if self.eat("?") {
            *open += 1;
            return Some("?");
        }
        if *open > 0 && self.eat(":") {
            *open -= 1;
            return Some(":");
        }
        self.at = before;
        None
    }

    /// One value, with the calls and names behind it.
    fn term(&mut self, place: Place) -> Read<Term> {
        self.nested(|parser| parser.term_here(place))
    }

    fn term_here(&mut self, place: Place) -> Read<Term> {
        self.skip_within(place.brackets);
        let start = self.at;
        if let Some(mark) = ["++", "--", "!", "-", "+", "~", "*:", "*"].iter().find(|mark| self.looking_at(mark)) {
            self.at += mark.len();
            let inner = self.term(place)?.node;
            let span = self.since(start);
            let is_number = *mark == "-" && matches!(inner.value, Value::Int(_));
            return Ok(Term::value(match inner.value {
                Value::Int(number) if is_number => Node::new(Value::Int(-number), span),
                _ if has_calls(&inner) => {
                    Node::map(vec![Entry::new("operands", span, Node::list(vec![inner], span))], span)
                }
                _ => Node::unresolved(self.slice(start, self.at), WORKED_OUT, span),
            }));
        }
        let mut term = match self.peek() {
            _ if self.is_at_text() => Term::value(self.text_node()?),
            Some(b'0'..=b'9') => Term::value(self.number()),
            Some(b'[') => Term::value(self.list_or_map()?),
            Some(b'{') => Term::value(self.closure()?),
            Some(b'(') => self.in_parentheses(place)?,
            Some(b'@') => {
                self.at += 1;
                let name = format!("@{}", self.name_here()?.0);
                self.call_or_name(name, start)?
            }
            _ => {
                let name = self.name_here()?.0;
                match name.as_str() {
                    "true" | "false" => Term::value(Node::new(Value::Bool(name == "true"), self.since(start))),
                    "null" => Term::value(Node::new(Value::Null, self.since(start))),
                    "new" => {
                        self.skip();
                        let mut kind = self.name_here()?.0;
                        while self.eat(".") {
                            kind = self.name_here()?.0;
                        }
                        self.skip_generics();
                        self.call_or_name(format!("new {kind}"), start)?
                    }
                    _ => self.call_or_name(name, start)?,
                }
            }
        };
        for _ in 0..LONGEST_CHAIN {
            match self.behind(term, start)? {
                (next, true) => term = next,
                (next, false) => {
                    term = next;
                    break;
                }
            }
        }
        if place.command && term.name.is_some() { self.command(term, start) } else { Ok(term) }
    }

    /// A name, which has to be here.
    fn name_here(&mut self) -> Read<(String, Span)> {
        let start = self.at;
        let word = self.word();
        if word.is_empty() {
            return Err(self.fault("expected a value"));
        }
        self.at += word.len();
        Ok((word.to_owned(), self.since(start)))
    }

    /// `<String, List<String>>`, when one is here.
    pub(super) fn skip_generics(&mut self) {
        if self.peek() != Some(b'<') {
            return;
        }
        let is_part = |c: char| c.is_alphanumeric() || "<>?,. _[]\t".contains(c);
        let part = self.rest().find(|c: char| !is_part(c)).unwrap_or(0);
        if let Some(end) = self.rest().get(..part).and_then(|part| part.rfind('>')) {
            self.at += end + 1;
        }
    }

    /// A name by itself, or with what it is called with in parentheses or in a closure.
    fn call_or_name(&mut self, name: String, start: usize) -> Read<Term> {
        let head = self.since(start);
        let before = self.at;
        self.skip();
        match self.peek() {
            Some(b'(') => {
                let mut call = vec![Entry::new("call", head, Node::text(name.as_str(), head))];
                self.arguments(&mut call)?;
                self.block_behind(&mut call)?;
                Ok(Term::value(Node::map(call, self.since(start))))
            }
            Some(b'{') => {
                let mut call = vec![Entry::new("call", head, Node::text(name.as_str(), head))];
                self.block_behind(&mut call)?;
                Ok(Term::value(Node::map(call, self.since(start))))
            }
            _ => {
                self.at = before;
                Ok(Term { node: Node::unresolved(&name, WORKED_OUT, head), name: Some(name) })
            }
        }
    }

    /// What stands behind a value, on it: a name, a call, an index. Whether there was something.
    fn behind(&mut self, term: Term, start: usize) -> Read<(Term, bool)> {
        let before = self.at;
        if self.peek() == Some(b'[') {
            self.skip_bracketed()?;
            return Ok((self.joined(term, start), true));
        }
        if self.eat("++") || self.eat("--") {
            return Ok((self.joined(term, start), true));
        }
        self.skip_lines();
        let is_range = self.looking_at("..");
        let Some(dots) = DOTS.iter().find(|dots| self.looking_at(dots) && !is_range) else {
            self.at = before;
            return Ok((term, false));
        };
        self.at += dots.len();
        self.skip_lines();
        let at = self.at;
        let name = if matches!(self.peek(), Some(b'\'' | b'"')) {
            self.text()?;
            self.slice(at, self.at).to_owned()
        } else {
            self.eat("@");
            self.name_here()?.0
        };
        if let Some(own) = &term.name {
            return Ok((self.call_or_name(format!("{own}.{name}"), start)?, true));
        }
        let called = self.call_or_name(name, at)?;
        if let (None, Value::Map(_)) = (&called.name, &called.node.value) {
            let mut entries = called.node.entries().to_vec();
            entries.insert(1.min(entries.len()), Entry::new("of", term.node.span, term.node));
            return Ok((Term::value(Node::map(entries, self.since(start))), true));
        }
        Ok((self.joined(term, start), true))
    }

    /// A value with what was read behind it.
    fn joined(&self, term: Term, start: usize) -> Term {
        let span = self.since(start);
        if has_calls(&term.node) {
            let list = Node::list(vec![term.node], span);
            return Term::value(Node::map(vec![Entry::new("operands", span, list)], span));
        }
        let written = self.slice(start, self.at);
        Term { node: Node::unresolved(written, WORKED_OUT, span), name: term.name.map(|_| written.to_owned()) }
    }

    /// A call without parentheses, where what stands behind a name can be an argument.
    fn command(&mut self, term: Term, start: usize) -> Read<Term> {
        let Some(name) = term.name.as_deref() else { return Ok(term) };
        let head = term.node.span;
        let before = self.at;
        self.skip();
        let word = self.word();
        let is_argument = matches!(self.peek(), Some(b'\'' | b'"'))
            || self.is_apart()
                && match self.peek() {
                    Some(b'[' | b'0'..=b'9') => true,
                    Some(b'/') => !self.slice(self.at + 1, self.at + 2).starts_with([' ', '=']),
                    _ => !word.is_empty() && !WORDS.contains(&word),
                };
        if !is_argument {
            self.at = before;
            return Ok(term);
        }
        let mut call = vec![Entry::new("call", head, Node::text(name, head))];
        let mut handed = Handed::default();
        let first = self.at;
        loop {
            self.argument(&mut handed, Place::ARGUMENT)?;
            let end = self.at;
            self.skip();
            if !self.eat(",") {
                self.at = end;
                break;
            }
            self.skip_lines();
        }
        handed.add_to(&mut call, self.since(first));
        self.block_behind(&mut call)?;
        Ok(Term::value(Node::map(call, self.since(start))))
    }

    /// The arguments in parentheses, which begin here. What is not understood is open, up to the parenthesis that closes.
    fn arguments(&mut self, call: &mut Vec<Entry>) -> Read<()> {
        let start = self.at;
        let read = self.nested(|parser| parser.listed(b')'));
        if let Ok(handed) = read {
            handed.add_to(call, self.since(start));
        } else {
            self.at = start;
            self.skip_bracketed()?;
            let open = Node::unresolved(self.slice(start, self.at), NOT_UNDERSTOOD, self.since(start));
            call.push(Entry::new("arguments", open.span, Node::list(vec![open], self.since(start))));
        }
        Ok(())
    }

    /// What stands in brackets, with commas between: a bracket is here.
    fn listed(&mut self, closing: u8) -> Read<Handed> {
        self.at += 1;
        let mut handed = Handed::default();
        loop {
            self.skip_lines();
            if self.peek() == Some(closing) {
                self.at += 1;
                return Ok(handed);
            }
            if self.eat(":") && closing == b']' {
                // `[:]` is a map without entries.
                handed.is_map = true;
                continue;
            }
            self.argument(&mut handed, Place::WITHIN)?;
            self.skip_lines();
            if !self.eat(",") && self.peek() != Some(closing) {
                return Err(self.fault(format!("expected `,` or `{}`", char::from(closing))));
            }
        }
    }

    /// One argument, or item, or entry of a map.
    fn argument(&mut self, handed: &mut Handed, place: Place) -> Read<()> {
        self.skip_within(place.brackets);
        let start = self.at;
        if let Some(name) = self.key() {
            let key = self.between(start, start + name.1);
            self.skip_lines();
            let value = self.expr(place)?;
            handed.named.push(Entry::new(name.0, key, value));
            return Ok(());
        }
        self.at = start;
        let value = self.expr(place)?;
        handed.listed.push(value);
        Ok(())
    }

    /// A key with the colon behind it, when one is here, and how long it is.
    fn key(&mut self) -> Option<(String, usize)> {
        let start = self.at;
        let (name, end) = match self.peek()? {
            b'\'' | b'"' => {
                let node = self.text_node().ok()?;
                let end = self.at;
                let open = node.as_unresolved().map(|open| open.expression.to_string());
                (node.as_str().map(str::to_owned).or(open)?, end)
            }
            b'(' => {
                self.skip_bracketed().ok()?;
                (self.slice(start, self.at).to_owned(), self.at)
            }
            _ => {
                let word = self.word();
                if word.is_empty() {
                    return None;
                }
                self.at += word.len();
                (word.to_owned(), self.at)
            }
        };
        self.skip();
        if self.looking_at("::") || !self.eat(":") {
            return None;
        }
        Some((name, end - start))
    }

    fn list_or_map(&mut self) -> Read<Node> {
        let start = self.at;
        let handed = self.nested(|parser| parser.listed(b']'))?;
        let span = self.since(start);
        if handed.is_map || !handed.named.is_empty() {
            return Ok(Node::map(handed.named, span));
        }
        Ok(Node::list(handed.listed, span))
    }

    /// What stands in parentheses; behind a type in them, a value that is made one of that.
    fn in_parentheses(&mut self, place: Place) -> Read<Term> {
        self.at += 1;
        let inner = self.term_in_parentheses()?;
        let before = self.at;
        self.skip();
        let is_type =
            inner.name.as_deref().is_some_and(|name| name.starts_with(|c: char| c.is_uppercase()) || name == "int");
        let is_cast = is_type && matches!(self.peek(), Some(b'\'' | b'"' | b'[' | b'(' | b'a'..=b'z' | b'A'..=b'Z'));
        if is_cast && !WORDS.contains(&self.word()) {
            return self.term(place);
        }
        self.at = before;
        Ok(Term::value(inner.node))
    }

    fn term_in_parentheses(&mut self) -> Read<Term> {
        let start = self.at;
        let node = self.expr(Place { brackets: true, command: true })?;
        let end = self.at;
        self.skip_lines();
        self.expect(")", "after an expression")?;
        let written = self.slice(start, end).trim();
        let is_name = node.as_unresolved().is_some_and(|open| &*open.expression == written) && !written.contains(' ');
        Ok(Term { node, name: is_name.then(|| written.to_owned()) })
    }

    fn number(&mut self) -> Node {
        let start = self.at;
        let length = |text: &str, is_part: fn(char) -> bool| text.find(|c: char| !is_part(c)).unwrap_or(text.len());
        self.at += length(self.rest(), |c| c.is_ascii_alphanumeric() || c == '_');
        if self.looking_at(".") && self.slice(self.at + 1, self.at + 2).starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.at += length(self.rest(), |c| c.is_ascii_alphanumeric() || c == '_');
        }
        let written = self.slice(start, self.at);
        let plain: String = written.chars().filter(|c| *c != '_').collect();
        let plain = plain.trim_end_matches(['L', 'l', 'G', 'g', 'I', 'i', 'F', 'f', 'D', 'd']);
        let value = plain.parse().map(Value::Int).or_else(|_| plain.parse().map(Value::Float));
        value.map_or_else(
            |_| Node::unresolved(written, WORKED_OUT, self.since(start)),
            |value| Node::new(value, self.since(start)),
        )
    }

    /// A closure as a value.
    fn closure(&mut self) -> Read<Node> {
        let start = self.at;
        let block = self.block()?;
        Ok(Node::map(vec![Entry::new("block", block.span, block)], self.since(start)))
    }

    /// The closure behind a call, when there is one.
    fn block_behind(&mut self, call: &mut Vec<Entry>) -> Read<()> {
        let before = self.at;
        self.skip();
        if self.peek() != Some(b'{') {
            self.at = before;
            return Ok(());
        }
        let block = self.block()?;
        call.push(Entry::new("block", block.span, block));
        Ok(())
    }

    /// The pieces of a sum of texts and values, which is all that there is.
    pub(super) fn sum(&mut self) -> Option<Vec<Piece>> {
        let mut all = Vec::new();
        let mut has_text = false;
        loop {
            self.skip_lines();
            let start = self.at;
            if self.is_at_text() {
                all.append(&mut self.text().ok()?);
                has_text = true;
            } else {
                self.term(Place::WITHIN).ok()?;
                let expression = self.slice(start, self.at).into();
                all.push(Piece::Value { expression, span: self.since(start) });
            }
            self.skip_lines();
            if self.peek().is_none() {
                return has_text.then_some(all);
            }
            if !self.eat("+") {
                return None;
            }
        }
    }
}

/// What a call is handed, or what a list or map holds.
#[derive(Default)]
struct Handed {
    listed: Vec<Node>,
    named: Vec<Entry>,
    is_map: bool,
}

impl Handed {
    fn add_to(self, call: &mut Vec<Entry>, span: Span) {
        if !self.listed.is_empty() {
            call.push(Entry::new("arguments", span, Node::list(self.listed, span)));
        }
        if !self.named.is_empty() {
            call.push(Entry::new("named", span, Node::map(self.named, span)));
        }
    }
}

/// Whether a value is a text, or one with values in it.
fn is_text(node: &Node) -> bool {
    node.as_str().is_some() || node.as_unresolved().is_some_and(|open| open.partial.is_some())
}

/// Whether something is called in a value.
fn has_calls(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => {
            let of_call = |key: &str| ["call", "operands", "block"].contains(&key);
            map.entries.iter().any(|entry| of_call(&entry.key.name) || has_calls(&entry.value))
        }
        Value::List(items) => items.iter().any(has_calls),
        _ => false,
    }
}

/// What was not understood, as a value.
pub(super) fn not_understood(written: &str, span: Span, fault: &Fault) -> Node {
    let because = format!("{NOT_UNDERSTOOD}: {}", fault.message);
    Node::unresolved(written, because, span)
}
