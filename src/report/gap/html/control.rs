//! One control: what it rests on, and what is to be done.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::control::{self, ControlId, crosswalk, topic};
use crate::posture::{Attestation, Claim, Judged, Ledger, Part, Shown, Standing, TopicStanding};
use crate::report::Report;
use crate::report::gap::{axes, overview};
use crate::report::html::id_of_rule;
use crate::report::html::shell::{kept, prose, state_in, table};
use crate::report::place::{control_title, grade};
use crate::report::text::{counted, visible};
use crate::rule::Strength;
use crate::triage::Finding;

use super::{filter, map, others};
use crate::report::words::Language;

/// Findings that one control lists.
pub const MOST_FINDINGS: usize = 10;

/// The section of a control.
pub fn section(
    language: Language,
    report: &Report<'_>,
    ledger: &Ledger,
    standing: &Standing,
    listed: &BTreeSet<&str>,
) -> Markup {
    let control = control::control(standing.id);
    let id = map::anchor(standing.id);
    html! {
        article.control.filtered.(standing.state.name()) id=(id) data-control=(standing.id) data-facets=(filter::facets(ledger, standing)) {
            h3 { (standing.id) " " (language.say(control_title(standing.id))) }
            p { (state_in(language, standing.state)) ": " (prose(&language.say(&standing.reason))) @if let Some(said) = axes::said(standing) { " (" (language.say(&format!("said: {said}"))) ")" } }
            @if standing.tally.basis.rules > 0 { p.basis { (language.say(&format!("Rests on {}.", standing.tally.basis.words()))) } }
            @if let Some(control) = control { p.purpose { (language.say(&control.purpose)) } }
            @if !standing.topics.is_empty() { (topics(language, standing.id, &standing.topics)) }
            @if !standing.rules.is_empty() { (rules(language, report, standing.id, &standing.rules)) }
            (findings(language, report, standing, listed))
            @if !standing.elsewhere.is_empty() { (others::of_control(language, standing)) }
            @if let Some(claim) = &standing.claim { (of_claim(language, ledger, standing, claim)) }
            @if !standing.evidence.is_empty() { (evidence(language, report, &standing.evidence)) }
            @if !standing.attestations.is_empty() { (attestations(language, &standing.attestations)) }
            (linked(language, ledger, standing))
            details {
                summary { (language.say("Attributes and related ids")) }
                dl {
                    @for (name, values) in overview::attributes(standing.id) {
                        dt { (language.say(name)) } dd { (said(language, values.iter().map(|value| overview::value(value)), ", ")) }
                    }
                    dt { (language.say("Usually shown by")) } dd { (said(language, &topic::parts(standing.id).evidence, "; ")) }
                    @if let Some(control) = control { dt { (language.say("A repository can show")) } dd { (language.say(&control.evidence.name().replace('-', " "))) } }
                    @for framework in crosswalk::frameworks() {
                        @let ids = framework.related(standing.id);
                        @if !ids.is_empty() { dt { (framework.name) } dd { (ids.join(", ")) } }
                    }
                }
            }
        }
    }
}

/// Texts of ours after one another.
fn said<T: AsRef<str>>(language: Language, texts: impl IntoIterator<Item = T>, between: &str) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| language.say(text.as_ref()).into_owned()).collect();
    texts.join(between)
}

fn topics(language: Language, id: ControlId, topics: &[TopicStanding]) -> Markup {
    let content = html! {
        thead { tr { th scope="col" { (language.say("Part that a repository can show")) } th scope="col" { (language.say("Found")) } th.number scope="col" { (language.say("Rules")) } th.number scope="col" { (language.say("Resources")) } } }
        tbody { @for of in topics { tr {
            th scope="row" { (language.say(&of.topic.title)) " " code { (of.topic.id) } }
            td { (language.say(of.word())) @if let Some(reason) = &of.topic.unjudged { ": " (language.say(reason)) } }
            td.number { (of.tally.basis.rules) } td.number { (of.tally.basis.subjects) }
        } } }
    };
    html! { h4 { (language.say("Topics")) } (table(&language.say(&format!("Topics of {id}")), &content)) }
}

fn rules(language: Language, report: &Report<'_>, id: ControlId, rules: &[Judged]) -> Markup {
    let content = html! {
        thead { tr {
            th scope="col" { (language.say("Rule and what it looks for")) } th scope="col" { (language.say("Severity")) } th scope="col" { (language.say("Bears on it")) }
            th.number scope="col" { (language.say("Passed")) } th.number scope="col" { (language.say("Nothing to fail")) } th.number scope="col" { (language.say("Failed")) } th.number scope="col" { (language.say("Open")) }
            th.number scope="col" { (language.say("Silenced")) }
        } }
        tbody { @for judged in rules { tr {
            th scope="row" { (id_of_rule(&judged.rule, report.about.published.page_of(&judged.rule, judged.is_built_in))) " " span lang=[language.mark()] { (judged.title) } }
            td { (language.say(judged.severity.name())) }
            td { (language.say(match judged.strength { Strength::Direct => "directly", Strength::Supporting => "in support" })) }
            td.number { (judged.tally.passed) } td.number { (judged.tally.vacuous) } td.number { (judged.tally.failed) } td.number { (judged.tally.open) }
            td.number { (judged.tally.suppressed + judged.tally.waived) }
        } } }
    };
    html! { h4 { (language.say("Rules")) } (table(&language.say(&format!("Rules for {id}")), &content)) }
}

