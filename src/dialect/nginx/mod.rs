//! nginx: servers and locations, with what they inherit.
//!
//! A directive holds in the blocks within its block until one of them gives it again. Files that `include` names are
//! followed when they are in the repository; where they are not, what they may set is unknown.

mod level;
#[cfg(test)]
mod tests;

use super::ties::{self, Pool, Ties};
use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Node};
use level::{Files, Level};

/// The dialect of nginx.
pub const NGINX: Dialect = Dialect {
    name: "nginx",
    doc: "configuration of nginx: `main` (what stands outside of all blocks), `http`, `server`, `location`; `effective` has what is inherited too",
    syntax: |path| may_be(path).then_some("nginx"),
    candidate,
    recognise,
    group: Group::Repository,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Loose,
    items: &[super::Items::by("effective.headers", &["name"])],
    kinds: Kinds::Closed(&["main", "http", "server", "location"]),
    offers: crate::dialect::offers::nginx::OFFERS,
};

/// Files include each other by paths of the machine that they are for.
const TIES: Ties = Ties {
    pool: |path, text, _| if may_be(path) && candidate(path, text) { Pool::Decides } else { Pool::Outside },
    ..ties::NONE
};

fn candidate(path: &str, text: &str) -> bool {
    let named = is_named(path);
    file_name(path) == "nginx.conf"
        || named && mentions_blocks(text)
        || !named && has_server(text)
        || has_directive(text)
}

/// Directives that no other program has, of which files consist that blocks include (`snippets/tls.conf`).
const DIRECTIVES: &[&str] = &[
    "add_header",
    "client_max_body_size",
    "proxy_pass",
    "proxy_set_header",
    "proxy_ssl_verify",
    "server_tokens",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_ciphers",
    "ssl_prefer_server_ciphers",
    "ssl_protocols",
    "ssl_session_tickets",
];

/// Whether a line of a text is one of these directives.
fn has_directive(text: &str) -> bool {
    let is_one = |line: &str| {
        let (word, rest) = line.trim_start().split_once([' ', '\t']).unwrap_or(("", ""));
        DIRECTIVES.contains(&word) && rest.contains(';')
    };
    text.contains('_') && text.lines().any(is_one)
}

fn may_be(path: &str) -> bool {
    is_named(path) || has_extension(path, &[".conf"])
}

/// Whether a text has a server of nginx, whatever its file is called (`conf.d/default.conf`).
fn has_server(text: &str) -> bool {
    let opens = |line: &str| line.trim().strip_prefix("server").is_some_and(|rest| rest.trim_start().starts_with('{'));
    let says = |word: &str| text.contains(word);
    says("server") && (says("listen") || says("location") || says("server_name")) && text.lines().any(opens)
}

/// Whether the name of a file or of a folder around it is that of nginx.
fn is_named(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let folder = |part: &str| {
        let part = part.to_ascii_lowercase();
        part.contains("nginx") || part == "sites-available" || part == "sites-enabled"
    };
    let in_folder = path.rsplit_once('/').is_some_and(|(directory, _)| directory.split('/').any(folder));
    let conf = has_extension(&name, &[".conf", ".conf.template", ".nginx", ".vhost"]);
    (conf && (name.contains("nginx") || in_folder)) || (in_folder && !name.contains('.'))
}

fn mentions_blocks(text: &str) -> bool {
    ["server", "location", "upstream", "http"].iter().any(|word| text.contains(word)) && text.contains('{')
}

fn recognise(document: &Document) -> bool {
    let blocks = ["http", "server", "location", "upstream", "events", "stream"];
    document.roots.first().is_some_and(|root| {
        root.entries().iter().any(|entry| {
            let name = &*entry.key.name;
            blocks.contains(&name) && !entry.value.items().is_empty() || DIRECTIVES.contains(&name)
        })
    })
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let files = Files::new(&unit.documents);
    let mut extraction = Extraction::default();
    for document in &unit.documents {
        let Some(root) = document.roots.first() else { continue };
        let top = Level::top(document, &files);
        extraction.resources.extend(main(document, root));
        blocks(document, root, &top, &files, &mut extraction.resources);
    }
    extraction
}

/// The directives outside of all blocks, of a file that has `events` or `http`: others are parts of one.
fn main(document: &Document, root: &Node) -> Option<Resource> {
    let header = ["events", "http"].iter().find_map(|name| root.entry(name))?.key.span;
    Some(Resource::of_file(document, "nginx/main", root.clone(), header, Typing::Loose))
}

/// Lists the blocks directly in a block, and those within them.
fn blocks(document: &Document, parent: &Node, level: &Level, files: &Files<'_>, resources: &mut Vec<Resource>) {
    for kind in ["http", "server", "location"] {
        for (index, block) in parent.get(kind).map_or(&[][..], Node::items).iter().enumerate() {
            let Some(within) = level.within(document, block, &label(kind, block, index), files) else { continue };
            resources.push(within.resource(document, kind, block));
            blocks(document, block, &within, files, resources);
        }
    }
}

/// How a block is called in an address: by the name of the server or the path of the location, else by its number.
fn label(kind: &str, block: &Node, index: usize) -> String {
    let arguments: Vec<&str> =
        block.get("arguments").map_or(&[][..], Node::items).iter().filter_map(Node::as_str).collect();
    let named = match kind {
        "location" => arguments.join(" "),
        _ => block
            .get("server_name")
            .and_then(|name| name.as_str().or_else(|| name.items().first()?.as_str()))
            .unwrap_or("")
            .to_owned(),
    };
    if named.is_empty() { format!("{kind}[{index}]") } else { format!("{kind}[{index}]({named})") }
}
