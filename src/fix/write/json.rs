//! JSON.

use std::sync::Arc;

use super::super::Edit;
use super::{Writer, Written, flow, lines, literals, written};
use crate::document::{Entry, Node};
use crate::source::{Source, Span};

/// The writer.
pub(super) const JSON: Writer =
    Writer { syntaxes: &["json", "json-relaxed"], literal, insert, remove, push, repeats: false };

fn literal(node: &Node) -> Option<String> {
    flow(node, quoted)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Keys and a value as one entry.
pub(super) fn nested(keys: &[Arc<str>], value: &str, key: fn(&str) -> String) -> Result<String, String> {
    let (last, outer) = keys.split_last().ok_or("the rule names no place")?;
    let inner = format!("{}: {value}", key(last));
    Ok(outer.iter().rev().fold(inner, |inner, name| format!("{}: {{ {inner} }}", key(name))))
}

fn insert(source: &Source, map: &Node, keys: &[Arc<str>], value: &Node) -> Written {
    let entry = nested(keys, &literal(value).ok_or("the value cannot be written here")?, quoted)?;
    insert_into(source, map, &entry)
}

/// A new entry in braces, after the last one.
pub(super) fn insert_into(source: &Source, map: &Node, entry: &str) -> Written {
    let text = source.text();
    let Some(last) = written(source, map).max_by_key(|entry| entry.value.span.end) else {
        let inner = text.get(map.span.range()).and_then(|text| text.strip_prefix('{')?.strip_suffix('}'));
        if !inner.is_some_and(|inner| inner.trim().is_empty()) {
            return Err("it is not in braces".to_owned());
        }
        return Ok(Edit::new(map.span, format!("{{ {entry} }}")));
    };
    let at = end_of(text, last);
    let first = last.key.span.range().start;
    Ok(Edit::new(Span::new(source.id(), at, at), behind(text, first, entry, ",")))
}

/// Where the value of an entry ends as it is written: a value that is made of another one may stand for less of the text.
fn end_of(text: &str, entry: &Entry) -> usize {
    let told = entry.value.span.range().end;
    let start = entry.key.span.range().end;
    let after = text.get(start..).unwrap_or("");
    let value = after.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':').map(str::trim_start);
    let Some(value) = value.filter(|value| value.starts_with(['{', '['])) else { return told };
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return told.max(text.len() - value.len() + at + 1);
                }
            }
            _ => {}
        }
    }
    told
}

/// With an entry goes the comma that parts it from the next one, or else from the one before.
#[expect(clippy::unnecessary_wraps, reason = "other formats may refuse")]
fn remove(source: &Source, _: &Node, entry: &Entry) -> Written {
    let text = source.text();
    let range = entry.span().range();
    let after = text.get(range.end..).unwrap_or("");
    let blanks = after.len() - after.trim_start().len();
    if let Some(rest) = after.get(blanks..).and_then(|after| after.strip_prefix(',')) {
        let more = rest.len() - rest.trim_start().len();
        return Ok(Edit::new(Span::new(source.id(), range.start, range.end + blanks + 1 + more), String::new()));
    }
    let before = text.get(..range.start).unwrap_or("").trim_end();
    let start = if before.ends_with(',') { before.len() - 1 } else { before.len() };
    Ok(Edit::new(Span::new(source.id(), start, range.end), String::new()))
}

fn push(source: &Source, list: &Node, items: &[&Node]) -> Written {
    push_into(source, list, &literals(items, literal)?.join(", "), ",")
}

/// Something behind what begins at `first`: on a line of its own where that stands on one.
fn behind(text: &str, first: usize, further: &str, comma: &str) -> String {
    let alone = text.get(lines::start(text, first)..first).is_some_and(|before| before.trim().is_empty());
    if alone {
        return format!("{comma}{}{}{further}", lines::newline(text), lines::indent(text, first));
    }
    format!(", {further}")
}

/// New items in brackets, after the last one; `comma` is what stands before a line end between two of them.
pub(super) fn push_into(source: &Source, list: &Node, further: &str, comma: &str) -> Written {
    let text = source.text();
    let inner = text.get(list.span.range()).and_then(|text| text.strip_prefix('[')?.strip_suffix(']'));
    let inner = inner.ok_or("it is not in brackets")?;
    let Some(end) = list.items().last() else {
        if !inner.trim().is_empty() {
            return Err("its items are not written one by one".to_owned());
        }
        return Ok(Edit::new(list.span, format!("[{further}]")));
    };
    let (at, first) = (end.span.range().end, end.span.range().start);
    Ok(Edit::new(Span::new(source.id(), at, at), behind(text, first, further, comma)))
}
