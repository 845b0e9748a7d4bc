//! Whether a check that passed had something that could have failed it.
//!
//! Absence is no evidence. That nothing stands where a `deny` looks, that a bucket has no policy to be wrong, or that no
//! file of a repository is a dump, makes a check pass and shows nothing.

use std::ops::ControlFlow::{Break, Continue};

use super::link;
use super::scene::Scene;
use super::sight::Sight;
use crate::document::{Node, Value};
use crate::rule::walk::{Place, Reached};
use crate::rule::{Ask, Check, Comparison, Condition, Test};
use crate::source::NO_FILE;
use crate::truth::Truth;

/// Whether a unit of a check, which passed, could have failed it.
///
/// A resource could where some comparison met a value: one that is written, or the default that holds in its place. The
/// repository itself is there always and has files always, so it could only where some comparison came out true of one of
/// its values, or where the unit is one that an `assert` picked out of it (each manifest, each workflow).
pub(super) fn could_fail(scene: &Scene<'_>, check: &Check, place: &Place<'_>) -> bool {
    let (condition, picked) = match &check.test {
        Test::Assert(condition) => (condition, check.each.is_some()),
        Test::Deny(condition) => (condition, false),
    };
    match (scene.resource.span.file == NO_FILE, picked) {
        (true, true) => true,
        (true, false) => some(scene, condition, place, &came_true),
        (false, _) => some(scene, condition, place, &met),
    }
}

/// A question about a comparison.
type Question<'q> = &'q dyn Fn(&Scene<'_>, &Comparison, &Place<'_>) -> bool;

/// Whether it is so of one of the comparisons that a condition rests on: where some alternatives hold, of those only.
fn some(scene: &Scene<'_>, condition: &Condition, root: &Place<'_>, question: Question<'_>) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().any(|part| some(scene, part, root, question)),
        Condition::Any(parts) => {
            let holds = |part: &&Condition| scene.holds(part, root) == Truth::True;
            let any_holds = parts.iter().any(|part| holds(&part));
            let mut counting = parts.iter().filter(|part| !any_holds || holds(part));
            counting.any(|part| some(scene, part, root, question))
        }
        Condition::Not(part) => some(scene, part, root, question),
        Condition::Linked(link) => link::joins(scene, link, root),
        Condition::At(comparison) => question(scene, comparison, root),
    }
}

/// Whether something stands at the path of a comparison, or a default in its place.
fn met(scene: &Scene<'_>, comparison: &Comparison, root: &Place<'_>) -> bool {
    let counts = matches!(comparison.ask, Ask::Count(_));
    let flow = scene.branches(&comparison.paths, root, &mut |reached, place| {
        let met = match reached {
            Reached::Absent => comparison.default.is_some(),
            Reached::Node => counts || !is_nothing(place.node),
            Reached::More(_) | Reached::Choice(..) => true,
        };
        if met { Break(()) } else { Continue(()) }
    });
    flow.is_break()
}

fn is_nothing(node: &Node) -> bool {
    matches!(&node.value, Value::List(items) if items.is_empty())
}

/// Whether a value that stands there is what a comparison asks for.
fn came_true(scene: &Scene<'_>, comparison: &Comparison, root: &Place<'_>) -> bool {
    let mut found = false;
    scene.compare(
        comparison,
        root,
        Some(&mut |sight, truth, _: &Place<'_>| {
            found |= match (&comparison.ask, sight) {
                (Ask::Present(_), Sight::Value | Sight::Undecided(_)) => true,
                (_, Sight::Number(number)) => number > 0,
                (Ask::Nodes(_), Sight::Value) => truth == Truth::True,
                _ => false,
            };
        }),
    );
    found
}
