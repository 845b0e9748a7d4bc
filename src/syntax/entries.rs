//! Lists of one entry a line, with comments after `#`: what scanners are told to ignore, patterns, names.

use super::lines::{Line, lines};
use super::{Parsed, Syntax};
use crate::document::{Entry, Node};
use crate::source::Source;

/// The syntax of such lists.
pub const ENTRIES: &Syntax =
    &Syntax { name: "entries", doc: "one entry a line, with comments after `#`", comments: &["#"], parse };

fn parse(source: &Source) -> Parsed {
    let mut found = Vec::new();
    // The comment right above an entry is about it.
    let mut above: Option<(usize, usize)> = None;
    for line in lines(source.text()) {
        let text = line.text.trim();
        if text.is_empty() {
            above = None;
        } else if let Some(comment) = text.strip_prefix('#') {
            let start = line.start + line.indent();
            above = (!comment.trim().is_empty()).then(|| (above.map_or(start, |(from, _)| from), line.end())).or(above);
        } else {
            found.push(entry(source, line, above));
        }
    }
    let whole = source.whole();
    Parsed {
        roots: vec![Node::map(vec![Entry::new("lines", whole, Node::list(found, whole))], whole)],
        problems: Vec::new(),
    }
}

/// An entry: its text, its words, those of them that are `key:value` or `key=value`, and what a comment says of it.
fn entry(source: &Source, line: Line<'_>, above: Option<(usize, usize)>) -> Node {
    let at = |from: usize, to: usize| source.span(from, to);
    let start = line.start + line.indent();
    let cut = line
        .text
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| line.text.get(..*at).is_some_and(|before| before.ends_with(char::is_whitespace)));
    let text = line.text.get(..cut.unwrap_or(line.text.len())).unwrap_or("").trim();
    let span = at(start, start + text.len());
    let mut entries = vec![Entry::new("text", span, Node::text(text, span))];
    let words = text.split_whitespace();
    entries.push(Entry::new(
        "words",
        span,
        Node::list(words.clone().map(|word| Node::text(word, span)).collect(), span),
    ));
    let settings = words.filter_map(|word| word.split_once([':', '=']));
    let settings: Vec<Entry> = settings.map(|(key, value)| Entry::new(key, span, Node::text(value, span))).collect();
    if !settings.is_empty() {
        entries.push(Entry::new("settings", span, Node::map(settings, span)));
    }
    let beside = cut.and_then(|cut| line.text.get(cut + 1..)).map(str::trim).filter(|comment| !comment.is_empty());
    let comment = beside.map(str::to_owned).or_else(|| {
        let (from, to) = above?;
        let said = source.text().get(from..to)?.lines().map(|line| line.trim().trim_start_matches('#').trim());
        Some(said.collect::<Vec<_>>().join(" "))
    });
    if let Some(comment) = comment {
        entries.push(Entry::new("comment", span, Node::text(comment, span)));
    }
    Node::map(entries, span)
}
