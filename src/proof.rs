//! The proof of a rule by its fixtures: real files on which it fails at the marked lines, passes on near misses, and
//! stays open where the file does not decide.
//!
//! Refused are: a check without a failing or a passing fixture, a passing fixture in which nothing was judged, a finding
//! away from a marked line, a marked line without a finding, a comparison that no fixture makes both true and false, and a
//! facet that no failing fixture is of.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::dialect::Resource;
use crate::document::{Level, Problem};
use crate::evaluate::coverage::{Coverage, comparisons};
use crate::evaluate::{Engine, Judgement, Options, Outcome};
use crate::rule::Rule;
use crate::rule::fixture::{Expected, Mark, Shows};
pub use crate::rule::fixture::{Fixture, fixtures};
use crate::source::{NO_FILE, Source, Workspace};

/// Fixtures are dated from this day, so that a proof does not change with the calendar.
pub const TODAY: jiff::civil::Date = jiff::civil::date(2026, 1, 15);

/// What a proof lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The fixture, where it is about one.
    pub fixture: Option<String>,
    /// What is wrong, in lower case without a full stop.
    pub message: String,
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.fixture {
            Some(fixture) => write!(f, "{fixture}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// What a workspace holds for a rule, on a day.
pub type Extract<'e> = &'e (dyn Fn(&Workspace, &Rule, jiff::civil::Date) -> (Vec<Resource>, Vec<Problem>) + Sync);

/// Runs a rule on its fixtures. `source` is the rule's file; `extract` lists the resources of a workspace that the rule
/// may judge.
pub fn prove(
    rule: &Arc<Rule>,
    source: &Source,
    fixtures: &[Fixture],
    today: jiff::civil::Date,
    extract: Extract<'_>,
) -> Vec<Gap> {
    let mut proof = Proof {
        rule,
        today,
        gaps: Vec::new(),
        outcomes: BTreeSet::new(),
        coverage: Coverage::default(),
        facets: BTreeSet::new(),
    };
    for fixture in fixtures {
        proof.fixture(fixture, extract);
    }
    proof.checks(source);
    proof.comparisons(source);
    proof.facets();
    proof.gaps
}

struct Proof<'p> {
    rule: &'p Arc<Rule>,
    today: jiff::civil::Date,
    gaps: Vec<Gap>,
    /// Checks and the outcomes they were seen to have in fixtures of that outcome.
    outcomes: BTreeSet<(usize, Outcome)>,
    coverage: Coverage,
    /// The facets that failing fixtures are of.
    facets: BTreeSet<Arc<str>>,
}

impl Proof<'_> {
    fn gap(&mut self, fixture: Option<&Fixture>, message: impl Into<String>) {
        self.gaps.push(Gap { fixture: fixture.map(|fixture| fixture.name.clone()), message: message.into() });
    }

    fn fixture(&mut self, fixture: &Fixture, extract: Extract<'_>) {
        let Some(wanted) = fixture.shows().map(outcome) else {
            self.gap(Some(fixture), "the name does not begin with `fail-`, `pass-` or `open-`");
            return;
        };
        let files = fixture.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let workspace = Workspace::in_memory(files);
        let (resources, problems) = extract(&workspace, self.rule, self.today);
        for problem in problems.iter().filter(|problem| problem.level == Level::Error) {
            self.gap(Some(fixture), format!("{}: {}", problem.path, problem.message));
        }
        let rules = [Arc::clone(self.rule)];
        let options = Options { today: self.today, explain_passes: false, subjects: false, coverage: true };
        let engine = Engine::new(&rules, &resources, options).over(&workspace);
        let judgements: Vec<Judgement> = (0..resources.len()).flat_map(|index| engine.judge_resource(index)).collect();
        self.coverage.merge(&engine.coverage());
        if judgements.is_empty() {
            self.gap(Some(fixture), format!("nothing is judged: {}", what_is_there(&resources)));
        }
        if wanted == Outcome::Fail {
            self.facets.extend(judgements.iter().flat_map(|judgement| judgement.facets.iter().cloned()));
        }
        let seen = judgements.iter().filter(|judgement| judgement.outcome == wanted);
        self.outcomes.extend(seen.map(|judgement| (judgement.check, wanted)));
        self.marks(fixture, wanted, &workspace, &judgements);
    }

    /// Compares the findings of a fixture with its marks.
    fn marks(&mut self, fixture: &Fixture, wanted: Outcome, workspace: &Workspace, judgements: &[Judgement]) {
        let Expected { marks, unread } = fixture.expected(&self.rule.id);
        for line in unread {
            self.gap(Some(fixture), format!("`{line}` is not a line number and a path"));
        }
        let mut met: BTreeSet<&Mark> = BTreeSet::new();
        for judgement in judgements.iter().filter(|judgement| judgement.outcome != Outcome::Pass) {
            let place = place(judgement, workspace);
            let shown = format!("line {} of {}: {}", place.1, place.0, judgement.message);
            match marks.get(&place) {
                _ if wanted == Outcome::Pass || judgement.outcome != wanted => {
                    self.gap(Some(fixture), format!("unexpected {:?}: {shown}", judgement.outcome).to_lowercase());
                }
                Some(mark) => {
                    met.insert(mark);
                }
                None => self.gap(Some(fixture), format!("finding at a line that is not marked: {shown}")),
            }
        }
        if wanted == Outcome::Pass {
            if !marks.is_empty() {
                self.gap(Some(fixture), "a passing fixture has marks");
            }
            if !judgements.is_empty() && judgements.iter().all(|judgement| judgement.outcome != Outcome::Pass) {
                self.gap(Some(fixture), "nothing passes");
            }
        } else if marks.is_empty() {
            self.gap(Some(fixture), format!("no line is marked with `expect: {}`", self.rule.id));
        }
        for mark in marks.iter().filter(|mark| !met.contains(mark)) {
            self.gap(Some(fixture), format!("no finding at the marked line {} of {}", mark.1, mark.0));
        }
    }

    fn checks(&mut self, source: &Source) {
        let rule = Arc::clone(self.rule);
        for (number, check) in rule.checks.iter().enumerate() {
            let kinds: Vec<&str> = check.kinds.iter().map(|kind| &*kind.text).collect();
            let line = source.position(check.span.start).line;
            for (outcome, word) in [(Outcome::Fail, "failing"), (Outcome::Pass, "passing")] {
                if !self.outcomes.contains(&(number, outcome)) {
                    let message = format!("the check of {} (line {line}) has no {word} fixture", kinds.join(", "));
                    self.gap(None, message);
                }
            }
        }
    }

    fn facets(&mut self) {
        let rule = Arc::clone(self.rule);
        let names: BTreeSet<&str> = rule.checks.iter().flat_map(|check| check.facets.names()).collect();
        let unseen: Vec<&str> = names.into_iter().filter(|name| !self.facets.contains(*name)).collect();
        for name in unseen {
            self.gap(None, format!("no failing fixture is of the facet `{name}`"));
        }
    }

    fn comparisons(&mut self, source: &Source) {
        for (_, span) in comparisons(&Arc::clone(self.rule)) {
            let seen = self.coverage.of(0, span);
            let never = match (seen.held, seen.failed) {
                (true, true) => continue,
                (true, false) => "never false",
                (false, true) => "never true",
                (false, false) => "neither true nor false",
            };
            let line = source.position(span.start).line;
            let text: String = source.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = text.chars().take(80).collect();
            self.gap(None, format!("in the fixtures this is {never} (line {line}): {short}"));
        }
    }
}

fn outcome(shows: Shows) -> Outcome {
    match shows {
        Shows::Fail => Outcome::Fail,
        Shows::Pass => Outcome::Pass,
        Shows::Open => Outcome::Open,
    }
}

fn place(judgement: &Judgement, workspace: &Workspace) -> Mark {
    if judgement.span.file == NO_FILE {
        return (String::new(), 0);
    }
    let path = workspace.path(judgement.span.file).to_owned();
    let line = workspace.source(judgement.span.file).map_or(0, |source| source.position(judgement.span.start).line);
    (path, line)
}

fn what_is_there(resources: &[Resource]) -> String {
    let kinds: BTreeSet<&str> = resources.iter().map(|resource| &*resource.kind).collect();
    if kinds.is_empty() {
        "there is no resource in it".to_owned()
    } else {
        format!("there is {}", kinds.into_iter().collect::<Vec<_>>().join(", "))
    }
}
