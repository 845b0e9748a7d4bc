//! HCL: the language of Terraform.
//!
//! The tree keeps expressions as written ([`ast`]); what they come to is the dialect's affair. As a [`Document`]'s root
//! the file is a map of its attributes and blocks in which constant expressions are values and all others unresolved.
//!
//! One block that cannot be read does not lose the others: reading goes on at the next line that begins a block. The
//! parser is our own because the parsers to be had stop at the first fault, do not lead back from the characters of a
//! string to the bytes of the file, and refuse some of what Terraform accepts.
//!
//! [`Document`]: crate::document::Document

pub mod ast;
mod cursor;
mod expr;
mod lower;
mod template;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use ast::{Attribute, Block, Body, Expr, Name};
pub use cursor::Place;
use cursor::{Fault, Parser, Read};

use super::{Parsed, Syntax};
use crate::document::Problem;
use crate::source::Source;

/// The table's entry.
pub const HCL: Syntax = Syntax {
    name: "hcl",
    doc: "HCL 2: Terraform and OpenTofu configurations and variable files.",
    comments: &["//", "/*", "#"],
    parse,
};

/// Most faults that are told of one file.
const MOST_FAULTS: usize = 50;

fn parse(source: &Source) -> Parsed {
    let (body, problems) = parse_body(source);
    Parsed { roots: vec![lower::body(&body, source)], problems }
}

/// The names of the attributes of a body.
type Names = FxHashSet<Arc<str>>;

/// Reads a file: its attributes and blocks, and what could not be read.
pub fn parse_body(source: &Source) -> (Body, Vec<Problem>) {
    let (body, faults) = items(source.text(), Place::File(source.id(), 0));
    (body, faults.iter().map(|fault| problem(source, fault)).collect())
}

/// Reads a text that stands somewhere as a file: its attributes and blocks, and what is wrong with it.
pub fn parse_written(text: &str, place: Place<'_>) -> (Body, Vec<String>) {
    let (body, faults) = items(text, place);
    (body, faults.into_iter().map(|fault| fault.message).collect())
}

fn items(text: &str, place: Place<'_>) -> (Body, Vec<Fault>) {
    let mut parser = Parser::new(text, place);
    let (mut body, mut names) = (Body::default(), Names::default());
    let mut faults = Vec::new();
    loop {
        parser.skip_lines();
        if parser.peek().is_none() || faults.len() >= MOST_FAULTS {
            body.fit();
            return (body, faults);
        }
        let start = parser.at;
        if let Err(fault) = parser.item(&mut body, &mut names) {
            let resumed = next_item(text, fault.at.max(start + 1));
            faults.push(fault);
            parser.reset(resumed);
        }
    }
}

/// Reads a text as one expression.
pub fn parse_expression(text: &str, place: Place<'_>) -> Result<Expr, String> {
    let mut parser = Parser::new(text, place);
    let expr = parser.nested(false, |parser| {
        let expr = parser.expr()?;
        parser.skip();
        Ok(expr)
    });
    match expr {
        Ok(_) if parser.peek().is_some() => Err("expected nothing more after the expression".into()),
        Ok(expr) => Ok(expr),
        Err(fault) => Err(fault.message),
    }
}

/// Reads a text as a template.
pub fn parse_template(text: &str, place: Place<'_>) -> Result<Expr, String> {
    Parser::new(text, place).template().map_err(|fault| fault.message)
}

fn problem(source: &Source, fault: &Fault) -> Problem {
    let end = fault.at + source.text().get(fault.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let span = source.span(fault.at.min(source.text().len()), end);
    Problem::error("syntax::hcl", source.path(), Some(span), fault.message.clone())
}

/// The next line, from an offset on, that begins with a letter: where a block of a formatted file begins.
fn next_item(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(end) = memchr::memchr(b'\n', bytes.get(at..).unwrap_or(&[])) {
        at += end + 1;
        let begins = bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        let line = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
        if begins && line.contains(['{', '=']) {
            return at;
        }
    }
    text.len()
}

impl Parser<'_> {
    /// An attribute or a block.
    fn item(&mut self, body: &mut Body, names: &mut Names) -> Read<()> {
        let Some(name) = self.identifier() else { return Err(self.fault("expected an attribute or a block")) };
        self.skip();
        if self.peek() == Some(b'=') && self.peek_at(1) != Some(b'=') {
            self.at += 1;
            self.skip();
            let value = self.expr()?;
            if !names.insert(Arc::clone(&name.text)) {
                self.at = self.at.saturating_sub(1);
                return Err(self.fault(format!("attribute `{}` is set twice", name.text)));
            }
            body.attributes.push(Attribute { name, value });
            return self.end_of_item("an attribute");
        }
        let block = self.block(name)?;
        body.blocks.push(block);
        self.end_of_item("a block")
    }

    fn block(&mut self, kind: Name) -> Read<Block> {
        let mut labels = Vec::new();
        let mut header = kind.span;
        loop {
            self.skip();
            let label = match self.peek() {
                Some(b'{') => break,
                Some(b'"') => self.label()?,
                _ => match self.identifier() {
                    Some(name) => name,
                    None => return Err(self.fault("expected `=`, a label or `{`")),
                },
            };
            header = header.to(label.span);
            labels.push(label);
        }
        labels.shrink_to_fit();
        self.at += 1;
        let body = self.nested(true, |parser| {
            let (mut body, mut names) = (Body::default(), Names::default());
            loop {
                parser.skip_lines();
                if parser.eat("}") {
                    body.fit();
                    return Ok(body);
                }
                if parser.peek().is_none() {
                    return Err(parser.fault("the block is not closed"));
                }
                parser.item(&mut body, &mut names)?;
            }
        })?;
        let span = kind.span.to(self.span(self.at, self.at));
        Ok(Block { kind, labels, body, span, header })
    }

    fn label(&mut self) -> Read<Name> {
        let expr = self.quoted()?;
        match expr.as_str() {
            Some(text) => Ok(Name { text: text.into(), span: expr.span }),
            None => Err(self.fault("a label must be plain text")),
        }
    }

    fn end_of_item(&mut self, what: &str) -> Read<()> {
        self.skip();
        match self.peek() {
            None | Some(b'\n' | b'\r' | b'}') => Ok(()),
            Some(_) => Err(self.fault(format!("expected a new line after {what}"))),
        }
    }
}

#[cfg(test)]
mod tests;
