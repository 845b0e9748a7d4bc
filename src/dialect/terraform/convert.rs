//! Conversions between types, as Terraform makes them when a value meets a type that was asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::functions::{Refusal, anywhere};
use super::number::Number;
use super::value::{Attribute, Data, Members, Origin, Partial, Type, Value};

/// A type that was asked for, with the defaults of its optional attributes.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// The type.
    pub ty: Type,
    /// The defaults, where there are any.
    pub defaults: Option<Defaults>,
}

/// Defaults of optional attributes, at any depth of a type.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// What stands for a missing or null attribute of this object.
    pub values: BTreeMap<Arc<str>, Value>,
    /// Defaults within an attribute, or (under the empty name) within every item of a collection.
    pub children: BTreeMap<Arc<str>, Defaults>,
}

impl Constraint {
    /// The constraint that accepts everything.
    pub fn any() -> Constraint {
        Constraint { ty: Type::Dynamic, defaults: None }
    }

    /// The value with defaults filled in, converted.
    pub fn apply(&self, value: &Value) -> Result<Value, Refusal> {
        match &self.defaults {
            Some(defaults) => convert(&defaults.fill(value), &self.ty),
            None => convert(value, &self.ty),
        }
    }
}

impl Defaults {
    /// Whether there is no default at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.children.values().all(Defaults::is_empty)
    }

    fn fill(&self, value: &Value) -> Value {
        let origin = value.origin.clone();
        let filled = match value.data() {
            Data::List(ty, items) => Value::list(ty.clone(), self.fill_items(items)),
            Data::Set(ty, items) => Value::set(ty.clone(), self.fill_items(items)),
            Data::Tuple(items) => Value::tuple(self.fill_items(items)),
            Data::Map(_, members) | Data::Object(members) => {
                if let Some(each) = self.children.get("") {
                    Value::object(members.iter().map(|(k, v)| (Arc::clone(k), each.fill(v))).collect())
                } else {
                    Value::object(self.fill_members(members))
                }
            }
            _ => return value.clone(),
        };
        filled.with_origin(origin)
    }

    fn fill_items(&self, items: &[Value]) -> Vec<Value> {
        match self.children.get("") {
            Some(each) => items.iter().map(|item| each.fill(item)).collect(),
            None => items.to_vec(),
        }
    }

    fn fill_members(&self, members: &Members) -> Members {
        let mut filled = members.clone();
        for (name, default) in &self.values {
            if filled.get(name).is_none_or(Value::is_null) {
                filled.insert(Arc::clone(name), default.clone());
            }
        }
        for (name, child) in &self.children {
            if let Some(member) = filled.get_mut(name) {
                *member = child.fill(member);
            }
        }
        filled
    }
}

/// The value as one of the type, or why it cannot be.
pub fn convert(value: &Value, to: &Type) -> Result<Value, Refusal> {
    if *to == Type::Dynamic {
        return Ok(value.clone());
    }
    let converted = match (value.data(), to) {
        (Data::Null(_), _) => Value::null(plain(to)),
        (Data::Unknown(unknown), _) => {
            if !may_convert(&unknown.ty, to) {
                return Err(refused(value, to));
            }
            let mut typed = (**unknown).clone();
            typed.ty = plain(to);
            // A set has an order of its own.
            if let (Type::Set(_), Some(Partial::Items(items))) = (to, &mut typed.partial) {
                *items = Arc::new(anywhere(items.to_vec()));
            }
            Value::from(typed)
        }
        (Data::Bool(_), Type::Bool) | (Data::Number(_), Type::Number) | (Data::Text(_), Type::String) => {
            return Ok(value.clone());
        }
        // The items are of one type already, and of the one that is asked for.
        (Data::List(own, _), Type::List(of))
        | (Data::Set(own, _), Type::Set(of))
        | (Data::Map(own, _), Type::Map(of))
            if (own == &**of || **of == Type::Dynamic) && !mentions_dynamic(own) =>
        {
            return Ok(value.clone());
        }
        (Data::Bool(truth), Type::String) => Value::string(if *truth { "true" } else { "false" }),
        (Data::Number(number), Type::String) => Value::string(number.to_string()),
        (Data::Text(text), Type::Bool) => match text.as_str() {
            "true" | "1" => Value::bool(true),
            "false" | "0" => Value::bool(false),
            _ => return Err(refused(value, to)),
        },
        (Data::Text(text), Type::Number) => match Number::parse(text.as_str()) {
            Some(number) => Value::number(number),
            None => return Err(Refusal::new("a number is required")),
        },
        (Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items), Type::List(of)) => {
            let (of, items) = convert_items(items, of)?;
            Value::list(of, items)
        }
        (Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items), Type::Set(of)) => {
            let (of, items) = convert_items(items, of)?;
            Value::set(of, items)
        }
        (Data::Tuple(items), Type::Tuple(types)) if items.len() == types.len() => {
            let items = items.iter().zip(types.iter()).map(|(item, ty)| convert(item, ty));
            Value::tuple(items.collect::<Result<_, _>>()?)
        }
        (Data::Map(_, members) | Data::Object(members), Type::Map(of)) => convert_members(members, of)?,
        (Data::Map(_, members) | Data::Object(members), Type::Object(attributes)) => to_object(members, attributes)?,
        _ => return Err(refused(value, to)),
    };
    // A text of which parts are not known stays the text that was rendered.
    let structure = value.origin.structure.clone().filter(|_| *to == Type::String && !value.is_known());
    Ok(converted.with_origin(Origin { structure, ..value.origin.clone() }))
}

