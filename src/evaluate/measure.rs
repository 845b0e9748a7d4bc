//! Counting, length, emptiness and presence, where parts of the value may not be decided.

use std::ops::ControlFlow;

use super::predicate::ask;
use super::scene::Scene;
use super::sight::{Sight, Watch};
use crate::dialect::Typing;
use crate::document::{Node, Unresolved, Value};
use crate::rule::operators::equality::equal;
use crate::rule::operators::number::Number;
use crate::rule::walk::{Place, Reached};
use crate::rule::{Comparison, Path, Predicate};
use crate::source::Span;
use crate::truth::Truth;

/// A number of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// At least so many.
    pub least: usize,
    /// There may be more.
    pub more: bool,
}

/// Whether something stands where a node was reached.
pub(super) fn present(node: &Node, typing: Typing) -> Truth {
    match &node.value {
        Value::Unresolved(unresolved) if !unresolved.alternatives.is_empty() => {
            let mut truths = unresolved.alternatives.iter().map(|node| match node.value {
                Value::Null => Truth::False,
                _ => present(node, typing),
            });
            let first = truths.next().unwrap_or(Truth::True);
            if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
        }
        // Null is a value here, so whatever it turns out to be, it is there.
        Value::Unresolved(_) if typing == Typing::Strict => Truth::True,
        Value::Unresolved(unresolved) if unresolved.spread => Truth::Unknown,
        Value::Unresolved(unresolved) if unresolved.partial.is_some() || is_reference(unresolved) => Truth::True,
        Value::Unresolved(_) => Truth::Unknown,
        // Blocks of which there may be none, and then nothing stands there.
        Value::List(items) if typing != Typing::Strict && !items.is_empty() && items_of(items).least == 0 => {
            Truth::Unknown
        }
        _ => Truth::True,
    }
}

/// Whether an expression is nothing but a reference to a known resource (`aws_kms_key.main.arn`, `!GetAtt Key.Arn`), or
/// a text around one: such a value is computed on deployment, and it is one.
fn is_reference(unresolved: &Unresolved) -> bool {
    const MARKS: &str = "._-[]'\"*$ {}/:@!";
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || MARKS.contains(c));
    let decides = ["!If", "Fn::If", "null", "AWS::NoValue", " for ", "!Select", "Fn::"];
    let expression = &*unresolved.expression;
    !unresolved.references.is_empty() && plain(expression) && !decides.iter().any(|word| expression.contains(word))
}

/// Whether there is nothing in a value.
pub(super) fn empty(node: &Node) -> Truth {
    match &node.value {
        Value::Null => Truth::True,
        Value::Str(text) => Truth::from(text.as_str().is_empty()),
        Value::List(_) | Value::Map(_) => match length(node) {
            Some(Size { least: 0, more: true }) => Truth::Unknown,
            size => Truth::from(size == Some(exactly(0))),
        },
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unresolved(_) => Truth::False,
    }
}

