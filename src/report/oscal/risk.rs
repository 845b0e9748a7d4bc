//! Risks: those of the register, and what each failing rule puts at risk.

use serde_json::{Value, json};

use super::{Writer, midnight, prop, set, text, uuid};
use crate::posture::{Item, Risk};

/// The UUID of a risk of the register.
pub fn registered_id(risk: &str) -> String {
    uuid("risk", risk)
}

/// The UUID of what a failing rule puts at risk.
pub fn failing_id(rule: &str) -> String {
    uuid("risk-of-rule", rule)
}

/// The UUID of what an open nonconformity puts at risk.
pub fn nonconformity_id(id: &str) -> String {
    uuid("risk-of-nonconformity", id)
}

/// Every risk: those of the register in the order written, then those of failing rules and open nonconformities as the plan
/// ranks them.
pub fn all(writer: &Writer<'_>) -> Vec<Value> {
    let registered = writer.ledger.risks.iter().map(|risk| registered(writer, risk));
    let failing = writer.ledger.plan.iter().filter_map(|item| failing(writer, item));
    registered.chain(failing).collect()
}

fn registered(writer: &Writer<'_>, risk: &Risk) -> Value {
    let acting = writer
        .ledger
        .actions
        .iter()
        .any(|action| action.is_open && action.controls.iter().any(|id| risk.controls.contains(id)));
    let status = match &*risk.treatment {
        "accept" => "deviation-approved",
        _ if acting => "remediating",
        _ => "open",
    };
    let mut props = vec![
        prop("likelihood", &risk.likelihood.to_string()),
        prop("impact", &risk.impact.to_string()),
        prop("treatment", &risk.treatment),
        prop("owner", &risk.owner),
    ];
    props.extend(risk.residual.map(|residual| prop("residual-score", &residual.to_string())));
    json!({
        "uuid": registered_id(&risk.id),
        "title": text(&risk.title),
        "description": text(&format!("{} of the risk register: likelihood {} of 5, impact {} of 5.", risk.id, risk.likelihood, risk.impact)),
        "statement": text(&risk.title),
        "props": props,
        "status": status,
    })
}

fn failing(writer: &Writer<'_>, item: &Item) -> Option<Value> {
    if let Some(id) = item.nonconformity.as_deref() {
        return Some(nonconforming(item, id));
    }
    let rule = item.rule.as_deref()?;
    let why = writer.report.findings.iter().find(|finding| &*finding.rule.id == rule).map(|finding| &finding.rule.why);
    let mut risk = json!({
        "uuid": failing_id(rule),
        "title": text(&item.title),
        "description": text(&format!("Rule {rule} fails. {}", item.fix)),
        "statement": why.map_or_else(|| text(&item.title), |why| text(why)),
        "props": [prop("priority", &item.priority.to_string())],
        "status": if item.action.is_some() { "remediating" } else { "open" },
    });
    if let Some(due) = item.due {
        set(&mut risk, "deadline", midnight(due).into());
    }
    Some(risk)
}

/// What an open nonconformity puts at risk.
fn nonconforming(item: &Item, id: &str) -> Value {
    let mut risk = json!({
        "uuid": nonconformity_id(id),
        "title": text(&item.title),
        "description": text(&format!("Nonconformity {id} is open. {}", item.fix)),
        "statement": text(&item.title),
        "props": [prop("priority", &item.priority.to_string())],
        "status": if item.action.is_some() { "remediating" } else { "open" },
    });
    if let Some(due) = item.due {
        set(&mut risk, "deadline", midnight(due).into());
    }
    risk
}
