//! The gap analysis as a page for people without the tool at hand: one file, nothing loaded from anywhere.
//!
//! One small script filters; its hash is in the page's policy, and without it everything is visible. The page stays
//! usable with thousands of findings: each control lists its worst ones, and only those are shown with their lines.

mod control;
mod filter;
mod map;
mod others;
mod owner;
mod plan;

use std::collections::BTreeSet;
use std::io::{self, Write};

use maud::{Markup, html};

use crate::posture::Ledger;
use crate::report::history::{CHART_STYLE, over_time};
use crate::report::html::of_finding;
use crate::report::html::shell::{page_with, prose};
use crate::report::text::{counted, visible};
use crate::report::{Format, Options, Report, summary};
use crate::triage::Finding;

use super::overview;

/// The format.
pub const HTML: Format = Format {
    name: "html",
    doc: "A page in one file: map, plan, every control, a page for each owner.",
    ledger: true,
    render,
};

const TITLE: &str = "Gap analysis against ISO/IEC 27002:2022";
const STYLE: &str = include_str!("gap.css");
const SCRIPT: &str = include_str!("filter.js");

/// What paper is told to leave out.
const PAPER: &str = "On paper: figures, map, plan, risks, clauses, and each control with its state. On screen each control has its topics, rules, \
findings, claims and evidence too, and there are pages for owners.";

/// Findings that are shown with their lines; the rest are in the other formats.
const MOST_SHOWN: usize = 250;

fn render(report: &Report<'_>, _: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let listed = listed(report, ledger);
    let body = html! {
        (head(report, ledger))
        (contents(report, ledger))
        p.paper { (PAPER) }
        section { h2 id="states" { "States" } (map::states(ledger)) h3.part { "Said and found" } (map::axes(ledger)) }
        section { h2 id="readiness" { "Readiness" } (map::readiness(ledger)) }
        @if let Some(history) = &report.about.history {
            section { h2 id="over-time" { "Over time" } (over_time(history)) }
        }
        section { h2 id="map" { "Map" } (filter::form(ledger)) (map::map(ledger)) }
        section { h2 id="plan" { "Plan" } (plan::plan(ledger)) }
        @if !ledger.nonconformities.is_empty() {
            section { h2 id="nonconformities" { "Nonconformities" } (plan::nonconformities(ledger)) }
        }
        @if !ledger.origins.is_empty() {
            section { h2 id="other-tools" { "Results of other tools" } (others::origins(ledger)) }
        }
        @if !ledger.waivers.is_empty() {
            section { h2 id="waivers" { "Waivers" } (plan::waivers(ledger)) }
        }
        @if !ledger.risks.is_empty() {
            section { h2 id="risks" { "Risks" } (plan::risks(ledger)) }
        }
        section { h2 id="clauses" { "Clauses of ISO/IEC 27001:2022" } (plan::clauses(ledger)) }
        section {
            h2 id="controls" { "Controls" }
            @for standing in &ledger.controls { (control::section(report, ledger, standing, &listed)) }
        }
        (findings(report, &listed))
        section.owners { h2 id="owners" { "Owners" } (owner::pages(ledger)) }
        section { h2 id="looked-at" { "What was and was not looked at" } (plan::looked_at(report, ledger)) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", rules " code { (report.rules_hash) } }
    };
    let charts = if report.about.history.is_some() { CHART_STYLE } else { "" };
    let style = [STYLE, charts].concat();
    out.write_all(page_with(TITLE, &body, &style, Some(SCRIPT)).into_string().as_bytes())
}

fn head(report: &Report<'_>, ledger: &Ledger) -> Markup {
    let statement = ledger.statement.as_ref();
    html! {
        a.skip href="#map" { "Skip to the map" }
        header {
            h1 { (TITLE) }
            p.headline { (overview::headline(ledger)) }
            @if let Some(pressing) = overview::pressing(ledger) { p { strong.overdue { (visible(&pressing)) } } }
            dl {
                dt { "Day" } dd { (ledger.today) }
                @if let Some(scope) = statement.and_then(|head| head.scope.as_ref()) { dt { "Scope" } dd { (visible(scope)) } }
                @if let Some(version) = statement.and_then(|head| head.version.as_ref()) {
                    dt { "Statement of Applicability" } dd { "version " (visible(version)) }
                }
                @if let Some(commit) = &report.about.commit { dt { "Commit" } dd { code { (commit) } } }
                dt { "Looked at" } dd { (summary::counts(&report.summary)) }
            }
        }
    }
}

