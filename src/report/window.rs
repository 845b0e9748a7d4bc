//! The lines around a few places, cut out of files of any size.
//!
//! miette looks at the source again for every report and every label. It is handed a [`Window`] instead: an excerpt for
//! each group of neighbouring labels, one after the other in one virtual text, each with its file's name and its true
//! line numbers. Lines of a minified file are cut around the labels, and nothing in the text can act on a terminal.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::{Source, Span};

use super::Report;
use super::text::{one_line, push_visible, shortened, visible};

/// Lines shown before and after a label.
const CONTEXT: u32 = 1;
/// A label over more lines than this points at its first line only.
const MAX_LINES: u32 = 6;
/// Labels after these are left out.
const MAX_LABELS: usize = 12;
/// A line that is longer, in bytes, is cut.
const LONG_LINE: usize = 240;
/// How much of a long line is shown before, of, and after a label, in bytes.
const AROUND: (usize, usize, usize) = (60, 100, 40);

/// A few places of a report, ready for miette.
#[derive(Debug, Default)]
pub struct Window {
    excerpts: Vec<Excerpt>,
    labels: Vec<LabeledSpan>,
    marks: Vec<Mark>,
}

/// Consecutive lines of one file.
#[derive(Debug)]
pub struct Excerpt {
    /// The path of the file.
    pub name: String,
    /// The first of the lines, counted from 0.
    pub first_line: usize,
    /// The lines.
    pub text: String,
    /// Where the text begins in the virtual text.
    base: usize,
}

/// A label in the text of an excerpt.
pub struct Label<'a> {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What it says.
    pub text: &'a str,
}

/// Where a label of the virtual text stands in its file.
#[derive(Debug)]
struct Mark {
    offset: usize,
    /// Counted from 0.
    line: usize,
    /// Counted from 0.
    column: usize,
}

/// A label on its way into an excerpt: what of a file it covers.
struct Spot<'a> {
    source: &'a Source,
    start: usize,
    end: usize,
    first_line: u32,
    last_line: u32,
    column: u32,
    label: String,
    primary: bool,
}

impl Window {
    /// The places that are in readable files, the first of them the primary one.
    pub fn around<'a>(report: &Report<'a>, places: impl IntoIterator<Item = (Span, &'a str)>) -> Window {
        let mut spots: Vec<Spot<'_>> = Vec::new();
        for (span, label) in places.into_iter().take(MAX_LABELS) {
            let primary = spots.is_empty();
            let spot = report.source(span).and_then(|source| Spot::new(source, span, label, primary));
            spots.extend(spot.filter(|spot| !spots.iter().any(|known| known.says_the_same(spot))));
        }
        let mut window = Window::default();
        for group in grouped(spots) {
            window.add(&group);
        }
        window
    }

    /// The labels, in the virtual text.
    pub fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    /// The excerpts with the labels in each, for renderers other than miette.
    pub fn excerpts(&self) -> impl Iterator<Item = (&Excerpt, Vec<Label<'_>>)> {
        self.excerpts.iter().map(|excerpt| {
            let within = |label: &&LabeledSpan| {
                excerpt.base <= label.offset() && label.offset() <= excerpt.base + excerpt.text.len()
            };
            let labels = self.labels.iter().filter(within).map(|label| Label {
                start: label.offset() - excerpt.base,
                end: label.offset() - excerpt.base + label.len(),
                text: label.label().unwrap_or_default(),
            });
            (excerpt, labels.collect())
        })
    }

