//! Values to nodes: what rules look at.
//!
//! A value that was written within the resource keeps its place. One that came from elsewhere has the place of the
//! expression that brought it here, and its own place in its trail.

use std::sync::Arc;

use super::eval::narrowed;
use super::module::World;
use super::policy;
use super::same;
use super::value::{Data, Origin, Partial, Type, Unknown, Value};
use super::views;
use crate::dialect::iam;
use crate::document::{Entry, Key, Map, Node, PartialText, Text, TextPart, Unresolved, Value as Plain};
use crate::source::Span;

/// Longest expression that is told of an unresolved value, in bytes.
const LONGEST_EXPRESSION: usize = 300;

/// The making of the nodes of one resource.
pub struct Nodes<'w, 'c> {
    /// The tree of modules.
    pub world: &'w World<'c>,
    /// The resource's block.
    pub within: Span,
    /// The address of the module that it stands in, with a dot, or nothing for the root module.
    pub module: &'w str,
}

/// What is known of a text that is put together from pieces.
fn partial(unknown: &Unknown) -> Option<Box<PartialText>> {
    let Some(Partial::Template(pieces)) = &unknown.partial else { return None };
    let mut parts = Vec::new();
    collect_parts(pieces, &mut parts);
    PartialText::joined(parts).map(Box::new)
}

/// Most pieces that are followed: templates made of templates would have pieces without end.
const MOST_PIECES: usize = 256;

/// About how many bytes of a policy in JSON come to one value.
const BYTES_A_VALUE: usize = 16;

/// The pieces of a template, and those of templates within it. As deep as values are.
fn collect_parts<'v>(pieces: &'v [Value], parts: &mut Vec<TextPart<'v>>) {
    for piece in pieces {
        if parts.len() >= MOST_PIECES {
            parts.push(TextPart::Hole);
            return;
        }
        match (piece.as_str(), piece.as_unknown().map(|unknown| &unknown.partial)) {
            (Some(text), _) => parts.push(TextPart::known(text)),
            (None, Some(Some(Partial::Template(inner)))) => collect_parts(inner, parts),
            (None, _) => parts.push(TextPart::Hole),
        }
    }
}

/// How many values there are within one, with a part of those that its texts are taken apart into: these are smaller.
fn weight(value: &Value) -> u32 {
    value.weight().saturating_add(in_texts(value) / 4)
}

/// About how many values the texts in a value are taken apart into.
fn in_texts(value: &Value) -> u32 {
    if let Some(structure) = &value.origin.structure {
        return structure.weight();
    }
    let sum = |all: u32, value: &Value| all.saturating_add(in_texts(value));
    match value.data() {
        Data::Text(text) if iam::is_policy_text(text.as_str()) => {
            u32::try_from(text.as_str().len() / BYTES_A_VALUE).unwrap_or(u32::MAX)
        }
        Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => items.iter().fold(0, sum),
        Data::Map(_, members) | Data::Object(members) => members.values().fold(0, sum),
        _ => 0,
    }
}

impl Nodes<'_, '_> {
    /// The node of the value of a whole block. When a root module holds too much, its largest attributes are left out.
    pub fn body(&self, value: &Value) -> Node {
        let whole = Origin { span: Some(self.within), ..Origin::default() };
        if self.world.keep(weight(value)) {
            return self.node(value, &whole);
        }
        let mut members = value.members().cloned().unwrap_or_default();
        for member in members.values_mut().filter(|member| !self.world.keep(weight(member))) {
            let limit = Value::unknown(Type::Dynamic, self.world.limit());
            *member = limit.with_origin(member.origin.clone());
        }
        self.node(&Value::object(members).with_origin(value.origin.clone()), &whole)
    }

