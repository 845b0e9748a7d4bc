//! From the text of a file to its suppressions.

use std::ops::Range;

use jiff::civil::Date;

use super::marker::{self, Extent, Marker, Voice};
use super::place::{self, Strings};
use super::{Commented, FileSuppressions, Names, Reach, Said, Target};
use crate::document::{Document, Node, Problem};
use crate::source::{Source, Span};
use crate::syntax;

/// Most suppressions that are read of one file; a file with more is reported.
const MOST: usize = 10_000;

/// Last line on which `annexa:ignore-file` may stand.
const HEAD: u32 = 10;

/// What has to be known of a file to find comments in it.
pub struct Setup<'a> {
    /// What begins a comment; longest first.
    pub leaders: Vec<&'static str>,
    /// The trees of the file.
    pub roots: Vec<&'a Node>,
    /// The file is one resource, and comments may come before it begins.
    pub one_resource: bool,
    /// The file is a template of YAML, with actions on lines of their own.
    pub template: bool,
    /// It holds named templates, and no object: what stands in it is found where it is included.
    pub helper: bool,
}

/// What begins a comment in a template of YAML.
const TEMPLATE_LEADERS: &[&str] = &["{{- /*", "{{-/*", "{{/*", "#"];

impl<'a> Setup<'a> {
    /// Of all that is known of a file.
    pub fn of(file: Commented<'a>) -> Setup<'a> {
        let Commented { documents, rendered, .. } = file;
        let template = documents.is_empty();
        Setup {
            leaders: if template { TEMPLATE_LEADERS.to_vec() } else { leaders(documents) },
            roots: documents.iter().filter(|_| !template).flat_map(|document| &document.roots).collect(),
            one_resource: documents.iter().any(|document| document.syntax == "dockerfile"),
            template,
            helper: template && rendered.is_empty(),
        }
    }
}

/// What begins a comment in a file, whatever it was parsed as; longest first.
fn leaders(documents: &[&Document]) -> Vec<&'static str> {
    let of = |document: &&Document| syntax::named(document.syntax).map_or(&[][..], |syntax| syntax.comments);
    let mut leaders: Vec<&'static str> = documents.iter().flat_map(|document| of(document).iter().copied()).collect();
    leaders.sort_by_key(|leader| (std::cmp::Reverse(leader.len()), *leader));
    leaders.dedup();
    leaders
}

/// Reads the suppressions of a file.
pub fn read(source: &Source, setup: &Setup<'_>, names: &Names, today: Date) -> FileSuppressions {
    let mut beginnings = marker::beginnings(source.text()).peekable();
    if beginnings.peek().is_none() {
        return FileSuppressions::default();
    }
    let mut reader = Reader {
        source,
        leaders: &setup.leaders,
        one_resource: setup.one_resource,
        template: setup.template,
        helper: setup.helper,
        strings: Strings::of(setup.roots.iter().copied(), &marker::has_beginning),
        names,
        today,
        last_target: None,
        last_block: None,
        last_outermost: None,
        file: FileSuppressions::default(),
    };
    while let Some((at, beginning)) = beginnings.next() {
        if reader.file.found.len() + reader.file.problems.len() >= MOST {
            let message = format!("only the first {MOST} suppressions of this file are read");
            let span = source.span(at, at + beginning.len());
            reader.problem("suppression::too-many", span, message, "split the file");
            break;
        }
        reader.marker(at, beginning, beginnings.peek().map_or(usize::MAX, |(next, _)| *next));
    }
    reader.file
}

struct Reader<'a> {
    source: &'a Source,
    leaders: &'a [&'static str],
    one_resource: bool,
    template: bool,
    helper: bool,
    strings: Strings,
    names: &'a Names,
    today: Date,
    /// The last answers to "what is the next line of code" and "where does its block end": many comments in a row ask
    /// for the same.
    last_target: Option<(Range<u32>, Option<u32>)>,
    last_block: Option<(u32, Range<usize>)>,
    last_outermost: Option<(u32, Option<u32>)>,
    file: FileSuppressions,
}

