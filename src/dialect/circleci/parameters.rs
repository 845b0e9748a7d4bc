//! `<< parameters.name >>`, `<< pipeline.git.branch >>`: what is put into a configuration before it runs.
//!
//! A value is what a run comes to that nobody chose anything for: the default of a parameter of the pipeline. In scripts what
//! somebody may make any text of stays as it is written, so that nobody takes it for a word of the script.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::dialect::items::spelled;
use crate::document::{Entry, Map, Node, Text, Unresolved, Value};
use crate::kernel::budget::Budget;
use crate::kernel::joined::Joined;
use crate::kernel::lift::relocated;
use crate::source::Span;
use crate::syntax::spelled as pieces;

/// How many bytes of text cost a step of the budget.
const BYTES_A_STEP: usize = 16;

/// Values of the service, or what their names begin with, and who decides them. A number, a hash or an address of the project
/// is nobody's choice. <https://circleci.com/docs/guides/orchestrate/pipeline-variables/>
const SERVICE: &[(&str, &str)] = &[
    ("pipeline.git.commit.", OUTSIDER),
    ("pipeline.event.", OUTSIDER),
    ("pipeline.trigger_parameters.", OUTSIDER),
    ("pipeline.git.branch.is_default", CONSTANT),
    ("pipeline.git.branch", WRITER),
    ("pipeline.git.tag", WRITER),
    ("pipeline.schedule.name", WRITER),
    ("pipeline.", CONSTANT),
];

const OUTSIDER: &str = "outsider";
const WRITER: &str = "writer";
const CONSTANT: &str = "constant";

/// Who makes any text of a value, and what that is called.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub by: &'static str,
    pub name: String,
}

/// What is known of a parameter.
#[derive(Clone)]
pub(super) struct Setting {
    pub value: Node,
    /// Who may make any text of it; none where nobody may.
    pub origin: Option<Origin>,
    /// Whether runs differ in it, so that it decides no condition.
    pub differs: bool,
}

/// What names stand for, where an expression is written.
#[derive(Clone, Default)]
pub(super) struct Scope {
    /// By the whole name: `parameters.image`, `matrix.os`, `pipeline.parameters.deploy`.
    pub known: BTreeMap<String, Setting>,
}

/// The expressions of a text, each with its name: the bytes from the first angle bracket to the last.
pub(super) fn find(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("<<")).map(|start| at + start) {
        let inner = text.get(start + 2..).unwrap_or("");
        let close = inner.find(">>");
        let name = close.and_then(|close| inner.get(..close)).unwrap_or("").trim();
        let is_name = ["parameters.", "pipeline.", "matrix."].iter().any(|begin| name.starts_with(begin))
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        // A backslash before it makes it text.
        let is_text = text.get(..start).is_some_and(|before| before.ends_with('\\'));
        match close.filter(|_| is_name && !is_text) {
            Some(close) => {
                at = start + 2 + close + 2;
                found.push((start..at, name));
            }
            None => at = start + 2,
        }
    }
    found
}

/// A text whose expressions are variables of a shell to one who looks for commands: what they hold is not a command of its own,
/// and what follows `<<` is no here-document.
pub(super) fn hidden(text: &Text) -> Text {
    let whole = text.as_str();
    let found = find(whole);
    if found.is_empty() {
        return text.clone();
    }
    let mut changed = String::with_capacity(whole.len());
    let mut from = 0;
    for (range, _) in found {
        changed.push_str(whole.get(from..range.start).unwrap_or(""));
        changed.push_str("${");
        let inner = whole.get(range.start + 2..range.end.saturating_sub(2)).unwrap_or("");
        changed.extend(inner.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
        changed.push_str("_}");
        from = range.end;
    }
    changed.push_str(whole.get(from..).unwrap_or(""));
    match text.runs() {
        Some(runs) if changed.len() == whole.len() => Text::with_runs(changed, runs.to_vec()),
        _ => Text::opaque(changed),
    }
}

/// A tree as it is written, in which texts with expressions are open but for those that are run. As deep as the syntax allows.
pub(super) fn opened(node: &Node) -> Node {
    match &node.value {
        Value::Str(text) => {
            let found = find(text.as_str());
            let Some((_, name)) = found.first() else { return node.clone() };
            let open = Arc::new(Unresolved {
                because: format!("`{name}` stands for what the job or the run is given").into(),
                ..Unresolved::default()
            });
            let mut joined = Joined::default();
            let mut from = 0;
            for (range, _) in found {
                joined.part(text, from, range.start);
                joined.hole(&open);
                from = range.end;
            }
            joined.part(text, from, text.as_str().len());
            joined.node(node)
        }
        Value::List(items) => {
            let items = items.iter().map(opened).collect();
            Node { value: Value::List(Arc::new(items)), ..node.clone() }
        }
        Value::Map(map) => {
            let entries = map.entries.iter().map(|entry| {
                let is_script = ["run", "command"].contains(&&*entry.key.name) && entry.value.as_str().is_some();
                let value = if is_script { entry.value.clone() } else { opened(&entry.value) };
                Entry { value, ..entry.clone() }
            });
            let map = Map { entries: entries.collect(), rest: map.rest.clone() };
            Node { value: Value::Map(Arc::new(map)), ..node.clone() }
        }
        _ => node.clone(),
    }
}

/// The text of a value that can be a part of another one.
fn plain(node: &Node) -> Option<String> {
    let is_scalar =
        matches!(node.value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_));
    is_scalar.then(|| spelled(node, 0))
}

