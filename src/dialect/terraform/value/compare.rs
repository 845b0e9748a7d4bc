//! Which values are equal, and in which order a set holds them.

use std::cmp::Ordering;

use super::{Data, Members, Value};

impl Value {
    /// Whether two values are the same value of the same type; none where the repository does not decide it.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Unknown(_), _) | (_, Data::Unknown(_)) => None,
            (Data::Null(_), Data::Null(_)) => Some(true),
            (Data::Bool(a), Data::Bool(b)) => Some(a == b),
            (Data::Number(a), Data::Number(b)) => Some(a == b),
            (Data::Text(a), Data::Text(b)) => Some(a.as_str() == b.as_str()),
            (Data::List(a, x), Data::List(b, y)) | (Data::Set(a, x), Data::Set(b, y)) if a == b => all_equal(x, y),
            (Data::Tuple(x), Data::Tuple(y)) => all_equal(x, y),
            (Data::Map(a, x), Data::Map(b, y)) if a == b => members_equal(x, y),
            (Data::Object(x), Data::Object(y)) => members_equal(x, y),
            _ => Some(false),
        }
    }

    /// The order in which Terraform goes through a set: numbers and strings by size, false before true, and anything
    /// else by the text that it keys sets with.
    pub fn set_order(&self, other: &Value) -> Ordering {
        match (&self.data, &other.data) {
            (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
            (Data::Number(a), Data::Number(b)) => a.cmp(b),
            (Data::Text(a), Data::Text(b)) => a.as_str().cmp(b.as_str()),
            // Nulls come last among primitives.
            (Data::Null(_), Data::Bool(_) | Data::Number(_) | Data::Text(_)) => Ordering::Greater,
            (Data::Bool(_) | Data::Number(_) | Data::Text(_), Data::Null(_)) => Ordering::Less,
            _ => {
                let (mut a, mut b) = (String::new(), String::new());
                self.write_set_key(&mut a);
                other.write_set_key(&mut b);
                a.as_bytes().cmp(b.as_bytes())
            }
        }
    }

    fn write_set_key(&self, out: &mut String) {
        use std::fmt::Write as _;
        match &self.data {
            Data::Unknown(_) => out.push('?'),
            Data::Null(_) => out.push('~'),
            Data::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
            Data::Number(number) => {
                let _ = write!(out, "{number}");
            }
            Data::Text(text) => {
                let _ = write!(out, "{:?}", text.as_str());
            }
            Data::List(_, items) | Data::Set(_, items) | Data::Tuple(items) => {
                let (open, close) = match &self.data {
                    Data::List(..) => ('[', ']'),
                    Data::Set(..) => ('{', '}'),
                    _ => ('<', '>'),
                };
                out.push(open);
                for item in items.iter() {
                    item.write_set_key(out);
                    out.push(';');
                }
                out.push(close);
            }
            Data::Map(_, members) => {
                out.push('{');
                for (key, value) in members.iter() {
                    let _ = write!(out, "{key:?}:");
                    value.write_set_key(out);
                    out.push(';');
                }
                out.push('}');
            }
            Data::Object(members) => {
                out.push('<');
                for value in members.values() {
                    value.write_set_key(out);
                    out.push(';');
                }
                out.push('>');
            }
        }
    }
}

fn all_equal(x: &[Value], y: &[Value]) -> Option<bool> {
    if x.len() != y.len() {
        return Some(false);
    }
    conjunction(x.iter().zip(y).map(|(a, b)| a.equals(b)))
}

fn members_equal(x: &Members, y: &Members) -> Option<bool> {
    if x.len() != y.len() || !x.keys().eq(y.keys()) {
        return Some(false);
    }
    conjunction(x.values().zip(y.values()).map(|(a, b)| a.equals(b)))
}

fn conjunction(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => answer = None,
            Some(true) => {}
        }
    }
    answer
}
