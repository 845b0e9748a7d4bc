//! A template in the place it is deployed: its parameters have values, its resources addresses.
//!
//! Evaluation is total and bounded: what goes too deep or takes too long stays open with that reason.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::call::Call;
use super::condition::Verdicts;
use super::intrinsic;
use super::loops::{self, LOOP};
use super::parameter::{Given, Parameter};
use super::run::{Run, Template};
use super::scope::Scope;
use crate::document::{Entry, Map, Node, PartialText, Problem, Step, Unresolved, Value};
use crate::kernel::budget::Budget;
use crate::kernel::lift::{Evaluated, relocated};
use crate::source::{FileId, Span};

/// A template in the place it is deployed.
pub struct Stack<'a> {
    /// The extraction.
    pub run: &'a Run<'a>,
    /// The template.
    pub template: Template,
    /// The resources, with loops expanded; conditions are not looked at.
    pub resources: Vec<Member>,
    /// The definitions of conditions, with loops expanded.
    pub conditions: BTreeMap<Arc<str>, Member>,
    /// The conditions that have been decided.
    pub verdicts: RefCell<Verdicts>,
    /// The path of the root template: links join the resources below one.
    pub root_path: Arc<str>,
    /// The stacks that nest this one, nearest first.
    pub calls: Vec<Step>,
    /// The files of those stacks.
    pub ancestors: Vec<FileId>,
    /// What is left of the work that the root template may cause.
    pub budget: Rc<Budget>,
    prefix: Box<str>,
    parameters: BTreeMap<Arc<str>, Parameter>,
    index: BTreeMap<Arc<str>, usize>,
    nested: Vec<Nested<'a>>,
    is_complete: bool,
    is_closed: bool,
}

/// What a resource nests, once it has been asked for.
#[derive(Default)]
struct Nested<'a> {
    is_being_made: Cell<bool>,
    stack: OnceCell<Option<Box<Stack<'a>>>>,
}

/// An entry of a section, with loops expanded.
#[derive(Clone)]
pub struct Member {
    /// Its name.
    pub name: Arc<str>,
    /// Where its name is written.
    pub key: Span,
    /// What is written under the name.
    pub value: Node,
    /// The loop variables.
    pub scope: Scope,
    /// Set when it stands for any number of entries: the loop that nobody knows the length of.
    pub perhaps: Option<Arc<Unresolved>>,
}

/// Where a stack is nested.
pub struct Place {
    /// What its addresses begin with: `Network.`
    pub prefix: Box<str>,
    /// The path of the root template.
    pub root_path: Arc<str>,
    /// The stacks that nest it, nearest first.
    pub calls: Vec<Step>,
    /// The files of those stacks.
    pub ancestors: Vec<FileId>,
    /// What is left of the work.
    pub budget: Rc<Budget>,
}

