//! Functions that make objects of others: `createObject`, `union`, `shallowMerge`.

use std::sync::Arc;

use super::call::Call;
use super::function::same;
use crate::document::{Entry, MAX_DEPTH, Map, Node, Unresolved, Value};
use crate::kernel::lift::{Evaluated, Fault, MAX_ALTERNATIVES, as_lists};

/// `createObject('name', value, …)`.
pub fn create(call: &Call<'_, '_>) -> Node {
    let values = call.values();
    let mut map = Map::default();
    for pair in values.chunks(2) {
        match pair {
            [Some(Node { value: Value::Str(name), .. }), value] => {
                let value = value.clone().unwrap_or_else(|| call.node(Value::Null));
                map.entries.push(Entry::new(name.shared(), call.place.span, value));
            }
            // How one property is called leaves the others as they are.
            [Some(Node { value: Value::Unresolved(open), .. }), _] => {
                map.rest.get_or_insert_with(|| Arc::clone(open));
            }
            _ => return call.open("`createObject` takes names, each with a value"),
        }
    }
    call.node(Value::Map(Arc::new(map)))
}

/// `shallowMerge(array)`: the properties of all objects; a later one goes before an earlier one.
pub fn shallow_merge(call: &Call<'_, '_>) -> Node {
    match call.values().as_slice() {
        [Some(Node { value: Value::List(items), .. })] => {
            Merge::new(call, false).all(items.iter().cloned().map(Some).collect())
        }
        [Some(open)] if open.as_unresolved().is_some() => call.lift(&[Some(open.clone())], &|values| {
            let items = values.iter().flatten().flat_map(Node::items).cloned().map(Some).collect();
            Ok(Some(Merge::new(call, false).all(items)))
        }),
        _ => call.open("`shallowMerge` takes an array of objects"),
    }
}

/// `union(…)`: of objects their properties, those within each other too; of arrays their items, each once.
pub fn union(call: &Call<'_, '_>) -> Node {
    let values = as_lists(call.values());
    if !values.iter().any(|value| value.as_ref().is_some_and(may_be_list)) {
        return Merge::new(call, true).all(values);
    }
    call.lift(&values, &|values| {
        let is_map = |value: &Evaluated| value.as_ref().is_some_and(|node| node.as_map().is_some());
        if values.iter().any(is_map) {
            return Err(Fault::Refused("an array and an object are not merged".into()));
        }
        let mut items: Vec<Node> = Vec::new();
        for item in values.iter().flatten().flat_map(Node::items) {
            call.scope.budget.spend(u32::try_from(items.len()).unwrap_or(u32::MAX));
            if call.scope.budget.is_spent() {
                return Err(Fault::Open("the array is too long to be followed".into()));
            }
            if !items.iter().any(|known| same(known, item) == Some(true)) {
                items.push(item.clone());
            }
        }
        Ok(Some(call.node(Value::List(Arc::new(items)))))
    })
}

/// Whether a value is an array, or one of several of which some are.
fn may_be_list(node: &Node) -> bool {
    let may_be = |open: &Unresolved| open.alternatives.iter().any(|node| matches!(node.value, Value::List(_)));
    matches!(node.value, Value::List(_)) || node.as_unresolved().is_some_and(may_be)
}

/// The properties of several objects; a later one goes before an earlier one.
pub fn merged(call: &Call<'_, '_>, parts: Vec<Evaluated>) -> Node {
    Merge::new(call, false).all(parts)
}

/// Objects on their way into one.
struct Merge<'m, 'c, 't> {
    call: &'m Call<'c, 't>,
    is_deep: bool,
    map: Map,
}

