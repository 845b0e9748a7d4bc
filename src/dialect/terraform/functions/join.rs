//! `join` and `split`, also of lists of which only some items are known, and of texts of which only some parts are.

use std::sync::Arc;

use super::kept::items_of;
use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::value::{MAX_TEXT, Partial, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "join",
        params: &[
            Param::one("separator", Accepts::String),
            Param::one("lists", Accepts::ListOfString).open().any_number(),
        ],
        gives: Accepts::String,
        call: join,
    },
    Function {
        name: "split",
        params: &[Param::one("separator", Accepts::String), Param::one("str", Accepts::String).open()],
        gives: Accepts::ListOfString,
        call: split,
    },
];

/// Whether an item of a list stands for any number of items.
fn is_spread(item: &Value) -> bool {
    item.as_unknown().is_some_and(|unknown| unknown.spread)
}

/// Where an item is not known, what is known of the text remains.
fn join(call: &mut Call<'_>) -> Result<Value, Refusal> {
    if call.count() < 2 {
        return Err(Refusal::new("at least one list is required"));
    }
    if !call.arg(0).is_known() {
        return Ok(Value::unknown_from(Type::String, [call.arg(0)]));
    }
    let items: Vec<Value> = call.args.iter().skip(1).filter_map(listed).flatten().collect();
    if items.iter().any(Value::is_null) {
        return Err(Refusal::new("an item is null"));
    }
    // A rendered text that stands alone stays the one that was rendered.
    if let [only] = items.as_slice()
        && !is_spread(only)
    {
        return Ok(only.clone());
    }
    if items.iter().all(Value::is_known) {
        let parts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        if parts.iter().map(|part| part.len() + call.str(0).len()).sum::<usize>() > 2 * MAX_TEXT {
            return Ok(Value::unknown(Type::String, "the text is longer than 1 MiB, the limit here"));
        }
        return Ok(Value::string(parts.join(call.str(0))));
    }
    if items.iter().all(is_spread) {
        return Ok(Value::unknown_from(Type::String, &items));
    }
    let pieces = pieces_of(&items, call.arg(0));
    Ok(Value::unknown_from(Type::String, &pieces).with_partial(Partial::Template(Arc::new(pieces))))
}

/// The items of a list: an item of a list whose number of items is known is one.
fn listed(list: &Value) -> Option<Vec<Value>> {
    list.items().map(<[Value]>::to_vec).or_else(|| items_of(list))
}

/// The pieces of the text that items are joined to. What stands for any number of items has the separator with it that is there
/// where there is an item.
fn pieces_of(items: &[Value], separator: &Value) -> Vec<Value> {
    let mut pieces = Vec::new();
    let mut is_begun = false;
    for item in items {
        if !is_spread(item) {
            if is_begun && separator.as_str() != Some("") {
                pieces.push(separator.clone());
            }
            is_begun = true;
            pieces.push(item.clone());
            continue;
        }
        let hole = Value::unknown_from(Type::String, [item]);
        let inner =
            if is_begun { vec![separator.clone(), hole.clone()] } else { vec![hole.clone(), separator.clone()] };
        let some = hole.clone().with_partial(Partial::Template(Arc::new(inner)));
        pieces.push(hole.with_partial(Partial::Either(Arc::new(vec![Value::string(""), some]))));
    }
    pieces
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of the table")]
fn split(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (separator, text) = (call.str(0), call.arg(1));
    if !call.arg(0).is_known() {
        return Ok(Value::unknown_from(Type::list(Type::String), [call.arg(0)]));
    }
    if let Some(unknown) = text.as_unknown() {
        let whole = Value::unknown_from(Type::list(Type::String), [text]);
        return Ok(match &unknown.partial {
            Some(Partial::Template(pieces)) if !separator.is_empty() => {
                let mut parts = Parts { separator, ..Parts::default() };
                parts.take(pieces);
                whole.with_partial(Partial::Items(Arc::new(parts.finish())))
            }
            _ => whole,
        });
    }
    let text = call.str(1);
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars().map(|ch| Value::string(ch.to_string())).collect()
    } else {
        text.split(separator).map(Value::string).collect()
    };
    Ok(Value::list(Type::String, parts))
}

/// The items that a text with holes is taken apart into.
#[derive(Default)]
struct Parts<'t> {
    separator: &'t str,
    items: Vec<Value>,
    /// What is known of the item that has begun.
    text: String,
    /// What may be a part of that item, or hold further separators.
    hole: Option<Value>,
    /// Whether what comes next is a separator, or the end.
    is_ended: bool,
}

impl Parts<'_> {
    /// As deep as values are.
    fn take(&mut self, pieces: &[Value]) {
        for piece in pieces {
            let partial = piece.as_unknown().and_then(|unknown| unknown.partial.as_ref());
            match (piece.as_str(), partial) {
                (Some(text), _) => self.known(text),
                (None, Some(Partial::Template(inner))) => self.take(inner),
                (None, _) => match edge(piece, self.separator) {
                    Some(Edge::Ended) if self.is_at_start() => self.items.push(any_number(piece)),
                    Some(Edge::Begun) => {
                        self.flush();
                        self.items.push(any_number(piece));
                        self.is_ended = true;
                    }
                    _ => self.hole = Some(piece.clone()),
                },
            }
        }
    }

    fn is_at_start(&self) -> bool {
        self.text.is_empty() && self.hole.is_none() && !self.is_ended
    }

    fn known(&mut self, text: &str) {
        for (at, part) in text.split(self.separator).enumerate() {
            if at > 0 {
                self.flush();
                self.is_ended = false;
            }
            self.text.push_str(part);
        }
    }

    /// Ends the item that has begun.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        match self.hole.take() {
            Some(hole) => self.items.push(any_number(&hole)),
            // What follows an end without a separator is a part of what is not known.
            None if self.is_ended => {}
            None => self.items.push(Value::string(text)),
        }
    }

    fn finish(mut self) -> Vec<Value> {
        self.flush();
        self.items
    }
}

/// A hole as any number of items.
fn any_number(hole: &Value) -> Value {
    Value::unknown_from(Type::String, [hole]).spread()
}

/// Where a hole ends an item if anything stands in it.
enum Edge {
    /// Before it.
    Begun,
    /// Behind it.
    Ended,
}

/// Which edge a hole has that [`pieces_of`] made.
fn edge(piece: &Value, separator: &str) -> Option<Edge> {
    let Some(Partial::Either(ways)) = &piece.as_unknown()?.partial else { return None };
    let [nothing, some] = ways.as_slice() else { return None };
    let Some(Partial::Template(inner)) = &some.as_unknown()?.partial else { return None };
    match inner.as_slice() {
        _ if nothing.as_str() != Some("") => None,
        [first, _] if first.as_str() == Some(separator) => Some(Edge::Begun),
        [_, last] if last.as_str() == Some(separator) => Some(Edge::Ended),
        _ => None,
    }
}
