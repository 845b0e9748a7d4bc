//! What no property list has, and what would let a small file keep the parser busy for hours: declarations of entities,
//! thousands of attributes at one element, or of namespaces.
//!
//! One pass over the markup, before parsing, that ends each piece where the parser does.

use std::ops::Range;

/// The longest tag, in bytes.
const MAX_TAG: usize = 1024;

/// Most declarations of namespaces.
const MAX_NAMESPACES: usize = 16;

/// The first place that the parser is not to see, and why.
pub(super) fn refusal(text: &str) -> Option<(Range<usize>, &'static str)> {
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
        if tag.len() > MAX_TAG {
            return Some((place, "this tag is longer than any of property lists"));
        }
        namespaces += tag.matches("xmlns").count();
        if namespaces > MAX_NAMESPACES {
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
