//! Secrets in any text file: tokens whose format gives them away, and private keys.
//!
//! One pass looks for the literals of all formats at once; only where one stands is a pattern tried. What is found is
//! never kept: a resource has the kind of secret, its place, and a masked beginning.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Entry, Node, Value};
use crate::secrecy::firebase;
use crate::secrecy::tokens::{self, Found};
use crate::source::Span;

/// The dialect of secrets.
pub const SECRETS: Dialect = Dialect {
    name: "secrets",
    doc: "tokens and private keys in any text file: `secrets/token`",
    syntax: |path| may_hold(path).then_some("text"),
    candidate: |_, text| !tokens::all(text, true).is_empty(),
    recognise: |_| true,
    group: Group::File,
    with: &[],
    ties: None,
    extract,
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&["token"]),
    offers: crate::dialect::offers::secrets::OFFERS,
};

/// Files that are no text.
#[rustfmt::skip] // Words fill lines.
const OTHERS: &[&str] = &[
    ".lockb", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".pdf", ".zip",
    ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".jar", ".war", ".class", ".exe", ".dll", ".so", ".dylib", ".a", ".o", ".wasm",
    ".pyc", ".mp3", ".mp4", ".mov", ".webm", ".ogg", ".wav", ".avi", ".parquet", ".sqlite", ".db", ".p12", ".pfx", ".jks", ".der",
];

/// What lines of comments begin with.
const MARKS: &[&str] = &["#", "//", "--", ";", "*", "/*"];

/// Most lines of a comment that are looked at, and most bytes before a secret.
const MAX_COMMENTED: usize = 4;
const MAX_BEFORE: usize = 512;

fn may_hold(path: &str) -> bool {
    let foreign = path.split('/').any(|part| ["node_modules", ".terraform", ".git"].contains(&part));
    !foreign && !has_extension(path, OTHERS)
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut extraction = Extraction::default();
    for document in &unit.documents {
        let text = document.roots.first().and_then(Node::as_str).unwrap_or("");
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut line = 1;
        let mut counted = 0;
        let all = tokens::all(text, false).into_iter();
        for found in all.filter(|found| !firebase::is_public(found, text, &document.path)) {
            let between = text.as_bytes().get(counted..found.range.start).unwrap_or(&[]);
            line += i64::try_from(memchr::memchr_iter(b'\n', between).count()).unwrap_or(0);
            counted = found.range.start;
            let id = identity(&found, text);
            let count = seen.entry(id.clone()).or_default();
            *count += 1;
            let address =
                if *count > 1 { format!("{}#{id}[{count}]", document.path) } else { format!("{}#{id}", document.path) };
            extraction.resources.push(resource(document, &found, text, line, &address));
        }
    }
    extraction
}

/// The name of a secret that stays the same when lines move: its kind and a little of its hash.
fn identity(found: &Found, text: &str) -> String {
    let hash = Sha256::digest(text.get(found.secret.clone()).unwrap_or("").as_bytes());
    let short = hash.first_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    format!("{}:{short:08x}", found.name)
}

/// What the comment says whose lines end right before the line of a secret.
fn comment(before: &str) -> Option<String> {
    let from = (before.len().saturating_sub(MAX_BEFORE)..=before.len()).find(|at| before.is_char_boundary(*at))?;
    let before = before.get(from..)?;
    let mut lines = before.lines().rev();
    if !before.ends_with('\n') {
        lines.next();
    }
    // What the secret is assigned to may stand in a line of its own.
    let mut lines = lines.peekable();
    lines.next_if(|line| {
        line.trim_end().ends_with(" =") && !MARKS.iter().any(|mark| line.trim_start().starts_with(mark))
    });
    let said = lines
        .take(MAX_COMMENTED)
        .map(str::trim)
        .take_while(|line| !line.starts_with("---"))
        .map_while(|line| MARKS.iter().find_map(|mark| line.strip_prefix(mark)));
    let mut said: Vec<&str> = said.map(str::trim).collect();
    said.reverse();
    Some(said.join(" ")).filter(|said| !said.is_empty())
}

fn resource(document: &Document, found: &Found, text: &str, line: i64, address: &str) -> Resource {
    let span = Span::new(document.file, found.range.start, found.range.end);
    let node = |value: Value| Node::new(value, span);
    let entries = [
        ("detector", Node::text(found.name, span)),
        ("line", node(Value::Int(line))),
        ("value", Node::text(found.masked(text), span)),
        ("verified", node(Value::Bool(found.verified))),
        ("entropy", node(Value::Float(found.entropy))),
    ];
    let said = comment(text.get(..found.range.start).unwrap_or("")).map(|said| ("comment", Node::text(said, span)));
    let entries = entries.into_iter().chain(said);
    let body = Node::map(entries.map(|(name, value)| Entry::new(name, span, value)).collect(), span);
    let mut resource = Resource::of_file(document, "secrets/token", body, span, Typing::Strict);
    resource.address = address.into();
    resource.span = span;
    resource
}