/// Characters of a text, items of a list, keys of a map.
pub(super) fn length(node: &Node) -> Option<Size> {
    match &node.value {
        Value::Str(text) => Some(exactly(text.as_str().chars().count())),
        Value::List(items) => Some(items_of(items)),
        Value::Map(map) => {
            let uncertain =
                map.written().filter(|entry| entry.value.as_unresolved().is_some_and(may_be_absent)).count();
            let least = map.written().count() - uncertain;
            Some(Size { least, more: uncertain > 0 || map.rest.is_some() })
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unresolved(_) => None,
    }
}

fn items_of(items: &[Node]) -> Size {
    let uncertain = |item: &&Node| item.as_unresolved().is_some_and(|open| open.spread || may_be_absent(open));
    let open = items.iter().filter(uncertain).count();
    Size { least: items.len() - open, more: open > 0 }
}

fn may_be_absent(unresolved: &Unresolved) -> bool {
    unresolved.may_be_null()
}

/// Whether the number of values at some paths satisfies a predicate.
pub(super) fn count(
    scene: &Scene<'_>,
    comparison: &Comparison,
    (paths, predicate): (&[Path], &Predicate),
    root: &Place<'_>,
    mut watch: Option<Watch<'_>>,
) -> Truth {
    let mut size = exactly(0);
    let _ = scene.branches(paths, root, &mut |reached, place| {
        let (counted, open) = match reached {
            Reached::Node => (of_node(place.node), place.node.as_unresolved()),
            Reached::Absent => (comparison.default.as_ref().map_or(exactly(0), of_node), None),
            Reached::More(unresolved) | Reached::Choice(unresolved, _) => {
                (Size { least: 0, more: true }, Some(unresolved))
            }
        };
        size = Size { least: size.least + counted.least, more: size.more || counted.more };
        if counted.more {
            scene.note_within(place.node);
        }
        if let (Some(watch), true) = (&mut watch, counted.more) {
            let spread = place.node.items().iter().filter_map(Node::as_unresolved).find(|open| open.spread);
            if let Some(open) = open.or(spread) {
                watch(Sight::Undecided(open), Truth::Unknown, place);
            }
        }
        ControlFlow::Continue(())
    });
    let truth = number(scene, predicate, size);
    tell_number(scene, paths, root, watch, (size.least, truth));
    truth
}

/// Whether the number of different values at some paths satisfies a predicate.
pub(super) fn distinct(
    scene: &Scene<'_>,
    comparison: &Comparison,
    (paths, predicate): (&[Path], &Predicate),
    root: &Place<'_>,
    mut watch: Option<Watch<'_>>,
) -> Truth {
    let mut known: Vec<Node> = Vec::new();
    // How many more there are, each of which may be one of the known; none is any number, none at all included.
    let mut others = Some(0);
    let _ = scene.branches(paths, root, &mut |reached, place| {
        if let Reached::More(open) | Reached::Choice(open, _) = reached {
            others = None;
            if let Some(watch) = &mut watch {
                watch(Sight::Undecided(open), Truth::Unknown, place);
            }
            return ControlFlow::Continue(());
        }
        let absent = comparison.default.as_ref().filter(|_| matches!(reached, Reached::Absent));
        if matches!(reached, Reached::Absent) && absent.is_none() {
            return ControlFlow::Continue(());
        }
        let standing = Place { node: absent.unwrap_or(place.node), ..*place };
        standing.each_item(&mut |item| {
            match item.node.as_unresolved() {
                Some(open) => {
                    scene.note_within(item.node);
                    let is_one = open.partial.is_some() && !open.spread && open.alternatives.is_empty();
                    others = others.filter(|_| is_one).map(|others| others + 1);
                    if let Some(watch) = &mut watch {
                        watch(Sight::Undecided(open), Truth::Unknown, item);
                    }
                }
                None if known.len() >= MOST_DIFFERENT => others = None,
                None => match Truth::any(known.iter().map(|other| equal(other, item.node, scene.setting))) {
                    Truth::True => {}
                    Truth::False => known.push(item.node.clone()),
                    // What is open within it, or within them, may make it one of them.
                    Truth::Unknown => {
                        known.iter().chain([item.node]).for_each(|node| scene.note_within(node));
                        others = others.map(|others| others + 1);
                    }
                },
            }
            ControlFlow::Continue(())
        })
    });
    let least = known.len().max(usize::from(others.is_some_and(|others| others > 0)));
    let truth = between(scene, predicate, least, others.map(|others| known.len() + others));
    tell_number(scene, paths, root, watch, (least, truth));
    truth
}

/// Most values that are told apart from each other.
const MOST_DIFFERENT: usize = 1_000;

/// Tells a watch of a number, at the first place that it is of.
fn tell_number(
    scene: &Scene<'_>,
    paths: &[Path],
    root: &Place<'_>,
    watch: Option<Watch<'_>>,
    (least, truth): (usize, Truth),
) {
    let Some(watch) = watch else { return };
    let _ = scene.branches(paths, root, &mut |_, place| {
        watch(Sight::Number(least), truth, place);
        ControlFlow::Break(())
    });
}

/// Most numbers that are tried one by one.
const MOST_TRIED: usize = 256;

/// Whether a number satisfies a predicate that is at least one number and at most another; none is any.
pub(super) fn between(scene: &Scene<'_>, predicate: &Predicate, least: usize, most: Option<usize>) -> Truth {
    match most.filter(|most| most.saturating_sub(least) <= MOST_TRIED) {
        Some(most) => {
            let mut truths = (least..=most).map(|value| number(scene, predicate, exactly(value)));
            let first = truths.next().unwrap_or(Truth::Unknown);
            if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
        }
        None => number(scene, predicate, Size { least, more: true }),
    }
}

fn of_node(node: &Node) -> Size {
    match &node.value {
        Value::List(items) => items_of(items),
        Value::Unresolved(_) => Size { least: 0, more: true },
        _ => exactly(1),
    }
}

/// Whether a number satisfies a predicate of numbers. Of a number that may be larger, every value that could make a
/// difference is tried: such predicates change only at their arguments.
pub(super) fn number(scene: &Scene<'_>, predicate: &Predicate, size: Size) -> Truth {
    let asked = |value: i64| {
        let node = Node::new(Value::Int(value), Span { file: crate::source::NO_FILE, start: 0, end: 0 });
        ask(scene, predicate, &Place::root(&node))
    };
    let least = i64::try_from(size.least).unwrap_or(i64::MAX);
    let truth = asked(least);
    if !size.more {
        return truth;
    }
    let mut turning = Vec::new();
    if !turning_points(predicate, &mut turning) {
        return Truth::Unknown;
    }
    let mut tried = turning.iter().flat_map(|at| [*at, at.saturating_add(1), at.saturating_add(2)]);
    if tried.all(|value| value <= least || asked(value) == truth) { truth } else { Truth::Unknown }
}

/// Collects the whole numbers at and just below the arguments of a predicate; false where they are not all known.
fn turning_points(predicate: &Predicate, found: &mut Vec<i64>) -> bool {
    match predicate {
        Predicate::All(parts) => parts.iter().all(|part| turning_points(part, found)),
        Predicate::Not(part) | Predicate::IgnoringCase(part) | Predicate::Length(part) => turning_points(part, found),
        Predicate::View { of, .. } => turning_points(of, found),
        Predicate::Test { argument, .. } => {
            let arguments = if argument.items().is_empty() { std::slice::from_ref(argument) } else { argument.items() };
            found.extend(arguments.iter().filter_map(|node| Number::of(&node.value)).map(floor));
            true
        }
        Predicate::Beside(_) => false,
        Predicate::Nested(_) | Predicate::Empty(_) => true,
    }
}

fn floor(number: Number) -> i64 {
    match number {
        Number::Int(int) => int.saturating_sub(1),
        #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
        Number::Float(float) => (float.floor() as i64).saturating_sub(1),
    }
}

/// A number of values, as a size.
fn exactly(least: usize) -> Size {
    Size { least, more: false }
}
