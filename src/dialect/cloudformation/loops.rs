//! `Fn::ForEach`: entries of a map that are written once and stand for many.

use std::sync::Arc;

use super::scope::Scope;
use super::stack::{Member, Stack, TOO_MUCH};
use super::text::Builder;
use crate::document::{Entry, Map, Node, PartialText, Text, TextPart, Unresolved, Value};

/// What the key of a loop begins with.
pub const LOOP: &str = "Fn::ForEach";

/// Steps that one iteration of a loop counts for, beside those of what it makes.
const ITERATION: u32 = 20;

/// What an entry that a loop makes counts for, in bytes.
const MEMBER: usize = 256;

impl Stack<'_> {
    /// The entries of a map, with loops expanded, and the loops that cannot be.
    pub fn members(&self, map: &Map, scope: &Scope) -> (Vec<Member>, Vec<Unresolved>) {
        let mut members = Vec::with_capacity(map.entries.len());
        let mut open = Vec::new();
        for entry in map.written() {
            if entry.key.name.starts_with(LOOP) {
                self.expand(entry, scope, &mut members, &mut open);
            } else {
                let name = match replaced(&entry.key.name, scope) {
                    Some(parts) => parts.iter().map(Part::text).collect::<String>().into(),
                    None => Arc::clone(&entry.key.name),
                };
                let (key, value) = (entry.key.span, entry.value.clone());
                let in_loop = scope.loops().next().is_some();
                if in_loop && !self.budget.keep(MEMBER) {
                    let because = TOO_MUCH.into();
                    open.push(Unresolved { expression: name.as_ref().into(), because, ..Unresolved::default() });
                    break;
                }
                members.push(Member { name, key, value, scope: scope.clone(), perhaps: None });
            }
        }
        (members, open)
    }

    /// `Fn::ForEach::Name: [Variable, Collection, { Key: Value }]`.
    fn expand(&self, entry: &Entry, scope: &Scope, members: &mut Vec<Member>, open: &mut Vec<Unresolved>) {
        let refused = |because: &str| Unresolved {
            expression: (&*entry.key.name).into(),
            because: because.into(),
            ..Unresolved::default()
        };
        let [variable, collection, body] = entry.value.items() else {
            return open.push(refused("it takes a name, a collection and a map"));
        };
        let (Value::Str(variable), Some(body)) = (&variable.value, body.as_map()) else {
            return open.push(refused("it takes a name, a collection and a map"));
        };
        let collection = self.value(collection, scope);
        let items = match collection.as_ref().map(|node| &node.value) {
            Some(Value::List(items)) => Arc::clone(items),
            Some(Value::Unresolved(unresolved)) => {
                // The body stands for any number of entries: one of them is shown, with the item open.
                let item = Unresolved { expression: variable.as_str().into(), ..refused(&unresolved.because) };
                let item = Unresolved { partial: Some(Box::default()), ..item };
                let node = Node::new(Value::Unresolved(Arc::new(item)), entry.key.span);
                let (found, inner) = self.members(body, &scope.with_loop(&variable.shared(), node));
                let loops = Arc::new(refused(&unresolved.because));
                members.extend(found.into_iter().map(|member| Member { perhaps: Some(Arc::clone(&loops)), ..member }));
                open.extend(inner);
                return open.push(refused(&unresolved.because));
            }
            _ => return open.push(refused("its collection is no list")),
        };
        for item in items.iter() {
            if let Some(unresolved) = item.as_unresolved() {
                open.push(refused(&unresolved.because));
                continue;
            }
            self.budget.spend(ITERATION);
            let Some(_level) = self.budget.enter() else { return open.push(refused(TOO_MUCH)) };
            let item = self
                .scalar(item)
                .map_or_else(|_| item.clone(), |text| Node { value: Value::Str(Text::opaque(text)), ..item.clone() });
            let (found, inner) = self.members(body, &scope.with_loop(&variable.shared(), item));
            members.extend(found);
            let is_cut = !inner.is_empty() && self.budget.spent().is_short;
            open.extend(inner);
            if is_cut {
                return;
            }
        }
    }
}

/// A string with the loop variables in it replaced.
pub fn text(node: &Node, text: &Text, scope: &Scope) -> Node {
    if let Some(open) = open_text(node, text.as_str(), scope) {
        return open;
    }
    let Some(parts) = replaced(text.as_str(), scope) else { return node.clone() };
    let mut builder = Builder::new(node.span);
    for part in parts {
        match part {
            Part::Kept(_, range) => builder.written(text, range, node.span),
            Part::Replaced(value) => builder.placed(&value, node.span),
        }
    }
    builder.finish()
}

/// A string in which the variable of a loop over an open list stands: known in part; none for any other.
fn open_text(node: &Node, text: &str, scope: &Scope) -> Option<Node> {
    let is_named = |name: &str| text.contains(&format!("${{{name}}}")) || text.contains(&format!("&{{{name}}}"));
    let (name, item) =
        scope.loops().find_map(|(name, item)| Some((name, item.as_unresolved()?)).filter(|_| is_named(name)))?;
    let marked = text.replace(&format!("${{{name}}}"), "\u{0}").replace(&format!("&{{{name}}}"), "\u{0}");
    let pieces = marked.split('\u{0}').flat_map(|piece| [TextPart::Hole, TextPart::known(piece)]).skip(1);
    let partial = PartialText::joined(pieces).map(Box::new);
    let open = Unresolved { expression: text.into(), partial, ..item.clone() };
    Some(Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() })
}

/// A part of a text in which loop variables are replaced.
enum Part<'t> {
    Kept(&'t str, std::ops::Range<usize>),
    Replaced(String),
}

impl Part<'_> {
    fn text(&self) -> &str {
        match self {
            Part::Kept(text, _) => text,
            Part::Replaced(text) => text,
        }
    }
}

/// A text with `${Variable}` and `&{Variable}` (letters and digits only) replaced; none when there is nothing to replace.
fn replaced<'t>(text: &'t str, scope: &Scope) -> Option<Vec<Part<'t>>> {
    if scope.loops().next().is_none() || !text.contains('{') {
        return None;
    }
    let mut parts = Vec::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('{')).map(|found| at + found) {
        at = open + 1;
        let Some(close) = text.get(at..).and_then(|rest| rest.find('}')).map(|found| at + found) else { break };
        let begins = open.saturating_sub(1);
        let (sign, name) = (text.get(begins..open).unwrap_or(""), text.get(at..close).unwrap_or(""));
        let Some(value) = scope.loop_variable(name).and_then(Node::as_str) else { continue };
        let value = match sign {
            "$" => value.to_owned(),
            "&" => value.chars().filter(char::is_ascii_alphanumeric).collect(),
            _ => continue,
        };
        parts.push(Part::Kept(text.get(kept..begins).unwrap_or(""), kept..begins));
        parts.push(Part::Replaced(value));
        kept = close + 1;
        at = kept;
    }
    if parts.is_empty() {
        return None;
    }
    parts.push(Part::Kept(text.get(kept..).unwrap_or(""), kept..text.len()));
    Some(parts)
}
