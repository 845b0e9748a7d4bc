//! What rules ask for, in words.

use super::words::value;
use crate::document::Value;
use crate::rule::{Ask, Comparison, Condition, Link, Predicate, Quantifier, Wanted};

/// Longest description of what a linked resource has to be.
const LONGEST: usize = 100;

/// What a comparison asks for, in words; none where the path says it all.
pub(super) fn expected(comparison: &Comparison) -> Option<&str> {
    comparison.words.get_or_init(|| of_comparison(comparison)).as_deref()
}

fn of_comparison(comparison: &Comparison) -> Option<String> {
    let words = match &comparison.ask {
        Ask::Present(_) => return None,
        Ask::Count(predicate) | Ask::Distinct(predicate) | Ask::Nodes(predicate) => predicate_words(predicate)?,
    };
    Some(match comparison.quantifier {
        Quantifier::None => format!("none {words}"),
        Quantifier::Every | Quantifier::Some => words,
    })
}

/// What a predicate asks for, in words.
pub(super) fn predicate_words(predicate: &Predicate) -> Option<String> {
    Some(match predicate {
        Predicate::All(parts) => {
            let parts: Vec<String> = parts.iter().filter_map(predicate_words).collect();
            parts.join(" and ")
        }
        Predicate::Test { operator, argument, .. } => match &argument.value {
            Value::Bool(true) if operator.name != "equals" => operator.expects.to_owned(),
            _ => [operator.expects, &value(argument)].join(" ").trim_start().to_owned(),
        },
        Predicate::View { operator, of, .. } => {
            [operator.expects, &predicate_words(of).unwrap_or_default()].join(" ").trim_start().to_owned()
        }
        Predicate::Not(part) => format!("not {}", predicate_words(part)?),
        Predicate::IgnoringCase(part) => format!("{} in any case", predicate_words(part)?),
        Predicate::Length(part) => format!("a length of {}", predicate_words(part)?),
        Predicate::Empty(true) => "nothing in it".to_owned(),
        Predicate::Empty(false) => "something in it".to_owned(),
        Predicate::Nested(condition) => condition_words(condition)?,
        Predicate::Beside(beside) => {
            let what = if beside.takes_list { "what stands at " } else { "" };
            format!("{} {what}`{}`", beside.operator.expects, beside.path).trim_start().to_owned()
        }
    })
}

/// What a condition of one node asks for; none where a link is a part of it.
pub(super) fn condition_words(condition: &Condition) -> Option<String> {
    let joined = |parts: &[Condition], word: &str| {
        let parts: Option<Vec<String>> = parts.iter().map(condition_words).collect();
        Some(parts?.join(word)).filter(|text| !text.is_empty())
    };
    match condition {
        Condition::All(parts) => joined(parts, " and "),
        Condition::Any(parts) => joined(parts, " or "),
        Condition::Not(part) => Some(format!("not {}", condition_words(part)?)),
        Condition::Linked(_) => None,
        Condition::At(comparison) => {
            let path = comparison.paths.first()?.text();
            let words = expected(comparison).unwrap_or("set");
            Some(format!("`{path}` {words}"))
        }
    }
}

/// What a link asks for: "`aws_flow_log` with `traffic_type` "ALL"", and whether that says all of it.
pub(super) fn linked(link: &Link) -> &(String, bool) {
    link.words.get_or_init(|| of_link(link))
}

fn of_link(link: &Link) -> (String, bool) {
    let named = |kind: &str| format!("`{}`", kind.split_once('/').map_or(kind, |(_, kind)| kind));
    let mut kinds: Vec<String> = link.kinds.iter().map(|kind| named(&kind.text)).collect();
    kinds.dedup();
    let kinds = kinds.join(" or ");
    if !matches!(link.wanted, Wanted::One) {
        return (kinds, false);
    }
    match link.with.as_ref().map(condition_words) {
        None => (kinds, true),
        Some(Some(with)) if with.chars().count() <= LONGEST => (format!("{kinds} with {with}"), true),
        Some(_) => (format!("{kinds} that would do"), false),
    }
}
