//! The tree of an HCL file, every part with its span.

use std::sync::Arc;

use crate::document::Text;
use crate::source::Span;

/// The contents of a file or of a block, in the order written.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Attributes, in order.
    pub attributes: Vec<Attribute>,
    /// Blocks, in order.
    pub blocks: Vec<Block>,
}

/// `name = value`
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Name,
    /// The value.
    pub value: Expr,
}

/// `kind "label" { ... }`
#[derive(Clone, Debug)]
pub struct Block {
    /// The first word.
    pub kind: Name,
    /// The labels, unquoted.
    pub labels: Vec<Name>,
    /// What is between the braces.
    pub body: Body,
    /// From the first word to the closing brace.
    pub span: Span,
    /// From the first word to the last label.
    pub header: Span,
}

/// An identifier, or the text of a label.
#[derive(Clone, Debug)]
pub struct Name {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The whole of it.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as written.
    Number(Arc<str>),
    /// Text without interpolation, quoted or as a heredoc.
    Text(Text),
    /// Text with interpolations or directives.
    Template(Vec<Part>),
    /// `"${x}"`: the value itself, whatever its type.
    Wrapped(Box<Expr>),
    /// `(x)`
    Parenthesised(Box<Expr>),
    /// `[a, b]`
    Tuple(Vec<Expr>),
    /// `{ a = 1 }`
    Object(Vec<Member>),
    /// A name that a traversal begins with.
    Variable(Arc<str>),
    /// The item that a splat stands at.
    Item,
    /// `x.name`
    Attribute(Box<Expr>, Name),
    /// `x[key]` and `x.0`
    Index(Box<Expr>, Box<Expr>),
    /// `x[*]...` and `x.*...`: the second part is what is taken of each [`Item`](ExprKind::Item).
    Splat(Box<Expr>, Box<Expr>),
    /// `f(a, b...)`
    Call(Call),
    /// `[for ...]` and `{for ...}`
    For(Box<For>),
    /// `a ? b : c`
    Conditional(Box<[Expr; 3]>),
    /// `a + b`
    Binary(Operator, Box<[Expr; 2]>),
    /// `-a`
    Negate(Box<Expr>),
    /// `!a`
    Not(Box<Expr>),
}

/// A member of an object expression.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key.
    pub key: MemberKey,
    /// The value.
    pub value: Expr,
}

/// The key of a member.
#[derive(Clone, Debug)]
pub enum MemberKey {
    /// A bare word, which stands for itself.
    Word(Name),
    /// An expression.
    Expr(Expr),
}

/// A function call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The name, with its namespace.
    pub name: Name,
    /// The arguments.
    pub args: Vec<Expr>,
    /// Whether the last argument is followed by `...`.
    pub expand: bool,
}

/// A `for` expression.
#[derive(Clone, Debug)]
pub struct For {
    /// The name of the key, where one is given.
    pub key: Option<Name>,
    /// The name of the value.
    pub value: Name,
    /// What is gone through.
    pub collection: Expr,
    /// What keys the result, for an object.
    pub key_result: Option<Expr>,
    /// What results for each element.
    pub result: Expr,
    /// Which elements are taken.
    pub condition: Option<Expr>,
    /// Whether values of equal keys are gathered (`...`).
    pub grouped: bool,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text as it is.
    Text(Text, Span),
    /// `${x}`
    Value(Expr),
    /// `%{ if x } ... %{ else } ... %{ endif }`
    If {
        /// The condition.
        condition: Expr,
        /// What stands when it holds.
        then: Vec<Part>,
        /// What stands when it does not.
        otherwise: Vec<Part>,
    },
    /// `%{ for x in y } ... %{ endfor }`
    For {
        /// The name of the key, where one is given.
        key: Option<Name>,
        /// The name of the value.
        value: Name,
        /// What is gone through.
        collection: Expr,
        /// What stands for each element.
        body: Vec<Part>,
    },
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
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

impl Body {
    /// Gives back the room that lists took beyond what is in them: trees stay as long as a run lasts.
    pub(super) fn fit(&mut self) {
        self.attributes.shrink_to_fit();
        self.blocks.shrink_to_fit();
    }

    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name.text == name)
    }

    /// The blocks of a kind.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind.text == kind)
    }
}

impl Expr {
    /// The text, when this is text without interpolation.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }
}
