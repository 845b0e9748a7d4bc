//! Functions of arrays, those that apply another function to every item among them.

use super::call::Call;
use super::expression::{Expression, Form};
use super::function::{MAX_LENGTH, listed, truth_of};
use super::text::{argument_text, text_node};
use crate::document::{Entry, Node, Text, Value};
use crate::kernel::lift::{Evaluated, Fault, any_number, as_often, counted, is_any_number, one_of_any_number};
use crate::truth::Truth;

/// The items of an array that is decided, though they may not be.
fn items(value: Option<&Evaluated>) -> Result<&[Node], Fault> {
    counted(items_in_part(value)?)
}

/// The items of an array of which some may stand for any number of items.
fn items_in_part(value: Option<&Evaluated>) -> Result<&[Node], Fault> {
    match value.and_then(Option::as_ref) {
        Some(Node { value: Value::List(items), .. }) => Ok(items),
        _ => Err(Fault::Refused("an array is expected".into())),
    }
}

fn number(value: Option<&Evaluated>) -> Result<usize, Fault> {
    match value.and_then(Option::as_ref).map(|node| &node.value) {
        Some(Value::Int(number)) => Ok(usize::try_from(*number).unwrap_or(0)),
        _ => Err(Fault::Refused("a number is expected".into())),
    }
}

/// `range(first, count)`
pub fn range(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let [Some(Node { value: Value::Int(first), .. }), count] = values else {
            return Err(Fault::Refused("`range` takes two numbers".into()));
        };
        let count = number(Some(count))?;
        if count > MAX_LENGTH {
            return Err(Fault::Open("the array is too long to be followed".into()));
        }
        let numbers = (0..count).filter_map(|at| first.checked_add(i64::try_from(at).ok()?));
        listed(call, numbers.map(|number| call.node(Value::Int(number))).collect())
    })
}

/// `take(array, count)` and `skip(array, count)`, of texts too.
pub fn part(call: &Call<'_, '_>, is_first: bool) -> Node {
    call.lift(&call.values(), &|values| {
        let count = number(values.get(1))?;
        if let Some(Some(Node { value: Value::Str(text), .. })) = values.first() {
            let chars = text.as_str().chars();
            let part = if is_first { chars.take(count).collect() } else { chars.skip(count).collect() };
            return text_node(call, part);
        }
        let items = items(values.first())?;
        let (first, rest) = items.split_at(count.min(items.len()));
        listed(call, if is_first { first.to_vec() } else { rest.to_vec() })
    })
}

/// `flatten(array)`: the items of arrays.
pub fn flatten(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let mut flat = Vec::new();
        for item in items_in_part(values.first())? {
            if is_any_number(item) {
                flat.push(item.clone());
                continue;
            }
            if item.as_unresolved().is_some_and(|open| open.alternatives.is_empty()) {
                flat.push(any_number(item));
                continue;
            }
            flat.extend_from_slice(items_in_part(Some(&Some(item.clone())))?);
        }
        listed(call, flat)
    })
}

/// `items(object)`: an object with `key` and `value` for every property, in the order of their names.
pub fn of_object(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let [Some(Node { value: Value::Map(map), .. })] = values else {
            return Err(Fault::Refused("`items` takes an object".into()));
        };
        if let Some(rest) = &map.rest {
            return Err(Fault::Open(rest.because.to_string()));
        }
        let mut entries: Vec<&Entry> = map.entries.iter().collect();
        entries.sort_by(|one, other| one.key.name.cmp(&other.key.name));
        let pair = |entry: &&Entry| {
            let key = Entry::new("key", entry.key.span, Node::text(&*entry.key.name, entry.key.span));
            let value = Entry::new("value", entry.key.span, entry.value.clone());
            Node::map(vec![key, value], entry.span())
        };
        listed(call, entries.iter().map(pair).collect())
    })
}

/// `split(text, separator)`
pub fn split(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| match values {
        [Some(Node { value: Value::Str(text), .. }), Some(Node { value: Value::Str(separator), .. })] => {
            let parts = text.as_str().split(separator.as_str()).map(|part| call.node(Value::Str(Text::opaque(part))));
            listed(call, parts.take(MAX_LENGTH + 1).collect())
        }
        _ => Err(Fault::Open("only a text is split, at one other".into())),
    })
}

/// `join(array, separator)`
pub fn join(call: &Call<'_, '_>) -> Node {
    call.lift(&call.values(), &|values| {
        let items: Result<Vec<String>, Fault> =
            items(values.first())?.iter().map(|item| argument_text(&Some(item.clone()))).collect();
        text_node(call, items?.join(&argument_text(values.get(1).unwrap_or(&None))?))
    })
}

/// `map(array, item => …)`
pub fn map(call: &Call<'_, '_>) -> Node {
    each(call, |made, _| Ok(Some(made)))
}

/// `filter(array, item => …)`
pub fn filter(call: &Call<'_, '_>) -> Node {
    each(call, |holds, item| match truth_of(&holds) {
        Truth::True => Ok(Some(item.clone())),
        Truth::False => Ok(None),
        Truth::Unknown => {
            let because = holds.as_unresolved().map(|open| open.because.to_string());
            Err(Fault::Open(because.unwrap_or_else(|| "a condition is neither true nor false".into())))
        }
    })
}

/// What is made of every item and of what a function makes of it.
fn each(call: &Call<'_, '_>, made: fn(Node, &Node) -> Result<Option<Node>, Fault>) -> Node {
    let [array, function] = call.arguments else { return call.open("an array and a function are expected") };
    call.lift(&[call.value(array)], &|values| {
        let mut listing = Vec::new();
        for (at, item) in items_in_part(values.first())?.iter().enumerate() {
            let number = call.node(Value::Int(i64::try_from(at).unwrap_or(i64::MAX)));
            let Some(result) = applied(call, function, &[one_of_any_number(item), number]) else {
                return Err(Fault::Open("the function is not followed".into()));
            };
            if is_any_number(item) {
                listing.push(as_often(made(result, item).ok().flatten().unwrap_or_else(|| item.clone()), item));
                continue;
            }
            listing.extend(made(result, item)?);
            if call.scope.budget.is_spent() {
                return Err(Fault::Open("the array is too long to be followed".into()));
            }
        }
        listed(call, listing)
    })
}

/// What a function that is an argument makes of values: `(a, b) => …`, in JSON `lambda('a', 'b', …)`.
fn applied(call: &Call<'_, '_>, function: &Expression, values: &[Node]) -> Option<Node> {
    let (names, body): (Vec<String>, &Expression) = match &function.form {
        Form::Lambda(names, body) => (names.clone(), body),
        Form::Call(name, arguments) if name == "lambda" => {
            let (body, names) = arguments.split_last()?;
            let text = |name: &Expression| match &name.form {
                Form::Text(name) => Some(name.clone()),
                _ => None,
            };
            (names.iter().map(text).collect::<Option<_>>()?, body)
        }
        _ => return None,
    };
    let locals = names.into_iter().zip(values.iter().cloned()).collect();
    Some(call.scope.with_locals(locals, || call.scope.evaluate(body, call.place)))
}
