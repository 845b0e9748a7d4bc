//! Terraform's values, each with where it was written.
//!
//! A value is immutable and shared: cloning costs a few words. Values are made only by the constructors here, which
//! keep every value within [`MAX_WEIGHT`] and [`MAX_DEPTH`]; what would grow beyond them becomes unknown, with that
//! reason. Whatever walks a value may therefore recurse and take linear time.
//!
//! A value that moves (through `merge`, an index, a local) keeps its [`Origin`]; a value that is computed has none
//! until the evaluator gives it the place of the expression that computed it.

mod compare;
mod ty;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use ty::{Attribute, Type};

use super::number::Number;
use crate::document::{Guard, MAX_DEPTH, Question, Text, Trail};
use crate::source::Span;

/// Largest number of values within one value, itself included.
pub const MAX_WEIGHT: u32 = 100_000;

/// Most values that a value may be one of.
pub const MAX_ALTERNATIVES: usize = 8;

/// Longest string, in bytes.
pub const MAX_TEXT: usize = 1 << 20;

/// A value, and where it was written.
#[derive(Clone, Debug)]
pub struct Value {
    data: Data,
    extent: Extent,
    /// Where it was written, and how it came to where it is used.
    pub origin: Origin,
}

/// What is noted of a value when it is made, so that nobody has to look through it.
#[derive(Clone, Copy, Debug)]
struct Extent {
    /// How many values there are within, itself included.
    weight: u32,
    /// How deep they are nested.
    depth: u8,
    /// Whether all of them are known.
    known: bool,
}

impl Extent {
    /// Of a value without others in it.
    const ALONE: Extent = Extent { weight: 1, depth: 0, known: true };
}

/// The kinds of value. Made by the constructors of [`Value`], read by matching.
#[derive(Clone, Debug)]
pub enum Data {
    /// The absence of a value of some type.
    Null(Type),
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text, with the way back to the file where it was written.
    Text(Text),
    /// Items of one type, in order.
    List(Type, Arc<Vec<Value>>),
    /// Items of one type, each once, in the order in which Terraform goes through them.
    Set(Type, Arc<Vec<Value>>),
    /// Values of one type under keys.
    Map(Type, Arc<Members>),
    /// Items of any types, in order.
    Tuple(Arc<Vec<Value>>),
    /// Values of any types under keys.
    Object(Arc<Members>),
    /// Decided elsewhere.
    Unknown(Arc<Unknown>),
}

/// Keys and values of a map or an object, in the order in which Terraform goes through them.
pub type Members = BTreeMap<Arc<str>, Value>;

/// Where a value was written, and how it came to where it is used.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The expression it was written as.
    pub span: Option<Span>,
    /// Its key, when it was written as a member of an object.
    pub key: Option<Span>,
    /// The places it came from, nearest first.
    pub trail: Trail,
    /// For a string that a function rendered (`jsonencode`): the structure it was rendered from.
    pub structure: Option<Arc<Value>>,
}

/// What the repository does not decide.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The type it will have, as far as known.
    pub ty: Type,
    /// What would decide it, as a clause.
    pub because: Arc<str>,
    /// Addresses of resources it is a reference to.
    pub references: Vec<Arc<str>>,
    /// What is known of it all the same.
    pub partial: Option<Partial>,
    /// As an item of a [`Partial::Items`]: stands for any number of items.
    pub spread: bool,
    /// What is asked, where the answer may decide other values too.
    pub asks: Asks,
}

/// What an unknown is told by.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    /// The question that the value is the answer to.
    pub question: Option<Arc<Question>>,
    /// For a truth: when it is true.
    pub truth: Option<Guard>,
    /// For [`Partial::Either`]: when each of its values is the case, in their order; exactly one is. Empty where that is not
    /// known.
    pub guards: Vec<Guard>,
}

/// What is known of a value that is not known as a whole.
#[derive(Clone, Debug)]
pub enum Partial {
    /// Some of its items; unknowns that are `spread` stand for the rest.
    Items(Arc<Vec<Value>>),
    /// Some of its members; there may be others.
    Members(Arc<Members>),
    /// What each of its members is like, of which neither the keys nor the number is known.
    Each(Arc<Value>),
    /// The parts a string is joined from, in order; some of them unknown.
    Template(Arc<Vec<Value>>),
    /// It is one of these.
    Either(Arc<Vec<Value>>),
}

