//! Who calls a workflow or an action of the repository, and what starts it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::scope::{File, Scope};
use super::{Follower, MAX_DEPTH, contexts, refs};
use crate::dialect::github_actions::{DIALECT, FOLDERS, is_action, triggers};
use crate::dialect::own::Own;
use crate::dialect::{file_name, join};
use crate::document::{Document, Entry, Node, Value};

/// A call of a workflow or an action.
#[derive(Clone, Copy)]
pub(super) struct Call<'c> {
    /// Where it is.
    pub scope: Scope<'c>,
    /// What is handed in.
    pub with: Option<&'c Node>,
}

/// The path of the workflow, or the folder of the action, that `uses` names in the repository of a file.
pub(in super::super) fn called(from: &str, uses: &str) -> Option<String> {
    // The repository may lie in a folder of what is looked at.
    let root = FOLDERS.iter().find_map(|folder| from.find(folder)).and_then(|at| from.get(..at)).unwrap_or("");
    let relative = uses.trim();
    (relative.starts_with("./") || relative == ".").then(|| join(root.trim_end_matches('/'), relative))?
}

/// The same where `uses` may give the repository its full name. What is called at another revision is taken to be as it is here.
fn of_own(from: &str, uses: &str, own: &Own) -> Option<String> {
    called(from, uses).or_else(|| called(from, &format!("./{}", own.path(uses)?)))
}

/// The workflows and actions of the run by how they are named where they are called, and who calls each. Gathered once: to
/// look for the callers of each file anew takes the square of their number.
pub(super) struct Index<'c> {
    files: BTreeMap<String, File<'c>>,
    calls: BTreeMap<String, Rc<[Call<'c>]>>,
}

impl<'c> Index<'c> {
    fn of(files: impl Iterator<Item = File<'c>>, own: &Own) -> Index<'c> {
        let mut by_target = BTreeMap::new();
        let mut calls: BTreeMap<String, Vec<Call<'c>>> = BTreeMap::new();
        for file in files {
            by_target.entry(target(file)).or_insert(file);
            let mut add = |node: &'c Node, scope: Scope<'c>| {
                let uses = node.get("uses").and_then(Node::as_str);
                if let Some(path) = uses.and_then(|uses| of_own(file.path, uses, own)) {
                    calls.entry(path).or_default().push(Call { scope, with: node.get("with") });
                }
            };
            let jobs = file.root.get("jobs").map_or(&[][..], Node::entries);
            let scopes: Vec<(Option<&'c Node>, Scope<'c>)> = if file.is_action() {
                vec![(None, file.scope())]
            } else {
                jobs.iter().map(|job| (Some(&job.value), file.job(job))).collect()
            };
            for (job, scope) in scopes {
                if let Some(job) = job {
                    add(job, scope);
                }
                scope.steps.iter().enumerate().for_each(|(at, step)| add(step, scope.step(at)));
            }
        }
        let calls = calls.into_iter().map(|(path, calls)| (path, calls.into()));
        Index { files: by_target, calls: calls.collect() }
    }
}

impl<'c> Follower<'c> {
    /// The workflows and actions of the run.
    fn files(&self) -> impl Iterator<Item = File<'c>> {
        let documents = self.corpus.documents.get(DIALECT).map_or(&[][..], Vec::as_slice);
        documents.iter().filter_map(|document| file(document))
    }

    /// The file that `uses` names in the same repository, where it is there.
    pub(super) fn local(&self, from: File<'c>, uses: &str) -> Option<File<'c>> {
        self.index().files.get(&of_own(from.path, uses, self.own())?).copied()
    }

    /// The calls of a workflow or action in the repository.
    pub(super) fn callers(&self, of: File<'c>) -> Rc<[Call<'c>]> {
        self.index().calls.get(&target(of)).cloned().unwrap_or_default()
    }

    /// What each caller in the repository hands to a workflow that nothing but calls starts, by the name of the caller; what it leaves
    /// out is as the workflow has it.
    pub fn handed_in(&self, file: File<'c>) -> Vec<(String, Vec<Entry>)> {
        let inputs = file.call().and_then(|call| call.get("inputs")).filter(|_| Self::is_called_alone(file));
        let Some(inputs) = inputs.map(Node::entries) else { return Vec::new() };
        let of_call = |call: &Call<'c>| {
            let given = call.with.map_or(&[][..], Node::entries);
            let value = |input: &Entry| {
                let own = given.iter().find(|entry| entry.key.name.eq_ignore_ascii_case(&input.key.name));
                let value = own.map_or_else(|| left_out(&input.value), |own| Some(own.value.clone()))?;
                Some(Entry { value, ..input.clone() })
            };
            let job = call.scope.job.map_or("", |job| &*job.key.name);
            (format!("{job} of {}", call.scope.file.path), inputs.iter().filter_map(value).collect())
        };
        self.callers(file).iter().map(of_call).collect()
    }

