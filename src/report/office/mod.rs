//! Documents for offices: packages of XML parts (ECMA-376), as word processors and spreadsheets read them.
//!
//! Deterministic: the same parts give the same bytes, and no part says when or where it was made.

pub mod archive;
pub mod document;
pub mod workbook;

use std::io::{self, Write};

use archive::Archive;

/// What every part begins with.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A part of a package: its path, its type, and its content.
struct PackagePart {
    path: &'static str,
    content_type: &'static str,
    xml: String,
}

/// A relation of one part to another.
struct Relation {
    id: &'static str,
    kind: &'static str,
    target: String,
}

/// Writes a package whose main part is the first.
fn write_package(out: &mut dyn Write, parts: &[PackagePart], relations: &[(&str, Vec<Relation>)]) -> io::Result<()> {
    let mut archive = Archive::default();
    let mut add = |path: &str, xml: &str| archive.add(path, [DECLARATION, xml].concat().as_bytes());
    add("[Content_Types].xml", &content_types(parts))?;
    for (path, of) in relations {
        add(path, &relations_xml(of))?;
    }
    for part in parts {
        add(part.path, &part.xml)?;
    }
    out.write_all(&archive.finish()?)
}

fn content_types(parts: &[PackagePart]) -> String {
    let overrides = parts
        .iter()
        .map(|part| format!("<Override PartName=\"/{}\" ContentType=\"{}\"/>", part.path, part.content_type));
    format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/>{}</Types>",
        overrides.collect::<String>()
    )
}

fn relations_xml(relations: &[Relation]) -> String {
    let relations = relations.iter().map(|of| {
        format!(
            "<Relationship Id=\"{}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}\" Target=\"{}\"/>",
            of.id, of.kind, of.target
        )
    });
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
        relations.collect::<String>()
    )
}

/// The relation of a package to its main part.
fn main_relation(target: &str) -> (&'static str, Vec<Relation>) {
    ("_rels/.rels", vec![Relation { id: "rId1", kind: "officeDocument", target: target.to_owned() }])
}
