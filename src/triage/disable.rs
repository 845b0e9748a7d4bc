//! Rules that the settings switch off: everywhere, or on some paths, or until a day.
//!
//! The light exception: it needs a reason and no register. One that names paths silences what is found there; one without
//! leaves its rules out.

use std::sync::Arc;

use globset::GlobMatcher;
use jiff::civil::Date;

use super::reach::is_reached;
use super::{Finding, Suppressed, SuppressedBy, WARNED};
use crate::control::ControlId;
use crate::document::Problem;
use crate::evaluate::Outcome;
use crate::rule::Strength;
use crate::source::{Span, Workspace};

/// What to do about an end.
const ANEW: &str = "mend what it is about, or decide anew and write another day";

/// An entry of the settings: rules that are not evaluated, or whose findings on some paths do not count.
#[derive(Clone, Debug)]
pub struct Disabled {
    /// The one rule, by its id; else every rule that bears directly on these controls alone.
    pub rule: Option<Arc<str>>,
    /// The controls: of a rule that is named, one has to be its own.
    pub controls: Vec<ControlId>,
    /// Where; everywhere if there are none.
    pub paths: Vec<GlobMatcher>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why.
    pub reason: Arc<str>,
    /// Where it is said.
    pub span: Span,
}

impl Disabled {
    /// Whether it has ended.
    pub fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// Whether it is about a rule. One that bears directly on another control besides goes on for the sake of that.
    pub fn is_about(&self, id: &str, controls: &[(ControlId, Strength)]) -> bool {
        let mut direct = controls.iter().filter(|(_, strength)| *strength == Strength::Direct).map(|(id, _)| id);
        match &self.rule {
            Some(rule) => **rule == *id,
            None => direct.all(|id| self.controls.contains(id)),
        }
    }

    /// Whether it leaves its rules out, rather than silencing what they find in some places.
    pub fn is_everywhere(&self) -> bool {
        self.paths.is_empty()
    }

    /// What is told of it: that it is over or soon will be, or that it silenced nothing although it could have.
    pub fn told(&self, path: &str, used: usize, looked: bool, today: Date) -> Option<Problem> {
        let notice = |code, message: String| Problem::notice(code, path, Some(self.span), message);
        match self.until {
            Some(until) if until < today => Some(
                notice("settings::expired", format!("this exception ended on {until} and is not applied")).help(ANEW),
            ),
            _ if looked && !self.is_everywhere() && used == 0 => {
                let message = "this exception silences nothing: nothing of it is found on these paths".to_owned();
                Some(notice("settings::unused", message).help("remove it, or correct the paths"))
            }
            Some(until) if (until - today).get_days() <= WARNED => {
                Some(notice("settings::ends-soon", format!("this exception ends on {until}")).help(ANEW))
            }
            _ => None,
        }
    }
}

/// Marks the findings that entries with paths silence; returns how many each of them does.
pub fn apply(entries: &[Disabled], findings: &mut [Finding], workspace: &Workspace, today: Date) -> Vec<usize> {
    let mut used = vec![0; entries.len()];
    for finding in findings.iter_mut().filter(|of| of.outcome != Outcome::Pass && of.suppressed.is_none()) {
        let about = |entry: &Disabled| {
            !entry.is_everywhere()
                && !entry.is_over(today)
                && entry.is_about(&finding.rule.id, &finding.rule.controls)
                && is_reached(finding, &entry.paths, workspace)
        };
        let Some((entry, used)) = entries.iter().zip(&mut used).find(|(entry, _)| about(entry)) else { continue };
        *used += 1;
        let until = entry.until.map(|until| format!(" (until {until})")).unwrap_or_default();
        let reason = format!("{}{until}", entry.reason);
        finding.suppressed = Some(Box::new(Suppressed { by: SuppressedBy::Settings, reason, span: Some(entry.span) }));
    }
    used
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::tests::{finding, workspace};
    use super::*;
    use crate::control::ControlId;

    fn entry(rule: Option<&str>, paths: &[&str], until: Option<Date>) -> Disabled {
        let file = workspace().ids().next().unwrap();
        Disabled {
            rule: rule.map(Arc::from),
            controls: ControlId::all().take(1).collect(),
            paths: paths.iter().map(|path| globset::Glob::new(path).unwrap().compile_matcher()).collect(),
            until,
            reason: "r".into(),
            span: Span::new(file, 0, 1),
        }
    }

    #[test]
    fn an_entry_silences_its_rule_on_its_paths_until_its_day() {
        let today = date(2026, 11, 28);
        for (what, entry, outcome, want) in [
            ("the path", entry(Some("storage"), &["a.tf"], None), Outcome::Fail, true),
            ("a glob", entry(Some("storage"), &["*.tf"], None), Outcome::Open, true),
            ("another path", entry(Some("storage"), &["b.tf"], None), Outcome::Fail, false),
            ("another rule", entry(Some("public"), &["a.tf"], None), Outcome::Fail, false),
            ("a pass", entry(Some("storage"), &["a.tf"], None), Outcome::Pass, false),
            ("its control", entry(None, &["a.tf"], None), Outcome::Fail, true),
            ("its last day", entry(Some("storage"), &["a.tf"], Some(today)), Outcome::Fail, true),
            ("over", entry(Some("storage"), &["a.tf"], Some(date(2026, 11, 27))), Outcome::Fail, false),
            ("everywhere is not its affair", entry(Some("storage"), &[], None), Outcome::Fail, false),
        ] {
            let mut findings = [finding("storage", "a.tf", "x.y", outcome)];
            let used = apply(&[entry], &mut findings, &workspace(), today);
            assert_eq!((findings[0].suppressed.is_some(), used), (want, vec![usize::from(want)]), "{what}");
        }
    }

    #[test]
    fn what_ends_and_what_does_nothing_is_told() {
        let today = date(2026, 11, 28);
        let code = |entry: &Disabled, used| entry.told("annexa.toml", used, true, today).map(|problem| problem.code);
        for (until, used, want) in [
            (None, 1, None),
            (None, 0, Some("settings::unused")),
            (Some(date(2026, 11, 27)), 0, Some("settings::expired")),
            (Some(date(2026, 11, 28)), 1, Some("settings::ends-soon")),
            (Some(date(2026, 12, 12)), 1, Some("settings::ends-soon")),
            (Some(date(2026, 12, 13)), 1, None),
        ] {
            assert_eq!(code(&entry(Some("storage"), &["a.tf"], until), used), want, "{until:?} {used}");
        }
        assert_eq!(code(&entry(Some("storage"), &[], None), 0), None, "a rule that is left out finds nothing");
    }
}
