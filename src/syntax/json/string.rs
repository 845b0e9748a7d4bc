//! The strings of JSON: escapes, and the runs that lead from the characters back to the file.

use crate::document::{Run, Text};

/// Decodes what stands between the quotes; `start` is the offset of its first byte in the file. The error is the range
/// (within `raw`) of an escape that JSON does not have; the text then holds it as written.
pub(super) fn decode(raw: &str, start: usize) -> (Text, Option<(usize, usize)>) {
    let base = offset(start);
    let Some(first) = memchr::memchr(b'\\', raw.as_bytes()) else {
        return (Text::verbatim(raw, base), None);
    };
    let mut out = String::with_capacity(raw.len());
    let mut runs = Vec::new();
    let mut bad = None;
    let mut at = 0;
    let mut next = Some(first);
    while let Some(escape) = next {
        push_verbatim(&mut out, &mut runs, raw.get(at..escape).unwrap_or(""), base, at);
        let (char, length) = unescape(raw.get(escape..).unwrap_or(""));
        if let Some(char) = char {
            runs.push(Run { text: offset(out.len()), source: base + offset(escape), verbatim: false });
            out.push(char);
        } else {
            bad = bad.or(Some((escape, escape + length)));
            let written = raw.get(escape..escape + length).unwrap_or("");
            push_verbatim(&mut out, &mut runs, written, base, escape);
        }
        at = escape + length;
        next = raw.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'\\', rest)).map(|found| at + found);
    }
    push_verbatim(&mut out, &mut runs, raw.get(at..).unwrap_or(""), base, at);
    runs.push(Run { text: offset(out.len()), source: base + offset(raw.len()), verbatim: true });
    (Text::with_runs(out, runs), bad)
}

fn push_verbatim(out: &mut String, runs: &mut Vec<Run>, part: &str, base: u32, at: usize) {
    if !part.is_empty() {
        runs.push(Run { text: offset(out.len()), source: base + offset(at), verbatim: true });
        out.push_str(part);
    }
}

/// The character that an escape stands for, and the length of the escape; none where JSON has no such escape.
fn unescape(text: &str) -> (Option<char>, usize) {
    let mut chars = text.chars();
    chars.next();
    let Some(letter) = chars.next() else { return (None, text.len()) };
    let plain = |char| (Some(char), 2);
    match letter {
        '"' | '\\' | '/' => plain(letter),
        'b' => plain('\u{8}'),
        'f' => plain('\u{c}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'u' => unicode(text),
        other => (None, 1 + other.len_utf8()),
    }
}

/// `\uXXXX`, or two of them that make a surrogate pair. A lone surrogate is the replacement character.
fn unicode(text: &str) -> (Option<char>, usize) {
    let Some(unit) = hex4(text, 2) else { return (None, 2) };
    if (0xD800..0xDC00).contains(&unit)
        && text.get(6..8) == Some("\\u")
        && let Some(low) = hex4(text, 8).filter(|low| (0xDC00..0xE000).contains(low))
    {
        let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        return (char::from_u32(code).or(Some('\u{FFFD}')), 12);
    }
    (char::from_u32(unit).or(Some('\u{FFFD}')), 6)
}

fn hex4(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
