//! GitLab CI: pipelines and their jobs.
//!
//! A job is judged as GitLab would run it: with the files that `include: local:` names, `!reference`, `extends` and the
//! defaults. Hidden jobs are templates and no resources. What many jobs take from one place (an image, a command, a
//! variable) is also listed once, on the pipeline of the file in which it is written. A pipeline that a job starts
//! (`trigger: include`) is one of its own. What files of other projects would add is unknown, not absent.

mod configuration;
mod files;
mod image;
mod inherit;
mod order;
mod runs;
#[cfg(test)]
mod tests;
mod texts;
mod ties;
mod variables;
mod views;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::wording::may_say_one;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Node, Unresolved, Value};
use crate::kernel::budget::Share;
use crate::source::{FileId, Span};

use configuration::Configuration;
use files::Files;

/// GitLab reads YAML 1.1: `allow_failure: yes` is true.
const SYNTAX: &str = "yaml-1.1";

/// The dialect.
pub const GITLAB_CI: Dialect = Dialect {
    name: "gitlab-ci",
    doc: "pipelines of GitLab: `gitlab-ci/pipeline` for each file (with the lists `images`, `commands`, `variables_set` and \
          `includes` of all that is written in it) and `gitlab-ci/job` for each job, after `include: local:`, `!reference`, \
          `extends` and defaults (with `commands`, `image_name`, `service_images`, `includes` and `variables_effective`)",
    syntax: |path| is_named(path).then_some(SYNTAX),
    candidate: |_, text| may_say_one(text, &["script", "include", "extends", "trigger", "stages", "run", "workflow"]),
    recognise,
    group: Group::Repository,
    with: &[],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Strict,
    items: &[
        // A job, a template, `default`.
        Items::place("", &[]),
        Items::by("artifacts.paths", &["."]),
        Items::by("commands", &["name"]),
        Items::by("images", &["name"]),
        Items::by("includes", &["local", "remote", "project", "file", "component", "template"]),
        Items::by("variables_set", &["name"]),
    ],
    kinds: Kinds::Closed(&["pipeline", "job"]),
    offers: crate::dialect::offers::gitlab_ci::OFFERS,
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::gitlab_ci";

/// Keys of the top level that are no jobs.
const GLOBAL: &[&str] = &[
    "default",
    "include",
    "stages",
    "types",
    "variables",
    "workflow",
    "spec",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
];

fn is_main(path: &str) -> bool {
    [".gitlab-ci.yml", ".gitlab-ci.yaml"].contains(&file_name(path))
}

fn is_named(path: &str) -> bool {
    let in_folder = |folder: &str| path.starts_with(folder) || path.contains(&format!("/{folder}"));
    has_extension(path, &[".gitlab-ci.yml", ".gitlab-ci.yaml"])
        || (has_extension(path, &[".yml", ".yaml"]) && [".gitlab/", ".gitlab-ci/"].into_iter().any(in_folder))
}

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    let works = |node: &Node| ["script", "trigger", "extends", "run"].iter().any(|key| node.get(key).is_some());
    let written = document.roots.iter().flat_map(Node::entries);
    let mut telling = written.filter(|entry| {
        ["stages", "workflow"].contains(&&*entry.key.name)
            || (&*entry.key.name == "include" && is_main(&document.path))
            || works(&entry.value)
            || entry.key.name.ends_with("script")
    });
    (broken && is_main(&document.path)) || telling.next().is_some()
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut found = Extraction::default();
    let mut seen: BTreeSet<FileId> = BTreeSet::new();
    let mut left = Share::RUN;
    let mut documents = unit.documents.clone();
    // The outermost main file includes the others, not the other way round; parts come after what includes them.
    documents.sort_by_key(|document| (!is_main(&document.path), document.path.matches('/').count(), document.file));
    for document in documents {
        if seen.contains(&document.file) {
            continue;
        }
        let mut open = vec![(Files::read(document, unit.corpus), is_main(&document.path))];
        while let Some((files, whole)) = open.pop() {
            seen.extend(files.list.iter().map(|file| file.id));
            for child in files.children(document.directory(), unit.corpus) {
                if seen.insert(child) {
                    open.push((Files::of_child(child, document.directory(), unit.corpus), true));
                }
            }
            let configuration = Configuration::new(files, whole, left);
            list(&configuration, unit, &mut found);
            left = left.without(configuration.budget.spent().taken);
        }
    }
    found
        .resources
        .sort_by_key(|resource| (resource.span.file, resource.span.start, &*resource.kind != "gitlab-ci/pipeline"));
    found
}

/// The resources of one pipeline: its files and its jobs.
fn list(configuration: &Configuration, unit: &Unit<'_>, found: &mut Extraction) {
    let workspace = unit.corpus.workspace;
    let mut jobs: Vec<(Entry, Node)> = Vec::new();
    let mut blocks: Vec<(Entry, Node)> = Vec::new();
    for entry in configuration.blocks() {
        let mut body = configuration.effective(entry);
        views::of_job(&mut body, entry, configuration);
        if entry.key.name.starts_with('.') { &mut blocks } else { &mut jobs }.push((entry.clone(), body));
    }
    let images = views::images(jobs.iter().chain(&blocks).map(|(_, body)| body));
    for file in &configuration.files {
        let mut body = file.root.clone();
        let bodies: Vec<&(Entry, Node)> = jobs.iter().chain(&blocks).collect();
        views::of_pipeline(&mut body, &images, &bodies);
        let header = body.entries().first().map_or(body.span, |entry| entry.key.span);
        found.resources.push(resource("pipeline", &file.path, &configuration.name, body, file.root.span, header));
    }
    let order = order::Order::of(configuration, &jobs);
    for (entry, mut body) in jobs {
        if !body.entries().is_empty() {
            let place = body.get("needs").map_or(entry.key.span, |needs| needs.span);
            body.derive("waits_for", order.list(&entry.key.name, place));
        }
        let path = workspace.path(entry.key.span.file);
        let address = format!("{path}#{}", entry.key.name);
        let mut resource = resource("job", &address, &configuration.name, body, entry.span(), entry.key.span);
        resource.names = vec![Arc::clone(&entry.key.name)];
        resource.identity.label = format!("#{}", entry.key.name).into();
        found.resources.push(resource);
    }
    found.problems.append(&mut configuration.problems(workspace));
}

fn resource(kind: &str, address: &str, scope: &str, body: Node, span: Span, header: Span) -> Resource {
    Resource {
        identity: crate::dialect::Identity::default(),
        kind: format!("gitlab-ci/{kind}").into(),
        address: address.into(),
        scope: scope.into(),
        deployment: scope.into(),
        body,
        span,
        header,
        typing: Typing::Strict,
        names: Vec::new(),
        condition: None,
        trail: None,
    }
}

/// Says of a map that there may be more in it.
fn leave_open(node: &mut Node, expression: &str, because: &str) {
    if let Value::Map(map) = &mut node.value {
        let map = Arc::make_mut(map);
        let open = Unresolved { expression: expression.into(), because: because.into(), ..Unresolved::default() };
        map.rest = map.rest.take().or_else(|| Some(Arc::new(open)));
    }
}

/// The map with other entries; any other value stays as it is.
fn with_entries(node: &Node, entries: Vec<Entry>) -> Node {
    let mut node = node.clone();
    if let Value::Map(map) = &mut node.value {
        Arc::make_mut(map).entries = entries;
    }
    node
}
