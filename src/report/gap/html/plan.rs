//! The plan, waivers, risks, clauses, and what was and was not looked at.

use maud::{Markup, html};

use crate::control::ControlId;
use crate::posture::{FORMULA, Item, Ledger, Part, Role};
use crate::report::Report;
use crate::report::gap::overview;
use crate::report::html::shell::{prose, state_in, table};
use crate::report::place::control_title;
use crate::report::text::{counted, visible};

use super::map;
use crate::report::words::Language;

/// The ranked plan.
pub fn plan(language: Language, ledger: &Ledger) -> Markup {
    html! {
        @if ledger.plan.is_empty() { p { (language.say("Nothing to do.")) } } @else {
            p { (language.say(&format!("{} to do.", counted(ledger.plan.len(), "thing")))) " " (language.say(FORMULA)) }
            (items(language, &language.say("Plan"), ledger.plan.iter().enumerate()))
        }
    }
}

/// Lines of the plan with their ranks.
pub fn items<'l>(language: Language, label: &str, items: impl Iterator<Item = (usize, &'l Item)>) -> Markup {
    let content = html! {
        thead { tr {
            th.number scope="col" { (language.say("Rank")) } th scope="col" { (language.say("Priority")) } th scope="col" { (language.say("What and how")) } th scope="col" { (language.say("Controls")) }
            th scope="col" { (language.say("Owner")) } th scope="col" { (language.say("Due")) }
        } }
        tbody { @for (number, item) in items { tr {
            td.number { (number + 1) }
            td.fixed { (overview::priority(item)) }
            td { (what_and_how(language, item)) }
            td { (links(language, &item.controls)) }
            td { @if let Some(owner) = &item.owner { (visible(owner)) } @else { (language.say("nobody")) } }
            td.fixed {
                @if item.overdue { strong.overdue { (language.say("overdue")) " " } }
                (language.say(&overview::due(item)))
                @if let Some(action) = &item.action { br; (visible(action)) }
            }
        } } }
    };
    table(label, &content)
}

/// What an item is about and where, how that is mended, and how exposed it is.
pub fn what_and_how(language: Language, item: &Item) -> Markup {
    // What a rule asks for is in its own words.
    let words = item.rule.as_ref().and(language.mark());
    html! {
        strong lang=[words] { (prose(&language.say(&item.title))) }
        @if let Some(rule) = &item.rule { " " code { (rule) } " " (language.say(&format!("in {}", counted(item.findings.len(), "place")))) }
        @if !item.with.is_empty() { (language.say(&format!(", with {} for the same cause", counted(item.with.len(), "more rule")))) }
        br; span lang=[words] { (prose(&language.say(&item.fix))) }
        @if let Some(exposure) = item.exposure.words() { br; (prose(&language.say(&exposure))) }
    }
}

/// Controls as links.
pub fn links(language: Language, controls: &[ControlId]) -> Markup {
    html! {
        @for (number, id) in controls.iter().enumerate() {
            @if number > 0 { ", " }
            a href=(format!("#{}", map::anchor(*id))) title=(language.say(control_title(*id))) { (id) }
        }
    }
}

/// The nonconformities, and what became of them.
pub fn nonconformities(language: Language, ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("Nonconformity")) } th scope="col" { (language.say("Grade")) } th scope="col" { (language.say("Not met")) } th scope="col" { (language.say("Due")) }
            th scope="col" { (language.say("How far")) } th scope="col" { (language.say("Root cause and corrective actions")) } th scope="col" { (language.say("Owner")) }
        } }
        tbody { @for of in overview::nonconformities(ledger) { tr {
            th scope="row" { (visible(&of.id)) ": " (prose(&of.title)) }
            td { (language.say(of.grade.name())) }
            td {
                @for clause in &of.clauses { (language.say("clause")) " " (visible(clause)) " " }
                (links(language, &of.controls))
            }
            td.fixed { @if let Some(due) = of.due { (language.day(due)) } }
            td { @let progress = language.say(of.progress());
                @if of.overdue { strong.overdue { (progress) } } @else { (progress) } }
            td {
                @if let Some(cause) = &of.root_cause { (prose(cause)) }
                @if !of.actions.is_empty() { " → " (visible(&of.actions.join(", "))) }
            }
            td { @if let Some(owner) = &of.owner { (visible(owner)) } @else { (language.say("nobody")) } }
        } } }
    };
    table(&language.say("Nonconformities"), &content)
}

/// The waivers, and what they do.
pub fn waivers(language: Language, ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("Waiver")) } th scope="col" { (language.say("Rule")) } th scope="col" { (language.say("Until")) } th.number scope="col" { (language.say("Findings")) }
            th scope="col" { (language.say("Approved by")) } th scope="col" { (language.say("Reason")) }
        } }
        tbody { @for waiver in &ledger.waivers { tr {
            th scope="row" { (visible(&waiver.id)) " (" (language.say(&waiver.kind)) ")" }
            td { code { (waiver.rule.id) } }
            td.fixed { (language.day(waiver.holds_until)) @if waiver.is_over(ledger.today) { " " strong.overdue { (language.say("over")) } } }
            td.number { (waiver.used) }
            td { (visible(&waiver.approved_by)) }
            td { (prose(&waiver.reason)) }
        } } }
    };
    table(&language.say("Waivers"), &content)
}

