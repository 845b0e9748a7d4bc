//! Functions on lists.

use std::sync::Arc;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::convert::{convert, unify};
use crate::dialect::terraform::number::Number;
use crate::dialect::terraform::value::{Data, Partial, Type, Value};

const LIST: Param = Param::one("list", Accepts::List);
const ANY: Param = Param::one("list", Accepts::Any);
const STRINGS: Param = Param::one("list", Accepts::ListOfString);

/// Most numbers that `range` gives, which is Terraform's own limit.
const MOST_IN_RANGE: usize = 1024;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "chunklist",
        params: &[LIST.itself(), Param::one("size", Accepts::Number)],
        gives: Accepts::List,
        call: chunklist,
    },
    Function { name: "compact", params: &[STRINGS.open()], gives: Accepts::ListOfString, call: compact },
    Function {
        name: "contains",
        params: &[ANY.open(), Param::one("value", Accepts::Any).open()],
        gives: Accepts::Bool,
        call: contains,
    },
    Function { name: "distinct", params: &[LIST], gives: Accepts::List, call: distinct },
    Function {
        name: "element",
        params: &[ANY.itself(), Param::one("index", Accepts::Number)],
        gives: Accepts::Any,
        call: element,
    },
    Function { name: "flatten", params: &[ANY.open()], gives: Accepts::Any, call: flatten },
    Function {
        name: "index",
        params: &[ANY.itself(), Param::one("value", Accepts::Any)],
        gives: Accepts::Number,
        call: index,
    },
    Function {
        name: "matchkeys",
        params: &[
            Param::one("values", Accepts::List).itself(),
            Param::one("keys", Accepts::List),
            Param::one("searchset", Accepts::List),
        ],
        gives: Accepts::List,
        call: matchkeys,
    },
    Function {
        name: "range",
        params: &[Param::one("params", Accepts::Number).any_number()],
        gives: Accepts::ListOfNumber,
        call: range,
    },
    Function { name: "reverse", params: &[ANY.itself()], gives: Accepts::Any, call: reverse },
    Function {
        name: "slice",
        params: &[ANY.itself(), Param::one("start_index", Accepts::Number), Param::one("end_index", Accepts::Number)],
        gives: Accepts::Any,
        call: slice,
    },
    Function { name: "sort", params: &[STRINGS], gives: Accepts::ListOfString, call: sort },
    Function { name: "sum", params: &[ANY], gives: Accepts::Number, call: sum },
];

fn item_type(list: &Value) -> Type {
    match list.data() {
        Data::List(ty, _) | Data::Set(ty, _) => ty.clone(),
        _ => Type::Dynamic,
    }
}

/// The items of a list or tuple; a set has no order to ask for.
fn ordered(value: &Value) -> Result<&[Value], Refusal> {
    match value.data() {
        Data::List(_, items) | Data::Tuple(items) => Ok(items),
        _ => Err(Refusal::new("a list is required")),
    }
}

/// These items in a list of the same kind.
fn like(list: &Value, items: Vec<Value>) -> Value {
    match list.data() {
        Data::Tuple(_) => Value::tuple(items),
        _ => Value::list(item_type(list), items),
    }
}

fn chunklist(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let Ok(size) = usize::try_from(call.whole(1)?) else {
        return Err(Refusal::new("the size must not be negative"));
    };
    let (ty, items) = (item_type(call.arg(0)), call.items(0));
    let chunks = items.chunks(if size == 0 { items.len().max(1) } else { size });
    let chunks = chunks.map(|chunk| Value::list(ty.clone(), chunk.to_vec())).collect();
    Ok(Value::list(Type::list(ty), chunks))
}

