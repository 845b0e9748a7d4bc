//! Jobs as they run: with their executor, and with the commands of the file put in for the steps that name them.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::condition;
use super::parameters::{Scope, Setting};
use crate::document::{Entry, Node, Value};
use crate::kernel::budget::{Budget, Share};
use crate::source::Span;
use crate::truth::Truth;

/// What a step, a command or a map of one costs, in steps of the budget.
const STEP: u32 = 8;

/// Keys of a job in a workflow that are no arguments.
const OF_WORKFLOW: &[&str] = &[
    "branches",
    "context",
    "exclude",
    "filters",
    "matrix",
    "name",
    "override-with",
    "post-steps",
    "pre-steps",
    "requires",
    "serial-group",
    "type",
];

/// Steps that the service has itself.
const OWN_STEPS: &[&str] = &[
    "add_ssh_keys",
    "attach_workspace",
    "checkout",
    "persist_to_workspace",
    "restore_cache",
    "save_cache",
    "setup_docker_engine",
    "setup_remote_docker",
    "store_artifacts",
    "store_test_results",
];

/// A file in the making.
pub(super) struct Expander<'n> {
    root: &'n Node,
    pipeline: Scope,
    pub budget: Budget,
    /// Whether a limit was reached.
    pub is_cut: Cell<bool>,
}

/// A job before its views.
pub(super) struct Job<'n> {
    /// What it is called where it is used, else where it is declared.
    pub name: String,
    pub header: Span,
    pub span: Span,
    /// As it is declared; of one from elsewhere, what it is given.
    pub body: Node,
    /// Its machine or containers, and what else an executor says, under what it says itself.
    pub executor: Node,
    /// The steps that run, in their order.
    pub steps: Vec<Node>,
    /// The contexts whose secrets it gets.
    pub contexts: Vec<&'n Node>,
}

/// A use of a job in a workflow.
struct Use<'n> {
    given: Option<&'n Node>,
    at: Span,
    span: Span,
}

impl<'n> Expander<'n> {
    pub(super) fn new(root: &'n Node, share: Share) -> Expander<'n> {
        Expander { root, pipeline: Scope::of_pipeline(root), budget: Budget::of(share), is_cut: Cell::new(false) }
    }

    /// The jobs of the file: once for each way in which workflows use them, and once with defaults where none does.
    pub(super) fn jobs(&self) -> Vec<Job<'n>> {
        let mut found = Vec::new();
        let mut uses = self.uses();
        for entry in self.root.get("jobs").map_or(&[][..], Node::entries).iter().filter(|entry| !entry.derived) {
            let own = uses.remove(&*entry.key.name).unwrap_or_default();
            if own.is_empty() {
                let name = entry.key.name.to_string();
                let alone = Use { given: None, at: entry.key.span, span: entry.span() };
                found.extend(self.job(name, &entry.value, self.root, &alone, Some(entry)));
            }
            for (name, used) in named(&entry.key.name, &own) {
                found.extend(self.job(name, &entry.value, self.root, used, Some(entry)));
            }
        }
        // What is left over is of an orb.
        for (job, own) in uses.into_iter().filter(|(job, _)| job.contains('/')) {
            for (name, used) in named(job, &own) {
                match self.inline(job, "jobs") {
                    Some((home, body)) => found.extend(self.job(name, body, home, used, None)),
                    None => found.extend(self.job_of_elsewhere(name, used)),
                }
            }
        }
        found
    }

    /// How workflows use each job.
    fn uses(&self) -> BTreeMap<&'n str, Vec<Use<'n>>> {
        let mut uses: BTreeMap<&str, Vec<Use<'_>>> = BTreeMap::new();
        for workflow in self.root.get("workflows").map_or(&[][..], Node::entries) {
            for item in workflow.value.get("jobs").map_or(&[][..], Node::items) {
                let (name, given, at) = match (&item.value, item.entries().first()) {
                    (Value::Str(text), _) => (text.as_str(), None, item.span),
                    (_, Some(entry)) => (&*entry.key.name, Some(&entry.value), entry.key.span),
                    _ => continue,
                };
                let is_approval =
                    given.and_then(|given| given.get("type")).is_some_and(|kind| kind.as_str() != Some("no-op"));
                if !is_approval {
                    uses.entry(name).or_default().push(Use { given, at, span: item.span });
                }
            }
        }
        uses
    }

