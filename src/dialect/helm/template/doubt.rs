//! What is made of values and templates that nobody knows.

use std::rc::Rc;

use super::exec::{Engine, Fault};
use super::text::{Place, Str};
use super::value::{Kind, Val};

impl Engine<'_> {
    /// What a template comes to that a chart defines which is not in the repository: the one that it is named after, or any.
    pub(super) fn elsewhere(&self, name: &str) -> Option<Val> {
        let begins = |chart: &str| name.strip_prefix(chart).is_some_and(|rest| rest.starts_with(['.', '-', '_', '/']));
        let named = self.missing.iter().find(|(chart, _)| begins(chart)).or_else(|| self.missing.first());
        let what = format!("template `{name}`").into();
        named.map(|(_, place)| Val::open(Rc::new(Place { what, ..Place::clone(place) })))
    }
}

/// What a function makes of values of which nothing is known, where it cannot take texts that stand in for them, or makes maps
/// and lists of these.
pub(super) fn open_of(name: &str, made: Result<&Val, &Fault>, from: &[Val]) -> Option<Val> {
    let is_placed = |value: &&Val| value.is_open() || value.is_unfinished();
    let place = from.iter().find(is_placed)?.origin()?;
    match made {
        Err(fault) if fault.refused || fault.place.is_some() => None,
        Err(_) => Some(Val::open(place)),
        Ok(Val { kind: Kind::List(_) | Kind::Map(_), .. })
            if !matches!(name, "list" | "tuple") && matches!(from, [only] if only.is_open()) =>
        {
            Some(Val::open(place))
        }
        // What is put into a map does not say what else is in it.
        Ok(made @ Val { kind: Kind::Map(_), .. })
            if !matches!(name, "dict" | "set" | "get" | "index" | "pick") && !made.is_unfinished() =>
        {
            Some(Val { place: Some(place), ..made.clone() })
        }
        Ok(_) => None,
    }
}

/// What is made of something that nobody knows is not known either, unless parts of it tell that themselves.
pub(super) fn doubted(made: Val, from: &[Val]) -> Val {
    let unknown = |value: &Val| value.origin().filter(|place| place.unknown.is_some());
    let is_scalar = matches!(made.kind, Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::Str(_));
    if !is_scalar || unknown(&made).is_some() {
        return made;
    }
    let Some(place) = from.iter().find_map(unknown) else { return made };
    match made.kind {
        Kind::Str(text) => Val::str(Str::at(text.shared(), Some(place))),
        kind => Val { kind, place: Some(place) },
    }
}
