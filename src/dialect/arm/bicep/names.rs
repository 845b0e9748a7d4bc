//! What names stand for in Bicep: items of loops, parameters, variables, resources, modules, and what is imported.

use std::sync::Arc;

use crate::dialect::arm::call::Call;
use crate::dialect::arm::expression::{Expression, Form};
use crate::dialect::arm::kind;
use crate::dialect::arm::scope::Scope;
use crate::document::{Entry, Node, PartialText, Unresolved, Value};

/// A resource or module that a name stands for.
pub struct Symbol<'t> {
    /// Its declaration.
    pub entry: &'t Entry,
    /// Its address within the file: `account`, `account::service`, `account[0]`.
    pub address: String,
    /// Whether it is one of a loop that is not known.
    is_any: bool,
    /// The number of the item that its loop makes it of.
    at: Option<usize>,
}

/// The value of a name.
pub fn named(call: &Call<'_, '_>, name: &str) -> Node {
    let scope = call.scope;
    if let Some(value) = scope.local(name) {
        return call.used(&value, format!("`{name}` of the loop"));
    }
    if let Some(section) = scope.section_of(name) {
        return scope.declared(section, name, call);
    }
    if let Some(symbol) = scope.symbol(name) {
        return at_deployment(call, &symbol);
    }
    match scope.imported(name) {
        Some((from, original)) => scope.of_import(&from, &original, call),
        None => call.open(format!("`{name}` is not declared in this file")),
    }
}

/// What is asked of a resource, a module or a file whose names are imported; none where it is asked of something else.
pub fn property(call: &Call<'_, '_>, of: &Expression, key: &Expression) -> Option<Node> {
    let scope = call.scope;
    if let (Form::Name(name), Some(key)) = (&of.form, text(key))
        && scope.is_free(name)
        && let Some((from, original)) = scope.imported(name)
        && original == "*"
    {
        return Some(scope.of_import(&from, key, call));
    }
    if let Form::Select { of: module, key: outputs, .. } = &of.form
        && text(outputs) == Some("outputs")
        && let Some(symbol) = symbol_of(scope, call, module)
        && let Some(name) = text(key)
    {
        let output = symbol.at.is_none().then(|| scope.output(&symbol, name)).flatten();
        let what = || format!("output `{name}` of module `{}`", symbol.address);
        return Some(output.map_or_else(|| at_deployment(call, &symbol), |value| call.used(&value, what())));
    }
    if symbol_of(scope, call, call.whole).is_some() {
        return None;
    }
    let symbol = symbol_of(scope, call, of)?;
    let item = &symbol.entry.value;
    Some(match text(key) {
        Some("name") => match scope.within(&symbol, || item.get("name").map(|name| scope.value(name))) {
            Some(name) => call.used(&name, format!("name of `{}`", symbol.address)),
            None => at_deployment(call, &symbol),
        },
        Some("id") => id(call, &symbol),
        Some(key @ ("type" | "apiVersion")) => item.get(key).cloned().unwrap_or_else(|| at_deployment(call, &symbol)),
        _ => at_deployment(call, &symbol),
    })
}

fn text(key: &Expression) -> Option<&str> {
    match &key.form {
        Form::Value(node) => node.as_str(),
        _ => None,
    }
}

/// The resource or module that an expression stands for: `name`, `name[0]`, `parent::name`.
pub fn symbol_of<'t>(scope: &Scope<'t>, call: &Call<'_, 't>, expression: &Expression) -> Option<Symbol<'t>> {
    match &expression.form {
        Form::Name(name) if scope.is_free(name) => scope.symbol(name),
        Form::Select { of, key, .. } => {
            let whole = symbol_of(scope, call, of)?;
            if let Some(name) = text(key) {
                let entry = whole.entry.value.get("resources")?.entry(name)?;
                let address = format!("{}::{name}", whole.address);
                let is_any = whole.is_any || entry.value.get("for").is_some();
                return Some(Symbol { entry, address, is_any, at: whole.at });
            }
            whole.entry.value.get("for")?;
            match call.value(key).map(|key| key.value) {
                Some(Value::Int(at)) => {
                    let address = format!("{}[{at}]", whole.address);
                    Some(Symbol { address, is_any: false, at: usize::try_from(at).ok(), ..whole })
                }
                _ => Some(whole),
            }
        }
        _ => None,
    }
}

