//! Objects, arrays, loops and functions that are written in an expression of Bicep.

use std::sync::Arc;

use crate::dialect::arm::call::Call;
use crate::dialect::arm::expression::{Expression, Item, Member};
use crate::dialect::arm::object;
use crate::document::{Entry, Map, Node, Unresolved, Value};
use crate::kernel::lift::{Evaluated, Fault, any_number, as_often, counted, is_any_number, one_of_any_number};
use crate::source::Span;

/// Most items that a loop is followed for.
pub const MAX_ITEMS: usize = 64;

/// `{ name: value, ...value }`
pub fn object(call: &Call<'_, '_>, members: &[Member]) -> Node {
    let mut parts: Vec<Evaluated> = Vec::new();
    let mut map = Map::default();
    for member in members {
        match member {
            Member::Entry(key, value) => entry(call, &mut map, key, value),
            Member::Spread(value) => {
                parts.push(Some(call.node(Value::Map(Arc::new(std::mem::take(&mut map))))));
                parts.push(call.value(value));
            }
        }
    }
    let last = call.node(Value::Map(Arc::new(map)));
    if parts.is_empty() {
        return last;
    }
    parts.push(Some(last));
    object::merged(call, parts)
}

fn entry(call: &Call<'_, '_>, map: &mut Map, key: &Expression, value: &Expression) {
    let name = call.scope.evaluate(key, call.place);
    match &name.value {
        Value::Str(name) => {
            let span = Span::new(call.place.span.file, key.range.start, key.range.end);
            map.entries.push(Entry::new(name.shared(), span, call.scope.evaluate(value, call.place)));
        }
        Value::Unresolved(open) => map.rest = Some(Arc::clone(open)),
        _ => {
            let because = "a key is no text".into();
            map.rest = Some(Arc::new(Unresolved { because, ..Unresolved::default() }));
        }
    }
}

/// `[value, ...value]`
pub fn array(call: &Call<'_, '_>, items: &[Item]) -> Node {
    let mut listed = Vec::new();
    for item in items {
        match item {
            Item::Value(value) => listed.push(call.scope.evaluate(value, call.place)),
            Item::Spread(value) => match call.scope.evaluate(value, call.place) {
                Node { value: Value::List(items), .. } => listed.extend(items.iter().cloned()),
                open @ Node { value: Value::Unresolved(_), .. } => {
                    listed.push(Node { span: call.place.span, ..any_number(&open) });
                }
                _ => return call.open("only arrays have items to spread"),
            },
        }
    }
    call.node(Value::List(Arc::new(listed)))
}

/// `[for item in array: value]`
pub fn repeated(call: &Call<'_, '_>, names: &[String], over: &Expression, body: &Expression) -> Node {
    call.lift(&[call.value(over)], &|values| {
        let items = within_bounds(values.first().and_then(Option::as_ref))?;
        let made = items.iter().enumerate().map(|(at, item)| {
            let each = |item: &Node| {
                let bound = bound(names, item, at, call.place.span);
                call.scope.with_locals(bound, || call.scope.evaluate(body, call.place))
            };
            if is_any_number(item) { as_often(each(&one_of_any_number(item)), item) } else { each(item) }
        });
        Ok(Some(call.node(Value::List(Arc::new(made.collect())))))
    })
}

/// What the names of a loop stand for.
pub fn bound(names: &[String], item: &Node, at: usize, span: Span) -> Vec<(String, Node)> {
    let number = Node::new(Value::Int(i64::try_from(at).unwrap_or(i64::MAX)), span);
    names.iter().cloned().zip([item.clone(), number]).collect()
}

/// The items that a loop goes through.
pub fn items(over: Option<&Node>) -> Result<&[Node], Fault> {
    counted(within_bounds(over)?)
}

/// The same, of which some may stand for any number of items.
fn within_bounds(over: Option<&Node>) -> Result<&[Node], Fault> {
    let Some(Node { value: Value::List(items), .. }) = over else {
        return Err(Fault::Refused("only an array can be gone through".into()));
    };
    if items.len() > MAX_ITEMS {
        return Err(Fault::Open("the loop has too many items to be followed".into()));
    }
    Ok(items)
}
