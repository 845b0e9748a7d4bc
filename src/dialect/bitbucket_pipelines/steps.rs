//! The steps of all pipelines, whether they stand alone, side by side, or in a stage.

use std::collections::BTreeMap;

use crate::document::{Entry, Node};
use crate::source::Span;

/// How deep parts of a pipeline stand in each other: a stage, steps side by side.
const DEEPEST: usize = 4;

/// A step in the pipeline that runs it.
pub(super) struct Step<'n> {
    /// The pipeline and the step: `branches/main/Deploy`.
    pub name: String,
    /// What starts the pipeline: `default`, `branches`, `tags`, `pull-requests`, `custom`, ...
    pub starts: &'n str,
    /// The pattern of the branches, tags or sources that do; none where all do.
    pub pattern: Option<&'n Entry>,
    pub header: Span,
    pub node: &'n Node,
    /// The stage that it is in.
    pub stage: Option<&'n Node>,
}

/// The steps of all pipelines of a file.
pub(super) fn of(root: &Node) -> Vec<Step<'_>> {
    let mut found = Vec::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for entry in root.get("pipelines").map_or(&[][..], Node::entries) {
        let starts = &*entry.key.name;
        if starts == "default" {
            listed(&entry.value, starts, None, None, 0, &mut found);
        }
        for pipeline in entry.value.entries() {
            listed(&pipeline.value, starts, Some(pipeline), None, 0, &mut found);
        }
    }
    for step in &mut found {
        let count = names.entry(step.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            step.name = format!("{}[{count}]", step.name);
        }
    }
    found
}

fn listed<'n>(
    list: &'n Node,
    starts: &'n str,
    pattern: Option<&'n Entry>,
    stage: Option<&'n Node>,
    depth: usize,
    found: &mut Vec<Step<'n>>,
) {
    if depth > DEEPEST {
        return;
    }
    for item in list.items() {
        if let Some(entry) = item.entry("step").filter(|entry| entry.value.as_map().is_some()) {
            let pipeline = pattern.map_or(starts.to_owned(), |pattern| format!("{starts}/{}", pattern.key.name));
            let number = found.len() + 1;
            let own = entry.value.get("name").and_then(Node::as_str).map_or(format!("step {number}"), str::to_owned);
            let name = format!("{pipeline}/{own}");
            found.push(Step { name, starts, pattern, header: entry.key.span, node: &entry.value, stage });
        }
        if let Some(parallel) = item.get("parallel") {
            listed(parallel.get("steps").unwrap_or(parallel), starts, pattern, stage, depth + 1, found);
        }
        if let Some(stage) = item.get("stage")
            && let Some(steps) = stage.get("steps")
        {
            listed(steps, starts, pattern, Some(stage), depth + 1, found);
        }
    }
}
