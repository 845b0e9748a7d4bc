//! SARIF 2.1.0, for code scanning services and viewers.
//!
//! A finding is a result with its kind (`fail`, `open`, `pass`), a silenced one has suppressions, a problem is a
//! notification of the invocation. The controls are a taxonomy that the rules relate to.
//!
//! What is written is what GitHub's code scanning can show: it makes an alert of every result, whatever its kind and
//! suppressions, so only what fails and counts is written unless more is asked for; and it refuses a log that is over its
//! limits, so the least severe results are left out then, and counted.

mod index;
mod result;
mod rule;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::causes::Cause;
use super::json::Each;
use super::text::Escaping;
use super::{Format, Options, Report};
use crate::evaluate::Outcome;
use crate::triage::Finding;
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

/// Most results of a run that GitHub takes.
const MOST_RESULTS: usize = 25_000;
/// So many of them it shows, the most severe.
const SHOWN: usize = 5_000;
/// Most bytes of results: JSON of this kind is a tenth of that in gzip, of which GitHub takes 10 MB.
const MOST_BYTES: usize = 50_000_000;
/// So many places of a result GitHub keeps.
const MOST_PLACES: usize = 100;
/// Most resources that a result lists where one cause makes several fail.
const MOST_INSTANCES: usize = 100;
/// Most tags of a rule that GitHub takes.
const MOST_TAGS: usize = 20;

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let outcomes = options.asked.as_deref().unwrap_or(&[Outcome::Fail]);
    let wanted =
        |finding: &&Finding| outcomes.contains(&finding.outcome) && (options.silenced || finding.suppressed.is_none());
    let causes = report.causes(report.findings.iter().filter(wanted));
    let index = Index::of(report, &causes);
    let results: Vec<Value> = causes.iter().map(|cause| result::of(report, &index, cause)).collect();
    let (results, left_out) = within_limits(&causes, results, MOST_RESULTS, MOST_BYTES);
    let run = Run {
        tool: json!({ "driver": driver(report, &index) }),
        invocations: json!([invocation(report, &index, results.len(), left_out)]),
        bases: json!({ ROOT: { "description": { "text": "The root of what was scanned." } } }),
        artifacts: Each(|| index.paths().map(artifact)),
        results,
        taxonomies: json!([taxonomy(&index)]),
        column_kind: "unicodeCodePoints",
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_writer_pretty(Escaping(&mut *out), &log)?;
    out.write_all(b"\n")
}

/// The results that fit, in their order, and how many do not: what fails before what does not, then the most severe.
fn within_limits(causes: &[Cause<'_>], results: Vec<Value>, most: usize, bytes: usize) -> (Vec<Value>, usize) {
    // Nothing that is small can be too large.
    if results.len() <= most.min(SHOWN) {
        return (results, 0);
    }
    let mut order: Vec<usize> = (0..causes.len()).collect();
    let rank =
        |index: &usize| causes.get(*index).map(|cause| (cause.finding.outcome, Reverse(cause.finding.severity())));
    order.sort_by_key(|index| (rank(index), *index));
    let mut room = bytes;
    let mut fits = vec![false; results.len()];
    for index in order.into_iter().take(most) {
        let size = results.get(index).map_or(0, |result| result.to_string().len());
        let Some(left) = room.checked_sub(size) else { break };
        room = left;
        if let Some(fits) = fits.get_mut(index) {
            *fits = true;
        }
    }
    let all = results.len();
    let kept: Vec<Value> = results.into_iter().zip(fits).filter_map(|(result, fits)| fits.then_some(result)).collect();
    let left_out = all - kept.len();
    (kept, left_out)
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
struct Run<A> {
    tool: Value,
    invocations: Value,
    #[serde(rename = "originalUriBaseIds")]
    bases: Value,
    artifacts: A,
    results: Vec<Value>,
    taxonomies: Value,
    column_kind: &'static str,
}

fn driver(report: &Report<'_>, index: &Index<'_>) -> Value {
    json!({
        "name": "annexa",
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": index.rules().map(|known| rule::of(known, index, &report.about.published)).collect::<Vec<_>>(),
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

fn invocation(report: &Report<'_>, index: &Index<'_>, results: usize, left_out: usize) -> Value {
    let notifications = report.problems.iter().map(|problem| result::notification(report, index, problem));
    let limits =
        [(left_out > 0).then(|| result::left_out(left_out)), (results > SHOWN).then(|| result::not_shown(results))];
    let notifications = notifications.chain(limits.into_iter().flatten());
    json!({
        "executionSuccessful": report.summary.problems == 0,
        "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
        "properties": { "filesNotRead": report.summary.not_read, "filesNotJudged": report.summary.not_judged },
    })
}
