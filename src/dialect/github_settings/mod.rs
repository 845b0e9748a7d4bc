//! Settings of a repository as code: `.github/settings.yml`, protected branches among them, and rulesets as GitHub exports them.

mod checks;

use super::wording::may_have_key;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Node};
use crate::source::Span;

/// The dialect of repository settings.
pub const GITHUB_SETTINGS: Dialect = Dialect {
    name: "github-settings",
    doc: "`.github/settings.yml`, which an app applies to the repository: kind `github-settings`, as written, with the list `checks_required`",
    syntax: |path| [".github/settings.yml", ".github/settings.yaml"].contains(&path).then_some("yaml"),
    candidate: |_, _| true,
    recognise: |document| {
        let root = document.roots.first();
        root.is_some_and(|root| ["repository", "branches", "rulesets"].iter().any(|key| root.get(key).is_some()))
    },
    group: Group::File,
    with: &["github-actions"],
    ties: None,
    extract: |unit| extract(unit, "github-settings", "branches"),
    typing: Typing::Strict,
    items: &[Items::by("branches", &["name"]), Items::by("checks_required", &["context"])],
    kinds: Kinds::Closed(&[""]),
    offers: crate::dialect::offers::github_settings::OFFERS,
};

/// The dialect of rulesets.
pub const GITHUB_RULESET: Dialect = Dialect {
    name: "github-ruleset",
    doc: "rulesets of a repository as GitHub exports them (`.github/rulesets/*.json`): kind `github-ruleset`, as written, with the list `checks_required`",
    syntax: |path| (is_in_rulesets(path) && has_extension(path, &[".json"])).then_some("json"),
    candidate: |_, text| may_have_key(text, &["rules"]),
    recognise: |document| document.roots.first().is_some_and(is_ruleset),
    group: Group::File,
    with: &["github-actions"],
    ties: None,
    extract: |unit| extract(unit, "github-ruleset", "rules"),
    typing: Typing::Strict,
    items: &[
        Items::by("rules", &["type"]),
        Items::by("bypass_actors", &["actor_type", "actor_id"]),
        Items::by("checks_required", &["context"]),
    ],
    kinds: Kinds::Closed(&[""]),
    offers: crate::dialect::offers::github_settings::RULESET,
};

fn is_in_rulesets(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| folder == "rulesets")
}

fn is_ruleset(root: &Node) -> bool {
    let rules = root.get("rules").map_or(&[][..], Node::items);
    root.get("enforcement").is_some() && rules.iter().all(|rule| rule.get("type").is_some())
}

fn extract(unit: &Unit<'_>, kind: &str, key: &str) -> Extraction {
    let made = checks::Made::of(unit.corpus);
    let resource = |document: &&Document| {
        let root = document.roots.first()?;
        let header = root.entry(key).or(root.entries().first());
        let header = header.map_or(Span::new(document.file, 0, 0), |entry| entry.key.span);
        let mut body = root.clone();
        if let Some(made) = &made {
            body.derive("checks_required", checks::required(root, made));
        }
        Some(Resource::of_file(document, kind, body, header, Typing::Strict))
    };
    Extraction { resources: unit.documents.iter().filter_map(resource).collect(), ..Extraction::default() }
}
