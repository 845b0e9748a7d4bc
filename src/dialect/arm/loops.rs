//! Loops over properties and variables: `copy`.

use super::call::Call;
use super::scope::Scope;
use crate::document::{Entry, Node, Unresolved, Value};
use std::sync::Arc;

/// Most items of a variable that a loop makes.
const MAX_ITEMS: i64 = 64;

/// The loops that an entry writes: the lower-case names of what they make, and the loops.
pub fn written(entry: &Entry) -> Option<impl Iterator<Item = (String, &Node)>> {
    if &*entry.key.name != "copy" {
        return None;
    }
    let items = entry.value.items();
    let name = |item: &Node| item.get("name").and_then(Node::as_str).map(str::to_ascii_lowercase);
    let are_loops = !items.is_empty() && items.iter().all(|item| name(item).is_some() && item.get("count").is_some());
    are_loops.then(|| items.iter().filter_map(move |item| Some((name(item)?, item))))
}

impl Scope<'_> {
    /// The property that a loop makes: a list of one item that stands for all of them.
    pub fn property_loop(&self, item: &Node) -> Entry {
        let name = item.get("name").unwrap_or(item);
        let items = match self.count(item) {
            Ok(0) => Node::list(Vec::new(), item.span),
            Ok(count) => Node::list(vec![self.item(item, (count == 1).then_some(0))], item.span),
            Err(because) => Node::unresolved("copy", because, item.span),
        };
        Entry::new(name.as_str().unwrap_or(""), name.span, items)
    }

    /// The variable that a loop makes.
    pub fn variable_loop(&self, item: &Node) -> Node {
        match self.count(item) {
            Ok(count @ 0..=MAX_ITEMS) => {
                Node::list((0..count).map(|index| self.item(item, Some(index))).collect(), item.span)
            }
            Ok(_) => Node::unresolved("copy", "the loop has too many items to be followed", item.span),
            Err(because) => Node::unresolved("copy", because, item.span),
        }
    }

    /// The number of items of a loop, or why it is not known.
    pub fn count(&self, item: &Node) -> Result<i64, Box<str>> {
        let count = item.get("count").map(|node| self.value(node));
        match count.as_ref().map(|node| &node.value) {
            Some(Value::Int(count)) if *count >= 0 => Ok(*count),
            Some(Value::Str(text)) if text.as_str().parse::<u32>().is_ok() => Ok(text.as_str().parse().unwrap_or(0)),
            Some(Value::Unresolved(open)) => Err(open.because.clone()),
            _ => Err("the loop has no number of items".into()),
        }
    }

    fn item(&self, item: &Node, index: Option<i64>) -> Node {
        let Some(input) = item.get("input") else { return Node::new(Value::Null, item.span) };
        let name = item.get("name").and_then(Node::as_str).unwrap_or("").to_ascii_lowercase();
        self.loops.borrow_mut().push((name, index));
        let value = self.value(input);
        self.loops.borrow_mut().pop();
        value
    }
}

/// `copyIndex()`, `copyIndex('loop', offset)`.
pub fn copy_index(call: &Call<'_, '_>) -> Node {
    let values = call.values();
    let name = values.first().and_then(Option::as_ref).and_then(Node::as_str).map(str::to_ascii_lowercase);
    let offset = match values.last().and_then(Option::as_ref).map(|node| &node.value) {
        Some(Value::Int(offset)) => Some(*offset),
        Some(Value::Str(_)) | None => Some(0),
        Some(_) => None,
    };
    let index = name.and_then(|name| {
        let loops = call.scope.loops.borrow();
        loops.iter().rev().find(|(known, _)| *known == name).and_then(|(_, index)| *index)
    });
    if let Some(number) = index.zip(offset).and_then(|(index, offset)| index.checked_add(offset)) {
        return call.node(Value::Int(number));
    }
    let unresolved = Unresolved {
        expression: call.written(call.whole).into(),
        because: "it differs from one item of the loop to the next".into(),
        partial: Some(Box::default()),
        ..Unresolved::default()
    };
    call.node(Value::Unresolved(Arc::new(unresolved)))
}
