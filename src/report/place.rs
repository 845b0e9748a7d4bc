//! Places as the renderers name them, and which findings they show.

use std::collections::BTreeMap;

use crate::control::{self, ControlId};
use crate::document::{Level, Problem, UNREAD};
use crate::evaluate::Outcome;
use crate::posture::tally::count;
use crate::rule::{Severity, Strength};
use crate::source::{NO_FILE, Position, Seen, Span};
use crate::triage::Finding;

use super::{Options, Report, one_line};

/// What stands for the path where a finding is about the repository itself.
pub const REPOSITORY: &str = ".";

/// A range of a file as a person or an editor names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The path, relative to the scanned root, with `/`.
    pub path: &'a str,
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

impl<'a> Report<'a> {
    /// The text that a range is in, where the range is in a file that could be read.
    pub fn source(&self, span: Span) -> Option<Seen<'a>> {
        if span.file == NO_FILE { None } else { self.workspace.seen(span.file) }
    }

    /// Where a range is; nothing where it is in no file (the repository itself), or in one that could not be read.
    pub fn location(&self, span: Span) -> Option<Location<'a>> {
        let source = self.source(span)?;
        let path = self.workspace.path(span.file);
        Some(Location { path, start: source.position(span.start), end: source.position(span.end) })
    }

    /// The path of the file that a range is in; [`REPOSITORY`] where it is in none.
    pub fn path(&self, span: Span) -> &'a str {
        if span.file == NO_FILE { REPOSITORY } else { self.workspace.path(span.file) }
    }

    /// `path:line:column` of a range, as far as there is one, on one line.
    pub fn spot(&self, span: Span) -> String {
        let path = one_line(self.path(span));
        match self.location(span) {
            Some(Location { start, .. }) => format!("{path}:{}:{}", start.line, start.column),
            None => path.into_owned(),
        }
    }

    /// Where a finding fails, in words to add to a sentence, where the place that is shown first is the change that
    /// brought it.
    pub fn elsewhere(&self, finding: &Finding) -> String {
        match &finding.cause {
            Some(_) => format!(", which fails at `{}` ({})", self.spot(finding.span), finding.resource.address),
            None => String::new(),
        }
    }

    /// Of what a module of the repository has, which deployment it fails in, and where that decides it: ", in envs/dev
    /// (envs/dev/main.tf:21:12)". Nothing where it stands in the deployment itself.
    pub fn deployed(&self, finding: &Finding) -> String {
        let (resource, path) = (&finding.resource, self.path(finding.primary()));
        let is_within = path.strip_prefix(&*resource.deployment).is_some_and(|rest| rest.starts_with('/'));
        if resource.trail.is_none() || resource.deployment.is_empty() || is_within {
            return String::new();
        }
        let elsewhere = super::causes::origins(finding).into_iter().find(|span| self.path(*span) != path);
        let from = elsewhere.map_or_else(String::new, |span| format!(" ({})", self.spot(span)));
        format!(", in {}{from}", one_line(&resource.deployment))
    }

    /// The path of the file that a problem's place is in: of a template that cannot be rendered, that may be the file of another one
    /// that it includes. Where it has no place, the path of what it is about.
    pub fn problem_path<'p>(&'p self, problem: &'p Problem) -> &'p str {
        problem.span.filter(|span| span.file != NO_FILE).map_or(&*problem.path, |span| self.path(span))
    }

    /// `path:line:column` of a problem, as far as there is one; empty for a problem of no file.
    pub fn problem_spot(&self, problem: &Problem) -> String {
        problem.span.map_or_else(|| one_line(&problem.path).into_owned(), |span| self.spot(span))
    }

    /// The problems for a reader: every error, and the first notice of each code with how many more there are like it.
    pub fn notable(&self) -> Vec<(&Problem, usize)> {
        let mut notable: Vec<(&Problem, usize)> = Vec::new();
        let mut notices: BTreeMap<&str, usize> = BTreeMap::new();
        for problem in &self.problems {
            if problem.level == Level::Notice {
                if let Some(first) = notices.get(problem.code).and_then(|index| notable.get_mut(*index)) {
                    first.1 += 1;
                    continue;
                }
                notices.insert(problem.code, notable.len());
            }
            notable.push((problem, 0));
        }
        notable
    }

    /// The findings of the outcomes that were asked for, silenced ones included.
    pub fn shown<'r>(&'r self, options: &'r Options) -> impl Iterator<Item = &'r Finding> {
        self.findings.iter().filter(|finding| options.outcomes().contains(&finding.outcome))
    }

    /// The findings of the outcomes that were asked for and that count.
    pub fn counting<'r>(&'r self, options: &'r Options) -> impl Iterator<Item = &'r Finding> {
        self.shown(options).filter(|finding| finding.suppressed.is_none())
    }

    /// As [`Self::counting`], as people are told of them: what is advice only where it is wanted.
    pub(super) fn told<'r>(&'r self, options: &'r Options) -> impl Iterator<Item = &'r Finding> {
        self.counting(options).filter(|finding| is_told(finding, options))
    }

    /// As [`Self::actionable`], as people are told of them.
    pub fn to_tell<'r>(&'r self, options: &'r Options) -> impl Iterator<Item = &'r Finding> {
        self.actionable(options).filter(|finding| is_told(finding, options))
    }

    /// What is not listed, a line for each sort of it; nothing where all is.
    pub fn untold(&self, options: &Options) -> String {
        let untold = || self.counting(options).filter(|finding| !is_told(finding, options));
        let unread = untold().filter(|finding| is_unread(finding)).count();
        let of = |outcome| untold().filter(move |finding| !is_unread(finding) && finding.outcome == outcome).count();
        let parts = [(of(Outcome::Fail), "finding"), (of(Outcome::Open), "open result")];
        let named = parts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun));
        let named: Vec<String> = named.collect();
        let mut lines = match parts.iter().map(|(number, _)| number).sum::<usize>() {
            0 => String::new(),
            1 => format!("{} of severity info is not listed: `--advice` lists it too.\n", named.concat()),
            _ => format!("{} of severity info are not listed: `--advice` lists them too.\n", named.join(" and ")),
        };
        match unread {
            0 => {}
            1 => lines += "1 more result is open until the syntax error is mended: `--advice` lists it too.\n",
            more => {
                lines += &more.to_string();
                lines += " more results are open until the syntax errors are mended: `--advice` lists them too.\n";
            }
        }
        lines
    }

    /// The file that stands for the repository where a place is wanted at any price: what introduces it, else what sets
    /// annexa up, else its first file.
    pub fn face(&self) -> Option<&'a str> {
        let mut paths = self.workspace.ids().map(|id| self.workspace.path(id));
        let rank = |path: &str| match path.split_once('.').map_or(path, |(stem, _)| stem) {
            "README" => 0,
            "annexa" => 1,
            _ if !path.contains('/') => 2,
            _ => 3,
        };
        let first = paths.next()?;
        Some(paths.fold(first, |best, path| if rank(path) < rank(best) { path } else { best }))
    }

    /// The findings to act on: failing or open, asked for, not silenced.
    pub fn actionable<'r>(&'r self, options: &'r Options) -> impl Iterator<Item = &'r Finding> {
        self.counting(options).filter(|finding| finding.outcome != Outcome::Pass)
    }
}

