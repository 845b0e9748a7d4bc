//! Lists.

use std::rc::Rc;

use super::{Table, arg, items, last, size, text, whole};
use crate::dialect::helm::template::exec::{Engine, Fault};
use crate::dialect::helm::template::text::Build;
use crate::dialect::helm::template::value::{Kind, Val};

/// Longest list of numbers that is made.
const MAX_COUNT: usize = 100_000;

pub const TABLE: Table = &[
    ("list", |_, arguments| Ok(Val::list(arguments.to_vec()))),
    ("tuple", |_, arguments| Ok(Val::list(arguments.to_vec()))),
    ("first", |_, arguments| one(arguments, <[Val]>::first)),
    ("mustFirst", |_, arguments| one(arguments, <[Val]>::first)),
    ("last", |_, arguments| one(arguments, <[Val]>::last)),
    ("mustLast", |_, arguments| one(arguments, <[Val]>::last)),
    ("rest", |_, arguments| part(arguments, |all| all.get(1..).unwrap_or(&[]).to_vec())),
    ("mustRest", |_, arguments| part(arguments, |all| all.get(1..).unwrap_or(&[]).to_vec())),
    ("initial", |_, arguments| {
        part(arguments, |all| all.split_last().map_or_else(Vec::new, |(_, rest)| rest.to_vec()))
    }),
    ("reverse", |_, arguments| part(arguments, |all| all.iter().rev().cloned().collect())),
    ("mustReverse", |_, arguments| part(arguments, |all| all.iter().rev().cloned().collect())),
    ("compact", |_, arguments| part(arguments, |all| all.iter().filter(|item| item.truth()).cloned().collect())),
    ("mustCompact", |_, arguments| part(arguments, |all| all.iter().filter(|item| item.truth()).cloned().collect())),
    ("uniq", uniq),
    ("mustUniq", uniq),
    ("append", append),
    ("mustAppend", append),
    ("push", append),
    ("mustPush", append),
    ("prepend", prepend),
    ("mustPrepend", prepend),
    ("concat", |_, arguments| {
        let mut all = Vec::new();
        for index in 0..arguments.len() {
            all.extend(items(arguments, index)?.iter().cloned());
        }
        Ok(Val::list(all))
    }),
    ("without", without),
    ("mustWithout", without),
    ("has", has),
    ("mustHas", has),
    ("chunk", |_, arguments| {
        let length = size(arguments, 0)?.max(1);
        part_of(arguments, 1, |all| all.chunks(length).map(|chunk| Val::list(chunk.to_vec())).collect())
    }),
    ("until", |engine, arguments| count(engine, 0, whole(arguments, 0)?, 1)),
    ("untilStep", |engine, arguments| count(engine, whole(arguments, 0)?, whole(arguments, 1)?, whole(arguments, 2)?)),
    ("seq", |engine, arguments| {
        let (from, step, to) = match arguments.len() {
            1 => (1, 1, whole(arguments, 0)?),
            2 => (whole(arguments, 0)?, 1, whole(arguments, 1)?),
            _ => (whole(arguments, 0)?, whole(arguments, 1)?, whole(arguments, 2)?),
        };
        let step = if from > to && step > 0 { -step } else { step };
        let end = if step < 0 { to.saturating_sub(1) } else { to.saturating_add(1) };
        let numbers = count(engine, from, end, step)?;
        let mut out = Build::default();
        for (index, number) in items(&[numbers], 0)?.iter().enumerate() {
            out.push(if index > 0 { " " } else { "" });
            out.push_str(&number.printed());
        }
        Ok(Val::str(out.finish()))
    }),
    ("sortAlpha", |_, arguments| {
        part(arguments, |all| {
            let mut sorted: Vec<Val> = all.iter().map(|item| Val::str(item.printed())).collect();
            sorted.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            sorted
        })
    }),
    ("join", |engine, arguments| {
        let separator = text(arguments, 0)?;
        let value = arg(arguments, 1)?;
        let Kind::List(all) = &value.kind else { return Ok(Val::str(value.printed())) };
        let mut out = Build::default();
        let mut first = true;
        for item in all.iter().filter(|item| !matches!(item.kind, Kind::Nil)) {
            if !first {
                out.push_str(&separator);
            }
            first = false;
            out.push_str(&item.printed());
            engine.charge(1, separator.as_str().len())?;
        }
        Ok(Val::str(out.finish()))
    }),
    ("toStrings", |_, arguments| part(arguments, |all| all.iter().map(|item| Val::str(item.printed())).collect())),
];

fn one(arguments: &[Val], choose: fn(&[Val]) -> Option<&Val>) -> Result<Val, Fault> {
    let value = last(arguments)?;
    if let Kind::Str(text) = &value.kind {
        return Ok(Val::str(text.clone()));
    }
    Ok(choose(&items(arguments, 0)?).cloned().unwrap_or_else(Val::nil))
}

fn part(arguments: &[Val], change: impl Fn(&[Val]) -> Vec<Val>) -> Result<Val, Fault> {
    part_of(arguments, 0, change)
}

fn part_of(arguments: &[Val], index: usize, change: impl Fn(&[Val]) -> Vec<Val>) -> Result<Val, Fault> {
    let place = arg(arguments, index)?.place.clone();
    let changed = change(&items(arguments, index)?);
    Ok(Val { kind: Kind::List(Rc::new(changed)), place })
}

fn append(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let item = arg(arguments, 1)?.clone();
    part(arguments, move |all| all.iter().cloned().chain([item.clone()]).collect())
}

fn prepend(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let item = arg(arguments, 1)?.clone();
    part(arguments, move |all| [item.clone()].into_iter().chain(all.iter().cloned()).collect())
}

fn uniq(engine: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let all = items(arguments, 0)?;
    engine.charge(all.len() * all.len() / 16, 0)?;
    part(arguments, |all| {
        let mut kept: Vec<Val> = Vec::new();
        for item in all {
            if !kept.iter().any(|known| known.same(item)) {
                kept.push(item.clone());
            }
        }
        kept
    })
}

fn without(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let gone = arguments.get(1..).unwrap_or(&[]);
    part(arguments, |all| all.iter().filter(|item| !gone.iter().any(|gone| gone.same(item))).cloned().collect())
}

fn has(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let wanted = arg(arguments, 0)?;
    Ok(Val::bool(items(arguments, 1)?.iter().any(|item| item.same(wanted))))
}

/// The numbers from `from` up (or down) to, but without, `to`.
fn count(engine: &mut Engine<'_>, from: i64, to: i64, step: i64) -> Result<Val, Fault> {
    let step = if step == 1 && to < from { -1 } else { step };
    let mut numbers = Vec::new();
    let mut at = from;
    while step != 0 && ((step > 0 && at < to) || (step < 0 && at > to)) {
        if numbers.len() >= MAX_COUNT {
            return Err(format!("makes more than {MAX_COUNT} numbers").into());
        }
        numbers.push(Val::new(Kind::Int(at)));
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    engine.charge(numbers.len(), 0)?;
    Ok(Val::list(numbers))
}
