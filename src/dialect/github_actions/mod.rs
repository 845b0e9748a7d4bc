//! GitHub Actions: workflows, their jobs, and actions; and the configuration of Dependabot.
//!
//! Bodies stay as written. Only where an expression stands for a plain value (a runner, an image, a timeout) it becomes
//! unresolved, with the values of the job's matrix where that writes them out.

mod dependabot;
mod expression;
mod graph;
mod guard;
mod job;
mod step;
mod taint;
#[cfg(test)]
mod tests;
mod texts;
mod ties;
mod written;

use std::sync::Arc;

pub use dependabot::DEPENDABOT;
pub(super) use expression::find as find_expressions;
pub(super) use graph::{CheckName, check_names};

use super::wording::may_say_one;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Node, Value};
use crate::source::{Source, Span, Workspace};
use taint::{File, Follower};

/// The name of the dialect.
pub const DIALECT: &str = "github-actions";

/// What a step is called.
const STEP: &[&str] = &["id|name|uses_action.repo"];

/// The dialect of GitHub Actions.
pub const GITHUB_ACTIONS: Dialect = Dialect {
    name: DIALECT,
    doc: "workflows of GitHub (and of Forgejo and Gitea), each of their jobs, and actions: `workflow`, `job`, `action`",
    syntax: |path| (is_workflow(path) || is_action(path)).then_some("yaml"),
    candidate: |_, text| may_say_one(text, &["jobs", "runs"]),
    recognise,
    group: Group::File,
    with: &[],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Strict,
    items: &[
        Items::unnamed("container.options", "it is one text"),
        Items::place("steps", STEP),
        Items::place("runs.steps", STEP),
        Items::by("commands", &["name"]),
        Items::by("expressions_used", &["at", "text"]),
        Items::by("permissions_listed", &["name"]),
        Items::unnamed("env", "what it sets has a name"),
    ],
    kinds: Kinds::Closed(&["workflow", "job", "action"]),
    offers: crate::dialect::offers::github_actions::OFFERS,
};

const FOLDERS: &[&str] = &[".github/workflows", ".forgejo/workflows", ".gitea/workflows"];

fn is_workflow(path: &str) -> bool {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let in_folder = FOLDERS
        .iter()
        .any(|folder| directory.strip_suffix(folder).is_some_and(|before| before.is_empty() || before.ends_with('/')));
    in_folder && has_extension(path, &[".yml", ".yaml"])
}

/// Whether a file is a workflow that no service runs: they look for workflows at the top of a repository. Where no repository
/// is known, the root is the top of one if it has such a folder itself; else each folder may be one.
pub fn is_never_run(path: &str, workspace: &Workspace) -> bool {
    let folder = FOLDERS.iter().find_map(|folder| path.rsplit_once('/')?.0.strip_suffix(folder));
    let Some(top) = folder.and_then(|folder| folder.strip_suffix('/')) else { return false };
    let has_own = || FOLDERS.iter().any(|folder| workspace.under(folder).next().is_some());
    is_workflow(path) && !workspace.is_top(top).unwrap_or_else(|| !has_own())
}

fn is_action(path: &str) -> bool {
    ["action.yml", "action.yaml"].contains(&file_name(path))
}

/// A workflow that cannot be read is taken for one: its problems must not be lost.
fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    if broken && is_workflow(&document.path) {
        return true;
    }
    let key = if is_workflow(&document.path) { "jobs" } else { "runs" };
    document.roots.first().is_some_and(|root| root.get(key).is_some_and(|node| node.as_map().is_some()))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut extraction = Extraction::default();
    let follower = Follower::new(unit.corpus, &unit.documents);
    for document in unit.documents.iter().copied() {
        let Some(file) = taint::file(document) else { continue };
        if is_workflow(&document.path) {
            let source = unit.corpus.workspace.source(document.file).ok();
            workflow(document, file, &follower, source, &mut extraction.resources);
        } else {
            extraction.resources.push(action(document, file, &follower));
        }
    }
    extraction
}

