//! The operators of the rule language: one table, each entry with its documentation and its examples.
//!
//! An operator never sees an unresolved value: `predicate` turns those into [`Truth::Unknown`] before it is asked. It
//! sees the node as the dialect left it, and the [`Setting`] that the comparison happens in.
//!
//! To add an operator: one entry in [`OPERATORS`] (in the file of its family).

use crate::dialect::Typing;
use crate::document::Node;
use crate::truth::Truth;

/// An operator of the rule language.
pub struct Operator {
    /// Its name in rules: lower case, hyphens.
    pub name: &'static str,
    /// What it holds for, for the reference: one or two sentences.
    pub doc: &'static str,
    /// Reads the rule's argument once; the error says what was expected instead.
    pub build: fn(&Node) -> Result<Test, String>,
    /// `(argument, value, outcome)`: the argument in TOML, the value in JSON; printed in the reference and run as tests.
    pub examples: &'static [(&'static str, &'static str, Truth)],
}

/// A question about one node.
pub type OnNode = Box<dyn Fn(&Node, &Setting) -> Truth + Send + Sync>;

/// A question about the members of a set.
pub type OnMembers = Box<dyn Fn(&Members<'_>, &Setting) -> Truth + Send + Sync>;

/// An operator with its argument.
pub enum Test {
    /// Asked of one node, which is resolved at its top; items deeper in it may not be.
    One(OnNode),
    /// Asked of the members of a set: the items of a list, or the one node that is no list.
    Set(OnMembers),
}

/// What a set is known to hold.
pub struct Members<'a> {
    /// The members that are resolved.
    pub known: Vec<&'a Node>,
    /// There are members that are not resolved, or there may be further ones.
    pub undecided: bool,
}

/// What a comparison happens in.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Whether scalars of different types may be equal.
    pub typing: Typing,
    /// Whether letters are compared without case.
    pub ignore_case: bool,
    /// The day that dates are compared with.
    pub today: jiff::civil::Date,
}

impl std::fmt::Debug for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Test::One(_) => "Test::One",
            Test::Set(_) => "Test::Set",
        })
    }
}

/// Every operator.
pub const OPERATORS: &[&Operator] = &[];

/// The operator of a name.
pub fn named(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().copied().find(|operator| operator.name == name)
}
