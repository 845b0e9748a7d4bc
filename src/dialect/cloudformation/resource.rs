//! Lists the resources of a stack, and of the stacks that it nests.

use std::sync::Arc;

use super::condition::Verdict;
use super::scope::Scope;
use super::stack::{Member, Stack};
use super::{NAME, globals, loops, view};
use crate::dialect::{Resource, Typing};
use crate::document::{Entry, Guard, MAX_DEPTH, Map, Node, Problem, Text, Trail, Unresolved, Value};
use crate::kernel::lift::merged;
use crate::schema::{self, Type};
use crate::source::Span;
use crate::truth::Truth;

/// The kind of the one resource that stands for a template itself.
pub const TEMPLATE: &str = "Template";

/// What a resource counts for beside its values, in bytes.
const RESOURCE: usize = 2048;

impl Stack<'_> {
    /// Whether a resource or output exists, and what is known where it does.
    pub fn existence(&self, member: &Member) -> (Verdict, Scope) {
        let certain = Verdict { truth: Truth::True, because: "".into(), guard: None };
        let Some(name) = condition_name(member) else { return (certain, member.scope.clone()) };
        let verdict = self.condition(&name, &member.scope);
        if verdict.truth == Truth::Unknown && !self.conditions.contains_key(&*name) {
            let span = member.value.get("Condition").map_or(member.key, |node| node.span);
            self.undeclared(span, format!("condition `{name}` is not declared"));
        }
        let scope = match verdict.truth {
            Truth::Unknown => self.assume(&member.scope, &name, true),
            _ => member.scope.clone(),
        };
        (verdict, scope)
    }

    /// Lists the resources; `uncertain` when it is not certain that the stack itself exists.
    pub fn list(&self, uncertain: Option<&Arc<Unresolved>>, resources: &mut Vec<Resource>) {
        if self.run.visit(self.template.file) {
            resources.push(self.template_resource());
        }
        let mut nested = Vec::new();
        for (at, member) in self.resources.iter().enumerate() {
            let (verdict, scope) = self.existence(member);
            if verdict.truth == Truth::False {
                continue;
            }
            let condition = uncertainty(member, &verdict, uncertain).or_else(|| member.perhaps.clone());
            if !self.budget.keep(RESOURCE) {
                break;
            }
            if let Some(resource) = self.resource_of(member, &scope, condition.clone()) {
                resources.push(resource);
            }
            nested.push((at, condition));
        }
        if self.budget.is_spent() || self.budget.spent().is_short {
            let message =
                "the template takes too many steps or makes too much; what was not reached stays open or is not judged";
            let path = Arc::clone(&self.root_path);
            self.run.report(Problem::error("cloudformation::limit", path, None, message));
        }
        for (at, condition) in nested {
            if let Some(stack) = self.nested(at) {
                stack.list(condition.as_ref(), resources);
            }
        }
    }

    fn resource_of(&self, member: &Member, scope: &Scope, condition: Option<Arc<Unresolved>>) -> Option<Resource> {
        let Some(kind) = self.kind_of(member, scope) else {
            let path = Arc::clone(&self.template.path);
            let problem = if &*member.name == "Fn::Transform" {
                let message = "the resources that `Fn::Transform` adds are not in this repository";
                Problem::notice("cloudformation::transform", path, Some(member.key), message)
            } else {
                let message = format!("`{}` is not judged: it has no type that CloudFormation knows", member.name);
                Problem::notice("cloudformation::type", path, Some(member.key), message)
            };
            self.run.report(problem);
            return None;
        };
        let span = member.key.to(member.value.span);
        let mut body = self.body(&kind, member, scope);
        if is_spelt_otherwise(&body, 0) {
            let shape = schema::of(&format!("{NAME}/{kind}")).shape();
            spell_truths(&mut body, shape.as_ref().unwrap_or(&Type::Any), 0);
        }
        let names = view::names(&kind, &body);
        view::derive(&kind, &mut body);
        body.derive("@attributes", self.attributes(member, scope));
        Some(Resource {
            identity: crate::dialect::Identity::default(),
            kind: format!("{NAME}/{kind}").into(),
            address: Arc::from(&*self.address(&member.name)),
            scope: Arc::clone(&self.root_path),
            deployment: Arc::clone(&self.root_path),
            body,
            span,
            header: member.key,
            typing: Typing::Loose,
            names,
            condition,
            trail: self.trail(),
        })
    }

    fn trail(&self) -> Trail {
        if self.calls.is_empty() { None } else { Some(Arc::new(self.calls.clone())) }
    }

    fn kind_of(&self, member: &Member, scope: &Scope) -> Option<String> {
        let kind = self.value(member.value.get("Type")?, scope)?;
        kind.as_str().filter(|kind| kind.contains("::")).map(str::to_owned)
    }

    /// The properties, evaluated; a map, whatever is written.
    fn body(&self, kind: &str, member: &Member, scope: &Scope) -> Node {
        let written = member.value.get("Properties");
        let merged = globals::merged(&self.template.root, kind, written, member.key);
        let value = match merged.as_ref().or(written) {
            Some(properties) => self.value(properties, scope),
            None => return Node::map(Vec::new(), member.value.span),
        };
        match value {
            Some(node) if matches!(node.value, Value::Map(_)) => node,
            Some(Node { value: Value::Unresolved(open), span, trail }) => {
                let map = Map { entries: Vec::new(), rest: Some(open) };
                Node { value: Value::Map(Arc::new(map)), span, trail }
            }
            _ => Node::map(Vec::new(), member.value.span),
        }
    }

    /// What is said of the resource beside its properties.
    fn attributes(&self, member: &Member, scope: &Scope) -> Node {
        let written = member.value.entries().iter();
        let entries = written
            .filter(|entry| !matches!(&*entry.key.name, "Type" | "Properties"))
            .filter_map(|entry| Some(Entry { value: self.value(&entry.value, scope)?, ..entry.clone() }));
        Node::map(entries.collect(), member.value.span)
    }

    /// The template itself: all of it but the resources, which are judged on their own.
    fn template_resource(&self) -> Resource {
        let root = &self.template.root;
        let outputs = self.section("Outputs");
        let shown = self.parameters_shown(&outputs, root.span);
        let entries = root.entries().iter().filter(|entry| &*entry.key.name != "Resources").map(|entry| {
            if &*entry.key.name == "Outputs" {
                Entry { value: self.outputs(&outputs, entry.value.span), ..entry.clone() }
            } else {
                entry.clone()
            }
        });
        let mut body = Node::map(entries.collect(), root.span);
        body.derive("parameters_shown", shown);
        let header = root.entries().first().map_or(Span { end: root.span.start, ..root.span }, |entry| entry.key.span);
        Resource {
            identity: crate::dialect::Identity::default(),
            kind: format!("{NAME}/{TEMPLATE}").into(),
            address: Arc::clone(&self.template.path),
            scope: Arc::clone(&self.root_path),
            deployment: Arc::clone(&self.root_path),
            body,
            span: root.span,
            header,
            typing: Typing::Loose,
            names: Vec::new(),
            condition: None,
            trail: self.trail(),
        }
    }

    fn outputs(&self, members: &[Member], span: Span) -> Node {
        let entries = members.iter().filter_map(|member| {
            let (verdict, scope) = self.existence(member);
            if verdict.truth == Truth::False {
                return None;
            }
            let value = self.value(&member.value, &scope)?;
            Some(Entry::new(Arc::clone(&member.name), member.key, value))
        });
        Node::map(entries.collect(), span)
    }
}