    /// The node of a value; `parent` is what it is a part of.
    pub fn node(&self, value: &Value, parent: &Origin) -> Node {
        let own = &value.origin;
        let at = parent.span.unwrap_or(self.within);
        let (span, trail) = match own.span {
            Some(span) if self.within.contains(span) => (span, own.trail.clone()),
            Some(_) => (at, narrowed(parent, own)),
            None => (at, parent.trail.clone()),
        };
        let here = Origin { span: Some(span), key: None, trail: trail.clone(), structure: None };
        if let Some(structure) = policy::structure(value) {
            return Node { span, trail, ..self.node(&structure, &here) };
        }
        let plain = match value.data() {
            Data::Null(_) => Plain::Null,
            Data::Bool(truth) => Plain::Bool(*truth),
            Data::Number(number) => match number.as_i64() {
                Some(whole) => Plain::Int(whole),
                None => Plain::Float(number.to_f64()),
            },
            Data::Text(text) => Plain::Str(self.text(text, own)),
            Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => {
                Plain::List(Arc::new(items.iter().map(|item| self.node(item, &here)).collect()))
            }
            Data::Map(_, members) | Data::Object(members) => {
                let entries = members.iter().map(|(name, member)| self.entry(name, member, &here)).collect();
                Plain::Map(Arc::new(Map { entries, rest: None }))
            }
            Data::Unknown(unknown) => self.unknown(unknown, value, &here),
        };
        let mut node = Node { value: plain, span, trail };
        views::derive(&mut node);
        node
    }

    fn entry(&self, name: &Arc<str>, member: &Value, here: &Origin) -> Entry {
        let value = self.node(member, here);
        let span = member.origin.key.filter(|key| self.within.contains(*key)).unwrap_or(value.span);
        Entry { key: Key { name: Arc::clone(name), span }, value, derived: false }
    }

    /// A text that stands in the resource leads back to it; one from elsewhere has only its trail.
    fn text(&self, text: &Text, own: &Origin) -> Text {
        let in_place = own.trail.is_none() && own.span.is_some_and(|span| self.within.contains(span));
        if in_place || !text.is_traced() { text.clone() } else { Text::opaque(text.shared()) }
    }

    fn unknown(&self, unknown: &Unknown, value: &Value, here: &Origin) -> Plain {
        let mut unresolved = self.unresolved(unknown, value, here);
        match &unknown.partial {
            Some(Partial::Items(items)) if !unknown.spread => {
                let mut nodes: Vec<Node> = items.iter().map(|item| self.node(item, here)).collect();
                let open = items.iter().any(|item| item.as_unknown().is_some_and(|unknown| unknown.spread));
                if !open {
                    unresolved.spread = true;
                    let span = here.span.unwrap_or(self.within);
                    nodes.push(Node::new(Plain::Unresolved(Arc::new(unresolved)), span));
                }
                Plain::List(Arc::new(nodes))
            }
            Some(Partial::Members(members)) if !members.is_empty() && !unknown.spread => {
                let entries = members.iter().map(|(name, member)| self.entry(name, member, here)).collect();
                Plain::Map(Arc::new(Map { entries, rest: Some(Arc::new(unresolved)) }))
            }
            Some(Partial::Either(all)) => {
                unresolved.alternatives = all.iter().map(|one| self.node(one, here)).collect();
                unresolved.guards.clone_from(&unknown.asks.guards);
                Plain::Unresolved(Arc::new(unresolved))
            }
            _ => {
                let span = here.span.unwrap_or(self.within);
                let truth = unknown.asks.truth.as_ref().filter(|_| !unknown.spread);
                Plain::Unresolved(Arc::new(match truth {
                    Some(guard) => unresolved.true_where(guard, span),
                    None => unresolved,
                }))
            }
        }
    }

    fn unresolved(&self, unknown: &Unknown, value: &Value, here: &Origin) -> Unresolved {
        let place = value.origin.span.or(here.span).unwrap_or(self.within);
        let source = self.world.corpus.workspace.source(place.file);
        let written = source.map_or("", |source| source.slice(place));
        let end = written.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST_EXPRESSION);
        let same = (end.is_none() && !unknown.spread).then(|| same::of(written, &unknown.references, self.module));
        Unresolved {
            expression: written.get(..end.unwrap_or(written.len())).unwrap_or("").into(),
            because: (&*unknown.because).into(),
            references: unknown.references.iter().map(|reference| (&**reference).into()).collect(),
            spread: unknown.spread,
            partial: partial(unknown),
            question: unknown.asks.question.clone(),
            same: same.flatten(),
            ..Unresolved::default()
        }
    }
}
