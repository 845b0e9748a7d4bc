//! The ledger as resources, for the rules that hold what is claimed against what was found.

use std::sync::Arc;

use super::ledger::Ledger;
use super::others;
use super::plan::failing;
use super::standing::{Shown, Standing};
use crate::control;
use crate::dialect::{Resource, Typing};
use crate::document::{Entry, Node, Value};
use crate::governance::Governance;
use crate::rule::{Severity, Strength};
use crate::source::Span;
use crate::triage::Finding;
use crate::triage::waiver::Waiver;

/// Every claim and every waiver of a ledger, and every failing rule where there is a plan to hold it against.
pub fn resources(ledger: &Ledger, governance: &Governance, findings: &[Finding]) -> Vec<Resource> {
    let mut resources: Vec<Resource> = ledger.controls.iter().filter_map(claimed).collect();
    resources.extend(ledger.waivers.iter().map(|waiver| waived(waiver, ledger)));
    if let Some(file) = governance.file("plan") {
        let at = Span::new(file, 0, 0);
        resources.extend(failing(findings).into_iter().map(|(rule, failing)| planned(rule, &failing, ledger, at)));
    }
    resources
}

/// A control of which something is claimed.
fn claimed(standing: &Standing) -> Option<Resource> {
    let attested: Vec<_> = standing.attestations.iter().filter(|attestation| !attestation.expired).collect();
    let span = standing.claim.as_ref().map(|claim| claim.span).or(attested.first().map(|first| first.span))?;
    let mut body = Body::at(span);
    body.text("id", &standing.id.to_string());
    body.text("theme", control::control(standing.id).map_or("", |control| &control.theme));
    body.text("state", standing.state.name());
    body.flag("attested", !attested.is_empty());
    body.number("judged", standing.tally.judged());
    body.number("subjects", standing.tally.basis.things);
    body.number("passed", standing.tally.passed);
    body.number("failed", standing.tally.failed);
    body.number("serious", serious(standing));
    body.number("open", standing.tally.open);
    body.integer(
        "failed_elsewhere",
        i64::try_from(others::serious(&standing.elsewhere, standing.id)).unwrap_or(i64::MAX),
    );
    body.flag("has_evidence", standing.evidence.iter().any(Shown::is_here));
    if let Some(claim) = &standing.claim {
        body.flag("applicable", claim.applicable);
        if let Some(implementation) = claim.implementation {
            body.text("implementation", implementation.name());
        }
        if let Some(owner) = &claim.owner {
            body.text("owner", owner);
        }
        body.flag(
            "shown",
            standing.tally.passed > 0
                || !attested.is_empty()
                || standing.evidence.iter().any(Shown::is_here)
                || standing.elsewhere.iter().any(|rule| rule.passed_on(standing.id) > 0)
                || claim.inherited_from.is_some(),
        );
    }
    Some(body.resource("posture/control", &standing.id.to_string()))
}

/// The failing direct judgements that stop a run by default.
fn serious(standing: &Standing) -> usize {
    let direct = standing.rules.iter().filter(|judged| judged.strength == Strength::Direct);
    direct.filter(|judged| judged.severity >= Severity::Medium).map(|judged| judged.tally.failed).sum()
}

fn waived(waiver: &Waiver, ledger: &Ledger) -> Resource {
    let mut body = Body::at(waiver.span);
    body.text("id", &waiver.id);
    body.text("rule", &waiver.rule.id);
    body.text("severity", waiver.rule.severity.name());
    body.text("kind", &waiver.kind);
    body.text("expires", &waiver.expires.to_string());
    body.text("holds_until", &waiver.holds_until.to_string());
    body.flag("over", waiver.is_over(ledger.today));
    body.integer("days", waiver.days);
    body.integer("longest", waiver.longest);
    body.flag("too_long", waiver.days > waiver.longest);
    if !waiver.rule.is_about_ledger {
        body.number("used", waiver.used);
    }
    body.number("missed", waiver.missed);
    body.resource("posture/waiver", &waiver.id)
}

fn planned(rule: &Arc<str>, failing: &[&Finding], ledger: &Ledger, at: Span) -> Resource {
    let mut body = Body::at(at);
    let severity = failing.iter().map(|finding| finding.severity()).max().unwrap_or(Severity::Info);
    let corrected = |finding: &Finding| {
        let mut about = ledger.nonconformities.iter().filter(|of| of.span.file == finding.span.file);
        about.any(|of| of.span.start <= finding.span.start && finding.span.end <= of.span.end && !of.actions.is_empty())
    };
    let of = |finding: &Finding| {
        corrected(finding)
            || ledger.actions.iter().any(|action| {
                action.is_open
                    && (action.mends(finding) || action.improves(finding.rule.controls.iter().map(|(id, _)| *id)))
            })
    };
    body.text("id", rule);
    body.text("severity", severity.name());
    body.number("failed", failing.len());
    body.number("unplanned", failing.iter().filter(|finding| !of(finding)).count());
    body.resource("posture/rule", rule)
}

/// A flat body, all of it at one place.
struct Body {
    span: Span,
    entries: Vec<Entry>,
}

impl Body {
    fn at(span: Span) -> Body {
        Body { span, entries: Vec::new() }
    }

    fn add(&mut self, key: &str, value: Value) {
        self.entries.push(Entry::new(key, self.span, Node::new(value, self.span)));
    }

    fn text(&mut self, key: &str, text: &str) {
        self.entries.push(Entry::new(key, self.span, Node::text(text, self.span)));
    }

    fn flag(&mut self, key: &str, flag: bool) {
        self.add(key, Value::Bool(flag));
    }

    fn integer(&mut self, key: &str, number: i64) {
        self.add(key, Value::Int(number));
    }

    fn number(&mut self, key: &str, number: usize) {
        self.integer(key, i64::try_from(number).unwrap_or(i64::MAX));
    }

    fn resource(self, kind: &str, address: &str) -> Resource {
        Resource {
            identity: crate::dialect::Identity::default(),
            kind: kind.into(),
            address: address.into(),
            scope: "posture".into(),
            deployment: "".into(),
            body: Node::map(self.entries, self.span),
            span: self.span,
            header: self.span,
            typing: Typing::Strict,
            names: Vec::new(),
            condition: None,
            trail: None,
        }
    }
}
