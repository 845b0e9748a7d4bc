//! What rules can ask of the resources of a kind: what the tables of schemas and the dialect's own offers say.

use super::Dialect;
use crate::schema::{self, Known, Offer, Shape, Type};

impl Dialect {
    /// What it offers for a kind, given without the dialect's name.
    pub fn offers_for(&self, kind: &str) -> impl Iterator<Item = &'static Offer> {
        self.offers.iter().filter(move |offer| offer.kinds.iter().any(|known| matches!(*known, "*") || *known == kind))
    }
}

/// What resources of a whole kind (`terraform/aws_db_instance`) can hold; the error is the nearest kind, where there is no
/// such one.
pub fn of(dialects: &[&'static Dialect], kind: &str) -> Result<Shape, Option<&'static str>> {
    let (name, rest) = kind.split_once('/').unwrap_or((kind, ""));
    let table = match schema::of(kind) {
        Known::Shape(shape) => shape,
        Known::NoSuch(near) => return Err(near),
        Known::Unlisted => Type::Any,
    };
    let Some(dialect) = dialects.iter().find(|dialect| dialect.name == name) else { return Ok(Shape::any()) };
    Ok(Shape::of(rest, &table, dialect.offers_for(rest)))
}
