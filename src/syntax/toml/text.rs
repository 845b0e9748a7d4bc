//! The way from the characters of a TOML string back to the file.

use crate::document::{Run, Text};

/// A string's text; `written` is what stands in the file from `start` on, with quotes. Where the two do not fit
/// together the text has no way back.
pub(super) fn of(value: &str, written: &str, start: usize) -> Text {
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| written.starts_with(quotes)).unwrap_or("");
    let inner = written.strip_prefix(quotes).unwrap_or(written);
    let inner = inner.strip_suffix(quotes).unwrap_or(inner);
    let first_break = match inner {
        _ if quotes.len() < 3 => 0,
        _ if inner.starts_with("\r\n") => 2,
        _ => usize::from(inner.starts_with('\n')),
    };
    let inner = inner.get(first_break..).unwrap_or("");
    let base = start + quotes.len() + first_break;
    if inner == value {
        return Text::verbatim(value, offset(base));
    }
    match align(value, inner, base, quotes.starts_with('"')) {
        Some(runs) => Text::with_runs(value, runs),
        None => Text::opaque(value),
    }
}

fn align(value: &str, inner: &str, base: usize, escapes: bool) -> Option<Vec<Run>> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut text_at, mut source_at) = (0, 0);
    let mut in_verbatim = false;
    while source_at < inner.len() {
        let rest = inner.get(source_at..)?;
        let here = Run { text: offset(text_at), source: offset(base + source_at), verbatim: false };
        if escapes && rest.starts_with('\\') {
            in_verbatim = false;
            let (length, produces) = escape(rest)?;
            source_at += length;
            if produces {
                text_at += value.get(text_at..)?.chars().next()?.len_utf8();
                runs.push(here);
            }
            continue;
        }
        let char = rest.chars().next()?;
        source_at += char.len_utf8();
        if !value.get(text_at..)?.starts_with(char) {
            // A carriage return that the parser left out.
            in_verbatim = false;
            if char == '\r' {
                continue;
            }
            return None;
        }
        if !in_verbatim {
            runs.push(Run { verbatim: true, ..here });
            in_verbatim = true;
        }
        text_at += char.len_utf8();
    }
    runs.push(Run { text: offset(text_at), source: offset(base + source_at), verbatim: true });
    (text_at == value.len()).then_some(runs)
}

/// The length of an escape, and whether it produces a character.
fn escape(rest: &str) -> Option<(usize, bool)> {
    let after = rest.get(1..)?;
    let letter = after.chars().next()?;
    Some(match letter {
        'x' => (4, true),
        'u' => (6, true),
        'U' => (10, true),
        ' ' | '\t' | '\n' | '\r' => (rest.len() - after.trim_start_matches([' ', '\t', '\n', '\r']).len(), false),
        other => (1 + other.len_utf8(), true),
    })
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
