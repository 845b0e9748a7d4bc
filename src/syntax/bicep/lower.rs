//! From expressions to nodes: what is written out is a value, anything else is unresolved.

use super::ast::{Expr, Form, Item, Loop, Member, Name};
use crate::document::{Entry, Node};
use crate::source::Span;

/// Longest expression that is shown.
const LONGEST: usize = 120;

/// The value of an expression in a text.
pub(super) fn value(expr: &Expr, text: &str) -> Node {
    let written = match &expr.form {
        Form::Constant(value) => Some(Node::new(value.clone(), expr.span)),
        Form::Object(members) => entries(members, text).map(|entries| Node::map(entries, expr.span)),
        Form::Array(items) => {
            let items: Option<Vec<Node>> = items
                .iter()
                .map(|item| match item {
                    Item::Value(item) => Some(value(item, text)),
                    Item::Spread(_) => None,
                })
                .collect();
            items.map(|items| Node::list(items, expr.span))
        }
        _ => None,
    };
    written.unwrap_or_else(|| unresolved(expr.span, text))
}

/// The entries of an object whose names are all written out.
fn entries(members: &[Member], text: &str) -> Option<Vec<Entry>> {
    let entry = |member: &Member| match member {
        Member::Entry(key, value) => Some(entry(key.as_str()?, key.span, self::value(value, text))),
        Member::Spread(_) => None,
    };
    members.iter().map(entry).collect()
}

/// What is known of a body: its entries, and what of it is not written out.
pub(super) fn body(members: &[Member], text: &str) -> (Vec<Entry>, Option<Node>) {
    let mut entries = Vec::new();
    let mut rest = None;
    for member in members {
        match member {
            Member::Entry(key, written) => match key.as_str() {
                Some(name) => entries.push(entry(name, key.span, value(written, text))),
                None => rest = Some(unresolved(key.span, text)),
            },
            Member::Spread(spread) => rest = Some(unresolved(spread.span, text)),
        }
    }
    (entries, rest)
}

/// `for`: what an item and its number are called, and what is gone through.
pub(super) fn repeated(repeated: &Loop, text: &str) -> Node {
    let name = |name: &Name| Node::text(&*name.text, name.span);
    let mut entries = vec![entry("item", repeated.item.span, name(&repeated.item))];
    entries.extend(repeated.index.as_ref().map(|index| entry("index", index.span, name(index))));
    entries.push(entry("over", repeated.over.span, value(&repeated.over, text)));
    Node::map(entries, repeated.item.span.to(repeated.over.span))
}

pub(super) fn entry(name: &str, span: Span, value: Node) -> Entry {
    Entry::new(name, span, value)
}

fn unresolved(span: Span, text: &str) -> Node {
    let written = text.get(span.range()).unwrap_or("");
    let shown: String = written.chars().take(LONGEST).collect();
    Node::unresolved(&shown, "the expression is not evaluated here", span)
}
