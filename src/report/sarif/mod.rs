//! SARIF 2.1.0, for code scanning services and viewers.
//!
//! A finding is a result with its kind (`fail`, `open`, `pass`), a silenced one has suppressions, a problem is a
//! notification of the invocation. The controls are a taxonomy that the rules relate to.

mod index;
mod result;
mod rule;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::json::Each;
use super::text::Escaping;
use super::{Format, Options, Report};
use index::Index;

/// The format.
pub const SARIF: Format =
    Format { name: "sarif", doc: "SARIF 2.1.0, for code scanning services and viewers.", ledger: true, render };

/// Where the schema lives; readers use it as a name.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The name by which paths are relative to the scanned root.
const ROOT: &str = "%SRCROOT%";
/// The name of the taxonomy of controls.
const TAXONOMY: &str = "ISO/IEC 27002:2022";

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report, options);
    let run = Run {
        tool: json!({ "driver": driver(report, &index) }),
        invocations: json!([invocation(report, &index)]),
        bases: json!({ ROOT: { "description": { "text": "The root of what was scanned." } } }),
        artifacts: Each(|| index.paths().map(artifact)),
        results: Each(|| report.shown(options).map(|finding| result::of(report, &index, finding))),
        taxonomies: json!([taxonomy(&index)]),
        column_kind: "unicodeCodePoints",
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_writer_pretty(Escaping(&mut *out), &log)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<A, R> {
    tool: Value,
    invocations: Value,
    #[serde(rename = "originalUriBaseIds")]
    bases: Value,
    artifacts: A,
    results: R,
    taxonomies: Value,
    column_kind: &'static str,
}

fn driver(report: &Report<'_>, index: &Index<'_>) -> Value {
    json!({
        "name": "annexa",
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": index.rules().map(|known| rule::of(known, index)).collect::<Vec<_>>(),
        "supportedTaxonomies": [{ "name": TAXONOMY, "index": 0 }],
        "properties": { "rulesHash": report.rules_hash },
    })
}

/// The controls that the rules bear on.
fn taxonomy(index: &Index<'_>) -> Value {
    let taxa = index.controls().map(|control| {
        json!({
            "id": control.id,
            "name": &*control.title,
            "shortDescription": { "text": &*control.title },
            "fullDescription": { "text": &*control.purpose },
        })
    });
    json!({
        "name": TAXONOMY,
        "organization": "ISO/IEC",
        "shortDescription": { "text": "Information security controls" },
        "informationUri": "https://www.iso.org/standard/75652.html",
        "isComprehensive": false,
        "taxa": taxa.collect::<Vec<_>>(),
    })
}

fn artifact(path: &str) -> Value {
    json!({ "location": { "uri": super::text::uri(path), "uriBaseId": ROOT }, "roles": ["analysisTarget"] })
}

fn invocation(report: &Report<'_>, index: &Index<'_>) -> Value {
    let notifications = report.problems.iter().map(|problem| result::notification(report, index, problem));
    json!({
        "executionSuccessful": report.summary.problems == 0,
        "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
        "properties": { "filesNotRead": report.summary.not_read, "filesNotJudged": report.summary.not_judged },
    })
}
