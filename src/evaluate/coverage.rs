//! Which comparisons of a rule came out how: what the proof of a rule by its fixtures rests on.

use std::collections::BTreeMap;

use crate::rule::{Ask, Comparison, Condition, Predicate, Rule, Test, Wanted};
use crate::source::Span;

/// What comparisons came out as, by the index of the rule and the place of the comparison in it.
#[derive(Clone, Debug, Default)]
pub struct Coverage(pub(super) BTreeMap<(usize, Span), Seen>);

/// How a comparison came out, over all resources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// It held of something.
    pub held: bool,
    /// It did not hold of something.
    pub failed: bool,
}

impl Coverage {
    /// How a comparison came out.
    pub fn of(&self, rule: usize, span: Span) -> Seen {
        self.0.get(&(rule, span)).copied().unwrap_or_default()
    }

    /// Adds what another run saw.
    pub fn merge(&mut self, other: &Coverage) {
        for (key, seen) in &other.0 {
            let own = self.0.entry(*key).or_default();
            own.held |= seen.held;
            own.failed |= seen.failed;
        }
    }
}

/// The places of all comparisons and links of a rule, with the number of the check, in the order of the file.
pub fn comparisons(rule: &Rule) -> Vec<(usize, Span)> {
    let mut found = Vec::new();
    for (number, check) in rule.checks.iter().enumerate() {
        let (Test::Assert(test) | Test::Deny(test)) = &check.test;
        for condition in [check.when.as_ref(), check.filter.as_ref(), Some(test)].into_iter().flatten() {
            of_condition(condition, &mut |span| found.push((number, span)));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn of_condition(condition: &Condition, found: &mut dyn FnMut(Span)) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| of_condition(part, found)),
        Condition::Not(part) => of_condition(part, found),
        Condition::Linked(link) => {
            found(link.span);
            if let Some(with) = &link.with {
                of_condition(with, found);
            }
            if let Wanted::Together(condition) = &link.wanted {
                of_condition(condition, found);
            }
        }
        Condition::At(comparison) => of_comparison(comparison, found),
    }
}

fn of_comparison(comparison: &Comparison, found: &mut dyn FnMut(Span)) {
    match &comparison.ask {
        // A nested condition is seen through its own comparisons.
        Ask::Nodes(Predicate::Nested(condition)) => of_condition(condition, found),
        Ask::Nodes(predicate) => {
            found(comparison.span);
            of_predicate(predicate, found);
        }
        Ask::Present(_) | Ask::Count(_) | Ask::Distinct(_) => found(comparison.span),
    }
}

fn of_predicate(predicate: &Predicate, found: &mut dyn FnMut(Span)) {
    match predicate {
        Predicate::All(parts) => parts.iter().for_each(|part| of_predicate(part, found)),
        Predicate::Not(part) | Predicate::IgnoringCase(part) | Predicate::Length(part) => of_predicate(part, found),
        Predicate::View { of, .. } => of_predicate(of, found),
        Predicate::Nested(condition) => of_condition(condition, found),
        Predicate::Test { .. } | Predicate::Empty(_) | Predicate::Beside(_) => {}
    }
}
