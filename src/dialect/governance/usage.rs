//! Outside services that the repository uses: providers and modules of Terraform, registries of images and of charts, owners
//! of actions. Compared with what the suppliers' register says they provide.
//!
//! Names that a file does not decide are left out: what is listed is used for certain.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Resource;
use super::super::own::Own;
use super::books::Books;
use super::{entry, flag, list, resource, text};
use crate::document::{Document, Node, Text, Value};
use crate::source::Span;

/// Providers that reach no service.
const LOCAL_PROVIDERS: &[&str] = &[
    "archive",
    "assert",
    "cloudinit",
    "external",
    "http",
    "local",
    "null",
    "random",
    "template",
    "terraform",
    "time",
    "tls",
];

/// Domains of registries of clouds, with their providers as Terraform calls them.
const CLOUDS: &[(&str, &str)] =
    &[(".amazonaws.com", "aws"), (".azurecr.io", "azurerm"), (".pkg.dev", "google"), ("gcr.io", "google")];

/// Other hosts of Docker Hub.
const DOCKER_HUB: &[&str] = &["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

/// What Helm does with a chart or a registry of charts that an address names.
const HELM: &[&str] = &["install", "pull", "repo", "template", "upgrade"];

/// A service, by its kind and name.
pub(super) struct Usage {
    kind: &'static str,
    name: String,
    /// What a register may call it.
    names: BTreeSet<String>,
    first: Span,
    registered: bool,
}

impl Usage {
    /// Whether one of these is it.
    pub fn is_from(&self, provides: &[&str]) -> bool {
        provides.iter().any(|name| self.names.contains(&name.to_ascii_lowercase()))
    }

    /// The resource that rules judge.
    pub fn resource(&self) -> Resource {
        let entries = vec![
            entry("kind", Node::text(self.kind, self.first)),
            entry("name", Node::text(self.name.as_str(), self.first)),
            entry("registered", flag(self.registered, self.first)),
        ];
        resource("usage", &format!("{}/{}", self.kind, self.name), Node::map(entries, self.first), self.first)
    }
}

/// Every service in use with its first place, by kind and name.
pub(super) fn all(books: &Books<'_>) -> Vec<Usage> {
    let mut found = Found { services: BTreeMap::new(), own: own_names(books) };
    books.real("terraform").for_each(|document| found.terraform(document));
    books.real("github-actions").for_each(|document| found.actions(document));
    books.real("helm").for_each(|document| found.chart(document));
    books.real("kubernetes").flat_map(|document| &document.roots).for_each(|object| found.release(object));
    books.facts("fact/image").filter_map(|fact| fact.body.get("text")).for_each(|image| found.image(image));
    books.facts("fact/command").for_each(|command| found.command(&command.body));
    let mut services: Vec<Usage> = found.services.into_values().collect();
    let provided: Vec<&str> =
        books.records("suppliers").iter().flat_map(|supplier| list(supplier, "provides")).collect();
    for usage in &mut services {
        usage.registered = usage.is_from(&provided);
    }
    services
}

/// Whether a fact may tell of a service: what is not is not kept for it.
pub fn may_tell(fact: &Resource) -> bool {
    match &*fact.kind {
        "fact/image" => true,
        "fact/command" => is_of_helm(&fact.body),
        _ => false,
    }
}

fn is_of_helm(command: &Node) -> bool {
    command.get("program").and_then(Node::as_str) == Some("helm")
}

/// Names of the organisation itself: what the repository says, and its teams in the register of roles.
fn own_names(books: &Books<'_>) -> BTreeSet<String> {
    let own = Own::of(books.workspace);
    let held = books.records("raci").iter().filter_map(|role| text(role, "held_by"));
    let teams = held.filter_map(|handle| Some(handle.strip_prefix('@')?.split_once('/')?.0.to_ascii_lowercase()));
    own.owners().map(str::to_owned).chain(teams).collect()
}

struct Found {
    services: BTreeMap<(&'static str, String), Usage>,
    own: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, kind: &'static str, name: &str, further: &[&str], at: Span) {
        let name = name.to_ascii_lowercase();
        if name.is_empty() || self.own.contains(&name) {
            return;
        }
        let key = (kind, name.clone());
        let usage = self.services.entry(key).or_insert_with(|| Usage {
            kind,
            names: BTreeSet::from([name.clone()]),
            name,
            first: at,
            registered: false,
        });
        usage.first = usage.first.min(at);
        usage.names.extend(further.iter().map(|name| name.to_ascii_lowercase()));
    }

    /// Required providers and provider blocks, and the sources of modules.
    fn terraform(&mut self, document: &Document) {
        let Some(root) = document.roots.first() else { return };
        for block in blocks(root, "terraform") {
            for entry in blocks(block, "required_providers").flat_map(Node::entries) {
                let source = entry.value.get("source").and_then(Node::as_str).unwrap_or("");
                let kind = source.rsplit('/').next().filter(|kind| !kind.is_empty()).unwrap_or(&entry.key.name);
                self.provider(kind, source, entry.key.span);
            }
        }
        for entry in blocks(root, "provider").flat_map(Node::entries) {
            self.provider(&entry.key.name, "", entry.key.span);
        }
        for module in blocks(root, "module").flat_map(Node::entries).map(|entry| &entry.value) {
            if let Some(source) = blocks(module, ".").next().unwrap_or(module).get("source") {
                self.module(source);
            }
        }
        let releases = blocks(root, "resource").flat_map(|kinds| blocks(kinds, "helm_release")).flat_map(Node::entries);
        for release in releases.map(|entry| &entry.value) {
            self.charts(blocks(release, ".").next().unwrap_or(release).get("repository"));
        }
    }

    /// What a chart depends on.
    fn chart(&mut self, document: &Document) {
        let dependencies = document.roots.first().and_then(|root| root.get("dependencies"));
        dependencies
            .map_or(&[][..], Node::items)
            .iter()
            .for_each(|dependency| self.charts(dependency.get("repository")));
    }

    /// The registries of charts that Flux and Argo CD release, and of what `OpenShift` imports and Crossplane installs.
    fn release(&mut self, object: &Node) {
        match object.get("kind").and_then(Node::as_str) {
            Some("HelmRepository" | "OCIRepository") => self.charts(object.at(&["spec", "url"])),
            Some("Application") => {
                let sources = object.at(&["spec", "sources"]).map_or(&[][..], Node::items).iter();
                let of_chart = |source: &&Node| source.get("chart").is_some();
                for source in sources.chain(object.at(&["spec", "source"])).filter(of_chart) {
                    self.charts(source.get("repoURL"));
                }
            }
            Some("ImageStream") => {
                let tags = object.at(&["spec", "tags"]).map_or(&[][..], Node::items).iter();
                let from = tags.filter_map(|tag| tag.get("from"));
                let foreign = from.filter(|from| from.get("kind").and_then(Node::as_str) == Some("DockerImage"));
                foreign.filter_map(|from| from.get("name")).for_each(|image| self.image(image));
            }
            Some("Provider" | "Configuration" | "Function") if is_of(object, "pkg.crossplane.io/") => {
                object.at(&["spec", "package"]).into_iter().for_each(|image| self.image(image));
            }
            _ => {}
        }
    }

    /// The registry that an address of charts leads to.
    fn charts(&mut self, address: Option<&Node>) {
        let Some((address, text)) = address.and_then(|node| Some((node, node.as_str()?))) else { return };
        let scheme = ["https://", "http://", "oci://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        // Argo CD names registries of the OCI without a scheme.
        let bare = scheme.or_else(|| (!text.contains("://")).then_some(text)).unwrap_or("");
        let mut parts = bare.split('/');
        let host = parts.next().and_then(|host| host.rsplit('@').next()).unwrap_or("").to_ascii_lowercase();
        if !host.contains('.') || text.contains(['$', '{', ' ']) {
            return;
        }
        let owner = parts.next().unwrap_or("").to_ascii_lowercase();
        let name = host.split(':').next().unwrap_or("");
        if !self.own.contains(&owner) {
            self.registry(&host, &[name, &format!("{host}/{owner}")], address.span);
        }
    }

    /// A registry, which a register may also call by a domain above its host, or by the provider of the cloud that it is of.
    fn registry(&mut self, registry: &str, further: &[&str], at: Span) {
        let host = registry.split(':').next().unwrap_or("");
        let above =
            host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..)).filter(|domain| domain.contains('.'));
        let of_cloud = CLOUDS.iter().filter(|(domain, _)| host.ends_with(domain)).map(|(_, provider)| *provider);
        let names: Vec<&str> = further.iter().copied().chain(above).chain(of_cloud).collect();
        self.add("registry", registry, &names, at);
    }

    /// The registries of charts that commands of Helm name.
    fn command(&mut self, command: &Node) {
        let words = command.get("program_argv").map_or(&[][..], Node::items).get(1..).unwrap_or(&[]);
        let first = words.iter().filter_map(Node::as_str).find(|word| !word.starts_with('-'));
        if !is_of_helm(command) || !first.is_some_and(|action| HELM.contains(&action)) {
            return;
        }
        let is_address = |word: &&Node| {
            let text = word.as_str().unwrap_or("");
            ["https://", "http://", "oci://"].iter().any(|scheme| text.starts_with(scheme))
        };
        words.iter().filter(is_address).for_each(|word| self.charts(Some(word)));
    }

    fn provider(&mut self, kind: &str, source: &str, at: Span) {
        if !LOCAL_PROVIDERS.contains(&kind) {
            self.add("provider", kind, &[source], at);
        }
    }

    /// The host of a module, and on public hosts whose it is.
    fn module(&mut self, source: &Node) {
        let Some(text) = source.as_str().filter(|text| !text.starts_with(['.', '/'])) else { return };
        let bare = text.strip_prefix("git::").unwrap_or(text);
        let bare = bare
            .strip_prefix("git@")
            .map_or_else(|| without_scheme(bare).to_owned(), |rest| rest.replacen(':', "/", 1));
        let mut parts = bare.split(['/', '?']).filter(|part| !part.is_empty());
        let (Some(first), second) = (parts.next(), parts.next()) else { return };
        let host = first.rsplit('@').next().unwrap_or(first);
        let public = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"].contains(&host);
        match second {
            Some(owner) if public => self.add("module", owner, &[&format!("{host}/{owner}"), host], source.span),
            _ if host.contains('.') => self.add("module", host, &[], source.span),
            Some(_) => self.add("module", host, &["registry.terraform.io"], source.span),
            None => {}
        }
    }

    /// Owners of actions and of reusable workflows.
    fn actions(&mut self, document: &Document) {
        let Some(root) = document.roots.first() else { return };
        let jobs = root.get("jobs").map_or(&[][..], Node::entries).iter().map(|job| &job.value);
        for job in jobs.chain(root.get("runs")) {
            let steps = job.get("steps").map_or(&[][..], Node::items).iter();
            for uses in steps.chain([job]).filter_map(|step| step.get("uses")) {
                self.action(uses);
            }
        }
    }

    fn action(&mut self, uses: &Node) {
        let Some(text) = uses.as_str() else { return };
        let other = text.starts_with('.') || text.starts_with("docker://");
        if let (Some((owner, _)), false) = (text.split_once('/'), other) {
            self.add("action", owner, &[&format!("github.com/{owner}")], uses.span);
        }
    }

    fn image(&mut self, image: &Node) {
        let Value::Str(text) = &image.value else { return };
        if text.as_str().contains(['$', '{', ' ']) || text.as_str() == "scratch" {
            return;
        }
        let Some((registry, owner)) = registry(text) else { return };
        let host = registry.split(':').next().unwrap_or("");
        if ["localhost", "127.0.0.1"].contains(&host) || (!owner.is_empty() && self.own.contains(&owner)) {
            return;
        }
        self.registry(&registry, &[host, &format!("{registry}/{owner}")], image.span);
    }
}

