//! Servers and platforms whose configuration is a file of settings: one kind a program, the settings as they are written.
//!
//! To add a program: a line in `PROGRAMS` in `programs`, an example in the tests there. What settings of it come to
//! that a rule or a fact asks for is a view in `views`.

mod admitted;
mod programs;
#[cfg(test)]
mod tests;
mod views;
mod written;

use super::{Dialect, Extraction, Group, Items, Kinds, Resource, Typing, Unit};
use crate::document::{Document, Node};
use programs::Program;

/// The dialect of servers and platforms.
pub const SERVER: Dialect = Dialect {
    name: "server",
    doc: "configurations of servers and platforms that have no dialect of their own, one kind a program, as they are written: names of \
          directives in lower case (Apache, HAProxy, Caddy, lines of names and values), what follows a name as one text, a list of \
          texts where the name comes again, and blocks as lists of maps with their `arguments`; files of records as `lines` with `text` and \
          `words`; YAML, TOML, JSON, XML and INI as what they are",
    syntax: programs::syntax_of,
    candidate: |path, text| programs::of_path(path).any(|program| program.may_be(text)),
    recognise: |document| program(document).is_some(),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[
        Items::by("systemd.units", &["name"]),
        Items::unnamed("lines", "records have no names, and one may be there twice"),
        Items::by("creation_rules", &["path_regex"]),
        Items::by("scrape_configs", &["job_name"]),
        Items::by("alert_relabel_configs", &["action", "source_labels", "regex"]),
        Items::by("datasources", &["name"]),
        Items::by("conn", &["arguments"]),
        Items::by("defaults", &["arguments"]),
        Items::by("frontend", &["arguments"]),
        Items::by("listen", &["arguments"]),
        Items::by("listener", &["arguments"]),
        Items::by("listener.tcp", &["address"]),
        Items::by("output", &["arguments", "name"]),
        Items::by("input", &["arguments", "name"]),
        Items::by("match", &["arguments"]),
        Items::by("peer", &["publickey"]),
        Items::by("registry", &["location", "prefix"]),
        Items::by("view", &["arguments"]),
        Items::by("source", &["arguments", "@type"]),
        Items::by("users", &["name", "id"]),
        Items::by("clients", &["clientId", "name"]),
        Items::by("identityProviders", &["alias"]),
        Items::by("globalMatrix.entries", &["group.name|user.name"]),
        Items::by("Connector", &["port"]),
        Items::unnamed("approvedSignatures", "each is a method"),
        Items::unnamed("hosts", "each is an address"),
        Items::unnamed("insecure-registries", "each is the address of a registry"),
        Items::one("options"),
        Items::one("providers.docker"),
        Items::one("providers.swarm"),
        Items::one("remote-control"),
    ],
    kinds: Kinds::Closed(programs::KINDS),
    offers: crate::dialect::offers::server::OFFERS,
};

/// The program that a document is of.
fn program(document: &Document) -> Option<&'static Program> {
    programs::of_path(&document.path).find(|program| document.roots.iter().any(program.has))
}

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction { resources: unit.documents.iter().flat_map(|document| of(document)).collect(), ..Extraction::default() }
}

/// Each tree of a file that is of its program; a further one has its place in the address.
fn of(document: &Document) -> Vec<Resource> {
    let Some(program) = program(document) else { return Vec::new() };
    let one = |(at, root): (usize, &Node)| {
        if !(program.has)(root) {
            return None;
        }
        let header = root.entries().first().map_or(root.span, |entry| entry.key.span);
        let header = root.get("lines").and_then(|lines| lines.items().first()).map_or(header, |line| line.span);
        let mut body = root.clone();
        written::tidy(program.kind, &mut body);
        views::add(program.kind, &mut body);
        admitted::add(program.kind, &mut body);
        let kind = format!("server/{}", program.kind);
        let file = Resource::of_file(document, &kind, body, header, Typing::Loose);
        let address = if at == 0 { file.address.clone() } else { format!("{}#{}", file.address, at + 1).into() };
        Some(Resource { address, span: root.span, condition: written::template(root).or(file.condition), ..file })
    };
    document.roots.iter().enumerate().filter_map(one).collect()
}
