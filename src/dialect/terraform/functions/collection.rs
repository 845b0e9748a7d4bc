//! Functions that join collections, and their length.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::convert::{convert, unify};
use crate::dialect::terraform::number::Number;
use crate::dialect::terraform::operate;
use crate::dialect::terraform::value::{Data, Members, Partial, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "concat",
        params: &[Param::one("seqs", Accepts::Any).open().any_number()],
        gives: Accepts::Any,
        call: concat,
    },
    Function {
        name: "length",
        params: &[Param::one("value", Accepts::Any).itself()],
        gives: Accepts::Number,
        call: length,
    },
    Function {
        name: "merge",
        params: &[Param::one("maps", Accepts::Any).open().nullable().any_number()],
        gives: Accepts::Any,
        call: merge,
    },
];

fn length(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let value = call.arg(0);
    let length = match value.data() {
        Data::Text(text) => text.as_str().graphemes(true).count(),
        Data::Set(..) if !value.is_wholly_known() => return Ok(Value::unknown_from(Type::Number, [value])),
        _ => match (value.items(), value.members()) {
            (Some(items), _) => items.len(),
            (_, Some(members)) => members.len(),
            _ => return Err(Refusal::new("a string, a collection or an object is required")),
        },
    };
    Ok(Value::number(Number::count(length)))
}

fn concat(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut all = Vec::new();
    let mut open = false;
    for arg in &call.args {
        match (arg.data(), arg.items()) {
            (Data::Unknown(unknown), _) => {
                open = true;
                match &unknown.partial {
                    Some(Partial::Items(items)) => all.extend(items.iter().cloned()),
                    _ => all.push(arg.clone().spread()),
                }
            }
            (Data::List(..) | Data::Tuple(_), Some(items)) => all.extend(items.iter().cloned()),
            _ => return Err(Refusal::new("every argument must be a list")),
        }
    }
    if call.args.is_empty() {
        return Err(Refusal::new("at least one list is required"));
    }
    if open {
        return Ok(Value::unknown_from(Type::Dynamic, &all).with_partial(Partial::Items(Arc::new(all))));
    }
    let types: Vec<Type> = call.args.iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(Type::List(of)) = unify(&types)
    {
        let items = all.iter().map(|item| convert(item, &of)).collect::<Result<_, _>>()?;
        return Ok(Value::list((*of).clone(), items));
    }
    Ok(Value::tuple(all))
}

/// What `merge` makes of maps and of any number of further ones, where it is known what the members of each are like.
pub fn merged_of_many(name: &str, args: &[Value], further: &Value) -> Option<Value> {
    let Some(Partial::Items(items)) = &further.as_unknown().filter(|_| name == "merge")?.partial else { return None };
    let mut forms = Vec::new();
    for arg in args.iter().chain(items.iter()) {
        forms_of(arg, &mut forms)?;
    }
    Some(operate::each_of(std::slice::from_ref(further), forms))
}

/// What the members of a map are like, of which all are known but for their keys.
fn forms_of(map: &Value, forms: &mut Vec<Value>) -> Option<()> {
    if let Some(members) = map.members() {
        forms.extend(members.values().cloned());
        return Some(());
    }
    match (map.data(), map.as_unknown().and_then(|unknown| unknown.partial.as_ref())) {
        (Data::Null(_), _) => Some(()),
        (_, Some(Partial::Each(form))) => {
            forms.push((**form).clone());
            Some(())
        }
        (_, Some(Partial::Either(all))) => all.iter().try_for_each(|one| forms_of(one, forms)),
        _ => None,
    }
}

fn merge(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut all = Members::new();
    let mut open: Option<&Value> = None;
    let mut maps_of: Option<Type> = None;
    let mut uniform = true;
    for arg in call.args.iter().filter(|arg| !arg.is_null()) {
        let members = match (arg.data(), arg.members()) {
            (Data::Unknown(unknown), _) => {
                // What an unknown map may overwrite is no longer known.
                let hidden = Value::unknown_from(Type::Dynamic, [arg]);
                for value in all.values_mut() {
                    *value = hidden.clone().with_origin(value.origin.clone());
                }
                open.get_or_insert(arg);
                match &unknown.partial {
                    Some(Partial::Members(members)) => members,
                    _ => continue,
                }
            }
            (Data::Map(of, _), Some(members)) => {
                uniform &= maps_of.get_or_insert_with(|| of.clone()) == of;
                members
            }
            (_, Some(members)) => {
                uniform = false;
                members
            }
            _ => return Err(Refusal::new("every argument must be a map or an object")),
        };
        all.extend(members.iter().map(|(key, value)| (Arc::clone(key), value.clone())));
    }
    if let Some(open) = open.filter(|_| all.is_empty()) {
        let mut forms = Vec::new();
        if call.args.iter().try_for_each(|arg| forms_of(arg, &mut forms)).is_some() {
            return Ok(operate::each_of(std::slice::from_ref(open), forms));
        }
    }
    match (open, maps_of) {
        (Some(open), _) => Ok(Value::unknown_from(Type::Dynamic, [open]).with_partial(Partial::Members(Arc::new(all)))),
        (None, Some(of)) if uniform => Ok(Value::map(of, all)),
        _ => Ok(Value::object(all)),
    }
}
