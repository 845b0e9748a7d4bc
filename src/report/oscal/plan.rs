//! A plan of action and milestones.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Writer, add, control, observation, prop, risk, system, text, tool, uuid};
use crate::posture::{FORMULA, Item};

/// The document without its UUID.
pub fn body(writer: &Writer<'_>) -> Value {
    let ledger = writer.ledger;
    let mut body = json!({
        "metadata": writer.metadata("Plan of action for a repository"),
        "system-id": { "identifier-type": "http://ietf.org/rfc/rfc4122", "id": uuid("system", "repository") },
        "local-definitions": { "components": [tool().1, system(writer).1], "remarks": FORMULA },
    });
    let mended: BTreeSet<&str> = ledger.plan.iter().flat_map(|item| &item.findings).map(String::as_str).collect();
    let mut seen = BTreeSet::new();
    let findings = writer.report.findings.iter().filter(|of| mended.contains(of.fingerprint.as_str()));
    let findings = findings.filter(|finding| seen.insert(&finding.fingerprint));
    add(&mut body, "observations", findings.map(|finding| observation::of_finding(writer, finding)).collect());
    add(&mut body, "risks", risk::all(writer));
    add(
        &mut body,
        "poam-items",
        ledger.plan.iter().enumerate().map(|(rank, item)| of_item(writer, rank, item)).collect(),
    );
    body
}

fn of_item(writer: &Writer<'_>, rank: usize, item: &Item) -> Value {
    let controls: Vec<String> = item.controls.iter().map(|id| control(*id)).collect();
    let key = item.rule.as_deref().or(item.nonconformity.as_deref()).unwrap_or_default();
    let mut props = vec![prop("rank", &(rank + 1).to_string()), prop("priority", &item.priority.to_string())];
    props.extend(controls.iter().map(|id| prop("control", id)));
    props.extend(item.owner.as_deref().map(|owner| prop("owner", owner)));
    props.extend(item.action.as_deref().map(|action| prop("action", action)));
    props.extend(item.nonconformity.as_deref().map(|id| prop("nonconformity", id)));
    props.extend(item.due.map(|due| prop("due", &due.to_string())));
    props.extend(item.overdue.then(|| prop("overdue", "yes")));
    let mut shown = json!({
        "uuid": uuid("poam-item", &format!("{key}\n{}", controls.join(" "))),
        "title": text(&item.title),
        "description": text(&item.fix),
        "props": props,
    });
    let known: BTreeSet<&str> = writer.report.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    let mended: BTreeSet<&str> =
        item.findings.iter().map(String::as_str).filter(|print| known.contains(print)).collect();
    let observed = mended.into_iter().map(|print| json!({ "observation-uuid": uuid("observation", print) }));
    add(&mut shown, "related-observations", observed.collect());
    let linked = item.risk.as_deref().map(risk::registered_id);
    let failing = item.rule.as_deref().map(risk::failing_id);
    let failing = failing.or_else(|| item.nonconformity.as_deref().map(risk::nonconformity_id));
    add(&mut shown, "related-risks", linked.into_iter().chain(failing).map(|id| json!({ "risk-uuid": id })).collect());
    shown
}
