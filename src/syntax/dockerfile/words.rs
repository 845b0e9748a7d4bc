//! The words of a logical line: blanks, quotes and escapes, flags, heredoc operators, and the JSON form.

use std::ops::Range;

use crate::document::Text;
use crate::syntax::spelled::Spelled;

/// The words of a line as written: quotes and escapes are still in them.
pub(super) fn split(line: &str, escape: char) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if start.is_none() && !c.is_whitespace() {
            start = Some(at);
        }
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, c) if c == escape => escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (None, c) if c.is_whitespace() => words.extend(start.take().map(|start| start..at)),
            _ => {}
        }
    }
    words.extend(start.map(|start| start..line.len()));
    words
}

/// A heredoc operator.
pub(super) struct Opened {
    /// The operator with its word.
    pub range: Range<usize>,
    /// The word that ends the heredoc.
    pub name: String,
    /// Whether leading tabs are dropped (`<<-`).
    pub strip: bool,
    /// Whether the word was quoted.
    pub quoted: bool,
}

/// The heredocs that a logical line opens: of RUN, COPY and ADD, and of those behind ONBUILD.
pub(super) fn heredocs(line: &str, escape: char) -> Vec<Opened> {
    if memchr::memmem::find(line.as_bytes(), b"<<").is_none() {
        return Vec::new();
    }
    let mut keywords = line.split_whitespace();
    let mut keyword = keywords.next().unwrap_or("");
    if keyword.eq_ignore_ascii_case("ONBUILD") {
        keyword = keywords.next().unwrap_or("");
    }
    if !["RUN", "COPY", "ADD"].iter().any(|known| keyword.eq_ignore_ascii_case(known)) {
        return Vec::new();
    }
    let words = split(line, escape);
    words.into_iter().filter_map(|range| opened(line.get(range.clone())?, range)).collect()
}

/// Reads `<<EOF`, `<<-EOF`, `<<"EOF"`, `3<<EOF`.
fn opened(word: &str, range: Range<usize>) -> Option<Opened> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (strip, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    if rest.contains('<') {
        return None;
    }
    let name: String = rest.chars().filter(|c| !matches!(c, '"' | '\'' | '\\')).collect();
    (!name.is_empty()).then_some(Opened { range, strip, quoted: name.len() != rest.len(), name })
}

/// The strings of a JSON array of strings, which is the exec form; nothing when the text is not exactly that.
pub(super) fn json_strings(text: &Text, start: usize) -> Option<Vec<(Text, Range<usize>)>> {
    let line = text.as_str();
    let mut at = skip_blanks(line, start);
    if line.as_bytes().get(at) != Some(&b'[') {
        return None;
    }
    at = skip_blanks(line, at + 1);
    let mut strings = Vec::new();
    if line.as_bytes().get(at) == Some(&b']') {
        return line.get(at + 1..)?.trim().is_empty().then_some(strings);
    }
    loop {
        let (string, end) = json_string(text, at)?;
        strings.push((string, at..end));
        at = skip_blanks(line, end);
        match line.as_bytes().get(at)? {
            b',' => at = skip_blanks(line, at + 1),
            b']' => return line.get(at + 1..)?.trim().is_empty().then_some(strings),
            _ => return None,
        }
    }
}

fn skip_blanks(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or("");
    line.len() - rest.trim_start().len()
}

/// A JSON string whose opening quote stands at `start`, and the offset after its closing quote.
fn json_string(text: &Text, start: usize) -> Option<(Text, usize)> {
    let line = text.as_str();
    let mut spelled = Spelled::default();
    let mut at = start + 1;
    if line.as_bytes().get(start) != Some(&b'"') {
        return None;
    }
    loop {
        let rest = line.get(at..)?;
        let plain = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
        if rest.get(..plain)?.contains(|c: char| c < ' ' && c != '\t') {
            return None;
        }
        spelled.part(text, at, at + plain);
        at += plain;
        if line.as_bytes().get(at) == Some(&b'"') {
            return Some((spelled.finish(), at + 1));
        }
        let (meant, length) = json_escape(line.get(at + 1..)?)?;
        let (from, to) = text.trace(at, at + 1 + length)?;
        spelled.escape(meant.encode_utf8(&mut [0; 4]), from as usize, to as usize);
        at += 1 + length;
    }
}

/// The character that an escape stands for, and the length of the escape after its backslash.
fn json_escape(rest: &str) -> Option<(char, usize)> {
    let meant = match rest.chars().next()? {
        c @ ('"' | '\\' | '/') => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let high = code_unit(rest.get(1..5)?)?;
            if let Some(c) = char::from_u32(high) {
                return Some((c, 5));
            }
            let low = code_unit(rest.get(5..)?.strip_prefix("\\u")?.get(..4)?)?;
            let c = char::decode_utf16([u16::try_from(high).ok()?, u16::try_from(low).ok()?]).next()?.ok()?;
            return Some((c, 11));
        }
        _ => return None,
    };
    Some((meant, 1))
}

fn code_unit(digits: &str) -> Option<u32> {
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}
