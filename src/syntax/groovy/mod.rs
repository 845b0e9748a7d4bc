//! Groovy, as far as pipelines of Jenkins are written in it.
//!
//! The tree is a list of statements. A call is a map: `call` is its name with the dots before it (`docker.image`), `of` what it
//! is called on where that is a value, `arguments` and `named` what it is handed, `block` the statements of the closure behind it.
//! `if`, `for`, `try`, `return` and their like are calls of that name, an annotation one of `@Library`. `set` holds what a name is
//! assigned, `method` the name of a function with its `block`; a closure that is a value is a map with a `block` alone, and `operands` are
//! the parts of an expression with calls in it. Texts, numbers, lists and maps are values; every other expression is unresolved, and
//! `pieces` tells what a text with values in it is made of.
//!
//! What is not understood is unresolved up to the end of its argument or statement, and the rest is read.

mod cursor;
mod expr;
mod statement;
#[cfg(test)]
mod tests;
mod text;

use super::{Parsed, Syntax};
use crate::document::{Entry, MAX_DEPTH, Node, Problem, Value};
use crate::source::{Source, Span};
use cursor::{Fault, Parser};
pub(crate) use text::Piece;

/// The table's entry.
pub const GROOVY: Syntax = Syntax {
    name: "groovy",
    doc: "Groovy, as far as pipelines of Jenkins are written in it.",
    comments: &["//", "/*", "#!"],
    parse,
};

/// Why nothing is known of a value that Groovy works out.
pub(crate) const WORKED_OUT: &str = "it is worked out when the pipeline runs";

/// Why nothing is known of what could not be read.
pub(crate) const NOT_UNDERSTOOD: &str = "it is Groovy that is not understood here";

fn parse(source: &Source) -> Parsed {
    let mut parser = Parser::new(source.text(), source.id(), 0);
    parser.skip_first_line();
    let statements = parser.statements(false);
    let problems = parser.faults.iter().map(|fault| problem(source, fault)).collect();
    let tree = Node::list(statements, source.whole());
    Parsed { roots: vec![if is_deeper(&tree, 0) { cut(&tree, 0) } else { tree }], problems }
}

/// Whether values stand in each other deeper than anything else reads them: calls on calls add to the nesting.
fn is_deeper(node: &Node, depth: usize) -> bool {
    let parts = || node.items().iter().chain(node.entries().iter().map(|entry| &entry.value));
    depth >= MAX_DEPTH || parts().any(|part| is_deeper(part, depth + 1))
}

/// The tree down to the deepest level that is read.
fn cut(node: &Node, depth: usize) -> Node {
    if depth >= MAX_DEPTH - 1 {
        return Node::unresolved("", "it is nested too deep", node.span);
    }
    match &node.value {
        Value::List(items) => Node::list(items.iter().map(|item| cut(item, depth + 1)).collect(), node.span),
        Value::Map(map) => {
            let entry = |entry: &Entry| Entry { value: cut(&entry.value, depth + 1), ..entry.clone() };
            Node::map(map.entries.iter().map(entry).collect(), node.span)
        }
        _ => node.clone(),
    }
}

fn problem(source: &Source, fault: &Fault) -> Problem {
    let at = fault.at.min(source.text().len());
    let end = at + source.text().get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Problem::error("syntax::groovy", source.path(), Some(source.span(at, end)), fault.message.clone())
}

/// What an expression that stands at a place is put together from: texts and values joined by `+`; none where it is anything else.
pub(crate) fn pieces(expression: &str, place: Span) -> Option<Vec<Piece>> {
    let mut parser = Parser::new(expression, place.file, place.start as usize);
    parser.is_skimming = true;
    parser.sum()
}
