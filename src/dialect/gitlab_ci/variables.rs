//! The variables of a job: those of the pipeline and its own, and what of a text they leave open.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::configuration::Configuration;
use super::inherit::is_inherited;
use super::runs::{Runs, lets_run};
use crate::document::{Entry, Guard, Node, Unresolved, Value};
use crate::kernel::budget::Budget;
use crate::syntax::variables::{Known, Rules, Scope, expand, reference};

/// Variables lead to variables to this depth.
const MAX_DEPTH: usize = 16;

/// Most characters and variables that an outline is made of.
const MAX_OUTLINE: usize = 1024;

/// What is known of the variables of one job.
pub(super) struct Variables<'c> {
    set: BTreeMap<Arc<str>, Entry>,
    /// Names that have one value or another.
    varying: BTreeMap<Arc<str>, Varying>,
    /// Values that were looked up; none while one is.
    values: RefCell<BTreeMap<Arc<str>, Option<Node>>>,
    /// Runs in which they differ, where all of those are known.
    runs: Option<Runs>,
    /// The run that is looked at, while one is.
    run: Cell<Option<usize>>,
    /// Whether a variable was asked for that differs between runs.
    varied: Cell<bool>,
    /// Shared by all jobs of the pipeline.
    budget: &'c Budget,
}

/// A variable that has one value or another.
struct Varying {
    /// What decides.
    because: &'static str,
    /// What stands for it in an outline.
    piece: char,
}

/// Stands in an outline for a part of which nothing is known.
pub(super) const ANYTHING: char = '\u{0}';

/// Stands in an outline for a part that is a plain piece of a name or tag: not empty, and no tag that moves.
pub(super) const SPECIFIC: char = '\u{1}';

/// Stands in an outline for the name of a machine for macOS at GitLab, which is named like an image and is none.
pub(super) const MACHINE: char = '\u{2}';

/// How variables begin that GitLab sets, and that are plain pieces of names.
const PIECES: &[&str] = &[
    "CI_REGISTRY",
    "CI_COMMIT_",
    "CI_PIPELINE_I",
    "CI_PROJECT_",
    "CI_SERVER_",
    "CI_DEPENDENCY_PROXY_",
    "CI_MERGE_REQUEST_",
    "CI_ENVIRONMENT_",
    "CI_DEFAULT_BRANCH",
    "CI_JOB_ID",
];

