//! `.github/settings.yml`: the settings of a repository, its protected branches among them, as code.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit};
use crate::document::Document;
use crate::source::Span;

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
    extract,
    typing: Typing::Strict,
    kinds: Kinds::Closed(&[""]),
};

fn extract(unit: &Unit<'_>) -> Extraction {
    let settings = |document: &&Document| {
        let root = document.roots.first()?;
        let header = root.entry("branches").map_or(Span::new(document.file, 0, 0), |entry| entry.key.span);
        Some(Resource::of_file(document, "github-settings", root.clone(), header, Typing::Strict))
    };
    Extraction { resources: unit.documents.iter().filter_map(settings).collect(), ..Extraction::default() }
}
