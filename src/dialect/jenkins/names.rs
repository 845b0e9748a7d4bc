//! What names stand for, and texts that are put together of them.
//!
//! A name is known where one text is written out for it, at the top of the file or in the environment, and nothing else is anywhere.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::read::Reading;
use super::tree::{Call, bare, of_environment, variable};
use crate::document::{Node, PartialText, Text, TextPart, Unresolved, Value};
use crate::fact::command::HOLE;
use crate::source::Span;
use crate::syntax::groovy::{Piece, WORKED_OUT, pieces};
use crate::syntax::spelled::Spelled;

/// How far names of names are followed.
const DEEPEST: usize = 8;

/// What may be made of the names of a file, in bytes of texts and in names that are looked at; what comes after that is open.
const MOST: usize = 4 << 20;

/// What a name that is looked at costs.
const COST: usize = 64;

/// How many times its length a script costs that is made of names: its commands are larger than its text.
const SCRIPT: usize = 8;

/// The names of a file.
pub(super) struct Names<'n> {
    /// All values that a name is given.
    values: BTreeMap<&'n str, Vec<&'n Node>>,
    /// Those of which one is certain.
    constant: BTreeSet<&'n str>,
    /// The parameters, each with whether anybody may say what it is.
    pub parameters: BTreeMap<&'n str, bool>,
    /// Whether `params` may be what a function is called with.
    pub is_library: bool,
    /// What is left of the most that may be made.
    left: Cell<usize>,
}

/// A value that is filled in, as it is written.
pub(super) struct Filled {
    pub expression: Box<str>,
    pub span: Span,
}

/// Parameters of which whoever starts a build cannot say what they are.
const BOUND: &[&str] =
    &["choice", "booleanParam", "boolean", "run", "password", "credentials", "file", "stashedFile", "base64File"];

