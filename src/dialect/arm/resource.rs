//! Lists the resources of a template, those within other resources and those of nested deployments.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::bicep::compound;
use super::bicep::names::{self, names_of};
use super::call::shortened;
use super::function::{condition_of, truth_of};
use super::kind::{self, DEPLOYMENT};
use super::parameter::{self, Values};
use super::scope::Scope;
use super::{NAME, spelling, view};
use crate::dialect::{Extraction, Resource, Typing};
use crate::document::{Entry, Guard, Map, Node, Problem, Step, Unresolved, Value};
use crate::kernel::lift::{Fault, merged};
use crate::source::{FileId, Span};
use crate::truth::Truth;

/// The kind of the template itself, which is all of it that is no resource.
pub const TEMPLATE: &str = "Template";

/// What a resource counts for, in bytes.
const RESOURCE: usize = 4096;

/// The resources of one file in the making.
pub struct Listing<'e> {
    /// The path of the template that is deployed: what is in it is of one scope.
    root: Arc<str>,
    /// What the deployment is called.
    deployment: Arc<str>,
    extraction: &'e mut Extraction,
    /// The files of the modules that are deployed.
    visited: BTreeSet<FileId>,
}

/// What a list of resources stands in.
#[derive(Clone, Default)]
struct Around {
    /// The type and the name of the resource.
    parent: Option<(String, Name)>,
    /// What the addresses of resources with symbolic names begin with.
    symbol: String,
    /// Why it is not certain that any of it is deployed.
    uncertain: Option<Arc<Unresolved>>,
    /// The nested deployments, nearest first.
    calls: Vec<Step>,
    /// What addresses within them begin with.
    prefix: String,
}

/// A resource, as it is written.
struct Found<'t> {
    kind: String,
    /// Its symbolic name, with those of what it is written in.
    symbol: Option<String>,
    name: Name,
    item: &'t Node,
}

/// The name of a resource: as it is shown, and whether it is decided.
#[derive(Clone)]
struct Name {
    shown: String,
    is_decided: bool,
}

impl<'e> Listing<'e> {
    /// Lists into an extraction.
    pub fn new(root: Arc<str>, deployment: Arc<str>, extraction: &'e mut Extraction) -> Listing<'e> {
        Listing { root, deployment, extraction, visited: BTreeSet::new() }
    }

    /// Lists a template and its resources.
    pub fn list(&mut self, scope: &Scope<'_>, template: &Node) {
        self.within(scope, template, &Around::default());
    }

    /// A template and its resources, with what stands around it.
    fn within(&mut self, scope: &Scope<'_>, template: &Node, around: &Around) {
        self.extraction.resources.extend(self.template(scope, template, around));
        self.list_around(scope, template.get("resources"), around);
    }

    /// The template itself, where it gives something out that is to be kept.
    fn template(&self, scope: &Scope<'_>, template: &Node, around: &Around) -> Option<Resource> {
        let outputs = template.entry("outputs").filter(|outputs| !outputs.value.entries().is_empty())?;
        let shown = scope.secrets_shown(&outputs.value);
        if shown.items().is_empty() || !scope.budget.keep(RESOURCE) {
            return None;
        }
        let given = Entry { value: scope.value(&outputs.value), ..outputs.clone() };
        let mut body = Node::map(vec![given], outputs.value.span);
        body.derive("secrets_shown", shown);
        Some(Resource {
            identity: crate::dialect::Identity::default(),
            kind: format!("{NAME}/{TEMPLATE}").into(),
            address: format!("{}{}", around.prefix, scope.origin.document.path).into(),
            scope: Arc::clone(&self.root),
            deployment: Arc::clone(&self.deployment),
            body,
            span: outputs.value.span,
            header: outputs.key.span,
            typing: Typing::Loose,
            names: Vec::new(),
            condition: around.uncertain.clone(),
            trail: around.trail(),
        })
    }

    /// Reports that a limit was reached; the files of the modules that are deployed.
    pub fn finish(self, scope: &Scope<'_>) -> BTreeSet<FileId> {
        if scope.budget.is_spent() || scope.budget.spent().is_short {
            let message =
                "the template takes too many steps or makes too much; what was not reached stays open or is not judged";
            self.extraction.problems.push(Problem::error("arm::limit", self.root, None, message));
        }
        self.visited
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
            _ => self.notice(
                scope,
                "arm::type",
                resources.span,
                "these resources are not judged: they are not written here",
            ),
        }
    }

    fn notice(&mut self, scope: &Scope<'_>, code: &'static str, span: Span, message: &str) {
        self.extraction.problems.push(Problem::notice(code, scope.origin.path(), Some(span), message));
    }