impl Unknown {
    /// Whether it is certain that this will not be null.
    pub fn is_certainly_something(&self) -> bool {
        match &self.partial {
            Some(Partial::Items(_) | Partial::Members(_) | Partial::Each(_) | Partial::Template(_)) => true,
            Some(Partial::Either(all)) => {
                all.iter().all(|one| !one.is_null() && one.as_unknown().is_none_or(Unknown::is_certainly_something))
            }
            None => false,
        }
    }
}

impl Value {
    fn new(data: Data, extent: Extent) -> Value {
        Value { data, extent, origin: Origin::default() }
    }

    /// A null of a type.
    pub fn null(ty: Type) -> Value {
        Value::new(Data::Null(ty), Extent::ALONE)
    }

    /// True or false.
    pub fn bool(value: bool) -> Value {
        Value::new(Data::Bool(value), Extent::ALONE)
    }

    /// A number.
    pub fn number(value: impl Into<Number>) -> Value {
        Value::new(Data::Number(value.into()), Extent::ALONE)
    }

    /// A string.
    pub fn string(text: impl Into<Arc<str>>) -> Value {
        Value::text(Text::opaque(text))
    }

    /// A string with the way back to its file.
    pub fn text(text: Text) -> Value {
        if text.as_str().len() > MAX_TEXT {
            return Value::unknown(Type::String, "the text is longer than 1 MiB, the limit here");
        }
        Value::new(Data::Text(text), Extent::ALONE)
    }

    /// A list; the items must be of the type (or null, or unknown).
    pub fn list(ty: Type, items: Vec<Value>) -> Value {
        Value::contained(items, |items| Data::List(ty, items))
    }

    /// A set; the items must be of the type. Repeated items are dropped.
    pub fn set(ty: Type, mut items: Vec<Value>) -> Value {
        items.sort_by(Value::set_order);
        items.dedup_by(|b, a| a.equals(b) == Some(true));
        Value::contained(items, |items| Data::Set(ty, items))
    }

    /// A map; the values must be of the type.
    pub fn map(ty: Type, members: Members) -> Value {
        Value::held(members, |members| Data::Map(ty, members))
    }

    /// A tuple.
    pub fn tuple(items: Vec<Value>) -> Value {
        Value::contained(items, Data::Tuple)
    }

    /// An object.
    pub fn object(members: Members) -> Value {
        Value::held(members, Data::Object)
    }

    fn contained(items: Vec<Value>, make: impl FnOnce(Arc<Vec<Value>>) -> Data) -> Value {
        match measure(items.iter()) {
            Ok(extent) => Value::new(make(Arc::new(items)), extent),
            Err(limit) => Value::unknown(Type::Dynamic, limit),
        }
    }

    fn held(members: Members, make: impl FnOnce(Arc<Members>) -> Data) -> Value {
        match measure(members.values()) {
            Ok(extent) => Value::new(make(Arc::new(members)), extent),
            Err(limit) => Value::unknown(Type::Dynamic, limit),
        }
    }

    /// A value that is decided elsewhere.
    pub fn unknown(ty: Type, because: impl Into<Arc<str>>) -> Value {
        Value::from(Unknown {
            ty,
            because: because.into(),
            references: Vec::new(),
            partial: None,
            spread: false,
            asks: Asks::default(),
        })
    }

