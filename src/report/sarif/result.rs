//! Findings as results, problems as notifications, and their places.

use serde_json::{Map, Value, json};

use super::index::Index;
use super::{MOST_INSTANCES, MOST_PLACES, ROOT, SHOWN, rule};
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::report::causes::Cause;
use crate::report::text::uri;
use crate::report::{REPOSITORY, Report};
use crate::source::Span;
use crate::triage::{Finding, Suppressed, SuppressedBy, fingerprint};

/// The result of a finding, which stands for all that have its cause.
pub fn of(report: &Report<'_>, index: &Index<'_>, cause: &Cause<'_>) -> Value {
    let finding = cause.finding;
    let level = if finding.outcome == Outcome::Fail { rule::level(finding.severity()) } else { "none" };
    let mut location = primary(report, index, finding.primary());
    location.insert("logicalLocations".to_owned(), json!([logical(finding)]));
    let mut result = json!({
        "ruleId": &*finding.rule.id,
        "ruleIndex": index.rule(&finding.rule.id),
        "kind": finding.outcome.name(),
        "level": level,
        "message": { "text": report.sentence(cause) },
        "locations": [location],
        "partialFingerprints": { format!("annexa/v{}", fingerprint::VERSION): finding.fingerprint },
        "properties": properties(cause),
    });
    let Some(fields) = result.as_object_mut() else { return result };
    let further = cause.others.iter().map(|other| (other.primary(), &*other.message));
    let further = further.filter(|(span, _)| *span != finding.primary());
    let related = (1..).zip(finding.others().chain(further).take(MOST_PLACES)).map(|(id, (span, what)): (u32, _)| {
        let mut place = self::location(report, index, span);
        place.insert("id".to_owned(), Value::from(id));
        place.insert("message".to_owned(), json!({ "text": what }));
        Value::from(place)
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        fields.insert("relatedLocations".to_owned(), Value::from(related));
    }
    if let Some(suppressed) = &finding.suppressed {
        fields.insert("suppressions".to_owned(), json!([suppression(report, index, suppressed)]));
    }
    result
}

/// What SARIF has no field for: the severity, and the resources where one cause makes several fail.
fn properties(cause: &Cause<'_>) -> Value {
    let mut properties = json!({ "severity": cause.finding.severity() });
    let instances = std::iter::once(cause.finding).chain(cause.others.iter().copied()).take(MOST_INSTANCES);
    let instance = |of: &Finding| {
        let resource = &of.resource;
        json!({ "address": &*resource.address, "deployment": &*resource.deployment, "fingerprint": of.fingerprint })
    };
    let instances = instances.map(instance);
    if let (false, Some(fields)) = (cause.others.is_empty(), properties.as_object_mut()) {
        fields.insert("resources".to_owned(), Value::from(cause.others.len() + 1));
        fields.insert("instances".to_owned(), instances.collect());
    }
    properties
}

/// That a report has more than a log may hold.
pub fn left_out(count: usize) -> Value {
    let text = format!(
        "{count} results are left out, the least severe ones: GitHub takes 25,000 results and 10 MB of a run. \
         `--control`, `--rule` or a path make smaller runs."
    );
    json!({ "descriptor": { "id": "sarif::left-out" }, "level": "warning", "message": { "text": text } })
}

/// That GitHub shows fewer results than the log holds.
pub fn not_shown(count: usize) -> Value {
    let text = format!("GitHub shows the {SHOWN} most severe of {count} results");
    json!({ "descriptor": { "id": "sarif::not-shown" }, "level": "note", "message": { "text": text } })
}

/// The notification of a problem.
pub fn notification(report: &Report<'_>, index: &Index<'_>, problem: &Problem) -> Value {
    let level = match problem.level {
        Level::Error => "error",
        Level::Notice => "note",
    };
    let text = match &problem.help {
        Some(help) => format!("{}\n{help}", problem.message),
        None => problem.message.clone(),
    };
    let place = match problem.span {
        Some(span) => Some(location(report, index, span)),
        None if problem.path.is_empty() => None,
        None => Some(Map::from_iter([(
            "physicalLocation".to_owned(),
            json!({ "artifactLocation": file(index, &problem.path) }),
        )])),
    };
    json!({
        "descriptor": { "id": problem.code },
        "level": level,
        "message": { "text": text },
        "locations": Vec::from_iter(place),
    })
}

fn logical(finding: &Finding) -> Value {
    let resource = &finding.resource;
    json!({
        "name": &*resource.address,
        "fullyQualifiedName": &*resource.address,
        "kind": "resource",
        "properties": { "kind": &*resource.kind, "deployment": &*resource.deployment },
    })
}

fn suppression(report: &Report<'_>, index: &Index<'_>, suppressed: &Suppressed) -> Value {
    let kind = match suppressed.by {
        SuppressedBy::Comment => "inSource",
        SuppressedBy::Waiver | SuppressedBy::Baseline | SuppressedBy::Settings | SuppressedBy::Known => "external",
    };
    let mut suppression = json!({ "kind": kind, "status": "accepted", "justification": suppressed.reason });
    if let (Some(span), Some(fields)) = (suppressed.span, suppression.as_object_mut()) {
        fields.insert("location".to_owned(), Value::from(location(report, index, span)));
    }
    suppression
}

/// The place of a result, which always has a region: services show nothing else. What is about the repository itself is
/// shown at the first line of the file that stands for it.
fn primary(report: &Report<'_>, index: &Index<'_>, span: Span) -> Map<String, Value> {
    if report.location(span).is_some() {
        return location(report, index, span);
    }
    let path = report.path(span);
    let path = if path == REPOSITORY { report.face().unwrap_or(path) } else { path };
    let physical = json!({ "artifactLocation": file(index, path), "region": { "startLine": 1 } });
    Map::from_iter([("physicalLocation".to_owned(), physical)])
}

fn location(report: &Report<'_>, index: &Index<'_>, span: Span) -> Map<String, Value> {
    let mut physical = Map::new();
    physical.insert("artifactLocation".to_owned(), file(index, report.path(span)));
    if let Some(at) = report.location(span) {
        let region = json!({
            "startLine": at.start.line,
            "startColumn": at.start.column,
            "endLine": at.end.line,
            "endColumn": at.end.column,
            "byteOffset": at.start.offset,
            "byteLength": at.end.offset - at.start.offset,
        });
        physical.insert("region".to_owned(), region);
    }
    Map::from_iter([("physicalLocation".to_owned(), Value::from(physical))])
}

/// A file; the repository itself is its root.
fn file(index: &Index<'_>, path: &str) -> Value {
    match index.path(path) {
        Some(number) => json!({ "uri": uri(path), "uriBaseId": ROOT, "index": number }),
        None if path == REPOSITORY => json!({ "uri": "./", "uriBaseId": ROOT }),
        None => json!({ "uri": uri(path), "uriBaseId": ROOT }),
    }
}
