//! The lines around a few places, cut out of files of any size.
//!
//! miette looks at the source again for every report and every label. It is handed a [`Window`] instead: an excerpt for
//! each group of neighbouring labels, one after the other in one virtual text, each with its file's name and its true
//! line numbers. Lines of a minified file are cut around the labels, nothing in the text can act on a terminal, and
//! secrets are not shown at all.

use std::ops::{Range, RangeInclusive};

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::secrecy::MASK;
use crate::source::{Seen, Source, Span};

use super::Report;
use super::text::{one_line, push_visible, shortened};

/// Lines shown before and after a label.
const CONTEXT: u32 = 1;
/// A label over more lines than this points at its first line only.
const MAX_LINES: u32 = 6;
/// Labels after these are left out.
const MAX_LABELS: usize = 12;
/// A label is cut after this many characters.
pub const LONGEST_LABEL: usize = 120;
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
    source: Seen<'a>,
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
            window.add(report, &group);
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
    fn add(&mut self, report: &Report<'_>, group: &[Spot<'_>]) {
        let Some(first) = group.first() else { return };
        let source = &*first.source;
        let last_line = group.iter().map(|spot| spot.last_line).max().unwrap_or(first.last_line);
        let lines = first.first_line.saturating_sub(CONTEXT).max(1)
            ..=last_line.saturating_add(CONTEXT).min(source.line_count().max(last_line));
        // A byte between excerpts keeps a label at the end of one out of the next.
        let base = self.excerpts.last().map_or(0, |last| last.base + last.text.len() + 1);
        let mut text = String::new();
        let mut ends: Vec<(usize, usize)> = vec![(0, 0); group.len()];
        let first_line = *lines.start();
        let secrets = report.secrets.hidden_in(source, &bytes_of(source, &lines));
        for line in lines {
            let Some(range) = source.line_range(line) else { break };
            if line > first_line {
                text.push('\n');
            }
            push_line(&mut text, source, range, group, &secrets, &mut ends);
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
        let name = one_line(source.path()).into_owned();
        self.excerpts.push(Excerpt { name, first_line: first_line.saturating_sub(1) as usize, base, text });
    }
}

