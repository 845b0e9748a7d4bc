//! A page for people without the tool at hand: one file, no script, nothing loaded from anywhere.

pub mod excerpt;
pub mod shell;

use std::cmp::Reverse;
use std::io::{self, Write};

use maud::{Markup, html};

use crate::document::Problem;
use crate::evaluate::Outcome;
use crate::posture::{Standing, State};
use crate::triage::Finding;

use super::causes::Together;
use super::place::{REPOSITORY, and_more, control_name, grade};
use super::text::visible;
use super::window::Window;
use super::{Format, Options, Report, summary};
use shell::{page, prose};

/// The format.
pub const HTML: Format =
    Format { name: "html", doc: "A page in one file, with lines, controls and remedies.", ledger: true, render };

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let together = Together::of(report.shown(options));
    let mut findings: Vec<&Finding> = report.shown(options).filter(|of| together.leader(of).is_none()).collect();
    findings.sort_by_key(|finding| (finding.suppressed.is_some(), finding.outcome, Reverse(finding.severity())));
    let failed = summary::failed(&report.summary);
    let body = html! {
        header {
            h1 { "Findings against ISO/IEC 27002:2022" }
            p.headline { @if failed.is_empty() { "Nothing failed." } @else { (failed) } }
            p { (summary::counts(&report.summary)) }
        }
        @if !report.problems.is_empty() {
            section { h2 { "Problems" } @for (problem, more) in report.notable() { (of_problem(report, problem, more)) } }
        }
        section {
            h2 { "Findings" }
            (filters(&findings))
            @if findings.is_empty() { p { "None." } }
            @for finding in &findings { (of_finding(report, finding, &together)) }
        }
        section { h2 { "Controls" } (controls(report.controls())) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", rules " code { (report.rules_hash) } }
    };
    out.write_all(page("Findings against ISO/IEC 27002:2022", &body).into_string().as_bytes())
}

/// The classes of findings that a reader can hide: severities, open and passed ones, silenced ones.
const CLASSES: [&str; 8] = ["critical", "high", "medium", "low", "info", "open", "pass", "suppressed"];

fn class(finding: &Finding) -> &'static str {
    if finding.suppressed.is_some() { "suppressed" } else { grade(finding) }
}

fn filters(findings: &[&Finding]) -> Markup {
    html! {
        form.filters {
            @for name in CLASSES {
                @let count = findings.iter().filter(|finding| class(finding) == name).count();
                @if count > 0 {
                    label { input type="checkbox" id=(format!("show-{name}")) checked; " " (name) " " (count) }
                }
            }
        }
    }
}

/// A finding with its lines; its fingerprint is the id of the element.
pub fn of_finding(report: &Report<'_>, finding: &Finding, together: &Together<'_>) -> Markup {
    let rule = &finding.rule;
    let places = std::iter::once((finding.span, finding.message.as_str()))
        .chain(finding.related.iter().map(|related| (related.span, &*related.message)));
    let window = Window::around(report, places);
    html! {
        article.(class(finding)) id=(finding.fingerprint) {
            h3 { span.badge { (grade(finding)) } " " (rule.title) " " (id_of_rule(&rule.id, report.about.published.page(rule))) }
            p.where { (visible(&place(report, finding))) }
            p { (prose(&finding.sentence())) }
            @if let Some(places) = report.places_beside(finding, together.others(finding)) { p.where { (places) } }
            @if let Some(suppressed) = &finding.suppressed {
                p.reason { "Suppressed: " (prose(&suppressed.reason)) }
            }
            (excerpt::of(&window))
            @if finding.outcome != Outcome::Pass {
                dl {
                    dt { "Fix" } dd { (prose(&rule.fix)) }
                    dt { "Why" } dd { (prose(&rule.why)) }
                    dt { "Controls" }
                    @for (id, strength) in &rule.controls { dd { (control_name(*id)) " (" (strength.name()) ")" } }
                    @if !rule.references.is_empty() { dt { "References" } }
                    @for reference in &rule.references { dd { a href=(reference) rel="noreferrer" { (reference) } } }
                }
            }
        }
    }
}

/// The id of a rule, with a link to its page where it has one.
pub fn id_of_rule(id: &str, page: Option<String>) -> Markup {
    let id = html! { code { (id) } };
    page.map_or_else(|| id.clone(), |page| html! { a href=(page) rel="noreferrer" { (id) } })
}

/// Where it is, and in which resource.
fn place(report: &Report<'_>, finding: &Finding) -> String {
    let (spot, resource) = (report.spot(finding.span), &finding.resource);
    if spot == REPOSITORY {
        return "the repository".to_owned();
    }
    format!("{spot} in {} ({})", resource.address, resource.kind)
}

fn of_problem(report: &Report<'_>, problem: &Problem, more: usize) -> Markup {
    let window = Window::around(report, problem.span.map(|span| (span, "here")));
    html! {
        article.(problem.level.name()) {
            h3 { span.badge { (problem.level.name()) } " " code { (problem.code) } }
            p.where { (visible(&report.problem_spot(problem))) }
            p { (prose(&problem.message)) (and_more(more)) }
            (excerpt::of(&window))
            @if let Some(help) = &problem.help { p { (prose(help)) } }
        }
    }
}

/// Where each control stands; those that nothing looked at are folded away.
fn controls(standings: &[Standing]) -> Markup {
    let (other, looked_at): (Vec<&Standing>, Vec<&Standing>) =
        standings.iter().partition(|standing| standing.state == State::NotAssessed);
    html! {
        (table("Controls that were looked at", &looked_at))
        @if !other.is_empty() {
            details { summary { "Not assessed: " (other.len()) } (table("Controls that were not assessed", &other)) }
        }
    }
}

fn table(label: &str, standings: &[&Standing]) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { "Control" } th scope="col" { "State" } th scope="col" { "Because" } th scope="col" { "Rests on" }
            th.number scope="col" { "Passed" } th.number scope="col" { "Failed" } th.number scope="col" { "Open" }
            th.number scope="col" { "Suppressed" }
        } }
        tbody { @for standing in standings { tr {
            th scope="row" { (control_name(standing.id)) }
            td { (shell::state(standing.state)) }
            td { (prose(&standing.reason)) }
            td { (standing.tally.basis.words()) }
            td.number { (standing.tally.passed) } td.number { (standing.tally.failed) }
            td.number { (standing.tally.open) } td.number { (standing.tally.suppressed + standing.tally.waived) }
        } } }
    };
    shell::table(label, &content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::rule::Severity;

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        let shown = fixture::rendered(&HTML);
        for tag in ["<script", "<link", "<img", "<iframe", "@import", "url("] {
            assert!(!shown.contains(tag), "{tag}");
        }
        assert!(shown.contains("default-src 'none'"));
    }

    #[test]
    fn every_class_can_be_hidden() {
        for name in CLASSES {
            let rule = format!("#show-{name}:not(:checked)");
            assert!(shell::STYLE.contains(&rule), "{name}");
        }
    }

    #[test]
    fn severities_are_classes() {
        for severity in Severity::WORST_FIRST {
            assert!(CLASSES.contains(&severity.name()));
        }
    }
}
