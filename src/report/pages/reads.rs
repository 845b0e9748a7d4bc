//! What a check looks at: kinds, paths, and what counts where nothing is written.

use std::collections::BTreeSet;

use crate::rule::path::Start;
use crate::rule::{Ask, Check, Comparison, Condition, Path, Predicate, Test, Wanted};
use crate::source::Source;

/// What one check looks at, or several that look at the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Reads {
    /// The kinds that are judged.
    pub kinds: BTreeSet<String>,
    /// What is judged one by one; empty where the resource is.
    pub each: Vec<String>,
    /// Paths, each with what counts where nothing stands there.
    pub paths: BTreeSet<(String, Option<String>)>,
    /// Other resources that are looked at.
    pub linked: BTreeSet<String>,
    /// What an undecided outcome counts as, and why.
    pub open: Option<(bool, String)>,
}

/// What the checks of a rule look at, those that look at the same taken together.
pub fn of(checks: &[Check], source: &Source) -> Vec<Reads> {
    let mut all: Vec<Reads> = Vec::new();
    for check in checks {
        let one = of_check(check, source);
        let same = |other: &&mut Reads| {
            (&other.each, &other.paths, &other.linked, &other.open) == (&one.each, &one.paths, &one.linked, &one.open)
        };
        match all.iter_mut().find(same) {
            Some(other) => other.kinds.extend(one.kinds),
            None => all.push(one),
        }
    }
    all
}

fn of_check(check: &Check, source: &Source) -> Reads {
    let each: Vec<String> = check.each.iter().flatten().map(|path| path.text().to_owned()).collect();
    let mut walk = Walk { source, paths: BTreeSet::new(), linked: BTreeSet::new() };
    if let Some(when) = &check.when {
        walk.condition(when, "");
    }
    let base = if let [only] = each.as_slice() { only.as_str() } else { "" };
    let (Test::Assert(test) | Test::Deny(test)) = &check.test;
    for condition in check.filter.iter().chain([test]) {
        walk.condition(condition, base);
    }
    Reads {
        kinds: check.kinds.iter().map(|kind| kind.text.to_string()).collect(),
        paths: walk.paths,
        linked: walk.linked,
        open: check.open.as_ref().map(|open| (open.fails, open.reason.clone())),
        each,
    }
}

struct Walk<'s> {
    source: &'s Source,
    paths: BTreeSet<(String, Option<String>)>,
    linked: BTreeSet<String>,
}

impl Walk<'_> {
    /// `base` is the path from the resource to the node that a condition is about.
    fn condition(&mut self, condition: &Condition, base: &str) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    self.condition(part, base);
                }
            }
            Condition::Not(part) => self.condition(part, base),
            Condition::At(comparison) => self.comparison(comparison, base),
            Condition::Linked(link) => {
                self.linked.extend(link.kinds.iter().map(|kind| kind.text.to_string()));
                // The paths of a linked resource are not those of this one: its kind has to do. What asks back is this one's.
                let conditions = link.with.iter().chain(match &link.wanted {
                    Wanted::Together(condition) => Some(condition),
                    Wanted::One | Wanted::Count(_) => None,
                });
                conditions.for_each(|condition| self.links_of(condition));
                let ours = link.joins.iter().filter_map(|join| join.ours());
                self.paths.extend(ours.map(|path| (joined(base, path), None)));
            }
        }
    }

    /// The links that a condition on a linked resource has in turn.
    fn links_of(&mut self, condition: &Condition) {
        let mut inner = Walk { source: self.source, paths: BTreeSet::new(), linked: BTreeSet::new() };
        inner.condition(condition, "");
        self.linked.extend(inner.linked);
    }

    fn comparison(&mut self, comparison: &Comparison, base: &str) {
        let texts: Vec<String> = comparison.paths.iter().map(|path| joined(base, path)).collect();
        let default = comparison.default.as_ref().map(|node| self.source.slice(node.span).to_owned());
        if let Ask::Nodes(predicate) = &comparison.ask {
            let inner = if let [only] = texts.as_slice() { only.as_str() } else { base };
            if self.predicate(predicate, inner) {
                return;
            }
        }
        self.paths.insert((texts.join(" | "), default));
    }

    /// Whether a predicate is about what stands below its node alone.
    fn predicate(&mut self, predicate: &Predicate, base: &str) -> bool {
        match predicate {
            Predicate::Nested(condition) => {
                self.condition(condition, base);
                true
            }
            Predicate::All(parts) => {
                let nested: Vec<bool> = parts.iter().map(|part| self.predicate(part, base)).collect();
                nested.into_iter().all(|nested| nested)
            }
            Predicate::Not(part) | Predicate::IgnoringCase(part) => self.predicate(part, base),
            Predicate::Length(part) | Predicate::View { of: part, .. } => {
                self.predicate(part, base);
                false
            }
            Predicate::Beside(beside) => {
                self.paths.insert((joined("", &beside.path), None));
                false
            }
            Predicate::Test { .. } | Predicate::Empty(_) => false,
        }
    }
}

fn joined(base: &str, path: &Path) -> String {
    match (base, path.start(), path.text()) {
        ("", _, text) => text.to_owned(),
        (base, Start::Here, "." | "") => base.to_owned(),
        (base, Start::Here, text) if text.starts_with('[') => format!("{base}{text}"),
        (base, Start::Here, text) => format!("{base}.{text}"),
        (_, _, text) => text.to_owned(),
    }
}
