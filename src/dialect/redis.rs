//! Redis, Valkey and `KeyDB`: the settings of the server. The last line of a setting counts; some add up.

use std::sync::Arc;

use super::whole_file::further;
use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit, file_name};
use crate::document::{Document, Entry, Map, Node, Value};
use crate::source::Span;

/// The dialect of Redis.
pub const REDIS: Dialect = Dialect {
    name: "redis",
    doc: "redis.conf, valkey.conf and keydb.conf: `redis/config`, settings in lower case",
    syntax: |path| is_config(path).then_some("words"),
    candidate: |_, _| true,
    recognise: |document| !lines(document).is_empty(),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[Items::unnamed("user", "a line of words"), Items::unnamed("save", "a line of words")],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::redis::OFFERS,
};

/// Settings whose lines add up, each a list of words.
const ADDING: &[&str] = &["user", "save", "rename-command", "loadmodule", "client-output-buffer-limit"];

fn is_config(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let stem = name.strip_suffix(".conf");
    stem.is_some_and(|stem| {
        ["redis", "valkey", "keydb"]
            .iter()
            .any(|program| stem.split(['-', '_', '.']).any(|part| part == *program) && !stem.contains("exporter"))
    })
}

fn lines(document: &Document) -> &[Node] {
    document.roots.first().and_then(|root| root.get("lines")).map_or(&[][..], Node::items)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| config(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

/// The settings; none where the file is one of another program that is named so (an upstream of a proxy).
fn config(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let header = lines(document).first().map_or(root.span, |first| first.span);
    let mut entries: Vec<Entry> = Vec::new();
    let mut elsewhere = false;
    for line in lines(document) {
        let [keyword, arguments @ ..] = line.get("words").map_or(&[][..], Node::items) else { continue };
        let name = keyword.as_str().unwrap_or("").to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return None;
        }
        elsewhere |= name == "include";
        let span = arguments.iter().fold(line.span, |span, argument| span.to(argument.span));
        let list = Node::list(arguments.to_vec(), span);
        if ADDING.contains(&&*name) {
            match entries.iter_mut().find(|entry| *entry.key.name == *name).map(|entry| &mut entry.value.value) {
                Some(Value::List(known)) => Arc::make_mut(known).push(list),
                _ => entries.push(Entry::new(name, keyword.span, Node::list(vec![list], span))),
            }
            continue;
        }
        let value = match arguments {
            [only] if name != "bind" => only.clone(),
            _ => list,
        };
        entries.push(Entry::new(name, keyword.span, value));
    }
    let rest = elsewhere.then(|| further("include", "files that `include` names may set it".to_owned()));
    let body = Node::new(Value::Map(Arc::new(Map { entries, rest })), root.span);
    let span = Span { start: header.start, ..root.span };
    Some(Resource { span, ..Resource::of_file(document, "redis/config", body, header, Typing::Loose) })
}

#[cfg(test)]
mod tests {
    use super::is_config;

    #[test]
    fn files_are_told_by_their_names() {
        for (path, want) in [
            ("redis.conf", true),
            ("conf/redis-master.conf", true),
            ("valkey.conf", true),
            ("sentinel.conf", false),
            ("redis.conf.j2", false),
            ("redis-exporter.conf", false),
            ("credis.conf", false),
        ] {
            assert_eq!(is_config(path), want, "{path}");
        }
    }
}
