//! `.pre-commit-config.yaml`: what runs before a commit.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name};
use crate::document::Document;
use crate::source::Span;

/// The dialect of pre-commit.
pub const PRE_COMMIT: Dialect = Dialect {
    name: "pre-commit",
    doc: "`.pre-commit-config.yaml`: `pre-commit/config`, as written",
    syntax: |path| [".pre-commit-config.yaml", ".pre-commit-config.yml"].contains(&file_name(path)).then_some("yaml"),
    candidate: |_, _| true,
    recognise: |document| document.roots.first().is_some_and(|root| root.get("repos").is_some()),
    group: Group::File,
    with: &[],
    extract,
    typing: Typing::Strict,
    kinds: Kinds::Closed(&["config"]),
};

fn extract(unit: &Unit<'_>) -> Extraction {
    let config = |document: &&Document| {
        let root = document.roots.first()?;
        let header = root.entry("repos").map_or(Span::new(document.file, 0, 0), |entry| entry.key.span);
        Some(Resource::of_file(document, "pre-commit/config", root.clone(), header, Typing::Strict))
    };
    Extraction { resources: unit.documents.iter().filter_map(config).collect(), ..Extraction::default() }
}
