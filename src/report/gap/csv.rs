//! The gap analysis for spreadsheets: one row for each control.
//!
//! Ids are written as `A.5.10`: a spreadsheet would make the number 5.1 of `5.10`.

use std::io::{self, Write};

use crate::control::{self, crosswalk};
use crate::elsewhere::ForeignRule;
use crate::governance::soa::Implementation;
use crate::posture::{Ledger, Part, Standing};
use crate::report::place::control_title;
use crate::report::sheet::Sheet;
use crate::report::{Format, Options, Report};

use super::{others, overview};

/// The format.
pub const CSV: Format =
    Format { name: "csv", doc: "One row for each control, for spreadsheets.", ledger: true, render };

const HEAD: [&str; 41] = [
    "control",
    "title",
    "theme",
    "state",
    "reason",
    "ceiling",
    "rules",
    "passed",
    "nothing to fail",
    "failed",
    "open",
    "suppressed",
    "waived",
    "judging rules",
    "resources",
    "topics judged",
    "topics",
    "applicable",
    "implementation",
    "owner",
    "accountable",
    "consulted",
    "informed",
    "current level",
    "target level",
    "reasons",
    "exclusion",
    "inherited from",
    "evidence",
    "attested until",
    "risks",
    "actions",
    "nonconformities",
    "passed elsewhere",
    "failed elsewhere",
    "open elsewhere",
    "found by",
    "due",
    "priority",
    "control type",
    "property",
];

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let frameworks = crosswalk::frameworks().iter().map(|framework| &*framework.name);
    let head: Vec<&str> = HEAD.into_iter().chain(frameworks).collect();
    let mut sheet = Sheet::new(&mut *out, &head)?;
    for standing in &ledger.controls {
        sheet.row(&row(ledger, standing))?;
    }
    sheet.finish()
}

fn row(ledger: &Ledger, standing: &Standing) -> Vec<String> {
    let claim = standing.claim.as_ref();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let control = control::control(standing.id);
    let [(_, types), (_, properties), ..] = overview::attributes(standing.id);
    let related = crosswalk::frameworks().iter().map(|framework| framework.related(standing.id));
    let related = related.map(|ids| joined(ids.iter().map(|id| &**id)));
    let actions = ledger.actions.iter().filter(|action| action.is_open && action.controls.contains(&standing.id));
    let item = ledger.plan.iter().filter(|item| item.controls.contains(&standing.id)).max_by_key(|item| item.priority);
    let current = standing.attestations.iter().filter(|attestation| !attestation.expired);
    let tally = standing.tally;
    let elsewhere = |of: &dyn Fn(&ForeignRule) -> u64| -> String {
        standing.elsewhere.iter().map(|rule| of(rule)).sum::<u64>().to_string()
    };
    let tools = others::tools(standing);
    let roles = |part| ledger.having(part, standing).join("; ");
    let cells: [String; HEAD.len()] = [
        format!("A.{}", standing.id),
        control_title(standing.id).to_owned(),
        text(control.map(|control| &*control.theme)),
        standing.state.name().to_owned(),
        standing.reason.clone(),
        text(control.map(|control| control.evidence.name())),
        tally.rules.to_string(),
        tally.passed.to_string(),
        tally.vacuous.to_string(),
        tally.failed.to_string(),
        tally.open.to_string(),
        tally.suppressed.to_string(),
        tally.waived.to_string(),
        tally.basis.rules.to_string(),
        tally.basis.subjects.to_string(),
        tally.basis.topics.to_string(),
        tally.basis.topics_known.to_string(),
        text(claim.map(|claim| if claim.applicable { "yes" } else { "no" })),
        text(claim.and_then(|claim| claim.implementation).map(Implementation::name)),
        text(claim.and_then(|claim| claim.owner.as_deref())),
        claim.and_then(|claim| claim.accountable.as_deref()).map_or_else(|| roles(Part::Accountable), str::to_owned),
        roles(Part::Consulted),
        roles(Part::Informed),
        number(claim.and_then(|claim| claim.current_level)),
        number(claim.and_then(|claim| claim.target_level)),
        claim.map(|claim| claim.reasons.join("; ")).unwrap_or_default(),
        text(claim.and_then(|claim| claim.exclusion.as_deref())),
        text(claim.and_then(|claim| claim.inherited_from.as_deref())),
        joined(standing.evidence.iter().map(|shown| &**shown.name())),
        current.map(|attestation| attestation.expires).max().map(|day| day.to_string()).unwrap_or_default(),
        joined(standing.risks.iter().map(|id| &**id)),
        joined(standing.actions.iter().map(|id| &**id)),
        joined(standing.nonconformities.iter().map(|id| &**id)),
        elsewhere(&|rule| rule.passed_on(standing.id)),
        elsewhere(&|rule| rule.failed_on(standing.id)),
        elsewhere(&|rule| rule.open_on(standing.id)),
        joined(tools.iter().map(String::as_str)),
        actions.map(|action| action.due).min().map(|day| day.to_string()).unwrap_or_default(),
        number(item.map(|item| item.priority)),
        joined(types.iter().map(|value| &**value)),
        joined(properties.iter().map(|value| &**value)),
    ];
    cells.into_iter().chain(related).collect()
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join("; ")
}
