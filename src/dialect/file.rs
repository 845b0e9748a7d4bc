//! Files of an organisation's own, which only its rules know of: `file/yaml` and the like, as they are written.
//!
//! No file is recognised here: rules say which are read, and how.

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit};
use crate::document::Document;

/// The dialect of files that rules name.
pub const FILE: Dialect = Dialect {
    name: "file",
    doc: "files that rules name by their paths, as they are written (below)",
    syntax: |_| None,
    candidate: |_, _| true,
    recognise: |_| true,
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[
        Items::by("runners", &["name", "url"]),
        Items::unnamed("hosts", "each is an address"),
        Items::by("scrape_configs", &["job_name"]),
        Items::by("users", &["name"]),
        Items::by("lines", &["text"]),
        Items::by("Server.Service.Connector", &["port"]),
        Items::by("clients", &["clientId", "name"]),
        Items::by("tomcat-users.user", &["username", "name"]),
        Items::by("web-app.servlet", &["servlet-name"]),
        Items::by("repositories", &["path|label"]),
        Items::by("IgnoredVulns", &["id"]),
        Items::by("vulnerabilities", &["id"]),
        Items::by("misconfigurations", &["id"]),
        Items::by("secrets", &["id"]),
        Items::by("licenses", &["id"]),
        Items::by("projects", &["dir", "name"]),
        Items::by("repos", &["id"]),
        Items::by("groups.rules", &["uid", "title"]),
        Items::by("pg_hba", &["."]),
    ],
    kinds: Kinds::Closed(&["yaml", "json", "toml", "xml", "ini", "entries"]),
    offers: crate::dialect::offers::file::OFFERS,
};

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().flat_map(|document| of(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

/// Each tree of a file; a second one has its place in the address.
fn of(document: &Document) -> Vec<Resource> {
    let (kind, typing) = match document.syntax {
        "json" | "json-relaxed" => ("file/json", Typing::Strict),
        "toml" => ("file/toml", Typing::Strict),
        "xml" => ("file/xml", Typing::Loose),
        "ini" => ("file/ini", Typing::Loose),
        "entries" => ("file/entries", Typing::Loose),
        _ => ("file/yaml", Typing::Strict),
    };
    let one = |(at, root): (usize, &crate::document::Node)| {
        let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
        let file = Resource::of_file(document, kind, root.clone(), header, typing);
        let address = if at == 0 { file.address.clone() } else { format!("{}#{}", file.address, at + 1).into() };
        Resource { address, span: root.span, ..file }
    };
    document.roots.iter().enumerate().map(one).collect()
}
