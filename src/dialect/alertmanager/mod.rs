//! Alertmanager: where alerts go, and whether anybody is told there.

mod route;

use super::wording::may_have_key;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, MAX_DEPTH, Node, Value};
use route::Matcher;
pub(super) use route::{Ending, Routes};

/// The dialect of Alertmanager.
pub const ALERTMANAGER: Dialect = Dialect {
    name: "alertmanager",
    doc: "the configuration of Alertmanager: `alertmanager/config`, as it is written, with the list `ways` of all routes",
    syntax: |path| has_extension(path, &[".yml", ".yaml"]).then_some("yaml"),
    candidate: |_, text| may_have_key(text, &["receivers"]) && may_have_key(text, &["route"]),
    recognise: |document| document.roots.first().is_some_and(is_config) || breaks_off(document),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[
        Items::by("receivers", &["name"]),
        Items::by("receivers.email_configs", &["to"]),
        Items::by("inhibit_rules", &["target_matchers", "source_matchers", "target_match", "source_match"]),
        Items::unnamed("ways", "routes have no names, and several may lead to one receiver"),
        Items::unnamed("routes", "routes have no names, and their order counts"),
    ],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::alertmanager::OFFERS,
};

/// Most routes of a file that are looked at.
const MOST: usize = 10_000;

/// Whether a file that cannot be read to its end says by its name and its first keys that it is one.
fn breaks_off(document: &Document) -> bool {
    let is_begun = |root: &Node| ["route", "receivers", "global"].iter().any(|key| root.get(key).is_some());
    let is_named = ["alertmanager.yml", "alertmanager.yaml"].contains(&file_name(&document.path));
    document.is_broken() && is_named && document.roots.first().is_some_and(is_begun)
}

fn is_config(root: &Node) -> bool {
    let route = root.get("route").is_some_and(|route| route.get("receiver").is_some() || route.get("routes").is_some());
    let receivers = root.get("receivers").is_some_and(|all| all.items().iter().any(|one| one.get("name").is_some()));
    route && receivers && root.get("apiVersion").is_none()
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resource = |document: &&Document| {
        let root = document.roots.first()?;
        let header = root.entry("route").map_or(root.span, |entry| entry.key.span);
        let mut body = root.clone();
        body.derive("ways", ways(root));
        Some(Resource::of_file(document, "alertmanager/config", body, header, Typing::Strict))
    };
    Extraction { resources: unit.documents.iter().filter_map(resource).collect(), ..Extraction::default() }
}

/// All routes, each with what becomes of alerts that end there.
fn ways(root: &Node) -> Node {
    let receivers = root.get("receivers").map_or(&[][..], Node::items);
    let mut found = Vec::new();
    let Some(route) = root.get("route") else { return Node::list(found, root.span) };
    let root = Way { receivers, silenced: &|name| is_never(root, name) };
    add(route, (None, &[]), &root, 0, &mut found);
    Node::list(found, route.span)
}

/// What the routes of a file name.
struct Way<'r> {
    receivers: &'r [Node],
    /// Whether an interval of that name is all of the time.
    silenced: &'r dyn Fn(&str) -> bool,
}

/// Whether the interval of a name holds at all times.
fn is_never(root: &Node, name: &str) -> bool {
    let lists = ["time_intervals", "mute_time_intervals"].into_iter().filter_map(|key| root.get(key));
    let named = lists.flat_map(Node::items).find(|one| one.get("name").and_then(Node::as_str) == Some(name));
    named.and_then(|one| one.get("time_intervals")).map_or(&[][..], Node::items).iter().any(is_always)
}

