//! What is known within a template: its parameters and variables, and the values of what is written in it.
//!
//! Evaluation is total and bounded: what goes too deep, takes too long or grows too large stays open with that reason.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::bicep;
use super::call::{Call, Place, shortened};
use super::expression::{self, Expression, Form, Written};
use super::function;
use super::loops;
use super::parameter::{self, Values};
use crate::dialect::Corpus;
use crate::document::{Document, Entry, Map, Node, Text, Unresolved, Value};
use crate::kernel::budget::Budget;
use crate::source::{FileId, Span};

/// Why an expression stays open when the limits are reached.
const TOO_MUCH: &str = "the template nests too deeply or takes too many steps to evaluate";

/// How many bytes of an expression are read for one step of the work that a file may cause.
const BYTES_A_STEP: usize = 64;

/// Most values within one parameter or variable.
const MAX_SIZE: usize = 10_000;

/// Deepest nesting of values within one parameter or variable.
const MAX_NESTED: usize = 64;

/// Where a template is, and how it came to be deployed.
#[derive(Clone)]
pub struct Origin<'t> {
    /// The file.
    pub document: &'t Document,
    /// All files.
    pub corpus: &'t Corpus<'t>,
    /// The text of the file, where it is one of Bicep.
    pub text: Option<&'t str>,
    /// What the addresses of its resources begin with.
    pub prefix: String,
    /// The files that deploy it, outermost first.
    pub callers: Vec<FileId>,
}

/// What is known within a template.
pub struct Scope<'t> {
    /// Where the template is.
    pub origin: Origin<'t>,
    /// The template.
    pub template: &'t Node,
    /// The scopes of other files, once they were asked for.
    pub others: RefCell<BTreeMap<String, Option<Rc<Scope<'t>>>>>,
    /// What is left of the work that the file may cause.
    pub budget: Rc<Budget>,
    /// The loops that stand around what is evaluated, with the number of the item where it is known.
    pub loops: RefCell<Vec<(String, Option<i64>)>>,
    /// What the names of loops and of the parameters of functions stand for, innermost last.
    locals: RefCell<Vec<(String, Node)>>,
    parameters: BTreeMap<String, &'t Entry>,
    given: Values,
    variables: BTreeMap<String, Variable<'t>>,
    known: RefCell<BTreeMap<(Section, String), Option<Node>>>,
}

/// A variable as it is written.
#[derive(Clone, Copy)]
enum Variable<'t> {
    Value(&'t Entry),
    Loop(&'t Node),
}

/// Where a name is declared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Among the parameters.
    Parameters,
    /// Among the variables.
    Variables,
}

