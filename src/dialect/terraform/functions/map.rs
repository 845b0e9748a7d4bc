//! Functions on maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Accepts, Call, Function, Param, Refusal};
use crate::dialect::terraform::convert::convert;
use crate::dialect::terraform::operate::any_of;
use crate::dialect::terraform::value::{Data, Members, Partial, Type, Value};
use crate::document::Text;

const MAPPING: Param = Param::one("inputMap", Accepts::Any);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "keys", params: &[MAPPING.itself()], gives: Accepts::Any, call: keys },
    Function {
        name: "lookup",
        params: &[
            MAPPING.open(),
            Param::one("key", Accepts::String).open(),
            Param::one("default", Accepts::Any).open().nullable().optional(),
        ],
        gives: Accepts::Any,
        call: lookup,
    },
    Function {
        name: "transpose",
        params: &[Param::one("values", Accepts::MapOfListOfString)],
        gives: Accepts::MapOfListOfString,
        call: transpose,
    },
    Function {
        name: "values",
        params: &[Param::one("mapping", Accepts::Any).itself()],
        gives: Accepts::Any,
        call: values,
    },
    Function {
        name: "zipmap",
        params: &[Param::one("keys", Accepts::ListOfString), Param::one("values", Accepts::Any).itself()],
        gives: Accepts::Any,
        call: zipmap,
    },
];

fn required() -> Refusal {
    Refusal::new("a map or an object is required")
}

fn keys(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mapping = call.arg(0);
    let members = mapping.members().ok_or_else(required)?;
    let names = members.keys().map(|name| Value::string(Arc::clone(name))).collect();
    Ok(if matches!(mapping.data(), Data::Map(..)) { Value::list(Type::String, names) } else { Value::tuple(names) })
}

fn values(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mapping = call.arg(0);
    let members = mapping.members().ok_or_else(required)?;
    let found = members.values().cloned().collect();
    Ok(match mapping.data() {
        Data::Map(ty, _) => Value::list(ty.clone(), found),
        _ => Value::tuple(found),
    })
}

fn lookup(call: &mut Call<'_>) -> Result<Value, Refusal> {
    if !call.arg(1).is_known() {
        return Ok(by_open_key(call));
    }
    let (mapping, key) = (call.arg(0), call.str(1));
    let default = (call.count() > 2).then(|| call.arg(2));
    match mapping.data() {
        Data::Map(ty, members) => {
            // The default is converted even where it is not used.
            let default = default.map(|value| convert(value, ty)).transpose()?;
            members.get(key).cloned().or(default)
        }
        Data::Object(members) => members.get(key).or(default).cloned(),
        Data::Unknown(unknown) => match &unknown.partial {
            Some(Partial::Members(members)) if members.contains_key(key) => members.get(key).cloned(),
            _ => Some(Value::unknown_from(Type::Dynamic, [mapping])),
        },
        _ => return Err(required()),
    }
    .ok_or_else(|| Refusal::new(format!("there is no key `{key}`, and no default is given")))
}

/// What a key that nobody knows leads to: any of the values, or the default.
fn by_open_key(call: &Call<'_>) -> Value {
    let (Data::Map(_, members) | Data::Object(members)) = call.arg(0).data() else {
        return Value::unknown_from(Type::Dynamic, [call.arg(0), call.arg(1)]);
    };
    let named = members.iter().map(|(name, value)| (Value::string(Arc::clone(name)), value.clone()));
    any_of(call.arg(1), named.collect(), (call.count() > 2).then(|| call.arg(2).clone()))
}

fn transpose(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut turned: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (key, list) in call.arg(0).members().into_iter().flatten() {
        let Some(items) = list.items() else { return Err(Refusal::new("a list is null")) };
        for item in items {
            let name = item.as_text().map(Text::shared).ok_or_else(|| Refusal::new("an item is null"))?;
            turned.entry(name).or_default().push(Value::string(Arc::clone(key)));
        }
    }
    let lists = turned.into_iter().map(|(name, keys)| (name, Value::list(Type::String, keys)));
    Ok(Value::map(Type::list(Type::String), lists.collect()))
}

fn zipmap(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let names = call.items(0);
    let (Data::List(_, items) | Data::Tuple(items)) = call.arg(1).data() else {
        return Err(Refusal::new("the values must be a list"));
    };
    if names.len() != items.len() {
        return Err(Refusal::new("there must be as many keys as values"));
    }
    let mut members = Members::new();
    for (name, value) in names.iter().zip(items.iter()) {
        let name = name.as_text().map(Text::shared).ok_or_else(|| Refusal::new("a key is null"))?;
        members.insert(name, value.clone());
    }
    Ok(match call.arg(1).data() {
        Data::List(ty, _) => Value::map(ty.clone(), members),
        _ => Value::object(members),
    })
}
