//! HCL: attributes and blocks.

use std::sync::Arc;

use super::super::Edit;
use super::{Writer, Written, flow, lines, literals, written};
use crate::document::{Entry, Node, Value};
use crate::source::{Source, Span};

/// The writer.
pub(super) const HCL: Writer = Writer { syntaxes: &["hcl"], literal, insert, remove, push, repeats: false };

const COMMENTS: &[&str] = &["#", "//", "/*"];

/// Maps are blocks, and no values.
fn literal(node: &Node) -> Option<String> {
    let maps = |node: &Node| matches!(node.value, Value::Map(_));
    if maps(node) || node.items().iter().any(maps) { None } else { flow(node, quoted) }
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
}

/// A new attribute stands after the last one; maps that are made for it are blocks, as providers have them.
fn insert(source: &Source, block: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let attributes = written(source, block).filter(|entry| is_attribute(entry));
    match attributes.max_by_key(|entry| entry.value.span.end) {
        Some(last) => {
            let end = last.value.span.range().end;
            if text.get(end..lines::end(text, end)).is_some_and(|rest| code(rest).contains(['}', ','])) {
                return Err("it stands on one line with others".to_owned());
            }
            let at = lines::next(text, end);
            let indent = lines::indent(text, last.key.span.range().start);
            let lines = lines::inserted(text, at, &aligned(&rendered(keys, value, indent)?, indent, sign(text, last)));
            Ok(Edit::new(Span::new(source.id(), at, at), lines))
        }
        None => first(source, block, keys, value),
    }
}

/// How far behind the beginning of an attribute its equals sign stands.
fn sign(text: &str, attribute: &Entry) -> usize {
    let start = attribute.key.span.range().start;
    text.get(start..attribute.value.span.range().start).and_then(|text| text.find('=')).unwrap_or(0)
}

/// A new attribute with its equals sign below that of the one before, where there is room for that.
fn aligned(line: &str, indent: &str, sign: usize) -> String {
    match line.split_once(" = ") {
        Some((key, value)) if !key.contains('\n') && key.len() + 1 < indent.len() + sign => {
            format!("{key:width$}= {value}", width = indent.len() + sign)
        }
        _ => line.to_owned(),
    }
}

/// The first attribute of a block stands after its brace.
fn first(source: &Source, block: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let text = source.text();
    let range = block.span.range();
    let header = text.get(range.clone()).unwrap_or("");
    let brace = range.start + brace(header).ok_or("it is no block")? + 1;
    let outer = lines::indent(text, range.start);
    let inner = format!("{outer}  ");
    let rest = text.get(brace..range.end).unwrap_or("");
    if rest.trim() == "}" {
        let lines = format!("\n{}{outer}", rendered(keys, value, &inner)?).replace('\n', lines::newline(text));
        return Ok(Edit::new(Span::new(source.id(), brace, brace + rest.len() - 1), lines));
    }
    if !code(text.get(brace..lines::end(text, brace)).unwrap_or("")).trim().is_empty() {
        return Err("it stands on one line with others".to_owned());
    }
    let at = lines::next(text, brace);
    Ok(Edit::new(Span::new(source.id(), at, at), lines::inserted(text, at, &rendered(keys, value, &inner)?)))
}

/// Where the brace of a block's header stands; labels in quotes have none.
fn brace(header: &str) -> Option<usize> {
    let mut quoted = false;
    header.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'{' && !quoted
    })
}

/// A line without its comment.
fn code(line: &str) -> &str {
    COMMENTS.iter().filter_map(|mark| line.find(mark)).min().and_then(|at| line.get(..at)).unwrap_or(line)
}

/// Whether an entry is an attribute; a block's value is all of it.
fn is_attribute(entry: &Entry) -> bool {
    entry.key.span.end < entry.value.span.start
}

fn rendered(keys: &[Arc<str>], value: &Node, indent: &str) -> Result<String, String> {
    match keys {
        [] => Err("the rule names no place".to_owned()),
        // Several settings of a block that is made for them.
        [key] if !value.entries().is_empty() => {
            let inner = super::entries(value, &|keys, value| rendered(keys, value, &format!("{indent}  ")))?;
            Ok(format!("{indent}{key} {{\n{inner}{indent}}}\n"))
        }
        [key] => {
            let literal = literal(value).ok_or("the value cannot be written here")?;
            Ok(format!("{indent}{key} = {literal}\n"))
        }
        [key, rest @ ..] => {
            let inner = rendered(rest, value, &format!("{indent}  "))?;
            Ok(format!("{indent}{key} {{\n{inner}{indent}}}\n"))
        }
    }
}

fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    let range = lines::whole(source.text(), entry.span().range(), COMMENTS).ok_or("other things stand on its line")?;
    Ok(Edit::new(Span::new(source.id(), range.start, range.end), String::new()))
}

fn push(source: &Source, list: &Node, items: &[&Node]) -> Written {
    super::json::push_into(source, list, &literals(items, literal)?.join(", "), ",")
}
