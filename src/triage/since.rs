//! What a change brought: the findings of a run that were not there before, or that stand on lines that were touched.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Finding, SuppressedBy};
use crate::dialect::deployment_paths;
use crate::evaluate::Outcome;
use crate::source::{Span, Workspace};

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

/// The findings that comments silenced in an earlier run: those that comments may go on silencing.
#[derive(Clone, Debug, Default)]
pub struct Excused {
    findings: Vec<Item>,
}

#[derive(Clone, Debug)]
struct Item {
    fingerprint: String,
    outcome: Outcome,
    about: About,
    message: String,
}

/// A rule and what it judged: the path, the deployment, the kind and the address of the resource.
type About = (Arc<str>, String, String, Arc<str>, Arc<str>);

impl Excused {
    /// Those of a run over `workspace`. Where a file went since is told by `renamed`.
    pub fn of(findings: &[Finding], workspace: &Workspace, renamed: &BTreeMap<String, String>) -> Excused {
        let silenced = findings.iter().filter(|finding| by_comment(finding).is_some());
        let item = |finding: &Finding| Item {
            fingerprint: finding.fingerprint.clone(),
            outcome: finding.outcome,
            about: about(finding, workspace, renamed),
            message: finding.message.clone(),
        };
        Excused { findings: silenced.map(item).collect() }
    }
}

fn about(finding: &Finding, workspace: &Workspace, renamed: &BTreeMap<String, String>) -> About {
    let Finding { rule, resource, .. } = finding;
    let path = now_at(workspace.path(resource.span.file), renamed).to_owned();
    let parts: Vec<&str> = deployment_paths(&resource.deployment).map(|path| now_at(path, renamed)).collect();
    (Arc::clone(&rule.id), path, parts.join("\0"), Arc::clone(&resource.kind), Arc::clone(&resource.address))
}

