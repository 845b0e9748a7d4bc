//! Where a marker stands: in a comment or not, alone on its line or after code, and what is below it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::document::{MAX_DEPTH, Node, Value};
use crate::source::Source;

/// What ends a comment before its line does.
const CLOSINGS: [&str; 2] = ["*/", "-->"];

/// A comment that a marker was found in.
#[derive(Debug)]
pub struct Comment {
    /// Line of the comment, from 1.
    pub line: u32,
    /// From its leader to its end, without what closes it.
    pub bytes: Range<usize>,
    /// Nothing but blanks comes before it.
    pub alone: bool,
}

/// The comment of a marker at a byte of the file, when the marker stands in one. The leader is the first on the line
/// that no string of the file holds; one of our own markers has to follow it directly (`direct`), so that prose about
/// markers is none.
pub fn comment(source: &Source, leaders: &[&str], at: usize, direct: bool) -> Option<Comment> {
    let line = source.position(u32::try_from(at).ok()?).line;
    let bytes = source.line_range(line)?;
    let before = source.text().get(bytes.start..at)?;
    let start = leader(before, leaders, direct)?;
    let end = bytes.end;
    let rest = source.text().get(at..end)?;
    let closed = CLOSINGS.iter().filter_map(|closing| rest.find(closing)).min().unwrap_or(rest.len());
    // A comment after a comment stands on a line without code, too.
    let code = before.get(..start)?.trim_start();
    let alone = code.is_empty() || leaders.iter().any(|leader| code.starts_with(leader));
    Some(Comment { line, bytes: bytes.start + start..at + closed, alone })
}

/// What follows a byte on its line, for markers that count wherever they stand.
pub fn line_of(source: &Source, at: usize) -> Option<Comment> {
    let line = source.position(u32::try_from(at).ok()?).line;
    let end = source.line_range(line)?.end;
    let rest = source.text().get(at..end)?;
    let closed = CLOSINGS.iter().filter_map(|closing| rest.find(closing)).min().unwrap_or(rest.len());
    Some(Comment { line, bytes: at..at + closed, alone: false })
}

/// Where the comment begins in the part of a line before a marker.
fn leader(before: &str, leaders: &[&str], direct: bool) -> Option<usize> {
    let blocks = leaders.iter().any(|leader| leader.starts_with("/*"));
    let indent = before.len() - before.trim_start().len();
    if blocks && before.trim_start().starts_with('*') {
        return only_signs(before.get(indent..)?, direct).then_some(indent);
    }
    let mut quotes = 0usize;
    for (at, character) in before.char_indices() {
        let rest = before.get(at..)?;
        if quotes.is_multiple_of(2)
            && let Some(leader) = leaders.iter().find(|leader| rest.starts_with(**leader))
        {
            let after = rest.get(leader.len()..)?;
            if begins_comment(before.get(..at)?, leader) && only_signs(after, direct) {
                return Some(at);
            }
        }
        let escaped = before.get(..at)?.ends_with('\\');
        quotes += usize::from(character == '"' && !escaped);
    }
    None
}

/// A leader in the middle of a word is none: `https://`, `a#b`.
fn begins_comment(before: &str, leader: &str) -> bool {
    before.is_empty()
        || before.ends_with(char::is_whitespace)
        || leader.len() > 2
        || before.ends_with([',', '{', '}', '"', ')', ']', ';'])
}

/// Whether a marker that has to follow its leader directly does.
fn only_signs(text: &str, direct: bool) -> bool {
    !direct || text.chars().all(|character| character.is_whitespace() || matches!(character, '*' | '!' | '#' | '/'))
}

/// The strings of a file that hold markers, by where they begin. A comment that a string holds is none. A file that is
/// one string as a whole holds comments all the same.
#[derive(Debug, Default)]
pub struct Strings(BTreeMap<usize, usize>);

