//! Maps.

use std::rc::Rc;

use super::{Table, arg, last, text};
use crate::dialect::helm::template::exec::{Engine, Fault};
use crate::dialect::helm::template::value::{Dict, Kind, MAX_VALUE_DEPTH, Val};

pub const TABLE: Table = &[
    ("dict", |_, arguments| {
        let pairs = arguments.chunks(2).map(|pair| {
            let key = pair.first().map_or_else(|| Rc::from(""), |key| key.printed().shared());
            (key, pair.get(1).cloned().unwrap_or_else(|| Val::text("")))
        });
        Ok(Val::map(pairs.collect()))
    }),
    ("get", |_, arguments| {
        let key = text(arguments, 1)?;
        let found = map(arguments, 0)?.borrow().get(key.as_str()).cloned();
        let open = || arguments.first().and_then(|map| map.entry(key.as_str()));
        Ok(found.or_else(open).unwrap_or_else(|| Val::text("")))
    }),
    ("set", |_, arguments| {
        let value = arg(arguments, 2)?.clone();
        map(arguments, 0)?.borrow_mut().insert(text(arguments, 1)?.shared(), value);
        arg(arguments, 0).cloned()
    }),
    ("unset", |_, arguments| {
        map(arguments, 0)?.borrow_mut().remove(text(arguments, 1)?.as_str());
        arg(arguments, 0).cloned()
    }),
    ("hasKey", |_, arguments| Ok(Val::bool(map(arguments, 0)?.borrow().contains_key(text(arguments, 1)?.as_str())))),
    ("pluck", |_, arguments| {
        let key = text(arguments, 0)?;
        Ok(Val::list(arguments.iter().skip(1).filter_map(|one| one.get(key.as_str())).collect()))
    }),
    ("keys", |_, arguments| {
        let mut keys = Vec::new();
        for index in 0..arguments.len() {
            keys.extend(map(arguments, index)?.borrow().keys().map(|key| Val::text(Rc::clone(key))));
        }
        Ok(Val::list(keys))
    }),
    ("values", |_, arguments| Ok(Val::list(map(arguments, 0)?.borrow().values().cloned().collect()))),
    ("pick", |_, arguments| keep(arguments, true)),
    ("omit", |_, arguments| keep(arguments, false)),
    ("dig", dig),
    ("merge", |engine, arguments| merge(engine, arguments, false)),
    ("mustMerge", |engine, arguments| merge(engine, arguments, false)),
    ("mergeOverwrite", |engine, arguments| merge(engine, arguments, true)),
    ("mustMergeOverwrite", |engine, arguments| merge(engine, arguments, true)),
    ("deepCopy", deep_copy),
    ("mustDeepCopy", deep_copy),
];

/// An argument as a map; nothing is an empty one.
fn map(arguments: &[Val], index: usize) -> Result<Dict, Fault> {
    let value = arg(arguments, index)?;
    match &value.kind {
        Kind::Map(map) => Ok(Rc::clone(map)),
        Kind::Nil => Ok(Dict::default()),
        _ => Err(format!("expects a map, not a {}", value.kind_name()).into()),
    }
}

/// The entries that are named, or those that are not.
fn keep(arguments: &[Val], wanted: bool) -> Result<Val, Fault> {
    let names: Vec<_> = arguments.iter().skip(1).map(Val::printed).collect();
    let listed = |key: &str| names.iter().any(|name| name.as_str() == key);
    let source = map(arguments, 0)?;
    let kept = source
        .borrow()
        .iter()
        .filter(|(key, _)| listed(key) == wanted)
        .map(|(key, value)| (Rc::clone(key), value.clone()))
        .collect();
    Ok(Val { place: arg(arguments, 0)?.place.clone(), ..Val::map(kept) })
}

/// `dig "a" "b" default map`
fn dig(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let Some((source, rest)) = arguments.split_last() else { return Err("expects keys, a default and a map".into()) };
    let Some((default, keys)) = rest.split_last() else { return Err("expects keys, a default and a map".into()) };
    let mut value = source.clone();
    for key in keys {
        match value.entry(key.printed().as_str()) {
            Some(inner) => value = inner,
            None => return Ok(default.clone()),
        }
    }
    Ok(value)
}

/// The first map takes in the others. Without `overwrite` it keeps what it has, unless that is empty.
fn merge(engine: &mut Engine<'_>, arguments: &[Val], overwrite: bool) -> Result<Val, Fault> {
    let target = map(arguments, 0)?;
    for source in arguments.iter().skip(1) {
        match &source.kind {
            Kind::Map(source) => merge_into(engine, &target, source, overwrite, 0)?,
            Kind::Nil => {}
            _ => return Err(format!("expects maps, not a {}", source.kind_name()).into()),
        }
    }
    arg(arguments, 0).cloned()
}

fn merge_into(
    engine: &mut Engine<'_>,
    target: &Dict,
    source: &Dict,
    overwrite: bool,
    depth: usize,
) -> Result<(), Fault> {
    if depth > MAX_VALUE_DEPTH {
        return Err("the maps are nested too deeply".into());
    }
    if Rc::ptr_eq(target, source) {
        return Ok(());
    }
    let entries: Vec<(Rc<str>, Val)> =
        source.borrow().iter().map(|(key, value)| (Rc::clone(key), value.clone())).collect();
    engine.charge(entries.len(), 0)?;
    for (key, value) in entries {
        let old = target.borrow().get(&key).cloned();
        match (old.as_ref().map(|old| &old.kind), &value.kind) {
            (Some(Kind::Map(inner)), Kind::Map(from)) => merge_into(engine, inner, from, overwrite, depth + 1)?,
            (Some(_), Kind::Nil) => {}
            (Some(_), _) if !overwrite && old.as_ref().is_some_and(Val::truth) => {}
            _ => {
                target.borrow_mut().insert(key, value);
            }
        }
    }
    Ok(())
}

fn deep_copy(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    last(arguments)?.deep_copy().ok_or_else(|| "the value is too large or contains itself".into())
}