/// Where a file is now, or a folder of which a file went to another one.
fn now_at<'p>(path: &'p str, renamed: &'p BTreeMap<String, String>) -> &'p str {
    fn folder(path: &str) -> &str {
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
    let of_folder =
        || renamed.iter().find(|(old, _)| !path.is_empty() && folder(old) == path).map(|(_, new)| folder(new));
    renamed.get(path).map(String::as_str).or_else(of_folder).unwrap_or(path)
}

fn by_comment(finding: &Finding) -> Option<Span> {
    let suppressed = finding.suppressed.as_ref()?;
    suppressed.span.filter(|_| suppressed.by == SuppressedBy::Comment)
}

/// Lets findings count again that a comment silences now and did not before; returns where those comments stand, in
/// order. Each finding that was silenced then excuses one that is no worse now: that of the same fingerprint, else one of
/// the same rule, resource and message, else one of the same rule and resource whose comment is not new.
pub fn distrust(
    findings: &mut [Finding],
    workspace: &Workspace,
    excused: &Excused,
    is_new: &dyn Fn(Span) -> bool,
) -> Vec<Span> {
    type Test<'t> = &'t dyn Fn(&Item, &Finding, &About) -> bool;
    let nowhere = BTreeMap::new();
    let mut doubted: Vec<(&mut Finding, About)> = findings
        .iter_mut()
        .filter(|finding| by_comment(finding).is_some())
        .map(|finding| {
            let about = about(finding, workspace, &nowhere);
            (finding, about)
        })
        .collect();
    let mut left: Vec<&Item> = excused.findings.iter().collect();
    let tests: [Test<'_>; 3] = [
        &|item, finding, _| item.fingerprint == finding.fingerprint,
        &|item, finding, about| item.about == *about && item.message == finding.message,
        &|item, finding, about| item.about == *about && !by_comment(finding).is_none_or(is_new),
    ];
    for test in tests {
        doubted.retain(|(finding, about)| {
            let found = left.iter().position(|item| item.outcome <= finding.outcome && test(item, finding, about));
            found.map(|at| left.swap_remove(at)).is_none()
        });
    }
    let mut places: Vec<Span> = doubted.iter().filter_map(|(finding, _)| by_comment(finding)).collect();
    doubted.iter_mut().for_each(|(finding, _)| finding.suppressed = None);
    places.sort();
    places.dedup();
    places
}

/// Takes out of findings those that were decided before and are open now, which are told whatever else is: whoever hides
/// what a value comes to has not mended it. They fail, or stay open where `fails` is not set, and say what they were.
pub fn newly_open(findings: &mut Vec<Finding>, before: &[Finding], fails: bool) -> Vec<Finding> {
    let decided: BTreeMap<&str, Outcome> = before
        .iter()
        .filter(|finding| finding.outcome != Outcome::Open)
        .map(|finding| (&*finding.fingerprint, finding.outcome))
        .collect();
    let was = |finding: &Finding| decided.get(&*finding.fingerprint).copied();
    let is_turned = |finding: &Finding| finding.outcome == Outcome::Open && was(finding).is_some();
    let (mut turned, others): (Vec<Finding>, Vec<Finding>) = std::mem::take(findings).into_iter().partition(is_turned);
    *findings = others;
    for finding in &mut turned {
        let verb = if was(finding) == Some(Outcome::Pass) { "passed" } else { "failed" };
        let because = finding.open_because.take().unwrap_or_default();
        let told = format!("{because}; it {verb} in the base revision");
        if fails {
            finding.outcome = Outcome::Fail;
            finding.message = format!("{}: {told}", finding.message);
        } else {
            finding.open_because = Some(told);
        }
    }
    turned
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

    fn silenced(address: &str, outcome: Outcome, message: &str, at: usize) -> Finding {
        let mut finding = finding("storage", "a.tf", address, outcome);
        let span = Some(Span::new(finding.span.file, at, at + 1));
        finding.suppressed = Some(Suppressed { by: SuppressedBy::Comment, reason: "r".into(), span });
        finding.message = message.into();
        finding.fingerprint = format!("{address} {message}");
        finding
    }

    #[test]
    fn a_comment_silences_what_it_silenced_before_and_nothing_else() {
        use Outcome::{Fail, Open};
        // Comments from byte 100 on are new.
        let old = |address, message| silenced(address, Fail, message, 0);
        let new = |address, message| silenced(address, Fail, message, 100);
        for (before, now, counting) in [
            (vec![], vec![old("a", "m")], 1),
            (vec![old("a", "m")], vec![old("a", "m")], 0),
            (vec![old("a", "m")], vec![new("a", "m")], 0),
            (vec![old("a", "m")], vec![old("a", "other words")], 0),
            (vec![old("a", "m")], vec![new("a", "other words")], 1),
            (vec![old("a", "m")], vec![old("b", "m")], 1),
            (vec![old("a", "m")], vec![old("a", "m"), old("a", "m2")], 1),
            (vec![old("a", "m"), old("a", "n")], vec![old("a", "m"), old("a", "m2")], 0),
            (vec![silenced("a", Open, "m", 0)], vec![old("a", "m")], 1),
            (vec![old("a", "m")], vec![silenced("a", Open, "m", 0)], 0),
        ] {
            let workspace = Workspace::in_memory([("a.tf", "")]);
            let excused = Excused::of(&before, &workspace, &BTreeMap::new());
            let mut now = now;
            let row = format!("{before:?} to {now:?}");
            let places = distrust(&mut now, &workspace, &excused, &|span| span.start >= 100);
            let counted = now.iter().filter(|finding| finding.suppressed.is_none()).count();
            assert_eq!((counted, places.len()), (counting, counting), "{row}");
        }
    }

    #[test]
    fn waivers_are_not_distrusted() {
        let mut findings = [silenced("a", Outcome::Fail, "m", 100)];
        findings[0].suppressed.as_mut().unwrap().by = SuppressedBy::Waiver;
        let workspace = Workspace::in_memory([("a.tf", "")]);
        assert_eq!(distrust(&mut findings, &workspace, &Excused::default(), &|_| true), []);
        assert!(findings[0].suppressed.is_some());
    }

    #[test]
    fn what_was_decided_and_is_open_fails_where_that_is_set() {
        use Outcome::{Fail, Open, Pass};
        for (was, is, fails, want) in [
            (Some(Pass), Open, true, Fail),
            (Some(Fail), Open, true, Fail),
            (Some(Open), Open, true, Open),
            (None, Open, true, Open),
            (Some(Pass), Open, false, Open),
            (Some(Pass), Pass, true, Pass),
        ] {
            let of = |outcome| finding("storage", "a.tf", "x.y", outcome);
            let before: Vec<Finding> = was.into_iter().map(of).collect();
            let mut now = vec![of(is)];
            let turned = newly_open(&mut now, &before, fails);
            let told = usize::from(is == Open && was.is_some_and(|was| was != Open));
            assert_eq!((turned.len(), now.len()), (told, 1 - told), "{was:?} to {is:?}, {fails}");
            let outcome = turned.iter().chain(&now).map(|finding| finding.outcome).next();
            assert_eq!(outcome, Some(want), "{was:?} to {is:?}, {fails}");
        }
    }
}
