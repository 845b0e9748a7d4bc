//! `.pre-commit-config.yaml`: what runs before a commit.

use super::{Dialect, Group, Items, Kinds, Typing, file_name, whole_file};

/// The dialect of pre-commit.
pub const PRE_COMMIT: Dialect = Dialect {
    name: "pre-commit",
    doc: "`.pre-commit-config.yaml`: `pre-commit/config`, as written",
    syntax: |path| [".pre-commit-config.yaml", ".pre-commit-config.yml"].contains(&file_name(path)).then_some("yaml"),
    candidate: |_, _| true,
    recognise: |document| {
        document.is_broken() || document.roots.first().is_some_and(|root| root.get("repos").is_some())
    },
    group: Group::File,
    with: &[],
    ties: None,
    extract: |unit| whole_file::as_written(unit, "pre-commit/config", "repos"),
    typing: Typing::Strict,
    items: &[Items::by("repos", &["repo"])],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::pre_commit::OFFERS,
};
