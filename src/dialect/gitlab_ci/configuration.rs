//! All files of a pipeline as one configuration: merged, and with `!reference` replaced.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{File, Files};
use super::{CODE, GLOBAL, inherit, leave_open, with_entries};
use crate::document::{Entry, Map, Node, Problem, Unresolved, Value};
use crate::kernel::budget::{Budget, Share};
use crate::source::{Span, Workspace};

/// References lead to references to this depth, as in GitLab.
const MAX_REFERENCES: usize = 10;

/// Something wrong with a job: where, and what.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault {
    pub at: Span,
    pub message: String,
    pub help: &'static str,
    /// Whether something could not be judged.
    pub error: bool,
}

/// What an entry counts for, in bytes.
const ENTRY: usize = 64;

/// A pipeline.
pub(super) struct Configuration {
    /// The path of the file that GitLab starts with.
    pub name: String,
    pub files: Vec<File>,
    /// Everything together, before `extends`.
    pub merged: Node,
    /// Where each name of the top level is among the entries: a pipeline may have many jobs, of which each asks for others.
    names: FxHashMap<Arc<str>, usize>,
    /// Whether there may be jobs, defaults and rules that are not in this repository.
    pub foreign: bool,
    /// Jobs after `extends`; none while that is being found out.
    pub(super) extended: RefCell<BTreeMap<Arc<str>, Option<Node>>>,
    /// What references, jobs and variables may still be made into: what jobs inherit counts for each, since a thousand jobs may
    /// inherit a thousand lines.
    pub(super) budget: Budget,
    /// Whether it was told that there is no room for more.
    is_full: Cell<bool>,
    /// What is wrong with jobs.
    pub(super) faults: RefCell<Vec<Fault>>,
}

impl Configuration {
    /// Puts the files together; `whole` unless it is a part that other files include.
    pub(super) fn new(files: Files, whole: bool, left: Share) -> Configuration {
        let Files { list, foreign } = files;
        let written = list.iter().map(|file| file.root.span.len()).sum();
        let budget = Budget::of(Share::next(left, Share::SCOPE).for_input(written));
        let merged = list.iter().map(|file| file.root.clone()).reduce(|base, over| lay(&base, &over));
        let merged = merged.unwrap_or_else(|| Node::map(Vec::new(), Span::new(crate::source::NO_FILE, 0, 0)));
        let references = References { root: &merged, budget: &budget };
        let merged = references.replaced(&merged, 0);
        let entries = merged.entries().iter().enumerate();
        let names = entries.map(|(at, entry)| (Arc::clone(&entry.key.name), at)).collect();
        Configuration {
            names,
            name: list.last().map(|file| file.path.clone()).unwrap_or_default(),
            files: list,
            merged,
            foreign: foreign || !whole,
            extended: RefCell::default(),
            budget,
            is_full: Cell::default(),
            faults: RefCell::default(),
        }
    }

    /// The jobs, hidden ones included, in the order written.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Entry> {
        let written = self.merged.entries().iter();
        written.filter(|entry| !GLOBAL.contains(&&*entry.key.name) && entry.value.as_map().is_some())
    }

    /// The entry of the top level that has a name.
    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.merged.entries().get(*self.names.get(name)?)
    }

    /// The value of the top level that has a name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// A job as it runs.
    pub(super) fn effective(&self, entry: &Entry) -> Node {
        let extended = inherit::extended(self, entry, 0);
        let globals = self.get("variables").is_none_or(|variables| self.spend(entry.key.span, variables));
        let mut body = inherit::with_defaults(self, &extended);
        if !globals || !self.spend(entry.key.span, &body) {
            body = Node::map(Vec::new(), entry.value.span);
            leave_open(&mut body, "", "the pipeline is too large");
        }
        body
    }

    /// Whether there is room for what the job of a name is made of. From the first time on that there is none, there is
    /// none, which is told once.
    pub(super) fn spend(&self, name: Span, node: &Node) -> bool {
        let has_room = !self.is_full.get() && self.budget.keep(size(node));
        if !has_room && !self.is_full.replace(true) {
            let message = "the jobs of the pipeline inherit too much: from here on they are not judged".to_owned();
            let help = "let jobs inherit less, or split the pipeline";
            self.faults.borrow_mut().push(Fault { at: name, message, help, error: true });
        }
        has_room
    }

    /// What is wrong.
    pub(super) fn problems(&self, workspace: &Workspace) -> Vec<Problem> {
        let mut faults = self.faults.borrow().clone();
        faults.sort();
        faults.dedup();
        let problem = |Fault { at, message, help, error }: Fault| {
            let path = workspace.path(at.file);
            let problem = if error { Problem::error } else { Problem::notice };
            problem(CODE, path, Some(at), message).help(help)
        };
        faults.into_iter().map(problem).collect()
    }
}

