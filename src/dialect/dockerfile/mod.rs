//! Dockerfiles: one resource for each file, with its stages and what the last one amounts to.
//!
//! Variables are replaced as the builder replaces them: build arguments by their defaults, environment variables by what
//! the stage, or a stage it is built from, set before. What the builder, the base image or the command line decides is
//! unresolved.

mod instruction;
mod stage;
#[cfg(test)]
mod tests;
mod variables;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name};
use crate::document::{Document, Entry, Key, Node, Problem, Value};
use crate::source::Span;
use stage::Build;

/// The dialect of Dockerfiles.
pub const DOCKERFILE: Dialect = Dialect {
    name: "dockerfile",
    doc: "Dockerfiles and Containerfiles: `dockerfile/image` with its stages and instructions",
    syntax: |path| has_name(path).then_some("dockerfile"),
    candidate: |_, text| mentions_from(text),
    recognise,
    group: Group::File,
    with: &[],
    extract,
    typing: Typing::Loose,
    items: &[
        Items::by("stages", &["name"]),
        Items::by("add", &["stage", "destination"]),
        Items::by("copy", &["stage", "destination"]),
        Items::by("arg", &["stage"]),
        Items::by("env", &["stage"]),
        Items::by("run", &["stage"]),
        Items::by("pairs", &["name"]),
        Items::by("commands", &["name"]),
    ],
    kinds: Kinds::Closed(&["image"]),
};

/// Endings of files that are named after a Dockerfile without being one.
const OTHERS: &[&str] = &[
    "md",
    "rst",
    "adoc",
    "html",
    "dockerignore",
    "tmpl",
    "tpl",
    "gotmpl",
    "template",
    "j2",
    "jinja",
    "jinja2",
    "erb",
    "ejs",
    "mustache",
    "hbs",
    "m4",
    "in",
    "json",
    "yaml",
    "yml",
    "toml",
    "sh",
    "py",
    "js",
    "ts",
    "go",
    "rb",
    "rs",
    "java",
    "lock",
    "patch",
    "diff",
    "orig",
    "snap",
    "expect",
];

pub(super) fn has_name(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        if let Some(rest) = name.strip_prefix(word) {
            let ending = rest.rsplit_once('.').map_or("", |(_, ending)| ending);
            return rest.is_empty() || (rest.starts_with(['.', '-', '_']) && !OTHERS.contains(&ending));
        }
        name.strip_suffix(word).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
    })
}

fn mentions_from(text: &str) -> bool {
    text.as_bytes().windows(4).any(|word| word.eq_ignore_ascii_case(b"FROM"))
}

/// A Dockerfile has a FROM; a template of one shows in its keywords or in what it builds from.
fn recognise(document: &Document) -> bool {
    let instructions = document.roots.first().and_then(|root| root.get("instructions")).map_or(&[][..], Node::items);
    let keyword = |node: &Node| node.get("keyword").and_then(Node::as_str).unwrap_or("").to_owned();
    let template = instructions.iter().any(|node| {
        let keyword = keyword(node);
        let value = node.get("value").and_then(Node::as_str).unwrap_or("");
        keyword.contains("{{") || keyword.contains("{%") || (keyword == "FROM" && value.contains("{{"))
    });
    !template && instructions.iter().any(|node| keyword(node) == "FROM")
}

/// Most stages of one file; each may carry over all that the one before set.
const MAX_STAGES: usize = 256;

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut extraction = Extraction::default();
    for document in &unit.documents {
        extraction.resources.extend(image(document, &mut extraction.problems));
    }
    extraction
}

/// The images of a file that its stages are built from, without those that are stages themselves.
pub(super) fn bases(document: &Document) -> Vec<Node> {
    let resource = image(document, &mut Vec::new());
    let stages = resource.as_ref().and_then(|resource| resource.body.get("stages")).map_or(&[][..], Node::items);
    let outside = stages.iter().filter(|stage| stage.get("base_is_stage").and_then(Node::as_bool) == Some(false));
    outside.filter_map(|stage| stage.get("base")).cloned().collect()
}

fn image(document: &Document, problems: &mut Vec<Problem>) -> Option<Resource> {
    let root = document.roots.first()?;
    let windows = root.at(&["directives", "escape"]).and_then(Node::as_str) == Some("`");
    let mut build = Build::new(if windows { '`' } else { '\\' });
    for instruction in root.get("instructions")?.items() {
        if build.stages() > MAX_STAGES {
            let message = format!("there are more than {MAX_STAGES} stages; what follows is not read");
            problems.push(Problem::error(
                "dialect::dockerfile",
                document.path.clone(),
                Some(instruction.span),
                message,
            ));
            break;
        }
        build.instruction(instruction);
    }
    let header = build.header().unwrap_or(root.span);
    let mut body = Node::map(build.finish(root.span), root.span);
    if let Some(directives) = root.get("directives") {
        body.derive("directives", directives.clone());
    }
    Some(Resource::of_file(document, "dockerfile/image", body, header, Typing::Loose))
}

/// A view whose key stands at `key`.
fn view(name: &str, key: Span, value: Node) -> Entry {
    Entry { key: Key { name: name.into(), span: key }, value, derived: true }
}

fn boolean(value: bool, span: Span) -> Node {
    Node::new(Value::Bool(value), span)
}
