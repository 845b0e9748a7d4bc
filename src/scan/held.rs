//! How many judgements are kept.
//!
//! A thousand findings of one rule in one file say no more than the first hundred, and a file of a few lines can make a
//! million of them. What is beyond the bound is counted and told, not held. Which ones are kept depends on the order of the
//! resources alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::passed::{Passed, Rows};
use crate::dialect::Resource;
use crate::document::Problem;
use crate::evaluate::{Engine, Judgement, Outcome};
use crate::source::{FileId, NO_FILE, Workspace};
use crate::triage::Finding;

/// Most judgements of one rule and outcome that are kept of one file.
const MOST: usize = 5_000;

/// So many of one rule and outcome are kept of each file, whatever else there is.
pub const LEAST: usize = 20;

/// So many of one outcome are kept in a run; beyond these only [`LEAST`] of each rule and file are.
const RUN: usize = 100_000;

/// How many judgements of a run are kept, and how many are not.
#[derive(Default)]
pub struct Held {
    /// How many there are of each kind.
    counts: FxHashMap<Sort, usize>,
    /// How many of each outcome are kept.
    kept: FxHashMap<(Outcome, bool), usize>,
    /// How many are not kept because there are enough of their file, in order.
    beyond: BTreeMap<Sort, usize>,
    /// How many are not kept because there are enough in the run, and in which files, by rule and outcome.
    beyond_run: BTreeMap<(Arc<str>, Outcome), (usize, BTreeSet<FileId>)>,
    /// Passes that are only counted, where passes are.
    pub passed: Option<Passed>,
}

/// What is counted together: rule, file and outcome; passes that show something apart from those that do not.
type Sort = (FileId, Arc<str>, Outcome, bool);

impl Held {
    /// Whether a judgement is kept; it is counted where there are enough of its kind, or where it is a pass that nobody asks for.
    pub fn keeps(&mut self, engine: &Engine<'_>, resources: &[Resource], judgement: &Judgement) -> bool {
        let takes = self.takes(engine, judgement);
        takes && !self.passed.as_mut().is_some_and(|passed| passed.takes(engine, resources, judgement))
    }

    /// Counts passes of files that no other judgements are about.
    pub fn count(&mut self, rows: Rows) {
        let kept = self.kept.entry((Outcome::Pass, false)).or_default();
        self.passed.get_or_insert_default().add(rows, kept, RUN);
    }

    /// Whether there is room for a judgement; it is counted where there are enough of its kind.
    pub fn takes(&mut self, engine: &Engine<'_>, judgement: &Judgement) -> bool {
        let Judgement { rule, outcome, vacuous, span, .. } = judgement;
        engine.rule(*rule).is_some_and(|rule| self.takes_one((span.file, Arc::clone(&rule.id), *outcome, *vacuous)))
    }

    /// The same of a finding.
    pub fn takes_finding(&mut self, finding: &Finding) -> bool {
        let Finding { rule, outcome, vacuous, span, .. } = finding;
        self.takes_one((span.file, Arc::clone(&rule.id), *outcome, *vacuous))
    }

    fn takes_one(&mut self, sort: Sort) -> bool {
        let (file, rule, outcome, vacuous) = &sort;
        // What is about the repository has no file: there is one of it for each file at most.
        if *file == NO_FILE {
            return true;
        }
        let kept = self.kept.entry((*outcome, *vacuous)).or_default();
        let count = self.counts.entry(sort.clone()).or_default();
        *count += 1;
        let takes = *count <= LEAST || (*count <= MOST && *kept < RUN);
        if takes {
            *kept += 1;
        } else if *count > MOST {
            *self.beyond.entry(sort).or_default() += 1;
        } else {
            let (count, files) = self.beyond_run.entry((Arc::clone(rule), *outcome)).or_default();
            *count += 1;
            files.insert(*file);
        }
        takes
    }

    /// What is told of those that are not kept. Passes are told where passes are shown.
    pub fn problems(&self, workspace: &Workspace, passes: bool) -> Vec<Problem> {
        let of_files = self.beyond.iter().filter_map(|((file, id, outcome, _), count)| {
            let what = named(*outcome, passes)?;
            let message = format!("… and {count} more {what} of `{id}`: of one rule and file {MOST} are kept");
            let help = "split the file, or mend what is said of the first of them";
            Some(told(*outcome, workspace.path(*file), message, help))
        });
        let of_run = self.beyond_run.iter().filter_map(|((id, outcome), (count, files))| {
            let (what, files) = (named(*outcome, passes)?, files.len());
            let message = format!(
                "… and {count} more {what} of `{id}` in {files} file{}: of a run {RUN} {what} are kept, and {LEAST} of each rule and file",
                if files == 1 { "" } else { "s" }
            );
            Some(told(*outcome, "", message, "look at parts of the repository, or at fewer rules, at a time"))
        });
        of_files.chain(of_run).collect()
    }
}

/// The word for several results, where they are shown.
fn named(outcome: Outcome, passes: bool) -> Option<&'static str> {
    match outcome {
        Outcome::Fail => Some("findings"),
        Outcome::Open => Some("open results"),
        Outcome::Pass => passes.then_some("passes"),
    }
}

/// A pass that is not shown hides nothing; a failure might be one that no exception covers.
fn told(outcome: Outcome, path: &str, message: String, help: &str) -> Problem {
    let problem = if outcome == Outcome::Pass { Problem::notice } else { Problem::error };
    problem("evaluate::limit", path, None, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(outcome: Outcome, file: u32, rule: usize) -> Sort {
        (FileId(file), rule.to_string().into(), outcome, false)
    }

    #[test]
    fn what_is_beyond_the_bound_of_a_file_is_counted() {
        let mut held = Held::default();
        let mut kept = (0..MOST + 7).filter(|_| held.takes_one(of(Outcome::Fail, 0, 0))).count();
        kept += usize::from(held.takes_one(of(Outcome::Fail, 1, 0)));
        kept += usize::from(held.takes_one(of(Outcome::Open, 0, 0)));
        assert_eq!(kept, MOST + 2);
        assert_eq!(held.beyond.into_values().collect::<Vec<_>>(), [7]);
        assert!(held.beyond_run.is_empty());
    }

    #[test]
    fn beyond_the_bound_of_a_run_a_few_of_each_rule_and_file_are_kept() {
        let mut held = Held::default();
        let mut kept = 0;
        let mut add = |count: usize, sort: Sort| kept += (0..count).filter(|_| held.takes_one(sort.clone())).count();
        let files = u32::try_from(RUN / MOST).unwrap();
        for file in 0..files {
            add(MOST, of(Outcome::Fail, file, 0));
        }
        for (file, rule) in [(files, 0), (files + 1, 0), (files, 1)] {
            add(LEAST + 3, of(Outcome::Fail, file, rule));
        }
        // What fails takes nothing from what is open.
        add(MOST, of(Outcome::Open, 0, 0));
        assert_eq!(kept, RUN + 3 * LEAST + MOST);
        assert!(held.beyond.is_empty());
        let counted: Vec<_> = held.beyond_run.values().map(|(count, files)| (*count, files.len())).collect();
        assert_eq!(counted, [(6, 2), (3, 1)]);
    }
}
