//! `security.txt` (RFC 9116): where to report a weakness, and until when that holds.

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, file_name};
use crate::document::{Document, Entry, Node};
use crate::source::Span;
use crate::syntax::lines::lines;

/// The dialect of `security.txt`.
pub const SECURITY_TXT: Dialect = Dialect {
    name: "security-txt",
    doc: "`security.txt` (RFC 9116): kind `security-txt`, each field in lower case with the list of its values",
    syntax: |path| (file_name(path) == "security.txt").then_some("text"),
    candidate: |_, text| text.contains(':'),
    recognise: |document| document.roots.first().is_some_and(|root| root.as_str().is_some()),
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&[""]),
    offers: crate::dialect::offers::security_txt::OFFERS,
};

/// The fields that the RFC and the registry it opened have.
const FIELDS: &[&str] = &[
    "acknowledgments",
    "canonical",
    "contact",
    "encryption",
    "expires",
    "hiring",
    "policy",
    "preferred-languages",
    "csaf",
];

fn extract(unit: &Unit<'_>) -> Extraction {
    Extraction {
        resources: unit.documents.iter().filter_map(|document| file(document)).collect(),
        ..Extraction::default()
    }
}

/// The file; none where it has no field at all and so is some other text.
fn file(document: &Document) -> Option<Resource> {
    let root = document.roots.first()?;
    let mut fields: Vec<(&'static str, Vec<Node>)> = Vec::new();
    for line in lines(root.as_str()?).filter(|line| !line.text.starts_with('#')) {
        let Some((name, value)) = line.text.split_once(':') else { continue };
        let known = FIELDS.iter().find(|field| name.trim().eq_ignore_ascii_case(field));
        let (Some(known), false) = (known, value.trim().is_empty()) else { continue };
        let start = line.start + name.len() + 1 + (value.len() - value.trim_start().len());
        let span = Span::new(document.file, start, start + value.trim().len());
        let node = Node::verbatim(value.trim(), span, 0);
        match fields.iter_mut().find(|(name, _)| name == known) {
            Some((_, values)) => values.push(node),
            None => fields.push((known, vec![node])),
        }
    }
    let top = Span::new(document.file, 0, 0);
    let entry = |(name, values): (&'static str, Vec<Node>)| {
        let span = values.iter().map(|value| value.span).reduce(Span::to).unwrap_or(top);
        Entry::new(name, span, Node::list(values, span))
    };
    let entries: Vec<Entry> = fields.into_iter().map(entry).collect();
    (!entries.is_empty())
        .then(|| Resource::of_file(document, "security-txt", Node::map(entries, root.span), top, Typing::Strict))
}