    /// A resource, or all that a loop of Bicep makes of it.
    fn resource(&mut self, scope: &Scope<'_>, symbol: Option<&str>, item: &Node, around: &Around) {
        let symbol = symbol.map(|symbol| format!("{}{symbol}", around.symbol));
        let Some(repeated) = item.get("for").filter(|_| scope.origin.text.is_some()) else {
            return self.single(scope, symbol, item, around);
        };
        let names = names_of(repeated);
        let over = repeated.get("over").map(|over| scope.value(over));
        match compound::items(over.as_ref()) {
            Ok(items) => {
                for (at, item_of) in items.iter().enumerate() {
                    let symbol = symbol.as_ref().map(|symbol| format!("{symbol}[{at}]"));
                    let locals = compound::bound(&names, item_of, at, repeated.span);
                    scope.with_locals(locals, || self.single(scope, symbol, item, around));
                }
            }
            Err(Fault::Open(because) | Fault::Refused(because)) => {
                let open = over.as_ref().and_then(Node::as_unresolved);
                let because = open.map_or(because.into(), |open| open.because.clone());
                let locals = names.into_iter().map(|name| {
                    let open = Unresolved { partial: None, ..uncertainty(name.clone(), because.clone()) };
                    (name, Node::new(Value::Unresolved(Arc::new(open)), repeated.span))
                });
                let mut parts = vec![uncertainty("for".to_owned(), because.clone())];
                parts.extend(around.uncertain.as_deref().cloned());
                let uncertain = merged("for".into(), &parts.iter().collect::<Vec<_>>());
                let around = Around { uncertain: Some(Arc::new(uncertain)), ..around.clone() };
                scope.with_locals(locals.collect(), || self.single(scope, symbol, item, &around));
            }
        }
    }

    fn single(&mut self, scope: &Scope<'_>, symbol: Option<String>, item: &Node, around: &Around) {
        if !scope.budget.keep(RESOURCE) {
            return;
        }
        let written = item.get("type").map(|node| scope.value(node));
        let Some(written) = written.as_ref().and_then(Node::as_str) else {
            return self.notice(scope, "arm::type", item.span, "this resource is not judged: its type is not decided");
        };
        let kind = kind::joined(around.parent.as_ref().map(|(kind, _)| kind.as_str()), written);
        if !kind::is_kind(&kind) {
            let message = format!("this resource is not judged: `{written}` is no type of resource");
            return self.notice(scope, "arm::type", item.span, &message);
        }
        let is_existing = item.get("existing").and_then(Node::as_bool) == Some(true);
        let name = name(scope, item, around, 0);
        let existence = existence(scope, item, around.uncertain.as_ref());
        let found = Found { kind, symbol, name, item };
        if let (Some(condition), false) = (&existence, is_existing) {
            let resource = self.made(scope, &found, condition.clone(), around);
            self.extraction.resources.push(resource);
        }
        // Whether a resource is deployed says nothing of those that are written within it.
        if item.get("resources").is_some() {
            let symbol = found.symbol.as_ref().map_or_else(String::new, |symbol| format!("{symbol}::"));
            let parent = Some((found.kind.clone(), found.name.clone()));
            self.list_around(scope, item.get("resources"), &Around { parent, symbol, ..around.clone() });
        }
        if let (DEPLOYMENT, Some(condition)) = (found.kind.as_str(), existence) {
            if names::is_module(&found.kind, item) {
                self.module(scope, &found, condition, around);
            } else {
                self.deployment(scope, &found, condition, around);
            }
        }
    }

    fn made(
        &self,
        scope: &Scope<'_>,
        found: &Found<'_>,
        condition: Option<Arc<Unresolved>>,
        around: &Around,
    ) -> Resource {
        let Found { kind, symbol, name, item } = found;
        let mut body = body(scope, kind, item);
        spelling::documented(&mut body);
        view::derive(kind, &mut body);
        if kind == ASSIGNMENT {
            body.derive("target_scope", Node::text(view::target_scope(scope.template), item.span));
        }
        let shown = Node::text(name.shown.as_str(), item.span);
        body.derive("whole_name", Node::text(name.shown.to_ascii_lowercase(), item.span));
        if let Some(of) = holder(scope, item, around, name) {
            body.derive("within", Node::text(of.to_ascii_lowercase(), item.span));
        }
        let within = &around.prefix;
        Resource {
            identity: crate::dialect::Identity::default(),
            kind: format!("{NAME}/{kind}").into(),
            address: symbol
                .as_ref()
                .map_or_else(|| format!("{within}{kind}/{}", name.shown), |symbol| format!("{within}{symbol}"))
                .into(),
            scope: Arc::clone(&self.root),
            deployment: Arc::clone(&self.deployment),
            body,
            span: item.span,
            header: item.entry("type").map_or(item.span, Entry::span),
            typing: Typing::Loose,
            names: if name.is_decided { view::names(&shown) } else { Vec::new() },
            condition,
            trail: around.trail(),
        }
    }

    /// The resources of the file that a module names.
    fn module(&mut self, scope: &Scope<'_>, found: &Found<'_>, uncertain: Option<Arc<Unresolved>>, around: &Around) {
        let shown = found.symbol.as_deref().unwrap_or(&found.name.shown);
        match scope.module(found.item, shown) {
            Ok(inner) => {
                self.visited.insert(inner.origin.document.file);
                let inside = around.inside(found, format!("module `{shown}`"), shown, uncertain);
                self.within(&inner, inner.template, &inside);
            }
            Err(because) => {
                let message = format!("module `{shown}` is not followed: {because}");
                let span = found.item.get("module").map_or(found.item.span, |path| path.span);
                self.notice(scope, "arm::module", span, &message);
            }
        }
    }