/// What only the deployment knows of a resource.
fn at_deployment(call: &Call<'_, '_>, symbol: &Symbol<'_>) -> Node {
    let because = format!("what `{}` is deployed as is known at deployment", symbol.address);
    call.node(Value::Unresolved(Arc::new(Unresolved {
        expression: call.written(call.whole).into(),
        because: because.into(),
        references: references(call.scope, symbol),
        ..Unresolved::default()
    })))
}

/// The id of a resource: a reference, which ends with its name.
fn id(call: &Call<'_, '_>, symbol: &Symbol<'_>) -> Node {
    let name = call.scope.within(symbol, || symbol.entry.value.get("name").map(|name| call.scope.value(name)));
    let name = name.as_ref().and_then(Node::as_str).unwrap_or("");
    call.node(Value::Unresolved(Arc::new(Unresolved {
        expression: call.written(call.whole).into(),
        because: "the id of a resource has the subscription and the resource group of the deployment".into(),
        references: references(call.scope, symbol),
        partial: Some(Box::new(PartialText::around("/", name))),
        ..Unresolved::default()
    })))
}

fn references(scope: &Scope<'_>, symbol: &Symbol<'_>) -> Vec<Box<str>> {
    if symbol.is_any { Vec::new() } else { vec![format!("{}{}", scope.origin.prefix, symbol.address).into()] }
}

impl<'t> Scope<'t> {
    /// Whether a name is none of a loop, a parameter or a variable.
    fn is_free(&self, name: &str) -> bool {
        self.local(name).is_none() && self.section_of(name).is_none()
    }

    /// The resource or module that is declared with a name.
    pub fn symbol(&self, name: &str) -> Option<Symbol<'t>> {
        let found = |resources: &'t Node, around: &str| {
            let entry = resources.entry(name)?;
            let is_any = entry.value.get("for").is_some();
            Some(Symbol { entry, address: format!("{around}{name}"), is_any, at: None })
        };
        let resources = self.template.get("resources")?;
        let nested = || {
            resources.entries().iter().find_map(|outer| {
                let symbol = found(outer.value.get("resources")?, &format!("{}::", outer.key.name))?;
                Some(Symbol { is_any: symbol.is_any || outer.value.get("for").is_some(), ..symbol })
            })
        };
        found(resources, "").or_else(nested)
    }

    /// Evaluates something of a resource, of which the item of its loop is known.
    fn within<T>(&self, symbol: &Symbol<'_>, evaluate: impl FnOnce() -> Option<T>) -> Option<T> {
        let Some(repeated) = symbol.entry.value.get("for") else { return evaluate() };
        let over = self.value(repeated.get("over")?);
        let item = over.items().get(symbol.at?)?;
        self.with_locals(super::compound::bound(&names_of(repeated), item, symbol.at?, repeated.span), evaluate)
    }

    /// The file that a name is imported from, and what it is called there.
    fn imported(&self, name: &str) -> Option<(String, String)> {
        let imports = self.template.get("imports")?.items();
        imports.iter().find_map(|import| {
            let original = import.get("names")?.get(name)?.as_str()?;
            Some((import.get("from")?.as_str()?.to_owned(), original.to_owned()))
        })
    }

    /// The value of a name of another file.
    fn of_import(&self, from: &str, name: &str, call: &Call<'_, 't>) -> Node {
        match self.library(from) {
            Ok(library) => match library.section_of(name) {
                Some(section) => {
                    let value = library.declared(section, name, call);
                    call.used(&value, format!("`{name}` of {}", library.origin.document.path))
                }
                None => call.open(format!("`{name}` is not declared in {}", library.origin.document.path)),
            },
            Err(because) => call.open(because),
        }
    }

    /// The name of a resource within another one, which is named by `parent`: that of the other one and its own.
    pub fn parent_of(&self, item: &Node) -> Option<Symbol<'t>> {
        let written = item.get("parent")?;
        let text = self.origin.text?;
        let expression = super::expression::read(text, written.span)?;
        let place = crate::dialect::arm::call::Place { span: written.span, text };
        let call = Call { scope: self, place: &place, whole: &expression, arguments: &[] };
        symbol_of(self, &call, &expression)
    }
}

/// What a loop calls its items and their numbers.
pub fn names_of(repeated: &Node) -> Vec<String> {
    let names = ["item", "index"].into_iter().filter_map(|key| repeated.get(key)?.as_str());
    names.map(str::to_owned).collect()
}

/// Whether a type is that of a module.
pub fn is_module(kind: &str, item: &Node) -> bool {
    kind == kind::DEPLOYMENT && item.get("module").is_some()
}
