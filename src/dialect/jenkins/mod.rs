//! Jenkins: the pipelines of a `Jenkinsfile`, declarative or scripted, and their stages.
//!
//! A pipeline is a program, and is not run here: its statements are gone through as they are written, whatever conditions and loops stand
//! around them, and what is told are the steps that are written out. Of what a library does, of what is loaded, and of scripts that are put
//! together from what nobody knows, it is told that they are not read.

mod agent;
mod names;
mod outside;
mod read;
mod secrets;
#[cfg(test)]
mod tests;
mod tree;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::waits::Waits;
use super::wording::may_say_one;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension, kubernetes};
use crate::document::{Document, Entry, Node, Problem, Value};
use crate::source::{Span, Workspace};

use agent::Pod;
use names::Names;
use read::Reading;

/// The dialect.
pub const JENKINS: Dialect = Dialect {
    name: "jenkins",
    doc: "pipelines of Jenkins, declarative and scripted: `jenkins/pipeline` for each `Jenkinsfile` and each step of a shared library in \
          `vars` (with the lists `agents`, `images`, `scripts`, `steps_listed`, `variables_set`, `parameters_set`, `options_set`, \
          `triggers_set`, `libraries_used` and `credentials_used` of all that is written in it) and `jenkins/stage` for each stage (with \
          `id`, `commands`, `waits_for`, `asked`, `condition` and `agent_effective`). A pod that an agent writes out is a `kubernetes/Pod`",
    syntax: |path| is_named(path).then_some("groovy"),
    candidate: |path, text| {
        !is_library(path)
            || may_say_one(text, &["sh", "bat", "powershell", "pwsh", "withCredentials", "node", "pipeline"])
    },
    recognise,
    group: Group::Repository,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("scripts", &["name", "label"]),
        Items::by("commands", &["name"]),
        Items::by("images", &["."]),
        Items::by("mounts", &["."]),
        Items::by("agents", &["stage"]),
        Items::by("steps_listed", &["stage", "step"]),
        Items::by("connections", &["what", "address"]),
        Items::by("texts_used", &["expression"]),
        Items::by("secrets_used", &["variable"]),
        Items::by("variables_set", &["name"]),
        Items::by("parameters_set", &["name"]),
        Items::by("options_set", &["option"]),
        Items::by("triggers_set", &["trigger"]),
        Items::by("libraries_used", &["name"]),
        Items::by("credentials_used", &["variable"]),
    ],
    kinds: Kinds::Closed(&["pipeline", "stage"]),
    offers: crate::dialect::offers::jenkins::OFFERS,
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::jenkins";

fn is_named(path: &str) -> bool {
    let name = file_name(path);
    let is_file = name.starts_with("Jenkinsfile")
        && !has_extension(
            name,
            &[
                ".md", ".txt", ".adoc", ".html", ".rst", ".sh", ".py", ".xml", ".j2", ".erb", ".tmpl", ".yaml", ".yml",
                ".json",
            ],
        );
    is_file || has_extension(name, &[".jenkinsfile", ".jenkins", ".jenkinsfile.groovy"]) || is_library(path)
}

/// Whether a file is a step of a shared library.
fn is_library(path: &str) -> bool {
    has_extension(path, &[".groovy"]) && (path.starts_with("vars/") || path.contains("/vars/"))
}

/// Calls that only pipelines have.
const TELLING: &[&str] = &[
    "pipeline",
    "node",
    "stage",
    "@Library",
    "library",
    "withCredentials",
    "podTemplate",
    "properties",
    "sh",
    "bat",
    "pwsh",
    "powershell",
];

/// Whether something below a statement is a step of a pipeline.
fn tells(node: &Node, depth: usize) -> bool {
    let is_step = tree::Call::of(node).is_some_and(|call| TELLING.contains(&call.name));
    let parts = || node.items().iter().chain(node.entries().iter().map(|entry| &entry.value));
    is_step || depth < crate::document::MAX_DEPTH && parts().any(|part| tells(part, depth + 1))
}

fn recognise(document: &Document) -> bool {
    let statements = document.roots.first().map_or(&[][..], Node::items);
    if !is_library(&document.path) {
        return !statements.is_empty() || document.is_broken();
    }
    statements.iter().any(|statement| tells(statement, 0))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let workspace = unit.corpus.workspace;
    unit.documents.iter().filter_map(|document| Some(of_file(document, document.roots.first()?, workspace))).collect()
}

/// The pipeline that a file is, its stages, and the pods that it writes out.
fn of_file(document: &Document, root: &Node, workspace: &Workspace) -> Extraction {
    let reading = Reading::of(root);
    let names = Names::of(root, &reading, is_library(&document.path));
    let mut unread: Vec<Span> = reading.unread.iter().map(|node| node.span).collect();
    let scripts = views::scripts(&reading, &names, &mut unread);
    let mut body = Node::map(views::environment(&reading, &names, root.span), root.span);
    body.derive("statements", root.clone());
    views::of_pipeline(&mut body, &reading, &names, &scripts);
    let header =
        root.items().first().map_or(root.span, |first| tree::Call::of(first).map_or(first.span, tree::Call::head));
    let mut resources = vec![Resource::of_file(document, "jenkins/pipeline", body, header, Typing::Strict)];
    resources.extend(stages(document, &reading, &names, &scripts));
    resources.extend(pods(document, &reading, &names));
    let mut problems = problems(document, root, &reading, &unread);
    problems.extend(elsewhere(document, root, &reading, workspace));
    Extraction { resources, problems }
}

