//! The values of a chart: its own, laid over by those of its parent and of the user.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::template::{Kind, Place, Val};
use crate::document::{Node, Value};
use crate::syntax::yaml;

/// A values file as values that know their lines.
pub(super) fn from_file(root: &Node) -> Val {
    from_node(root, &mut String::new())
}

fn from_node(node: &Node, path: &mut String) -> Val {
    let what: Arc<str> = if path.is_empty() { "values".into() } else { format!("value `{path}`").into() };
    let place = Place::new(node.span, what);
    let kind = match &node.value {
        Value::Null | Value::Unresolved(_) => Kind::Nil,
        Value::Bool(value) => Kind::Bool(*value),
        Value::Int(value) => Kind::Int(*value),
        Value::Float(value) => Kind::Float(*value),
        Value::Str(text) => return Val::text(text.as_str()).placed(Some(place)),
        Value::List(items) => {
            let length = path.len();
            let mut list = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
                list.push(from_node(item, path));
                path.truncate(length);
            }
            Kind::List(Rc::new(list))
        }
        Value::Map(map) => {
            let length = path.len();
            let mut entries: BTreeMap<Rc<str>, Val> = BTreeMap::new();
            for entry in &map.entries {
                path.push_str(if length > 0 { "." } else { "" });
                path.push_str(&entry.key.name);
                entries.insert(Rc::from(&*entry.key.name), from_node(&entry.value, path));
                path.truncate(length);
            }
            return Val::map(entries).placed(Some(place));
        }
    };
    Val { kind, place: Some(place) }
}

/// `upper` over `lower`, as Helm lays values: maps are joined, null takes a key away.
pub(super) fn lay(lower: &Val, upper: &Val) -> Val {
    joined(lower, upper, false)
}

/// One values file over another, neither of which has met the chart: null is kept, to take a key away there.
pub(super) fn lay_given(lower: &Val, upper: &Val) -> Val {
    joined(lower, upper, true)
}

fn joined(lower: &Val, upper: &Val, keep_null: bool) -> Val {
    let (Some(below), Some(above)) = (lower.as_map(), upper.as_map()) else { return upper.clone() };
    let mut entries: BTreeMap<Rc<str>, Val> = below.borrow().clone();
    for (key, value) in above.borrow().iter() {
        if matches!(value.kind, Kind::Nil) && !keep_null {
            entries.remove(key);
            continue;
        }
        let laid = entries.get(key).map_or_else(|| value.clone(), |below| joined(below, value, keep_null));
        entries.insert(Rc::clone(key), laid);
    }
    // What else may be in the lower one may be in both.
    let place = if lower.is_unfinished() { &lower.place } else { &upper.place };
    Val { place: place.clone().or_else(|| lower.place.clone()), ..Val::map(entries) }
}

/// The map with a value at a path of keys, on top of what is there.
pub(super) fn with(map: &Val, keys: &[&str], value: Val) -> Val {
    let nested = keys.iter().rev().fold(value, |inner, key| Val::map([(Rc::from(*key), inner)].into()));
    lay(map, &nested)
}

/// The entry of a map, or an empty map.
pub(super) fn map_at(values: &Val, key: &str) -> Val {
    values.get(key).filter(|value| value.as_map().is_some()).unwrap_or_else(|| Val::map(BTreeMap::new()))
}

/// The same values, of which nobody knows whether they hold: something else may set them.
pub(super) fn opened(values: &Val, because: &Arc<str>) -> Val {
    let value = match &values.kind {
        Kind::Map(map) => {
            let entries = map.borrow().iter().map(|(key, value)| (Rc::clone(key), opened(value, because))).collect();
            return Val { place: values.place.clone(), ..Val::map(entries) };
        }
        Kind::List(items) => {
            let items = items.iter().map(|item| opened(item, because)).collect();
            return Val { place: values.place.clone(), ..Val::list(items) };
        }
        Kind::Str(text) => Val::text(text.shared()),
        kind => Val::new(kind.clone()),
    };
    let Some(place) = values.origin() else { return values.clone() };
    value.placed(Some(Rc::new(Place { unknown: Some(Arc::clone(because)), ..(*place).clone() })))
}

/// The same values, over others that are not known: no map says all that is in it.
pub(super) fn unfinished(values: &Val, missing: &Rc<Place>) -> Val {
    let Some(map) = values.as_map() else { return values.clone() };
    let inner = |(key, value): (&Rc<str>, &Val)| (Rc::clone(key), unfinished(value, &missing.below(key)));
    let entries = map.borrow().iter().map(inner).collect();
    Val { place: Some(Rc::clone(missing)), ..Val::map(entries) }
}

