//! How the jobs of a workflow hang together, and by which names their results are known.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::expression::{Matrix, find};
use super::taint::called;
use super::{DIALECT, is_workflow};
use crate::dialect::Corpus;
use crate::dialect::waits::Waits;
use crate::document::{Document, Entry, Node, PartialText, TextPart, Value};

/// Most names that are told of one job.
const MOST: usize = 256;

/// Most names that are told of the checks of one workflow; then it may have any other too.
const MOST_OF_WORKFLOW: usize = 4_096;

/// How deep workflows call each other, as GitHub allows it.
const DEPTH: usize = 10;

/// A name that a check may have: known, or known in part.
#[derive(Clone, Debug)]
pub(in crate::dialect) enum CheckName {
    /// This one.
    Known(String),
    /// One with these pieces.
    Partly(PartialText),
}

impl CheckName {
    fn joined(parts: &[TextPart<'_>]) -> CheckName {
        match PartialText::joined(parts.iter().cloned()) {
            Some(partial) => CheckName::Partly(partial),
            None => CheckName::Known(
                parts.iter().map(|part| if let TextPart::Known(text) = part { text } else { "" }).collect(),
            ),
        }
    }

    fn part(&self) -> TextPart<'_> {
        match self {
            CheckName::Known(text) => TextPart::Known(Cow::Borrowed(text)),
            CheckName::Partly(partial) => TextPart::Partly(partial),
        }
    }
}

/// The names of all checks that the workflows of the repository make.
pub(in crate::dialect) fn check_names(corpus: &Corpus<'_>) -> Vec<CheckName> {
    let documents = corpus.documents.get(DIALECT).map_or(&[][..], Vec::as_slice);
    let workflows: BTreeMap<&str, &Document> = documents
        .iter()
        .filter(|document| is_workflow(&document.path))
        .map(|document| (&*document.path, *document))
        .collect();
    let mut checks = Checks { workflows: &workflows, known: BTreeMap::new() };
    let started = workflows.values().filter(|workflow| starts_by_itself(workflow));
    let made: Vec<Arc<[CheckName]>> = started.map(|workflow| checks.of_workflow(workflow, 0)).collect();
    made.iter().flat_map(|names| names.iter().cloned()).collect()
}

/// The checks of workflows, worked out once for each.
struct Checks<'c> {
    workflows: &'c BTreeMap<&'c str, &'c Document>,
    known: BTreeMap<&'c str, Arc<[CheckName]>>,
}

/// Whether commits start a workflow: what only others call, or the clock starts, makes no check of a change.
fn starts_by_itself(workflow: &Document) -> bool {
    let triggers = workflow.roots.first().and_then(super::triggers);
    triggers.is_none_or(|triggers| {
        triggers.entries().iter().any(|event| !matches!(&*event.key.name, "workflow_call" | "schedule"))
    })
}

impl<'c> Checks<'c> {
    fn of_workflow(&mut self, workflow: &'c Document, depth: usize) -> Arc<[CheckName]> {
        if let Some(known) = self.known.get(&*workflow.path) {
            return Arc::clone(known);
        }
        let jobs = workflow.roots.first().and_then(|root| root.get("jobs"));
        let mut names = Vec::new();
        for job in jobs.map_or(&[][..], Node::entries) {
            self.add_job(workflow, job, depth, &mut names);
            if names.len() > MOST_OF_WORKFLOW {
                names.truncate(MOST_OF_WORKFLOW);
                names.push(any());
                break;
            }
        }
        let names: Arc<[CheckName]> = names.into();
        self.known.insert(&workflow.path, Arc::clone(&names));
        names
    }

    fn add_job(&mut self, workflow: &Document, job: &Entry, depth: usize, names: &mut Vec<CheckName>) {
        let own = own_names(job);
        let Some(uses) = job.value.get("uses").and_then(Node::as_str) else {
            names.extend(own);
            return;
        };
        // What is called makes the checks, under the name of the call.
        let callee = called(&workflow.path, uses).and_then(|path| self.workflows.get(path.as_str()).copied());
        let inner = match callee {
            Some(callee) if depth < DEPTH => self.of_workflow(callee, depth + 1),
            _ => [any()].into(),
        };
        for outer in &own {
            let both =
                inner.iter().map(|inner| CheckName::joined(&[outer.part(), TextPart::known(" / "), inner.part()]));
            names.extend(both.take(MOST_OF_WORKFLOW + 1));
        }
    }
}

/// A name of which nothing is known.
fn any() -> CheckName {
    CheckName::Partly(PartialText::default())
}

/// The names of a job: one for each run of its matrix.
fn own_names(job: &Entry) -> Vec<CheckName> {
    let id = Node::text(&*job.key.name, job.key.span);
    let name = job.value.get("name").unwrap_or(&id);
    let Value::Str(text) = &name.value else { return vec![any()] };
    let text = text.as_str();
    let Some(written) = job.value.at(&["strategy", "matrix"]) else { return vec![filled(text, &[])] };
    let Some(matrix) = Matrix::read(&job.key.name, written) else {
        let after = if find(text).is_empty() { " (" } else { "" };
        return vec![CheckName::joined(&[filled(text, &[]).part(), TextPart::known(after), TextPart::Hole])];
    };
    let has_expression = !find(text).is_empty();
    let runs = matrix.runs().take(MOST);
    runs.map(|(run, _)| if has_expression { filled(text, run) } else { with_run(text, run) }).collect()
}

/// A name with the values of a run put in for what it asks of the matrix.
fn filled(text: &str, run: &[Entry]) -> CheckName {
    let mut parts = Vec::new();
    let mut at = 0;
    for range in find(text) {
        let open = text.get(..range.start).and_then(|before| before.rfind("${{")).unwrap_or(range.start);
        let expression = text.get(range.clone()).unwrap_or("");
        parts.push(TextPart::known(text.get(at..open).unwrap_or("")));
        let value = expression
            .strip_prefix("matrix.")
            .and_then(|key| run.iter().rev().find(|entry| entry.key.name.eq_ignore_ascii_case(key)));
        parts.push(
            value.and_then(|entry| scalar(&entry.value)).map_or(TextPart::Hole, |value| TextPart::Known(value.into())),
        );
        at = text.get(range.end..).and_then(|rest| rest.find("}}")).map_or(text.len(), |end| range.end + end + 2);
    }
    parts.push(TextPart::known(text.get(at..).unwrap_or("")));
    CheckName::joined(&parts)
}

/// A name without expressions: the values of the run stand behind it.
fn with_run(text: &str, run: &[Entry]) -> CheckName {
    let values: Option<Vec<String>> = run.iter().map(|entry| scalar(&entry.value)).collect();
    match values {
        Some(values) => CheckName::Known(format!("{text} ({})", values.join(", "))),
        None => CheckName::Partly(PartialText::around(format!("{text} ("), ")")),
    }
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Str(text) => Some(text.as_str().to_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// What each job names as that which it waits for.
pub(super) fn waits(jobs: &[Entry]) -> Waits {
    Waits::of(jobs.iter().map(|job| (Arc::clone(&job.key.name), needs(&job.value))))
}

/// What a job names as that which it waits for.
pub(super) fn needs(job: &Node) -> Vec<Arc<str>> {
    let Some(needs) = job.get("needs") else { return Vec::new() };
    let listed = if needs.as_str().is_some() { std::slice::from_ref(needs) } else { needs.items() };
    listed.iter().filter_map(|node| node.as_str().map(Arc::from)).collect()
}
