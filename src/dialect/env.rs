//! `.env` files: names and values, as an application is started with.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name, has_extension};
use crate::document::Document;
use crate::source::Span;

/// The dialect of `.env` files.
pub const ENV: Dialect = Dialect {
    name: "env",
    doc: "`.env` files, and those of services in `etc/default` and `etc/sysconfig`: `env/file`, a map of names and values",
    syntax: |path| has_name(path).then_some("dotenv"),
    candidate: |_, text| text.contains(['=', ':']),
    recognise,
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Loose,
    items: &[],
    kinds: Kinds::Closed(&["file"]),
    offers: crate::dialect::offers::env::OFFERS,
};

/// Endings of files that show which names there are, without the values.
const SAMPLES: &[&str] =
    &["example", "sample", "template", "dist", "defaults", "tmpl", "tpl", "j2", "erb", "md", "schema"];

/// Endings of files of other languages that are about an environment.
const OTHERS: &[&str] =
    &["patch", "diff", "rej", "js", "ts", "mjs", "cjs", "py", "rb", "php", "go", "json", "yaml", "yml", "toml"];

fn has_name(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let sample = name.split('.').any(|part| SAMPLES.contains(&part));
    let other = name.rsplit('.').next().is_some_and(|end| OTHERS.contains(&end));
    let is_named = name == ".env" || name.starts_with(".env.") || has_extension(&name, &[".env"]);
    !sample && !other && (is_named || is_of_service(path))
}

/// Whether a file is one of the environment of a service, as distributions keep them: `etc/default/web`, `etc/sysconfig/web`.
fn is_of_service(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    match folders.next() {
        Some("sysconfig") => true,
        Some("default") => folders.next() == Some("etc"),
        _ => false,
    }
}

/// Any file called `.env` is one; `x.env` may also be a shell script, so all of it has to read well.
fn recognise(document: &Document) -> bool {
    let entries = document.roots.first().map_or(0, |root| root.entries().len());
    entries > 0 && (document.file_name().starts_with(".env") || document.problems.is_empty())
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let file = |document: &&Document| {
        let root = document.roots.first()?.clone();
        let header = root.entries().first().map_or(Span::new(document.file, 0, 0), |entry| entry.key.span);
        Some(Resource::of_file(document, "env/file", root, header, Typing::Loose))
    };
    Extraction { resources: unit.documents.iter().filter_map(file).collect(), ..Extraction::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_not_environments() {
        for (path, want) in [
            (".env", true),
            ("a/.env.production", true),
            ("db.env", true),
            (".env.example", false),
            (".env.patch", false),
            ("config/.env.ts", false),
            (".env.local", true),
            ("sample.env", false),
            (".envrc", false),
            (".env.j2", false),
            ("files/etc/default/web", true),
            ("etc/sysconfig/web", true),
            ("values/default/web", false),
            ("etc/default/web.j2", false),
        ] {
            assert_eq!(has_name(path), want, "{path}");
        }
    }
}