fn stages(document: &Document, reading: &Reading<'_>, names: &Names<'_>, scripts: &[views::Script]) -> Vec<Resource> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let ids: Vec<Arc<str>> = reading
        .stages
        .iter()
        .map(|stage| {
            let count = counts.entry(&stage.name).or_default();
            *count += 1;
            if *count > 1 { format!("{}[{count}]", stage.name).into() } else { stage.name.as_str().into() }
        })
        .collect();
    let called = |numbers: &[usize]| numbers.iter().filter_map(|at| ids.get(*at).cloned()).collect::<Vec<_>>();
    let waits = Waits::of(reading.stages.iter().zip(&ids).map(|(stage, id)| (Arc::clone(id), called(&stage.after))));
    let stage = |(number, (stage, id)): (usize, (&read::Stage<'_>, &Arc<str>))| {
        let body = views::of_stage(number, id, reading, names, scripts, waits.list(id, stage.header));
        let mut resource = Resource::of_file(document, "jenkins/stage", body, stage.header, Typing::Strict);
        resource.address = format!("{}#{id}", document.path).into();
        resource.span = stage.node.span;
        resource.identity.label = format!("#{id}").into();
        resource.names = vec![Arc::clone(id)];
        resource
    };
    reading.stages.iter().zip(&ids).enumerate().map(stage).collect()
}

/// The pods that are written out for agents.
fn pods(document: &Document, reading: &Reading<'_>, names: &Names<'_>) -> Vec<Resource> {
    let manifests = reading.pods.iter().filter_map(|pod| match pod {
        Pod::Manifest(node) => Some(names.shown(node)),
        Pod::Container(_) => None,
    });
    let roots = manifests.filter_map(|text| kubernetes::told_in(&text, &|root| root.get("spec").is_some()));
    let pod = |(number, mut root): (usize, Node)| {
        if let Value::Map(map) = &mut root.value {
            let map = Arc::make_mut(map);
            // The plugin makes a pod of it, whether or not it says so.
            for (key, value) in [("kind", "Pod"), ("apiVersion", "v1")] {
                if map.entry(key).is_none() {
                    let start = Span { end: root.span.start, ..root.span };
                    map.entries.insert(0, Entry::new(key, start, Node::text(value, start)));
                }
            }
        }
        let scope = format!("{}#pod", document.path);
        let mut found = kubernetes::objects(&root, &scope, &document.path);
        for resource in &mut found {
            let number = if number > 0 { format!("[{}]", number + 1) } else { String::new() };
            resource.address = format!("{}#pod{number}", document.path).into();
            resource.identity.label = format!("#pod{number}").into();
        }
        found
    };
    roots.enumerate().flat_map(pod).collect()
}

/// What is told of the parts of a pipeline that are not read.
fn problems(document: &Document, root: &Node, reading: &Reading<'_>, unread: &[Span]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut tell = |place: Span, message: String, help: &str| {
        found.push(Problem::notice(CODE, &*document.path, Some(place), message).help(help));
    };
    if reading.is_cut {
        let message = "there are too many stages or steps: some of them are not judged".to_owned();
        found.push(Problem::error(CODE, &*document.path, Some(root.span), message).help("split the pipeline"));
        return found;
    }
    if let Some(first) = unread.first() {
        let message = format!(
            "{} not read: what is put together when the pipeline runs, or is Groovy that is not understood",
            counted(unread.len(), "part of the pipeline is", "parts of the pipeline are")
        );
        tell(*first, message, "write the script where it is run, as a text; what is around it is judged");
    }
    found
}

/// What is told of what the pipeline runs and other files have. A step of a library that the repository has is judged there.
fn elsewhere(document: &Document, root: &Node, reading: &Reading<'_>, workspace: &Workspace) -> Option<Problem> {
    let is_own = |name: &str| workspace.find(&format!("vars/{name}.groovy")).is_some();
    let (place, message, help) = if let Some(first) = reading.elsewhere.first() {
        let message = format!("what `{}` runs is not read as a part of the pipeline", first.name);
        (
            first.node.span,
            message,
            "write its steps in the pipeline, or in a script of a shell that is judged by itself",
        )
    } else if reading.is_elsewhere() && !is_library(&document.path) && !reading.called().all(is_own) {
        let message = "the steps of the pipeline are in a library, which is not read".to_owned();
        (root.span, message, "let the repository of the library be judged, where `vars` has them")
    } else {
        return None;
    };
    (!reading.is_cut).then(|| Problem::notice(CODE, &*document.path, Some(place), message).help(help))
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
