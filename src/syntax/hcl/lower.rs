//! From HCL's own tree to nodes: constants are values, anything else is unresolved.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{Block, Body, Expr, ExprKind, MemberKey, Name};
use crate::document::{Entry, Key, Node, Value};
use crate::source::Source;

/// A body as a map: attributes by name; blocks of one kind as a list of maps, each label one more level.
pub(super) fn body(body: &Body, source: &Source) -> Node {
    map_of(body, source, source.whole())
}

fn map_of(body: &Body, source: &Source, span: crate::source::Span) -> Node {
    let mut entries: Vec<Entry> =
        body.attributes.iter().map(|attribute| entry(&attribute.name, value(&attribute.value, source))).collect();
    let mut lists: Vec<(&Name, Vec<Node>)> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for block in &body.blocks {
        let node = labelled(block, source);
        let place = *places.entry(&*block.kind.text).or_insert(lists.len());
        match lists.get_mut(place) {
            Some((_, nodes)) => nodes.push(node),
            None => lists.push((&block.kind, vec![node])),
        }
    }
    entries.extend(lists.into_iter().map(|(name, nodes)| {
        let span =
            nodes.first().map_or(name.span, |first| nodes.iter().fold(first.span, |all, node| all.to(node.span)));
        entry(name, Node::list(nodes, span))
    }));
    Node::map(entries, span)
}

fn labelled(block: &Block, source: &Source) -> Node {
    let inner = map_of(&block.body, source, block.span);
    block.labels.iter().rev().fold(inner, |node, label| Node::map(vec![entry(label, node)], block.span))
}

fn entry(name: &Name, value: Node) -> Entry {
    Entry { key: Key { name: Arc::clone(&name.text), span: name.span }, value, derived: false }
}

fn value(expr: &Expr, source: &Source) -> Node {
    let value = match &expr.kind {
        ExprKind::Null => Value::Null,
        ExprKind::Bool(truth) => Value::Bool(*truth),
        ExprKind::Number(text) => number(text),
        ExprKind::Negate(inner) => match &inner.kind {
            ExprKind::Number(text) => match number(text) {
                Value::Int(value) => Value::Int(-value),
                Value::Float(value) => Value::Float(-value),
                other => other,
            },
            _ => return unresolved(expr, source),
        },
        ExprKind::Text(text) => Value::Str(text.clone()),
        ExprKind::Parenthesised(inner) | ExprKind::Wrapped(inner) => {
            return Node { span: expr.span, ..value(inner, source) };
        }
        ExprKind::Tuple(items) => return Node::list(items.iter().map(|item| value(item, source)).collect(), expr.span),
        ExprKind::Object(members) => {
            let mut entries = Vec::new();
            for member in members {
                let key = match &member.key {
                    MemberKey::Word(name) => Key { name: Arc::clone(&name.text), span: name.span },
                    MemberKey::Expr(key) => match key.as_str() {
                        Some(text) => Key { name: text.into(), span: key.span },
                        None => return unresolved(expr, source),
                    },
                };
                entries.push(Entry { key, value: value(&member.value, source), derived: false });
            }
            return Node::map(entries, expr.span);
        }
        _ => return unresolved(expr, source),
    };
    Node::new(value, expr.span)
}

fn number(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(value) => Value::Int(value),
        Err(_) => Value::Float(text.parse().unwrap_or(f64::NAN)),
    }
}

fn unresolved(expr: &Expr, source: &Source) -> Node {
    Node::unresolved(source.slice(expr.span), "the expression is not evaluated here", expr.span)
}