impl<'n> Names<'n> {
    pub fn of(root: &'n Node, reading: &Reading<'n>, is_library: bool) -> Names<'n> {
        let mut values: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
        for set in &reading.set {
            values.entry(of_environment(&set.entry.key.name)).or_default().push(&set.entry.value);
        }
        let top = root.items().iter().filter_map(|statement| statement.get("set")).flat_map(Node::entries);
        let environment = reading.set.iter().filter(|set| set.is_environment).map(|set| set.entry);
        let mut constant: BTreeSet<&str> =
            top.chain(environment).map(|entry| of_environment(&entry.key.name)).collect();
        constant.retain(|name| values.get(name).is_some_and(|values| values.len() == 1));
        let named = |call: &Call<'n>| Some((call.get("name")?.as_str()?, !BOUND.contains(&call.name)));
        let parameters: BTreeMap<&str, bool> = reading.parameters.iter().filter_map(named).collect();
        constant.retain(|name| !parameters.contains_key(name));
        Names { values, constant, parameters, is_library, left: Cell::new(MOST) }
    }

    /// Takes something of the most that may be made; whether there was so much left.
    pub fn spend(&self, bytes: usize) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(bytes + COST));
        left > bytes + COST
    }

    /// All values that a name is given.
    pub fn values(&self, name: &str) -> &[&'n Node] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The one value of a name.
    fn constant(&self, name: &str) -> Option<&'n Node> {
        self.constant.contains(name).then(|| self.values(name).first().copied()).flatten().map(bare)
    }

    /// A value as far as it is known, where it is used.
    pub fn shown(&self, node: &Node) -> Node {
        self.shown_at(node, 0)
    }

    fn shown_at(&self, node: &Node, depth: usize) -> Node {
        let node = bare(node);
        let Value::Unresolved(open) = &node.value else {
            let call = node.get("call").and_then(Node::as_str).map(|name| format!("{name}(…)"));
            let is_open = call.is_some() || node.get("operands").is_some();
            return if is_open {
                Node::unresolved(&call.unwrap_or_default(), WORKED_OUT, node.span)
            } else {
                node.clone()
            };
        };
        if let Some(name) = variable(node)
            && depth < DEEPEST
            && self.spend(0)
            && let Some(value) = self.constant(name)
        {
            let value = self.shown_at(value, depth + 1);
            return value.used_at(node.span, format!("`{name}` is set here"));
        }
        let Some(parts) = open.partial.is_some().then(|| pieces(&open.expression, node.span)).flatten() else {
            return node.clone();
        };
        let parts: Vec<Cow<'_, str>> = self.parts(&parts, depth);
        let joined =
            parts.iter().map(|part| if part == HOLE { TextPart::Hole } else { TextPart::Known(part.as_ref().into()) });
        match PartialText::joined(joined) {
            None => Node::text(parts.concat(), node.span),
            Some(partial) => {
                let open = Unresolved { partial: Some(Box::new(partial)), ..Unresolved::clone(open) };
                Node::new(Value::Unresolved(Arc::new(open)), node.span)
            }
        }
    }

    /// The texts of pieces, with holes where they are not known.
    fn parts<'p>(&self, pieces: &'p [Piece], depth: usize) -> Vec<Cow<'p, str>> {
        let part = |piece: &'p Piece| match piece {
            Piece::Known(text) => Cow::Borrowed(text.as_str()),
            Piece::Value { expression, .. } => self.known(expression, depth).map_or(Cow::Borrowed(HOLE), Cow::Owned),
        };
        pieces.iter().map(part).collect()
    }

    /// The text that an expression certainly is.
    fn known(&self, expression: &str, depth: usize) -> Option<String> {
        let value = self.constant(of_environment(expression)).filter(|_| depth < DEEPEST && self.spend(0))?;
        let text = self.shown_at(value, depth + 1).as_str().map(str::to_owned)?;
        self.spend(text.len()).then_some(text)
    }

    /// The text of a script with holes for what is not known of it, its place, and what is filled in; none where nothing is known of it,
    /// or where names have made too much already.
    pub fn script(&self, written: &Node) -> Option<(Text, Span, Vec<Filled>)> {
        let found = self.filled(written)?;
        let made = found.0.as_str().len().saturating_sub(written.span.len());
        self.spend(made.saturating_mul(SCRIPT)).then_some(found)
    }

    fn filled(&self, written: &Node) -> Option<(Text, Span, Vec<Filled>)> {
        let node = self.followed(written);
        let span = node.span;
        if let Value::Str(text) = &node.value {
            return Some((text.clone(), span, Vec::new()));
        }
        let pieces = pieces_of(node, 0)?;
        let (mut text, mut filled) = (Spelled::default(), Vec::new());
        for piece in pieces {
            match piece {
                Piece::Known(known) => text.part(&known, 0, known.as_str().len()),
                Piece::Value { expression, span } => {
                    let known = self.known(&expression, 0);
                    text.escape(known.as_deref().unwrap_or(HOLE), span.start as usize, span.end as usize);
                    filled.extend(known.is_none().then_some(Filled { expression, span }));
                }
            }
        }
        let is_told = text.as_str().replace(HOLE, "").contains(|c: char| c.is_alphanumeric());
        is_told.then(|| (text.finish(), span, filled))
    }

    /// The value of a name that is one.
    fn followed<'a>(&'a self, node: &'a Node) -> &'a Node {
        let mut node = bare(node);
        for _ in 0..DEEPEST {
            let Some(value) = variable(node).and_then(|name| self.constant(name)) else { break };
            node = bare(value);
        }
        node
    }
}

/// The pieces of a text that is put together, by `+` or by `join`.
fn pieces_of(node: &Node, depth: usize) -> Option<Vec<Piece>> {
    if depth > DEEPEST {
        return None;
    }
    let node = bare(node);
    let hole = || vec![Piece::Value { expression: shown(node), span: node.span }];
    match &node.value {
        Value::Str(text) => Some(vec![Piece::Known(text.clone())]),
        Value::Unresolved(open) if open.partial.is_some() => pieces(&open.expression, node.span),
        _ if node.get("operands").is_some() => {
            let operands = node.get("operands").map_or(&[][..], Node::items);
            let part = |operand: &Node| {
                pieces_of(operand, depth + 1)
                    .unwrap_or_else(|| vec![Piece::Value { expression: shown(operand), span: operand.span }])
            };
            Some(operands.iter().flat_map(part).collect())
        }
        _ if node.get("call").and_then(Node::as_str) == Some("join") => {
            let joint = node.get("arguments").and_then(|list| list.items().first()?.as_str()).unwrap_or("");
            let items = node.get("of").filter(|list| !list.items().is_empty())?.items();
            let mut found = Vec::new();
            for (at, item) in items.iter().enumerate() {
                found.extend((at > 0).then(|| Piece::Known(Text::opaque(joint))));
                found.extend(pieces_of(item, depth + 1).unwrap_or_else(hole));
            }
            Some(found)
        }
        _ => None,
    }
}

/// A value in short, for what is said of it.
fn shown(node: &Node) -> Box<str> {
    let call = node.get("call").and_then(Node::as_str).map(|name| format!("{name}(…)").into());
    call.or_else(|| node.as_unresolved().map(|open| open.expression.clone())).unwrap_or_default()
}
