//! Parts of rules, also of those that are not decided or are one of several.

use std::sync::Arc;

use crate::document::{Guard, Node, Unresolved, Value};
use crate::fact::opening;
use crate::kernel::lift::{Site, each_way, may_hold};

/// What stands at a chain of keys; nothing for null. Through values of which one is the case.
pub fn part(node: &Node, path: &str) -> Option<Node> {
    let Some((first, rest)) = path.split_once('.') else { return one(node, path) };
    part(&one(node, first)?, rest)
}

fn one(node: &Node, key: &str) -> Option<Node> {
    match &node.value {
        Value::Map(map) => match (map.entry(key), &map.rest) {
            (Some(entry), _) => Some(entry.value.clone()).filter(|node| !matches!(node.value, Value::Null)),
            (None, Some(rest)) => Some(Node { value: open(rest), ..node.clone() }),
            (None, None) => None,
        },
        // A block that is there once is a list of one in some formats.
        Value::List(items) => items.first().and_then(|item| one(item, key)),
        Value::Unresolved(_) => each_way(node, &|node| one(node, key)),
        _ => None,
    }
}

/// The first of several keys that has something.
pub fn first_of(node: &Node, paths: &[&str]) -> Option<Node> {
    paths.iter().find_map(|path| part(node, path))
}

/// A value that is open for the reason of another one, of which nothing more is known.
pub fn open(of: &Unresolved) -> Value {
    let of = Unresolved { alternatives: Vec::new(), guards: Vec::new(), partial: None, spread: false, ..of.clone() };
    Value::Unresolved(Arc::new(of))
}

/// The rules of a list. Of lists of which one is the case, the first rules of all, the second ones, and so on.
pub fn rules(node: Option<Node>) -> Vec<Node> {
    let Some(node) = node else { return Vec::new() };
    match &node.value {
        Value::Null => Vec::new(),
        Value::List(items) => packed(items),
        Value::Unresolved(open) if open.alternatives.iter().any(|one| matches!(one.value, Value::List(_))) => {
            let longest = open.alternatives.iter().map(|list| list.items().len()).max().unwrap_or(0);
            let nothing = Node { value: Value::Null, ..node.clone() };
            let at = |place: usize| {
                let of = |list: &Node| match &list.value {
                    Value::List(items) => items.get(place).unwrap_or(&nothing).clone(),
                    _ if place == 0 => list.clone(),
                    _ => nothing.clone(),
                };
                let alternatives = open.alternatives.iter().map(of).collect();
                let open = Unresolved { alternatives, ..Unresolved::clone(open) };
                Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() }
            };
            (0..longest).map(at).collect()
        }
        _ => vec![node],
    }
}

/// Items of a list, where those of which never two are there are one item that is one of several.
fn packed(items: &[Node]) -> Vec<Node> {
    let mut packed: Vec<Node> = Vec::new();
    for item in items {
        let open = item.as_unresolved().is_some();
        let joined = packed.iter_mut().filter(|_| open).find_map(|other| Some((either_of(other, item)?, other)));
        match joined {
            Some((joined, other)) => *other = joined,
            None => packed.push(item.clone()),
        }
    }
    packed
}

/// Two items as one, where each may be there and both never are.
fn either_of(one: &Node, other: &Node) -> Option<Node> {
    let (first, second) = (there(one)?, there(other)?);
    let mut nowhere = vec![Guard::Decided(true)];
    for (_, guard) in first.iter().chain(&second) {
        nowhere.push(guard.negated());
    }
    let apart =
        |left: &Guard, right: &Guard| Guard::all([left.clone(), right.clone()]).is_some_and(|both| !may_hold(&both));
    if !first.iter().all(|(_, left)| second.iter().all(|(_, right)| apart(left, right))) {
        return None;
    }
    let open = one.as_unresolved()?;
    let nowhere =
        Some(Guard::all(nowhere)?).filter(may_hold).map(|guard| (Node { value: Value::Null, ..one.clone() }, guard));
    let ways = first.into_iter().chain(second).chain(nowhere);
    let (alternatives, guards) = ways.unzip();
    let open = Unresolved { alternatives, guards, partial: None, question: None, ..open.clone() };
    Some(Node { value: Value::Unresolved(Arc::new(open)), ..one.clone() })
}

/// What an item that may not be there is where it is there, and when that is.
fn there(item: &Node) -> Option<Vec<(Node, Guard)>> {
    let open = item.as_unresolved()?;
    let ways: Vec<(Node, Guard)> = open.guarded().map(|(node, guard)| (node.clone(), guard.clone())).collect();
    let there: Vec<(Node, Guard)> =
        ways.iter().filter(|(node, _)| !matches!(node.value, Value::Null)).cloned().collect();
    (there.len() < ways.len() && !there.is_empty()).then_some(there)
}