    /// The resources of a template that is written within the deployment.
    fn deployment(
        &mut self,
        scope: &Scope<'_>,
        found: &Found<'_>,
        uncertain: Option<Arc<Unresolved>>,
        around: &Around,
    ) {
        let Some(properties) = found.item.get("properties") else { return };
        let Some(template) = properties.get("template").filter(|node| node.as_map().is_some()) else { return };
        let shown = &found.name.shown;
        let inside = around.inside(found, format!("nested deployment `{shown}`"), shown, uncertain);
        let evaluated = properties.at(&["expressionEvaluationOptions", "scope"]).map(|node| scope.value(node));
        let evaluated = evaluated.as_ref().and_then(Node::as_str).unwrap_or("outer");
        if !evaluated.eq_ignore_ascii_case("inner") {
            return self.within(scope, template, &inside);
        }
        let passed = properties.get("parameters").map(|node| scope.value(node));
        let what = format!("passed to nested deployment `{shown}`");
        let given =
            passed.map_or_else(Values::new, |passed| parameter::passed(&passed, template, &what, parameter::value));
        let inner = Scope::new(scope.origin.clone(), template, given, Rc::clone(&scope.budget));
        self.within(&inner, template, &inside);
    }
}

impl Around {
    fn trail(&self) -> Option<Arc<Vec<Step>>> {
        (!self.calls.is_empty()).then(|| Arc::new(self.calls.clone()))
    }

    /// What stands around the resources that a deployment makes, which is called so in their addresses.
    fn inside(&self, found: &Found<'_>, what: String, shown: &str, uncertain: Option<Arc<Unresolved>>) -> Around {
        let span = found.item.entry("type").map_or(found.item.span, Entry::span);
        let step = Step { span, what: what.into() };
        Around {
            parent: None,
            symbol: String::new(),
            uncertain,
            calls: std::iter::once(step).chain(self.calls.iter().cloned()).collect(),
            prefix: format!("{}{shown}.", self.prefix),
        }
    }
}

/// What gives somebody a role in all that the template is deployed to, where it names no other scope.
const ASSIGNMENT: &str = "Microsoft.Authorization/roleAssignments";

/// Most resources that one names as what it is in, one within the other.
const MAX_PARENTS: usize = 8;

/// The whole name of a resource.
fn name(scope: &Scope<'_>, item: &Node, around: &Around, depth: usize) -> Name {
    let written = item.get("name");
    let value = written.map(|node| scope.value(node));
    let own = match value.as_ref().and_then(Node::as_str) {
        Some(name) => Name { shown: name.to_owned(), is_decided: true },
        None => Name { shown: written.map_or_else(|| "?".to_owned(), shown), is_decided: false },
    };
    let named = || scope.parent_of(item).filter(|_| depth < MAX_PARENTS);
    let parent = match &around.parent {
        Some((_, parent)) => Some(parent.clone()),
        None => named().map(|parent| name(scope, &parent.entry.value, &Around::default(), depth + 1)),
    };
    match parent {
        // One that is written in another may say all of its name.
        Some(parent) if begins_with(&own.shown, &parent.shown) => own,
        Some(parent) => {
            Name { shown: format!("{}/{}", parent.shown, own.shown), is_decided: parent.is_decided && own.is_decided }
        }
        None => own,
    }
}

/// Whether a name has the parts of another one before its own; case does not count.
fn begins_with(name: &str, holder: &str) -> bool {
    let begins = name.get(..holder.len()).is_some_and(|start| start.eq_ignore_ascii_case(holder));
    begins && name.get(holder.len()..).is_some_and(|rest| rest.starts_with('/'))
}

/// The whole name of the resource that one is a part of, where that is certain: all of its own name is known, or it is written in
/// the other one, or names it.
fn holder(scope: &Scope<'_>, item: &Node, around: &Around, own: &Name) -> Option<String> {
    if own.is_decided {
        return own.shown.rsplit_once('/').map(|(holder, _)| holder.to_owned());
    }
    if let Some((_, parent)) = &around.parent {
        return Some(parent.shown.clone());
    }
    // What exists already may be the same as another one, whatever each of them is called here.
    let named = scope.parent_of(item).map(|parent| &parent.entry.value);
    let made = named.filter(|parent| parent.get("existing").and_then(Node::as_bool) != Some(true));
    made.map(|parent| name(scope, parent, &Around::default(), 1).shown)
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

/// What is written for a value.
fn shown(node: &Node) -> String {
    let written = node.as_unresolved().map(|open| &*open.expression);
    shortened(node.as_str().or(written).unwrap_or("?"))
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
    let mut written = without(item, &["resources", "for", "module"]);
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
