//! Comments that silence findings where they are made: ours with a reason, and those of peers by a rule's aliases.
//!
//! `annexa:ignore RULE[,RULE…] [until DAY] reason` silences the line it stands on; alone on its line, the next line with
//! code and the block or resource that begins there. `annexa:ignore-file RULE reason` in the first ten lines silences the
//! file. One of ours that has a fault does nothing and is reported; so is one that silences nothing. A peer's comment
//! silences what its check would have said, as the rule's aliases tell, is never at fault, and never does more than it
//! says: one that has expired or depends on a workspace does nothing. Where a format has no comments, annotations and
//! metadata speak.

mod embedded;
mod marker;
mod names;
mod near;
mod place;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Suppressed, SuppressedBy, WARNED};
use crate::dialect::has_extension;
use crate::document::{Document, Node, Problem, Step};
use crate::rule::alias::Part;
use crate::source::{FileId, Source, Span};

use near::Near;

pub use names::Names;

/// The suppressions of one file.
#[derive(Debug, Default)]
pub struct FileSuppressions {
    found: Vec<Suppression>,
    problems: Vec<Problem>,
}

/// The suppressions of a run.
#[derive(Debug, Default)]
pub struct Suppressions {
    files: BTreeMap<FileId, InFile>,
    problems: Vec<Problem>,
}

/// The suppressions of a file.
#[derive(Debug, Default)]
struct InFile {
    list: Vec<Suppression>,
    /// Those that are about a rule, by their places in the list: a file may have thousands, of a few rules each.
    by_rule: FxHashMap<Arc<str>, Near>,
}

/// One rule (or, in a peer's comment, several) silenced in one place.
#[derive(Debug)]
struct Suppression {
    path: Arc<str>,
    span: Span,
    targets: Vec<Target>,
    reason: String,
    until: Option<Date>,
    reach: Reach,
    /// One of ours, about a rule that is evaluated: to be reported if it silences nothing.
    owed: bool,
    used: bool,
    /// The target of a peer's that was met and is not silenced, since the peer's check is another one.
    met: Option<usize>,
}

/// What a suppression is about.
#[derive(Clone, Debug)]
struct Target {
    rule: Arc<str>,
    /// What of the rule's findings is silenced; else how the peer's check differs, in a word.
    effect: Result<Part, &'static str>,
    /// What the peer calls it; empty for ours.
    name: Arc<str>,
}

/// What is silenced.
#[derive(Debug)]
enum Reach {
    /// What begins or ends on this line.
    Line(Range<usize>),
    /// What begins in these lines; also a resource, and all of it.
    Block(Range<usize>),
    /// The resource that this byte is in, or what comes of the block around it where that is a call.
    Resource(usize, Range<usize>),
    /// The file.
    File,
}

/// A finding that may be silenced: what it is and where.
#[derive(Clone, Copy, Debug)]
pub struct Silenceable<'a> {
    /// The rule.
    pub rule: &'a str,
    /// The kind of the resource.
    pub kind: &'a str,
    /// The facets that it is of.
    pub facets: &'a [Arc<str>],
    /// The place that decided it.
    pub span: Span,
    /// The resource.
    pub resource: Span,
    /// How the resource came to be: the module calls that led to it.
    pub trail: &'a [Step],
}

/// What suppressions make of a finding.
#[derive(Debug, Default)]
pub struct Silence {
    /// Why it does not count, where it does not.
    pub whole: Option<Suppressed>,
    /// The facets of it that are silenced.
    facets: BTreeMap<Arc<str>, Suppressed>,
}

impl Silence {
    /// What is silenced and what is not, of a finding that counts still.
    pub fn partly(&self, facets: &[Arc<str>]) -> Option<String> {
        if self.whole.is_some() || self.facets.is_empty() {
            return None;
        }
        let listed = |silent: bool| {
            let of = facets.iter().filter(|facet| self.facets.contains_key(*facet) == silent);
            of.map(|facet| format!("`{facet}`")).collect::<Vec<_>>().join(" and ")
        };
        Some(format!("a comment silences {} of it and not {}", listed(true), listed(false)))
    }

