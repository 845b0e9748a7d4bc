//! Conditions of steps: `when` and `unless` with what logic statements say.

use super::parameters::Scope;
use crate::dialect::items::spelled;
use crate::document::{MAX_DEPTH, Node, Value};
use crate::kernel::budget::Budget;
use crate::truth::Truth;

/// Whether a condition holds in every run, in none, or in some.
pub(super) fn holds(node: &Node, scope: &Scope, budget: &Budget, depth: usize) -> Truth {
    if depth > MAX_DEPTH || budget.is_spent() {
        return Truth::Unknown;
    }
    budget.spend(1);
    let Value::Map(map) = &node.value else { return truthy(node, scope, budget) };
    let Some(entry) = map.entries.first() else { return Truth::False };
    let parts = || entry.value.items().iter().map(|part| holds(part, scope, budget, depth + 1));
    match &*entry.key.name {
        "and" => Truth::all(parts()),
        "or" => Truth::any(parts()),
        "not" => match holds(&entry.value, scope, budget, depth + 1) {
            Truth::True => Truth::False,
            Truth::Unknown => Truth::Unknown,
            Truth::False => Truth::True,
        },
        "equal" => equal(entry.value.items(), scope, budget),
        _ => Truth::Unknown,
    }
}

fn truthy(node: &Node, scope: &Scope, budget: &Budget) -> Truth {
    let setting = scope.setting(node, budget);
    match &setting.value.value {
        _ if setting.differs => Truth::Unknown,
        Value::Unresolved(_) => Truth::Unknown,
        Value::Null | Value::Bool(false) | Value::Int(0) => Truth::False,
        Value::Str(text) if text.as_str().is_empty() || text.as_str() == "false" => Truth::False,
        _ => Truth::True,
    }
}

fn equal(parts: &[Node], scope: &Scope, budget: &Budget) -> Truth {
    let known: Option<Vec<String>> = parts
        .iter()
        .map(|part| {
            let setting = scope.setting(part, budget);
            (!setting.differs && setting.value.as_unresolved().is_none()).then(|| spelled(&setting.value, 0))
        })
        .collect();
    match known {
        Some(known) if known.windows(2).all(|pair| pair.first() == pair.last()) => Truth::True,
        Some(_) => Truth::False,
        None => Truth::Unknown,
    }
}
