//! Comments that silence findings where they are made: ours with a reason, and those of peers by a rule's aliases.
//!
//! `annexa:ignore RULE[,RULE…] reason` silences the line it stands on; alone on its line, the next line with code and
//! the block or resource that begins there. `annexa:ignore-file RULE reason` in the first ten lines silences the file.
//! One of ours that has a fault does nothing and is reported; so is one that silences nothing. A peer's comment speaks
//! only of what a rule names among its aliases, is never at fault, and never does more than it says: one that has
//! expired or depends on a workspace does nothing.

mod marker;
mod place;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Suppressed, SuppressedBy};
use crate::document::{Document, Problem, Step};
use crate::lower::nearest;
use crate::rule::Rule;
use crate::source::{FileId, Source, Span};
use crate::syntax;
use marker::{Extent, Marker, Voice};
use place::Strings;

/// Most suppressions that are read of one file; a file with more is reported.
const MOST: usize = 10_000;

/// Last line on which `annexa:ignore-file` may stand.
const HEAD: u32 = 10;

/// The names that suppressions may use.
#[derive(Debug, Default)]
pub struct Names {
    /// Rule ids, and whether the rule is evaluated in this run.
    ids: BTreeMap<Arc<str>, bool>,
    /// What peers call the rules, in one spelling.
    aliases: BTreeMap<String, Vec<Arc<str>>>,
}

/// The suppressions of one file.
#[derive(Debug, Default)]
pub struct FileSuppressions {
    found: Vec<Suppression>,
    problems: Vec<Problem>,
}

/// The suppressions of a run.
#[derive(Debug, Default)]
pub struct Suppressions {
    files: BTreeMap<FileId, Vec<Suppression>>,
    problems: Vec<Problem>,
}

/// One rule (or, in a peer's comment, several) silenced in one place.
#[derive(Debug)]
struct Suppression {
    path: Arc<str>,
    span: Span,
    rules: BTreeSet<Arc<str>>,
    reason: String,
    reach: Reach,
    /// One of ours, about a rule that is evaluated: to be reported if it silences nothing.
    owed: bool,
    used: bool,
}

/// What is silenced.
#[derive(Debug)]
enum Reach {
    /// What begins or ends on this line.
    Line(Range<usize>),
    /// What begins in these lines; also a resource, and all of it.
    Block(Range<usize>),
    /// The resource that this byte is in.
    Resource(usize),
    /// The file.
    File,
}

/// Where a finding is.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The place that decided it.
    pub span: Span,
    /// The resource.
    pub resource: Span,
    /// How the resource came to be: the module calls that led to it.
    pub trail: &'a [Step],
}

impl Names {
    /// The names of rules; the second part says whether a rule is evaluated in this run.
    pub fn new<'a>(rules: impl IntoIterator<Item = (&'a Rule, bool)>) -> Names {
        let mut names = Names::default();
        for (rule, evaluated) in rules {
            names.ids.insert(Arc::clone(&rule.id), evaluated);
            for alias in &rule.aliases {
                names.aliases.entry(spelling(alias)).or_default().push(Arc::clone(&rule.id));
            }
        }
        names
    }

    /// The rules that a peer's name stands for; all those that the peer knows where it gives none.
    fn of_peer(&self, marker: &Marker<'_>) -> BTreeSet<Arc<str>> {
        if marker.names.is_empty() {
            let known = self.aliases.iter().filter(|(alias, _)| is_of(alias, marker.voice));
            return known.flat_map(|(_, rules)| rules.iter().cloned()).collect();
        }
        let named = marker.names.iter().filter_map(|name| self.aliases.get(&spelling(name)));
        named.flatten().cloned().collect()
    }
}

/// One spelling for the names of a peer: Trivy writes `AVD-AWS-0080`, `avd-aws-0080` and `AWS-0080` for the same.
fn spelling(alias: &str) -> String {
    let lower = alias.to_lowercase();
    lower.strip_prefix("avd-").map_or_else(|| lower.clone(), str::to_owned)
}

/// Whether an alias, in one spelling, is a name that this peer gives.
fn is_of(alias: &str, voice: Voice) -> bool {
    let shape = |lengths: &[usize]| alias.split('-').map(str::len).eq(lengths.iter().copied());
    match voice {
        Voice::Kics => shape(&[8, 4, 4, 4, 12]) && alias.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
        Voice::Trivy => [
            "aws-",
            "azu-",
            "azure-",
            "gcp-",
            "google-",
            "ksv-",
            "ds-",
            "dig-",
            "nif-",
            "ocp-",
            "openstack-",
            "oracle-",
        ]
        .iter()
        .any(|provider| alias.starts_with(provider)),
        Voice::Annexa | Voice::Checkov | Voice::Zizmor | Voice::Hadolint => false,
    }
}