    /// A finding of several facets is silenced once each of them is.
    fn settle(&mut self, facets: &[Arc<str>]) {
        if self.whole.is_none() && !facets.is_empty() && facets.iter().all(|facet| self.facets.contains_key(facet)) {
            self.whole = facets.first().and_then(|facet| self.facets.get(facet)).cloned();
        }
    }
}

/// A file that suppressions are read of.
#[derive(Clone, Copy)]
pub struct Commented<'a> {
    /// The file.
    pub source: &'a Source,
    /// All that it was parsed as; nothing of a template, which is parsed once it was rendered.
    pub documents: &'a [&'a Document],
    /// The bodies of the resources that come of a template.
    pub rendered: &'a [&'a Node],
}

impl FileSuppressions {
    /// Reads the suppressions of a file. One without markers is seen through once and that is all.
    pub fn read(file: Commented<'_>, names: &Names, today: Date) -> FileSuppressions {
        let mut read = reader::read(file.source, &reader::Setup::of(file), names, today);
        embedded::read(file, names, today, &mut read);
        read
    }

    /// Whether a text can hold suppressions: a cheap look.
    pub fn may_be_in(text: &str) -> bool {
        marker::has_beginning(text) || embedded::may_be_in(text)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.problems.is_empty()
    }

    /// Adds one.
    fn push(&mut self, source: &Source, span: Span, targets: Vec<Target>, said: &Said<'_>, reach: Reach, owed: bool) {
        let path = source.path().into();
        let Said { reason, until } = *said;
        let reason = match (reason, until) {
            ("", _) => "no reason given".to_owned(),
            (reason, Some(until)) => format!("{reason} (until {until})"),
            (reason, None) => reason.to_owned(),
        };
        self.found.push(Suppression { path, span, targets, reason, until, reach, owed, used: false, met: None });
    }

    /// Whether a suppression has not ended; one that has is told.
    fn holds(&mut self, source: &Source, span: Span, until: Option<Date>, today: Date) -> bool {
        let Some(until) = until.filter(|until| *until < today) else { return true };
        let message = format!("this suppression expired on {until} and is not applied");
        let problem = Problem::notice("suppression::expired", source.path(), Some(span), message);
        self.problems.push(problem.help("mend what it silenced, or decide anew and write another day"));
        false
    }
}

/// What a suppression says beside what it is about.
#[derive(Clone, Copy)]
struct Said<'a> {
    reason: &'a str,
    until: Option<Date>,
}

impl InFile {
    fn add(&mut self, suppression: Suppression) {
        let at = self.list.len();
        let rules: BTreeSet<&Arc<str>> = suppression.targets.iter().map(|target| &target.rule).collect();
        for rule in rules {
            self.by_rule.entry(Arc::clone(rule)).or_default().add(at, &suppression);
        }
        self.list.push(suppression);
    }
}

impl Suppressions {
    /// The suppressions of all files.
    pub fn new(files: impl IntoIterator<Item = FileSuppressions>) -> Suppressions {
        let mut all = Suppressions::default();
        for file in files {
            all.problems.extend(file.problems);
            for suppression in file.found {
                all.files.entry(suppression.span.file).or_default().add(suppression);
            }
        }
        all.files.values_mut().flat_map(|file| file.by_rule.values_mut()).for_each(Near::settle);
        all
    }

    /// Adds those of other files.
    pub fn add(&mut self, other: Suppressions) {
        self.files.extend(other.files);
        self.problems.extend(other.problems);
    }

    /// What suppressions say of a finding. Those that say something count as used from then on.
    pub fn find(&mut self, finding: &Silenceable<'_>) -> Silence {
        let mut silence = Silence::default();
        if self.files.is_empty() {
            return silence;
        }
        let files: BTreeSet<FileId> = [finding.span.file, finding.resource.file]
            .into_iter()
            .chain(finding.trail.iter().map(|step| step.span.file))
            .collect();
        for file in files {
            let Some(InFile { list, by_rule }) = self.files.get_mut(&file) else { continue };
            for at in by_rule.get(finding.rule).map(|near| near.of(finding, file)).unwrap_or_default() {
                if let Some(suppression) = list.get_mut(at) {
                    suppression.speak(finding, &mut silence);
                }
            }
        }
        silence.settle(finding.facets);
        silence
    }

