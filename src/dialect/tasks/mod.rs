//! Files that tell a program what to run: builds of services, runners of tasks, scripts of packages, hooks of installers.
//!
//! Of most formats a file is kept as it is written, and which of its keys hold scripts and images is said where facts are
//! stated (`dialect::facts::tasks`). Formats that are no trees are read by `texts`, which lists their scripts and images.
//!
//! To add a format: a line in `PROGRAMS` in `programs`, an example in the tests there, and its keys among the statements.

mod pasted;
mod programs;
#[cfg(test)]
mod tests;
mod texts;
mod vagrant;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, lost};
use crate::document::{Document, Entry, Node, Text, Value};
use crate::source::{Span, Workspace};
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled::{node, span};
use programs::{Holds, Program};
use texts::Found;

/// The dialect of files that tell a program what to run.
pub const TASKS: Dialect = Dialect {
    name: "tasks",
    doc: "files that tell a program what to run, one kind a program: Buildkite, Google Cloud Build, AWS CodeBuild, Drone, Woodpecker, \
          Travis CI, Nomad, Skaffold, Docker Bake and Task as they are written; the scripts of npm and Composer, justfiles, Procfiles, \
          kickstarts, Vagrantfiles, Earthfiles and `tox.ini` as `scripts` and `images`",
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
        Items::by("texts_used", &["expression"]),
    ],
    kinds: Kinds::Closed(programs::KINDS),
    offers: crate::dialect::offers::tasks::OFFERS,
};

/// Whether the path of a file says that it is for one of these programs, and so for no other one.
pub(super) fn are_told_by(path: &str) -> bool {
    programs::of_path(path).is_some()
}

/// Whether a file stands where the program that it is for does not look for it: below the top of a repository.
pub fn is_never_run(path: &str, workspace: &Workspace) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_sought_at_top = programs::of_path(path).is_some_and(|program| program.at_top);
    is_sought_at_top && !workspace.is_top(folder).unwrap_or(true)
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
        let mut body = match program.holds {
            Holds::Tree(has) => has(root).then(|| root.clone())?,
            Holds::Under(key) => listed(under(root.get(key)?), root.span, None),
            Holds::Text(read) => match &root.value {
                Value::Str(text) => listed(read(text), root.span, Some(text)),
                _ => return None,
            },
        };
        pasted::add(program.kind, &mut body);
        let header = match program.holds {
            Holds::Tree(_) => root.entries().first().map_or(root.span, |entry| entry.key.span),
            Holds::Under(key) => root.entry(key)?.key.span,
            Holds::Text(_) => Span { end: root.span.start, ..root.span },
        };
        let file = Resource::of_file(document, &kind, body, header, Typing::Loose);
        let address = if at == 0 { file.address.clone() } else { format!("{}#{}", file.address, at + 1).into() };
        Some(Resource { address, span: root.span, ..file })
    };
    document.roots.iter().enumerate().filter_map(one).collect()
}

/// The scripts of a map, by their names: a text each, or several that run one after the other.
fn under(scripts: &Node) -> Found {
    let texts = |entry: &Entry| {
        let one = std::slice::from_ref(&entry.value);
        let all = if entry.value.items().is_empty() { one } else { entry.value.items() };
        let text = |node: &Node| match &node.value {
            Value::Str(text) => Some(posix(&entry.key.name, text.clone())),
            _ => None,
        };
        all.iter().filter_map(text).collect::<Vec<_>>()
    };
    Found { scripts: scripts.entries().iter().flat_map(texts).collect(), images: Vec::new() }
}

/// What a file lists: its scripts with their commands, and the images that it names.
fn listed(Found { scripts, images }: Found, within: Span, of: Option<&Text>) -> Node {
    let scripts: Vec<Node> = scripts
        .into_iter()
        .map(|script| {
            let at = span(&script.text, 0, script.text.as_str().len(), within);
            let commands = shell::commands(&script.text, at, script.shell);
            // Runners start a shell that goes on after a failure.
            let ends_well = lost::ends_well(script.text.as_str());
            let is_dashed = |command: &Node| of.is_some_and(|text| is_dashed(text, command));
            let commands = lost::ignored_where(&commands, |command| ends_well || is_dashed(command));
            let entries = [("name", Node::text(script.name, at)), ("commands", commands)];
            Node::map(entries.map(|(name, value)| Entry::new(name, at, value)).into(), at)
        })
        .collect();
    let images: Vec<Node> = images.into_iter().map(|image| node(image, within)).collect();
    let mut body = Node::map(Vec::new(), within);
    body.derive("scripts", Node::list(scripts, within));
    if !images.is_empty() {
        body.derive("images", Node::list(images, within));
    }
    body
}

/// Whether a text begins the line of a command with `-`: a failure of it stops nothing.
fn is_dashed(text: &Text, command: &Node) -> bool {
    let at = text.verbatim_at().and_then(|start| command.span.start.checked_sub(start));
    let before = at.and_then(|at| text.as_str().get(..at as usize)).unwrap_or("");
    let line = before.trim_end_matches(['-', '@', '!', ' ', '\t']);
    (line.is_empty() || line.ends_with(['\n', '=']))
        && before.get(line.len()..).is_some_and(|marks| marks.contains('-'))
}

/// A script of a text, for the Bourne shell.
fn posix(name: &str, text: Text) -> texts::Script {
    texts::Script { name: name.to_owned(), text, shell: Shell::Posix }
}
