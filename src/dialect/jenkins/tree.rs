//! What calls in a pipeline are called with, however they are spelled.

use crate::document::{Entry, Node, Value};
use crate::source::Span;

/// On what steps are called in classes and libraries: `steps.sh 'x'`.
const CALLERS: &[&str] = &["steps", "script", "this", "ctx", "context", "jenkins", "pipeline"];

/// What changes nothing in a script but its white space.
const SPACING: &[&str] = &["stripIndent", "stripMargin", "trim", "toString"];

/// Deepest chain of calls on a value that is looked through.
const DEEPEST: usize = 8;

/// A call.
#[derive(Clone, Copy)]
pub(super) struct Call<'n> {
    pub node: &'n Node,
    pub name: &'n str,
}

impl<'n> Call<'n> {
    pub fn of(node: &'n Node) -> Option<Call<'n>> {
        let mut name = node.get("call")?.as_str()?;
        let without_caller =
            |name: &'n str| name.split_once('.').filter(|(first, _)| CALLERS.contains(first)).map(|(_, rest)| rest);
        while let Some(rest) = without_caller(name) {
            name = rest;
        }
        Some(Call { node, name })
    }

    /// Where its name stands.
    pub fn head(self) -> Span {
        self.node.get("call").map_or(self.node.span, |name| name.span)
    }

    pub fn arguments(self) -> &'n [Node] {
        self.node.get("arguments").map_or(&[], Node::items)
    }

    /// The arguments by their names; those of a map where a step is handed one.
    pub fn named(self) -> &'n [Entry] {
        let map =
            || self.arguments().first().filter(|first| first.get("call").is_none() && first.get("block").is_none());
        self.node.get("named").or_else(map).map_or(&[], Node::entries)
    }

    /// An argument by its name.
    pub fn get(self, name: &str) -> Option<&'n Node> {
        self.named().iter().rev().find(|entry| &*entry.key.name == name).map(|entry| &entry.value)
    }

    /// An argument by its name, or the one that needs none.
    pub fn value(self, name: &str) -> Option<&'n Node> {
        self.get(name).or_else(|| self.arguments().first().filter(|first| first.as_map().is_none() || is_value(first)))
    }

    pub fn block(self) -> &'n [Node] {
        self.node.get("block").map_or(&[], Node::items)
    }

    pub fn has_block(self) -> bool {
        self.node.get("block").is_some()
    }
}

/// Whether a map is a value that is worked out: a call, or what operators join.
fn is_value(node: &Node) -> bool {
    node.get("call").is_some() || node.get("operands").is_some()
}

/// What a call is made on, through those that change only white space; else the value itself.
pub(super) fn bare(node: &Node) -> &Node {
    let mut node = node;
    for _ in 0..DEEPEST {
        match (node.get("call").and_then(Node::as_str), node.get("of")) {
            (Some(name), Some(of)) if SPACING.contains(&name) => node = of,
            _ => break,
        }
    }
    node
}

/// The name that a value is, without `env.` and `params.` before it.
pub(super) fn variable(node: &Node) -> Option<&str> {
    let open = node.as_unresolved().filter(|open| open.partial.is_none())?;
    Some(of_environment(&open.expression))
}

/// A name without what says where it is from: `X` of `env.X`, `env['X']` and `this.X`.
pub(super) fn of_environment(name: &str) -> &str {
    let name = name.strip_prefix("this.").unwrap_or(name);
    let quoted = name.strip_prefix("env[").and_then(|rest| rest.strip_suffix(']'));
    if let Some(quoted) = quoted {
        return quoted.trim_matches(['\'', '"']);
    }
    name.strip_prefix("env.").or_else(|| name.strip_prefix("env?.")).unwrap_or(name)
}

/// The text of a value, or its words where it is a name: `any`.
pub(super) fn word(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Str(text) => Some(text.as_str()),
        Value::Unresolved(open) => Some(&open.expression),
        _ => None,
    }
}
