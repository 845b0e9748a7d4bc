//! Builds that are written as keys: steps of `docker/build-push-action`, artifacts of Skaffold, tasks of Ansible.

use super::{Found, Written, arguments, assignment, trees};
use crate::dialect::join;
use crate::dialect::ties::directory;
use crate::document::{Document, MAX_DEPTH, Node, Value};
use crate::source::{Source, Workspace};

/// The action that builds images.
const ACTION: &str = "docker/build-push-action@";

/// Modules of Ansible that build images, with the key that has the build.
const MODULES: &[(&str, Option<&str>)] = &[
    ("community.docker.docker_image", Some("build")),
    ("docker_image", Some("build")),
    ("community.docker.docker_image_build", None),
];

/// Calls something for each map of a tree.
fn each_map<'n>(node: &'n Node, depth: usize, say: &mut dyn FnMut(&'n Node)) {
    if depth > MAX_DEPTH {
        return;
    }
    if node.as_map().is_some() {
        say(node);
    }
    let entries = node.entries().iter().map(|entry| &entry.value);
    node.items().iter().chain(entries).for_each(|inner| each_map(inner, depth + 1, say));
}

/// Adds the steps of a workflow.
pub(super) fn add_of_workflow(root: &Node, document: &Document, workspace: &Workspace, found: &mut Found) {
    let bases = [String::new()];
    each_map(root, 0, &mut |step| {
        let is_build = step.get("uses").and_then(Node::as_str).is_some_and(|uses| uses.starts_with(ACTION));
        let Some(with) = step.get("with").filter(|_| is_build) else { return };
        let text = |key: &str| with.get(key).and_then(Node::as_str);
        let lines = text("build-args").unwrap_or("").lines().map(str::trim).filter(|line| !line.is_empty());
        let span = with.get("build-args").map_or(with.span, |node| node.span);
        let named = step.get("name").or_else(|| step.get("id")).and_then(Node::as_str);
        let step = named.map_or_else(|| "the step that builds an image".to_owned(), |name| format!("step `{name}`"));
        let build = Written {
            told: format!("{step} in `{}`", document.path),
            context: text("context").filter(|context| !context.is_empty()),
            file: text("file").filter(|file| !file.is_empty()),
            bases: &bases,
            is_certain: true,
            arguments: lines.filter_map(|line| assignment(&Node::text(line, span))).collect(),
        };
        found.add(build, workspace);
    });
}

/// Adds the artifacts of a file of Skaffold.
pub(super) fn add_artifacts(source: &Source, workspace: &Workspace, found: &mut Found) {
    let bases = [directory(source.path()).to_owned()];
    let roots = trees(source);
    let mut artifact = |artifact: &Node| {
        let Some(image) = artifact.get("image").and_then(Node::as_str) else { return };
        let context = artifact.get("context").and_then(Node::as_str).unwrap_or(".");
        for builder in ["docker", "kaniko"].iter().filter_map(|key| artifact.get(key)) {
            // The path of the file is relative to the folder of the build.
            let file = builder.get("dockerfile").and_then(Node::as_str).unwrap_or("Dockerfile");
            let file = format!("{context}/{file}");
            let build = Written {
                told: format!("artifact `{image}` of `{}`", source.path()),
                context: Some(context),
                file: Some(&file),
                bases: &bases,
                is_certain: true,
                arguments: builder.get("buildArgs").map(arguments).unwrap_or_default(),
            };
            found.add(build, workspace);
        }
    };
    for root in &roots {
        each_map(root, 0, &mut artifact);
    }
}

/// Adds the tasks of Ansible that build images of a folder of the repository.
pub(super) fn add_of_tasks(root: &Node, document: &Document, workspace: &Workspace, found: &mut Found) {
    let own = directory(&document.path);
    each_map(root, 0, &mut |task| {
        for (module, key) in MODULES {
            let Some(call) = task.get(module) else { continue };
            let Some(build) = key.map_or(Some(call), |key| call.get(key)) else { continue };
            let Some(Value::Str(path)) = build.get("path").map(|path| &path.value) else { continue };
            let of_play = path.as_str().strip_prefix("{{ playbook_dir }}/").unwrap_or(path.as_str());
            let file = build.get("dockerfile").and_then(Node::as_str).unwrap_or("Dockerfile");
            let bases: Vec<String> = [own, ""].iter().filter_map(|base| join(base, of_play)).collect();
            let name = task.get("name").and_then(Node::as_str).unwrap_or(module);
            let written = Written {
                told: format!("task `{name}` in `{}`", document.path),
                context: None,
                file: Some(if super::is_plain(of_play) && !of_play.starts_with('/') { file } else { "$" }),
                bases: &bases,
                is_certain: true,
                arguments: build.get("args").map(arguments).unwrap_or_default(),
            };
            found.add(written, workspace);
        }
    });
}
