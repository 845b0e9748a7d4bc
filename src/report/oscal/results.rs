//! Assessment results.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Writer, add, control, observation, prop, risk, system, text, tool, uuid};
use crate::posture::{Standing, State};
use crate::report::gap::overview;
use crate::report::place::control_name;
use crate::report::summary;

/// The document without its UUID.
pub fn body(writer: &Writer<'_>) -> Value {
    let plan = uuid("resource", "assessment-plan");
    json!({
        "metadata": writer.metadata("Assessment of a repository against ISO/IEC 27002:2022"),
        "import-ap": { "href": format!("#{plan}") },
        "results": [result(writer)],
        "back-matter": { "resources": [{
            "uuid": plan,
            "title": "Assessment plan",
            "description": "Every rule of annexa that bears on a control, over every file of the repository.",
            "props": [prop("rules-hash", &writer.report.rules_hash)],
        }] },
    })
}

fn result(writer: &Writer<'_>) -> Value {
    let ledger = writer.ledger;
    let assessed: Vec<&Standing> = ledger.controls.iter().filter(|standing| is_assessed(standing)).collect();
    let mut result = json!({
        "uuid": uuid("result", &format!("{}\n{}", writer.moment, writer.report.rules_hash)),
        "title": format!("Scan of {}", ledger.today),
        "description": format!("{}. {}.", overview::headline(ledger), summary::counts(&writer.report.summary)),
        "start": writer.moment,
        "end": writer.moment,
        "local-definitions": { "components": components(writer) },
        "reviewed-controls": reviewed(&assessed),
    });
    add(&mut result, "attestations", attestations(writer));
    add(&mut result, "observations", observation::all(writer));
    add(&mut result, "risks", risk::all(writer));
    add(&mut result, "findings", assessed.iter().map(|standing| finding(writer, standing)).collect());
    result
}

/// This tool, what it looked at, and the other tools whose results it read, each once.
fn components(writer: &Writer<'_>) -> Vec<Value> {
    let others: BTreeMap<String, Value> =
        writer.ledger.origins.iter().map(|origin| observation::other_tool(origin)).collect();
    [tool().1, system(writer).1].into_iter().chain(others.into_values()).collect()
}

/// What nothing looked at and what is excluded has no verdict.
fn is_assessed(standing: &Standing) -> bool {
    !matches!(standing.state, State::NotAssessed | State::NotApplicable)
}

fn reviewed(assessed: &[&Standing]) -> Value {
    let ids: Vec<Value> = assessed.iter().map(|standing| json!({ "control-id": control(standing.id) })).collect();
    if ids.is_empty() {
        let nothing = "Every control was asked about, and nothing was found out about any.";
        return json!({ "control-selections": [{ "description": nothing, "include-all": {} }] });
    }
    let mut selection = json!({ "description": "The controls that something was found out about." });
    add(&mut selection, "include-controls", ids);
    json!({ "control-selections": [selection] })
}

/// The verdict on a control, with the state that annexa found beside it.
fn finding(writer: &Writer<'_>, standing: &Standing) -> Value {
    let (state, reason) = match standing.state {
        State::Evidenced => ("satisfied", "pass"),
        State::Contradicted | State::Gap => ("not-satisfied", "fail"),
        _ => ("not-satisfied", "other"),
    };
    let claim = crate::report::gap::axes::said(standing).unwrap_or("nothing");
    let mut finding = json!({
        "uuid": uuid("finding", &control(standing.id)),
        "title": control_name(standing.id),
        "description": text(&format!("{}: {}", standing.state.words(), standing.reason)),
        "props": [
            prop("state", standing.state.name()),
            prop("said", claim),
            prop("judging-rules", &standing.tally.basis.rules.to_string()),
            prop("resources", &standing.tally.basis.subjects.to_string()),
            prop("topics-judged", &standing.tally.basis.topics.to_string()),
            prop("topics", &standing.tally.basis.topics_known.to_string()),
        ],
        "target": {
            "type": "objective-id",
            "target-id": control(standing.id),
            "title": control_name(standing.id),
            "status": { "state": state, "reason": reason, "remarks": text(&standing.reason) },
        },
    });
    add(&mut finding, "related-observations", observation::related(writer, standing));
    let linked: BTreeSet<String> = risks(writer, standing).collect();
    add(&mut finding, "related-risks", linked.into_iter().map(|id| json!({ "risk-uuid": id })).collect());
    finding
}

fn risks<'a>(writer: &'a Writer<'_>, standing: &'a Standing) -> impl Iterator<Item = String> + 'a {
    let items = writer.ledger.plan.iter().filter(|item| item.controls.contains(&standing.id));
    let failing = items.filter_map(|item| {
        let of_rule = item.rule.as_deref().map(risk::failing_id);
        of_rule.or_else(|| item.nonconformity.as_deref().map(risk::nonconformity_id))
    });
    standing.risks.iter().map(|id| risk::registered_id(id)).chain(failing)
}

/// What people state, in words.
fn attestations(writer: &Writer<'_>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let all = writer.ledger.controls.iter().flat_map(|standing| &standing.attestations);
    all.filter(|attestation| seen.insert(&attestation.id))
        .map(|attestation| {
            let until = if attestation.expired { "expired on" } else { "until" };
            let prose = format!(
                "{} ({}, stated by {}, checked by {}, {until} {})",
                attestation.statement,
                attestation.id,
                attestation.made_by,
                attestation.approved_by,
                attestation.expires
            );
            json!({ "parts": [{
                "uuid": uuid("statement", &attestation.id),
                "name": "authorization-statements",
                "title": text(&attestation.id),
                "prose": text(&prose),
            }] })
        })
        .collect()
}
