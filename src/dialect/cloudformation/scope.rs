//! What is known where an expression stands, beyond what holds in the whole template.

use std::sync::Arc;

use crate::document::Node;

/// Loop variables, and what must hold for the expression to matter at all: within a resource that only exists when
/// `IsProduction` holds, `IsProduction` holds.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    loops: Vec<(Arc<str>, Node)>,
    parameters: Vec<(Arc<str>, Node)>,
    conditions: Vec<(Arc<str>, bool)>,
}

impl Scope {
    /// The same with a loop variable of `Fn::ForEach`.
    #[must_use]
    pub fn with_loop(&self, name: &Arc<str>, value: Node) -> Scope {
        let mut scope = self.clone();
        scope.loops.push((Arc::clone(name), value));
        scope
    }

    /// Takes it for granted that a condition holds, or does not.
    pub fn assume_condition(&mut self, name: Arc<str>, holds: bool) {
        self.conditions.push((name, holds));
    }

    /// Takes it for granted that a parameter has a value.
    pub fn assume_parameter(&mut self, name: Arc<str>, value: Node) {
        self.parameters.push((name, value));
    }

    /// The value of a loop variable; the innermost loop goes first.
    pub fn loop_variable(&self, name: &str) -> Option<&Node> {
        newest(&self.loops, name)
    }

    /// The value that a parameter must have here.
    pub fn parameter(&self, name: &str) -> Option<&Node> {
        newest(&self.parameters, name)
    }

    /// Whether a condition holds here, when that is taken for granted.
    pub fn condition(&self, name: &str) -> Option<bool> {
        newest(&self.conditions, name).copied()
    }

    /// Whether nothing is known beyond what holds in the whole template.
    pub fn assumes_nothing(&self) -> bool {
        self.conditions.is_empty() && self.parameters.is_empty() && self.loops.is_empty()
    }

    /// Loop variables and their values, the innermost first.
    pub fn loops(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.loops.iter().rev().map(|(name, value)| (&**name, value))
    }
}

fn newest<'a, T>(entries: &'a [(Arc<str>, T)], name: &str) -> Option<&'a T> {
    entries.iter().rev().find(|(known, _)| &**known == name).map(|(_, value)| value)
}
