//! Certificates and private keys in PEM files.
//!
//! What a certificate says is read from its DER; nothing is verified. Private keys are never decoded further than it
//! takes to tell whether they are encrypted.

mod public;
#[cfg(test)]
mod tests;
mod x509;

use super::ties::{self, Tie, Ties, directory};
use super::{Dialect, Extraction, Group, Kinds, Resource, Typing, Unit, has_extension};
use crate::document::{Document, Entry, Node, Problem, Value};
use crate::pem::{self, Block};
use crate::source::Span;

/// The dialect of PEM files.
pub const CERTIFICATE: Dialect = Dialect {
    name: "certificate",
    doc: "PEM files: `certificate/certificate` (X.509) and `certificate/private-key`",
    syntax: |path| has_extension(path, EXTENSIONS).then_some("text"),
    candidate: |_, text| pem::mentions(text),
    recognise: |document| !pem::blocks(text(document)).is_empty(),
    group: Group::Tied,
    with: &[],
    ties: Some(&TIES),
    extract,
    typing: Typing::Strict,
    items: &[],
    kinds: Kinds::Closed(&["certificate", "private-key"]),
    offers: crate::dialect::offers::certificate::OFFERS,
};

const EXTENSIONS: &[&str] = &[".pem", ".crt", ".cer", ".cert", ".key", ".ca-bundle"];

/// A key and its certificate lie in one folder.
const TIES: Ties = Ties {
    unit: |path, _| {
        let folder = has_extension(path, EXTENSIONS).then(|| Tie::Folder(directory(path).to_owned()));
        folder.into_iter().collect()
    },
    ..ties::NONE
};

fn text(document: &Document) -> &str {
    document.roots.first().and_then(Node::as_str).unwrap_or("")
}

fn extract(unit: &Unit<'_>) -> Extraction {
    let mut extraction = Extraction::default();
    for document in &unit.documents {
        let blocks = pem::blocks(text(document));
        let several = blocks.len() > 1;
        for (index, block) in blocks.iter().enumerate() {
            let address = if several { format!("{}#{}", document.path, index + 1) } else { document.path.to_string() };
            extraction.add(document, block, &address);
        }
    }
    extraction
}

impl Extraction {
    fn add(&mut self, document: &Document, block: &Block<'_>, address: &str) {
        let span = |range: &std::ops::Range<usize>| Span::new(document.file, range.start, range.end);
        let (whole, header) = (span(&block.range), span(&block.header));
        let (kind, entries) = match block.label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                let Some(entries) = block.bytes().and_then(|bytes| x509::read(&bytes, document.directory(), header))
                else {
                    let message = "this certificate cannot be read";
                    let problem = Problem::error("dialect::certificate", document.path.clone(), Some(header), message);
                    let help = "replace it, or leave it out with `exclude` in annexa.toml if it is made up";
                    return self.problems.push(problem.help(help));
                };
                ("certificate/certificate", entries)
            }
            label if label.ends_with("PRIVATE KEY") && !block.is_placeholder() => {
                ("certificate/private-key", private_key(block, document.directory(), header))
            }
            _ => return,
        };
        let mut resource = Resource::of_file(document, kind, Node::map(entries, whole), header, Typing::Strict);
        resource.address = address.into();
        resource.span = whole;
        self.resources.push(resource);
    }
}

/// The format of a private key, and whether a passphrase protects it.
fn private_key(block: &Block<'_>, folder: &str, place: Span) -> Vec<Entry> {
    let encrypted = match block.label {
        "ENCRYPTED PRIVATE KEY" => true,
        "OPENSSH PRIVATE KEY" => block.bytes().is_some_and(|bytes| openssh_cipher(&bytes) != Some(b"none")),
        _ => block.headers().contains("ENCRYPTED"),
    };
    let algorithm = block.label.strip_suffix(" PRIVATE KEY").filter(|name| ["RSA", "EC", "DSA"].contains(name));
    let mut entries = vec![
        entry("format", Node::text(block.label, place)),
        entry("encrypted", Node::new(Value::Bool(encrypted), place)),
    ];
    entries.extend(algorithm.map(|name| entry("algorithm", Node::text(name, place))));
    let id = Some(()).filter(|()| !encrypted).and_then(|()| public::id_of_private(folder, &block.bytes()?));
    entries.extend(id.map(|id| entry("key_id", Node::text(id, place))));
    entries
}

/// The name of the cipher of an OpenSSH key.
fn openssh_cipher(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn entry(name: &str, value: Node) -> Entry {
    Entry::new(name, value.span, value)
}