impl<'a> Stack<'a> {
    /// A stack of a template; `given` holds the values of its parameters.
    pub fn new(run: &'a Run<'a>, template: Template, given: &BTreeMap<String, Given>, place: Place) -> Stack<'a> {
        let declared = template.root.get("Parameters").map_or(&[][..], Node::entries);
        let by_default = !(run.corpus.inputs.open_defaults && place.prefix.is_empty());
        let parameters = declared
            .iter()
            .map(|entry| {
                let name = &entry.key.name;
                let id = format!("{} {}{name}", place.root_path, place.prefix);
                (Arc::clone(name), Parameter::new(name, id, &entry.value, given.get(&**name), by_default))
            })
            .collect();
        let mut stack = Stack {
            run,
            template,
            resources: Vec::new(),
            conditions: BTreeMap::new(),
            verdicts: RefCell::default(),
            root_path: place.root_path,
            calls: place.calls,
            ancestors: place.ancestors,
            budget: place.budget,
            prefix: place.prefix,
            parameters,
            index: BTreeMap::new(),
            nested: Vec::new(),
            is_complete: false,
            is_closed: false,
        };
        stack.conditions =
            stack.section("Conditions").into_iter().map(|member| (Arc::clone(&member.name), member)).collect();
        stack.resources = stack.section("Resources");
        stack.index = stack.resources.iter().enumerate().map(|(at, member)| (Arc::clone(&member.name), at)).collect();
        stack.nested = stack.resources.iter().map(|_| Nested::default()).collect();
        stack.is_complete = true;
        let foreign = |section| stack.template.root.get(section).is_some();
        stack.is_closed = !["Transform", "Modules", "Rain"].into_iter().any(foreign)
            && stack
                .resources
                .iter()
                .all(|member| member.value.get("Type").is_some_and(|kind| kind.as_str().is_some()));
        stack
    }

    /// The entries of a section, with loops expanded. A loop that cannot be expanded is a problem.
    pub fn section(&self, name: &str) -> Vec<Member> {
        let Some(map) = self.template.root.get(name).and_then(Node::as_map) else { return Vec::new() };
        let (members, open) = self.members(map, &Scope::default());
        for unresolved in open {
            let message = format!("the loop `{}` is not expanded: {}", unresolved.expression, unresolved.because);
            let span = map.written().find(|entry| entry.key.name.starts_with(LOOP)).map(|entry| entry.key.span);
            self.run.report(Problem::notice("cloudformation::loop", Arc::clone(&self.template.path), span, message));
        }
        members
    }

    /// The address of a resource of this template.
    pub fn address(&self, name: &str) -> Box<str> {
        format!("{}{name}", self.prefix).into()
    }

    /// The resource of a name, and where it is in the list.
    pub fn resource(&self, name: &str) -> Option<(usize, &Member)> {
        let at = *self.index.get(name)?;
        Some((at, self.resources.get(at)?))
    }

    /// The stack that a resource nests, when its template is in the repository. None for one that is being made: its
    /// own outputs decide its parameters.
    pub fn nested(&self, at: usize) -> Option<&Stack<'a>> {
        let nested = self.nested.get(at)?;
        if nested.stack.get().is_none() {
            if nested.is_being_made.replace(true) {
                return None;
            }
            let stack = self.resources.get(at).and_then(|member| self.make_nested(member));
            nested.is_being_made.set(false);
            return nested.stack.get_or_init(|| stack.map(Box::new)).as_deref();
        }
        nested.stack.get()?.as_deref()
    }

    /// The declared parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.get(name)
    }

    /// A value that nothing in the repository decides.
    pub fn open(&self, span: Span, because: impl Into<Box<str>>) -> Node {
        Node::unresolved(&self.run.expression(span), because, span)
    }

    /// Reports a name that the template does not declare, unless a macro, transform or preprocessor may declare it.
    pub fn undeclared(&self, span: Span, message: String) {
        if self.is_complete && self.is_closed {
            let path = Arc::clone(&self.template.path);
            self.run.report(Problem::notice("cloudformation::undeclared", path, Some(span), message));
        }
    }

    /// The value of what is written; nothing for `AWS::NoValue`.
    pub fn value(&self, node: &Node, scope: &Scope) -> Evaluated {
        let Some(_level) = self.budget.enter() else { return Some(self.open(node.span, TOO_MUCH)) };
        match &node.value {
            Value::Map(map) => match intrinsic::of(map) {
                Some((intrinsic, argument)) => {
                    (intrinsic.evaluate)(&Call { stack: self, scope, node, argument }).map(settled)
                }
                None => Some(self.map(node, map, scope)),
            },
            Value::List(items) => {
                let items = items.iter().filter_map(|item| self.value(item, scope)).collect();
                Some(Node { value: Value::List(Arc::new(items)), ..node.clone() })
            }
            Value::Str(text) => Some(settled(self.looped(loops::text(node, text, scope), scope))),
            _ => Some(node.clone()),
        }
    }

    /// A text within a loop, of which every turn makes one.
    fn looped(&self, made: Node, scope: &Scope) -> Node {
        let length = if scope.loops().next().is_some() { made.as_str().map_or(0, str::len) } else { 0 };
        if self.budget.keep(length) { made } else { self.open(made.span, TOO_MUCH) }
    }

    fn map(&self, node: &Node, map: &Map, scope: &Scope) -> Node {
        let mut rest = map.rest.clone();
        let mut entries = Vec::with_capacity(map.entries.len());
        let (members, open) = self.members(map, scope);
        if let Some(open) = open.into_iter().next() {
            rest = Some(Arc::new(open));
        }
        // What may be there any number of times is among the rest.
        for member in members.into_iter().filter(|member| member.perhaps.is_none()) {
            if &*member.name == "Fn::Transform" {
                let because = "a macro adds to it at deployment".into();
                let expression = self.run.expression(member.value.span);
                rest = Some(Arc::new(Unresolved { expression, because, ..Unresolved::default() }));
            } else if let Some(value) = self.value(&member.value, &member.scope) {
                entries.push(Entry::new(member.name, member.key, value));
            }
        }
        Node { value: Value::Map(Arc::new(Map { entries, rest })), ..node.clone() }
    }

    /// The text of a value as `Fn::Sub` and `Fn::Join` put it into a string; the error is why there is none.
    pub fn scalar(&self, node: &Node) -> Result<String, String> {
        match &node.value {
            Value::Str(text) => Ok(text.as_str().to_owned()),
            Value::Bool(value) => Ok(value.to_string()),
            Value::Int(_) | Value::Float(_) => Ok(self.number(node)),
            Value::List(items) => {
                let parts: Result<Vec<String>, String> = items.iter().map(|item| self.scalar(item)).collect();
                parts.map(|parts| parts.join(","))
            }
            Value::Map(_) => super::text::json(node).ok_or_else(|| "a part of it is not decided".to_owned()),
            Value::Null => Err("null is no text".to_owned()),
            Value::Unresolved(unresolved) => Err(unresolved.because.to_string()),
        }
    }

    /// A number as it is written: `1.10` is not `1.1`.
    fn number(&self, node: &Node) -> String {
        let origin = node.steps().last().map_or(node.span, |step| step.span);
        let written = self.run.corpus.workspace.source(origin.file).map_or("", |source| source.slice(origin)).trim();
        let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '_' | 'e' | 'E');
        if !written.is_empty() && written.chars().all(numeric) {
            return written.to_owned();
        }
        match node.value {
            Value::Int(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            _ => String::new(),
        }
    }

    /// `Ref`, also within `Fn::Sub`: what a name stands for, used at a place.
    pub fn reference(&self, name: &str, at: Span, scope: &Scope) -> Evaluated {
        if let Some(value) = scope.loop_variable(name) {
            return Some(relocated(value, at, format!("item of the loop over `{name}`")));
        }
        if name.starts_with("AWS::") {
            return self.pseudo(name, at);
        }
        if let Some(value) = scope.parameter(name) {
            return Some(self.used(value, at, format!("`{name}` has this value wherever the condition holds")));
        }
        if let Some(parameter) = self.parameters.get(name) {
            return Some(self.used(&parameter.value, at, Arc::clone(&parameter.what)));
        }
        if self.resource(name).is_some() {
            return Some(self.known_after(
                name,
                at,
                PartialText::default(),
                format!("the id of resource `{name}` is known after deployment"),
            ));
        }
        if let Some(owner) = self.made_beside(name) {
            let because = format!("the id of `{name}` is known after deployment");
            return Some(self.known_after(owner, at, PartialText::default(), because));
        }
        if let Some(because) = self.made_by_framework(name) {
            return Some(self.open(at, because));
        }
        self.undeclared(at, format!("`{name}` is neither a parameter nor a resource of this template"));
        let because = format!("`{name}` is neither a parameter nor a resource of this template");
        Some(self.open(at, because))
    }

    /// Why it is open what a resource is that the Serverless Framework makes and no service writes down.
    fn made_by_framework(&self, name: &str) -> Option<String> {
        let transform = self.template.root.get("Transform").and_then(Node::as_str);
        let known = OF_FRAMEWORK.iter().any(|known| match known.strip_prefix('*') {
            Some(end) => name.ends_with(end),
            None => name == *known,
        });
        (known && transform == Some(SERVERLESS))
            .then(|| format!("`{name}` is made by the Serverless Framework, and known after deployment"))
    }

    /// The resource of SAM that makes another one beside itself, which is called after it: `Function.Alias`, `Api.Stage`.
    fn made_beside<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (owner, _) = name.split_once('.')?;
        let (_, member) = self.resource(owner)?;
        let kind = member.value.get("Type").and_then(Node::as_str)?;
        kind.starts_with("AWS::Serverless::").then_some(owner)
    }

    /// `Fn::GetAtt`, also within `Fn::Sub`.
    pub fn attribute(&self, name: &str, attribute: &str, at: Span) -> Node {
        let Some((index, member)) = self.resource(name) else {
            if let Some(because) = self.made_by_framework(name) {
                return self.open(at, because);
            }
            self.undeclared(at, format!("`{name}` is not a resource of this template"));
            return self.open(at, format!("`{name}` is not a resource of this template"));
        };
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(nested) = self.nested(index)
        {
            let what = format!("output `{output}` of nested stack `{name}`");
            return match nested.output(output) {
                Some(value) => self.used(&value, at, what),
                None => self.open(at, format!("nested stack `{name}` has no output `{output}`")),
            };
        }
        let prefix = if gives_arn(member, attribute) { "arn:" } else { "" };
        let partial = PartialText::around(prefix, "");
        self.known_after(name, at, partial, format!("`{attribute}` of resource `{name}` is known after deployment"))
    }

    fn known_after(&self, name: &str, at: Span, partial: PartialText, because: String) -> Node {
        let unresolved = Unresolved {
            expression: self.run.expression(at),
            because: because.into(),
            references: vec![self.address(name)],
            partial: Some(Box::new(partial)),
            ..Unresolved::default()
        };
        Node::new(Value::Unresolved(Arc::new(unresolved)), at)
    }

    /// A value from elsewhere, used here; an open one is named by the expression that stands here.
    pub fn used(&self, value: &Node, at: Span, what: impl Into<Arc<str>>) -> Node {
        let mut node = relocated(value, at, what);
        if let Value::Unresolved(unresolved) = &node.value {
            let expression = self.run.expression(at);
            node.value = Value::Unresolved(Arc::new(Unresolved { expression, ..(**unresolved).clone() }));
        }
        node
    }
}

