//! Templates in JSON, as the tree that HCL gives: those of the old language, in whose texts `{{…}}` is filled in, and those that are
//! HCL in the syntax of JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dialect::terraform::json::{self, Kinds};
use crate::document::{Entry, MAX_DEPTH, Node, Text, Value};
use crate::source::Span;
use crate::syntax::hcl::ast::{Attribute, Block, Body, Call, Expr, ExprKind, Member, MemberKey, Name, Part};
use crate::syntax::spelled::part;

/// The blocks of HCL in JSON.
const KINDS: Kinds = Kinds {
    outer: &[
        ("build", 0),
        ("data", 2),
        ("local", 1),
        ("locals", 0),
        ("packer", 0),
        ("source", 2),
        ("variable", 1),
        ("variables", 0),
    ],
    inner: &[
        ("content", 0),
        ("dynamic", 1),
        (CLEANUP, 1),
        ("post-processor", 1),
        ("post-processors", 0),
        ("provisioner", 1),
        ("required_plugins", 0),
        ("source", 1),
    ],
};

/// What runs where a build fails.
const CLEANUP: &str = "error-cleanup-provisioner";

/// Around what the engine of templates fills in.
const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// HCL in the syntax of JSON.
pub fn json_of_hcl(root: &Node) -> Body {
    json::body(root, &KINDS)
}

/// A template of the old language: each builder is a source, and there is one build of all of them.
pub fn body(root: &Node) -> Body {
    let mut blocks: Vec<Block> =
        written(root, "variables").map(|entry| variable(entry, is_sensitive(root, &entry.key.name))).collect();
    blocks.extend(undeclared(root));
    let builders = items(root, "builders");
    blocks.extend(builders.iter().filter_map(source));
    let Some(first) = root.entry("builders").or(root.entries().first()) else {
        return Body { attributes: Vec::new(), blocks };
    };
    let mut build = Body::default();
    build.attributes.push(Attribute {
        name: named("sources", first.key.span),
        value: Expr { kind: ExprKind::Tuple(builders.iter().filter_map(reference).collect()), span: first.value.span },
    });
    build.blocks.extend(items(root, "provisioners").iter().filter_map(|item| typed("provisioner", item)));
    build.blocks.extend(root.get(CLEANUP).and_then(|node| typed(CLEANUP, node)));
    build.blocks.extend(items(root, "post-processors").iter().map(post_processors));
    let header = first.key.span;
    blocks.push(Block { kind: named("build", header), labels: Vec::new(), body: build, span: root.span, header });
    Body { attributes: Vec::new(), blocks }
}

fn items<'n>(root: &'n Node, key: &str) -> &'n [Node] {
    root.get(key).map_or(&[][..], Node::items)
}

/// The entries of a map of the template. Keys that begin with `_` are comments.
fn written<'n>(root: &'n Node, key: &str) -> impl Iterator<Item = &'n Entry> {
    entries(root.get(key))
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = &Entry> {
    node.map_or(&[][..], Node::entries).iter().filter(|entry| !entry.key.name.starts_with('_'))
}

fn named(text: &str, span: Span) -> Name {
    Name { text: Arc::from(text), span }
}

fn name_of(entry: &Entry) -> Name {
    Name { text: Arc::clone(&entry.key.name), span: entry.key.span }
}

fn is_sensitive(root: &Node, name: &str) -> bool {
    items(root, "sensitive-variables").iter().any(|sensitive| sensitive.as_str() == Some(name))
}

/// A variable without a default has null in its place, or itself.
fn variable(entry: &Entry, is_sensitive: bool) -> Block {
    let mut attributes = Vec::new();
    let itself = entry.value.as_str().and_then(|text| text.trim().strip_prefix(OPEN)?.strip_suffix(CLOSE));
    let is_itself = itself.and_then(variable_of) == Some(&*entry.key.name);
    if !is_itself && !matches!(entry.value.value, Value::Null) {
        attributes.push(Attribute { name: named("default", entry.key.span), value: value(&entry.value) });
    }
    if is_sensitive {
        let value = Expr { kind: ExprKind::Bool(true), span: entry.key.span };
        attributes.push(Attribute { name: named("sensitive", entry.key.span), value });
    }
    Block {
        kind: named("variable", entry.key.span),
        labels: vec![name_of(entry)],
        body: Body { attributes, blocks: Vec::new() },
        span: entry.key.span.to(entry.value.span),
        header: entry.key.span,
    }
}

/// The variables that a template uses and does not declare: a file of values gives them.
fn undeclared(root: &Node) -> Vec<Block> {
    let declared: BTreeSet<&str> = written(root, "variables").map(|entry| &*entry.key.name).collect();
    let mut used = BTreeMap::new();
    gather(root, 0, &mut used);
    let left = used.into_iter().filter(|(name, _)| !declared.contains(name));
    let block = |(name, span)| Block {
        kind: named("variable", span),
        labels: vec![named(name, span)],
        body: Body::default(),
        span,
        header: span,
    };
    left.map(block).collect()
}

/// The variables that the texts of a tree use, each with the first place that does.
fn gather<'n>(node: &'n Node, depth: usize, used: &mut BTreeMap<&'n str, Span>) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Value::Str(text) = &node.value {
        for action in text.as_str().split(OPEN).skip(1).filter_map(|rest| rest.split(CLOSE).next()) {
            if let Some(name) = variable_of(action) {
                used.entry(name).or_insert(node.span);
            }
        }
    }
    node.items().iter().for_each(|item| gather(item, depth + 1, used));
    entries(Some(node)).for_each(|entry| gather(&entry.value, depth + 1, used));
}

