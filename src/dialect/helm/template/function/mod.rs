//! The functions of templates: those of Go, of Sprig and of Helm.

mod dicts;
mod encode;
mod lists;
mod logic;
mod math;
mod object;
mod strings;
mod unknown;
mod version;

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::exec::{Engine, Fault};
use super::text::{Place, Str};
use super::value::{Kind, Val};

pub use object::method;

/// A function: its arguments, the piped value last.
pub type Call = fn(&mut Engine<'_>, &[Val]) -> Result<Val, Fault>;

/// The functions of one topic, by their names.
type Table = &'static [(&'static str, Call)];

/// All functions by name. What Sprig has twice, once failing where the other does not, is one here.
pub fn all() -> FxHashMap<&'static str, Call> {
    let tables: [Table; 9] = [
        dicts::TABLE,
        encode::TABLE,
        lists::TABLE,
        logic::TABLE,
        math::TABLE,
        strings::TABLE,
        strings::PATTERNS,
        unknown::TABLE,
        version::TABLE,
    ];
    tables.iter().flat_map(|table| table.iter().copied()).collect()
}

/// The argument of a place.
fn arg(arguments: &[Val], index: usize) -> Result<&Val, Fault> {
    arguments.get(index).ok_or_else(|| format!("expects at least {} arguments", index + 1).into())
}

/// The last argument: the one that is piped.
fn last(arguments: &[Val]) -> Result<&Val, Fault> {
    arguments.last().ok_or_else(|| "expects an argument".into())
}

/// An argument as text; what is not text is printed.
fn text(arguments: &[Val], index: usize) -> Result<Str, Fault> {
    Ok(arg(arguments, index)?.printed())
}

/// An argument as a whole number.
fn whole(arguments: &[Val], index: usize) -> Result<i64, Fault> {
    Ok(math::to_int(arg(arguments, index)?))
}

/// An argument as a length or an index: never below zero.
fn size(arguments: &[Val], index: usize) -> Result<usize, Fault> {
    Ok(usize::try_from(whole(arguments, index)?.max(0)).unwrap_or(usize::MAX))
}

/// An argument as a list; nothing is an empty one.
fn items(arguments: &[Val], index: usize) -> Result<Rc<Vec<Val>>, Fault> {
    let value = arg(arguments, index)?;
    match &value.kind {
        Kind::List(items) => Ok(Rc::clone(items)),
        Kind::Nil => Ok(Rc::new(Vec::new())),
        _ => Err(format!("expects a list, not a {}", value.kind_name()).into()),
    }
}

/// Where a value comes from that is made of several.
fn origin(arguments: &[Val]) -> Option<Rc<Place>> {
    let places = || arguments.iter().filter_map(Val::origin);
    places().find(|place| place.unknown.is_some()).or_else(|| places().next())
}

/// A text that nobody knows before the chart is installed.
fn unknown_text(engine: &Engine<'_>, stand_in: &str, because: &str) -> Val {
    Val::str(Str::at(stand_in, Some(unknown_here(engine, because))))
}

/// A value of which nothing is known before the chart is installed.
fn open(engine: &Engine<'_>, because: &str) -> Val {
    Val::open(unknown_here(engine, because))
}

fn unknown_here(engine: &Engine<'_>, because: &str) -> Rc<Place> {
    let at = engine.current().unwrap_or_else(|| Place::new(crate::dialect::helm::nowhere(), Arc::from("template")));
    Rc::new(Place { unknown: Some(because.into()), via: None, ..Place::clone(&at) })
}
