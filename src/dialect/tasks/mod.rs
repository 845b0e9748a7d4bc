//! Files that tell a program what to run: builds of services, runners of tasks, scripts of packages, hooks of installers.
//!
//! Of most formats a file is kept as it is written, and which of its keys hold scripts and images is said where facts are
//! stated (`dialect::facts::tasks`). Formats that are no trees are read by `texts`, which lists their scripts and images.
//!
//! To add a format: a line in `PROGRAMS` in `programs`, an example in the tests there, and its keys among the statements.

mod programs;
#[cfg(test)]
mod tests;
mod texts;
mod vagrant;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit};
use crate::document::{Document, Entry, Node, Value};
use crate::source::Span;
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled::{node, span};
use programs::{Holds, Program};
use texts::Found;

/// The dialect of files that tell a program what to run.
pub const TASKS: Dialect = Dialect {
    name: "tasks",
    doc: "files that tell a program what to run, one kind a program: Buildkite, Google Cloud Build, AWS CodeBuild, Drone, Woodpecker, \
          Travis CI, Nomad, Skaffold, Docker Bake, Task and the scripts of npm and Composer as they are written; justfiles, \
          Procfiles, kickstarts, Vagrantfiles, Earthfiles and `tox.ini` as `scripts` and `images`",
    syntax: programs::syntax_of,
    candidate: |path, text| programs::of_path(path).is_some_and(|program| program.may_be(text)),
    recognise: |document| program(document).is_some(),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[
        Items::place("scripts", &["name"]),
        Items::place("steps", &["id|name|key|label"]),
        Items::by("commands", &["name"]),
        Items::unnamed("images", "each is a reference"),
    ],
    kinds: Kinds::Closed(programs::KINDS),
    offers: crate::dialect::offers::tasks::OFFERS,
};

/// Whether the path of a file says that it is for one of these programs, and so for no other one.
pub(super) fn are_told_by(path: &str) -> bool {
    programs::of_path(path).is_some()
}

/// The program that a document is for.
fn program(document: &Document) -> Option<&'static Program> {
    programs::of_path(&document.path).filter(|program| document.roots.iter().any(|root| program.is(root)))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction { resources: unit.documents.iter().flat_map(|document| of(document)).collect(), ..Extraction::default() }
}

/// Each tree of a file that is for its program; a further one has its place in the address.
fn of(document: &Document) -> Vec<Resource> {
    let Some(program) = program(document) else { return Vec::new() };
    let kind = format!("tasks/{}", program.kind);
    let one = |(at, root): (usize, &Node)| {
        let body = match program.holds {
            Holds::Tree(has) => has(root).then(|| root.clone())?,
            Holds::Under(key) => Node::map(vec![root.entry(key)?.clone()], root.span),
            Holds::Text(read) => listed(root, read)?,
        };
        let header = match program.holds {
            Holds::Text(_) => Span { end: root.span.start, ..root.span },
            _ => body.entries().first().map_or(root.span, |entry| entry.key.span),
        };
        let file = Resource::of_file(document, &kind, body, header, Typing::Loose);
        let address = if at == 0 { file.address.clone() } else { format!("{}#{}", file.address, at + 1).into() };
        Some(Resource { address, span: root.span, ..file })
    };
    document.roots.iter().enumerate().filter_map(one).collect()
}

/// What a text lists: its scripts with their commands, and the images that it names.
fn listed(root: &Node, read: fn(&crate::document::Text) -> Found) -> Option<Node> {
    let Value::Str(text) = &root.value else { return None };
    let Found { scripts, images } = read(text);
    let scripts: Vec<Node> = scripts
        .into_iter()
        .map(|script| {
            let at = span(&script.text, 0, script.text.as_str().len(), root.span);
            let commands = shell::commands(&script.text, at, script.shell);
            let entries = [("name", Node::text(script.name, at)), ("commands", commands)];
            Node::map(entries.map(|(name, value)| Entry::new(name, at, value)).into(), at)
        })
        .collect();
    let images: Vec<Node> = images.into_iter().map(|image| node(image, root.span)).collect();
    let mut body = Node::map(Vec::new(), root.span);
    body.derive("scripts", Node::list(scripts, root.span));
    if !images.is_empty() {
        body.derive("images", Node::list(images, root.span));
    }
    Some(body)
}

/// A script of a text, for the Bourne shell.
fn posix(name: &str, text: crate::document::Text) -> texts::Script {
    texts::Script { name: name.to_owned(), text, shell: Shell::Posix }
}