/// A type without what only a constraint says: the object that results has every attribute.
fn plain(ty: &Type) -> Type {
    match ty {
        Type::List(of) => Type::list(plain(of)),
        Type::Set(of) => Type::set(plain(of)),
        Type::Map(of) => Type::map(plain(of)),
        Type::Tuple(types) => Type::Tuple(Arc::new(types.iter().map(plain).collect())),
        Type::Object(attributes) => Type::object(attributes.iter().map(|(k, a)| (Arc::clone(k), plain(&a.ty)))),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => ty.clone(),
    }
}

fn convert_items(items: &[Value], of: &Type) -> Result<(Type, Vec<Value>), Refusal> {
    let of = match of {
        Type::Dynamic => unify_values(items.iter())?,
        _ => plain_or_dynamic(of, items.iter())?,
    };
    let items = items.iter().map(|item| convert(item, &of)).collect::<Result<_, _>>()?;
    Ok((plain(&of), items))
}

fn convert_members(members: &Members, of: &Type) -> Result<Value, Refusal> {
    let of = match of {
        Type::Dynamic => unify_values(members.values())?,
        _ => plain_or_dynamic(of, members.values())?,
    };
    let converted = members.iter().map(|(name, value)| Ok((Arc::clone(name), convert(value, &of)?)));
    Ok(Value::map(plain(&of), converted.collect::<Result<_, Refusal>>()?))
}

/// An element type that leaves something open (`list(map(any))`) is settled by the elements: all are converted, and
/// what results is unified.
fn plain_or_dynamic<'a>(of: &Type, values: impl Iterator<Item = &'a Value>) -> Result<Type, Refusal> {
    if !mentions_dynamic(of) {
        return Ok(of.clone());
    }
    let converted = values.map(|value| convert(value, of)).collect::<Result<Vec<_>, _>>()?;
    if converted.is_empty() {
        return Ok(of.clone());
    }
    unify_values(converted.iter())
}

fn mentions_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(of) | Type::Set(of) | Type::Map(of) => mentions_dynamic(of),
        Type::Tuple(types) => types.iter().any(mentions_dynamic),
        Type::Object(attributes) => attributes.values().any(|attribute| mentions_dynamic(&attribute.ty)),
    }
}

fn unify_values<'a>(values: impl Iterator<Item = &'a Value>) -> Result<Type, Refusal> {
    let types: Vec<Type> = values.map(Value::ty).collect();
    unify(&types).ok_or_else(|| Refusal::new("all elements must have the same type"))
}

fn to_object(members: &Members, attributes: &BTreeMap<Arc<str>, Attribute>) -> Result<Value, Refusal> {
    let mut converted = Members::new();
    for (name, attribute) in attributes {
        let value = match members.get(name) {
            Some(value) => convert(value, &attribute.ty)
                .map_err(|refusal| Refusal::new(format!("attribute `{name}`: {}", refusal.message)))?,
            None if attribute.optional => Value::null(plain(&attribute.ty)),
            None => return Err(Refusal::new(format!("attribute `{name}` is required"))),
        };
        converted.insert(Arc::clone(name), value);
    }
    Ok(Value::object(converted))
}

fn refused(value: &Value, to: &Type) -> Refusal {
    Refusal::new(format!("a value of type {} is not one of type {to}", value.ty()))
}

/// Whether some value of the type converts.
fn may_convert(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Dynamic, _) | (_, Type::Dynamic) | (Type::String, Type::Bool | Type::Number) => true,
        (_, Type::String) => from.is_primitive(),
        (Type::List(a) | Type::Set(a), Type::List(b) | Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            may_convert(a, b)
        }
        (Type::Tuple(a), Type::List(b) | Type::Set(b)) => a.iter().all(|ty| may_convert(ty, b)),
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| may_convert(a, b))
        }
        (Type::Object(a), Type::Map(b)) => a.values().all(|attribute| may_convert(&attribute.ty, b)),
        (Type::Map(a), Type::Object(b)) => b.values().all(|attribute| may_convert(a, &attribute.ty)),
        (Type::Object(a), Type::Object(b)) => b.iter().all(|(name, attribute)| match a.get(name) {
            Some(present) => may_convert(&present.ty, &attribute.ty),
            None => attribute.optional,
        }),
        _ => from == to,
    }
}