/// A builder is called by its name as it is written, or else by its type.
fn names(builder: &Node) -> Option<(Name, Name)> {
    let kind = builder.entry("type")?;
    let name = builder.entry("name").filter(|name| name.value.as_str().is_some()).unwrap_or(kind);
    Some((named(kind.value.as_str()?, kind.value.span), named(name.value.as_str()?, name.value.span)))
}

fn source(builder: &Node) -> Option<Block> {
    let (kind, name) = names(builder)?;
    let header = builder.entry("type").map_or(builder.span, |entry| entry.key.span.to(entry.value.span));
    let attributes = attributes(builder, &["type"]);
    Some(Block {
        kind: named("source", header),
        labels: vec![kind, name],
        body: Body { attributes, blocks: Vec::new() },
        span: builder.span,
        header,
    })
}

/// How a build names a source.
fn reference(builder: &Node) -> Option<Expr> {
    let (kind, name) = names(builder)?;
    let text = Text::opaque(format!("source.{}.{}", kind.text, name.text));
    Some(Expr { kind: ExprKind::Text(text), span: name.span })
}

/// A provisioner or post-processor: a map with a type, or the type alone.
fn typed(block: &str, node: &Node) -> Option<Block> {
    let kind = node.get("type").unwrap_or(node);
    let label = named(kind.as_str()?, kind.span);
    let body = Body { attributes: attributes(node, &["type"]), blocks: Vec::new() };
    Some(Block { kind: named(block, label.span), header: label.span, labels: vec![label], body, span: node.span })
}

/// Those that work on each other's results are a list.
fn post_processors(node: &Node) -> Block {
    let listed = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
    let blocks = listed.iter().filter_map(|item| typed("post-processor", item)).collect();
    let body = Body { attributes: Vec::new(), blocks };
    Block { kind: named("post-processors", node.span), labels: Vec::new(), body, span: node.span, header: node.span }
}

fn attributes(node: &Node, without: &[&str]) -> Vec<Attribute> {
    let entries = entries(Some(node)).filter(|entry| !without.contains(&&*entry.key.name));
    entries.map(|entry| Attribute { name: name_of(entry), value: value(&entry.value) }).collect()
}

fn value(node: &Node) -> Expr {
    let kind = match &node.value {
        Value::Bool(truth) => ExprKind::Bool(*truth),
        Value::Int(whole) => ExprKind::Number(Arc::from(whole.to_string())),
        Value::Float(float) => ExprKind::Number(Arc::from(float.to_string())),
        Value::Str(text) => return filled(text, node.span),
        Value::List(items) => ExprKind::Tuple(items.iter().map(value).collect()),
        Value::Map(_) => ExprKind::Object(entries(Some(node)).map(member).collect()),
        Value::Null | Value::Unresolved(_) => ExprKind::Null,
    };
    Expr { kind, span: node.span }
}

fn member(entry: &Entry) -> Member {
    let key = ExprKind::Text(Text::opaque(Arc::clone(&entry.key.name)));
    Member { key: MemberKey::Expr(Expr { kind: key, span: entry.key.span }), value: value(&entry.value) }
}

/// A text in which the engine of templates fills something in. What only the plugin knows (`{{ .Vars }}`) stays as it is written.
fn filled(text: &Text, span: Span) -> Expr {
    let whole = text.as_str();
    let mut parts = Vec::new();
    let mut known = 0;
    let mut at = 0;
    while let Some(open) = whole.get(at..).and_then(|rest| rest.find(OPEN)).map(|found| at + found) {
        let Some(close) = whole.get(open..).and_then(|rest| rest.find(CLOSE)).map(|found| open + found) else { break };
        at = close + CLOSE.len();
        let Some(inserted) = whole.get(open + OPEN.len()..close).and_then(|action| action_of(action, span)) else {
            continue;
        };
        if known < open {
            parts.push(Part::Text(part(text, known, open), span));
        }
        parts.push(Part::Value(inserted));
        known = at;
    }
    if parts.is_empty() {
        return Expr { kind: ExprKind::Text(text.clone()), span };
    }
    if known < whole.len() {
        parts.push(Part::Text(part(text, known, whole.len()), span));
    }
    Expr { kind: ExprKind::Template(parts), span }
}

/// What an action of the engine inserts; none for a field of the plugin.
fn action_of(action: &str, span: Span) -> Option<Expr> {
    let (name, _) = called(action);
    if name.starts_with('.') {
        return None;
    }
    let of = |space: &str, name: &str| {
        let space = Expr { kind: ExprKind::Variable(Arc::from(space)), span };
        ExprKind::Attribute(Box::new(space), named(name, span))
    };
    let kind = match (name, variable_of(action)) {
        (_, Some(variable)) => of("var", variable),
        ("template_dir" | "pwd", None) => of("path", "root"),
        _ => ExprKind::Call(Call { name: named("engine", span), args: Vec::new(), expand: false }),
    };
    Some(Expr { kind, span })
}

/// The function that an action calls, and what is handed to it.
fn called(action: &str) -> (&str, &str) {
    let action = action.trim().trim_matches('-').trim();
    action.find([' ', '`', '"']).map_or((action, ""), |end| action.split_at(end))
}

/// The variable that an action inserts as it is.
fn variable_of(action: &str) -> Option<&str> {
    let (name, rest) = called(action);
    let argument = rest.trim().trim_matches(['`', '"', '\'']);
    let is_plain = !argument.is_empty() && !argument.contains([' ', '|', '`', '"']);
    (name == "user" && is_plain).then_some(argument)
}
