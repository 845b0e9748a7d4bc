//! The language between `${{` and `}}`, which is evaluated before a run begins.
//!
//! What the files do not decide is an unresolved value; so is what cannot be read.

use std::sync::Arc;

use super::function;
use super::scope::Scope;
use crate::document::{Entry, MAX_DEPTH, Node, Text, Value};
use crate::source::Span;
use crate::truth::Truth;

/// Deepest nesting of calls.
const MAX_NESTING: usize = 32;

/// Why an expression that cannot be read decides nothing.
const UNREADABLE: &str = "the expression cannot be read";

/// What an expression comes to at a place.
pub(super) fn value(expression: &str, at: Span, scope: &Scope) -> Node {
    let mut parser = Parser { rest: expression.trim(), at, scope };
    let value = parser.operand(0).filter(|_| parser.rest.trim_start().is_empty());
    value.unwrap_or_else(|| Node::unresolved(expression, UNREADABLE, at))
}

/// Whether a value counts as true.
pub(super) fn truth(node: &Node) -> Truth {
    let holds = match &node.value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Int(number) => *number != 0,
        Value::Float(number) => *number != 0.0,
        Value::Str(text) => !text.as_str().is_empty(),
        Value::List(_) | Value::Map(_) => true,
        Value::Unresolved(_) => return Truth::Unknown,
    };
    if holds { Truth::True } else { Truth::False }
}

/// The way from a value to a part of it.
enum Path {
    /// To the part with this key.
    Goes(Node),
    /// No further.
    Ends,
}

struct Parser<'a> {
    rest: &'a str,
    at: Span,
    scope: &'a Scope,
}

impl<'a> Parser<'a> {
    fn operand(&mut self, depth: usize) -> Option<Node> {
        self.rest = self.rest.trim_start();
        if depth > MAX_NESTING {
            return None;
        }
        let first = self.rest.chars().next()?;
        if first == '\'' {
            return self.string();
        }
        if first.is_ascii_digit() || first == '-' {
            return self.number();
        }
        let name = self.name()?;
        if self.take("(") {
            let arguments = self.arguments(depth)?;
            let called = function::call(name, &arguments, self.at);
            return self.steps(called, depth);
        }
        match name.to_ascii_lowercase().as_str() {
            "true" => Some(Node::new(Value::Bool(true), self.at)),
            "false" => Some(Node::new(Value::Bool(false), self.at)),
            "null" => Some(Node::new(Value::Null, self.at)),
            context => self.context(context, name, depth),
        }
    }

    /// A variable or parameter, which is asked for by name; or what a loop is at.
    fn context(&mut self, context: &str, written: &str, depth: usize) -> Option<Node> {
        if !["parameters", "variables"].contains(&context) {
            let found = self.scope.local(written).map(|node| as_argument(&node, depth));
            let because = format!("`{written}` is known only when the pipeline runs");
            let found = found.unwrap_or_else(|| Node::unresolved(written, because, self.at));
            return self.steps(found, depth);
        }
        let Path::Goes(key) = self.key(depth)? else {
            if context == "parameters" {
                return Some(self.scope.parameters(self.at));
            }
            let because = "all of them together are known only when the pipeline runs";
            return Some(Node::unresolved(written, because, self.at));
        };
        let found = match (context, key.as_str()) {
            (_, None) => Node::unresolved(written, "which one is meant is not decided", self.at),
            ("parameters", Some(name)) => {
                let (value, is_boolean) = self.scope.parameter(name, self.at);
                if is_boolean { value } else { as_argument(&value, depth) }
            }
            (_, Some(name)) => as_argument(&self.scope.variable(name, self.at), depth),
        };
        self.steps(found, depth)
    }

    /// Properties and items of a value.
    fn steps(&mut self, mut node: Node, depth: usize) -> Option<Node> {
        while let Path::Goes(key) = self.key(depth)? {
            node = as_argument(&property(&node, &key), depth);
        }
        Some(node)
    }

    /// What follows a dot, or stands in brackets; nothing where there is neither.
    fn key(&mut self, depth: usize) -> Option<Path> {
        if self.take(".") {
            let name = if self.take("*") { "*" } else { self.name()? };
            return Some(Path::Goes(Node::text(name, self.at)));
        }
        if self.take("[") {
            let key = self.operand(depth + 1)?;
            return self.take("]").then_some(Path::Goes(key));
        }
        Some(Path::Ends)
    }

    fn arguments(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut arguments = Vec::new();
        if self.take(")") {
            return Some(arguments);
        }
        loop {
            arguments.push(self.operand(depth + 1)?);
            if self.take(")") {
                return Some(arguments);
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn name(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
        let (name, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    /// Two quotes in a string are one.
    fn string(&mut self) -> Option<Node> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c != '\'' {
                text.push(c);
            } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
                text.push('\'');
            } else {
                self.rest = self.rest.get(at + 1..)?;
                return Some(Node::text(text, self.at));
            }
        }
        None
    }

    /// A number, or a version of several of them, which is a text here.
    fn number(&mut self) -> Option<Node> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '-' && c != '.');
        let (number, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
        self.rest = rest;
        let whole = number.parse().map(Value::Int);
        let value = whole.or_else(|_| number.parse().map(Value::Float));
        Some(Node::new(value.unwrap_or_else(|_| Value::Str(Text::opaque(number))), self.at))
    }
}

/// What a function is given: plain values of YAML are texts in this language, unless a parameter says what they are.
fn as_argument(node: &Node, depth: usize) -> Node {
    let text = function::plain(node).filter(|_| depth > 0 && node.as_str().is_none());
    text.map_or_else(|| node.clone(), |text| Node { trail: node.trail.clone(), ..Node::text(text, node.span) })
}

/// The value of a key, whatever its case, or an item.
fn property(node: &Node, key: &Node) -> Node {
    let missing = || Node { trail: node.trail.clone(), ..Node::new(Value::Null, node.span) };
    let same = |entry: &&Entry, name: &str| entry.key.name.eq_ignore_ascii_case(name);
    match (&node.value, &key.value) {
        (Value::Unresolved(_), _) => Node { value: unspread(node), ..node.clone() },
        (_, Value::Unresolved(_)) => key.clone(),
        (Value::Map(map), Value::Str(name)) if name.as_str() != "*" => {
            let found = map.written().find(|entry| same(entry, name.as_str())).map(|entry| entry.value.clone());
            found.unwrap_or_else(|| match &map.rest {
                Some(rest) => Node::new(Value::Unresolved(Arc::clone(rest)), node.span),
                None => missing(),
            })
        }
        (Value::List(items), _) if !matches!(&key.value, Value::Str(name) if name.as_str() == "*") => {
            let at = function::plain(key).and_then(|key| key.parse::<usize>().ok());
            at.and_then(|at| items.get(at)).cloned().unwrap_or_else(missing)
        }
        (Value::Map(_) | Value::List(_), _) => Node::unresolved("*", "a filter is not followed", node.span),
        _ => missing(),
    }
}

/// An open value of which a part is asked: no more is known of that.
fn unspread(node: &Node) -> Value {
    let Some(open) = node.as_unresolved() else { return Value::Null };
    Node::unresolved(&open.expression, open.because.clone(), node.span).value
}

/// The depth that trees have at most, for those who walk them here.
pub(super) const DEEPEST: usize = MAX_DEPTH;
