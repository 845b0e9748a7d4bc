//! The configuration of Dependabot.

use super::super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit};
use crate::document::{Document, Node};
use crate::source::Span;

/// The dialect of `dependabot.yml`.
pub const DEPENDABOT: Dialect = Dialect {
    name: "dependabot",
    doc: ".github/dependabot.yml: `dependabot/config`, with the list `ecosystems`",
    syntax: |path| is_config(path).then_some("yaml"),
    candidate: |_, _| true,
    recognise: |document| {
        document.is_broken() || document.roots.first().is_some_and(|root| root.get("updates").is_some())
    },
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::by("updates", &["package-ecosystem", "directory|directories", "target-branch"])],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::dependabot::OFFERS,
};

fn is_config(path: &str) -> bool {
    [".github/dependabot.yml", ".github/dependabot.yaml"]
        .iter()
        .any(|name| path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/')))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| config(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn config(document: &Document) -> Option<Resource> {
    let mut body = document.roots.first()?.clone();
    let updates = body.entry("updates")?.clone();
    let ecosystems: Vec<Node> =
        updates.value.items().iter().filter_map(|update| update.get("package-ecosystem")).cloned().collect();
    let span = ecosystems.iter().map(|node| node.span).reduce(Span::to).unwrap_or(updates.value.span);
    body.derive("ecosystems", Node::list(ecosystems, span));
    Some(Resource::of_file(document, "dependabot/config", body, updates.key.span, Typing::Strict))
}