impl Strings {
    /// Finds them in the trees of a file.
    pub fn of<'a>(roots: impl IntoIterator<Item = &'a Node>, holds: &dyn Fn(&str) -> bool) -> Strings {
        let mut strings = Strings::default();
        for root in roots.into_iter().filter(|root| root.as_str().is_none()) {
            strings.collect(root, holds, 0);
        }
        strings
    }

    fn collect(&mut self, node: &Node, holds: &dyn Fn(&str) -> bool, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::Str(text) if holds(text.as_str()) => {
                let range = node.span.range();
                let end = self.0.entry(range.start).or_default();
                *end = range.end.max(*end);
            }
            Value::List(items) => items.iter().for_each(|item| self.collect(item, holds, depth + 1)),
            Value::Map(map) => map.entries.iter().for_each(|entry| self.collect(&entry.value, holds, depth + 1)),
            Value::Str(_) | Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unresolved(_) => {}
        }
    }

    /// Whether a byte of the file is in one of them.
    pub fn hold(&self, at: usize) -> bool {
        self.0.range(..=at).next_back().is_some_and(|(_, end)| at < *end)
    }
}

/// The next line with code after a comment that stands alone. In a template, an action that only steers is no code.
pub fn next_code_line(source: &Source, leaders: &[&str], template: bool, line: u32) -> Option<u32> {
    let blocks = leaders.iter().any(|leader| leader.starts_with("/*"));
    (line + 1..=source.line_count()).find(|line| {
        let text = line_text(source, *line).trim();
        let comment = leaders.iter().any(|leader| text.starts_with(*leader))
            || (blocks && text.starts_with('*'))
            || matches!(text, "-->" | "---");
        !(text.is_empty() || comment || template && steers(text))
    })
}

/// Whether a line of a template is nothing but an action that yields nothing itself.
fn steers(text: &str) -> bool {
    let Some(inner) = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) else { return false };
    let word = inner.trim_start_matches(['-', ' ']).split(|c: char| c.is_whitespace() || c == '-').next().unwrap_or("");
    !inner.contains("}}")
        && (word.starts_with("/*")
            || word.starts_with('$') && inner.contains(":=")
            || ["if", "else", "end", "range", "with", "define", "block"].contains(&word))
}

/// The block that begins on a line: the lines below that are indented deeper, continued lines, and the bracket that
/// closes it. A line without such a block is a block of one line.
pub fn block(source: &Source, template: bool, line: u32) -> Range<usize> {
    let first = line_text(source, line);
    let indent = indentation(first);
    let listed = first.trim_end().ends_with(':');
    let mut last = line;
    let mut continued = first.trim_end().ends_with(['\\', '`']);
    for next in line + 1..=source.line_count() {
        let text = line_text(source, next);
        if text.trim().is_empty() || (template && steers(text)) {
            continue;
        }
        let deeper = indentation(text) > indent;
        // YAML lets the items of a list stand below the start of their key.
        let item = listed && indentation(text) == indent && (text.trim() == "-" || text.trim().starts_with("- "));
        if deeper || item || continued {
            last = next;
            continued = text.trim_end().ends_with(['\\', '`']);
            continue;
        }
        if indentation(text) == indent && text.trim().starts_with(['}', ']', ')']) {
            last = next;
        }
        break;
    }
    let range = |line| source.line_range(line).unwrap_or_default();
    range(line).start..range(last).end
}

/// The last line, at or above one and below another, that begins a block of the file: one that is not indented.
pub fn outermost_line(source: &Source, leaders: &[&str], line: u32, above: u32) -> Option<u32> {
    (above + 1..=line).rev().find(|line| {
        let text = line_text(source, *line);
        let begins = text.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '"' | '_'));
        begins && !leaders.iter().any(|leader| text.starts_with(*leader))
    })
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn line_text(source: &Source, line: u32) -> &str {
    source.line_range(line).and_then(|range| source.text().get(range)).unwrap_or("")
}
