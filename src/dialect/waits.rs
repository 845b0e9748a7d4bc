//! Which jobs of a pipeline come before others, whatever the service that runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::Node;
use crate::source::Span;

/// Most jobs of a pipeline of which this is told: each may wait for all others.
const MOST: usize = 512;

/// What each job waits for by itself.
#[derive(Debug, Default)]
pub(super) struct Waits(BTreeMap<Arc<str>, Vec<Arc<str>>>);

impl Waits {
    /// Of jobs, each with those that it names.
    pub(super) fn of(jobs: impl Iterator<Item = (Arc<str>, Vec<Arc<str>>)>) -> Waits {
        Waits(jobs.collect())
    }

    /// All that a job waits for, those that these wait for included; in the order of their names.
    pub(super) fn list(&self, job: &str, place: Span) -> Node {
        if self.0.len() > MOST {
            return Node::unresolved("", "the pipeline has too many jobs", place);
        }
        let mut found: BTreeSet<&Arc<str>> = BTreeSet::new();
        let mut waiting: Vec<&Arc<str>> = self.0.get(job).into_iter().flatten().collect();
        while let Some(id) = waiting.pop() {
            if found.insert(id) {
                waiting.extend(self.0.get(id).into_iter().flatten());
            }
        }
        Node::list(found.iter().map(|id| Node::text(&***id, place)).collect(), place)
    }
}
