//! The values of templates: what Go's `text/template` sees of YAML, with the place each of them came from.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::text::{Build, Place, Str};

/// Deepest nesting of values that is walked through.
pub const MAX_VALUE_DEPTH: usize = 100;

/// Most values that one copy or comparison walks through.
const MAX_COPIED: usize = 1_000_000;

/// What is printed of a value of which nothing is known.
pub const STAND_IN: &str = "open";

/// A value.
#[derive(Clone, Debug)]
pub struct Val {
    /// What it is.
    pub kind: Kind,
    /// Where it came from; of strings, their pieces know. A map whose place is unknown may have further entries.
    pub place: Option<Rc<Place>>,
}

/// A map. Functions such as `set` change it for everyone who has it.
pub type Dict = Rc<RefCell<BTreeMap<Rc<str>, Val>>>;

/// The kinds of value.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing, or no value at all.
    Nil,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Str),
    /// A list.
    List(Rc<Vec<Val>>),
    /// A map.
    Map(Dict),
    /// Something with methods.
    Object(Object),
}

/// Things with methods.
#[derive(Clone, Debug)]
pub enum Object {
    /// Files of the chart: path within the chart, and path in the repository.
    Files(Rc<BTreeMap<Rc<str>, Rc<str>>>),
    /// The API versions that a cluster is taken to have.
    ApiVersions,
    /// The version of Kubernetes that is rendered for.
    KubeVersion,
}

impl Val {
    /// A value of no place.
    pub fn new(kind: Kind) -> Val {
        Val { kind, place: None }
    }

    /// Nothing.
    pub fn nil() -> Val {
        Val::new(Kind::Nil)
    }

    /// A text of no place.
    pub fn text(text: impl Into<Rc<str>>) -> Val {
        Val::new(Kind::Str(Str::plain(text)))
    }

    /// A text.
    pub fn str(text: Str) -> Val {
        Val::new(Kind::Str(text))
    }

    /// A boolean.
    pub fn bool(value: bool) -> Val {
        Val::new(Kind::Bool(value))
    }

    /// A list.
    pub fn list(items: Vec<Val>) -> Val {
        Val::new(Kind::List(Rc::new(items)))
    }

    /// A map.
    pub fn map(entries: BTreeMap<Rc<str>, Val>) -> Val {
        Val::new(Kind::Map(Rc::new(RefCell::new(entries))))
    }

    /// The same value from a place; a place it has already stays.
    #[must_use]
    pub fn placed(self, place: Option<Rc<Place>>) -> Val {
        match self.kind {
            Kind::Str(text) if text.pieces().is_empty() => Val::str(Str::at(text.shared(), place)),
            kind => Val { place: self.place.or(place), kind },
        }
    }

    /// Where it came from.
    pub fn origin(&self) -> Option<Rc<Place>> {
        match &self.kind {
            Kind::Str(text) => text.place(),
            _ => self.place.clone(),
        }
    }

    /// A value of which nothing is known.
    pub fn open(place: Rc<Place>) -> Val {
        Val::str(Str::at(STAND_IN, Some(place)))
    }

    /// Whether nothing is known of it, not even whether it is a map.
    pub fn is_open(&self) -> bool {
        self.as_str() == Some(STAND_IN) && self.origin().is_some_and(|place| place.unknown.is_some())
    }

    /// Whether it is a map of which nobody knows what else is in it.
    pub fn is_unfinished(&self) -> bool {
        self.as_map().is_some() && self.place.as_ref().is_some_and(|place| place.unknown.is_some())
    }

    /// What is at a key of a map, also of one that is not known, or not all of it.
    pub fn entry(&self, key: &str) -> Option<Val> {
        let found = self.get(key);
        let open = || self.origin().filter(|_| self.is_open() || self.is_unfinished());
        found.or_else(|| Some(Val::open(open()?.below(key))))
    }

    /// What else a loop over it goes through, where nobody knows that.
    pub fn rest(&self) -> Option<Val> {
        let place = self.origin().filter(|_| self.is_open() || self.is_unfinished())?;
        Some(Val::open(place.below("*")))
    }

    /// Why nobody knows whether a template takes it for true.
    pub fn doubt(&self) -> Option<Rc<Place>> {
        let is_certain = self.is_unfinished() && self.truth();
        self.origin().filter(|place| place.unknown.is_some() && !is_certain)
    }

    /// The entry of a map.
    pub fn get(&self, key: &str) -> Option<Val> {
        match &self.kind {
            Kind::Map(map) => map.borrow().get(key).cloned(),
            _ => None,
        }
    }

