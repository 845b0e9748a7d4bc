//! What expressions may ask for: parameters, variables that the files set, and what loops are at.
//!
//! Parameters of a pipeline are chosen by whoever starts a run, with defaults for all others. A value is what a run comes to
//! that nobody chose anything for; a condition is asked of any run, so what may be chosen decides none.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Entry, Node, Question, Unresolved, Value};
use crate::kernel::lift::relocated;
use crate::source::{FileId, Span};

/// What a value is wanted for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Wanted {
    /// A run for which nobody chose anything.
    #[default]
    Usual,
    /// Any run.
    AnyRun,
    /// The text of a script: what somebody may write into it stays an expression.
    Script,
}

/// A parameter or a variable.
#[derive(Clone)]
pub(super) struct Setting {
    /// What it is where nobody chooses.
    pub usual: Node,
    /// What is known of it for any run, where somebody may choose.
    pub any: Option<Node>,
    /// Whether it is declared to be true or false: a text like `false` is true as any other.
    pub is_boolean: bool,
}

/// What is known where an expression stands.
#[derive(Clone, Default)]
pub(super) struct Scope {
    parameters: Arc<BTreeMap<String, Setting>>,
    variables: Arc<BTreeMap<String, Setting>>,
    locals: Vec<(Arc<str>, Node)>,
    wanted: Wanted,
    /// The file in which all of this may be said.
    file: Option<FileId>,
}

impl Scope {
    /// The scope of a file that is used in this one, with its parameters.
    pub(super) fn of_file(&self, file: FileId, parameters: BTreeMap<String, Setting>) -> Scope {
        Scope { parameters: Arc::new(parameters), locals: Vec::new(), file: Some(file), ..self.clone() }
    }

    /// Whether it is that of a file.
    pub(super) fn is_of(&self, file: FileId) -> bool {
        self.file == Some(file)
    }

    /// Whether open expressions of a text stay as they are written.
    pub(super) fn is_script(&self) -> bool {
        self.wanted == Wanted::Script
    }

    pub(super) fn for_any_run(&self) -> Scope {
        Scope { wanted: Wanted::AnyRun, ..self.clone() }
    }

    pub(super) fn for_script(&self) -> Scope {
        let wanted = if self.wanted == Wanted::Usual { Wanted::Script } else { self.wanted };
        Scope { wanted, ..self.clone() }
    }

    /// Whether somebody may choose something.
    pub(super) fn is_chosen(&self) -> bool {
        self.wanted == Wanted::Usual
            && self.parameters.values().chain(self.variables.values()).any(|setting| setting.any.is_some())
    }

    pub(super) fn with_local(&self, name: &str, value: Node) -> Scope {
        let mut scope = self.clone();
        scope.locals.push((name.into(), value));
        scope
    }

    /// The scope with further variables: as a list of `name` and `value`, or as a map; `any` is the same for any run.
    pub(super) fn with_variables(&self, usual: &Node, any: Option<&Node>) -> Scope {
        let mut variables = (*self.variables).clone();
        let chosen: BTreeMap<String, Node> = any.map(set).into_iter().flatten().collect();
        for (name, usual) in set(usual) {
            let any = chosen.get(&name).filter(|any| any.as_unresolved().is_some()).cloned();
            variables.insert(name, Setting { usual, any, is_boolean: false });
        }
        Scope { variables: Arc::new(variables), ..self.clone() }
    }

    /// A parameter where it is used, and whether it is declared to be true or false.
    pub(super) fn parameter(&self, name: &str, at: Span) -> (Node, bool) {
        match self.parameters.get(&name.to_ascii_lowercase()) {
            Some(setting) => (self.used(setting, at, format!("parameter `{name}`")), setting.is_boolean),
            None => {
                (Node::unresolved(&format!("parameters.{name}"), "no parameter of this name is declared", at), false)
            }
        }
    }

    /// All parameters together, by their names in lower case.
    pub(super) fn parameters(&self, at: Span) -> Node {
        let entry = |(name, setting): (&String, &Setting)| Entry::new(name.as_str(), at, self.wanted(setting).clone());
        Node::map(self.parameters.iter().map(entry).collect(), at)
    }

    /// A variable where it is used.
    pub(super) fn variable(&self, name: &str, at: Span) -> Node {
        if let Some(setting) = self.variables.get(&name.to_ascii_lowercase()) {
            return self.used(setting, at, format!("variable `{name}`"));
        }
        let because = format!("variable `{name}` is set by the run, or outside of the files of this pipeline");
        Node::unresolved(&format!("variables.{name}"), because, at)
    }

