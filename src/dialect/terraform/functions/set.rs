//! Functions on sets.

use std::cmp::Ordering;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::convert::{convert, unify};
use crate::dialect::terraform::value::{Data, MAX_WEIGHT, Type, Value};

const SET: Param = Param::one("first_set", Accepts::Set);
const MORE: Param = Param::one("other_sets", Accepts::Set).any_number();

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "setintersection",
        params: &[SET, MORE],
        gives: Accepts::Set,
        call: |call| combined(call, |item, others| others.iter().all(|other| holds(other, item))),
    },
    Function {
        name: "setproduct",
        params: &[Param::one("sets", Accepts::Any).any_number()],
        gives: Accepts::Any,
        call: setproduct,
    },
    Function {
        name: "setsubtract",
        params: &[SET, Param::one("b", Accepts::Set)],
        gives: Accepts::Set,
        call: |call| combined(call, |item, others| !others.iter().any(|other| holds(other, item))),
    },
    Function {
        name: "setunion",
        params: &[SET, MORE],
        gives: Accepts::Set,
        call: |call| {
            let sets = unified(call)?;
            let ty = item_type(sets.first());
            Ok(Value::set(ty, sets.iter().flat_map(|set| set.items().unwrap_or(&[])).cloned().collect()))
        },
    },
];

fn item_type(set: Option<&Value>) -> Type {
    match set.map(Value::data) {
        Some(Data::List(ty, _) | Data::Set(ty, _)) => ty.clone(),
        _ => Type::Dynamic,
    }
}

/// The arguments as sets of one type.
fn unified(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let types: Vec<Type> = call.args.iter().map(|set| item_type(Some(set))).collect();
    let ty = unify(&types).ok_or_else(|| Refusal::new("the sets must have items of the same type"))?;
    call.args.iter().map(|set| convert(set, &Type::set(ty.clone()))).collect()
}

fn holds(set: &Value, item: &Value) -> bool {
    set.items().unwrap_or(&[]).binary_search_by(|one| one.set_order(item)).is_ok()
}

/// The items of the first set that are to be kept, given the others.
fn combined(call: &Call<'_>, keep: fn(&Value, &[Value]) -> bool) -> Result<Value, Refusal> {
    let sets = unified(call)?;
    let Some((first, others)) = sets.split_first() else { return Err(Refusal::new("a set is required")) };
    let kept = first.items().unwrap_or(&[]).iter().filter(|item| keep(item, others)).cloned().collect();
    Ok(Value::set(item_type(Some(first)), kept))
}

fn setproduct(call: &mut Call<'_>) -> Result<Value, Refusal> {
    if call.count() < 2 {
        return Err(Refusal::new("at least two sets are required"));
    }
    let mut total = 1usize;
    let mut factors: Vec<(Type, Vec<Value>)> = Vec::new();
    for arg in &call.args {
        let Some(items) = arg.items() else { return Err(Refusal::new("a set or a list is required")) };
        let ty = match arg.data() {
            Data::List(ty, _) | Data::Set(ty, _) => ty.clone(),
            _ => {
                let types: Vec<Type> = items.iter().map(Value::ty).collect();
                unify(&types).ok_or_else(|| Refusal::new("all items of a list must have the same type"))?
            }
        };
        let items = items.iter().map(|item| convert(item, &ty)).collect::<Result<Vec<Value>, Refusal>>()?;
        total = total.saturating_mul(items.len());
        factors.push((ty, items));
    }
    let ty = Type::Tuple(factors.iter().map(|(ty, _)| ty.clone()).collect::<Vec<_>>().into());
    if total.saturating_mul(factors.len()).cmp(&(MAX_WEIGHT as usize)) == Ordering::Greater {
        return Ok(Value::unknown(Type::Dynamic, "the product holds more than 100,000 values, the limit here"));
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for (_, items) in &factors {
        let extended = |row: &Vec<Value>| {
            let row = row.clone();
            items.iter().map(move |item| row.iter().chain([item]).cloned().collect::<Vec<Value>>()).collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(extended).collect();
    }
    let rows = rows.into_iter().map(Value::tuple).collect();
    let all_sets = call.args.iter().all(|arg| matches!(arg.data(), Data::Set(..)));
    Ok(if all_sets { Value::set(ty, rows) } else { Value::list(ty, rows) })
}