impl<'a> Spot<'a> {
    fn new(source: Seen<'a>, span: Span, label: &str, primary: bool) -> Option<Spot<'a>> {
        let covered = source.text().get(span.range())?;
        let start = span.start as usize;
        let mut end = start + covered.trim_end().len();
        let from = source.position(span.start);
        let mut last_line = source.position(u32::try_from(end).unwrap_or(u32::MAX)).line;
        if last_line - from.line >= MAX_LINES {
            end = source.line_range(from.line)?.end.max(start);
            last_line = from.line;
        }
        let label = shortened(&one_line(label), LONGEST_LABEL).into_owned();
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

/// The bytes of some lines.
fn bytes_of(source: &Source, lines: &RangeInclusive<u32>) -> Range<usize> {
    let start = source.line_range(*lines.start()).map_or(0, |range| range.start);
    let end = source.line_range(*lines.end()).map_or(source.text().len(), |range| range.end);
    start..end
}

/// Appends one line of the file, and notes where the spots begin and end in the text.
fn push_line(
    text: &mut String,
    source: &Source,
    range: Range<usize>,
    group: &[Spot<'_>],
    secrets: &[Range<usize>],
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
            let at = part.start + offset;
            mapped.reach(at, text.len(), ends);
            let after = secrets.partition_point(|secret| secret.end <= at);
            match secrets.get(after).filter(|secret| secret.start <= at) {
                // Once for each secret, and again on each line of one that has several: its length tells nothing.
                Some(secret) if secret.start == at || at == part.start => text.push_str(MASK),
                Some(_) => {}
                None => push_visible(text, character),
            }
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
fn kept<'s>(text: &str, line: Range<usize>, spots: impl Iterator<Item = &'s Spot<'s>>) -> Vec<Range<usize>> {
    if line.len() <= LONG_LINE {
        return vec![line];
    }
    let (before, most, after) = AROUND;
    let mut parts: Vec<Range<usize>> = Vec::new();
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Problem;
    use crate::evaluate::Outcome;
    use crate::report::{FORMATS, Options};
    use crate::source::{FileId, Workspace};

    fn around(text: &str, needles: &[&str]) -> Vec<(usize, String, Vec<String>)> {
        let workspace = Workspace::in_memory([("a", text)]);
        let report = Report::of_problems(&workspace, Vec::new());
        let places = needles.iter().map(|needle| {
            let start = text.find(needle).unwrap();
            (Span::new(FileId(0), start, start + needle.len()), "x")
        });
        let window = Window::around(&report, places);
        let excerpts = window.excerpts().map(|(excerpt, labels)| {
            let marked = labels.iter().map(|label| excerpt.text.get(label.start..label.end).unwrap().to_owned());
            (excerpt.first_line + 1, excerpt.text.clone(), marked.collect())
        });
        excerpts.collect()
    }

    fn lines(from: usize, to: usize) -> String {
        (from..=to).map(|number| format!("line{number};")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn neighbours_share_an_excerpt_and_the_primary_place_comes_first() {
        let text = lines(1, 99);
        assert_eq!(
            around(&text, &["line50;", "line53;", "line2;"]),
            [
                (49, lines(49, 54), vec!["line50;".to_owned(), "line53;".to_owned()]),
                (1, lines(1, 3), vec!["line2;".to_owned()]),
            ]
        );
    }

    #[test]
    fn a_label_over_many_lines_points_at_the_first() {
        let text = lines(1, 99);
        assert_eq!(around(&text, &[&lines(10, 90)]), [(9, lines(9, 11), vec!["line10;".to_owned()])]);
        assert_eq!(around(&text, &[&lines(10, 12)]), [(9, lines(9, 13), vec![lines(10, 12)])]);
    }

    #[test]
    fn a_long_line_is_cut_around_its_labels() {
        let filler = "ä".repeat(50_000);
        let text = format!("{filler}first{filler}second{filler}\n{filler}");
        let excerpts = around(&text, &["first", "second"]);
        let [(1, shown, marked)] = excerpts.as_slice() else { panic!("{excerpts:?}") };
        assert_eq!(*marked, ["first", "second"]);
        assert!(shown.len() < 700, "{}", shown.len());
        assert_eq!(shown.matches('…').count(), 4, "before, between, after, and of the next line");
    }

    #[test]
    fn escapes_move_no_label() {
        assert_eq!(
            around("\u{1b}[2J\u{9b}ab\tcd\r\n", &["ab\tcd"]),
            [(1, "␛[2J<U+009B>ab\tcd".into(), vec!["ab\tcd".into()])]
        );
    }

    #[test]
    fn secrets_show_only_how_they_begin() {
        // Put together here, so that a search of this file finds none.
        let token = ["ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"].concat();
        let text = format!("a\nlet t = \"{token}\";\nnext");
        let hidden = "ghp_zQ***";
        for needle in ["next", token.as_str()] {
            let excerpts = around(&text, &[needle]);
            assert!(excerpts[0].1.contains(&format!("\"{hidden}\"")), "{excerpts:?}");
        }
    }

    proptest! {
        #[test]
        fn any_places_in_any_text_are_rendered(
            text in "(a|ä|𝒳|\u{301}| |\t|\n|\r\n|\r|\u{1b}|\u{202e}|xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx){0,60}",
            places in prop::collection::vec((0_usize..400, 0_usize..400), 1..6),
        ) {
            let workspace = Workspace::in_memory([("a", text.as_str())]);
            let spans = places.iter().map(|(start, length)| Span::new(FileId(0), *start, start + length));
            let problems = spans.clone().map(|span| Problem::error("x", "a", Some(span), "message"));
            let report = Report::of_problems(&workspace, problems.collect());
            let window = Window::around(&report, spans.map(|span| (span, "label")));
            for (excerpt, labels) in window.excerpts() {
                for label in labels {
                    prop_assert!(excerpt.text.get(label.start..label.end).is_some(), "{:?}", excerpt.text);
                }
            }
            let several = miette::MietteDiagnostic::new("x").with_labels(window.labels().to_vec());
            let several = miette::Report::new(several).with_source_code(window);
            let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
            let mut shown = String::new();
            handler.render_report(&mut shown, several.as_ref()).unwrap();
            prop_assert!(!shown.contains("Failed to read"), "{shown}");
            let options = Options { width: 80, asked: Some(vec![Outcome::Fail]), ..Options::default() };
            for format in FORMATS {
                let mut bytes = Vec::new();
                (format.render)(&report, &options, &mut bytes).unwrap();
                let shown = String::from_utf8(bytes).unwrap();
                prop_assert!(!shown.contains(['\u{1b}', '\u{202e}', '\r']), "{}", format.name);
            }
        }
    }
}
