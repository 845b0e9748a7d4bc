//! Operators, steps of traversals, and what they come to when something is not known.

use std::sync::Arc;

use super::convert::{convert, unify};
use super::functions::Refusal;
use super::number::Number;
use super::value::{Asks, Data, MAX_ALTERNATIVES, Partial, Type, Value};
use crate::document::Guard;
use crate::kernel::lift::may_hold;
use crate::syntax::hcl::ast::Operator;

/// `of.name`
pub fn attribute(of: &Value, name: &str) -> Result<Value, Refusal> {
    if let Some(members) = of.members() {
        return members.get(name).cloned().ok_or_else(|| Refusal::new(format!("there is no attribute `{name}`")));
    }
    match of.data() {
        Data::Unknown(unknown) => Ok(match &unknown.partial {
            Some(Partial::Members(members)) if members.contains_key(name) => {
                members.get(name).cloned().unwrap_or_else(|| of.clone())
            }
            Some(Partial::Either(alternatives)) => {
                let taken: Vec<Value> = alternatives.iter().filter_map(|one| attribute(one, name).ok()).collect();
                if taken.len() < alternatives.len() {
                    return Ok(Value::unknown_from(Type::Dynamic, [of]));
                }
                among(of, taken)
            }
            Some(Partial::Each(form)) => (**form).clone(),
            _ => Value::unknown_from(Type::Dynamic, [of]),
        }),
        Data::Null(_) => Err(Refusal::new(format!("`{name}` is taken of a null"))),
        _ => Err(Refusal::new(format!("`{name}` is taken of a value of type {}, which has no attributes", of.ty()))),
    }
}

/// `of[key]`
pub fn index(of: &Value, key: &Value) -> Result<Value, Refusal> {
    if key.is_null() || of.is_null() {
        return Err(Refusal::new("an index of or by null"));
    }
    match of.data() {
        Data::Unknown(unknown) => Ok(match (&unknown.partial, key.as_number().and_then(Number::as_usize)) {
            (Some(Partial::Items(items)), _) if form(items).is_some() => form(items).unwrap_or_else(|| of.clone()),
            (Some(Partial::Items(items)), Some(at)) => {
                let mut certain =
                    items.iter().take_while(|item| item.as_unknown().is_none_or(|unknown| !unknown.spread));
                certain.nth(at).cloned().unwrap_or_else(|| Value::unknown_from(Type::Dynamic, [of]))
            }
            (Some(Partial::Members(members)), _) => {
                let found = key.as_str().and_then(|key| members.get(key)).cloned();
                found.unwrap_or_else(|| Value::unknown_from(Type::Dynamic, [of]))
            }
            (Some(Partial::Each(form)), _) => (**form).clone(),
            _ => Value::unknown_from(Type::Dynamic, [of]),
        }),
        Data::List(_, items) | Data::Tuple(items) => {
            let key = convert(key, &Type::Number)?;
            let Some(number) = key.as_number() else {
                let numbered = (0..).map(Value::number).zip(items.iter().cloned());
                return Ok(any_of(&key, numbered.collect(), None));
            };
            let found = number.as_usize().and_then(|at| items.get(at));
            found.cloned().ok_or_else(|| Refusal::new(format!("there is no item {number}")))
        }
        Data::Map(_, members) | Data::Object(members) => {
            let key = convert(key, &Type::String)?;
            let Some(name) = key.as_str() else {
                let named = members.iter().map(|(name, value)| (Value::string(Arc::clone(name)), value.clone()));
                return Ok(any_of(&key, named.collect(), None));
            };
            members.get(name).cloned().ok_or_else(|| Refusal::new(format!("there is no key `{name}`")))
        }
        _ => Err(Refusal::new(format!("a value of type {} has no items to index", of.ty()))),
    }
}

/// What each of several items is like that are all of one form, of which there may be any number.
fn form(items: &[Value]) -> Option<Value> {
    let [only] = items else { return None };
    form_of_item(only)
}

/// What an item is like that stands for any number of items.
pub fn form_of_item(item: &Value) -> Option<Value> {
    let unknown = item.as_unknown().filter(|unknown| unknown.spread)?;
    match &unknown.partial {
        Some(Partial::Members(_) | Partial::Template(_) | Partial::Each(_)) => Some(item.clone().single()),
        Some(Partial::Either(all)) => match all.as_slice() {
            [one] => Some(one.clone()),
            _ => Some(item.clone().single()),
        },
        Some(Partial::Items(_)) | None => None,
    }
}

