//! Which files of the repository the texts of a resource come from: templates, scripts, policies.

use std::collections::BTreeSet;

use super::declarations::is_configuration;
use crate::dialect::Resource;
use crate::document::{MAX_DEPTH, Node, Value};
use crate::source::{FileId, NO_FILE, Span, Workspace};

/// Adds the view `files_read` to the resources that have texts of other files.
pub(super) fn settle(resources: &mut [Resource], workspace: &Workspace) {
    for resource in resources {
        let mut files = BTreeSet::new();
        collect(&resource.body, 0, &mut files);
        let paths = files.into_iter().map(|file| workspace.path(file)).filter(|path| !is_terraform(path));
        let paths: Vec<Node> = paths.map(|path| Node::text(path, resource.header)).collect();
        if !paths.is_empty() {
            resource.body.derive("files_read", Node::list(paths, resource.header));
        }
    }
}

/// Files whose values, not whose texts, are used.
fn is_terraform(path: &str) -> bool {
    is_configuration(path) || [".tfvars", ".tfvars.json", ".hcl"].iter().any(|ending| path.ends_with(ending))
}

fn collect(node: &Node, depth: usize, files: &mut BTreeSet<FileId>) {
    if depth > MAX_DEPTH {
        return;
    }
    let mut add = |span: Span| {
        if span.file != NO_FILE {
            files.insert(span.file);
        }
    };
    add(node.span);
    node.steps().iter().for_each(|step| add(step.span));
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| collect(item, depth + 1, files)),
        Value::Map(map) => map.written().for_each(|entry| collect(&entry.value, depth + 1, files)),
        _ => {}
    }
}
