//! The plan, waivers, risks, clauses, and what was and was not looked at.

use maud::{Markup, html};

use crate::control::ControlId;
use crate::posture::{FORMULA, Item, Ledger};
use crate::report::Report;
use crate::report::gap::overview;
use crate::report::html::shell::{prose, state, table};
use crate::report::place::control_title;
use crate::report::text::{counted, visible};

use super::map;

/// The ranked plan.
pub fn plan(ledger: &Ledger) -> Markup {
    html! {
        @if ledger.plan.is_empty() { p { "Nothing to do." } } @else {
            p { (counted(ledger.plan.len(), "thing")) " to do. " (FORMULA) }
            (items("Plan", ledger.plan.iter().enumerate()))
        }
    }
}

/// Lines of the plan with their ranks.
pub fn items<'l>(label: &str, items: impl Iterator<Item = (usize, &'l Item)>) -> Markup {
    let content = html! {
        thead { tr {
            th.number scope="col" { "Rank" } th scope="col" { "Priority" } th scope="col" { "What and how" } th scope="col" { "Controls" }
            th scope="col" { "Owner" } th scope="col" { "Due" }
        } }
        tbody { @for (number, item) in items { tr {
            td.number { (number + 1) }
            td.fixed { (overview::priority(item)) }
            td {
                strong { (prose(&item.title)) }
                @if let Some(rule) = &item.rule { " " code { (rule) } " in " (counted(item.findings.len(), "place")) }
                @if !item.with.is_empty() { ", with " (item.with.len()) " more rules for the same cause" }
                br; (prose(&item.fix))
                @if let Some(exposure) = item.exposure.words() { br; (prose(&exposure)) }
            }
            td { (links(&item.controls)) }
            td { @if let Some(owner) = &item.owner { (visible(owner)) } @else { "nobody" } }
            td.fixed {
                @if item.overdue { strong.overdue { "overdue " } }
                (overview::due(item))
                @if let Some(action) = &item.action { br; (visible(action)) }
            }
        } } }
    };
    table(label, &content)
}

/// Controls as links.
pub fn links(controls: &[ControlId]) -> Markup {
    html! {
        @for (number, id) in controls.iter().enumerate() {
            @if number > 0 { ", " }
            a href=(format!("#{}", map::anchor(*id))) title=(control_title(*id)) { (id) }
        }
    }
}

/// The nonconformities, and what became of them.
pub fn nonconformities(ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { "Nonconformity" } th scope="col" { "Grade" } th scope="col" { "Not met" } th scope="col" { "Due" }
            th scope="col" { "How far" } th scope="col" { "Root cause and corrective actions" } th scope="col" { "Owner" }
        } }
        tbody { @for of in overview::nonconformities(ledger) { tr {
            th scope="row" { (visible(&of.id)) ": " (prose(&of.title)) }
            td { (of.grade.name()) }
            td {
                @for clause in &of.clauses { "clause " (visible(clause)) " " }
                (links(&of.controls))
            }
            td.fixed { @if let Some(due) = of.due { (due) } }
            td { @if of.overdue { strong.overdue { (of.progress()) } } @else { (of.progress()) } }
            td {
                @if let Some(cause) = &of.root_cause { (prose(cause)) }
                @if !of.actions.is_empty() { " → " (visible(&of.actions.join(", "))) }
            }
            td { @if let Some(owner) = &of.owner { (visible(owner)) } @else { "nobody" } }
        } } }
    };
    table("Nonconformities", &content)
}

/// The waivers, and what they do.
pub fn waivers(ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { "Waiver" } th scope="col" { "Rule" } th scope="col" { "Until" } th.number scope="col" { "Findings" }
            th scope="col" { "Approved by" } th scope="col" { "Reason" }
        } }
        tbody { @for waiver in &ledger.waivers { tr {
            th scope="row" { (visible(&waiver.id)) " (" (waiver.kind) ")" }
            td { code { (waiver.rule.id) } }
            td.fixed { (waiver.holds_until) @if waiver.is_over(ledger.today) { " " strong.overdue { "over" } } }
            td.number { (waiver.used) }
            td { (visible(&waiver.approved_by)) }
            td { (prose(&waiver.reason)) }
        } } }
    };
    table("Waivers", &content)
}

/// The risks, the largest first.
pub fn risks(ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { "Risk" } th scope="col" { "Likelihood × impact" } th.number scope="col" { "After treatment" }
            th scope="col" { "Treatment" } th scope="col" { "Owner" } th scope="col" { "Controls" }
        } }
        tbody { @for risk in ledger.risks_by_score() { tr {
            th scope="row" { (visible(&risk.id)) ": " (visible(&risk.title)) }
            td.fixed { (risk.likelihood) " × " (risk.impact) " = " (risk.score()) }
            td.number { @if let Some(residual) = risk.residual { (residual) } }
            td { (risk.treatment) }
            td { (visible(&risk.owner)) }
            td { (links(&risk.controls)) }
        } } }
    };
    table("Risks", &content)
}

/// The clauses of ISO/IEC 27001.
pub fn clauses(ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { "Clause" } th scope="col" { "Name" } th scope="col" { "State" } th scope="col" { "Because" } } }
        tbody { @for of in &ledger.clauses { tr {
            th scope="row" { (of.clause.id) }
            td { (of.clause.title) }
            td { (state(of.state)) }
            td { (prose(&of.reason())) }
        } } }
    };
    table("Clauses of ISO/IEC 27001:2022", &content)
}

/// What was and was not looked at.
pub fn looked_at(report: &Report<'_>, ledger: &Ledger) -> Markup {
    let without = overview::without_rule(ledger);
    let problems = overview::files_with_problems(report);
    let coverage = &report.about.coverage;
    let kinds = html! {
        thead { tr { th scope="col" { "Kind" } th.number scope="col" { "Resources" } } }
        tbody { @for (kind, count) in &report.about.kinds { tr { th scope="row" { code { (visible(kind)) } } td.number { (count) } } } }
    };
    html! {
        h3 { "Governance files that are there" }
        (files(&ledger.registers))
        h3 { "Governance files that are not there" }
        (files(&overview::missing_registers(ledger)))
        h3 { "Controls without a rule: " (without.len()) }
        p { @if without.is_empty() { "None." } @else { (links(&without)) } }
        h3 { "Files with problems" }
        @if problems.is_empty() { p { "None." } } @else {
            ul { @for (path, count) in problems { li { code { (visible(path)) } ": " (counted(count, "problem")) } } }
        }
        h3 { "Files that are recognised and not read" }
        @if coverage.not_read.is_empty() { p { "None." } } @else {
            ul { @for of in &coverage.not_read { li { code { (visible(&of.path)) } ": " (of.what.doc) } } }
        }
        h3 { "Kinds of resource that no rule judges" }
        @if coverage.without_rule.is_empty() { p { "None." } } @else {
            p { @for (number, kind) in coverage.without_rule.iter().enumerate() {
                @if number > 0 { ", " }
                code { (visible(kind)) }
            } }
        }
        @if !coverage.excluded.is_empty() {
            h3 { "Left out by the settings" }
            ul { @for pattern in &coverage.excluded { li { code { (visible(pattern)) } } } }
        }
        h3 { "Resources by kind" }
        @if report.about.kinds.is_empty() { p { "None." } } @else { (table("Resources by kind", &kinds)) }
    }
}

fn files(names: &[&'static str]) -> Markup {
    html! {
        p { @if names.is_empty() { "None." } @for (number, name) in names.iter().enumerate() {
            @if number > 0 { ", " }
            code { (name) ".toml" }
        } }
    }
}
