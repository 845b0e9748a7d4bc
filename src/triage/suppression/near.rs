//! Which suppressions of a file may reach a finding, without asking each of them.

use std::ops::Range;

use super::{Reach, Silenceable, Suppression};
use crate::source::{FileId, Span};

/// The suppressions of one file about one rule, by what they reach.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// Those of all of the file.
    wide: Vec<usize>,
    /// Those of the resource that a byte is in, by that byte.
    spots: Vec<(usize, usize)>,
    /// Those of what begins or ends in a range, by where that begins.
    ranges: Vec<Stretch>,
}

#[derive(Debug)]
struct Stretch {
    range: Range<usize>,
    /// How far this one and those before it go.
    furthest: usize,
    index: usize,
}

impl Near {
    /// Adds a suppression by its place in the list.
    pub fn add(&mut self, index: usize, suppression: &Suppression) {
        let mut range = |range: &Range<usize>| self.ranges.push(Stretch { range: range.clone(), furthest: 0, index });
        match &suppression.reach {
            Reach::File => self.wide.push(index),
            Reach::Line(line) | Reach::Block(line) => range(line),
            Reach::Resource(at, around) => {
                range(around);
                self.spots.push((*at, index));
            }
        }
    }

    /// Puts everything in order, once all are there.
    pub fn settle(&mut self) {
        self.spots.sort_unstable();
        self.ranges.sort_by_key(|stretch| (stretch.range.start, stretch.index));
        let mut furthest = 0;
        for stretch in &mut self.ranges {
            furthest = stretch.range.end.max(furthest);
            stretch.furthest = furthest;
        }
    }

    /// Those that may reach a finding, and all that do, in the order of the list.
    pub fn of(&self, finding: &Silenceable<'_>, file: FileId) -> Vec<usize> {
        let mut found = self.wide.clone();
        let here = |span: &Span| span.file == file;
        if here(&finding.resource) {
            let Range { start, end } = finding.resource.range();
            let first = self.spots.partition_point(|(at, _)| *at < start);
            found.extend(self.spots.iter().skip(first).take_while(|(at, _)| *at < end).map(|(_, index)| index));
        }
        let spans = [finding.span, finding.resource].into_iter().chain(finding.trail.iter().map(|step| step.span));
        let starts = spans.filter(here).map(|span| span.range().start);
        let last = Some(finding.span).filter(here).and_then(|span| span.range().end.checked_sub(1));
        for point in starts.chain(last) {
            let before = self.ranges.partition_point(|stretch| stretch.range.start <= point);
            let may = self.ranges.iter().take(before).rev().take_while(|stretch| stretch.furthest > point);
            found.extend(may.filter(|stretch| stretch.range.contains(&point)).map(|stretch| stretch.index));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Step;

    #[test]
    fn whatever_reaches_a_finding_is_near_it() {
        let file = FileId(0);
        let span = |start: u32, end: u32| Span { file, start, end };
        let reaches = || {
            let lines = (0..12).map(|at| Reach::Line(at * 10..at * 10 + 10));
            let blocks = (0..6).map(|at| Reach::Block(at * 20..at * 20 + 50));
            let resources = (0..12).map(|at| Reach::Resource(at * 10, at * 10..at * 15 + 5));
            lines.chain(blocks).chain(resources).chain([Reach::File])
        };
        let of = |reach| Suppression {
            path: "a".into(),
            span: span(0, 1),
            targets: Vec::new(),
            reason: String::new(),
            until: None,
            reach,
            owed: false,
            used: false,
            met: None,
        };
        let suppressions: Vec<Suppression> = reaches().map(of).collect();
        let mut near = Near::default();
        suppressions.iter().enumerate().for_each(|(index, suppression)| near.add(index, suppression));
        near.settle();
        for start in (0..110).step_by(7) {
            for (length, call) in [(1, 3), (30, 55), (60, 99)] {
                let trail = [Step { span: span(call, call + 4), what: "call".into() }];
                let (inner, resource) = (span(start + 3, start + 3 + length), span(start, start + 70));
                let finding = Silenceable { rule: "r", kind: "k", facets: &[], span: inner, resource, trail: &trail };
                let all = (0..suppressions.len()).filter(|index| suppressions[*index].reaches(&finding));
                let found = near.of(&finding, file);
                assert!(all.clone().all(|index| found.contains(&index)), "{start} {length}");
                assert!(found.len() < all.count() + 12, "{start} {length}: {found:?}");
            }
        }
    }
}
