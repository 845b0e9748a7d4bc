//! A rule as a reporting descriptor.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::index::Index;
use super::{MOST_TAGS, TAXONOMY};
use crate::report::Published;
use crate::report::place::control_name;
use crate::rule::{Rule, Severity};

/// The descriptor of a rule.
pub fn of(rule: &Rule, index: &Index<'_>, published: &Published) -> Value {
    let relationships = rule.controls.iter().map(|(id, strength)| {
        json!({
            "target": { "id": id, "index": index.control(*id), "toolComponent": { "name": TAXONOMY, "index": 0 } },
            "kinds": ["relevant"],
            "properties": { "strength": strength },
        })
    });
    let controls = rule.controls.iter().map(|(id, _)| format!("iso27002-2022/{id}"));
    let tags: Vec<String> = ["security".to_owned()].into_iter().chain(controls).take(MOST_TAGS).collect();
    let mut descriptor = json!({
        "id": &*rule.id,
        "name": name(&rule.id),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.why },
        "help": { "text": help(rule), "markdown": help_markdown(rule) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "relationships": relationships.collect::<Vec<_>>(),
        "properties": {
            "tags": tags,
            "precision": "high",
            "problem.severity": problem_severity(rule.severity),
            "security-severity": score(rule.severity),
            "aliases": rule.aliases.iter().map(|alias| &*alias.id).collect::<Vec<_>>(),
        },
    });
    let page = published.page(rule).or_else(|| rule.references.first().cloned());
    if let (Some(page), Some(fields)) = (page, descriptor.as_object_mut()) {
        fields.insert("helpUri".to_owned(), Value::from(page));
    }
    descriptor
}

/// How a failure of a rule is graded in SARIF.
pub fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

/// The number that GitHub grades by: over 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low.
pub(super) fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Info => "0.0",
    }
}

/// `RdsStorageUnencrypted`
fn name(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for word in id.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

fn help(rule: &Rule) -> String {
    let mut help = format!("{}\n\n{}\n", rule.why.trim(), rule.fix.trim());
    for (id, strength) in &rule.controls {
        // Writing to a string cannot fail.
        let _ = write!(help, "\n{} ({})", control_name(*id), strength.name());
    }
    for reference in &rule.references {
        let _ = write!(help, "\n{reference}");
    }
    help
}

/// The rule's own texts are ours and may hold Markdown.
fn help_markdown(rule: &Rule) -> String {
    let mut help = format!("{}\n\n**Fix:** {}\n\n**Controls of {TAXONOMY}:**\n", rule.why.trim(), rule.fix.trim());
    for (id, strength) in &rule.controls {
        let _ = write!(help, "\n- {} ({})", control_name(*id), strength.name());
    }
    if !rule.references.is_empty() {
        help.push_str("\n\n**References:**\n");
    }
    for reference in &rule.references {
        let _ = write!(help, "\n- <{reference}>");
    }
    help
}
