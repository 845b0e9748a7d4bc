//! OSCAL 1.2 (NIST's exchange format): assessment results, a component definition, a plan of action and milestones, and the
//! controls as a catalog with a profile of those that apply.
//!
//! Deterministic: every UUID is a version 5 one of what it stands for, the UUID of a document one of its content, and the
//! moment is given. OSCAL knows two verdicts; only what checks show is `satisfied`, everything else that was looked at is
//! `not-satisfied`, and the state that annexa found stands beside it.

pub mod catalog;
mod component;
mod observation;
mod plan;
mod results;
mod risk;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::control::ControlId;
use crate::posture::Ledger;

use super::text::{Escaping, one_line};
use super::{Format, Report};

/// Assessment results: what was observed, and the verdict for each control that was looked at.
pub const RESULTS: Format = Format {
    name: "assessment-results",
    doc: "What was observed, and a verdict for each control that was looked at.",
    ledger: true,
    render: |report, _, out| document(report, out, "assessment-results", results::body),
};

/// A component definition: how each control is implemented, as the Statement of Applicability says.
pub const COMPONENT: Format = Format {
    name: "component-definition",
    doc: "How each control is implemented, as the Statement of Applicability says.",
    ledger: true,
    render: |report, _, out| document(report, out, "component-definition", component::body),
};

/// A plan of action and milestones: the ranked plan.
pub const PLAN: Format = Format {
    name: "poam",
    doc: "The ranked plan. OSCAL wants at least one item.",
    ledger: true,
    render: |report, _, out| document(report, out, "plan-of-action-and-milestones", plan::body),
};

/// A profile: the controls that apply, as the Statement of Applicability says.
pub const PROFILE: Format = Format {
    name: "profile",
    doc: "The controls that apply, as the Statement of Applicability says.",
    ledger: true,
    render: |report, _, out| document(report, out, "profile", catalog::profile),
};

/// Assessment results among the formats of a report and of the gap analysis.
pub const OSCAL: Format =
    Format { name: "oscal", doc: "OSCAL 1.2 assessment results.", ledger: true, render: RESULTS.render };

/// Every document of OSCAL that is made of a report; the catalog is made of none.
pub const DOCUMENTS: &[&Format] = &[&RESULTS, &COMPONENT, &PLAN, &PROFILE];

/// The version of OSCAL that documents are written in.
const VERSION: &str = "1.2.1";

/// The namespace of names that OSCAL does not define.
const NAMES: &str = "https://github.com/annexa/annexa/ns/oscal";

/// The namespace of every UUID: the version 5 UUID of [`NAMES`] among URLs.
fn namespace() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, NAMES.as_bytes())
}

/// The UUID of a thing: of its sort and what tells it apart.
fn uuid(sort: &str, key: &str) -> String {
    Uuid::new_v5(&namespace(), format!("{sort}\n{key}").as_bytes()).to_string()
}

/// What a document is made from.
struct Writer<'a> {
    report: &'a Report<'a>,
    ledger: &'a Ledger,
    moment: String,
}

fn document(report: &Report<'_>, out: &mut dyn Write, name: &str, body: fn(&Writer<'_>) -> Value) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let writer = Writer { report, ledger, moment: moment(report, ledger) };
    let body = body(&writer);
    let mut whole = json!({ "uuid": uuid(name, &body.to_string()) });
    if let (Some(whole), Value::Object(body)) = (whole.as_object_mut(), body) {
        whole.extend(body);
    }
    serde_json::to_writer_pretty(Escaping(&mut *out), &json!({ name: whole }))?;
    out.write_all(b"\n")
}

/// The moment given, else midnight (UTC) of the day that dates are compared with.
fn moment(report: &Report<'_>, ledger: &Ledger) -> String {
    report.about.moment.map_or_else(|| midnight(ledger.today), |moment| moment.to_string())
}

/// Midnight (UTC) of a day.
pub fn midnight(day: jiff::civil::Date) -> String {
    format!("{day}T00:00:00Z")
}

/// Adds a member to an object.
fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

impl Writer<'_> {
    fn metadata(&self, title: &str) -> Value {
        let version = self.report.about.commit.clone().unwrap_or_else(|| self.ledger.today.to_string());
        let mut props = vec![prop("tool-version", env!("CARGO_PKG_VERSION"))];
        props.extend((!self.report.rules_hash.is_empty()).then(|| prop("rules-hash", &self.report.rules_hash)));
        props.extend(self.report.about.commit.as_deref().map(|commit| prop("commit", commit)));
        let mut metadata = json!({
            "title": title,
            "last-modified": self.moment,
            "version": version,
            "oscal-version": VERSION,
            "props": props,
        });
        let roles = self.roles();
        if !roles.is_empty() {
            let known = |role: &str| self.ledger.roles.iter().find(|known| &*known.id == role);
            let title = |role| known(role).map_or(role, |known| &known.title);
            let roles =
                roles.into_iter().map(|role| json!({ "id": token(role), "title": text(title(role)) })).collect();
            set(&mut metadata, "roles", roles);
        }
        metadata
    }

    /// The roles that the Statement, the plan and the risks name, each once.
    fn roles(&self) -> std::collections::BTreeSet<&str> {
        let claims = self.ledger.controls.iter().filter_map(|standing| standing.claim.as_ref());
        let claims = claims.chain(self.ledger.custom.iter().map(|custom| &custom.claim));
        let named = claims.flat_map(|claim| claim.owner.iter().chain(&claim.accountable));
        let actions = self.ledger.actions.iter().map(|action| &action.owner);
        let risks = self.ledger.risks.iter().map(|risk| &risk.owner);
        named.chain(actions).chain(risks).map(|role| &**role).collect()
    }
}

/// A property of our namespace.
fn prop(name: &str, value: &str) -> Value {
    json!({ "name": name, "ns": NAMES, "value": text(value) })
}

/// A text that is never empty, on one line, without blanks at its ends and without characters that nobody sees.
fn text(text: &str) -> String {
    let shown = one_line(text.trim()).trim().to_owned();
    if shown.is_empty() { "–".to_owned() } else { shown }
}

/// A text as OSCAL's names are written: letters, digits, dots, dashes and underscores, a letter first.
fn token(text: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = text.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("_{name}") }
}

/// The id of a control: `a.8.24`.
fn control(id: ControlId) -> String {
    format!("a.{id}")
}

/// Adds a list to an object unless it is empty: OSCAL has no empty lists.
fn add(object: &mut Value, key: &str, items: Vec<Value>) {
    if !items.is_empty() {
        object[key] = Value::Array(items);
    }
}

/// The component of the tool itself, which made the observations.
fn tool() -> (String, Value) {
    let id = uuid("component", "annexa");
    let component = json!({
        "uuid": id,
        "type": "software",
        "title": "annexa",
        "description": "Evaluates rules over the files of a repository.",
        "props": [{ "name": "version", "value": env!("CARGO_PKG_VERSION") }],
        "status": { "state": "operational" },
    });
    (id, component)
}

/// The component that stands for what was looked at.
fn system(writer: &Writer<'_>) -> (String, Value) {
    let id = uuid("component", "repository");
    let scope = writer.ledger.statement.as_ref().and_then(|head| head.scope.as_deref());
    let component = json!({
        "uuid": id,
        "type": "this-system",
        "title": "The repository",
        "description": scope.map_or_else(|| "The files that were looked at.".to_owned(), text),
        "status": { "state": "operational" },
    });
    (id, component)
}
