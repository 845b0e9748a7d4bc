//! What an expression of GitHub is made of.

use std::ops::Range;

/// An expression, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Expression {
    pub kind: Kind,
    /// Where it stands in the text that was parsed.
    pub span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Kind {
    Literal(Literal),
    /// A context or a value, and the way into it: `github.event`, `fromJSON(x)[0].id`.
    Path(Root, Vec<Step>),
    /// A function, as it is written, and its arguments.
    Call(String, Vec<Expression>),
    Not(Box<Expression>),
    /// `a == b`, and chains of it; it is true or false.
    Compare(Vec<Expression>, Vec<Comparison>),
    /// `a && b`: the first operand that counts as false, or the last one.
    All(Vec<Expression>),
    /// `a || b`: the first operand that counts as true, or the last one.
    Any(Vec<Expression>),
}

#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Literal {
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Root {
    /// A context, as it is written: names are read in any case.
    Context(String),
    /// What another expression comes to.
    Value(Box<Expression>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Step {
    /// `.key` and `['key']`, which are the same.
    Key(String),
    /// `.*` and `[*]`.
    Every,
    /// `[0]`, or any other expression.
    Index(Box<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    NotEqual,
}

impl Comparison {
    /// Every comparison as it is written, longer ones first.
    pub const ALL: &'static [(&'static str, Comparison)] = &[
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("==", Comparison::Equal),
        ("!=", Comparison::NotEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];

    /// Whether it binds less than the other comparisons do.
    pub fn is_equality(self) -> bool {
        matches!(self, Comparison::Equal | Comparison::NotEqual)
    }
}

impl Literal {
    /// The text that it becomes in a string.
    pub fn text(&self) -> &str {
        match self {
            Literal::Null => "",
            Literal::Bool(true) => "true",
            Literal::Bool(false) => "false",
            Literal::Number(written) => written,
            Literal::Text(text) => text,
        }
    }

    /// Whether it counts as false.
    pub fn is_false(&self) -> bool {
        match self {
            Literal::Null | Literal::Bool(false) => true,
            Literal::Bool(true) => false,
            Literal::Number(written) => written.parse::<f64>().is_ok_and(|number| number == 0.0),
            Literal::Text(text) => text.is_empty(),
        }
    }
}

impl Expression {
    /// What it is, where it is written out.
    pub fn literal(&self) -> Option<&Literal> {
        match &self.kind {
            Kind::Literal(literal) => Some(literal),
            _ => None,
        }
    }
}
