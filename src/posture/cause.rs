//! Findings of several rules that one cause explains: mending it mends them all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::rule::card::Card;
use crate::rule::{Rule, Strength};
use crate::source::{NO_FILE, Span};
use crate::triage::Finding;

/// Kinds whose findings say that other findings, or claims about them, stand: mending those mends these.
const CONSEQUENCES: [&str; 2] = ["posture/control", "posture/rule"];

/// Whether all that a rule finds says only that other findings stand.
pub fn tells_of_findings(card: &Card) -> bool {
    let consequences = BTreeSet::from(CONSEQUENCES);
    !card.kinds.is_empty() && card.kinds.iter().all(|kind| kind.occurs(&consequences))
}

/// What is wrong, and what else says so.
pub(super) struct Cause<'f> {
    /// The findings of the worst rule.
    pub findings: Vec<&'f Finding>,
    /// Those of further rules.
    pub further: Vec<&'f Finding>,
}

impl Cause<'_> {
    /// The further rules, in order.
    pub fn with(&self) -> Vec<Arc<str>> {
        let rules: BTreeSet<&Arc<str>> = self.further.iter().map(|finding| &finding.rule.id).collect();
        rules.into_iter().cloned().collect()
    }

    fn rule(&self) -> Option<&Rule> {
        self.findings.first().map(|finding| &*finding.rule)
    }
}

/// The causes of the findings that stand: of several rules that fail at the same values the worst speaks, and what only says that
/// another finding stands goes with that one.
pub(super) fn causes<'f>(failing: BTreeMap<&Arc<str>, Vec<&'f Finding>>) -> Vec<Cause<'f>> {
    let (followers, mut own): (Vec<_>, Vec<_>) =
        failing.into_values().partition(|findings| findings.iter().all(|finding| follows(finding)));
    own.sort_by_key(|findings| findings.first().map(|finding| std::cmp::Reverse(finding.severity())));
    let mut causes: Vec<Cause<'f>> = Vec::new();
    let mut by_values: BTreeMap<BTreeSet<Span>, usize> = BTreeMap::new();
    for findings in own {
        match values(&findings).map(|values| by_values.entry(values).or_insert(causes.len())) {
            Some(place) if *place < causes.len() => {
                if let Some(cause) = causes.get_mut(*place) {
                    cause.further.extend(findings);
                }
            }
            _ => causes.push(Cause { findings, further: Vec::new() }),
        }
    }
    for findings in followers {
        let stands = findings.iter().all(|finding| causes.iter().any(|cause| cause.explains(finding)));
        let explaining = findings.first().and_then(|first| causes.iter_mut().find(|cause| cause.explains(first)));
        match explaining.filter(|_| stands) {
            Some(cause) => cause.further.extend(findings),
            None => causes.push(Cause { findings, further: Vec::new() }),
        }
    }
    causes
}

impl Cause<'_> {
    /// Whether it is what a finding about the ledger says to stand: of the control, or of the rule, that this one is about.
    fn explains(&self, follower: &Finding) -> bool {
        let about = &*follower.resource.address;
        self.rule().is_some_and(|rule| {
            !self.findings.iter().all(|finding| follows(finding))
                && (&*rule.id == about
                    || rule.controls.iter().any(|(id, on)| *on == Strength::Direct && id.to_string() == about))
        })
    }
}

/// Whether a finding says that another one stands.
pub(super) fn follows(finding: &Finding) -> bool {
    CONSEQUENCES.contains(&&*finding.resource.kind)
}

/// The places of the values that findings are about; none where one of them is about a resource as a whole, where something is
/// missing: two things that a resource lacks are two things to do.
fn values(findings: &[&Finding]) -> Option<BTreeSet<Span>> {
    let place = |finding: &&Finding| {
        let is_whole = finding.span == finding.resource.span || finding.span.file == NO_FILE;
        (!is_whole && finding.decided.is_some()).then_some(finding.span)
    };
    findings.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::ControlId;
    use crate::evaluate::Outcome;
    use crate::rule::Severity;
    use crate::triage::tests::finding;

    fn of(rule: &str, severity: Severity, kind: &str, address: &str) -> Finding {
        let mut finding = finding(rule, "a.tf", address, Outcome::Fail);
        let rule = Arc::get_mut(&mut finding.rule).unwrap();
        rule.severity = severity;
        let control: ControlId = "8.20".parse().unwrap();
        rule.controls = vec![(control, Strength::Direct)];
        Arc::get_mut(&mut finding.resource).unwrap().kind = kind.into();
        finding
    }

    fn at(mut finding: Finding, start: usize, decided: bool) -> Finding {
        finding.span = Span::new(crate::source::FileId(0), start, start + 1);
        finding.decided = decided.then_some(7);
        finding
    }

    #[test]
    fn one_value_is_one_cause_and_what_follows_goes_with_it() {
        let group = "terraform/aws_security_group";
        let findings = [
            at(of("ftp-open", Severity::Medium, group, "g"), 7, true),
            at(of("ssh-open", Severity::High, group, "g"), 7, true),
            at(of("unexplained", Severity::Low, group, "g"), 7, false),
            at(of("elsewhere", Severity::Low, group, "g"), 9, true),
            of("claim-fails", Severity::High, "posture/control", "8.20"),
            of("other-claim-fails", Severity::High, "posture/control", "5.1"),
        ];
        let mut failing: BTreeMap<&Arc<str>, Vec<&Finding>> = BTreeMap::new();
        for finding in &findings {
            failing.entry(&finding.rule.id).or_default().push(finding);
        }
        let shown: Vec<String> = causes(failing)
            .iter()
            .map(|cause| format!("{} {}", cause.findings[0].rule.id, cause.with().join("+")))
            .collect();
        assert_eq!(shown, ["ssh-open claim-fails+ftp-open", "elsewhere ", "unexplained ", "other-claim-fails "]);
    }
}
