//! TOML: keys of tables, each on a line of its own.

use std::sync::Arc;

use super::super::Edit;
use super::{Writer, Written, flow, lines, literals, written};
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};

/// The writer.
pub(super) const TOML: Writer = Writer { syntaxes: &["toml"], literal, insert, remove, push, repeats: false };

fn literal(node: &Node) -> Option<String> {
    match &node.value {
        Value::Null => None,
        Value::List(_) => {
            let items: Option<Vec<String>> = node.items().iter().map(literal).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Map(_) => {
            let entry = |entry: &Entry| Some(format!("{} = {}", name(&entry.key.name), literal(&entry.value)?));
            let entries: Option<Vec<String>> = node.entries().iter().map(entry).collect();
            Some(format!("{{ {} }}", entries?.join(", ")))
        }
        _ => flow(node, quoted),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn name(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_bare { key.to_owned() } else { quoted(key) }
}

/// A new key stands after the last one that the table has itself, a new table at the end of the file.
fn insert(source: &Source, table: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let [outer @ .., key] = keys else { return Err("the rule names no place".to_owned()) };
    let line = format!("{} = {}\n", name(key), literal(value).ok_or("the value cannot be written here")?);
    if !outer.is_empty() {
        let own = match header(source, table) {
            Header::File => None,
            Header::Line(own) => Some(own),
            Header::None => return Err("the table is not written with a line of its own".to_owned()),
        };
        let path = own.into_iter().chain(outer.iter().map(|key| name(key))).collect::<Vec<_>>().join(".");
        let blank = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
        let open = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let lines = format!("{open}{blank}[{path}]\n{line}").replace('\n', lines::newline(text));
        return Ok(Edit::new(Span::new(source.id(), text.len(), text.len()), lines));
    }
    let own = written(source, table).filter(|entry| is_own(text, entry));
    if let Some(last) = own.max_by_key(|entry| entry.value.span.end) {
        let start = last.key.span.range().start;
        if !text.get(lines::start(text, start)..start).is_some_and(|before| before.trim().is_empty()) {
            return Err("it stands on one line with others".to_owned());
        }
        let at = lines::next(text, last.value.span.range().end);
        let line = format!("{}{line}", lines::indent(text, start));
        return Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &line)));
    }
    // A table of tables alone: before the first of them.
    let first = table.entries().iter().map(|entry| entry.key.span.range().start).min();
    let first = first.filter(|_| matches!(header(source, table), Header::File)).ok_or("nothing stands beside it")?;
    let at = lines::start(text, first);
    Ok(Edit::new(Span::new(source.id(), at, at), format!("{line}\n").replace('\n', lines::newline(text))))
}

/// Whether an entry is a key with its value, and no table with a line of its own.
fn is_own(text: &str, entry: &Entry) -> bool {
    text.get(entry.key.span.range().end..entry.value.span.range().start).is_some_and(|between| between.trim() == "=")
}

/// Where a table is written.
enum Header {
    /// It is the whole file.
    File,
    /// Below a line with this name in brackets.
    Line(String),
    /// Otherwise.
    None,
}

/// Where a table is written.
fn header(source: &Source, table: &Node) -> Header {
    let text = source.text();
    let start = lines::start(text, table.span.range().start);
    let end = lines::end(text, start);
    let line = text.get(start..end).unwrap_or("").trim();
    // The names in a line in brackets are those of tables that the one around them has.
    let is_below = table.entries().iter().all(|entry| entry.key.span.range().start >= end);
    if !(line.starts_with('[') && is_below) {
        let is_all = table.span.range().len() >= text.trim().len();
        return if is_all { Header::File } else { Header::None };
    }
    let path = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let path = path.map(|(path, _)| path.trim()).filter(|path| !path.starts_with('['));
    path.map_or(Header::None, |path| Header::Line(path.to_owned()))
}

fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    if !is_own(source.text(), entry) {
        return Err("it is a table of its own".to_owned());
    }
    let range = lines::whole(source.text(), entry.span().range(), &["#"]).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), range.start, range.end), String::new()))
}

fn push(source: &Source, list: &Node, items: &[&Node]) -> Written {
    super::json::push_into(source, list, &literals(items, literal)?.join(", "), ",")
}
