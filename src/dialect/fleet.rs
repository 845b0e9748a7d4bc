//! The files that Fleet is configured by: which devices a management server has, and what it asks of them.
//!
//! Both spellings are known: the older (`teams`, `team_settings`, `queries`) and the newer (`fleets`, `settings`,
//! `reports`). A value that Fleet takes from its environment is unresolved.

use std::sync::Arc;

use super::whole_file::further;
use super::wording::{may_say, may_say_one};
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Entry, Map, Node, Value};
use crate::source::Span;

/// The dialect of Fleet.
pub const FLEET: Dialect = Dialect {
    name: "fleet",
    doc: "GitOps files of Fleet: `fleet/team` for `default.yml` and each team or fleet, as written, and `fleet/policy` \
          for each policy in them or in files of their own",
    syntax: |path| has_extension(path, &[".yml", ".yaml"]).then_some("yaml"),
    candidate: |_, text| {
        may_say(text, "agent_options")
            || (may_say(text, "resolution") && may_say(text, "query"))
            || (may_say(text, "controls") && may_say_one(text, CONTROLS))
    },
    recognise: |document| document.roots.first().is_some_and(|root| is_team(root) || is_policies(root)),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[Items::one("controls.windows_updates")],
    kinds: Kinds::Closed(&["team", "policy"]),
    offers: crate::dialect::offers::fleet::OFFERS,
};

/// Keys that no other tool has under `controls`.
const CONTROLS: &[&str] = &[
    "enable_disk_encryption",
    "macos_updates",
    "ios_updates",
    "ipados_updates",
    "windows_updates",
    "macos_settings",
    "apple_settings",
    "windows_settings",
    "macos_setup",
    "setup_experience",
    "windows_enabled_and_configured",
];

/// Whether it is `default.yml`, or the file of a team.
fn is_team(root: &Node) -> bool {
    let control =
        || root.get("controls").is_some_and(|controls| CONTROLS.iter().any(|key| controls.get(key).is_some()));
    let settings = ["org_settings", "team_settings"].iter().any(|key| root.get(key).is_some());
    let has = |key: &str| root.get(key).is_some();
    control() || (has("agent_options") && (settings || (has("policies") && has("controls"))))
}

/// Whether it is a list of policies: each asks a question of a device, and most say what to do about a wrong answer.
fn is_policies(root: &Node) -> bool {
    let has = |item: &Node, key: &str| item.get(key).is_some();
    let items = root.items();
    items.iter().all(|item| has(item, "name") && has(item, "query"))
        && items.iter().any(|item| has(item, "resolution") && has(item, "platform"))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction {
        resources: unit.documents.iter().flat_map(|document| file(document)).collect(),
        ..Extraction::default()
    }
}

fn file(document: &Document) -> Vec<Resource> {
    let Some(root) = document.roots.first() else { return Vec::new() };
    if !is_team(root) {
        return root.items().iter().filter_map(|item| policy(document, item)).collect();
    }
    let header = root.entry("controls").or(root.entries().first());
    let header = header.map_or(Span::new(document.file, 0, 0), |entry| entry.key.span);
    let team = Resource::of_file(document, "fleet/team", decided(&sections(root)), header, Typing::Strict);
    let address = root.get("name").and_then(Node::as_str).map_or_else(|| Arc::clone(&document.path), Into::into);
    let inline = root.get("policies").map_or(&[][..], Node::items).iter();
    let policies = inline.filter_map(|item| policy(document, item));
    std::iter::once(Resource { address, ..team }).chain(policies).collect()
}

/// A policy that is written in place; a reference to a file is none.
fn policy(document: &Document, item: &Node) -> Option<Resource> {
    let name = item.entry("name")?;
    item.get("query")?;
    let resource = Resource::of_file(document, "fleet/policy", decided(item), name.value.span, Typing::Strict);
    Some(Resource { address: name.value.as_str()?.into(), span: item.span, ..resource })
}

