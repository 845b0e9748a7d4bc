//! What stands at a path, against the operators of a table: quantifiers, negation and unresolved values.

/// What a node must satisfy.
#[derive(Debug)]
pub struct Predicate;
