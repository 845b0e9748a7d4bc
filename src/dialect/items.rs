//! What tells the items of a list apart: the name that their users know them by, whatever their order and whatever else
//! is written in them. Each dialect declares it once for its lists; the evaluator finds it.

use super::Dialect;
use crate::document::{Node, Value};

/// Deepest value that is spelled out.
const DEEPEST: usize = 4;

/// How the items of a list are told apart.
#[derive(Clone, Copy, Debug)]
pub struct Items {
    /// The keys that lead to the list, with dots; the end of the way is enough.
    pub list: &'static str,
    /// The fields that name an item together. A field is keys with dots, `a|b` the first of two that is there, `.` the
    /// item itself.
    pub key: &'static [&'static str],
    /// Why there is no such field, where there is none.
    pub why: &'static str,
    /// Whether its items are places in which things run: what stands in another one is another thing.
    pub place: bool,
}

impl Items {
    /// A list whose items are named by fields.
    pub const fn by(list: &'static str, key: &'static [&'static str]) -> Items {
        Items { list, key, why: "", place: false }
    }

    /// A list whose items are places in which things run; without fields a map whose keys name them. An empty path is the
    /// resource itself.
    pub const fn place(list: &'static str, key: &'static [&'static str]) -> Items {
        Items { list, key, why: "their keys name them", place: true }
    }

    /// A list whose items have no name: content alone tells one from another.
    pub const fn unnamed(list: &'static str, why: &'static str) -> Items {
        Items { list, key: &[], why, place: false }
    }

    /// A place where at most one thing stands.
    pub const fn one(list: &'static str) -> Items {
        Items { list, key: &[], why: "there is at most one", place: false }
    }

    /// What an item is called: the values of its key fields; none where it has none of them.
    pub fn name(&self, item: &Node) -> Option<String> {
        let found: Vec<Option<&Node>> = self.key.iter().map(|field| value(item, field)).collect();
        if found.iter().all(Option::is_none) {
            return None;
        }
        let spell = |node: Option<&Node>| node.map(|node| spelled(node, 0)).unwrap_or_default();
        Some(found.into_iter().map(spell).collect::<Vec<_>>().join("|"))
    }
}

impl Dialect {
    /// How the items of the list that these keys lead to are told apart.
    pub fn items_of(&self, keys: &[&str]) -> Option<&'static Items> {
        self.items.iter().filter(|items| !items.list.is_empty()).find(|items| {
            let mut way = keys.iter().rev();
            items.list.rsplit('.').all(|key| way.next() == Some(&key))
        })
    }
}

fn value<'n>(item: &'n Node, field: &str) -> Option<&'n Node> {
    let at = |path: &str| if path == "." { Some(item) } else { item.at(&path.split('.').collect::<Vec<_>>()) };
    field.split('|').filter_map(at).find(|node| !matches!(node.value, Value::Null))
}

/// The order of a list of values is of no account, and neither is that of keys.
pub(super) fn spelled(node: &Node, depth: usize) -> String {
    let joined = |mut parts: Vec<String>| {
        parts.sort();
        parts.join(",")
    };
    match &node.value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Str(text) => text.as_str().to_owned(),
        Value::Unresolved(open) => open.expression.to_string(),
        Value::List(_) | Value::Map(_) if depth >= DEEPEST => "…".to_owned(),
        Value::List(items) => joined(items.iter().map(|item| spelled(item, depth + 1)).collect()),
        Value::Map(map) => {
            let part =
                |entry: &crate::document::Entry| format!("{}:{}", entry.key.name, spelled(&entry.value, depth + 1));
            joined(map.written().map(part).collect())
        }
    }
}