impl Reader<'_> {
    /// Reads the marker that begins at a byte and ends before another one, or with its comment.
    fn marker(&mut self, at: usize, beginning: &str, next: usize) {
        let Some(comment) = self.comment(at, beginning) else { return };
        let end = comment.bytes.end.min(next);
        let rest = self.source.text().get(at + beginning.len()..end).unwrap_or("");
        let span = self.source.span(if comment.bytes.start < at { comment.bytes.start } else { at }, end);
        match marker::read(beginning, rest) {
            Ok(Some(marker)) => self.accept(&marker, &comment, span),
            Ok(None) => {}
            Err(message) => {
                let help = "write `annexa:ignore RULE reason` or `annexa:ignore RULE until DAY reason`, or the like with \
                            `annexa:ignore-file`";
                self.problem("suppression::marker", span, message, help);
            }
        }
    }

    fn comment(&mut self, at: usize, beginning: &str) -> Option<place::Comment> {
        if marker::of_secrets(beginning).is_some() {
            return place::line_of(self.source, at);
        }
        let ours = beginning.starts_with("annexa:");
        let direct = ours && !self.follows_another(at);
        let comment = place::comment(self.source, self.leaders, at, direct)?;
        if !self.strings.hold(at) {
            return Some(comment);
        }
        if ours {
            let span = self.source.span(at, comment.bytes.end);
            let message = "this stands in a string, not in a comment, and silences nothing";
            let help = "put the comment before the string";
            let problem = Problem::notice("suppression::in-string", self.source.path(), Some(span), message).help(help);
            self.file.problems.push(problem);
        }
        None
    }

    /// Whether a marker comes after a peer's in the same comment.
    fn follows_another(&self, at: usize) -> bool {
        let line = self.source.position(u32::try_from(at).unwrap_or(u32::MAX)).line;
        let start = self.source.line_range(line).map_or(at, |line| line.start);
        self.source.text().get(start..at).is_some_and(|before| marker::beginnings(before).next().is_some())
    }

    fn accept(&mut self, marker: &Marker<'_>, comment: &place::Comment, span: Span) {
        let Voice::Peer(peer) = marker.voice else {
            if self.is_sound(marker, comment, span) && self.holds(marker, span) {
                self.ours(marker, comment, span);
            }
            return;
        };
        let targets = self.names.of_peer(peer, &marker.names);
        if targets.is_empty() || !self.holds(marker, span) {
            return;
        }
        if let Some(reach) = self.reach(marker.extent, comment) {
            self.push(targets, marker, reach, span, false);
        }
    }

    fn push(&mut self, targets: Vec<Target>, marker: &Marker<'_>, reach: Reach, span: Span, owed: bool) {
        let said = Said { reason: marker.reason, until: marker.until };
        self.file.push(self.source, span, targets, &said, reach, owed);
    }

    /// Whether one of ours says all that it has to.
    fn is_sound(&mut self, marker: &Marker<'_>, comment: &place::Comment, span: Span) -> bool {
        let word = if marker.extent == Extent::File { "annexa:ignore-file" } else { "annexa:ignore" };
        if marker.names.is_empty() {
            let help = format!("write `{word} RULE reason`");
            self.problem("suppression::rule", span, "this suppression names no rule", &help);
            return false;
        }
        if marker.reason.is_empty() {
            let help = format!("write why after the rule: `{word} {} …`", marker.names.join(","));
            self.problem("suppression::reason", span, "this suppression gives no reason and is not applied", &help);
            return false;
        }
        if marker.extent == Extent::File && comment.line > HEAD {
            let message =
                format!("`annexa:ignore-file` on line {}: it holds only in the first {HEAD} lines", comment.line);
            self.problem("suppression::place", span, message, "move it to the top of the file");
            return false;
        }
        true
    }

    fn ours(&mut self, marker: &Marker<'_>, comment: &place::Comment, span: Span) {
        for name in &marker.names {
            let Some((target, evaluated)) = self.names.of_ours(name) else {
                let (message, help) = self.names.unknown(name);
                self.problem("suppression::unknown-rule", span, message, &help);
                continue;
            };
            match self.reach(marker.extent, comment) {
                Some(reach) => self.push(vec![target], marker, reach, span, evaluated),
                None => self.problem("suppression::place", span, "nothing follows this suppression", "remove it"),
            }
        }
    }

    /// Whether a suppression is in force, as far as files can tell.
    fn holds(&mut self, marker: &Marker<'_>, span: Span) -> bool {
        if !self.file.holds(self.source, span, marker.until, self.today) {
            return false;
        }
        let Some(condition) = marker.unless else { return true };
        let message = format!("this suppression depends on `{condition}`, which no file decides, and is not applied");
        self.file.problems.push(Problem::notice("suppression::conditional", self.source.path(), Some(span), message));
        false
    }

    fn reach(&mut self, extent: Extent, comment: &place::Comment) -> Option<Reach> {
        match extent {
            Extent::File => return Some(Reach::File),
            Extent::Resource if self.one_resource => return Some(Reach::File),
            Extent::Resource => return Some(Reach::Resource(comment.bytes.start, self.around(comment))),
            Extent::SameLine => return Some(Reach::Line(self.source.line_range(comment.line)?)),
            Extent::NextLine => return Some(Reach::Line(self.source.line_range(comment.line + 1)?)),
            Extent::Line | Extent::Instruction | Extent::Block | Extent::LineOrBlock => {}
        }
        let line = if comment.alone { self.target(comment.line)? } else { comment.line };
        match extent {
            // What was included has come this way.
            Extent::Block if !comment.alone && self.helper => Some(Reach::Block(self.source.line_range(line)?)),
            Extent::Block if !comment.alone => Some(Reach::Line(self.source.line_range(line)?)),
            Extent::Instruction => Some(Reach::Line(self.block(line))),
            Extent::Block | Extent::LineOrBlock => Some(Reach::Block(self.block(line))),
            Extent::Line | Extent::SameLine | Extent::NextLine | Extent::Resource | Extent::File => {
                Some(Reach::Line(self.source.line_range(line)?))
            }
        }
    }

    /// The outermost block around a comment; nothing where it stands in none.
    fn around(&mut self, comment: &place::Comment) -> Range<usize> {
        let (above, before) = self.last_outermost.filter(|(line, _)| *line <= comment.line).unwrap_or((0, None));
        let line = place::outermost_line(self.source, self.leaders, comment.line, above).or(before);
        self.last_outermost = Some((comment.line, line));
        let block = line.map(|line| self.block(line)).unwrap_or_default();
        if block.contains(&comment.bytes.start) { block } else { 0..0 }
    }

    /// The next line with code after a comment.
    fn target(&mut self, line: u32) -> Option<u32> {
        if let Some((asked, answer)) = &self.last_target
            && asked.contains(&line)
        {
            return *answer;
        }
        let answer = place::next_code_line(self.source, self.leaders, self.template, line);
        self.last_target = Some((line..answer.unwrap_or(u32::MAX), answer));
        answer
    }

    fn block(&mut self, line: u32) -> Range<usize> {
        match &self.last_block {
            Some((asked, answer)) if *asked == line => answer.clone(),
            _ => {
                let answer = place::block(self.source, self.template, line);
                self.last_block = Some((line, answer.clone()));
                answer
            }
        }
    }

    fn problem(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: &str) {
        let problem = Problem::error(code, self.source.path(), Some(span), message).help(help);
        self.file.problems.push(problem);
    }
}
