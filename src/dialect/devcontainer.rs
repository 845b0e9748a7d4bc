//! Development containers: what developers' machines run in place of their own tools.

use super::{Dialect, Group, Kinds, Typing, file_name, whole_file};

/// The dialect of `devcontainer.json`.
pub const DEVCONTAINER: Dialect = Dialect {
    name: "devcontainer",
    doc: "`devcontainer.json`: `devcontainer/config`, as written",
    syntax: |path| ["devcontainer.json", ".devcontainer.json"].contains(&file_name(path)).then_some("json"),
    candidate: |_, _| true,
    recognise: |document| document.roots.first().is_some_and(|root| root.as_map().is_some()),
    group: Group::File,
    with: &[],
    ties: None,
    extract: |unit| whole_file::as_written(unit, "devcontainer/config", "image"),
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::devcontainer::OFFERS,
};