fn workflow<'c>(
    document: &'c Document,
    file: File<'c>,
    follower: &Follower<'c>,
    source: Option<&Source>,
    resources: &mut Vec<Resource>,
) {
    let root = file.root;
    let triggers = triggers(root);
    let explained = |mut body: Node| {
        if let (Some(permissions), Some(source)) = (body.get("permissions").cloned(), source) {
            body.derive("permissions_listed", written::permissions(&permissions, source));
        }
        body
    };
    let written = root.get("jobs").map_or(&[][..], Node::entries);
    let waits = graph::waits(written);
    let jobs: Vec<Entry> = written
        .iter()
        .filter(|job| !step::never_runs(&job.value))
        .map(|job| {
            let mut body = explained(job::job(job, file, triggers.as_ref(), follower));
            if body.as_map().is_some() {
                let place = job.value.get("needs").map_or(job.key.span, |needs| needs.span);
                body.derive("waits_for", waits.list(&job.key.name, place));
            }
            Entry { value: body, ..job.clone() }
        })
        .collect();
    let mut body = explained(root.clone());
    body.derive("expressions_used", written::expressions(root));
    let header = body.entry("on").or_else(|| body.entry("jobs")).map_or(body.span, |entry| entry.key.span);
    set(&mut body, "jobs", |node| Node::map(jobs.clone(), node.span));
    let off = written.iter().flat_map(|job| {
        if step::never_runs(&job.value) { vec![&job.value] } else { never_run(job.value.get("steps")) }
    });
    keep_switched_off(&mut body, off.collect());
    if let Some(triggers) = &triggers {
        body.derive("triggers", triggers.clone());
    }
    let span = root.get("jobs").map_or(root.span, |jobs| jobs.span);
    body.derive("jobs_list", Node::list(jobs.iter().map(|job| job.value.clone()).collect(), span));
    resources.push(Resource::of_file(document, "github-actions/workflow", body, header, Typing::Strict));
    for job in jobs.into_iter().filter(|job| job.value.as_map().is_some()) {
        let span = job.span();
        let name = Arc::clone(&job.key.name);
        let mut resource = Resource::of_file(document, "github-actions/job", job.value, job.key.span, Typing::Strict);
        resource.address = format!("{}#{name}", document.path).into();
        resource.span = span;
        resource.identity.label = format!("#{name}").into();
        resource.names = vec![name];
        resources.push(resource);
    }
}

fn action<'c>(document: &'c Document, file: File<'c>, follower: &Follower<'c>) -> Resource {
    let mut body = file.root.clone();
    let header = body.entry("runs").map_or(body.span, |entry| entry.key.span);
    set(&mut body, "runs", |runs| {
        let mut runs = runs.clone();
        if let Some(steps) = file.root.at(&["runs", "steps"]) {
            set(&mut runs, "steps", |_| {
                step::steps(steps, &step::Shells::default(), &expression::Site::default(), (file.scope(), follower))
            });
        }
        let image = file.root.at(&["runs", "image"]);
        if let Some(image) = image.filter(|image| image.as_str().is_some_and(|text| text.starts_with("docker://"))) {
            runs.derive("image_used", image.clone());
        }
        runs
    });
    body.derive("expressions_used", written::expressions(file.root));
    keep_switched_off(&mut body, never_run(file.root.at(&["runs", "steps"])));
    Resource::of_file(document, "github-actions/action", body, header, Typing::Strict)
}

/// The steps of a list that never run.
fn never_run(steps: Option<&Node>) -> Vec<&Node> {
    steps.map_or(&[][..], Node::items).iter().filter(|step| step::never_runs(step)).collect()
}

/// Keeps what never runs: a credential that stands there is one all the same.
fn keep_switched_off(body: &mut Node, off: Vec<&Node>) {
    if let Some(first) = off.first().map(|node| node.span) {
        body.derive("switched_off", Node::list(off.into_iter().cloned().collect(), first));
    }
}

/// What starts a workflow: a map from event to its settings, whatever the form of `on`.
fn triggers(root: &Node) -> Option<Node> {
    let on = root.get("on")?;
    let settings = |node: &Node| match node.value {
        Value::Null => Node::map(Vec::new(), node.span),
        _ => node.clone(),
    };
    let event = |node: &Node| Some(Entry::new(node.as_str()?, node.span, Node::map(Vec::new(), node.span)));
    let entries = match &on.value {
        Value::Str(_) => event(on).into_iter().collect(),
        Value::List(items) => items.iter().filter_map(event).collect(),
        Value::Map(map) => {
            map.written().map(|entry| Entry { value: settings(&entry.value), ..entry.clone() }).collect()
        }
        _ => return None,
    };
    Some(Node::map(entries, on.span))
}

/// Replaces the value of a key, when this is a map that has it.
fn set(node: &mut Node, key: &str, change: impl FnOnce(&Node) -> Node) {
    let Value::Map(map) = &mut node.value else { return };
    let Some(index) = map.entries.iter().rposition(|entry| &*entry.key.name == key && !entry.derived) else { return };
    if let Some(entry) = Arc::make_mut(map).entries.get_mut(index) {
        entry.value = change(&entry.value);
    }
}

/// A string view at a place.
fn text(text: &str, span: Span) -> Node {
    Node::text(text, span)
}
