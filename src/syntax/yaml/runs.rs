//! The way from the characters of a scalar back to the file.
//!
//! The parser hands over the decoded text only. Here it is laid beside the source once more; where the two do not fit
//! together the text is left without a way back, never with a wrong one.

use std::sync::Arc;

use granit_parser::ScalarStyle;

use crate::document::{Run, Text};

/// A scalar's text; `source` is what stands in the file from `start` on: with quotes, but without the header of a block.
pub(super) fn text(shared: &Arc<str>, source: &str, start: usize, style: ScalarStyle) -> Text {
    let value = &**shared;
    let (inner, lead) = match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let end = source.len().max(2) - 1;
            (source.get(1..end).unwrap_or(""), 1)
        }
        _ => (source, 0),
    };
    let base = start + lead;
    if inner == value {
        return Text::verbatim(Arc::clone(shared), offset(base));
    }
    let runs = match style {
        ScalarStyle::Literal => literal(value, inner, base),
        ScalarStyle::Folded => words(value, inner, base),
        _ => flow(value, inner, base, style),
    };
    match runs {
        Some(runs) => Text::with_runs(Arc::clone(shared), runs),
        None => Text::opaque(Arc::clone(shared)),
    }
}

/// A literal block: each line of the text ends a line of the source.
fn literal(value: &str, source: &str, base: usize) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    let (mut text_at, mut source_at) = (0, 0);
    let mut lines = source.split_inclusive('\n');
    for line in value.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let Some(written) = lines.next() else {
            // The line feeds that `|+` keeps at the end of the file may have no line of their own.
            return content.is_empty().then(|| closed(runs, text_at, base + source_at));
        };
        let unbroken = written.trim_end_matches(['\r', '\n']);
        if !unbroken.ends_with(content) {
            return None;
        }
        let source_of_line = base + source_at + unbroken.len() - content.len();
        push(&mut runs, text_at, source_of_line, true);
        text_at += line.len();
        source_at += written.len();
    }
    Some(closed(runs, text_at, base + source_at))
}

/// A folded block: word after word, whatever became of the space between them.
fn words(value: &str, source: &str, base: usize) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    let mut source_at = 0;
    let mut text_at = 0;
    // Where the blanks before the next word begin in the text.
    let mut gap = 0;
    for word in value.split_inclusive([' ', '\n', '\t']) {
        let letters = word.trim_end_matches([' ', '\n', '\t']);
        if !letters.is_empty() {
            let rest = source.get(source_at..)?;
            let blank = rest.len() - rest.trim_start_matches([' ', '\n', '\t', '\r']).len();
            if !rest.get(blank..)?.starts_with(letters) {
                return None;
            }
            if value.get(gap..text_at) != rest.get(..blank) && text_at > gap {
                push(&mut runs, gap, base + source_at, false);
            }
            source_at += blank;
            push(&mut runs, text_at, base + source_at, true);
            source_at += letters.len();
            gap = text_at + letters.len();
        }
        text_at += word.len();
    }
    let ending = value.get(gap..).unwrap_or("");
    if !source.get(source_at..).is_some_and(|rest| rest.starts_with(ending)) {
        push(&mut runs, gap, base + source_at, false);
    }
    Some(closed(runs, text_at, base + source_at))
}

/// A plain or quoted scalar: escapes, and line breaks that became spaces.
fn flow(value: &str, source: &str, base: usize, style: ScalarStyle) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    let (mut text_at, mut source_at) = (0, 0);
    while let Some(char) = value.get(text_at..)?.chars().next() {
        let rest = source.get(source_at..)?;
        if style == ScalarStyle::DoubleQuoted && rest.starts_with('\\') {
            let (length, produces) = escape(rest, char)?;
            if produces {
                push(&mut runs, text_at, base + source_at, false);
                text_at += char.len_utf8();
            }
            source_at += length;
        } else if style == ScalarStyle::SingleQuoted && rest.starts_with("''") {
            if char != '\'' {
                return None;
            }
            push(&mut runs, text_at, base + source_at, false);
            text_at += 1;
            source_at += 2;
        } else if let Some((skipped, breaks)) = fold(rest) {
            let produced = if breaks == 1 { 1 } else { breaks - 1 };
            let want = if breaks == 1 { ' ' } else { '\n' };
            let made = value.get(text_at..)?.chars().take_while(|made| *made == want).take(produced).count();
            if made < produced {
                return None;
            }
            push(&mut runs, text_at, base + source_at, false);
            text_at += produced;
            source_at += skipped;
        } else {
            if !rest.starts_with(char) {
                return None;
            }
            push(&mut runs, text_at, base + source_at, true);
            text_at += char.len_utf8();
            source_at += char.len_utf8();
        }
    }
    Some(closed(runs, text_at, base + source_at))
}

/// The length of an escape, and whether it produces a character (`made`) at all.
fn escape(rest: &str, made: char) -> Option<(usize, bool)> {
    let letter = rest.get(1..)?.chars().next()?;
    Some(match letter {
        '\n' | '\r' => {
            let after = rest.get(1..)?;
            let after = after.strip_prefix("\r\n").or_else(|| after.get(1..))?;
            (rest.len() - after.trim_start_matches([' ', '\t']).len(), false)
        }
        'x' => (4, true),
        'u' if made as u32 > 0xFFFF => (12, true),
        'u' => (6, true),
        'U' => (10, true),
        other => (1 + other.len_utf8(), true),
    })
}

/// Blanks that hold a line break: their length, and how many breaks there are.
fn fold(rest: &str) -> Option<(usize, usize)> {
    if !rest.starts_with([' ', '\t', '\n', '\r']) {
        return None;
    }
    let length = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    let blank = rest.get(..length)?;
    let breaks = blank.bytes().filter(|byte| *byte == b'\n').count();
    (breaks > 0).then_some((length, breaks))
}

/// Adds a run, unless the last one already leads there.
fn push(runs: &mut Vec<Run>, text: usize, source: usize, verbatim: bool) {
    let run = Run { text: offset(text), source: offset(source), verbatim };
    let continues = runs.last().is_some_and(|last| {
        last.verbatim && verbatim && run.source.checked_sub(last.source) == run.text.checked_sub(last.text)
    });
    if !continues {
        runs.push(run);
    }
}

fn closed(mut runs: Vec<Run>, text: usize, source: usize) -> Vec<Run> {
    push(&mut runs, text, source, true);
    runs
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
