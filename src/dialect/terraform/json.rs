//! Terraform's JSON syntax, as the same tree that HCL gives: strings are templates, objects under a block's kind are
//! blocks, and within a resource nested blocks are attributes.

use std::sync::Arc;

use crate::document::{Entry, Node, Text, Value};
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr, ExprKind, Member, MemberKey, Name};
use crate::syntax::hcl::{Place, parse_expression, parse_template};

/// How many labels the blocks of a kind have.
const KINDS: &[(&str, usize)] = &[
    ("check", 1),
    ("data", 2),
    ("locals", 0),
    ("module", 1),
    ("output", 1),
    ("provider", 1),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// A document as a body. What is no block of a configuration is an attribute, as in a variables file.
pub fn body(root: &Node) -> Body {
    let mut body = Body::default();
    for entry in entries(root) {
        match KINDS.iter().find(|(kind, _)| *kind == &*entry.key.name) {
            Some((_, labels)) => blocks(name(entry), &entry.value, *labels, &mut Vec::new(), &mut body.blocks),
            None => body.attributes.push(attribute(entry, false)),
        }
    }
    body
}

fn entries(node: &Node) -> impl Iterator<Item = &Entry> {
    node.entries().iter().filter(|entry| &*entry.key.name != "//")
}

fn name(entry: &Entry) -> Name {
    Name { text: Arc::clone(&entry.key.name), span: entry.key.span }
}

fn blocks(kind: Name, node: &Node, labels: usize, above: &mut Vec<Name>, into: &mut Vec<Block>) {
    if let Value::List(items) = &node.value {
        for item in items.iter() {
            blocks(kind.clone(), item, labels, above, into);
        }
        return;
    }
    if labels > 0 {
        for entry in entries(node) {
            above.push(name(entry));
            blocks(kind.clone(), &entry.value, labels - 1, above, into);
            above.pop();
        }
        return;
    }
    let header = above.last().map_or(kind.span, |label| label.span);
    let plain = matches!(&*kind.text, "variable" | "output");
    let mut body = Body::default();
    for entry in entries(node) {
        match &*entry.key.name {
            "dynamic" => blocks(name(entry), &entry.value, 1, &mut Vec::new(), &mut body.blocks),
            "content" | "statement" | "lifecycle" | "backend" | "required_providers" => {
                let labels = usize::from(&*entry.key.name == "backend");
                blocks(name(entry), &entry.value, labels, &mut Vec::new(), &mut body.blocks);
            }
            key => {
                let written =
                    plain && key == "type" || matches!(key, "iterator" | "depends_on" | "provider" | "source");
                if &*kind.text == "variable" && key == "default" {
                    body.attributes.push(Attribute { name: name(entry), value: constant(&entry.value) });
                } else {
                    body.attributes.push(attribute(entry, written));
                }
            }
        }
    }
    into.push(Block { kind, labels: above.clone(), body, span: header.to(node.span), header });
}

/// An attribute; `written` says that its text is an expression or a word rather than a template.
fn attribute(entry: &Entry, written: bool) -> Attribute {
    let value = match &entry.value.value {
        Value::Str(text) if written => {
            let within = Place::Within(text, entry.value.span);
            match (&*entry.key.name, parse_expression(text.as_str(), within)) {
                ("type" | "iterator", Ok(expr)) => expr,
                _ => Expr { kind: ExprKind::Text(text.clone()), span: entry.value.span },
            }
        }
        _ => expr(&entry.value),
    };
    Attribute { name: name(entry), value }
}

fn expr(node: &Node) -> Expr {
    let kind = match &node.value {
        Value::Bool(truth) => ExprKind::Bool(*truth),
        Value::Int(whole) => ExprKind::Number(Arc::from(whole.to_string())),
        Value::Float(float) => ExprKind::Number(Arc::from(float.to_string())),
        Value::Str(text) => return template(text, node),
        Value::List(items) => ExprKind::Tuple(items.iter().map(expr).collect()),
        Value::Map(_) => ExprKind::Object(entries(node).map(member).collect()),
        Value::Null | Value::Unresolved(_) => ExprKind::Null,
    };
    Expr { kind, span: node.span }
}

/// A value whose strings are no templates.
fn constant(node: &Node) -> Expr {
    let kind = match &node.value {
        Value::Str(text) => ExprKind::Text(text.clone()),
        Value::List(items) => ExprKind::Tuple(items.iter().map(constant).collect()),
        Value::Map(_) => {
            let member = |entry: &Entry| {
                let key = ExprKind::Text(Text::opaque(Arc::clone(&entry.key.name)));
                let key = MemberKey::Expr(Expr { kind: key, span: entry.key.span });
                Member { key, value: constant(&entry.value) }
            };
            ExprKind::Object(entries(node).map(member).collect())
        }
        _ => return expr(node),
    };
    Expr { kind, span: node.span }
}

fn member(entry: &Entry) -> Member {
    let key = Text::opaque(Arc::clone(&entry.key.name));
    let written = Node::new(Value::Str(key.clone()), entry.key.span);
    Member { key: MemberKey::Expr(template(&key, &written)), value: expr(&entry.value) }
}

fn template(text: &Text, node: &Node) -> Expr {
    let plain = Expr { kind: ExprKind::Text(text.clone()), span: node.span };
    if !text.as_str().contains("${") && !text.as_str().contains("%{") {
        return plain;
    }
    match parse_template(text.as_str(), Place::Within(text, node.span)) {
        Ok(parsed) => Expr { span: node.span, ..parsed },
        Err(_) => plain,
    }
}
