//! One control: what it rests on, and what is to be done.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::control::{self, ControlId, crosswalk, topic};
use crate::governance::soa::Implementation;
use crate::posture::{Attestation, Claim, Judged, Ledger, Shown, ShownBy, Standing, TopicStanding};
use crate::report::Report;
use crate::report::gap::{axes, overview};
use crate::report::html::id_of_rule;
use crate::report::html::shell::{prose, state, table};
use crate::report::place::{control_title, grade};
use crate::report::text::{counted, visible};
use crate::rule::Strength;
use crate::triage::Finding;

use super::{filter, map, others};

/// Findings that one control lists.
pub const MOST_FINDINGS: usize = 10;

/// The section of a control.
pub fn section(report: &Report<'_>, ledger: &Ledger, standing: &Standing, listed: &BTreeSet<&str>) -> Markup {
    let control = control::control(standing.id);
    let id = map::anchor(standing.id);
    html! {
        article.control.filtered.(standing.state.name()) id=(id) data-control=(standing.id) data-facets=(filter::facets(ledger, standing)) {
            h3 { (standing.id) " " (control_title(standing.id)) }
            p { (state(standing.state)) ": " (prose(&standing.reason)) @if let Some(said) = axes::said(standing) { " (said: " (said) ")" } }
            @if standing.tally.basis.rules > 0 { p.basis { "Rests on " (standing.tally.basis.words()) "." } }
            @if let Some(control) = control { p.purpose { (control.purpose) } }
            @if !standing.topics.is_empty() { (topics(standing.id, &standing.topics)) }
            @if !standing.rules.is_empty() { (rules(report, standing.id, &standing.rules)) }
            (findings(report, standing, listed))
            @if !standing.elsewhere.is_empty() { (others::of_control(standing)) }
            @if let Some(claim) = &standing.claim { (of_claim(ledger, claim)) }
            @if !standing.evidence.is_empty() { (evidence(report, &standing.evidence)) }
            @if !standing.attestations.is_empty() { (attestations(&standing.attestations)) }
            (linked(ledger, standing))
            details {
                summary { "Attributes and related ids" }
                dl {
                    @for (name, values) in overview::attributes(standing.id) {
                        dt { (name) } dd { (values.iter().map(|value| overview::value(value)).collect::<Vec<_>>().join(", ")) }
                    }
                    dt { "Usually shown by" } dd { (topic::parts(standing.id).evidence.join("; ")) }
                    @if let Some(control) = control { dt { "A repository can show" } dd { (control.evidence.name().replace('-', " ")) } }
                    @for framework in crosswalk::frameworks() {
                        @let ids = framework.related(standing.id);
                        @if !ids.is_empty() { dt { (framework.name) } dd { (ids.join(", ")) } }
                    }
                }
            }
        }
    }
}

fn topics(id: ControlId, topics: &[TopicStanding]) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { "Part that a repository can show" } th scope="col" { "Found" } th.number scope="col" { "Rules" } th.number scope="col" { "Resources" } } }
        tbody { @for of in topics { tr {
            th scope="row" { (of.topic.title) " " code { (of.topic.id) } }
            td { (of.word()) @if let Some(reason) = &of.topic.unjudged { ": " (reason) } }
            td.number { (of.tally.basis.rules) } td.number { (of.tally.basis.subjects) }
        } } }
    };
    html! { h4 { "Topics" } (table(&format!("Topics of {id}"), &content)) }
}

fn rules(report: &Report<'_>, id: ControlId, rules: &[Judged]) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { "Rule and what it looks for" } th scope="col" { "Severity" } th scope="col" { "Bears on it" }
            th.number scope="col" { "Passed" } th.number scope="col" { "Nothing to fail" } th.number scope="col" { "Failed" } th.number scope="col" { "Open" }
            th.number scope="col" { "Silenced" }
        } }
        tbody { @for judged in rules { tr {
            th scope="row" { (id_of_rule(&judged.rule, report.about.published.page_of(&judged.rule, judged.is_built_in))) " " (judged.title) }
            td { (judged.severity.name()) }
            td { @match judged.strength { Strength::Direct => "directly", Strength::Supporting => "in support" } }
            td.number { (judged.tally.passed) } td.number { (judged.tally.vacuous) } td.number { (judged.tally.failed) } td.number { (judged.tally.open) }
            td.number { (judged.tally.suppressed + judged.tally.waived) }
        } } }
    };
    html! { h4 { "Rules" } (table(&format!("Rules for {id}"), &content)) }
}

