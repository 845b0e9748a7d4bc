//! Bots that propose updates, and the ecosystems they are told to look after.

use std::collections::BTreeSet;

use super::super::{Corpus, has_extension};
use super::manifests::Manifest;
use super::{entry, flag, list, path_node, text};
use crate::document::{Document, Node};
use crate::source::Workspace;
use crate::syntax;

/// Where Renovate's configuration is looked for.
const RENOVATE: &[&str] = &[
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".gitlab/renovate.json",
    ".gitlab/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
];

/// Names of a bot that mean an ecosystem of another name.
const NAMES: &[(&str, &str)] = &[
    ("bun", "npm"),
    ("uv", "pip"),
    ("docker-compose", "docker"),
    ("opentofu", "terraform"),
    ("pip_requirements", "pip"),
    ("pip_setup", "pip"),
    ("pip-compile", "pip"),
    ("pipenv", "pip"),
    ("poetry", "pip"),
    ("pep621", "pip"),
    ("setup-cfg", "pip"),
    ("dockerfile", "docker"),
    ("helmv3", "helm"),
    ("helm-values", "helm"),
    ("maven-wrapper", "maven"),
    ("gradle-wrapper", "gradle"),
];

/// What bots look after.
enum Watched {
    /// Whatever they find.
    Everything,
    /// These ecosystems.
    Only(BTreeSet<String>),
    /// There is a bot, and its configuration cannot be read.
    Unknown,
}

/// For each ecosystem a map of `name`, `path` (of its first manifest) and whether it is `updated`; none where there is
/// no bot at all.
pub(super) fn ecosystems(corpus: &Corpus<'_>, manifests: &[Manifest]) -> Option<Node> {
    let watched = watched(corpus)?;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut items = Vec::new();
    for manifest in manifests {
        let name = manifest.ecosystem.name;
        if !seen.insert(name) {
            continue;
        }
        let path = path_node(corpus.workspace, manifest.file());
        let span = path.span;
        let updated = match &watched {
            Watched::Everything => flag(true, span),
            Watched::Only(names) => flag(names.contains(name), span),
            Watched::Unknown => {
                Node::unresolved("", "the configuration of the update bot is in a form that is not read", span)
            }
        };
        let entries = vec![entry("name", text(name)), entry("path", path), entry("updated", updated)];
        items.push(Node::map(entries, span));
    }
    Some(list(items.into_iter()))
}

fn watched(corpus: &Corpus<'_>) -> Option<Watched> {
    let dependabot = corpus.documents.get("dependabot").map_or(&[][..], Vec::as_slice);
    let mut names: BTreeSet<String> = dependabot.iter().flat_map(|document| of_dependabot(document)).collect();
    match renovate(corpus.workspace) {
        Some(Watched::Only(more)) => names.extend(more),
        Some(other) => return Some(other),
        None if dependabot.is_empty() => return None,
        None => {}
    }
    Some(Watched::Only(names))
}

fn of_dependabot(document: &Document) -> Vec<String> {
    let updates = document.roots.first().and_then(|root| root.get("updates")).map_or(&[][..], Node::items);
    updates.iter().filter_map(|update| Some(canonical(update.get("package-ecosystem")?.as_str()?))).collect()
}

fn canonical(name: &str) -> String {
    NAMES.iter().find(|(bot, _)| *bot == name).map_or(name, |(_, ours)| ours).to_owned()
}

fn renovate(workspace: &Workspace) -> Option<Watched> {
    let file = RENOVATE.iter().find_map(|path| workspace.find(path))?;
    let Ok(source) = workspace.source(file) else { return Some(Watched::Unknown) };
    if !source.text().contains("enabledManagers") {
        return Some(Watched::Everything);
    }
    if has_extension(workspace.path(file), &[".json5"]) {
        return Some(Watched::Unknown);
    }
    let parsed = syntax::named("json").map(|json| (json.parse)(source)).unwrap_or_default();
    let Some(root) = parsed.roots.first() else { return Some(Watched::Unknown) };
    match root.get("enabledManagers") {
        Some(managers) => {
            Some(Watched::Only(managers.items().iter().filter_map(|name| Some(canonical(name.as_str()?))).collect()))
        }
        None => Some(Watched::Everything),
    }
}