fn contents(report: &Report<'_>, ledger: &Ledger) -> Markup {
    html! {
        nav aria-label="Contents" {
            ul {
                li { a href="#states" { "States" } }
                li { a href="#readiness" { "Readiness" } }
                @if report.about.history.is_some() { li { a href="#over-time" { "Over time" } } }
                li { a href="#map" { "Map" } }
                li { a href="#plan" { "Plan (" (ledger.plan.len()) ")" } }
                @if !ledger.nonconformities.is_empty() {
                    li { a href="#nonconformities" { "Nonconformities (" (ledger.nonconformities.len()) ")" } }
                }
                @if !ledger.origins.is_empty() { li { a href="#other-tools" { "Results of other tools (" (ledger.origins.len()) ")" } } }
                @if !ledger.waivers.is_empty() { li { a href="#waivers" { "Waivers (" (ledger.waivers.len()) ")" } } }
                @if !ledger.risks.is_empty() { li { a href="#risks" { "Risks (" (ledger.risks.len()) ")" } } }
                li { a href="#clauses" { "Clauses" } }
                li { a href="#controls" { "Controls" } }
                li { a href="#findings" { "Findings" } }
                li { a href="#owners" { "Owners" } }
                li { a href="#looked-at" { "Looked at" } }
            }
        }
    }
}

/// The fingerprints of the findings that are shown with their lines: of each control those that it lists.
fn listed<'r>(report: &'r Report<'_>, ledger: &Ledger) -> BTreeSet<&'r str> {
    let mut listed = BTreeSet::new();
    for standing in &ledger.controls {
        let of = overview::findings(report, standing.id);
        listed.extend(of.iter().take(control::MOST_FINDINGS).map(|finding| finding.fingerprint.as_str()));
        if listed.len() >= MOST_SHOWN {
            break;
        }
    }
    listed
}

fn findings(report: &Report<'_>, listed: &BTreeSet<&str>) -> Markup {
    let mut seen = BTreeSet::new();
    let shown: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|of| of.outcome != crate::evaluate::Outcome::Pass)
        .filter(|of| listed.contains(of.fingerprint.as_str()) && seen.insert(of.fingerprint.as_str()))
        .collect();
    let every = report.findings.iter().filter(|of| of.outcome != crate::evaluate::Outcome::Pass).count();
    html! {
        section.findings {
            h2 id="findings" { "Findings" }
            @if shown.is_empty() { p { "None." } }
            @for finding in &shown { (of_finding(report, finding)) }
            @if every > shown.len() {
                p { "And " (counted(every - shown.len(), "finding")) " more: " (prose("`annexa check` shows them all.")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::organisation;

    #[test]
    fn nothing_is_loaded_and_only_the_script_of_the_page_runs() {
        let shown = organisation::rendered(&HTML);
        for tag in ["<link", "<img", "<iframe", "@import", "url(", " onclick", "javascript:"] {
            assert!(!shown.contains(tag), "{tag}");
        }
        assert_eq!(shown.matches("<script").count(), 1);
        assert!(shown.contains("default-src 'none'") && shown.contains("script-src 'sha256-"));
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("innerHTML"));
    }

    #[test]
    fn ids_are_unique_and_every_link_leads_somewhere() {
        let shown = organisation::rendered(&HTML);
        let values = |attribute: &str| -> Vec<String> {
            shown.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let ids = values(" id=\"");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        for link in values(" href=\"#") {
            assert!(unique.contains(&link), "{link}");
        }
    }

    #[test]
    fn thousands_of_findings_make_a_page_of_bounded_size() {
        let workspace = organisation::workspace();
        let mut report = organisation::governed(&workspace);
        let one = report.findings[1].clone();
        report
            .findings
            .extend((0..2_000).map(|number| Finding { fingerprint: format!("{number:032x}"), ..one.clone() }));
        let options = Options::default();
        let mut bytes = Vec::new();
        render(&report, &options, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.len() < 1_000_000, "{}", text.len());
        assert!(text.contains("more:"), "what is left out is counted");
    }
}
