//! Values as YAML and JSON, and back, with the place of every scalar kept.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::text::{Build, Place, Str};
use super::value::{Kind, MAX_VALUE_DEPTH, Val};
use crate::document::{Node, Value};
use crate::source::{FileId, Source};
use crate::syntax;

/// Longest text that a value is written as.
const MAX_LENGTH: usize = 16 * 1024 * 1024;

/// The value as YAML, without a line feed at the end.
pub fn to_yaml(value: &Val) -> Result<Str, String> {
    let mut out = Build::default();
    write(value, 0, true, &mut out, 0)?;
    Ok(out.finish())
}

/// Writes a value whose first line starts where the text ends. `fresh` says that this is the start of a line that is
/// indented already.
fn write(value: &Val, indent: usize, fresh: bool, out: &mut Build, depth: usize) -> Result<(), String> {
    if depth > MAX_VALUE_DEPTH || out.len() > MAX_LENGTH {
        return Err("the value is too large or contains itself".to_owned());
    }
    match &value.kind {
        Kind::Map(map) if !map.borrow().is_empty() => {
            for (index, (key, entry)) in map.borrow().iter().enumerate() {
                if index > 0 || !fresh {
                    new_line(out, indent);
                }
                let place = entry.origin();
                out.push_at(&key_text(key), place.clone());
                out.push_at(":", place.clone());
                match &entry.kind {
                    Kind::Map(inner) if !inner.borrow().is_empty() => write(entry, indent + 2, false, out, depth + 1)?,
                    Kind::List(items) if !items.is_empty() => write(entry, indent, false, out, depth + 1)?,
                    _ => {
                        out.push_at(" ", place);
                        write(entry, indent + 2, true, out, depth + 1)?;
                    }
                }
            }
        }
        Kind::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 || !fresh {
                    new_line(out, indent);
                }
                out.push_at("- ", item.origin());
                write(item, indent + 2, true, out, depth + 1)?;
            }
        }
        Kind::Map(_) => out.push_at("{}", value.place.clone()),
        Kind::List(_) => out.push_at("[]", value.place.clone()),
        Kind::Nil | Kind::Object(_) => out.push_at("null", value.place.clone()),
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) => out.push_str(&value.printed()),
        Kind::Str(text) => scalar(text, indent, out),
    }
    Ok(())
}

fn new_line(out: &mut Build, indent: usize) {
    out.push_along("\n");
    out.push_along(&" ".repeat(indent));
}

fn key_text(key: &str) -> String {
    if is_plain(key) { key.to_owned() } else { double_quoted(key) }
}

fn scalar(text: &Str, indent: usize, out: &mut Build) {
    let written = text.as_str();
    let block = written.contains('\n')
        && !written.starts_with([' ', '\n', '\t'])
        && !written.chars().any(|char| char.is_control() && !matches!(char, '\n' | '\t'));
    if is_plain(written) {
        out.push_str(text);
    } else if block {
        let chomp = match (written.ends_with("\n\n"), written.ends_with('\n')) {
            (true, _) => "|+",
            (false, true) => "|",
            (false, false) => "|-",
        };
        out.push_at(chomp, text.place());
        let mut at = 0;
        for line in written.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            out.push_along("\n");
            if !bare.is_empty() {
                out.push_along(&" ".repeat(indent));
                out.push_part(text, at, at + bare.len());
            }
            at += line.len();
        }
    } else if written.chars().any(char::is_control) {
        out.push_at(&double_quoted(written), text.place());
    } else {
        out.push_at("'", text.place());
        out.push_str(&text.map(|part| part.replace('\'', "''")));
        out.push_at("'", text.place());
    }
}

/// Whether a text means itself without quotes.
fn is_plain(text: &str) -> bool {
    let first_fits =
        text.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '/' | '_' | '.' | '$' | '('));
    let mut before = ' ';
    for char in text.chars() {
        let breaks = char.is_control() || (char == '#' && before == ' ') || (before == ':' && char == ' ');
        if breaks {
            return false;
        }
        before = char;
    }
    let numeric = text.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && text.chars().all(|char| char.is_ascii_digit() || matches!(char, ':' | '.' | '_' | '-' | 'e' | 'E' | '+'));
    first_fits
        && !text.ends_with([' ', ':'])
        && !numeric
        && !text.starts_with("...")
        && syntax::yaml::plain(text, syntax::yaml::Schema::Old).is_none()
}

