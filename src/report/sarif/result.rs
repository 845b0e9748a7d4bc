//! Findings as results, problems as notifications, and their places.

use serde_json::{Map, Value, json};

use super::index::Index;
use super::{ROOT, rule};
use crate::document::{Level, Problem};
use crate::evaluate::Outcome;
use crate::report::text::uri;
use crate::report::{REPOSITORY, Report};
use crate::source::Span;
use crate::triage::{Finding, Suppressed, SuppressedBy, fingerprint};

/// The result of a finding.
pub fn of(report: &Report<'_>, index: &Index<'_>, finding: &Finding) -> Value {
    let level = if finding.outcome == Outcome::Fail { rule::level(finding.rule.severity) } else { "none" };
    let mut location = location(report, index, finding.span);
    location.insert("logicalLocations".to_owned(), json!([logical(finding)]));
    let mut result = json!({
        "ruleId": &*finding.rule.id,
        "ruleIndex": index.rule(&finding.rule.id),
        "kind": finding.outcome.name(),
        "level": level,
        "message": { "text": finding.sentence() },
        "locations": [location],
        "partialFingerprints": { format!("annexa/v{}", fingerprint::VERSION): finding.fingerprint },
        "properties": { "severity": finding.rule.severity },
    });
    let Some(fields) = result.as_object_mut() else { return result };
    if !finding.related.is_empty() {
        let related = (1..).zip(&finding.related).map(|(id, related): (u32, _)| {
            let mut place = self::location(report, index, related.span);
            place.insert("id".to_owned(), Value::from(id));
            place.insert("message".to_owned(), json!({ "text": &*related.message }));
            Value::from(place)
        });
        fields.insert("relatedLocations".to_owned(), related.collect());
    }
    if let Some(suppressed) = &finding.suppressed {
        fields.insert("suppressions".to_owned(), json!([suppression(report, index, suppressed)]));
    }
    result
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
        SuppressedBy::Waiver | SuppressedBy::Baseline => "external",
    };
    let mut suppression = json!({ "kind": kind, "status": "accepted", "justification": suppressed.reason });
    if let (Some(span), Some(fields)) = (suppressed.span, suppression.as_object_mut()) {
        fields.insert("location".to_owned(), Value::from(location(report, index, span)));
    }
    suppression
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
