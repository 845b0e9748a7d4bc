//! What resources are joined by: what one is known by, what it refers to, and the values in it, brought to keys.

use std::ops::ControlFlow;

use super::scene::Scene;
use crate::dialect::{Resource, Typing};
use crate::document::{MAX_DEPTH, Node, Unresolved, Value};
use crate::rule::walk::{Place, Reached};
use crate::rule::{Join, Path};

/// What two resources have to have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum JoinKey {
    /// The address of a resource.
    Address(Box<str>),
    /// A name, or a value in the words of the format.
    Word(Box<str>),
    /// A value of another type, in a format that tells types apart.
    Typed(&'static str, Box<str>),
}

/// What stands at the path of a join.
#[derive(Default)]
pub(super) struct Ends {
    pub keys: Vec<JoinKey>,
    /// What it may be joined with instead: one of several values that are known.
    pub may: Vec<JoinKey>,
    /// There may be others.
    pub open: bool,
    /// The expressions that are not decided.
    pub asked: Vec<Box<str>>,
}

impl Ends {
    /// One of several values is meant.
    fn choose(&mut self, open: &Unresolved, depth: usize) {
        let mut chosen = Ends::default();
        open.alternatives.iter().for_each(|node| refer(node, &mut chosen, depth));
        self.may.extend(chosen.keys.into_iter().chain(chosen.may));
        self.asked.extend(chosen.asked);
        self.ask(open);
    }

    fn ask(&mut self, open: &Unresolved) {
        self.open = true;
        if !open.expression.is_empty() {
            self.asked.push(open.expression.clone());
        }
    }
}

/// Our side of a join: at the node that is judged or, where it says nothing, at the resource.
pub(super) fn ours(scene: &Scene<'_>, join: &Join, root: &Place<'_>) -> Ends {
    let at = |root: &Place<'_>| match join {
        Join::By(_) => Ends { keys: known_as(scene.resource), ..Ends::default() },
        Join::To(path) => references(scene, path, root),
        Join::On(path, _) => values(scene, path, root),
        Join::Selects(..) | Join::SelectedBy(..) | Join::Covers(..) | Join::CoveredBy(..) => Ends::default(),
    };
    let ends = at(root);
    if ends.open || !ends.keys.is_empty() { ends } else { at(&Place::root(&scene.resource.body)) }
}

/// What a resource at the other end of a link is joined by.
pub(super) fn theirs(other: &Scene<'_>, join: &Join, root: &Place<'_>) -> Ends {
    match join {
        Join::By(path) => references(other, path, root),
        Join::To(_) => Ends { keys: known_as(other.resource), ..Ends::default() },
        Join::On(_, path) => values(other, path, root),
        Join::Selects(..) | Join::SelectedBy(..) | Join::Covers(..) | Join::CoveredBy(..) => Ends::default(),
    }
}

/// What others call a resource: its address, with and without the index of the instance, and its names.
fn known_as(resource: &Resource) -> Vec<JoinKey> {
    let address = &*resource.address;
    let mut keys = vec![JoinKey::Address(address.into())];
    if let Some(bare) = without_instance(address) {
        keys.push(JoinKey::Address(bare.into()));
    }
    keys.extend(resource.names.iter().map(|name| JoinKey::Word((**name).into())));
    keys
}

/// `aws_s3_bucket.logs` of `aws_s3_bucket.logs[0]` and of `aws_s3_bucket.logs["a.b"]`.
fn without_instance(address: &str) -> Option<&str> {
    let inside = address.strip_suffix(']')?;
    let at = match inside.strip_suffix('"') {
        Some(_) => inside.rfind("[\"")?,
        None => inside.rfind('[')?,
    };
    address.get(..at)
}

/// What the nodes at a path refer to.
fn references(scene: &Scene<'_>, path: &Path, root: &Place<'_>) -> Ends {
    let mut ends = Ends::default();
    let _ = scene.branches(std::slice::from_ref(path), root, &mut |reached, place| {
        match reached {
            Reached::Node => refer(place.node, &mut ends, 0),
            Reached::Absent => {}
            Reached::More(open) => {
                ends.keys.extend(same(open));
                ends.keys.extend(open.references.iter().map(|to| JoinKey::Address(to.clone())));
                if open.references.is_empty() {
                    ends.ask(open);
                }
            }
            Reached::Choice(open, _) => {
                ends.keys.extend(same(open));
                ends.choose(open, 0);
            }
        }
        ControlFlow::Continue(())
    });
    ends
}

fn refer(node: &Node, ends: &mut Ends, depth: usize) {
    if depth > MAX_DEPTH {
        ends.open = true;
        return;
    }
    match &node.value {
        Value::Str(text) => ends.keys.push(JoinKey::Word(text.as_str().into())),
        Value::Int(number) => ends.keys.push(JoinKey::Word(number.to_string().into())),
        Value::Float(number) => ends.keys.push(JoinKey::Word(number.to_string().into())),
        Value::Null | Value::Bool(_) => {}
        Value::List(items) => items.iter().for_each(|item| refer(item, ends, depth + 1)),
        Value::Map(map) => {
            map.written().for_each(|entry| refer(&entry.value, ends, depth + 1));
            ends.open |= map.rest.is_some();
        }
        Value::Unresolved(open) => {
            ends.keys.extend(same(open));
            ends.keys.extend(open.references.iter().map(|to| JoinKey::Address(to.clone())));
            if open.references.is_empty() {
                ends.choose(open, depth + 1);
            }
        }
    }
}

/// What a text that is not decided has in common with all that are the same.
fn same(open: &Unresolved) -> Option<JoinKey> {
    open.same.as_ref().map(|words| JoinKey::Word(words.clone()))
}

/// The scalars at a path, for joins on equal values.
fn values(scene: &Scene<'_>, path: &Path, root: &Place<'_>) -> Ends {
    let mut ends = Ends::default();
    let typing = scene.setting.typing;
    let _ = scene.branches(std::slice::from_ref(path), root, &mut |reached, place| {
        if let Reached::More(open) | Reached::Choice(open, _) = reached {
            ends.ask(open);
        }
        if !matches!(reached, Reached::Node) {
            return ControlFlow::Continue(());
        }
        place.each_item(&mut |item| {
            match item.node.as_unresolved() {
                Some(open) => {
                    ends.keys.extend(same(open));
                    ends.may.extend(open.alternatives.iter().filter_map(|node| key(node, typing)));
                    ends.ask(open);
                }
                None => ends.keys.extend(key(item.node, typing)),
            }
            ControlFlow::Continue(())
        })
    });
    ends
}

fn key(node: &Node, typing: Typing) -> Option<JoinKey> {
    match &node.value {
        Value::Str(text) => Some(JoinKey::Word(text.as_str().into())),
        Value::Int(number) => Some(typed(typing, "number", number.to_string())),
        Value::Float(number) => Some(typed(typing, "number", number.to_string())),
        Value::Bool(value) => Some(typed(typing, "boolean", value.to_string())),
        Value::Null | Value::List(_) | Value::Map(_) | Value::Unresolved(_) => None,
    }
}

fn typed(typing: Typing, kind: &'static str, text: String) -> JoinKey {
    match typing {
        Typing::Loose => JoinKey::Word(text.into()),
        Typing::Strict => JoinKey::Typed(kind, text.into()),
    }
}
