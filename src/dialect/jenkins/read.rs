//! Goes through the statements of a pipeline, declarative or scripted, and gathers what it is made of.

use std::rc::Rc;

use super::agent::{Agent, Pod};
use super::secrets::Bound;
use super::tree::{Call, bare, variable};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::Span;

/// Steps that hand a script to a shell.
pub(super) const SCRIPTS: &[&str] = &["sh", "bat", "powershell", "pwsh"];

/// Steps that run what is written elsewhere.
const ELSEWHERE: &[&str] = &["load", "evaluate", "readTrusted"];

/// What is no pipeline by itself when it is all that a file calls.
const PLAIN: &[&str] = &[
    "@Library",
    "library",
    "properties",
    "if",
    "else",
    "for",
    "while",
    "try",
    "catch",
    "finally",
    "switch",
    "return",
    "throw",
    "assert",
    "class",
    "echo",
    "println",
    "print",
    "error",
    "import",
    "do",
];

/// Most stages and steps that are gathered of a file, each.
const MOST: usize = 5_000;

/// A stage.
pub(super) struct Stage<'n> {
    /// Its name, with those of the stages around it.
    pub name: String,
    pub node: &'n Node,
    pub header: Span,
    /// The stages that come before it.
    pub after: Rc<[usize]>,
    /// Those within it end before this number.
    pub until: usize,
    /// Whether somebody has to let it go on.
    pub is_asked: bool,
    pub when: Option<&'n Node>,
}

/// A step, and where it stands.
pub(super) struct Step<'n> {
    pub call: Call<'n>,
    pub stage: Option<usize>,
    /// Whether a failure of it stops nothing.
    pub is_ignored: bool,
    /// The secrets that variables around it hold.
    pub bound: Rc<[Bound<'n>]>,
}

/// A name that is given a value.
pub(super) struct Set<'n> {
    pub entry: &'n Entry,
    /// Whether it is a variable of the environment.
    pub is_environment: bool,
}

/// All that a pipeline is made of.
#[derive(Default)]
pub(super) struct Reading<'n> {
    pub stages: Vec<Stage<'n>>,
    pub steps: Vec<Step<'n>>,
    pub agents: Vec<Agent<'n>>,
    pub pods: Vec<Pod<'n>>,
    pub set: Vec<Set<'n>>,
    /// `NAME=value` of `withEnv`.
    pub assignments: Vec<&'n Node>,
    pub bound: Vec<Bound<'n>>,
    pub parameters: Vec<Call<'n>>,
    pub options: Vec<Call<'n>>,
    pub triggers: Vec<Call<'n>>,
    pub libraries: Vec<&'n Node>,
    /// Statements and arguments that are not understood.
    pub unread: Vec<&'n Node>,
    /// Calls of what runs programs that stand elsewhere.
    pub elsewhere: Vec<Call<'n>>,
    pub is_cut: bool,
}

/// Where a statement stands.
#[derive(Clone)]
struct Around<'n> {
    stage: Option<usize>,
    after: Rc<[usize]>,
    is_ignored: bool,
    /// Whether somebody looks at what a step returns.
    is_used: bool,
    bound: Rc<[Bound<'n>]>,
    depth: usize,
}