/// The risks, the largest first.
pub fn risks(language: Language, ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("Risk")) } th scope="col" { (language.say("Likelihood × impact")) } th.number scope="col" { (language.say("After treatment")) }
            th scope="col" { (language.say("Treatment")) } th scope="col" { (language.say("Owner")) } th scope="col" { (language.say("Controls")) }
        } }
        tbody { @for risk in ledger.risks_by_score() { tr {
            th scope="row" { (visible(&risk.id)) ": " (visible(&risk.title)) }
            td.fixed { (risk.likelihood) " × " (risk.impact) " = " (risk.score()) }
            td.number { @if let Some(residual) = risk.residual { (residual) } }
            td { (language.say(&risk.treatment)) }
            td { (visible(&risk.owner)) }
            td { (links(language, &risk.controls)) }
        } } }
    };
    table(&language.say("Risks"), &content)
}

/// Who carries out, answers for, is consulted on and informed of which controls.
pub fn roles(language: Language, roles: &[(&Role, [Vec<ControlId>; 4])]) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { (language.say("Role")) } @for part in Part::ALL { th scope="col" { (language.say(part.word())) } } } }
        tbody { @for (role, parts) in roles { tr {
            th scope="row" { (visible(&role.title)) @if let Some(held_by) = &role.held_by { " (" (visible(held_by)) ")" } }
            @for ids in parts { td { (links(language, ids)) } }
        } } }
    };
    table(&language.say("Roles"), &content)
}

/// The clauses of ISO/IEC 27001.
pub fn clauses(language: Language, ledger: &Ledger) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { (language.say("Clause")) } th scope="col" { (language.say("Name")) } th scope="col" { (language.say("State")) } th scope="col" { (language.say("Because")) } } }
        tbody { @for of in &ledger.clauses { tr {
            th scope="row" { (of.clause.id) }
            td { (overview::clause_title(language, of.clause)) }
            td { (state_in(language, of.state)) }
            td { (prose(&language.say(&of.reason()))) }
        } } }
    };
    table(&language.say("Clauses of ISO/IEC 27001:2022"), &content)
}

/// What was and was not looked at.
pub fn looked_at(language: Language, report: &Report<'_>, ledger: &Ledger) -> Markup {
    let without = overview::without_rule(ledger);
    let problems = overview::files_with_problems(report);
    let coverage = &report.about.coverage;
    let kinds = html! {
        thead { tr { th scope="col" { (language.say("Kind")) } th.number scope="col" { (language.say("Resources")) } } }
        tbody { @for (kind, count) in &report.about.kinds { tr { th scope="row" { code { (visible(kind)) } } td.number { (count) } } } }
    };
    html! {
        h3 { (language.say("Governance files that are there")) }
        (files(language, &ledger.registers))
        h3 { (language.say("Governance files that are not there")) }
        (files(language, &overview::missing_registers(ledger)))
        h3 { (language.say("Controls without a rule")) ": " (without.len()) }
        p { @if without.is_empty() { (language.say("None.")) } @else { (links(language, &without)) } }
        h3 { (language.say("Files with problems")) }
        @if problems.is_empty() { p { (language.say("None.")) } } @else {
            ul { @for (path, count) in problems { li { code { (visible(path)) } ": " (language.say(&counted(count, "problem"))) } } }
        }
        h3 { (language.say("Files that are recognised and not read")) }
        @if coverage.not_read.is_empty() { p { (language.say("None.")) } } @else {
            ul { @for of in &coverage.not_read { li { code { (visible(&of.path)) } ": " span lang=[language.mark()] { (of.what.doc) } } } }
        }
        h3 { (language.say("Kinds of resource that no rule judges")) }
        @if coverage.without_rule.is_empty() { p { (language.say("None.")) } } @else {
            p { @for (number, kind) in coverage.without_rule.iter().enumerate() {
                @if number > 0 { ", " }
                code { (visible(kind)) }
            } }
        }
        @if !coverage.excluded.is_empty() {
            h3 { (language.say("Left out by the settings")) }
            ul { @for pattern in &coverage.excluded { li { code { (visible(pattern)) } } } }
        }
        h3 { (language.say("Resources by kind")) }
        @if report.about.kinds.is_empty() { p { (language.say("None.")) } } @else { (table(&language.say("Resources by kind"), &kinds)) }
    }
}

fn files(language: Language, names: &[&'static str]) -> Markup {
    html! {
        p { @if names.is_empty() { (language.say("None.")) } @for (number, name) in names.iter().enumerate() {
            @if number > 0 { ", " }
            code { (name) ".toml" }
        } }
    }
}
