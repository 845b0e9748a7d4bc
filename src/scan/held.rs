//! How many judgements are kept.
//!
//! A thousand findings of one rule in one file say no more than the first hundred, and a file of a few lines can make a
//! million of them. What is beyond the bound is counted and told, not held. Which ones are kept depends on the order of the
//! resources alone.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::document::Problem;
use crate::evaluate::{Judgement, Outcome};
use crate::rule::Rule;
use crate::source::{FileId, NO_FILE, Workspace};

/// Most judgements of one rule and outcome that are kept of one file.
const MOST: usize = 5_000;

/// The judgements of a run that are kept, and how many are not.
#[derive(Default)]
pub struct Held {
    /// Those that are kept, in the order of the resources.
    pub judgements: Vec<Judgement>,
    /// How many there are of each kind.
    counts: FxHashMap<Sort, usize>,
    /// How many are not kept, in order.
    beyond: BTreeMap<Sort, usize>,
}

/// What is counted together: rule, file and outcome; passes that show something apart from those that do not.
type Sort = (FileId, usize, Outcome, bool);

impl Held {
    /// Keeps a judgement, or counts it where there are enough of its kind.
    pub fn add(&mut self, judgement: Judgement) {
        // What is about the repository has no file: there is one of it for each file at most.
        if judgement.span.file == NO_FILE {
            self.judgements.push(judgement);
            return;
        }
        let sort = (judgement.span.file, judgement.rule, judgement.outcome, judgement.vacuous);
        let count = self.counts.entry(sort).or_default();
        *count += 1;
        if *count <= MOST {
            self.judgements.push(judgement);
        } else {
            *self.beyond.entry(sort).or_default() += 1;
        }
    }

    /// What is told of those that are not kept. Passes are told where passes are shown.
    pub fn problems(&self, rules: &[impl AsRef<Rule>], workspace: &Workspace, passes: bool) -> Vec<Problem> {
        let told = self.beyond.iter().filter_map(|((file, rule, outcome, _), count)| {
            let id = &rules.get(*rule)?.as_ref().id;
            let what = match outcome {
                Outcome::Fail => "findings",
                Outcome::Open => "open results",
                Outcome::Pass if passes => "passes",
                Outcome::Pass => return None,
            };
            let message = format!("… and {count} more {what} of `{id}`: of one rule and file {MOST} are kept");
            // A pass that is not shown hides nothing; a failure might be one that no exception covers.
            let problem = if *outcome == Outcome::Pass { Problem::notice } else { Problem::error };
            let help = "split the file, or mend what is said of the first of them";
            Some(problem("evaluate::limit", workspace.path(*file), None, message).help(help))
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn what_is_beyond_the_bound_is_counted() {
        let mut held = Held::default();
        let of = |outcome, file: u32| Judgement {
            rule: 0,
            check: 0,
            resource: 0,
            outcome,
            span: Span { file: FileId(file), start: 0, end: 0 },
            related: Vec::new(),
            message: String::new(),
            open_because: None,
            facets: Vec::new(),
            item: "".into(),
            decided: None,
            unit: None,
            vacuous: false,
        };
        for _ in 0..MOST + 7 {
            held.add(of(Outcome::Fail, 0));
        }
        held.add(of(Outcome::Fail, 1));
        held.add(of(Outcome::Open, 0));
        assert_eq!(held.judgements.len(), MOST + 2);
        assert_eq!(held.beyond.into_values().collect::<Vec<_>>(), [7]);
    }
}
