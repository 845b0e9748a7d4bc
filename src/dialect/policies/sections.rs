//! The sections of a document: which headings have nothing under them, and which parts of its matter it says nothing of.

use crate::document::{Entry, Node};
use crate::governance::parts::{document_type, words};
use crate::source::Source;

/// A heading, and the text up to the next one.
struct Section<'a> {
    heading: &'a Node,
    title: &'a str,
    level: usize,
    text: &'a str,
}

/// The views `empty_headings` and `missing_parts` of a policy.
pub(super) fn views(source: &Source, body: &Node) -> [(&'static str, Node); 2] {
    let (before, sections) = sections(source, body);
    let span = sections.first().map_or(body.span, |section| section.heading.span);
    let empty = (0..sections.len()).filter(|at| is_empty(&sections, *at)).filter_map(|at| sections.get(at));
    let empty = empty.map(|section| {
        let text = Node::text(section.title, section.heading.span);
        Node::map(vec![Entry::new("text", section.heading.span, text)], section.heading.span)
    });
    let missing = missing(body, before, &sections).into_iter().map(|title| Node::text(title, span));
    [("empty_headings", Node::list(empty.collect(), span)), ("missing_parts", Node::list(missing.collect(), span))]
}

/// The text before the first heading, and the sections.
fn sections<'a>(source: &'a Source, body: &'a Node) -> (&'a str, Vec<Section<'a>>) {
    let headings = body.get("headings").map_or(&[][..], Node::items);
    let text = source.text();
    let start = body.entry("front_matter").map_or(0, |front| front.value.span.end as usize);
    let starts: Vec<usize> = headings.iter().map(|heading| heading.span.start as usize).collect();
    let slice = |from: usize, to: usize| text.get(from..to.max(from)).unwrap_or_default();
    let before = slice(start, starts.first().copied().unwrap_or(text.len()));
    let read = headings.iter().enumerate().filter_map(|(at, heading)| {
        let next = starts.get(at + 1).copied().unwrap_or(text.len());
        Some(Section {
            heading,
            title: heading.get("text")?.as_str()?,
            level: heading.get("level").and_then(|level| match level.value {
                crate::document::Value::Int(level) => usize::try_from(level).ok(),
                _ => None,
            })?,
            text: slice(heading.span.end as usize, next),
        })
    });
    (before, read.collect())
}

/// Whether neither a section nor one below it says anything.
fn is_empty(sections: &[Section<'_>], at: usize) -> bool {
    let Some((own, rest)) = sections.get(at..).and_then(<[Section<'_>]>::split_first) else { return false };
    let below = rest.iter().take_while(|section| section.level > own.level);
    words(own.text) == 0 && below.map(|section| words(section.text)).sum::<usize>() == 0
}

/// The parts of its matter that a document says nothing of.
fn missing(body: &Node, before: &str, sections: &[Section<'_>]) -> Vec<&'static str> {
    let front = |key: &str| body.at(&["front_matter", key]).and_then(Node::as_str);
    let title = front("title").or(sections.first().map(|section| section.title)).unwrap_or_default();
    let Some(of) = document_type(front("type"), title) else { return Vec::new() };
    let with_text = sections.iter().enumerate().filter(|(at, _)| !is_empty(sections, *at));
    let mut said = before.to_owned();
    for (_, section) in with_text {
        said.extend(["\n", section.title, "\n", section.text]);
    }
    of.parts.iter().filter(|part| !part.is_in(&said)).map(|part| &*part.title).collect()
}