impl<'n> Reading<'n> {
    pub fn of(root: &'n Node) -> Reading<'n> {
        let mut reading = Reading::default();
        let around = Around {
            stage: None,
            after: Rc::new([]),
            is_ignored: false,
            is_used: false,
            bound: super::secrets::of_environment(root).into(),
            depth: 0,
        };
        reading.bound.extend(around.bound.iter().cloned());
        reading.block(root.items(), &around);
        reading
    }

    /// Statements that run one after the other.
    fn block(&mut self, statements: &'n [Node], around: &Around<'n>) {
        let mut around = around.clone();
        for (at, statement) in statements.iter().enumerate() {
            let before = self.stages.len();
            around.is_used = false;
            let outer = around.is_ignored;
            around.is_ignored |= Call::of(statement).is_some_and(|call| call.name == "try")
                && statements.get(at + 1).is_some_and(swallows);
            self.node(statement, &around);
            around.is_ignored = outer;
            if self.stages.len() > before && self.stages.len() < MOST {
                around.after = (before..self.stages.len()).collect();
            }
        }
    }

    /// Statements or values that do not wait for each other.
    fn beside(&mut self, nodes: impl Iterator<Item = &'n Node>, around: &Around<'n>) {
        for node in nodes {
            self.node(node, around);
        }
    }

    fn node(&mut self, node: &'n Node, around: &Around<'n>) {
        if around.depth > MAX_DEPTH || self.steps.len() > MOST || self.stages.len() > MOST {
            self.is_cut = true;
            return;
        }
        let deeper = Around { depth: around.depth + 1, ..around.clone() };
        match &node.value {
            Value::List(items) => self.beside(items.iter(), &deeper),
            Value::Unresolved(open) if open.because.starts_with(crate::syntax::groovy::NOT_UNDERSTOOD) => {
                self.unread.push(node);
            }
            Value::Map(_) if node.get("call").is_some() => {
                if let Some(call) = Call::of(node) {
                    self.call(call, &deeper);
                }
            }
            Value::Map(map) => {
                if let Some(block) = node.get("block") {
                    return self.block(block.items(), &deeper);
                }
                if let Some(set) = node.get("set") {
                    let entries = set.entries().iter();
                    self.set.extend(entries.map(|entry| Set { entry, is_environment: is_environment(entry) }));
                    let used = Around { is_used: true, ..deeper };
                    return self.beside(set.entries().iter().map(|entry| &entry.value), &used);
                }
                let used = Around { is_used: true, ..deeper };
                self.beside(map.entries.iter().map(|entry| &entry.value), &used);
            }
            _ => {}
        }
    }

    fn call(&mut self, call: Call<'n>, around: &Around<'n>) {
        if let Some(of) = call.node.get("of") {
            self.node(of, &Around { is_used: true, ..around.clone() });
        }
        match call.name {
            "stage" | "matrix" => self.stage(call, around),
            "agent" | "node" | "podTemplate" => self.agent(call, around),
            "environment" => self.environment(call, around),
            "parameters" => self.parameters.extend(calls(call)),
            "options" => self.options.extend(calls(call)),
            "triggers" | "pipelineTriggers" => self.triggers.extend(calls(call)),
            "libraries" => self.libraries.extend(calls(call).filter_map(|lib| lib.arguments().first())),
            "@Library" | "library" => self.library(call),
            "properties" => self.properties(call, around),
            "parallel" => {
                self.beside(call.block().iter(), around);
                self.beside(call.named().iter().map(|entry| &entry.value), around);
                self.beside(call.arguments().iter().filter(|first| first.as_map().is_none()), around);
            }
            "when" => {
                if let Some(stage) = around.stage.and_then(|at| self.stages.get_mut(at)) {
                    stage.when = call.node.get("block");
                }
            }
            "withCredentials" => {
                let own: Vec<Bound<'n>> = super::secrets::of_bindings(call).collect();
                self.bound.extend(own.iter().cloned());
                let bound = around.bound.iter().cloned().chain(own).collect();
                self.block(call.block(), &Around { bound, ..around.clone() });
            }
            "withEnv" => {
                self.assignments
                    .extend(call.arguments().iter().flat_map(Node::items).filter(|item| item.as_map().is_none()));
                self.block(call.block(), around);
            }
            "catchError" => {
                // With null the build has the result that it had before.
                let keeps = |result: &Node| matches!(result.value, Value::Null) || result.as_str() == Some("SUCCESS");
                let is_ignored = around.is_ignored || call.get("buildResult").is_some_and(keeps);
                self.block(call.block(), &Around { is_ignored, ..around.clone() });
            }
            _ => self.step(call, around),
        }
    }

    /// A call that is a step, or something that has steps in it.
    fn step(&mut self, call: Call<'n>, around: &Around<'n>) {
        let is_script = SCRIPTS.contains(&call.name);
        if call.name == "input"
            && let Some(stage) = around.stage.and_then(|at| self.stages.get_mut(at))
        {
            stage.is_asked = true;
        }
        self.agents.extend(super::agent::of_step(call, around.stage));
        if ELSEWHERE.contains(&call.name) {
            self.elsewhere.push(call);
        }
        // Whoever asks for the status and leaves it at that lets the step fail.
        let returns = call.get("returnStatus").and_then(Node::as_bool) == Some(true);
        let is_ignored = around.is_ignored || is_script && returns && !around.is_used;
        let bound = Rc::clone(&around.bound);
        self.steps.push(Step { call, stage: around.stage, is_ignored, bound });
        let used = Around { is_used: true, ..around.clone() };
        self.beside(call.arguments().iter(), &used);
        self.beside(call.node.get("named").map_or(&[][..], Node::entries).iter().map(|entry| &entry.value), &used);
        self.block(call.block(), around);
    }

    fn stage(&mut self, call: Call<'n>, around: &Around<'n>) {
        if !call.has_block() || call.name == "matrix" {
            return self.block(call.block(), around);
        }
        let own = call.value("name").map(bare).and_then(super::tree::word).unwrap_or("?");
        let outer =
            around.stage.and_then(|at| self.stages.get(at)).map_or(String::new(), |stage| format!("{}/", stage.name));
        let name = format!("{outer}{own}");
        let number = self.stages.len();
        let after = Rc::clone(&around.after);
        let header = call.head();
        self.stages.push(Stage {
            name,
            node: call.node,
            header,
            after,
            until: number + 1,
            is_asked: false,
            when: None,
        });
        self.block(call.block(), &Around { stage: Some(number), ..around.clone() });
        let until = self.stages.len();
        if let Some(stage) = self.stages.get_mut(number) {
            stage.until = until;
        }
    }

    fn agent(&mut self, call: Call<'n>, around: &Around<'n>) {
        let (agent, pod) = super::agent::of(call, around.stage);
        self.agents.extend(agent);
        self.pods.extend(pod);
        if call.name != "agent" {
            self.block(call.block(), around);
        }
    }

    fn environment(&mut self, call: Call<'n>, around: &Around<'n>) {
        for statement in call.block() {
            let Some(set) = statement.get("set") else {
                self.node(statement, around);
                continue;
            };
            self.set.extend(set.entries().iter().map(|entry| Set { entry, is_environment: true }));
            let used = Around { is_used: true, ..around.clone() };
            self.beside(set.entries().iter().map(|entry| &entry.value), &used);
        }
    }

    fn library(&mut self, call: Call<'n>) {
        // What comes with the source of the job has the version of that.
        let retriever = call.get("retriever").and_then(Call::of);
        if retriever.is_some_and(|own| own.name == "legacySCM" && own.value("scm").and_then(variable) == Some("scm")) {
            return;
        }
        for argument in call.value("identifier").into_iter().chain(call.get("value")) {
            match &argument.value {
                Value::List(items) => self.libraries.extend(items.iter()),
                _ => self.libraries.push(argument),
            }
        }
    }

    /// `properties([parameters([…]), pipelineTriggers([…]), disableConcurrentBuilds()])`.
    fn properties(&mut self, call: Call<'n>, around: &Around<'n>) {
        for property in calls(call) {
            match property.name {
                "parameters" | "pipelineTriggers" => self.call(property, around),
                _ => self.options.push(property),
            }
        }
    }

    /// Whether nothing is written out: the pipeline is what a library makes of a call.
    pub fn is_elsewhere(&self) -> bool {
        self.stages.is_empty()
            && self.agents.is_empty()
            && self.steps.iter().all(|step| !SCRIPTS.contains(&step.call.name))
            && self.steps.iter().any(|step| !PLAIN.contains(&step.call.name))
    }

    /// The steps that a library may have, by their names.
    pub fn called(&self) -> impl Iterator<Item = &'n str> {
        let names = self.steps.iter().map(|step| step.call.name).filter(|name| !PLAIN.contains(name));
        names.map(|name| name.split('.').next().unwrap_or(name))
    }
}

