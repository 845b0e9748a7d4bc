//! The rounds of a `for` of a template: what its names are in each.

use std::sync::Arc;

use crate::dialect::ansible::value::{self, Verdict, of_when};
use crate::dialect::ansible::variables::Scope;
use crate::document::{Entry, Node, Value};

/// What the names of a loop are in a round.
type Round = Vec<(Arc<str>, Node)>;

/// What a loop goes through: the names, the list, and the condition of a round.
struct Loop<'t> {
    names: Vec<&'t str>,
    list: &'t str,
    condition: Option<&'t str>,
}

/// The rounds of a loop, `for … in …`, or why they are not known; none where it is no loop that is followed.
pub(super) fn of(text: &str, most: usize, scope: &Scope<'_>) -> Option<Result<Vec<Round>, String>> {
    let read = Loop::read(text)?;
    let Some(values) = read.values(scope).filter(|values| values.len() <= most) else {
        let names = read.names.join("`, `");
        return Some(Err(format!("how often `{names}` is filled in is known only when the play runs")));
    };
    let mut rounds: Vec<Round> = Vec::new();
    for value in values {
        let Some(round) = read.round(value) else { return Some(Err(format!("`{}` has other parts", read.list))) };
        let Some(condition) = read.condition else {
            rounds.push(round);
            continue;
        };
        let mut inner = scope.clone();
        inner.bound.extend(round.iter().cloned());
        match of_when(&Node::text(condition, scope.place), &inner) {
            Verdict::Known(true) => rounds.push(round),
            Verdict::Known(false) => {}
            Verdict::Open(_, why) => return Some(Err(why.because.to_string())),
        }
    }
    let count = rounds.len();
    for (at, round) in rounds.iter_mut().enumerate() {
        round.push(("loop".into(), place_of(at, count, scope)));
    }
    Some(Ok(rounds))
}

/// A name that a statement may give.
pub(super) fn name(written: &str) -> Option<&str> {
    let name = written.trim();
    let is_name = !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    is_name.then_some(name)
}

impl<'t> Loop<'t> {
    fn read(text: &'t str) -> Option<Loop<'t>> {
        let (names, list) = text.strip_prefix("for")?.trim().split_once(" in ")?;
        let names = names.trim().trim_start_matches('(').trim_end_matches(')');
        let names: Option<Vec<&str>> = names.split(',').map(name).collect();
        let (list, condition) = match list.split_once(" if ") {
            Some((list, condition)) if !condition.contains(" else ") => (list, Some(condition.trim())),
            _ => (list, None),
        };
        let list = list.trim();
        (!list.ends_with(" recursive")).then_some(Loop { names: names?, list, condition })
    }

    /// The values of the rounds; none where they are not known.
    fn values(&self, scope: &Scope<'_>) -> Option<Vec<Node>> {
        let sorted = self.list.strip_suffix("dictsort").and_then(|rest| rest.trim_end().strip_suffix('|'));
        let listed = [".items()", ".iteritems()"].iter().find_map(|end| self.list.strip_suffix(end));
        let node = value::of(sorted.or(listed).unwrap_or(self.list).trim(), scope.place, scope)?;
        match (&node.value, sorted.or(listed)) {
            (Value::Map(map), Some(_)) if map.rest.is_none() => {
                let mut entries: Vec<&Entry> = map.entries.iter().collect();
                if sorted.is_some() {
                    entries.sort_by_key(|entry| entry.key.name.to_lowercase());
                }
                Some(entries.into_iter().map(pair).collect())
            }
            (Value::Map(map), None) if map.rest.is_none() => Some(map.entries.iter().map(key).collect()),
            (Value::List(items), None) => Some(items.to_vec()),
            _ => None,
        }
    }

    /// What the names are where this is the value.
    fn round(&self, value: Node) -> Option<Round> {
        if let [only] = self.names.as_slice() {
            return Some(vec![(Arc::from(*only), value)]);
        }
        let parts = value.items();
        let round = self.names.iter().zip(parts).map(|(name, part)| (Arc::from(*name), part.clone()));
        (parts.len() == self.names.len()).then(|| round.collect())
    }
}

fn key(entry: &Entry) -> Node {
    Node::text(&*entry.key.name, entry.key.span)
}

fn pair(entry: &Entry) -> Node {
    Node::list(vec![key(entry), entry.value.clone()], entry.value.span)
}

/// What `loop` is in a round.
fn place_of(at: usize, count: usize, scope: &Scope<'_>) -> Node {
    let number = |number: usize| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
    let parts = [
        ("first", Value::Bool(at == 0)),
        ("last", Value::Bool(at + 1 == count)),
        ("index", number(at + 1)),
        ("index0", number(at)),
        ("length", number(count)),
    ];
    let place = scope.place;
    Node::map(parts.map(|(name, value)| Entry::new(name, place, Node::new(value, place))).into(), place)
}
