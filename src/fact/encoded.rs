//! Texts that are handed to a machine in base64: what it runs when it first starts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::first_start;
use crate::document::{Entry, Node};

/// The text that a value in base64 stands for; the value itself where it is none.
pub fn decoded(node: &Node) -> Node {
    let text = node.as_str().map(|text| text.split_ascii_whitespace().collect::<String>());
    let bytes = text.filter(|text| text.len() >= MIN_ENCODED).and_then(|text| STANDARD.decode(text).ok());
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => Node { value: Node::text(text, node.span).value, ..node.clone() },
        None => node.clone(),
    }
}

/// Shortest text that is taken for one in base64: a single word may happen to be decodable.
const MIN_ENCODED: usize = 16;

/// Whether a file that cloud-init writes says that its content is in base64.
pub fn is_encoded(file: &Node) -> bool {
    matches!(file.get("encoding").and_then(Node::as_str), Some("b64" | "base64"))
}

/// Those of a body that are in base64, under their keys, as they are read: what a machine is handed, and the files that cloud-init
/// writes.
pub fn handed_over(body: &Node) -> Node {
    let mut found = Vec::new();
    first_start::handed_over(body, &mut |entry| {
        let value = decoded(&entry.value);
        if value.as_str() != entry.value.as_str() {
            found.push(Entry { key: entry.key.clone(), value, derived: false });
        }
    });
    let written = body.get("write_files").map_or(&[][..], Node::items).iter().filter(|file| is_encoded(file));
    for entry in written.filter_map(|file| file.entry("content")) {
        found.push(Entry { key: entry.key.clone(), value: decoded(&entry.value), derived: false });
    }
    Node::map(found, body.span)
}
