//! The views of steps, and of all that is written in a file.

use super::steps::Step;
use crate::dialect::reread::{self, Deciders};
use crate::dialect::written::{Written, list, variable};
use crate::document::{Entry, MAX_DEPTH, Node, Value};
use crate::source::{FileId, Span};
use crate::syntax::shell::{self, Shell};
use crate::syntax::spelled;
use crate::syntax::variables::{Known, Rules, Scope, expand};

/// Variables of the service that hold what those write who may write to the repository.
/// <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>
const DECIDERS: Deciders = Deciders {
    outsiders: &[],
    writers: &["BITBUCKET_BRANCH", "BITBUCKET_TAG", "BITBUCKET_BOOKMARK", "BITBUCKET_PR_DESTINATION_BRANCH"],
};

/// The scripts of a step, in the order in which they run.
const SCRIPTS: &[&str] = &["script", "after-script"];

/// The body of a step with its views: `id`, `starts`, `pattern`, `deployment_effective`, `trigger_effective`, `images`, `commands`,
/// `texts_used` and `pipes`.
pub(super) fn of_step(step: &Step<'_>, root: &Node) -> Node {
    let mut body = step.node.clone();
    let header = step.header;
    let said = |key: &str| step.node.get(key).or_else(|| step.stage?.get(key)).cloned();
    let commands = if is_posix(step.node, root) { commands(step.node) } else { Vec::new() };
    let texts = reread::uses(&commands, &[], &DECIDERS);
    let views = [
        ("id", Some(Node::text(step.name.as_str(), header))),
        ("starts", Some(Node::text(step.starts, header))),
        ("pattern", step.pattern.map(|pattern| Node::text(&*pattern.key.name, pattern.key.span))),
        ("deployment_effective", said("deployment")),
        ("trigger_effective", said("trigger")),
        ("images", Some(list(images(step.node, root), header))),
        ("commands", Some(list(commands, header))),
        ("texts_used", Some(list(texts, header))),
        ("pipes", Some(list(pipes(step.node), header))),
    ];
    for (name, view) in views {
        if let Some(view) = view {
            body.derive(name, view);
        }
    }
    body
}

/// The image of a step, or of the file, and those of the services it names.
fn images(step: &Node, root: &Node) -> Vec<Node> {
    let own = step.get("image").or_else(|| root.get("image"));
    let services = step.get("services").map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
    let declared = services.filter_map(|name| root.at(&["definitions", "services"])?.get(name)?.get("image"));
    let pipes = step.get("script").map_or(&[][..], Node::items).iter().filter_map(|item| item.get("pipe"));
    let run = pipes.filter(|pipe| pipe.as_str().is_some_and(|text| text.starts_with("docker://")));
    own.into_iter().chain(declared).chain(run).filter_map(image).collect()
}

/// The reference to an image, in the short or the long form; open where variables of the settings are in it.
fn image(written: &Node) -> Option<Node> {
    let named = if written.as_map().is_some() { written.get("name")? } else { written };
    let Value::Str(text) = &named.value else {
        return Some(named.clone()).filter(|node| node.as_unresolved().is_some());
    };
    if !text.as_str().contains('$') {
        return Some(named.clone());
    }
    let lookup = |name: &str| Known::Elsewhere(format!("variable `{name}` is set outside of the file"));
    let scope = Scope { lookup: &lookup, spend: &|_| true };
    let rules = Rules { quotes: false, escape: None, control: false };
    Some(expand(text, 0..text.as_str().len(), named.span, rules, &scope))
}

/// Whether a POSIX shell runs the scripts: on runners for Windows another one does.
fn is_posix(step: &Node, root: &Node) -> bool {
    let labels = step.get("runs-on").or_else(|| root.at(&["options", "runs-on"]));
    let says = |node: &Node| node.as_str().is_some_and(|text| text.contains("windows"));
    labels.is_none_or(|labels| !says(labels) && !labels.items().iter().any(says))
}

fn commands(step: &Node) -> Vec<Node> {
    let lines = SCRIPTS.iter().filter_map(|key| step.get(key)).flat_map(Node::items);
    let texts = lines.filter_map(|line| match &line.value {
        Value::Str(text) => Some(shell::commands(text, line.span, Shell::Posix)),
        _ => None,
    });
    texts.flat_map(|commands| commands.items().to_vec()).collect()
}

/// The pipes of a step: `pipe` as it is written, `source` and `version`.
fn pipes(step: &Node) -> Vec<Node> {
    let lines = SCRIPTS.iter().filter_map(|key| step.get(key)).flat_map(Node::items);
    lines.filter_map(|line| line.get("pipe").and_then(pipe)).collect()
}

fn pipe(written: &Node) -> Option<Node> {
    let Value::Str(text) = &written.value else { return None };
    let (whole, span) = (text.as_str(), written.span);
    if whole.starts_with("docker://") {
        return None;
    }
    let end = whole.rfind(':').unwrap_or(whole.len());
    let source = spelled::node(spelled::part(text, 0, end), span);
    let mut entries = vec![Entry::new("pipe", span, written.clone()), Entry::new("source", source.span, source)];
    if end < whole.len() {
        let version = spelled::node(spelled::part(text, end + 1, whole.len()), span);
        entries.push(Entry::new("version", version.span, version));
    }
    Some(Node::map(entries, span))
}

/// Takes the scripts and images of a step.
pub(super) fn collect(written: &mut Written, step: &Node) {
    let ignored = step.at(&["on-fail", "strategy"]).and_then(Node::as_str) == Some("ignore");
    written.script(step, &["name"], ignored);
    for image in step.get("images").map_or(&[][..], Node::items) {
        written.image(image);
    }
}

/// Adds the views of a file: `scripts`, `images`, `pipes` and `variables_set`.
pub(super) fn of_pipeline(body: &mut Node, file: FileId, written: &Written) {
    let top = body.span;
    let mut found = Found::default();
    found.walk(body, 0);
    for (name, items) in [
        ("scripts", written.scripts_in(file)),
        ("images", written.images_in(file)),
        ("pipes", found.pipes),
        ("variables_set", found.variables),
    ] {
        body.derive(name, list(items, top));
    }
}

/// What is written anywhere in a file, each place once: aliases lead to where it stands.
#[derive(Default)]
struct Found {
    pipes: Vec<Node>,
    variables: Vec<Node>,
    seen: std::collections::BTreeSet<Span>,
}

impl Found {
    fn walk(&mut self, node: &Node, depth: usize) {
        if depth > MAX_DEPTH || (node.as_map().is_some() && !self.seen.insert(node.span)) {
            return;
        }
        self.pipes.extend(node.get("pipe").and_then(pipe));
        for item in node.items() {
            self.walk(item, depth + 1);
        }
        for entry in node.entries().iter().filter(|entry| !entry.derived) {
            if &*entry.key.name == "variables" {
                self.variables.extend(entry.value.entries().iter().map(variable));
            }
            self.walk(&entry.value, depth + 1);
        }
    }
}
