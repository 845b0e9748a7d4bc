//! Plans as `terraform show -json` prints them: the planned values of every resource, with what is known only after the
//! apply as unresolved. It prints a state alike, of which all values are known.
//!
//! Where the sources stand beside the plan, a resource has its place in them: an attribute points at the expression
//! that was planned, and its trail at the value in the plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::declarations::{Declarations, join, source_of};
use super::extract::{finish, names};
use super::library::Library;
use super::object;
use super::views;
use crate::dialect::wording::may_say;
use crate::dialect::{Resource, Typing};
use crate::document::{Document, Entry, Node, Unresolved, Value};
use crate::source::Workspace;
use crate::syntax::hcl::ast::{Block, Body};
use crate::syntax::json::parse_embedded;

/// Whether a text may be a plan or a state.
pub fn may_be(text: &str) -> bool {
    may_say(text, "planned_values") || may_say(text, "terraform_version") && may_say(text, "root_module")
}

/// Whether a document is a plan or a state.
pub fn is_plan(document: &Document) -> bool {
    let Some(root) = document.roots.first().filter(|root| root.get("format_version").is_some()) else { return false };
    root.get("planned_values").is_some() || root.get("terraform_version").is_some() && root.get("values").is_some()
}

/// The values of the modules: those that a plan leads to, or those of a state.
fn values(root: &Node) -> Option<&Node> {
    ["planned_values", "values"].iter().find_map(|values| root.at(&[values, "root_module"]))
}

/// The resources of a plan or a state.
pub fn resources(document: &Document, library: &Library, workspace: &Workspace) -> Vec<Resource> {
    let Some(root) = document.roots.first() else { return Vec::new() };
    let changes = root.get("resource_changes").map_or(&[][..], Node::items);
    let unknown = changes
        .iter()
        .filter_map(|change| Some((change.get("address")?.as_str()?, change.at(&["change", "after_unknown"])?)))
        .collect();
    let plan = Plan { scope: Arc::clone(&document.path), unknown, library, workspace };
    let mut found = Vec::new();
    if let Some(module) = values(root) {
        let configuration = root.at(&["configuration", "root_module"]);
        plan.module(module, configuration, library.get(document.directory()), "", &mut found);
    }
    found
}

struct Plan<'d> {
    scope: Arc<str>,
    /// What is not known of a resource, by address.
    unknown: BTreeMap<&'d str, &'d Node>,
    library: &'d Library,
    workspace: &'d Workspace,
}

impl<'d> Plan<'d> {
    fn module(
        &self,
        module: &Node,
        configuration: Option<&Node>,
        sources: Option<&'d Declarations>,
        prefix: &str,
        found: &mut Vec<Resource>,
    ) {
        for resource in module.get("resources").map_or(&[][..], Node::items) {
            let Some(resource) = self.resource(resource, configuration, sources, prefix) else { continue };
            let object = object::of(&resource, self.workspace);
            found.push(resource);
            found.extend(object);
        }
        for child in module.get("child_modules").map_or(&[][..], Node::items) {
            let Some(address) = child.get("address").and_then(Node::as_str) else { continue };
            let call = address.get(prefix.len()..).and_then(|rest| rest.strip_prefix("module."));
            let name = call.map_or("", |call| call.split('[').next().unwrap_or(call));
            let configuration = configuration.and_then(|module| module.at(&["module_calls", name, "module"]));
            let sources = sources.and_then(|sources| {
                let directory = join(&sources.directory, source_of(sources.calls.get(name)?)?)?;
                self.library.get(&directory)
            });
            self.module(child, configuration, sources, &format!("{address}."), found);
        }
    }

    fn resource(
        &self,
        planned: &Node,
        configuration: Option<&Node>,
        sources: Option<&Declarations>,
        prefix: &str,
    ) -> Option<Resource> {
        let text = |key: &str| planned.get(key).and_then(Node::as_str);
        let (address, ty) = (text("address")?, text("type")?);
        let data = text("mode") == Some("data");
        let local = format!("{}{ty}.{}", if data { "data." } else { "" }, text("name")?);
        let configured = configuration.and_then(|module| {
            let same = |node: &&Node| node.get("address").and_then(Node::as_str) == Some(&local);
            module.get("resources")?.items().iter().find(same)
        });
        let declared = sources.and_then(|sources| sources.resources.get(&local));
        // Blocks that are generated are not in the configuration as a plan tells it.
        let generated = declared.map_or(Vec::new(), |declared| generated(&declared.block));
        let written = configured.map_or(Written::Untold, |resource| Written::of(resource.get("expressions")));
        let open = Open { address, prefix, generated: &generated };
        let values = planned.get("values").cloned().unwrap_or_else(|| Node::map(Vec::new(), planned.span));
        let hidden = planned.get("sensitive_values");
        let mut body = open.merged(values, self.unknown.get(address).copied(), hidden, &written);
        let (span, header) = match declared {
            Some(declared) => {
                place(&mut body, &declared.block);
                (declared.block.span, declared.block.header)
            }
            None => (planned.span, planned.get("address").map_or(planned.span, |address| address.span)),
        };
        let kind = if data { format!("data.{ty}") } else { ty.to_owned() };
        finish(&kind, &mut body);
        Some(Resource {
            identity: crate::dialect::Identity { is_planned: true, ..Default::default() },
            kind: Arc::from(format!("terraform/{kind}")),
            address: Arc::from(address),
            scope: Arc::clone(&self.scope),
            deployment: Arc::clone(&self.scope),
            names: names(&body),
            body,
            span,
            header,
            typing: Typing::Loose,
            condition: None,
            trail: None,
        })
    }
}

