//! `{{inputs.parameters.name}}` and the like: what the templates of a workflow are given, and what of that is pasted into scripts.

use std::collections::BTreeMap;
use std::ops::Range;

use super::spec;
use crate::document::{Entry, Node, Text, Value};
use crate::kernel::budget::{Budget, Share};
use crate::syntax::shell;
use crate::syntax::spelled;

/// How far a parameter is followed to those that pass it on.
const DEEPEST: usize = 6;

/// Most calls that are looked at for one parameter.
const MOST_CALLS: usize = 64;

/// What of a workflow those say who submit it.
const OF_SUBMITTERS: &[&str] = &["workflow.parameters", "workflow.labels", "workflow.annotations"];

/// Who decides a value, from the harmless on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Constant,
    Program,
    Writer,
}

impl By {
    const fn name(self) -> &'static str {
        match self {
            By::Constant => "constant",
            By::Program => "program",
            By::Writer => "writer",
        }
    }
}

/// The parameters of a workflow and of its templates.
pub(crate) struct Parameters<'n> {
    spec: &'n Node,
    /// Whether other workflows may use its templates.
    is_shared: bool,
    /// The templates by name.
    templates: BTreeMap<&'n str, &'n Node>,
    /// Who calls each template, and with what.
    calls: BTreeMap<&'n str, Vec<(&'n str, &'n Node)>>,
    /// How much may be filled in.
    pub(super) budget: Budget,
}

/// The placeholders of a text, each with its name: from the first brace to the last.
pub(crate) fn placeholders(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("{{")).map(|start| at + start) {
        let Some(end) = text.get(start..).and_then(|rest| rest.find("}}")).map(|end| start + end + 2) else { break };
        let name = text.get(start + 2..end.saturating_sub(2)).unwrap_or("").trim();
        found.push((start..end, name));
        at = end;
    }
    found
}

impl<'n> Parameters<'n> {
    pub(crate) fn of(object: &'n Node, spec: &'n Node) -> Parameters<'n> {
        let kind = object.get("kind").and_then(Node::as_str).unwrap_or("");
        let mut templates = BTreeMap::new();
        let mut calls: BTreeMap<&str, Vec<(&str, &Node)>> = BTreeMap::new();
        for template in spec.get("templates").map_or(&[][..], Node::items) {
            let name = template.get("name").and_then(Node::as_str).unwrap_or("");
            templates.insert(name, template);
            let steps = template.get("steps").map_or(&[][..], Node::items).iter().flat_map(Node::items);
            let tasks = template.at(&["dag", "tasks"]).map_or(&[][..], Node::items).iter();
            for call in steps.chain(tasks) {
                if let Some(called) = call.get("template").and_then(Node::as_str) {
                    calls.entry(called).or_default().push((name, call));
                }
            }
        }
        let budget = Budget::of(Share::LEAST.for_input(object.span.len()));
        Parameters { spec, is_shared: kind.ends_with("Template"), templates, calls, budget }
    }

    /// The value of a parameter of the workflow, or of an input that has one value wherever the template is used.
    pub(crate) fn value(&self, name: &str, template: &str) -> Option<&'n Node> {
        if let Some(name) = name.strip_prefix("workflow.parameters.") {
            return argument(self.spec, name);
        }
        let name = name.strip_prefix("inputs.parameters.")?;
        let mut passed = self.passed(name, template);
        let first = passed.next();
        if let Some(first) = first {
            return passed.all(|other| other.as_str() == first.as_str()).then_some(first);
        }
        let default = self.templates.get(template)?.get("inputs")?;
        declared(default, name)?.get("value")
    }

    /// Who calls a template.
    fn callers(&self, template: &str) -> impl Iterator<Item = (&'n str, &'n Node)> + '_ {
        self.calls.get(template).into_iter().flatten().copied().take(MOST_CALLS)
    }

    /// What calls of a template pass for an input.
    fn passed<'s>(&'s self, input: &'s str, template: &'s str) -> impl Iterator<Item = &'n Node> + 's {
        self.callers(template).filter_map(move |(_, call)| argument(call, input))
    }

    /// Who decides what a placeholder in a template stands for; none where it is not known what it is.
    fn decider(&self, name: &str, template: &str, depth: usize) -> Option<By> {
        let root = name.split(['.', '[']).next().unwrap_or("");
        match root {
            "steps" | "tasks" | "outputs" => Some(By::Program),
            "workflow" if OF_SUBMITTERS.iter().any(|own| name.starts_with(own)) => Some(By::Writer),
            "item" | "lastRetry" | "pod" | "retries" | "workflow" => Some(By::Constant),
            "inputs" => match name.strip_prefix("inputs.parameters.") {
                Some(input) => Some(self.of_input(input, template, depth)),
                None => Some(By::Constant),
            },
            _ => None,
        }
    }

    fn of_input(&self, input: &str, template: &str, depth: usize) -> By {
        let is_entry = self.spec.get("entrypoint").and_then(Node::as_str) == Some(template);
        if self.is_shared || is_entry || depth >= DEEPEST {
            return By::Writer;
        }
        let of_call = |(caller, call): (&str, &Node)| {
            let text = argument(call, input).and_then(Node::as_str).unwrap_or("");
            let inner = placeholders(text).into_iter().take(MOST_CALLS);
            inner.filter_map(|(_, name)| self.decider(name, caller, depth + 1)).max().unwrap_or(By::Constant)
        };
        let known = self.callers(template).map(of_call).max().unwrap_or(By::Constant);
        // Of more calls than are looked at nothing is known.
        let count = self.calls.get(template).map_or(0, Vec::len);
        if count > MOST_CALLS { By::Writer } else { known }
    }

    /// What is pasted into the scripts of all templates, as maps with the fields of `fact/expression`.
    pub(crate) fn texts_used(&self) -> Vec<Node> {
        let mut found = Vec::new();
        for template in self.spec.get("templates").map_or(&[][..], Node::items) {
            let name = template.get("name").and_then(Node::as_str).unwrap_or("");
            for script in scripts(template) {
                let Value::Str(text) = &script.value else { continue };
                found.extend(placeholders(text.as_str()).into_iter().filter_map(|(range, written)| {
                    let by = self.decider(written, name, 0)?;
                    Some(used(text, range, script, by, written))
                }));
            }
        }
        found
    }
}

