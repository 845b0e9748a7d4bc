//! A component definition: what the Statement of Applicability says of each control that applies.

use serde_json::{Value, json};

use super::{Writer, add, control, prop, set, text, token, uuid};
use crate::posture::{Claim, Custom, Ledger};
use crate::report::place::control_title;

/// The document without its UUID.
pub fn body(writer: &Writer<'_>) -> Value {
    let ledger = writer.ledger;
    let standard = uuid("resource", "iso27002-2022");
    let own = uuid("resource", "own-controls");
    let mut component = json!({
        "uuid": uuid("component", "repository"),
        "type": "software",
        "title": "The repository",
        "description": ledger.statement.as_ref().and_then(|head| head.scope.as_deref()).map_or_else(|| "The files that were looked at.".to_owned(), text),
    });
    let mut implementations = Vec::new();
    implementations.extend(implementation(&standard, "Controls of ISO/IEC 27002:2022.", &of_standard(ledger)));
    let of_own: Vec<Value> = ledger.custom.iter().filter_map(|custom| of_own(ledger, custom)).collect();
    implementations.extend(implementation(&own, "Controls of the organisation's own.", &of_own));
    add(&mut component, "control-implementations", implementations);
    let mut resources = vec![
        json!({ "uuid": standard, "title": "ISO/IEC 27002:2022", "description": "The catalogue of controls; ids are written as in Annex A of ISO/IEC 27001." }),
    ];
    if !ledger.custom.is_empty() {
        resources.push(json!({ "uuid": own, "title": "Controls of the organisation's own", "description": "They stand in the Statement of Applicability." }));
    }
    json!({
        "metadata": writer.metadata("Controls of a repository"),
        "components": [component],
        "back-matter": { "resources": resources },
    })
}

/// None where there is nothing to implement: OSCAL has no empty lists.
fn implementation(source: &str, description: &str, requirements: &[Value]) -> Option<Value> {
    (!requirements.is_empty()).then(|| {
        json!({
            "uuid": uuid("implementation", source),
            "source": format!("#{source}"),
            "description": description,
            "implemented-requirements": requirements,
        })
    })
}

fn of_standard(ledger: &Ledger) -> Vec<Value> {
    let claimed = ledger.controls.iter().filter_map(|standing| Some((standing, standing.claim.as_ref()?)));
    let applicable = claimed.filter(|(_, claim)| claim.applicable);
    applicable
        .map(|(standing, claim)| {
            let mut requirement = requirement(ledger, &control(standing.id), control_title(standing.id), claim);
            if let Some(props) = requirement.get_mut("props").and_then(Value::as_array_mut) {
                props.push(prop("state", standing.state.name()));
            }
            let found = format!("Found: {}, {}", standing.state.words(), standing.reason);
            set(&mut requirement, "remarks", text(&found).into());
            requirement
        })
        .collect()
}

fn of_own(ledger: &Ledger, custom: &Custom) -> Option<Value> {
    custom.claim.applicable.then(|| requirement(ledger, &token(&custom.name), &custom.title, &custom.claim))
}

fn requirement(ledger: &Ledger, id: &str, title: &str, claim: &Claim) -> Value {
    let mut props = Vec::new();
    if let Some(how_far) = claim.implementation {
        props.push(json!({ "name": "implementation-status", "value": how_far.name() }));
    }
    for reason in &claim.reasons {
        let led = ledger.reason(reason).map(|title| format!("{reason} ({title})"));
        props.push(prop("reason", led.as_deref().unwrap_or(reason)));
    }
    props.extend(claim.inherited_from.as_deref().map(|supplier| prop("inherited-from", supplier)));
    props.extend(claim.current_level.map(|level| prop("current-level", &level.to_string())));
    props.extend(claim.target_level.map(|level| prop("target-level", &level.to_string())));
    let mut requirement = json!({
        "uuid": uuid("requirement", id),
        "control-id": id,
        "description": claim.how.as_deref().map_or_else(|| text(title), text),
    });
    add(&mut requirement, "props", props);
    let mut roles: Vec<String> = claim.owner.iter().chain(&claim.accountable).map(|role| token(role)).collect();
    roles.dedup();
    add(&mut requirement, "responsible-roles", roles.into_iter().map(|role| json!({ "role-id": role })).collect());
    requirement
}