impl Scope {
    /// The parameters of the pipeline.
    pub(super) fn of_pipeline(root: &Node) -> Scope {
        let mut scope = Scope::default();
        for entry in root.get("parameters").map_or(&[][..], Node::entries) {
            let name = format!("pipeline.parameters.{}", entry.key.name);
            let value = entry.value.get("default").cloned();
            let value = value.unwrap_or_else(|| missing(&name, entry.key.span));
            let origin = is_free(&entry.value).then(|| Origin { by: WRITER, name: name.clone() });
            scope.known.insert(name, Setting { value, origin, differs: true });
        }
        scope
    }

    /// The scope of a part with parameters of its own; `given` is what its caller passes.
    pub(super) fn within(&self, declared: Option<&Node>, given: &BTreeMap<String, Setting>) -> Scope {
        let of_pipeline = self.known.iter().filter(|(name, _)| name.starts_with("pipeline."));
        let mut scope = Scope { known: of_pipeline.map(|(name, known)| (name.clone(), known.clone())).collect() };
        for entry in declared.map_or(&[][..], Node::entries) {
            let name = format!("parameters.{}", entry.key.name);
            let setting = match (given.get(&*entry.key.name), entry.value.get("default")) {
                (Some(given), _) => {
                    Setting { origin: given.origin.clone().filter(|_| is_free(&entry.value)), ..given.clone() }
                }
                (None, Some(default)) => Setting { value: default.clone(), origin: None, differs: false },
                (None, None) => Setting { value: missing(&name, entry.key.span), origin: None, differs: true },
            };
            scope.known.insert(name, setting);
        }
        scope
    }

    /// What a name stands for; none where it is none.
    pub(super) fn find(&self, name: &str, at: Span) -> Option<Setting> {
        if let Some(known) = self.known.get(name) {
            return Some(known.clone());
        }
        let (_, by) = SERVICE.iter().find(|(start, _)| name.starts_with(start))?;
        let value = Node::unresolved(name, "it is known when the pipeline runs", at);
        Some(Setting { value, origin: Some(Origin { by, name: name.to_owned() }), differs: true })
    }

    /// A value, and who decides it.
    pub(super) fn setting(&self, node: &Node, budget: &Budget) -> Setting {
        let used: Vec<Setting> = node
            .as_str()
            .map(|text| find(text).into_iter().filter_map(|(_, name)| self.find(name, node.span)).collect())
            .unwrap_or_default();
        let origins = || used.iter().filter_map(|setting| setting.origin.as_ref());
        let worst = [OUTSIDER, WRITER, CONSTANT].iter().find_map(|by| origins().find(|origin| origin.by == *by));
        Setting {
            value: self.tree(node, budget),
            origin: worst.cloned(),
            differs: used.iter().any(|setting| setting.differs),
        }
    }

    /// A tree with its expressions filled in, as deep as the syntax allows; what is run later keeps what nobody can know.
    pub(super) fn tree(&self, node: &Node, budget: &Budget) -> Node {
        self.below(node, budget, false)
    }

