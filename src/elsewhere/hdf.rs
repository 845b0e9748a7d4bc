//! The Heimdall Data Format, as `InSpec` and the tools of MITRE SAF write it.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Verdict;
use super::gathered::{FileFaults, Gathered, Reading, Tag, day, severity};
use super::json;
use crate::rule::Severity;

#[derive(Deserialize)]
struct Execution<'t> {
    #[serde(borrow)]
    profiles: Vec<Profile<'t>>,
}

#[derive(Deserialize)]
struct Profile<'t> {
    name: String,
    version: Option<String>,
    #[serde(rename = "parent_profile")]
    parent: Option<String>,
    #[serde(borrow)]
    controls: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Control {
    id: String,
    title: Option<String>,
    impact: Option<f64>,
    #[serde(default)]
    tags: Map<String, Value>,
    #[serde(default)]
    results: Vec<Segment>,
    waiver_data: Option<Value>,
}

#[derive(Deserialize)]
struct Segment {
    status: Option<String>,
    start_time: Option<String>,
}

pub(super) fn read(text: &str, faults: &mut FileFaults) -> Vec<Gathered> {
    let execution: Execution<'_> = match json::object(text) {
        Ok(execution) => execution,
        Err(fault) => {
            faults.add(fault);
            return Vec::new();
        }
    };
    // Where a profile builds on another one, the controls of both have the same results.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut profiles: Vec<Profile<'_>> = execution.profiles;
    profiles.sort_by_key(|profile| profile.parent.is_some());
    profiles.into_iter().map(|of| profile(text, of, &mut seen, faults)).collect()
}

fn profile(text: &str, profile: Profile<'_>, seen: &mut BTreeSet<String>, faults: &mut FileFaults) -> Gathered {
    let mut gathered = Gathered::of(Some(profile.name), profile.version);
    for raw in profile.controls {
        let Some(control) = json::item::<Control>(text, raw, faults) else { continue };
        if !control.results.is_empty() && !seen.insert(control.id.clone()) {
            continue;
        }
        for segment in &control.results {
            gathered.on(segment.start_time.as_deref().and_then(day));
        }
        let verdict = verdict(&control);
        let Control { id, title, impact, tags, .. } = control;
        let nist = tags.get("nist").map(texts).unwrap_or_default();
        // Words such as `Rev_4` stand among the ids, and lead to nothing.
        let tags_read = nist.into_iter().map(|id| Tag::Nist(id.to_owned())).collect();
        let fix = tags.get("fix").and_then(Value::as_str).map(str::to_owned);
        let said = tags.get("severity").and_then(Value::as_str).and_then(severity);
        let severity = impact.map(graded).or(said);
        gathered.add(Reading { rule: id, title, severity, fix, tags: tags_read, ..Reading::default() }, verdict, 1);
    }
    gathered
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => vec![text],
        _ => Vec::new(),
    }
}

/// How a control ended: its worst result counts, and without any nobody looked.
fn verdict(control: &Control) -> Verdict {
    let is = |word: &str| control.results.iter().any(|of| of.status.as_deref() == Some(word));
    let waived = control.waiver_data.as_ref().and_then(|of| of.get("justification")).is_some_and(Value::is_string);
    if control.impact == Some(0.0) {
        Verdict::Unjudged
    } else if is("failed") {
        if waived { Verdict::Silenced } else { Verdict::Fail }
    } else if is("error") {
        Verdict::Open
    } else if is("passed") && !is("skipped") {
        Verdict::Pass
    } else {
        Verdict::Unjudged
    }
}

/// The severity that an impact stands for.
fn graded(impact: f64) -> Severity {
    match impact {
        0.9.. => Severity::Critical,
        0.7.. => Severity::High,
        0.4.. => Severity::Medium,
        impact if impact > 0.0 => Severity::Low,
        _ => Severity::Info,
    }
}