/// What may turn out to be empty is kept as perhaps an item.
fn compact(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let list = call.arg(0);
    let known = match list.as_unknown().map(|unknown| &unknown.partial) {
        Some(Some(Partial::Items(items))) => items.as_slice(),
        Some(_) => return Ok(Value::unknown_from(Type::list(Type::String), [list])),
        None => call.items(0),
    };
    let mut kept = Vec::new();
    let mut open = !list.is_known();
    for item in known.iter().filter(|item| !item.is_null() && item.as_str() != Some("")) {
        open |= !item.is_known();
        kept.push(if item.is_known() { item.clone() } else { item.clone().spread() });
    }
    if open {
        let because = if list.is_known() { &kept } else { std::slice::from_ref(list) };
        let unknown = Value::unknown_from(Type::list(Type::String), because);
        return Ok(unknown.with_partial(Partial::Items(Arc::new(kept))));
    }
    Ok(Value::list(Type::String, kept))
}

fn contains(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (list, value) = (call.arg(0), call.arg(1));
    let items = match (list.items(), list.as_unknown()) {
        (Some(items), _) => items,
        (None, Some(unknown)) => match &unknown.partial {
            Some(Partial::Items(items)) => items.as_slice(),
            _ => &[],
        },
        (None, None) => return Err(Refusal::new("a list, set or tuple is required")),
    };
    let mut open = (!list.is_known()).then_some(list);
    for item in items {
        match value.equals(item) {
            Some(true) => return Ok(Value::bool(true)),
            Some(false) => {}
            None => open = Some(if item.is_wholly_known() { value } else { item }),
        }
    }
    Ok(open.map_or_else(|| Value::bool(false), |open| Value::unknown_from(Type::Bool, [open])))
}

fn distinct(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let ty = item_type(call.arg(0));
    let mut order: Vec<(usize, &Value)> = call.items(0).iter().enumerate().collect();
    order.sort_by(|(at, a), (other, b)| a.set_order(b).then(at.cmp(other)));
    order.dedup_by(|(_, b), (_, a)| a.equals(b) == Some(true));
    order.sort_unstable_by_key(|(at, _)| *at);
    Ok(Value::list(ty, order.into_iter().map(|(_, item)| item.clone()).collect()))
}

fn element(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let items = ordered(call.arg(0))?;
    let at = usize::try_from(call.whole(1)?).map_err(|_| Refusal::new("the index must not be negative"))?;
    let at = at.checked_rem(items.len());
    at.and_then(|at| items.get(at)).cloned().ok_or_else(|| Refusal::new("the list is empty"))
}

fn flatten(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let list = call.arg(0);
    let mut all = Vec::new();
    let mut open = !list.is_known();
    if let Some(unknown) = list.as_unknown() {
        match &unknown.partial {
            Some(Partial::Items(items)) => items.iter().for_each(|item| flatten_into(item, &mut all, &mut open)),
            _ => return Ok(Value::unknown_from(Type::Dynamic, [list])),
        }
    } else if let Some(items) = list.items() {
        items.iter().for_each(|item| flatten_into(item, &mut all, &mut open));
    } else {
        return Err(Refusal::new("a list, set or tuple is required"));
    }
    if open {
        return Ok(Value::unknown_from(Type::Dynamic, &all).with_partial(Partial::Items(Arc::new(all))));
    }
    Ok(Value::tuple(all))
}

fn flatten_into(item: &Value, all: &mut Vec<Value>, open: &mut bool) {
    if let Some(items) = item.items() {
        items.iter().for_each(|inner| flatten_into(inner, all, open));
        return;
    }
    let Some(unknown) = item.as_unknown() else { return all.push(item.clone()) };
    match &unknown.partial {
        Some(Partial::Items(items)) => {
            *open = true;
            items.iter().for_each(|inner| flatten_into(inner, all, open));
        }
        Some(Partial::Members(_) | Partial::Template(_)) if !unknown.spread => all.push(item.clone()),
        _ if !unknown.spread && (unknown.ty.is_primitive() || unknown.ty.has_members()) => all.push(item.clone()),
        _ => {
            *open = true;
            all.push(item.clone().spread());
        }
    }
}

