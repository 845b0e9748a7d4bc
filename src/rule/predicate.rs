//! What a rule asks of one node.

use crate::document::Node;
use crate::rule::Condition;
use crate::rule::operator::{Operator, Test, View};

/// A question about one node.
#[derive(Debug)]
pub enum Predicate {
    /// Every part holds.
    All(Vec<Predicate>),
    /// An operator holds.
    Test {
        /// The operator, for messages.
        operator: &'static Operator,
        /// Its argument as written, for messages.
        argument: Node,
        /// The operator with its argument.
        test: Test,
    },
    /// What an operator computes of the node satisfies a predicate.
    View {
        /// The operator, for messages.
        operator: &'static Operator,
        /// What it computes.
        view: View,
        /// What that must satisfy.
        of: Box<Predicate>,
    },
    /// The predicate does not hold.
    Not(Box<Predicate>),
    /// The predicate holds when letters are compared without case.
    IgnoringCase(Box<Predicate>),
    /// A condition holds of the node.
    Nested(Box<Condition>),
    /// The length satisfies a predicate.
    Length(Box<Predicate>),
    /// There is nothing in it (or something is).
    Empty(bool),
}

/// What of a list a predicate is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Each of its items.
    Items,
    /// The list itself.
    Whole,
    /// Some parts of the predicate the one, some the other.
    Mixed,
}

impl Predicate {
    /// All of several predicates; those that are asked of items stay together, so that one item satisfies them all.
    pub fn all(parts: Vec<Predicate>) -> Predicate {
        let (mut items, mut others): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| part.level() == Level::Items);
        if others.is_empty() && items.len() != 1 {
            return Predicate::All(items);
        }
        match items.len() {
            0 => {}
            1 => others.append(&mut items),
            _ => others.push(Predicate::All(items)),
        }
        match <[Predicate; 1]>::try_from(others) {
            Ok([only]) => only,
            Err(parts) => Predicate::All(parts),
        }
    }

    /// What of a list the predicate is asked of.
    pub fn level(&self) -> Level {
        match self {
            Predicate::Test { test, .. } => match test {
                Test::One(_) | Test::View(_) => Level::Items,
                Test::Whole(_) | Test::Set(_) => Level::Whole,
            },
            Predicate::View { .. } | Predicate::Nested(_) => Level::Items,
            Predicate::Length(_) | Predicate::Empty(_) => Level::Whole,
            Predicate::Not(part) | Predicate::IgnoringCase(part) => part.level(),
            Predicate::All(parts) => {
                let mut levels = parts.iter().map(Predicate::level);
                let first = levels.next().unwrap_or(Level::Whole);
                if levels.all(|level| level == first) { first } else { Level::Mixed }
            }
        }
    }

    /// Whether the predicate is about a set, so that single values at a path are asked about together.
    pub fn is_of_set(&self) -> bool {
        match self {
            Predicate::Test { test, .. } => matches!(test, Test::Set(_)),
            Predicate::Not(part) | Predicate::IgnoringCase(part) => part.is_of_set(),
            Predicate::All(parts) => parts.iter().all(Predicate::is_of_set),
            Predicate::View { .. } | Predicate::Nested(_) | Predicate::Length(_) | Predicate::Empty(_) => false,
        }
    }
}