/// What the configuration says of a body, as the plan tells it.
enum Written<'a> {
    /// Nothing is told: there is no configuration, or the body was generated.
    Untold,
    /// What is written, by attribute; several where blocks cannot be told apart.
    Told(Vec<&'a Node>),
}

impl<'a> Written<'a> {
    /// What a plan tells of a resource; one without arguments has none.
    fn of(expressions: Option<&'a Node>) -> Written<'a> {
        Written::Told(expressions.into_iter().collect())
    }

    /// What is written under a name.
    fn get(&self, name: &str) -> Said<'a> {
        match self {
            Written::Untold => Said::Untold,
            Written::Told(all) => all.iter().find_map(|written| written.get(name)).map_or(Said::Unset, Said::Set),
        }
    }

    /// What is written of a block that stands at `at` of `count`.
    fn block(said: Said<'a>, at: usize, count: usize) -> Written<'a> {
        match said.expression() {
            // More blocks than are written: some were generated, and nobody knows which.
            Some(Node { value: Value::List(items), .. }) if items.len() >= count => {
                // Sets are planned in an order of their own.
                let same = items.iter().all(|item| keys(item) == items.first().map_or(Vec::new(), keys));
                Written::Told(if same { items.get(at).into_iter().collect() } else { items.iter().collect() })
            }
            Some(block @ Node { value: Value::Map(_), .. }) => Written::Told(vec![block]),
            _ => Written::Untold,
        }
    }
}

/// What the configuration says of one attribute or block.
#[derive(Clone, Copy)]
enum Said<'a> {
    Untold,
    Unset,
    Set(&'a Node),
}

impl<'a> Said<'a> {
    fn expression(self) -> Option<&'a Node> {
        match self {
            Said::Set(expression) => Some(expression),
            Said::Untold | Said::Unset => None,
        }
    }
}

fn keys(node: &Node) -> Vec<&str> {
    node.entries().iter().map(|entry| &*entry.key.name).collect()
}

/// The names of the blocks that a block generates.
fn generated(block: &Block) -> Vec<&str> {
    let dynamic = block.body.blocks.iter().filter(|inner| &*inner.kind.text == "dynamic");
    dynamic.filter_map(|inner| inner.labels.first()).map(|label| &*label.text).collect()
}

/// What is known only after the apply.
struct Open<'a> {
    address: &'a str,
    prefix: &'a str,
    /// The names of blocks that are generated.
    generated: &'a [&'a str],
}

