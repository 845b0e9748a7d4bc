//! `MySQL` and `MariaDB`: the sections of option files. Names are written with hyphens or underscores, which is the same; one
//! without a value is switched on, and the last one counts.

use std::sync::Arc;

use super::whole_file::further;
use super::wording::may_say_one;
use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Entry, Map, Node, Value};
use crate::syntax::spelled;

/// The dialect of `MySQL`.
pub const MYSQL: Dialect = Dialect {
    name: "mysql",
    doc: "option files of MySQL and MariaDB (my.cnf, and *.cnf with a section of the server): `mysql/config`, sections with options spelled \
          with underscores",
    syntax: |path| may_be_option_file(path).then_some("words"),
    candidate: |path, text| text.contains('[') && (is_option_file(path) || may_say_one(text, OWN)),
    recognise: |document| {
        let is_one: fn(&str) -> bool = if is_option_file(&document.path) { is_of_program } else { is_own };
        lines(document).iter().filter_map(section).any(is_one)
    },
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[],
    kinds: Kinds::Closed(&["config"]),
    offers: crate::dialect::offers::mysql::OFFERS,
};

/// Sections that the server reads.
const SERVER: &[&str] = &["mysqld", "server", "mariadb", "mariadbd"];

fn is_option_file(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    ["my.cnf", ".my.cnf", "my.ini", "mysqld.cnf"].contains(&&*name)
        || has_extension(&name, &[".cnf"])
            && ["mysql", "mariadb", "my.", "mysqld", "galera"].iter().any(|word| path.contains(word))
}

/// Whether a file may be one by its ending: what it says decides then.
fn may_be_option_file(path: &str) -> bool {
    is_option_file(path) || has_extension(&file_name(path).to_ascii_lowercase(), &[".cnf"])
}

/// Sections that are in no file of another program.
const OWN: &[&str] = &["mysqld", "mariadb", "mariadbd"];

/// Whether a section is one of those, or of one version of them: `mysqld`, `mysqld-8.4`, `mariadb-11.4`.
fn is_own(section: &str) -> bool {
    OWN.iter().any(|own| section.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_'])))
}

/// Whether the server reads a section: `mysqldump` is of another program.
fn is_of_server(section: &str) -> bool {
    let ends = |rest: &str| rest.bytes().next().is_none_or(|byte| matches!(byte, b'-' | b'_') || byte.is_ascii_digit());
    SERVER.iter().any(|own| section.strip_prefix(own).is_some_and(ends))
}

fn is_of_program(section: &str) -> bool {
    is_of_server(section) || ["client", "mysql", "galera"].iter().any(|own| section.starts_with(own))
}

fn lines(document: &Document) -> &[Node] {
    document.roots.first().and_then(|root| root.get("lines")).map_or(&[][..], Node::items)
}

/// The name of a section, where a line begins one.
fn section(line: &Node) -> Option<&str> {
    let text = line.get("text")?.as_str()?;
    text.strip_prefix('[')?.split_once(']').map(|(name, _)| name.trim())
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resources = unit.documents.iter().filter_map(|document| config(document)).collect();
    Extraction { resources, ..Extraction::default() }
}

fn config(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let mut sections: Vec<Entry> = Vec::new();
    let mut elsewhere = false;
    let mut current = None;
    for line in lines(document) {
        let text = line.get("text").and_then(Node::as_str).unwrap_or("");
        elsewhere |= text.starts_with("!include");
        if let Some(name) = section(line) {
            // All that the server reads is one, whatever the section is called.
            let name = if is_of_server(name) { "server" } else { name };
            let known = sections.iter().position(|entry| &*entry.key.name == name);
            current = Some(known.unwrap_or(sections.len()));
            if known.is_none() {
                sections.push(Entry::new(name, line.span, Node::map(Vec::new(), line.span)));
            }
        } else if !text.starts_with([';', '!'])
            && let Some(entry) = option(line)
            && let Some(Value::Map(map)) =
                current.and_then(|at| sections.get_mut(at)).map(|entry| &mut entry.value.value)
        {
            Arc::make_mut(map).entries.push(entry);
        }
    }
    // Other files of the same folders are read as well, and whatever the command line says.
    let is_main = ["my.cnf", "my.ini"].contains(&document.file_name());
    let because = if elsewhere { "files that it includes may set it" } else { "other option files may set it" };
    if elsewhere || !is_main {
        for entry in &mut sections {
            if let Value::Map(map) = &mut entry.value.value {
                Arc::make_mut(map).rest = Some(further(&document.path, because.to_owned()));
            }
        }
    }
    let header = sections.first().map_or(root.span, |first| first.key.span);
    let body = Node::new(Value::Map(Arc::new(Map { entries: sections, rest: None })), root.span);
    Some(Resource::of_file(document, "mysql/config", body, header, Typing::Loose))
}

/// `name = value`, or a name alone.
fn option(line: &Node) -> Option<Entry> {
    let Value::Str(text) = &line.get("text")?.value else { return None };
    let written = text.as_str();
    let (name, value) = match written.split_once('=') {
        Some((name, value)) => (name.trim_end(), Some(value.trim_start())),
        None => (written.trim_end(), None),
    };
    let key = spelled::span(text, 0, name.len(), line.span);
    let value = match value {
        Some(value) => {
            let start = written.len() - value.len();
            let bare = value.trim_matches(['"', '\'']);
            let start = start + value.find(bare).unwrap_or(0);
            let node = spelled::node(spelled::part(text, start, start + bare.len()), line.span);
            if bare.is_empty() { Node { span: line.span, ..node } } else { node }
        }
        None => Node::text("on", line.span),
    };
    (!name.is_empty()).then(|| Entry::new(name.to_ascii_lowercase().replace('-', "_"), key, value))
}

#[cfg(test)]
mod tests {
    use super::{is_of_server, is_option_file, is_own, may_be_option_file};

    #[test]
    fn sections_of_the_server_are_known_from_those_of_clients() {
        for (section, want) in [
            ("mysqld", true),
            ("mysqld-8.4", true),
            ("mysqld1", true),
            ("mysqld_safe", true),
            ("server", true),
            ("mariadb-11.4", true),
            ("mysqldump", false),
            ("mariadbdump", false),
            ("mysql", false),
            ("client", false),
        ] {
            assert_eq!(is_of_server(section), want, "{section}");
        }
    }

    #[test]
    fn files_are_told_by_their_names() {
        for (path, want) in [
            ("my.cnf", true),
            ("etc/mysql/mariadb.conf.d/50-server.cnf", true),
            ("docker/mysql/conf.d/custom.cnf", true),
            ("openssl.cnf", false),
            ("my.cnf.j2", false),
        ] {
            assert_eq!(is_option_file(path), want, "{path}");
        }
    }

    #[test]
    fn a_file_of_another_name_is_told_by_a_section_of_the_server() {
        assert!(may_be_option_file("deploy/50-server.cnf"));
        assert!(!may_be_option_file("deploy/50-server.conf"));
        for (section, want) in
            [("mysqld", true), ("mysqld-8.4", true), ("mariadb", true), ("server", false), ("server_cert", false)]
        {
            assert_eq!(is_own(section), want, "{section}");
        }
    }
}
