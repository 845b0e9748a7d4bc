//! Where the outputs of a template show what is to be hidden: outputs stand in the history of deployments, for everybody who
//! may read the resource group.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter-rule-outputs-should-not-contain-secrets>

use std::collections::BTreeSet;

use super::bicep;
use super::expression::{self, Expression, Form, Item, Member, Written};
use super::scope::{Scope, Section};
use crate::document::{Entry, Node, Value};

/// Most secrets that are told of one template.
const MOST: usize = 200;

/// Deepest way from an output through variables to a secret.
const MAX_DEPTH: usize = 64;

/// Functions, in lower case, whose value tells next to nothing of their arguments.
#[rustfmt::skip] // Words fill lines.
const TELL_NOTHING: &[&str] = &[
    "length", "empty", "contains", "equals", "not", "and", "or", "startswith", "endswith", "greater", "less",
    "greaterorequals", "lessorequals", "uniquestring", "guid", "reference", "resourceid", "indexof", "lastindexof",
];

/// Words in the names of functions of resources (`listKeys`, `listConnectionStrings`) which give secrets.
const LISTED: &[&str] = &["key", "secret", "credential", "connectionstring", "sas", "token", "password", "callback"];

/// Parts of the resources of which `list` gives secrets.
const LISTED_OF: &[&str] = &["/host/", "/config", "/functions", "credentials", "keys"];

/// Properties of resources, in lower case, which are secrets.
#[rustfmt::skip] // Words fill lines.
const PROPERTIES: &[&str] = &[
    "primarykey", "secondarykey", "primarymasterkey", "secondarymasterkey", "primarysharedkey", "secondarysharedkey",
    "primaryconnectionstring", "secondaryconnectionstring", "accesskey", "token", "password", "adminpassword",
    "administratorloginpassword", "clientsecret",
];

impl Scope<'_> {
    /// The secrets that outputs show: of which output, what, and whether it is marked as secure.
    pub fn secrets_shown(&self, outputs: &Node) -> Node {
        let mut items = Vec::new();
        for output in outputs.entries() {
            let kind = output.value.get("type").and_then(Node::as_str).unwrap_or("");
            let Some(value) = output.value.get("value").or_else(|| output.value.get("copy")) else { continue };
            let mut found = Shown { scope: self, seen: BTreeSet::new(), variables: BTreeSet::new() };
            found.node(value, 0);
            let entry = |key: &str, node: Node| Entry::new(key, value.span, node);
            items.extend(found.seen.iter().map(|what| {
                // What stands at the place of the value may be secret; what it is called is not.
                let what = Node::text(what.as_str(), output.key.span);
                let output = entry("output", Node::text(&*output.key.name, output.key.span));
                let marked = Node::new(Value::Bool(is_secure(kind)), value.span);
                Node::map(vec![output, entry("what", what), entry("secure", marked)], value.span)
            }));
            if items.len() > MOST {
                break;
            }
        }
        Node::list(items, outputs.span)
    }
}

fn is_secure(kind: &str) -> bool {
    ["securestring", "secureobject"].iter().any(|secure| secure.eq_ignore_ascii_case(kind))
}

/// What one output shows.
struct Shown<'s, 't> {
    scope: &'s Scope<'t>,
    seen: BTreeSet<String>,
    /// The variables that were looked into.
    variables: BTreeSet<String>,
}

impl Shown<'_, '_> {
    fn node(&mut self, node: &Node, depth: usize) {
        let Some(_level) = self.scope.budget.enter().filter(|_| depth < MAX_DEPTH) else { return };
        match (&node.value, self.scope.origin.text) {
            (Value::Str(text), None) => {
                if let Written::Expression(expression) = expression::read(text.as_str()) {
                    self.expression(&expression, depth);
                }
            }
            (Value::Unresolved(_), Some(text)) => {
                if let Some(expression) = bicep::expression::read(text, node.span) {
                    self.expression(&expression, depth);
                }
            }
            (Value::List(items), _) => items.iter().for_each(|item| self.node(item, depth + 1)),
            (Value::Map(map), _) => map.entries.iter().for_each(|entry| self.node(&entry.value, depth + 1)),
            _ => {}
        }
    }