fn findings(language: Language, report: &Report<'_>, standing: &Standing, listed: &BTreeSet<&str>) -> Markup {
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
            h4 { (language.say("Findings")) }
            ul { @for finding in findings.iter().take(MOST_FINDINGS) { li {
                span.badge.(grade(finding)) { (language.say(grade(finding))) } " "
                code.where { (visible(&report.spot(finding.span))) } " " span lang=[language.mark()] { (prose(&finding.sentence())) } " " (link(finding))
                @if let Some(suppressed) = &finding.suppressed { " (" (language.say("silenced")) ": " (prose(&suppressed.reason)) ")" }
            } } }
            @if more > 0 {
                p { (prose(&language.say(&format!("And {more} more: `annexa check --control {}` shows them all.", standing.id)))) }
            }
        }
    }
}

fn of_claim(language: Language, ledger: &Ledger, standing: &Standing, claim: &Claim) -> Markup {
    let [accountable, consulted, informed] = [Part::Accountable, Part::Consulted, Part::Informed]
        .map(|part| Some(ledger.having(part, standing).join(", ")).filter(|roles| !roles.is_empty()));
    let implementation = claim.implementation.map(|of| language.say(of.name()));
    let pairs = [
        ("Implementation", implementation.as_deref()),
        ("Owner", claim.owner.as_deref()),
        ("Accountable", claim.accountable.as_deref().or(accountable.as_deref())),
        ("Consulted", consulted.as_deref()),
        ("Informed", informed.as_deref()),
        ("How", claim.how.as_deref()),
        ("Excluded because", claim.exclusion.as_deref()),
        ("Inherited from", claim.inherited_from.as_deref()),
    ];
    html! {
        h4 { (language.say("Statement of Applicability")) }
        dl {
            dt { (language.say("Applicable")) } dd { @if claim.applicable { (language.say("yes")) } @else { (language.say("no")) } }
            @for reason in &claim.reasons {
                dt { (language.say("Reason")) } dd { (visible(reason)) @if let Some(title) = ledger.reason(reason) { ": " (visible(title)) } }
            }
            @for (name, text) in pairs { @if let Some(text) = text { dt { (language.say(name)) } dd { (prose(text)) } } }
            @if let Some(current) = claim.current_level { dt { (language.say("Level now")) } dd { (language.say(&format!("{current} of 5"))) } }
            @if let Some(target) = claim.target_level { dt { (language.say("Level aimed at")) } dd { (language.say(&format!("{target} of 5"))) } }
        }
    }
}

/// Files with their hashes and commits.
pub fn evidence(language: Language, report: &Report<'_>, shown: &[Shown]) -> Markup {
    html! {
        h4 { (language.say("Evidence")) }
        ul { @for shown in shown { li {
            (kept(language, &shown.kept))
            @if !shown.there { " " strong { (language.say("is not there")) } } @else if shown.empty { " " strong { (language.say("is empty")) } } @else if shown.changed { " " strong { (language.say("changed since it was looked at")) } }
            " (" (language.say(shown.by.words())) ")"
            @if !shown.is_here() { br; (language.say("kept elsewhere: it was not looked at here")) }
            @if let Some(words) = shown.collected_words() { br; (visible(&language.say(&words))) }
            @if let Some(sha256) = &shown.sha256 { br; "SHA-256 " code { (sha256) } }
            @if let Some(commit) = report.about.commits.get(shown.name()) { br; (language.say("commit")) " " code { (commit) } }
        } } }
    }
}

fn attestations(language: Language, attestations: &[Attestation]) -> Markup {
    html! {
        h4 { (language.say("Attestations")) }
        ul { @for attestation in attestations { li {
            (prose(&attestation.statement)) " (" (visible(&attestation.id)) ", " (language.say("stated by")) " " (visible(&attestation.made_by))
            ", " (language.say("checked by")) " " (visible(&attestation.approved_by)) ", "
            @let day = attestation.expires;
            @if attestation.expired { strong { (language.say(&format!("expired on {day}"))) } } @else { (language.say(&format!("until {day}"))) }
            ")"
        } } }
    }
}

fn linked(language: Language, ledger: &Ledger, standing: &Standing) -> Markup {
    let risks = ledger.risks.iter().filter(|risk| standing.risks.contains(&risk.id));
    let actions: Vec<_> = ledger.actions.iter().filter(|action| standing.actions.contains(&action.id)).collect();
    let risks: Vec<_> = risks.collect();
    html! {
        @if !risks.is_empty() {
            h4 { (language.say("Risks")) }
            ul { @for risk in risks { li { (visible(&risk.id)) ": " (visible(&risk.title)) " (" (language.say(&format!("{} of 25", risk.score()))) ")" } } }
        }
        @if !actions.is_empty() {
            h4 { (language.say("Actions")) }
            ul { @for action in actions { li {
                (visible(&action.id)) ": " (visible(&action.title)) " (" (language.say(&action.status)) ", " (visible(&action.owner)) ", " (language.say(&format!("due {}", action.due)))
                @if action.overdue { ", " strong { (language.say("overdue")) } }
                ")"
            } } }
        }
        @let items = ledger.plan.iter().filter(|item| item.controls.contains(&standing.id)).count();
        @if items > 0 { p { a href="#plan" { (language.say(&format!("{} of the plan", counted(items, "line")))) } } }
    }
}