impl FileSuppressions {
    /// Reads the suppressions of a file. The documents are all that the file was parsed as; a file without markers is
    /// seen through once and that is all.
    pub fn read(source: &Source, documents: &[&Document], names: &Names, today: Date) -> FileSuppressions {
        let mut beginnings = marker::beginnings(source.text()).peekable();
        if beginnings.peek().is_none() {
            return FileSuppressions::default();
        }
        let mut reader = Reader::new(source, documents, names, today);
        while let Some((at, beginning)) = beginnings.next() {
            if reader.file.found.len() + reader.file.problems.len() >= MOST {
                let message = format!("only the first {MOST} suppressions of this file are read");
                reader.problem(
                    "suppression::too-many",
                    source.span(at, at + beginning.len()),
                    message,
                    "split the file",
                );
                break;
            }
            reader.marker(at, beginning, beginnings.peek().map_or(usize::MAX, |(next, _)| *next));
        }
        reader.file
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.problems.is_empty()
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

struct Reader<'a> {
    source: &'a Source,
    leaders: Vec<&'static str>,
    strings: Strings,
    /// A Dockerfile is one resource, and comments may come before it begins.
    one_resource: bool,
    names: &'a Names,
    today: Date,
    /// The last answers to "what is the next line of code" and "where does its block end": many comments in a row ask
    /// for the same.
    last_target: Option<(Range<u32>, Option<u32>)>,
    last_block: Option<(u32, Range<usize>)>,
    file: FileSuppressions,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source, documents: &[&Document], names: &'a Names, today: Date) -> Reader<'a> {
        let roots = documents.iter().flat_map(|document| &document.roots);
        Reader {
            source,
            leaders: leaders(documents),
            strings: Strings::of(roots, &marker::has_beginning),
            one_resource: documents.iter().any(|document| document.syntax == "dockerfile"),
            names,
            today,
            last_target: None,
            last_block: None,
            file: FileSuppressions::default(),
        }
    }

    /// Reads the marker that begins at a byte and ends before another one, or with its comment.
    fn marker(&mut self, at: usize, beginning: &str, next: usize) {
        let annotated = beginning.starts_with("checkov.io");
        let comment = if annotated { self.annotation(at) } else { self.comment(at, beginning) };
        let Some(comment) = comment else { return };
        let end = comment.bytes.end.min(next);
        let rest = self.source.text().get(at + beginning.len()..end).unwrap_or("");
        let span = self.source.span(if comment.bytes.start < at { comment.bytes.start } else { at }, end);
        match marker::read(beginning, rest) {
            Ok(Some(marker)) => self.accept(&marker, &comment, span),
            Ok(None) => {}
            Err(message) => {
                let help = "write `annexa:ignore RULE reason`, or `annexa:ignore-file RULE reason`";
                self.problem("suppression::marker", span, message, help);
            }
        }
    }

    fn comment(&mut self, at: usize, beginning: &str) -> Option<place::Comment> {
        let ours = beginning.starts_with("annexa:");
        let direct = ours && !self.follows_another(at);
        let comment = place::comment(self.source, &self.leaders, at, direct)?;
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

    /// An annotation is a key of the file: it stands first on its line.
    fn annotation(&self, at: usize) -> Option<place::Comment> {
        let line = self.source.position(u32::try_from(at).ok()?).line;
        let bytes = self.source.line_range(line)?;
        let before = self.source.text().get(bytes.start..at)?;
        let first = before.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '{' | ',')).is_empty();
        first.then_some(place::Comment { line, bytes: at..bytes.end, alone: false })
    }

    fn accept(&mut self, marker: &Marker<'_>, comment: &place::Comment, span: Span) {
        if marker.voice == Voice::Annexa {
            if self.is_sound(marker, comment, span) {
                self.ours(marker, comment, span);
            }
            return;
        }
        let rules = self.names.of_peer(marker);
        if rules.is_empty() || !self.holds(marker, span) {
            return;
        }
        if let Some(reach) = self.reach(marker.extent, comment) {
            let reason = if marker.reason.is_empty() { "no reason given" } else { marker.reason };
            self.push(rules, reason, reach, span, false);
        }
    }

