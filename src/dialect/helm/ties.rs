//! What a chart is rendered of: everything in its directory, and the charts that it depends on.

use super::chart::in_directory;
use super::release;
use crate::dialect::ties::{self, Tie, Ties, ancestors, directory};
use crate::dialect::wording::{may_say, may_say_one};
use crate::dialect::{file_name, has_extension, join};
use crate::document::Node;

/// The ties of the dialect.
pub const TIES: Ties = Ties {
    unit: |path, workspace| {
        let charts = ancestors(path).filter(|folder| workspace.find(&in_directory(folder, "Chart.yaml")).is_some());
        charts.map(|folder| Tie::Tree(folder.to_owned())).collect()
    },
    names: |path| {
        matches!(file_name(path), "Chart.yaml" | "requirements.yaml" | "Kustomization")
            || has_extension(path, &[".yaml", ".yml"])
    },
    named,
    given: |inputs| &inputs.values_files,
    ..ties::NONE
};

fn named(path: &str, text: &str) -> Vec<Tie> {
    if matches!(file_name(path), "kustomization.yaml" | "kustomization.yml" | "Kustomization") {
        return if may_say(text, "helmCharts") { release::named_by_kustomization(path, text) } else { Vec::new() };
    }
    if !matches!(file_name(path), "Chart.yaml" | "requirements.yaml") {
        let may_release =
            may_say_one(text, &["HelmRelease", "Application", "ApplicationSet"]) && may_say(text, "apiVersion");
        return if may_release { release::named(path, text) } else { Vec::new() };
    }
    let Some(document) = ties::read("yaml-1.1", path, text) else { return Vec::new() };
    let own = directory(path);
    let dependencies = document.roots.first().and_then(|root| root.get("dependencies")).map_or(&[][..], Node::items);
    let mut ties = Vec::new();
    for dependency in dependencies {
        let repository = dependency.get("repository").and_then(Node::as_str).unwrap_or("");
        ties.extend(repository.strip_prefix("file://").and_then(|path| join(own, path)).map(Tie::Tree));
        let beside = dependency.get("name").and_then(Node::as_str).filter(|_| !own.is_empty());
        ties.extend(beside.map(|name| Tie::Tree(in_directory(directory(own), name))));
    }
    ties
}
