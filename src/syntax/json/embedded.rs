//! JSON that is the content of a string of another file.

use super::reader::Reader;
use crate::document::{Level, Node, Text};
use crate::source::Span;
use crate::syntax::embedded::Host;

/// The JSON object or list that a string holds, with spans in the file the string stands in; nothing when the string
/// is not JSON. A part whose place is not known (the string was computed) has the span of its host.
pub fn parse_embedded(text: &Text, host: Span) -> Option<Node> {
    let written = text.as_str();
    if !written.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut reader = Reader::new(host.file, written, false);
    reader.skip_blank();
    let node = reader.root();
    reader.skip_blank();
    let complete = reader.at_end();
    let sound = reader.finish().iter().all(|problem| problem.level != Level::Error);
    (complete && sound).then(|| Host { text, span: host }.node(node))
}
