//! What a change brought: the findings of a run that were not there before.
//!
//! What was there is known, also where its line changed; it is brought up again only where the very value that decided it
//! was written anew and comes to the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::nearer;
use super::pairing::{self, Known, Setting};
use super::renames::Renames;
use super::{Finding, Suppressed, SuppressedBy};
use crate::dialect::deployment_paths;
use crate::dialect::places::Present;
use crate::evaluate::Outcome;
use crate::source::{Span, Workspace};

/// The findings of a run, parted by a run over the files as they were before.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// New, or worse than before; and, marked as known, what was there and stands on a line that changed. In the order
    /// they had.
    pub reported: Vec<Finding>,
    /// How many failing and undecided findings that nothing else silences were there before.
    pub known: usize,
}

/// What the findings of a run are held against.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// Those of the run before, passes included.
    pub findings: &'a [Finding],
    /// Its files.
    pub workspace: &'a Workspace,
    /// The places in its resources.
    pub places: &'a Present,
    /// Whether a place stands on a line that changed since.
    pub touched: &'a dyn Fn(Span) -> bool,
    /// Whether what was there and stands on such a line is reported as if it were new.
    pub again: bool,
}

/// Parts findings by those of the run before. A finding was there if one of its identity was, saying the same and no
/// milder: what was undecided and fails now is new, whatever silenced it then.
pub fn select(findings: Vec<Finding>, (workspace, places): (&Workspace, &Present), before: Before<'_>) -> Since {
    let failed: Vec<&Finding> = before.findings.iter().filter(|of| of.outcome != Outcome::Pass).collect();
    let then: Vec<Known<'_>> = failed.iter().map(|finding| Known::of(finding, before.workspace)).collect();
    let prints = |passes: bool| -> BTreeSet<&str> {
        let of = before.findings.iter().filter(|of| !passes || of.outcome == Outcome::Pass);
        of.map(|finding| finding.fingerprint.as_str()).collect()
    };
    let (passed, all) = (prints(true), prints(false));
    let prints_now: BTreeSet<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    let setting = Setting {
        passed: &passed,
        touched: &|finding| (before.touched)(finding.span),
        renames: &|| Renames::between(before.workspace, workspace),
        places,
        places_then: Some(before.places),
        nearer: &|index, finding| {
            let known = failed.get(index);
            known.is_some_and(|known| nearer::is_another(before, known, (finding, workspace), &prints_now))
        },
    };
    let pairs = pairing::pair(&findings, workspace, &then, setting);
    let mut since = Since::default();
    for (mut finding, pair) in findings.into_iter().zip(pairs) {
        let was = pair.and_then(|index| failed.get(index));
        let is_known = match was {
            None => finding.outcome == Outcome::Pass && all.contains(finding.fingerprint.as_str()),
            Some(was) => !rewritten(&finding, workspace, was, before.workspace),
        };
        if !is_known {
            since.reported.push(finding);
            continue;
        }
        let counts = finding.outcome != Outcome::Pass && finding.suppressed.is_none();
        let touched = counts && (before.touched)(finding.span);
        if touched && before.again {
            since.reported.push(finding);
            continue;
        }
        since.known += usize::from(counts);
        if touched {
            let reason = "was there before, on a line that changed".to_owned();
            finding.suppressed = Some(Box::new(Suppressed { by: SuppressedBy::Known, reason, span: None }));
            since.reported.push(finding);
        }
    }
    since
}