/// An interval without a limit, or with one that leaves out nothing.
fn is_always(interval: &Node) -> bool {
    let whole_day = |times: &Node| {
        times.items().iter().any(|time| {
            let at = |key: &str| time.get(key).and_then(Node::as_str);
            at("start_time") == Some("00:00") && at("end_time") == Some("24:00")
        })
    };
    let whole = |entry: &Entry| match &*entry.key.name {
        "times" => whole_day(&entry.value),
        "weekdays" => entry.value.items().iter().any(|days| matches!(days.as_str(), Some("sunday:saturday"))),
        "days_of_month" => entry.value.items().iter().any(|days| matches!(days.as_str(), Some("1:31" | "1:-1"))),
        "months" => {
            entry.value.items().iter().any(|months| matches!(months.as_str(), Some("january:december" | "1:12")))
        }
        "location" => true,
        _ => false,
    };
    interval.as_map().is_some() && interval.entries().iter().all(whole)
}

/// `from` is what the routes above hand down: the receiver, and what they ask of labels.
fn add(route: &Node, from: (Option<&Node>, &[Matcher]), all: &Way<'_>, depth: usize, found: &mut Vec<Node>) {
    let (inherited, above) = from;
    let receivers = all.receivers;
    if depth > MAX_DEPTH || found.len() >= MOST {
        return;
    }
    let receiver = route.get("receiver").or(inherited);
    let Some(name) = receiver else { return };
    let place = route.get("receiver").map_or(route.span, |own| own.span);
    let truth = |value: bool| Node::new(Value::Bool(value), place);
    let asked: Vec<Matcher> = above.iter().cloned().chain(route::matchers(route)).collect();
    let muted = route.get("mute_time_intervals").map_or(&[][..], Node::items);
    let muted = muted.iter().filter_map(Node::as_str).any(all.silenced);
    let known =
        name.as_str().map(|name| receivers.iter().find(|one| one.get("name").and_then(Node::as_str) == Some(name)));
    let mut entries = vec![
        Entry::new("receiver", place, Node { span: place, ..name.clone() }),
        Entry::new("first", place, truth(depth == 0)),
        Entry::new("always_muted", place, truth(muted)),
        Entry::new("matchers", place, Node::list(asked.iter().map(Matcher::node).collect(), place)),
    ];
    if let Some(known) = known {
        entries.push(Entry::new("declared", place, truth(known.is_some())));
        entries.push(Entry::new("tells", place, truth(known.is_none_or(tells))));
    } else {
        let open = || Node::unresolved("receiver", "the receiver is not decided", place);
        entries.extend(["declared", "tells"].map(|name| Entry::new(name, place, open())));
    }
    found.push(Node::map(entries, place));
    for child in route.get("routes").map_or(&[][..], Node::items) {
        add(child, (Some(name), &asked), all, depth + 1, found);
    }
}

/// Whether a receiver of a name has some way to tell somebody; none where that is not known.
pub(super) fn receiver_tells(root: &Node, name: &str) -> Option<bool> {
    let receivers = root.get("receivers").map_or(&[][..], Node::items);
    receivers.iter().find(|one| one.get("name").and_then(Node::as_str) == Some(name)).map(tells)
}

/// Whether a receiver has some way to tell somebody.
fn tells(receiver: &Node) -> bool {
    receiver.entries().iter().any(|entry| {
        let is_way = entry.key.name.ends_with("_configs");
        is_way && (!entry.value.items().is_empty() || entry.value.as_unresolved().is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Workspace};
    use crate::syntax;

    #[test]
    fn a_configuration_is_told_by_its_keys_and_a_broken_one_by_its_name() {
        let whole = "route: {receiver: a}\nreceivers: [{name: a}]\n";
        let broken = "route: {receiver: a\nreceivers: [\n";
        for (path, text, want) in [
            ("am.yaml", whole, true),
            ("alertmanager.yml", broken, true),
            ("conf/alertmanager.yaml", broken, true),
            ("am.yaml", broken, false),
            ("alertmanager.yml", "routes: [\n", false),
        ] {
            let workspace = Workspace::in_memory([(path, text)]);
            let document = syntax::parse(syntax::named("yaml").unwrap(), workspace.source(FileId(0)).unwrap());
            assert_eq!((ALERTMANAGER.recognise)(&document), want, "{path}: {text}");
        }
    }
}
