//! What a rule asks of one node.

use std::fmt;

use crate::document::Node;
use crate::document::PartialText;
use crate::rule::Condition;
use crate::rule::Path;
use crate::rule::operator::{OnPartial, Operator, Partly, Setting, Test, View};
use crate::truth::Truth;

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
        /// The same of a text of which parts are known.
        partly: PartlyAsked,
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
    /// An operator holds, with what stands elsewhere in the resource as its argument.
    Beside(Box<Beside>),
}

/// An operator whose argument stands in the resource.
#[derive(Debug)]
pub struct Beside {
    /// The operator.
    pub operator: &'static Operator,
    /// Where its argument stands.
    pub path: Path,
    /// Whether it takes all that stands there as one list, else each on its own.
    pub takes_list: bool,
    /// What of a list it is asked of.
    pub level: Level,
    /// What is computed of the argument first, as it is of the value.
    pub views: Vec<View>,
}

/// The question that an operator with its argument asks of a text of which parts are known; none where it cannot tell.
pub struct PartlyAsked(Option<OnPartial>);

impl fmt::Debug for PartlyAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "PartlyAsked(Some)" } else { "PartlyAsked(None)" })
    }
}

impl PartlyAsked {
    /// What is the case of every text that it may be.
    pub fn of(&self, text: &PartialText, setting: &Setting) -> Truth {
        self.0.as_ref().map_or(Truth::Unknown, |ask| ask(text, setting))
    }
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
    /// An operator with an argument that it has taken.
    pub fn test(operator: &'static Operator, argument: &Node, test: Test) -> Predicate {
        let partly = match operator.partly {
            Partly::Answers(build) => Some(build(argument)),
            Partly::Nothing | Partly::Shows(_) => None,
        };
        Predicate::Test { operator, argument: argument.clone(), test, partly: PartlyAsked(partly) }
    }

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
            Predicate::Beside(beside) => beside.level,
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
            Predicate::View { .. }
            | Predicate::Nested(_)
            | Predicate::Length(_)
            | Predicate::Empty(_)
            | Predicate::Beside(_) => false,
        }
    }
}
