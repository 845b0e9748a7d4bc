//! Lists the resources of a template, those within other resources and those of nested deployments.

use std::rc::Rc;
use std::sync::Arc;

use super::call::shortened;
use super::function::{condition_of, truth_of};
use super::kind::{self, DEPLOYMENT};
use super::parameter::{self, Values};
use super::scope::Scope;
use super::{NAME, view};
use crate::dialect::{Extraction, Resource, Typing};
use crate::document::{Entry, Guard, Map, Node, Problem, Step, Unresolved, Value};
use crate::kernel::lift::merged;
use crate::source::Span;
use crate::truth::Truth;

/// The resources of one file in the making.
pub struct Listing<'e> {
    path: Arc<str>,
    extraction: &'e mut Extraction,
}

/// What a list of resources stands in.
#[derive(Clone, Default)]
struct Around {
    /// The type and the name of the resource.
    parent: Option<(String, Name)>,
    /// Why it is not certain that any of it is deployed.
    uncertain: Option<Arc<Unresolved>>,
    /// The nested deployments, nearest first.
    calls: Vec<Step>,
}

/// The name of a resource: as it is shown, and whether it is decided.
#[derive(Clone)]
struct Name {
    shown: String,
    is_decided: bool,
}

impl<'e> Listing<'e> {
    /// Lists into an extraction.
    pub fn new(path: Arc<str>, extraction: &'e mut Extraction) -> Listing<'e> {
        Listing { path, extraction }
    }

    /// Lists the resources of a template.
    pub fn list(&mut self, scope: &Scope<'_>, resources: Option<&Node>) {
        self.list_around(scope, resources, &Around::default());
    }

    /// Reports that a limit was reached.
    pub fn finish(self, scope: &Scope<'_>) {
        if scope.budget.is_spent() {
            let message = "the template takes too many steps to evaluate; the values that were not reached stay open";
            self.extraction.problems.push(Problem::error("arm::limit", self.path, None, message));
        }
    }

    fn list_around(&mut self, scope: &Scope<'_>, resources: Option<&Node>, around: &Around) {
        let Some(resources) = resources else { return };
        match &resources.value {
            Value::List(items) => {
                for item in items.iter() {
                    self.resource(scope, None, item, around);
                }
            }
            Value::Map(map) => {
                for entry in &map.entries {
                    self.resource(scope, Some(&entry.key.name), &entry.value, around);
                }
            }
            _ => self.notice(resources.span, "these resources are not judged: they are not written here"),
        }
    }

    fn notice(&mut self, span: Span, message: &str) {
        let problem = Problem::notice("arm::type", Arc::clone(&self.path), Some(span), message);
        self.extraction.problems.push(problem);
    }

    fn resource(&mut self, scope: &Scope<'_>, symbol: Option<&str>, item: &Node, around: &Around) {
        let written = item.get("type").map(|node| scope.value(node));
        let Some(written) = written.as_ref().and_then(Node::as_str) else {
            return self.notice(item.span, "this resource is not judged: its type is not decided");
        };
        let kind = kind::joined(around.parent.as_ref().map(|(kind, _)| kind.as_str()), written);
        if !kind::is_kind(&kind) {
            let message = format!("this resource is not judged: `{written}` is no type of resource");
            return self.notice(item.span, &message);
        }
        let is_existing = item.get("existing").and_then(Node::as_bool) == Some(true);
        let name = name(scope, item, around);
        let existence = existence(scope, item, around.uncertain.as_ref());
        if let (Some(condition), false) = (&existence, is_existing) {
            let resource = self.made(scope, &kind, symbol, item, &name, condition.clone(), around);
            self.extraction.resources.push(resource);
        }
        // Whether a resource is deployed says nothing of those that are written within it.
        if item.get("resources").is_some() {
            let inside = Around { parent: Some((kind.clone(), name.clone())), ..around.clone() };
            self.list_around(scope, item.get("resources"), &inside);
        }
        if let (DEPLOYMENT, Some(condition)) = (kind.as_str(), existence) {
            self.deployment(scope, item, &name, condition, around);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all of what a resource is made of")]
    fn made(
        &self,
        scope: &Scope<'_>,
        kind: &str,
        symbol: Option<&str>,
        item: &Node,
        name: &Name,
        condition: Option<Arc<Unresolved>>,
        around: &Around,
    ) -> Resource {
        let mut body = body(scope, kind, item);
        view::derive(kind, &mut body);
        let shown = Node::text(name.shown.as_str(), item.span);
        let within = around.calls.last().map_or(String::new(), |_| prefix(around));
        Resource {
            kind: format!("{NAME}/{kind}").into(),
            address: symbol
                .map_or_else(|| format!("{within}{kind}/{}", name.shown), |name| format!("{within}{name}"))
                .into(),
            scope: Arc::clone(&self.path),
            deployment: Arc::clone(&self.path),
            body,
            span: item.span,
            header: item.entry("type").map_or(item.span, Entry::span),
            typing: Typing::Loose,
            names: if name.is_decided { view::names(&shown) } else { Vec::new() },
            condition,
            trail: (!around.calls.is_empty()).then(|| Arc::new(around.calls.clone())),
        }
    }

    /// The resources of a template that is written within the deployment.
    fn deployment(
        &mut self,
        scope: &Scope<'_>,
        item: &Node,
        name: &Name,
        uncertain: Option<Arc<Unresolved>>,
        around: &Around,
    ) {
        let Some(properties) = item.get("properties") else { return };
        let Some(template) = properties.get("template").filter(|node| node.as_map().is_some()) else { return };
        let step = Step {
            span: item.entry("type").map_or(item.span, Entry::span),
            what: format!("nested deployment `{}`", name.shown).into(),
        };
        let calls = std::iter::once(step).chain(around.calls.iter().cloned()).collect();
        let inside = Around { parent: None, uncertain, calls };
        let evaluated = properties.at(&["expressionEvaluationOptions", "scope"]).map(|node| scope.value(node));
        let evaluated = evaluated.as_ref().and_then(Node::as_str).unwrap_or("outer");
        if !evaluated.eq_ignore_ascii_case("inner") {
            return self.list_around(scope, template.get("resources"), &inside);
        }
        let passed = properties.get("parameters").map(|node| scope.value(node));
        let what = format!("passed to nested deployment `{}`", name.shown);
        let given = passed.map_or_else(Values::new, |passed| parameter::passed(&passed, template, &what));
        let inner = Scope::new(template, given, Rc::clone(&scope.budget));
        self.list_around(&inner, template.get("resources"), &inside);
    }
}

/// What addresses within nested deployments begin with.
fn prefix(around: &Around) -> String {
    let names = around.calls.iter().rev().filter_map(|step| step.what.split('`').nth(1));
    names.fold(String::new(), |prefix, name| prefix + name + ".")
}

/// The whole name of a resource.
fn name(scope: &Scope<'_>, item: &Node, around: &Around) -> Name {
    let written = item.get("name");
    let value = written.map(|node| scope.value(node));
    let own = match value.as_ref().and_then(Node::as_str) {
        Some(name) => Name { shown: name.to_owned(), is_decided: true },
        None => Name { shown: shortened(written.and_then(Node::as_str).unwrap_or("?")), is_decided: false },
    };
    match &around.parent {
        Some((_, parent)) => {
            Name { shown: format!("{}/{}", parent.shown, own.shown), is_decided: parent.is_decided && own.is_decided }
        }
        None => own,
    }
}

/// Nothing where a resource surely is not deployed; else why that is not certain.
#[expect(clippy::option_option, reason = "the outer one is whether it exists")]
fn existence(scope: &Scope<'_>, item: &Node, outer: Option<&Arc<Unresolved>>) -> Option<Option<Arc<Unresolved>>> {
    let mut open: Vec<Unresolved> = Vec::new();
    let mut guards: Vec<Option<Guard>> = Vec::new();
    let written = item.get("condition").filter(|node| !matches!(node.value, Value::Null));
    if let Some(written) = written {
        let condition = scope.value(written);
        let because =
            || condition.as_unresolved().map_or("it is neither true nor false".into(), |open| open.because.clone());
        match truth_of(&condition) {
            Truth::False => return None,
            Truth::True => {}
            Truth::Unknown => {
                guards.push(condition.as_unresolved().and_then(condition_of));
                open.push(uncertainty(format!("condition: {}", shown(written)), because()));
            }
        }
    }
    if let Some(repeated) = item.get("copy") {
        match scope.count(repeated) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(because) => {
                guards.push(None);
                open.push(uncertainty("copy".to_owned(), because));
            }
        }
    }
    let mut parts: Vec<&Unresolved> = open.iter().collect();
    let Some(first) = parts.first() else { return Some(outer.cloned()) };
    let expression = first.expression.clone();
    parts.extend(outer.map(|outer| &**outer));
    let unresolved = merged(expression, &parts);
    guards.extend(outer.map(|outer| outer.when_true()));
    let guard = guards.into_iter().collect::<Option<Vec<Guard>>>().and_then(Guard::all);
    Some(Some(Arc::new(match guard {
        Some(guard) => unresolved.true_where(&guard, item.span),
        None => unresolved,
    })))
}

fn uncertainty(expression: String, because: Box<str>) -> Unresolved {
    Unresolved { expression: expression.into(), because, ..Unresolved::default() }
}

fn shown(node: &Node) -> String {
    shortened(node.as_str().unwrap_or("?"))
}

/// The resource, evaluated; without the resources and the template within it, which are judged on their own.
fn body(scope: &Scope<'_>, kind: &str, item: &Node) -> Node {
    let without = |node: &Node, names: &[&str]| match &node.value {
        Value::Map(map) => {
            let entries = map.entries.iter().filter(|entry| !names.contains(&&*entry.key.name)).cloned().collect();
            Node { value: Value::Map(Arc::new(Map { entries, rest: map.rest.clone() })), ..node.clone() }
        }
        _ => node.clone(),
    };
    let mut written = without(item, &["resources"]);
    if kind == DEPLOYMENT
        && let Value::Map(map) = &mut written.value
    {
        for entry in &mut Arc::make_mut(map).entries {
            if &*entry.key.name == "properties" {
                entry.value = without(&entry.value, &["template"]);
            }
        }
    }
    scope.value(&written)
}
