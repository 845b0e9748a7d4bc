//! What other tools found of a control, in words and numbers. It is told as theirs, and never makes a control `evidenced`:
//! which of its topics they looked at is not known.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::control::{ControlId, Rating};
use crate::elsewhere::{ForeignRule, Origin};
use crate::rule::{Severity, Strength};

use super::standing::State;

/// The rules of other tools that speak of a control.
#[derive(Clone, Copy, Default)]
pub(super) struct OfOthers<'a> {
    /// The control.
    pub id: Option<ControlId>,
    /// The rules.
    pub rules: &'a [Arc<ForeignRule>],
}

/// Most rules that a sentence names.
const MOST_NAMED: usize = 2;

impl OfOthers<'_> {
    /// "3 results of Prowler 5.3.0 fail: `one`, `other` and 2 more rules"; none where none speaks against it.
    pub fn failing(&self) -> Option<String> {
        self.words(ForeignRule::failed_on, "fails", "fail")
    }

    /// "2 results of Prowler 5.3.0 are not decided: `one`"
    pub fn open(&self) -> Option<String> {
        self.words(ForeignRule::open_on, "is not decided", "are not decided")
    }

    /// "2 results that Checkov 3.2.0 was told to accept: `one`"
    pub fn silenced(&self) -> Option<String> {
        self.words(ForeignRule::silenced_on, "is accepted there", "are accepted there")
    }

    /// "12 results of Prowler 5.3.0 pass: `one`"
    pub fn passing(&self) -> Option<String> {
        self.words(ForeignRule::passed_on, "passes", "pass")
    }

    /// What passes show at best, by what the rating of the control allows.
    pub fn shown(&self, ceiling: Rating) -> Option<(State, String)> {
        let state = match ceiling {
            Rating::AttestationOnly => return None,
            Rating::DocumentEvidence => State::Documented,
            Rating::Partial | Rating::Strong => State::PartiallyEvidenced,
        };
        Some((state, self.passing()?))
    }

    /// Why passes show nothing any more, where nothing newer does.
    pub fn stale(&self) -> Option<String> {
        let id = self.id?;
        if self.passing().is_some() {
            return None;
        }
        let shows = |rule: &ForeignRule| {
            rule.counts.passed > 0 && rule.on(id).is_some_and(|of| of.strength == Strength::Direct)
        };
        let doubted = self.rules.iter().find(|rule| shows(rule) && rule.origin.doubt.is_some())?;
        let origin: &Origin = &doubted.origin;
        let doubt = origin.doubt.as_deref().unwrap_or_default();
        Some(format!("passes of {} in `{}` show nothing: {doubt}", origin.tool_words(), origin.path))
    }

    fn words(&self, of: impl Fn(&ForeignRule, ControlId) -> u64, one: &str, many: &str) -> Option<String> {
        let id = self.id?;
        let mut having: Vec<(&Arc<ForeignRule>, u64)> =
            self.rules.iter().map(|rule| (rule, of(rule, id))).filter(|(_, count)| *count > 0).collect();
        having.sort_by_key(|(rule, count)| (Reverse(rule.severity), Reverse(*count), Arc::clone(&rule.id)));
        let all: u64 = having.iter().map(|(_, count)| count).sum();
        let mut tools: Vec<String> = having.iter().map(|(rule, _)| rule.origin.tool_words()).collect();
        tools.sort();
        tools.dedup();
        let tool = match tools.as_slice() {
            [] => return None,
            [tool] => tool.as_str(),
            _ => "other tools",
        };
        let (results, verb) = if all == 1 { ("result", one) } else { ("results", many) };
        let mut ids: Vec<&str> = Vec::new();
        for (rule, _) in &having {
            if !ids.contains(&&*rule.id) {
                ids.push(&rule.id);
            }
        }
        let named: Vec<String> = ids.iter().take(MOST_NAMED).map(|id| format!("`{id}`")).collect();
        let more = match ids.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            1 => " and 1 more rule".to_owned(),
            more => format!(" and {more} more rules"),
        };
        Some(format!("{all} {results} of {tool} {verb}: {}{more}", named.join(", ")))
    }
}

/// How many failures of other tools speak against a control and would stop a run if they were findings.
pub(super) fn serious(rules: &[Arc<ForeignRule>], id: ControlId) -> u64 {
    rules.iter().filter(|rule| rule.severity >= Severity::Medium).map(|rule| rule.failed_on(id)).sum()
}
