//! The matrix of a job: every combination of its values is a run of the job.
//! <https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations>

use std::sync::Arc;

use super::find;
use crate::document::{Entry, Guard, Node, Question, Value};

/// Most combinations that are told apart.
const MOST: usize = 64;

/// The combinations, where the file writes all of them out.
#[derive(Debug)]
pub(in super::super) struct Matrix {
    question: Arc<Question>,
    runs: Vec<Vec<Entry>>,
}

impl Matrix {
    /// Reads the matrix of a job; none where something else decides a part of it, or there are too many combinations.
    pub fn read(job: &str, matrix: &Node) -> Option<Matrix> {
        let mut runs: Vec<Vec<Entry>> = vec![Vec::new()];
        let mut names = Vec::new();
        for entry in matrix.as_map()?.written() {
            if matches!(&*entry.key.name, "include" | "exclude") {
                continue;
            }
            let Value::List(values) = &entry.value.value else { return None };
            names.push(Arc::clone(&entry.key.name));
            let with = |run: &Vec<Entry>, value: &Node| {
                let own = Entry { value: value.clone(), ..entry.clone() };
                run.iter().cloned().chain([own]).collect::<Vec<Entry>>()
            };
            runs =
                runs.iter().flat_map(|run| values.iter().map(move |value| with(run, value))).take(MOST + 1).collect();
        }
        if names.is_empty() {
            runs.clear();
        }
        for out in listed(matrix, "exclude")? {
            runs.retain(|run| {
                !out.entries()
                    .iter()
                    .all(|entry| value_of(run, &entry.key.name).is_some_and(|own| same(own, &entry.value)))
            });
        }
        include(&mut runs, &names, &listed(matrix, "include")?);
        let literal = |entry: &Entry| is_literal(&entry.value);
        if runs.is_empty() || runs.len() > MOST || !runs.iter().flatten().all(literal) {
            return None;
        }
        let answers = runs.iter().map(|run| shown(run).into()).collect();
        let question = Arc::new(Question::of_runs(format!("matrix of {job}"), "matrix", answers));
        Some(Matrix { question, runs })
    }

    /// The runs of a workflow that is called: what each of its callers hands in, by the names of the callers.
    pub fn of_callers(workflow: &str, calls: Vec<(String, Vec<Entry>)>) -> Option<Matrix> {
        if calls.is_empty() || calls.len() > MOST {
            return None;
        }
        let (answers, runs): (Vec<Arc<str>>, Vec<Vec<Entry>>) =
            calls.into_iter().map(|(caller, handed)| (caller.into(), handed)).unzip();
        let question = Arc::new(Question::of_runs(format!("caller of {workflow}"), "caller", answers));
        Some(Matrix { question, runs })
    }

    /// Each run: the values of its keys, and when it is that one.
    pub fn runs(&self) -> impl Iterator<Item = (&[Entry], Guard)> {
        let answers = self.question.answers.iter();
        self.runs
            .iter()
            .zip(answers)
            .map(|(run, answer)| (run.as_slice(), Guard::Is(Arc::clone(&self.question), Arc::clone(answer))))
    }
}

/// The value of a key in a run.
pub(super) fn value_of<'r>(run: &'r [Entry], name: &str) -> Option<&'r Node> {
    run.iter().rev().find(|entry| entry.key.name.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
}

/// The maps under a key of the matrix.
fn listed(matrix: &Node, key: &str) -> Option<Vec<Node>> {
    let Some(node) = matrix.get(key) else { return Some(Vec::new()) };
    let Value::List(items) = &node.value else { return None };
    items.iter().all(|item| item.as_map().is_some()).then(|| items.to_vec())
}

/// Adds what is included: to every run of whose own values it changes none, else as a run of its own.
fn include(runs: &mut Vec<Vec<Entry>>, names: &[Arc<str>], included: &[Node]) {
    let made = runs.len();
    for more in included {
        let entries = more.entries();
        let fits = |run: &Vec<Entry>| {
            let own = entries.iter().filter(|entry| names.contains(&entry.key.name));
            own.into_iter().all(|entry| value_of(run, &entry.key.name).is_some_and(|own| same(own, &entry.value)))
        };
        let mut used = false;
        for run in runs.iter_mut().take(made).filter(|run| fits(run)) {
            used = true;
            for entry in entries {
                run.retain(|own| own.key.name != entry.key.name || names.contains(&own.key.name));
                if !names.contains(&entry.key.name) {
                    run.push(entry.clone());
                }
            }
        }
        if !used && runs.len() <= MOST {
            runs.push(entries.to_vec());
        }
    }
}

/// Whether a value is written out, down to its last part.
pub(super) fn is_literal(node: &Node) -> bool {
    match &node.value {
        Value::Str(text) => find(text.as_str()).is_empty(),
        Value::List(items) => items.iter().all(is_literal),
        Value::Map(map) => map.rest.is_none() && map.entries.iter().all(|entry| is_literal(&entry.value)),
        Value::Unresolved(_) => false,
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => true,
    }
}

/// Whether two values are the same as they are written.
fn same(left: &Node, right: &Node) -> bool {
    said(left) == said(right)
}

/// A run as a reader knows it: `os: linux, node: 20`.
fn shown(run: &[Entry]) -> String {
    run.iter().map(|entry| format!("{}: {}", entry.key.name, said(&entry.value))).collect::<Vec<_>>().join(", ")
}

/// As deep as trees are.
fn said(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Str(text) => text.as_str().to_owned(),
        Value::List(items) => format!("[{}]", items.iter().map(said).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => format!("{{{}}}", shown(&map.entries)),
        Value::Unresolved(open) => open.expression.to_string(),
    }
}