/// Set where it is not certain that a rule is there.
pub fn may_be_missing(rule: &Node) -> Option<Arc<Unresolved>> {
    match &rule.value {
        Value::Unresolved(open) if open.spread => Some(Arc::clone(open)),
        _ => None,
    }
}

/// A rule as it is where it is there, and why that is not certain, where it is not. One that is one of several, each in its case, is
/// judged in each of these.
pub fn as_it_is(rule: &Node) -> (Node, Option<Arc<Unresolved>>) {
    let missing = may_be_missing(rule);
    let Some(open) = rule.as_unresolved().filter(|_| missing.is_none()) else { return (rule.clone(), missing) };
    let mut there = open.alternatives.iter().filter(|one| !matches!(one.value, Value::Null));
    match (there.next(), there.next()) {
        (Some(only), None) if open.alternatives.len() > 1 && open.guarded().next().is_none() => {
            let why = Unresolved { alternatives: Vec::new(), partial: None, ..Unresolved::clone(open) };
            (Node { span: rule.span, trail: rule.trail.clone(), ..only.clone() }, Some(Arc::new(why)))
        }
        _ => (rule.clone(), None),
    }
}

/// One list of what stands under several keys. A list that is not decided stands for any number of items.
pub fn together(rule: &Node, keys: &[&str]) -> Node {
    let parts: Vec<Node> = keys.iter().filter_map(|key| part(rule, key)).collect();
    let (first, several) = match parts.as_slice() {
        [] => return Node { value: Value::List(Arc::default()), trail: None, ..rule.clone() },
        [only] => return only.clone(),
        [first, ..] => (first, &parts),
    };
    let lists: Vec<Option<Node>> = several.iter().map(|part| Some(listed(part))).collect();
    let joined = |lists: &[Option<Node>]| {
        let items = lists.iter().flatten().flat_map(|list| {
            if list.items().is_empty() && !is_list(list) { vec![list.clone()] } else { list.items().to_vec() }
        });
        Node { value: Value::List(Arc::new(items.collect())), ..first.clone() }
    };
    if lists.iter().flatten().all(is_list) {
        return joined(&lists);
    }
    let expression = || "…".into();
    let site = Site { span: first.span, expression: &expression };
    site.lift(&lists, &|known| Ok(Some(joined(known)))).unwrap_or_else(|| joined(&lists))
}

fn is_list(node: &Node) -> bool {
    matches!(node.value, Value::List(_))
}

/// A value as a list of it; one of several values stays that.
fn listed(node: &Node) -> Node {
    let items = match &node.value {
        Value::List(_) => return node.clone(),
        Value::Unresolved(open) if !open.alternatives.is_empty() => return node.clone(),
        Value::Unresolved(open) => {
            let open = Unresolved { spread: true, ..Unresolved::clone(open) };
            vec![Node { value: Value::Unresolved(Arc::new(open)), ..node.clone() }]
        }
        _ => vec![node.clone()],
    };
    Node { value: Value::List(Arc::new(items)), ..node.clone() }
}

/// A word of several spellings by its one name; what is no text is as it is.
pub fn word(node: &Node, name: &dyn Fn(&str) -> Option<String>) -> Node {
    let named = each_way(node, &|node| {
        let text = match &node.value {
            Value::Str(text) => text.as_str().to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => return Some(node.clone()),
        };
        name(&text).map(|name| Node { value: Node::text(name, node.span).value, ..node.clone() })
    });
    named.unwrap_or_else(|| node.clone())
}

/// A protocol by its name; `all` where none is said.
pub fn protocol(node: Option<&Node>, at: &Node) -> Node {
    match node {
        Some(node) => word(node, &|text| Some(opening::protocol(text))),
        None => Node { value: Node::text("all", at.span).value, trail: None, ..at.clone() },
    }
}

/// Whether a value is this truth, however its format writes it; unknown where it is open, unless all that it may be agree.
pub fn is(node: Option<&Node>, wanted: &str) -> crate::truth::Truth {
    use crate::truth::Truth;
    match node.map(|node| &node.value) {
        Some(Value::Unresolved(open)) => {
            let mut truths = open.alternatives.iter().map(|one| is(Some(one), wanted));
            let first = truths.next().unwrap_or(Truth::Unknown);
            if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
        }
        Some(Value::Str(text)) => text.as_str().eq_ignore_ascii_case(wanted).into(),
        Some(Value::Bool(truth)) => (truth.to_string() == wanted).into(),
        _ => Truth::False,
    }
}
