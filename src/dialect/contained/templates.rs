//! Templates of clouds that a resource of another language deploys: a stack of CloudFormation or a deployment of Azure in Terraform,
//! what `azapi` sends to Azure, the body of a set of stacks.
//!
//! What the resource gives for the parameters of a template takes the place of their defaults.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::dialect::{Corpus, Dialect, Resource, Unit, arm, cloudformation};
use crate::document::{Document, Entry, Node, Text, Unresolved, Value};
use crate::kernel::budget::Share;
use crate::kernel::holes;
use crate::syntax;

/// How a kind of resource holds a template.
struct Deployer {
    kinds: &'static [&'static str],
    /// What is read as which template.
    form: Form,
    /// The key of the template, and of what is given for its parameters.
    keys: (&'static str, &'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The text of a template of CloudFormation, with a map of parameters.
    Stack,
    /// The same, with a list of parameters.
    StackSet,
    /// The text of a template of Azure, with the text of a parameter file.
    Deployment,
    /// A resource of Azure as a tree, or as JSON.
    Sent,
}

const DEPLOYERS: &[Deployer] = &[
    Deployer {
        kinds: &["terraform/aws_cloudformation_stack", "terraform/aws_cloudformation_stack_set"],
        form: Form::Stack,
        keys: ("template_body", "parameters"),
    },
    Deployer {
        kinds: &["cloudformation/AWS::CloudFormation::StackSet"],
        form: Form::StackSet,
        keys: ("TemplateBody", "Parameters"),
    },
    Deployer {
        kinds: &[
            "terraform/azurerm_resource_group_template_deployment",
            "terraform/azurerm_subscription_template_deployment",
            "terraform/azurerm_management_group_template_deployment",
            "terraform/azurerm_tenant_template_deployment",
        ],
        form: Form::Deployment,
        keys: ("template_content", "parameters_content"),
    },
    Deployer { kinds: &["terraform/azapi_resource"], form: Form::Sent, keys: ("body", "") },
];

/// Whether resources of a kind deploy templates that they hold.
pub(super) fn is_deployer(kind: &str) -> bool {
    DEPLOYERS.iter().any(|deployer| deployer.kinds.contains(&kind))
}

/// Whether a kind is one of resources of such templates.
pub(super) fn is_deployed(kind: &str) -> bool {
    [&cloudformation::CLOUDFORMATION, &arm::ARM]
        .iter()
        .any(|dialect| kind.strip_prefix(dialect.name).is_some_and(|rest| rest.starts_with('/')))
}

/// A template in a resource.
pub(super) struct Template<'r> {
    pub dialect: &'static Dialect,
    pub document: Document,
    /// Where it stands.
    pub node: &'r Node,
}

impl Template<'_> {
    /// The resources that it deploys; `left` is what templates may still cost.
    pub(super) fn resources(&self, corpus: &Corpus<'_>, left: &mut Share) -> Vec<Resource> {
        match self.document.roots.first() {
            Some(root) if self.dialect.name == cloudformation::CLOUDFORMATION.name => {
                let share = Share::next(*left, Share::SCOPE).for_input(self.node.span.len());
                let (found, spent) = cloudformation::made(corpus, &self.document.path, root.clone(), share);
                *left = left.without(spent.taken);
                found.resources
            }
            _ => (self.dialect.extract)(&Unit { documents: vec![&self.document], corpus }).resources,
        }
    }
}

/// The template that a resource deploys, where it is known.
pub(super) fn of(owner: &Resource) -> Option<Template<'_>> {
    let deployer = DEPLOYERS.iter().find(|deployer| deployer.kinds.contains(&&*owner.kind))?;
    let (key, parameters) = deployer.keys;
    let node = owner.body.get(key)?;
    let given = owner.body.get(parameters);
    let (dialect, path, root) = match deployer.form {
        Form::Stack | Form::StackSet => {
            let root = parsed(node, "template.cfn")?;
            let given = given.map(|given| if deployer.form == Form::Stack { of_map(given) } else { of_list(given) });
            (&cloudformation::CLOUDFORMATION, "template.cfn", with_defaults(root, ["Parameters", "Default"], given))
        }
        Form::Deployment => {
            let root = parsed(node, "template.json")?;
            (&arm::ARM, "template.json", with_defaults(root, ["parameters", "defaultValue"], given.map(of_file)))
        }
        Form::Sent => (&arm::ARM, "template.json", sent(owner, node)?),
    };
    let document =
        Document { file: owner.span.file, path: path.into(), syntax: "json", roots: vec![root], problems: Vec::new() };
    (dialect.recognise)(&document).then_some(Template { dialect, document, node })
}

/// A text as the tree of a file of that name; what is not known of it stands open in the tree.
fn parsed(node: &Node, path: &str) -> Option<Node> {
    let name = |text: &str| syntax::named(syntax::fitting(syntax::JSON_OR_YAML, text));
    roots(node, name, path)?.into_iter().next()
}