/// Whether the value that decides a finding is written otherwise than it was and comes to the same: somebody had it in
/// hand, and it is still wrong. Blanks, quotes, words for yes and no and the order of a list are no difference; and where it comes to something else
/// that the finding does not tell, another part of it was changed.
fn rewritten(finding: &Finding, now: &Workspace, was: &Finding, before: &Workspace) -> bool {
    let plain = |workspace: &Workspace, span: Span| -> Option<String> {
        let source = workspace.source(span.file).ok()?;
        let skipped =
            |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '$' | '{' | '}' | ':' | '=' | ',' | '[' | ']');
        let words = source.slice(span).split(skipped).map(|word| pairing::truth(word).unwrap_or(word));
        let mut words: Vec<&str> = words.collect();
        words.sort_unstable();
        Some(words.concat())
    };
    // What a fact says is a view of what is written; it has a measure of its own.
    let is_written = !finding.resource.kind.starts_with("fact/");
    let decided = is_written && finding.decided.is_some() && finding.decided == was.decided;
    decided && plain(now, finding.span) != plain(before, was.span)
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
    for (finding, _) in &mut doubted {
        finding.suppressed = None;
    }
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
    use super::super::tests::{finding, workspace};
    use super::*;

    fn part(now: Vec<Finding>, before: &[Finding], touched: bool, again: bool) -> Since {
        let workspace = workspace();
        let places = &Present::default();
        let before = Before { findings: before, workspace: &workspace, places, touched: &|_| touched, again };
        select(now, (&workspace, places), before)
    }

    #[test]
    fn what_was_there_is_known_unless_it_is_worse() {
        use Outcome::{Fail, Open, Pass};
        for (was, is, reported, known) in [
            (None, Fail, 1, 0),
            (None, Open, 1, 0),
            (Some(Fail), Fail, 0, 1),
            (Some(Fail), Open, 0, 1),
            (Some(Open), Fail, 1, 0),
            (Some(Open), Open, 0, 1),
            (Some(Pass), Fail, 1, 0),
            (Some(Pass), Pass, 0, 0),
            (Some(Fail), Pass, 0, 0),
        ] {
            let of = |outcome| finding("storage", "a.tf", "x.y", outcome);
            let before: Vec<Finding> = was.into_iter().map(of).collect();
            let since = part(vec![of(is)], &before, false, false);
            assert_eq!((since.reported.len(), since.known), (reported, known), "{was:?} to {is:?}");
        }
    }

    #[test]
    fn what_was_there_on_a_changed_line_is_shown_as_known_or_reported_where_that_is_asked_for() {
        let of = || finding("storage", "a.tf", "x.y", Outcome::Fail);
        let shown = part(vec![of()], &[of()], true, false);
        assert_eq!(shown.reported[0].suppressed.as_ref().map(|by| by.by), Some(SuppressedBy::Known));
        assert_eq!(shown.known, 1);
        let again = part(vec![of()], &[of()], true, true);
        assert_eq!((again.reported[0].suppressed.is_none(), again.known), (true, 0));
    }

    #[test]
    fn what_passed_is_not_what_failed_under_another_name() {
        use Outcome::{Fail, Pass};
        let named = |item: &str, outcome| {
            let mut found = finding("storage", "a.tf", "x.y", outcome);
            found.fingerprint = item.to_owned();
            found
        };
        for (before, now, reported) in [
            // Renamed.
            (vec![("a", Fail)], vec![("b", Fail)], 0),
            // One more of the same.
            (vec![("a", Fail)], vec![("b", Fail), ("c", Fail)], 1),
            // One mended and another broken.
            (vec![("a", Fail), ("b", Pass)], vec![("a", Pass), ("b", Fail)], 1),
            (vec![("a", Fail)], vec![("a", Pass), ("b", Fail)], 1),
            (vec![("b", Pass)], vec![("b", Fail)], 1),
        ] {
            let all = |of: &[(&str, Outcome)]| of.iter().map(|(item, outcome)| named(item, *outcome)).collect();
            let then: Vec<Finding> = all(&before);
            let since = part(all(&now), &then, false, false);
            let failing = since.reported.iter().filter(|of| of.outcome == Fail).count();
            assert_eq!(failing, reported, "{before:?} to {now:?}");
        }
    }

    #[test]
    fn a_value_that_is_written_anew_and_comes_to_the_same_is_brought_up() {
        let of = |text: &str, value| {
            let workspace = Workspace::in_memory([("a.tf", text), ("b.tf", "")]);
            let mut found = finding("storage", "a.tf", "x.y", Outcome::Fail);
            let end = u32::try_from(text.len()).unwrap();
            found.span = Span { start: 0, end, ..found.span };
            found.decided = Some(value);
            (workspace, found)
        };
        for (old, new, reported) in [
            (("false", 1), ("tobool(\"false\")", 1), true),
            (("false", 1), ("\"false\"", 1), false),
            (("a: false", 1), ("a: no", 1), false),
            (("a: false", 1), ("a: nothing", 1), true),
            (("var.x", 1), ("\"${ var.x }\"", 1), false),
            (("app:1", 1), ("app:2", 2), false),
            (("[\"a\", \"b\"]", 1), ("[\"b\", \"a\"]", 1), false),
            (("[\"a\", \"b\"]", 1), ("concat([\"a\"], [\"b\"])", 1), true),
        ] {
            let ((before, was), (now, is)) = (of(old.0, old.1), of(new.0, new.1));
            let places = &Present::default();
            let held = Before { findings: &[was], workspace: &before, places, touched: &|_| true, again: false };
            let since = select(vec![is], (&now, places), held);
            assert_eq!(since.reported[0].suppressed.is_none(), reported, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn what_is_silenced_is_not_counted_as_known() {
        let silenced = |by| {
            let mut finding = finding("storage", "a.tf", "x.y", Outcome::Fail);
            finding.suppressed = Some(Box::new(Suppressed { by, reason: "r".into(), span: Some(finding.span) }));
            finding
        };
        let before = [silenced(SuppressedBy::Comment)];
        let since = part(vec![silenced(SuppressedBy::Waiver)], &before, false, false);
        assert_eq!((since.reported.len(), since.known), (0, 0));
    }

    fn silenced(address: &str, outcome: Outcome, message: &str, at: usize) -> Finding {
        let mut finding = finding("storage", "a.tf", address, outcome);
        let span = Some(Span::new(finding.span.file, at, at + 1));
        finding.suppressed = Some(Box::new(Suppressed { by: SuppressedBy::Comment, reason: "r".into(), span }));
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
