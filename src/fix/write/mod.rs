//! How values, keys and items are written in each format.

mod bicep;
mod directives;
mod dockerfile;
mod hcl;
mod json;
mod keyvalue;
pub(super) mod lines;
mod toml;
mod yaml;

use std::sync::Arc;

use super::Edit;
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};

/// An edit, or why there is none: a clause.
pub(super) type Written = Result<Edit, String>;

/// How one format is written.
pub(super) struct Writer {
    /// The names of the syntaxes.
    pub syntaxes: &'static [&'static str],
    /// A value in place of another one; none where it cannot be written.
    pub literal: fn(&Node) -> Option<String>,
    /// A new entry of a map, under the last of some keys; the others are maps that are made for it.
    pub insert: fn(&Source, &Node, &[Arc<str>], &Node) -> Written,
    /// An entry taken out of a map.
    pub remove: fn(&Source, &Node, &Entry) -> Written,
    /// Further items of a list, one at least.
    pub push: fn(&Source, &Node, &[&Node]) -> Written,
    /// A list is mostly what stands under one name in several places.
    pub repeats: bool,
}

/// Where the value of an entry stands, without a comment behind it that the reader of the format takes for a part of it.
pub(super) fn place(writer: &Writer, source: &Source, value: &Node) -> Span {
    if !writer.syntaxes.contains(&"ini") {
        return value.span;
    }
    let written = source.slice(value.span);
    let end = [" ;", " #", "\t;", "\t#"].iter().filter_map(|mark| written.find(mark)).min().unwrap_or(written.len());
    let kept = written.get(..end).unwrap_or(written).trim_end().len();
    let start = value.span.range().start;
    source.span(start, start + kept)
}

/// Whether what a name holds stands in several lines, none of which is the one to change.
pub(super) fn is_repeated(writer: &Writer, source: &Source, entry: &Entry) -> bool {
    writer.repeats && directives::is_repeated(source, entry)
}

/// The entries of a map that are written in it, their values too: what an alias brings stands elsewhere.
fn written<'n>(source: &Source, map: &'n Node) -> impl Iterator<Item = &'n Entry> {
    let here = |entry: &&Entry| map.span.contains(entry.key.span) && map.span.contains(entry.value.span);
    let is_alias = |entry: &&Entry| source.slice(entry.key.span).starts_with('*');
    map.entries().iter().filter(|entry| !entry.derived).filter(here).filter(move |entry| !is_alias(entry))
}

/// A value on one line, in brackets and braces, as JSON, YAML and HCL have them but for how texts are quoted.
fn flow(node: &Node, quoted: fn(&str) -> String) -> Option<String> {
    Some(match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Str(text) => quoted(text.as_str()),
        Value::List(_) => {
            let items: Option<Vec<String>> = node.items().iter().map(|item| flow(item, quoted)).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Map(_) if node.entries().is_empty() => "{}".to_owned(),
        Value::Map(_) => {
            let entry = |entry: &Entry| Some(format!("{}: {}", quoted(&entry.key.name), flow(&entry.value, quoted)?));
            let entries: Option<Vec<String>> = node.entries().iter().map(entry).collect();
            format!("{{ {} }}", entries?.join(", "))
        }
        Value::Unresolved(_) => return None,
    })
}

/// Writes keys and a value as lines.
type Render<'r> = &'r dyn Fn(&[Arc<str>], &Node) -> Result<String, String>;

/// The entries of a map, each as lines.
fn entries(map: &Node, render: Render<'_>) -> Result<String, String> {
    map.entries().iter().map(|entry| render(&[Arc::clone(&entry.key.name)], &entry.value)).collect()
}

/// The literals of items.
fn literals(items: &[&Node], literal: fn(&Node) -> Option<String>) -> Result<Vec<String>, String> {
    let literals: Option<Vec<String>> = items.iter().map(|item| literal(item)).collect();
    literals.ok_or_else(|| "the value cannot be written here".to_owned())
}

const WRITERS: &[&Writer] = &[
    &bicep::BICEP,
    &directives::BLOCKS,
    &directives::ENDED,
    &directives::LINES,
    &dockerfile::DOCKERFILE,
    &hcl::HCL,
    &json::JSON,
    &keyvalue::DOTENV,
    &keyvalue::INI,
    &keyvalue::SSHD,
    &toml::TOML,
    &yaml::YAML,
];

/// The writer for a syntax.
pub(super) fn named(syntax: &str) -> Option<&'static Writer> {
    WRITERS.iter().copied().find(|writer| writer.syntaxes.contains(&syntax))
}
