//! Parameters: declared in a template, given in a file or by the stack that nests it, or decided at deployment.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::run::Run;
use super::text::part_of;
use crate::document::{Node, Problem, Question, Unresolved, Value};
use crate::kernel::lift::{MAX_ALTERNATIVES, one_of};

/// A value that comes from outside the template.
#[derive(Clone)]
pub struct Given {
    /// The value, where it is written.
    pub value: Node,
    /// What that place is, for a label.
    pub what: Arc<str>,
}

/// A parameter with what is known of its value.
pub struct Parameter {
    /// The value, where it is written; unresolved when nothing in the repository decides it.
    pub value: Node,
    /// What that place is, for a label.
    pub what: Arc<str>,
}

impl Parameter {
    /// The parameter that a declaration makes, given a value or none; with its default, if that decides.
    pub fn new(name: &str, id: String, declaration: &Node, given: Option<&Given>, by_default: bool) -> Parameter {
        let kind = declaration.get("Type").and_then(Node::as_str).unwrap_or("String");
        if let Some(given) = given {
            let mut value = typed(&given.value, kind);
            if let Value::Unresolved(unresolved) = &given.value.value
                && unresolved.alternatives.is_empty()
            {
                let mut open = (**unresolved).clone();
                let question = open.question.as_deref().cloned().unwrap_or_else(|| Question::new(id, name));
                one_of(&mut open, question, allowed(declaration, kind));
                value.value = Value::Unresolved(Arc::new(open));
            }
            return Parameter { value, what: Arc::clone(&given.what) };
        }
        if let Some(default) = declaration.get("Default").filter(|_| by_default) {
            return Parameter { value: typed(default, kind), what: format!("default of parameter `{name}`").into() };
        }
        let because = format!("parameter `{name}` has no default and no value").into_boxed_str();
        let partial = (!kind.contains("List")).then(Box::default);
        let mut unresolved = Unresolved { because, partial, ..Unresolved::default() };
        one_of(&mut unresolved, Question::new(id, name), allowed(declaration, kind));
        Parameter {
            value: if kind.starts_with(THINGS) {
                some(&unresolved, declaration)
            } else {
                Node::new(Value::Unresolved(Arc::new(unresolved)), declaration.span)
            },
            what: format!("parameter `{name}` is declared here").into(),
        }
    }
}

/// Types of lists of what has to be in the account (docs.aws.amazon.com, "AWS-specific parameter types"): one of it is given at least.
const THINGS: &str = "List<AWS::";

/// A list of one value that nobody knows, and of any more.
fn some(unresolved: &Unresolved, declaration: &Node) -> Node {
    let item = |spread: bool| {
        let open = Unresolved { spread, partial: (!spread).then(Box::default), ..unresolved.clone() };
        Node::new(Value::Unresolved(Arc::new(open)), declaration.span)
    };
    Node::list(vec![item(false), item(true)], declaration.span)
}

/// The allowed values, when there are not too many of them.
fn allowed(declaration: &Node, kind: &str) -> Vec<Node> {
    let values = declaration.get("AllowedValues").map_or(&[][..], Node::items);
    if values.len() > MAX_ALTERNATIVES || is_list(kind) || kind.starts_with(STORED) {
        return Vec::new();
    }
    values.iter().map(|value| typed(value, kind)).collect()
}

/// Types whose value is looked up under the given name when the stack is deployed.
const STORED: &str = "AWS::SSM::Parameter::Value<";

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

/// A value as its parameter's type makes it.
fn typed(node: &Node, kind: &str) -> Node {
    if kind.starts_with(STORED) {
        let name = node.as_str().unwrap_or("?");
        let because = format!("it is the value that the SSM parameter `{name}` has at deployment");
        return Node { trail: node.trail.clone(), ..Node::unresolved("", because, node.span) };
    }
    if !is_list(kind) {
        return node.clone();
    }
    match &node.value {
        Value::Str(text) => {
            let mut items = Vec::new();
            let mut start = 0;
            for part in text.as_str().split(',') {
                let blank = part.len() - part.trim_start().len();
                let range = start + blank..start + blank + part.trim().len();
                items.push(part_of(node, text, range));
                start += part.len() + 1;
            }
            if text.as_str().is_empty() {
                items.clear();
            }
            Node { value: Value::List(Arc::new(items)), ..node.clone() }
        }
        Value::Unresolved(unresolved) => {
            let alternatives = unresolved.alternatives.iter().map(|value| typed(value, kind)).collect();
            let unresolved = Unresolved { alternatives, partial: None, ..(**unresolved).clone() };
            Node { value: Value::Unresolved(Arc::new(unresolved)), ..node.clone() }
        }
        Value::List(_) | Value::Map(_) => node.clone(),
        _ => Node { value: Value::List(Arc::new(vec![node.clone()])), ..node.clone() },
    }
}

/// The values of the parameter files; a later file goes before an earlier one.
pub fn read_files(run: &Run<'_>) -> BTreeMap<String, Given> {
    let mut given = BTreeMap::new();
    for path in &run.corpus.inputs.parameter_files {
        let Some(root) = run.corpus.workspace.find(path).and_then(|file| run.read(file)) else {
            run.report(
                Problem::error(PROBLEM, path.as_str(), None, "the parameter file cannot be read")
                    .help("name a JSON or YAML file by its path below the scanned directory"),
            );
            continue;
        };
        if !read_file(path, &root, &mut given) {
            let span = Some(root.span);
            run.report(
                Problem::error(PROBLEM, path.as_str(), span, "the file holds no parameters").help(
                    "expected a list of `ParameterKey` and `ParameterValue`, or a map of names under `Parameters`",
                ),
            );
        }
    }
    given
}

const PROBLEM: &str = "cloudformation::parameters";

fn read_file(path: &str, root: &Node, given: &mut BTreeMap<String, Given>) -> bool {
    let mut add = |name: &str, value: Node| {
        let what = format!("value of parameter `{name}` in {path}").into();
        given.insert(name.to_owned(), Given { value, what });
    };
    match &root.value {
        Value::List(items) => {
            for item in items.iter() {
                let pair = item.get("ParameterKey").and_then(Node::as_str).zip(item.get("ParameterValue"));
                if let Some((name, value)) = pair {
                    add(name, value.clone());
                } else if let Value::Str(text) = &item.value
                    && let Some((name, value)) = text.as_str().split_once('=')
                {
                    add(name, part_of(item, text, name.len() + 1..name.len() + 1 + value.len()));
                } else if item.get("ParameterKey").is_none() {
                    return false;
                }
            }
            true
        }
        Value::Map(map) => {
            let nested = root.get("Parameters").map(Node::entries);
            let entries = nested.unwrap_or(&map.entries);
            for entry in entries {
                if matches!(entry.value.value, Value::Map(_)) {
                    return false;
                }
                add(&entry.key.name, entry.value.clone());
            }
            true
        }
        _ => false,
    }
}