    /// What is wrong with suppressions, in the order of files and places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// One notice for each of ours that silenced nothing although its rule was evaluated, for each that ends soon, and for
    /// each of a peer's that stands at a finding and is about another matter.
    pub fn told(&self, today: Date) -> Vec<Problem> {
        self.files.values().flat_map(|file| &file.list).filter_map(|suppression| suppression.told(today)).collect()
    }
}

impl Suppression {
    /// What it says of a finding.
    fn speak(&mut self, finding: &Silenceable<'_>, silence: &mut Silence) {
        let about = |target: &Target| {
            *target.rule == *finding.rule && target.effect.as_ref().map_or(true, |part| part.is_about(finding.kind))
        };
        let met: Vec<usize> =
            self.targets.iter().enumerate().filter(|(_, target)| about(target)).map(|(at, _)| at).collect();
        if met.is_empty() || !self.reaches(finding) {
            return;
        }
        let suppressed =
            || Suppressed { by: SuppressedBy::Comment, reason: self.reason.clone(), span: Some(self.span) };
        let (mut used, mut differs) = (false, None);
        for at in met {
            match self.targets.get(at).map(|target| &target.effect) {
                Some(Ok(part)) if part.facets.is_empty() => {
                    silence.whole.get_or_insert_with(suppressed);
                    used = true;
                }
                Some(Ok(part)) => {
                    for facet in part.facets.iter().filter(|facet| finding.facets.contains(facet)) {
                        silence.facets.entry(Arc::clone(facet)).or_insert_with(suppressed);
                        used = true;
                    }
                }
                Some(Err(_)) => differs = Some(at),
                None => {}
            }
        }
        self.used |= used;
        self.met = self.met.or(differs);
    }

    fn told(&self, today: Date) -> Option<Problem> {
        let notice = |code, message: String| Problem::notice(code, Arc::clone(&self.path), Some(self.span), message);
        // A text for people may show how one is written.
        let is_shown = has_extension(&self.path, &[".md", ".markdown", ".rst", ".adoc"]);
        if self.owed && !self.used && !is_shown {
            let rule = self.targets.first().map_or("", |target| &*target.rule);
            let message = format!("nothing here is found by `{rule}`: this suppression silences nothing");
            return Some(notice("suppression::unused", message).help("remove it"));
        }
        let other = self.met.filter(|_| !self.used).and_then(|at| self.targets.get(at));
        if let Some(Target { rule, effect: Err(differs), name }) = other {
            let message = format!("`{name}` asks for {differs} than `{rule}` does, so this silences nothing here");
            return Some(notice("suppression::other-check", message).help(format!("`annexa:ignore {rule} …` would")));
        }
        let until = self.until.filter(|until| self.used && (*until - today).get_days() <= WARNED)?;
        let message = format!("this suppression ends on {until}; from the next day on what it silences counts again");
        Some(
            notice("suppression::ends-soon", message)
                .help("mend what it silences, or decide anew and write another day"),
        )
    }

    fn reaches(&self, finding: &Silenceable<'_>) -> bool {
        let here = |span: Span| span.file == self.span.file;
        let starts = |range: &Range<usize>, span: Span| here(span) && range.contains(&span.range().start);
        match &self.reach {
            Reach::File => here(finding.span) || here(finding.resource),
            Reach::Resource(at, around) => {
                (here(finding.resource) && finding.resource.range().contains(at))
                    || finding.trail.iter().any(|step| starts(around, step.span))
            }
            Reach::Line(range) => {
                let ends = here(finding.span)
                    && finding.span != finding.resource
                    && finding.span.range().end.checked_sub(1).is_some_and(|last| range.contains(&last));
                starts(range, finding.span) || ends
            }
            Reach::Block(range) => {
                starts(range, finding.span)
                    || starts(range, finding.resource)
                    || finding.trail.iter().any(|step| starts(range, step.span))
            }
        }
    }
}
