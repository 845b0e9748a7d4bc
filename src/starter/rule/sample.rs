//! Sample values by type, and trees of them.

use crate::schema::Type;

/// A value that is written out.
#[derive(Clone, Debug)]
pub enum Literal {
    Bool(bool),
    Number(i64),
    Text(String),
    Texts(String),
}

/// What a rule asks of a value, with one that satisfies it and one that does not.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The condition, in TOML.
    pub condition: String,
    pub good: Literal,
    pub bad: Literal,
}

impl Sample {
    /// A sample of a type; none of what has further values below it.
    pub fn of(ty: &Type) -> Option<Sample> {
        let sample = |condition: &str, good, bad| Some(Sample { condition: condition.to_owned(), good, bad });
        let text = |text: &str| Literal::Text(text.to_owned());
        match ty {
            Type::Bool => sample("true", Literal::Bool(true), Literal::Bool(false)),
            Type::Number => sample("{ at-least = 1 }", Literal::Number(1), Literal::Number(0)),
            Type::Text | Type::Any => sample("\"right\"", text("right"), text("wrong")),
            Type::Choice(choices) => {
                let good = *choices.first()?;
                let bad = choices.get(1).copied().unwrap_or("wrong");
                sample(&super::quoted(good), text(good), text(bad))
            }
            Type::List(item) if matches!(**item, Type::Text | Type::Any | Type::Choice(_)) => {
                let texts = |text: &str| Literal::Texts(text.to_owned());
                sample("{ some = \"right\" }", texts("right"), texts("wrong"))
            }
            Type::List(_) | Type::Map(_) | Type::Object(_) => None,
        }
    }
}

/// What stands in a resource.
#[derive(Debug)]
pub enum Tree {
    /// A value, and whether the fixture is about it.
    Leaf(Literal, bool),
    /// A value that the file does not decide.
    Open,
    /// Names and values; whether they are of a block is a matter of the format.
    Fields(Vec<(String, Shape, Tree)>),
}

/// How a value with others below it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object or block.
    Object,
    /// A list of them with one item.
    List,
    /// A map with keys of the user's.
    Map,
}

impl Tree {
    pub fn leaf(literal: Literal, about: bool) -> Tree {
        Tree::Leaf(literal, about)
    }

    /// Puts a tree at the end of some steps from here on.
    pub fn insert(&mut self, ty: &Type, steps: &[String], tree: Tree) {
        let (Tree::Fields(fields), Some((step, rest))) = (self, steps.split_first()) else { return };
        let inner = match ty {
            Type::Map(item) => item,
            _ => ty.field(step).map_or(&Type::Any, |field| &field.ty),
        };
        if rest.is_empty() {
            fields.retain(|(name, ..)| name != step);
            fields.push((step.clone(), Shape::Object, tree));
            return;
        }
        let shape = match inner {
            Type::List(_) => Shape::List,
            Type::Map(_) => Shape::Map,
            _ => Shape::Object,
        };
        if !fields.iter().any(|(name, ..)| name == step) {
            fields.push((step.clone(), shape, Tree::Fields(Vec::new())));
        }
        if let Some((.., below)) = fields.iter_mut().find(|(name, ..)| name == step) {
            below.insert(inner, rest, tree);
        }
    }
}
