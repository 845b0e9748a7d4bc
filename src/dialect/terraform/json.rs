//! Terraform's JSON syntax, as the same tree that HCL gives: strings are templates, objects under a block's kind are
//! blocks, and within a resource nested blocks are attributes.

use std::sync::Arc;

use crate::document::{Entry, Node, Text, Value};
use crate::syntax::hcl::ast::{Attribute, Block, Body, Expr, ExprKind, Member, MemberKey, Name};
use crate::syntax::hcl::{Place, parse_expression, parse_template};

/// Which keys of a language are kinds of blocks, with how many labels they have.
pub struct Kinds {
    /// Those of a file.
    pub outer: &'static [(&'static str, usize)],
    /// Those within a block.
    pub inner: &'static [(&'static str, usize)],
}

/// The blocks of Terraform.
pub const TERRAFORM: Kinds = Kinds {
    outer: &[
        ("check", 1),
        ("data", 2),
        ("locals", 0),
        ("module", 1),
        ("output", 1),
        ("provider", 1),
        ("resource", 2),
        ("terraform", 0),
        ("variable", 1),
    ],
    inner: &[
        ("backend", 1),
        ("content", 0),
        ("dynamic", 1),
        ("lifecycle", 0),
        ("required_providers", 0),
        ("statement", 0),
    ],
};

/// A document as a body. What is no block of a configuration is an attribute, as in a variables file.
pub fn body(root: &Node, kinds: &Kinds) -> Body {
    let mut body = Body::default();
    for entry in entries(root) {
        match labels(kinds.outer, entry) {
            Some(labels) => kinds.blocks(name(entry), &entry.value, labels, &mut Vec::new(), &mut body.blocks),
            None => body.attributes.push(attribute(entry, false)),
        }
    }
    body
}

fn labels(kinds: &[(&str, usize)], entry: &Entry) -> Option<usize> {
    kinds.iter().find(|(kind, _)| *kind == &*entry.key.name).map(|(_, labels)| *labels)
}

fn entries(node: &Node) -> impl Iterator<Item = &Entry> {
    node.entries().iter().filter(|entry| &*entry.key.name != "//")
}

fn name(entry: &Entry) -> Name {
    Name { text: Arc::clone(&entry.key.name), span: entry.key.span }
}

impl Kinds {
    fn blocks(&self, kind: Name, node: &Node, labels: usize, above: &mut Vec<Name>, into: &mut Vec<Block>) {
        if let Value::List(items) = &node.value {
            for item in items.iter() {
                self.blocks(kind.clone(), item, labels, above, into);
            }
            return;
        }
        if labels > 0 {
            for entry in entries(node) {
                above.push(name(entry));
                self.blocks(kind.clone(), &entry.value, labels - 1, above, into);
                above.pop();
            }
            return;
        }
        let header = above.last().map_or(kind.span, |label| label.span);
        let plain = matches!(&*kind.text, "variable" | "output");
        let mut body = Body::default();
        for entry in entries(node) {
            if let Some(labels) = self::labels(self.inner, entry) {
                self.blocks(name(entry), &entry.value, labels, &mut Vec::new(), &mut body.blocks);
                continue;
            }
            let key = &*entry.key.name;
            let written = plain && key == "type" || matches!(key, "iterator" | "depends_on" | "provider" | "source");
            if &*kind.text == "variable" && key == "default" {
                body.attributes.push(Attribute { name: name(entry), value: constant(&entry.value) });
            } else {
                body.attributes.push(attribute(entry, written));
            }
        }
        into.push(Block { kind, labels: above.clone(), body, span: header.to(node.span), header });
    }
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