impl Open<'_> {
    /// The planned values as their source would say them: with what is not known put in, and without what nobody set. The
    /// depth is that of the plan's JSON, which is bounded.
    fn merged(&self, node: Node, unknown: Option<&Node>, hidden: Option<&Node>, written: &Written<'_>) -> Node {
        let span = node.span;
        let mut node = match node.value {
            Value::Map(map) => {
                let mut entries: Vec<Entry> = Vec::new();
                for entry in map.written() {
                    let name = &*entry.key.name;
                    let of = |node: Option<&Node>| node.and_then(|node| node.get(name)).cloned();
                    let (open, secret) = (of(unknown), of(hidden));
                    if let Some(value) = self.member(name, &entry.value, open.as_ref(), secret.as_ref(), written) {
                        entries.push(Entry { key: entry.key.clone(), value, derived: false });
                    }
                }
                // Members that are not known are left out of the values, and so are those that are hidden.
                let left_out = [unknown, hidden].into_iter().flatten().flat_map(Node::entries);
                for entry in left_out.filter(|entry| entry.value.as_bool() == Some(true)) {
                    let name = &entry.key.name;
                    let there = entries.iter().any(|known| known.key.name == *name) || map.entry(name).is_some();
                    if !there && self.is_set(name, written) {
                        let value = self.unresolved(span, written.get(name).expression());
                        entries.push(Entry::new(Arc::clone(name), span, value));
                    }
                }
                Node::map(entries, span)
            }
            Value::Str(text) => match parse_embedded(&text, span).filter(|node| node.get("Statement").is_some()) {
                Some(parsed) => self.merged(parsed, None, None, &Written::Untold),
                None => Node::new(Value::Str(text), span),
            },
            Value::List(items) => {
                let item = |item: &Node| self.merged(item.clone(), None, None, &Written::Untold);
                Node::list(items.iter().map(item).collect(), span)
            }
            value => Node::new(value, span),
        };
        views::derive(&mut node);
        node
    }

    /// A member of the planned values; none where nobody set it and nothing is planned for it.
    fn member(
        &self,
        name: &str,
        value: &Node,
        unknown: Option<&Node>,
        hidden: Option<&Node>,
        written: &Written<'_>,
    ) -> Option<Node> {
        let set = written.get(name);
        if unknown.and_then(Node::as_bool) == Some(true) {
            return self.is_set(name, written).then(|| self.unresolved(value.span, set.expression()));
        }
        match &value.value {
            Value::List(items) if items.is_empty() && matches!(set, Said::Unset) => None,
            Value::Map(map) if map.entries.is_empty() && matches!(set, Said::Unset) => None,
            // A plan whose secrets were taken out has nothing in their place.
            Value::Null if hidden.and_then(Node::as_bool) == Some(true) && set.expression().is_some() => {
                Some(self.unresolved(value.span, set.expression()))
            }
            Value::List(items) => {
                let part = |of: Option<&Node>, at: usize| of.and_then(|of| of.items().get(at)).cloned();
                let items = items.iter().enumerate().map(|(at, item)| {
                    if part(unknown, at).and_then(|open| open.as_bool()) == Some(true) {
                        return self.unresolved(item.span, set.expression());
                    }
                    let inner = Written::block(set, at, items.len());
                    self.merged(item.clone(), part(unknown, at).as_ref(), part(hidden, at).as_ref(), &inner)
                });
                Some(Node::list(items.collect(), value.span)).map(|mut node| {
                    views::derive(&mut node);
                    node
                })
            }
            Value::Map(_) => Some(self.merged(value.clone(), unknown, hidden, &Written::block(set, 0, 1))),
            _ => Some(self.merged(value.clone(), unknown, hidden, &Written::Untold)),
        }
    }

    /// Whether something that is not known was set: by what is written, or by a block that may have been generated. Where
    /// nothing is told of the configuration it may have been.
    fn is_set(&self, name: &str, written: &Written<'_>) -> bool {
        !matches!(written.get(name), Said::Unset) || self.generated.contains(&name)
    }

    fn unresolved(&self, span: crate::source::Span, expression: Option<&Node>) -> Node {
        let references = expression.and_then(|expression| expression.get("references")).map_or(&[][..], Node::items);
        let mut addresses: Vec<Box<str>> = Vec::new();
        for reference in references.iter().filter_map(Node::as_str) {
            // The plan names `aws_x.y.id` and `aws_x.y`; the shorter is the address.
            let parts: Vec<&str> = reference.split('.').collect();
            let length = if parts.first() == Some(&"data") { 3 } else { 2 };
            let named = !matches!(parts.first(), Some(&("var" | "local" | "module" | "each" | "count" | "path")));
            if named && parts.len() == length {
                addresses.push(format!("{}{reference}", self.prefix).into());
            }
        }
        let unresolved = Unresolved {
            expression: "(known after apply)".into(),
            because: format!("the plan knows this value of `{}` only after the apply", self.address).into(),
            references: addresses,
            ..Unresolved::default()
        };
        Node::new(Value::Unresolved(Arc::new(unresolved)), span)
    }
}

/// Gives planned values the places of the expressions that were planned.
fn place(body: &mut Node, block: &Block) {
    let planned = body.span;
    place_body(body, &block.body);
    body.trail = body.used_at(block.span, "planned value").trail;
    body.span = block.span;
    let Value::Map(map) = &mut body.value else { return };
    for entry in &mut Arc::make_mut(map).entries {
        if entry.value.span.file == planned.file {
            entry.value = entry.value.used_at(block.header, "planned value");
            entry.key.span = block.header;
        }
    }
}

fn place_body(node: &mut Node, body: &Body) {
    let Value::Map(map) = &mut node.value else { return };
    for entry in &mut Arc::make_mut(map).entries {
        if let Some(attribute) = body.attribute(&entry.key.name) {
            entry.value = entry.value.used_at(attribute.value.span, "planned value");
            entry.key.span = attribute.name.span;
            continue;
        }
        let blocks: Vec<&Block> = body.blocks_of(&entry.key.name).collect();
        let Value::List(items) = &mut entry.value.value else { continue };
        // Dynamic blocks make more items than there are blocks written; those keep their place in the plan.
        if blocks.is_empty() || blocks.len() != items.len() {
            continue;
        }
        for (item, block) in Arc::make_mut(items).iter_mut().zip(&blocks) {
            place_body(item, &block.body);
            *item = item.used_at(block.span, "planned value");
        }
        let span = blocks
            .iter()
            .fold(blocks.first().map_or(entry.value.span, |block| block.span), |all, block| all.to(block.span));
        entry.value = entry.value.used_at(span, "planned value");
        entry.key.span = blocks.first().map_or(entry.key.span, |block| block.kind.span);
    }
}