/// Truths in the letters that rules compare: CloudFormation takes `True` and `TRUE` for true in properties that are truths,
/// though its functions tell them apart. Texts are left as they are.
fn spell_truths(node: &mut Node, ty: &Type, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &mut node.value {
        Value::Str(text) if matches!(ty, Type::Bool | Type::Any) => {
            let word = ["true", "false"].into_iter().find(|word| text.as_str().eq_ignore_ascii_case(word));
            if let Some(word) = word.filter(|word| text.as_str() != *word) {
                node.value = Value::Str(Text::opaque(word));
            }
        }
        Value::List(items) if items.iter().any(may_spell) => {
            let item = if let Type::List(item) = ty { item } else { ty };
            for node in Arc::make_mut(items) {
                spell_truths(node, item, depth + 1);
            }
        }
        Value::Map(map) if map.entries.iter().any(|entry| may_spell(&entry.value)) => {
            for entry in &mut Arc::make_mut(map).entries {
                let inner = match ty {
                    Type::Map(item) => item,
                    _ => ty.field(&entry.key.name).map_or(&Type::Any, |field| &field.ty),
                };
                spell_truths(&mut entry.value, inner, depth + 1);
            }
        }
        Value::Unresolved(open) if open.alternatives.iter().any(may_spell) => {
            for alternative in &mut Arc::make_mut(open).alternatives {
                spell_truths(alternative, ty, depth + 1);
            }
        }
        _ => {}
    }
}

/// Whether a truth is spelt in or below a node in other letters than rules do.
fn is_spelt_otherwise(node: &Node, depth: usize) -> bool {
    let below = |node: &Node| is_spelt_otherwise(node, depth + 1);
    depth <= MAX_DEPTH
        && match &node.value {
            Value::Str(text) => {
                let text = text.as_str();
                ["true", "false"].iter().any(|word| text != *word && text.eq_ignore_ascii_case(word))
            }
            Value::List(items) => items.iter().any(below),
            Value::Map(map) => map.entries.iter().any(|entry| below(&entry.value)),
            Value::Unresolved(open) => open.alternatives.iter().any(below),
            _ => false,
        }
}

/// Whether a truth may be spelt in or below a node in other letters.
fn may_spell(node: &Node) -> bool {
    match &node.value {
        Value::Str(text) => text.as_str().starts_with(['T', 'F', 't', 'f']) && text.as_str().len() <= 5,
        Value::List(_) | Value::Map(_) | Value::Unresolved(_) => true,
        _ => false,
    }
}

/// Why it is not certain that a resource exists: a condition of its own, or of the stack that it is in.
fn uncertainty(member: &Member, verdict: &Verdict, outer: Option<&Arc<Unresolved>>) -> Option<Arc<Unresolved>> {
    if verdict.truth == Truth::True {
        return outer.cloned();
    }
    let name = condition_name(member).unwrap_or_default();
    let own = Unresolved {
        expression: format!("Condition: {name}").into(),
        because: verdict.because.clone(),
        ..Unresolved::default()
    };
    let Some(outer) = outer else { return Some(Arc::new(verdict.tell(own, member.key))) };
    let both = merged(own.expression.clone(), &[&own, outer]);
    let guard = verdict.guard.clone().zip(outer.when_true()).and_then(|(own, outer)| Guard::all([own, outer]));
    Some(Arc::new(match guard {
        Some(guard) => both.true_where(&guard, member.key),
        None => both,
    }))
}

/// The name of the condition that a resource or output exists under, with loop variables replaced.
fn condition_name(member: &Member) -> Option<String> {
    let node = member.value.get("Condition")?;
    let Value::Str(written) = &node.value else { return None };
    loops::text(node, written, &member.scope).as_str().map(str::to_owned)
}
