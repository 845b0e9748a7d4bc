//! Settings of `postgresql.conf`: names in any case, the last value of each counts.
//!
//! What a file does not say, others that it includes or is included by may: rules judge what is written.

use crate::dialect::{Resource, Typing};
use crate::document::{Document, Entry, Node, Value};
use crate::source::Span;
use crate::syntax::spelled;

/// The settings of a file.
pub(super) fn resource(document: &Document, lines: &[Node]) -> Resource {
    let root = document.roots.first();
    let span = root.map_or(Span::new(document.file, 0, 0), |root| root.span);
    let header = lines.first().map_or(span, |first| first.span);
    let body = Node::map(lines.iter().filter_map(setting).collect(), span);
    Resource::of_file(document, "postgres/config", body, header, Typing::Loose)
}

/// `name = value`, `name value`: a value in quotes, or all up to a blank or a comment.
fn setting(line: &Node) -> Option<Entry> {
    let said = line.get("text")?;
    let Value::Str(text) = &said.value else { return None };
    let written = text.as_str();
    let length = written.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c))).unwrap_or(written.len());
    let (name, rest) = written.split_at_checked(length)?;
    if name.is_empty() {
        return None;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let start = written.len() - rest.len();
    let quoted = rest.strip_prefix('\'').and_then(|inner| Some((start + 1, start + 1 + inner.find('\'')?)));
    let bare = || rest.find(|c: char| c.is_whitespace() || c == '#').unwrap_or(rest.len());
    let (from, to) = quoted.unwrap_or_else(|| (start, start + bare()));
    let key = spelled::span(text, 0, length, line.span);
    let value = spelled::node(spelled::part(text, from, to), line.span);
    // An empty value has no place of its own.
    let value = if from == to { Node { span: line.span, ..value } } else { value };
    Some(Entry::new(name.to_ascii_lowercase(), key, value))
}
