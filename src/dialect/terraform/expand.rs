//! How often a block is there: `count` and `for_each`.

use std::rc::Rc;
use std::sync::Arc;

use super::convert::convert;
use super::eval::Bindings;
use super::module::{Instance, World};
use super::number::Number;
use super::value::{Data, Type, Value};
use crate::syntax::hcl::ast::Block;

/// Most instances of one block.
pub const MOST_INSTANCES: usize = 1024;

/// How often a block is there.
#[derive(Debug)]
pub enum Expansion {
    /// Once, without a key.
    Once,
    /// As often as this, with numbers.
    Count(usize),
    /// Once for each key.
    Each(Vec<(Arc<str>, Value)>),
    /// That is not known, because of this.
    Open(Value),
}

/// What tells the instances of a block apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// There is but one.
    None,
    /// `[0]`
    Number(usize),
    /// `["a"]`
    Text(Arc<str>),
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Key::None => Ok(()),
            Key::Number(at) => write!(f, "[{at}]"),
            Key::Text(text) => write!(f, "[{text:?}]"),
        }
    }
}

/// How often a resource, data source or module call is there.
pub fn expansion<'c>(world: &World<'c>, instance: &Rc<Instance<'c>>, block: &Block) -> Expansion {
    let evaluated = |name: &str| {
        let attribute = block.body.attribute(name)?;
        Some(match world.evaluate(instance, &attribute.value) {
            Ok(value) => value,
            Err(refusal) => Value::unknown(Type::Dynamic, refusal.message).written_at(attribute.value.span),
        })
    };
    if let Some(count) = evaluated("count") {
        return counts(count);
    }
    match evaluated("for_each") {
        Some(each) => pairs(each),
        None => Expansion::Once,
    }
}

fn counts(count: Value) -> Expansion {
    let number = match convert(&count, &Type::Number) {
        Ok(number) => number,
        Err(refusal) => return Expansion::Open(Value::unknown(Type::Dynamic, refusal.message)),
    };
    match number.as_number().map(Number::as_usize) {
        Some(Some(count)) if count <= MOST_INSTANCES => Expansion::Count(count),
        Some(Some(_)) => Expansion::Open(
            Value::unknown(Type::Dynamic, "`count` is above 1024, the limit here").with_origin(count.origin),
        ),
        Some(None) => Expansion::Open(Value::unknown(Type::Dynamic, "`count` is no whole number")),
        None if number.is_null() => Expansion::Open(Value::unknown(Type::Dynamic, "`count` is null")),
        None => Expansion::Open(count),
    }
}

fn pairs(each: Value) -> Expansion {
    let refused = |why: &str| Expansion::Open(Value::unknown(Type::Dynamic, why));
    let pairs: Vec<(Arc<str>, Value)> = match each.data() {
        Data::Map(_, members) | Data::Object(members) => {
            members.iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect()
        }
        Data::Set(_, items) => {
            let mut pairs = Vec::with_capacity(items.len());
            for item in items.iter() {
                match item.as_text() {
                    Some(text) => pairs.push((text.shared(), item.clone())),
                    None if item.is_known() => {
                        return refused("`for_each` goes through a set of something but strings");
                    }
                    None => return Expansion::Open(Value::unknown_from(Type::Dynamic, [item])),
                }
            }
            pairs
        }
        Data::Unknown(_) => return Expansion::Open(each),
        Data::Null(_) => return refused("`for_each` is null"),
        Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(..) | Data::Tuple(_) => {
            return refused("`for_each` needs a map or a set of strings");
        }
    };
    if pairs.len() > MOST_INSTANCES {
        return refused("`for_each` goes through more than 1024 elements, the limit here");
    }
    Expansion::Each(pairs)
}

/// The bindings of an instance by number.
pub fn counted(at: usize) -> Bindings {
    Bindings { count: Some(Value::number(Number::count(at))), ..Bindings::default() }
}

/// The bindings of an instance by key.
pub fn keyed(key: &Arc<str>, value: &Value) -> Bindings {
    let mut key = Value::string(Arc::clone(key));
    key.origin.span = value.origin.key.or(value.origin.span);
    Bindings { each: Some((key, value.clone())), ..Bindings::default() }
}

/// The bindings of a block of which it is not known how often it is there.
pub fn open(block: &Block, cause: &Value) -> Bindings {
    let unknown = |ty| Value::unknown_from(ty, [cause]);
    if block.body.attribute("count").is_some() {
        return Bindings { count: Some(unknown(Type::Number)), ..Bindings::default() };
    }
    Bindings { each: Some((unknown(Type::String), unknown(Type::Dynamic))), ..Bindings::default() }
}
