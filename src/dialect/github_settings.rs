//! `.github/settings.yml`: the settings of a repository, its protected branches among them, as code.

use super::{Dialect, Group, Items, Kinds, Typing, whole_file};

/// The dialect of repository settings.
pub const GITHUB_SETTINGS: Dialect = Dialect {
    name: "github-settings",
    doc: "`.github/settings.yml`, which an app applies to the repository: kind `github-settings`, as written",
    syntax: |path| [".github/settings.yml", ".github/settings.yaml"].contains(&path).then_some("yaml"),
    candidate: |_, _| true,
    recognise: |document| {
        let root = document.roots.first();
        root.is_some_and(|root| ["repository", "branches", "rulesets"].iter().any(|key| root.get(key).is_some()))
    },
    group: Group::File,
    with: &[],
    ties: None,
    extract: |unit| whole_file::as_written(unit, "github-settings", "branches"),
    typing: Typing::Strict,
    items: &[Items::by("branches", &["name"])],
    kinds: Kinds::Closed(&[""]),
    offers: crate::dialect::offers::github_settings::OFFERS,
};
