//! Docker Compose projects.
//!
//! A service is judged as Compose would start it: with `extends`, the override file beside it, and the variables of
//! `.env`. What the environment of whoever starts it decides is unresolved. A service that has neither `image` nor
//! `build` is only a part of one (a file for `docker compose -f a -f b`). Where another file beside it has the service, the
//! rest is judged there, and the part by what it says itself; else what it does not say is unknown, not absent.

mod environment;
mod interpolate;
mod merge;
mod project;
#[cfg(test)]
mod tests;
mod views;

use std::sync::Arc;

use crate::dialect::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Level, Map, Node, Unresolved, Value};

use project::Project;

/// The dialect.
pub const COMPOSE: Dialect = Dialect {
    name: "compose",
    doc: "services of Docker Compose files, after `extends`, override files and `.env`; `compose/service-part` for what a file \
          adds to a service that another file beside it has",
    syntax,
    candidate: |_, text| memchr::memmem::find(text.as_bytes(), b"services").is_some(),
    recognise,
    group: Group::File,
    with: &[],
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("mounts", &["target"]),
        Items::by("ports_published", &["host_ip", "published", "target", "protocol"]),
    ],
    kinds: Kinds::Closed(&["service", "service-part", "project"]),
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::compose";

fn syntax(path: &str) -> Option<&'static str> {
    let name = file_name(path).to_ascii_lowercase();
    let stem = name.strip_prefix("docker-").unwrap_or(&name);
    let named = has_extension(stem, &[".yaml", ".yml"])
        && stem.strip_prefix("compose").is_some_and(|rest| rest.starts_with(['.', '-', '_']));
    named.then_some("yaml")
}

fn recognise(document: &Document) -> bool {
    let broken = document.problems.iter().any(|problem| problem.level == Level::Error);
    broken || document.roots.iter().any(|root| root.get("services").is_some_and(|services| services.as_map().is_some()))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut found = Extraction::default();
    for document in &unit.documents {
        if project::is_merged_elsewhere(document, unit.corpus) {
            continue;
        }
        let mut project = Project::read(document, unit.corpus);
        for (path, root) in project.files() {
            let is_part = |name: &str| project::has_whole_service_beside(name, document, unit.corpus);
            list(&mut project, (&path, &document.path), &root, &is_part, &mut found.resources);
        }
        found.problems.append(&mut project.problems);
    }
    found
}

/// The resources of one file of the project of another (or the same): its services, and the project itself.
fn list(
    project: &mut Project<'_>,
    (path, deployment): (&str, &Arc<str>),
    root: &Node,
    is_part: &dyn Fn(&str) -> bool,
    resources: &mut Vec<Resource>,
) {
    let Some(services) = root.entry("services") else { return };
    let written: Vec<Entry> = services.value.entries().to_vec();
    for entry in written {
        let mut body = project.service(path, root, &entry);
        if body.as_map().is_none() {
            continue;
        }
        let whole = project::is_whole(&body);
        let part = !whole && is_part(&entry.key.name);
        if !whole && !part {
            leave_open(&mut body);
        }
        views::derive(&mut body);
        resources.push(Resource {
            kind: if part { "compose/service-part" } else { "compose/service" }.into(),
            address: Arc::clone(&entry.key.name),
            scope: path.into(),
            deployment: Arc::clone(deployment),
            span: entry.span(),
            header: entry.key.span,
            names: vec![Arc::clone(&entry.key.name)],
            body,
            typing: Typing::Strict,
            condition: None,
            trail: None,
        });
    }
    resources.push(Resource {
        kind: "compose/project".into(),
        address: path.into(),
        scope: path.into(),
        deployment: Arc::clone(deployment),
        span: root.span,
        header: services.key.span,
        names: root.get("name").and_then(Node::as_str).map(Arc::from).into_iter().collect(),
        body: root.clone(),
        typing: Typing::Strict,
        condition: None,
        trail: None,
    });
}

/// Says of a map that there may be more in it.
fn leave_open(body: &mut Node) {
    if let Value::Map(map) = &mut body.value {
        let map = Arc::make_mut(map);
        let because = "the service has neither `image` nor `build`: it is a part of one that another file completes";
        map.rest = map.rest.take().or_else(|| Some(unresolved("", because)));
    }
}

fn unresolved(expression: &str, because: &str) -> Arc<Unresolved> {
    Arc::new(Unresolved { expression: expression.into(), because: because.into(), ..Unresolved::default() })
}

/// The map with other entries.
fn with_entries(map: &Map, entries: Vec<Entry>) -> Value {
    Value::Map(Arc::new(Map { entries, rest: map.rest.clone() }))
}
