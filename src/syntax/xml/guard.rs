//! What would let a small file keep the parser of XML busy for hours: declarations of entities, thousands of attributes at
//! one element, or of namespaces.
//!
//! One pass over the markup, before parsing, that ends each piece where the parser does.

use std::ops::Range;

use crate::source::{Source, Span};

/// What a language may have.
pub(in crate::syntax) struct Limits {
    /// The longest tag, in bytes.
    pub tag: usize,
    /// Most declarations of namespaces.
    pub namespaces: usize,
    /// What is said of a longer tag.
    pub of: &'static str,
}

/// The first place that the parser is not to see, and why.
pub(in crate::syntax) fn refusal(text: &str, limits: &Limits) -> Option<(Range<usize>, &'static str)> {
    let (mut at, mut namespaces) = (0, 0);
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + open;
        let rest = text.get(start..)?;
        let passed =
            [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")].into_iter().find(|(open, _)| rest.starts_with(open));
        if let Some((open, close)) = passed {
            at = start + open.len() + rest.get(open.len()..)?.find(close)? + close.len();
            continue;
        }
        let tag = tag(rest);
        let place = start..start + tag.len();
        at = place.end;
        if tag.starts_with("<!") {
            if tag.contains('[') {
                return Some((place, "it declares things of its own, which is not read"));
            }
            continue;
        }
        if tag.len() > limits.tag {
            return Some((place, limits.of));
        }
        namespaces += tag.matches("xmlns").count();
        if namespaces > limits.namespaces {
            return Some((place, "it declares more namespaces than are read"));
        }
    }
    None
}

/// A tag, which a text begins with, to its end.
fn tag(text: &str) -> &str {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            // After an ASCII character there is a boundary.
            (b'>', None) => return text.get(..=at).unwrap_or(text),
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            _ => {}
        }
    }
    text
}

/// The character at a row and column of the XML that begins at an offset.
pub(in crate::syntax) fn place(source: &Source, start: usize, at: ::roxmltree::TextPos) -> Span {
    let text = source.text().get(start..).unwrap_or("");
    let (row, column) = (at.row.saturating_sub(1) as usize, at.col.saturating_sub(1) as usize);
    let mut line_start = 0;
    for line in text.split_inclusive('\n').take(row) {
        line_start += line.len();
    }
    let mut rest = text.get(line_start..).unwrap_or("").char_indices().skip(column);
    let first = rest.next().map_or(text.len(), |(at, _)| line_start + at);
    let end = rest.next().map_or(text.len(), |(at, _)| line_start + at);
    let length = source.text().len();
    source.span((start + first).min(length), (start + end).min(length))
}

/// What the parser says, without the place, which the problem has.
pub(in crate::syntax) fn message(error: &::roxmltree::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at ").map_or(text.as_str(), |(message, _)| message).to_owned()
}
