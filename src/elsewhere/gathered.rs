//! What is gathered from a file while it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{ResultCounts, Verdict};
use crate::control::ControlId;
use crate::rule::Severity;
use crate::secrecy;

/// Most rules of one run.
const MAX_RULES: usize = 20_000;

/// Most places of a rule that are kept.
const MAX_PLACES: usize = 5;

/// Most faults of one file that are told.
const MAX_FAULTS: usize = 20;

/// Longest text that is kept, in characters.
const MAX_TEXT: usize = 300;

/// What a tool says that a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tag {
    /// A control.
    Control(ControlId),
    /// A requirement of SP 800-53, as it is written.
    Nist(String),
    /// A subcategory of the Cybersecurity Framework 2.0.
    Csf(String),
}

/// One result.
#[derive(Default)]
pub(super) struct Reading {
    pub rule: String,
    pub title: Option<String>,
    pub severity: Option<Severity>,
    /// What the tool says in place of a severity: whether it warns, or calls it an error.
    pub level: Option<Severity>,
    pub fix: Option<String>,
    pub tags: Vec<Tag>,
    pub place: Option<String>,
}

/// What a rule came to.
#[derive(Default)]
pub(super) struct RuleRead {
    pub title: Option<Arc<str>>,
    pub severity: Option<Severity>,
    pub level: Option<Severity>,
    pub fix: Option<Arc<str>>,
    pub tags: BTreeSet<Tag>,
    pub counts: ResultCounts,
    pub places: Vec<Arc<str>>,
}

/// What a run of a tool came to.
#[derive(Default)]
pub(super) struct Gathered {
    pub tool: Option<String>,
    pub version: Option<String>,
    /// The oldest day of a result.
    pub day: Option<Date>,
    pub rules: BTreeMap<String, RuleRead>,
    pub counts: ResultCounts,
    /// Results of rules that were too many to keep.
    pub dropped: u64,
}

impl Gathered {
    pub fn of(tool: Option<String>, version: Option<String>) -> Gathered {
        let named = |text: Option<String>| text.map(|text| short(&text)).filter(|text| !text.is_empty());
        Gathered { tool: named(tool), version: named(version), ..Gathered::default() }
    }

    /// Notes a day; the oldest counts.
    pub fn on(&mut self, day: Option<Date>) {
        self.day = match (self.day, day) {
            (Some(known), Some(day)) => Some(known.min(day)),
            (known, day) => known.or(day),
        };
    }

    pub fn add(&mut self, reading: Reading, verdict: Verdict, times: u64) {
        self.counts.add(verdict, times);
        let id = short(&reading.rule);
        if self.rules.len() >= MAX_RULES && !self.rules.contains_key(&id) {
            self.dropped += times;
            return;
        }
        let rule = self.rules.entry(id).or_default();
        rule.counts.add(verdict, times);
        rule.tags.extend(reading.tags);
        rule.severity = rule.severity.max(reading.severity);
        rule.level = rule.level.max(reading.level);
        let kept =
            |text: Option<String>| text.map(|text| Arc::from(short(&text))).filter(|text: &Arc<str>| !text.is_empty());
        rule.title = rule.title.take().or_else(|| kept(reading.title));
        rule.fix = rule.fix.take().or_else(|| kept(reading.fix));
        if verdict == Verdict::Fail
            && let Some(place) = kept(reading.place)
            && rule.places.len() < MAX_PLACES
            && !rule.places.contains(&place)
        {
            rule.places.push(place);
        }
    }
}

/// A text on one line, of bounded length, and without what looks secret.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = line.char_indices().nth(MAX_TEXT).map_or(line.as_str(), |(end, _)| line.get(..end).unwrap_or_default());
    secrecy::concealed(cut).into_owned()
}

/// What is wrong with a file, with the place where that is known.
pub(super) struct Fault {
    pub at: Option<usize>,
    pub message: String,
}

/// The faults of one file.
#[derive(Default)]
pub(super) struct FileFaults {
    pub told: Vec<Fault>,
    pub more: usize,
}

impl FileFaults {
    pub fn add(&mut self, fault: Fault) {
        if self.told.len() < MAX_FAULTS {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }

    pub fn say(&mut self, at: Option<usize>, message: impl Into<String>) {
        self.add(Fault { at, message: message.into() });
    }
}

/// The day that a text begins with: `2026-01-31T10:00:00Z`.
pub(super) fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

/// The severity of a word.
pub(super) fn severity(word: &str) -> Option<Severity> {
    Some(match word.to_ascii_lowercase().as_str() {
        "critical" | "fatal" => Severity::Critical,
        "high" | "error" => Severity::High,
        "medium" | "moderate" | "warning" => Severity::Medium,
        "low" | "note" | "minor" => Severity::Low,
        "info" | "informational" | "none" => Severity::Info,
        _ => return None,
    })
}
