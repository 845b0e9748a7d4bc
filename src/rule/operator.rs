//! The operators of the rule language: one table, each entry with its documentation and its examples.
//!
//! An operator is never asked about an unresolved node: `predicate` turns those into [`Truth::Unknown`] before. It sees
//! the node as the dialect left it, and the [`Setting`] that the comparison happens in. A value of the wrong type is
//! [`Truth::False`], not an error.
//!
//! To add an operator: one entry in [`OPERATORS`] (in the file of its family).

use crate::dialect::Typing;
use crate::document::{Node, PartialText, Unresolved};
use crate::rule::operators::{
    date, entropy, equality, image, key, network, number, port, quantity, schedule, set, text, version,
};
use crate::source::Span;
use crate::truth::Truth;

/// An operator of the rule language.
#[derive(Debug)]
pub struct Operator {
    /// Its name in rules: lower case, hyphens.
    pub name: &'static str,
    /// How a message says that it was expected, before the argument: "at least", "to match".
    pub expects: &'static str,
    /// What it holds for, for the reference: one or two sentences.
    pub doc: &'static str,
    /// Reads the rule's argument once; the error says what was expected instead. For a [`Test::View`] only the kind of
    /// argument is checked here, since the argument is a predicate.
    pub build: fn(&Node) -> Result<Test, String>,
    /// Refuses of the arguments that `build` takes those that would fail when they are used. It takes its time, and is not asked of
    /// rules that are embedded, which a test asks it of.
    pub proof: Option<Proof>,
    /// What it can tell of a text of which only parts are known.
    pub partly: Partly,
    /// `(argument, value, outcome)`: the argument in TOML, the value in JSON; printed in the reference and run as tests,
    /// under [`Typing::Loose`], on 2026-01-15, and of every item of a list. A string that begins with `${` stands for an
    /// unresolved value, and `…` in a string for a part of it that is not known.
    pub examples: &'static [(&'static str, &'static str, Truth)],
}

impl Operator {
    /// Reads an argument that nobody has looked at before.
    ///
    /// # Errors
    ///
    /// What was expected in its place.
    pub fn read(&self, argument: &Node) -> Result<Test, String> {
        let test = (self.build)(argument)?;
        self.proof.map_or(Ok(()), |proof| proof(argument)).map(|()| test)
    }
}

/// A check of an argument; the error says what was expected in its place.
pub type Proof = fn(&Node) -> Result<(), String>;

/// A question about one node.
pub type OnNode = Box<dyn Fn(&Node, &Setting) -> Truth + Send + Sync>;

/// A question about the members of a set.
pub type OnMembers = Box<dyn Fn(&Members<'_>, &Setting) -> Truth + Send + Sync>;

/// A question about a text of which parts are known. The answer holds whatever the other parts are.
pub type OnPartial = Box<dyn Fn(&PartialText, &Setting) -> Truth + Send + Sync>;

/// What an operator can tell of a text of which only parts are known.
pub enum Partly {
    /// Nothing. An operator on sets is given such texts among the [`Members`].
    Nothing,
    /// It answers; this reads the argument that `build` has taken.
    Answers(fn(&Node) -> OnPartial),
    /// For a [`Test::View`]: what it computes of the text, which is that of an unresolved value at a place.
    Shows(fn(&PartialText, &Unresolved, Span) -> Node),
}

/// A node computed from a node; none where the node is not of the kind that the operator is about.
pub type View = fn(&Node) -> Option<Node>;

/// An operator with its argument.
pub enum Test {
    /// Asked of one node, which is resolved at its top (a map's values may not be). A list is gone through: each of its
    /// items is asked.
    One(OnNode),
    /// Asked of one node as it stands, also of a list as a whole. It is resolved at its top; items deeper in it may not
    /// be, and the operator answers for those itself.
    Whole(OnNode),
    /// Asked of the members of a set: the items of a list, or the one node that is no list.
    Set(OnMembers),
    /// The operator's argument is a predicate on what this computes of a node: a plain value, operators or a nested
    /// condition (`bits = { at-least = 2048 }`, `image = { tag = "latest" }`). A list is gone through as for
    /// [`Test::One`]. Nothing computed is [`Truth::False`]; an unresolved node computed is [`Truth::Unknown`].
    View(View),
}

/// What a set is known to hold.
pub struct Members<'a> {
    /// The members that are resolved.
    pub known: Vec<&'a Node>,
    /// The members of whose text parts are known.
    pub partly: Vec<&'a PartialText>,
    /// There are other members that are not resolved, or there may be further ones.
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

impl std::fmt::Debug for Partly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Partly::Nothing => "Partly::Nothing",
            Partly::Answers(_) => "Partly::Answers",
            Partly::Shows(_) => "Partly::Shows",
        })
    }
}

impl std::fmt::Debug for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Test::One(_) => "Test::One",
            Test::Whole(_) => "Test::Whole",
            Test::Set(_) => "Test::Set",
            Test::View(_) => "Test::View",
        })
    }
}

/// Every operator.
pub const OPERATORS: &[&Operator] = &[
    &equality::EQUALS,
    &equality::ONE_OF,
    &equality::NONE_OF,
    &text::MATCHES,
    &text::MATCHES_GLOB,
    &text::CONTAINS,
    &text::STARTS_WITH,
    &text::ENDS_WITH,
    &number::AT_LEAST,
    &number::AT_MOST,
    &number::ABOVE,
    &number::BELOW,
    &set::UNIQUE,
    &set::SUBSET_OF,
    &set::SUPERSET_OF,
    &set::DISJOINT_FROM,
    &version::VERSION,
    &network::WITHIN_CIDR,
    &network::OVERLAPS_CIDR,
    &network::COVERS_INTERNET,
    &port::INCLUDES,
    &date::BEFORE_TODAY,
    &date::OLDER_THAN,
    &date::WITHIN_DAYS,
    &key::BITS,
    &quantity::QUANTITY,
    &schedule::INTERVAL,
    &entropy::ENTROPY,
    &image::IMAGE,
];

/// The operator of a name.
pub fn named(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().copied().find(|operator| operator.name == name)
}