/// The transform by which a template of the Serverless Framework is told.
const SERVERLESS: &str = "Serverless";

/// Names that the Serverless Framework gives to resources which no service writes down; those of a function end so.
/// <https://www.serverless.com/framework/docs/providers/aws/guide/resources#aws-cloudformation-resource-reference>
const OF_FRAMEWORK: &[&str] = &[
    "ServerlessDeploymentBucket",
    "ServerlessDeploymentBucketPolicy",
    "IamRoleLambdaExecution",
    "ApiGatewayRestApi",
    "HttpApi",
    "HttpApiStage",
    "WebsocketsApi",
    "WebsocketsDeploymentStage",
    "CloudFrontDistribution",
    "*LambdaFunction",
    "*LambdaFunctionUrl",
    "*LogGroup",
    "*IamRoleLambdaExecution",
];

/// Why an expression stays open when the limits are reached.
pub const TOO_MUCH: &str = "the template nests too deeply or takes too many steps to evaluate";

/// A string that the service looks up when the stack is deployed is open; everything else stays as it is.
fn settled(node: Node) -> Node {
    let Some(at) = node.as_str().and_then(|text| text.find("{{resolve:")) else { return node };
    let text = node.as_str().unwrap_or("").get(at + "{{resolve:".len()..).unwrap_or("");
    let store = match text.split(':').next().unwrap_or("") {
        "secretsmanager" => "Secrets Manager",
        "ssm-secure" | "ssm" => "the SSM Parameter Store",
        _ => "another service",
    };
    let because = format!("it is looked up in {store} at deployment");
    let unresolved = Unresolved {
        expression: node.as_str().unwrap_or("").into(),
        because: because.into(),
        partial: Some(Box::default()),
        ..Unresolved::default()
    };
    Node { value: Value::Unresolved(Arc::new(unresolved)), ..node }
}

/// Whether an attribute surely is an ARN. Attributes of custom resources and outputs of stacks are called at will.
fn gives_arn(member: &Member, attribute: &str) -> bool {
    let kind = member.value.get("Type").and_then(Node::as_str).unwrap_or("");
    let own = kind.starts_with("AWS::") && kind != "AWS::CloudFormation::CustomResource";
    own && attribute.ends_with("Arn") && !attribute.contains('.')
}
