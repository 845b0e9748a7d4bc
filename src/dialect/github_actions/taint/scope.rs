//! Where an expression stands: what its variables, its matrix and its inputs are there.

use super::calls::Call;
use super::{By, Follower, Taint, contexts};
use crate::dialect::github_actions::expression::Step;
use crate::document::{Entry, Node, Value};

/// A workflow or an action.
#[derive(Clone, Copy)]
pub(in super::super) struct File<'c> {
    pub path: &'c str,
    pub root: &'c Node,
}

/// The place of an expression.
#[derive(Clone, Copy)]
pub(in super::super) struct Scope<'c> {
    pub file: File<'c>,
    /// The job, in a workflow.
    pub job: Option<&'c Entry>,
    /// The steps of the job or of the action.
    pub steps: &'c [Node],
    /// Which of them it is in; as many as there are for what comes after all of them.
    pub at: usize,
    /// From where on variables are looked for: what a variable is made of are those further out.
    pub level: Level,
}

/// Who sets variables, from the inside out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Level {
    Step,
    Job,
    Workflow,
    Outside,
}

impl<'c> File<'c> {
    pub fn is_action(self) -> bool {
        self.root.get("runs").is_some()
    }

    /// What starts a call of it: its settings in `on`.
    pub fn call(self) -> Option<&'c Node> {
        self.root.at(&["on", "workflow_call"])
    }

    /// The steps of an action.
    pub fn scope(self) -> Scope<'c> {
        let steps = self.root.at(&["runs", "steps"]).map_or(&[][..], Node::items);
        Scope { file: self, job: None, steps, at: steps.len(), level: Level::Step }
    }

    /// What comes after the steps of a job.
    pub fn job(self, job: &'c Entry) -> Scope<'c> {
        let steps = job.value.get("steps").map_or(&[][..], Node::items);
        Scope { file: self, job: Some(job), steps, at: steps.len(), level: Level::Step }
    }
}

impl<'c> Scope<'c> {
    /// The place of one of the steps.
    #[must_use]
    pub fn step(self, at: usize) -> Scope<'c> {
        Scope { at, level: Level::Step, ..self }
    }

    /// What runs the script of a step, where it is named.
    pub(super) fn shell(self, step: &'c Node) -> Option<&'c str> {
        let default = |node: &'c Node| node.at(&["defaults", "run", "shell"]);
        let of_job = self.job.and_then(|job| default(&job.value));
        step.get("shell").or(of_job).or_else(|| default(self.file.root)).and_then(Node::as_str)
    }

    fn out(self, level: Level) -> Scope<'c> {
        Scope { level, ..self }
    }
}

/// The entry of a name in any case.
pub(super) fn entry<'n>(node: &'n Node, name: &str) -> Option<&'n Entry> {
    let mut written = node.as_map()?.written();
    written.find(|entry| entry.key.name.eq_ignore_ascii_case(name))
}

impl<'c> Follower<'c> {
    /// What a variable is made of, as `env` holds it.
    pub(super) fn in_environment(&self, name: Option<&str>, steps: &[Step], scope: Scope<'c>, depth: usize) -> Taint {
        let written = match steps.first() {
            Some(Step::Key(key)) => key.as_str(),
            _ => name.unwrap_or("*"),
        };
        if written == "*" {
            return self.all_variables(scope, depth);
        }
        self.variable(written, scope, depth).unwrap_or_default()
    }

    fn all_variables(&self, scope: Scope<'c>, depth: usize) -> Taint {
        let places = [
            (scope.steps.get(scope.at).and_then(|step| step.get("env")), Level::Job),
            (scope.job.and_then(|job| job.value.get("env")), Level::Workflow),
            (scope.file.root.get("env"), Level::Outside),
        ];
        let each = places.into_iter().filter_map(|(place, level)| {
            Some(self.deep(place?, scope.out(level), Some("a variable is set here"), depth + 1))
        });
        each.fold(Taint::default(), Taint::or)
    }

    /// What a variable of the environment is made of; none where nothing here sets it.
    pub(super) fn variable(&self, name: &str, scope: Scope<'c>, depth: usize) -> Option<Taint> {
        let own = scope.steps.get(scope.at).and_then(|step| step.get("env"));
        let set = |place: Option<&Node>, whose: &str, level| {
            let entry = entry(place?, name)?;
            let what = format!("variable `{}` of the {whose} is set here", entry.key.name);
            Some(self.deep(&entry.value, scope.out(level), Some(&what), depth + 1))
        };
        let of = |level: Level| match level {
            Level::Step => set(own, "step", Level::Job).or_else(|| self.exported(name, scope, depth)),
            Level::Job => set(scope.job.and_then(|job| job.value.get("env")), "job", Level::Workflow),
            Level::Workflow => set(scope.file.root.get("env"), "workflow", Level::Outside),
            Level::Outside => self.inherited(name, scope, depth),
        };
        let levels = [Level::Step, Level::Job, Level::Workflow, Level::Outside];
        let found = levels.into_iter().filter(|level| *level >= scope.level).find_map(of);
        found.or_else(|| {
            let by = contexts::of_runner(name)?;
            let is_nobodys = by == By::Constant || self.is_fixed_ref(&[name], scope.file);
            Some(if is_nobodys { Taint::default() } else { Taint::of(by, name) })
        })
    }

