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

pub use plan::what_and_how;

use std::collections::BTreeSet;
use std::io::{self, Write};

use maud::{Markup, html};

use crate::posture::Ledger;
use crate::report::causes::Together;
use crate::report::history::{CHART_STYLE, over_time};
use crate::report::html::of_finding;
use crate::report::html::shell::{page_in, prose};
use crate::report::text::{counted, visible};
use crate::report::{Format, Options, Report, summary};
use crate::triage::Finding;

use super::overview;
use crate::report::words::Language;

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

fn render(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(ledger) = &report.ledger else { return Ok(()) };
    let language = options.language;
    let listed = listed(report, ledger);
    let roles = overview::roles(ledger);
    let body = html! {
        (head(language, report, ledger))
        (contents(language, report, ledger, !roles.is_empty()))
        p.paper { (language.say(PAPER)) }
        section { h2 id="states" { (language.say("States")) } (map::states(language, ledger)) h3.part { (language.say("Said and found")) } (map::axes(language, ledger)) }
        section { h2 id="readiness" { (language.say("Readiness")) } (map::readiness(language, ledger)) }
        @if let Some(history) = &report.about.history {
            section { h2 id="over-time" { (language.say("Over time")) } (over_time(language, history)) }
        }
        section { h2 id="map" { (language.say("Map")) } (filter::form(language, ledger)) (map::map(language, ledger)) }
        section { h2 id="plan" { (language.say("Plan")) } (plan::plan(language, ledger)) }
        @if !ledger.nonconformities.is_empty() {
            section { h2 id="nonconformities" { (language.say("Nonconformities")) } (plan::nonconformities(language, ledger)) }
        }
        @if !ledger.origins.is_empty() {
            section { h2 id="other-tools" { (language.say("Results of other tools")) } (others::origins(language, ledger)) }
        }
        @if !ledger.waivers.is_empty() {
            section { h2 id="waivers" { (language.say("Waivers")) } (plan::waivers(language, ledger)) }
        }
        @if !ledger.risks.is_empty() {
            section { h2 id="risks" { (language.say("Risks")) } (plan::risks(language, ledger)) }
        }
        @if !roles.is_empty() {
            section { h2 id="roles" { (language.say("Roles")) } (plan::roles(language, &roles)) }
        }
        section { h2 id="clauses" { (language.say("Clauses of ISO/IEC 27001:2022")) } (plan::clauses(language, ledger)) }
        section {
            h2 id="controls" { (language.say("Controls")) }
            @for standing in &ledger.controls { (control::section(language, report, ledger, standing, &listed)) }
        }
        (findings(language, report, &listed))
        section.owners { h2 id="owners" { (language.say("Owners")) } (owner::pages(language, ledger)) }
        section { h2 id="looked-at" { (language.say("What was and was not looked at")) } (plan::looked_at(language, report, ledger)) }
        footer { "annexa " (env!("CARGO_PKG_VERSION")) ", " (language.say("rules")) " " code { (report.rules_hash) } }
    };
    let charts = if report.about.history.is_some() { CHART_STYLE } else { "" };
    let style = [STYLE, charts].concat();
    out.write_all(page_in(language, &language.say(TITLE), &body, &style, Some(SCRIPT)).into_string().as_bytes())
}

fn head(language: Language, report: &Report<'_>, ledger: &Ledger) -> Markup {
    let statement = ledger.statement.as_ref();
    html! {
        a.skip href="#map" { (language.say("Skip to the map")) }
        header {
            h1 { (language.say(TITLE)) }
            p.headline { (language.say(&overview::headline(ledger))) }
            @if let Some(pressing) = overview::pressing(ledger) { p { strong.overdue { (visible(&language.say(&pressing))) } } }
            dl {
                dt { (language.say("Day")) } dd { (language.day(ledger.today)) }
                @if let Some(scope) = statement.and_then(|head| head.scope.as_ref()) { dt { (language.say("Scope")) } dd { (visible(scope)) } }
                @if let Some(version) = statement.and_then(|head| head.version.as_ref()) {
                    dt { (language.say("Statement of Applicability")) } dd { (language.say("version")) " " (visible(version)) }
                }
                @if let Some(commit) = &report.about.commit { dt { (language.say("Commit")) } dd { code { (commit) } } }
                dt { (language.say("Looked at")) } dd { (language.say(&summary::counts(&report.summary))) }
            }
        }
    }
}

fn contents(language: Language, report: &Report<'_>, ledger: &Ledger, has_roles: bool) -> Markup {
    html! {
        nav aria-label=(language.say("Contents")) {
            ul {
                li { a href="#states" { (language.say("States")) } }
                li { a href="#readiness" { (language.say("Readiness")) } }
                @if report.about.history.is_some() { li { a href="#over-time" { (language.say("Over time")) } } }
                li { a href="#map" { (language.say("Map")) } }
                li { a href="#plan" { (language.say("Plan")) " (" (ledger.plan.len()) ")" } }
                @if !ledger.nonconformities.is_empty() {
                    li { a href="#nonconformities" { (language.say("Nonconformities")) " (" (ledger.nonconformities.len()) ")" } }
                }
                @if !ledger.origins.is_empty() { li { a href="#other-tools" { (language.say("Results of other tools")) " (" (ledger.origins.len()) ")" } } }
                @if !ledger.waivers.is_empty() { li { a href="#waivers" { (language.say("Waivers")) " (" (ledger.waivers.len()) ")" } } }
                @if !ledger.risks.is_empty() { li { a href="#risks" { (language.say("Risks")) " (" (ledger.risks.len()) ")" } } }
                @if has_roles { li { a href="#roles" { (language.say("Roles")) } } }
                li { a href="#clauses" { (language.say("Clauses")) } }
                li { a href="#controls" { (language.say("Controls")) } }
                li { a href="#findings" { (language.say("Findings")) } }
                li { a href="#owners" { (language.say("Owners")) } }
                li { a href="#looked-at" { (language.say("Looked at")) } }
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

fn findings(language: Language, report: &Report<'_>, listed: &BTreeSet<&str>) -> Markup {
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
            h2 id="findings" { (language.say("Findings")) }
            @if shown.is_empty() { p { (language.say("None.")) } }
            div lang=[language.mark()] { @for finding in &shown { (of_finding(report, finding, &Together::default())) } }
            @if every > shown.len() {
                p { (prose(&language.say(&format!("And {} more: `annexa check` shows them all.", counted(every - shown.len(), "finding"))))) }
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
