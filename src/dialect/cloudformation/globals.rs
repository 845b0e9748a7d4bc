//! `Globals` of the Serverless Application Model: properties that every resource of a type has unless it says otherwise.

use std::sync::Arc;

use super::intrinsic;
use crate::document::{Entry, MAX_DEPTH, Map, Node, Value};
use crate::source::Span;

/// What the name of every type that has globals begins with.
const PREFIX: &str = "AWS::Serverless::";

/// The properties of a resource with the globals of its type merged in; none when there are no globals for it.
pub fn merged(template: &Node, kind: &str, properties: Option<&Node>, header: Span) -> Option<Node> {
    let section = kind.strip_prefix(PREFIX)?;
    let globals = template.at(&["Globals", section])?;
    let what: Arc<str> = format!("from `Globals.{section}`").into();
    let own = match properties {
        Some(node) => node.clone(),
        None => Node::map(Vec::new(), header),
    };
    Some(merge(globals, &own, header, &what, 0))
}

/// Maps are merged key by key, lists are joined with the global items first, anything else is replaced.
fn merge(global: &Node, own: &Node, header: Span, what: &Arc<str>, depth: usize) -> Node {
    if depth > MAX_DEPTH {
        return own.clone();
    }
    match (&global.value, &own.value) {
        (Value::Map(theirs), Value::Map(ours)) if intrinsic::of(theirs).is_none() && intrinsic::of(ours).is_none() => {
            let mut entries: Vec<Entry> = Vec::new();
            for entry in theirs.written() {
                let value = match ours.entry(&entry.key.name) {
                    Some(written) => merge(&entry.value, &written.value, header, what, depth + 1),
                    None => entry.value.used_at(header, Arc::clone(what)),
                };
                let key = ours.entry(&entry.key.name).map_or(&entry.key, |written| &written.key);
                entries.push(Entry { key: key.clone(), value, derived: false });
            }
            entries.extend(ours.written().filter(|entry| theirs.entry(&entry.key.name).is_none()).cloned());
            Node { value: Value::Map(Arc::new(Map { entries, rest: ours.rest.clone() })), ..own.clone() }
        }
        (Value::List(theirs), Value::List(ours)) => {
            let inherited = theirs.iter().map(|item| item.used_at(header, Arc::clone(what)));
            let items = inherited.chain(ours.iter().cloned()).collect();
            Node { value: Value::List(Arc::new(items)), ..own.clone() }
        }
        _ => own.clone(),
    }
}