    fn job(&self, name: String, body: &Node, home: &Node, used: &Use<'n>, declared: Option<&Entry>) -> Option<Job<'n>> {
        let _level = self.enter()?;
        let given = self.given(used);
        let scope = self.pipeline.within(body.get("parameters"), &given);
        let mut steps = Vec::new();
        let beside = |key: &str| used.given.and_then(|given| given.get(key));
        self.steps(beside("pre-steps"), &self.pipeline, self.root, &mut steps);
        self.steps(body.get("steps"), &scope, home, &mut steps);
        self.steps(beside("post-steps"), &self.pipeline, self.root, &mut steps);
        let executor = self.executor(body, &scope, home);
        let (header, span) = declared.map_or((used.at, used.span), |entry| (entry.key.span, entry.span()));
        Some(Job { name, header, span, body: body.clone(), executor, steps, contexts: contexts(used) })
    }

    /// A job of an orb that is not here: what it is given is known.
    fn job_of_elsewhere(&self, name: String, used: &Use<'n>) -> Option<Job<'n>> {
        let _level = self.enter()?;
        let given = used.given?;
        let mut steps = Vec::new();
        for entry in given.entries() {
            if is_steps(&entry.value) {
                self.steps(Some(&entry.value), &self.pipeline, self.root, &mut steps);
            }
        }
        let executor = Node::map(Vec::new(), used.at);
        let body = self.pipeline.tree(given, &self.budget);
        Some(Job { name, header: used.at, span: used.span, body, executor, steps, contexts: contexts(used) })
    }

    /// The arguments of a job: those of a matrix are one of several values, each of which some run has.
    fn given(&self, used: &Use<'_>) -> BTreeMap<String, Setting> {
        let arguments = used.given.map_or(&[][..], Node::entries).iter();
        let arguments = arguments.filter(|entry| !OF_WORKFLOW.contains(&&*entry.key.name));
        let mut given: BTreeMap<String, Setting> = arguments
            .map(|entry| (entry.key.name.to_string(), self.pipeline.setting(&entry.value, &self.budget)))
            .collect();
        let matrix = used.given.and_then(|given| given.at(&["matrix", "parameters"]));
        for entry in matrix.map_or(&[][..], Node::entries) {
            given.insert(entry.key.name.to_string(), self.of_matrix(&entry.key.name, &entry.value));
        }
        given
    }

    fn of_matrix(&self, name: &str, values: &Node) -> Setting {
        let values = self.pipeline.tree(values, &self.budget);
        let value = if let [only] = values.items() {
            only.clone()
        } else {
            let because = format!("`{name}` is one of several in a matrix");
            Node::unresolved(&format!("matrix.{name}"), because, values.span)
        };
        Setting { differs: values.items().len() != 1, value, origin: None }
    }

    /// What an executor says, under what the job says itself.
    fn executor(&self, body: &Node, scope: &Scope, home: &Node) -> Node {
        let own =
            body.entries().iter().filter(|entry| !["steps", "parameters", "executor"].contains(&&*entry.key.name));
        let mut entries: Vec<Entry> =
            own.map(|entry| Entry { value: scope.tree(&entry.value, &self.budget), ..entry.clone() }).collect();
        if let Some(named) = body.get("executor") {
            let named = scope.tree(named, &self.budget);
            let name = named.as_str().or_else(|| named.get("name").and_then(Node::as_str)).unwrap_or("");
            let inline = self.inline(name, "executors").map(|(_, declared)| declared);
            let declared = inline.or_else(|| home.get("executors")?.get(name));
            let given = named.entries().iter().filter(|entry| &*entry.key.name != "name").map(|entry| {
                let setting = Setting { value: entry.value.clone(), origin: None, differs: false };
                (entry.key.name.to_string(), setting)
            });
            if let Some(declared) = declared {
                let scope = self.pipeline.within(declared.get("parameters"), &given.collect());
                let theirs = declared.entries().iter().filter(|entry| &*entry.key.name != "parameters");
                let theirs: Vec<Entry> = theirs
                    .map(|entry| Entry { value: scope.tree(&entry.value, &self.budget), ..entry.clone() })
                    .collect();
                entries = over(theirs, entries);
            }
        }
        Node::map(entries, body.span)
    }

    /// Adds the steps of a list, with what they stand for.
    fn steps(&self, list: Option<&Node>, scope: &Scope, home: &Node, found: &mut Vec<Node>) {
        let Some(list) = list else { return };
        let Some(_level) = self.enter() else { return };
        // A parameter that is a list of steps.
        let list = match &list.value {
            Value::Str(_) => scope.tree(list, &self.budget),
            _ => list.clone(),
        };
        for item in list.items() {
            self.budget.spend(STEP);
            if self.budget.is_spent() {
                self.is_cut.set(true);
                return;
            }
            match (&item.value, item.entries().first()) {
                (Value::Str(text), _) => self.called(text.as_str(), None, item, scope, home, found),
                (_, Some(entry)) => self.step(entry, item, scope, home, found),
                _ => {}
            }
        }
    }

    fn step(&self, entry: &Entry, item: &Node, scope: &Scope, home: &Node, found: &mut Vec<Node>) {
        let inner = entry.value.get("steps");
        match &*entry.key.name {
            "run" | "deploy" => found.push(run(&entry.value, scope, &self.budget)),
            "steps" => self.steps(Some(&entry.value), scope, home, found),
            kind @ ("when" | "unless") => {
                let condition = entry
                    .value
                    .get("condition")
                    .map_or(Truth::Unknown, |condition| condition::holds(condition, scope, &self.budget, 0));
                let never = if kind == "when" { Truth::False } else { Truth::True };
                if condition != never {
                    self.steps(inner, scope, home, found);
                }
            }
            name => self.called(name, Some(&entry.value), item, scope, home, found),
        }
    }

    /// A step that names a command.
    fn called(&self, name: &str, given: Option<&Node>, item: &Node, scope: &Scope, home: &Node, found: &mut Vec<Node>) {
        let declared = match self.inline(name, "commands") {
            Some((home, declared)) => Some((home, declared)),
            None => home.get("commands").and_then(|all| all.get(name)).map(|declared| (home, declared)),
        };
        if let Some((home, declared)) = declared.filter(|_| !OWN_STEPS.contains(&name)) {
            let given = given.map_or(&[][..], Node::entries).iter();
            let given = given.map(|entry| (entry.key.name.to_string(), scope.setting(&entry.value, &self.budget)));
            let inner = scope.within(declared.get("parameters"), &given.collect());
            return self.steps(declared.get("steps"), &inner, home, found);
        }
        let mut entries = vec![Entry::new("uses", item.span, Node::text(name, item.span))];
        if let Some(given) = given {
            entries.push(Entry::new("with", given.span, scope.tree(given, &self.budget)));
        }
        found.push(Node::map(entries, item.span));
        // Steps that an orb is handed are written to be run.
        for entry in given.map_or(&[][..], Node::entries).iter().filter(|entry| is_steps(&entry.value)) {
            self.steps(Some(&entry.value), scope, home, found);
        }
    }

    /// What `orb/name` is, where the orb is written in the file; and the orb.
    fn inline(&self, name: &str, section: &str) -> Option<(&'n Node, &'n Node)> {
        let (orb, name) = name.split_once('/')?;
        let orb = self.root.get("orbs")?.get(orb)?;
        Some((orb, orb.get(section)?.get(name)?))
    }

    fn enter(&self) -> Option<crate::kernel::budget::Level<'_>> {
        let level = self.budget.enter();
        self.is_cut.set(self.is_cut.get() || level.is_none());
        level
    }
}

/// The uses of a job with what each is called; what is used twice in one way is one.
fn named<'u, 'n>(job: &str, uses: &'u [Use<'n>]) -> Vec<(String, &'u Use<'n>)> {
    let mut found: Vec<(String, &Use<'_>)> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for used in uses {
        let ways = used
            .given
            .map_or(&[][..], Node::entries)
            .iter()
            .filter(|entry| !["filters", "requires", "name", "branches"].contains(&&*entry.key.name));
        let mut ways: Vec<String> = ways
            .map(|entry| format!("{}:{}", entry.key.name, crate::dialect::items::spelled(&entry.value, 0)))
            .collect();
        ways.sort();
        let way = ways.join(",");
        if !seen.insert(way) {
            continue;
        }
        let called = used.given.and_then(|given| given.get("name")).and_then(Node::as_str).unwrap_or(job);
        let count = names.entry(called.to_owned()).or_default();
        *count += 1;
        let name = if *count > 1 { format!("{called}[{count}]") } else { called.to_owned() };
        found.push((name, used));
    }
    found
}

