//! OpenAPI 3 and Swagger 2: descriptions of interfaces, their operations and their security schemes.
//!
//! An operation is judged with what holds for it: its own security and servers, else those of the path and of the document. Parts
//! that stand in other files of the repository are read where the document refers to them.

mod reference;
mod security;
mod server;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::ties::{self, Ties};
use super::wording::{has_escapes, may_have_key};
use super::written::list;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Entry, Node, Problem, Value};
use crate::kernel::budget::{Budget, Share};
use crate::source::Span;

use reference::References;
use security::Schemes;

/// The dialect.
pub const OPENAPI: Dialect = Dialect {
    name: "openapi",
    doc: "descriptions of interfaces in OpenAPI 3 and Swagger 2: `openapi/document` (with `servers_effective`, `schemes_used` and \
          `asks_who_calls`), `openapi/operation` for each method of a path (with `id`, `path`, `method`, `protected`, \
          `others_protected`, `schemes_used` and `servers_own`) and `openapi/security-scheme`",
    syntax: syntax_of,
    candidate: |_, text| may_have_key(text, VERSIONS),
    recognise,
    group: Group::File,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("servers", &["url"]),
        Items::by("servers_effective", &["url"]),
        Items::by("servers_own", &["url"]),
        Items::by("schemes_used", &["name"]),
        Items::by("parameters", &["name", "in"]),
    ],
    kinds: Kinds::Closed(&["document", "operation", "security-scheme"]),
    offers: crate::dialect::offers::openapi::OFFERS,
};

/// What a document refers to by path belongs to it.
const TIES: Ties = Ties { names: |path| syntax_of(path).is_some(), named, follows: true, ..ties::NONE };

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::openapi";

/// Of these keys a document has one.
const VERSIONS: &[&str] = &["openapi", "swagger"];

/// What operations are called in a path.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// What a resource costs, in steps of the budget.
const RESOURCE: u32 = 16;

fn syntax_of(path: &str) -> Option<&'static str> {
    if has_extension(path, &[".json"]) {
        Some("json")
    } else {
        has_extension(path, &[".yaml", ".yml"]).then_some("yaml")
    }
}

fn named(path: &str, text: &str) -> Vec<ties::Tie> {
    let refers: Vec<String> = if has_escapes(text) {
        ties::under_keys(path, text, &["$ref"])
    } else {
        // Most files refer to nothing, and need not be parsed for that.
        let values = text.match_indices("$ref").filter_map(|(at, word)| text.get(at + word.len()..));
        let values =
            values.map(|rest| rest.trim_start_matches(|sign: char| sign.is_whitespace() || r#""':>|-"#.contains(sign)));
        values.filter_map(|rest| rest.split(['"', '\'', '\n', '\r', ',', '}']).next()).map(str::to_owned).collect()
    };
    let files = refers.iter().filter_map(|written| written.trim().split('#').next()).filter(|file| !file.is_empty());
    files.filter_map(|file| ties::file(ties::directory(path), file)).collect()
}

fn recognise(document: &Document) -> bool {
    document.roots.first().is_some_and(|root| {
        VERSIONS.iter().any(|key| root.get(key).is_some_and(is_version))
            && ["paths", "components", "webhooks", "info", "securityDefinitions"]
                .iter()
                .any(|key| root.get(key).is_some())
    })
}

/// Whether a value is a version of the format; YAML makes numbers of some.
fn is_version(node: &Node) -> bool {
    match &node.value {
        Value::Str(text) => text.as_str().starts_with(|first: char| first.is_ascii_digit()),
        Value::Int(_) | Value::Float(_) => true,
        _ => false,
    }
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut found = Extraction::default();
    for document in &unit.documents {
        let Some(root) = document.roots.first() else { continue };
        of_file(document, root, unit, &mut found);
    }
    found
}

fn of_file(document: &Document, root: &Node, unit: &Unit<'_>, found: &mut Extraction) {
    let budget = Budget::of(Share::SCOPE.for_input(root.span.len()));
    let references = References::new(document, unit.corpus, &budget);
    let schemes = Schemes::of(root, &references);
    let servers = server::of_document(root);
    let mut operations = Vec::new();
    for path in ["paths", "webhooks"].iter().filter_map(|key| root.get(key)).flat_map(Node::entries) {
        let item = references.followed(&path.value);
        for entry in item.entries().iter().filter(|entry| METHODS.contains(&&*entry.key.name)) {
            budget.spend(RESOURCE);
            if !budget.is_spent() {
                operations.push(operation(document, root, path, &item, entry, &schemes));
            }
        }
    }
    let is_open = |node: &Node| node.as_bool() == Some(false);
    let asks = !is_open(&security::is_asked(root.entry("security"), root.span))
        || operations.iter().any(|operation| !operation.body.get("protected").is_some_and(is_open));
    for operation in &mut operations {
        operation.body.derive("others_protected", Node::new(Value::Bool(asks), operation.header));
    }
    let header = VERSIONS.iter().find_map(|key| root.entry(key)).map_or(root.span, Entry::span);
    let mut body = root.clone();
    body.derive("servers_effective", list(servers, header));
    body.derive("asks_who_calls", Node::new(Value::Bool(asks), header));
    body.derive("schemes_used", schemes.used(root.entry("security"), header));
    body.derive("has_operations", Node::new(Value::Bool(!operations.is_empty()), header));
    found.resources.push(Resource::of_file(document, "openapi/document", body, header, Typing::Strict));
    found.resources.extend(schemes.declared().map(|(entry, body)| {
        let mut resource = Resource::of_file(document, "openapi/security-scheme", body, entry.key.span, Typing::Strict);
        resource.address = format!("{}#{}", document.path, entry.key.name).into();
        resource.identity.label = format!("#{}", entry.key.name).into();
        resource.names = vec![Arc::clone(&entry.key.name)];
        resource.span = entry.span();
        resource
    }));
    found.resources.append(&mut operations);
    if budget.is_spent() {
        let message = "the description is too large: a part of it is not judged".to_owned();
        let problem = Problem::error(CODE, &*document.path, Some(root.span), message);
        found.problems.push(problem.help("split the description, or refer to fewer files"));
    }
    found.problems.extend(references.into_problems());
}

fn operation(
    document: &Document,
    root: &Node,
    path: &Entry,
    item: &Node,
    entry: &Entry,
    schemes: &Schemes,
) -> Resource {
    let method = entry.key.name.to_ascii_uppercase();
    let name = format!("{method} {}", path.key.name);
    let header: Span = entry.key.span;
    let mut body = entry.value.clone();
    let own = body.entry("security").cloned();
    let security = own.as_ref().or_else(|| root.entry("security"));
    let servers = server::of_operation(root, item, &entry.value);
    let views = [
        ("id", Node::text(name.as_str(), header)),
        ("path", Node::text(&*path.key.name, path.key.span)),
        ("method", Node::text(method.as_str(), header)),
        ("protected", security::is_asked(security, header)),
        ("schemes_used", schemes.used(own.as_ref(), header)),
        ("servers_own", list(servers, header)),
    ];
    for (name, view) in views {
        body.derive(name, view);
    }
    let mut resource = Resource::of_file(document, "openapi/operation", body, header, Typing::Strict);
    resource.address = format!("{}#{name}", document.path).into();
    resource.identity.label = format!("#{name}").into();
    resource.names = vec![name.as_str().into()];
    resource.span = entry.span();
    resource
}
