//! Types: what a parameter may be, as far as that decides something.

use std::collections::BTreeMap;

use super::ast::Form;
use super::cursor::{Parser, Read};
use super::lower::entry;
use crate::document::{Entry, Node, Value};
use crate::source::Span;

/// Most names that one type leads through.
const MAX_NAMES: usize = 8;

/// A type.
#[derive(Clone, Default)]
pub(super) struct Kind {
    /// Its name, where it has one: `string`, or that of a type of the file.
    name: Option<String>,
    /// The values of which it is one.
    literals: Vec<Node>,
    /// Parts that are no literals.
    others: usize,
    may_be_null: bool,
}

impl Kind {
    /// The type that a name of the file stands for.
    pub(super) fn resolved(&self, types: &BTreeMap<String, Kind>) -> Kind {
        let mut kind = self.clone();
        for _ in 0..MAX_NAMES {
            let Some(named) = kind.name.as_ref().and_then(|name| types.get(name)) else { break };
            kind = Kind { may_be_null: kind.may_be_null || named.may_be_null, ..named.clone() };
        }
        kind
    }

    /// What the declaration of a parameter says of it.
    pub(super) fn entries(&self, is_secure: bool, span: Span) -> Vec<Entry> {
        let is_closed = self.others == 0 && !self.literals.is_empty();
        let of_literals = match self.literals.first().map(|node| &node.value) {
            Some(Value::Str(_)) => "string",
            Some(Value::Int(_)) => "int",
            Some(Value::Bool(_)) => "bool",
            _ => "object",
        };
        let name = if is_closed { of_literals } else { self.name.as_deref().unwrap_or("object") };
        let name = match name {
            "string" if is_secure => "secureString",
            "object" if is_secure => "secureObject",
            name => name,
        };
        let mut entries = vec![entry("type", span, Node::text(name, span))];
        if self.may_be_null {
            entries.push(entry("nullable", span, Node::new(Value::Bool(true), span)));
        }
        if is_closed {
            entries.push(entry("allowedValues", span, Node::list(self.literals.clone(), span)));
        }
        entries
    }
}

impl Parser<'_> {
    /// A type: `string`, `'a' | 'b'`, `{…}[]?`.
    pub(super) fn kind(&mut self) -> Read<Kind> {
        let mut kind = Kind::default();
        self.skip_lines_to(|rest| rest.starts_with('|'));
        let _ = self.eat("|");
        loop {
            self.skip_lines();
            self.kind_part(&mut kind)?;
            self.skip();
            if !self.skip_lines_to(|rest| rest.starts_with('|')) {
                return Ok(kind);
            }
            self.at += 1;
        }
    }

    fn kind_part(&mut self, kind: &mut Kind) -> Read<()> {
        let start = self.at;
        let mut part = None;
        match self.peek() {
            Some(b'\'' | b'0'..=b'9' | b'-') => {
                let literal = self.nested(Parser::literal)?;
                part = Some(Node::new(literal, self.since(start)));
            }
            Some(b'{' | b'[' | b'(') => self.skip_bracketed()?,
            _ => match self.identifier() {
                Some(name) => match &*name.text {
                    "null" => {
                        kind.may_be_null = true;
                        return Ok(());
                    }
                    "true" | "false" => part = Some(Node::new(Value::Bool(&*name.text == "true"), name.span)),
                    word => kind.name = Some(word.to_owned()),
                },
                None => return Err(self.fault("expected a type")),
            },
        }
        loop {
            match self.peek() {
                Some(bracket @ (b'[' | b'<')) => {
                    self.skip_bracketed()?;
                    part = None;
                    kind.name = (bracket == b'[').then(|| "array".to_owned());
                }
                Some(b'?') => {
                    kind.may_be_null = true;
                    self.at += 1;
                }
                Some(b'!') => self.at += 1,
                Some(b'.') => {
                    self.at += 1;
                    let _ = self.eat("*");
                    let _ = self.identifier();
                    kind.name = None;
                }
                _ => break,
            }
        }
        match part {
            Some(literal) => kind.literals.push(literal),
            None => kind.others += 1,
        }
        Ok(())
    }

    fn literal(&mut self) -> Read<Value> {
        let negative = self.eat("-");
        let form = if self.at_text() { self.text()?.form } else { self.number()? };
        match form {
            Form::Constant(Value::Int(number)) if negative => Ok(Value::Int(number.wrapping_neg())),
            Form::Constant(value) => Ok(value),
            _ => Err(self.fault("expected a literal as a type")),
        }
    }
}