fn findings(report: &Report<'_>, standing: &Standing, listed: &BTreeSet<&str>) -> Markup {
    let findings = overview::findings(report, standing.id);
    let more = findings.len().saturating_sub(MOST_FINDINGS);
    let link = |finding: &Finding| {
        let print = finding.fingerprint.get(..8).unwrap_or(&finding.fingerprint).to_owned();
        if listed.contains(finding.fingerprint.as_str()) {
            html! { a href=(format!("#{}", finding.fingerprint)) { code { (print) } } }
        } else {
            html! { code { (print) } }
        }
    };
    html! {
        @if !findings.is_empty() {
            h4 { "Findings" }
            ul { @for finding in findings.iter().take(MOST_FINDINGS) { li {
                span.badge.(grade(finding)) { (grade(finding)) } " "
                code.where { (visible(&report.spot(finding.span))) } " " (prose(&finding.sentence())) " " (link(finding))
                @if let Some(suppressed) = &finding.suppressed { " (silenced: " (prose(&suppressed.reason)) ")" }
            } } }
            @if more > 0 {
                p { "And " (more) " more: " code { "annexa check --control " (standing.id) } " shows them all." }
            }
        }
    }
}

fn of_claim(ledger: &Ledger, claim: &Claim) -> Markup {
    let pairs = [
        ("Implementation", claim.implementation.map(Implementation::name)),
        ("Owner", claim.owner.as_deref()),
        ("Accountable", claim.accountable.as_deref()),
        ("How", claim.how.as_deref()),
        ("Excluded because", claim.exclusion.as_deref()),
        ("Inherited from", claim.inherited_from.as_deref()),
    ];
    html! {
        h4 { "Statement of Applicability" }
        dl {
            dt { "Applicable" } dd { @if claim.applicable { "yes" } @else { "no" } }
            @for reason in &claim.reasons {
                dt { "Reason" } dd { (visible(reason)) @if let Some(title) = ledger.reason(reason) { ": " (visible(title)) } }
            }
            @for (name, text) in pairs { @if let Some(text) = text { dt { (name) } dd { (prose(text)) } } }
            @if let Some(current) = claim.current_level { dt { "Level now" } dd { (current) " of 5" } }
            @if let Some(target) = claim.target_level { dt { "Level aimed at" } dd { (target) " of 5" } }
        }
    }
}

/// Files with their hashes and commits.
pub fn evidence(report: &Report<'_>, shown: &[Shown]) -> Markup {
    html! {
        h4 { "Evidence" }
        ul { @for shown in shown { li {
            code { (visible(&shown.path)) }
            @if !shown.there { " " strong { "is not there" } } @else if shown.empty { " " strong { "is empty" } } @else if shown.changed { " " strong { "changed since it was looked at" } }
            @match shown.by { ShownBy::Statement => " (named by the Statement)", ShownBy::Attestation => " (named by an attestation)" }
            @if let Some(sha256) = &shown.sha256 { br; "SHA-256 " code { (sha256) } }
            @if let Some(commit) = report.about.commits.get(&shown.path) { br; "commit " code { (commit) } }
        } } }
    }
}

fn attestations(attestations: &[Attestation]) -> Markup {
    html! {
        h4 { "Attestations" }
        ul { @for attestation in attestations { li {
            (prose(&attestation.statement)) " (" (visible(&attestation.id)) ", stated by " (visible(&attestation.made_by))
            ", checked by " (visible(&attestation.approved_by)) ", "
            @if attestation.expired { strong { "expired on " (attestation.expires) } } @else { "until " (attestation.expires) }
            ")"
        } } }
    }
}

fn linked(ledger: &Ledger, standing: &Standing) -> Markup {
    let risks = ledger.risks.iter().filter(|risk| standing.risks.contains(&risk.id));
    let actions: Vec<_> = ledger.actions.iter().filter(|action| standing.actions.contains(&action.id)).collect();
    let risks: Vec<_> = risks.collect();
    html! {
        @if !risks.is_empty() {
            h4 { "Risks" }
            ul { @for risk in risks { li { (visible(&risk.id)) ": " (visible(&risk.title)) " (" (risk.score()) " of 25)" } } }
        }
        @if !actions.is_empty() {
            h4 { "Actions" }
            ul { @for action in actions { li {
                (visible(&action.id)) ": " (visible(&action.title)) " (" (action.status) ", " (visible(&action.owner)) ", due " (action.due)
                @if action.overdue { ", " strong { "overdue" } }
                ")"
            } } }
        }
        @let items = ledger.plan.iter().filter(|item| item.controls.contains(&standing.id)).count();
        @if items > 0 { p { a href="#plan" { (counted(items, "line")) " of the plan" } } }
    }
}