    fn below(&self, node: &Node, budget: &Budget, is_script: bool) -> Node {
        budget.spend(1);
        if budget.is_spent() {
            return too_large(node);
        }
        match &node.value {
            Value::Str(_) if is_script => self.script(node, budget).0,
            Value::Str(text) => self.text(node, text, budget),
            Value::List(items) => {
                let items = items.iter().map(|item| self.below(item, budget, is_script)).collect();
                Node { value: Value::List(Arc::new(items)), ..node.clone() }
            }
            Value::Map(map) => {
                let entries = map.entries.iter().map(|entry| {
                    let is_script = ["run", "command"].contains(&&*entry.key.name);
                    Entry { value: self.below(&entry.value, budget, is_script), ..entry.clone() }
                });
                let map = Map { entries: entries.collect(), rest: map.rest.clone() };
                Node { value: Value::Map(Arc::new(map)), ..node.clone() }
            }
            _ => node.clone(),
        }
    }

    /// A text with its expressions: what they stand for where it is nothing else.
    fn text(&self, node: &Node, text: &Text, budget: &Budget) -> Node {
        let whole = text.as_str();
        let found = find(whole);
        if let [(range, name)] = found.as_slice()
            && whole.trim().len() == range.len()
            && let Some(setting) = self.find(name, node.span)
        {
            return match &setting.value.value {
                // What is put in stays where it is written.
                Value::List(_) | Value::Map(_) => setting.value,
                _ => relocated(&setting.value, node.span, format!("`{name}`")),
            };
        }
        if found.is_empty() {
            return node.clone();
        }
        let mut joined = Joined::default();
        let mut from = 0;
        for (range, name) in found {
            joined.part(text, from, range.start);
            let value = self.find(name, node.span).map(|setting| setting.value);
            match value.as_ref().map(|value| (plain(value), &value.value)) {
                Some((Some(filled), _)) if !budget.keep(filled.len()) => return too_large(node),
                Some((Some(filled), _)) => {
                    joined.filled(text, range.start, range.end, &filled, value.as_ref().unwrap_or(node));
                }
                Some((None, Value::Unresolved(open))) => joined.hole(open),
                _ => joined.hole(&Arc::new(undeclared(name))),
            }
            from = range.end;
        }
        joined.part(text, from, whole.len());
        kept(joined, node, budget)
    }

    /// A script with what nobody else decides filled in, and what others decide as maps with the fields of `fact/expression`.
    pub(super) fn script(&self, node: &Node, budget: &Budget) -> (Node, Vec<Node>) {
        let Value::Str(text) = &node.value else { return (node.clone(), Vec::new()) };
        let whole = text.as_str();
        let mut joined = Joined::default();
        let mut uses = Vec::new();
        let mut from = 0;
        for (range, name) in find(whole) {
            let Some(setting) = self.find(name, node.span) else { continue };
            if let Some(origin) = &setting.origin {
                uses.push(used(pieces::node(pieces::part(text, range.start, range.end), node.span), origin));
            } else if let Some(filled) = plain(&setting.value) {
                if !budget.keep(filled.len()) {
                    return (too_large(node), uses);
                }
                joined.part(text, from, range.start);
                joined.filled(text, range.start, range.end, &filled, &setting.value);
                from = range.end;
            }
        }
        if from == 0 {
            return (node.clone(), uses);
        }
        joined.part(text, from, whole.len());
        (kept(joined, node, budget), uses)
    }
}

/// The finished text, where there is room for it.
fn kept(joined: Joined, node: &Node, budget: &Budget) -> Node {
    budget.spend(u32::try_from(joined.len() / BYTES_A_STEP).unwrap_or(u32::MAX));
    if budget.keep(joined.len()) { joined.node(node) } else { too_large(node) }
}

fn too_large(node: &Node) -> Node {
    Node::unresolved("", "the configuration is too large", node.span)
}

/// Whether a parameter may be any text.
fn is_free(declared: &Node) -> bool {
    let kind = declared.get("type").and_then(Node::as_str).unwrap_or("string");
    kind == "string"
}

fn missing(name: &str, at: Span) -> Node {
    Node::unresolved(name, format!("`{name}` has no default"), at)
}

fn undeclared(name: &str) -> Unresolved {
    let because = format!("`{name}` is declared nowhere in the file");
    Unresolved { expression: name.into(), because: because.into(), ..Unresolved::default() }
}

fn used(expression: Node, origin: &Origin) -> Node {
    let span = expression.span;
    let names = Node::list(vec![Node::text(origin.name.as_str(), span)], span);
    let fields = [
        ("expression", expression),
        ("used", Node::text("script", span)),
        ("by", Node::text(origin.by, span)),
        ("names", names),
    ];
    Node::map(fields.map(|(name, value)| Entry::new(name, span, value)).into(), span)
}