impl<'c> Variables<'c> {
    pub(super) fn of_job(job: &Node, pipeline: &'c Configuration) -> Variables<'c> {
        let inherit = job.at(&["inherit", "variables"]);
        let global = pipeline.get("variables").map_or(&[][..], Node::entries);
        let global = global.iter().filter(|entry| is_inherited(inherit, &entry.key.name));
        let own = job.get("variables").map_or(&[][..], Node::entries);
        let set = global.chain(own).map(|entry| (Arc::clone(&entry.key.name), plain(entry))).collect();
        let mut varying = BTreeMap::new();
        let rules = [job.get("rules"), pipeline.get("workflow").and_then(|workflow| workflow.get("rules"))];
        for rule in rules.into_iter().flatten().flat_map(Node::items).filter(|rule| lets_run(rule)) {
            for entry in rule.get("variables").map_or(&[][..], Node::entries) {
                let varying = varying.entry(Arc::clone(&entry.key.name));
                let varying = varying.or_insert(Varying { because: "a rule sets it", piece: ANYTHING });
                varying.piece = ANYTHING;
            }
        }
        for entry in job.at(&["parallel", "matrix"]).map_or(&[][..], Node::items).iter().flat_map(Node::entries) {
            let values = std::iter::once(&entry.value).chain(entry.value.items());
            let values = values.filter(|value| !matches!(value.value, Value::List(_)));
            let piece = values.map(piece).reduce(common).unwrap_or(ANYTHING);
            let because = "the matrix of the job sets it";
            let varying = varying.entry(Arc::clone(&entry.key.name)).or_insert(Varying { because, piece });
            varying.piece = common(varying.piece, piece);
        }
        let runs = Runs::of_job(job, pipeline.get("workflow"));
        let budget = &pipeline.budget;
        Variables {
            set,
            varying,
            values: RefCell::default(),
            runs,
            run: Cell::default(),
            varied: Cell::default(),
            budget,
        }
    }

    /// All of them, with the ones that they are made of filled in.
    pub(super) fn all(&self) -> Vec<Entry> {
        let value = |entry: &Entry| Entry { value: self.expanded(&entry.value, 0), ..entry.clone() };
        self.set.values().map(value).collect()
    }

    /// A string with its variables filled in; any other value as it is. What differs between runs is one of several values.
    pub(super) fn expand(&self, node: &Node) -> Node {
        self.varied.set(false);
        let expanded = self.expanded(node, 0);
        let (Some(runs), true, Value::Unresolved(open)) = (&self.runs, self.varied.get(), &expanded.value) else {
            return expanded;
        };
        let (mut alternatives, mut guards): (Vec<Node>, Vec<Guard>) = (Vec::new(), Vec::new());
        for (number, guard) in runs.guards().enumerate() {
            self.run.set(Some(number));
            self.values.borrow_mut().clear();
            let own = self.expanded(node, 0);
            let same = alternatives.iter().position(|known| known.as_str().is_some() && known.as_str() == own.as_str());
            let joined = same.and_then(|at| {
                let known = guards.get_mut(at)?;
                *known = Guard::any([known.clone(), guard.clone()])?;
                Some(())
            });
            if joined.is_none() {
                alternatives.push(own);
                guards.push(guard);
            }
        }
        self.run.set(None);
        self.values.borrow_mut().clear();
        let open = Unresolved { alternatives, guards, ..Unresolved::clone(open) };
        Node { value: Value::Unresolved(Arc::new(open)), ..expanded }
    }

    fn expanded(&self, node: &Node, depth: usize) -> Node {
        let Value::Str(text) = &node.value else { return node.clone() };
        // Two dollar signs stand for one, which is no variable.
        if !text.as_str().contains('$') || text.as_str().contains("$$") {
            return node.clone();
        }
        let rules = Rules { quotes: false, escape: None, control: false };
        let lookup = |name: &str| self.known(name, depth);
        let scope = Scope { lookup: &lookup, spend: &|bytes| self.budget.keep(bytes) };
        let expanded = expand(text, 0..text.as_str().len(), node.span, rules, &scope);
        let mut steps = expanded.steps().to_vec();
        steps.extend(node.steps().iter().cloned());
        Node { span: node.span, trail: (!steps.is_empty()).then(|| Arc::new(steps)), ..expanded }
    }

    /// A text with its variables filled in, and with [`ANYTHING`] or [`SPECIFIC`] for those that are not known.
    pub(super) fn outline(&self, text: &str) -> String {
        let (mut out, mut left) = (String::new(), MAX_OUTLINE);
        self.sketch(text, 0, &mut out, &mut left);
        out
    }

    fn sketch(&self, text: &str, depth: usize, out: &mut String, left: &mut usize) {
        let mut at = 0;
        while let Some(next) = text.get(at..).and_then(|rest| rest.chars().next()) {
            // What is longer, or made of more variables, than any name of an image is not followed.
            if *left == 0 {
                out.push(ANYTHING);
                return;
            }
            *left -= 1;
            let Some(reference) = (next == '$').then(|| reference(text, at, text.len())).flatten() else {
                out.push(next);
                at += next.len_utf8();
                continue;
            };
            at = reference.range.end;
            match (self.varying.get(reference.name), self.set.get(reference.name)) {
                (Some(varying), _) => out.push(varying.piece),
                (None, Some(entry)) => match entry.value.as_str() {
                    Some(value) if depth < MAX_DEPTH => self.sketch(value, depth + 1, out, left),
                    _ => out.push(ANYTHING),
                },
                (None, None) => {
                    let piece = PIECES.iter().any(|start| reference.name.starts_with(start));
                    out.push(if piece { SPECIFIC } else { ANYTHING });
                }
            }
        }
    }

    fn known(&self, name: &str, depth: usize) -> Known {
        let of_run = self.run.get().and_then(|number| self.runs.as_ref()?.set(number, name));
        let is_open = |_: &&Varying| self.run.get().is_none();
        if let Some(varying) = self.varying.get(name).filter(is_open) {
            self.varied.set(true);
            return Known::Elsewhere(format!("what `{name}` is depends on the run: {}", varying.because));
        }
        let Some(entry) = of_run.or_else(|| self.set.get(name)) else {
            let by_gitlab = PIECES.iter().any(|start| name.starts_with(start));
            let by = if by_gitlab { "by GitLab" } else { "outside of the files of this pipeline, if at all" };
            return Known::Elsewhere(format!("variable `{name}` is set {by}"));
        };
        let what: Arc<str> = format!("variable `{name}`").into();
        let known = self.values.borrow().get(name).cloned();
        match known {
            Some(Some(value)) => return Known::Value(value, what),
            None if depth < MAX_DEPTH => {}
            _ => return Known::Elsewhere(format!("variable `{name}` is made of itself")),
        }
        self.values.borrow_mut().insert(Arc::clone(&entry.key.name), None);
        let value = self.expanded(&entry.value, depth + 1);
        self.values.borrow_mut().insert(Arc::clone(&entry.key.name), Some(value.clone()));
        Known::Value(value, what)
    }
}

/// What stands for a value in an outline.
fn piece(value: &Node) -> char {
    match &value.value {
        Value::Int(_) | Value::Float(_) => SPECIFIC,
        Value::Str(text) => match text.as_str() {
            "" | "latest" => ANYTHING,
            text if text.contains([':', '@', '/', '$']) => ANYTHING,
            text if is_machine(text) => MACHINE,
            _ => SPECIFIC,
        },
        _ => ANYTHING,
    }
}

/// What stands for either of two values.
fn common(one: char, other: char) -> char {
    if one == other { one } else { ANYTHING }
}

/// Whether a name is that of a machine for macOS at GitLab.
pub(super) fn is_machine(name: &str) -> bool {
    name.starts_with("macos-") && !name.contains([':', '/'])
}

/// A variable with its plain value: the long form says more about it.
pub(super) fn plain(entry: &Entry) -> Entry {
    let value = entry.value.get("value").unwrap_or(&entry.value);
    let text = match value.value {
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    };
    let text = text.map(|text| Node { trail: value.trail.clone(), ..Node::text(text, value.span) });
    Entry { value: text.unwrap_or_else(|| value.clone()), ..entry.clone() }
}
