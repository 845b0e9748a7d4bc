//! The text of a finding, and where it stands in another file: by whole lines, without their indentation.

use std::collections::BTreeMap;

use crate::document::{Document, MAX_DEPTH, Node};
use crate::source::{Source, Span, Workspace};
use crate::syntax;
use crate::triage::Finding;

/// So many lines of the place that decided a finding are compared.
const MAX_LINES: usize = 8;

/// Shorter lines say nothing by themselves, in bytes.
const SHORTEST: usize = 4;

/// How much of the text around it has to stand where it stood, in percent, and how much elsewhere.
const IN_PLACE: usize = 50;
const ELSEWHERE: usize = 80;

/// Fewer lines than this are in many files.
const FEWEST_ELSEWHERE: usize = 3;

/// The text of a finding.
pub(super) struct Written<'a> {
    /// The lines that decided it.
    weak: Vec<&'a str>,
    /// Those of what it was found in.
    block: Vec<&'a str>,
}

impl<'a> Written<'a> {
    /// As it stands in the workspace of the finding; none where it is too short to be known again.
    pub(super) fn of(finding: &Finding, workspace: &'a Workspace) -> Option<Written<'a>> {
        let source = workspace.source(finding.span.file).ok()?;
        let around = finding.resource.span;
        let around = if around.file == finding.span.file { around } else { source.whole() };
        let weak: Vec<&str> = lines(source, finding.span).take(MAX_LINES).map(|(line, _)| line).collect();
        let block = lines(source, around).map(|(line, _)| line).collect();
        (weak.iter().map(|line| line.len()).sum::<usize>() >= SHORTEST).then_some(Written { weak, block })
    }

    /// The places at which it stands in the file in which it stood.
    pub(super) fn places(&self, source: &Source) -> Vec<Span> {
        if self.share(source) >= IN_PLACE { self.weak_places(source) } else { Vec::new() }
    }

    /// The places at which it stands in another file.
    pub(super) fn places_elsewhere(&self, source: &Source) -> Vec<Span> {
        let enough = self.block.len() >= FEWEST_ELSEWHERE && self.share(source) >= ELSEWHERE;
        if enough { self.weak_places(source) } else { Vec::new() }
    }

    /// Whether all that it was found in stands in a file as it was.
    pub(super) fn stands_unchanged(&self, source: &Source) -> bool {
        let lines: Vec<&str> = lines(source, source.whole()).map(|(line, _)| line).collect();
        !self.block.is_empty() && lines.windows(self.block.len()).any(|lines| lines == self.block)
    }

    fn weak_places(&self, source: &Source) -> Vec<Span> {
        let lines: Vec<(&str, Span)> = lines(source, source.whole()).collect();
        let fits = |window: &&[(&str, Span)]| window.iter().map(|(line, _)| line).eq(&self.weak);
        let found = lines.windows(self.weak.len().max(1)).filter(fits);
        found.filter_map(|window| Some(window.first()?.1.to(window.last()?.1))).collect()
    }

    /// How many of the lines of the block stand in a text, in percent.
    fn share(&self, source: &Source) -> usize {
        let mut there: BTreeMap<&str, usize> = BTreeMap::new();
        for (line, _) in lines(source, source.whole()) {
            *there.entry(line).or_default() += 1;
        }
        let stand = self.block.iter().filter(|line| {
            let left = there.get_mut(**line).filter(|left| **left > 0);
            left.map(|left| *left -= 1).is_some()
        });
        stand.count() * 100 / self.block.len().max(1)
    }
}

/// Whether the lines of a place in one file stand in another one, one after the other.
pub(super) fn stands(source: &Source, place: Span, now: &Source) -> bool {
    let wanted: Vec<&str> = lines(source, place).map(|(line, _)| line).collect();
    let now: Vec<&str> = lines(now, now.whole()).map(|(line, _)| line).collect();
    wanted.is_empty() || now.windows(wanted.len()).any(|lines| lines == wanted)
}

/// A file as a tree, in which places are found by the keys that lead there.
pub(super) struct Tree(Document);

impl Tree {
    /// A file of a syntax.
    pub(super) fn of(source: &Source, syntax: &str) -> Option<Tree> {
        syntax::named(syntax).map(|syntax| Tree(syntax::parse(syntax, source)))
    }

    /// The keys that lead to a place, from the top.
    pub(super) fn keys(&self, at: u32) -> Vec<&str> {
        let holds = |span: Span| span.start <= at && at < span.end;
        let mut keys = Vec::new();
        let mut open: Vec<&Node> = self.0.roots.iter().collect();
        // Each turn goes one level down, and trees are not deeper than this.
        for _ in 0..MAX_DEPTH {
            let mut next = Vec::new();
            for node in open {
                next.extend(node.items().iter().filter(|item| holds(item.span)));
                for entry in node.entries().iter().filter(|entry| holds(entry.span())) {
                    keys.push(&*entry.key.name);
                    next.push(&entry.value);
                }
            }
            open = next;
        }
        keys
    }
}

/// Whether the keys that led to a place still do, perhaps with others between them: a condition may stand around it, and
/// something else may not.
pub(super) fn is_within(was: &[&str], is: &[&str]) -> bool {
    let mut rest = is.iter();
    was.first() == is.first() && was.iter().all(|key| rest.any(|other| other == key))
}

/// The lines of a text that hold a command, comments aside.
pub(super) fn with<'s>(source: &'s Source, command: &'s str) -> impl Iterator<Item = Span> + 's {
    let is_said = |line: &str| !line.starts_with('#') && !line.starts_with("//");
    lines(source, source.whole()).filter(move |(line, _)| is_said(line) && line.contains(command)).map(|(_, span)| span)
}

/// The lines of a text, trimmed, without empty ones and comments of many lines.
pub(super) fn said(source: &Source) -> impl Iterator<Item = &str> {
    lines(source, source.whole()).map(|(line, _)| line)
}

/// Whether there is anything in a text but comments.
pub(super) fn says_something(text: &str) -> bool {
    let is_comment = |line: &str| line.is_empty() || line == "---" || line.starts_with('#') || line.starts_with("//");
    !text.lines().all(|line| is_comment(line.trim()))
}

/// The lines that a place touches, whole and trimmed, with their places; without empty ones and comments of many lines.
fn lines(source: &Source, place: Span) -> impl Iterator<Item = (&str, Span)> {
    let text = source.text();
    let range = place.range();
    let start = text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text
        .get(range.end.max(start)..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |at| range.end.max(start) + at);
    let (mut at, mut comment) = (start, false);
    text.get(start..end).unwrap_or("").split('\n').filter_map(move |line| {
        let begin = at + (line.len() - line.trim_start().len());
        at += line.len() + 1;
        let line = line.trim();
        comment |= line.trim_start_matches(['{', '-', ' ']).starts_with("/*");
        let silent = comment;
        comment &= !line.contains("*/");
        (!line.is_empty() && !silent).then(|| (line, source.span(begin, begin + line.len())))
    })
}
