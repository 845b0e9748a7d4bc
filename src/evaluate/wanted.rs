//! What is asked of the resources that a link leads to: that there is one, how many there are, or what stands in all of them.

use std::sync::Arc;

use super::compare;
use super::expected;
use super::link::{self, Others};
use super::measure;
use super::scene::{MOST_VALUES, Scene};
use crate::document::{Node, Unresolved, Value};
use crate::rule::walk::Place;
use crate::rule::{Comparison, Condition, Link, Wanted};
use crate::truth::Truth;

/// Whether a link holds of the node at a place.
pub(super) fn holds(scene: &Scene<'_>, link: &Link, root: &Place<'_>) -> Truth {
    match &link.wanted {
        Wanted::One => link::exists(scene, link, root),
        Wanted::Count(predicate) => {
            let Others { joined, is_cut } = link::others(scene, link, root);
            let least = joined.iter().filter(|(_, truth)| *truth == Truth::True).count();
            measure::between(scene, predicate, least, (!is_cut).then_some(joined.len()))
        }
        Wanted::Together(condition) => together(scene, condition, &link::others(scene, link, root)),
    }
}

/// Whether a condition holds of what stands in several resources together.
fn together(scene: &Scene<'_>, condition: &Condition, others: &Others) -> Truth {
    match condition {
        Condition::All(parts) => Truth::all(parts.iter().map(|part| together(scene, part, others))),
        Condition::Any(parts) => parts.iter().map(|part| together(scene, part, others)).max().unwrap_or(Truth::False),
        Condition::Not(part) => !together(scene, part, others),
        // The loader refuses a link here: it would be about one of them.
        Condition::Linked(_) => Truth::Unknown,
        Condition::At(comparison) => {
            let list = union(scene, comparison, others);
            let truth = compare::compare_at(scene, comparison, &compare::HERE, &Place::root(&list), None);
            scene.engine.record(scene.rule, comparison.span, truth);
            truth
        }
    }
}

/// The values at the paths of a comparison in several resources, as one list.
fn union(scene: &Scene<'_>, comparison: &Comparison, others: &Others) -> Node {
    let mut values = Vec::new();
    let mut is_open = others.is_cut;
    for (index, truth) in &others.joined {
        let Some(other) = scene.engine.scene(*index, scene.rule, scene.met) else { continue };
        let body = Place::root(&other.resource.body);
        let (found, open) = other.in_world(scene.world, &body, |other, root| other.values(&comparison.paths, root));
        is_open |= open || (*truth != Truth::True && !found.is_empty()) || values.len() > MOST_VALUES;
        if *truth == Truth::True && values.len() <= MOST_VALUES {
            values.extend(found);
        }
    }
    let header = scene.resource.header;
    if is_open {
        let further = Unresolved {
            expression: "…".into(),
            because: "what linked resources say is not all decided".into(),
            spread: true,
            ..Unresolved::default()
        };
        values.push(Node::new(Value::Unresolved(Arc::new(further)), header));
    }
    Node::list(values, header)
}

/// What is the case of the resources that a link leads to, where more is asked than that there is one.
pub(super) fn said(scene: &Scene<'_>, link: &Link, root: &Place<'_>, kinds: &str) -> Option<String> {
    let (asked, is_number) = match &link.wanted {
        Wanted::One => return None,
        Wanted::Count(predicate) => (expected::predicate_words(predicate), true),
        Wanted::Together(condition) => (expected::condition_words(condition), false),
    };
    let belong = if link.joins.is_empty() { "are there" } else { "belong to it" };
    let number = link::others(scene, link, root).joined.len();
    let found = match number {
        0 => format!("no {kinds} {}", if link.joins.is_empty() { "is there" } else { "belongs to it" }),
        1 => format!("1 {kinds} {}", if link.joins.is_empty() { "is there" } else { "belongs to it" }),
        number => format!("{number} {kinds} {belong}"),
    };
    let asked = asked.map(|asked| if is_number { asked } else { format!("together {asked}") });
    Some(asked.map_or(found.clone(), |asked| format!("{found}, asked was for {asked}")))
}