/// The calls of a block, or of a list of them that is an argument.
fn calls(call: Call<'_>) -> impl Iterator<Item = Call<'_>> {
    let listed = call.arguments().iter().flat_map(|argument| match &argument.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(argument),
    });
    call.block().iter().chain(listed).filter_map(Call::of)
}

/// Whether a name is that of a variable of the environment.
fn is_environment(entry: &Entry) -> bool {
    entry.key.name.starts_with("env.") || entry.key.name.starts_with("env[")
}

/// Whether a `catch` lets the pipeline go on as if nothing had failed: it neither throws, nor says that the build failed.
fn swallows(statement: &Node) -> bool {
    const ENDS: &[&str] = &["throw", "error", "unstable", "assert", "catchError"];
    fn tells(node: &Node, depth: usize) -> bool {
        let is_end = Call::of(node).is_some_and(|call| ENDS.contains(&call.name));
        let says =
            |entry: &Entry| entry.key.name.ends_with("esult") || entry.key.name.to_ascii_lowercase().contains("fail");
        let is_said = node.get("set").is_some_and(|set| set.entries().iter().any(says));
        let parts = || node.items().iter().chain(node.entries().iter().map(|entry| &entry.value));
        depth > MAX_DEPTH || is_end || is_said || parts().any(|part| tells(part, depth + 1))
    }
    Call::of(statement).is_some_and(|call| call.name == "catch" && !tells(statement, 0))
}
