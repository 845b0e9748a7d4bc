//! PostgreSQL: who may connect and how (`pg_hba.conf`), and the settings of the server (`postgresql.conf`).

mod hba;
mod settings;

use super::ties::directory;
use super::{Dialect, Extraction, Group, Items, Kinds, Typing, Unit, file_name, has_extension};
use crate::document::{Document, Node};

/// The dialect of PostgreSQL.
pub const POSTGRES: Dialect = Dialect {
    name: "postgres",
    doc: "`postgres/hba`: the records of pg_hba.conf, with what earlier ones leave of each; `postgres/config`: the settings of \
          postgresql.conf and its fragments",
    syntax: |path| match kind(path) {
        Some(Kind::Hba) => Some("pg-hba"),
        Some(Kind::Settings) => Some("words"),
        None => None,
    },
    candidate: |_, _| true,
    recognise: |document| !lines(document).is_empty(),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[Items::by("records", &["type", "database", "user", "address"])],
    kinds: Kinds::Closed(&["hba", "config"]),
    offers: crate::dialect::offers::postgres::OFFERS,
};

#[derive(Clone, Copy)]
enum Kind {
    Hba,
    Settings,
}

/// What a file is by its name: distributions and charts put the version or the stage before or after it.
fn kind(path: &str) -> Option<Kind> {
    let name = file_name(path).to_ascii_lowercase();
    if !has_extension(&name, &[".conf"]) {
        return None;
    }
    let stem = name.strip_suffix(".conf").unwrap_or(&name);
    let in_folder = |folder: &str| directory(path).split('/').any(|part| part == folder);
    match stem {
        _ if stem.starts_with("pg_hba") || stem.ends_with("pg_hba") => Some(Kind::Hba),
        _ if stem == "postgres" || stem.starts_with("postgresql") => Some(Kind::Settings),
        _ if stem.ends_with("-postgresql") || stem.ends_with("_postgresql") => Some(Kind::Settings),
        _ if in_folder("conf.d") && directory(path).contains("postgres") => Some(Kind::Settings),
        _ => None,
    }
}

fn lines(document: &Document) -> &[Node] {
    document.roots.first().and_then(|root| root.get("lines")).map_or(&[][..], Node::items)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let resource = |document: &&Document| match kind(&document.path)? {
        Kind::Hba => Some(hba::resource(document, lines(document))),
        Kind::Settings => Some(settings::resource(document, lines(document))),
    };
    Extraction { resources: unit.documents.iter().filter_map(resource).collect(), ..Extraction::default() }
}

#[cfg(test)]
mod tests {
    use super::POSTGRES;

    #[test]
    fn files_are_told_by_their_names() {
        for (path, want) in [
            ("pg_hba.conf", Some("pg-hba")),
            ("db/prod-pg_hba.conf", Some("pg-hba")),
            ("postgresql.conf", Some("words")),
            ("etc/postgresql/15/main/conf.d/tls.conf", Some("words")),
            ("tmpfiles.postgresql.conf", None),
            ("nginx/conf.d/a.conf", None),
            ("pg_hba.conf.j2", None),
        ] {
            assert_eq!((POSTGRES.syntax)(path), want, "{path}");
        }
    }
}
