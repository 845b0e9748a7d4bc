//! Comparisons, defaults, kinds of value, and what stops a template.

use std::rc::Rc;

use super::{Table, arg, items, last, open, text};
use crate::dialect::helm::template::exec::{Engine, Fault};
use crate::dialect::helm::template::value::{Kind, Val};

pub const TABLE: Table = &[
    ("eq", |_, arguments| {
        let first = arg(arguments, 0)?;
        arg(arguments, 1)?;
        Ok(Val::bool(arguments.iter().skip(1).any(|other| first.same(other))))
    }),
    ("ne", |_, arguments| Ok(Val::bool(!arg(arguments, 0)?.same(arg(arguments, 1)?)))),
    ("lt", |_, arguments| compare(arguments, std::cmp::Ordering::is_lt)),
    ("le", |_, arguments| compare(arguments, std::cmp::Ordering::is_le)),
    ("gt", |_, arguments| compare(arguments, std::cmp::Ordering::is_gt)),
    ("ge", |_, arguments| compare(arguments, std::cmp::Ordering::is_ge)),
    ("not", |_, arguments| Ok(Val::bool(!arg(arguments, 0)?.truth()))),
    ("default", |_, arguments| {
        let value = arguments.get(1).filter(|value| value.truth());
        value.map_or_else(|| arg(arguments, 0).cloned(), |value| Ok(value.clone()))
    }),
    ("empty", |_, arguments| Ok(Val::bool(!last(arguments)?.truth()))),
    ("coalesce", |_, arguments| Ok(arguments.iter().find(|value| value.truth()).cloned().unwrap_or_else(Val::nil))),
    ("ternary", |_, arguments| {
        let chosen = usize::from(!arg(arguments, 2)?.truth());
        arg(arguments, chosen).cloned()
    }),
    ("all", |_, arguments| Ok(Val::bool(arguments.iter().all(Val::truth)))),
    ("any", |_, arguments| Ok(Val::bool(arguments.iter().any(Val::truth)))),
    ("kindOf", |_, arguments| Ok(Val::text(last(arguments)?.kind_name()))),
    ("kindIs", |_, arguments| Ok(Val::bool(text(arguments, 0)?.as_str() == arg(arguments, 1)?.kind_name()))),
    ("typeOf", |_, arguments| Ok(Val::text(type_name(last(arguments)?)))),
    ("typeIs", |_, arguments| Ok(Val::bool(text(arguments, 0)?.as_str() == type_name(arg(arguments, 1)?)))),
    ("typeIsLike", |_, arguments| {
        let name = text(arguments, 0)?;
        let own = type_name(arg(arguments, 1)?);
        Ok(Val::bool(name.as_str().trim_start_matches('*') == own))
    }),
    ("deepEqual", |_, arguments| Ok(Val::bool(arg(arguments, 0)?.same(arg(arguments, 1)?)))),
    ("fail", |_, arguments| Err(refused(text(arguments, 0)?.as_str()))),
    ("required", |engine, arguments| {
        let value = arg(arguments, 1)?;
        let missing = matches!(value.kind, Kind::Nil) || value.as_str() == Some("");
        if !missing {
            return Ok(value.clone());
        }
        // Whoever installs the chart has to set it, so there is a value that nobody knows.
        let message = text(arguments, 0)?;
        Ok(open(engine, &format!("the chart requires it to be set where it is installed: {}", message.as_str().trim())))
    }),
    ("include", |engine, arguments| {
        let name = text(arguments, 0)?;
        let dot = arguments.get(1).cloned().unwrap_or_else(Val::nil);
        Ok(Val::str(engine.render(name.as_str(), &dot)?))
    }),
    ("tpl", |engine, arguments| {
        let template = text(arguments, 0)?;
        let dot = arguments.get(1).cloned().unwrap_or_else(Val::nil);
        Ok(Val::str(engine.render_text(&template, &dot)?))
    }),
    ("lookup", |_, _| Ok(Val::map(std::collections::BTreeMap::new()))),
    ("len", |_, arguments| {
        let value = last(arguments)?;
        let length = match &value.kind {
            Kind::Str(text) => text.as_str().len(),
            Kind::List(items) => items.len(),
            Kind::Map(map) => map.borrow().len(),
            _ => return Err(format!("a {} has no length", value.kind_name()).into()),
        };
        Ok(Val::new(Kind::Int(i64::try_from(length).unwrap_or(i64::MAX))))
    }),
    ("index", index),
    ("slice", slice),
    ("call", |_, _| Err("a value cannot be called".into())),
];

fn refused(message: &str) -> Fault {
    Fault { message: message.trim().to_owned(), place: None, refused: true }
}

fn type_name(value: &Val) -> &'static str {
    match value.kind {
        Kind::Map(_) => "map[string]interface {}",
        Kind::List(_) => "[]interface {}",
        Kind::Nil => "<nil>",
        _ => value.kind_name(),
    }
}

fn compare(arguments: &[Val], holds: fn(std::cmp::Ordering) -> bool) -> Result<Val, Fault> {
    let (a, b) = (arg(arguments, 0)?, arg(arguments, 1)?);
    let order = match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => Some(a.cmp(b)),
        _ => a.number().zip(b.number()).and_then(|(a, b)| a.partial_cmp(&b)),
    };
    let order = order.ok_or_else(|| format!("cannot compare a {} with a {}", a.kind_name(), b.kind_name()))?;
    Ok(Val::bool(holds(order)))
}

/// `index value key...`
fn index(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let mut value = arg(arguments, 0)?.clone();
    for key in arguments.iter().skip(1) {
        value = match &value.kind {
            Kind::Map(_) => value.entry(key.printed().as_str()).unwrap_or_else(Val::nil),
            Kind::Str(_) if value.is_open() => value.entry(key.printed().as_str()).unwrap_or_else(Val::nil),
            Kind::List(items) => {
                let at = usize::try_from(super::math::to_int(key)).ok();
                at.and_then(|at| items.get(at)).cloned().ok_or("the index is out of range")?
            }
            Kind::Nil => return Err("nothing is set where an index is read from".into()),
            _ => return Err(format!("a {} has no index", value.kind_name()).into()),
        };
    }
    Ok(value)
}

/// `slice value from to`
fn slice(_: &mut Engine<'_>, arguments: &[Val]) -> Result<Val, Fault> {
    let value = arg(arguments, 0)?;
    let from = if arguments.len() > 1 { super::size(arguments, 1)? } else { 0 };
    let to = if arguments.len() > 2 { super::size(arguments, 2)? } else { usize::MAX };
    if let Kind::Str(text) = &value.kind {
        let to = to.min(text.as_str().len());
        return Ok(Val::str(text.slice(from.min(to), to)));
    }
    let all = items(arguments, 0)?;
    let to = to.min(all.len());
    let part = all.get(from.min(to)..to).unwrap_or(&[]).to_vec();
    Ok(Val { kind: Kind::List(Rc::new(part)), place: value.place.clone() })
}
