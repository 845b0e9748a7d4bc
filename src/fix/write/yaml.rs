//! YAML, in blocks and in braces.

use std::sync::Arc;

use super::super::Edit;
use super::{Writer, Written, flow, json, lines, literals, written};
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};
use crate::syntax::yaml;

/// The writer.
pub(super) const YAML: Writer =
    Writer { syntaxes: &["yaml", "yaml-1.1"], literal, insert, remove, push, repeats: false };

fn literal(node: &Node) -> Option<String> {
    flow(node, scalar)
}

/// A text, in quotes unless it is sure to be read as a text without them.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let word = text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.chars().all(plain);
    // What readers of YAML take for numbers and days has digits alone, or few letters among them.
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let word = word && letters > 0 && yaml::plain(text, yaml::Schema::Old).is_none();
    let meant = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    if word && !meant.contains(&&*text.to_ascii_lowercase()) {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

fn insert(source: &Source, map: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    if text.get(map.span.range()).is_some_and(|written| written.starts_with('{')) {
        let value = literal(value).ok_or("the value cannot be written here")?;
        return json::insert_into(source, map, &json::nested(keys, &value, scalar)?);
    }
    let written: Vec<&Entry> = written(source, map).collect();
    let first = written
        .iter()
        .min_by_key(|entry| entry.key.span.start)
        .ok_or("there is nothing beside which it could stand")?;
    // After the last line that is an entry of its own, before entries that go over many lines.
    let short = |entry: &&&Entry| text.get(entry.span().range()).is_some_and(|text| !text.contains('\n'));
    let anchor = written.iter().filter(short).max_by_key(|entry| entry.value.span.end);
    let anchor = anchor.or_else(|| written.iter().max_by_key(|entry| entry.value.span.end)).unwrap_or(first);
    let at = lines::next(text, anchor.span().range().end);
    let column = first.key.span.range().start - lines::start(text, first.key.span.range().start);
    let lines = rendered(keys, value, column)?;
    Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &lines)))
}

/// Keys and a value as lines; a table goes over lines of its own.
fn rendered(keys: &[Arc<str>], value: &Node, column: usize) -> Result<String, String> {
    let indent = " ".repeat(column);
    match keys {
        [] => Err("the rule names no place".to_owned()),
        [key] => match &value.value {
            Value::Map(_) if !value.entries().is_empty() => {
                let inner: Result<Vec<String>, String> = value
                    .entries()
                    .iter()
                    .map(|entry| rendered(&[Arc::clone(&entry.key.name)], &entry.value, column + 2))
                    .collect();
                Ok(format!("{indent}{}:\n{}", scalar(key), inner?.concat()))
            }
            _ => {
                let literal = literal(value).ok_or("the value cannot be written here")?;
                Ok(format!("{indent}{}: {literal}\n", scalar(key)))
            }
        },
        [key, rest @ ..] => Ok(format!("{indent}{}:\n{}", scalar(key), rendered(rest, value, column + 2)?)),
    }
}

fn remove(source: &Source, map: &Node, entry: &Entry) -> Written {
    if written(source, map).count() == 1 {
        return Err("nothing would be left where it stands".to_owned());
    }
    let range = lines::whole(source.text(), entry.span().range(), &["#"]).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), range.start, range.end), String::new()))
}

fn push(source: &Source, list: &Node, items: &[&Node]) -> Written {
    let text = source.text();
    let literals = literals(items, literal)?;
    let [first, ..] = list.items() else {
        return json::push_into(source, list, &literals.join(", "), ",");
    };
    let start = first.span.range().start;
    let lead = text.get(lines::start(text, start)..start).unwrap_or("");
    if lead.trim() != "-" {
        return json::push_into(source, list, &literals.join(", "), ",");
    }
    let indent = lines::indent(text, start);
    let end = list.items().last().unwrap_or(first).span.range().end;
    let at = lines::next(text, end);
    let lines = format!("{indent}- {}\n", literals.join(&format!("\n{indent}- ")));
    let lines = lines::inserted(text, at, &lines);
    Ok(Edit::new(Span::new(source.id(), at, at), lines))
}