    /// Whether nothing but calls starts it.
    pub(super) fn is_called_alone(file: File<'c>) -> bool {
        let events = triggers(file.root);
        file.is_action()
            || events.is_some_and(|events| matches!(events.entries(), [only] if &*only.key.name == "workflow_call"))
    }

    fn index(&self) -> &Index<'c> {
        self.index.get_or_init(|| Index::of(self.files(), self.own()))
    }

    /// What starts a workflow or an action, as a map from event to settings: its own triggers, and those of what calls it in
    /// this repository.
    pub fn started_by(&self, file: File<'c>) -> Node {
        self.started(file, 0).events
    }

    fn started(&self, file: File<'c>, depth: usize) -> Started {
        if let Some(known) = self.triggers.borrow().get(file.path) {
            return known.clone();
        }
        let own = triggers(file.root);
        let span = own.as_ref().map_or(file.root.span, |own| own.span);
        let mut entries: Vec<Entry> = own.as_ref().map_or(&[][..], Node::entries).to_vec();
        entries.retain(|event| &*event.key.name != "workflow_call");
        let is_called = file.is_action() || file.call().is_some() || own.is_none();
        let mut is_all = true;
        // What calls itself is started by the others.
        let begun = Started { events: Node::map(entries.clone(), span), is_all: !is_called };
        self.triggers.borrow_mut().insert(file.path, begun.clone());
        if !is_called || depth >= MAX_DEPTH {
            return begun;
        }
        let calls = self.callers(file);
        is_all &= !calls.is_empty();
        for call in calls.iter() {
            let started = self.started(call.scope.file, depth + 1);
            is_all &= started.is_all;
            for event in started.events.entries() {
                if !entries.iter().any(|entry| entry.key.name == event.key.name) {
                    entries.push(event.clone());
                }
            }
        }
        let started = Started { events: Node::map(entries, span), is_all };
        self.triggers.borrow_mut().insert(file.path, started.clone());
        started
    }

    /// Whether a path of a context, or a variable of the runner, is a branch or tag that nobody words, whatever starts the file.
    pub(super) fn is_fixed_ref(&self, path: &[&str], file: File<'c>) -> bool {
        let Some(name) = refs::named(path) else { return false };
        let Started { events, is_all } = self.started(file, 0);
        let mut each = events.entries().iter();
        is_all && !events.entries().is_empty() && each.all(|event| refs::is_fixed(name, &event.key.name, &event.value))
    }

    /// Whether only those who may write start it.
    pub(super) fn is_started_by_writers(&self, file: File<'c>) -> bool {
        let Started { events, is_all } = self.started(file, 0);
        is_all
            && !events.entries().is_empty()
            && events.entries().iter().all(|event| contexts::is_by_writers(&event.key.name))
    }
}

/// What an input is that a caller leaves out: its default, or that of its type; nothing where a caller has to say it.
fn left_out(input: &Node) -> Option<Node> {
    if let Some(default) = input.get("default") {
        return Some(default.clone());
    }
    if input.get("required").is_some_and(|required| required.as_bool() != Some(false)) {
        return None;
    }
    let value = match input.get("type")?.as_str()? {
        "boolean" => Value::Bool(false),
        "number" => Value::Int(0),
        "string" => return Some(Node::text("", input.span)),
        _ => return None,
    };
    Some(Node::new(value, input.span))
}

/// What starts a workflow or an action.
#[derive(Clone)]
pub(super) struct Started {
    events: Node,
    /// Whether nothing else starts it, as what calls an action that others use may.
    is_all: bool,
}

/// A document as a workflow or action.
pub(in super::super) fn file(document: &Document) -> Option<File<'_>> {
    Some(File { path: &document.path, root: document.roots.first()? })
}

/// How it is named where it is called.
fn target(file: File<'_>) -> String {
    if is_action(file.path) {
        let folder = file.path.strip_suffix(file_name(file.path)).unwrap_or("");
        folder.trim_end_matches('/').to_owned()
    } else {
        file.path.to_owned()
    }
}