/// A file in which a section that is written in another file (`controls: { path: … }`) may be anything.
fn sections(root: &Node) -> Node {
    let section = |entry: &Entry| {
        let Value::Map(map) = &entry.value.value else { return entry.clone() };
        let Some(path) = entry.value.get("path").and_then(Node::as_str) else { return entry.clone() };
        let map = Map { rest: Some(further(path, format!("it is written in `{path}`"))), ..Map::clone(map) };
        Entry { value: Node { value: Value::Map(Arc::new(map)), ..entry.value.clone() }, ..entry.clone() }
    };
    let Value::Map(map) = &root.value else { return root.clone() };
    let map = Map { entries: map.entries.iter().map(section).collect(), rest: map.rest.clone() };
    Node { value: Value::Map(Arc::new(map)), ..root.clone() }
}

/// A tree in which what Fleet takes from its environment is unresolved.
fn decided(node: &Node) -> Node {
    let value = match &node.value {
        Value::Str(text) if is_variable(text.as_str()) => {
            return Node::unresolved(text.as_str(), "Fleet takes it from its environment", node.span);
        }
        Value::List(items) => Value::List(Arc::new(items.iter().map(decided).collect())),
        Value::Map(map) => {
            let entry = |entry: &Entry| Entry { value: decided(&entry.value), ..entry.clone() };
            Value::Map(Arc::new(Map { entries: map.entries.iter().map(entry).collect(), rest: map.rest.clone() }))
        }
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}

/// Whether a text is a variable and nothing else: `$NAME`, `${NAME}`.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix('$').unwrap_or("");
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::dialect::{Corpus, Inputs};
    use crate::source::{FileId, Source, Workspace};
    use crate::syntax;

    fn read(text: &str) -> Option<Vec<Resource>> {
        let document = syntax::parse(&syntax::yaml::YAML, &Source::from_text(FileId(0), "default.yml", text));
        if !(FLEET.candidate)("default.yml", text) || !(FLEET.recognise)(&document) {
            return None;
        }
        let (workspace, documents) = (Workspace::in_memory([("default.yml", text)]), BTreeMap::new());
        let inputs = Inputs::default();
        let corpus = Corpus::new(&workspace, &documents, &inputs);
        Some((FLEET.extract)(&Unit { documents: vec![&document], corpus: &corpus }).resources)
    }

    fn listed(text: &str) -> Option<String> {
        let resources = read(text)?;
        let shown: Vec<String> = resources.iter().map(|found| format!("{} {}", found.kind, found.address)).collect();
        Some(shown.join("; "))
    }

    #[test]
    fn teams_and_policies_are_known_in_both_spellings() {
        for (text, want) in [
            ("name: W\nteam_settings:\nagent_options:\ncontrols:\npolicies:\nqueries:\n", Some("fleet/team W")),
            ("controls:\n  enable_disk_encryption: true\nreports:\n", Some("fleet/team default.yml")),
            (
                "agent_options:\norg_settings:\npolicies:\n  - path: a.yml\n  - {name: Q, query: SELECT 1;}\n",
                Some("fleet/team default.yml; fleet/policy Q"),
            ),
            (
                "- {name: A, query: q, resolution: r, platform: darwin}\n- {name: B, query: q}\n",
                Some("fleet/policy A; fleet/policy B"),
            ),
            ("- {name: A, query: q, interval: 60}\n", None),
            ("controls:\n  zoom: true\npolicies: []\n", None),
            ("agent_options:\n  x: 1\n", None),
            ("kind: Fleet\nspec:\n  enable_disk_encryption: true\n", None),
        ] {
            assert_eq!(listed(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn what_stands_elsewhere_is_not_decided() {
        let team = &read("controls:\n  macos_updates:\n    deadline: $DAY\n    minimum_version: \"$5\"\n").unwrap()[0];
        assert!(team.body.at(&["controls", "macos_updates", "deadline"]).unwrap().as_unresolved().is_some());
        let team = &read("agent_options:\norg_settings:\ncontrols:\n  path: ./controls.yml\n").unwrap()[0];
        let controls = team.body.get("controls").and_then(Node::as_map).unwrap();
        assert_eq!(controls.rest.as_ref().map(|rest| &*rest.because), Some("it is written in `./controls.yml`"));
    }
}
