//! What is written in one of several ways, by a condition that nobody decides, as one grant whose parts are choices.

use std::sync::Arc;

use crate::document::{Guard, MAX_DEPTH, Node, Unresolved, Value};
use crate::fact::grant::Grant;
use crate::kernel::world::World;

/// Most ways that are followed.
const MOST: usize = 16;

/// Most choices that are made one after the other.
const DEEPEST: usize = 8;

/// One way in which a tree may be, and when it is.
struct Way {
    node: Node,
    guard: Option<Guard>,
    world: World,
    depth: usize,
}

/// The grants of a tree, which `grants` tells of one that holds no choices.
pub fn grants(node: &Node, grants: &dyn Fn(&Node) -> Vec<Grant>) -> Vec<Grant> {
    let Some(open) = choice_in(node, 0).cloned() else { return grants(node) };
    let (mut settled, mut pending) = (Vec::new(), vec![Way::first(node)]);
    while let Some(way) = pending.pop() {
        let next = (settled.len() + pending.len() < MOST && way.depth < DEEPEST).then(|| way.split()).flatten();
        match next {
            Some(ways) => pending.extend(ways.into_iter().rev()),
            None => settled.push(way),
        }
    }
    let ways: Vec<(Option<Guard>, Vec<Grant>)> =
        settled.into_iter().map(|way| (way.guard, grants(&way.node))).collect();
    merged(&ways, &open, node)
}

impl Way {
    fn first(node: &Node) -> Way {
        Way { node: node.clone(), guard: Some(Guard::Decided(true)), world: World::default(), depth: 0 }
    }

    /// The ways that the first choice in the tree makes of it; none where there is no choice.
    fn split(&self) -> Option<Vec<Way>> {
        let open = Arc::clone(choice_in(&self.node, 0)?);
        let own = match &self.node.value {
            Value::Unresolved(own) if own.guarded().next().is_none() => Some(&own.alternatives),
            _ => None,
        };
        // Nothing tells these apart, so each may be the case whatever else is.
        if let Some(alternatives) = own {
            let of =
                |node: &Node| Way { node: node.clone(), guard: None, world: self.world.clone(), depth: self.depth + 1 };
            return Some(alternatives.iter().map(of).collect());
        }
        let mut ways = Vec::new();
        for (_, guard) in open.guarded() {
            let world = self.world.where_holds(guard);
            if world.truth(guard) == crate::truth::Truth::False {
                continue;
            }
            let node = world.seen(&self.node).unwrap_or_else(|| self.node.clone());
            let guard = self.guard.clone().and_then(|own| Guard::all([own, guard.clone()]));
            ways.push(Way { node, guard, world, depth: self.depth + 1 });
        }
        Some(ways)
    }
}

/// The first choice among known values in a tree.
fn choice_in(node: &Node, depth: usize) -> Option<&Arc<Unresolved>> {
    if depth > MAX_DEPTH {
        return None;
    }
    match &node.value {
        Value::Unresolved(open) if open.guarded().next().is_some() => Some(open),
        Value::Unresolved(open) if depth == 0 && !open.alternatives.is_empty() => Some(open),
        Value::List(items) => items.iter().find_map(|item| choice_in(item, depth + 1)),
        Value::Map(map) => map.written().find_map(|entry| choice_in(&entry.value, depth + 1)),
        _ => None,
    }
}

/// The grants of all ways: those that are called the same are one.
fn merged(ways: &[(Option<Guard>, Vec<Grant>)], open: &Unresolved, at: &Node) -> Vec<Grant> {
    if let [(_, only)] = ways {
        return only.clone();
    }
    let mut names: Vec<(String, usize)> = Vec::new();
    let numbered: Vec<Vec<((String, usize), &Grant)>> = ways.iter().map(|(_, grants)| numbered(grants)).collect();
    for (name, _) in numbered.iter().flatten() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let guards: Option<Vec<Guard>> = ways.iter().map(|(guard, _)| guard.clone()).collect();
    let choice = |alternatives: Vec<Node>| {
        let guards = guards.clone().unwrap_or_default();
        let open = Unresolved { alternatives, guards, partial: None, spread: false, question: None, ..open.clone() };
        Node { value: Value::Unresolved(Arc::new(open)), ..at.clone() }
    };
    let one = |name: &(String, usize)| {
        let variants: Vec<Option<&Grant>> =
            numbered.iter().map(|grants| grants.iter().find(|(own, _)| own == name).map(|(_, grant)| *grant)).collect();
        let first = variants.iter().flatten().next()?;
        let mut fields: Vec<&str> = Vec::new();
        for entry in variants.iter().flatten().flat_map(|grant| &grant.says) {
            if !fields.contains(&&*entry.key.name) {
                fields.push(&entry.key.name);
            }
        }
        let grant = Grant {
            key: first.key.clone(),
            at: Node { value: Value::Null, ..at.clone() },
            says: Vec::new(),
            condition: first.condition.clone(),
        };
        let nothing = || Node { value: Value::Null, ..at.clone() };
        Some(fields.into_iter().fold(grant, |grant, field| {
            let of =
                |variant: Option<&Grant>| variant.and_then(|grant| grant.get(field)).cloned().unwrap_or_else(nothing);
            let fixed = matches!(field, "system" | "via").then(|| first.get(field).cloned()).flatten();
            grant.says(field, fixed.unwrap_or_else(|| choice(variants.iter().copied().map(of).collect())))
        }))
    };
    names.iter().filter_map(one).collect()
}

/// Grants with what they are called and which of that name they are.
fn numbered(grants: &[Grant]) -> Vec<((String, usize), &Grant)> {
    let before = |at: usize, key: &str| grants.iter().take(at).filter(|other| other.key == key).count();
    grants.iter().enumerate().map(|(at, grant)| ((grant.key.clone(), before(at, &grant.key)), grant)).collect()
}
