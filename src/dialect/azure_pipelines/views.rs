//! The views of jobs, and of all that is written in a file.

use std::collections::BTreeSet;

use super::function::plain;
use super::jobs::{self, Job, alternatives};
use super::macros::Macros;
use super::step;
use crate::dialect::written::{Written, list};
use crate::document::{Entry, Node, Value};
use crate::source::FileId;

/// A container that a pipeline declares, by the name that jobs use.
pub(super) struct Containers<'n>(Vec<(&'n str, Option<&'n Node>)>);

impl<'n> Containers<'n> {
    pub(super) fn of(root: &'n Node) -> Containers<'n> {
        let declared = root.at(&["resources", "containers"]).map_or(&[][..], Node::items);
        Containers(
            declared.iter().filter_map(|item| Some((item.get("container")?.as_str()?, item.get("image")))).collect(),
        )
    }

    /// The image that a job or a service names: that of a declared container, or one written there.
    fn image(&self, node: &Node) -> Option<Node> {
        let written = match &node.value {
            Value::Map(_) => node.get("image").or_else(|| node.get("alias"))?,
            _ => node,
        };
        let declared = |text: &str| self.0.iter().find(|(name, _)| *name == text);
        match &written.value {
            Value::Str(text) => match declared(text.as_str()) {
                Some((_, image)) => image.cloned(),
                None => Some(written.clone()),
            },
            Value::Unresolved(_) => Some(written.clone()),
            _ => None,
        }
    }

    /// Those that are declared, whether a job uses them or not.
    fn images(&self) -> impl Iterator<Item = Node> {
        self.0.iter().filter_map(|(_, image)| image.cloned())
    }
}

/// The body of a job with its views: `id`, `stage`, `pool_effective`, `variables_effective`, `images` and, for each of its
/// steps, those of the step.
pub(super) fn of_job(job: &Job, containers: &Containers<'_>, chosen: &BTreeSet<(FileId, u32)>) -> Node {
    let mut body = job.body.clone();
    let variables = jobs::variables(&job.variables);
    let macros = Macros { variables: &variables, chosen };
    let windows = is_windows(body.get("pool_effective"), &macros, &body);
    if let Some(steps) = body.get("steps") {
        let viewed = step::steps(steps, windows, &macros);
        set(&mut body, "steps", viewed);
    }
    let services = body.get("services").map_or(&[][..], Node::entries).iter().map(|entry| &entry.value);
    let container = body.get("container").into_iter().flat_map(alternatives);
    let images = container.chain(services).filter_map(|node| containers.image(node)).map(|image| macros.filled(&image));
    let images: Vec<Node> = images.filter(is_image).collect();
    body.derive("images", list(images, job.header));
    body.derive("variables_effective", Node::map(variables.clone(), job.header));
    body.derive("id", Node::text(job.name.as_str(), job.header));
    body
}

/// An empty text is no container at all, as jobs of a matrix have it.
fn is_image(node: &Node) -> bool {
    node.as_str().is_none_or(|text| !text.trim().is_empty())
}

/// Whether the scripts of a job run on Windows, as far as its pool tells. Values of a matrix choose between jobs: where one of
/// them is another system, the scripts run there too.
fn is_windows(pool: Option<&Node>, macros: &Macros<'_>, body: &Node) -> bool {
    let says = |node: &Node| plain(node).map(|text| text.to_ascii_lowercase().contains("win"));
    let Some(pool) = pool else { return false };
    let named = ["vmImage", "name", "image"].iter().filter_map(|key| pool.get(key));
    let demands = pool.get("demands").map_or(&[][..], Node::items);
    let texts: Vec<Node> = named.chain(demands).chain(std::iter::once(pool)).flat_map(alternatives).cloned().collect();
    let of_matrix = |name: &str| {
        let legs = body.at(&["strategy", "matrix"]).map_or(&[][..], Node::entries);
        legs.iter().filter_map(|leg| leg.value.get(name)).cloned().collect::<Vec<Node>>()
    };
    let mut told: Vec<bool> = Vec::new();
    for text in &texts {
        let name = text.as_str().and_then(|text| macros.find(text).first().and_then(|range| text.get(range.clone())));
        match name.map(of_matrix) {
            Some(values) if !values.is_empty() => told.extend(values.iter().filter_map(says)),
            _ => told.extend(says(&macros.filled(text))),
        }
    }
    // A pool has several names, of which one may tell: `name: Pool, demands: Agent.OS -equals Windows_NT`.
    let is_choice = texts.len() > 1 && texts.iter().any(|text| text.as_str().is_some_and(|text| text.contains("$(")));
    if is_choice || pool.as_unresolved().is_some() {
        !told.is_empty() && told.iter().all(|says| *says)
    } else {
        told.contains(&true)
    }
}

/// Replaces the value of a key, written or derived.
fn set(node: &mut Node, key: &str, value: Node) {
    let Value::Map(map) = &mut node.value else { return };
    let Some(index) = map.entries.iter().rposition(|entry| &*entry.key.name == key) else { return };
    if let Some(entry) = std::sync::Arc::make_mut(map).entries.get_mut(index) {
        entry.value = value;
    }
}

/// Takes the scripts and images of a job.
pub(super) fn collect(written: &mut Written, job: &Node) {
    let fails = |node: &Node| node.get("continueOnError").is_some_and(|value| value.as_bool() == Some(true));
    let job_goes_on = fails(job);
    for step in job.get("steps").map_or(&[][..], Node::items) {
        written.script(step, &["displayName", "name", "task_name", "shell"], job_goes_on || fails(step));
    }
    for image in job.get("images").map_or(&[][..], Node::items) {
        written.image(image);
    }
}

/// Takes the containers that are declared.
pub(super) fn declared(written: &mut Written, containers: &Containers<'_>) {
    let none = Macros { variables: &[], chosen: &BTreeSet::new() };
    for image in containers.images().map(|image| none.filled(&image)).filter(is_image) {
        written.image(&image);
    }
}

/// Adds the views of a file: `scripts`, `images`, `variables_set`, `templates`, `repositories` and `connections`.
pub(super) fn of_pipeline(body: &mut Node, file: FileId, written: &Written) {
    let top = body.span;
    let mut found = Found::default();
    found.walk(body, 0);
    let repositories = body.at(&["resources", "repositories"]).map_or(&[][..], Node::items).iter();
    let repositories = repositories.filter(|item| item.get("repository").is_some()).map(repository).collect();
    for (name, items) in [
        ("scripts", written.scripts_in(file)),
        ("images", written.images_in(file)),
        ("variables_set", found.variables),
        ("templates", found.templates),
        ("connections", found.connections),
        ("repositories", repositories),
    ] {
        body.derive(name, list(items, top));
    }
}

/// A repository with `belongs`: `project` where it is one of the same project, `elsewhere` where it is not.
fn repository(item: &Node) -> Node {
    let kind = item.get("type").and_then(Node::as_str).unwrap_or("git").to_ascii_lowercase();
    let name = item.get("name").and_then(Node::as_str).unwrap_or("");
    let own = kind == "git" && !name.contains('/');
    let mut item = item.clone();
    if let Some(node) = item.get("ref").filter(|node| node.as_str().is_some_and(|text| text.contains("${{"))).cloned() {
        let because = "it is chosen when the pipeline is started";
        set(&mut item, "ref", Node::unresolved(node.as_str().unwrap_or(""), because, node.span));
    }
    item.derive("belongs", Node::text(if own { "project" } else { "elsewhere" }, item.span));
    item
}

/// Inputs of tasks that name a connection to a service, in lower case.
const CONNECTIONS: &[&str] = &[
    "azuresubscription",
    "azureresourcemanagerconnection",
    "connectedservicename",
    "connectedservicenamearm",
    "containerregistry",
    "dockerregistryendpoint",
    "dockerregistryserviceconnection",
    "kubernetesserviceconnection",
    "kubernetesserviceendpoint",
    "serviceconnection",
    "sshendpoint",
    "awscredentials",
    "sonarqube",
    "endpoint",
];

/// What is written anywhere in a file.
#[derive(Default)]
struct Found {
    variables: Vec<Node>,
    templates: Vec<Node>,
    connections: Vec<Node>,
}

impl Found {
    fn walk(&mut self, node: &Node, depth: usize) {
        if depth > super::expression::DEEPEST {
            return;
        }
        if let Some(template) = node.get("template").filter(|template| template.as_str().is_some()) {
            self.template(template);
        }
        for item in node.items() {
            self.walk(item, depth + 1);
        }
        for entry in node.entries().iter().filter(|entry| !entry.derived) {
            if &*entry.key.name == "variables" {
                let set = jobs::variables(std::slice::from_ref(&entry.value));
                self.variables.extend(set.into_iter().filter(|entry| plain(&entry.value).is_some()).map(|entry| {
                    let name = Node::text(&*entry.key.name, entry.key.span);
                    let parts = vec![
                        Entry::new("name", entry.key.span, name),
                        Entry::new("value", entry.value.span, entry.value),
                    ];
                    Node::map(parts, entry.key.span)
                }));
            }
            if CONNECTIONS.contains(&&*entry.key.name.to_ascii_lowercase()) && entry.value.as_str().is_some() {
                let input = Node::text(&*entry.key.name, entry.key.span);
                let parts = vec![
                    Entry::new("input", entry.key.span, input),
                    Entry::new("name", entry.value.span, entry.value.clone()),
                ];
                self.connections.push(Node::map(parts, entry.span()));
            }
            self.walk(&entry.value, depth + 1);
        }
    }

    /// `path`, and `repository` where it is one of another.
    fn template(&mut self, template: &Node) {
        let text = template.as_str().unwrap_or("");
        let (path, repository) = text.split_once('@').unwrap_or((text, "self"));
        let node = |name: &str, text: &str| Entry::new(name, template.span, Node::text(text, template.span));
        self.templates.push(Node::map(vec![node("path", path), node("repository", repository)], template.span));
    }
}
