//! Plans as `terraform show -json` prints them: the planned values of every resource, with what is known only after the
//! apply as unresolved.
//!
//! Where the sources stand beside the plan, a resource has its place in them: an attribute points at the expression
//! that was planned, and its trail at the value in the plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::declarations::{Declarations, join, source_of};
use super::extract::{finish, names};
use super::library::Library;
use super::views;
use crate::dialect::wording::may_say;
use crate::dialect::{Resource, Typing};
use crate::document::{Document, Entry, Node, Unresolved, Value};
use crate::syntax::hcl::ast::{Block, Body};
use crate::syntax::json::parse_embedded;

/// Whether a text may be a plan.
pub fn may_be(text: &str) -> bool {
    may_say(text, "planned_values")
}

/// Whether a document is a plan.
pub fn is_plan(document: &Document) -> bool {
    document
        .roots
        .first()
        .is_some_and(|root| root.get("planned_values").is_some() && root.get("format_version").is_some())
}

/// The resources of a plan.
pub fn resources(document: &Document, library: &Library) -> Vec<Resource> {
    let Some(root) = document.roots.first() else { return Vec::new() };
    let changes = root.get("resource_changes").map_or(&[][..], Node::items);
    let unknown = changes
        .iter()
        .filter_map(|change| Some((change.get("address")?.as_str()?, change.at(&["change", "after_unknown"])?)))
        .collect();
    let plan = Plan { scope: Arc::clone(&document.path), unknown, library };
    let mut found = Vec::new();
    if let Some(module) = root.at(&["planned_values", "root_module"]) {
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
            found.extend(self.resource(resource, configuration, sources, prefix));
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
        let expressions = configuration.and_then(|module| {
            let same = |node: &&Node| node.get("address").and_then(Node::as_str) == Some(&local);
            module.get("resources")?.items().iter().find(same)?.get("expressions")
        });
        let open = Open { address, prefix };
        let values = planned.get("values").cloned().unwrap_or_else(|| Node::map(Vec::new(), planned.span));
        let mut body = open.merged(values, self.unknown.get(address).copied(), expressions);
        let declared = sources.and_then(|sources| sources.resources.get(&local));
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

/// What is known only after the apply.
struct Open<'a> {
    address: &'a str,
    prefix: &'a str,
}

impl Open<'_> {
    /// The planned values with what is not known put in; the depth is that of the plan's JSON, which is bounded.
    fn merged(&self, node: Node, unknown: Option<&Node>, expressions: Option<&Node>) -> Node {
        let span = node.span;
        let mut node = match (node.value, unknown.map(|unknown| &unknown.value)) {
            (_, Some(Value::Bool(true))) => return self.unresolved(span, expressions),
            (Value::Map(map), _) => {
                let mut entries: Vec<Entry> = Vec::new();
                for entry in map.written() {
                    let inner = unknown.and_then(|unknown| unknown.get(&entry.key.name));
                    let expressions = expressions.and_then(|expressions| expressions.get(&entry.key.name));
                    let value = self.merged(entry.value.clone(), inner, expressions);
                    entries.push(Entry { key: entry.key.clone(), value, derived: false });
                }
                // Unknown members are left out of the values.
                for entry in unknown.map_or(&[][..], Node::entries) {
                    if map.entry(&entry.key.name).is_none() && entry.value.as_bool() == Some(true) {
                        let expressions = expressions.and_then(|expressions| expressions.get(&entry.key.name));
                        let value = self.unresolved(span, expressions);
                        entries.push(Entry::new(Arc::clone(&entry.key.name), span, value));
                    }
                }
                Node::map(entries, span)
            }
            (Value::List(items), _) => {
                let inner = unknown.map_or(&[][..], Node::items);
                let expressions = |at: usize| expressions.and_then(|all| all.items().get(at).or(Some(all)));
                let item = |(at, item): (usize, &Node)| self.merged(item.clone(), inner.get(at), expressions(at));
                Node::list(items.iter().enumerate().map(item).collect(), span)
            }
            (Value::Str(text), _) => match parse_embedded(&text, span).filter(|node| node.get("Statement").is_some()) {
                Some(parsed) => self.merged(parsed, None, None),
                None => Node::new(Value::Str(text), span),
            },
            (value, _) => Node::new(value, span),
        };
        views::derive(&mut node);
        node
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
