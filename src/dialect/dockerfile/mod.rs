//! Dockerfiles: one resource for each file, with its stages and what the last one amounts to.
//!
//! Variables are replaced as the builder replaces them: build arguments by their defaults and by what those who build them give, environment
//! variables by what the stage, or a stage it is built from, set before. What the builder, the base image or the command line decides is
//! unresolved.

mod arguments;
mod builders;
mod built;
mod context;
mod instruction;
mod stage;
#[cfg(test)]
mod tests;
mod variables;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name};
use crate::document::{Document, Entry, Key, Node, Problem, Value};
use crate::source::Span;
use arguments::{Builds, Given};
use stage::Build;

/// The dialect of Dockerfiles.
pub const DOCKERFILE: Dialect = Dialect {
    name: "dockerfile",
    doc: "Dockerfiles and Containerfiles: `dockerfile/image` with its stages and instructions",
    syntax: |path| (named(path) != Named::Not).then_some("dockerfile"),
    candidate: |_, _| true,
    recognise,
    group: Group::Repository,
    with: built::BUILDERS,
    ties: Some(&built::TIES),
    extract,
    typing: Typing::Loose,
    items: &[
        Items::place("stages", &["called"]),
        Items::by("add", &["destination"]),
        Items::by("copy", &["destination"]),
        Items::by("trigger", &["destination"]),
        Items::unnamed("secrets_copied", "each is the path of a file"),
        Items::unnamed("arg", "what it sets has a name"),
        Items::unnamed("env", "what it sets has a name"),
        Items::unnamed("run", "the stage says where it runs, and nothing which of several it is"),
        Items::unnamed("expose", "an instruction names any number of ports"),
        Items::unnamed("workdir", "the stage says where it is, and nothing which of several it is"),
        Items::by("pairs", &["name"]),
        Items::by("commands", &["name"]),
    ],
    kinds: Kinds::Closed(&["image"]),
    offers: crate::dialect::offers::dockerfile::OFFERS,
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
    "lock",
    "patch",
    "diff",
    "orig",
    "snap",
    "expect",
];

/// Endings that a Dockerfile may have, after what it is for, and that files in a language have too.
const LANGUAGES: &[&str] =
    &["json", "yaml", "yml", "toml", "sh", "py", "js", "ts", "go", "rb", "rs", "java", "txt", "php", "cs", "ps1"];

/// How certain the name of a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// It is that of a Dockerfile.
    Surely,
    /// It is like that of one: the text decides.
    Perhaps,
    /// It is not.
    Not,
}

fn named(path: &str) -> Named {
    let name = file_name(path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if OTHERS.contains(&ending) {
        return Named::Not;
    }
    let words = ["dockerfile", "containerfile"];
    let certain = words.iter().any(|word| {
        let begins = name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']));
        begins || name.strip_suffix(word).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
    });
    if certain && !LANGUAGES.contains(&ending) {
        Named::Surely
    } else if certain || words.iter().any(|word| name.starts_with(word) || name.ends_with(word)) {
        Named::Perhaps
    } else {
        Named::Not
    }
}

/// Whether a file has the name of a Dockerfile, and of nothing else.
pub(super) fn has_name(path: &str) -> bool {
    named(path) == Named::Surely
}

/// A Dockerfile has a FROM; a template of one shows in its keywords or in what it builds from. A file whose name leaves
/// it open has nothing but instructions of Dockerfiles, of which the first are ARG and FROM.
fn recognise(document: &Document) -> bool {
    let instructions = document.roots.first().and_then(|root| root.get("instructions")).map_or(&[][..], Node::items);
    let keyword = |node: &Node| node.get("keyword").and_then(Node::as_str).unwrap_or("").to_owned();
    let template = instructions.iter().any(|node| {
        let keyword = keyword(node);
        let value = node.get("value").and_then(Node::as_str).unwrap_or("");
        keyword.contains("{{") || keyword.contains("{%") || (keyword == "FROM" && value.contains("{{"))
    });
    match named(&document.path) {
        _ if template => false,
        Named::Perhaps => document.problems.is_empty() && is_built(document),
        _ => instructions.iter().any(|node| keyword(node) == "FROM"),
    }
}

/// Whether the first instruction of a file, but for arguments, says what it is built from.
fn is_built(document: &Document) -> bool {
    let instructions = document.roots.first().and_then(|root| root.get("instructions")).map_or(&[][..], Node::items);
    let mut keywords = instructions.iter().filter_map(|node| node.get("keyword")?.as_str());
    keywords.find(|keyword| *keyword != "ARG") == Some("FROM")
}

/// Most stages of one file; each may carry over all that the one before set.
const MAX_STAGES: usize = 256;

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut extraction = Extraction::default();
    let elsewhere = built::elsewhere(unit.corpus);
    let is_asked = !unit.documents.is_empty() || !elsewhere.is_empty();
    let builds = if is_asked { Builds::read(unit.corpus) } else { Builds::default() };
    let read = unit.corpus.map(unit.documents.len(), |at| {
        let mut problems = Vec::new();
        let document = unit.documents.get(at);
        let image = document.and_then(|document| {
            let mut image = image(document, builds.of(&document.path), &mut problems)?;
            if let Some(taken) = context::taken(&image.body, document, unit.corpus.workspace) {
                image.body.derive("secrets_copied", taken);
            }
            Some(image)
        });
        (image, problems)
    });
    for (image, problems) in read {
        extraction.resources.extend(image);
        extraction.problems.extend(problems);
    }
    for document in elsewhere {
        let given = builds.of(&document.path);
        extraction.resources.extend(image(&document, given, &mut extraction.problems));
    }
    for (document, service) in built::in_place(unit.corpus) {
        let image = image(&document, Given::default(), &mut extraction.problems);
        extraction.resources.extend(image.map(|image| {
            let address = format!("{}#{service}", image.address).into();
            Resource { address, names: vec![service], ..image }
        }));
    }
    extraction
}

fn image(document: &Document, given: Given, problems: &mut Vec<Problem>) -> Option<Resource> {
    let root = document.roots.first()?;
    let windows = root.at(&["directives", "escape"]).and_then(Node::as_str) == Some("`");
    let mut build = Build::new(if windows { '`' } else { '\\' }, given);
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