/// The one type to which values of all these types convert; none where there is no such type. Without types, any.
pub fn unify(types: &[Type]) -> Option<Type> {
    let mut known = types.iter().filter(|ty| **ty != Type::Dynamic);
    let Some(first) = known.next() else { return Some(Type::Dynamic) };
    let mut unified = first.clone();
    for ty in known {
        unified = unify_two(&unified, ty)?;
    }
    Some(unified)
}

fn unify_two(a: &Type, b: &Type) -> Option<Type> {
    if a == b {
        return Some(a.clone());
    }
    Some(match (a, b) {
        (Type::Dynamic, other) | (other, Type::Dynamic) => other.clone(),
        (a, b) if a.is_primitive() && b.is_primitive() => {
            (*a == Type::String || *b == Type::String).then_some(Type::String)?
        }
        (Type::List(a), Type::List(b) | Type::Set(b)) | (Type::Set(a), Type::List(b)) => Type::list(unify_two(a, b)?),
        (Type::Set(a), Type::Set(b)) => Type::set(unify_two(a, b)?),
        (Type::Map(a), Type::Map(b)) => Type::map(unify_two(a, b)?),
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            let items = a.iter().zip(b.iter()).map(|(a, b)| unify_two(a, b)).collect::<Option<Vec<Type>>>();
            Type::Tuple(Arc::new(items?))
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            let all: Vec<Type> = a.iter().chain(b.iter()).cloned().collect();
            Type::list(unify(&all)?)
        }
        (Type::Tuple(items), Type::List(of)) | (Type::List(of), Type::Tuple(items)) => {
            let mut all = items.to_vec();
            all.push((**of).clone());
            Type::list(unify(&all)?)
        }
        (Type::Tuple(items), Type::Set(of)) | (Type::Set(of), Type::Tuple(items)) => {
            let mut all = items.to_vec();
            all.push((**of).clone());
            Type::set(unify(&all)?)
        }
        (Type::Object(a), Type::Object(b)) => unify_objects(a, b)?,
        (Type::Object(attributes), Type::Map(of)) | (Type::Map(of), Type::Object(attributes)) => {
            let mut all: Vec<Type> = attributes.values().map(|attribute| attribute.ty.clone()).collect();
            all.push((**of).clone());
            Type::map(unify(&all)?)
        }
        _ => return None,
    })
}

fn unify_objects(a: &BTreeMap<Arc<str>, Attribute>, b: &BTreeMap<Arc<str>, Attribute>) -> Option<Type> {
    if a.keys().eq(b.keys()) {
        let pairs = a.iter().zip(b.values());
        let unified: Option<Vec<(Arc<str>, Type)>> =
            pairs.map(|((name, x), y)| Some((Arc::clone(name), unify_two(&x.ty, &y.ty)?))).collect();
        return unified.map(Type::object);
    }
    let all: Vec<Type> = a.values().chain(b.values()).map(|attribute| attribute.ty.clone()).collect();
    Some(Type::map(unify(&all)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_convert_as_terraform_converts_them() {
        let text = |text: &str| Value::string(text);
        for (value, to, want) in [
            (Value::number(5), Type::String, Some(text("5"))),
            (text("5"), Type::Number, Some(Value::number(5))),
            (text("true"), Type::Bool, Some(Value::bool(true))),
            (text("yes"), Type::Bool, None),
            (Value::number(1), Type::Bool, None),
            (Value::bool(true), Type::Number, None),
            (
                Value::tuple(vec![Value::number(1), text("a")]),
                Type::list(Type::Dynamic),
                Some(Value::list(Type::String, vec![text("1"), text("a")])),
            ),
            (
                Value::tuple(vec![text("b"), text("a"), text("b")]),
                Type::set(Type::String),
                Some(Value::set(Type::String, vec![text("a"), text("b")])),
            ),
        ] {
            let got = convert(&value, &to).ok();
            let same = match (&got, &want) {
                (Some(got), Some(want)) => got.equals(want) == Some(true),
                (None, None) => true,
                _ => false,
            };
            assert!(same, "{value:?} to {to}: {got:?}");
        }
    }

    #[test]
    fn optional_attributes_take_their_defaults_at_any_depth() {
        let attribute = |ty, optional| Attribute { ty, optional };
        let item: BTreeMap<Arc<str>, Attribute> =
            [("port".into(), attribute(Type::Number, false)), ("open".into(), attribute(Type::Bool, true))].into();
        let defaults = Defaults {
            values: BTreeMap::new(),
            children: [(
                Arc::from(""),
                Defaults { values: [("open".into(), Value::bool(true))].into(), children: BTreeMap::new() },
            )]
            .into(),
        };
        let constraint = Constraint { ty: Type::list(Type::Object(Arc::new(item))), defaults: Some(defaults) };
        let value = Value::tuple(vec![Value::object([("port".into(), Value::string("22"))].into())]);
        let applied = constraint.apply(&value).unwrap();
        let first = applied.items().unwrap()[0].members().unwrap();
        assert_eq!(first["port"].as_number().unwrap().as_i64(), Some(22));
        assert_eq!(first["open"].as_bool(), Some(true));
    }
}
