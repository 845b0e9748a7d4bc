//! One job of a workflow, with its views.

use std::sync::Arc;

use crate::dialect::own::Own;
use crate::document::{Entry, Node, Value};

use super::expression::{Matrix, Site};
use super::step::{self, Shells};
use super::taint::{File, Follower, only_branch};
use super::{expression, guard, set, text};

/// The job as rules see it.
pub(super) fn job<'c>(entry: &'c Entry, file: File<'c>, triggers: Option<&Node>, follower: &Follower<'c>) -> Node {
    let workflow = file.root;
    let mut job = entry.value.clone();
    if job.as_map().is_none() {
        return job;
    }
    let calls = Matrix::of_callers(file.path, follower.handed_in(file)).map(Arc::new);
    let site = Site { calls, ..site(entry, triggers) };
    let resolved = |node: &Node| deep(node, &site);
    for key in ["runs-on", "timeout-minutes", "continue-on-error"] {
        set(&mut job, key, resolved);
    }
    set(&mut job, "env", |env| if env.as_str().is_some() { expression::resolved(env, &site) } else { env.clone() });
    set(&mut job, "container", |node| image(node, &site));
    set(&mut job, "services", |services| each_value(services, |service| image(service, &site)));
    set(&mut job, "strategy", |strategy| {
        let mut strategy = strategy.clone();
        set(&mut strategy, "matrix", |matrix| match matrix.value {
            Value::Str(_) => expression::resolved(matrix, &site),
            _ => each_value(matrix, |values| expression::resolved(values, &site)),
        });
        strategy
    });
    let shells = shells(&job, workflow);
    if let Some(steps) = entry.value.get("steps") {
        let site = Site { env: Arc::new(variables(entry, workflow)), ..site };
        set(&mut job, "steps", |_| step::steps(steps, &shells, &site, (file.job(entry), follower)));
    }
    views(&mut job, entry, (workflow, follower.own()), triggers);
    job
}

/// What decides the expressions of a job.
fn site(entry: &Entry, triggers: Option<&Node>) -> Site {
    let matrix = entry.value.at(&["strategy", "matrix"]).and_then(|matrix| Matrix::read(&entry.key.name, matrix));
    let events: Vec<Arc<str>> =
        triggers.map_or(&[][..], Node::entries).iter().map(|event| Arc::clone(&event.key.name)).collect();
    // A workflow that is called has the events of its callers.
    let is_called = events.iter().any(|event| &**event == "workflow_call");
    let events = if is_called { Vec::new() } else { events };
    let branch = triggers.and_then(only_branch).cloned();
    let job = Arc::clone(&entry.key.name);
    Site { job, matrix: matrix.map(Arc::new), calls: None, events, branch, env: Arc::default() }
}

/// The variables that the workflow and the job write out, but for those that a script of the job hands on under their name.
fn variables(entry: &Entry, workflow: &Node) -> Vec<Entry> {
    let steps = entry.value.get("steps").map_or(&[][..], Node::items);
    let scripts = || steps.iter().filter_map(|step| step.get("run")?.as_str());
    let handing: Vec<&str> = scripts().filter(|script| script.contains("GITHUB_ENV")).collect();
    let envs = [workflow.get("env"), entry.value.get("env")].into_iter().flatten();
    let written = envs.flat_map(Node::entries);
    written.filter(|variable| !handing.iter().any(|script| script.contains(&*variable.key.name))).cloned().collect()
}

fn views(job: &mut Node, entry: &Entry, (workflow, own): (&Node, &Own), triggers: Option<&Node>) {
    let steps = job.get("steps");
    let uses = steps.map_or(&[][..], Node::items).iter().filter_map(|step| step.get("uses")).cloned().collect();
    let uses = Node::list(uses, steps.map_or(entry.key.span, |steps| steps.span));
    let called = job.get("uses").and_then(|uses| step::uses_action(uses, own));
    let permissions = job.get("permissions").or_else(|| workflow.get("permissions")).cloned();
    job.derive("id", text(&entry.key.name, entry.key.span));
    let mut conditions = guard::conditions(&entry.value, workflow).into_iter();
    if let Some(span) = conditions.find(|condition| guard::lets_only_writers_in(condition)).map(|found| found.span) {
        job.derive("by_writers", Node::new(Value::Bool(true), span));
    }
    job.derive("uses_list", uses);
    let further = [("uses_action", called), ("permissions_effective", permissions), ("triggers", triggers.cloned())];
    for (name, view) in further {
        if let Some(view) = view {
            job.derive(name, view);
        }
    }
}

/// The shell of steps that name none: what the job or the workflow says, or what its runner has.
fn shells(job: &Node, workflow: &Node) -> Shells {
    let default = |node: &Node| node.at(&["defaults", "run", "shell"]).and_then(Node::as_str).map(str::to_owned);
    Shells { default: default(job).or_else(|| default(workflow)), runner: job.get("runs-on").cloned() }
}

/// A container or a service: the name of an image, or a map with one.
fn image(node: &Node, site: &Site) -> Node {
    let mut node = expression::resolved(node, site);
    set(&mut node, "image", |image| expression::resolved(image, site));
    node
}

/// A value, or the values of a list or map, with expressions resolved.
fn deep(node: &Node, site: &Site) -> Node {
    match node.value {
        Value::Map(_) => each_value(node, |value| listed(value, site)),
        _ => listed(node, site),
    }
}

/// A value, or the items of a list.
fn listed(node: &Node, site: &Site) -> Node {
    let Value::List(items) = &node.value else { return expression::resolved(node, site) };
    let items = items.iter().map(|item| expression::resolved(item, site)).collect();
    Node { value: Node::list(items, node.span).value, ..node.clone() }
}

fn each_value(node: &Node, change: impl Fn(&Node) -> Node) -> Node {
    let mut node = node.clone();
    if let Value::Map(map) = &mut node.value {
        for entry in &mut std::sync::Arc::make_mut(map).entries {
            entry.value = change(&entry.value);
        }
    }
    node
}