    /// A value that is not known because these are not: their reasons and references, together. Looks into
    /// collections.
    pub fn unknown_from<'a>(ty: Type, causes: impl IntoIterator<Item = &'a Value>) -> Value {
        let mut found = Causes::default();
        for cause in causes {
            found.collect(cause);
        }
        let because = found.because.unwrap_or_else(|| "the value is not known".into());
        Value::from(Unknown {
            ty,
            because,
            references: found.references,
            partial: None,
            spread: false,
            asks: Asks::default(),
        })
    }

    /// The same unknown with what is known of it.
    #[must_use]
    pub fn with_partial(mut self, partial: Partial) -> Value {
        let inner = match &partial {
            Partial::Items(items) | Partial::Template(items) | Partial::Either(items) => measure(items.iter()),
            Partial::Members(members) => measure(members.values()),
            Partial::Each(form) => measure(std::iter::once(&**form)),
        };
        if let (Data::Unknown(unknown), Ok(extent)) = (&mut self.data, inner) {
            Arc::make_mut(unknown).partial = Some(partial);
            self.extent = Extent { known: false, ..extent };
        }
        self
    }

    /// The same unknown with what it is told by.
    #[must_use]
    pub fn asking(mut self, asks: Asks) -> Value {
        if let Data::Unknown(unknown) = &mut self.data {
            Arc::make_mut(unknown).asks = asks;
        }
        self
    }

    /// One of several values, each where its guard holds; a value that all agree on is that. `causes` is what decides.
    pub fn either(causes: &[&Value], values: Vec<Value>, guards: Option<Vec<Guard>>) -> Value {
        if let [only, others @ ..] = values.as_slice()
            && others.iter().all(|other| only.equals(other) == Some(true))
        {
            return only.clone();
        }
        let first = values.first().map_or(Type::Dynamic, Value::ty);
        let ty = if values.iter().all(|value| value.ty() == first) { first } else { Type::Dynamic };
        let unknown = Value::unknown_from(ty, causes.iter().copied().chain(&values));
        if values.len() > MAX_ALTERNATIVES {
            return unknown;
        }
        let guards = guards.filter(|guards| guards.len() == values.len()).unwrap_or_default();
        let truth = |value: &Value, guard: &Guard| value.as_bool().map(|holds| holds.then(|| guard.clone()));
        let truths: Option<Vec<Option<Guard>>> =
            values.iter().zip(&guards).map(|(value, guard)| truth(value, guard)).collect();
        let truth =
            truths.filter(|truths| !truths.is_empty()).and_then(|truths| Guard::any(truths.into_iter().flatten()));
        unknown.with_partial(Partial::Either(Arc::new(values))).asking(Asks { question: None, truth, guards })
    }

    /// The values that this may be, each with its guard; none where that is not known.
    pub fn ways(&self) -> Option<Vec<(&Value, Option<&Guard>)>> {
        let unknown = self.as_unknown().filter(|unknown| !unknown.spread)?;
        let Some(Partial::Either(values)) = &unknown.partial else { return None };
        let told = unknown.asks.guards.len() == values.len();
        Some(
            values
                .iter()
                .enumerate()
                .map(|(at, value)| (value, unknown.asks.guards.get(at).filter(|_| told)))
                .collect(),
        )
    }

    /// When this is true; none where nothing tells that.
    pub fn when_true(&self) -> Option<Guard> {
        match &self.data {
            Data::Bool(holds) => Some(Guard::Decided(*holds)),
            Data::Unknown(unknown) => unknown.asks.truth.clone(),
            _ => None,
        }
    }

    /// The same unknown, standing for any number of items of a list.
    #[must_use]
    pub fn spread(mut self) -> Value {
        if let Data::Unknown(unknown) = &mut self.data {
            Arc::make_mut(unknown).spread = true;
        }
        self
    }

    /// The same unknown, standing for itself alone.
    #[must_use]
    pub fn single(mut self) -> Value {
        if let Data::Unknown(unknown) = &mut self.data {
            Arc::make_mut(unknown).spread = false;
        }
        self
    }

    /// The same value with another origin.
    #[must_use]
    pub fn with_origin(self, origin: Origin) -> Value {
        Value { origin, ..self }
    }

    /// The same value, written at a place, if it has no place yet.
    #[must_use]
    pub fn written_at(mut self, span: Span) -> Value {
        self.origin.span.get_or_insert(span);
        self
    }

    /// What it is.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Its type.
    pub fn ty(&self) -> Type {
        match &self.data {
            Data::Null(ty) => ty.clone(),
            Data::Bool(_) => Type::Bool,
            Data::Number(_) => Type::Number,
            Data::Text(_) => Type::String,
            Data::List(ty, _) => Type::list(ty.clone()),
            Data::Set(ty, _) => Type::set(ty.clone()),
            Data::Map(ty, _) => Type::map(ty.clone()),
            Data::Tuple(items) => Type::Tuple(Arc::new(items.iter().map(Value::ty).collect())),
            Data::Object(members) => Type::object(members.iter().map(|(name, value)| (Arc::clone(name), value.ty()))),
            Data::Unknown(unknown) => unknown.ty.clone(),
        }
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The text with its way back, when this is a string.
    pub fn as_text(&self) -> Option<&Text> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, when this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.data {
            Data::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, when this is one.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.data {
            Data::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The items of a list, set or tuple.
    pub fn items(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The members of a map or an object.
    pub fn members(&self) -> Option<&Members> {
        match &self.data {
            Data::Map(_, members) | Data::Object(members) => Some(members),
            _ => None,
        }
    }

    /// It as a key: its text, in which `${…}` stands for what is not known of it.
    pub fn shown_key(&self) -> Option<Arc<str>> {
        if let Some(text) = self.as_text() {
            return Some(text.shared());
        }
        let Some(Partial::Template(pieces)) = &self.as_unknown()?.partial else { return None };
        let key: String = pieces.iter().map(|piece| piece.as_str().unwrap_or("${…}")).collect();
        Some(key.into())
    }

    /// The unknown, when this is one.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        match &self.data {
            Data::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// Keys and values as a `for` goes through them: numbers for a list or tuple, the item itself for a set. None for
    /// what cannot be gone through.
    pub fn elements(&self) -> Option<Vec<(Value, Value)>> {
        Some(match &self.data {
            Data::List(_, items) | Data::Tuple(items) => {
                items.iter().enumerate().map(|(at, item)| (Value::number(Number::count(at)), item.clone())).collect()
            }
            Data::Set(_, items) => items.iter().map(|item| (item.clone(), item.clone())).collect(),
            Data::Map(_, members) | Data::Object(members) => {
                members.iter().map(|(key, value)| (Value::string(Arc::clone(key)), value.clone())).collect()
            }
            _ => return None,
        })
    }

    /// How many values there are within, itself included.
    pub fn weight(&self) -> u32 {
        self.extent.weight
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null(_))
    }

    /// Whether the value itself is known; what is within it may not be.
    pub fn is_known(&self) -> bool {
        !matches!(self.data, Data::Unknown(_))
    }

    /// Whether the value and everything within it is known.
    pub fn is_wholly_known(&self) -> bool {
        self.extent.known
    }
}

/// Why a value of too many values is not known.
const TOO_HEAVY: &str = "the value holds more than 100,000 values, the limit here";

/// A value in the making: what would come to hold too much need not be made first.
#[derive(Debug, Default)]
pub struct Growing(u32);

impl Growing {
    /// Takes one more part; gives what stands for the whole where that now holds too much.
    pub fn add(&mut self, part: &Value) -> Option<Value> {
        self.0 = self.0.saturating_add(part.weight());
        (self.0 > MAX_WEIGHT).then(|| Value::unknown(Type::Dynamic, TOO_HEAVY))
    }
}

fn measure<'a>(parts: impl Iterator<Item = &'a Value>) -> Result<Extent, &'static str> {
    let mut whole = Extent::ALONE;
    for Value { extent: part, .. } in parts {
        whole.weight = whole.weight.saturating_add(part.weight);
        whole.depth = whole.depth.max(part.depth.saturating_add(1));
        whole.known &= part.known;
    }
    if whole.weight > MAX_WEIGHT {
        return Err(TOO_HEAVY);
    }
    if usize::from(whole.depth) >= MAX_DEPTH {
        return Err("the value is nested deeper than 128 levels, the limit here");
    }
    Ok(whole)
}

#[derive(Default)]
struct Causes {
    because: Option<Arc<str>>,
    references: Vec<Arc<str>>,
}

impl Causes {
    fn collect(&mut self, value: &Value) {
        match &value.data {
            Data::Unknown(unknown) => {
                self.because.get_or_insert_with(|| Arc::clone(&unknown.because));
                for reference in &unknown.references {
                    if self.references.len() < 16 && !self.references.contains(reference) {
                        self.references.push(Arc::clone(reference));
                    }
                }
            }
            _ if value.is_wholly_known() => {}
            Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => {
                items.iter().for_each(|item| self.collect(item));
            }
            Data::Map(_, members) | Data::Object(members) => members.values().for_each(|item| self.collect(item)),
            Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::Text(_) => {}
        }
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Value {
        Value::new(Data::Unknown(Arc::new(unknown)), Extent { known: false, ..Extent::ALONE })
    }
}

#[cfg(test)]
mod tests;
