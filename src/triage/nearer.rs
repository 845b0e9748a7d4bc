//! Which of several facts that are called the same (two commands of one step) one of now was: the one whose text is most like
//! its own.

use std::collections::BTreeSet;

use super::Finding;
use super::since::Before;
use crate::evaluate::Outcome;
use crate::source::{Span, Workspace};

/// Most facts of one name that are compared.
const MOST: usize = 64;

/// Whether what a finding is about was not what another one was about, but something that passed and is gone as it was.
pub(super) fn is_another(
    before: Before<'_>,
    known: &Finding,
    (now, workspace): (&Finding, &Workspace),
    prints_now: &BTreeSet<&str>,
) -> bool {
    // Only what nothing else tells apart is told apart by what is written.
    if known.item == now.item || !now.item.contains('#') && !known.item.contains('#') {
        return false;
    }
    let text = words(workspace, now.span);
    let likeness = alike(&words(before.workspace, known.span), &text);
    let passed = before.findings.iter().filter(|of| {
        let called = of.rule.id == known.rule.id && of.resource.address == known.resource.address;
        let same = called && of.resource.deployment == known.resource.deployment;
        same && of.outcome == Outcome::Pass && of.standing.place == known.standing.place
    });
    let gone = passed.filter(|of| !prints_now.contains(of.fingerprint.as_str()));
    gone.take(MOST).any(|of| alike(&words(before.workspace, of.span), &text) > likeness)
}

fn words(workspace: &Workspace, span: Span) -> Vec<String> {
    let source = workspace.source(span.file);
    source.map_or_else(|_| Vec::new(), |source| source.slice(span).split_whitespace().map(str::to_owned).collect())
}

/// How much two texts have in common, in thousandths.
fn alike(one: &[String], other: &[String]) -> usize {
    let common = one.iter().filter(|word| other.contains(word)).count();
    (2 * common * 1000) / (one.len() + other.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_by_their_words() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let now = words("curl -k https://b.example/two");
        let (failed, passed) = (words("curl -k https://a.example/one"), words("curl https://b.example/two"));
        assert!(alike(&passed, &now) > alike(&failed, &now));
        assert_eq!(alike(&now, &now), 1000);
        assert_eq!(alike(&[], &[]), 0);
    }
}
