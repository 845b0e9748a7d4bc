//! Findings of the Open Cybersecurity Schema Framework, as Prowler and others write them: a list, or one object after the other.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Verdict;
use super::bearing::tags_of;
use super::gathered::{FileFaults, Gathered, Reading, Tag, day, severity};
use super::json;
use crate::rule::Severity;

#[derive(Deserialize)]
struct Event {
    metadata: Metadata,
    category_uid: Option<i64>,
    status: Option<String>,
    status_id: Option<i64>,
    status_code: Option<String>,
    severity: Option<String>,
    severity_id: Option<i64>,
    time: Option<Value>,
    time_dt: Option<Value>,
    finding_info: Option<FindingInfo>,
    compliance: Option<Compliance>,
    #[serde(default)]
    resources: Vec<ResourceNamed>,
    resource: Option<ResourceNamed>,
    remediation: Option<Remediation>,
    unmapped: Option<Unmapped>,
}

#[derive(Deserialize)]
struct Metadata {
    event_code: Option<String>,
    product: Product,
}

#[derive(Deserialize)]
struct Product {
    name: Option<String>,
    version: Option<String>,
}

#[derive(Deserialize)]
struct FindingInfo {
    title: Option<String>,
}

#[derive(Deserialize)]
struct Compliance {
    control: Option<String>,
    status: Option<String>,
    status_id: Option<i64>,
    #[serde(default)]
    standards: Vec<String>,
    #[serde(default)]
    requirements: Vec<String>,
}

#[derive(Deserialize)]
struct ResourceNamed {
    uid: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Remediation {
    desc: Option<String>,
}

#[derive(Deserialize)]
struct Unmapped {
    #[serde(default)]
    compliance: BTreeMap<String, Value>,
}

/// The category of findings.
const FINDINGS: i64 = 2;

pub(super) fn read(text: &str, faults: &mut FileFaults) -> Vec<Gathered> {
    let mut runs: BTreeMap<(Option<String>, Option<String>), Gathered> = BTreeMap::new();
    for raw in json::items(text, faults) {
        let Some(event) = json::item::<Event>(text, raw, faults) else { continue };
        if event.category_uid.is_some_and(|category| category != FINDINGS) {
            faults.say(Some(json::start(text, raw)), "is no finding: its `category_uid` is another one than 2");
            continue;
        }
        let Some(verdict) = verdict(&event) else {
            faults.say(Some(json::start(text, raw)), "a finding does not say how it ended");
            continue;
        };
        let product = (event.metadata.product.name.clone(), event.metadata.product.version.clone());
        let day = moment(&event);
        let Some(reading) = reading(event) else {
            faults.say(Some(json::start(text, raw)), "a finding names no check: it has no `metadata.event_code`");
            continue;
        };
        let run = runs.entry(product.clone()).or_insert_with(|| Gathered::of(product.0, product.1));
        run.on(day);
        run.add(reading, verdict, 1);
    }
    runs.into_values().collect()
}

fn reading(event: Event) -> Option<Reading> {
    let Event {
        metadata,
        severity: word,
        severity_id,
        finding_info,
        compliance,
        resources,
        resource,
        remediation,
        unmapped,
        ..
    } = event;
    let title = finding_info.and_then(|info| info.title);
    let control = compliance.as_ref().and_then(|of| of.control.clone());
    let rule = metadata.event_code.or(control).or_else(|| title.clone()).filter(|rule| !rule.trim().is_empty())?;
    let graded = match severity_id {
        Some(1) => Some(Severity::Info),
        Some(2) => Some(Severity::Low),
        Some(3) => Some(Severity::Medium),
        Some(4) => Some(Severity::High),
        Some(5 | 6) => Some(Severity::Critical),
        _ => word.as_deref().and_then(severity),
    };
    let mut tags: Vec<Tag> = Vec::new();
    for (framework, ids) in unmapped.map(|of| of.compliance).unwrap_or_default() {
        let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_str);
        tags.extend(ids.flat_map(|id| tags_of(&framework, id)));
    }
    if let Some(of) = &compliance {
        let standards = of.standards.join(" ");
        // Some name the framework with each requirement: `NIST.800-53.r5 AC-3`.
        tags.extend(of.requirements.iter().flat_map(|id| tags_of(&format!("{standards} {id}"), id)));
    }
    let place = resources.into_iter().chain(resource).find_map(|of| of.uid.or(of.name));
    let fix = remediation.and_then(|of| of.desc);
    Some(Reading { rule, title, severity: graded, level: None, fix, tags, place })
}

fn verdict(event: &Event) -> Option<Verdict> {
    let is_suppressed =
        event.status_id == Some(3) || event.status.as_deref().is_some_and(|of| of.eq_ignore_ascii_case("suppressed"));
    let of_compliance = event.compliance.as_ref().and_then(|of| match (of.status_id, of.status.as_deref()) {
        (Some(1), _) => Some("pass".to_owned()),
        (Some(2), _) => Some("warning".to_owned()),
        (Some(3), _) => Some("fail".to_owned()),
        (_, word) => word.map(str::to_ascii_lowercase),
    });
    let code = of_compliance.or_else(|| event.status_code.as_deref().map(str::to_ascii_lowercase));
    let verdict = match code.as_deref() {
        Some("pass" | "passed") => Verdict::Pass,
        Some("fail" | "failed") => Verdict::Fail,
        Some("warning" | "unknown" | "error") => Verdict::Open,
        Some("manual" | "not_available" | "not_applicable" | "info" | "other") => Verdict::Unjudged,
        Some(_) => return None,
        // A finding that is no verdict of compliance stands until it is resolved.
        None => match (event.status_id, event.status.as_deref()) {
            (Some(4..=6), _) | (None, Some("Resolved" | "Archived" | "Deleted")) => Verdict::Unjudged,
            (Some(1..=3), _) | (None, Some("New" | "In Progress" | "Suppressed")) => Verdict::Fail,
            _ => return None,
        },
    };
    Some(if verdict == Verdict::Fail && is_suppressed { Verdict::Silenced } else { verdict })
}

/// The day of an event: as a text, else seconds or milliseconds since 1970.
fn moment(event: &Event) -> Option<jiff::civil::Date> {
    let of = |value: &Option<Value>| match value {
        Some(Value::String(text)) => day(text),
        Some(Value::Number(number)) => {
            let number = number.as_i64()?;
            // As seconds this is the year 5138.
            let seconds = if number > 100_000_000_000 { number / 1000 } else { number };
            let moment = jiff::Timestamp::from_second(seconds).ok()?;
            Some(jiff::tz::Offset::UTC.to_datetime(moment).date())
        }
        _ => None,
    };
    of(&event.time_dt).or_else(|| of(&event.time))
}
