//! The typed view of IAM policy documents, for every dialect that carries them.
//!
//! A policy document is a map with `Statement`. Its view `statements` always is a list of maps in which `Effect` is
//! present, `Action`, `NotAction`, `Resource` and `NotResource` are lists, and `principals` holds every principal as
//! one flat list; a rule need not know the spellings that the language allows.

pub mod catalogue;
pub mod condition;
pub mod pattern;
pub mod policy;
pub mod principal;
pub mod reach;

use std::sync::Arc;

use crate::document::{Entry, MAX_DEPTH, Map, Node, Unresolved, Value};
use crate::syntax::json::parse_embedded;

/// Keys of a statement whose value may be written as one item or as a list of items.
const LISTS: [&str; 4] = ["Action", "NotAction", "Resource", "NotResource"];

/// Keys by which a map under `Statement` is known for a statement of a policy.
const STATEMENT: [&str; 6] = ["Effect", "Action", "NotAction", "Resource", "Principal", "NotPrincipal"];

/// Adds the view `statements` to every policy document in a tree, also in the known alternatives of open values. A policy
/// that is written as JSON in a string becomes the structure it spells, with its places in that string.
pub fn derive_statements(node: &mut Node) {
    derive_within(node, 0);
}

fn derive_within(node: &mut Node, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(policy) = spelt_out(node) {
        *node = policy;
    }
    match &mut node.value {
        Value::Map(map) => {
            if map.entry("Statement").is_none() && map.entries.iter().all(|entry| is_leaf(&entry.value)) {
                return;
            }
            for entry in Arc::make_mut(map).entries.iter_mut().filter(|entry| !entry.derived) {
                derive_within(&mut entry.value, depth + 1);
            }
        }
        Value::List(items) if !items.iter().all(is_leaf) => {
            for item in Arc::make_mut(items) {
                derive_within(item, depth + 1);
            }
        }
        Value::Unresolved(unresolved) if !unresolved.alternatives.iter().all(is_leaf) => {
            for alternative in &mut Arc::make_mut(unresolved).alternatives {
                derive_within(alternative, depth + 1);
            }
        }
        _ => {}
    }
    if let Some(view) = statements(node) {
        node.derive("statements", view);
    }
}

/// The policy document that a string spells.
fn spelt_out(node: &Node) -> Option<Node> {
    let Value::Str(text) = &node.value else { return None };
    if !is_policy_text(text.as_str()) {
        return None;
    }
    let policy = parse_embedded(text, node.span)?;
    statements(&policy).is_some().then(|| Node { trail: node.trail.clone(), ..policy })
}

/// Whether a text looks like a policy document.
pub fn is_policy_text(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("\"Statement\"")
}

fn is_leaf(node: &Node) -> bool {
    match &node.value {
        Value::Str(text) => !is_policy_text(text.as_str()),
        Value::Map(_) | Value::List(_) => false,
        Value::Unresolved(unresolved) => unresolved.alternatives.is_empty(),
        _ => true,
    }
}

/// The statements of a policy document in one shape; none when the node is no policy document.
pub fn statements(document: &Node) -> Option<Node> {
    statements_of(document.get("Statement")?)
}

/// What stands under `Statement` in one shape; none when it is no statement and no list of them.
pub fn statements_of(written: &Node) -> Option<Node> {
    let view = match &written.value {
        Value::List(items) => {
            if !items.is_empty() && !items.iter().any(is_statement) {
                return None;
            }
            items.iter().map(normalised).collect()
        }
        _ if is_statement(written) => vec![normalised(written)],
        _ => return None,
    };
    Some(Node { value: Value::List(Arc::new(view)), span: written.span, trail: written.trail.clone() })
}

fn is_statement(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => STATEMENT.iter().any(|key| map.entry(key).is_some()),
        Value::Unresolved(_) => true,
        _ => false,
    }
}

fn normalised(statement: &Node) -> Node {
    match &statement.value {
        Value::Map(map) => Node { value: Value::Map(Arc::new(normalised_map(map, statement))), ..statement.clone() },
        Value::Unresolved(unresolved) => open_items(unresolved, statement, normalised),
        _ => statement.clone(),
    }
}

fn normalised_map(map: &Map, statement: &Node) -> Map {
    let mut entries: Vec<Entry> = Vec::with_capacity(map.entries.len() + 2);
    for entry in map.written() {
        let mut entry = entry.clone();
        if LISTS.contains(&&*entry.key.name) {
            entry.value = listed(&entry.value);
        }
        entries.push(entry);
    }
    let mut views = Vec::new();
    if map.entry("Effect").is_none() && map.rest.is_none() {
        views.push(("Effect", Node::text("Allow", statement.span)));
    }
    if let Some(principal) = map.entry("Principal") {
        let value = Value::List(Arc::new(principals(&principal.value)));
        views.push(("principals", Node { value, ..principal.value.clone() }));
    }
    for (name, view) in views {
        entries.push(Entry { derived: true, ..Entry::new(name, view.span, view) });
    }
    Map { entries, rest: map.rest.clone() }
}

/// One item or a list of items as a list.
fn listed(node: &Node) -> Node {
    match &node.value {
        Value::List(_) | Value::Null => node.clone(),
        Value::Unresolved(unresolved) if !unresolved.alternatives.is_empty() => open_items(unresolved, node, listed),
        _ => Node { value: Value::List(Arc::new(items(node))), ..node.clone() },
    }
}

/// An open value that may be one item or a list of items, as an item of a list. A text is one.
fn spread(unresolved: &Unresolved, node: &Node) -> Node {
    let unresolved = Unresolved { spread: unresolved.partial.is_none(), ..unresolved.clone() };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
}