fn double_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The value as JSON, on one line or indented.
pub fn to_json(value: &Val, pretty: bool) -> Result<Str, String> {
    let mut out = Build::default();
    json(value, pretty.then_some(0), &mut out, 0)?;
    Ok(out.finish())
}

fn json(value: &Val, indent: Option<usize>, out: &mut Build, depth: usize) -> Result<(), String> {
    if depth > MAX_VALUE_DEPTH || out.len() > MAX_LENGTH {
        return Err("the value is too large or contains itself".to_owned());
    }
    let inner = indent.map(|indent| indent + 2);
    let break_line = |out: &mut Build, indent: Option<usize>| {
        if let Some(indent) = indent {
            out.push_along("\n");
            out.push_along(&" ".repeat(indent));
        }
    };
    match &value.kind {
        Kind::Nil | Kind::Object(_) => out.push_at("null", value.place.clone()),
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) => out.push_str(&value.printed()),
        Kind::Str(text) => {
            out.push_at("\"", text.place());
            out.push_str(&text.map(|part| {
                let quoted = double_quoted(part);
                quoted.get(1..quoted.len() - 1).unwrap_or("").to_owned()
            }));
            out.push_at("\"", text.place());
        }
        Kind::List(items) => {
            out.push_at("[", value.place.clone());
            for (index, item) in items.iter().enumerate() {
                out.push_along(if index > 0 { "," } else { "" });
                break_line(out, inner);
                json(item, inner, out, depth + 1)?;
            }
            break_line(out, indent.filter(|_| !items.is_empty()));
            out.push_along("]");
        }
        Kind::Map(map) => {
            let map = map.borrow();
            out.push_at("{", value.place.clone());
            for (index, (key, entry)) in map.iter().enumerate() {
                out.push_along(if index > 0 { "," } else { "" });
                break_line(out, inner);
                out.push_at(&double_quoted(key), entry.origin());
                out.push_along(if indent.is_some() { ": " } else { ":" });
                json(entry, inner, out, depth + 1)?;
            }
            break_line(out, indent.filter(|_| !map.is_empty()));
            out.push_along("}");
        }
    }
    Ok(())
}

/// The value that a text of YAML (or JSON) holds; all of it has the place of the text.
pub fn from_yaml(text: &Str) -> Result<Val, String> {
    let source = Source::from_text(FileId(0), "", text.as_str());
    let Some(syntax) = syntax::named("yaml-1.1") else { return Ok(Val::nil()) };
    let document = syntax::parse(syntax, &source);
    let error = document.problems.iter().find(|problem| problem.level == crate::document::Level::Error);
    if let Some(error) = error {
        return Err(error.message.clone());
    }
    let place = |node: &Node| {
        let at = node.span.range();
        let piece = text.within(at.start, at.end.max(at.start + 1)).find_map(|(_, _, piece)| piece.place.clone());
        piece.or_else(|| text.place())
    };
    Ok(document.roots.first().map_or_else(Val::nil, |root| from_node(root, &place)))
}

/// A tree as a value; `place` says where a node came from. As deep as trees are.
pub fn from_node(node: &Node, place: &dyn Fn(&Node) -> Option<Rc<Place>>) -> Val {
    let kind = match &node.value {
        Value::Null | Value::Unresolved(_) => Kind::Nil,
        Value::Bool(value) => Kind::Bool(*value),
        Value::Int(value) => Kind::Int(*value),
        Value::Float(value) => Kind::Float(*value),
        Value::Str(text) => Kind::Str(Str::at(text.as_str(), place(node))),
        Value::List(items) => Kind::List(Rc::new(items.iter().map(|item| from_node(item, place)).collect())),
        Value::Map(map) => {
            let entries: BTreeMap<Rc<str>, Val> =
                map.entries.iter().map(|entry| (Rc::from(&*entry.key.name), from_node(&entry.value, place))).collect();
            return Val { place: place(node), ..Val::map(entries) };
        }
    };
    Val { kind, place: place(node) }
}
