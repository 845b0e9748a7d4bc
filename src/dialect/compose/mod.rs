//! Docker Compose projects.
//!
//! A service is judged as Compose would start it: with `extends`, the override file beside it, and the variables of
//! `.env`. What the environment of whoever starts it decides is unresolved. A service that has neither `image` nor
//! `build` is only a part of one (a file for `docker compose -f a -f b`). Where another file beside it has the service, the
//! rest is judged there, and the part by what it says itself; else what it does not say is unknown, not absent.

mod booleans;
pub(in crate::dialect) mod builds;
mod development;
mod environment;
mod interpolate;
mod merge;
mod project;
#[cfg(test)]
mod tests;
mod ties;
mod views;

use std::sync::Arc;

use crate::dialect::ties::directory;
use crate::dialect::wording::{may_say, may_say_one};
use crate::dialect::{
    Corpus, Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension,
};
use crate::document::{Document, Entry, Map, Node, Unresolved, Value};

use development::Looks;
use project::Project;

/// The dialect.
pub const COMPOSE: Dialect = Dialect {
    name: "compose",
    doc: "services of Docker Compose files, after `extends`, override files and `.env`; `compose/service-part` for what a file \
          adds to a service that another file beside it has",
    syntax,
    candidate: |path, text| {
        (may_say(text, "services") && (is_named(path) || may_say_one(text, WHOLE)))
            || (is_named(path) && may_say(text, "include"))
    },
    recognise,
    group: Group::File,
    with: &[],
    ties: Some(&ties::TIES),
    extract,
    typing: Typing::Strict,
    items: &[
        Items::unnamed("device_cgroup_rules", "each is one text"),
        Items::by("devices", &["target|."]),
        Items::by("post_start", &["command"]),
        Items::by("pre_stop", &["command"]),
        Items::by("mounts", &["target"]),
        Items::by("ports_published", &["host_ip", "published", "target", "protocol"]),
    ],
    kinds: Kinds::Closed(&["service", "service-part", "project"]),
    offers: crate::dialect::offers::compose::OFFERS,
};

/// The stable name of this dialect's problems.
const CODE: &str = "dialect::compose";

fn syntax(path: &str) -> Option<&'static str> {
    has_extension(path, &[".yaml", ".yml"]).then_some("yaml")
}

/// Whether a file has a name that Compose looks for, or like one; one that is named with `-f` or included may have any.
fn is_named(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    name.split(['.', '-', '_']).any(|part| part == "compose")
}

/// What a service runs.
const WHOLE: &[&str] = &["image", "build"];

/// Keys of the top level.
const TOP: &[&str] = &["configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes"];

fn recognise(document: &Document) -> bool {
    let broken = document.is_broken();
    if is_named(&document.path) {
        return broken || document.roots.iter().any(has_services);
    }
    document.roots.iter().any(is_project)
}

fn has_services(root: &Node) -> bool {
    let is_map = root.get("services").is_some_and(|services| services.as_map().is_some());
    is_map || root.get("include").is_some_and(|include| !include.items().is_empty())
}

/// Whether a file of any name can be nothing but a project: it has the keys of one and no other, and its services say what
/// they run. Other formats have services too, beside keys of their own.
fn is_project(root: &Node) -> bool {
    let services = root.get("services").map_or(&[][..], Node::entries);
    let runs = |entry: &Entry| {
        let image = entry.value.get("image").is_some_and(|image| image.as_str().is_some());
        image || entry.value.get("build").is_some_and(|build| build.as_str().is_some() || build.as_map().is_some())
    };
    let known = |entry: &Entry| TOP.contains(&&*entry.key.name) || entry.key.name.starts_with("x-");
    root.entries().iter().all(known)
        && services.iter().all(|entry| entry.value.as_map().is_some())
        && services.iter().any(runs)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut found = Extraction::default();
    for document in &unit.documents {
        if project::is_merged_elsewhere(document, unit.corpus) {
            continue;
        }
        let mut project = Project::read(document, unit.corpus);
        let before = found.resources.len();
        let included = project.whole_services_included();
        for (path, root) in project.files() {
            let is_part =
                |name: &str| included.contains(name) || project::has_whole_service_beside(name, document, unit.corpus);
            list(&mut project, (&path, &document.path), &root, &is_part, &mut found.resources);
        }
        say_what_for(found.resources.get_mut(before..).unwrap_or_default(), document, unit.corpus);
        project.tell_limit();
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
    let project_body = booleans::typed(&merge::settled(root));
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
        views::derive(&mut body, directory(path));
        resources.push(Resource {
            identity: crate::dialect::Identity::default(),
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
        identity: crate::dialect::Identity::default(),
        kind: "compose/project".into(),
        address: path.into(),
        scope: path.into(),
        deployment: Arc::clone(deployment),
        span: root.span,
        header: services.key.span,
        names: root.get("name").and_then(Node::as_str).map(Arc::from).into_iter().collect(),
        body: project_body,
        typing: Typing::Strict,
        condition: None,
        trail: None,
    });
}

/// Adds the view `development` to what is listed of a project.
fn say_what_for(resources: &mut [Resource], document: &Document, corpus: &Corpus<'_>) {
    let source = corpus.workspace.source(document.file).ok();
    let looks = Looks {
        path: &document.path,
        text: source.map_or("", |source| source.text()),
        is_base: &|| development::is_base_of_production(document, corpus),
        holds_program: &|folder| development::holds_program(folder, corpus),
        services: resources.iter().filter(|of| &*of.kind != "compose/project").map(|of| &of.body).collect(),
    };
    let is_development = looks.is_development();
    for resource in resources {
        resource.body.derive("development", Node::new(Value::Bool(is_development), resource.header));
    }
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