/// An open value whose alternatives are given another shape.
fn open_items(unresolved: &Unresolved, node: &Node, shape: fn(&Node) -> Node) -> Node {
    let alternatives = unresolved.alternatives.iter().map(shape).collect();
    let unresolved = Unresolved { alternatives, ..unresolved.clone() };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
}

/// Every principal of `"*"`, `{ AWS = "..." }`, `{ AWS = [...], Service = [...] }`.
fn principals(node: &Node) -> Vec<Node> {
    match &node.value {
        Value::Map(map) => {
            let mut found: Vec<Node> = map.written().flat_map(|entry| items(&entry.value)).collect();
            if let Some(rest) = &map.rest {
                found.push(spread(rest, node));
            }
            found
        }
        _ => items(node),
    }
}

fn items(node: &Node) -> Vec<Node> {
    match &node.value {
        Value::List(items) => items.iter().cloned().collect(),
        // A text with holes in it is one text, never a list.
        Value::Unresolved(unresolved) if unresolved.partial.is_none() => vec![spread(unresolved, node)],
        _ => vec![node.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    const AT: Span = Span { file: FileId(0), start: 0, end: 1 };

    fn node(json: &serde_json::Value) -> Node {
        match json {
            serde_json::Value::Null => Node::new(Value::Null, AT),
            serde_json::Value::Bool(value) => Node::new(Value::Bool(*value), AT),
            serde_json::Value::Number(value) => Node::new(Value::Int(value.as_i64().unwrap()), AT),
            serde_json::Value::String(text) => match text.strip_prefix('?') {
                Some(reason) => Node::unresolved(text, reason, AT),
                None => Node::text(text.as_str(), AT),
            },
            serde_json::Value::Array(items) => Node::list(items.iter().map(node).collect(), AT),
            serde_json::Value::Object(map) => {
                Node::map(map.iter().map(|(key, value)| Entry::new(key.as_str(), AT, node(value))).collect(), AT)
            }
        }
    }

    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Str(text) => text.as_str().into(),
            Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Value::Map(map) => {
                let entries = map.entries.iter().map(|entry| format!("{}={}", entry.key.name, shown(&entry.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
            Value::Unresolved(unresolved) => {
                format!("?{}{}", unresolved.because, if unresolved.spread { "*" } else { "" })
            }
            other => other.kind().into(),
        }
    }

    #[test]
    fn every_spelling_of_a_statement_becomes_one_shape() {
        for (policy, want) in [
            (r#"{"Action": "s3:*", "Effect": "Deny"}"#, "{Action=[s3:*] Effect=Deny}"),
            (r#"[{"Action": ["a", "b"], "Resource": "*"}]"#, "{Action=[a b] Resource=[*] Effect=Allow}"),
            (r#"{"Effect": "Allow", "Principal": "*"}"#, "{Effect=Allow Principal=* principals=[*]}"),
            (
                r#"{"Effect": "Allow", "Principal": {"AWS": ["x", "y"], "Service": "z"}}"#,
                "{Effect=Allow Principal={AWS=[x y] Service=z} principals=[x y z]}",
            ),
            (r#"{"Effect": "Allow", "NotAction": "?var"}"#, "{Effect=Allow NotAction=[?var*]}"),
            (r#"{"Effect": "Allow", "Action": ["?var"]}"#, "{Effect=Allow Action=[?var]}"),
            (r#""?var""#, "?var"),
        ] {
            let policy: serde_json::Value = serde_json::from_str(&format!("{{\"Statement\": {policy}}}")).unwrap();
            assert_eq!(shown(&statements(&node(&policy)).unwrap()), format!("[{want}]"), "{policy}");
        }
    }

    #[test]
    fn maps_that_merely_have_a_key_statement_are_left_alone() {
        for other in [r#"{"RateBasedStatement": {"Limit": 5}}"#, r#"["text"]"#, r#""text""#] {
            let document: serde_json::Value = serde_json::from_str(&format!("{{\"Statement\": {other}}}")).unwrap();
            assert!(statements(&node(&document)).is_none(), "{other}");
        }
    }

    #[test]
    fn a_policy_in_a_string_is_spelt_out_in_its_place() {
        let text = r#"{"Statement": {"Effect": "Allow", "Action": "*"}}"#;
        let span = Span::new(FileId(0), 10, 10 + text.len());
        let mut tree = Node::map(vec![Entry::new("policy", AT, Node::verbatim(text, span, 0))], AT);
        derive_statements(&mut tree);
        let action = tree.at(&["policy", "Statement", "Action"]).unwrap();
        assert_eq!(action.span.start as usize, 10 + text.find("\"*\"").unwrap());
        assert!(tree.at(&["policy", "statements"]).is_some());
        let mut other = Node::text(r#"{"Statement": "none"}"#, AT);
        derive_statements(&mut other);
        assert!(other.as_str().is_some(), "other JSON stays a string");
    }

    #[test]
    fn the_view_is_added_wherever_a_policy_stands() {
        let tree = r#"{"Policies": [{"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*"}}}]}"#;
        let mut tree = node(&serde_json::from_str(tree).unwrap());
        derive_statements(&mut tree);
        let document = tree.get("Policies").unwrap().items()[0].get("PolicyDocument").unwrap();
        assert_eq!(shown(document.get("statements").unwrap()), "[{Effect=Allow Action=[*]}]");
        assert_eq!(document.as_map().unwrap().written().count(), 1, "a view is not shown as the user's");
    }
}
