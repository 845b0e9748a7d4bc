//! How often a block is there: `count` and `for_each`.

use std::rc::Rc;
use std::sync::Arc;

use super::convert::convert;
use super::eval::Bindings;
use super::module::{Instance, World};
use super::number::Number;
use super::operate;
use super::value::{Asks, Data, MAX_ALTERNATIVES, Partial, Type, Value};
use crate::document::Guard;
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
        None => {
            let is_some = |value: &Value| Some(value.as_number()?.as_usize()? > 0);
            Expansion::Open(existing(count, is_some))
        }
    }
}

/// What decides how often a block is there, with the condition under which it is there at all.
fn existing(value: Value, is_some: impl Fn(&Value) -> Option<bool>) -> Value {
    let guards = value.ways().and_then(|ways| {
        let ways = ways.into_iter().map(|(value, guard)| Some((is_some(value)?, guard?.clone())));
        ways.collect::<Option<Vec<_>>>()
    });
    let truth = guards.and_then(|ways| Guard::any(ways.into_iter().filter(|(some, _)| *some).map(|(_, guard)| guard)));
    let Some(unknown) = value.as_unknown().filter(|_| truth.is_some()) else { return value };
    let asks = Asks { truth, ..unknown.asks.clone() };
    value.asking(asks)
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
        Data::Unknown(_) => {
            let is_some = |value: &Value| Some(!value.elements()?.is_empty());
            return Expansion::Open(existing(each, is_some));
        }
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

/// How often a block is there in each of the ways in which an open `count` or `for_each` may come out, with when that is;
/// none where the ways are not known.
pub fn ways(block: &Block, cause: &Value) -> Option<(Vec<Expansion>, Option<Vec<Guard>>)> {
    let is_counted = block.body.attribute("count").is_some();
    let (mut found, mut guards) = (Vec::new(), Some(Vec::new()));
    for (value, guard) in cause.ways()? {
        let expansion = if is_counted { counts(value.clone()) } else { pairs(value.clone()) };
        if matches!(expansion, Expansion::Open(_)) {
            return None;
        }
        found.push(expansion);
        guards = guards.zip(guard).map(|(mut guards, guard)| {
            guards.push(guard.clone());
            guards
        });
    }
    Some((found, guards))
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
    if let Some(each) = ways(block, cause).and_then(|(ways, _)| one_of(&ways, cause)) {
        return Bindings { each: Some(each), ..Bindings::default() };
    }
    let mut ways = cause.ways().into_iter().flatten().map(|(value, _)| value);
    if block.body.attribute("count").is_some() {
        // Where there is at most one, it is the first.
        let at_most_one = cause.ways().is_some()
            && ways.all(|value| value.as_number().and_then(Number::as_usize).is_some_and(|count| count <= 1));
        let index = if at_most_one { Value::number(Number::count(0)) } else { unknown(Type::Number) };
        return Bindings { count: Some(index), ..Bindings::default() };
    }
    let form = operate::form_of_elements(cause);
    // The key of a set is its element.
    let is_set = matches!(cause.as_unknown().and_then(|unknown| unknown.partial.as_ref()), Some(Partial::Items(_)));
    let key = form.clone().filter(|_| is_set).unwrap_or_else(|| unknown(Type::String));
    Bindings { each: Some((key, form.unwrap_or_else(|| unknown(Type::Dynamic)))), ..Bindings::default() }
}

/// The key and the value of one of the instances that there may be.
fn one_of(ways: &[Expansion], cause: &Value) -> Option<(Value, Value)> {
    let mut pairs: Vec<&(Arc<str>, Value)> = Vec::new();
    for way in ways {
        let Expansion::Each(own) = way else { return None };
        for pair in own {
            if pairs.iter().all(|(key, value)| *key != pair.0 || value.equals(&pair.1) != Some(true)) {
                pairs.push(pair);
            }
        }
    }
    if pairs.is_empty() || pairs.len() > MAX_ALTERNATIVES {
        return None;
    }
    let bound = pairs.iter().filter_map(|(key, value)| keyed(key, value).each);
    let (keys, values) = bound.unzip();
    Some((Value::either(&[cause], keys, None), Value::either(&[cause], values, None)))
}
