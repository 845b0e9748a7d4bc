//! The expressions of Bicep, every part with its span.

use std::sync::Arc;

use crate::document::Value;
use crate::source::Span;

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub form: Form,
    /// The whole of it.
    pub span: Span,
}

/// An identifier.
#[derive(Clone, Debug)]
pub struct Name {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum Form {
    /// `null`, `true`, `1`, `'text'`: a text leads back to its bytes.
    Constant(Value),
    /// `'a${b}'`
    Template(Vec<Part>),
    /// A name that something was declared with.
    Name(Name),
    /// `f(a)`, `of.f(a)`
    Call {
        /// The namespace or resource whose function it is.
        of: Option<Box<Expr>>,
        /// The name of the function.
        name: Name,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `of.key`, `of[key]`, `of::key`
    Select {
        /// The object, array or resource.
        of: Box<Expr>,
        /// The name or index.
        key: Box<Expr>,
        /// Whether a missing one is null (`of.?key`).
        safe: bool,
    },
    /// `{ a: 1 }`
    Object(Vec<Member>),
    /// `[1, 2]`
    Array(Vec<Item>),
    /// `[for x in xs: y]`
    Loop(Box<Loop>),
    /// `a ? b : c`
    Conditional(Box<[Expr; 3]>),
    /// `!a`
    Not(Box<Expr>),
    /// `-a`
    Negate(Box<Expr>),
    /// `a + b`
    Binary(Operator, Box<[Expr; 2]>),
    /// `x => y`
    Lambda(Vec<Name>, Box<Expr>),
}

/// A piece of a text with values in it.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// `${x}`
    Value(Expr),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub enum Member {
    /// `key: value`; the key is a text, which may have values in it.
    Entry(Expr, Expr),
    /// `...value`
    Spread(Expr),
}

/// An item of an array.
#[derive(Clone, Debug)]
pub enum Item {
    /// The item itself.
    Value(Expr),
    /// `...value`
    Spread(Expr),
}

/// A loop.
#[derive(Clone, Debug)]
pub struct Loop {
    /// What an item is called.
    pub item: Name,
    /// What its number is called.
    pub index: Option<Name>,
    /// What is gone through.
    pub over: Expr,
    /// Whether an item counts.
    pub condition: Option<Expr>,
    /// What is made of an item.
    pub body: Expr,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `??`
    Coalesce,
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Alike,
    /// `!~`
    NotAlike,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Expr {
    /// The text, when this is one without values in it.
    pub fn as_str(&self) -> Option<&str> {
        match &self.form {
            Form::Constant(Value::Str(text)) => Some(text.as_str()),
            _ => None,
        }
    }
}