/// An item as it is by itself: of what stands for any number of items, one of them.
pub fn single_of(item: Value) -> Value {
    match item.as_unknown() {
        Some(unknown) if unknown.spread => {
            let unknown = || Value::unknown_from(Type::Dynamic, [&item]).with_origin(item.origin.clone());
            form_of_item(&item).unwrap_or_else(unknown)
        }
        _ => item,
    }
}

/// What each element is like of a collection of which neither the keys nor the number is known.
pub fn form_of_elements(collection: &Value) -> Option<Value> {
    match collection.as_unknown()?.partial.as_ref()? {
        Partial::Each(form) => Some((**form).clone()),
        Partial::Items(items) => form(items),
        Partial::Members(_) | Partial::Template(_) | Partial::Either(_) => None,
    }
}

/// A collection of unknown keys whose members are like one of these.
pub fn each_of(causes: &[Value], forms: Vec<Value>) -> Value {
    let whole = Value::unknown_from(Type::Dynamic, causes);
    let mut different: Vec<Value> = Vec::new();
    for form in forms {
        if different.iter().all(|known| known.equals(&form) != Some(true)) {
            different.push(form);
        }
        if different.len() > MAX_ALTERNATIVES {
            return whole;
        }
    }
    if different.is_empty() {
        return whole;
    }
    let causes: Vec<&Value> = causes.iter().collect();
    whole.with_partial(Partial::Each(Arc::new(Value::either(&causes, different, None))))
}

/// What an index by an unknown key gives: one of the values, or the default where there is one. Without one a key that is not
/// there deploys nothing, so the last value stands for all keys that are none of the others.
pub fn any_of(key: &Value, members: Vec<(Value, Value)>, default: Option<Value>) -> Value {
    let (keys, mut values): (Vec<Value>, Vec<Value>) = members.into_iter().unzip();
    let told = keys.len() - usize::from(default.is_none() && !keys.is_empty());
    let guards: Option<Vec<Guard>> = keys.iter().take(told).map(|one| equal_where(key, one)).collect();
    let guards = guards.map(|mut guards| {
        guards.push(Guard::any(guards.clone()).map_or(Guard::Decided(true), |others| others.negated()));
        guards
    });
    values.extend(default);
    if values.is_empty() {
        return Value::unknown_from(Type::Dynamic, [key]);
    }
    Value::either(&[key], values, guards)
}

/// What a conditional gives whose condition is not known.
pub fn either(condition: &Value, then: Value, otherwise: Value) -> Value {
    let (then, otherwise) = match (alike(then.clone(), &otherwise), alike(otherwise.clone(), &then)) {
        (Ok(then), Ok(otherwise)) => (then, otherwise),
        _ => (then, otherwise),
    };
    let holds = condition.when_true();
    let otherwise = (otherwise, holds.as_ref().map(Guard::negated));
    one_of(&[condition], &[(then, holds), otherwise])
}

/// One of several values, each where its guard holds. A choice within one of them is a part of this one where both are told
/// apart, or neither is.
pub fn one_of(causes: &[&Value], branches: &[(Value, Option<Guard>)]) -> Value {
    let (mut values, mut guards) = (Vec::new(), Some(Vec::new()));
    for (branch, guard) in branches {
        let ways = branch.ways().filter(|ways| ways.iter().all(|(_, own)| own.is_some() == guard.is_some()));
        for (value, own) in ways.unwrap_or_else(|| vec![(branch, Some(&Guard::Decided(true)))]) {
            let both = guard.clone().zip(own.cloned()).and_then(|(outer, own)| Guard::all([outer, own]));
            if both.as_ref().is_some_and(|both| !may_hold(both)) {
                continue;
            }
            values.push(value.clone());
            guards = guards.zip(both).map(|(mut guards, both)| {
                guards.push(both);
                guards
            });
        }
    }
    Value::either(causes, values, guards)
}

/// The values that a value may be, each with its guard.
type Ways<'v> = Vec<(&'v Value, Option<&'v Guard>)>;