    fn expression(&mut self, expression: &Expression, depth: usize) {
        let Some(_level) = self.scope.budget.enter().filter(|_| depth < MAX_DEPTH) else { return };
        let deeper = depth + 1;
        match &expression.form {
            Form::Call(name, arguments) => self.call(name, arguments, deeper),
            Form::Select { of, key, .. } => match literal(key) {
                Some(key) if is_of_resource(self.scope, of) => {
                    if PROPERTIES.iter().any(|secret| secret.eq_ignore_ascii_case(key)) {
                        self.seen.insert(key.to_owned());
                    }
                }
                _ => self.expression(of, deeper),
            },
            Form::Name(name) => {
                if let Some(section) = self.scope.section_of(name) {
                    self.declared(section, name, deeper);
                }
            }
            Form::Object(members) => {
                for member in members {
                    let (Member::Entry(_, value) | Member::Spread(value)) = member;
                    self.expression(value, deeper);
                }
            }
            Form::Array(items) => {
                for item in items {
                    let (Item::Value(value) | Item::Spread(value)) = item;
                    self.expression(value, deeper);
                }
            }
            Form::Loop(_, parts) => parts.iter().for_each(|part| self.expression(part, deeper)),
            Form::Lambda(_, body) => self.expression(body, deeper),
            Form::Text(_) | Form::Number(_) | Form::Value(_) => {}
        }
    }

    fn call(&mut self, name: &str, arguments: &[Expression], depth: usize) {
        let declared = arguments.first().and_then(literal);
        match (name, declared) {
            ("parameters", Some(of)) => self.declared(Section::Parameters, of, depth),
            ("variables", Some(of)) => self.declared(Section::Variables, of, depth),
            // What it depends on is not what it shows.
            ("if", _) => arguments.iter().skip(1).for_each(|argument| self.expression(argument, depth)),
            _ if TELL_NOTHING.contains(&name) => {}
            _ if name.starts_with("list") => {
                let of_secrets = || arguments.iter().any(|argument| says(argument, LISTED_OF, depth));
                if LISTED.iter().any(|word| name.contains(word)) || name == "list" && of_secrets() {
                    self.seen.insert(format!("{name}()"));
                }
            }
            _ => arguments.iter().for_each(|argument| self.expression(argument, depth)),
        }
    }

    fn declared(&mut self, section: Section, name: &str, depth: usize) {
        match section {
            Section::Parameters => {
                let kind =
                    self.scope.declaration(name).and_then(|declared| declared.get("type")).and_then(Node::as_str);
                if kind.is_some_and(is_secure) {
                    self.seen.insert(name.to_owned());
                }
            }
            Section::Variables => {
                let written = self.scope.written_variable(name);
                if let Some(written) = written.filter(|_| self.variables.insert(name.to_ascii_lowercase())) {
                    self.node(written, depth);
                }
            }
        }
    }
}

/// The text that an expression is.
fn literal(expression: &Expression) -> Option<&str> {
    match &expression.form {
        Form::Text(text) => Some(text),
        Form::Value(node) => node.as_str(),
        _ => None,
    }
}

/// Whether what is asked for a property is a resource, or a part of one.
fn is_of_resource(scope: &Scope<'_>, expression: &Expression) -> bool {
    match &expression.form {
        Form::Call(name, _) => name == "reference",
        Form::Select { of, .. } => is_of_resource(scope, of),
        Form::Name(name) => scope.origin.text.is_some() && scope.section_of(name).is_none(),
        _ => false,
    }
}

/// Whether a text within an expression has one of some words.
fn says(expression: &Expression, words: &[&str], depth: usize) -> bool {
    let has = |text: &str| words.iter().any(|word| text.to_ascii_lowercase().contains(word));
    match &expression.form {
        Form::Call(_, arguments) if depth < MAX_DEPTH => {
            arguments.iter().any(|argument| says(argument, words, depth + 1))
        }
        _ => literal(expression).is_some_and(has),
    }
}
