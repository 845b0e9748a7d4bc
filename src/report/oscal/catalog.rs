//! A catalog of the 93 controls, and a profile that selects those which apply: ids and short names, no text of the standard.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{NAMES, VERSION, Writer, control, prop, uuid};
use crate::control::catalogue;
use crate::report::gap::overview::THEMES;
use crate::report::text::Escaping;

/// The name of the file that a profile says its catalog is in.
const FILE: &str = "catalog.json";

/// Writes the catalog. It is the same for everybody, but for the moment.
pub fn write(out: &mut dyn Write, moment: &str) -> io::Result<()> {
    let groups: Vec<Value> = THEMES.into_iter().map(|(clause, theme)| group(clause, theme)).collect();
    let body = json!({
        "metadata": {
            "title": "Controls of ISO/IEC 27002:2022: ids and short names",
            "last-modified": moment,
            "version": "2022",
            "oscal-version": VERSION,
            "remarks": "Holds no text of the standard, which ISO and IEC publish. Ids are those of Annex A of ISO/IEC 27001:2022.",
        },
        "groups": groups,
    });
    let mut whole = json!({ "uuid": uuid("catalog", &body.to_string()) });
    if let (Some(whole), Value::Object(body)) = (whole.as_object_mut(), body) {
        whole.extend(body);
    }
    serde_json::to_writer_pretty(Escaping(&mut *out), &json!({ "catalog": whole }))?;
    out.write_all(b"\n")
}

fn group(clause: u8, theme: &str) -> Value {
    let controls = catalogue().iter().filter(|of| of.id.clause() == clause);
    let controls = controls.map(|of| {
        json!({
            "id": control(of.id),
            "title": &*of.title,
            "props": [
                { "name": "label", "value": format!("A.{}", of.id) },
                { "name": "sort-id", "value": sort_id(&of.id.to_string()) },
                prop("evidence", of.evidence.name()),
            ],
        })
    });
    let mut title = theme.to_owned();
    title.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    json!({
        "id": format!("a.{clause}"),
        "class": "clause",
        "title": format!("{title} controls"),
        "controls": controls.collect::<Vec<_>>(),
    })
}

/// `a.08.09`, which sorts before `a.08.10`.
fn sort_id(id: &str) -> String {
    let parts: Vec<String> = id.split('.').map(|part| format!("{part:0>2}")).collect();
    format!("a.{}", parts.join("."))
}

/// The body of a profile: what the Statement of Applicability selects, or all where nothing is decided.
pub(super) fn profile(writer: &Writer<'_>) -> Value {
    let excluded: Vec<String> = writer
        .ledger
        .controls
        .iter()
        .filter(|standing| standing.claim.as_ref().is_some_and(|claim| !claim.applicable))
        .map(|standing| control(standing.id))
        .collect();
    let resource = uuid("resource", FILE);
    let href = format!("#{resource}");
    let import = if excluded.is_empty() {
        json!({ "href": href, "include-all": {} })
    } else {
        json!({ "href": href, "include-all": {}, "exclude-controls": [{ "with-ids": excluded }] })
    };
    json!({
        "metadata": writer.metadata("Controls that apply, by the Statement of Applicability"),
        "imports": [import],
        "merge": { "as-is": true },
        "back-matter": { "resources": [{
            "uuid": resource,
            "title": "Controls of ISO/IEC 27002:2022",
            "description": format!("As `annexa oscal catalog --out {FILE}` writes them; the namespace of properties is {NAMES}."),
            "rlinks": [{ "href": FILE, "media-type": "application/oscal.catalog+json" }],
        }] },
    })
}