/// The values of a chart that takes over others at a path, which are not known: they go over its own.
pub(super) fn imported(values: &Val, path: &str, missing: &Rc<Place>) -> Val {
    let Some(because) = &missing.unknown else { return values.clone() };
    let keys: Vec<&str> = path.split('.').filter(|key| !key.is_empty()).collect();
    let own = keys.iter().try_fold(values.clone(), |at, key| at.get(key)).unwrap_or_else(Val::nil);
    let own = if own.as_map().is_some() { own } else { Val::map(BTreeMap::new()) };
    with_at(values, &keys, unfinished(&opened(&own, because), missing))
}

/// The map with a value at a path of keys, in place of what is there.
fn with_at(map: &Val, keys: &[&str], value: Val) -> Val {
    let Some((first, rest)) = keys.split_first() else { return value };
    let mut entries = map.as_map().map(|map| map.borrow().clone()).unwrap_or_default();
    let below = entries.get(*first).cloned().unwrap_or_else(Val::nil);
    entries.insert(Rc::from(*first), with_at(&below, rest, value));
    Val { place: map.place.clone(), ..Val::map(entries) }
}

/// The same values with true for every false.
pub(super) fn switched_on(values: &Val) -> Val {
    let value = match &values.kind {
        Kind::Map(map) => {
            Val::map(map.borrow().iter().map(|(key, value)| (Rc::clone(key), switched_on(value))).collect())
        }
        Kind::List(items) => Val::list(items.iter().map(switched_on).collect()),
        Kind::Bool(_) => Val::bool(true),
        _ => return values.clone(),
    };
    Val { place: values.place.clone(), ..value }
}

/// A value at a path as [`set`] has it.
pub(super) fn set_value(values: &Val, key: &str, value: Val) -> Val {
    put(values, &steps(key), value)
}

/// `--set key=value`: the key is a path with dots and indices, the value a scalar or a list in braces.
pub(super) fn set(values: &Val, key: &str, value: &str) -> Val {
    let listed = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let value = match listed {
        Some(items) => Val::list(items.split(',').map(|item| scalar(item.trim())).collect()),
        None => scalar(value),
    };
    put(values, &steps(key), value)
}

fn scalar(written: &str) -> Val {
    match yaml::plain(written, yaml::Schema::Core) {
        Some(Value::Null) if written == "null" => Val::nil(),
        Some(Value::Bool(value)) => Val::bool(value),
        Some(Value::Int(value)) => Val::new(Kind::Int(value)),
        _ => Val::text(written),
    }
}

/// A step of a `--set` path.
enum Step {
    Key(String),
    Index(usize),
}

fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut name = String::new();
    let mut chars = path.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => name.extend(chars.next()),
            '.' if name.is_empty() => {}
            '.' => steps.push(Step::Key(std::mem::take(&mut name))),
            '[' => {
                if !name.is_empty() {
                    steps.push(Step::Key(std::mem::take(&mut name)));
                }
                let digits: String = chars.by_ref().take_while(|char| *char != ']').collect();
                steps.push(digits.parse().map_or(Step::Key(digits), Step::Index));
            }
            char => name.push(char),
        }
    }
    if !name.is_empty() {
        steps.push(Step::Key(name));
    }
    steps
}

/// Longest list that an index of `--set` makes.
const MAX_INDEX: usize = 1000;

fn put(into: &Val, steps: &[Step], value: Val) -> Val {
    let Some((step, rest)) = steps.split_first() else { return value };
    match step {
        Step::Key(key) => {
            let mut entries = into.as_map().map(|map| map.borrow().clone()).unwrap_or_default();
            let below = entries.get(key.as_str()).cloned().unwrap_or_else(Val::nil);
            entries.insert(key.as_str().into(), put(&below, rest, value));
            Val::map(entries)
        }
        Step::Index(index) => {
            let mut items = match &into.kind {
                Kind::List(items) => items.to_vec(),
                _ => Vec::new(),
            };
            let index = (*index).min(MAX_INDEX);
            if items.len() <= index {
                items.resize(index + 1, Val::nil());
            }
            if let Some(item) = items.get_mut(index) {
                *item = put(&item.clone(), rest, value);
            }
            Val::list(items)
        }
    }
}