/// How large a tree is, in bytes: as deep as the syntax allows.
fn size(node: &Node) -> usize {
    match &node.value {
        Value::Str(text) => text.as_str().len(),
        Value::List(items) => items.iter().map(|item| ENTRY + size(item)).sum(),
        Value::Map(map) => map.entries.iter().map(|entry| ENTRY + size(&entry.value)).sum(),
        _ => 0,
    }
}

/// `over` on top of `base`: maps are joined, everything else is replaced.
pub(super) fn lay(base: &Node, over: &Node) -> Node {
    let (Value::Map(lower), Value::Map(upper)) = (&base.value, &over.value) else { return over.clone() };
    // A reference is a value, not a map.
    if upper.entry("!reference").is_some() || lower.entry("!reference").is_some() {
        return over.clone();
    }
    let over_it: FxHashMap<&str, &Entry> = upper.entries.iter().map(|entry| (&*entry.key.name, entry)).collect();
    let names: FxHashSet<&str> = lower.entries.iter().map(|entry| &*entry.key.name).collect();
    let mut entries: Vec<Entry> = Vec::with_capacity(lower.entries.len());
    for entry in &lower.entries {
        entries.push(match over_it.get(&*entry.key.name) {
            Some(over) => Entry { value: lay(&entry.value, &over.value), ..(*over).clone() },
            None => entry.clone(),
        });
    }
    entries.extend(upper.entries.iter().filter(|entry| !names.contains(&*entry.key.name)).cloned());
    let map = Map { entries, rest: upper.rest.clone().or_else(|| lower.rest.clone()) };
    Node { value: Value::Map(Arc::new(map)), ..over.clone() }
}

/// `!reference [job, key]` in a configuration.
struct References<'a> {
    root: &'a Node,
    budget: &'a Budget,
}

impl References<'_> {
    /// The tree with its references replaced: as deep as the syntax allows, times the depth of references.
    fn replaced(&self, node: &Node, depth: usize) -> Node {
        if depth > 0 {
            if self.budget.is_spent() || !self.budget.keep(ENTRY) {
                return open(node.span, "", "references grow beyond the limit");
            }
            self.budget.spend(1);
        }
        match &node.value {
            Value::List(items) => {
                let items = items.iter().flat_map(|item| self.item(item, depth)).collect();
                Node { value: Value::List(Arc::new(items)), ..node.clone() }
            }
            Value::Map(map) => {
                if let Some(reference) = map.entry("!reference") {
                    return self.target(node, &reference.value, depth);
                }
                let entries = map.entries.iter();
                let replaced =
                    entries.map(|entry| Entry { value: self.replaced(&entry.value, depth), ..entry.clone() });
                with_entries(node, replaced.collect())
            }
            _ => node.clone(),
        }
    }

    /// An item of a list: a reference to a list becomes the items of that.
    fn item(&self, item: &Node, depth: usize) -> Vec<Node> {
        let replaced = self.replaced(item, depth);
        match &replaced.value {
            Value::List(items) if item.get("!reference").is_some() => items.to_vec(),
            Value::Unresolved(unresolved) if item.get("!reference").is_some() => {
                let spread = Unresolved { spread: true, ..(**unresolved).clone() };
                vec![Node { value: Value::Unresolved(Arc::new(spread)), ..replaced }]
            }
            _ => vec![replaced],
        }
    }

    fn target(&self, node: &Node, path: &Node, depth: usize) -> Node {
        let keys: Vec<&str> = path.items().iter().filter_map(Node::as_str).collect();
        let written = format!("!reference [{}]", keys.join(", "));
        if depth >= MAX_REFERENCES {
            return open(node.span, &written, "references are nested too deeply");
        }
        let found = (!keys.is_empty() && keys.len() == path.items().len()).then(|| self.root.at(&keys)).flatten();
        match found {
            Some(target) => self.replaced(target, depth + 1),
            None => open(node.span, &written, "what it refers to is not in this repository"),
        }
    }
}

fn open(span: Span, expression: &str, because: &str) -> Node {
    Node::unresolved(expression, because, span)
}