fn index(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let value = call.arg(1);
    for (at, item) in ordered(call.arg(0))?.iter().enumerate() {
        match item.equals(value) {
            Some(true) => return Ok(Value::number(Number::count(at))),
            Some(false) => {}
            None => return Ok(Value::unknown_from(Type::Number, [item])),
        }
    }
    Err(Refusal::new("the list does not have the item"))
}

fn matchkeys(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (values, keys) = (call.items(0), call.items(1));
    let (key_type, wanted_type) = (item_type(call.arg(1)), item_type(call.arg(2)));
    let Some(ty) = unify(&[key_type, wanted_type]) else {
        return Err(Refusal::new("keys and search set must have the same type"));
    };
    if values.len() != keys.len() {
        return Err(Refusal::new("there must be as many keys as values"));
    }
    let convert_all =
        |items: &[Value]| items.iter().map(|item| convert(item, &ty)).collect::<Result<Vec<Value>, Refusal>>();
    let (keys, mut wanted) = (convert_all(keys)?, convert_all(call.items(2))?);
    wanted.sort_by(Value::set_order);
    let found = |key: &Value| wanted.binary_search_by(|one| one.set_order(key)).is_ok();
    let matched = values.iter().zip(&keys).filter(|(_, key)| found(key)).map(|(value, _)| value.clone());
    Ok(Value::list(item_type(call.arg(0)), matched.collect()))
}

fn range(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let zero = Number::from(0);
    let step_towards = |from: &Number, to: &Number| Number::from(if to < from { -1 } else { 1 });
    let (start, end, step) = match call.count() {
        1 => (zero.clone(), call.number(0), step_towards(&zero, &call.number(0))),
        2 => (call.number(0), call.number(1), step_towards(&call.number(0), &call.number(1))),
        3 => (call.number(0), call.number(1), call.number(2)),
        _ => return Err(Refusal::new("one, two or three numbers are required")),
    };
    let down = step < zero;
    if step == zero {
        return Err(Refusal::new("the step must not be zero"));
    }
    if if down { end > start } else { end < start } {
        return Err(Refusal::new("the step leads away from the end"));
    }
    let mut all = Vec::new();
    let mut next = start;
    while if down { next > end } else { next < end } {
        if all.len() >= MOST_IN_RANGE {
            return Err(Refusal::new("more than 1,024 numbers would be needed"));
        }
        let following = next.add(&step).ok_or_else(|| Refusal::new("the numbers are infinite"))?;
        all.push(Value::number(std::mem::replace(&mut next, following)));
    }
    Ok(Value::list(Type::Number, all))
}

fn reverse(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let list = call.arg(0);
    if matches!(list.data(), Data::Set(..)) && !list.is_wholly_known() {
        return Ok(Value::unknown_from(Type::Dynamic, [list]));
    }
    let Some(items) = list.items() else { return Err(Refusal::new("a list, set or tuple is required")) };
    Ok(like(list, items.iter().rev().cloned().collect()))
}

fn slice(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let items = ordered(call.arg(0))?;
    let position = |at: usize| usize::try_from(call.whole(at)?).map_err(|_| Refusal::new("an index is negative"));
    let taken = items.get(position(1)?..position(2)?);
    taken.map(|taken| like(call.arg(0), taken.to_vec())).ok_or_else(|| Refusal::new("an index is beyond the list"))
}

fn sort(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut items = call.items(0).to_vec();
    if items.iter().any(Value::is_null) {
        return Err(Refusal::new("an item is null"));
    }
    items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::list(Type::String, items))
}

fn sum(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let items = call.arg(0).items().ok_or_else(|| Refusal::new("a list of numbers is required"))?;
    if items.is_empty() {
        return Err(Refusal::new("the list is empty"));
    }
    let mut sum = Number::from(0);
    for item in items {
        let number = convert(item, &Type::Number)?;
        let number = number.as_number().ok_or_else(|| Refusal::new("an item is null"))?;
        sum = sum.add(number).ok_or_else(|| Refusal::new("the sum is not a number"))?;
    }
    Ok(Value::number(sum))
}