/// What a function gives of values of which some are one of several: it is called for each way that they go together. None
/// where no argument is, or there are too many ways.
pub fn lifted(
    args: &[Value],
    apply: &mut dyn FnMut(Vec<Value>) -> Result<Value, Refusal>,
) -> Option<Result<Value, Refusal>> {
    let all: Vec<Option<Ways<'_>>> = args.iter().map(Value::ways).collect();
    let count = all.iter().flatten().try_fold(1_usize, |count, ways| {
        let count = count * ways.len().max(1);
        (count <= MAX_ALTERNATIVES * MAX_ALTERNATIVES).then_some(count)
    })?;
    if all.iter().all(Option::is_none) {
        return None;
    }
    let (mut values, mut guards, mut refused) = (Vec::new(), Some(Vec::new()), None);
    for mut way in 0..count {
        let mut guard = Some(Guard::Decided(true));
        let mut chosen = Vec::with_capacity(args.len());
        for (arg, ways) in args.iter().zip(&all) {
            let Some(ways) = ways.as_ref().filter(|ways| !ways.is_empty()) else {
                chosen.push(arg.clone());
                continue;
            };
            let (value, own) = ways.get(way % ways.len())?;
            way /= ways.len();
            chosen.push((*value).clone());
            guard = guard.zip(own.cloned()).and_then(|(so_far, own)| Guard::all([so_far, own]));
        }
        if guard.as_ref().is_some_and(|guard| !may_hold(guard)) {
            continue;
        }
        match apply(chosen) {
            Ok(value) => {
                values.push(value);
                guards = guards.zip(guard).map(|(mut guards, guard)| {
                    guards.push(guard);
                    guards
                });
            }
            // Nothing is deployed that way.
            Err(refusal) => refused = Some(refusal),
        }
    }
    if values.is_empty() {
        return refused.map(Err);
    }
    Some(Ok(Value::either(&args.iter().collect::<Vec<_>>(), values, guards)))
}

/// The same unknown with other alternatives; the value itself when they are all one.
fn among(of: &Value, alternatives: Vec<Value>) -> Value {
    let guards = of.as_unknown().map(|unknown| unknown.asks.guards.clone());
    Value::either(&[of], alternatives, guards)
}

/// The value converted to what it has in common with another result of the same conditional.
pub fn alike(value: Value, other: &Value) -> Result<Value, Refusal> {
    // A bare null takes the type of the other, however large that is.
    if matches!(other.data(), Data::Null(Type::Dynamic)) {
        return Ok(value);
    }
    let (own, theirs) = (value.ty(), other.ty());
    if own == theirs {
        return Ok(value);
    }
    match unify(&[own.clone(), theirs]) {
        Some(ty) if ty == own => Ok(value),
        Some(ty) => convert(&value, &ty),
        None => Err(Refusal::new("the two results of a conditional have no type in common")),
    }
}

/// An item that may or may not be in a list, because of something that is not known.
pub fn perhaps(value: &Value, cause: Option<&Value>) -> Value {
    if value.is_known() {
        let unknown = match cause {
            Some(cause) => Value::unknown_from(value.ty(), [cause]),
            None => Value::unknown(value.ty(), "it is not known whether this item is in the list"),
        };
        unknown.with_partial(Partial::Either(Arc::new(vec![value.clone()]))).spread()
    } else {
        value.clone().spread()
    }
}

/// Keys and values that a `for` goes through, and whether there may be more; none when that is not known at all.
pub fn elements(collection: &Value) -> Option<(Vec<(Value, Value)>, bool)> {
    if let Some(elements) = collection.elements() {
        return Some((elements, false));
    }
    match &collection.as_unknown()?.partial {
        Some(Partial::Items(items)) => {
            let at = || Value::unknown(Type::Number, "the position is not known");
            Some((items.iter().map(|item| (at(), item.clone())).collect(), true))
        }
        Some(Partial::Members(members)) if !members.is_empty() => {
            let pairs = members.iter().map(|(key, value)| (Value::string(Arc::clone(key)), value.clone()));
            Some((pairs.collect(), true))
        }
        _ => None,
    }
}

/// `!value`
pub fn not(value: &Value) -> Result<Value, Refusal> {
    let value = operand(value, &Type::Bool)?;
    Ok(match value.as_bool() {
        Some(truth) => Value::bool(!truth),
        None => truth_where(value.when_true().map(|guard| guard.negated()), &[&value]),
    })
}

/// A truth that holds where a guard does.
fn truth_where(truth: Option<Guard>, causes: &[&Value]) -> Value {
    Value::unknown_from(Type::Bool, causes.iter().copied()).asking(Asks { truth, ..Asks::default() })
}