    /// Adds an excerpt for neighbouring spots of one file, in the order of their place.
    fn add(&mut self, group: &[Spot<'_>]) {
        let Some(first) = group.first() else { return };
        let source = first.source;
        let last_line = group.iter().map(|spot| spot.last_line).max().unwrap_or(first.last_line);
        let lines = first.first_line.saturating_sub(CONTEXT).max(1)
            ..=last_line.saturating_add(CONTEXT).min(source.line_count().max(last_line));
        // A byte between excerpts keeps a label at the end of one out of the next.
        let base = self.excerpts.last().map_or(0, |last| last.base + last.text.len() + 1);
        let mut text = String::new();
        let mut ends: Vec<(usize, usize)> = vec![(0, 0); group.len()];
        let first_line = *lines.start();
        for line in lines {
            let Some(range) = source.line_range(line) else { break };
            if line > first_line {
                text.push('\n');
            }
            push_line(&mut text, source, range, group, &mut ends);
        }
        for (spot, (start, end)) in group.iter().zip(ends) {
            let (offset, length) = (base + start, end.saturating_sub(start));
            let label = if spot.label.is_empty() { None } else { Some(spot.label.clone()) };
            let span = SourceSpan::new(offset.into(), length);
            self.labels.push(if spot.primary {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            });
            let (line, column) = (spot.first_line.saturating_sub(1) as usize, spot.column.saturating_sub(1) as usize);
            self.marks.push(Mark { offset, line, column });
        }
        let name = visible(source.path()).into_owned();
        self.excerpts.push(Excerpt { name, first_line: first_line.saturating_sub(1) as usize, base, text });
    }
}

impl<'a> Spot<'a> {
    fn new(source: &'a Source, span: Span, label: &str, primary: bool) -> Option<Spot<'a>> {
        let text = source.text();
        let covered = text.get(span.range())?;
        let start = span.start as usize;
        let mut end = start + covered.trim_end().len();
        let from = source.position(span.start);
        let mut last_line = source.position(u32::try_from(end).unwrap_or(u32::MAX)).line;
        if last_line - from.line >= MAX_LINES {
            end = source.line_range(from.line)?.end.max(start);
            last_line = from.line;
        }
        let label = shortened(&one_line(label), 200).into_owned();
        Some(Spot { source, start, end, first_line: from.line, last_line, column: from.column, label, primary })
    }

    fn says_the_same(&self, other: &Spot<'_>) -> bool {
        self.source.id() == other.source.id()
            && (self.start, self.end) == (other.start, other.end)
            && (self.label == other.label || other.label.is_empty())
    }
}

/// Neighbours together; the group of the primary spot first, then the files in the order they were named in.
fn grouped(spots: Vec<Spot<'_>>) -> Vec<Vec<Spot<'_>>> {
    let mut files: Vec<Vec<Spot<'_>>> = Vec::new();
    for spot in spots {
        match files.iter_mut().find(|file| file.first().is_some_and(|first| first.source.id() == spot.source.id())) {
            Some(file) => file.push(spot),
            None => files.push(vec![spot]),
        }
    }
    let mut groups: Vec<Vec<Spot<'_>>> = Vec::new();
    for mut file in files {
        file.sort_by_key(|spot| (spot.start, spot.end));
        let mut last_line = None;
        for spot in file {
            let near = last_line.is_some_and(|last| spot.first_line <= last + 2 * CONTEXT + 1);
            last_line = last_line.max(Some(spot.last_line));
            match groups.last_mut() {
                Some(group) if near => group.push(spot),
                _ => {
                    last_line = Some(spot.last_line);
                    groups.push(vec![spot]);
                }
            }
        }
    }
    groups.sort_by_key(|group| !group.iter().any(|spot| spot.primary));
    groups
}

/// Appends one line of the file, and notes where the spots begin and end in the text.
fn push_line(
    text: &mut String,
    source: &Source,
    range: std::ops::Range<usize>,
    group: &[Spot<'_>],
    ends: &mut [(usize, usize)],
) {
    let touching = |spot: &&Spot<'_>| spot.start <= range.end && range.start <= spot.end;
    let kept = kept(source.text(), range.clone(), group.iter().filter(touching));
    let mut mapped = Mapped { wanted: Vec::new() };
    for (index, spot) in group.iter().enumerate().filter(|(_, spot)| touching(spot)) {
        if spot.start >= range.start {
            mapped.wanted.push((spot.start, index, false));
        }
        if spot.end <= range.end {
            mapped.wanted.push((spot.end, index, true));
        }
    }
    mapped.wanted.sort_unstable_by(|left, right| right.cmp(left));
    let mut at = range.start;
    for part in kept {
        if part.start > at {
            text.push('…');
        }
        for (offset, character) in source.text().get(part.clone()).unwrap_or("").char_indices() {
            mapped.reach(part.start + offset, text.len(), ends);
            push_visible(text, character);
        }
        mapped.reach(part.end, text.len(), ends);
        at = part.end;
    }
    mapped.reach(usize::MAX, text.len(), ends);
    if at < range.end {
        text.push('…');
    }
}

/// The starts and ends of spots that a line still has to reach: offset, which spot, whether it is the end. The nearest
/// is last.
struct Mapped {
    wanted: Vec<(usize, usize, bool)>,
}

impl Mapped {
    fn reach(&mut self, source: usize, shown: usize, ends: &mut [(usize, usize)]) {
        while let Some((_, index, is_end)) = self.wanted.pop_if(|(offset, _, _)| *offset <= source) {
            if let Some(end) = ends.get_mut(index) {
                *(if is_end { &mut end.1 } else { &mut end.0 }) = shown;
            }
        }
    }
}

/// The parts of a line to show: all of a short one, and what is around the spots of a long one.
fn kept<'s>(
    text: &str,
    line: std::ops::Range<usize>,
    spots: impl Iterator<Item = &'s Spot<'s>>,
) -> Vec<std::ops::Range<usize>> {
    if line.len() <= LONG_LINE {
        return vec![line];
    }
    let (before, most, after) = AROUND;
    let mut parts: Vec<std::ops::Range<usize>> = Vec::new();
    for spot in spots {
        let start = spot.start.max(line.start);
        let end = spot.end.min(line.end).min(start + most).max(start);
        let part = start.saturating_sub(before).max(line.start)..(end + after).min(line.end);
        match parts.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        parts.push(line.start..line.start + most);
    }
    for part in &mut parts {
        *part = boundary(text, part.start)..boundary(text, part.end);
    }
    parts
}

/// The nearest character boundary at or before an offset.
fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let holds = |excerpt: &&Excerpt| excerpt.base <= start && end <= excerpt.base + excerpt.text.len();
        let excerpt = self.excerpts.iter().find(holds).ok_or(MietteError::OutOfBounds)?;
        // Without context miette asks for the place to print above the lines; with it, for the lines.
        let mark = self.marks.iter().find(|mark| mark.offset == start && context_before + context_after == 0);
        let (line, column) = mark.map_or((excerpt.first_line, 0), |mark| (mark.line, mark.column));
        Ok(Box::new(MietteSpanContents::new_named(
            excerpt.name.clone(),
            excerpt.text.as_bytes(),
            (excerpt.base, excerpt.text.len()).into(),
            line,
            column,
            excerpt.text.lines().count(),
        )))
    }
}