/// A text as the trees of a file of that name and syntax; what is not known of it stands open in them. None where it cannot be read.
pub(super) fn roots(
    node: &Node,
    wanted: impl Fn(&str) -> Option<&'static syntax::Syntax>,
    path: &str,
) -> Option<Vec<Node>> {
    let (text, is_open) = match &node.value {
        Value::Str(text) if node.steps().is_empty() => (text.clone(), false),
        Value::Str(text) => (Text::opaque(text.shared()), false),
        Value::Unresolved(open) => {
            let partial = open.partial.as_deref().filter(|partial| !partial.is_blank())?;
            (Text::opaque(partial.filled(&holes::mark(0))), true)
        }
        _ => return None,
    };
    let document = syntax::parse_within(wanted(text.as_str())?, path, &text, node.span);
    if document.is_broken() {
        return None;
    }
    let open = |root: &Node| holes::opened(root, std::slice::from_ref(node));
    Some(if is_open { document.roots.iter().map(open).collect() } else { document.roots })
}

/// What is given for parameters by their names; none where that is not known.
type Given = Option<FxHashMap<Arc<str>, Node>>;

fn of_map(given: &Node) -> Given {
    let map = given.as_map().filter(|map| map.rest.is_none())?;
    Some(map.written().map(|entry| (Arc::clone(&entry.key.name), entry.value.clone())).collect())
}

fn of_list(given: &Node) -> Given {
    let pair = |item: &Node| {
        let name = item.get("ParameterKey")?.as_str()?;
        Some((name.into(), item.get("ParameterValue")?.clone()))
    };
    matches!(given.value, Value::List(_)).then(|| given.items().iter().filter_map(pair).collect())
}

fn of_file(given: &Node) -> Given {
    let root = parsed(given, "parameters.json")?;
    let all = root.get("parameters").unwrap_or(&root);
    let values = all.entries().iter().filter_map(|entry| {
        let value = entry.value.get("value").or_else(|| entry.value.get("reference"))?;
        Some((Arc::clone(&entry.key.name), value.clone()))
    });
    Some(values.collect())
}

/// A template whose parameters have what is given for them as their default; all are open where nobody knows what is given.
fn with_defaults(mut root: Node, [parameters, default]: [&str; 2], given: Option<Given>) -> Node {
    let Some(given) = given else { return root };
    let Value::Map(map) = &mut root.value else { return root };
    let Some(declared) = Arc::make_mut(map).entries.iter_mut().find(|entry| &*entry.key.name == parameters) else {
        return root;
    };
    let Value::Map(declared) = &mut declared.value.value else { return root };
    for parameter in &mut Arc::make_mut(declared).entries {
        let value = match &given {
            Some(given) => given.get(&parameter.key.name).cloned(),
            None => Some(unknown(parameter)),
        };
        let (Some(value), Value::Map(said)) = (value, &mut parameter.value.value) else { continue };
        let entries = &mut Arc::make_mut(said).entries;
        entries.retain(|entry| &*entry.key.name != default);
        entries.push(Entry::new(default, value.span, value));
    }
    root
}

/// The value of a parameter of which nobody knows what is given for it.
fn unknown(parameter: &Entry) -> Node {
    let open = Unresolved {
        expression: (&*parameter.key.name).into(),
        because: "what is given for the parameters of the template is not known".into(),
        ..Unresolved::default()
    };
    Node::new(Value::Unresolved(Arc::new(open)), parameter.key.span)
}

/// The template that would deploy what `azapi` sends: one resource.
fn sent(owner: &Resource, body: &Node) -> Option<Node> {
    let named = owner.body.get("type")?;
    let (kind, version) = named.as_str()?.split_once('@')?;
    let parsed = match &body.value {
        Value::Map(_) => body.clone(),
        _ => parsed(body, "body.json")?,
    };
    let text = |name: &str, text: &str| Entry::new(name, named.span, Node::text(text, named.span));
    let mut entries = vec![text("type", kind), text("apiVersion", version)];
    for key in ["name", "location", "tags"] {
        let beside = owner.body.get(key).filter(|_| parsed.get(key).is_none());
        entries.extend(beside.map(|value| Entry::new(key, value.span, value.clone())));
    }
    entries.extend(parsed.as_map()?.written().cloned());
    let whole = owner.span;
    let resource = Node::map(entries, whole);
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let entries = vec![
        Entry::new("$schema", named.span, Node::text(schema, named.span)),
        Entry::new("contentVersion", named.span, Node::text("1.0.0.0", named.span)),
        Entry::new("resources", whole, Node::list(vec![resource], whole)),
    ];
    Some(Node::map(entries, whole))
}
