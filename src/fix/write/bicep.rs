//! Bicep: properties of objects, each on a line of its own.

use std::sync::Arc;

use super::super::Edit;
use super::{Writer, Written, flow, lines, literals, written};
use crate::document::{Entry, Node};
use crate::source::{Source, Span};

/// The writer.
pub(super) const BICEP: Writer = Writer { syntaxes: &["bicep"], literal, insert, remove, push, repeats: false };

const COMMENTS: &[&str] = &["//"];

fn literal(node: &Node) -> Option<String> {
    flow(node, quoted)
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace("${", "\\${");
    format!("'{}'", escaped.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t"))
}

/// A new property stands after the last one.
fn insert(source: &Source, object: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let properties = written(source, object).filter(|entry| is_property(text, entry));
    let Some(last) = properties.max_by_key(|entry| entry.value.span.end) else {
        return first(source, object, keys, value);
    };
    let end = last.value.span.range().end;
    if text.get(end..lines::end(text, end)).is_some_and(|rest| rest.contains(['}', ','])) {
        return Err("it stands on one line with others".to_owned());
    }
    let at = lines::next(text, end);
    let indent = lines::indent(text, last.key.span.range().start);
    Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &rendered(keys, value, indent)?)))
}

/// Whether an entry is written as a property; the type of a resource and its conditions stand before its body.
fn is_property(text: &str, entry: &Entry) -> bool {
    let (key, value) = (entry.key.span.range(), entry.value.span.range());
    text.get(key.end..value.start).is_some_and(|between| between.trim() == ":")
}

/// The first property of an empty object stands between its braces.
fn first(source: &Source, object: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let range = object.span.range();
    let written = text.get(range.clone()).unwrap_or("").trim_end_matches(']').trim_end();
    let empty = written.strip_suffix('}').map(str::trim_end).filter(|rest| rest.ends_with('{'));
    let brace = range.start + empty.ok_or("other things stand in it")?.len();
    let outer = lines::indent(text, range.start);
    let lines = format!("\n{}{outer}", rendered(keys, value, &format!("{outer}  "))?);
    let end = range.start + written.len() - 1;
    Ok(Edit::new(Span::new(source.id(), brace, end), lines.replace('\n', lines::newline(text))))
}

fn rendered(keys: &[Arc<str>], value: &Node, indent: &str) -> Result<String, String> {
    let name = |key: &str| {
        let is_word = !key.is_empty() && !key.starts_with(|c: char| c.is_ascii_digit());
        let is_word = is_word && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_word { key.to_owned() } else { quoted(key) }
    };
    match keys {
        [] => Err("the rule names no place".to_owned()),
        [key] if !value.entries().is_empty() => {
            let inner = super::entries(value, &|keys, value| rendered(keys, value, &format!("{indent}  ")))?;
            Ok(format!("{indent}{}: {{\n{inner}{indent}}}\n", name(key)))
        }
        [key] => {
            let literal = literal(value).ok_or("the value cannot be written here")?;
            Ok(format!("{indent}{}: {literal}\n", name(key)))
        }
        [key, rest @ ..] => {
            let inner = rendered(rest, value, &format!("{indent}  "))?;
            Ok(format!("{indent}{}: {{\n{inner}{indent}}}\n", name(key)))
        }
    }
}

fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    let range = lines::whole(source.text(), entry.span().range(), COMMENTS).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), range.start, range.end), String::new()))
}

fn push(source: &Source, list: &Node, items: &[&Node]) -> Written {
    super::json::push_into(source, list, &literals(items, literal)?.join(", "), "")
}
