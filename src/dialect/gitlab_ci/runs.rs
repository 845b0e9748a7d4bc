//! The runs of a job that set variables differently: one for each of its rules that may let it run, and for each
//! combination of its matrix. Each of them is a run that there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::variables::plain;
use crate::document::{Entry, Guard, Node, Question, Value};

/// Most runs that are told apart.
const MOST: usize = 64;

/// What each run sets.
type Set = BTreeMap<Arc<str>, Entry>;

/// The runs of a job.
pub(super) struct Runs {
    question: Arc<Question>,
    sets: Vec<Set>,
}

impl Runs {
    /// The runs of a job under the rules of its pipeline; none where they do not differ, or are too many to tell apart.
    pub fn of_job(job: &Node, workflow: Option<&Node>) -> Option<Runs> {
        let mut runs: Vec<(String, Set)> = vec![(String::new(), Set::new())];
        for rules in [workflow.and_then(|workflow| workflow.get("rules")), job.get("rules")].into_iter().flatten() {
            runs = product(&runs, &of_rules(rules))?;
        }
        if let Some(matrix) = job.at(&["parallel", "matrix"]) {
            runs = product(&runs, &of_matrix(matrix)?)?;
        }
        if runs.iter().all(|(_, set)| set.is_empty()) {
            return None;
        }
        // Two runs may be told by the same words.
        let mut answers: Vec<Arc<str>> = Vec::new();
        for (number, (words, _)) in runs.iter().enumerate() {
            let known = answers.iter().any(|known| **known == **words);
            answers.push(if known { format!("{words} ({})", number + 1).into() } else { words.as_str().into() });
        }
        let question = Arc::new(Question::of_runs(format!("run of the job at {:?}", job.span), "run", answers));
        Some(Runs { question, sets: runs.into_iter().map(|(_, set)| set).collect() })
    }

    /// When each run is the case.
    pub fn guards(&self) -> impl Iterator<Item = Guard> {
        self.question.answers.iter().map(|answer| Guard::Is(Arc::clone(&self.question), Arc::clone(answer)))
    }

    /// What a run sets a variable to.
    pub fn set(&self, run: usize, name: &str) -> Option<&Entry> {
        self.sets.get(run)?.get(name)
    }
}

/// Every pair of two kinds of runs; none where there are too many.
fn product(left: &[(String, Set)], right: &[(String, Set)]) -> Option<Vec<(String, Set)>> {
    let mut runs = Vec::new();
    for (words, set) in left {
        for (more, own) in right {
            let joint = if words.is_empty() || more.is_empty() { "" } else { ", " };
            let set = set.iter().chain(own).map(|(name, entry)| (Arc::clone(name), entry.clone())).collect();
            runs.push((format!("{words}{joint}{more}"), set));
        }
    }
    (runs.len() <= MOST).then_some(runs)
}

/// Whether there are runs under a rule.
pub(super) fn lets_run(rule: &Node) -> bool {
    rule.get("when").and_then(Node::as_str) != Some("never")
}

/// The rules that let something run, each told by its condition.
fn of_rules(rules: &Node) -> Vec<(String, Set)> {
    let runs = rules.items().iter().enumerate().filter(|(_, rule)| lets_run(rule));
    let run = |(number, rule): (usize, &Node)| {
        let condition =
            rule.get("if").and_then(Node::as_str).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        let words = condition.unwrap_or_else(|| format!("rule {}", number + 1));
        let set = rule.get("variables").map_or(&[][..], Node::entries).iter().map(plain);
        (words, set.map(|entry| (Arc::clone(&entry.key.name), entry)).collect())
    };
    let runs: Vec<(String, Set)> = runs.map(run).collect();
    if runs.is_empty() { vec![(String::new(), Set::new())] } else { runs }
}

/// The combinations of a matrix; none where there are too many.
fn of_matrix(matrix: &Node) -> Option<Vec<(String, Set)>> {
    let mut all = Vec::new();
    for row in matrix.items() {
        let mut runs: Vec<(String, Set)> = vec![(String::new(), Set::new())];
        for entry in row.entries() {
            let values = if let Value::List(items) = &entry.value.value {
                &items[..]
            } else {
                std::slice::from_ref(&entry.value)
            };
            let own = |value: &Node| {
                let entry = plain(&Entry { value: value.clone(), ..entry.clone() });
                let words = format!("{}: {}", entry.key.name, entry.value.as_str().unwrap_or("…"));
                (words, Set::from([(Arc::clone(&entry.key.name), entry)]))
            };
            runs = product(&runs, &values.iter().map(own).collect::<Vec<_>>())?;
        }
        all.extend(runs);
    }
    (all.len() <= MOST).then_some(all)
}
