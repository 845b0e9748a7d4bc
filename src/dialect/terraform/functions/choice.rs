//! Functions that choose one of several values.

use std::sync::Arc;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::convert::{convert, unify};
use crate::dialect::terraform::value::{Data, Partial, Type, Value};

const VALUES: Param = Param::one("vals", Accepts::Any).open().nullable().any_number();

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "alltrue",
        params: &[Param::one("list", Accepts::ListOfBool).itself()],
        gives: Accepts::Bool,
        call: |call| Ok(all_are(call, true)),
    },
    Function {
        name: "anytrue",
        params: &[Param::one("list", Accepts::ListOfBool).itself()],
        gives: Accepts::Bool,
        call: |call| Ok(all_are(call, false)),
    },
    Function { name: "coalesce", params: &[VALUES], gives: Accepts::Any, call: coalesce },
    Function { name: "coalescelist", params: &[VALUES], gives: Accepts::Any, call: coalescelist },
    Function { name: "one", params: &[Param::one("list", Accepts::Any).itself()], gives: Accepts::Any, call: one },
];

/// `alltrue` when asked for true; `anytrue` is the denial that all are false. A null is not true.
fn all_are(call: &Call<'_>, wanted: bool) -> Value {
    let mut open = None;
    for item in call.items(0) {
        match item.as_bool() {
            Some(truth) if truth == wanted => {}
            None if !item.is_known() => open = Some(item),
            None if !wanted => {}
            _ => return Value::bool(!wanted),
        }
    }
    open.map_or_else(|| Value::bool(wanted), |item| Value::unknown_from(Type::Bool, [item]))
}

fn coalesce(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let types: Vec<Type> = call.args.iter().map(Value::ty).collect();
    let Some(ty) = unify(&types) else { return Err(Refusal::new("all arguments must have the same type")) };
    let mut choices = Vec::new();
    for arg in &call.args {
        let value = convert(arg, &ty)?;
        if value.is_null() || value.as_str() == Some("") {
            continue;
        }
        let settled =
            value.as_unknown().is_none_or(|unknown| unknown.is_certainly_something() && unknown.ty != Type::String);
        choices.push(value);
        if settled {
            break;
        }
    }
    chosen(choices, ty, "every argument is null or empty")
}

fn coalescelist(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut choices = Vec::new();
    for arg in &call.args {
        if arg.is_known() && !arg.is_null() && !matches!(arg.data(), Data::List(..) | Data::Tuple(_)) {
            return Err(Refusal::new("every argument must be a list"));
        }
    }
    for arg in &call.args {
        if arg.is_null() || arg.items().is_some_and(<[Value]>::is_empty) {
            continue;
        }
        choices.push(arg.clone());
        if arg.is_known() {
            break;
        }
    }
    chosen(choices, Type::Dynamic, "every list is empty")
}

/// The only choice, or one of several because some of them are not known.
fn chosen(mut choices: Vec<Value>, ty: Type, none: &str) -> Result<Value, Refusal> {
    match choices.len() {
        0 => Err(Refusal::new(none)),
        1 => choices.pop().ok_or_else(|| Refusal::new(none)),
        _ => Ok(Value::unknown_from(ty, &choices).with_partial(Partial::Either(Arc::new(choices)))),
    }
}

fn one(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let list = call.arg(0);
    let Some(items) = list.items() else { return Err(Refusal::new("a list, set or tuple is required")) };
    match items {
        [] => Ok(Value::null(match list.data() {
            Data::List(ty, _) | Data::Set(ty, _) => ty.clone(),
            _ => Type::Dynamic,
        })),
        [only] => Ok(only.clone()),
        _ => Err(Refusal::new("the list has more than one item")),
    }
}
