//! Applies rules to resources.
//!
//! Total: no I/O, no errors, no panics. Whatever could go wrong in a rule was refused when the rule was loaded, and a
//! value the file leaves open is an outcome here, not a failure.

mod about;
mod beside;
mod blame;
mod compare;
mod cover;
pub mod coverage;
mod ends;
pub mod engine;
mod expected;
mod item;
mod judge;
mod link;
mod measure;
mod names;
mod one;
mod predicate;
mod said;
mod scene;
mod selector;
mod sides;
mod sight;
mod subject;
mod together;
mod wanted;
mod words;
mod worlds;
mod written;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::source::Span;

pub use engine::{Engine, Options, judge_all};
pub use together::Certain;

/// What a rule concluded about a resource (or about one node of it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The requirement is not met.
    Fail,
    /// The repository does not decide it.
    Open,
    /// The requirement is met.
    Pass,
}

/// A conclusion, and what it rests on.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Index of the rule in the list that was evaluated.
    pub rule: usize,
    /// Index of the check within the rule.
    pub check: usize,
    /// Index of the resource in the list that was evaluated.
    pub resource: usize,
    /// The conclusion.
    pub outcome: Outcome,
    /// The attribute that decided it, in the resource where possible.
    pub span: Span,
    /// Where it came from, and what else decided it.
    pub related: Vec<Related>,
    /// What is the case: "`storage_encrypted` is false".
    pub message: String,
    /// What would decide it, where the outcome is open (or was, before the check's `open` overrode it).
    pub open_because: Option<String>,
    /// The facets of the check that it is of.
    pub facets: Vec<Arc<str>>,
    /// What tells several judgements of one rule and resource apart, whatever their order and place: the way to an `each`
    /// node, by the names that its dialect knows the items of lists by; what is judged of it, where that is all that tells
    /// it from another; and which of several checks of the rule it was. Empty for the resource itself.
    pub item: Arc<str>,
    /// A hash of the value that decided it, where that is a single one which stands at the place.
    pub decided: Option<u64>,
    /// A hash that is equal for findings of its check that have one cause, where the check says which are one.
    pub one: Option<u64>,
    /// The way from the resource's body to the node that was judged, where it fails and the rule knows how to mend it.
    pub unit: Option<Arc<[Stop]>>,
    /// It passed, and there was nothing that could have failed it: it shows nothing.
    pub vacuous: bool,
    /// What it is where it is certain, of what fails in some worlds and is open for that.
    pub certain: Option<Box<Certain>>,
}

/// A step on the way to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The value of a key.
    Key(Arc<str>),
    /// An item of a list.
    Item(usize),
}

/// A further place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The place.
    pub span: Span,
    /// What it is.
    pub message: Arc<str>,
}