    /// What a step before wrote into the environment of those after it.
    fn exported(&self, name: &str, scope: Scope<'c>, depth: usize) -> Option<Taint> {
        let before = scope.steps.get(..scope.at).unwrap_or(scope.steps);
        before
            .iter()
            .enumerate()
            .rev()
            .find_map(|(at, step)| self.written_by(step, "GITHUB_ENV", name, scope.step(at), depth))
    }

    /// What a variable is for the steps of an action: the callers set it.
    fn inherited(&self, name: &str, scope: Scope<'c>, depth: usize) -> Option<Taint> {
        if !scope.file.is_action() || !self.spend(depth) {
            return None;
        }
        let calls = self.callers(scope.file);
        let each: Vec<Taint> = calls.iter().filter_map(|call| self.variable(name, call.scope, depth + 1)).collect();
        (!each.is_empty()).then(|| each.into_iter().fold(Taint::default(), Taint::or))
    }

    /// What a value of the matrix is made of.
    pub(super) fn in_matrix(&self, name: Option<&str>, scope: Scope<'c>, depth: usize) -> Taint {
        let Some(matrix) = scope.job.and_then(|job| job.value.at(&["strategy", "matrix"])) else {
            return Taint::default();
        };
        let what = Some("the matrix is made here");
        let deep = |node: &Node| self.deep(node, scope, what, depth + 1);
        let name = match (name, &matrix.value) {
            (Some(name), Value::Map(_)) if name != "*" => name,
            _ => return deep(matrix),
        };
        let included = matrix.get("include");
        let items = included.map_or(&[][..], Node::items);
        let computed = included.filter(|included| included.items().is_empty());
        let own = entry(matrix, name).map(|entry| &entry.value);
        let more = items.iter().filter_map(|item| match &item.value {
            Value::Map(_) => Some(&entry(item, name)?.value),
            _ => Some(item),
        });
        own.into_iter().chain(computed).chain(more).map(deep).fold(Taint::default(), Taint::or)
    }

    /// What an input of a workflow or action is made of.
    pub(super) fn of_input(&self, name: Option<&str>, shown: &str, scope: Scope<'c>, depth: usize) -> Taint {
        if !self.spend(depth) {
            return Taint::too_far();
        }
        let file = scope.file;
        let (Some(name), false) = (name, name == Some("*")) else {
            // All of them at once.
            let by = if file.is_action() || file.call().is_some() { By::Caller } else { By::Writer };
            return Taint::of(by, shown);
        };
        let mut taint = Taint::default();
        if let Some(input) = file.root.at(&["on", "workflow_dispatch", "inputs"]).and_then(|inputs| entry(inputs, name))
            && is_free(&input.value)
        {
            taint = taint.or(Taint::of(By::Writer, shown));
        }
        let declared = if file.is_action() { Some(file.root) } else { file.call() };
        let Some(declared) = declared else { return taint };
        let input = declared.get("inputs").and_then(|inputs| entry(inputs, name)).map(|entry| &entry.value);
        // A workflow is called with the inputs that it declares, and no others.
        let is_declared = input.is_some() || file.is_action();
        if !is_declared || input.is_some_and(|input| !is_free(input)) {
            return taint;
        }
        let calls = self.callers(file);
        if calls.is_empty() {
            taint = taint.or(Taint::of(By::Caller, shown));
        }
        let default = input.and_then(|input| input.get("default"));
        let handed: Vec<Option<&Entry>> = calls.iter().map(|call| entry(call.with?, name)).collect();
        if let Some(default) = default.filter(|_| calls.is_empty() || handed.iter().any(Option::is_none)) {
            taint = taint.or(self.deep(default, scope, Some("this is its default"), depth + 1));
        }
        for (call, handed) in calls.iter().zip(handed) {
            if let Some(handed) = handed {
                taint = taint.or(self.handed(handed, call, depth));
            }
        }
        taint
    }

    fn handed(&self, input: &Entry, call: &Call<'c>, depth: usize) -> Taint {
        let what = format!("input `{}` is handed in here", input.key.name);
        self.deep(&input.value, call.scope, Some(&what), depth + 1)
    }
}

/// Whether an input takes any text: it does unless its type says otherwise.
fn is_free(input: &Node) -> bool {
    let kind = input.get("type").and_then(Node::as_str).unwrap_or("string");
    !["boolean", "number", "choice", "environment"].contains(&kind)
}
