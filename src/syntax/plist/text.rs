//! The text of an element, with the way of each character back to the file.

use crate::document::Text;
use crate::source::{Source, Span};
use crate::syntax::spelled::Spelled;

/// The text in an element that the parser found well-formed; comments in it are passed over.
pub(super) fn content(source: &Source, element: Span) -> Text {
    let written = source.slice(element);
    let (start, end) = inner(written);
    let base = element.start as usize;
    let mut text = Spelled::default();
    let mut at = start;
    while let Some(rest) = written.get(at..end).filter(|rest| !rest.is_empty()) {
        at += piece(rest, base + at, &mut text);
    }
    text.finish()
}

/// Where the content of an element begins and ends; an element without any is empty at its end.
fn inner(written: &str) -> (usize, usize) {
    let Some(end) = written.rfind("</") else { return (written.len(), written.len()) };
    let mut quote = None;
    for (at, byte) in written.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return (at + 1, end),
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            _ => {}
        }
    }
    (end, end)
}

/// Adds the first piece of a content, which stands at `place` of the file; its length.
fn piece(rest: &str, place: usize, text: &mut Spelled) -> usize {
    if let Some(inside) = rest.strip_prefix("<![CDATA[") {
        let length = inside.find("]]>").unwrap_or(inside.len());
        let lead = rest.len() - inside.len();
        lines(inside.get(..length).unwrap_or(""), place + lead, text);
        return (lead + length + "]]>".len()).min(rest.len());
    }
    for (open, close) in [("<!--", "-->"), ("<?", "?>")] {
        if rest.starts_with(open) {
            return rest.find(close).map_or(rest.len(), |at| at + close.len());
        }
    }
    if rest.starts_with('<') {
        // An element in a text, which property lists do not have; its own text counts.
        return rest.find('>').map_or(rest.len(), |at| at + 1);
    }
    if let Some(name) = rest.strip_prefix('&').and_then(|rest| rest.split_once(';')).map(|(name, _)| name) {
        let length = name.len() + 2;
        match character(name) {
            Some(character) => text.escape(character.encode_utf8(&mut [0; 4]), place, place + length),
            None => text.verbatim(rest.get(..length).unwrap_or(""), place),
        }
        return length;
    }
    let length = rest.bytes().skip(1).position(|byte| matches!(byte, b'<' | b'&')).map_or(rest.len(), |at| at + 1);
    lines(rest.get(..length).unwrap_or(""), place, text);
    length
}

/// Adds text as it stands, but for line ends, which XML reads as LF.
fn lines(written: &str, place: usize, text: &mut Spelled) {
    let mut at = 0;
    while let Some(rest) = written.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.find('\r').unwrap_or(rest.len());
        text.verbatim(rest.get(..length).unwrap_or(""), place + at);
        at += length;
        if length < rest.len() {
            let ending = if rest.get(length..).is_some_and(|rest| rest.starts_with("\r\n")) { 2 } else { 1 };
            text.escape("\n", place + at, place + at + ending);
            at += ending;
        }
    }
}

/// The character of a reference, without `&` and `;`.
fn character(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let code = name.strip_prefix('#')?;
            let code = match code.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => code.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
    }
}
