//! What a comparison comes across, for those who tell what decided it.

use crate::document::{Node, Unresolved};
use crate::rule::walk::Place;
use crate::truth::Truth;

/// What a comparison came across.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sight<'p> {
    /// A value.
    Value,
    /// The default of the rule, since nothing stands at the path; the place is the deepest that does.
    Default(&'p Node),
    /// Nothing; the place is the deepest that stands.
    Absent,
    /// An empty list, where items were asked for.
    NoItems,
    /// Something that the file does not decide.
    Undecided(&'p Unresolved),
    /// So many values.
    Number(usize),
}

/// Told of every value that a comparison was asked of, and of the answer.
pub(super) type Watch<'w> = &'w mut dyn FnMut(Sight<'_>, Truth, &Place<'_>);
