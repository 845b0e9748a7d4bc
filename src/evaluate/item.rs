//! What a judged node is called among its siblings, and what of it a check judges.

use std::ops::ControlFlow::Continue;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::scene::Scene;
use crate::document::{Node, Value};
use crate::evaluate::Judgement;
use crate::rule::walk::{Place, Reached};
use crate::rule::{Ask, Check, Comparison, Condition, Join, Predicate, Test};

/// Longest name that is kept as it is.
const LONGEST: usize = 200;

/// The way to a node: keys, and for the items of lists the names that their dialect knows them by.
pub(super) fn name(scene: &Scene<'_>, place: &Place<'_>) -> String {
    let dialect = scene.dialect();
    let mut way: Vec<&Place<'_>> = place.chain().collect();
    way.reverse();
    let mut keys: Vec<&str> = Vec::new();
    let mut name = String::new();
    for place in way {
        if let Some(key) = place.key {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&key.name);
            keys.push(&key.name);
        }
        if place.item.is_some()
            && let Some(called) = dialect.and_then(|dialect| dialect.items_of(&keys)).and_then(|of| of.name(place.node))
        {
            name.push('[');
            name.push_str(&called);
            name.push(']');
        }
    }
    // Lists of all that is written in a file lead through no place.
    if let Some(around) = scene.resource.identity.places.at(place.node.span)
        && !name.contains(&format!("[{}]", around.rsplit('/').next().unwrap_or(around)))
    {
        name.push('@');
        name.push_str(around);
    }
    if name.len() > LONGEST { hex(Sha256::new().chain_update(&name)) } else { name }
}

/// Adds to the names that several judgements share what a check judges of each node, so that they are told apart whatever
/// their order. `contents` are those of the judgements.
pub(super) fn tell_apart(judgements: &mut [Judgement], contents: &dyn Fn() -> Vec<String>) {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for judgement in judgements.iter() {
        *counts.entry(&judgement.item).or_default() += 1;
    }
    let shared: Vec<bool> = judgements.iter().map(|judgement| counts.get(&*judgement.item) != Some(&1)).collect();
    if !shared.contains(&true) {
        return;
    }
    for ((judgement, content), shared) in judgements.iter_mut().zip(contents()).zip(shared) {
        if shared {
            judgement.item = format!("{}#{content}", judgement.item).into();
        }
    }
}

/// A hash of what the conditions of a check read of a node.
pub(super) fn content(scene: &Scene<'_>, check: &Check, place: &Place<'_>) -> String {
    let mut hash = Sha256::new();
    let (Test::Assert(test) | Test::Deny(test)) = &check.test;
    for condition in check.filter.iter().chain([test]) {
        read(scene, condition, place, &mut hash);
    }
    hex(hash)
}

/// A hash of a value, for telling whether two are the same.
pub(super) fn digest_of(node: &Node) -> u64 {
    let mut hash = Sha256::new();
    digest(node, &mut hash);
    hash.finalize().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

fn hex(hash: Sha256) -> String {
    crate::hex::encode(hash.finalize().get(..8).unwrap_or(&[]))
}

fn read(scene: &Scene<'_>, condition: &Condition, place: &Place<'_>, hash: &mut Sha256) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| read(scene, part, place, hash)),
        Condition::Not(part) => read(scene, part, place, hash),
        Condition::At(comparison) => compared(scene, comparison, place, hash),
        Condition::Linked(link) => {
            for path in link.joins.iter().filter_map(Join::ours) {
                reached(scene, std::slice::from_ref(path), place, &mut |_, node| digest(node, hash));
            }
        }
    }
}

fn compared(scene: &Scene<'_>, comparison: &Comparison, place: &Place<'_>, hash: &mut Sha256) {
    hash.update([0]);
    reached(scene, &comparison.paths, place, &mut |place, node| match &comparison.ask {
        Ask::Nodes(Predicate::Nested(condition)) => {
            let _ = place.each_item(&mut |item| {
                read(scene, condition, item, hash);
                Continue(())
            });
        }
        Ask::Nodes(_) => digest(node, hash),
        Ask::Present(_) | Ask::Count(_) | Ask::Distinct(_) => hash.update([1]),
    });
}

pub(super) fn reached(
    scene: &Scene<'_>,
    paths: &[crate::rule::Path],
    place: &Place<'_>,
    take: &mut dyn FnMut(&Place<'_>, &Node),
) {
    let _ = scene.branches(paths, place, &mut |reached, place| {
        match reached {
            Reached::Absent => {}
            Reached::Node | Reached::More(_) | Reached::Choice(..) => take(place, place.node),
        }
        Continue(())
    });
}

/// Feeds the content of a node to a hash, each part with its type and its length.
pub(super) fn digest(node: &Node, hash: &mut Sha256) {
    let mut part = |tag: &str, bytes: &[u8]| {
        hash.update(tag);
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    match &node.value {
        Value::Null => part("n", &[]),
        Value::Bool(value) => part("b", &[u8::from(*value)]),
        Value::Int(value) => part("i", &value.to_le_bytes()),
        Value::Float(value) => part("f", &value.to_le_bytes()),
        Value::Str(text) => part("s", text.as_str().as_bytes()),
        Value::Unresolved(open) => part("u", open.expression.as_bytes()),
        Value::List(items) => {
            part("l", &items.len().to_le_bytes());
            items.iter().for_each(|item| digest(item, hash));
        }
        Value::Map(map) => {
            let mut entries: Vec<_> = map.written().collect();
            part("m", &entries.len().to_le_bytes());
            entries.sort_by(|a, b| a.key.name.cmp(&b.key.name));
            for entry in entries {
                hash.update(entry.key.name.as_bytes());
                digest(&entry.value, hash);
            }
        }
    }
}
