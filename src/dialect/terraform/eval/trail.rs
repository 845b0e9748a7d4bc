//! How a value keeps the places it came through.

use std::sync::Arc;

use crate::dialect::terraform::value::{Asks, Origin, Type, Unknown, Value};
use crate::document::{Step, Trail};
use crate::source::Span;

/// Longest trail that is kept.
const LONGEST_TRAIL: usize = 16;

/// A value that is used at a place: where it stood becomes the first step of its trail.
pub fn referred(value: Value, at: Span, what: &Arc<str>) -> Value {
    let first = value.origin.span.map(|span| Step { span, what: Arc::clone(what) });
    let steps: Vec<Step> =
        first.into_iter().chain(steps_of(&value.origin.trail).iter().cloned()).take(LONGEST_TRAIL).collect();
    let structure = value.origin.structure.clone();
    value.with_origin(Origin { span: Some(at), key: None, trail: trail(steps), structure })
}

/// A part of a value that came along a trail: the step in which the part was written is narrowed to it.
pub fn stepped(of: &Value, part: Value, at: Span) -> Value {
    let structure = part.origin.structure.clone();
    let key = part.origin.key;
    let trail = narrowed(&of.origin, &part.origin);
    part.with_origin(Origin { span: Some(at), key, trail, structure })
}

/// The same for an element that keeps the place it was written at, when the collection was written there too.
pub(super) fn stepped_element(of: &Value, element: Value) -> Value {
    match of.origin.span {
        Some(span) if element.origin.span.is_none_or(|own| !span.contains(own)) => stepped(of, element, span),
        _ => element,
    }
}

/// The trail of a part: that of the whole, as far as the part was written in one of its steps.
pub fn narrowed(of: &Origin, part: &Origin) -> Trail {
    let whole = steps_of(&of.trail);
    let Some(own) = part.span else { return of.trail.clone() };
    let mut steps: Vec<Step> = Vec::new();
    match whole.iter().position(|step| step.span.contains(own)) {
        Some(at) => {
            steps.extend(whole.iter().take(at).cloned());
            steps.extend(whole.get(at).map(|step| Step { span: own, what: Arc::clone(&step.what) }));
        }
        None if of.span.is_some_and(|span| span.contains(own)) => {}
        None => {
            steps.extend(whole.iter().cloned());
            steps.push(Step { span: own, what: Arc::from("the value comes from here") });
        }
    }
    steps.extend(steps_of(&part.trail).iter().cloned());
    steps.truncate(LONGEST_TRAIL);
    trail(steps)
}

/// The steps of a trail.
pub fn steps_of(trail: &Trail) -> &[Step] {
    trail.as_ref().map_or(&[], |steps| steps.as_slice())
}

fn trail(steps: Vec<Step>) -> Trail {
    (!steps.is_empty()).then(|| Arc::new(steps))
}

/// An unknown with a reference.
pub fn unknown_reference(because: impl Into<Arc<str>>, reference: &str) -> Value {
    Value::from(Unknown {
        ty: Type::Dynamic,
        because: because.into(),
        references: vec![Arc::from(reference)],
        partial: None,
        spread: false,
        asks: Asks::default(),
    })
}
