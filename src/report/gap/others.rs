//! What other tools found, in the same words for every format.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::elsewhere::{ForeignRule, Origin};
use crate::posture::{Ledger, Standing};

use super::overview;

/// The head of the table of origins.
pub const HEAD: [&str; 9] =
    ["Tool", "File", "Of", "Relied on until", "Passed", "Failed", "Open", "Accepted there", "Not judged"];

/// An origin as a row below [`HEAD`].
pub fn row(origin: &Origin) -> [String; 9] {
    let counts = origin.counts;
    let day = |day: Option<jiff::civil::Date>| day.map_or("unknown".to_owned(), |day| day.to_string());
    let until = match &origin.doubt {
        Some(doubt) => format!("passes show nothing: {doubt}"),
        None => day(origin.valid_until),
    };
    [
        origin.tool_words(),
        origin.path.to_string(),
        day(origin.day),
        until,
        counts.passed.to_string(),
        counts.failed.to_string(),
        counts.open.to_string(),
        counts.silenced.to_string(),
        counts.unjudged.to_string(),
    ]
}

/// Most rules that a control lists.
const MOST_RULES: usize = 20;

/// The rules of other tools that speak of a control, the worst first, and how many more there are.
pub fn of_control(standing: &Standing) -> (Vec<&ForeignRule>, usize) {
    let mut rules: Vec<&ForeignRule> = standing.elsewhere.iter().map(|rule| &**rule).collect();
    rules.sort_by_key(|rule| {
        (rule.failed_on(standing.id) == 0, std::cmp::Reverse(rule.severity), std::cmp::Reverse(rule.counts.failed))
    });
    let more = rules.len().saturating_sub(MOST_RULES);
    rules.truncate(MOST_RULES);
    (rules, more)
}

/// The tools whose results speak of a control, each once.
pub fn tools(standing: &Standing) -> Vec<String> {
    let all: BTreeSet<String> = standing.elsewhere.iter().map(|rule| rule.origin.tool_words()).collect();
    all.into_iter().collect()
}

/// The controls that results of an origin speak of: "8.9, 8.24"; "none" where there are none.
pub fn controls(ledger: &Ledger, origin: &Arc<Origin>) -> String {
    let is_of = |rule: &Arc<ForeignRule>| Arc::ptr_eq(&rule.origin, origin);
    let of = ledger.controls.iter().filter(|standing| standing.elsewhere.iter().any(is_of));
    let ids = overview::ids(&of.map(|standing| standing.id).collect::<Vec<_>>());
    if ids.is_empty() { "none".to_owned() } else { ids }
}