fn is_told(finding: &Finding, options: &Options) -> bool {
    options.advice || options.asked.is_some() || (finding.severity() > Severity::Info && !is_unread(finding))
}

/// Whether all that keeps a finding open is a syntax error, which is a problem of its own.
fn is_unread(finding: &Finding) -> bool {
    finding.open_because.as_deref() == Some(UNREAD)
}

impl Finding {
    /// The message, and what would decide it where it is open.
    pub fn sentence(&self) -> String {
        match &self.open_because {
            Some(because) if self.outcome == Outcome::Open => format!("{}: {because}", self.message),
            _ => self.message.clone(),
        }
    }

    /// The ids of the controls that its rule bears on directly, joined by commas.
    pub fn direct_controls(&self) -> String {
        let direct = self.rule.controls.iter().filter(|(_, strength)| *strength == Strength::Direct);
        direct.map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// "Use of cryptography".
pub fn control_title(id: ControlId) -> &'static str {
    control::control(id).map_or("", |control| &control.title)
}

/// "8.24 Use of cryptography".
pub fn control_name(id: ControlId) -> String {
    format!("{id} {}", control_title(id))
}

impl Severity {
    /// The severities from worst to least, as [`super::Summary::failed`] counts them.
    pub const WORST_FIRST: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Info => "info",
        }
    }
}

impl Strength {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Strength::Direct => "direct",
            Strength::Supporting => "supporting",
        }
    }
}

impl Outcome {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Fail => "fail",
            Outcome::Open => "open",
            Outcome::Pass => "pass",
        }
    }
}

/// What stands before a rule's id in text: the severity of a failure, else the outcome.
pub fn grade(finding: &Finding) -> &'static str {
    match finding.outcome {
        Outcome::Fail => finding.severity().name(),
        Outcome::Open | Outcome::Pass => finding.outcome.name(),
    }
}

/// What is said after a notice that stands for others of its code; nothing where it stands for itself.
pub fn and_more(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" (and {more} more like this, all in the JSON report)") }
}
