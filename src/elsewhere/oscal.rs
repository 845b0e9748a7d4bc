//! OSCAL assessment results, in JSON.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Verdict;
use super::bearing::{control_of_oscal, is_of_nist};
use super::gathered::{FileFaults, Gathered, Reading, Tag, day};
use super::json;
use crate::rule::Severity;

#[derive(Deserialize)]
struct Document<'t> {
    #[serde(rename = "assessment-results", borrow)]
    results: Option<Assessment<'t>>,
}

#[derive(Deserialize)]
struct Assessment<'t> {
    metadata: Metadata,
    #[serde(borrow)]
    results: Vec<Outcome<'t>>,
}

#[derive(Deserialize)]
struct Metadata {
    title: String,
}

#[derive(Deserialize)]
struct Outcome<'t> {
    start: String,
    end: Option<String>,
    #[serde(rename = "local-definitions")]
    definitions: Option<Value>,
    #[serde(default, borrow)]
    findings: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Finding {
    title: String,
    target: Target,
}

#[derive(Deserialize)]
struct Target {
    #[serde(rename = "target-id")]
    id: String,
    status: Status,
}

#[derive(Deserialize)]
struct Status {
    state: String,
    reason: Option<String>,
}

pub(super) fn read(text: &str, faults: &mut FileFaults) -> Vec<Gathered> {
    let assessment = match json::object::<Document<'_>>(text) {
        Ok(Document { results: Some(results) }) => results,
        Ok(Document { results: None }) => {
            faults.say(None, "has no `assessment-results`");
            return Vec::new();
        }
        Err(fault) => {
            faults.add(fault);
            return Vec::new();
        }
    };
    let Assessment { metadata, results } = assessment;
    results.into_iter().map(|of| outcome(text, &metadata, of, faults)).collect()
}

fn outcome(text: &str, metadata: &Metadata, of: Outcome<'_>, faults: &mut FileFaults) -> Gathered {
    let (tool, version) = of.definitions.as_ref().and_then(tool).unwrap_or_else(|| (metadata.title.clone(), None));
    let mut gathered = Gathered::of(Some(tool), version);
    gathered.on(day(of.end.as_deref().unwrap_or(&of.start)));
    for raw in of.findings {
        let Some(found) = json::item::<Finding>(text, raw, faults) else { continue };
        let Target { id, status } = found.target;
        let verdict = match (status.state.as_str(), status.reason.as_deref()) {
            ("satisfied", _) => Verdict::Pass,
            // Not that it fails was found, but something else: that nobody looked, or that it is not decided.
            ("not-satisfied", Some(reason)) if reason != "fail" => Verdict::Open,
            ("not-satisfied", _) => Verdict::Fail,
            (other, _) => {
                let message = format!("`{other}` is no state of a target, expected `satisfied` or `not-satisfied`");
                faults.say(Some(json::start(text, raw)), message);
                continue;
            }
        };
        let tag = control_of_oscal(&id).map(Tag::Control).or_else(|| is_of_nist(&id).then(|| Tag::Nist(id.clone())));
        let reading = Reading {
            rule: id,
            title: Some(found.title),
            severity: Some(Severity::Medium),
            tags: tag.into_iter().collect(),
            ..Reading::default()
        };
        gathered.add(reading, verdict, 1);
    }
    gathered
}

/// The first software among the assets of an assessment, else among its components.
fn tool(definitions: &Value) -> Option<(String, Option<String>)> {
    let lists = ["/assessment-assets/components", "/components"];
    let components = lists.iter().filter_map(|list| definitions.pointer(list)?.as_array()).flatten();
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).map(str::to_owned);
    let software = components.into_iter().find(|of| text(of, "type").as_deref() == Some("software"))?;
    let props = software.get("props").and_then(Value::as_array);
    let version = props.into_iter().flatten().find(|prop| text(prop, "name").as_deref() == Some("version"));
    Some((text(software, "title")?, version.and_then(|prop| text(prop, "value"))))
}