fn contexts<'n>(used: &Use<'n>) -> Vec<&'n Node> {
    let context = used.given.and_then(|given| given.get("context"));
    context.map_or(Vec::new(), |context| {
        if context.items().is_empty() { vec![context] } else { context.items().iter().collect() }
    })
}

/// Entries with others over them; of an environment variable by variable.
fn over(under: Vec<Entry>, own: Vec<Entry>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in under {
        match own.iter().find(|known| known.key.name == entry.key.name) {
            Some(known) if &*entry.key.name == "environment" && known.value.as_map().is_some() => {
                let both = over(entry.value.entries().to_vec(), known.value.entries().to_vec());
                entries.push(Entry { value: Node::map(both, known.value.span), ..known.clone() });
            }
            Some(_) => {}
            None => entries.push(entry),
        }
    }
    let missing: Vec<Entry> =
        own.into_iter().filter(|known| entries.iter().all(|entry| entry.key.name != known.key.name)).collect();
    entries.extend(missing);
    entries
}

/// Whether a value is a list of steps.
fn is_steps(node: &Node) -> bool {
    node.items().iter().any(|item| ["run", "when", "unless", "deploy"].iter().any(|key| item.get(key).is_some()))
}

/// A step that runs a script, with what is put into that.
fn run(written: &Node, scope: &Scope, budget: &Budget) -> Node {
    let span = written.span;
    let (script, others) = match written.as_map() {
        Some(_) => (written.get("command"), written.entries()),
        None => (Some(written), &[][..]),
    };
    let others = others.iter().filter(|entry| &*entry.key.name != "command");
    let mut entries = vec![Entry::new("uses", span, Node::text("run", span))];
    entries.extend(others.map(|entry| Entry { value: scope.tree(&entry.value, budget), ..entry.clone() }));
    let Some(script) = script else { return Node::map(entries, span) };
    let (filled, texts) = scope.script(script, budget);
    entries.push(Entry::new("command", script.span, filled));
    let mut step = Node::map(entries, span);
    step.derive("texts_used", Node { value: Value::List(Arc::new(texts)), ..script.clone() });
    step
}
