//! The jobs of a pipeline, whichever of the short forms it is written in.

use std::sync::Arc;

use crate::document::{Entry, Node, Value};
use crate::source::Span;

/// Keys of a job that may stand at the top where a pipeline has steps alone.
const OF_JOB: &[&str] = &[
    "pool",
    "queue",
    "container",
    "services",
    "strategy",
    "workspace",
    "steps",
    "continueOnError",
    "timeoutInMinutes",
    "cancelTimeoutInMinutes",
    "condition",
];

/// What stands around a job, from the outside in.
#[derive(Clone, Default)]
struct Around<'n> {
    stage: Option<&'n str>,
    pool: Option<&'n Node>,
    variables: Vec<&'n Node>,
}

/// A job before its views.
pub(super) struct Job {
    /// What it is called: the stage and the job.
    pub name: String,
    pub header: Span,
    pub span: Span,
    pub body: Node,
    /// All variables that are set for it, those that win last, as lists or maps.
    pub variables: Vec<Node>,
}

/// The jobs of an expanded file.
pub(super) fn of(root: &Node) -> Vec<Job> {
    let mut found = Vec::new();
    let around = Around::default().within(root, None);
    for stage in root.get("stages").map_or(&[][..], Node::items) {
        for stage in alternatives(stage) {
            let stage = stage.get("template").and_then(|_| stage.get("parameters")).unwrap_or(stage);
            let around = around.within(stage, stage.get("stage").and_then(Node::as_str));
            listed(stage, &around, &mut found);
        }
    }
    listed(root, &around, &mut found);
    if let Some(steps) = root.entry("steps") {
        let own = root.entries().iter().filter(|entry| OF_JOB.contains(&&*entry.key.name)).cloned().collect();
        found.push(around.job("steps", steps.key.span, steps.span(), Node::map(own, root.span), None));
    }
    found
}

fn listed<'n>(parent: &'n Node, around: &Around<'n>, found: &mut Vec<Job>) {
    for job in parent.get("jobs").map_or(&[][..], Node::items) {
        for job in alternatives(job).filter(|job| job.as_map().is_some()) {
            // Jobs and steps that a template of elsewhere is given are written to be run.
            let (job, given) = match job.get("template") {
                Some(_) => (job.get("parameters").unwrap_or(job), true),
                None => (job, false),
            };
            if given && job.get("steps").is_none() {
                listed(job, around, found);
                continue;
            }
            let named = job.entry("job").or_else(|| job.entry("deployment"));
            let name = named.and_then(|entry| entry.value.as_str()).filter(|name| !name.is_empty()).unwrap_or("job");
            let header = job.entries().first().map_or(job.span, |entry| entry.key.span);
            let header = named.map_or(header, |entry| entry.key.span.to(entry.value.span));
            let header = if header.file == job.span.file { header } else { job.span };
            found.push(around.job(name, header, job.span, job.clone(), job.get("variables")));
        }
    }
}

/// A node, or all that an open one may be.
pub(super) fn alternatives(node: &Node) -> impl Iterator<Item = &Node> {
    let open = node.as_unresolved().map_or(&[][..], |open| &open.alternatives);
    std::iter::once(node).chain(open)
}

impl<'n> Around<'n> {
    fn within(&self, node: &'n Node, stage: Option<&'n str>) -> Around<'n> {
        let mut around = Around { stage: stage.or(self.stage), pool: node.get("pool").or(self.pool), ..self.clone() };
        around.variables.extend(node.get("variables"));
        around
    }

    fn job(&self, name: &str, header: Span, span: Span, mut body: Node, variables: Option<&Node>) -> Job {
        let all: Vec<Node> = self.variables.iter().copied().chain(variables).cloned().collect();
        let name = self.stage.map_or_else(|| name.to_owned(), |stage| format!("{stage}/{name}"));
        if let Some(pool) = body.get("pool").or(self.pool).cloned() {
            body.derive("pool_effective", pool);
        }
        if let Some(stage) = self.stage {
            body.derive("stage", Node::text(stage, header));
        }
        if body.get("steps").is_none() {
            let mut steps = Vec::new();
            hooks(body.get("strategy"), 0, &mut steps);
            let place =
                steps.iter().map(|step: &Node| step.span).filter(|place| place.file == span.file).reduce(Span::to);
            body.derive("steps", Node::list(steps, place.unwrap_or(header)));
        }
        Job { name, header, span, body, variables: all }
    }
}

/// How deep the hooks of a deployment stand: `strategy.canary.on.failure.steps`.
const HOOKS: usize = 5;

/// The steps of the hooks of a deployment.
fn hooks(node: Option<&Node>, depth: usize, steps: &mut Vec<Node>) {
    let Some(node) = node.filter(|_| depth < HOOKS) else { return };
    for Entry { key, value, .. } in node.entries() {
        match &value.value {
            Value::List(items) if &*key.name == "steps" => steps.extend(items.iter().cloned()),
            _ => hooks(Some(value), depth + 1, steps),
        }
    }
}

/// The variables of a job by name, those that win last.
pub(super) fn variables(lists: &[Node]) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let mut set = |name: &str, at: Span, value: &Node| {
        found.retain(|known| !known.key.name.eq_ignore_ascii_case(name));
        found.push(Entry::new(Arc::<str>::from(name), at, value.clone()));
    };
    for list in lists {
        for item in list.items().iter().flat_map(alternatives) {
            if let (Some(name), Some(value)) = (item.get("name"), item.get("value")) {
                set(name.as_str().unwrap_or(""), name.span, value);
            }
        }
        for entry in list.entries().iter().filter(|entry| !entry.derived) {
            set(&entry.key.name, entry.key.span, &entry.value);
        }
    }
    found
}
