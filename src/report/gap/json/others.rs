//! What other tools found, as the JSON reports show it.

use serde::Serialize;

use super::record::{Day, texts};
use crate::control::ControlId;
use crate::elsewhere::{ForeignRule, Origin, ResultCounts};
use crate::rule::{Severity, Strength};

/// Where results are from.
#[derive(Serialize)]
pub struct OriginView<'a> {
    record: &'a str,
    file: &'a str,
    sha256: &'a str,
    format: &'a str,
    tool: &'a str,
    version: Option<&'a str>,
    day: Option<Day>,
    valid_until: Option<Day>,
    owner: &'a str,
    doubt: Option<&'a str>,
    results: ResultCounts,
    rules_without_control: usize,
}

/// What a rule of another tool came to, and how it bears on a control.
#[derive(Serialize)]
pub struct ForeignView<'a> {
    rule: &'a str,
    title: &'a str,
    severity: Severity,
    strength: Strength,
    known_by: String,
    tool: &'a str,
    version: Option<&'a str>,
    file: &'a str,
    day: Option<Day>,
    counts_against: u64,
    counts_for: u64,
    results: ResultCounts,
    places: Vec<&'a str>,
}

pub(super) fn origin(of: &Origin) -> OriginView<'_> {
    OriginView {
        record: &of.record,
        file: &of.path,
        sha256: &of.sha256,
        format: &of.format,
        tool: &of.tool,
        version: of.version.as_deref(),
        day: of.day.map(Day),
        valid_until: of.valid_until.map(Day),
        owner: &of.owner,
        doubt: of.doubt.as_deref(),
        results: of.counts,
        rules_without_control: of.without_control,
    }
}

pub(super) fn rule(of: &ForeignRule, id: ControlId) -> Option<ForeignView<'_>> {
    let bearing = of.on(id)?;
    Some(ForeignView {
        rule: &of.id,
        title: &of.title,
        severity: of.severity,
        strength: bearing.strength,
        known_by: bearing.by.words(),
        tool: &of.origin.tool,
        version: of.origin.version.as_deref(),
        file: &of.origin.path,
        day: of.origin.day.map(Day),
        counts_against: of.failed_on(id),
        counts_for: of.passed_on(id),
        results: of.counts,
        places: texts(&of.places),
    })
}
