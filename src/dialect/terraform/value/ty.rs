//! The types of values.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A type, as Terraform knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Any type (`any`), or one that is not known.
    Dynamic,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(...)`
    List(Arc<Type>),
    /// `set(...)`
    Set(Arc<Type>),
    /// `map(...)`
    Map(Arc<Type>),
    /// `tuple([...])`
    Tuple(Arc<Vec<Type>>),
    /// `object({...})`
    Object(Arc<BTreeMap<Arc<str>, Attribute>>),
}

/// An attribute of an object type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its type.
    pub ty: Type,
    /// Whether a value may lack it (`optional(...)`); it is null then, or the default.
    pub optional: bool,
}

impl Type {
    /// `list(...)`
    pub fn list(of: Type) -> Type {
        Type::List(Arc::new(of))
    }

    /// `set(...)`
    pub fn set(of: Type) -> Type {
        Type::Set(Arc::new(of))
    }

    /// `map(...)`
    pub fn map(of: Type) -> Type {
        Type::Map(Arc::new(of))
    }

    /// An object type with every attribute required.
    pub fn object(attributes: impl IntoIterator<Item = (Arc<str>, Type)>) -> Type {
        let required = |(name, ty)| (name, Attribute { ty, optional: false });
        Type::Object(Arc::new(attributes.into_iter().map(required).collect()))
    }

    /// Whether this is `string`, `number` or `bool`.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Type::Bool | Type::Number | Type::String)
    }

    /// Whether this has items: a list, set or tuple.
    pub fn is_sequence(&self) -> bool {
        matches!(self, Type::List(_) | Type::Set(_) | Type::Tuple(_))
    }

    /// Whether this has members: a map or an object.
    pub fn has_members(&self) -> bool {
        matches!(self, Type::Map(_) | Type::Object(_))
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Type::Dynamic => f.write_str("any"),
            Type::Bool => f.write_str("bool"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::List(of) => write!(f, "list({of})"),
            Type::Set(of) => write!(f, "set({of})"),
            Type::Map(of) => write!(f, "map({of})"),
            Type::Tuple(_) => f.write_str("tuple"),
            Type::Object(_) => f.write_str("object"),
        }
    }
}
