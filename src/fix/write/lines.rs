//! Lines of a text: where they begin and end, how far they are indented.

use std::ops::Range;

/// The offset at which the line of an offset begins.
pub(in crate::fix) fn start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// The offset at which the line of an offset ends: that of its line feed, or of the end of the text.
pub(super) fn end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |newline| at + newline)
}

/// The offset at which the line after something that ends at `at` begins; the end of the text where there is none.
pub(super) fn next(text: &str, at: usize) -> usize {
    if at > 0 && text.as_bytes().get(at - 1) == Some(&b'\n') { at } else { (end(text, at) + 1).min(text.len()) }
}

/// The blanks that the line of an offset begins with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = text.get(start(text, at)..).unwrap_or("");
    let length = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    line.get(..length).unwrap_or("")
}

/// What ends lines in this text.
pub(super) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whole lines, to be inserted at an offset: a text that does not end with a line feed gets one before them.
pub(super) fn inserted(text: &str, at: usize, lines: &str) -> String {
    let newline = newline(text);
    let lines = lines.replace('\n', newline);
    let open = at == text.len() && at > 0 && !text.ends_with('\n');
    if open { format!("{newline}{}", lines.trim_end_matches(['\r', '\n'])) } else { lines }
}

/// The whole lines of something; none where anything else stands on them but blanks and a comment after it.
pub(in crate::fix) fn whole(text: &str, range: Range<usize>, comment: &[&str]) -> Option<Range<usize>> {
    let first = start(text, range.start);
    let before = text.get(first..range.start)?;
    let last = range.end.max(range.start);
    let end = if last > 0 && text.as_bytes().get(last - 1) == Some(&b'\n') { last } else { end(text, last) };
    let after = text.get(last..end)?.trim();
    let bare = after.is_empty() || comment.iter().any(|mark| after.starts_with(mark));
    (before.trim().is_empty() && bare).then(|| first..next(text, end))
}