impl<'t> Scope<'t> {
    /// What is known within a template that is given values of its parameters.
    pub fn new(origin: Origin<'t>, template: &'t Node, given: Values, budget: Rc<Budget>) -> Scope<'t> {
        let section = |name: &str| template.get(name).map_or(&[][..], Node::entries).iter();
        let lower = |entry: &Entry| entry.key.name.to_ascii_lowercase();
        let mut variables = BTreeMap::new();
        for entry in section("variables") {
            match loops::written(entry).filter(|_| origin.text.is_none()) {
                Some(written) => variables.extend(written.map(|(name, node)| (name, Variable::Loop(node)))),
                None => {
                    variables.insert(lower(entry), Variable::Value(entry));
                }
            }
        }
        Scope {
            origin,
            template,
            others: RefCell::default(),
            budget,
            loops: RefCell::default(),
            locals: RefCell::default(),
            parameters: section("parameters").map(|entry| (lower(entry), entry)).collect(),
            given,
            variables,
            known: RefCell::default(),
        }
    }

    /// The value of what is written.
    pub fn value(&self, node: &Node) -> Node {
        let Some(_level) = self.budget.enter() else { return Node::unresolved("", TOO_MUCH, node.span) };
        match &node.value {
            Value::Str(text) if self.origin.text.is_none() => self.text(node, text),
            Value::Unresolved(open) => match self.origin.text {
                Some(text) => self.written(node, &open.expression, text),
                None => node.clone(),
            },
            Value::List(items) => {
                let items = items.iter().map(|item| self.value(item)).collect();
                Node { value: Value::List(Arc::new(items)), ..node.clone() }
            }
            Value::Map(map) => self.map(node, map),
            _ => node.clone(),
        }
    }

    /// The value of an expression of Bicep, which stands in the span of a node.
    fn written(&self, node: &Node, shown: &str, text: &str) -> Node {
        self.budget.spend(u32::try_from(node.span.len() / BYTES_A_STEP).unwrap_or(u32::MAX));
        match bicep::expression::read(text, node.span) {
            Some(expression) => self.charged(self.evaluate(&expression, &Place { span: node.span, text })),
            None => Node::unresolved(&shortened(shown), expression::NOT_UNDERSTOOD, node.span),
        }
    }

    fn text(&self, node: &Node, text: &Text) -> Node {
        match expression::read(text.as_str()) {
            Written::Literal => node.clone(),
            Written::Escaped => {
                let text = Text::opaque(text.as_str().get(1..).unwrap_or(""));
                Node { value: Value::Str(text), ..node.clone() }
            }
            Written::Broken(because) => Node::unresolved(&shortened(text.as_str()), because, node.span),
            Written::Expression(expression) => {
                let value = self.evaluate(&expression, &Place { span: node.span, text: text.as_str() });
                self.charged(value)
            }
        }
    }

    /// A value as a part of what is evaluated: whoever walks through that walks through all of it, however often it is
    /// used.
    fn charged(&self, value: Node) -> Node {
        let mut left = MAX_SIZE;
        let fits = fits(&value, &mut left, MAX_NESTED);
        self.budget.spend(u32::try_from(MAX_SIZE - left).unwrap_or(u32::MAX));
        if fits && !self.budget.is_spent() {
            return value;
        }
        Node { trail: value.trail, ..Node::unresolved("", TOO_MUCH, value.span) }
    }

    fn map(&self, node: &Node, map: &Map) -> Node {
        let mut rest = map.rest.clone();
        let mut entries = Vec::with_capacity(map.entries.len());
        for entry in &map.entries {
            if let Some(written) = loops::written(entry).filter(|_| self.origin.text.is_none()) {
                entries.extend(written.map(|(_, item)| self.property_loop(item)));
                continue;
            }
            let key = Node::text(&*entry.key.name, entry.key.span);
            match self.value(&key).value {
                Value::Str(name) => {
                    let value = self.value(&entry.value);
                    entries.push(Entry::new(name.shared(), entry.key.span, value));
                }
                Value::Unresolved(open) => rest = Some(open),
                _ => {
                    let because = "a key is no text".into();
                    rest = Some(Arc::new(Unresolved { because, ..Unresolved::default() }));
                }
            }
        }
        Node { value: Value::Map(Arc::new(Map { entries, rest })), ..node.clone() }
    }

    /// The value of an expression, used where its string stands.
    pub fn evaluate(&self, expression: &Expression, place: &Place<'_>) -> Node {
        let Some(_level) = self.budget.enter() else {
            return Node::unresolved(&shortened(place.text), TOO_MUCH, place.span);
        };
        // In Bicep every expression has a place of its own, in JSON the string that it stands in.
        let own = Span::new(place.span.file, expression.range.start, expression.range.end);
        let place = &Place { span: if self.origin.text.is_some() { own } else { place.span }, ..*place };
        let call = |arguments| Call { scope: self, place, whole: expression, arguments };
        match &expression.form {
            Form::Text(text) => Node::text(text.as_str(), place.span),
            Form::Number(number) => Node::new(Value::Int(*number), place.span),
            Form::Call(name, arguments) => function::call(name, &call(arguments)),
            Form::Select { of, key, safe } => {
                let asked = self.origin.text.and_then(|_| bicep::names::property(&call(&[]), of, key));
                asked.unwrap_or_else(|| function::select(&call(&[]), of, key, *safe))
            }
            Form::Value(node) => node.clone(),
            Form::Name(name) => bicep::names::named(&call(&[]), name),
            Form::Object(members) => bicep::compound::object(&call(&[]), members),
            Form::Array(items) => bicep::compound::array(&call(&[]), items),
            Form::Loop(names, parts) => {
                let [over, body] = &**parts;
                bicep::compound::repeated(&call(&[]), names, over, body)
            }
            Form::Lambda(..) => call(&[]).open("a function is no value"),
        }
    }

    /// The value of a parameter or variable, used by a call.
    pub fn declared(&self, section: Section, name: &str, call: &Call<'_, '_>) -> Node {
        let lower = name.to_ascii_lowercase();
        let what = match section {
            Section::Variables => format!("variable `{name}`"),
            Section::Parameters => match (self.given.get(&lower), self.parameters.get(&lower)) {
                (Some(given), _) => given.what.to_string(),
                (None, Some(entry)) if entry.value.get("defaultValue").is_some() => {
                    format!("default of parameter `{name}`")
                }
                _ => format!("parameter `{name}` is declared here"),
            },
        };
        let slot = (section, lower);
        let known = self.known.borrow().get(&slot).cloned();
        let value = match known {
            Some(Some(value)) => value,
            Some(None) => return call.open(format!("`{name}` depends on itself")),
            None => {
                self.known.borrow_mut().insert(slot.clone(), None);
                let value = self.apart(|| match slot.0 {
                    Section::Parameters => self.parameter(name, &slot.1),
                    Section::Variables => self.variable(&slot.1),
                });
                let value = value.map(|value| bounded(name, value));
                let Some(value) = value else {
                    self.known.borrow_mut().remove(&slot);
                    return call.open(format!("`{name}` is not declared in this template"));
                };
                self.known.borrow_mut().insert(slot, Some(value.clone()));
                value
            }
        };
        call.used(&value, what)
    }

    /// Whether a name is that of a parameter or a variable.
    pub fn section_of(&self, name: &str) -> Option<Section> {
        let lower = name.to_ascii_lowercase();
        if self.parameters.contains_key(&lower) {
            Some(Section::Parameters)
        } else {
            self.variables.contains_key(&lower).then_some(Section::Variables)
        }
    }

    /// How a parameter is declared.
    pub fn declaration(&self, name: &str) -> Option<&'t Node> {
        self.parameters.get(&name.to_ascii_lowercase()).map(|entry| &entry.value)
    }

    /// What is written for a variable.
    pub fn written_variable(&self, name: &str) -> Option<&'t Node> {
        match *self.variables.get(&name.to_ascii_lowercase())? {
            Variable::Value(entry) => Some(&entry.value),
            Variable::Loop(item) => Some(item),
        }
    }

    /// What a name of a loop or of a parameter of a function stands for.
    pub fn local(&self, name: &str) -> Option<Node> {
        let locals = self.locals.borrow();
        locals.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// The value of a call of a function that the file declares.
    pub fn defined(&self, name: &str, call: &Call<'_, '_>) -> Option<Node> {
        self.origin.text?;
        let functions = self.template.get("functions")?.entries();
        let function = &functions.iter().find(|entry| entry.key.name.eq_ignore_ascii_case(name))?.value;
        let names = function.get("parameters")?.items().iter().filter_map(Node::as_str).map(str::to_owned);
        let values = call.arguments.iter().map(|argument| self.evaluate(argument, call.place));
        let locals: Vec<(String, Node)> = names.zip(values).collect();
        // Its value sees nothing of what stands around the call.
        let around = self.locals.replace(locals);
        let value = function.get("output").map(|output| self.value(output));
        self.locals.replace(around);
        Some(call.used(&value?, format!("value of function `{name}`")))
    }

    /// Evaluates something that is declared: it does not see what stands around its use.
    pub fn apart<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        let around = self.locals.take();
        let result = evaluate();
        self.locals.replace(around);
        result
    }

    /// Evaluates something with further names.
    pub fn with_locals<T>(&self, locals: Vec<(String, Node)>, evaluate: impl FnOnce() -> T) -> T {
        let before = self.locals.borrow().len();
        self.locals.borrow_mut().extend(locals);
        let result = evaluate();
        self.locals.borrow_mut().truncate(before);
        result
    }

    fn parameter(&self, name: &str, lower: &str) -> Option<Node> {
        let default = self.parameters.get(lower).and_then(|entry| entry.value.get("defaultValue"));
        match (self.given.get(lower), default) {
            (Some(given), Some(default)) => {
                return Some(parameter::or_default(name, &given.value, || self.value(default)));
            }
            (Some(given), None) => return Some(given.value.clone()),
            (None, _) => {}
        }
        let declaration = &self.parameters.get(lower)?.value;
        let is_open = self.origin.corpus.inputs.open_defaults && self.origin.callers.is_empty();
        match default.filter(|_| !is_open) {
            Some(default) => Some(self.value(default)),
            // What may be null is, where nothing is given.
            None if declaration.get("nullable").and_then(Node::as_bool) == Some(true) => {
                Some(Node::new(Value::Null, declaration.span))
            }
            None => {
                let shown = if self.origin.text.is_some() { name.to_owned() } else { format!("parameters('{name}')") };
                Some(parameter::undecided(name, shown, declaration))
            }
        }
    }

    fn variable(&self, lower: &str) -> Option<Node> {
        match *self.variables.get(lower)? {
            Variable::Value(entry) => Some(self.value(&entry.value)),
            Variable::Loop(item) => Some(self.variable_loop(item)),
        }
    }
}

/// A value, unless it is so large or deep that using it several times would have no bound.
fn bounded(name: &str, value: Node) -> Node {
    let mut left = MAX_SIZE;
    if fits(&value, &mut left, MAX_NESTED) {
        return value;
    }
    Node::unresolved("", format!("the value of `{name}` is too large to be followed"), value.span)
}

fn fits(node: &Node, left: &mut usize, depth: usize) -> bool {
    if *left == 0 || depth == 0 {
        return false;
    }
    *left -= 1;
    match &node.value {
        Value::List(items) => items.iter().all(|item| fits(item, left, depth - 1)),
        Value::Map(map) => map.entries.iter().all(|entry| fits(&entry.value, left, depth - 1)),
        Value::Unresolved(open) => open.alternatives.iter().all(|item| fits(item, left, depth - 1)),
        _ => true,
    }
}
