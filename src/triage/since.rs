//! What a change brought: the findings of a run that were not there before, or that stand on lines that were touched.

use std::collections::BTreeMap;

use super::{Finding, SuppressedBy};
use crate::evaluate::Outcome;
use crate::source::Span;

/// The findings of a run, parted by a run over the files as they were before.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// New, worse than before, or at a place that was touched. In the order they had.
    pub reported: Vec<Finding>,
    /// How many failing and undecided findings that nothing silences are left out, because they were there before.
    pub known: usize,
}

/// Parts findings by those of the run before. A finding was there if one of its fingerprint was, and no milder: what
/// was undecided and fails now is new, whatever silenced it then. `touched` says whether a place stands on a line that
/// changed since.
pub fn select(findings: Vec<Finding>, before: &[Finding], touched: &dyn Fn(Span) -> bool) -> Since {
    let mut worst: BTreeMap<&str, Outcome> = BTreeMap::new();
    for finding in before {
        let outcome = worst.entry(&finding.fingerprint).or_insert(finding.outcome);
        *outcome = finding.outcome.min(*outcome);
    }
    let mut since = Since::default();
    for finding in findings {
        let was = worst.get(finding.fingerprint.as_str());
        let is_known = was.is_some_and(|was| *was <= finding.outcome) && !touched(finding.span);
        if !is_known {
            since.reported.push(finding);
        } else if finding.outcome != Outcome::Pass && finding.suppressed.is_none() {
            since.known += 1;
        }
    }
    since
}

/// Lets findings count again that a comment silences which is itself new; returns where those comments stand, in order.
pub fn distrust(findings: &mut [Finding], is_new: &dyn Fn(Span) -> bool) -> Vec<Span> {
    let mut places = Vec::new();
    for finding in findings {
        let by_comment = finding.suppressed.as_ref().filter(|suppressed| suppressed.by == SuppressedBy::Comment);
        if let Some(span) = by_comment.and_then(|suppressed| suppressed.span)
            && is_new(span)
        {
            finding.suppressed = None;
            places.push(span);
        }
    }
    places.sort();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::super::Suppressed;
    use super::super::tests::finding;
    use super::*;

    #[test]
    fn what_was_there_is_known_unless_it_is_worse_or_touched() {
        use Outcome::{Fail, Open, Pass};
        for (was, is, touched, reported, known) in [
            (None, Fail, false, 1, 0),
            (None, Open, false, 1, 0),
            (Some(Fail), Fail, false, 0, 1),
            (Some(Fail), Open, false, 0, 1),
            (Some(Open), Fail, false, 1, 0),
            (Some(Open), Open, false, 0, 1),
            (Some(Pass), Fail, false, 1, 0),
            (Some(Pass), Pass, false, 0, 0),
            (Some(Fail), Pass, false, 0, 0),
            (Some(Fail), Fail, true, 1, 0),
            (Some(Pass), Pass, true, 1, 0),
        ] {
            let of = |outcome| finding("storage", "a.tf", "x.y", outcome);
            let before: Vec<Finding> = was.into_iter().map(of).collect();
            let since = select(vec![of(is)], &before, &|_| touched);
            assert_eq!((since.reported.len(), since.known), (reported, known), "{was:?} to {is:?}, {touched}");
        }
    }

    #[test]
    fn what_is_silenced_is_not_counted_as_known() {
        let silenced = |by| {
            let mut finding = finding("storage", "a.tf", "x.y", Outcome::Fail);
            finding.suppressed = Some(Suppressed { by, reason: "r".into(), span: Some(finding.span) });
            finding
        };
        let before = [silenced(SuppressedBy::Comment)];
        let since = select(vec![silenced(SuppressedBy::Waiver)], &before, &|_| false);
        assert_eq!((since.reported.len(), since.known), (0, 0));
    }

    #[test]
    fn only_new_comments_are_distrusted() {
        for (by, is_new, silent) in [
            (SuppressedBy::Comment, false, true),
            (SuppressedBy::Comment, true, false),
            (SuppressedBy::Waiver, true, true),
        ] {
            let mut finding = finding("storage", "a.tf", "x.y", Outcome::Fail);
            let span = finding.span;
            finding.suppressed = Some(Suppressed { by, reason: "r".into(), span: Some(span) });
            let mut findings = [finding];
            let places = distrust(&mut findings, &|_| is_new);
            assert_eq!(findings[0].suppressed.is_some(), silent, "{by:?} {is_new}");
            assert_eq!(places, if silent { vec![] } else { vec![span] }, "{by:?} {is_new}");
        }
    }
}
