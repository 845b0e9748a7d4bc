//! Comparisons of a value with what stands elsewhere in the same resource.

use super::predicate::members;
use super::scene::Scene;
use crate::dialect::Typing;
use crate::document::{Node, PartialText, Value};
use crate::rule::operator::{Partly, Test};
use crate::rule::operators::number::Number;
use crate::rule::predicate::Beside;
use crate::rule::walk::Place;
use crate::truth::Truth;

/// What an operator says of a value, with what stands at its path as the argument. Of several such values it must hold of
/// each, unless the operator takes them as a list; where none stands, it does not hold.
pub(super) fn ask(scene: &Scene<'_>, beside: &Beside, node: &Node) -> Truth {
    answer(scene, beside, &|argument| match beside.operator.read(argument) {
        Ok(Test::One(test) | Test::Whole(test)) => test(node, &scene.setting),
        Ok(Test::Set(test)) => test(&members(node), &scene.setting),
        Ok(Test::View(_)) | Err(_) => Truth::False,
    })
}

/// The same of a text of which parts are known.
pub(super) fn ask_partly(scene: &Scene<'_>, beside: &Beside, text: &PartialText) -> Truth {
    answer(scene, beside, &|argument| match (&beside.operator.partly, beside.operator.read(argument)) {
        (Partly::Answers(build), Ok(_)) => build(argument)(text, &scene.setting),
        _ => Truth::Unknown,
    })
}

/// A number that is written as a text, where the format converts it and the operator asks for one.
fn converted(node: Node, beside: &Beside, typing: Typing) -> Node {
    if node.as_str().is_none() || beside.operator.read(&node).is_ok() {
        return node;
    }
    let value = match Number::read(&node.value, typing) {
        Some(Number::Int(number)) => Value::Int(number),
        Some(Number::Float(number)) => Value::Float(number),
        None => return node,
    };
    Node { value, ..node }
}

fn answer(scene: &Scene<'_>, beside: &Beside, ask: &dyn Fn(&Node) -> Truth) -> Truth {
    let body = Place::root(&scene.resource.body);
    let (found, mut is_open) = scene.values(std::slice::from_ref(&beside.path), scene.beside.unwrap_or(&body));
    let mut arguments = Vec::new();
    for node in found {
        match (node.as_unresolved(), beside.views.iter().try_fold(node.clone(), |node, view| view(&node))) {
            (Some(_), _) => is_open = true,
            (None, Some(shown)) => arguments.push(converted(shown, beside, scene.setting.typing)),
            (None, None) => return Truth::False,
        }
    }
    if beside.takes_list {
        arguments = vec![Node::new(Value::List(std::sync::Arc::new(arguments)), scene.resource.header)];
    }
    let truth = match arguments.as_slice() {
        [] if !is_open => Truth::False,
        arguments => Truth::all(arguments.iter().map(ask)),
    };
    if truth == Truth::Unknown {
        // A choice within one of them may be why.
        for argument in &arguments {
            scene.note_within(argument);
        }
    }
    match truth {
        // Of further values, it might not hold.
        Truth::True if is_open => Truth::Unknown,
        // What a list lacks may be among those that are not known.
        Truth::False if is_open && beside.takes_list => Truth::Unknown,
        truth => truth,
    }
}
