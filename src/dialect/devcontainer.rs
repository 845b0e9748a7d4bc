//! Development containers: what developers' machines run in place of their own tools.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name};
use crate::document::Document;
use crate::source::Span;

/// The dialect of `devcontainer.json`.
pub const DEVCONTAINER: Dialect = Dialect {
    name: "devcontainer",
    doc: "`devcontainer.json`: `devcontainer/config`, as written",
    syntax: |path| ["devcontainer.json", ".devcontainer.json"].contains(&file_name(path)).then_some("json"),
    candidate: |_, _| true,
    recognise: |document| document.roots.first().is_some_and(|root| root.as_map().is_some()),
    group: Group::File,
    with: &[],
    extract,
    typing: Typing::Strict,
    kinds: Kinds::Closed(&["config"]),
};

fn extract(unit: &Unit<'_>) -> Extraction {
    let config = |document: &&Document| {
        let root = document.roots.first()?;
        let header = root.entries().first().map_or(Span::new(document.file, 0, 0), |entry| entry.key.span);
        Some(Resource::of_file(document, "devcontainer/config", root.clone(), header, Typing::Strict))
    };
    Extraction { resources: unit.documents.iter().filter_map(config).collect(), ..Extraction::default() }
}
