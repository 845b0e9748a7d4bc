//! Directives: a name and what follows it, a line each, or up to a semicolon.

use std::sync::Arc;

use super::super::Edit;
use super::keyvalue::{NOWHERE, literal, push};
use super::{Writer, Written, lines, written};
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};

/// The writer of lines with a name and a value, of which the order does not count.
pub(super) const LINES: Writer =
    Writer { syntaxes: &["named-lines"], literal, insert: appended, remove, push, repeats: true };

/// The writer of directives in blocks: what stands there is changed, and what is new is for a person to place.
pub(super) const BLOCKS: Writer = Writer {
    syntaxes: &["apache", "haproxy", "braced-lines", "bracketed-lines", "indented-sections", "ssh-client"],
    insert: |_, _, _, _| Err(NOWHERE.to_owned()),
    ..LINES
};

/// The writer of directives that end in a semicolon.
pub(super) const ENDED: Writer = Writer { syntaxes: &["nginx", "named-conf"], insert, remove: remove_ended, ..LINES };

const COMMENTS: &[&str] = &["#", ";"];

/// A new line stands at the end, written as those before it.
fn appended(source: &Source, map: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let value = literal(value).ok_or("the value cannot be written here")?;
    let [key] = keys else { return Err(NOWHERE.to_owned()) };
    let last = written(source, map).max_by_key(|entry| entry.value.span.end).ok_or(NOWHERE)?;
    let between = text.get(last.key.span.range().end..last.value.span.range().start).unwrap_or(" ");
    let joint = between.trim_end_matches(['"', '\'']);
    let joint = if matches!(joint.trim(), "" | "=" | ":") && !joint.is_empty() { joint } else { " " };
    // Where names are written in capitals, they are so for their program.
    let is_loud = |name: &str| name.bytes().any(|byte| byte.is_ascii_uppercase()) && name.to_ascii_uppercase() == name;
    let key = if is_loud(source.slice(last.key.span)) { key.to_ascii_uppercase() } else { key.to_string() };
    let at = text.len();
    Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &format!("{key}{joint}{value}\n"))))
}

/// A directive goes with its line, and with the quote that ends it.
fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    let range = entry.span().range();
    let quote = source.text().get(range.end..).filter(|after| after.starts_with(['"', '\''])).map_or(0, |_| 1);
    let range = range.start..range.end + quote;
    let range = lines::whole(source.text(), range, COMMENTS).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), range.start, range.end), String::new()))
}

/// Where the line after a directive begins that ends in a semicolon; none where something else stands on its line.
fn after_ended(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..lines::end(text, end))?;
    let behind = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(';')?.trim();
    (behind.is_empty() || behind.starts_with('#') || behind.starts_with("//")).then(|| lines::next(text, end))
}

fn remove_ended(source: &Source, _: &Node, entry: &Entry) -> Written {
    let text = source.text();
    let range = entry.span().range();
    let start = lines::start(text, range.start);
    let alone = text.get(start..range.start).is_some_and(|before| before.trim().is_empty());
    let end = after_ended(text, range.end).filter(|_| alone).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), start, end), String::new()))
}

/// A new directive stands after the last one of its block that is none itself.
fn insert(source: &Source, block: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let value = literal(value).ok_or("the value cannot be written here")?;
    let [key] = keys else { return Err(NOWHERE.to_owned()) };
    let is_block = |value: &Node| value.as_map().is_some() || value.items().iter().any(|item| item.as_map().is_some());
    let simple = written(source, block).filter(|entry| !is_block(&entry.value));
    let last = simple.max_by_key(|entry| entry.value.span.end).ok_or(NOWHERE)?;
    let at = after_ended(text, last.value.span.range().end).ok_or("other things stand on its line")?;
    let line = format!("{}{key} {value};\n", lines::indent(text, last.key.span.range().start));
    Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &line)))
}

/// Whether what a name holds stands in several places: a directive that comes again.
pub(super) fn is_repeated(source: &Source, entry: &Entry) -> bool {
    matches!(entry.value.value, Value::List(_)) && source.slice(entry.value.span).contains('\n')
}
