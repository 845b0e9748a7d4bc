//! Bicep: the language of Azure's templates, and of their parameter files.
//!
//! The tree is that of the template which a file stands for, as Azure's JSON has it (language version 2: resources by their
//! symbolic names), so that whoever judges templates judges these: `parameters`, `variables`, `functions`, `resources`,
//! `outputs`. A module is a deployment with `module` for the path it is at; `for` beside the body of a resource says what it
//! is repeated over. What is written out is a value; every other expression is unresolved, and [`expression`] reads what
//! stands in its span.
//!
//! One declaration that cannot be read does not lose the others: reading goes on at the next line that begins one.

pub mod ast;
mod cursor;
mod expr;
mod kind;
mod lower;
mod resource;
mod statement;
#[cfg(test)]
mod tests;
mod text;

use super::{Parsed, Syntax};
use crate::document::Problem;
use crate::source::{FileId, Source, Span};
use ast::Expr;
use cursor::{Fault, Parser};
use statement::{Declarations, WORDS};

/// The table's entry.
pub const BICEP: Syntax = Syntax {
    name: "bicep",
    doc: "Bicep: templates for Azure, and their parameter files.",
    comments: &["//", "/*", "#"],
    parse,
};

/// Most faults that are told of one file.
const MOST_FAULTS: usize = 50;

fn parse(source: &Source) -> Parsed {
    let mut parser = Parser::new(source.text(), source.id(), 0);
    let mut declarations = Declarations::default();
    let mut problems = Vec::new();
    loop {
        parser.skip_lines();
        if parser.peek().is_none() || problems.len() >= MOST_FAULTS {
            break;
        }
        let start = parser.at;
        if let Err(fault) = parser.declaration(&mut declarations) {
            problems.push(problem(source, &fault));
            let resumed = next_declaration(source.text(), fault.at.max(start + 1));
            parser = Parser::new(source.text(), source.id(), resumed);
        }
    }
    Parsed { roots: vec![declarations.tree(source.whole())], problems }
}

/// The expression that stands at a place of a text.
pub fn expression(text: &str, place: Span) -> Option<Expr> {
    let range = place.range();
    let mut parser = Parser::new(text.get(..range.end)?, place.file, range.start);
    let expr = parser.expr().ok()?;
    parser.skip_lines();
    parser.peek().is_none().then_some(expr)
}

/// The texts in quotes that stand in a text, as far as they have no values in them: what may name a file.
pub fn quoted(text: &str) -> Vec<String> {
    let mut parser = Parser::new(text, FileId(0), 0);
    let mut found = Vec::new();
    while let Some(at) = memchr::memchr(b'\'', parser.rest().as_bytes()) {
        parser.at += at;
        let before = parser.at;
        match parser.text() {
            Ok(expr) => found.extend(expr.as_str().map(str::to_owned)),
            Err(_) => parser.at = before + 1,
        }
    }
    found
}

fn problem(source: &Source, fault: &Fault) -> Problem {
    let at = fault.at.min(source.text().len());
    let end = at + source.text().get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Problem::error("syntax::bicep", source.path(), Some(source.span(at, end)), fault.message.clone())
}

/// The next line, from an offset on, that begins a declaration.
fn next_declaration(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(end) = memchr::memchr(b'\n', text.as_bytes().get(at..).unwrap_or(&[])) {
        at += end + 1;
        let line = text.get(at..).unwrap_or("");
        let begins = |word: &str| line.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '\t']));
        if line.starts_with('@') || WORDS.iter().any(|word| begins(word)) {
            return at;
        }
    }
    text.len()
}