    /// The text, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The map, when it is one.
    pub fn as_map(&self) -> Option<&Dict> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Whether a template takes it for true; what is empty is not.
    pub fn truth(&self) -> bool {
        match &self.kind {
            Kind::Nil => false,
            Kind::Bool(value) => *value,
            Kind::Int(value) => *value != 0,
            Kind::Float(value) => *value != 0.0,
            Kind::Str(text) => !text.as_str().is_empty(),
            Kind::List(items) => !items.is_empty(),
            Kind::Map(map) => !map.borrow().is_empty(),
            Kind::Object(Object::Files(files)) => !files.is_empty(),
            Kind::Object(_) => true,
        }
    }

    /// Go's name for the kind of value.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            Kind::Nil => "invalid",
            Kind::Bool(_) => "bool",
            Kind::Int(_) => "int",
            Kind::Float(_) => "float64",
            Kind::Str(_) => "string",
            Kind::List(_) => "slice",
            Kind::Map(_) => "map",
            Kind::Object(_) => "struct",
        }
    }

    /// The value as a template prints it.
    pub fn printed(&self) -> Str {
        if let Kind::Str(text) = &self.kind {
            return text.clone();
        }
        let mut build = Build::default();
        self.print(&mut build, 0);
        build.finish()
    }

    fn print(&self, out: &mut Build, depth: usize) {
        if depth > MAX_VALUE_DEPTH {
            return;
        }
        match &self.kind {
            Kind::Nil if depth == 0 => {}
            Kind::Nil => out.push("<nil>"),
            Kind::Bool(value) => out.push_at(&value.to_string(), self.place.clone()),
            Kind::Int(value) => out.push_at(&value.to_string(), self.place.clone()),
            Kind::Float(value) => out.push_at(&value.to_string(), self.place.clone()),
            Kind::Str(text) => out.push_str(text),
            Kind::List(items) => {
                out.push("[");
                for (index, item) in items.iter().enumerate() {
                    out.push(if index > 0 { " " } else { "" });
                    item.print(out, depth + 1);
                }
                out.push("]");
            }
            Kind::Map(map) => {
                out.push("map[");
                for (index, (key, value)) in map.borrow().iter().enumerate() {
                    out.push(if index > 0 { " " } else { "" });
                    out.push(key);
                    out.push(":");
                    value.print(out, depth + 1);
                }
                out.push("]");
            }
            Kind::Object(Object::KubeVersion) => out.push(super::KUBE_VERSION),
            Kind::Object(_) => {}
        }
    }

    /// A copy that shares nothing that `set` could change; nothing where that would be too large.
    #[must_use]
    pub fn deep_copy(&self) -> Option<Val> {
        let mut budget = MAX_COPIED;
        self.copied(0, &mut budget)
    }

    fn copied(&self, depth: usize, budget: &mut usize) -> Option<Val> {
        *budget = budget.checked_sub(1)?;
        if depth > MAX_VALUE_DEPTH {
            return None;
        }
        let kind = match &self.kind {
            Kind::List(items) => {
                let copy: Option<Vec<Val>> = items.iter().map(|item| item.copied(depth + 1, budget)).collect();
                Kind::List(Rc::new(copy?))
            }
            Kind::Map(map) => {
                let mut copy = BTreeMap::new();
                for (key, value) in map.borrow().iter() {
                    copy.insert(Rc::clone(key), value.copied(depth + 1, budget)?);
                }
                Kind::Map(Rc::new(RefCell::new(copy)))
            }
            other => other.clone(),
        };
        Some(Val { kind, place: self.place.clone() })
    }

    /// Whether two values are the same; numbers by their size.
    pub fn same(&self, other: &Val) -> bool {
        let mut budget = MAX_COPIED;
        self.same_within(other, 0, &mut budget)
    }

    #[expect(clippy::float_cmp, reason = "templates compare numbers exactly")]
    fn same_within(&self, other: &Val, depth: usize, budget: &mut usize) -> bool {
        *budget = budget.saturating_sub(1);
        if depth > MAX_VALUE_DEPTH || *budget == 0 {
            return false;
        }
        match (&self.kind, &other.kind) {
            (Kind::Nil, Kind::Nil) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Str(a), Kind::Str(b)) => a.as_str() == b.as_str(),
            (Kind::List(a), Kind::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same_within(b, depth + 1, budget))
            }
            (Kind::Map(a), Kind::Map(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                a.len() == b.len()
                    && a.iter()
                        .zip(b.iter())
                        .all(|((a_key, a), (b_key, b))| a_key == b_key && a.same_within(b, depth + 1, budget))
            }
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
        }
    }

    /// The size, when it is a number.
    #[expect(clippy::cast_precision_loss, reason = "numbers beyond 2^53 do not occur where sizes are compared")]
    pub fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Int(value) => Some(value as f64),
            Kind::Float(value) => Some(value),
            _ => None,
        }
    }
}