impl<'m, 'c, 't> Merge<'m, 'c, 't> {
    fn new(call: &'m Call<'c, 't>, is_deep: bool) -> Merge<'m, 'c, 't> {
        Merge { call, is_deep, map: Map::default() }
    }

    /// The merged object.
    fn all(mut self, parts: Vec<Evaluated>) -> Node {
        for part in parts.into_iter().flatten() {
            match &part.value {
                Value::Map(map) => self.add(map),
                Value::Unresolved(open) if !open.alternatives.is_empty() => self.add_one_of(open),
                Value::Unresolved(open) => self.add_open(open),
                Value::Null => {}
                _ => return self.call.open("only objects can be merged"),
            }
            if self.call.scope.budget.is_spent() {
                return self.call.open("the objects are too large to be followed");
            }
        }
        self.call.node(Value::Map(Arc::new(self.map)))
    }

    fn spend(&self) {
        self.call.scope.budget.spend(u32::try_from(self.map.entries.len()).unwrap_or(u32::MAX));
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.spend();
        self.map.entries.iter().position(|entry| entry.key.name.eq_ignore_ascii_case(name))
    }

    fn set(&mut self, entry: Entry) {
        match self.position(&entry.key.name).and_then(|at| self.map.entries.get_mut(at)) {
            Some(known) => *known = entry,
            None => self.map.entries.push(entry),
        }
    }

    fn add(&mut self, map: &Map) {
        if let Some(rest) = &map.rest {
            self.add_open(rest);
        }
        for entry in &map.entries {
            let known = self.position(&entry.key.name).and_then(|at| self.map.entries.get(at));
            let value = match known {
                Some(known) if self.is_deep => deeply(&known.value, &entry.value, 0),
                _ => entry.value.clone(),
            };
            self.set(Entry { value, ..entry.clone() });
        }
    }

    /// One of several objects: a property has one of the values, or the value from before.
    fn add_one_of(&mut self, open: &Arc<Unresolved>) {
        let objects: Vec<&Node> = open.alternatives.iter().collect();
        let is_known = |node: &&Node| match &node.value {
            Value::Map(map) => map.rest.is_none(),
            value => matches!(value, Value::Null),
        };
        if objects.len() > MAX_ALTERNATIVES || !objects.iter().all(is_known) {
            return self.add_open(open);
        }
        let names: Vec<&Entry> = objects.iter().flat_map(|object| object.entries()).collect();
        for (at, entry) in names.iter().enumerate() {
            let name = &entry.key.name;
            self.spend();
            if names.iter().take(at).any(|earlier| earlier.key.name == *name) {
                continue;
            }
            let before = self.position(name).and_then(|at| self.map.entries.get(at)).map(|known| known.value.clone());
            let before = before.unwrap_or_else(|| self.call.node(Value::Null));
            let mut alternatives = Vec::new();
            for object in &objects {
                let deep = object.get(name).filter(|_| self.is_deep).map(|value| deeply(&before, value, 0));
                match deep.as_ref().or(object.get(name)).unwrap_or(&before) {
                    Node { value: Value::Unresolved(inner), .. } if !inner.alternatives.is_empty() => {
                        alternatives.extend(inner.alternatives.iter().cloned());
                    }
                    value => alternatives.push(value.clone()),
                }
            }
            if alternatives.len() > MAX_ALTERNATIVES {
                alternatives.clear();
            }
            let unresolved = Unresolved { alternatives, partial: None, ..(**open).clone() };
            let value = self.call.node(Value::Unresolved(Arc::new(unresolved)));
            self.set(Entry { value, ..(*entry).clone() });
        }
    }

    /// An object that is not decided: it may have any property, those from before among them.
    fn add_open(&mut self, open: &Arc<Unresolved>) {
        let open = Arc::new(Unresolved { alternatives: Vec::new(), partial: None, ..(**open).clone() });
        for entry in &mut self.map.entries {
            entry.value.value = Value::Unresolved(Arc::clone(&open));
        }
        self.map.rest = Some(open);
    }
}

/// What `union` makes of two values of one property.
fn deeply(left: &Node, right: &Node, depth: usize) -> Node {
    let (Value::Map(before), Value::Map(after)) = (&left.value, &right.value) else {
        // An object that is not decided is merged with the other one: none of what either may be shows what comes of it.
        let ((_, Value::Unresolved(open)) | (Value::Unresolved(open), Value::Map(_))) = (&left.value, &right.value)
        else {
            return right.clone();
        };
        let open = Unresolved { alternatives: Vec::new(), partial: None, ..(**open).clone() };
        return Node { value: Value::Unresolved(Arc::new(open)), ..right.clone() };
    };
    if depth > MAX_DEPTH || before.rest.is_some() || after.rest.is_some() {
        let because = "the objects that are merged are not decided";
        return Node { trail: right.trail.clone(), ..Node::unresolved("union", because, right.span) };
    }
    let mut entries = before.entries.clone();
    for entry in &after.entries {
        match entries.iter_mut().find(|known| known.key.name.eq_ignore_ascii_case(&entry.key.name)) {
            Some(known) => *known = Entry { value: deeply(&known.value, &entry.value, depth + 1), ..entry.clone() },
            None => entries.push(entry.clone()),
        }
    }
    Node { value: Value::Map(Arc::new(Map { entries, rest: None })), ..right.clone() }
}
