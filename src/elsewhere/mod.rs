//! Results of other tools, as `evidence.toml` names them: what each of their rules came to, of which controls it speaks, and where
//! that is from.
//!
//! They are judgements of those tools, never of annexa: each keeps its origin (tool, version, file, day, hash). A file that shows
//! nothing shows nothing; passes that are too old, of no known day, or of another file than was vouched for are in doubt and
//! show nothing either, while what failed there still fails. Messages of other tools are not kept, since they may quote secrets.

mod bearing;
mod collect;
mod csv;
mod fleet;
mod gathered;
mod hdf;
mod json;
mod ocsf;
mod oscal;
mod sarif;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::civil::Date;

use crate::control::ControlId;
use crate::document::Problem;
use crate::rule::{Severity, Strength};
use crate::source::Span;

pub use collect::collect;

/// Everything that other tools found.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// The files, each with what it is of, in the order of the register.
    pub origins: Vec<Arc<Origin>>,
    /// What the rules of the tools came to, in the order of the origins, then by id.
    pub rules: Vec<Arc<ForeignRule>>,
    /// What could not be read, or leads to no control.
    pub problems: Vec<Problem>,
}

/// Where results are from: a run of a tool in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The record of `evidence.toml` that names the file.
    pub record: Arc<str>,
    /// Where that stands.
    pub span: Span,
    /// The file.
    pub path: Arc<str>,
    /// The SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// The format that it was read in.
    pub format: Arc<str>,
    /// The tool.
    pub tool: Arc<str>,
    /// Its version, where that is said.
    pub version: Option<Arc<str>>,
    /// The day of the oldest result, where that is said.
    pub day: Option<Date>,
    /// The last day on which passes may be relied on.
    pub valid_until: Option<Date>,
    /// Who collects it.
    pub owner: Arc<str>,
    /// Why passes show nothing, where that is so.
    pub doubt: Option<String>,
    /// What all results came to.
    pub counts: ResultCounts,
    /// How many rules lead to no control.
    pub without_control: usize,
}

impl Origin {
    /// "Prowler 5.3.0"
    pub fn tool_words(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.tool),
            None => self.tool.to_string(),
        }
    }

    /// "`scan.json` of 2026-01-31"
    pub fn file_words(&self) -> String {
        match self.day {
            Some(day) => format!("`{}` of {day}", self.path),
            None => format!("`{}` of an unknown day", self.path),
        }
    }
}

/// Results in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ResultCounts {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed and count.
    pub failed: u64,
    /// Those that the tool could not decide.
    pub open: u64,
    /// Those that failed, and the tool was told to accept them.
    pub silenced: u64,
    /// Those that the tool left to a person, or did not look at.
    pub unjudged: u64,
}

impl ResultCounts {
    /// How many there are of anything.
    pub fn all(&self) -> u64 {
        self.passed + self.failed + self.open + self.silenced + self.unjudged
    }

    fn add(&mut self, verdict: Verdict, times: u64) {
        let counter = match verdict {
            Verdict::Pass => &mut self.passed,
            Verdict::Fail => &mut self.failed,
            Verdict::Open => &mut self.open,
            Verdict::Silenced => &mut self.silenced,
            Verdict::Unjudged => &mut self.unjudged,
        };
        *counter = counter.saturating_add(times);
    }
}

/// What a tool says of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Pass,
    Fail,
    Open,
    Silenced,
    Unjudged,
}

/// What a rule of another tool came to in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignRule {
    /// Where that is from.
    pub origin: Arc<Origin>,
    /// Its id there.
    pub id: Arc<str>,
    /// What it is about; its id where nothing else is said.
    pub title: Arc<str>,
    /// How bad it is where it fails.
    pub severity: Severity,
    /// What to do, where the tool says so.
    pub fix: Option<Arc<str>>,
    /// The controls that it speaks of, in order.
    pub bearings: Vec<ForeignBearing>,
    /// What it came to.
    pub counts: ResultCounts,
    /// Some of the places where it fails.
    pub places: Vec<Arc<str>>,
}

/// That a rule of another tool speaks of a control.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignBearing {
    /// The control.
    pub control: ControlId,
    /// Whether it shows the control itself.
    pub strength: Strength,
    /// How that is known.
    pub by: KnownBy,
}

/// How it is known of which control a rule of another tool speaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KnownBy {
    /// The register says so.
    Register,
    /// The tool says so.
    Tool,
    /// A rule of ours is the same check, or a part of it.
    Alias(Arc<str>),
    /// It is about a requirement of another framework that is related to the control.
    Framework(Arc<str>, Arc<str>),
}

impl KnownBy {
    /// "by the register", "by the rule `…`"
    pub fn words(&self) -> String {
        match self {
            KnownBy::Register => "by the register".to_owned(),
            KnownBy::Tool => "by the tool".to_owned(),
            KnownBy::Alias(rule) => format!("by `{rule}`, which checks the same"),
            KnownBy::Framework(name, id) => format!("by {name} {id}, which is related"),
        }
    }
}

impl ForeignBearing {
    /// Whether a failure speaks against the control. One of a related requirement does too: both are about the same matter.
    pub fn speaks_against(&self) -> bool {
        self.strength == Strength::Direct || matches!(self.by, KnownBy::Framework(..))
    }
}

impl ForeignRule {
    /// How it bears on a control.
    pub fn on(&self, id: ControlId) -> Option<&ForeignBearing> {
        self.bearings.iter().find(|bearing| bearing.control == id)
    }

    /// Whether what does not pass speaks against a control: advice does not.
    fn speaks_against(&self, id: ControlId) -> bool {
        self.severity > Severity::Info && self.on(id).is_some_and(ForeignBearing::speaks_against)
    }

    /// How many failures speak against a control.
    pub fn failed_on(&self, id: ControlId) -> u64 {
        if self.speaks_against(id) { self.counts.failed } else { 0 }
    }

    /// How many results that are not decided leave a control open.
    pub fn open_on(&self, id: ControlId) -> u64 {
        if self.speaks_against(id) { self.counts.open } else { 0 }
    }

    /// How many failures that the tool was told to accept would speak against a control.
    pub fn silenced_on(&self, id: ControlId) -> u64 {
        if self.speaks_against(id) { self.counts.silenced } else { 0 }
    }

    /// How many passes show a control.
    pub fn passed_on(&self, id: ControlId) -> u64 {
        let shows = self.origin.doubt.is_none() && self.on(id).is_some_and(|of| of.strength == Strength::Direct);
        if shows { self.counts.passed } else { 0 }
    }
}