    fn wanted<'s>(&self, setting: &'s Setting) -> &'s Node {
        match (&setting.any, self.wanted) {
            (Some(any), Wanted::AnyRun) => any,
            // One of a few values is nothing that somebody writes.
            (Some(any), Wanted::Script) if is_free(any) => any,
            _ => &setting.usual,
        }
    }

    fn used(&self, setting: &Setting, at: Span, what: String) -> Node {
        let value = self.wanted(setting);
        match &value.value {
            // What is put in stays where it is written.
            Value::List(_) | Value::Map(_) => value.clone(),
            _ => relocated(value, at, what),
        }
    }

    /// What a loop of this name is at.
    pub(super) fn local(&self, name: &str) -> Option<Node> {
        self.locals.iter().rev().find(|(local, _)| local.eq_ignore_ascii_case(name)).map(|(_, node)| node.clone())
    }
}

/// Whether a value is any text that somebody chooses.
pub(super) fn is_free(node: &Node) -> bool {
    node.as_unresolved().is_some_and(|open| open.question.is_some() && open.alternatives.is_empty())
}

/// The variables that a list or map sets, their names in lower case.
fn set(variables: &Node) -> Vec<(String, Node)> {
    let listed = variables.items().iter().filter_map(|item| {
        let name = item.get("name").and_then(Node::as_str)?;
        Some((name.to_ascii_lowercase(), item.get("value")?))
    });
    let mapped = variables.entries().iter().filter(|entry| !entry.derived);
    let mapped = mapped.map(|entry| (entry.key.name.to_ascii_lowercase(), &entry.value));
    listed.chain(mapped).map(|(name, value)| (name, decided(value))).collect()
}

/// The value of a variable before a run: what a run computes is open.
fn decided(value: &Node) -> Node {
    match value.as_str() {
        Some(text) if text.contains("$[") || text.contains("$(") => {
            Node::unresolved(text, "the value is made when the pipeline runs", value.span)
        }
        _ => value.clone(),
    }
}

/// Binds the parameters that a file declares, as a list or as a map of defaults. `given` are the values of a caller for the
/// usual and for any run; without a caller whoever starts the run chooses.
pub(super) fn bind(
    declared: Option<&Node>,
    given: Option<(&Node, &Node)>,
    default: &dyn Fn(&Node) -> Node,
) -> BTreeMap<String, Setting> {
    let mut bound = BTreeMap::new();
    let Some(declared) = declared else { return bound };
    let find = |node: &Node, name: &str| {
        node.entries()
            .iter()
            .rev()
            .find(|entry| entry.key.name.eq_ignore_ascii_case(name))
            .map(|entry| entry.value.clone())
    };
    let mut add = |name: &str, kind: &str, value: Option<&Node>, values: &[Node], at: Span| {
        let is_boolean = kind.eq_ignore_ascii_case("boolean");
        let passed = given.and_then(|(usual, any)| Some((find(usual, name)?, find(any, name)?)));
        let setting = match (passed, given) {
            (Some((usual, any)), _) => {
                let any = any.as_unresolved().is_some().then_some(any);
                Setting { usual, any, is_boolean }
            }
            (None, called) => {
                let is_plain = ["string", "boolean", "number", ""].iter().any(|plain| kind.eq_ignore_ascii_case(plain));
                let missing = || match called {
                    None if is_plain => chosen(name, kind, &Node::new(Value::Null, at), values),
                    _ => Node::unresolved(
                        &format!("parameters.{name}"),
                        format!("parameter `{name}` has no default"),
                        at,
                    ),
                };
                let usual = value.map_or_else(missing, default);
                let may_choose = called.is_none() && is_plain && usual.items().is_empty() && usual.as_map().is_none();
                let any = may_choose.then(|| chosen(name, kind, &usual, values));
                Setting { usual, any, is_boolean }
            }
        };
        bound.insert(name.to_ascii_lowercase(), setting);
    };
    for item in declared.items() {
        let Some(name) = item.get("name").and_then(Node::as_str) else { continue };
        let kind = item.get("type").and_then(Node::as_str).unwrap_or("string");
        let values = item.get("values").map_or(&[][..], Node::items);
        add(name, kind, item.get("default"), values, item.span);
    }
    for entry in declared.entries() {
        add(&entry.key.name, "", Some(&entry.value), &[], entry.key.span);
    }
    bound
}

/// A parameter that somebody may choose.
fn chosen(name: &str, kind: &str, usual: &Node, values: &[Node]) -> Node {
    let alternatives = match kind.to_ascii_lowercase().as_str() {
        "boolean" => [true, false].map(|value| Node::new(Value::Bool(value), usual.span)).into(),
        // A number carries nothing but digits: which one does not matter.
        "number" if values.is_empty() => vec![usual.clone(), Node::text("", usual.span)],
        _ => values.to_vec(),
    };
    let open = Unresolved {
        expression: format!("parameters.{name}").into(),
        because: format!("parameter `{name}` is chosen when the pipeline is started").into(),
        alternatives,
        question: Some(Arc::new(Question::new(
            format!("azure-pipelines parameter {name}"),
            format!("parameters.{name}"),
        ))),
        ..Unresolved::default()
    };
    Node::new(Value::Unresolved(Arc::new(open)), usual.span)
}