/// Whether an object is of a group of Kubernetes.
fn is_of(object: &Node, group: &str) -> bool {
    object.get("apiVersion").and_then(Node::as_str).is_some_and(|version| version.starts_with(group))
}

/// The registry of an image, and the first part of its repository where there are several.
fn registry(text: &Text) -> Option<(String, String)> {
    let reference = text.as_str().trim();
    let reference = reference.strip_prefix("docker://").unwrap_or(reference);
    let named = reference.split(['@']).next()?;
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':');
    if named.is_empty() || !named.chars().all(sound) {
        return None;
    }
    let (first, rest) = named.split_once('/').unwrap_or(("", named));
    let is_host = first.contains(['.', ':']) || first == "localhost";
    let (registry, path) = match first {
        _ if !is_host => ("docker.io", named),
        first if DOCKER_HUB.contains(&first) => ("docker.io", rest),
        first => (first, rest),
    };
    let owner = path.split_once('/').map_or("", |(owner, _)| owner);
    Some((registry.to_ascii_lowercase(), owner.to_ascii_lowercase()))
}

fn without_scheme(text: &str) -> &str {
    text.split_once("://").map_or(text, |(_, rest)| rest)
}

/// The blocks of a name, as HCL (a list) and JSON (a map, or a list of them) have them; `.` are the items of a list
/// itself.
fn blocks<'a>(node: &'a Node, name: &str) -> impl Iterator<Item = &'a Node> {
    let found = if name == "." { Some(node) } else { node.get(name) };
    let single = found.filter(|node| node.as_map().is_some());
    found.map_or(&[][..], Node::items).iter().chain(single)
}