/// `-value`
pub fn negate(value: &Value) -> Result<Value, Refusal> {
    let value = operand(value, &Type::Number)?;
    Ok(match value.as_number() {
        Some(number) => Value::number(number.neg()),
        None => Value::unknown_from(Type::Number, [&value]),
    })
}

/// `left operator right`
pub fn binary(operator: Operator, left: &Value, right: &Value) -> Result<Value, Refusal> {
    match operator {
        Operator::Equal => Ok(truth(equal(left, right), equal_where(left, right), left, right)),
        Operator::NotEqual => {
            let differ = equal_where(left, right).map(|guard| guard.negated());
            Ok(truth(equal(left, right).map(|same| !same), differ, left, right))
        }
        Operator::And | Operator::Or => logic(operator, left, right),
        _ => arithmetic(operator, left, right),
    }
}

fn equal(left: &Value, right: &Value) -> Option<bool> {
    // What is known in part is not null.
    let part = |value: &Value| value.as_unknown().is_some_and(super::value::Unknown::is_certainly_something);
    if left.is_null() && part(right) || right.is_null() && part(left) {
        return Some(false);
    }
    left.equals(right)
}

fn truth(answer: Option<bool>, guard: Option<Guard>, left: &Value, right: &Value) -> Value {
    answer.map_or_else(|| truth_where(guard, &[left, right]), Value::bool)
}

/// When two values are equal of which one is decided.
fn equal_where(left: &Value, right: &Value) -> Option<Guard> {
    let (open, decided) = if left.is_known() { (right, left) } else { (left, right) };
    let unknown = open.as_unknown().filter(|_| decided.is_wholly_known())?;
    if let Some(holds) = decided.as_bool().filter(|_| unknown.ty == Type::Bool) {
        let truth = unknown.asks.truth.clone()?;
        return Some(if holds { truth } else { truth.negated() });
    }
    if let Some(ways) = open.ways() {
        let mut found = Vec::new();
        for (value, guard) in ways {
            if equal(value, decided)? {
                found.push(guard?.clone());
            }
        }
        return Guard::any(found);
    }
    let answer = match decided.data() {
        Data::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Data::Bool(holds) => holds.to_string(),
        Data::Number(number) => number.to_string(),
        Data::Null(_) => "null".to_owned(),
        _ => return None,
    };
    Some(Guard::Is(Arc::clone(unknown.asks.question.as_ref()?), answer.into()))
}

fn logic(operator: Operator, left: &Value, right: &Value) -> Result<Value, Refusal> {
    let (left, right) = (operand(left, &Type::Bool)?, operand(right, &Type::Bool)?);
    let decisive = operator == Operator::Or;
    let answer = match (left.as_bool(), right.as_bool()) {
        (Some(a), _) | (_, Some(a)) if a == decisive => Some(decisive),
        (Some(_), Some(_)) => Some(!decisive),
        _ => None,
    };
    let guards = left.when_true().zip(right.when_true());
    let guard = guards.and_then(|(a, b)| if decisive { Guard::any([a, b]) } else { Guard::all([a, b]) });
    // Whatever the answer to what both ask, it comes to one thing.
    let answer = answer.or_else(|| guard.as_ref().and_then(Guard::decided));
    Ok(truth(answer, guard, &left, &right))
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Result<Value, Refusal> {
    let (left, right) = (operand(left, &Type::Number)?, operand(right, &Type::Number)?);
    let compares =
        matches!(operator, Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual);
    let (Some(a), Some(b)) = (left.as_number(), right.as_number()) else {
        let ty = if compares { Type::Bool } else { Type::Number };
        return Ok(Value::unknown_from(ty, [&left, &right]));
    };
    let number = match operator {
        Operator::Less => return Ok(Value::bool(a < b)),
        Operator::LessOrEqual => return Ok(Value::bool(a <= b)),
        Operator::Greater => return Ok(Value::bool(a > b)),
        Operator::GreaterOrEqual => return Ok(Value::bool(a >= b)),
        Operator::Add => a.add(b),
        Operator::Subtract => a.sub(b),
        Operator::Multiply => a.mul(b),
        Operator::Divide => a.div(b),
        Operator::Remainder => a.rem(b),
        Operator::And | Operator::Or | Operator::Equal | Operator::NotEqual => None,
    };
    number.map(Value::number).ok_or_else(|| Refusal::new("the result is not a number"))
}

fn operand(value: &Value, ty: &Type) -> Result<Value, Refusal> {
    if value.is_null() {
        return Err(Refusal::new("an operand is null"));
    }
    convert(value, ty)
}
