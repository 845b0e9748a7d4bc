//! One job of a workflow, with its views.

use crate::document::{Entry, Node, Value};

use super::step::{self, Shells};
use super::taint::{File, Follower};
use super::{expression, set, text};

/// The job as rules see it.
pub(super) fn job<'c>(entry: &'c Entry, file: File<'c>, triggers: Option<&Node>, follower: &Follower<'c>) -> Node {
    let workflow = file.root;
    let mut job = entry.value.clone();
    if job.as_map().is_none() {
        return job;
    }
    let matrix = job.at(&["strategy", "matrix"]).cloned();
    let resolved = |node: &Node| deep(node, matrix.as_ref());
    for key in ["runs-on", "timeout-minutes", "continue-on-error"] {
        set(&mut job, key, resolved);
    }
    set(&mut job, "container", |node| image(node, matrix.as_ref()));
    set(&mut job, "services", |services| each_value(services, |service| image(service, matrix.as_ref())));
    set(&mut job, "strategy", |strategy| {
        let mut strategy = strategy.clone();
        set(&mut strategy, "matrix", |matrix| match matrix.value {
            Value::Str(_) => expression::resolved(matrix, None),
            _ => each_value(matrix, |values| expression::resolved(values, None)),
        });
        strategy
    });
    let shells = shells(&job, workflow);
    if let Some(steps) = entry.value.get("steps") {
        set(&mut job, "steps", |_| step::steps(steps, &shells, file.job(entry), follower));
    }
    views(&mut job, entry, workflow, triggers);
    job
}

fn views(job: &mut Node, entry: &Entry, workflow: &Node, triggers: Option<&Node>) {
    let steps = job.get("steps");
    let uses = steps.map_or(&[][..], Node::items).iter().filter_map(|step| step.get("uses")).cloned().collect();
    let uses = Node::list(uses, steps.map_or(entry.key.span, |steps| steps.span));
    let called = job.get("uses").and_then(step::uses_action);
    let permissions = job.get("permissions").or_else(|| workflow.get("permissions")).cloned();
    job.derive("id", text(&entry.key.name, entry.key.span));
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
fn image(node: &Node, matrix: Option<&Node>) -> Node {
    let mut node = expression::resolved(node, matrix);
    set(&mut node, "image", |image| expression::resolved(image, matrix));
    node
}

/// A value, or the values of a list or map, with expressions resolved.
fn deep(node: &Node, matrix: Option<&Node>) -> Node {
    match node.value {
        Value::Map(_) => each_value(node, |value| listed(value, matrix)),
        _ => listed(node, matrix),
    }
}

/// A value, or the items of a list.
fn listed(node: &Node, matrix: Option<&Node>) -> Node {
    let Value::List(items) = &node.value else { return expression::resolved(node, matrix) };
    let items = items.iter().map(|item| expression::resolved(item, matrix)).collect();
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
