//! Images that Skaffold ties to what it has built: `skaffold render`, and a release of Cloud Deploy, replace the names of its
//! artifacts by a reference with a digest before anything is applied.

use std::sync::Arc;

use crate::dialect::{join, ties};
use crate::document::{Node, PartialText, TextPart, Unresolved, Value};
use crate::source::Workspace;

/// The names under which its configuration is looked for.
const FILES: &[&str] = &["skaffold.yaml", "skaffold.yml"];

/// What a reference comes to where a configuration of Skaffold fills it in; none where it stays as it is written.
pub(super) fn filled(written: &Node, workspace: &Workspace) -> Option<Node> {
    let name = written.as_str()?.trim();
    if name.contains(['@', ':']) || name.is_empty() {
        return None;
    }
    let mut folders = ties::ancestors(workspace.path(written.span.file));
    let file = folders.find_map(|folder| FILES.iter().find_map(|name| workspace.find(&join(folder, name)?)))?;
    let seen = workspace.seen(file)?;
    let (because, partial) = match artifacts(seen.text())? {
        Artifacts::Named(names) if names.contains(&name) => {
            ("Skaffold fills in what it has built", PartialText::joined(built(name)))
        }
        Artifacts::Named(_) => return None,
        // Whoever starts the release says which names it replaces; a name with a host or an owner can be pulled as it is.
        Artifacts::Elsewhere if name.contains('/') => return None,
        Artifacts::Elsewhere => ("Skaffold may be told to fill it in, where it renders the manifests", None),
    };
    let open = Unresolved {
        expression: name.into(),
        because: because.into(),
        partial: partial.map(Box::new),
        ..Unresolved::default()
    };
    Some(Node { value: Value::Unresolved(Arc::new(open)), ..written.clone() })
}

/// What a configuration says of the images that it builds.
enum Artifacts<'t> {
    /// Their names.
    Named(Vec<&'t str>),
    /// It builds none itself.
    Elsewhere,
}

/// The images of a configuration, read line by line, since many configurations stand in one file; none where it is none.
fn artifacts<'t>(text: &'t str) -> Option<Artifacts<'t>> {
    if !text.lines().any(|line| line.starts_with("apiVersion:") && line.contains("skaffold/")) {
        return None;
    }
    if !text.lines().any(|line| line.trim_end() == "build:") {
        return Some(Artifacts::Elsewhere);
    }
    let name = |line: &'t str| {
        let rest = line.trim_start().trim_start_matches("- ").strip_prefix("image:")?;
        Some(rest.split(" #").next()?.trim().trim_matches(['"', '\'']))
    };
    Some(Artifacts::Named(text.lines().filter_map(name).collect()))
}

/// The parts of a reference to what was built: perhaps a registry, the name, a tag, and the digest.
fn built(name: &str) -> [TextPart<'_>; 6] {
    let known = TextPart::known;
    [TextPart::Hole, known(name), known(":"), TextPart::Hole, known("@sha256:"), TextPart::Hole]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn names_of_artifacts_are_filled_in() {
        let builds = "apiVersion: skaffold/v4beta7\nkind: Config\nbuild:\n  artifacts:\n  - image: shop # ours\n    context: .\n  - context: web\n    image: \"gcr.io/acme/web\"\n";
        let renders = "apiVersion: skaffold/v4beta7\nkind: Config\nmanifests:\n  kustomize:\n    paths: [prod]\n";
        for (config, at, image, want) in [
            (builds, "skaffold.yaml", "shop", Some("…shop:…@sha256:…")),
            (builds, "app/skaffold.yml", "gcr.io/acme/web", Some("…gcr.io/acme/web:…@sha256:…")),
            (builds, "skaffold.yaml", "redis", None),
            (builds, "skaffold.yaml", "shop:1.2", None),
            (builds, "other/skaffold.yaml", "shop", None),
            (renders, "skaffold.yaml", "shop", Some("")),
            (renders, "skaffold.yaml", "acme/shop", None),
            ("apiVersion: v1\nkind: Config\n", "skaffold.yaml", "shop", None),
        ] {
            let workspace = Workspace::in_memory([("app/base/a.yaml", image), (at, config)]);
            let file = workspace.find("app/base/a.yaml").unwrap();
            let node = Node::text(image, Span::new(FileId(file.0), 0, image.len()));
            let filled = filled(&node, &workspace);
            let shown = filled.as_ref().map(|node| {
                let open = node.as_unresolved().unwrap();
                open.partial.as_ref().map_or(String::new(), |partial| partial.filled("…"))
            });
            assert_eq!(shown.as_deref(), want, "{image} with {at}");
        }
    }
}