    fn push(&mut self, rules: BTreeSet<Arc<str>>, reason: &str, reach: Reach, span: Span, owed: bool) {
        let path = self.source.path().into();
        self.file.found.push(Suppression { path, span, rules, reason: reason.to_owned(), reach, owed, used: false });
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
            let Some((id, evaluated)) = self.names.ids.get_key_value(*name) else {
                let (message, help) = self.unknown(name);
                self.problem("suppression::unknown-rule", span, message, &help);
                continue;
            };
            let (id, evaluated) = (Arc::clone(id), *evaluated);
            match self.reach(marker.extent, comment) {
                Some(reach) => self.push(BTreeSet::from([id]), marker.reason, reach, span, evaluated),
                None => self.problem("suppression::place", span, "nothing follows this suppression", "remove it"),
            }
        }
    }

    fn unknown(&self, name: &str) -> (String, String) {
        let message = format!("there is no rule `{name}`");
        let alias = self.names.aliases.get(&spelling(name)).and_then(|rules| rules.first());
        let help = match (alias, nearest(name, self.names.ids.keys().map(|id| &**id))) {
            (Some(id), _) => format!("that is a peer's name for `{id}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "`annexa rules list` lists them".to_owned(),
        };
        (message, help)
    }

    /// Whether a peer's suppression is in force, as far as files can tell.
    fn holds(&mut self, marker: &Marker<'_>, span: Span) -> bool {
        let (code, message) = match (marker.until, marker.unless) {
            (Some(until), _) if until < self.today => {
                ("suppression::expired", format!("this suppression expired on {until} and is not applied"))
            }
            (_, Some(condition)) => (
                "suppression::conditional",
                format!("this suppression depends on `{condition}`, which no file decides, and is not applied"),
            ),
            _ => return true,
        };
        self.file.problems.push(Problem::notice(code, self.source.path(), Some(span), message));
        false
    }

    fn reach(&mut self, extent: Extent, comment: &place::Comment) -> Option<Reach> {
        match extent {
            Extent::File => return Some(Reach::File),
            Extent::Resource if self.one_resource => return Some(Reach::File),
            Extent::Resource => return Some(Reach::Resource(comment.bytes.start)),
            Extent::Line | Extent::Instruction | Extent::Block | Extent::LineOrBlock => {}
        }
        let line = if comment.alone { self.target(comment.line)? } else { comment.line };
        match extent {
            Extent::Block if !comment.alone => Some(Reach::Line(self.source.line_range(line)?)),
            Extent::Instruction => Some(Reach::Line(self.block(line))),
            Extent::Block | Extent::LineOrBlock => Some(Reach::Block(self.block(line))),
            Extent::Line | Extent::Resource | Extent::File => Some(Reach::Line(self.source.line_range(line)?)),
        }
    }

    /// The next line with code after a comment.
    fn target(&mut self, line: u32) -> Option<u32> {
        if let Some((asked, answer)) = &self.last_target
            && asked.contains(&line)
        {
            return *answer;
        }
        let answer = place::next_code_line(self.source, &self.leaders, line);
        self.last_target = Some((line..answer.unwrap_or(u32::MAX), answer));
        answer
    }

    fn block(&mut self, line: u32) -> Range<usize> {
        match &self.last_block {
            Some((asked, answer)) if *asked == line => answer.clone(),
            _ => {
                let answer = place::block(self.source, line);
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

impl Suppressions {
    /// The suppressions of all files.
    pub fn new(files: impl IntoIterator<Item = FileSuppressions>) -> Suppressions {
        let mut all = Suppressions::default();
        for file in files {
            all.problems.extend(file.problems);
            for suppression in file.found {
                all.files.entry(suppression.span.file).or_default().push(suppression);
            }
        }
        all
    }

    /// The suppression of a finding of a rule at a place, if there is one. It counts as used from then on.
    pub fn find(&mut self, rule: &str, place: &Place<'_>) -> Option<Suppressed> {
        if self.files.is_empty() {
            return None;
        }
        let files: BTreeSet<FileId> = [place.span.file, place.resource.file]
            .into_iter()
            .chain(place.trail.iter().map(|step| step.span.file))
            .collect();
        let mut found: Option<Suppressed> = None;
        for file in files {
            for suppression in self.files.get_mut(&file).into_iter().flatten() {
                if suppression.rules.contains(rule) && suppression.reaches(place) {
                    suppression.used = true;
                    found.get_or_insert_with(|| Suppressed {
                        by: SuppressedBy::Comment,
                        reason: suppression.reason.clone(),
                        span: Some(suppression.span),
                    });
                }
            }
        }
        found
    }

    /// What is wrong with suppressions, in the order of files and places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// One notice for each of ours that silenced nothing although its rule was evaluated.
    pub fn unused(&self) -> Vec<Problem> {
        let unused = self.files.values().flatten().filter(|suppression| suppression.owed && !suppression.used);
        unused
            .map(|suppression| {
                let rule = suppression.rules.first().map_or("", |rule| &**rule);
                let message = format!("nothing here is found by `{rule}`: this suppression silences nothing");
                let path = Arc::clone(&suppression.path);
                Problem::notice("suppression::unused", path, Some(suppression.span), message).help("remove it")
            })
            .collect()
    }
}

impl Suppression {
    fn reaches(&self, place: &Place<'_>) -> bool {
        let here = |span: Span| span.file == self.span.file;
        let starts = |range: &Range<usize>, span: Span| here(span) && range.contains(&span.range().start);
        match &self.reach {
            Reach::File => here(place.span) || here(place.resource),
            Reach::Resource(at) => here(place.resource) && place.resource.range().contains(at),
            Reach::Line(range) => {
                let ends = here(place.span)
                    && place.span != place.resource
                    && place.span.range().end.checked_sub(1).is_some_and(|last| range.contains(&last));
                starts(range, place.span) || ends
            }
            Reach::Block(range) => {
                starts(range, place.span)
                    || starts(range, place.resource)
                    || place.trail.iter().any(|step| starts(range, step.span))
            }
        }
    }
}
