//! Functions of collections of which only some items are known: what the function hands on of these is known of the result.

use std::sync::Arc;

use super::Function;
use crate::dialect::terraform::operate::perhaps;
use crate::dialect::terraform::value::{Data, Partial, Type, Value};

/// What becomes of the items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// They stay, in their order.
    Ordered,
    /// They stay, the last one first.
    Reversed,
    /// They stay, and nobody knows where.
    Sorted,
    /// Those of the first collection stay that are not in the others, all of which are known.
    Without,
    /// What is under the keys.
    Values,
    /// The keys.
    Keys,
}

const FUNCTIONS: &[(&str, Way)] = &[
    ("distinct", Way::Ordered),
    ("keys", Way::Keys),
    ("reverse", Way::Reversed),
    ("setsubtract", Way::Without),
    ("setunion", Way::Sorted),
    ("sort", Way::Sorted),
    ("values", Way::Values),
];

/// The items of the result, of which those that are `spread` stand for any number of others.
pub(super) fn of(function: &Function, args: &[Value]) -> Option<Vec<Value>> {
    let (_, way) = FUNCTIONS.iter().find(|(name, _)| *name == function.name)?;
    let first = args.first()?;
    let items = match way {
        Way::Ordered => items_of(first),
        Way::Reversed => items_of(first).map(|items| items.into_iter().rev().collect()),
        Way::Sorted => {
            let all: Vec<Vec<Value>> = args.iter().map(items_of).collect::<Option<_>>()?;
            Some(anywhere(all.into_iter().flatten().collect()))
        }
        Way::Without => {
            let taken: Vec<&[Value]> =
                args.iter().skip(1).map(|arg| arg.items().filter(|_| arg.is_wholly_known())).collect::<Option<_>>()?;
            let stays = |item: &Value| taken.iter().all(|set| set.iter().all(|one| one.equals(item) == Some(false)));
            let items = items_of(first)?.into_iter();
            let kept = items.map(|item| if stays(&item) { item } else { perhaps(&item, Some(first)) });
            Some(anywhere(kept.collect()))
        }
        Way::Values | Way::Keys => under_keys(first, *way),
    }?;
    let is_told = |item: &Value| item.as_unknown().is_none_or(|unknown| !unknown.spread || unknown.partial.is_some());
    items.iter().any(is_told).then_some(items)
}

/// The items of a collection, as far as they are known; one that is not may be any number of them. None for what holds none.
pub fn items_of(collection: &Value) -> Option<Vec<Value>> {
    let own = |items: &[Value]| {
        items.iter().map(|item| if item.is_known() { item.clone() } else { item.clone().spread() }).collect()
    };
    match (collection.data(), collection.items()) {
        (_, Some(items)) => Some(own(items)),
        (Data::Unknown(unknown), None) => Some(match &unknown.partial {
            Some(Partial::Items(items)) => items.to_vec(),
            _ => vec![collection.clone().spread()],
        }),
        _ => None,
    }
}

/// The items in a place that nobody knows: what may be there or not is before those that are.
pub fn anywhere(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by_key(|item| item.as_unknown().is_none_or(|unknown| !unknown.spread));
    items
}

/// What stands under the keys of a map of which some are known, or these.
fn under_keys(map: &Value, way: Way) -> Option<Vec<Value>> {
    let rest = Value::unknown_from(Type::Dynamic, [map]).spread();
    match &map.as_unknown()?.partial {
        Some(Partial::Members(members)) if way == Way::Keys => {
            let keys = members.keys().map(|name| Value::string(Arc::clone(name)));
            Some(std::iter::once(rest).chain(keys).collect())
        }
        Some(Partial::Members(members)) => Some(std::iter::once(rest).chain(members.values().cloned()).collect()),
        Some(Partial::Each(form)) if way == Way::Values => Some(vec![perhaps(form, Some(map))]),
        _ => None,
    }
}
