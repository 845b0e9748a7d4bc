//! Lines of a rendered template of which nothing is known.
//!
//! What stands in for them has to be read as YAML among its neighbours: beside entries it is an entry, beside items an item, and
//! alone it is a value.

use super::template::{Build, STAND_IN, Str};

/// What a line is to those beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// An item of a list.
    Item,
    /// An entry that has its value in the line, or on lines that are indented.
    Entry,
    /// An entry whose value may be a list that is not indented.
    Parent,
}

/// A line with something in it.
struct Line<'t> {
    /// Where its first word begins.
    at: usize,
    indent: usize,
    /// The line without its indentation.
    text: &'t str,
}

impl Line<'_> {
    fn is_open(&self) -> bool {
        self.text.trim_end() == STAND_IN
    }

    fn sort(&self) -> Sort {
        match self.text.trim_end() {
            "-" => Sort::Item,
            text if text.starts_with("- ") => Sort::Item,
            text if text.ends_with(':') => Sort::Parent,
            _ => Sort::Entry,
        }
    }
}

/// The text, with what stands in for unknown lines as its neighbours are.
pub(super) fn kept_whole(text: &Str) -> Str {
    let lines = lines(text.as_str());
    if !lines.iter().any(Line::is_open) {
        return text.clone();
    }
    let before = beside(lines.iter(), true);
    let mut after = beside(lines.iter().rev(), false);
    after.reverse();
    let mut build = Build::default();
    let mut done = 0;
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.is_open()) {
        let place = text.within(line.at, line.at + 1).find_map(|(_, _, piece)| piece.place.clone());
        if place.as_ref().is_none_or(|place| place.unknown.is_none()) {
            continue;
        }
        let [before, after] = [&before, &after].map(|sorts| sorts.get(index).copied().flatten());
        let ends = index.checked_sub(1).and_then(|above| lines.get(above)).filter(|above| above.indent == line.indent);
        let is_item = match before {
            Some(Sort::Parent) => ends.is_some_and(|above| above.sort() == Sort::Parent),
            Some(sort) => sort == Sort::Item,
            None => after == Some(Sort::Item),
        };
        let end = line.at + STAND_IN.len();
        build.push_part(text, done, if is_item { line.at } else { end });
        if is_item {
            build.push_at("- ", place);
            build.push_part(text, line.at, end);
        } else if before.or(after).is_some() {
            build.push_at(": ", place.clone());
            build.push_at(STAND_IN, place);
        }
        done = end;
    }
    build.push_part(text, done, text.as_str().len());
    build.finish()
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start_matches(' ');
        let indent = line.len() - inner.len();
        if !inner.trim().is_empty() && !inner.starts_with('#') {
            lines.push(Line { at: at + indent, indent, text: inner });
        }
        at += line.len();
    }
    lines
}

/// For each line, what the nearest one of its indentation is, in the order of the lines, within what both belong to.
fn beside<'l>(lines: impl Iterator<Item = &'l Line<'l>>, forward: bool) -> Vec<Option<Sort>> {
    let mut open: Vec<(usize, Option<Sort>)> = Vec::new();
    let mut found = Vec::new();
    for line in lines {
        if line.text.starts_with("---") {
            open.clear();
        }
        while open.last().is_some_and(|(indent, _)| *indent > line.indent) {
            open.pop();
        }
        let here = open.last().filter(|(indent, _)| *indent == line.indent).and_then(|(_, sort)| *sort);
        found.push(here);
        if line.is_open() || line.text.starts_with("---") {
            continue;
        }
        // The first entry of an item stands behind its hyphen.
        let sort = line.sort();
        match open.last_mut() {
            Some((indent, last)) if *indent == line.indent => *last = Some(sort),
            _ => open.push((line.indent, Some(sort))),
        }
        if sort == Sort::Item && forward {
            let inner = line.text.trim_start_matches(['-', ' ']);
            let indent = line.indent + line.text.len() - inner.len();
            open.push((indent, Some(Sort::Entry)));
        }
    }
    found
}