/// The texts of a template that are programs.
fn scripts(template: &Node) -> Vec<&Node> {
    let source = template.get("script").and_then(|script| script.get("source"));
    let set = template.at(&["containerSet", "containers"]).map_or(&[][..], Node::items);
    let containers = template.get("container").into_iter().chain(set);
    let handed = containers.filter_map(|container| {
        // A shell is handed its script as the word after `-c`, which may be the first of the arguments.
        let words = |key: &str| container.get(key).map_or(&[][..], Node::items);
        let all: Vec<Node> = words("command").iter().chain(words("args")).cloned().collect();
        let script = shell::script_of(&all)?.span;
        words("command").iter().chain(words("args")).find(|word| word.span == script)
    });
    source.into_iter().chain(handed).collect()
}

/// The value that arguments give a parameter.
fn argument<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    declared(node.get("arguments")?, name)?.get("value")
}

fn declared<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let mut parameters = node.get("parameters").map_or(&[][..], Node::items).iter();
    parameters.find(|parameter| parameter.get("name").and_then(Node::as_str) == Some(name))
}

fn used(text: &Text, range: Range<usize>, script: &Node, by: By, name: &str) -> Node {
    let written = spelled::node(spelled::part(text, range.start, range.end), script.span);
    let span = written.span;
    let fields = [
        ("expression", written),
        ("used", Node::text("script", span)),
        ("by", Node::text(by.name(), span)),
        ("names", Node::list(vec![Node::text(name, span)], span)),
    ];
    Node::map(fields.map(|(name, value)| Entry::new(name, span, value)).into(), span)
}

/// Adds to a workflow what is pasted into its scripts.
pub(crate) fn derive(object: &mut Node) {
    let Some(spec) = spec(object) else { return };
    let texts = Parameters::of(object, spec).texts_used();
    let span = object.span;
    object.derive("texts_used", Node::list(texts, span));
}
