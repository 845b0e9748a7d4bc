//! Documents of policies that nothing in the files uses: they are handed out by outputs, and judged where they are written.
//!
//! A document that a policy is made of is judged there, with whose policy it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::items;
use crate::dialect::Resource;
use crate::document::{Entry, MAX_DEPTH, Map, Node, Value};
use crate::source::{FileId, Span};

/// Most nodes that are looked through for uses: trees with shared parts are far larger than their files.
const MOST_NODES: u32 = 2_000_000;

/// The kind of a document.
pub const DOCUMENT: &str = "terraform/data.aws_iam_policy_document";
const OUTPUT: &str = "terraform/output";

/// Where documents stand that no other resource has something of.
#[derive(Debug, Default)]
pub struct Loose {
    places: BTreeSet<(FileId, u32)>,
}

impl Loose {
    /// Those among some resources.
    pub fn among(resources: &[Resource]) -> Loose {
        let mut documents: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for of in resources.iter().filter(|of| &*of.kind == DOCUMENT) {
            documents.entry(of.span.file).or_default().push(of.span);
        }
        if documents.is_empty() {
            return Loose::default();
        }
        let mut uses = Uses { documents: &documents, used: BTreeSet::new(), names: BTreeSet::new(), left: MOST_NODES };
        // What is only handed out may be used anywhere.
        let uses_it = |of: &&Resource| !matches!(&*of.kind, DOCUMENT | OUTPUT) && of.kind.starts_with("terraform/");
        let others = resources.iter().filter(uses_it);
        others.for_each(|of| uses.node(&of.body, &of.scope, 0));
        // A document that another takes in is judged with that one.
        let documents: Vec<&Resource> = resources.iter().filter(|of| &*of.kind == DOCUMENT).collect();
        let mut walked = BTreeSet::new();
        loop {
            let next: Vec<_> = documents.iter().filter(|of| uses.is_used(of) && walked.insert(place(of))).collect();
            if next.is_empty() {
                break;
            }
            for of in next {
                uses.node(&of.body, &of.scope, 0);
            }
        }
        if uses.left == 0 {
            // What was not looked at may use any of them.
            return Loose::default();
        }
        Loose { places: documents.into_iter().filter(|of| !uses.is_used(of)).map(place).collect() }
    }

    /// The policy that a document is, where nothing uses it.
    pub fn policy(&self, of: &Resource) -> Option<Node> {
        (&*of.kind == DOCUMENT && self.places.contains(&place(of))).then(|| rendered(&of.body))?
    }
}

fn place(of: &Resource) -> (FileId, u32) {
    (of.span.file, of.span.start)
}

/// What of documents is found in other resources.
struct Uses<'r> {
    documents: &'r BTreeMap<FileId, Vec<Span>>,
    used: BTreeSet<(FileId, u32)>,
    /// Scopes and addresses that open values refer to.
    names: BTreeSet<(&'r str, &'r str)>,
    /// How many nodes may still be looked at.
    left: u32,
}

impl<'r> Uses<'r> {
    fn is_used(&self, document: &Resource) -> bool {
        self.used.contains(&place(document)) || self.names.contains(&(&*document.scope, &*document.address))
    }

    fn node(&mut self, node: &'r Node, scope: &'r str, depth: usize) {
        self.left = self.left.saturating_sub(1);
        if depth > MAX_DEPTH || self.left == 0 {
            return;
        }
        for step in node.steps() {
            let within = |document: &&Span| document.start <= step.span.start && step.span.end <= document.end;
            let found = self.documents.get(&step.span.file).and_then(|all| all.iter().find(within));
            self.used.extend(found.map(|document| (document.file, document.start)));
        }
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.node(item, scope, depth + 1)),
            Value::Map(map) => map.entries.iter().for_each(|entry| self.node(&entry.value, scope, depth + 1)),
            Value::Unresolved(open) => {
                self.names.extend(open.references.iter().map(|name| (scope, &**name)));
                open.alternatives.iter().for_each(|one| self.node(one, scope, depth + 1));
            }
            _ => {}
        }
    }
}

/// The policy that the blocks of a document come to; nothing where what others add to it is open.
fn rendered(body: &Node) -> Option<Node> {
    let written = body.entry("statement")?;
    let statements = items(Some(&written.value)).iter().map(statement).collect::<Option<Vec<Node>>>()?;
    let list = Node::list(statements, written.value.span);
    Some(Node::map(vec![Entry::new("Statement", written.key.span, list)], body.span))
}

/// The keys of a block, and what they are called in a policy.
const KEYS: &[(&str, &str)] = &[
    ("sid", "Sid"),
    ("effect", "Effect"),
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
];

fn statement(block: &Node) -> Option<Node> {
    block.as_map()?;
    let mut entries: Vec<Entry> = Vec::new();
    for (from, to) in KEYS {
        match block.entry(from) {
            Some(entry) if !matches!(entry.value.value, Value::Null) => {
                entries.push(Entry::new(*to, entry.key.span, entry.value.clone()));
            }
            _ if *to == "Effect" => entries.push(Entry::new(*to, block.span, Node::text("Allow", block.span))),
            _ => {}
        }
    }
    for (from, to) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(entry) = block.entry(from) {
            entries.push(Entry::new(to, entry.key.span, principals(&entry.value)?));
        }
    }
    if let Some(entry) = block.entry("condition") {
        entries.push(Entry::new("Condition", entry.key.span, conditions(&entry.value)?));
    }
    Some(Node { value: Node::map(entries, block.span).value, ..block.clone() })
}

fn principals(blocks: &Node) -> Option<Node> {
    let is_everybody = |block: &&Node| block.get("type").and_then(Node::as_str) == Some("*");
    match items(Some(blocks)).iter().find(is_everybody).and_then(|block| block.get("type")) {
        Some(everybody) => Some(everybody.clone()),
        None => by_key(blocks, "type", "identifiers"),
    }
}

/// Blocks as a map from what stands under one key to the items under another.
fn by_key(blocks: &Node, key: &str, values: &str) -> Option<Node> {
    let mut by_name: Vec<Entry> = Vec::new();
    for block in items(Some(blocks)) {
        let (name, found) = (block.entry(key)?, block.get(values)?);
        let text = name.value.as_str()?;
        match by_name.iter_mut().find(|entry| &*entry.key.name == text) {
            Some(earlier) => {
                let both = items(Some(&earlier.value)).iter().chain(items(Some(found))).cloned().collect();
                earlier.value = Node { value: Value::List(Arc::new(both)), ..found.clone() };
            }
            None => by_name.push(Entry::new(text, name.key.span, found.clone())),
        }
    }
    Some(Node { value: Node::map(by_name, blocks.span).value, ..blocks.clone() })
}

fn conditions(blocks: &Node) -> Option<Node> {
    let mut tests: Vec<Entry> = Vec::new();
    for block in items(Some(blocks)) {
        let test = block.entry("test")?;
        let asked = by_key(block, "variable", "values")?;
        let name = test.value.as_str()?;
        match tests.iter_mut().find(|entry| &*entry.key.name == name) {
            Some(earlier) => {
                let both = earlier.value.entries().iter().chain(asked.entries()).cloned().collect();
                earlier.value.value = Value::Map(Arc::new(Map { entries: both, rest: None }));
            }
            None => tests.push(Entry::new(name, test.key.span, asked)),
        }
    }
    Some(Node { value: Node::map(tests, blocks.span).value, ..blocks.clone() })
}
