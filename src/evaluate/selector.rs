//! Selectors of labels, as Kubernetes reads them.
//!
//! A selector is a map of labels that must all be there, or has `matchLabels` and `matchExpressions`. One without anything
//! in it selects everything, one that is not there nothing. One of which nothing is known selects nothing: it could mean
//! any object as well as the one in question.

use std::ops::ControlFlow;

use super::scene::Scene;
use crate::document::{Map, Node, Value};
use crate::kernel::text;
use crate::rule::walk::{Place, Reached};
use crate::rule::{Join, Link, Path};
use crate::truth::Truth;

/// What stands at the path of a selector or of labels.
enum Stands {
    Nothing,
    Node(Node),
    Open,
}

/// Whether the selectors of a link join another resource with this one.
pub(super) fn joined(scene: &Scene<'_>, link: &Link, index: usize, root: &Place<'_>) -> Truth {
    let mut truth = Truth::True;
    for join in &link.joins {
        let (ours, theirs, is_ours) = match join {
            Join::Selects(selector, labels) => (selector, labels, true),
            Join::SelectedBy(labels, selector) => (labels, selector, false),
            Join::By(_) | Join::To(_) | Join::On(..) | Join::Covers(..) | Join::CoveredBy(..) => continue,
        };
        let Some(other) = scene.engine.scene(index, scene.rule, scene.met) else { return Truth::False };
        let body = Place::root(&other.resource.body);
        let theirs = other.in_world(scene.world, &body, |other, root| standing(other, theirs, root));
        let ours = match standing(scene, ours, root) {
            Stands::Nothing => standing(scene, ours, &Place::root(&scene.resource.body)),
            found => found,
        };
        let selected = if is_ours { selects(&ours, &theirs, true) } else { selects(&theirs, &ours, false) };
        if selected == Truth::Unknown {
            ours.note(scene);
            theirs.note(scene);
        }
        truth = truth.min(selected);
        if truth == Truth::False {
            break;
        }
    }
    truth
}

impl Stands {
    fn note(&self, scene: &Scene<'_>) {
        if let Stands::Node(node) = self {
            scene.note_within(node);
        }
    }
}

fn standing(scene: &Scene<'_>, path: &Path, root: &Place<'_>) -> Stands {
    let mut found = Stands::Nothing;
    let _ = scene.branches(std::slice::from_ref(path), root, &mut |reached, place| {
        found = match (reached, &place.node.value) {
            (Reached::Absent, _) | (Reached::Node, Value::Null) => return ControlFlow::Continue(()),
            (Reached::Node, Value::Unresolved(_)) | (Reached::More(_) | Reached::Choice(..), _) => Stands::Open,
            (Reached::Node, _) => Stands::Node(place.node.clone()),
        };
        ControlFlow::Break(())
    });
    found
}

/// `is_ours`: the selector is that of the resource in question, so that what it means is what is asked.
fn selects(selector: &Stands, labels: &Stands, is_ours: bool) -> Truth {
    let selector = match selector {
        Stands::Nothing => return Truth::False,
        Stands::Open => return if is_ours { Truth::Unknown } else { Truth::False },
        Stands::Node(selector) => selector,
    };
    let Some(map) = selector.as_map() else { return Truth::False };
    let is_plain = map.written().any(|entry| !matches!(&*entry.key.name, "matchLabels" | "matchExpressions"));
    let wanted = if is_plain { Some(selector) } else { selector.get("matchLabels") };
    let expressions = if is_plain { &[][..] } else { selector.get("matchExpressions").map_or(&[][..], Node::items) };
    let hidden =
        map.rest.is_some() || selector.get("matchExpressions").is_some_and(|node| node.as_unresolved().is_some());
    let labelled = wanted.map_or(Truth::True, |wanted| has_all(labels, wanted));
    let all = Truth::all(expressions.iter().map(|expression| holds(labels, expression))).min(labelled);
    if hidden { all.min(Truth::Unknown) } else { all }
}

fn has_all(labels: &Stands, wanted: &Node) -> Truth {
    match &wanted.value {
        Value::Map(map) => {
            let all = Truth::all(
                map.written().map(|entry| label(labels, &entry.key.name, |value| same(value, &entry.value))),
            );
            if map.rest.is_some() { all.min(Truth::Unknown) } else { all }
        }
        Value::Unresolved(_) => Truth::Unknown,
        _ => Truth::True,
    }
}

/// What is the case of the label of a name; where there is none, it is not.
fn label(labels: &Stands, name: &str, ask: impl Fn(&Node) -> Truth) -> Truth {
    let map: &Map = match labels {
        Stands::Nothing => return Truth::False,
        Stands::Open => return Truth::Unknown,
        Stands::Node(node) => match node.as_map() {
            Some(map) => map,
            None => return Truth::False,
        },
    };
    match map.entry(name) {
        Some(entry) => ask(&entry.value),
        None => {
            if map.rest.is_some() {
                Truth::Unknown
            } else {
                Truth::False
            }
        }
    }
}

/// Whether a requirement of `matchExpressions` holds.
fn holds(labels: &Stands, expression: &Node) -> Truth {
    let (Some(key), Some(operator)) =
        (expression.get("key").and_then(Node::as_str), expression.get("operator").and_then(Node::as_str))
    else {
        return Truth::Unknown;
    };
    let is_there = label(labels, key, |_| Truth::True);
    let is_listed = || {
        let values = expression.get("values");
        let listed = label(labels, key, |value| {
            let some = values.map_or(&[][..], Node::items).iter().map(|listed| same(value, listed)).max();
            some.unwrap_or(Truth::False)
        });
        let open = values.is_some_and(|values| values.as_unresolved().is_some());
        if open { listed.max(is_there.min(Truth::Unknown)) } else { listed }
    };
    match operator {
        "In" => is_listed(),
        "NotIn" => !is_listed(),
        "Exists" => is_there,
        "DoesNotExist" => !is_there,
        _ => Truth::Unknown,
    }
}

/// Whether two labels have one value.
fn same(one: &Node, other: &Node) -> Truth {
    let known = |node: &Node| match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    let partly = |open: &Node, text: Option<String>| {
        let partial = open.as_unresolved()?.partial.as_deref()?;
        Some(text::equals(partial, &text?))
    };
    match (known(one), known(other)) {
        (Some(one), Some(other)) => Truth::from(one == other),
        (None, text) => partly(one, text).unwrap_or(Truth::Unknown),
        (text, None) => partly(other, text).unwrap_or(Truth::Unknown),
    }
}
